"""Whether CustDesk starts with the system, waiting in the tray: kept where each system looks."""

import os
import plistlib
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import platformdirs

from custdesk import paths
from custdesk.errors import CustdeskError
from custdesk.i18n import _

_NAME = "CustDesk"
_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
_APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
"""Where the task manager keeps that the user does not want it: the first byte is odd."""

LONGEST_RUN = 260
"""Characters; Windows leaves out what is longer (Run and RunOnce Registry Keys)."""


def command(database: Path) -> list[str]:
    """What starts CustDesk in the tray on the customer file `database`, frozen or installed."""
    if getattr(sys, "frozen", False):
        words = [sys.executable]
    else:
        words = [_without_console(Path(sys.executable)), "-m", "custdesk"]
    usual = paths.default_database()
    if "CUSTDESK_DB" in os.environ or database.resolve() != usual.resolve():
        words += ["--db", str(database.resolve())]
    return [*words, "--tray"]


def _without_console(python: Path) -> str:
    quiet = python.with_name("pythonw.exe")
    return str(quiet) if quiet.is_file() else str(python)


def is_on() -> bool:
    """Whether CustDesk starts with the system; the system's own switch counts."""
    try:
        if sys.platform == "win32":
            return _is_in_registry()
        if sys.platform == "darwin":
            return bool(plistlib.loads(_agent().read_bytes()).get("RunAtLoad"))
        return _is_started_by(_entry().read_text("utf-8"))
    except (OSError, ValueError, plistlib.InvalidFileException):
        return False


def switch(on: bool, database: Path) -> None:
    """Start with the system from now on, or no longer. Raises a CustdeskError where that fails."""
    try:
        if sys.platform == "win32":
            _write_registry(command(database) if on else None)
        elif sys.platform == "darwin":
            _write(_agent(), agent(command(database)) if on else None)
        else:
            _write(_entry(), entry(command(database)).encode() if on else None)
    except OSError as error:
        raise CustdeskError(
            _("The system does not permit this change. Look at what starts with it there.")
        ) from error


def _write(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


# --- Linux: the Desktop Application Autostart and Desktop Entry specifications --------------------


def _entry() -> Path:
    return platformdirs.user_config_path() / "autostart" / "custdesk.desktop"


def entry(words: list[str]) -> str:
    """The desktop entry that runs `words`."""
    return "\n".join(
        (
            "[Desktop Entry]",
            "Type=Application",
            f"Name={_NAME}",
            f"Exec={' '.join(map(_quoted, words))}",
            f"Icon={_escaped(str(paths.resources() / 'icons' / 'app.png'))}",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
            "",
        )
    )


def _quoted(word: str) -> str:
    """One argument of Exec: quoted, % doubled, then escaped as any string of an entry is."""
    quoted = re.sub(r'(["`$\\])', r"\\\1", word).replace("%", "%%")
    return _escaped(f'"{quoted}"')


def _escaped(text: str) -> str:
    for sign, escape in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(sign, escape)
    return text


def _is_started_by(text: str) -> bool:
    """Desktops switch an entry off by a line in it."""
    lines = {line.replace(" ", "").lower() for line in text.splitlines()}
    off = {"hidden=true", "x-gnome-autostart-enabled=false"}
    return "[desktopentry]" in lines and not lines & off


# --- macOS: a launch agent ------------------------------------------------------------------------


def _agent() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / "custdesk.plist"


def agent(words: list[str]) -> bytes:
    """The launch agent that runs `words` when the user logs in."""
    return plistlib.dumps(
        {
            "Label": "custdesk",
            "ProgramArguments": words,
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
    )


# --- Windows: a value of the Run key --------------------------------------------------------------


def _is_in_registry() -> bool:
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN) as run:
            winreg.QueryValueEx(run, _NAME)
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _APPROVED) as approved:
                return not winreg.QueryValueEx(approved, _NAME)[0][0] & 1
        except OSError:
            return True
    return False


def _write_registry(words: list[str] | None) -> None:
    if sys.platform == "win32":
        import winreg

        line = subprocess.list2cmdline(words) if words else ""
        if len(line) > LONGEST_RUN:
            raise CustdeskError(
                _("Windows cannot start a program with so long a path. Move it or the file.")
            )
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN) as run:
            if words:
                winreg.SetValueEx(run, _NAME, 0, winreg.REG_SZ, line)
            else:
                with suppress(FileNotFoundError):
                    winreg.DeleteValue(run, _NAME)
        with (
            winreg.CreateKey(winreg.HKEY_CURRENT_USER, _APPROVED) as approved,
            suppress(FileNotFoundError),
        ):
            winreg.DeleteValue(approved, _NAME)

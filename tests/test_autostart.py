"""Starting with the system: what is written where each system looks, and read back by it."""

import json
import plistlib
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from custdesk import autostart, paths
from custdesk.errors import CustdeskError
from tests.helpers import is_a_sentence


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "CUSTDESK_DB"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Registry(ModuleType):
    """As much of winreg as a value of a key needs."""

    HKEY_CURRENT_USER, REG_SZ = 1, 1

    def __init__(self) -> None:
        super().__init__("winreg")
        self.keys: dict[str, dict[str, object]] = {}

    class Key(dict[str, object]):
        def __enter__(self) -> "Registry.Key":
            return self

        def __exit__(self, *_error: object) -> None: ...

    def CreateKey(self, _root: int, name: str) -> "Registry.Key":
        return self.keys.setdefault(name, Registry.Key())  # type: ignore[return-value]

    def OpenKey(self, _root: int, name: str) -> "Registry.Key":
        if name not in self.keys:
            raise FileNotFoundError(name)
        return self.keys[name]  # type: ignore[return-value]

    def QueryValueEx(self, key: dict[str, object], name: str) -> tuple[object, int]:
        if name not in key:
            raise FileNotFoundError(name)
        return key[name], 1

    def SetValueEx(self, key: dict[str, object], name: str, _: int, _kind: int, to: str) -> None:
        key[name] = to

    def DeleteValue(self, key: dict[str, object], name: str) -> None:
        if name not in key:
            raise FileNotFoundError(name)
        del key[name]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry, on a system that says it is Windows."""
    made = Registry()
    monkeypatch.setitem(sys.modules, "winreg", made)
    monkeypatch.setattr(sys, "platform", "win32")
    return made


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_it_is_off_until_it_is_switched_on_and_off_again(
    system: str, registry: Registry, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    database = paths.default_database()
    assert not autostart.is_on()
    for _twice in range(2):
        autostart.switch(True, database)
        assert autostart.is_on()
    for _twice in range(2):
        autostart.switch(False, database)
        assert not autostart.is_on()


def test_the_usual_file_needs_no_name(home: Path) -> None:
    words = autostart.command(paths.default_database())
    assert words == [sys.executable, "-m", "custdesk", "--tray"]
    other = home / "another one.custdesk"
    assert autostart.command(other)[-3:] == ["--db", str(other), "--tray"]


def test_a_file_named_by_the_environment_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session that starts it may not have that environment."""
    monkeypatch.setenv("CUSTDESK_DB", str(home / "a.custdesk"))
    words = autostart.command(paths.default_database())
    assert words[-3:] == ["--db", str(home / "a.custdesk"), "--tray"]


def test_frozen_the_program_itself_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert autostart.command(paths.default_database()) == [sys.executable, "--tray"]


def test_on_windows_python_starts_without_a_console(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "pythonw.exe").touch()
    monkeypatch.setattr(sys, "executable", str(home / "python.exe"))
    assert autostart.command(paths.default_database())[0] == str(home / "pythonw.exe")


def test_on_windows_it_is_a_value_of_the_run_key(registry: Registry, home: Path) -> None:
    autostart.switch(True, home / "my shop.custdesk")
    line = registry.keys[autostart._RUN]["CustDesk"]
    assert line == subprocess.list2cmdline(autostart.command(home / "my shop.custdesk"))


def test_on_windows_the_task_manager_may_have_switched_it_off(registry: Registry) -> None:
    autostart.switch(True, paths.default_database())
    registry.CreateKey(1, autostart._APPROVED)["CustDesk"] = b"\x03" + bytes(11)
    assert not autostart.is_on()
    autostart.switch(True, paths.default_database())
    assert autostart.is_on()


def test_on_windows_a_path_too_long_is_refused(registry: Registry, home: Path) -> None:
    with pytest.raises(CustdeskError) as error:
        autostart.switch(True, home / ("x" * 260))
    assert is_a_sentence(str(error.value), "en")
    assert not autostart.is_on()


def test_on_macos_it_is_a_launch_agent(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    autostart.switch(True, home / "客户 & Co.custdesk")
    found = plistlib.loads((home / "Library/LaunchAgents/custdesk.plist").read_bytes())
    assert found["ProgramArguments"] == autostart.command(home / "客户 & Co.custdesk")
    assert found["RunAtLoad"] is True


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_a_desktop_may_have_switched_it_off(line: str, home: Path) -> None:
    autostart.switch(True, paths.default_database())
    entry = home / ".config/autostart/custdesk.desktop"
    words = entry.read_text().replace("X-GNOME-Autostart-enabled=true", line)
    entry.write_text(words)
    assert not autostart.is_on()


@pytest.mark.skipif(sys.platform != "linux", reason="GIO reads desktop entries")
def test_a_desktop_starts_exactly_what_was_meant(home: Path) -> None:
    """GIO, which GNOME and others start things by, hands over every argument as it was."""
    strange = [
        *("plain", "with space", "客户 档案", 'quote"d', "back\\slash", "\\", "`tick`", "$HOME"),
        *("100%", "%f", "a;b&c|d", "*?~#", "'single'", "tab\there", "line\nbreak", "--tray"),
    ]
    into = home / "arguments.json"
    writer = home / "write them.py"
    writer.write_text(
        "import json, pathlib, sys\n"
        f"beside = pathlib.Path({str(into)!r}).with_suffix('.new')\n"
        "beside.write_text(json.dumps(sys.argv[1:]))\n"
        f"beside.rename({str(into)!r})\n"
    )
    entry = home / "custdesk.desktop"
    entry.write_text(autostart.entry([sys.executable, str(writer), *strange]), "utf-8")
    launched = subprocess.run(
        [sys.executable, "-c", LAUNCH, str(entry)], capture_output=True, text=True, timeout=30
    )
    assert launched.returncode == 0, launched.stderr
    until = time.monotonic() + 10
    while not into.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert json.loads(into.read_text()) == strange


LAUNCH = """
import ctypes, sys
gio = ctypes.CDLL("libgio-2.0.so.0")
gio.g_desktop_app_info_new_from_filename.restype = ctypes.c_void_p
gio.g_app_info_launch.argtypes = [ctypes.c_void_p] * 4
info = gio.g_desktop_app_info_new_from_filename(sys.argv[1].encode())
sys.exit(not (info and gio.g_app_info_launch(info, None, None, None)))
"""


def test_where_nothing_may_be_written_it_says_so(home: Path) -> None:
    (home / ".config").touch()
    with pytest.raises(CustdeskError):
        autostart.switch(True, paths.default_database())

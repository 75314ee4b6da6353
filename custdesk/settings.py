"""This PC's preferences: language, theme, where things stood. A damaged file costs only these."""

import logging
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

import tomli_w

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Preferences:
    """What one PC remembers; `path` None keeps it in memory only (tests, the tour)."""

    path: Path | None = None
    language: str = ""
    """"zh", "en", or "" for the system's."""
    theme: str = "system"
    """"system", "light" or "dark"."""
    geometry: str = ""
    """The window's place and size, as Qt saves it, in base 64."""
    list_width: int = 0
    panel_width: int = 0
    columns: list[str] = field(default_factory=list)
    """The columns of the customer list that are shown, in order; empty for the default ones."""
    order: str = "name"
    descending: bool = False
    masked: bool = False
    """Whether phones, amounts and notes are hidden on the screen."""
    folder: str = ""
    """Where the last file was opened or saved."""
    second_folder: str = ""
    """A second place for backups: a USB stick, a synced folder; "" for none."""
    second_backup: str = ""
    """When the last backup was written there, in ISO form."""
    lock_after: int = 10
    """Minutes without a key or a click after which a locked file is locked again; 0 for never."""
    wrong_tries: int = 0
    """Wrong passphrases in a row, so that starting anew does not shorten the wait."""
    wrong_at: str = ""
    """When the last of them was, in ISO form."""
    told: list[str] = field(default_factory=list)
    """Of which follow-ups a notice told, and for when they were due: a mark for the customer file,
    a day, ids; nothing of what they are about."""

    told_of_tray: bool = False
    """Whether it was said that a closed window goes on in the tray."""

    def save(self) -> None:
        """Write all of it, atomically; a read-only disk is no reason to disturb anybody."""
        if self.path is None:
            return
        values = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "path"}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside = self.path.with_suffix(".new")
            beside.write_bytes(tomli_w.dumps(values).encode())
            beside.replace(self.path)
        except OSError as error:
            _log.warning("The preferences could not be saved: %s", type(error).__name__)


def load(path: Path) -> Preferences:
    """The preferences in `path`; what is missing or of a wrong type has its default."""
    preferences = Preferences(path)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return preferences
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        _log.warning("The preferences could not be read: %s", type(error).__name__)
        return preferences
    for one in fields(Preferences):
        value = values.get(one.name)
        if one.name != "path" and _fits(value, getattr(preferences, one.name)):
            setattr(preferences, one.name, value)
    return preferences


def _fits(value: object, default: object) -> bool:
    if isinstance(value, list) and not all(isinstance(part, str) for part in value):
        return False
    return type(value) is type(default)

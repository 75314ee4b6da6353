"""Who has a customer file open: a note beside it, for the other machines that share its folder.

SQLite's own locks serve the programs of one machine. Over a network or in a synced folder they
cannot be relied on; there the note says whose turn it is.
"""

import json
import os
import platform
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

STALE = timedelta(minutes=10)
"""A note that was not renewed for so long was left behind by a machine that died."""

RENEW_S = 60
"""How often whoever keeps a file open renews the note."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One machine's note: its name for people, its mark, the process, and when it last renewed."""

    machine: str
    mark: str
    process: int
    at: str


def _mine(now: datetime) -> Claim:
    address = uuid.getnode()
    invented = bool(address >> 40 & 1)  # no hardware address was found: another one each time
    mark = platform.node() if invented else f"{platform.node()}/{address:012x}"
    return Claim(platform.node() or "?", mark, os.getpid(), now.isoformat(" ", "seconds"))


def note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-in-use")


def take(path: Path, now: datetime) -> Claim | None:
    """Claim the file for this machine; the other machine's claim when that has it open.

    Raises OSError where no note can be written.
    """
    mine, note = _mine(now), note_of(path)
    content = json.dumps(asdict(mine)).encode()
    try:
        with note.open("xb") as file:
            file.write(content)
    except FileExistsError:
        theirs = _read(note)
        if theirs and theirs.mark != mine.mark and _is_fresh(theirs, now):
            return theirs
        if not (theirs and theirs.mark == mine.mark and is_running(theirs.process)):
            note.write_bytes(content)
    return None


def renew(path: Path, now: datetime) -> None:
    """Say that the file is still open here."""
    with suppress(OSError):
        found = _read(note_of(path))
        if found is None or found.process == os.getpid():
            note_of(path).write_bytes(json.dumps(asdict(_mine(now))).encode())


def release(path: Path, now: datetime) -> None:
    """Take the note away, if it is this process's."""
    found = _read(note_of(path))
    if found and (found.mark, found.process) == (_mine(now).mark, os.getpid()):
        with suppress(OSError):
            note_of(path).unlink()


def was_left_behind(path: Path, now: datetime) -> bool:
    """Whether this machine had the file open and did not close it: it died or lost its power."""
    found = _read(note_of(path))
    return bool(found and found.mark == _mine(now).mark and not is_running(found.process))


def _read(note: Path) -> Claim | None:
    try:
        return Claim(**json.loads(note.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _is_fresh(claim: Claim, now: datetime) -> bool:
    try:
        return abs(now - datetime.fromisoformat(claim.at)) < STALE
    except (ValueError, TypeError):
        return False


def is_running(process: int) -> bool:
    """Whether there is a process of this machine with that number."""
    import psutil

    return bool(psutil.pid_exists(process))

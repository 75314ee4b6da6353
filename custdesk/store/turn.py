"""One program at a time opens a customer file, or puts another file in its place."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from custdesk.errors import Busy
from custdesk.i18n import _

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LONGEST_WAIT_S = 10.0
_LOOK_S = 0.02


@contextmanager
def of(path: Path, wait_s: float = LONGEST_WAIT_S) -> Iterator[None]:
    """Have the turn of a customer file; the system ends it when the program dies.

    Raises Busy when another has it for longer than `wait_s`. In a folder where nothing can be
    written, and on a disk that knows no locks, everybody has it. Not for a thread that has it.
    """
    until = time.monotonic() + wait_s
    note = note_of(path)
    try:
        while (held := _take(note)) is None:
            if time.monotonic() > until:
                raise Busy(
                    _(
                        "Another program is writing to the customer file."
                        " Wait a moment and try again."
                    )
                )
            time.sleep(_LOOK_S)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        _let_go(note, held)


def note_of(path: Path) -> Path:
    """The file, empty, that is locked in place of the customer file."""
    return path.with_name(f".{path.name}-turn")


def _take(note: Path) -> int | None:
    """The note, open and locked; None when another has it. Raises OSError where that cannot be."""
    descriptor = os.open(note, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # Whoever had it before may have deleted it meanwhile: then the next makes another.
        if _lock(descriptor) and os.path.samestat(os.fstat(descriptor), note.stat()):
            return descriptor
    except FileNotFoundError:
        pass
    except OSError:  # no locks here
        _let_go(note, descriptor)
        raise
    os.close(descriptor)
    return None


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _let_go(note: Path, descriptor: int) -> None:
    """Deleted while it is locked, where that is possible: nobody locks what has no name."""
    with suppress(OSError):
        if sys.platform != "win32":
            note.unlink()
    os.close(descriptor)
    with suppress(OSError):
        if sys.platform == "win32":
            note.unlink()  # only when nobody else has it open

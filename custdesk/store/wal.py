"""The -wal beside a customer file: whether it belongs to that file, and how much of it is whole.

SQLite takes whatever -wal lies beside a file and is whole in itself. One that was left from another
file would quietly put that one's customers into this one's place.
"""

from pathlib import Path
from typing import NamedTuple

import sqlcipher3.dbapi2 as sqlite

from custdesk.store.connecting import PAGE, connect

HEADER, FRAME = 32, 24
"""Bytes at the beginning, and before each page (sqlite.org/fileformat2.html, "WAL File Format")."""

_COMPARED = 1000
"""Changes."""


class _Past(NamedTuple):
    """How many changes there ever were, and when the first that are left were made, by number."""

    ever: int
    at: dict[int, str]


def beside(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def is_there(path: Path) -> bool:
    """Whether there is a -wal with something in it beside the file."""
    try:
        return beside(path).stat().st_size > HEADER
    except OSError:
        return False


def committed(path: Path) -> int:
    """How many pages of the -wal beside the file belong to writes that were finished."""
    finished = number = 0
    with beside(path).open("rb") as file:
        salt = file.read(HEADER)[16:24]
        while len(frame := file.read(FRAME)) == FRAME:
            number += 1
            if frame[8:16] == salt and frame[4:8] != bytes(4):
                finished = number
            file.seek(PAGE, 1)
    return finished


def is_of_another_file(path: Path, key: str | None) -> bool:
    """Whether the -wal beside a sound file has another past than that file.

    A change keeps its number and its time, and no number is given again; but each may go (what was
    undone, what belonged to somebody who was erased). False where it cannot be told.
    """
    if not is_there(path):
        return False
    try:
        alone, together = _past(path, key, log=False), _past(path, key, log=True)
    except (sqlite.Error, UnicodeDecodeError):
        return False
    return together.ever < alone.ever or any(
        alone.at.get(number, at) != at for number, at in together.at.items()
    )


def put_aside(path: Path) -> None:
    """Give a -wal that belongs to another file a name under which SQLite does not take it."""
    beside(path).replace(path.with_name(f"{path.name}-wal-of-another-file"))


def _past(path: Path, key: str | None, *, log: bool) -> _Past:
    connection = connect(path, key, read_only=True, log=log)
    try:
        ever = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'change'")
        changes = connection.execute(f"SELECT id, at FROM change ORDER BY id LIMIT {_COMPARED}")
        return _Past(sum(seq for (seq,) in ever), dict(changes.fetchall()))
    finally:
        connection.close()

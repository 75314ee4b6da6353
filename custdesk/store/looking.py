"""A copy of a customer file to look at when it may not be changed: of our own, gone afterwards."""

import os
import re
import shutil
import tempfile
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlcipher3.dbapi2 as sqlite

from custdesk.store import claim
from custdesk.store.connecting import connect

TRIES = 3
"""Somebody else may be writing while it is copied; then it is copied anew."""

_NAME = "custdesk-look-"


def snapshot(path: Path, key: str | None) -> "TemporaryDirectory[str]":
    """A folder of our own in which the file at `path` stands under its name, as it is now.

    Over a network SQLite cannot follow what others write; and of an older file, the copy can be
    brought to today's version without touching the file.
    """
    _sweep()
    folder: TemporaryDirectory[str] = TemporaryDirectory(
        prefix=f"{_NAME}{os.getpid()}-", ignore_cleanup_errors=True
    )
    try:
        copy = Path(folder.name) / path.name
        for _try in range(TRIES):
            _copy(path, copy)
            if _is_whole(copy, key):
                break
    except BaseException:
        folder.cleanup()
        raise
    return folder


def _copy(path: Path, copy: Path) -> None:
    shutil.copyfile(path, copy)
    copy.chmod(0o600)
    beside = path.with_name(f"{path.name}-wal")
    if beside.exists():
        shutil.copyfile(beside, copy.with_name(f"{copy.name}-wal"))


def _is_whole(copy: Path, key: str | None) -> bool:
    connection = connect(copy, key)
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except (sqlite.DatabaseError, UnicodeDecodeError):
        return False
    finally:
        connection.close()


def _sweep() -> None:
    """Take away what processes left behind that were killed while they looked."""
    for left in Path(tempfile.gettempdir()).glob(f"{_NAME}*"):
        process = re.match(rf"{_NAME}(\d+)-", left.name)
        if process and not claim.is_running(int(process[1])):
            shutil.rmtree(left, ignore_errors=True)

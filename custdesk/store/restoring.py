"""An earlier state in the place of the present file, which is kept aside first."""

import os
import shutil
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite

from custdesk.errors import CustdeskError, Damaged
from custdesk.i18n import _
from custdesk.store import backup, checking, earlier_keys, lock, purging, turn, wal
from custdesk.store.backup import Reason, Report
from custdesk.store.connecting import connect
from custdesk.store.migrations import APPLICATION_ID
from custdesk.store.store import explain


def restore(
    path: Path,
    key: str | None,
    wanted: Path,
    wanted_key: str | None,
    now: datetime,
    report: Report | None = None,
) -> Path | None:
    """Put a copy of the customer file `wanted` in the place of the one at `path`.

    From then on the file opens with `wanted_key`. Returns where the present file was kept, None
    where there was none. Nothing in this process may have it open. Raises a CustdeskError, and
    changes nothing, when `wanted` is damaged or not ours, or another program uses the file.
    """
    backup.make_folder(path.parent)
    with turn.of(path):
        lock.settle(path)
        return _restore(path, key, wanted, wanted_key, now, report)


def _restore(
    path: Path,
    key: str | None,
    wanted: Path,
    wanted_key: str | None,
    now: datetime,
    report: Report | None,
) -> Path | None:
    new = lock.new_of(path)
    try:
        _copy_of(wanted, wanted_key, new, report)
        purging.purge_file(new, wanted_key, _erased_in(path, key))
        backup.sync(new)
        if not path.exists() or not path.stat().st_size:
            if wal.is_there(path):  # it may be of this file's past, but not of this state
                wal.put_aside(path)
                backup.sync_folder(path.parent)
            new.replace(path)
            backup.sync_folder(path.parent)
            return None
        if checking.look(path, key):
            return replace_damaged(path, new, now)
        connection = connect(path, key)
        try:
            with closing(connect(new, wanted_key)) as copied:
                earlier_keys.note(copied, [key, *earlier_keys.noted(connection)], wanted_key)
                copied.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
            backup.sync(new)
            state = lock.state_of(connection)
            aside = backup.make(connection, path, key, now, Reason.RESTORE).path
        finally:
            connection.close()
        lock.put_in_place(path, key, state)
        return aside
    finally:
        lock.wipe(new)


def _erased_in(path: Path, key: str | None) -> frozenset[purging.Erased]:
    """Who was erased since: they do not come back with a backup."""
    if path.exists():
        with suppress(sqlite.Error, UnicodeDecodeError), closing(connect(path, key)) as connection:
            return purging.erased_in(connection)
    return frozenset()


def _copy_of(wanted: Path, key: str | None, new: Path, report: Report | None) -> None:
    """A copy of a customer file, checked; with what is in its -wal, if it has one."""
    said = _("{file} is not a CustDesk customer file, or it is damaged. Choose another.")
    damaged = CustdeskError(said.format(file=wanted.name))
    try:
        connection = connect(wanted, key)
    except sqlite.Error as error:
        raise damaged from error
    try:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise damaged
        backup.copy(connection, new, key, report)
    except (sqlite.DatabaseError, UnicodeDecodeError) as error:
        sentence = explain(error, new) or damaged  # of a full disk, above all
        raise (damaged if isinstance(sentence, Damaged) else sentence) from error
    finally:
        connection.close()


def replace_damaged(damaged: Path, new: Path, now: datetime) -> Path:
    """Let `new` take the name of a damaged file; under which name that is kept.

    Neither may be open. At every instant there is a file under the name, and what lay beside the
    damaged one (its -wal) never lies beside the new one.
    """
    aside = _free(damaged.with_name(f"{damaged.stem}-damaged-{now:%Y%m%d-%H%M%S}{damaged.suffix}"))
    backup.sync(new)
    try:
        os.link(damaged, aside)
    except OSError:  # a disk that knows no second names
        shutil.copy2(damaged, aside)
        backup.sync(aside)
    if wal.beside(damaged).exists():
        wal.beside(damaged).replace(wal.beside(aside))
        backup.sync_folder(damaged.parent)
    damaged.with_name(f"{damaged.name}-shm").unlink(missing_ok=True)
    new.replace(damaged)
    backup.sync_folder(damaged.parent)
    return aside


def _free(wanted: Path) -> Path:
    """The name, or the first with a number behind it that nothing has."""
    found, number = wanted, 1
    while found.exists():
        number += 1
        found = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return found

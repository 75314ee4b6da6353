"""What can be saved of a damaged customer file is saved into a new one; the damaged one stays.

First every table is read from its root. Where rows cannot be reached, their pages are looked at
one by one, and what is still missing is put together from the indexes, from the images in the
journal and from the list order. Whatever belongs to a customer whose record is lost is kept under
a customer of the same id.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store import backup, checking, lock, restoring, turn
from custdesk.store.connecting import connect
from custdesk.store.gathering import Gathering
from custdesk.store.losses import Affected, Count, Salvage
from custdesk.store.pages import Remains
from custdesk.store.store import Store, explain

Report = Callable[[int, int, str], None]


def salvage(
    damaged: Path,
    into: Path,
    open_file: Callable[[Path], Store],
    now: datetime,
    *,
    key: str | None = None,
    report: Report | None = None,
) -> Salvage:
    """Save what can be saved of `damaged` into the new file `into`.

    `open_file` makes or opens a customer file (`opening.open_store`); `key` is that of both,
    or None. `report(done, of, what)` hears how far it is and may raise to
    stop. `damaged` and what lies beside it are only read. Whatever goes wrong, nothing is left
    behind; raises a CustdeskError when the disk is full or `into` is there already.
    """
    if into.exists():
        raise CustdeskError(
            _("{file} would be overwritten. Choose another name to write to.").format(
                file=into.name
            )
        )
    tell: Report = report or (lambda done, of, what: None)
    try:
        with _folder_beside(into) as folder:
            tell(0, 1, _("Copying the damaged file"))
            open_file(into).close()
            with closing(Remains(damaged, key, folder, now)) as remains:
                counts, affected, undo_kept = _fill(remains, into, key, now, tell)
                unread = remains.changes_lost
        tell(0, 1, _("Updating the search index and follow-ups"))
        faults = _derive(into, open_file)
    except BaseException as error:
        for ending in ("", "-wal", "-shm"):
            into.with_name(into.name + ending).unlink(missing_ok=True)
        if isinstance(error, OSError | DBAPIError | sqlite.Error):
            sentence = explain(error, into)
            if sentence is not None:
                raise sentence from error
        raise
    return Salvage(
        counts=tuple(counts),
        affected=tuple(affected),
        undo_kept=undo_kept,
        unread_changes=unread,
        letters_unsure=key is None,
        faults=tuple(faults),
    )


def new_beside(path: Path) -> Path:
    """Where the file is made into which `path` is saved; what an earlier try left there is gone."""
    new = lock.new_of(path)
    lock.wipe(new)
    return new


def put_in_place(damaged: Path, new: Path, now: datetime) -> Path:
    """Let the saved file take the name of the damaged one; under which name that is kept.

    Neither may be open. Raises a CustdeskError when the disk does not let us.
    """
    try:
        with turn.of(damaged):
            return restoring.replace_damaged(damaged, new, now)
    except OSError as error:
        raise explain(error, damaged) or error from error


def last_good_backup(path: Path, key: str | None) -> backup.Backup | None:
    """The newest backup of the file that opens and checks."""
    for one in backup.all_of(path):
        try:
            backup.look_at(one.path, key)
        except CustdeskError:
            continue
        return one
    return None


@contextmanager
def _folder_beside(into: Path) -> Iterator[Path]:
    """A folder that only we may read, on the same disk, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".custdesk-repair-", dir=into.parent) as folder:
        yield Path(folder)


def _fill(
    remains: Remains, into: Path, key: str | None, now: datetime, tell: Report
) -> tuple[list[Count], list[Affected], bool]:
    with closing(connect(into, key)) as new:
        new.execute("PRAGMA foreign_keys = OFF")
        new.execute("BEGIN IMMEDIATE")
        gathering = Gathering(remains, new, now, tell)
        gathering.gather()
        new.execute("COMMIT")
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gathering.counts(), gathering.affected(), gathering.undo_kept


def _derive(into: Path, open_file: Callable[[Path], Store]) -> list[str]:
    store = open_file(into)
    try:
        with suppress(ValueError, TypeError, LookupError):  # the check says it then
            store.new_day()
        faults = checking.check(store, repair=True)
        return checking.check(store) if faults else faults
    finally:
        if not store.close():
            raise CustdeskError(
                _("The disk is full. Free some space and try again; nothing was changed.")
            )

"""Backups of the customer file: written while it is in use, opened and checked, kept by rule.

They are customer files like any other, in a folder beside the file. Their names say when and why
they were made and of how many customers, so that a list of them needs no file to be opened.
"""

import os
import re
import shutil
import sys
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store.connecting import connect

if sys.platform == "darwin":
    import fcntl

DAILY, WEEKLY, MONTHLY = 7, 4, 12
"""The newest backup of so many days, weeks and months is kept."""

KEPT_DAYS = 30
"""Every backup that was made by hand or before something large is kept so long."""

LARGE_CHANGE = 100
"""Rows of an import, or customers changed at once: for more, a backup is made before."""

_PAGES = 2048
"""How many pages are copied between two words on progress."""

_NAME = re.compile(
    r"(?P<stem>.+)-(?P<at>\d{8}-\d{6})-(?P<reason>[a-z]+)-(?P<customers>\d+)(\.[^.-]+)?"
)
"""What lies beside an open one (…-wal) has another."""

Report = Callable[[int, int, str], None]


class Reason(StrEnum):
    """Why a backup was made."""

    DAILY = "daily"
    ASKED = "asked"
    IMPORT = "import"
    BULK = "bulk"
    MIGRATION = "migration"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True, order=True)
class Backup:
    """One backup, as its name tells it; ordered by time."""

    at: datetime
    reason: Reason
    customers: int
    path: Path

    @property
    def size(self) -> int:
        """Bytes; 0 when it has gone meanwhile."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


def folder_of(path: Path) -> Path:
    """Where the backups of a customer file are."""
    return path.with_name(f"{path.stem}-backups")


def kept_in(folder: Path, stem: str) -> list[Backup]:
    """The backups of the file called `stem` in a folder, the newest first; [] without a folder."""
    try:
        names = sorted(folder.iterdir())
    except OSError:
        return []
    found = (named(one) for one in names if one.name.startswith(f"{stem}-"))
    return sorted((one for one in found if one is not None), reverse=True)


def named(path: Path) -> Backup | None:
    """The backup that a file is by its name; None of a file that is called otherwise."""
    parts = _NAME.fullmatch(path.name)
    if parts is None or parts["reason"] not in [*Reason]:
        return None
    try:
        at = datetime.strptime(parts["at"], "%Y%m%d-%H%M%S")
    except ValueError:
        return None
    return Backup(at, Reason(parts["reason"]), int(parts["customers"]), path)


def all_of(path: Path) -> list[Backup]:
    """The backups of a customer file in the folder beside it, the newest first."""
    return kept_in(folder_of(path), path.stem)


# --- making -----------------------------------------------------------------------------------


def make(
    source: sqlite.Connection,
    path: Path,
    key: str | None,
    now: datetime,
    reason: Reason,
    report: Report | None = None,
) -> Backup:
    """Back up the file at `path`, to which `source` is connected, into the folder beside it.

    Raises a CustdeskError when that is not possible, or when the copy does not open and check;
    nothing half is left behind.
    """
    folder = folder_of(path)
    try:
        make_folder(folder, 0o700)
        beside = folder / f".{path.stem}-new{path.suffix}"
        customers = copy(source, beside, key, report)
        made = folder / _name(path.stem, now, reason, customers, path.suffix)
        beside.replace(made)
        sync_folder(folder)
    except sqlite.DatabaseError as error:
        if "malformed" not in str(error):
            raise
        raise CustdeskError(_("The file is damaged: not all of it can be read.")) from error
    except OSError as error:
        raise CustdeskError(
            _("The backup could not be written to {folder}. Check that there is room.").format(
                folder=folder.name
            )
        ) from error
    return Backup(now.replace(microsecond=0), reason, customers, made)


def _name(stem: str, at: datetime, reason: Reason, customers: int, suffix: str) -> str:
    return f"{stem}-{at:%Y%m%d-%H%M%S}-{reason}-{customers}{suffix}"


def path_of(one: Backup, customers: int) -> Path:
    """Where a backup would be that holds so many customers."""
    parts = _NAME.fullmatch(one.path.stem)
    assert parts is not None
    name = _name(parts["stem"], one.at, one.reason, customers, one.path.suffix)
    return one.path.with_name(name)


def copy(
    source: sqlite.Connection, target: Path, key: str | None, report: Report | None = None
) -> int:
    """Copy the file that `source` is connected to, checked and on the disk; its customers' count.

    `source` may be in use: what others write meanwhile is not in the copy. `target` is a name that
    is free or left over; on an error it is gone.
    """

    def progress(_status: int, remaining: int, total: int) -> None:
        if report is not None:
            report(total - remaining, total, _("Writing a backup"))

    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    try:
        copied = connect(target, key)
        try:
            source.execute("BEGIN")
            try:
                # A read keeps the state as it is now, so that the copying never begins anew.
                # Of the tables it needs to know nothing, so that the copy of a damaged file is
                # looked at like any other.
                source.execute("PRAGMA schema_version").fetchone()
                source.backup(copied, pages=_PAGES, progress=progress)
            finally:
                source.execute("ROLLBACK")
            copied.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        finally:
            copied.close()
        customers = look_at(target, key)
        sync(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return customers


def look_at(path: Path, key: str | None) -> int:
    """How many customers a backup holds, checked as a whole; raises a sentence if it is damaged."""
    try:
        connection = connect(path, key, read_only=True)
        try:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if answer == "ok":
                counted = connection.execute(
                    "SELECT count(*) FROM customer WHERE trashed_at IS NULL"
                )
                return int(counted.fetchone()[0])
        finally:
            connection.close()
    except (sqlite.DatabaseError, UnicodeDecodeError):  # of a message that quotes the file
        pass
    raise CustdeskError(_("The backup {file} is damaged. Use another.").format(file=path.name))


def sync(path: Path) -> None:
    """Return when the file is on the disk. Not for one that SQLite has open in this process."""
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        if sys.platform == "darwin":  # a plain sync ends in the drive's memory there
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Return when names that were changed in a folder are on the disk, where systems know that."""
    with suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def send(one: Backup, folder: Path, key: str | None) -> None:
    """Copy a backup into another folder (a USB stick), checked there too.

    Raises OSError when the folder is not there or full, CustdeskError when the copy is damaged.
    """
    beside = folder / f".{one.path.name}-new"
    try:
        beside.touch(mode=0o600)
        shutil.copyfile(one.path, beside)
        look_at(beside, key)
        sync(beside)
        beside.replace(folder / one.path.name)
        sync_folder(folder)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it that are missing; their names, too, are on the disk then."""
    new = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    for one in new:
        sync_folder(one.parent)


# --- keeping ----------------------------------------------------------------------------------


def to_keep(backups: Collection[Backup], today: date) -> set[Backup]:
    """Which backups are kept: the newest of the last 7 days, 4 weeks and 12 months that have any.

    Days without a backup do not count, so that a PC that was off for long loses none. What was
    made by hand or before something large stays 30 days (issue "Nothing is ever lost"). What is
    dated ahead, by a clock that was wrong, stays and takes nobody's place.
    """
    ahead = {one for one in backups if one.at.date() > today}
    newest_first = sorted({*backups} - ahead, reverse=True)
    kept = ahead | {one for one in newest_first if _is_fresh(one, today)}
    for of_period, many in (
        (lambda at: at.date(), DAILY),
        (lambda at: at.isocalendar()[:2], WEEKLY),
        (lambda at: (at.year, at.month), MONTHLY),
    ):
        newest: dict[object, Backup] = {}
        for one in newest_first:
            newest.setdefault(of_period(one.at), one)
        kept.update([*newest.values()][:many])
    return kept


def _is_fresh(one: Backup, today: date) -> bool:
    return one.reason is not Reason.DAILY and today - one.at.date() <= timedelta(days=KEPT_DAYS)


def rotate(
    folder: Path, stem: str, today: date, purge: Callable[[Backup], None] | None = None
) -> list[Backup]:
    """Delete the backups in a folder that the rule does not keep; `purge` the others.

    `purging.purger` makes the purge, so that who was erased leaves the backups too. Returns those
    that could not be purged: they are left as they are.
    """
    backups = kept_in(folder, stem)
    kept = to_keep(backups, today)
    for one in set(backups) - kept:
        with suppress(OSError):
            one.path.unlink()
    unpurged: list[Backup] = []
    if purge is None:
        return unpurged
    for one in sorted(kept):
        try:
            purge(one)
        except CustdeskError:
            unpurged.append(one)
    return unpurged


def last(path: Path, today: date) -> Backup | None:
    """The newest backup that a clock which was wrong has not dated ahead."""
    return next((one for one in all_of(path) if one.at.date() <= today), None)


def is_due(path: Path, today: date) -> bool:
    """Whether today's backup is still to be made."""
    return not any(one.at.date() == today for one in all_of(path))

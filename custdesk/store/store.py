"""The one door to the database file: read anywhere, write in labelled steps that can be undone."""

import logging
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, SQLModel

from custdesk.errors import Busy, CustdeskError, Damaged, FileTrouble, ReadOnly
from custdesk.i18n import _
from custdesk.store import (
    backup,
    claim,
    earlier_keys,
    forgetting,
    journal,
    lock,
    looking,
    migrations,
    purging,
    taking_back,
    turn,
    wal,
)
from custdesk.store.connecting import connect, is_locked
from custdesk.store.journal import Step
from custdesk.store.models import Erasure
from custdesk.store.taking_back import Taken

_log = logging.getLogger(__name__)

BUSY_MS, HASTY_MS = 10_000, 40
"""How long a write waits for another process's before it gives up; and one of the window's."""

LEAST_FREE = 100_000
"""Bytes; with fewer left on a disk a customer file cannot even be opened."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a write, an undo or a redo has changed: which customers, and rows of which tables.

    `of_all`: nobody knows which, so that it may be any of them.
    """

    label: str
    customers: frozenset[int]
    tables: frozenset[str]
    of_all: bool = False

    def concerns(self, customer_id: int | None) -> bool:
        return customer_id in self.customers or (self.of_all and customer_id is not None)


def _never_stale(_db: Session, _last: date, _today: date) -> None:
    """The calendar alone changes nothing of it."""


def unmoved(_db: Session, _today: date) -> None:
    """No calendar ever changes it: a new day leaves it alone."""


def _part_of_another(_db: Session) -> object:
    """What it writes is compared with another derivation's."""
    return None


class Derivation(NamedTuple):
    """Something computed from the customers and kept in the file.

    `refresh(db, today)` computes it again for the customers in temp.touched. `stale(db, last,
    today)` puts those into temp.touched for whom the calendar alone has changed it since `last`;
    `turn(db, today)` is what is done for them then, where that is less than to refresh.
    `contents(db)` is all of it, for comparing.
    """

    refresh: Callable[[Session, date], None]
    stale: Callable[[Session, date, date], None] = _never_stale
    contents: Callable[[Session], object] = _part_of_another
    turn: Callable[[Session, date], None] | None = None


class Rewritten(NamedTuple):
    """The file written anew, waiting beside it: the state that was copied, its key and its mark."""

    state: str
    key: str | None
    mark: tuple[int, int]


class Erased(NamedTuple):
    """That customers were erased: the number of it, and when.

    `swept` is False when somebody else had the file open, so that what was deleted may still be
    read in it: the next new day, or the next command, rewrites it then.
    """

    number: int
    at: datetime
    swept: bool


def explain(error: Exception, path: Path) -> FileTrouble | None:
    """The sentence for a failure of the disk or the file `path`, or None for a defect of ours."""
    words = str(getattr(error, "orig", None) or error).lower()
    # SQLite says the same of a full disk, a read-only folder and a missing one: look at the place.
    vague = isinstance(error, OSError) or "unable to open" in words or "disk i/o" in words
    place = next(folder for folder in path.absolute().parents if folder.is_dir())
    full = "disk is full" in words or "no space left" in words
    if full or (vague and shutil.disk_usage(place).free < LEAST_FREE):
        return FileTrouble(
            _("The disk is full. Free some space and try again; nothing was changed.")
        )
    read_only = "readonly" in words or "read-only" in words
    if read_only or (vague and not os.access(place, os.W_OK)):
        return FileTrouble(
            _("The customer file cannot be written. Check that its folder is not read-only.")
        )
    if "locked" in words or "busy" in words:
        return Busy(
            _("Another program is writing to the customer file. Wait a moment and try again.")
        )
    unreadable = isinstance(error, UnicodeDecodeError)  # what SQLite says quotes what it has read
    if unreadable or "not a database" in words or "malformed" in words or "encrypted" in words:
        return Damaged(
            _("This file is not a CustDesk customer file, or it is damaged. Choose another file.")
        )
    if vague:
        return FileTrouble(
            _("The customer file cannot be opened. Check that its folder exists and is yours.")
        )
    return None


@contextmanager
def failures_of(path: Path, *more: type[Exception]) -> Iterator[None]:
    """Failures of the file `path` or its disk become sentences; those of kind `more` too."""
    try:
        yield
    except (DBAPIError, sqlite.Error, *more) as error:
        sentence = explain(error, path)
        if sentence is None:
            raise
        _log.warning("The database refused: %s", type(getattr(error, "orig", error)).__name__)
        raise sentence from error


class Store:
    """An open customer file.

    `clock` tells the local wall-clock time; `derivations` are refreshed, in order, at the end of
    every write, undo and redo, in the same transaction. Sessions may be opened in any thread; one
    write runs at a time.

    `key` is the raw key of a locked file (`lock.unlock`). With `only_look`, the sentence which says
    why, nothing can be changed; `read_only` is that sentence, or why the file cannot be changed
    here: another machine has it open, its folder is read-only, a newer CustDesk wrote it.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], datetime],
        derivations: Sequence[Derivation],
        key: str | None = None,
        only_look: str = "",
    ) -> None:
        self.path = path
        self.key = key
        self.clock = clock
        self.read_only = only_look
        self.was_cut_off = False
        """The last time the file was open here it was not closed: power or program failed."""
        self.changed: list[Callable[[Change], None]] = []
        self._derivations = tuple(derivations)
        self._look: TemporaryDirectory[str] | None = None
        newer = 0
        with failures_of(self.path, OSError, UnicodeDecodeError), turn.of(path):
            try:
                self.read_only = only_look or self._claim()
                if self.read_only:
                    self._look = looking.snapshot(path, key)
                    newer = migrations.prepare(self._file, clock(), key)
                self._open()
                if not newer and self._is_underived():
                    with self._transaction(kept=False) as db:
                        self._derive_all(db)
                        db.commit()
                with self.read() as db:
                    self._mark = journal.mark(db)
            except BaseException:
                self._leave()
                raise

    def _claim(self) -> str:
        """Take the file for this machine, in today's version; or why it can only be looked at."""
        now = self.clock()
        if self.path.exists() and not os.access(self.path.parent, os.W_OK):
            return _("The folder of this file is read-only: you can look, not change.")
        backup.make_folder(self.path.parent)
        self.was_cut_off = claim.was_left_behind(self.path, now)
        other = claim.take(self.path, now)
        if not other:
            lock.settle(self.path)
            lock.settle_backups(self.path)
        if not other and self.path.exists() and wal.is_of_another_file(self.path, self.key):
            _log.warning("A -wal of another file lay beside it and was put aside")
            wal.put_aside(self.path)
        if other:
            said = _(
                "{machine} has this file open: you can look, not change. Close it there first."
            )
            return said.format(machine=other.machine)
        with suppress(OSError):  # there is none yet, or in a shared folder it is another's
            self.path.chmod(0o600)
        if migrations.prepare(self.path, now, self.key):
            claim.release(self.path, now)
            return _(
                "A newer CustDesk wrote this file: you can look, not change."
                " Install the newer version."
            )
        return ""

    @property
    def _file(self) -> Path:
        """The file that is really open: to look only, a copy of our own."""
        return Path(self._look.name) / self.path.name if self._look else self.path

    def _open(self) -> None:
        file, key = self._file, self.key
        self._engine = create_engine(
            "sqlite://",
            module=sqlite,
            creator=lambda: connect(file, key, wait_ms=BUSY_MS),
            # Not the pool that SQLAlchemy has for "sqlite://": that one gives a thread one
            # connection only, and closes those of others beyond five.
            poolclass=QueuePool,
            max_overflow=-1,
        )
        event.listen(self._engine, "connect", _on_connect)
        event.listen(self._engine, "begin", _on_begin)
        self._writing = self._engine.execution_options(patience=BUSY_MS)
        self._hastily = self._engine.execution_options(patience=HASTY_MS)
        with self.read() as db:
            db.execute(text("SELECT 1 FROM journal_state")).first()

    def _is_underived(self) -> bool:
        """Whether there are customers, and nothing is derived of anybody: an older file was."""
        with self.read() as db:
            there = text(
                "SELECT EXISTS (SELECT 1 FROM customer WHERE trashed_at IS NULL)"
                " AND NOT EXISTS (SELECT 1 FROM standing)"
            )
            return bool(db.execute(there).scalar_one())

    @property
    def today(self) -> date:
        return self.clock().date()

    def close(self) -> bool:
        """Close; False when the disk had no room to gather everything in the one file.

        Nothing is lost then: the rest stands beside it, in the file that ends in -wal.
        """
        gathered = True
        try:
            with self._engine.connect() as connection:
                raw = connection.connection.dbapi_connection
                assert raw is not None
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (DBAPIError, sqlite.Error, UnicodeDecodeError):
            gathered = False
        self._engine.dispose()
        self._leave()
        beside = self.path.with_name(f"{self.path.name}-wal")
        return gathered or bool(self.read_only) or not beside.exists() or not beside.stat().st_size

    def _leave(self) -> None:
        """Leave nothing behind but the file."""
        if self._look is not None:
            self._look.cleanup()
        if not self.read_only:
            claim.release(self.path, self.clock())

    def stay(self) -> None:
        """Say to other machines that the file is still open here: every `claim.RENEW_S` seconds."""
        if not self.read_only:
            claim.renew(self.path, self.clock())

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the file and changes nothing."""
        with failures_of(self.path), Session(self._engine, expire_on_commit=False) as db:
            yield db  # closing rolls back, and leaves what was read readable

    @contextmanager
    def write(self, label: str, *, hastily: bool = False) -> Iterator[Session]:
        """A session whose changes become one step with `label`, or leave no trace on an error.

        A write that changed nothing is no step. Raises Busy when somebody else goes on writing;
        `hastily`, it does not wait for them.
        """
        with self._transaction(hastily=hastily) as db:
            change_id = journal.begin(db, label, self.clock())
            yield db
            db.flush()
            if journal.is_empty(db, change_id):
                db.rollback()
                return
            change = self._refresh(db, change_id, label)
            db.commit()
        self._announce(change)

    def undo(self) -> Step | None:
        """Take back the last change; None when there is none."""
        return self._revert(undone=False)

    def redo(self) -> Step | None:
        """Do again what was taken back last; None when there is nothing."""
        return self._revert(undone=True)

    def take_back(self, step_id: int) -> Taken:
        """Take back one change, whichever it is, as a new one; the last one is simply undone.

        Raises a CustdeskError that says what later depends on it; nothing is changed then.
        """
        with self._transaction() as db:
            try:
                taken = taking_back.take_back(db, step_id, self.clock())
                change = self._refresh(db, taken.change_id, taken.label)
                db.commit()
            except IntegrityError as error:
                raise CustdeskError(taking_back.something_depends()) from error
        self._announce(change)
        return taken

    def steps(self, limit: int = 50, before: int | None = None) -> list[Step]:
        """The last changes (of those before the change `before`), newest first."""
        with self.read() as db:
            return journal.steps(db, limit, before)

    def last_step(self, *, undone: bool = False) -> Step | None:
        """What `undo` (or `redo`) would take next."""
        with self.read() as db:
            return journal.last(db, undone=undone)

    def step_size(self, *, undone: bool = False) -> int:
        """How many rows the next undo (or redo) would put back."""
        with self.read() as db:
            step = journal.last(db, undone=undone)
            return journal.size(db, step.id) if step else 0

    def is_of_another_day(self) -> bool:
        """Whether `new_day` would have something to do."""
        with self.read() as db:
            known = journal.as_of(db)
        return known != self.today and not self.read_only

    def new_day(self) -> bool:
        """Bring what moves with the calendar up to today; True when something had to be done.

        This is no step of the user's: it is not journalled, and cannot be undone.
        """
        today = self.today
        with self.read() as db:
            known = journal.as_of(db)
            unswept = forgetting.is_unswept(db)
        if self.read_only:
            return False
        if known == today:
            return unswept and self._sweep()
        with self._transaction() as db:
            journal.recording(db, False)
            if known:
                for derivation in self._derivations:
                    derivation.stale(db, known, today)
            else:
                db.execute(text("INSERT OR IGNORE INTO touched SELECT id FROM customer"))
            self._derive(db, turning=bool(known))
            change = Change("", _touched(db), frozenset({"follow_up"}))
            expired = forgetting.expired(db, known, today)
            if expired:
                gone = forgetting.forget(db, expired)
                change = Change("", change.customers | gone, forgetting.CHANGED)
            journal.recording(db, True)
            db.execute(text("UPDATE journal_state SET as_of = :day"), {"day": today.isoformat()})
            db.commit()
        if expired or unswept:
            self._sweep()
        self._announce(change)
        return True

    def erase(self, customer_ids: Collection[int]) -> Erased:
        """Forget customers for good: they leave the file now, and backups at their next rotation.

        This is no step and cannot be undone; it takes as long as rewriting the whole file.
        """
        at = self.clock().replace(microsecond=0)
        rows = [Erasure(customer_id=id, at=at) for id in sorted(set(customer_ids))]
        with self._transaction() as db:
            concerned = forgetting.forget(db, customer_ids)
            db.add_all(rows)
            db.flush()
            number = max((row.id or 0 for row in rows), default=0)
            db.commit()
        swept = self._sweep()
        self._announce(Change("", concerned, forgetting.CHANGED))
        return Erased(number, at, swept)

    def _sweep(self) -> bool:
        """Rewrite the file without anything that was deleted; False when others are in the way.

        A crash in between leaves what was deleted where it can be read, and a note to sweep.
        """
        try:
            with self._engine.connect() as connection:
                raw = connection.connection.dbapi_connection
                assert raw is not None
                raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
                raw.execute("VACUUM")
                if raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    return False
            with self._transaction() as db:
                forgetting.swept(db)
                db.commit()
        except (DBAPIError, sqlite.Error) as error:
            if explain(error, self.path) is None:
                raise
            _log.warning("Not swept: %s", type(getattr(error, "orig", error)).__name__)
            return False
        except CustdeskError:
            return False
        return True

    def recompute(self, *, keep: bool) -> bool:
        """Compute everything derived anew; True when it was as it had to be. Written if `keep`."""
        with self._transaction(kept=keep) as db:
            before = [derivation.contents(db) for derivation in self._derivations]
            self._derive_all(db)
            after = [derivation.contents(db) for derivation in self._derivations]
            if keep:
                db.commit()
        return before == after

    def look_again(self) -> None:
        """Tell the views when another program has changed the file since they heard of it last."""
        with self.read() as db:
            if journal.mark(db) == self._mark:
                return
            everybody = frozenset(db.execute(text("SELECT id FROM customer")).scalars())
        tables = frozenset(table.name for table in SQLModel.metadata.sorted_tables)
        self._announce(Change("", everybody, tables, of_all=True))

    def announce_last(self) -> None:
        """Tell the views of the newest change when another process made it (an import)."""
        with self.read() as db:
            step = journal.last(db, undone=False)
            if step is None:
                return
            concerned = journal.touch(db, step.id)
            change = Change(step.label, _touched(db), concerned)
        self._announce(change)

    # --- the file as a whole ----------------------------------------------------------------------

    def back_up(
        self, reason: backup.Reason, report: backup.Report | None = None
    ) -> list[backup.Backup]:
        """Back up the file beside itself and put the backups there in order, as `tend` says."""
        with failures_of(self.path), closing(connect(self.path, self.key)) as connection:
            backup.make(connection, self.path, self.key, self.clock(), reason, report)
        return self.tend(backup.folder_of(self.path))

    def tend(self, folder: Path) -> list[backup.Backup]:
        """Keep of the backups in a folder what the rule keeps, locked as the file is, without those
        who were erased. Returns those that could not be brought to that: they are left alone."""
        left = self.follow(self.backups_in(folder))
        with closing(connect(self.path, self.key)) as connection:
            purge = purging.purger(connection, self.key)
            return left + backup.rotate(folder, self.path.stem, self.today, purge)

    def follow(
        self, backups: Sequence[backup.Backup], report: backup.Report | None = None
    ) -> list[backup.Backup]:
        """Lock backups as the file is, whatever keys it had before; those that could not be.

        A file that anybody can read keeps its earlier keys only while a backup beside it needs one.
        """
        with closing(connect(self.path, self.key)) as connection:
            earlier = earlier_keys.noted(connection)
            if not earlier:  # then only those made without a passphrase can be followed with
                backups = [one for one in backups if self.key and not is_locked(one.path)]
            left = lock.follow(backups, earlier, self.key, report)
            if self.key is None and earlier:
                there = {*left, *backup.all_of(self.path)}
                needed = [key for key in earlier if any(lock.fits(one.path, key) for one in there)]
                earlier_keys.note(connection, needed, None)
        return left

    def backups_in(self, folder: Path) -> list[backup.Backup]:
        """The backups of this file in a folder, the newest first."""
        return backup.kept_in(folder, self.path.stem)

    def is_in_use(self) -> bool:
        """Whether any session is open, in whatever thread."""
        pool = self._engine.pool
        return isinstance(pool, QueuePool) and pool.checkedout() > 0

    def rewrite(self, passphrase: str | None, report: backup.Report) -> Rewritten:
        """Write the whole file anew beside itself under a passphrase, or None for none.

        Nothing is different yet: `replace` with what comes back puts it in place.
        """
        key = lock.new_key(passphrase)
        with failures_of(self.path, OSError), turn.of(self.path):
            new = lock.new_of(self.path)
            with closing(connect(self.path, self.key)) as connection:
                earlier = [self.key, *earlier_keys.noted(connection)]
            state = lock.rewrite(self.path, self.key, new, key, report, earlier)
            return Rewritten(state, key, lock.mark_of(new))

    def replace(self, rewritten: Rewritten) -> None:
        """Go on with the file that `rewrite` made: it takes the place of this one, or raises Busy.

        No session may be open.
        """
        with failures_of(self.path, OSError), turn.of(self.path):
            if lock.mark_of(lock.new_of(self.path)) != rewritten.mark:
                raise lock.in_use()  # whoever opened the file meanwhile has done away with it
            if self.is_in_use():
                raise lock.in_use()
            lock.hold_log(self.path)
            self._engine.dispose()
            try:
                lock.put_in_place(self.path, self.key, rewritten.state)
                self.key = rewritten.key
            finally:
                self._open()

    @contextmanager
    def _transaction(self, *, hastily: bool = False, kept: bool = True) -> Iterator[Session]:
        if self.read_only and kept:
            raise ReadOnly(self.read_only)
        engine = self._hastily if hastily else self._writing
        with failures_of(self.path), Session(engine, expire_on_commit=False) as db:
            db.execute(text("DELETE FROM touched"))
            yield db

    def _revert(self, *, undone: bool) -> Step | None:
        with self._transaction() as db:
            step = journal.last(db, undone=undone)
            if step is None:
                return None
            journal.touch(db, step.id)
            journal.revert(db, step)
            change = self._refresh(db, step.id, step.label)
            db.commit()
        self._announce(change)
        return step

    def _refresh(self, db: Session, change_id: int, label: str) -> Change:
        concerned = journal.touch(db, change_id)
        self._derive(db)
        return Change(label, _touched(db), concerned)

    def _derive(self, db: Session, *, turning: bool = False) -> None:
        for derivation in self._derivations:
            work = derivation.turn if turning and derivation.turn else derivation.refresh
            work(db, self.today)

    def _derive_all(self, db: Session) -> None:
        """Everything derived, of everybody; no step of the user's."""
        db.execute(
            text(
                "INSERT OR IGNORE INTO touched SELECT id FROM customer"
                " UNION SELECT customer_id FROM standing UNION SELECT rowid FROM search"
            )
        )
        journal.recording(db, False)
        self._derive(db)
        journal.recording(db, True)

    def _announce(self, change: Change) -> None:
        with self.read() as db:
            self._mark = journal.mark(db)
        for listener in tuple(self.changed):
            listener(change)


def _touched(db: Session) -> frozenset[int]:
    return frozenset(db.execute(text("SELECT customer_id FROM touched")).scalars())


def _on_connect(connection: DBAPIConnection, _record: object) -> None:
    """SQLAlchemy begins transactions itself here: the driver's own way would begin them late."""
    cursor = connection.cursor()
    for statement in (
        "PRAGMA foreign_keys = ON",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA cache_size = -32000",
        "CREATE TEMP TABLE IF NOT EXISTS touched (customer_id INTEGER PRIMARY KEY)",
        "CREATE TEMP TABLE IF NOT EXISTS reverting"
        " (tbl TEXT, row_id INTEGER, op TEXT, before TEXT)",
    ):
        cursor.execute(statement)
    cursor.close()


def _on_begin(connection: Connection) -> None:
    """A write takes its lock at once, and waits for it as long as it was told to."""
    patience = connection.get_execution_options().get("patience")
    if patience is None:
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")

"""Erasures reach the backups: who was erased is forgotten in each of them too, when they rotate."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store import backup, forgetting, migrations
from custdesk.store.backup import Backup
from custdesk.store.connecting import connect

Erased = tuple[int, str]
"""A customer's id, and when they were erased, as the table has it."""


def purger(source: sqlite.Connection, key: str | None) -> Callable[[Backup], None]:
    """What `backup.rotate` does to the backups of the file that `source` is connected to.

    Who was erased in the file leaves each of them. One that knows all erasures, or holds none of
    those customers, is read but not written; without erasures none is opened.
    """
    erased = erased_in(source)

    def purge(one: Backup) -> None:
        if erased:
            _purge(one, erased, key)

    return purge


def purge_file(path: Path, key: str | None, erased: frozenset[Erased]) -> bool:
    """Forget in a file that nobody has open; True when there was somebody to forget.

    From then on the file knows all of `erased`, so that its own backups lose them too. For a copy:
    a crash in between leaves it half done.
    """
    with closing(connect(path, key)) as connection:
        missing = _missing(connection, erased)
        if unknown := erased - erased_in(connection):
            migrations.bring_up(connection)
            _forget(connection, unknown)
            connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
    return bool(missing)


def erased_in(connection: sqlite.Connection) -> frozenset[Erased]:
    """Who was erased in a file."""
    tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'erasure'").fetchone()
    if tables is None:  # before version 2
        return frozenset()
    return frozenset(connection.execute("SELECT customer_id, at FROM erasure").fetchall())


def _missing(connection: sqlite.Connection, erased: frozenset[Erased]) -> frozenset[Erased]:
    """The erasures of which a file does not know although it holds the customer."""
    unknown = erased - erased_in(connection)
    ids = ",".join(str(id) for id, _at in unknown)
    there = connection.execute(f"SELECT id FROM customer WHERE id IN ({ids})").fetchall()
    return frozenset(one for one in unknown if (one[0],) in there)


def _purge(one: Backup, erased: frozenset[Erased], key: str | None) -> None:
    try:
        with closing(connect(one.path, key, read_only=True)) as connection:
            if not _missing(connection, erased):
                return
        beside = one.path.with_name(f".{one.path.name}-purged")
        try:
            beside.touch(mode=0o600)
            shutil.copyfile(one.path, beside)
            purge_file(beside, key, erased)
            customers = backup.look_at(beside, key)
            backup.sync(beside)
            _replace(one, beside, customers)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, sqlite.Error) as error:
        raise CustdeskError(
            _("The backup {file} could not be purged of customers who were erased.").format(
                file=one.path.name
            )
        ) from error


def _replace(one: Backup, purged: Path, customers: int) -> None:
    """A crash in between leaves both, and the next rotation purges the old one once more."""
    path = backup.path_of(one, customers)
    purged.replace(path)
    if path != one.path:
        one.path.unlink()
    backup.sync_folder(path.parent)


def _forget(connection: sqlite.Connection, erased: frozenset[Erased]) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    engine = create_engine(
        "sqlite://", module=sqlite, creator=lambda: connection, poolclass=StaticPool
    )
    with Session(engine) as db:
        db.execute(text("BEGIN IMMEDIATE"))
        forgetting.forget(db, {id for id, _at in erased})
        forgetting.swept(db)
        for id, at in sorted(erased):
            db.execute(
                text("INSERT INTO erasure (customer_id, at) VALUES (:id, :at)"),
                {"id": id, "at": at},
            )
        db.execute(text("COMMIT"))

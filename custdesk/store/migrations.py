"""The schema by number: a new file gets the latest, an older one is copied and then stepped up."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store import journal, models, search

APPLICATION_ID = 0x43444B31
"""Marks a SQLite file as ours ("CDK1")."""

DEFAULT_PLANS = (
    models.CarePlan(kind=models.FollowUpKind.BIRTHDAY, days_ahead=3),
    models.CarePlan(kind=models.FollowUpKind.CALLBACK, grade=models.Grade.VIP, every_days=30),
    models.CarePlan(kind=models.FollowUpKind.CALLBACK, grade=models.Grade.REGULAR, every_days=90),
    models.CarePlan(
        kind=models.FollowUpKind.CALLBACK, grade=models.Grade.POTENTIAL, every_days=180
    ),
)
"""Care from the first start (product.md, "Care")."""


def _version_1(db: Session) -> None:
    SQLModel.metadata.create_all(db.connection())
    db.add_all([models.CarePlan(**plan.model_dump(exclude={"id"})) for plan in DEFAULT_PLANS])
    db.flush()
    search.create(db)
    journal.create(db)


STEPS: tuple[Callable[[Session], None], ...] = (_version_1,)
"""Step n brings a file from version n to n + 1."""


def prepare(
    path: Path, now: datetime, steps: tuple[Callable[[Session], None], ...] | None = None
) -> None:
    """Bring the file to the latest version, or make it; a file that is not ours is refused.

    Before an older file is changed it is copied beside itself, with its version and the time in
    the copy's name. All steps happen in one transaction: they all hold or none does.
    """
    todo = STEPS if steps is None else steps
    if path.is_dir():
        raise CustdeskError(_("This is a folder, not a customer file. Name a file in it."))
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists() or path.stat().st_size == 0
    if new:
        path.touch(mode=0o600)
    connection = sqlite.connect(str(path), timeout=10, isolation_level=None)
    try:
        version = _version(connection)
        if version > len(todo):
            raise CustdeskError(
                _(
                    "This customer file was written by a newer CustDesk."
                    " Install the newer version to open it."
                )
            )
        if version == len(todo):
            return
        if version:
            _copy_aside(connection, path, version, now)
        _step_up(connection, todo)
    finally:
        connection.close()


def _version(connection: sqlite.Connection) -> int:
    """The schema version of a file of ours, 0 of an empty file; refuses somebody else's."""
    ours = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if ours != APPLICATION_ID and (ours or version or tables):
        raise CustdeskError(
            _("This file is not a CustDesk customer file, or it is damaged. Choose another file.")
        )
    return version


def _copy_aside(connection: sqlite.Connection, path: Path, version: int, now: datetime) -> None:
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    name = f"{path.stem}-v{version}-{now:%Y%m%d-%H%M%S}{path.suffix}"
    shutil.copy2(path, path.with_name(name))


def _step_up(connection: sqlite.Connection, steps: tuple[Callable[[Session], None], ...]) -> None:
    """Two processes may come here at once: the version is read again under the write lock."""
    connection.execute("PRAGMA journal_mode = WAL")
    engine = create_engine(
        "sqlite://", module=sqlite, creator=lambda: connection, poolclass=StaticPool
    )
    with Session(engine) as db:
        db.execute(text("BEGIN IMMEDIATE"))
        version = _version(connection)
        for step in steps[version:]:
            step(db)
        db.flush()
        db.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
        db.execute(text(f"PRAGMA user_version = {len(steps)}"))
        db.execute(text("COMMIT"))

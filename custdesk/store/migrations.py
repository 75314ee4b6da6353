"""The schema by number: a new file gets the latest, an older one is backed up, then stepped up."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store import backup, journal, models, search, version_3, version_4, version_5
from custdesk.store.connecting import connect

APPLICATION_ID = 0x43444B31
"""Marks a SQLite file as ours ("CDK1")."""

_KIND = models.FollowUpKind

DEFAULT_PLANS = (
    models.CarePlan(kind=_KIND.BIRTHDAY, days=-3),
    models.CarePlan(kind=_KIND.CALLBACK, grades=models.VIP, every_days=30),
    models.CarePlan(kind=_KIND.CALLBACK, grades=models.REGULAR, every_days=90),
    models.CarePlan(kind=_KIND.CALLBACK, grades=models.POTENTIAL, every_days=180),
    models.CarePlan(
        kind=_KIND.FESTIVAL,
        grades=f"{models.VIP},{models.REGULAR}",
        days=-1,
        about="spring_festival",
    ),
    models.CarePlan(kind=_KIND.FESTIVAL, grades=models.VIP, days=-1, about="dragon_boat"),
    models.CarePlan(kind=_KIND.FESTIVAL, grades=models.VIP, days=-1, about="mid_autumn"),
    models.CarePlan(kind=_KIND.AFTER_SALE, days=7),
    models.CarePlan(kind=_KIND.AFTER_SALE, days=30, enabled=False),
    models.CarePlan(kind=_KIND.REPLENISHMENT, days=-3),
    models.CarePlan(kind=_KIND.RENEWAL, days=-14),
    models.CarePlan(kind=_KIND.ANNIVERSARY, days=-3),
    models.CarePlan(kind=_KIND.WIN_BACK, days=0),
    models.CarePlan(kind=_KIND.CASE, days=0),
    models.CarePlan(kind=_KIND.CASE, days=7),
)
"""Care from the first start (product.md, "Care"); a second call after a sale is there to be
switched on, for not every trade wants it."""


def _create(db: Session) -> None:
    """Everything that a new file holds, in the latest version."""
    SQLModel.metadata.create_all(db.connection())
    db.add_all([models.CarePlan(**plan.model_dump(exclude={"id"})) for plan in DEFAULT_PLANS])
    db.add(models.GradingPolicy(rules="{}"))
    db.flush()
    search.create(db)
    journal.create(db)


def _to_version_2(db: Session) -> None:
    """Consent, erasures, changes that take others back; one journal entry a row and change."""
    connection = db.connection()
    connection.exec_driver_sql("ALTER TABLE customer ADD COLUMN consented_on DATE")
    connection.exec_driver_sql(f"ALTER TABLE change ADD COLUMN {journal.TAKES_BACK}")
    connection.exec_driver_sql(
        "CREATE TABLE erasure (id INTEGER NOT NULL, customer_id INTEGER NOT NULL,"
        " at DATETIME NOT NULL, PRIMARY KEY (id))"
    )
    connection.exec_driver_sql("ALTER TABLE journal RENAME TO journal_1")
    connection.exec_driver_sql("DROP INDEX journal_by_customer")
    for statement in journal.ENTRIES:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "INSERT INTO journal SELECT change_id, tbl, row_id, op, customer_id, before FROM journal_1"
        " WHERE id IN (SELECT min(id) FROM journal_1 GROUP BY change_id, tbl, row_id)"
    )
    connection.exec_driver_sql("DROP TABLE journal_1")


STEPS: tuple[Callable[[Session], None], ...] = (
    _to_version_2,
    version_3.step,
    version_4.step,
    version_5.step,
)
"""Step n brings a file from version n to n + 1, the first being 1; a new file needs none. While
steps are taken nothing is journalled."""


def prepare(
    path: Path,
    now: datetime,
    key: str | None = None,
    steps: tuple[Callable[[Session], None], ...] | None = None,
) -> int:
    """Bring the file to the latest version, or make it; a file that is not ours is refused.

    Returns how many versions the file is ahead of this CustDesk: a newer one is left as it is.
    Before an older file is changed it is backed up. All steps happen in one transaction: they all
    hold or none does.
    """
    todo = STEPS if steps is None else steps
    latest = len(todo) + 1
    if path.is_dir():
        raise CustdeskError(_("This is a folder, not a customer file. Name a file in it."))
    backup.make_folder(path.parent)
    if not path.exists():
        path.touch(mode=0o600)
    connection = connect(path, key)
    try:
        version = _version(connection)
        if 0 < version < latest:
            backup.make(connection, path, key, now, backup.Reason.MIGRATION)
        if version < latest:
            _step_up(connection, todo)
    finally:
        connection.close()
    return max(0, version - latest)


def bring_up(connection: sqlite.Connection) -> None:
    """Bring a copy of a file to the latest version; raises a sentence for one that is newer."""
    version = _version(connection)
    if version > len(STEPS) + 1:
        raise CustdeskError(_("This file is from a newer CustDesk. Open it with that one."))
    if version <= len(STEPS):
        _step_up(connection, STEPS)


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


def _step_up(connection: sqlite.Connection, steps: tuple[Callable[[Session], None], ...]) -> None:
    """Two processes may come here at once: the version is read again under the write lock."""
    connection.execute("PRAGMA journal_mode = WAL")
    engine = create_engine(
        "sqlite://", module=sqlite, creator=lambda: connection, poolclass=StaticPool
    )
    with Session(engine) as db:
        db.execute(text("BEGIN IMMEDIATE"))
        version = _version(connection)
        if version:
            journal.unwatch(db)
            for step in steps[version - 1 :]:
                step(db)
            journal.watch(db)
        else:
            _create(db)
        db.flush()
        db.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
        db.execute(text(f"PRAGMA user_version = {len(steps) + 1}"))
        db.execute(text("COMMIT"))

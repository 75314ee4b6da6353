"""What changed: images from before each change, kept by triggers, for undo, redo and history.

Every table but a few has three triggers. They write one entry a row into `journal` under the change
that is current: an insert needs only its id, an update or a delete the row as it was. The first
entry of a row in a change counts, for it holds the state from before the change. Taking a change
back puts the rows back; meanwhile the same triggers write the way forward again under the same
change, so that undo and redo are one operation.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Integer, Table, UniqueConstraint, text
from sqlmodel import AutoString, Session, SQLModel

from custdesk.store.models import UNJOURNALLED

ENTRIES = (
    """CREATE TABLE journal (
        change_id INTEGER NOT NULL REFERENCES change(id) ON DELETE CASCADE,
        tbl TEXT NOT NULL,
        row_id INTEGER NOT NULL,
        op TEXT NOT NULL CHECK (op IN ('I', 'U', 'D')),
        customer_id INTEGER,
        before TEXT,
        PRIMARY KEY (change_id, tbl, row_id)) WITHOUT ROWID""",
    "CREATE INDEX journal_by_customer ON journal (customer_id) WHERE customer_id IS NOT NULL",
)
TAKES_BACK = "takes_back INTEGER REFERENCES change(id) ON DELETE SET NULL"
"""Which earlier change a change takes back, where that is what it is for."""

_TABLES = (
    f"""CREATE TABLE change (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        label TEXT NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)), {TAKES_BACK})""",
    *ENTRIES,
    """CREATE TABLE journal_state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        change_id INTEGER,
        recording INTEGER NOT NULL DEFAULT 1,
        as_of TEXT)""",
    "INSERT INTO journal_state (id) VALUES (1)",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One change as the user sees it in the list of changes.

    `taken_back`: a later change, itself in force, took it back.
    """

    id: int
    at: datetime
    label: str
    undone: bool
    taken_back: bool = False


def tables() -> Iterator[Table]:
    """The tables that are journalled, those that others refer to first."""
    return (table for table in SQLModel.metadata.sorted_tables if table.name not in UNJOURNALLED)


def _owner(table: Table, row: str) -> str:
    """SQL for the customer that a row (NEW or OLD) belongs to, or NULL."""
    if table.name == "customer":
        return f"{row}.id"
    if "customer_id" in table.c:
        return f"{row}.customer_id"
    if table.name == "purchase_line":
        return f"(SELECT customer_id FROM purchase WHERE id = {row}.purchase_id)"
    return "NULL"


def _triggers(table: Table) -> Iterator[str]:
    image = ", ".join(f"'{column.name}', OLD.\"{column.name}\"" for column in table.columns)
    for op, verb, row, before in (
        ("I", "INSERT", "NEW", "NULL"),
        ("U", "UPDATE", "OLD", f"json_object({image})"),
        ("D", "DELETE", "OLD", f"json_object({image})"),
    ):
        yield (
            f"CREATE TRIGGER journal_{table.name}_{verb.lower()} AFTER {verb} ON {table.name}"
            " WHEN (SELECT recording FROM journal_state) BEGIN"
            " INSERT INTO journal (change_id, tbl, row_id, op, customer_id, before)"
            f" SELECT change_id, '{table.name}', {row}.id, '{op}', {_owner(table, row)}, {before}"
            " FROM journal_state WHERE 1 ON CONFLICT DO NOTHING; END"
        )


def create(db: Session) -> None:
    """Make the journal's own tables and the triggers of every journalled table."""
    for statement in _TABLES:
        db.connection().exec_driver_sql(statement)
    watch(db)


def unwatch(db: Session) -> None:
    """Do away with the triggers: from here on nothing is journalled."""
    connection = db.connection()
    for name in db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def watch(db: Session) -> None:
    """Make the triggers of every journalled table, for the columns that it has now."""
    connection = db.connection()
    for table in tables():
        for statement in _triggers(table):
            connection.exec_driver_sql(statement)


def begin(db: Session, label: str, at: datetime, takes_back: int | None = None) -> int:
    """Start a change; what was undone before it cannot be redone any more.

    `takes_back` is the earlier change that this one takes back, where that is what it is for.
    """
    db.execute(text("DELETE FROM change WHERE undone"))
    change = db.execute(
        text(
            "INSERT INTO change (at, label, takes_back) VALUES (:at, :label, :takes_back)"
            " RETURNING id"
        ),
        {"at": at.isoformat(" ", "seconds"), "label": label, "takes_back": takes_back},
    ).scalar_one()
    _make_current(db, change)
    return int(change)


def _make_current(db: Session, change_id: int) -> None:
    db.execute(text("UPDATE journal_state SET change_id = :id"), {"id": change_id})


def is_empty(db: Session, change_id: int) -> bool:
    found = db.execute(
        text("SELECT 1 FROM journal WHERE change_id = :id LIMIT 1"), {"id": change_id}
    )
    return found.first() is None


def size(db: Session, change_id: int) -> int:
    """How many rows a change concerns; with all customers where each of them follows from it."""
    count = db.execute(
        text("SELECT count(*) FROM journal WHERE change_id = :id"), {"id": change_id}
    ).scalar_one()
    if _concerns_all(db, change_id):
        count += db.execute(text("SELECT count(*) FROM customer")).scalar_one()
    return int(count)


def _concerns_all(db: Session, change_id: int) -> bool:
    found = db.execute(
        text(
            "SELECT 1 FROM journal j LEFT JOIN care_plan p ON p.id = j.row_id"
            " WHERE j.change_id = :id AND j.tbl = 'care_plan'"
            " AND (p.enabled OR p.id IS NULL OR j.before ->> '$.enabled')"
            " UNION ALL SELECT 1 FROM journal j LEFT JOIN care_habits h ON h.id = j.row_id"
            " WHERE j.change_id = :id AND j.tbl = 'care_habits'"
            " AND (h.chosen -> '$.birthdays') IS NOT (j.before ->> '$.chosen' -> '$.birthdays')"
            " UNION ALL SELECT 1 FROM journal WHERE change_id = :id"
            " AND tbl IN ('grading_policy', 'insight_rules') LIMIT 1"
        ),
        {"id": change_id},
    )
    return found.first() is not None or _changes_a_segment_in_force(db, change_id)


def _changes_a_segment_in_force(db: Session, change_id: int) -> bool:
    """Whether a segment asks for something else now that a care plan goes by, be it by way of
    other segments: their rules name those as {"in": id}."""
    found = db.execute(
        text(
            "WITH RECURSIVE used(id) AS ("
            " SELECT segment_id FROM care_plan WHERE enabled AND segment_id IS NOT NULL"
            " UNION SELECT part.value FROM used JOIN segment s ON s.id = used.id,"
            " json_tree(CASE WHEN json_valid(s.rule) THEN s.rule ELSE '0' END) part"
            " WHERE part.key = 'in')"
            " SELECT 1 FROM journal j LEFT JOIN segment s ON s.id = j.row_id"
            " WHERE j.change_id = :id AND j.tbl = 'segment' AND j.row_id IN (SELECT id FROM used)"
            " AND s.rule IS NOT (j.before ->> '$.rule') LIMIT 1"
        ),
        {"id": change_id},
    )
    return found.first() is not None


def tables_of(db: Session, change_id: int) -> frozenset[str]:
    rows = db.execute(
        text("SELECT DISTINCT tbl FROM journal WHERE change_id = :id"), {"id": change_id}
    )
    return frozenset(rows.scalars())


def touch(db: Session, change_id: int) -> frozenset[str]:
    """Put every customer that the change concerns into temp.touched; returns what tables it did.

    A row that moved from one customer to another concerns both: the journal knows the one before,
    the row itself the one after. A relation concerns who stands at either end, and a product that
    was changed who has bought it. A care plan that is or was switched on, the rule of a segment
    that such a plan goes by, and how birthdays are kept, concern everybody, as do the grading
    policy and the numbers of insight. Of the grade at the last review nothing else follows.
    """
    parameters = {"id": change_id}
    db.execute(
        text(
            "INSERT OR IGNORE INTO touched SELECT customer_id FROM journal"
            " WHERE change_id = :id AND customer_id IS NOT NULL AND tbl <> 'reviewed_grade'"
        ),
        parameters,
    )
    concerned = tables_of(db, change_id)
    for table in tables():
        if table.name in concerned - {"reviewed_grade"} and "customer_id" in table.c:
            db.execute(
                text(
                    f"INSERT OR IGNORE INTO touched SELECT t.customer_id FROM journal j"
                    f" JOIN {table.name} t ON t.id = j.row_id"
                    f" WHERE j.change_id = :id AND j.tbl = '{table.name}' AND j.op = 'U'"
                ),
                parameters,
            )
    if _concerns_all(db, change_id):
        db.execute(text("INSERT OR IGNORE INTO touched SELECT id FROM customer"))
    if "product" in concerned:
        db.execute(
            text(
                "INSERT OR IGNORE INTO touched SELECT p.customer_id FROM journal j"
                " JOIN purchase_line line ON line.product_id = j.row_id"
                " JOIN purchase p ON p.id = line.purchase_id"
                " WHERE j.change_id = :id AND j.tbl = 'product' AND j.op = 'U'"
            ),
            parameters,
        )
    if "relation" in concerned:
        # Who stands at its other end; below nought are places that were only held free.
        db.execute(
            text(
                "INSERT OR IGNORE INTO touched SELECT r.other_id FROM journal j"
                " JOIN relation r ON r.id = j.row_id"
                " WHERE j.change_id = :id AND j.tbl = 'relation'"
                " UNION SELECT before ->> '$.other_id' FROM journal WHERE change_id = :id"
                " AND tbl = 'relation' AND before ->> '$.other_id' > 0"
            ),
            parameters,
        )
    return concerned


def last(db: Session, *, undone: bool) -> Step | None:
    """The change that undo (or, with `undone`, redo) would take next."""
    order = "ASC" if undone else "DESC"
    found = _steps(db, f"undone = :undone ORDER BY id {order} LIMIT 1", undone=int(undone))
    return found[0] if found else None


def as_of(db: Session) -> date | None:
    """The day up to which what moves with the calendar was brought last; None for a new file."""
    known = db.execute(text("SELECT as_of FROM journal_state")).scalar_one()
    return date.fromisoformat(known) if known else None


def mark(db: Session) -> tuple[object, ...]:
    """Another one after any change, undo, redo, new day or erasure, whoever made it."""
    asked = (
        "SELECT (SELECT max(id) FROM change),"
        " (SELECT id FROM change WHERE NOT undone ORDER BY id DESC LIMIT 1),"
        " (SELECT as_of FROM journal_state), (SELECT max(id) FROM erasure)"
    )
    return tuple(db.execute(text(asked)).one())


def steps(db: Session, limit: int, before: int | None = None) -> list[Step]:
    """The last `limit` changes (of those before the change `before`), newest first."""
    where = "TRUE" if before is None else "id < :before"
    return _steps(db, f"{where} ORDER BY id DESC LIMIT :n", n=limit, before=before)


def step(db: Session, change_id: int) -> Step | None:
    found = _steps(db, "id = :id", id=change_id)
    return found[0] if found else None


def _steps(db: Session, where: str, **parameters: int | None) -> list[Step]:
    rows = db.execute(text(f"SELECT id, at, label, undone FROM change WHERE {where}"), parameters)
    gone = takings(db)
    return [
        Step(id, datetime.fromisoformat(at), label, bool(undone), id in gone)
        for id, at, label, undone in rows
    ]


def takings(db: Session) -> dict[int, int]:
    """Which changes are taken back, and by which; a taking back may itself have been taken back."""
    found: dict[int, int] = {}
    for id, taken in db.execute(
        text(
            "SELECT id, takes_back FROM change WHERE takes_back IS NOT NULL AND NOT undone"
            " ORDER BY id DESC"
        )
    ):
        if id not in found:
            found[taken] = id
    return found


def revert(db: Session, step: Step) -> None:
    """Put every row that the change touched back as it was before; a second time, forward again."""
    _make_current(db, step.id)
    db.execute(text("DELETE FROM reverting"))
    db.execute(
        text(
            "INSERT INTO reverting SELECT tbl, row_id, op, before FROM journal"
            " WHERE change_id = :id"
        ),
        {"id": step.id},
    )
    db.execute(text("DELETE FROM journal WHERE change_id = :id"), {"id": step.id})
    put_back(db)
    db.execute(
        text("UPDATE change SET undone = :undone WHERE id = :id"),
        {"undone": int(not step.undone), "id": step.id},
    )


def put_back(db: Session) -> None:
    """Make the rows in temp.reverting what they say: gone (op I), or as their image has it."""
    db.execute(text("PRAGMA defer_foreign_keys = ON"))
    touched = set(db.execute(text("SELECT DISTINCT tbl FROM reverting")).scalars())
    concerned = [table for table in tables() if table.name in touched]
    for table in reversed(concerned):
        db.execute(
            text(
                f"DELETE FROM {table.name} WHERE id IN"
                f" (SELECT row_id FROM reverting WHERE tbl = '{table.name}' AND op = 'I')"
            )
        )
    if "follow_up" in touched:
        _give_way(db)
    for table in concerned:
        _make_room(db, table)
        names = [column.name for column in table.columns]
        values = ", ".join(f"before ->> '$.{name}'" for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        updates = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != "id")
        db.execute(
            text(
                f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM reverting"
                f" WHERE tbl = '{table.name}' AND op <> 'I'"
                f" ON CONFLICT (id) DO UPDATE SET {updates}"
            )
        )


def _give_way(db: Session) -> None:
    """Withdraw what a new day planned, without a journal, in the place of what comes back."""
    db.execute(
        text(
            "DELETE FROM follow_up WHERE id IN (SELECT f.id FROM reverting r JOIN follow_up f"
            " ON f.customer_id = r.before ->> '$.customer_id'"
            " AND f.plan_id = r.before ->> '$.plan_id'"
            " AND f.occurrence = r.before ->> '$.occurrence'"
            " WHERE r.tbl = 'follow_up' AND r.op <> 'I' AND f.id <> r.row_id)"
        )
    )


def _make_room(db: Session, table: Table) -> None:
    """Free what rows hold that only one may hold (a number): two may have changed places.

    One column of what is unique together is enough: a text, or else a key, whose check waits.
    """
    for constraint in table.constraints:
        if not isinstance(constraint, UniqueConstraint):
            continue
        texts = [c for c in constraint.columns if isinstance(c.type, AutoString)]
        keys = [c for c in constraint.columns if isinstance(c.type, Integer)]
        column = (texts or keys)[-1]
        free = "-id" if isinstance(column.type, Integer) else "char(31) || id"
        differs = " OR ".join(
            f"{table.name}.\"{c.name}\" IS NOT r.before ->> '$.{c.name}'"
            for c in constraint.columns
        )
        db.execute(
            text(
                f'UPDATE {table.name} SET "{column.name}" = {free} FROM reverting r'
                f" WHERE r.tbl = '{table.name}' AND r.op <> 'I' AND r.row_id = id"
                f' AND "{column.name}" IS NOT NULL AND ({differs})'
            )
        )


def recording(db: Session, on: bool) -> None:
    """Whether triggers write entries: off only while derived rows follow the calendar."""
    db.execute(text("UPDATE journal_state SET recording = :on"), {"on": int(on)})


# --- what changed -----------------------------------------------------------------------------

Values = dict[str, object]
"""A row as the file keeps it: text, whole numbers and fractions by column."""


@dataclass(frozen=True, slots=True)
class Image:
    """One row before and after a change; None where it was not there."""

    table: str
    row_id: int
    before: Values | None
    after: Values | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One change, and the rows that it changed for one customer."""

    step: Step
    images: tuple[Image, ...]


def history_of(db: Session, customer_id: int, only: int | None = None) -> list[Entry]:
    """Every change that still holds and concerned a customer (or the one `only`), newest first.

    What concerned somebody who had the same id before, and was deleted for good, is left out.
    """
    found = _entries(db, customer_id)
    born = [one.change_id for one in found if (one.table, one.op, one.restored) == _BIRTH]
    found = [one for one in found if one.change_id >= max(born, default=0)]
    rows: dict[tuple[str, int], list[_Found]] = {}
    for one in found:
        rows.setdefault((one.table, one.row_id), []).append(one)
    now = _rows_now(db, customer_id, rows)
    changes: dict[int, list[Image]] = {}
    for (table, row_id), chain in rows.items():
        states = [one.before for one in chain] + [now.get((table, row_id))]
        for one, before, after in zip(chain, states, states[1:], strict=False):
            if before != after and only in (None, one.change_id):
                image = Image(table, row_id, before, after)
                changes.setdefault(one.change_id, []).append(image)
    known = {step.id: step for step in _steps_among(db, changes)}
    return [Entry(known[id], tuple(changes[id])) for id in sorted(changes, reverse=True)]


def customers_of(db: Session, change_id: int, limit: int) -> list[int]:
    """The first `limit` customers whom a change concerns."""
    rows = db.execute(
        text(
            "SELECT DISTINCT customer_id FROM journal"
            " WHERE change_id = :id AND customer_id IS NOT NULL ORDER BY 1 LIMIT :n"
        ),
        {"id": change_id, "n": limit},
    )
    return list(rows.scalars())


def reach(db: Session, change_id: int) -> int:
    """How many customers a change concerns."""
    count = db.execute(
        text("SELECT count(DISTINCT customer_id) FROM journal WHERE change_id = :id"),
        {"id": change_id},
    ).scalar_one()
    return int(count)


class Names:
    """What tags and products were called at the time of a change, also those that are gone."""

    def __init__(self, db: Session) -> None:
        self._db = db
        self._now: dict[tuple[str, int], str] = {}
        self._images: dict[tuple[str, int], list[tuple[int, str | None]]] = {}

    def at(self, table: str, id: object, change_id: int) -> str:
        """The name around that change; "" where nobody knows it any more."""
        if not self._now:
            self._read()
        key = (table, int(str(id)))
        later = [name for change, name in self._images.get(key, ()) if change >= change_id]
        # Made by this very change: the first image is empty, the next one has the name.
        return next((name for name in later if name), None) or self._now.get(key, "")

    def _read(self) -> None:
        for table in ("tag", "product"):
            for id, name in self._db.execute(text(f"SELECT id, name FROM {table}")):
                self._now[table, id] = name
            for change_id, row_id, name in self._db.execute(
                text(
                    "SELECT j.change_id, j.row_id, j.before ->> '$.name' FROM change c"
                    f" CROSS JOIN journal j ON j.change_id = c.id AND j.tbl = '{table}'"
                    " WHERE NOT c.undone ORDER BY c.id"
                )
            ):
                self._images.setdefault((table, row_id), []).append((change_id, name))


@dataclass(frozen=True, slots=True)
class _Found:
    change_id: int
    table: str
    row_id: int
    op: str
    before: Values | None
    restored: bool


_BIRTH = ("customer", "I", False)


def _entries(db: Session, customer_id: int) -> list[_Found]:
    rows = db.execute(
        text(
            "SELECT j.change_id, j.tbl, j.row_id, j.op, j.before, c.takes_back IS NOT NULL"
            " FROM journal j JOIN change c ON c.id = j.change_id AND NOT c.undone"
            " WHERE j.customer_id = :id"
            # relations that others have with them
            " UNION ALL SELECT j.change_id, j.tbl, j.row_id, j.op, j.before, 0"
            " FROM relation r CROSS JOIN journal j ON j.customer_id = r.customer_id"
            "  AND j.tbl = 'relation' AND j.row_id = r.id"
            " JOIN change c ON c.id = j.change_id AND NOT c.undone"
            " WHERE r.other_id = :id ORDER BY 1, 2, 3"
        ),
        {"id": customer_id},
    )
    return [
        _Found(change, table, row, op, json.loads(before) if before else None, bool(restored))
        for change, table, row, op, before, restored in rows
    ]


def _rows_now(
    db: Session, customer_id: int, wanted: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], Values]:
    """The rows as they are, of those that are there and belong to the customer."""
    ids: dict[str, list[str]] = {}
    for name, row_id in wanted:
        ids.setdefault(name, []).append(str(row_id))
    found: dict[tuple[str, int], Values] = {}
    for table in tables():
        if table.name not in ids:
            continue
        image = ", ".join(f"'{column.name}', t.\"{column.name}\"" for column in table.columns)
        theirs = f"{_owner(table, 't')} = {customer_id}"
        if table.name == "relation":
            theirs = f"({theirs} OR t.other_id = {customer_id})"
        for row_id, values in db.execute(
            text(
                f"SELECT t.id, json_object({image}) FROM {table.name} t"
                f" WHERE t.id IN ({','.join(ids[table.name])}) AND {theirs}"
            )
        ):
            found[table.name, row_id] = json.loads(values)
    return found


def _steps_among(db: Session, ids: Iterable[int]) -> list[Step]:
    return _steps(db, f"id IN ({','.join(map(str, ids))})")

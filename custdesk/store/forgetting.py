"""Forgets customers for good: their rows, their history, and every trace of both in the file."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import text
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store import journal
from custdesk.store.spelling import fold

TRASH_DAYS = 30
"""So long a customer stays in the trash; then they are forgotten."""

LONGEST_JUMP = timedelta(days=366)
"""A clock that went further ahead since the last day may be wrong: the trash waits a while more."""

CHANGED = frozenset({"customer", "relation", "follow_up"})
"""Tables of which views are told when somebody was forgotten."""

_FOREVER = 2**62
"""Later than any change."""

_BATCH = 5000
_UNSWEPT, _TRASH_WAITS = (-1, "unswept"), (-2, "trash_waits_until")
"""Id and key of what is noted among the settings; undo never comes near ids below nought."""

# Ids of rows, and in older files of customers, are used again once the newest of them has gone: an
# id stands for somebody only from one change to another.
_SCRATCH = (
    "CREATE TEMP TABLE IF NOT EXISTS whose (customer_id INTEGER, first INTEGER, last INTEGER,"
    " PRIMARY KEY (customer_id, first))",
    "CREATE TEMP TABLE IF NOT EXISTS traced (change_id INTEGER, tbl TEXT, row_id INTEGER,"
    " PRIMARY KEY (change_id, tbl, row_id)) WITHOUT ROWID",
    "DELETE FROM whose",
    "DELETE FROM traced",
)

_PRESENT = f"""INSERT INTO whose SELECT id, coalesce((SELECT max(change_id) FROM journal
     WHERE customer_id = customer.id AND tbl = 'customer' AND op = 'I'), 0), {_FOREVER}
   FROM customer WHERE id IN ({{ids}})"""

_MERGED = """INSERT OR IGNORE INTO whose SELECT gone.row_id,
     coalesce((SELECT max(change_id) FROM journal WHERE customer_id = gone.row_id
       AND tbl = 'customer' AND op = 'I' AND change_id < gone.change_id), 0), gone.change_id
   FROM journal gone WHERE gone.tbl = 'customer' AND gone.op = 'D'
     AND gone.before ->> '$.number' IN
       (SELECT number FROM former_number JOIN whose USING (customer_id))"""
"""Records of the same person that were merged into theirs."""

_OWN = """INSERT OR IGNORE INTO traced SELECT j.change_id, j.tbl, j.row_id FROM whose l
   JOIN journal j ON j.customer_id = l.customer_id AND j.change_id BETWEEN l.first AND l.last"""

_LINES = """INSERT OR IGNORE INTO traced SELECT j.change_id, j.tbl, j.row_id FROM traced p
   JOIN journal j ON j.change_id = p.change_id AND j.tbl = 'purchase_line'
     AND j.customer_id IS NULL AND j.before ->> '$.purchase_id' = p.row_id
   WHERE p.tbl = 'purchase'"""
"""Lines that went together with their purchase no longer know whose they were."""

_RELATED = f"""SELECT j.row_id, j.change_id FROM whose l
   JOIN journal j ON j.tbl = 'relation' AND j.before ->> '$.other_id' = l.customer_id
     AND j.change_id BETWEEN l.first AND l.last
   UNION ALL SELECT r.id, {_FOREVER} FROM whose l
   JOIN relation r ON r.other_id = l.customer_id WHERE l.last = {_FOREVER}"""
"""Relations of others that name them, and when."""

_TAGGED = f"""SELECT j.before ->> '$.tag_id', j.change_id, p.row_id IS NOT NULL FROM journal j
   LEFT JOIN traced p USING (change_id, tbl, row_id)
   WHERE j.tbl = 'customer_tag' AND j.before IS NOT NULL
   UNION ALL SELECT tag_id, {_FOREVER}, customer_id IN
     (SELECT customer_id FROM whose WHERE last = {_FOREVER}) FROM customer_tag"""
"""Which tags were somebody's, when, and whether that one leaves."""


def forget(db: Session, customer_ids: Collection[int]) -> frozenset[int]:
    """Delete customers with everything attached, and purge the journal and the index of them.

    This is no step: it is not journalled and cannot be undone, and what was undone before cannot be
    redone any more. Steps of other customers can still be undone. Returns who is concerned: they,
    and those who were related to them. What was deleted is out of the file only when that has been
    rewritten (`Store.erase`). Raises a CustdeskError when one of them is not in the file.
    """
    journal.recording(db, False)
    db.execute(text("DELETE FROM change WHERE undone"))
    ids = trace(db, customer_ids)
    db.execute(text("PRAGMA secure_delete = ON"))
    related = db.execute(
        text(
            "SELECT customer_id FROM relation WHERE other_id IN (SELECT customer_id FROM whose)"
            " UNION SELECT other_id FROM relation WHERE customer_id IN"
            " (SELECT customer_id FROM whose)"
        )
    ).scalars()
    concerned = frozenset((*ids, *related))
    tags = _trace_tags(db)
    _purge_changes(db)
    who = f"(SELECT customer_id FROM whose WHERE last = {_FOREVER})"
    db.execute(text(f"DELETE FROM search WHERE rowid IN {who}"))
    db.execute(text(f"DELETE FROM customer WHERE id IN {who}"))
    for some in _in_batches(tags):
        unused = "id NOT IN (SELECT tag_id FROM customer_tag)"
        db.execute(text(f"DELETE FROM tag WHERE id IN ({some}) AND {unused}"))
    # Deleted rows stay readable in the index until its pieces are merged into one.
    db.execute(text("INSERT INTO search (search) VALUES ('optimize')"))
    _note(db, _UNSWEPT, "1")
    journal.recording(db, True)
    for scratch in ("whose", "traced"):
        db.execute(text(f"DELETE FROM {scratch}"))
    return concerned


def trace(db: Session, customer_ids: Collection[int]) -> list[int]:
    """Put what the journal holds of customers into temp.traced, and their eras into temp.whose.

    Raises a CustdeskError when one of them is not in the file.
    """
    for statement in _SCRATCH:
        db.execute(text(statement))
    ids = sorted(set(customer_ids))
    for some in _in_batches(ids):
        db.execute(text(_PRESENT.format(ids=some)))
    if db.execute(text("SELECT count(*) FROM whose")).scalar_one() < len(ids):
        raise CustdeskError(_("This customer is no longer in the file."))
    while db.execute(text(_MERGED)).rowcount:  # type: ignore[attr-defined]
        pass
    db.execute(text(_OWN))
    db.execute(text(_LINES))
    _trace_relations(db)
    return ids


def _in_batches(ids: Sequence[int]) -> Iterator[str]:
    """As many at once as one statement should name."""
    for start in range(0, len(ids), _BATCH):
        yield ",".join(map(str, ids[start : start + _BATCH]))


@dataclass(frozen=True, slots=True)
class _Life:
    """A row from its insert until its id is given to another: its entries, and the time between."""

    changes: tuple[int, ...]
    first: int
    end: int

    def holds(self, changes: Iterable[int]) -> bool:
        return any(self.first <= change < self.end for change in changes)


def _lives(db: Session, table: str) -> dict[int, list[_Life]]:
    """The lives of the rows of a table that the journal knows, by id, earliest first."""
    entries: dict[int, list[tuple[int, str]]] = {}
    for row, change, op in db.execute(
        text("SELECT row_id, change_id, op FROM journal WHERE tbl = :table ORDER BY change_id"),
        {"table": table},
    ):
        entries.setdefault(row, []).append((change, op))
    return {row: list(_divided(known)) for row, known in entries.items()}


def _divided(entries: list[tuple[int, str]]) -> Iterator[_Life]:
    births = [change for change, op in entries if op == "I"]
    first = [] if entries[0][1] == "I" else [0]
    for start, end in pairwise((*first, *births, _FOREVER + 1)):
        yield _Life(tuple(change for change, _op in entries if start <= change < end), start, end)


def _trace_relations(db: Session) -> None:
    named: dict[int, list[int]] = {}
    for row, change in db.execute(text(_RELATED)):
        named.setdefault(row, []).append(change)
    if not named:
        return
    lives = _lives(db, "relation")
    _trace(
        db,
        "relation",
        (
            (change, row)
            for row, changes in named.items()
            for life in lives.get(row, ())
            if life.holds(changes)
            for change in life.changes
        ),
    )


def _trace_tags(db: Session) -> list[int]:
    """Trace the tags that only they ever had; those of them that are still there."""
    theirs: dict[int, list[int]] = {}
    others: dict[int, list[int]] = {}
    for tag, change, leaves in db.execute(text(_TAGGED)):
        (theirs if leaves else others).setdefault(tag, []).append(change)
    lives = _lives(db, "tag")
    there: list[int] = []
    traced: list[tuple[int, int]] = []
    for tag, changes in theirs.items():
        for life in lives.get(tag) or [_Life((), 0, _FOREVER + 1)]:
            if life.holds(changes) and not life.holds(others.get(tag, ())):
                traced += [(change, tag) for change in life.changes]
                if life.end > _FOREVER:
                    there.append(tag)
    _trace(db, "tag", traced)
    return there


def _trace(db: Session, table: str, entries: Iterable[tuple[int, int]]) -> None:
    rows = [{"change": change, "table": table, "row": row} for change, row in entries]
    if rows:
        db.execute(text("INSERT OR IGNORE INTO traced VALUES (:change, :table, :row)"), rows)


def _purge_changes(db: Session) -> None:
    """Take their entries out of the journal, and them out of the labels of what is left.

    A change goes when it is left with nothing of anybody, or only with having brought products and
    tags. One that others have a part in keeps its label unless that holds one of their names.
    """
    names = db.execute(
        text(
            "SELECT name FROM customer JOIN whose ON id = customer_id"
            f" WHERE last = {_FOREVER} UNION SELECT j.before ->> '$.name' FROM journal j"
            " JOIN traced USING (change_id, tbl, row_id)"
            " WHERE j.tbl = 'customer' AND j.before IS NOT NULL"
        )
    ).scalars()
    borne = {_pressed(name) for name in names}
    db.execute(
        text(
            "DELETE FROM journal WHERE (change_id, tbl, row_id) IN"
            " (SELECT change_id, tbl, row_id FROM traced)"
        )
    )
    db.execute(
        text(
            "DELETE FROM change WHERE id IN (SELECT change_id FROM traced) AND NOT EXISTS"
            " (SELECT 1 FROM journal WHERE change_id = change.id"
            "  AND NOT (op = 'I' AND tbl IN ('product', 'tag')))"
        )
    )
    left = db.execute(
        text(
            "SELECT id, label, EXISTS (SELECT 1 FROM journal WHERE change_id = change.id"
            " AND customer_id IS NOT NULL) FROM change WHERE id IN (SELECT change_id FROM traced)"
        )
    ).all()
    blotted = [
        {"id": id, "label": _("Erased")}
        for id, label, of_others in left
        if not of_others or any(name in _pressed(label) for name in borne)
    ]
    if blotted:
        db.execute(text("UPDATE change SET label = :label WHERE id = :id"), blotted)


def _pressed(words: str) -> str:
    return "".join(fold(words).split())


# --- sweeping, and the trash ----------------------------------------------------------------------


def _note(db: Session, what: tuple[int, str], value: str) -> None:
    """Note something among the settings, or "" that it no longer holds; unjournalled."""
    id, key = what
    db.execute(text("DELETE FROM setting WHERE id = :id"), {"id": id})
    if value:
        db.execute(
            text("INSERT INTO setting (id, key, value) VALUES (:id, :key, :value)"),
            {"id": id, "key": key, "value": value},
        )


def _noted(db: Session, what: tuple[int, str]) -> str:
    found = db.execute(text("SELECT value FROM setting WHERE id = :id"), {"id": what[0]}).first()
    return str(found[0]) if found else ""


def is_unswept(db: Session) -> bool:
    """Whether somebody was forgotten and the file was not rewritten since."""
    return bool(_noted(db, _UNSWEPT))


def swept(db: Session) -> None:
    """The file was rewritten."""
    journal.recording(db, False)
    _note(db, _UNSWEPT, "")
    journal.recording(db, True)


def gone_on(db: Session, trashed_at: datetime) -> date:
    """The day on which a customer leaves the trash for good."""
    day = trashed_at.date() + timedelta(days=TRASH_DAYS)
    waits = _noted(db, _TRASH_WAITS)
    return max(day, date.fromisoformat(waits)) if waits else day


def has_work(db: Session, today: date) -> bool:
    """Whether a new day may have to rewrite the file: somebody's days in the trash are over."""
    found = db.execute(text(_EXPIRED), {"day": _trashed_by(today)}).first()
    return found is not None or is_unswept(db)


_EXPIRED = "SELECT id FROM customer WHERE date(trashed_at) <= :day"


def _trashed_by(today: date) -> str:
    return (today - timedelta(days=TRASH_DAYS)).isoformat()


def expired(db: Session, last: date | None, today: date) -> list[int]:
    """Who has been in the trash for long enough, `last` being the day before this one.

    After a jump of the calendar the trash waits as long again: a wrong clock is noticed meanwhile.
    Only while nothing is recorded.
    """
    if db.execute(text("SELECT 1 FROM customer WHERE trashed_at IS NOT NULL")).first() is None:
        _note(db, _TRASH_WAITS, "")
    elif last and today - last > LONGEST_JUMP:
        _note(db, _TRASH_WAITS, (today + timedelta(days=TRASH_DAYS)).isoformat())
    elif last and today < last:
        _note(db, _TRASH_WAITS, "")  # the clock has been put right
    waits = _noted(db, _TRASH_WAITS)
    if waits and today.isoformat() < waits:
        return []
    _note(db, _TRASH_WAITS, "")
    return list(db.execute(text(_EXPIRED), {"day": _trashed_by(today)}).scalars())

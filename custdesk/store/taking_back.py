"""Taking back one earlier change although others came after it, where none of them depends on it.

Row by row the state right after the change is compared with the one now. What the change set and
nobody has set since goes back; a row that it made goes, if nothing later refers to it; a row that
it deleted comes back, if what it belonged to is there. Anything else is a dependence: then nothing
is changed, and the sentence names the later change. An import goes back customer by customer: those
who were edited since stay whole, and are named. What a care plan planned is nobody's work and never
in the way; the plans make it anew.

All of it is set-based: `going` holds the rows of the change, `since` what later changes did to
them, `blocked` what depends, `moved` the new ids of rows whose old id was given away.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ForeignKey, Table, UniqueConstraint, text
from sqlmodel import Session

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.store import journal
from custdesk.store.journal import Step

NAMED = 3
"""How many of those who have stayed are named."""
LOOKED_AT = 50
"""How many rows in the way are looked at for the latest change among theirs."""

SHARED = frozenset({"tag", "product"})
"""Tables of words that many customers share: such a row stays as long as anybody uses it."""

TOGETHER = {
    "customer": (("birth_calendar", "birth_year", "birth_month", "birth_day", "birth_leap"),),
    "follow_up": (
        ("state", "closed_at", "skip_reason", "answered", "said", "gift", "gift_cents"),
        ("day", "due", "snoozed"),
    ),
}
"""Columns that mean something only together: one of them set is all of them set."""

_TABLES = (
    """CREATE TEMP TABLE going (
        tbl TEXT, row_id INTEGER, op TEXT, customer_id INTEGER, before TEXT,
        later INTEGER, after TEXT, next_op TEXT,
        here INTEGER DEFAULT 0, reborn INTEGER DEFAULT 0,
        PRIMARY KEY (tbl, row_id)) WITHOUT ROWID""",
    "CREATE TEMP TABLE watched (tbl TEXT, row_id INTEGER, PRIMARY KEY (tbl, row_id)) WITHOUT ROWID",
    """CREATE TEMP TABLE since (
        tbl TEXT, row_id INTEGER, change_id INTEGER, op TEXT, before TEXT, after TEXT,
        void INTEGER DEFAULT 0, PRIMARY KEY (tbl, row_id, change_id)) WITHOUT ROWID""",
    """CREATE TEMP TABLE blocked (
        tbl TEXT, row_id INTEGER, by_tbl TEXT, by_id INTEGER,
        PRIMARY KEY (tbl, row_id, by_tbl, by_id)) WITHOUT ROWID""",
    """CREATE TEMP TABLE moved (
        tbl TEXT, row_id INTEGER, new_id INTEGER, PRIMARY KEY (tbl, row_id)) WITHOUT ROWID""",
    "CREATE TEMP TABLE stayed (customer_id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE lost (customer_id INTEGER PRIMARY KEY)",
)
_NAMES = ("going", "watched", "since", "blocked", "moved", "stayed", "lost")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken back; `change_id` is the change that did it, or the step itself, undone.

    `stayed` customers were edited since and were spared; `names` are those of the first of them.
    """

    step: Step
    change_id: int
    label: str
    stayed: int = 0
    names: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Undone: Import customers.xlsx. 2 customers whom you edited since have stayed: …"""
        said = _("Undone: {label}").format(label=self.step.label)
        if not self.stayed:
            return said
        who = _(", ").join(self.names)
        if self.stayed > len(self.names):
            who = _("{names} and others").format(names=who)
        kept = ngettext(
            "{n} customer whom you edited since has stayed: {names}.",
            "{n} customers whom you edited since have stayed: {names}.",
            self.stayed,
        ).format(n=formats.count(self.stayed), names=who)
        return _("{sentence}. {more}").format(sentence=said, more=kept)


def take_back(db: Session, step_id: int, at: datetime) -> Taken:
    """Take one change back, as a new change, or by undoing it where it is the last.

    Raises a CustdeskError that says what is in the way; nothing is changed then.
    """
    step = _step(db, step_id)
    last = journal.last(db, undone=False)
    if last is not None and last.id == step.id:
        journal.touch(db, step.id)
        journal.revert(db, step)
        return Taken(step, step.id, step.label)
    taken = _weigh(db, step, at.date())
    label = _("Take back: {label}").format(label=step.label)
    change_id = journal.begin(db, label, at, takes_back=step.id)
    _fill_reverting(db)
    journal.put_back(db)
    if journal.is_empty(db, change_id):
        raise CustdeskError(_("Nothing of this is left: there is nothing to take back."))
    _drop(db)
    return replace(taken, change_id=change_id, label=label)


def refusal(db: Session, step_id: int, today: date) -> str:
    """Why a change cannot be taken back now, in a sentence; "" when it can. Writes nothing."""
    try:
        step = _step(db, step_id)
        last = journal.last(db, undone=False)
        if last is None or last.id != step.id:
            _weigh(db, step, today)
    except CustdeskError as error:
        return str(error)
    return ""


def _step(db: Session, step_id: int) -> Step:
    step = journal.step(db, step_id)
    if step is None:
        raise CustdeskError(_("There is no such change. See the list of changes."))
    if step.undone:
        raise CustdeskError(_("This was undone already."))
    if step.taken_back:
        raise CustdeskError(_("This was taken back already."))
    return step


def _weigh(db: Session, step: Step, today: date) -> Taken:
    """Leave in `going` what goes back; raise a sentence when something depends on it."""
    _drop(db)
    for statement in _TABLES:
        db.execute(text(statement))
    _gather(db, step.id)
    for table in _going_tables(db):
        _settle_state(db, table)
    _recall_shared(db)
    _withdraw_planned(db)
    tables = _going_tables(db)
    for table in tables:
        _block_changed(db, table)
        _block_orphans(db, table)
        _settle_doubles(db, table)
    brings = _brings_customers(db)
    if brings:
        _spare_who_lost(db)
    while True:
        for table in tables:
            _block_needed(db, table)
        if not brings or not _spare(db):
            break
    _keep_shared(db)
    blocked = db.execute(
        text(f"SELECT tbl, row_id, by_tbl, by_id FROM blocked LIMIT {LOOKED_AT}")
    ).all()
    if blocked:
        raise CustdeskError(_in_the_way(db, step, [tuple(row) for row in blocked], today))
    stayed = db.execute(text("SELECT count(*) FROM stayed")).scalar_one()
    if not db.execute(text("SELECT 1 FROM going LIMIT 1")).first():
        raise CustdeskError(
            _("Everybody whom this concerns was edited since: nothing was changed.")
            if stayed
            else _("Nothing of this is left: there is nothing to take back.")
        )
    names = db.execute(
        text(
            "SELECT name FROM stayed JOIN customer ON id = customer_id"
            f" ORDER BY customer_id LIMIT {NAMED}"
        )
    ).scalars()
    return Taken(step, step.id, step.label, stayed, tuple(names))


def _drop(db: Session) -> None:
    for name in _NAMES:
        db.execute(text(f"DROP TABLE IF EXISTS temp.{name}"))


# --- the rows, and what became of them --------------------------------------------------------


def _gather(db: Session, step_id: int) -> None:
    parameters = {"id": step_id}
    db.execute(
        text(
            "INSERT INTO going (tbl, row_id, op, customer_id, before)"
            " SELECT tbl, row_id, op, customer_id, before FROM journal WHERE change_id = :id"
        ),
        parameters,
    )
    db.execute(text("INSERT INTO watched SELECT tbl, row_id FROM going"))
    for table in _going_tables(db):
        for column, parent, _nulls in _references(table):
            db.execute(
                text(
                    f"INSERT OR IGNORE INTO watched SELECT '{parent}', before ->> '$.{column}'"
                    f" FROM going WHERE tbl = '{table.name}' AND op <> 'I'"
                    f" AND before ->> '$.{column}' IS NOT NULL"
                )
            )
    db.execute(
        text(
            "INSERT INTO since (tbl, row_id, change_id, op, before)"
            " SELECT j.tbl, j.row_id, j.change_id, j.op, j.before"
            " FROM change c CROSS JOIN journal j ON j.change_id = c.id"
            " WHERE c.id > :id AND NOT c.undone"
            " AND EXISTS (SELECT 1 FROM watched w WHERE w.tbl = j.tbl AND w.row_id = j.row_id)"
        ),
        parameters,
    )
    _complete_since(db, step_id)
    db.execute(
        text(
            "UPDATE going SET (later, next_op, after, reborn) ="
            " (SELECT min(s.change_id), s.op, s.before, (SELECT max(b.op = 'I' AND NOT b.void)"
            "   FROM since b WHERE b.tbl = going.tbl AND b.row_id = going.row_id)"
            "  FROM since s WHERE s.tbl = going.tbl AND s.row_id = going.row_id)"
            " WHERE EXISTS (SELECT 1 FROM since s"
            "  WHERE s.tbl = going.tbl AND s.row_id = going.row_id)"
        )
    )


def _complete_since(db: Session, step_id: int) -> None:
    """Say of each later entry what the row was after it, and whether it was taken back since."""
    db.execute(
        text(
            "UPDATE since SET after = n.image FROM (SELECT tbl, row_id, change_id, lead(before)"
            "  OVER (PARTITION BY tbl, row_id ORDER BY change_id) AS image FROM since) n"
            " WHERE (n.tbl, n.row_id, n.change_id) = (since.tbl, since.row_id, since.change_id)"
        )
    )
    for table in journal.tables():
        image = ", ".join(f"'{c.name}', t.\"{c.name}\"" for c in table.columns)
        db.execute(
            text(
                f"UPDATE since SET after = json_object({image}) FROM {table.name} t"
                f" WHERE tbl = '{table.name}' AND t.id = row_id AND change_id ="
                " (SELECT max(o.change_id) FROM since o"
                "  WHERE o.tbl = since.tbl AND o.row_id = since.row_id)"
            )
        )
    for taken, taker in journal.takings(db).items():
        if taken > step_id:
            db.execute(
                text(
                    "UPDATE since SET void = 1 WHERE change_id IN (:one, :other)"
                    " AND 1 < (SELECT count(*) FROM since o WHERE o.tbl = since.tbl"
                    "  AND o.row_id = since.row_id AND o.change_id IN (:one, :other))"
                ),
                {"one": taken, "other": taker},
            )


def _settle_state(db: Session, table: Table) -> None:
    """Say of each row whether it is here, and whether the change made, changed or deleted it."""
    name = table.name
    db.execute(
        text(
            f"UPDATE going SET here = 1 WHERE tbl = '{name}'"
            f" AND EXISTS (SELECT 1 FROM {name} t WHERE t.id = going.row_id)"
        )
    )
    there = "(CASE WHEN later IS NULL THEN here ELSE next_op <> 'I' END)"
    mine = f"tbl = '{name}'"
    if name not in ("customer", "follow_up"):
        db.execute(
            text(
                f"INSERT OR IGNORE INTO lost SELECT customer_id FROM going WHERE {mine}"
                " AND op = 'I' AND later IS NOT NULL AND NOT here AND customer_id IS NOT NULL"
            )
        )
    db.execute(
        text(
            f"DELETE FROM going WHERE {mine} AND op = 'I' AND NOT ({there} AND here AND NOT reborn)"
        )
    )
    db.execute(
        text(
            f"UPDATE going SET op = CASE WHEN {there} THEN 'U' ELSE 'D' END"
            f" WHERE {mine} AND op <> 'I'"
        )
    )


def _recall_shared(db: Session) -> None:
    """Let a tag come back too that something needs, and that went when nobody used it."""
    for name in sorted(SHARED):
        db.execute(
            text(
                "INSERT OR IGNORE INTO going (tbl, row_id, op, before, here, reborn)"
                " SELECT tbl, row_id, 'D', before,"
                f" EXISTS (SELECT 1 FROM {name} t WHERE t.id = row_id), 1"
                f" FROM since WHERE tbl = '{name}' AND change_id = (SELECT min(o.change_id)"
                "  FROM since o WHERE o.tbl = since.tbl AND o.row_id = since.row_id"
                "  AND o.op = 'D' AND NOT o.void)"
            )
        )


def _withdraw_planned(db: Session) -> None:
    """Leave out follow-ups that only the plans have touched: those are planned anew."""
    now = f"(SELECT {_planned('t')} FROM follow_up t WHERE t.id = going.row_id)"
    before = _planned("going.before", json=True)
    after = f"(CASE WHEN after IS NULL THEN {now} ELSE {_planned('going.after', json=True)} END)"
    db.execute(
        text(
            "DELETE FROM going WHERE tbl = 'follow_up' AND CASE op"
            f" WHEN 'I' THEN {now}"
            f" WHEN 'D' THEN {before}"
            f" ELSE ({before} AND {after}) OR (NOT here AND before ->> '$.plan_id' IS NOT NULL) END"
        )
    )


def _planned(row: str, *, json: bool = False) -> str:
    """SQL: whether a follow-up is a plan's, and nobody has acted on it."""
    plan, state, snoozed = (
        (f"{row} ->> '$.{name}'" if json else f"{row}.{name}")
        for name in ("plan_id", "state", "snoozed")
    )
    return f"({plan} IS NOT NULL AND {state} = 'open' AND NOT {snoozed})"


# --- what depends on it -----------------------------------------------------------------------


def _block_changed(db: Session, table: Table) -> None:
    """Rows of the change that somebody has changed or deleted since."""
    name = table.name
    groups = list(_groups(table))
    db.execute(
        text(
            f"INSERT OR IGNORE INTO blocked SELECT g.tbl, g.row_id, g.tbl, g.row_id"
            f" FROM going g LEFT JOIN {name} t ON t.id = g.row_id"
            f" WHERE g.tbl = '{name}' AND g.later IS NOT NULL AND CASE g.op"
            f" WHEN 'I' THEN {_any(_set_since(group) for group in groups)}"
            f" WHEN 'U' THEN t.id IS NULL OR g.reborn OR {_any(map(_clash, groups))}"
            " ELSE 0 END"
        )
    )
    if name in SHARED:  # a product that was priced since is somebody's work, and in nobody's way
        made = f"SELECT row_id FROM going WHERE tbl = '{name}' AND op = 'I'"
        blocked = f"SELECT row_id FROM blocked WHERE tbl = '{name}' AND row_id IN ({made})"
        for statement in (
            f"DELETE FROM going WHERE tbl = '{name}' AND row_id IN ({blocked})",
            f"DELETE FROM blocked WHERE tbl = '{name}' AND row_id NOT IN"
            f" (SELECT row_id FROM going WHERE tbl = '{name}')",
        ):
            db.execute(text(statement))


def _clash(group: tuple[str, ...]) -> str:
    """SQL: the step set these columns, they were set since, and are not what they were before."""
    was_set = _any(f"g.before ->> '$.{c}' IS NOT g.after ->> '$.{c}'" for c in group)
    differs = _any(f"t.\"{c}\" IS NOT g.before ->> '$.{c}'" for c in group)
    return f"({was_set} AND {differs} AND {_set_since(group)})"


def _set_since(group: tuple[str, ...]) -> str:
    """SQL: a later change that still holds has set one of these columns of the row."""
    differs = _any(f"s.before ->> '$.{c}' IS NOT s.after ->> '$.{c}'" for c in group)
    changed = _any(f"t.\"{c}\" IS NOT g.after ->> '$.{c}'" for c in group)
    return (
        f"({changed} OR EXISTS (SELECT 1 FROM since s WHERE s.tbl = g.tbl"
        f" AND s.row_id = g.row_id AND NOT s.void AND {differs}))"
    )


def _block_orphans(db: Session, table: Table) -> None:
    """Rows that would come back, or move back, to something that is gone."""
    for column, parent, nulls in _references(table):
        gone = (
            f"g.tbl = '{table.name}' AND g.op <> 'I' AND g.before ->> '$.{column}' IS NOT NULL"
            f" AND (g.op = 'D' OR {_was_set(column)})"
            f" AND NOT EXISTS (SELECT 1 FROM going p WHERE p.tbl = '{parent}'"
            f"  AND p.row_id = g.before ->> '$.{column}' AND p.op = 'D')"
            f" AND NOT EXISTS (SELECT 1 FROM moved m WHERE m.tbl = '{parent}'"
            f"  AND m.row_id = g.before ->> '$.{column}')"
            f" AND (NOT EXISTS (SELECT 1 FROM {parent} p WHERE p.id = g.before ->> '$.{column}')"
            f"  OR EXISTS (SELECT 1 FROM since s WHERE s.tbl = '{parent}'"
            f"   AND s.row_id = g.before ->> '$.{column}' AND s.op = 'I' AND NOT s.void))"
        )
        if nulls:
            db.execute(
                text(
                    f"UPDATE going AS g SET before = json_set(before, '$.{column}', NULL)"
                    f" WHERE {gone}"
                )
            )
        else:
            db.execute(
                text(
                    "INSERT OR IGNORE INTO blocked SELECT g.tbl, g.row_id,"
                    f" '{parent}', g.before ->> '$.{column}' FROM going g WHERE {gone}"
                )
            )


def _settle_doubles(db: Session, table: Table) -> None:
    """What only one may hold and another row holds now: the same again, or in the way.

    A row whose old id was given to another comes back under a new one.
    """
    name = table.name
    for constraint in table.constraints:
        if not isinstance(constraint, UniqueConstraint):
            continue
        columns = [column.name for column in constraint.columns]
        same = " AND ".join(f't."{c}" = {_target(table, c, now="own")}' for c in columns)
        moves = _any(f'{_target(table, c, "o")} IS NOT t."{c}"' for c in columns)
        holder = (
            f"going g LEFT JOIN {name} own ON own.id = g.row_id CROSS JOIN {name} t ON {same}"
            f" WHERE g.tbl = '{name}' AND g.op <> 'I' AND (t.id <> g.row_id OR g.op = 'D')"
            f" AND NOT EXISTS (SELECT 1 FROM going o WHERE o.tbl = '{name}' AND o.row_id = t.id"
            f"  AND (o.op = 'I' OR (o.op = 'U' AND {moves})))"
        )
        if name == "follow_up":  # a plan's own: what is planned there now gives way
            holder += f" AND NOT {_planned('t')}"
        if name in SHARED or "customer_id" in columns:
            db.execute(
                text(
                    f"INSERT OR IGNORE INTO moved SELECT g.tbl, g.row_id, t.id FROM {holder}"
                    " AND g.op = 'D'"
                )
            )
            db.execute(
                text(
                    f"DELETE FROM going WHERE tbl = '{name}' AND op = 'D' AND EXISTS (SELECT 1"
                    " FROM moved m WHERE m.tbl = going.tbl AND m.row_id = going.row_id)"
                )
            )
        db.execute(
            text(
                f"INSERT OR IGNORE INTO blocked SELECT g.tbl, g.row_id, '{name}', t.id"
                f" FROM {holder}"
            )
        )
    db.execute(
        text(
            "INSERT OR IGNORE INTO moved SELECT tbl, row_id,"
            f" (SELECT max((SELECT coalesce(max(id), 0) FROM {name}), (SELECT max(row_id)"
            f"   FROM going WHERE tbl = '{name}'))) + row_number() OVER (ORDER BY row_id)"
            f" FROM going WHERE tbl = '{name}' AND op = 'D' AND here"
        )
    )


def _block_needed(db: Session, table: Table) -> None:
    """Rows that the change made and something refers to that stays."""
    if table.name in SHARED:
        return
    for child in journal.tables():
        for column, parent, _nulls in _references(child):
            if parent == table.name:
                db.execute(
                    text(
                        "INSERT OR IGNORE INTO blocked SELECT g.tbl, g.row_id,"
                        f" '{child.name}', t.id FROM {_users(child, column, table.name)}"
                    )
                )


def _users(child: Table, column: str, parent: str) -> str:
    """SQL: the rows `t` of `child` that stay and refer to a row `g` that would go."""
    planned = f" AND NOT {_planned('t')}" if child.name == "follow_up" else ""
    return (
        f'going g CROSS JOIN {child.name} t ON t."{column}" = g.row_id'
        f" WHERE g.tbl = '{parent}' AND g.op = 'I'"
        f" AND NOT EXISTS (SELECT 1 FROM going o WHERE o.tbl = '{child.name}'"
        f"  AND o.row_id = t.id AND (o.op = 'I'"
        f"   OR (o.op = 'U' AND {_target(child, column, 'o')} IS NOT g.row_id)))"
        f"{planned}"
    )


def _keep_shared(db: Session) -> None:
    """Tags and products that somebody else uses stay."""
    for child in journal.tables():
        for column, parent, _nulls in _references(child):
            if parent in SHARED:
                db.execute(
                    text(
                        f"DELETE FROM going WHERE tbl = '{parent}' AND op = 'I' AND row_id IN"
                        f" (SELECT g.row_id FROM {_users(child, column, parent)})"
                    )
                )


def _brings_customers(db: Session) -> bool:
    """Whether it is an import: rows of a file came with it, or several customers."""
    found = db.execute(
        text(
            "SELECT coalesce(sum(tbl = 'customer'), 0) > 1 OR max(tbl = 'imported_row')"
            " FROM going WHERE op = 'I' AND tbl IN ('customer', 'imported_row')"
        )
    ).scalar_one()
    return bool(found)


def _spare_who_lost(db: Session) -> None:
    """Let everything stay of whom something was deleted since that an import had brought."""
    for statement in (
        "INSERT OR IGNORE INTO stayed SELECT customer_id FROM lost"
        " WHERE customer_id IN (SELECT id FROM customer)",
        "DELETE FROM going WHERE customer_id IN (SELECT customer_id FROM stayed)",
        "DELETE FROM blocked WHERE NOT EXISTS (SELECT 1 FROM going g"
        " WHERE g.tbl = blocked.tbl AND g.row_id = blocked.row_id)",
    ):
        db.execute(text(statement))


def _spare(db: Session) -> bool:
    """Let everything stay that belongs to somebody of whom something is blocked."""
    if not db.execute(text("SELECT 1 FROM blocked LIMIT 1")).first():
        return False
    for statement in (
        "INSERT OR IGNORE INTO stayed SELECT g.customer_id FROM blocked b JOIN going g"
        " ON g.tbl = b.tbl AND g.row_id = b.row_id WHERE g.customer_id IS NOT NULL",
        "DELETE FROM going WHERE customer_id IN (SELECT customer_id FROM stayed)"
        " OR EXISTS (SELECT 1 FROM blocked b WHERE b.tbl = going.tbl AND b.row_id = going.row_id)",
        "DELETE FROM blocked",
    ):
        db.execute(text(statement))
    return True


# --- what goes back ---------------------------------------------------------------------------


def _fill_reverting(db: Session) -> None:
    db.execute(text("DELETE FROM reverting"))
    db.execute(text("INSERT INTO reverting SELECT tbl, row_id, op, NULL FROM going WHERE op = 'I'"))
    for table in _going_tables(db):
        pairs = (f"'{c.name}', {_target(table, c.name)}" for c in table.columns)
        image = f"json_object({', '.join(pairs)})"
        db.execute(
            text(
                f"INSERT INTO reverting SELECT tbl, image ->> '$.id', op, image FROM"
                f" (SELECT g.tbl, g.op, {image} AS image"
                f"  FROM going g LEFT JOIN {table.name} t ON t.id = g.row_id"
                f"  WHERE g.tbl = '{table.name}' AND g.op <> 'I')"
            )
        )


def _target(table: Table, column: str, going: str = "g", now: str = "t") -> str:
    """SQL: what a column of a row in `going` will hold; `now` is the row as it is."""
    before = f"{going}.before ->> '$.{column}'"
    named = {one: parent for one, parent, _nulls in _references(table)} | {"id": table.name}
    if column in named:
        before = (
            f"coalesce((SELECT m.new_id FROM moved m WHERE m.tbl = '{named[column]}'"
            f" AND m.row_id = {before}), {before})"
        )
    return (
        f"CASE WHEN {going}.op = 'D' OR {_was_set(column, going)}"
        f' THEN {before} ELSE {now}."{column}" END'
    )


def _was_set(column: str, going: str = "g") -> str:
    """SQL: whether the change set the column, or one that means something only with it."""
    groups = [group for one in TOGETHER.values() for group in one if column in group]
    together = groups[0] if groups else (column,)
    differs = _any(f"{going}.before ->> '$.{c}' IS NOT {going}.after ->> '$.{c}'" for c in together)
    return f"({going}.after IS NULL OR {differs})"


# --- the sentence -----------------------------------------------------------------------------


def something_depends() -> str:
    """What is said where no single change can be named."""
    return _("Something that was entered since depends on this.")


def _in_the_way(db: Session, step: Step, rows: list[tuple[str, int, str, int]], today: date) -> str:
    """The latest change among those that did something to the rows in the way."""
    later = [found for row in rows if (found := _later(db, step, row)) is not None]
    if not later:
        return something_depends()
    latest = max(later, key=lambda one: one.id)
    when = f"{latest.at:%H:%M}"
    if latest.at.date() != today:
        when = f"{formats.calendar_day(latest.at.date(), today)} {when}"
    return _("“{label}” of {time} depends on this. Take that back first.").format(
        label=latest.label, time=when
    )


def _later(db: Session, step: Step, row: tuple[str, int, str, int]) -> Step | None:
    """The last change that did something to what is in the way of a row."""
    tbl, row_id, by_tbl, by_id = row
    found = None
    if (tbl, row_id) == (by_tbl, by_id):
        table = next(one for one in journal.tables() if one.name == tbl)
        mattered = _any(
            f"((g.op = 'I' OR {_was_set(c.name)})"
            f" AND s.before ->> '$.{c.name}' IS NOT s.after ->> '$.{c.name}')"
            for c in table.columns
        )
        found = db.execute(
            text(
                "SELECT max(s.change_id) FROM since s JOIN going g USING (tbl, row_id)"
                f" WHERE tbl = :tbl AND row_id = :row AND NOT s.void AND {mattered}"
            ),
            {"tbl": tbl, "row": row_id},
        ).scalar_one()
    if found is None:
        found = db.execute(
            text(
                "SELECT max(c.id) FROM change c CROSS JOIN journal j ON j.change_id = c.id"
                " AND j.tbl = :tbl AND j.row_id = :row WHERE c.id > :id AND NOT c.undone"
            ),
            {"tbl": by_tbl, "row": by_id, "id": step.id},
        ).scalar_one()
    return journal.step(db, found) if found else None


# --- about tables -----------------------------------------------------------------------------


def _going_tables(db: Session) -> list[Table]:
    there = set(db.execute(text("SELECT DISTINCT tbl FROM going")).scalars())
    return [table for table in journal.tables() if table.name in there]


def _references(table: Table) -> Iterator[tuple[str, str, bool]]:
    """Column, table that it names a row of, and whether it is emptied when that row goes."""
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        yield key.parent.name, _parent(key), key.ondelete == "SET NULL"


def _parent(key: ForeignKey) -> str:
    return key.column.table.name


def _groups(table: Table) -> Iterator[tuple[str, ...]]:
    together = TOGETHER.get(table.name, ())
    yield from together
    single = {column.name for column in table.columns} - {c for group in together for c in group}
    yield from ((name,) for name in sorted(single))


def _any(conditions: Iterable[str]) -> str:
    return "(" + " OR ".join(conditions) + ")"

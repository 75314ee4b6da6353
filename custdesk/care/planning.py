"""The follow-ups in the file made to agree with what the care plans call for.

`refresh` runs at the end of every write for the customers it touched, and for a new day; doing it
twice changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, text, update
from sqlmodel import Session, SQLModel, select

from custdesk.care import habits, rules
from custdesk.care.birthday import Birthday
from custdesk.care.habits import Habits
from custdesk.care.placing import Finder, spread_anew, working_days
from custdesk.care.rules import (
    Bought,
    Cared,
    CaseDays,
    Greeted,
    Occurrence,
    OwnDate,
    Plan,
    Span,
)
from custdesk.care.spreading import days_near
from custdesk.insight import segments
from custdesk.insight.deriving import Among
from custdesk.store import journal
from custdesk.store.models import CarePlan, CaseKind, FollowUp, FollowUpKind, FollowUpState

BATCH = 5000

AHEAD = timedelta(days=31)
"""So far ahead a contact may be dated: a clock was wrong. Beyond, the year was mistyped."""

_TOUCHED = " AND c.id IN (SELECT customer_id FROM touched)"


# --- reading --------------------------------------------------------------------------------------


def plans_in_force(db: Session) -> list[Plan]:
    """The care plans that are switched on, as the rules want them."""
    every = db.exec(select(CarePlan).where(CarePlan.enabled).order_by(text("id")))
    return [in_force(plan) for plan in every]


def in_force(plan: CarePlan) -> Plan:
    return Plan(
        id=plan.id or 0,
        kind=plan.kind,
        grades=frozenset(filter(None, plan.grades.split(","))),
        tags=frozenset(filter(None, plan.tags.split("\n"))),
        stages=frozenset(filter(None, plan.stages.split(","))),
        segment=plan.segment_id,
        every_days=plan.every_days or 0,
        days=plan.days or 0,
        about=plan.about,
        since=plan.since or date.min,
    )


_CARED = """WITH cared AS MATERIALIZED (
   SELECT c.id, s.grade, s.grade_rank, s.stage, s.warned_since, s.last_purchase, c.do_not_contact,
     c.birth_calendar, c.birth_year, c.birth_month, c.birth_day, c.birth_leap,
     coalesce(c.birthday_known_on, c.care_from), c.care_from,
     max(c.care_from,
       coalesce((SELECT date(max(at)) FROM interaction
         WHERE customer_id = c.id AND at < '{by}'), ''),
       coalesce((SELECT date(max(closed_at)) FROM follow_up
         WHERE customer_id = c.id AND kind = 'callback' AND state <> 'open'), '')) AS since
   FROM customer c JOIN standing s ON s.customer_id = c.id
   WHERE c.trashed_at IS NULL{narrowed})
 SELECT cared.*,
   coalesce((SELECT max(CAST(substr(occurrence, 12) AS INTEGER)) + 1 FROM follow_up
     WHERE customer_id = cared.id AND kind = 'callback' AND state <> 'open'
       AND substr(occurrence, 1, 10) = since), 0)
 FROM cared"""

_TAGS = """SELECT t.customer_id, tag.name FROM customer_tag t JOIN tag ON tag.id = t.tag_id
 JOIN customer c ON c.id = t.customer_id WHERE c.trashed_at IS NULL{narrowed}"""

_LAST_PURCHASE = """SELECT c.id, p.day FROM customer c JOIN purchase p ON p.id =
   (SELECT id FROM purchase one WHERE customer_id = c.id AND amount_cents > 0 AND
      (SELECT sum(amount_cents) FROM purchase WHERE customer_id = c.id AND day >= one.day) > 0
     ORDER BY day DESC, amount_cents DESC LIMIT 1)
 WHERE c.trashed_at IS NULL{narrowed}"""
"""A purchase that went back has been none: the one before it counts."""

_BOUGHT = """SELECT customer_id, product_id, product, category, day, min(bought, kept), lasts_days
 FROM (SELECT *, rank() OVER (PARTITION BY customer_id, product_id ORDER BY day DESC) AS place
   FROM (SELECT p.customer_id, product.id AS product_id, product.name AS product,
       product.category, p.day, product.lasts_days, sum(line.quantity) AS bought,
       sum(sum(line.quantity)) OVER (PARTITION BY p.customer_id, product.id ORDER BY p.day DESC)
         AS kept
     FROM customer c JOIN purchase p ON p.customer_id = c.id
     JOIN purchase_line line ON line.purchase_id = p.id
     JOIN product ON product.id = line.product_id
     WHERE c.trashed_at IS NULL{narrowed}
     GROUP BY p.customer_id, product.id, p.day)
   WHERE bought > 0 AND kept > 0)
 WHERE place = 1"""
"""What went back, on that day or later, was not bought."""

_DATES = """SELECT d.customer_id, d.id, d.name, d.day, d.yearly, d.known_on FROM customer_date d
 JOIN customer c ON c.id = d.customer_id WHERE c.trashed_at IS NULL{narrowed}"""

_CASES = """SELECT k.customer_id, k.id, k.kind, k.opened_on, k.due, k.solved_on, count(f.id),
   date(max(f.closed_at))
 FROM service_case k JOIN customer c ON c.id = k.customer_id
 LEFT JOIN follow_up f ON f.customer_id = k.customer_id AND f.kind = 'case' AND f.state <> 'open'
   AND CAST(f.occurrence AS INTEGER) = k.id
 WHERE c.trashed_at IS NULL{narrowed} GROUP BY k.id"""

_GREETED = """SELECT f.customer_id, f.plan_id, f.kind, f.day, f.occurrence FROM customer c
 JOIN follow_up f ON f.customer_id = c.id
 WHERE f.state <> 'open' AND f.occurrence IS NOT NULL AND f.kind <> 'callback'
   AND c.trashed_at IS NULL{narrowed}"""


def cared_for(
    db: Session,
    plans: Sequence[Plan],
    today: date,
    *,
    touched: bool = False,
    customer_id: int | None = None,
) -> list[Cared]:
    """What these plans need to know of every customer, of those in temp.touched, or of one.

    A contact that is dated far ahead is a slip, and counts when its time has come.
    """
    narrowed = _TOUCHED if touched else ""
    if customer_id is not None:
        narrowed = f" AND c.id = {int(customer_id)}"
    kinds = {plan.kind for plan in plans}
    birthdays = habits.of(db).birthdays

    every = rules.names_products(plans)
    bought_counts = every or (_KIND.REPLENISHMENT in kinds and _something_lasts(db))

    def rows(query: str, needed: bool) -> Iterable[Any]:
        query = query.format(narrowed=narrowed, by=_believed(today), every=int(every))
        return db.execute(text(query)) if needed else ()

    tags, dates = defaultdict[int, set[str]](set), defaultdict[int, list[OwnDate]](list)
    bought, greeted = defaultdict[int, list[Bought]](list), defaultdict[int, set[Greeted]](set)
    for id, name in rows(_TAGS, any(plan.tags for plan in plans)):
        tags[id].add(name)
    for id, *one in rows(_DATES, not kinds.isdisjoint({_KIND.RENEWAL, _KIND.ANNIVERSARY})):
        dates[id].append(OwnDate(one[0], one[1], _day(one[2]), bool(one[3]), _day(one[4])))
    cases = defaultdict[int, list[CaseDays]](list)
    for id, *one in rows(_CASES, True):
        due, solved, seen_to = (_day(day) if day else None for day in (one[3], one[4], one[6]))
        cases[id].append(
            CaseDays(one[0], CaseKind(one[1]), _day(one[2]), due, solved, one[5], seen_to)
        )
    for id, *one in rows(_BOUGHT, bought_counts):
        bought[id].append(Bought(one[0], one[1], one[2], _day(one[3]), one[4], one[5]))
    for id, plan_id, kind, day, key in rows(_GREETED, True):
        greeted[id].add(Greeted(plan_id, FollowUpKind(kind), _day(day), rules.what_of(key)))
    last = {id: _day(day) for id, day in rows(_LAST_PURCHASE, _KIND.AFTER_SALE in kinds)}
    among: Among = "touched" if touched else "all" if customer_id is None else customer_id
    within = segments.members(db, _named(plans), today, among)
    nobody: frozenset[Any] = frozenset()
    return [
        Cared(
            customer_id=row[0],
            grade=row[1],
            grade_rank=row[2],
            stage=row[3],
            warned_since=_day(row[4]) if row[4] else None,
            silent_from=_day(row[5]) if row[5] else None,
            do_not_contact=bool(row[6]),
            birthday=Birthday.stored(*row[7:12]),
            birthday_known_on=_day(row[12]),
            care_from=_day(row[13]),
            last_contact=_day(row[14]),
            closed_since=row[15],
            tags=frozenset(tags[row[0]]) if row[0] in tags else nobody,
            last_purchase=last.get(row[0]),
            bought=tuple(bought.get(row[0], ())),
            dates=tuple(dates.get(row[0], ())),
            cases=tuple(cases.get(row[0], ())),
            greeted=frozenset(greeted[row[0]]) if row[0] in greeted else nobody,
            rules=birthdays,
            segments=frozenset(id for id, theirs in within.items() if row[0] in theirs),
        )
        for row in rows(_CARED, True)
    ]


def _named(plans: Sequence[Plan]) -> set[int]:
    """The segments that plans go by."""
    return {plan.segment for plan in plans if plan.segment is not None}


def _believed(today: date) -> str:
    """The day before which contacts count."""
    return (today + AHEAD + timedelta(days=1)).isoformat()


def _something_lasts(db: Session) -> bool:
    """Whether of any product it is known how long it lasts."""
    found = db.execute(text("SELECT 1 FROM product WHERE lasts_days IS NOT NULL LIMIT 1"))
    return found.first() is not None


_KIND = FollowUpKind


def _day(written: str) -> date:
    return date.fromisoformat(written)


@dataclass(frozen=True, slots=True)
class _Row:
    """A planned follow-up as it stands in the file."""

    id: int
    kind: FollowUpKind
    is_open: bool
    snoozed: bool
    day: date
    due: date


_Key = tuple[int, int, str]


def _planned_rows(db: Session) -> dict[_Key, _Row]:
    rows = db.execute(
        text(
            "SELECT f.customer_id, f.plan_id, f.occurrence, f.id, f.kind, f.state, f.snoozed,"
            " f.day, f.due FROM touched t CROSS JOIN follow_up f ON f.customer_id = t.customer_id"
            " WHERE f.plan_id IS NOT NULL"
        )
    )
    return {
        (row[0], row[1], row[2]): _Row(
            row[3],
            FollowUpKind(row[4]),
            row[5] == FollowUpState.OPEN.value,
            bool(row[6]),
            _day(row[7]),
            _day(row[8]),
        )
        for row in rows
    }


def planned_until(db: Session) -> date | None:
    """The last day up to which what comes by the calendar is known to be planned."""
    return journal.as_of(db)


# --- making it agree ------------------------------------------------------------------------------


def refresh(db: Session, today: date) -> None:
    """Make the open follow-ups of the customers in temp.touched those that the plans call for.

    What somebody acted on stays. What is open and called for no longer is withdrawn: the birthday
    that was corrected, the plan that was switched off. What passed while nobody looked stays open
    until somebody acts. A callback that had come due is answered by a contact, wherever that was
    logged.
    """
    _open_again(db)
    _withdraw_orphans(db)
    plans = plans_in_force(db)
    people = {cared.customer_id: cared for cared in cared_for(db, plans, today, touched=True)}
    existing = _planned_rows(db)
    span = Span(min(today, planned_until(db) or today), today)
    new: list[Occurrence] = []
    moved: list[tuple[_Row, Occurrence]] = []
    kept: set[int] = set()
    for cared in people.values():
        for one in rules.wanted(cared, plans, span):
            row = existing.get((one.customer_id, one.plan_id, one.key))
            if row is None:
                new.append(one)
                continue
            kept.add(row.id)
            if row.is_open and not _stands(row, one):
                moved.append((row, one))
    left = {
        key: row
        for key, row in existing.items()
        if row.is_open and row.id not in kept and key[0] in people
    }
    answered = _answers(db, [row for row in left.values() if row.kind in rules.ROUTINE], today)
    taken = existing.keys() | {(one.customer_id, one.plan_id, one.key) for one in new}
    withdrawn: list[int] = []
    for key, row in left.items():
        if row.id in answered:
            continue
        late = _still(people[key[0]], plans, key, row, today)
        identity = late and (late.customer_id, late.plan_id, late.key)
        if identity != key:
            withdrawn.append(row.id)
        elif late and not _stands(row, late):
            moved.append((row, late))
        if late and identity and identity not in taken:
            new.append(late)
            taken.add(identity)
    for start in range(0, len(withdrawn), BATCH):
        part = withdrawn[start : start + BATCH]
        db.execute(delete(FollowUp).where(FollowUp.id.in_(part)))  # type: ignore[union-attr]
    if answered:
        db.execute(
            update(FollowUp),
            [
                {"id": id, "state": FollowUpState.DONE, "closed_at": at, "answered": True}
                for id, at in answered.items()
            ],
        )
    _put(db, new, moved, people, plans, span)
    db.expire_all()


def _stands(row: _Row, one: Occurrence) -> bool:
    """Whether an open follow-up is about that day, and due when it may be."""
    if row.kind is _KIND.WIN_BACK:  # another reason may be the first by now; it is one silence
        return row.snoozed or row.due - row.day == one.due - one.day
    routine = row.kind in rules.ROUTINE  # has found its day, and keeps it
    return row.day == one.day and (row.snoozed or routine or row.due == one.due)


def _still(cared: Cared, plans: list[Plan], key: _Key, row: _Row, today: date) -> Occurrence | None:
    """What is to be done of what the plans do not call for now: it is late, or somebody put it off
    before its plan was switched off, and no other plan calls for it. None: it is withdrawn."""
    if cared.do_not_contact:
        return None
    if row.kind is _KIND.CASE and rules.is_settled(cared, key[2]):
        return None
    one = Occurrence(cared.customer_id, key[1], row.kind, key[2], row.day, row.due)
    own = next((plan for plan in plans if plan.id == key[1]), None)
    if own and row.snoozed:  # the plan may have been switched off since, and on again
        plans = [replace(plan, since=date.min) if plan is own else plan for plan in plans]
    if row.kind not in rules.ROUTINE and (found := rules.called_for(cared, plans, one, today)):
        return found
    is_off = own is None and not any(
        plan.kind is row.kind and row.kind in rules.ROUTINE and plan.concerns(cared)
        for plan in plans
    )
    return one if row.snoozed and is_off else None


_UNANSWERED = """f.customer_id IN (SELECT customer_id FROM touched) AND f.answered
 AND NOT EXISTS (SELECT 1 FROM interaction i
   WHERE i.customer_id = f.customer_id AND i.at = f.closed_at)"""


def _open_again(db: Session) -> None:
    """Callbacks that were answered by a contact which is no longer there."""
    db.execute(
        text(
            "UPDATE follow_up AS f SET state = 'open', closed_at = NULL, answered = 0"
            f" WHERE {_UNANSWERED}"
        )
    )


def _withdraw_orphans(db: Session) -> None:
    """What a plan had planned that is no longer there: adding it was taken back, perhaps later than
    it planned."""
    # The plus keeps SQLite from walking through all that is open instead of these customers'.
    db.execute(
        text(
            "DELETE FROM follow_up WHERE customer_id IN (SELECT customer_id FROM touched)"
            " AND plan_id IS NULL AND occurrence IS NOT NULL AND +state = 'open'"
        )
    )


def _answers(db: Session, rows: list[_Row], today: date) -> dict[int, datetime]:
    """By which contact open callbacks are answered: the first since the day they are about."""
    found = {}
    for row in rows:
        at = db.execute(
            text(
                "SELECT min(i.at) FROM follow_up f JOIN interaction i"
                " ON i.customer_id = f.customer_id AND i.at >= f.day AND i.at < :by"
                " WHERE f.id = :id"
            ),
            {"id": row.id, "by": _believed(today)},
        ).scalar_one()
        if at:
            found[row.id] = datetime.fromisoformat(at)
    return found


# --- on which day ---------------------------------------------------------------------------------


def _put(
    db: Session,
    new: list[Occurrence],
    moved: list[tuple[_Row, Occurrence]],
    people: dict[int, Cared],
    plans: list[Plan],
    span: Span,
) -> None:
    """Write new follow-ups, and those that are about another day, when each finds room.

    A callback that should have been made before we knew of it waits for its turn from then on.
    """
    dues = {one: one.due for one in new} | {one: one.due for _row, one in moved}
    calls = [one for one in dues if one.kind in rules.ROUTINE]
    if calls:
        every = {plan.id: plan.every_days for plan in plans}
        free = [row for row, one in moved if one.kind in rules.ROUTINE]
        first = min(one.day for one in calls)
        first = max(span.first, first)
        freed = {row.id: row.due for row in free if row.due >= first}
        day = Finder(db, span, first, freed)
        calls.sort(key=lambda one: (one.day, people[one.customer_id].grade_rank, one.customer_id))
        for one in calls:
            rank = people[one.customer_id].grade_rank
            dues[one] = day.place(one.day, days_near(every[one.plan_id]), rank)
    if moved:
        db.execute(
            update(FollowUp),
            [
                {"id": row.id, "day": one.day, "due": dues[one], "snoozed": False}
                for row, one in moved
            ],
        )
    if new:
        db.execute(insert(SQLModel.metadata.tables["follow_up"]), [_row(one, dues) for one in new])


def _row(one: Occurrence, dues: dict[Occurrence, date]) -> dict[str, object]:
    return {
        "customer_id": one.customer_id,
        "plan_id": one.plan_id,
        "occurrence": one.key,
        "kind": one.kind,
        "day": one.day,
        "due": dues[one],
        "snoozed": False,
        "note": "",
        "state": FollowUpState.OPEN,
        "skip_reason": "",
    }


def choose(db: Session, chosen: Habits, today: date) -> None:
    """Keep care by other habits from now on; raises a CustdeskError for what cannot be meant."""
    before = habits.of(db)
    habits.choose(db, chosen)
    if (before.calls_a_day, before.country) != (chosen.calls_a_day, chosen.country):
        spread_anew(db, today)


# --- days that come -------------------------------------------------------------------------------


_NEXT_DAY = """SELECT min(due) FROM follow_up
   WHERE state = 'open' AND due > {after}"""

_DAYS_AHEAD = f"""WITH RECURSIVE ahead(due) AS (
   {_NEXT_DAY.format(after=":today")}
   UNION ALL SELECT ({_NEXT_DAY.format(after="ahead.due")}) FROM ahead WHERE due IS NOT NULL)
 SELECT due FROM ahead WHERE due IS NOT NULL"""
"""The days on which something is due, from one to the next: a scan of all that is open would look
at a hundred thousand."""


def stale(db: Session, last: date, today: date) -> None:
    """What comes every year and has come since `last` makes room for the next year's; who came into
    a segment that plans go by, or left it, has others; a callback whose day is no working day any
    more, now that the holidays are announced, finds another."""
    segments.touch_moved(db, _named(plans_in_force(db)), last, today)
    kinds = ", ".join(f"'{kind.value}'" for kind in sorted(rules.YEARLY))
    db.execute(
        text(
            "INSERT OR IGNORE INTO touched SELECT customer_id FROM follow_up"
            f" WHERE kind IN ({kinds}) AND day >= :last AND day <= :today"
        ),
        {"last": last.isoformat(), "today": today.isoformat()},
    )
    first, final = sorted((last, today))
    db.execute(
        text(
            "INSERT OR IGNORE INTO touched SELECT i.customer_id FROM standing s"
            " CROSS JOIN interaction i ON i.customer_id = s.customer_id"
            " WHERE s.last_contact >= date(:first) AND i.at >= :first AND i.at < :after"
        ),
        {"first": _believed(first), "after": _believed(final)},
    )
    works = working_days(habits.of(db))
    days = db.execute(text(_DAYS_AHEAD), {"today": today.isoformat()}).scalars()
    if off := [day for day in days if not works(_day(day))]:
        spread_anew(db, today, off)


def contents(db: Session) -> object:
    """Every open follow-up that a plan made, for comparing; where callbacks found room is left out.

    That depends on who came first: see `spreading`.
    """
    return db.execute(
        text(
            "SELECT customer_id, plan_id, occurrence, day,"
            " CASE WHEN kind = 'callback' AND NOT snoozed THEN day ELSE due END FROM follow_up"
            " WHERE state = 'open' AND plan_id IS NOT NULL ORDER BY 1, 2, 3"
        )
    ).all()

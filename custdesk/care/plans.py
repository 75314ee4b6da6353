"""Which follow-ups the care plans call for, and the follow-ups in the file made to agree with that.

The rule (`wanted`) is a function of values. Bringing the file to agree (`refresh`) runs at the end
of every write for the customers it touched, and for a new day; doing it twice changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import delete, insert, text, update
from sqlmodel import Session, SQLModel, select

from custdesk.care import calendar
from custdesk.care.birthday import Birthday, Calendar
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store.models import CarePlan, FollowUp, FollowUpKind, FollowUpState, Grade

BATCH = 5000
LONGEST_YEAR = timedelta(days=385)
"""From one birthday to the next, in either calendar."""
FIRST_LUNAR_DAY = date(calendar.FIRST_LUNAR_YEAR + 1, 1, 1)
"""Lunar birthdays before this day may belong to a lunar year that is not known."""


@dataclass(frozen=True, slots=True)
class Cared:
    """What the plans need to know of one customer."""

    customer_id: int
    grade: Grade
    do_not_contact: bool
    birthday: Birthday | None
    birthday_known_on: date
    last_contact: date
    """The last logged contact or closed callback; before any, the day the record was made."""
    closed_since: int = 0
    """Callbacks closed that counted from that day: the next one that does is told from them."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One follow-up that a plan calls for; `key` tells it from the plan's others."""

    customer_id: int
    plan_id: int
    kind: FollowUpKind
    key: str
    day: date
    due: date


def wanted(
    cared: Cared, plans: Iterable[CarePlan], first: date, today: date, until: date | None = None
) -> list[Occurrence]:
    """What `plans` call for: birthdays from `first` to the next after today, and the next callback.

    A birthday is due `days_ahead` days before, though never before the day it was known. A callback
    is due `every_days` after the last contact (product.md, "Care"). With `until`, birthdays go on
    to the last one that is due by then.
    """
    if cared.do_not_contact:
        return []
    found = []
    for plan in plans:
        if plan.id is None or not plan.enabled:
            continue
        if plan.kind is FollowUpKind.CALLBACK and plan.grade is cared.grade:
            day = cared.last_contact + timedelta(days=plan.every_days or 0)
            key = cared.last_contact.isoformat()
            if cared.closed_since:
                key += f"/{cared.closed_since}"
            found.append(Occurrence(cared.customer_id, plan.id, plan.kind, key, day, day))
        elif plan.kind is FollowUpKind.BIRTHDAY and cared.birthday:
            found += _birthdays(cared, cared.birthday, plan, first, today, until)
    return found


def _birthdays(
    cared: Cared,
    birthday: Birthday,
    plan: CarePlan,
    first: date,
    today: date,
    until: date | None,
) -> list[Occurrence]:
    ahead = timedelta(days=plan.days_ahead or 0)
    return [
        Occurrence(
            cared.customer_id,
            plan.id or 0,
            plan.kind,
            _birthday_key(birthday, one),
            one.date,
            max(one.date - ahead, min(cared.birthday_known_on, one.date)),
        )
        for one in _kept(
            (birthday.calendar, None, birthday.month, birthday.day, birthday.leap),
            max(first, cared.birthday_known_on),
            today,
            until and until + ahead,
        )
    ]


def _birthday_key(birthday: Birthday, kept: calendar.Occurrence) -> str:
    """ "2026", or "L2026" for a lunar year: both calendars may have been a customer's."""
    return f"L{kept.year_key}" if birthday.is_lunar else str(kept.year_key)


@lru_cache(maxsize=4096)
def _kept(
    birthday: tuple[Calendar, None, int, int, bool], first: date, today: date, until: date | None
) -> tuple[calendar.Occurrence, ...]:
    """When a birthday is kept, from `first` to the next after today, at least up to `until`.

    Kept in memory, for whatever the year of birth: of many customers, many share a day.
    """
    born = Birthday(*birthday)
    coming = _known(born, today + timedelta(days=1), today + LONGEST_YEAR)
    last = coming[0].date if coming else today
    return tuple(_known(born, first, max(last, until) if until else last))


def _known(birthday: Birthday, first: date, last: date) -> list[calendar.Occurrence]:
    """When a birthday is kept from `first` to `last`, as far as its calendar is known."""
    if birthday.is_lunar:
        first, last = max(first, FIRST_LUNAR_DAY), min(last, calendar.LAST_DAY)
    return calendar.birthdays_between(birthday, first, last)


_CARED = """WITH cared AS MATERIALIZED (
   SELECT c.id, c.grade, c.do_not_contact,
     c.birth_calendar, c.birth_year, c.birth_month, c.birth_day, c.birth_leap,
     coalesce(c.birthday_known_on, c.care_from),
     max(c.care_from,
       coalesce((SELECT date(max(at)) FROM interaction WHERE customer_id = c.id), ''),
       coalesce((SELECT date(max(closed_at)) FROM follow_up
         WHERE customer_id = c.id AND kind = 'callback' AND state <> 'open'), '')) AS since
   FROM customer c WHERE c.trashed_at IS NULL{narrowed})
 SELECT cared.*,
   coalesce((SELECT max(CAST(substr(occurrence, 12) AS INTEGER)) + 1 FROM follow_up
     WHERE customer_id = cared.id AND kind = 'callback' AND state <> 'open'
       AND substr(occurrence, 1, 10) = since), 0)
 FROM cared"""
"""A callback's occurrence is the day it counts from, with "/1", "/2" … when others that counted
from that day are closed: whichever day those were closed on, there is a next one."""


def cared_for(db: Session, *, touched: bool) -> list[Cared]:
    """What the plans need to know of every customer, or of those in temp.touched."""
    narrowed = " AND c.id IN (SELECT customer_id FROM touched)" if touched else ""
    return [
        Cared(
            customer_id=row[0],
            grade=Grade(row[1]),
            do_not_contact=bool(row[2]),
            birthday=Birthday.stored(*row[3:8]),
            birthday_known_on=date.fromisoformat(row[8]),
            last_contact=date.fromisoformat(row[9]),
            closed_since=row[10],
        )
        for row in db.execute(text(_CARED.format(narrowed=narrowed)))
    ]


def counts_from(occurrence: str) -> date:
    """The day that a callback with this key counts from."""
    return date.fromisoformat(occurrence.partition("/")[0])


def all_plans(db: Session) -> list[CarePlan]:
    return list(db.exec(select(CarePlan).order_by(text("id"))))


def refresh(db: Session, today: date) -> None:
    """Make the open follow-ups of the customers in temp.touched those that the plans call for.

    What somebody acted on stays. What is open and called for no longer is withdrawn: a callback
    that another contact has answered, the birthday that was corrected. A birthday that passed while
    nobody looked stays open until somebody acts.
    """
    people = {cared.customer_id: cared for cared in cared_for(db, touched=True)}
    plans = all_plans(db)
    first = min(today, _planned_until(db) or today)
    existing = _planned_rows(db)
    new: list[dict[str, object]] = []
    moved: list[dict[str, object]] = []
    kept: set[int] = set()
    for cared in people.values():
        for one in wanted(cared, plans, first, today):
            row = existing.get((one.customer_id, one.plan_id, one.key))
            if row is None:
                new.append(
                    {
                        "customer_id": one.customer_id,
                        "plan_id": one.plan_id,
                        "occurrence": one.key,
                        "kind": one.kind,
                        "day": one.day,
                        "due": one.due,
                        "snoozed": False,
                        "note": "",
                        "state": FollowUpState.OPEN,
                        "skip_reason": "",
                    }
                )
                continue
            kept.add(row.id)
            snoozed = row.snoozed and row.day == one.day
            due = row.due if snoozed else one.due
            if row.is_open and (row.day, row.due, row.snoozed) != (one.day, due, snoozed):
                moved.append({"id": row.id, "day": one.day, "due": due, "snoozed": snoozed})
    answered = [
        row.id
        for (customer_id, plan_id, key), row in existing.items()
        if row.is_open
        and row.id not in kept
        and customer_id in people
        and not _still_missed(people[customer_id], plans, plan_id, key, row)
    ]
    for start in range(0, len(answered), BATCH):
        db.execute(delete(FollowUp).where(FollowUp.id.in_(answered[start : start + BATCH])))  # type: ignore[union-attr]
    if moved:
        db.execute(update(FollowUp), moved)
    if new:
        db.execute(insert(SQLModel.metadata.tables["follow_up"]), new)
    db.expire_all()


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    is_open: bool
    snoozed: bool
    day: date
    due: date


def _planned_rows(db: Session) -> dict[tuple[int, int, str], _Row]:
    rows = db.execute(
        text(
            "SELECT f.customer_id, f.plan_id, f.occurrence, f.id, f.state, f.snoozed, f.day, f.due"
            " FROM touched CROSS JOIN follow_up f ON f.customer_id = touched.customer_id"
            " WHERE f.plan_id IS NOT NULL"
        )
    )
    return {
        (row[0], row[1], row[2]): _Row(
            row[3],
            row[4] == FollowUpState.OPEN.value,
            bool(row[5]),
            date.fromisoformat(row[6]),
            date.fromisoformat(row[7]),
        )
        for row in rows
    }


def _still_missed(cared: Cared, plans: list[CarePlan], plan_id: int, key: str, row: _Row) -> bool:
    """Whether an open birthday that has passed is still theirs, and still to be kept."""
    plan = next((plan for plan in plans if plan.id == plan_id), None)
    if plan is None or not plan.enabled or plan.kind is not FollowUpKind.BIRTHDAY:
        return False
    if cared.do_not_contact or cared.birthday is None:
        return False
    theirs = _known(cared.birthday, row.day, row.day)
    return any(_birthday_key(cared.birthday, one) == key for one in theirs)


def _planned_until(db: Session) -> date | None:
    """The last day whose birthdays are known to be planned."""
    known = db.execute(text("SELECT as_of FROM journal_state")).scalar_one()
    return date.fromisoformat(known) if known else None


def stale(db: Session, last: date, today: date) -> None:
    """Birthdays that have come since `last` make room for the next year's."""
    db.execute(
        text(
            "INSERT OR IGNORE INTO touched SELECT customer_id FROM follow_up"
            " WHERE kind = 'birthday' AND plan_id IS NOT NULL AND day >= :last AND day <= :today"
        ),
        {"last": last.isoformat(), "today": today.isoformat()},
    )


def contents(db: Session) -> object:
    """Every open follow-up that a plan made, for comparing."""
    return db.execute(
        text(
            "SELECT customer_id, plan_id, occurrence, day, due FROM follow_up"
            " WHERE state = 'open' AND plan_id IS NOT NULL ORDER BY 1, 2, 3"
        )
    ).all()


def set_interval(db: Session, plan: CarePlan, days: int) -> None:
    """Change how often a grade is called, or how many days ahead a birthday shows."""
    low, high = (0, 60) if plan.kind is FollowUpKind.BIRTHDAY else (1, 3660)
    if not low <= days <= high:
        raise CustdeskError(
            _("Choose a number of days from {low} to {high}.").format(low=low, high=high)
        )
    if plan.kind is FollowUpKind.BIRTHDAY:
        plan.days_ahead = days
    else:
        plan.every_days = days
    db.add(plan)


def switch(db: Session, plan: CarePlan, on: bool) -> None:
    """Switch a plan on or off; off withdraws what it planned and nobody acted on."""
    plan.enabled = on
    db.add(plan)

"""What is to be done, for whom, by when, and why; done, snoozed, skipped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from custdesk.care import plans
from custdesk.care.birthday import Birthday
from custdesk.care.calendar import age_on, birthday_words
from custdesk.care.notices import Waiting
from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.store.models import (
    Channel,
    Customer,
    FollowUp,
    FollowUpKind,
    FollowUpState,
    Grade,
    Interaction,
)
from custdesk.words import shown

LONGEST_STORED_AHEAD = timedelta(days=290)
"""Each plan's next follow-up is stored; further ahead than this a second one may be due: a lunar
year has 353 days or more, and a birthday may be due 60 days ahead."""


@dataclass(frozen=True, slots=True)
class Due:
    """One follow-up as it is shown. `id` is None for one further ahead than what is stored."""

    id: int | None
    customer_id: int
    customer: str
    grade: Grade
    kind: FollowUpKind
    day: date
    due: date
    time: str | None
    snoozed: bool
    reason: str
    do_not_contact: bool = False
    """Planned by hand for somebody who does not want to be contacted: nothing calls for it."""

    def overdue_days(self, on: date) -> int:
        return max(0, (on - self.due).days)

    @property
    def is_reason_written(self) -> bool:
        """Whether somebody wrote the reason, instead of a plan with a day and a rule."""
        return self.kind not in (FollowUpKind.BIRTHDAY, FollowUpKind.CALLBACK)


_OPEN = """SELECT f.id, f.customer_id, c.name, c.grade, f.kind, f.day, f.due, f.due_time,
    f.snoozed, f.note, c.birth_calendar, c.birth_year, c.birth_month, c.birth_day, c.birth_leap,
    f.occurrence, p.every_days, c.do_not_contact
  FROM follow_up f JOIN customer c ON c.id = f.customer_id
  LEFT JOIN care_plan p ON p.id = f.plan_id
  WHERE f.state = 'open' AND c.trashed_at IS NULL"""


def due(db: Session, on: date, until: date, today: date) -> list[Due]:
    """Open follow-ups that are due by `until`, as one would see them on `on`, earliest first.

    Looking further than what is stored, or back, plans as far as asked and writes nothing.
    """
    rows = db.execute(text(f"{_OPEN} AND f.due <= :until"), {"until": until.isoformat()})
    found = [_due(row, on) for row in rows]
    if on < today or until > today + LONGEST_STORED_AHEAD:
        found += _unstored(db, on, until, today)
    return sorted(found, key=_urgency)


def waiting(db: Session, until: date, since: date | None = None) -> list[tuple[int, date]]:
    """Id and due day of the open follow-ups due by `until` (from `since` on), in `due`'s order.

    For long lists: the rows come from `these` as they are seen.
    """
    rows = db.execute(
        text(
            "SELECT f.id, f.due FROM follow_up f JOIN customer c ON c.id = f.customer_id"
            " WHERE f.state = 'open' AND f.due BETWEEN :since AND :until AND c.trashed_at IS NULL"
            " ORDER BY f.due, coalesce(f.due_time, ''),"
            " CASE c.grade WHEN 'vip' THEN 0 WHEN 'regular' THEN 1 ELSE 2 END, f.customer_id, f.id"
        ),
        {"since": (since or date.min).isoformat(), "until": until.isoformat()},
    )
    days: dict[str, date] = {}
    return [
        (id, days.get(day) or days.setdefault(day, date.fromisoformat(day))) for id, day in rows
    ]


def these(db: Session, ids: Iterable[int], today: date) -> dict[int, Due]:
    """The open follow-ups `ids`, by id; those that are closed or gone are left out."""
    wanted = ",".join(str(int(id)) for id in ids)
    rows = db.execute(text(f"{_OPEN} AND f.id IN ({wanted})"))
    return {row[0]: _due(row, today) for row in rows}


def of_customer(db: Session, customer_id: int, today: date) -> list[Due]:
    """A customer's open follow-ups, earliest first."""
    rows = db.execute(text(f"{_OPEN} AND f.customer_id = :id"), {"id": customer_id})
    return sorted((_due(row, today) for row in rows), key=_urgency)


def one(db: Session, follow_up_id: int, today: date) -> Due | None:
    """An open follow-up, or None when somebody has acted on it."""
    row = db.execute(text(f"{_OPEN} AND f.id = :id"), {"id": follow_up_id}).first()
    return _due(row, today) if row else None


def _urgency(due: Due) -> tuple[date, str, int, int]:
    rank = {Grade.VIP: 0, Grade.REGULAR: 1, Grade.POTENTIAL: 2}
    return (due.due, due.time or "", rank[due.grade], due.customer_id)


def _due(row: Sequence[Any], on: date) -> Due:
    (id, customer_id, name, grade, kind, day, due, time, snoozed, note,
     calendar, year, month, birth_day, leap, occurrence, every, silent) = row  # fmt: skip
    day, due = date.fromisoformat(day), date.fromisoformat(due)
    birthday = Birthday.stored(calendar, year, month, birth_day, leap)
    if kind == FollowUpKind.BIRTHDAY and birthday:
        reason = birthday_reason(birthday, day)
    elif kind == FollowUpKind.CALLBACK and occurrence:
        reason = callback_reason(Grade(grade), every, (on - plans.counts_from(occurrence)).days)
    else:
        reason = note
    return Due(
        id, customer_id, name, Grade(grade), FollowUpKind(kind), day, due, time, bool(snoozed),
        reason, bool(silent),
    )  # fmt: skip


def birthday_reason(birthday: Birthday, on: date) -> str:
    """生日 农历十月十三 · 58 岁"""
    words = birthday_words(replace(birthday, year=None))
    said = _("Birthday: {day}").format(day=words)
    age = age_on(birthday, on)
    if age is None or age <= 0:
        return said
    return said + " · " + ngettext("turns {n}", "turns {n}", age).format(n=age)


def callback_reason(grade: Grade, every_days: int, silent_days: int) -> str:
    """30 天未联系 · VIP 每 30 天回访"""
    rule = _("{grade}: a call every {n} days").format(grade=shown(grade), n=every_days)
    if silent_days <= 0:
        return rule
    silence = ngettext("No contact for {n} day", "No contact for {n} days", silent_days)
    return silence.format(n=silent_days) + " · " + rule


def _unstored(db: Session, on: date, until: date, today: date) -> list[Due]:
    """Birthdays due by `until` that are not stored: the year after next, or before today."""
    birthday_plans = [p for p in plans.all_plans(db) if p.kind is FollowUpKind.BIRTHDAY]
    stored = "SELECT customer_id, plan_id, occurrence FROM follow_up WHERE plan_id IS NOT NULL"
    acted = {tuple(row) for row in db.execute(text(stored))}
    names = {id: name for id, name in db.execute(text("SELECT id, name FROM customer"))}
    found = []
    for cared in plans.cared_for(db, touched=False):
        if cared.birthday is None:
            continue
        then = replace(cared, birthday_known_on=min(cared.birthday_known_on, on))
        for one in plans.wanted(then, birthday_plans, min(on, today), on, until):
            known = (one.customer_id, one.plan_id, one.key) in acted
            if not known and one.due <= until and one.day >= min(on, today):
                reason = birthday_reason(cared.birthday, one.day)
                name = names[one.customer_id]
                found.append(
                    Due(
                        None, one.customer_id, name, cared.grade, one.kind, one.day, one.due,
                        None, False, reason,
                    )
                )  # fmt: skip
    return found


def at_times(db: Session, day: date) -> list[Due]:
    """Open follow-ups that are due on `day` at a time of the clock, of who may be contacted."""
    rows = db.execute(
        text(f"{_OPEN} AND f.due = :day AND f.due_time IS NOT NULL AND NOT c.do_not_contact"),
        {"day": day.isoformat()},
    )
    return sorted((_due(row, day) for row in rows), key=_urgency)


def overdue_count(db: Session, today: date, *, to_contact: bool = False) -> int:
    """How many follow-ups are due today or overdue: the number on the rail.

    `to_contact` leaves out those of who does not want to be contacted: no notice tells of them.
    """
    count = db.execute(
        text(
            "SELECT count(*) FROM follow_up f JOIN customer c ON c.id = f.customer_id"
            " WHERE f.state = 'open' AND f.due <= :today AND c.trashed_at IS NULL"
            " AND NOT (:to_contact AND c.do_not_contact)"
        ),
        {"today": today.isoformat(), "to_contact": to_contact},
    ).scalar_one()
    return int(count)


def days_with(db: Session, first: date, last: date) -> dict[date, int]:
    """How many open follow-ups are due on each day from `first` to `last`."""
    rows = db.execute(
        text(
            "SELECT f.due, count(*) FROM follow_up f JOIN customer c ON c.id = f.customer_id"
            " WHERE f.state = 'open' AND f.due BETWEEN :first AND :last AND c.trashed_at IS NULL"
            " GROUP BY f.due"
        ),
        {"first": first.isoformat(), "last": last.isoformat()},
    )
    return {date.fromisoformat(day): count for day, count in rows}


@dataclass(frozen=True, slots=True)
class Closed:
    """A follow-up that was done or skipped."""

    id: int
    customer_id: int
    customer: str
    grade: Grade
    kind: FollowUpKind
    closed_at: datetime
    state: FollowUpState
    words: str


def closed(db: Session, since: date) -> list[Closed]:
    """What was done or skipped on or after `since`, newest first."""
    rows = db.execute(
        text(
            """SELECT f.id, f.customer_id, c.name, c.grade, f.kind, f.closed_at, f.state,
                 coalesce(i.outcome, f.skip_reason)
               FROM follow_up f JOIN customer c ON c.id = f.customer_id
               LEFT JOIN interaction i ON i.follow_up_id = f.id
               WHERE f.state <> 'open' AND f.closed_at >= :since AND c.trashed_at IS NULL
               ORDER BY f.closed_at DESC, f.id DESC"""
        ),
        {"since": since.isoformat()},
    )
    return [
        Closed(
            row[0], row[1], row[2], Grade(row[3]), FollowUpKind(row[4]),
            datetime.fromisoformat(row[5]), FollowUpState(row[6]), row[7],
        )
        for row in rows
    ]  # fmt: skip


# --- verbs ----------------------------------------------------------------------------------------


def _open(db: Session, follow_up_id: int) -> FollowUp:
    found = db.get(FollowUp, follow_up_id)
    if found is None:
        raise CustdeskError(_("There is no such follow-up. See the list of what is due."))
    if found.state is not FollowUpState.OPEN:
        raise CustdeskError(_("This follow-up was dealt with already."))
    customer = db.get(Customer, found.customer_id)
    if customer and customer.trashed_at:
        raise CustdeskError(_("This customer is in the trash; restore it there."))
    return found


def complete(
    db: Session, follow_up_id: int, outcome: str, channel: Channel, at: datetime
) -> Interaction:
    """Done: it becomes an interaction, from which the plans count on to the next one."""
    if not outcome.strip():
        raise CustdeskError(_("Say in a word what came of it."))
    found = _open(db, follow_up_id)
    at = at.replace(second=0, microsecond=0)
    found.state = FollowUpState.DONE
    found.closed_at = at
    interaction = Interaction(
        customer_id=found.customer_id,
        at=at,
        channel=channel,
        outcome=outcome.strip(),
        follow_up_id=follow_up_id,
    )
    db.add_all([found, interaction])
    db.flush()
    return interaction


def snooze(db: Session, follow_up_id: int, until: date, today: date) -> None:
    """Put off to a later day; the day it is about stays."""
    found = _open(db, follow_up_id)
    if until <= today:
        raise CustdeskError(_("Choose a day after today."))
    found.due = until
    found.snoozed = True
    db.add(found)


def skip(db: Session, follow_up_id: int, reason: str, now: datetime) -> None:
    """Leave out this once, with a reason; the plan goes on from here."""
    if not reason.strip():
        raise CustdeskError(_("Say why it is left out."))
    found = _open(db, follow_up_id)
    found.state = FollowUpState.SKIPPED
    found.closed_at = now.replace(second=0, microsecond=0)
    found.skip_reason = reason.strip()
    db.add(found)


def schedule(
    db: Session, customer_id: int, day: date, note: str, time: str | None = None
) -> FollowUp:
    """Plan one thing to do by hand, on a day, perhaps at a time (HH:MM)."""
    if not note.strip():
        raise CustdeskError(_("Say what is to be done."))
    found = FollowUp(
        customer_id=customer_id,
        kind=FollowUpKind.CUSTOM,
        day=day,
        due=day,
        due_time=time,
        note=note.strip(),
    )
    db.add(found)
    db.flush()
    return found


# --- what notices ask -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open follow-ups are overdue, and how many are due today."""

    overdue: int = 0
    today: int = 0

    @property
    def now(self) -> int:
        """Due today or overdue: the number on the rail and on the icon in the tray."""
        return self.overdue + self.today

    def words(self) -> str:
        """逾期 3 · 今天 5; "" when there is nothing to do."""
        if self.overdue and self.today:
            return _("{overdue} overdue, {today} today").format(
                overdue=self.overdue, today=self.today
            )
        if self.overdue:
            return _("{n} overdue").format(n=self.overdue)
        return _("{n} today").format(n=self.today) if self.today else ""


def counts(db: Session, today: date) -> Counts:
    """The counts that rail, title and tray show; customers in the trash have no part in them."""
    overdue, in_all = db.execute(
        text(
            "SELECT count(*) FILTER (WHERE f.due < :today), count(*)"
            " FROM follow_up f JOIN customer c ON c.id = f.customer_id"
            " WHERE f.state = 'open' AND f.due <= :today AND c.trashed_at IS NULL"
        ),
        {"today": today.isoformat()},
    ).one()
    return Counts(int(overdue), int(in_all) - int(overdue))


def to_tell(db: Session, today: date, after: date = date.min) -> list[Waiting]:
    """The open follow-ups due by `today` as `notices.look` wants them.

    Those due `after` a day only, where all until then were told: there may be very many.
    """
    rows = db.execute(
        text(
            "SELECT f.id, f.due, f.due_time, c.do_not_contact"
            " FROM follow_up f JOIN customer c ON c.id = f.customer_id"
            " WHERE f.state = 'open' AND f.due > :after AND f.due <= :today"
            " AND c.trashed_at IS NULL ORDER BY f.due, coalesce(f.due_time, ''), f.id"
        ),
        {"today": today.isoformat(), "after": after.isoformat()},
    )
    return [
        Waiting(
            id,
            date.fromisoformat(day),
            clock_time.fromisoformat(at) if at else None,
            do_not_contact=bool(silent),
        )
        for id, day, at, silent in rows
    ]


def remind_at(db: Session, follow_up_id: int, at: datetime, now: datetime) -> None:
    """Put off to a time of the clock, later today or on another day; the day it is about stays."""
    found = _open(db, follow_up_id)
    if at <= now:
        raise CustdeskError(_("Choose a time that is still to come."))
    found.due = at.date()
    found.due_time = f"{at:%H:%M}"
    found.snoozed = True
    db.add(found)

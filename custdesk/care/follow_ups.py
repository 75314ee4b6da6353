"""What is to be done, for whom, by when, and why; done, snoozed, skipped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from custdesk import formats
from custdesk.care import habits, occasions, planning, rules
from custdesk.care.birthday import CUSTOM, Birthday, BirthdayRules
from custdesk.care.calendar import age_on, birthday_words
from custdesk.care.notices import Hours, Waiting
from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.insight import policies
from custdesk.insight.grades import Grade, Grades
from custdesk.people import cases, customers
from custdesk.people.days import check_day
from custdesk.store.models import (
    CarePlan,
    Case,
    Channel,
    Customer,
    FollowUp,
    FollowUpKind,
    FollowUpState,
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
    plan_id: int | None = None
    occurrence: str = ""
    """What tells it from the others of its plan; None and "" for what somebody typed."""
    every_days: int | None = None
    """Of a callback: how many days after the last contact."""
    is_after: bool = False
    """Whether it comes after the day it is about."""

    def overdue_days(self, on: date) -> int:
        return max(0, (on - self.due).days)

    def to_do_on(self, today: date) -> date:
        """When it is due; today for a birthday of today, although that was due before."""
        return today if self.due < today == self.day else self.due

    def is_late(self, today: date) -> bool:
        return self.to_do_on(today) < today

    @property
    def may_solve(self) -> bool:
        """Whether it is about a case that is still open."""
        return self.kind is FollowUpKind.CASE and bool(self.occurrence) and not self.is_after

    @property
    def is_reason_private(self) -> bool:
        """Whether the reason tells what is nobody else's business: what was bought, promised, or
        which of their own days it is."""
        told = (FollowUpKind.BIRTHDAY, FollowUpKind.CALLBACK, FollowUpKind.FESTIVAL)
        return self.kind not in told


_OPEN = """SELECT f.id, f.customer_id, c.name, s.grade, f.kind, f.day, f.due, f.due_time,
    f.snoozed, f.note, c.birth_calendar, c.birth_year, c.birth_month, c.birth_day, c.birth_leap,
    f.occurrence, p.every_days, p.days, c.do_not_contact, p.about, p.name, f.plan_id,
    CASE WHEN f.kind IN ('renewal', 'anniversary') THEN
      (SELECT name FROM customer_date WHERE id = CAST(f.occurrence AS INTEGER))
    WHEN f.kind = 'replenishment' THEN
      (SELECT name FROM product WHERE id = CAST(f.occurrence AS INTEGER))
    WHEN f.kind = 'case' THEN
      (SELECT about FROM service_case WHERE id = CAST(f.occurrence AS INTEGER)) END
  FROM follow_up f JOIN customer c ON c.id = f.customer_id
  JOIN standing s ON s.customer_id = c.id
  LEFT JOIN care_plan p ON p.id = f.plan_id
  WHERE f.state = 'open'"""


def due(db: Session, on: date, until: date, today: date) -> list[Due]:
    """Open follow-ups that are due by `until`, as one would see them on `on`, earliest first.

    Looking further than what is stored, or back, plans as far as asked and writes nothing.
    """
    rows = db.execute(text(f"{_OPEN} AND f.due <= :until"), {"until": until.isoformat()})
    years, grades = habits.of(db).birthdays, policies.grades(db)
    found = [_due(row, on, years, grades) for row in rows]
    if on < today or until > today + LONGEST_STORED_AHEAD:
        found += _unstored(db, on, until, today)
    return sorted(found, key=_urgency)


_TO_DO = "CASE WHEN f.due < :today AND f.day = :today THEN f.day ELSE f.due END"
"""As `Due.to_do_on` has it."""


def waiting(
    db: Session, until: date, today: date, since: date | None = None
) -> list[tuple[int, date]]:
    """Id and day of the open follow-ups due by `until` (from `since` on), in `due`'s order.

    The day is the one on which it is due; what is about today, as a birthday, is to be done today
    though it was due before. For long lists: the rows come from `these` as they are seen.
    """
    rows = db.execute(
        text(
            f"SELECT f.id, {_TO_DO} AS to_do"
            " FROM follow_up f JOIN standing s ON s.customer_id = f.customer_id"
            " WHERE f.state = 'open' AND f.due BETWEEN :since AND :until"
            " ORDER BY to_do, coalesce(f.due_time, ''), s.grade_rank, f.customer_id, f.id"
        ),
        {
            "since": (since or date.min).isoformat(),
            "until": until.isoformat(),
            "today": today.isoformat(),
        },
    )
    days: dict[str, date] = {}
    return [
        (id, days.get(day) or days.setdefault(day, date.fromisoformat(day))) for id, day in rows
    ]


@dataclass(frozen=True, slots=True)
class Lot:
    """The greetings of one festival that are due on one day: one does them by its list."""

    about: str
    day: date
    due: date


def lots(db: Session, until: date, since: date | None = None) -> dict[int, Lot]:
    """To which lot the open festival greetings belong that are due by `until`, by their ids."""
    rows = db.execute(
        text(
            "SELECT f.id, p.about, f.day, f.due FROM follow_up f JOIN care_plan p"
            " ON p.id = f.plan_id WHERE f.state = 'open' AND f.due BETWEEN :since AND :until"
            " AND f.kind = 'festival'"
        ),
        {"since": (since or date.min).isoformat(), "until": until.isoformat()},
    )
    return {
        id: Lot(about, date.fromisoformat(day), date.fromisoformat(due))
        for id, about, day, due in rows
    }


def these(db: Session, ids: Iterable[int], today: date) -> dict[int, Due]:
    """The open follow-ups `ids`, by id; those that are closed or gone are left out."""
    wanted = ",".join(str(int(id)) for id in ids)
    rows = db.execute(text(f"{_OPEN} AND f.id IN ({wanted})"))
    years, grades = habits.of(db).birthdays, policies.grades(db)
    return {row[0]: _due(row, today, years, grades) for row in rows}


def of_customer(db: Session, customer_id: int, today: date) -> list[Due]:
    """A customer's open follow-ups, earliest first."""
    rows = db.execute(text(f"{_OPEN} AND f.customer_id = :id"), {"id": customer_id})
    years, grades = habits.of(db).birthdays, policies.grades(db)
    return sorted((_due(row, today, years, grades) for row in rows), key=_urgency)


def one(db: Session, follow_up_id: int, today: date) -> Due | None:
    """An open follow-up, or None when somebody has acted on it."""
    row = db.execute(text(f"{_OPEN} AND f.id = :id"), {"id": follow_up_id}).first()
    return _due(row, today, habits.of(db).birthdays, policies.grades(db)) if row else None


def _urgency(due: Due) -> tuple[date, str, int, int]:
    return (due.due, due.time or "", due.grade.rank, due.customer_id)


def _due(row: Sequence[Any], on: date, years: BirthdayRules, grades: Grades) -> Due:
    (id, customer_id, name, grade, kind, day, due, time, snoozed, note, calendar, year, month,
     birth_day, leap, occurrence, every, days, silent, about, plan, plan_id,
     what) = row  # fmt: skip
    day, due, kind = date.fromisoformat(day), date.fromisoformat(due), FollowUpKind(kind)
    birthday = Birthday.stored(calendar, year, month, birth_day, leap)
    if kind is FollowUpKind.BIRTHDAY and birthday:
        reason = birthday_reason(birthday, day, years)
    elif kind is FollowUpKind.CALLBACK and occurrence:
        silent_days = (on - rules.counts_from(occurrence)).days
        reason = callback_reason(grades.of(grade), every, silent_days)
        if not snoozed and due > day:
            reason += " · " + moved_words(day, on)
    else:
        reason = note or plan_reason(
            kind, day, on, plan or "", about or "", what or "", after=(days or 0) > 0
        )
    return Due(
        id, customer_id, name, grades.of(grade), kind, day, due, time, bool(snoozed), reason,
        bool(silent), plan_id, (plan_id and occurrence) or "", every, (days or 0) > 0,
    )  # fmt: skip


def plan_reason(
    kind: FollowUpKind,
    day: date,
    on: date,
    plan: str = "",
    about: str = "",
    what: str = "",
    *,
    after: bool = False,
) -> str:
    """Why a care plan calls for something; "" for what somebody typed.

    `day` is the day it is about, `plan` the name that the plan was given, `about` what the plan is
    about, `what` the product, date or case it concerns, `after` whether it comes after that day.
    """
    said = formats.calendar_day(day, on)
    if kind is FollowUpKind.FESTIVAL:
        occasion = occasions.named(about)
        words = _("{festival}, {day}").format(
            festival=occasion.words() if occasion else shown(kind), day=said
        )
    elif kind is FollowUpKind.AFTER_SALE:
        what = about or what
        words = _("Bought on {day}").format(day=said)
        if what:
            words = _("Bought {what} on {day}").format(what=what, day=said)
    elif kind is FollowUpKind.REPLENISHMENT:
        words = _("{product} used up about {day}").format(product=what or about, day=said)
    elif kind is FollowUpKind.RENEWAL:
        words = _("{what} ends on {day}").format(what=what or about, day=said)
    elif kind is FollowUpKind.ANNIVERSARY:
        words = _("{what}, {day}").format(what=what or about, day=said)
    elif kind is FollowUpKind.WIN_BACK:
        words = _("Churn warning since {day}").format(day=said)
    elif kind is FollowUpKind.CASE:
        words = _("{what}: solved on {day}") if after else _("{what}: to be solved by {day}")
        words = words.format(what=what, day=said)
    else:
        return ""
    return f"{plan} · {words}" if plan else words


def moved_words(day: date, on: date) -> str:
    """ "从 11月21日 周六 顺延": why a callback is not on its own day."""
    return _("moved from {day}").format(day=formats.weekday_day(day))


def birthday_reason(birthday: Birthday, on: date, rules: BirthdayRules = CUSTOM) -> str:
    """生日 农历十月十三 · 58 岁"""
    words = birthday_words(replace(birthday, year=None))
    said = _("Birthday: {day}").format(day=words)
    age = age_on(birthday, on, rules)
    if age is None or age <= 0:
        return said
    return said + " · " + ngettext("turns {n}", "turns {n}", age).format(n=age)


def callback_reason(grade: Grade, every_days: int, silent_days: int) -> str:
    """30 天未联系 · VIP 每 30 天回访"""
    rule = _("{grade}: a call every {n} days").format(grade=grade.called, n=every_days)
    if silent_days <= 0:
        return rule
    silence = ngettext("No contact for {n} day", "No contact for {n} days", silent_days)
    return silence.format(n=silent_days) + " · " + rule


def _unstored(db: Session, on: date, until: date, today: date) -> list[Due]:
    """What comes every year and is due by `until`, but not stored: the year after next, or before
    today."""
    yearly = [plan for plan in planning.plans_in_force(db) if plan.kind in rules.YEARLY]
    stored = "SELECT customer_id, plan_id, occurrence FROM follow_up WHERE plan_id IS NOT NULL"
    acted = {tuple(row) for row in db.execute(text(stored))}
    names = {id: name for id, name in db.execute(text("SELECT id, name FROM customer"))}
    plans = {plan.id: (plan.name, plan.about) for plan in db.exec(select(CarePlan))}
    grades = policies.grades(db)
    span = rules.Span(min(on, today), on, until)
    found = []
    for cared in planning.cared_for(db, yearly, today):
        then = replace(
            cared,
            birthday_known_on=min(cared.birthday_known_on, on),
            care_from=min(cared.care_from, on),
        )
        whats = {str(one.id): one.name for one in cared.dates}
        for one in rules.wanted(then, yearly, span):
            known = (one.customer_id, one.plan_id, one.key) in acted
            if known or one.due > until or one.day < min(on, today):
                continue
            if one.kind is FollowUpKind.BIRTHDAY and cared.birthday:
                reason = birthday_reason(cared.birthday, one.day, cared.rules)
            else:
                what = whats.get(one.key.partition(":")[0], "")
                reason = plan_reason(one.kind, one.day, on, *plans[one.plan_id], what)
            found.append(
                Due(
                    None, one.customer_id, names[one.customer_id], grades.of(cared.grade),
                    one.kind, one.day, one.due, None, False, reason,
                    plan_id=one.plan_id, occurrence=one.key,
                )
            )  # fmt: skip
    return found


def at_times(db: Session, day: date) -> list[Due]:
    """Open follow-ups that are due on `day` at a time of the clock, of who may be contacted."""
    rows = db.execute(
        text(f"{_OPEN} AND f.due = :day AND f.due_time IS NOT NULL AND NOT c.do_not_contact"),
        {"day": day.isoformat()},
    )
    years, grades = habits.of(db).birthdays, policies.grades(db)
    return sorted((_due(row, day, years, grades) for row in rows), key=_urgency)


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
            """SELECT f.id, f.customer_id, c.name, s.grade, f.kind, f.closed_at, f.state,
                 coalesce(i.outcome, f.skip_reason)
               FROM follow_up f JOIN customer c ON c.id = f.customer_id
               JOIN standing s ON s.customer_id = c.id
               LEFT JOIN interaction i ON CASE WHEN f.answered
                 THEN i.customer_id = f.customer_id AND i.at = f.closed_at
                 ELSE i.follow_up_id = f.id END
               WHERE f.state <> 'open' AND f.closed_at >= :since
               ORDER BY f.closed_at DESC, f.id DESC"""
        ),
        {"since": since.isoformat()},
    )
    grades = policies.grades(db)
    return [
        Closed(
            row[0], row[1], row[2], grades.of(row[3]), FollowUpKind(row[4]),
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


@dataclass(frozen=True, slots=True)
class NextStep:
    """What was promised: one thing more to do, on a day, perhaps at a time (HH:MM)."""

    day: date
    note: str
    time: str | None = None


def complete(
    db: Session,
    follow_up_id: int,
    outcome: str,
    channel: Channel,
    at: datetime,
    then: NextStep | None = None,
    said: str = "",
    *,
    solves: bool = False,
) -> Interaction:
    """Done: it becomes an interaction, from which the plans count on to the next one.

    `then` is what comes next beside what the plans call for; `said` the words that the customer
    was sent, so that others are offered the next time. `solves`: the case it is about was solved by
    that outcome.
    """
    if not outcome.strip():
        raise CustdeskError(_("Say in a word what came of it."))
    found = _open(db, follow_up_id)
    if then is not None:
        schedule(db, found.customer_id, then.day, then.note, then.time)
    if solves and (case := case_of(db, found)):
        cases.solve(db, case, outcome, at.date())
    at = at.replace(second=0, microsecond=0)
    found.state = FollowUpState.DONE
    found.closed_at = at
    found.said = said.strip()
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


def case_of(db: Session, found: FollowUp) -> int | None:
    """The case that a follow-up is about, as long as that is open."""
    if found.kind is not FollowUpKind.CASE or not found.occurrence:
        return None
    case = db.get(Case, int(rules.what_of(found.occurrence)))
    return case.id if case and case.solved_on is None else None


def still_open(db: Session, ids: Iterable[int]) -> list[int]:
    """Which of these nobody has acted on: what is done with many at once is done with these."""
    wanted = ",".join(str(int(id)) for id in ids)
    query = (
        "SELECT f.id FROM follow_up f JOIN customer c ON c.id = f.customer_id"
        f" WHERE f.state = 'open' AND c.trashed_at IS NULL AND f.id IN ({wanted}) ORDER BY f.id"
    )
    return list(db.execute(text(query)).scalars())


def snooze(db: Session, follow_up_id: int, until: date, today: date) -> None:
    """Put off to a later day; the day it is about stays."""
    found = _open(db, follow_up_id)
    if until <= today:
        raise CustdeskError(_("Choose a day after today."))
    check_day(until)
    found.due = until
    found.snoozed = True
    db.add(found)


def skip(db: Session, follow_up_id: int, reason: str, now: datetime) -> None:
    """Leave out this once, with a reason; the plan goes on from here.

    A customer whom nobody will try to win back is given up, for that reason, until they buy again.
    """
    if not reason.strip():
        raise CustdeskError(_("Say why it is left out."))
    found = _open(db, follow_up_id)
    found.state = FollowUpState.SKIPPED
    found.closed_at = now.replace(second=0, microsecond=0)
    found.skip_reason = reason.strip()
    db.add(found)
    if found.kind is FollowUpKind.WIN_BACK:
        customer = customers.get(db, found.customer_id)
        customer.lost_on, customer.lost_why = now.date(), found.skip_reason
        db.add(customer)


def schedule(
    db: Session,
    customer_id: int,
    day: date,
    note: str,
    time: str | None = None,
    kind: FollowUpKind = FollowUpKind.CUSTOM,
) -> FollowUp:
    """Plan one thing to do by hand, on a day, perhaps at a time (HH:MM); the note says what, or,
    where the kind says that, why."""
    if not note.strip():
        raise CustdeskError(_("Say what is to be done."))
    check_day(day)
    found = FollowUp(
        customer_id=customer_id,
        kind=kind,
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
            f"SELECT count(*) FILTER (WHERE {_TO_DO} < :today), count(*)"
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
            "SELECT f.id, f.due, f.due_time, c.do_not_contact, c.quiet_from, c.quiet_until"
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
            quiet=Hours(clock_time.fromisoformat(quiet), clock_time.fromisoformat(until))
            if quiet and until
            else None,
        )
        for id, day, at, silent, quiet, until in rows
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

"""Which follow-ups the care plans call for: functions of values, for one customer at a time.

An occurrence is known by its plan, its customer and its key, and exists once. The key says which
of the plan's days it is:

- callback: the day it counts from, "2026-11-21"; "/1", "/2" … behind it when callbacks that
  counted from that day are closed, so that there is always a next one
- birthday: its year, "2026"; "L2026" for a lunar year, since both calendars may be a customer's
- festival: its year
- after sale: the day of the purchase
- replenishment: the product's id and the day of the last purchase, "7:2026-11-21"
- renewal: the id of the customer's date and the day it ends, "7:2026-12-31"
- anniversary: the id of the customer's date and the year, "7:2026"
- win back: the day of the last purchase, before the silence
- case: the id of the case and how often one has seen to it, "7:0", or the day on which it was
  solved, "7:2026-12-31"
"""

from calendar import isleap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache

from custdesk.care import calendar, occasions
from custdesk.care.birthday import Birthday, BirthdayRules, Calendar
from custdesk.people.days import used_up
from custdesk.store.models import CaseKind, FollowUpKind

LATELY = timedelta(days=7)
"""So long after a churn warning began it may become known: what they said was noted later."""
STILL_OPEN = timedelta(days=3)
"""So long after one has seen to a case that is still open, it comes again; judged, not measured."""
LONGEST_YEAR = timedelta(days=385)
"""From one birthday or festival to the next, in either calendar."""
FIRST_LUNAR_DAY = date(calendar.FIRST_LUNAR_YEAR + 1, 1, 1)
"""Lunar birthdays before this day may belong to a lunar year that is not known."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A care plan that is switched on, as `store.models.CarePlan` has it."""

    id: int
    kind: FollowUpKind
    grades: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    segment: int | None = None
    """Its id."""
    every_days: int = 0
    days: int = 0
    about: str = ""
    since: date = date.min

    def concerns(self, cared: "Cared") -> bool:
        """Whether it is for this customer: by the grades, stages, tags and segment it names."""
        return (
            (not self.grades or cared.grade in self.grades)
            and (not self.stages or cared.stage in self.stages)
            and (not self.tags or not self.tags.isdisjoint(cared.tags))
            and (self.segment is None or self.segment in cared.segments)
        )


@dataclass(frozen=True, slots=True)
class Bought:
    """The last purchase of a product: how many on that day, and how long one lasts."""

    product_id: int
    product: str
    category: str
    day: date
    quantity: float
    lasts_days: int | None


@dataclass(frozen=True, slots=True)
class OwnDate:
    """A customer's own date: what ends on `day`, or comes every year."""

    id: int
    name: str
    day: date
    yearly: bool
    known_on: date


@dataclass(frozen=True, slots=True)
class CaseDays:
    """A case: since when it is open, by when it is to be solved, and when it was."""

    id: int
    kind: CaseKind
    opened_on: date
    due: date | None
    solved_on: date | None
    seen_to: int = 0
    seen_to_on: date | None = None
    """How many of its follow-ups were done or left out, and when the last was."""


@dataclass(frozen=True, slots=True)
class Greeted:
    """What was done for a customer by a plan, or left out this once, about a day."""

    plan_id: int | None
    kind: FollowUpKind
    day: date
    what: str = ""
    """Which product or date, where it is about one: see `what_of`."""


@dataclass(frozen=True, slots=True)
class Cared:
    """What the plans need to know of one customer."""

    customer_id: int
    grade: str
    do_not_contact: bool
    birthday: Birthday | None
    birthday_known_on: date
    last_contact: date
    """The last logged contact or closed callback; before any, the day the record was made."""
    care_from: date
    closed_since: int = 0
    """Callbacks closed that counted from that day: the next one that does is told from them."""
    tags: frozenset[str] = frozenset()
    last_purchase: date | None = None
    """None, too, for one that went back."""
    bought: tuple[Bought, ...] = ()
    """One for each product; only read where a plan asks for it."""
    dates: tuple[OwnDate, ...] = ()
    cases: tuple[CaseDays, ...] = ()
    greeted: frozenset[Greeted] = frozenset()
    rules: BirthdayRules = field(default_factory=BirthdayRules)
    grade_rank: int = 0
    """The place of the grade, 0 being the best."""
    stage: str = ""
    warned_since: date | None = None
    """Since when a churn warning says that they are being lost; None for none."""
    silent_from: date | None = None
    """The last purchase: the silence that a warning is about."""
    segments: frozenset[int] = frozenset()
    """Of those that the plans name, the ones that the customer is in."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One follow-up that a plan calls for: about `day`, to be done on `due`."""

    customer_id: int
    plan_id: int
    kind: FollowUpKind
    key: str
    day: date
    due: date


@dataclass(frozen=True, slots=True)
class Span:
    """For which days is planned: from `first`, and what comes every year to the next after today.

    With `until`, to the last that is due by then.
    """

    first: date
    today: date
    until: date | None = None

    def reach(self, comes: Callable[[date, date], list[date]], ahead: timedelta) -> date:
        """Up to which day something that comes every year is planned.

        `first` is after today where the clock ran ahead when we learned of it.
        """
        after = max(self.today + timedelta(days=1), self.first)
        coming = comes(after, after + LONGEST_YEAR)
        last = coming[0] if coming else self.today
        return max(last, self.until + ahead) if self.until else last


Rule = Callable[[Plan, Cared, Span], Iterable[tuple[str, date, date]]]
"""Key, day and due day of what a plan calls for."""


def wanted(cared: Cared, plans: Iterable[Plan], span: Span) -> list[Occurrence]:
    """What the plans call for, for a customer (product.md, "Care").

    Of several callback plans the most frequent holds. Two plans never call for the same thing on
    the same day, nor so many days from it: the one that names what it is about holds, then the
    older one. What was done or left out by one is not to be done again by another of as many days,
    nor is a greeting by one that no longer concerns the customer. Somebody who wants no contact is
    left alone.
    """
    if cared.do_not_contact:
        return []
    theirs = [plan for plan in plans if plan.concerns(cared)]
    calls = [plan for plan in theirs if plan.kind is FollowUpKind.CALLBACK]
    if len(calls) > 1:
        holds = min(calls, key=lambda plan: (plan.every_days, plan.id))
        theirs = [plan for plan in theirs if plan is holds or plan not in calls]
    theirs.sort(key=lambda plan: (not plan.about, plan.id))
    by_id = {plan.id: plan for plan in theirs}
    acted: dict[tuple[FollowUpKind, str, date], list[Plan | None]] = {}
    for past in cared.greeted:
        by = by_id.get(past.plan_id or 0)
        acted.setdefault((past.kind, past.what, past.day), []).append(by)
    found, seen = [], set[object]()
    for plan in theirs:
        for key, day, due in RULES[plan.kind](plan, cared, span):
            what = what_of(key)
            by_others = () if _comes_again(plan) else acted.get((plan.kind, what, day), ())
            if any(_did(other, plan, what) for other in by_others):
                continue
            thing = (plan.kind, what or plan.about, day)
            if seen.isdisjoint({(thing, due), (thing, plan.days)}):
                found.append(Occurrence(cared.customer_id, plan.id, plan.kind, key, day, due))
                seen.update({(thing, due), (thing, plan.days)})
    return found


def _comes_again(plan: Plan) -> bool:
    """A case that is open is to be seen to again, by whatever plan that was done."""
    return plan.kind is FollowUpKind.CASE and plan.days <= 0


def _did(other: Plan | None, plan: Plan, what: str) -> bool:
    """Whether what `other` did (None: a plan that is not theirs any more) was the plan's to do."""
    if other is None:
        return plan.kind in YEARLY
    same = bool(what) or other.about == plan.about
    return same and other is not plan and other.days == plan.days


def what_of(key: str) -> str:
    """Which product or date a key is about; "" where there is no such thing."""
    return key.partition(":")[0] if ":" in key else ""


def called_for(
    cared: Cared, plans: Iterable[Plan], row: Occurrence, today: date
) -> Occurrence | None:
    """What has become of an earlier occurrence that `wanted` does not look for; None: it is off.

    It may be about another day that has passed, since a rule was chosen or a product lasts longer;
    but not where its own day is still to come, which was planned while the clock ran ahead.
    Where its plan is for others now, another plan may call for the same.
    """
    first = min(row.day, row.due)
    from_day = date.fromordinal(max(1, first.toordinal() - LONGEST_YEAR.days))
    found = [one for one in wanted(cared, plans, Span(from_day, first)) if one.kind is row.kind]
    about = (row.day, what_of(row.key))
    for one in found:
        is_own = (one.plan_id, one.key) == (row.plan_id, row.key)
        if is_own and (one.day == row.day or max(one.day, row.day) <= today):
            return one
    return next(
        (one for one in found if (one.day, what_of(one.key)) == about and one.day <= today), None
    )


# --- one rule for each kind -----------------------------------------------------------------------


def _callback(plan: Plan, cared: Cared, _span: Span) -> Iterator[tuple[str, date, date]]:
    """So many days after the last contact, of whatever kind that was."""
    day = cared.last_contact + timedelta(days=plan.every_days)
    key = cared.last_contact.isoformat()
    yield (f"{key}/{cared.closed_since}" if cared.closed_since else key), day, day


def counts_from(key: str) -> date:
    """The day that a callback with this key counts from."""
    return date.fromisoformat(key.partition("/")[0])


def _birthday(plan: Plan, cared: Cared, span: Span) -> Iterator[tuple[str, date, date]]:
    """Some days before or after it, but never before the day on which we learned of it."""
    if cared.birthday is None:
        return
    known, born = cared.birthday_known_on, cared.birthday
    first = max(span.first, known, plan.since)
    spelled = (born.calendar, born.month, born.day, born.leap)
    for one in _kept(spelled, cared.rules, first, span.today, span.until, plan.days):
        key = f"L{one.year_key}" if born.is_lunar else str(one.year_key)
        yield key, one.date, _not_before(one.date, plan.days, max(known, plan.since))


@lru_cache(maxsize=4096)
def _kept(
    spelled: tuple[Calendar, int, int, bool],
    rules: BirthdayRules,
    first: date,
    today: date,
    until: date | None,
    days: int,
) -> tuple[calendar.Occurrence, ...]:
    """When a birthday is kept; in memory, for whatever the year of birth: many share a day."""
    born = Birthday(spelled[0], None, *spelled[1:])

    def known(first: date, last: date) -> list[calendar.Occurrence]:
        if born.is_lunar:
            first, last = max(first, FIRST_LUNAR_DAY), min(last, calendar.LAST_DAY)
        return calendar.birthdays_between(born, first, last, rules)

    span = Span(first, today, until)
    last = span.reach(lambda *days: [one.date for one in known(*days)], timedelta(days=-days))
    return tuple(known(first, last))


def _festival(plan: Plan, cared: Cared, span: Span) -> Iterator[tuple[str, date, date]]:
    """Some days before or after a festival or solar term."""
    known = max(cared.care_from, plan.since)
    if known > span.today:
        span = replace(span, first=max(span.first, known))
    for day in _celebrated(plan.about, span, plan.days):
        if day >= known:
            yield str(day.year), day, _not_before(day, plan.days, known)


@lru_cache(maxsize=256)
def _celebrated(about: str, span: Span, days: int) -> tuple[date, ...]:
    """The days of an occasion: the same for all customers."""
    occasion = occasions.named(about)
    if occasion is None:
        return ()
    last = span.reach(lambda *of: occasions.between(occasion, *of), timedelta(days=-days))
    return tuple(occasions.between(occasion, span.first, last))


def _after_sale(plan: Plan, cared: Cared, span: Span) -> Iterator[tuple[str, date, date]]:
    """So many days after the last purchase; a newer one takes the place of an older."""
    last = cared.last_purchase
    if plan.about:
        theirs = (one.day for one in cared.bought if plan.about in (one.product, one.category))
        last = max(theirs, default=None)
    if last is not None:
        due = last + timedelta(days=plan.days)
        if due >= max(span.first, plan.since, cared.care_from):
            yield last.isoformat(), last, due


def _replenishment(plan: Plan, cared: Cared, span: Span) -> Iterator[tuple[str, date, date]]:
    """Some days before a product is used up: so long as one lasts, times how many were bought."""
    for one in cared.bought:
        if one.lasts_days is None or plan.about not in ("", one.product, one.category):
            continue
        empty = used_up(one.day, one.lasts_days, one.quantity)
        if empty >= max(span.first, plan.since, cared.care_from):
            due = _not_before(empty, plan.days, max(one.day, plan.since))
            yield f"{one.product_id}:{one.day.isoformat()}", empty, due


def _renewal(plan: Plan, cared: Cared, span: Span) -> Iterator[tuple[str, date, date]]:
    """Some days before something of the customer's ends: a membership, a policy, a contract."""
    for one in cared.dates:
        known = max(one.known_on, plan.since)
        if not one.yearly and plan.about in ("", one.name) and one.day >= max(span.first, known):
            key = f"{one.id}:{one.day.isoformat()}"
            yield key, one.day, _not_before(one.day, plan.days, known)


def _anniversary(plan: Plan, cared: Cared, span: Span) -> Iterator[tuple[str, date, date]]:
    """Some days before or after a day that comes every year; 28 February for the 29th."""
    for one in cared.dates:
        if not one.yearly or plan.about not in ("", one.name):
            continue
        known = max(one.known_on, plan.since)
        first, comes = max(span.first, known), _every_year(one.day)
        last = replace(span, first=first).reach(comes, timedelta(days=-plan.days))
        for day in comes(first, last):
            yield f"{one.id}:{day.year}", day, _not_before(day, plan.days, known)


def _every_year(first_time: date) -> Callable[[date, date], list[date]]:
    def comes(first: date, last: date) -> list[date]:
        found = []
        for year in range(max(first.year, first_time.year), last.year + 1):
            lacks_it = (first_time.month, first_time.day) == (2, 29) and not isleap(year)
            day = date(year, 2, 28) if lacks_it else first_time.replace(year=year)
            if first <= day <= last:
                found.append(day)
        return found

    return comes


def _win_back(plan: Plan, cared: Cared, span: Span) -> Iterator[tuple[str, date, date]]:
    """Some days after a churn warning appeared, once in a silence."""
    day, last = cared.warned_since, cared.silent_from
    if day is not None and last is not None:
        due = day + timedelta(days=plan.days)
        if due >= max(span.first - LATELY, plan.since, cared.care_from):
            yield last.isoformat(), day, due


def is_settled(cared: Cared, key: str) -> bool:
    """Whether nothing is to be done any more of the case that a key is about: it is gone, or is not
    (open and due, or a solved complaint) what the key says that it is."""
    id, _colon, about = key.partition(":")
    case = next((one for one in cared.cases if str(one.id) == id), None)
    if case is None:
        return True
    if about.isdecimal():
        return case.solved_on is not None or case.due is None
    return case.solved_on is None or case.kind is not CaseKind.COMPLAINT


def _case(plan: Plan, cared: Cared, span: Span) -> Iterator[tuple[str, date, date]]:
    """Some days before a case is to be solved, and as long as it is open some days after one has
    seen to it; or so many days after a complaint was solved, to ask whether all is well."""
    for one in cared.cases:
        if one.solved_on is None and one.due is not None and plan.days <= 0:
            # Whenever that was: nobody may forget what is still open.
            due = _not_before(one.due, plan.days, one.opened_on)
            if one.seen_to_on is not None:
                again = one.seen_to_on + STILL_OPEN
                due = max(due, min(again, one.due) if one.seen_to_on < one.due else again)
            yield f"{one.id}:{one.seen_to}", one.due, due
        elif one.solved_on is not None and one.kind is CaseKind.COMPLAINT and plan.days > 0:
            due = one.solved_on + timedelta(days=plan.days)
            if due >= max(span.first, plan.since, cared.care_from):
                yield f"{one.id}:{one.solved_on.isoformat()}", one.solved_on, due


def _not_before(day: date, days: int, known: date) -> date:
    """When to act: `days` after the day, though not before we knew of it."""
    due = day + timedelta(days=days)
    return max(due, min(known, day)) if days < 0 else due


RULES: dict[FollowUpKind, Rule] = {
    FollowUpKind.CALLBACK: _callback,
    FollowUpKind.BIRTHDAY: _birthday,
    FollowUpKind.FESTIVAL: _festival,
    FollowUpKind.AFTER_SALE: _after_sale,
    FollowUpKind.REPLENISHMENT: _replenishment,
    FollowUpKind.RENEWAL: _renewal,
    FollowUpKind.ANNIVERSARY: _anniversary,
    FollowUpKind.WIN_BACK: _win_back,
    FollowUpKind.CASE: _case,
}

YEARLY = frozenset({FollowUpKind.BIRTHDAY, FollowUpKind.FESTIVAL, FollowUpKind.ANNIVERSARY})
"""What comes again and again by the calendar: a new day makes room for the next year's."""

ROUTINE = frozenset({FollowUpKind.CALLBACK})
"""What may wait for a day with room for it; never a birthday, a promise, or what ends."""


def names_products(plans: Sequence[Plan]) -> bool:
    """Whether a plan after a sale is about some products only."""
    return any(plan.kind is FollowUpKind.AFTER_SALE and plan.about for plan in plans)

"""What ought to be on the list, reckoned from a log of each customer's life and nothing of ours.

Written from the words of the product, as one would with a diary and an almanac (lunar_python):
which days concern a customer, from when on somebody could know of them, and what was acted on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

import chinese_calendar
from lunar_python import LunarYear, Solar

FIRST_YEAR, LAST_YEAR = 2025, 2031
YEARLY = ("birthday", "festival", "anniversary")


# --- the almanac ----------------------------------------------------------------------------------


@cache
def months() -> dict[tuple[int, int], tuple[date, int]]:
    """The first day of each lunar year's months (a leap month below nought), and how many days."""
    found = {}
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for one in LunarYear.fromYear(year).getMonthsInYear():
            first = Solar.fromJulianDay(one.getFirstJulianDay())
            day = date(first.getYear(), first.getMonth(), first.getDay())
            found[year, one.getMonth()] = day, one.getDayCount()
    return found


@cache
def terms(year: int) -> dict[str, date]:
    """The solar terms of a year."""
    table = Solar.fromYmd(year, 7, 1).getLunar().getJieQiTable()
    days = {name: date(on.getYear(), on.getMonth(), on.getDay()) for name, on in table.items()}
    days["冬至"] = days["DONG_ZHI"]  # the table begins with that of the year before
    return {name: day for name, day in days.items() if day.year == year}


FESTIVALS = {
    "spring_festival": (1, 1),
    "lantern_festival": (1, 15),
    "dragon_boat": (5, 5),
    "qixi": (7, 7),
    "mid_autumn": (8, 15),
    "double_ninth": (9, 9),
}


def celebrated(about: str, year: int) -> date:
    """The day of a festival or solar term; lunar years begin before any of these festivals."""
    if about in FESTIVALS:
        month, day = FESTIVALS[about]
        return months()[year, month][0] + timedelta(days=day - 1)
    return terms(year)[about]


def kept(born: tuple[str, int, int]) -> Iterator[tuple[str, date]]:
    """Every year's day of a birthday: ("solar", 2, 29), or ("lunar", -4, 8) of a leap month."""
    calendar, month, day = born
    for year in range(FIRST_YEAR + 1, LAST_YEAR):
        if calendar == "solar":
            common = (month, day) == (2, 29) and year % 4 != 0
            yield str(year), date(year, month, 28 if common else day)
        else:
            first, days = months().get((year, month)) or months()[year, abs(month)]
            yield f"L{year}", first + timedelta(days=min(day, days) - 1)


def works(day: date) -> bool:
    """Whether one works in China; weekends are off, and nothing else, where it is not announced."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def near_days(day: date, every: int) -> list[date]:
    """The working days on which a callback may be made: a sixth of its interval, or five."""
    found: list[date] = []
    while len(found) < max(5, every // 6):
        if works(day):
            found.append(day)
        day += timedelta(days=1)
    return found


# --- what is known --------------------------------------------------------------------------------


@dataclass
class Rule:
    """A care plan in plain words; `days` after the day it counts from, or before it."""

    id: int
    kind: str
    grades: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    days: int = 0
    every: int = 0
    about: str = ""
    since: date = date.min
    on: bool = True


@dataclass
class Sale:
    id: int
    day: date
    cents: int
    items: tuple[tuple[str, float], ...]


@dataclass
class Own:
    """A date of a customer's own."""

    id: int
    name: str
    day: date
    yearly: bool
    known: date


@dataclass(frozen=True)
class Call:
    """One thing to do: which plan wants it, which of the plan's days it is, when it is due."""

    plan: int
    kind: str
    key: str
    what: str
    day: date
    due: date
    passes: date
    """The day after which nobody needs to begin with it."""

    @property
    def name(self) -> tuple[int, str]:
        return self.plan, self.key


@dataclass
class Person:
    """The log of one customer's life, and what stands on the list for them."""

    id: int
    grade: str
    begun: date
    tags: set[str] = field(default_factory=set)
    alone: bool = False
    trashed: bool = False
    born: tuple[str, int, int] | None = None
    born_known: date = date.min
    contacts: dict[int, datetime] = field(default_factory=dict)
    """By interaction, those that closed a follow-up too."""
    calls_closed: list[date] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    dates: dict[int, Own] = field(default_factory=dict)
    standing: dict[tuple[int, str], Call] = field(default_factory=dict)
    closed: dict[tuple[int, str], Call] = field(default_factory=dict)
    put_off: dict[tuple[int, str], tuple[date, date]] = field(default_factory=dict)
    """The day it is about, and until when."""
    callback_put_off: dict[date, date] = field(default_factory=dict)
    """Until when, by the day it is about; one that a contact has answered may open again."""

    def last_contact(self) -> date:
        return max([self.begun, *(at.date() for at in self.contacts.values()), *self.calls_closed])


@dataclass
class Oracle:
    """Everything that was done, as the shop would remember it."""

    rules: dict[int, Rule] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    products: dict[str, tuple[int, str, int | None]] = field(default_factory=dict)
    """By name: the id, the category, how many days one lasts."""

    def rules_for(self, who: Person) -> list[Rule]:
        """Whom no contact is wanted with, no plan concerns."""
        return [
            rule
            for rule in self.rules.values()
            if rule.on
            and not who.alone
            and (not rule.grades or who.grade in rule.grades)
            and (not rule.tags or set(rule.tags) & who.tags)
        ]

    # --- callbacks --------------------------------------------------------------------------------

    def callback_rule(self, who: Person) -> Rule | None:
        """The most frequent one."""
        calls = [rule for rule in self.rules_for(who) if rule.kind == "callback"]
        return min(calls, key=lambda rule: (rule.every, rule.id), default=None)

    def callback(self, who: Person) -> date | None:
        """The day that their one callback is about."""
        rule = self.callback_rule(who)
        return who.last_contact() + timedelta(days=rule.every) if rule else None

    # --- all others -------------------------------------------------------------------------------

    def touch(self, who: Person, today: date) -> None:
        """Something was done with them: what stands on the list for them from now on.

        What came to be known before it had passed stays there until it is closed, or was wrong.
        """
        if who.trashed:
            return
        valid = self._without_twins(who)
        names = {call.name for call in valid}
        gone = {
            (call.kind, call.what, call.day)
            for name, call in who.standing.items()
            if name not in names and name not in who.closed
        }
        who.standing = {
            call.name: call
            for call in valid
            if call.name in who.standing
            or call.passes >= today
            or ((call.kind, call.what, call.day) in gone and call.day <= today)
        }
        who.put_off = {
            name: (day, until)
            for name, (day, until) in who.put_off.items()
            if name in who.standing and who.standing[name].day == day
        }
        now, last = self.callback(who), who.last_contact()
        who.callback_put_off = {
            day: until for day, until in who.callback_put_off.items() if day == now or day <= last
        }

    def _without_twins(self, who: Person) -> list[Call]:
        """What plans want, but no two the same, and no greeting that somebody had already."""
        theirs = self.rules_for(who)
        order = sorted(theirs, key=lambda rule: (rule.about == "", rule.id))
        found: list[Call] = []
        for rule in order:
            for call in self._wanted(who, rule):
                if any(self._twins(call, other) for other in found):
                    continue
                if any(self._is_done(call, past, theirs) for past in who.closed.values()):
                    continue
                found.append(call)
        return found

    def _twins(self, one: Call, other: Call) -> bool:
        mine, theirs = self.rules[one.plan], self.rules[other.plan]
        return (
            one.plan != other.plan
            and (one.kind, one.what, one.day) == (other.kind, other.what, other.day)
            and (bool(one.what) or mine.about == theirs.about)
            and (one.due == other.due or mine.days == theirs.days)
        )

    def _is_done(self, call: Call, past: Call, theirs: list[Rule]) -> bool:
        same = (call.kind, call.what, call.day) == (past.kind, past.what, past.day)
        if not same or call.plan == past.plan:
            return False
        by = next((rule for rule in theirs if rule.id == past.plan), None)
        if by is None:
            return call.kind in YEARLY
        rule = self.rules[call.plan]
        return by.days == rule.days and (bool(call.what) or by.about == rule.about)

    def _wanted(self, who: Person, rule: Rule) -> Iterator[Call]:
        def call(key: str, day: date, known: date, passes: date | None = None) -> Call:
            due = day + timedelta(days=rule.days)
            if rule.days < 0:
                due = max(due, min(known, day))
            what = key.split(":")[0] if ":" in key else ""
            return Call(rule.id, rule.kind, key, what, day, due, passes or day)

        if rule.kind == "birthday" and who.born:
            known = max(who.born_known, rule.since)
            for key, day in kept(who.born):
                if day >= known:
                    yield call(key, day, known)
        elif rule.kind == "festival":
            known = max(who.begun, rule.since)
            for year in range(FIRST_YEAR, LAST_YEAR + 1):
                found = celebrated(rule.about, year)
                if found >= known:
                    yield call(str(year), found, known)
        elif rule.kind == "after_sale":
            last = self._last_purchase(who, rule.about)
            if last:
                due = last + timedelta(days=rule.days)
                if due >= max(rule.since, who.begun):
                    yield call(last.isoformat(), last, last, passes=due)
        elif rule.kind == "replenishment":
            for name, (id, category, lasts) in self.products.items():
                bought = self._kept_of(who, name)
                if lasts is None or not bought or rule.about not in ("", name, category):
                    continue
                day, quantity = bought
                used_up = day + timedelta(days=round(lasts * max(1.0, quantity)))
                if used_up >= max(rule.since, who.begun):
                    yield call(f"{id}:{day.isoformat()}", used_up, day)
        elif rule.kind in ("renewal", "anniversary"):
            for own in who.dates.values():
                known = max(own.known, rule.since)
                if own.yearly != (rule.kind == "anniversary") or rule.about not in ("", own.name):
                    continue
                if not own.yearly and own.day >= known:
                    yield call(f"{own.id}:{own.day.isoformat()}", own.day, known)
                for year in range(own.day.year, LAST_YEAR + 1) if own.yearly else ():
                    common = (own.day.month, own.day.day) == (2, 29) and year % 4 != 0
                    day = date(year, own.day.month, 28 if common else own.day.day)
                    if day >= known:
                        yield call(f"{own.id}:{year}", day, known)

    def _last_purchase(self, who: Person, about: str) -> date | None:
        """The last one that did not go back."""
        if about:
            days = [
                bought[0]
                for name, (_id, category, _lasts) in self.products.items()
                if about in (name, category) and (bought := self._kept_of(who, name))
            ]
            return max(days, default=None)
        for sale in sorted(who.sales, key=lambda sale: sale.day, reverse=True):
            since = sum(one.cents for one in who.sales if one.day >= sale.day)
            if sale.cents > 0 and since > 0:
                return sale.day
        return None

    def _kept_of(self, who: Person, product: str) -> tuple[date, float] | None:
        """On which day a product was last bought and not given back, and how much of it."""
        moves = [
            (sale.day, quantity)
            for sale in who.sales
            for name, quantity in sale.items
            if name == product
        ]
        for day in sorted({day for day, _quantity in moves}, reverse=True):
            bought = sum(quantity for on, quantity in moves if on == day)
            since = sum(quantity for on, quantity in moves if on >= day)
            if bought > 0 and since > 0:
                return day, min(bought, since)
        return None

    # --- what is on the list ----------------------------------------------------------------------

    def listed(self, today: date) -> set[tuple[int, int, str, date]]:
        """Customer, plan, key and day of all that is due by now, callbacks apart."""
        return {
            (who.id, *name, call.day)
            for who in self.people.values()
            if not who.trashed
            for name, call in who.standing.items()
            if name not in who.closed and who.put_off.get(name, (None, call.due))[1] <= today
        }

"""Our lunar calendar against an independent one: every birthday for eleven years, every festival.

lunar_python reckons new moons and solar terms by the formulas of the Shouxing calendar; borax,
behind `care.calendar`, has months and terms in tables. They agree on every day tested here: there
is no difference to explain. How a birthday is kept in a year that lacks the day is stated once
more below, on the months of lunar_python alone. The years have what is hard: the leap eleventh
month of 2033, leap months in 2028, 2031 and 2036, New Year's Eves on day 29 and on day 30.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import product

import pytest
from lunar_python import Lunar, LunarYear, Solar

from custdesk.care.birthday import (
    Birthday,
    BirthdayRules,
    Calendar,
    InCommonYears,
    InLeapMonths,
    InShortMonths,
)
from custdesk.care.calendar import (
    LunarDay,
    Occurrence,
    birthdays_between,
    festival,
    lunar_day,
    solar_term,
)
from custdesk.care.festivals import Festival

BORN_FROM, BORN_UNTIL = date(1930, 1, 1), date(2010, 12, 31)
KEPT_FROM, KEPT_UNTIL = date(2026, 1, 1), date(2036, 12, 31)

LUNAR_RULES = [
    BirthdayRules(InCommonYears.FEBRUARY_28, short, leap)
    for short, leap in product(InShortMonths, InLeapMonths)
]

FESTIVALS = {
    "元宵节": Festival.LANTERN_FESTIVAL,
    "春节": Festival.SPRING_FESTIVAL,
    "端午节": Festival.DRAGON_BOAT,
    "七夕节": Festival.QIXI,
    "中秋节": Festival.MID_AUTUMN,
    "重阳节": Festival.DOUBLE_NINTH,
    "除夕": Festival.NEW_YEARS_EVE,
}


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a lunar year, as lunar_python has it."""

    number: int
    leap: bool
    days: int
    first: date


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=at) for at in range((last - first).days + 1))


def theirs(day: date) -> Lunar:
    return Solar.fromYmd(day.year, day.month, day.day).getLunar()


@cache
def months(year: int) -> list[Month]:
    """The months of a lunar year in order."""
    found = []
    for one in LunarYear.fromYear(year).getMonthsInYear():
        first = Solar.fromJulianDay(one.getFirstJulianDay())
        day = date(first.getYear(), first.getMonth(), first.getDay())
        found.append(Month(abs(one.getMonth()), one.isLeap(), one.getDayCount(), day))
    return found


def expected(born: LunarDay, year: int, rules: BirthdayRules) -> date:
    """When that birthday is kept in a lunar year, on the months of lunar_python."""
    order = [*months(year), months(year + 1)[0]]
    its = [at for at, one in enumerate(order[:-1]) if one.number == born.month]
    to_leap = born.leap and rules.leap_month is InLeapMonths.LEAP_MONTH
    at = its[-1] if to_leap else its[0]  # of two the second is the leap month
    if born.day <= order[at].days:
        return order[at].first + timedelta(days=born.day - 1)
    if rules.short_month is InShortMonths.NEXT_DAY:
        return order[at + 1].first
    return order[at].first + timedelta(days=order[at].days - 1)


def born_on() -> dict[date, LunarDay]:
    """The lunar day of everybody born in those years, by lunar_python."""
    found = {}
    for year in range(BORN_FROM.year - 1, BORN_UNTIL.year + 1):
        for month in months(year):
            for at in range(month.days):
                day = month.first + timedelta(days=at)
                if BORN_FROM <= day <= BORN_UNTIL:
                    found[day] = LunarDay(year, month.number, at + 1, month.leap)
    return found


def birthdays() -> set[LunarDay]:
    """The lunar days on which somebody was born, each once, without its year."""
    return {replace(one, year=0) for one in born_on().values()}


def test_whoever_was_born_has_the_same_lunar_birthday_by_both() -> None:
    born = born_on()
    assert list(born) == list(days(BORN_FROM, BORN_UNTIL)) and len(born) == 29_585
    assert {day: lunar_day(day) for day in born} == born
    # every day of the twelve months, and every month that had been a leap month by then
    found = birthdays()
    assert len({(one.month, one.day) for one in found}) == 360
    assert {one.month for one in found if one.leap} == {2, 3, 4, 5, 6, 7, 8, 10}


@pytest.mark.parametrize("rules", LUNAR_RULES, ids=lambda r: f"{r.short_month}-{r.leap_month}")
def test_every_birthday_is_kept_on_the_same_days_by_both(rules: BirthdayRules) -> None:
    for born in birthdays():
        birthday = Birthday(Calendar.LUNAR, None, born.month, born.day, born.leap)
        wanted = [
            Occurrence(year, day)
            for year in range(KEPT_FROM.year - 1, KEPT_UNTIL.year + 1)
            if KEPT_FROM <= (day := expected(born, year, rules)) <= KEPT_UNTIL
        ]
        found = birthdays_between(birthday, KEPT_FROM, KEPT_UNTIL, rules)
        assert found == wanted, born


def test_every_lunar_day_festival_and_term_of_eleven_years_is_the_same_by_both() -> None:
    for day in days(KEPT_FROM, KEPT_UNTIL):
        lunar = theirs(day)
        ours = lunar_day(day)
        assert (ours.month, ours.day, ours.leap) == (
            abs(lunar.getMonth()),
            lunar.getDay(),
            lunar.getMonth() < 0,
        ), day
        term = lunar.getJieQi()
        assert (solar_term(day) or "") == term, day
        named = {FESTIVALS[name] for name in lunar.getFestivals() if name in FESTIVALS}
        if term == "清明":
            named.add(Festival.QINGMING)
        assert {festival(day)} - {None} == named, day


# As almanacs have them, among them the conversion tables of the Hong Kong Observatory.
PUBLISHED = {
    Festival.SPRING_FESTIVAL: (
        "2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 "
        "2034-02-19 2035-02-08 2036-01-28"
    ),
    Festival.LANTERN_FESTIVAL: "2026-03-03 2027-02-20 2028-02-09",
    Festival.DRAGON_BOAT: "2024-06-10 2025-05-31 2026-06-19 2027-06-09 2028-05-28",
    Festival.QIXI: "2024-08-10 2025-08-29 2026-08-19 2027-08-08 2028-08-26",
    Festival.MID_AUTUMN: "2023-09-29 2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03",
    Festival.DOUBLE_NINTH: "2024-10-11 2025-10-29 2026-10-18 2027-10-08 2028-10-26",
    Festival.NEW_YEARS_EVE: "2025-01-28 2026-02-16 2027-02-05 2028-01-25",
    Festival.QINGMING: "2024-04-04 2025-04-04 2026-04-05 2027-04-05",
}


@pytest.mark.parametrize("named", Festival)
def test_festivals_are_on_the_days_that_are_published(named: Festival) -> None:
    for day in PUBLISHED[named].split():
        assert festival(date.fromisoformat(day)) == named, day


def test_of_2033_the_eleventh_month_comes_twice() -> None:
    """Three months from August 2033 to March 2034 lack a principal term; one is a leap month.

    The winter solstice falls into the eleventh month. From one of these to the next there are
    twelve months in 2033 and thirteen in 2034, so the month from August 25 is no leap month.
    """
    assert lunar_day(date(2033, 8, 25)) == LunarDay(2033, 8, 1)
    assert lunar_day(date(2033, 12, 21)) == LunarDay(2033, 11, 30)
    assert lunar_day(date(2033, 12, 22)) == LunarDay(2033, 11, 1, leap=True)
    assert lunar_day(date(2034, 2, 18)) == LunarDay(2033, 12, 30)

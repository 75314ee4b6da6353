"""Which days are worked in a country: its weekends, its holidays, its swapped workdays."""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from custdesk.i18n import N_, _, language
from custdesk.store.spelling import fold

if TYPE_CHECKING:
    from holidays import HolidayBase

CHINA = "CN"
MONDAY_TO_FRIDAY = ""
"""No country: every Saturday and Sunday is off, and no other day."""

_DAY = timedelta(days=1)
_SATURDAY = 5
_LOCALES = {"zh": "zh_CN", "en": "en"}

_CHINESE = {
    "New Year's Day": N_("New Year's Day"),
    "Spring Festival": N_("Spring Festival"),
    "Tomb-sweeping Day": N_("Qingming Festival"),
    "Labour Day": N_("Labour Day"),
    "Dragon Boat Festival": N_("Dragon Boat Festival"),
    "Mid-autumn Festival": N_("Mid-Autumn Festival"),
    "National Day": N_("National Day"),
    "Anti-Fascist 70th Day": N_("Victory Day"),
}
"""What we call the holidays of chinese_calendar, in English."""


class Special(StrEnum):
    """How a day differs from what its weekday lets expect."""

    HOLIDAY = "holiday"
    """A public holiday that is off, or a day off in lieu; on a weekend too."""
    SWAPPED = "swapped"
    """A day of the weekend that is worked, in exchange for one that is not."""


@dataclass(frozen=True, slots=True)
class _Year:
    """The days of one year in one country, by what they are."""

    off: frozenset[date]
    swapped: frozenset[date]
    holidays: frozenset[date]


def is_working_day(day: date, country: str) -> bool:
    """Whether one works on that day. `country` is a code of ISO 3166, "" for Monday to Friday.

    A country that is not known counts as "". Half days are worked, holidays of a region alone too.
    """
    return day not in _year(day.year, _known(country)).off


def next_working_day(day: date, country: str) -> date:
    """The day itself where it is worked, or the first one after it that is."""
    while not is_working_day(day, country):
        day += _DAY
    return day


def special(day: date, country: str) -> Special | None:
    """Whether the day is a holiday or a swapped workday; None for a day like any other."""
    year = _year(day.year, _known(country))
    if day in year.swapped:
        return Special.SWAPPED
    return Special.HOLIDAY if day in year.holidays else None


def day_off_words(day: date, country: str) -> str:
    """What sets a day apart: "国庆节", "National Day"; "调休上班" where a weekend is worked; or "".

    Names of holidays are in the language spoken now, or else in English.
    """
    match special(day, country):
        case Special.SWAPPED:
            return _("Swapped workday")
        case Special.HOLIDAY:
            return _names(day.year, _known(country), language())[day]
        case None:
            return ""


def is_announced(year: int, country: str) -> bool:
    """Whether it is known when one works in that year; China announces each year anew, in autumn.

    In a year not announced (nor known: China before 2004) weekends are off and nothing else is.
    """
    return country != CHINA or year in _chinese_years()


def unannounced_words(year: int, country: str) -> str:
    """The sentence to show with a year that is still to be announced; "" for every other year."""
    if country != CHINA or year <= _chinese_years()[-1]:
        return ""
    return _("The holidays of {year} are not announced yet, or not known here").format(year=year)


def countries() -> list[tuple[str, str]]:
    """The countries whose working days are known, with their names: China first, then by name.

    Some 60 ms the first time; "" is none of them.
    """
    from babel import Locale

    spoken = Locale.parse(_LOCALES[language()]).territories
    others = [(code, spoken[code]) for code in _codes() if code != CHINA]
    return [(CHINA, spoken[CHINA]), *sorted(others, key=lambda one: _order(one[1]))]


def _order(name: str) -> bytes:
    """By pinyin: GB 18030 has the common characters in that order, the rarer ones (斐) behind."""
    return fold(name).encode("gb18030")


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    from holidays.registry import EntityLoader  # the list in the package's root imports them all

    return frozenset(EntityLoader.get_country_codes(include_aliases=False))


def _known(country: str) -> str:
    """The code itself, or "" for one that is not known."""
    if country in (CHINA, MONDAY_TO_FRIDAY):  # without the import of all the others
        return country
    return country if country in _codes() else MONDAY_TO_FRIDAY


@lru_cache(maxsize=1)
def _chinese_years() -> range:
    import chinese_calendar

    years = {day.year for day in chinese_calendar.holidays}
    return range(min(years), max(years) + 1)


@lru_cache(maxsize=256)
def _year(year: int, country: str) -> _Year:
    """A year of a known country; the first one imports the package, then some 2 ms each."""
    days = list(_days(year))
    weekends = frozenset(day for day in days if day.weekday() >= _SATURDAY)
    if country == MONDAY_TO_FRIDAY or not is_announced(year, country):
        return _Year(weekends, frozenset(), frozenset())
    if country == CHINA:
        import chinese_calendar

        off = frozenset(day for day in days if chinese_calendar.is_holiday(day))
        named = chinese_calendar.holidays.keys()
    else:
        entity = _holidays(year, country, None)
        off = frozenset(day for day in days if not entity.is_working_day(day))
        weekends = frozenset(day for day in days if entity.is_weekend(day))
        named = entity.keys()
    return _Year(off, weekends - off, off & named)


@lru_cache(maxsize=32)
def _names(year: int, country: str, spoken: str) -> Mapping[date, str]:
    """What the holidays of that year are called in the language `spoken`, which is spoken now."""
    if country == CHINA:
        import chinese_calendar

        found = chinese_calendar.holidays.items()
        return {day: _(_CHINESE.get(name, name)) for day, name in found if day.year == year}
    return dict(_holidays(year, country, spoken).items())


def _holidays(year: int, country: str, spoken: str | None) -> "HolidayBase":
    """The holidays of a country; without a language to speak in the one that is at hand."""
    import holidays

    with warnings.catch_warnings():
        # India warns that it knows its lunar holidays for some years only.
        warnings.simplefilter("ignore", UserWarning)
        known = holidays.country_holidays(country).supported_languages
        wanted = [_LOCALES[spoken or "en"], "en"]
        # Given no language, the package takes the one of the environment.
        language = next((one for want in wanted for one in known if one.startswith(want)), None)
        return holidays.country_holidays(country, years=year, language=language)


def _days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        if day == date.max:
            return
        day += _DAY

"""When a festival or solar term falls in a year, by the name that care plans know it by."""

from datetime import date, timedelta
from functools import lru_cache

from custdesk.care.calendar import FIRST_DAY, LAST_DAY, festival, solar_term
from custdesk.care.festivals import Festival, SolarTerm

Occasion = Festival | SolarTerm

EVERY: tuple[Occasion, ...] = (
    *Festival,
    *(term for term in SolarTerm if term is not SolarTerm.QINGMING),
)
"""Each that can be greeted on; Qingming, which is both, stands among the festivals."""


def named(about: str) -> Occasion | None:
    """The occasion that a care plan calls `about`; None for what is none."""
    return next((one for one in EVERY if one.value == about), None)


@lru_cache(maxsize=256)
def in_year(year: int) -> dict[Occasion, date]:
    """The occasions of a solar year, in order; each comes once in it. {} where it is unknown."""
    day, found = date(year, 1, 1), dict[Occasion, date]()
    while day.year == year:
        if FIRST_DAY <= day <= LAST_DAY:
            for one in (festival(day), solar_term(day)):
                if one is not None and one is not SolarTerm.QINGMING:
                    found[one] = day
        day += timedelta(days=1)
    return found


def between(occasion: Occasion, first: date, last: date) -> list[date]:
    """Every day of the occasion from `first` to `last`, both included."""
    years = range(first.year, last.year + 1)
    days = (in_year(year).get(occasion) for year in years)
    return [day for day in days if day is not None and first <= day <= last]


def coming(first: date, last: date) -> list[tuple[date, Occasion]]:
    """The occasions from `first` to `last`, the earliest first."""
    years = range(first.year, last.year + 1)
    return [
        (day, occasion)
        for year in years
        for occasion, day in in_year(year).items()
        if first <= day <= last
    ]

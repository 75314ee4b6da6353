"""A birthday as people give it: solar or lunar, with or without its year, leap month or not."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store.models import BirthCalendar

_SOME_LEAP_YEAR = 2000


Calendar = BirthCalendar
"""Solar or lunar."""


class InCommonYears(StrEnum):
    """When somebody born on 29 February is congratulated in a year without that day."""

    FEBRUARY_28 = "february_28"
    MARCH_1 = "march_1"


class InShortMonths(StrEnum):
    """When somebody born on day 30 of a lunar month is, in a year in which that has 29 days."""

    LAST_DAY = "last_day"
    NEXT_DAY = "next_day"
    """The first day of the month after it."""


class InLeapMonths(StrEnum):
    """When somebody born in a lunar leap month is, in a year that has that leap month.

    In a year that has not, the ordinary month is kept in any case.
    """

    LEAP_MONTH = "leap_month"
    ORDINARY_MONTH = "ordinary_month"


@dataclass(frozen=True, slots=True)
class BirthdayRules:
    """How a birthday is kept in a year that lacks the day, or has its month twice."""

    common_year: InCommonYears = InCommonYears.FEBRUARY_28
    short_month: InShortMonths = InShortMonths.LAST_DAY
    leap_month: InLeapMonths = InLeapMonths.LEAP_MONTH


CUSTOM = BirthdayRules()
"""The rules that most families keep."""


@dataclass(frozen=True, slots=True)
class Birthday:
    """The day somebody was born, as they say it.

    `year` counts in the birthday's own calendar (for a lunar one the lunar year: somebody born in
    January 1969 may say 1968). `leap` means a lunar leap month. Not checked when made: see `check`.
    """

    calendar: Calendar
    year: int | None
    month: int
    day: int
    leap: bool = False

    @classmethod
    def stored(
        cls,
        calendar: str | None,
        year: int | None,
        month: int | None,
        day: int | None,
        leap: bool | int,
    ) -> Self | None:
        """The birthday that the columns of a customer say."""
        if calendar is None or month is None or day is None:
            return None
        return cls(Calendar(calendar), year, month, day, bool(leap))

    @property
    def is_lunar(self) -> bool:
        return self.calendar == Calendar.LUNAR

    def is_possible(self) -> bool:
        """Whether such a day exists; without a year, whether it exists in some year."""
        return self._objection() is None

    def check(self) -> None:
        """Raise a CustdeskError that says what is wrong when no such day exists."""
        objection = self._objection()
        if objection:
            raise CustdeskError(objection)

    def born_on(self) -> date | None:
        """The solar day of birth of a possible birthday; None where the year is not known."""
        if self.year is None:
            return None
        if not self.is_lunar:
            return date(self.year, self.month, self.day)
        from custdesk.care.calendar import to_solar

        return to_solar(self.year, self.month, self.day, self.leap)

    def _objection(self) -> str | None:
        return self._lunar_objection() if self.is_lunar else self._solar_objection()

    def _solar_objection(self) -> str | None:
        if self.leap:
            return _("Only lunar birthdays have leap months.")
        year = _SOME_LEAP_YEAR if self.year is None else self.year
        try:
            date(year, self.month, self.day)
        except ValueError:
            return _("There is no such day. Check the month and the day.")
        return None

    def _lunar_objection(self) -> str | None:
        # Late, because the calendar itself imports this module.
        from custdesk.care.calendar import FIRST_LUNAR_YEAR, LAST_LUNAR_YEAR, lunar_month_days

        if not (1 <= self.month <= 12 and 1 <= self.day <= 30):
            return _("There is no such day. Check the month and the day.")
        if self.year is not None and not FIRST_LUNAR_YEAR <= self.year <= LAST_LUNAR_YEAR:
            return _("The lunar calendar is known from {first} to {last} only.").format(
                first=FIRST_LUNAR_YEAR, last=LAST_LUNAR_YEAR
            )
        days = lunar_month_days(self.year, self.month, self.leap)
        if days is None and self.year is None:
            return _("This month is never a leap month. Take the leap mark away.")
        if days is None:
            return _("{year} had no such leap month. Correct the year or the leap mark.").format(
                year=self.year
            )
        if self.day > days:
            return _("That lunar month had only 29 days. Correct the day or the year.")
        return None

"""The times that the insights look at: the last 12 months, this year, and their months."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from custdesk.i18n import N_, _
from custdesk.store.standing import year_before


class Span(StrEnum):
    """What one can choose."""

    TWELVE_MONTHS = "12_months"
    SIX_MONTHS = "6_months"
    THREE_MONTHS = "3_months"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"

    @property
    def called(self) -> str:
        return _(_CALLED[self])


_CALLED = {
    Span.TWELVE_MONTHS: N_("12 months"),
    Span.SIX_MONTHS: N_("6 months"),
    Span.THREE_MONTHS: N_("3 months"),
    Span.THIS_YEAR: N_("This year"),
    Span.LAST_YEAR: N_("Last year"),
}
_MONTHS = {Span.TWELVE_MONTHS: 12, Span.SIX_MONTHS: 6, Span.THREE_MONTHS: 3}


@dataclass(frozen=True, slots=True)
class Month:
    year: int
    month: int

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return self.first.replace(day=monthrange(self.year, self.month)[1])

    @property
    def a_year_before(self) -> "Month":
        return Month(self.year - 1, self.month)


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to another, and the months that are shown one by one.

    The last 12 months are those of the customers' 12-month spend: they begin on the day after the
    same day of last year. Their months are whole ones, the last being the one that runs.
    """

    span: Span
    first: date
    last: date
    months: tuple[Month, ...]

    @property
    def a_year_before(self) -> tuple[date, date]:
        """The same days a year earlier: first and last."""
        return year_before(self.first), year_before(self.last)


def period(span: Span, today: date) -> Period:
    """The time that `span` means on a day."""
    if span is Span.LAST_YEAR:
        year = today.year - 1
        months = tuple(Month(year, month) for month in range(1, 13))
        return Period(span, date(year, 1, 1), date(year, 12, 31), months)
    if span is Span.THIS_YEAR:
        months = tuple(Month(today.year, month) for month in range(1, today.month + 1))
        return Period(span, date(today.year, 1, 1), today, months)
    n = _MONTHS[span]
    months = tuple(_back(today, ago) for ago in reversed(range(n)))
    begin = _back(today, n)
    same_day = min(begin.last, begin.first + timedelta(days=today.day - 1))
    return Period(span, same_day + timedelta(days=1), today, months)


def _back(today: date, months: int) -> Month:
    """The month so many months before that of a day."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return Month(year, month + 1)

"""Years of spending: how many in a row, back from a day, were each worth a certain amount."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from custdesk.store.standing import year_before


@dataclass(frozen=True, slots=True)
class Loyalty:
    """Loyal are those with so many years in a row, each over an amount in cents.

    The amount is where the middle of the yearly spend begins; product.md, "Grading", names none.
    """

    yearly_cents: int = 50_000_00
    years: int = 3

    def years_of(self, days: Sequence[int], sums: Sequence[int], on: int) -> int:
        """How many years in a row, the last one up to `on`, were each over the amount.

        No more than `years` are counted. `days` are those of purchases (`buying.kept`) in order;
        `sums[n]` is what the first n of them came to.
        """
        end = bisect_right(days, on)
        for found in range(self.years):
            on = a_year_before(on)
            begin = bisect_right(days, on, 0, end)
            if sums[end] - sums[begin] <= self.yearly_cents:
                return found
            end = begin
        return self.years

    def thinkable_years(self, cents: int) -> int:
        """No more of such years can anybody have who spent that in all."""
        return min(cents // self.yearly_cents, self.years) if self.yearly_cents else self.years


@lru_cache(maxsize=100_000)
def a_year_before(day: int) -> int:
    """The same day of the year before, by their ordinals; of 29 February, the 28th."""
    return year_before(date.fromordinal(day)).toordinal()


@lru_cache(maxsize=100_000)
def a_year_after(day: int) -> int:
    """The first day for which `a_year_before` is not before this one."""
    found = date.fromordinal(day)
    if (found.month, found.day) == (2, 29):
        return date(found.year + 1, 3, 1).toordinal()
    return found.replace(year=found.year + 1).toordinal()


def leaving(days: Sequence[int], years: int, after: int, until: int) -> Iterator[int]:
    """The days in (after, until] on which a purchase leaves the last year, the one before it, and
    so on, of so many years; `days` are those of purchases in order."""
    for back in range(1, years + 1):
        after, until = a_year_before(after), a_year_before(until)
        for day in days[bisect_right(days, after) : bisect_right(days, until)]:
            for _year in range(back):
                day = a_year_after(day)
            yield day

"""Years of spending in a row, back from a day."""

from datetime import date
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.insight.loyalty import Loyalty, a_year_after, a_year_before, leaving

ON = date(2026, 11, 25)
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31)).map(date.toordinal)


def years(*spent: tuple[str, int]) -> int:
    """`spent`: days and yuan."""
    days = [date.fromisoformat(day).toordinal() for day, _yuan in spent]
    sums = [0, *accumulate(yuan * 100 for _day, yuan in spent)]
    return Loyalty().years_of(days, sums, ON.toordinal())


@pytest.mark.parametrize(
    ("spent", "found"),
    [
        ([], 0),
        ([("2026-11-25", 50_000)], 0),  # not over
        ([("2026-11-25", 50_001)], 1),
        ([("2025-11-26", 60_000)], 1),
        ([("2025-11-25", 60_000)], 0),  # the year before: not the last one
        ([("2025-11-25", 60_000), ("2026-01-01", 60_000)], 2),
        ([("2024-02-01", 60_000), ("2025-02-01", 60_000), ("2026-02-01", 60_000)], 3),
        ([("2024-02-01", 60_000), ("2025-02-01", 6_000), ("2026-02-01", 60_000)], 1),
        ([(f"{year}-02-01", 60_000) for year in range(2015, 2027)], 3),  # no more are counted
        ([("2026-02-01", 30_000), ("2026-03-01", 30_000)], 1),
        ([("2027-01-01", 90_000)], 0),
    ],
)
def test_years_in_a_row(spent: list[tuple[str, int]], found: int) -> None:
    assert years(*spent) == found


@given(DAYS, DAYS)
def test_a_year_after_is_when_a_purchase_leaves_the_last_year(bought: int, on: int) -> None:
    """It counts while it is after `a_year_before`."""
    assert (bought > a_year_before(on)) == (a_year_after(bought) > on)


@given(
    st.lists(DAYS, min_size=1, max_size=8).map(sorted),
    DAYS,
    st.integers(0, 1500),
    st.integers(1, 4),
)
def test_leaving_is_when_the_purchases_of_a_year_become_fewer(
    days: list[int], after: int, long: int, years: int
) -> None:
    def gone(on: int) -> list[int]:
        """How many purchases are before the last year, before the two last, and so on."""
        edges = []
        for _year in range(years):
            on = a_year_before(on)
            edges.append(sum(day <= on for day in days))
        return edges

    turned = [on for on in range(after + 1, after + long + 1) if gone(on) != gone(on - 1)]
    assert sorted(set(leaving(days, years, after, after + long))) == turned


def test_nobody_can_have_more_years_than_what_they_spent_lets_them() -> None:
    loyalty = Loyalty(yearly_cents=100, years=3)
    assert [loyalty.thinkable_years(cents) for cents in (0, 99, 100, 250, 10_000)] == [
        *(0, 0, 1, 2, 3)
    ]

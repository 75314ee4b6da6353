"""What was bought and kept: returns take back what was bought last, and days are days."""

import itertools
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.insight.buying import Bought, kept, rhythm, rhythms

PURCHASES = st.lists(
    st.tuples(st.integers(1, 60), st.integers(-500, 900)), max_size=25
).map(lambda found: sorted(found, key=lambda one: (one[0], -one[1])))  # fmt: skip


@pytest.mark.parametrize(
    ("purchases", "days"),
    [
        ([], []),
        ([(1, 100)], [(1, 100)]),
        ([(1, 100), (1, 50)], [(1, 150)]),
        ([(1, 100), (5, -100)], []),
        ([(1, 100), (5, 200), (9, -150)], [(1, 100), (5, 50)]),
        ([(1, 100), (5, 200), (9, -200)], [(1, 100)]),
        ([(1, 100), (5, 200), (9, -250)], [(1, 50)]),
        ([(1, -80), (5, 200)], [(5, 200)]),
        ([(1, 0), (5, 200)], [(5, 200)]),
        ([(5, 200), (5, -200), (6, 10)], [(6, 10)]),
    ],
)
def test_returns_take_back_what_was_bought_last(
    purchases: list[Bought], days: list[Bought]
) -> None:
    assert kept(purchases) == days


@given(PURCHASES)
def test_nothing_is_kept_that_was_not_paid(purchases: list[Bought]) -> None:
    found = kept(purchases)
    assert all(cents > 0 for _day, cents in found)
    assert [day for day, _cents in found] == sorted({day for day, _cents in found})
    paid = sum(cents for _day, cents in purchases if cents > 0)
    back = -sum(cents for _day, cents in purchases if cents < 0)
    assert max(0, paid - back) <= sum(cents for _day, cents in found) <= paid


@given(st.lists(st.integers(1, 5000), unique=True, max_size=20).map(sorted))
def test_the_rhythm_is_the_median_interval(days: list[int]) -> None:
    gaps = [b - a for a, b in itertools.pairwise(days)]
    assert rhythm(days) == (median(gaps) if gaps else None)
    assert list(rhythms(days)) == [rhythm(days[:n]) for n in range(1, len(days) + 1)]

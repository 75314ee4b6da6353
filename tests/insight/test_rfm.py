"""Recency, frequency, money: fifths by the mid-rank, for few and for many, with equals."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.insight.rfm import Fifths, Group, Rfm, Scores, group


def scored(values: list[int]) -> list[int]:
    return Fifths.of(values).scores(values)


@pytest.mark.parametrize(
    ("values", "scores"),
    [
        ([7], [3]),
        ([7, 9], [2, 4]),
        ([1, 2, 3], [1, 3, 5]),
        ([5, 5, 5], [3, 3, 3]),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        (list(range(10)), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
        ([1, 1, 1, 1, 1, 1, 1, 1, 2, 3], [3, 3, 3, 3, 3, 3, 3, 3, 5, 5]),
        ([3, 1, 2], [5, 1, 3]),
    ],
)
def test_fifths(values: list[int], scores: list[int]) -> None:
    assert scored(values) == scores


@given(st.lists(st.integers(-5, 60), min_size=1, max_size=60))
def test_the_score_is_the_fifth_of_the_middle_of_the_equals(values: list[int]) -> None:
    for value, score in zip(values, scored(values), strict=True):
        below, equal = sum(one < value for one in values), values.count(value)
        share = Fraction(2 * below + equal, 2 * len(values))
        assert score - 1 <= 5 * share < score


@given(st.lists(st.integers(0, 40), min_size=1, max_size=80))
def test_ranges_part_the_values(values: list[int]) -> None:
    fifths = Fifths.of(values)
    for score, (low, high) in fifths.ranges.items():
        within = [value for value in values if low <= value <= high]
        assert within
        assert set(fifths.scores(within)) == {score}
    high_from = fifths.high_from
    best = {value for value in values if high_from is not None and value >= high_from}
    for value, score in zip(values, fifths.scores(values), strict=True):
        assert (score >= 4) == (value in best)


def test_of_nobody_there_is_nothing() -> None:
    assert Fifths.of([]).ranges == {}
    assert Fifths.of([]).high_from is None


def test_the_three_are_scored_each_by_itself() -> None:
    buyers = [700, 800, 900], [1, 9, 5], [500, 100, 900]
    assert Rfm.of(*buyers).scores(*buyers) == ([1, 3, 5], [1, 5, 3], [3, 1, 5])


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (Scores(5, 4, 5), Group.VALUE),
        (Scores(4, 3, 4), Group.DEVELOP),
        (Scores(3, 5, 4), Group.KEEP),
        (Scores(1, 1, 4), Group.WIN_BACK),
        (Scores(4, 4, 3), Group.SMALL_VALUE),
        (Scores(5, 1, 1), Group.SMALL_DEVELOP),
        (Scores(1, 4, 3), Group.SMALL_KEEP),
        (Scores(3, 3, 3), Group.SMALL_WIN_BACK),
    ],
)
def test_groups(scores: Scores, expected: Group) -> None:
    assert group(scores) is expected


def test_every_group_has_a_name_of_its_own(spoken: str) -> None:
    assert len({one.called for one in Group}) == len(Group)

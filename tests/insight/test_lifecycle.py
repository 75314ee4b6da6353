"""Stages from a customer's own rhythm: a table of cases, and what must hold for any history."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.insight.buying import Bought, kept, rhythm
from custdesk.insight.lifecycle import LifecycleNumbers, Move, last_move, moves
from custdesk.insight.loyalty import Loyalty
from custdesk.store.models import Stage

ON = date(2026, 11, 25).toordinal()
ADDED = date(2020, 1, 1).toordinal()
USUAL, LOYALTY = LifecycleNumbers(), Loyalty()


def stage(*days_ago: int, yuan: int = 100) -> tuple[str, int]:
    """The stage, and for how many days they have been in it."""
    bought = [(ON - ago, yuan * 100) for ago in sorted(days_ago, reverse=True)]
    usual = rhythm([day for day, _cents in bought])
    move, _holds = last_move(bought, usual, ADDED, ON, USUAL, LOYALTY)
    return move.stage.value, ON - move.day


@pytest.mark.parametrize(
    ("days_ago", "found"),
    [
        ([], ("prospect", ON - ADDED)),
        ([0], ("new", 0)),
        ([90], ("new", 90)),
        ([91], ("lapsed", 0)),  # once, and the 90 days are over
        ([100, 10], ("active", 9)),  # new until day 90
        ([100, 95, 90], ("active", 9)),
        ([200, 190, 180], ("lapsed", 89)),  # every 10 days: 90 at least
        ([300, 240, 180], ("active", 209)),  # every 60 days: 180 are waited for
        ([301, 241, 181], ("lapsed", 0)),
        ([800, 790, 780, 100, 50], ("active", 100)),  # came back after they had lapsed
        ([800, 790, 780, 3], ("active", 3)),
    ],
)
def test_stages(days_ago: list[int], found: tuple[str, int]) -> None:
    assert stage(*days_ago) == found


def test_loyal_is_who_spent_much_for_three_years_and_still_comes() -> None:
    monthly = [30 * n for n in range(36)]
    assert stage(*monthly, yuan=6_000)[0] == "loyal"
    assert stage(*monthly, yuan=100)[0] == "active"
    assert stage(*(ago + 100 for ago in monthly), yuan=6_000)[0] == "lapsed"


def test_every_move_in_a_life() -> None:
    bought = [(ON - ago, 100) for ago in (700, 690, 680, 200, 150)]
    found = moves(bought, ON - 720, ON, USUAL, LOYALTY)
    assert [(ON - move.day, move.stage.value) for move in found] == [
        (720, "prospect"),
        (700, "new"),
        (609, "active"),
        (589, "lapsed"),
        (200, "active"),
        (59, "lapsed"),
    ]


SPENT = st.sampled_from([1_000, 500_000, 3_000_000, 9_000_000, -1_000, -3_000_000])
HISTORIES = st.lists(st.tuples(st.integers(ON - 2000, ON), SPENT), max_size=30).map(
    lambda found: kept(sorted(found, key=lambda one: (one[0], -one[1])))
)
NUMBERS = st.builds(
    LifecycleNumbers,
    new_days=st.sampled_from([1, 30, 90, 400]),
    lapsed_times=st.sampled_from([1.0, 1.5, 3.0]),
    lapsed_least_days=st.sampled_from([1, 30, 90, 400]),
)


@given(HISTORIES, NUMBERS, st.integers(ON - 2500, ON + 100))
def test_the_last_move_is_the_last_of_all_moves(
    bought: list[Bought], numbers: LifecycleNumbers, added: int
) -> None:
    usual = rhythm([day for day, _cents in bought])
    added = min(added, ON)
    last, _holds = last_move(bought, usual, added, ON, numbers, LOYALTY)
    found = moves(bought, added, ON, numbers, LOYALTY)
    assert last == found[-1]
    for before, after in pairwise(found):
        assert before.stage is not after.stage
        assert before.day < after.day


@given(HISTORIES, NUMBERS, st.integers(0, 900))
def test_it_holds_as_long_as_it_says(
    bought: list[Bought], numbers: LifecycleNumbers, later: int
) -> None:
    usual = rhythm([day for day, _cents in bought])
    found: tuple[Move, int] = last_move(bought, usual, ADDED, ON, numbers, LOYALTY)
    day = min(found[1], ON + later)
    assert last_move(bought, usual, ADDED, day, numbers, LOYALTY) == found


@given(HISTORIES, NUMBERS)
def test_everybody_is_in_one_stage(bought: list[Bought], numbers: LifecycleNumbers) -> None:
    usual = rhythm([day for day, _cents in bought])
    move, _holds = last_move(bought, usual, ADDED, ON, numbers, LOYALTY)
    assert (move.stage is Stage.PROSPECT) == (not bought)
    assert move.day <= ON

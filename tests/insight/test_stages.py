"""Why a customer is in their stage, in a line, and what to do next."""

from datetime import date, timedelta

import pytest

from custdesk.insight import stages
from custdesk.insight.stages import NEXT_STEPS
from custdesk.store.models import FollowUpKind, Stage, Standing
from custdesk.store.store import Store
from tests.helpers import add, bought

TODAY = date(2026, 11, 21)


def why(store: Store, *days: int, cents: int = 100_00) -> tuple[Stage, str]:
    """The stage of somebody who bought so many days ago, and why."""
    id = add(store, "张三")
    for ago in days:
        bought(store, id, TODAY - timedelta(days=ago), cents)
    with store.read() as db:
        standing = db.get_one(Standing, id)
        return standing.stage, stages.why(db, standing, TODAY)


@pytest.mark.parametrize(
    ("days", "stage", "words"),
    [
        ((), Stage.PROSPECT, "Has bought nothing yet"),
        ((20, 10), Stage.NEW, "First purchase Nov 1"),
        (
            (200, 140, 80),
            Stage.ACTIVE,
            "First purchase 91 days before that · Usually buys every 60 days, "
            "last bought 80 days ago",
        ),
        (
            (800, 795, 790, 3),
            Stage.ACTIVE,
            "Bought again after a long silence · Usually buys every 5 days, last bought 3 days ago",
        ),
        ((700, 610, 600), Stage.LAPSED, "Usually buys every 50 days, last bought 600 days ago"),
        ((120,), Stage.LAPSED, "Bought once, 120 days ago"),
    ],
)
def test_why(store: Store, days: tuple[int, ...], stage: Stage, words: str) -> None:
    assert why(store, *days) == (stage, words)


def test_why_loyal(store: Store) -> None:
    assert why(store, 900, 500, 20, cents=60_000_00) == (
        Stage.LOYAL,
        "3 years in a row over the yearly amount",
    )


def test_no_amount_is_said(store: Store, spoken: str) -> None:
    assert "6" not in why(store, 900, 500, 20, cents=60_000_00)[1]


def test_every_stage_has_a_next_step_of_its_own(spoken: str) -> None:
    assert len({NEXT_STEPS[stage].said for stage in Stage}) == len(Stage)
    assert [stage for stage in Stage if NEXT_STEPS[stage].kind is FollowUpKind.WIN_BACK] == [
        Stage.LAPSED
    ]

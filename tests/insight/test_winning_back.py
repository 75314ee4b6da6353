"""Win-back: a warning leads to a follow-up, and what came of it is kept."""

from datetime import date, timedelta

import pytest

from custdesk.care import follow_ups
from custdesk.insight import winning_back
from custdesk.insight.winning_back import WonBack
from custdesk.store.store import Store
from tests.helpers import Clock, add, bought, complete, faults, follow_up, standing

SINCE, UNTIL = date(2026, 1, 1), date(2027, 12, 31)


def results(store: Store) -> WonBack:
    with store.read() as db:
        return winning_back.results(db, SINCE, UNTIL)


@pytest.fixture
def silent(store: Store, clock: Clock) -> int:
    """Somebody who bought every 10 days, until the warning came while the file was in use."""
    id = add(store, "张丽华")
    for ago in (50, 40, 30, 20, 10, 0):
        bought(store, id, store.today - timedelta(days=ago), 100_00)
    clock.move(days=29)
    store.new_day()
    assert standing(store, id).warned == ""
    clock.move(days=1)
    store.new_day()
    return id


def test_a_warning_plans_a_win_back_once(store: Store, clock: Clock, silent: int) -> None:
    known = standing(store, silent)
    assert known.warned_since == store.today
    assert "slower" in known.warned
    planned = follow_up(store, silent, "win_back")
    with store.read() as db:
        one = follow_ups.one(db, planned, store.today)
    assert one is not None
    assert (one.due, one.kind) == (store.today, "win_back")
    assert one.reason.startswith("Churn warning since")
    complete(store, planned, "说下周来")
    clock.move(days=40)
    store.new_day()
    with pytest.raises(StopIteration):
        follow_up(store, silent, "win_back")
    assert faults(store) == []


def test_who_buys_is_not_to_be_won_back(store: Store, silent: int) -> None:
    bought(store, silent, store.today, 100_00)
    assert standing(store, silent).warned == ""
    with pytest.raises(StopIteration):
        follow_up(store, silent, "win_back")


@pytest.mark.parametrize(
    ("days_later", "found"),
    [(1, WonBack(1, 1, 5_000, ())), (90, WonBack(1, 1, 5_000, ())), (91, WonBack(1, 0, 0, ()))],
)
def test_who_came_back(
    store: Store, clock: Clock, silent: int, days_later: int, found: WonBack
) -> None:
    complete(store, follow_up(store, silent, "win_back"), "说下周来")
    assert results(store) == WonBack(1, 0, 0, ())
    clock.move(days=days_later)
    bought(store, silent, store.today, 5_000)
    assert results(store) == found


def test_who_bought_after_an_attempt_came_back_whatever_was_tried_later(
    store: Store, clock: Clock, silent: int
) -> None:
    complete(store, follow_up(store, silent, "win_back"), "说下周来")
    bought(store, silent, store.today + timedelta(days=1), 5_000)
    clock.move(days=40)
    store.new_day()
    complete(store, follow_up(store, silent, "win_back"), "没接电话")
    assert results(store) == WonBack(1, 1, 5_000, ())


def test_who_is_lost_and_why_until_they_buy_again(store: Store, clock: Clock, silent: int) -> None:
    with store.write("Give up") as db:
        id = follow_up(store, silent, "win_back")
        follow_ups.skip(db, id, "搬家了", store.clock())
    assert standing(store, silent).warned == ""
    assert results(store) == WonBack(0, 0, 0, (("搬家了", 1),))
    store.undo()
    assert standing(store, silent).warned != ""
    store.redo()
    clock.move(days=5)
    bought(store, silent, store.today, 5_000)
    assert results(store) == WonBack(0, 0, 0, ())
    assert faults(store) == []

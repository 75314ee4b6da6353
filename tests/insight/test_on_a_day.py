"""Everybody's figures on a day: today from what stands in the file, else from the history."""

from datetime import date, timedelta

from custdesk.insight import on_a_day
from custdesk.insight.on_a_day import Expected, Seen
from custdesk.insight.rfm import Buyer, Scores
from custdesk.store.models import Stage
from custdesk.store.store import Store
from tests.helpers import Clock, add, bought, contents, trash
from tests.insight.conftest import warn


def seen(store: Store, on: date) -> dict[str, Seen]:
    with store.read() as db:
        return {one.name: one for one in on_a_day.everybody(db, on, store.today)}


def test_today_is_as_it_would_be_derived(shop: Store, clock: Clock) -> None:
    """Looked back at from tomorrow, today is what it is today."""
    now = seen(shop, shop.today)
    clock.move(days=1)
    then = seen(shop, shop.today - timedelta(days=1))
    assert {name: (one.stage, one.buyer, one.scores) for name, one in now.items()} == {
        name: (one.stage, one.buyer, one.scores) for name, one in then.items()
    }
    assert any(one.scores for one in now.values())


def test_an_earlier_day_knows_what_was_dated_until_then(store: Store) -> None:
    early = add(store, "张三", added_on=date(2026, 1, 1))
    add(store, "李四", added_on=date(2026, 9, 1))
    gone = add(store, "王五", added_on=date(2026, 1, 1))
    bought(store, early, "2026-03-01", 100_00)
    bought(store, early, "2026-06-01", 50_00)
    bought(store, gone, "2026-03-01", 100_00)
    trash(store, gone)
    before = contents(store)
    found = seen(store, date(2026, 3, 10))
    assert list(found) == ["张三"]
    assert found["张三"].stage is Stage.NEW
    assert found["张三"].buyer == Buyer(date(2026, 3, 1).toordinal(), 1, 100_00)
    assert found["张三"].scores == Scores(3, 3, 3)
    assert contents(store) == before


def test_who_never_bought_has_no_scores(store: Store) -> None:
    add(store, "张三")
    one = seen(store, store.today)["张三"]
    assert (one.stage, one.buyer, one.scores, one.churn_chance) == (
        *(Stage.PROSPECT, None, None, None),
    )


def test_churn_is_known_of_today(store: Store) -> None:
    id = add(store, "张三")
    bought(store, id, store.today, 100_00)
    warn(store, {id: 9000}, "联系变少", "会员到期")
    one = seen(store, store.today)["张三"]
    assert (one.churn_chance, one.reasons) == (0.5, ("联系变少", "会员到期"))
    past = seen(store, store.today - timedelta(days=1))
    assert past == {}
    tomorrow = seen(store, store.today + timedelta(days=1))["张三"]
    assert (tomorrow.churn_chance, tomorrow.reasons) == (None, ())


def test_what_is_expected_comes_from_elsewhere(store: Store) -> None:
    id = add(store, "张三")
    with store.read() as db:
        [one] = on_a_day.everybody(db, store.today, store.today, {id: Expected(1.5, 900)})
    assert one.expected == Expected(1.5, 900)

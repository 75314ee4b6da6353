"""Everybody's figures on a day: today from what stands in the file, else from the history."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from custdesk.insight import deriving, expecting, figures, on_a_day, stands
from custdesk.insight.on_a_day import Seen
from custdesk.insight.rfm import Buyer, Scores
from custdesk.insight.stands import Stand
from custdesk.insight.value import Model
from custdesk.store.models import Stage
from custdesk.store.store import Store
from tests.helpers import add, bought, contents, trash


def seen(store: Store, on: date) -> dict[str, Seen]:
    with store.read() as db:
        return {one.name: one for one in on_a_day.everybody(db, on)}


def test_today_is_what_the_file_keeps(shop: Store) -> None:
    now = seen(shop, shop.today)
    with shop.read() as db:
        kept = db.execute(
            text(
                "SELECT c.name, s.stage, s.bought_days, s.spend_cents, s.last_purchase, s.warned"
                " FROM standing s JOIN customer c ON c.id = s.customer_id"
            )
        ).all()
        reasons = {row[0]: figures.reasons(row[5], shop.today) for row in kept}
    assert {name: one.reasons for name, one in now.items()} == reasons
    for name, stage, days, cents, last, _warned in kept:
        buyer = now[name].buyer
        assert now[name].stage == stage
        assert (buyer.days if buyer else 0) == days
        if buyer:
            assert (buyer.cents, date.fromordinal(buyer.last).isoformat()) == (cents, last)
    assert any(one.scores for one in now.values())


def test_what_is_kept_is_what_the_histories_say(shop: Store) -> None:
    with shop.read() as db:
        kept = stands.kept(db, shop.today)
        assert kept == stands.reckoned(db, shop.today)
    assert len(kept) > 200
    assert {Stand._make(one).warned == "" for one in kept} == {True, False}


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


def test_churn_is_that_of_the_day(store: Store) -> None:
    id = add(store, "张三", added_on=date(2026, 1, 1))
    for ago in (97, 87, 77, 67, 57, 47):
        bought(store, id, store.today - timedelta(days=ago), 100_00)
    one = seen(store, store.today)["张三"]
    assert one.reasons == ("Usually buys every 10 days, silent for 47",)
    assert one.churn_chance is not None
    before = seen(store, store.today - timedelta(days=47))["张三"]
    assert before.reasons == ()
    assert before.churn_chance is not None
    assert before.churn_chance < one.churn_chance


def test_what_is_expected_of_whom(shop: Store) -> None:
    """The same of one as of all: both from the same model."""
    with shop.read() as db:
        model = expecting.learnt(db, shop.today)
        assert isinstance(model, Model)
        for one in seen(shop, shop.today).values():
            bought = deriving.known(db, one.id, shop.today).bought
            assert one.expected == expecting.of_one(model, bought, shop.today)
            assert bool(one.expected) == bool(one.buyer)


def test_all_at_once_are_what_each_is_alone(shop: Store) -> None:
    """Chance, loss and score as columns, against the rules for one customer."""
    for day in (shop.today, shop.today - timedelta(days=40)):
        with shop.read() as db:
            found = list(on_a_day.everybody(db, day))
            for one in found:
                risk = deriving.known(db, one.id, day).risk
                chance = risk.chance(day.toordinal()) if one.buyer else None
                assert one.churn_chance == (chance and pytest.approx(chance, rel=1e-12))
                loss = risk.loss_cents(day.toordinal()) if risk.reasons else None
                assert one.loss_cents == loss
                assert one.reasons == tuple(reason.words(day) for reason in risk.reasons)
        assert {one.loss_cents is None for one in found} == {True, False}

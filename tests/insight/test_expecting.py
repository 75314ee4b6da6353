"""The value model put to a customer file: what it says of whom, and when it says nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from custdesk import sample
from custdesk.insight import deriving, expecting, on_a_day, value
from custdesk.insight.value import Model, Obstacle, Refusal
from custdesk.store.store import Store
from tests import cdnow
from tests.helpers import add, bought


def test_of_too_few_nothing_is_said(store: Store) -> None:
    for n in range(10):
        id = add(store, f"客户{n}")
        bought(store, id, "2026-01-05", 10_000)
        bought(store, id, "2026-05-05", 10_000)
    with store.read() as db:
        found = on_a_day.everybody(db, store.today)
    assert found.model == Refusal(Obstacle.TOO_FEW, 10)
    assert [one.expected for one in found] == [None] * 10


def test_an_empty_file(store: Store) -> None:
    with store.read() as db:
        assert expecting.learnt(db, store.today) == Refusal(Obstacle.TOO_FEW, 0)
        assert list(on_a_day.everybody(db, store.today)) == []


def test_the_sample_shop(store: Store) -> None:
    sample.fill(store, 400, 7)
    with store.read() as db:
        found = on_a_day.everybody(db, store.today)
        buyers = set(
            db.execute(text("SELECT customer_id FROM standing WHERE bought_days > 0")).scalars()
        )
        one = min(buyers)
        known = deriving.known(db, one, store.today)
    assert isinstance(found.model, Model)
    expected = {one.id: one.expected for one in found if one.expected}
    assert expected.keys() == buyers
    assert all(one.purchases >= 0 and one.value_cents >= 0 for one in expected.values())
    assert expecting.of_one(found.model, list(known.bought), store.today) == expected[one]
    assert expecting.of_one(found.model, [], store.today) is None


@pytest.mark.parametrize("weeks_later", [0, 10])
def test_cdnow_as_a_file_would_have_it(weeks_later: int) -> None:
    """Days and cents as the file keeps them give what the paper's arrays give."""
    on = cdnow.LAST_TO_LEARN_FROM + timedelta(weeks=weeks_later)
    histories = [
        [(day.toordinal(), cents) for day, cents in history if day <= on]
        for history in cdnow.histories()
    ]
    buyers = expecting.buyers_of([one for one in histories if one], on)
    assert len(buyers.repeats) == 2357
    if not weeks_later:
        model = value.fit(buyers)
        assert isinstance(model, Model)
        assert (round(model.r, 3), round(model.alpha, 3)) == (0.243, 4.414)
        assert (round(model.a, 3), round(model.b, 3)) == (0.793, 2.426)


def test_a_day_before_anybody_bought(store: Store) -> None:
    bought(store, add(store, "张三"), "2026-05-05", 10_000)
    with store.read() as db:
        assert list(on_a_day.everybody(db, date(2020, 1, 1))) == []

"""The funnel over time, against what each customer is known to have been on the day."""

from datetime import date

import pytest

from custdesk.errors import Cancelled
from custdesk.insight import deriving, funnel
from custdesk.insight.periods import Span, period
from custdesk.store.models import Stage
from custdesk.store.store import Store
from tests.helpers import add, bought


def test_month_ends_and_today() -> None:
    days = funnel.month_ends(period(Span.THREE_MONTHS, date(2026, 11, 21)))
    assert days == [date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 21)]


def test_who_was_where(store: Store, clock: object) -> None:
    id = add(store, "张三", added_on=date(2026, 1, 10))
    bought(store, id, "2026-02-10", 100_00)
    days = [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 6, 30)]
    with store.read() as db:
        found = funnel.over_time(db, days)
    assert [[stage for stage in Stage if at.count(stage)] for at in found] == [
        [],
        [Stage.PROSPECT],
        [Stage.NEW],
        [Stage.LAPSED],
    ]
    assert list(found[1].ids[Stage.PROSPECT]) == [id]


def test_it_agrees_with_what_each_is_known_to_be(shop: Store) -> None:
    """No return lies in the shop's last days, so that nobody was thought a buyer who was not."""
    days = funnel.month_ends(period(Span.THREE_MONTHS, shop.today))
    with shop.read() as db:
        at = funnel.over_time(db, days)[-1]
        for stage in Stage:
            for id in at.ids[stage]:
                assert deriving.known(db, id, at.day).move.stage is stage


def test_it_can_be_stopped(shop: Store) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with shop.read() as db, pytest.raises(Cancelled):
        funnel.over_time(db, [shop.today], stop)

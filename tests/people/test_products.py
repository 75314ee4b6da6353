"""Products: what is sold, how long it lasts, and what a change of that does to the reminders."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import Session

from custdesk.care import plans
from custdesk.care.plans import Draft
from custdesk.errors import CustdeskError
from custdesk.people import products
from custdesk.store.models import FollowUpKind
from custdesk.store.store import Store
from tests.helpers import Todo, add, ahead, bought, is_a_sentence, trash


def id_of(store: Store, name: str) -> int:
    with store.read() as db:
        return next(one.id for one in products.offered(db) if one.name == name)


def change(store: Store, work: Callable[[Session], object]) -> None:
    with store.write("Edit a product") as db:
        work(db)


def used_up(store: Store, id: int) -> list[Todo]:
    return [one for one in ahead(store, id) if one.kind == "replenishment"]


def test_how_many_customers_bought_it(store: Store) -> None:
    first, second, gone = (add(store, name) for name in ("张丽华", "李国强", "王五"))
    for id, day in ((first, "2026-10-01"), (first, "2026-11-01"), (second, "2026-11-02")):
        bought(store, id, day, 20000, "龙井")
    bought(store, gone, "2026-11-20", 20000, "龙井")
    bought(store, gone, "2026-11-20", 9000, "盖碗")
    trash(store, gone)
    with store.read() as db:
        found = [(one.name, one.customers, one.last_bought) for one in products.offered(db)]
    assert found == [("龙井", 2, date(2026, 11, 2)), ("盖碗", 0, None)]


def test_what_a_product_is(store: Store) -> None:
    bought(store, add(store, "张丽华"), "2026-11-01", 20000, "龙井")
    id = id_of(store, "龙井")
    change(store, lambda db: products.rename(db, id, "明前　龙井 "))
    change(store, lambda db: products.set_category(db, id, " 绿茶"))
    change(store, lambda db: products.set_price(db, id, 12850))
    change(store, lambda db: products.set_lasts(db, id, 60))
    with store.read() as db:
        (found,) = products.offered(db)
        assert products.categories(db) == ["绿茶"]
    assert (found.name, found.category, found.price_cents, found.lasts_days) == (
        *("明前 龙井", "绿茶", 12850, 60),
    )
    store.undo()
    with store.read() as db:
        assert products.offered(db)[0] == replace(found, lasts_days=None)


def test_what_is_refused(store: Store, spoken: str) -> None:
    id = add(store, "张丽华")
    for name in ("龙井", "白茶"):
        bought(store, id, "2026-11-01", 20000, name)
    tea = id_of(store, "龙井")
    with store.read() as db:
        before = products.offered(db)
    for refused in (
        lambda db: products.rename(db, tea, "白茶"),
        lambda db: products.rename(db, tea, "　"),
        lambda db: products.set_category(db, tea, "茶" * 501),
        lambda db: products.set_price(db, tea, -1),
        lambda db: products.set_lasts(db, tea, 0),
        lambda db: products.set_lasts(db, tea, 3661),
        lambda db: products.set_lasts(db, tea + 99, 30),
    ):
        with pytest.raises(CustdeskError) as said:
            change(store, refused)
        assert is_a_sentence(str(said.value), spoken)
    with store.read() as db:
        assert products.offered(db) == before


def test_the_reminder_follows_how_long_it_lasts(store: Store) -> None:
    id, other = add(store, "张丽华"), add(store, "李国强")
    bought(store, id, "2026-11-01", 20000, "龙井")
    bought(store, other, "2026-11-01", 9000, "盖碗")
    tea = id_of(store, "龙井")
    assert used_up(store, id) == []
    change(store, lambda db: products.set_lasts(db, tea, 60))
    assert used_up(store, id) == [Todo("张丽华", "replenishment", "2026-12-31", "2026-12-28")]
    assert used_up(store, other) == []
    change(store, lambda db: products.set_lasts(db, tea, 90))
    assert [one.day for one in used_up(store, id)] == ["2027-01-30"]
    store.undo()
    assert [one.day for one in used_up(store, id)] == ["2026-12-31"]
    change(store, lambda db: products.set_lasts(db, tea, None))
    assert used_up(store, id) == []
    store.undo()
    store.undo()
    assert used_up(store, id) == []


def test_a_plan_about_a_product_keeps_to_it_when_it_is_renamed(store: Store) -> None:
    id = add(store, "张丽华")
    bought(store, id, "2026-11-01", 20000, "龙井")
    with store.write("Plan") as db:
        draft = Draft(FollowUpKind.AFTER_SALE, days=45, about="龙井")
        plans.switch(db, plans.add(db, draft, store.today), True, store.today)
    before = ahead(store, id)
    assert "2026-12-16" in [one.due for one in before]
    change(store, lambda db: products.rename(db, id_of(store, "龙井"), "明前龙井"))
    assert ahead(store, id) == before

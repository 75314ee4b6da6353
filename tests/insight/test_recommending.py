"""What to offer next: what is used up, and what people like them bought, held against pandas."""

from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import text

from custdesk import sample
from custdesk.insight import recommending
from custdesk.insight.recommending import LEAST_BOTH, LEAST_LIFT, MOST, Companions, UsedUp
from custdesk.store.models import Product
from custdesk.store.store import Store
from tests.helpers import add, bought, trash


def recommended(store: Store, id: int) -> list[str]:
    with store.read() as db:
        found = recommending.recommend(db, id, store.today, Companions(db))
        return [one.words(store.today) for one in found]


def shop(store: Store, *, both: int, tea_only: int, others: int) -> int:
    """So many bought tea and cups, tea only, something else; and one more who bought tea."""
    for n in range(both + tea_only + others):
        id = add(store, f"客户{n}")
        if n < both + tea_only:
            bought(store, id, "2026-05-01", 10_000, "龙井")
        if n < both:
            bought(store, id, "2026-06-01", 5_000, "盖碗")
        if n >= both + tea_only:
            bought(store, id, "2026-05-01", 5_000, "咖啡")
    one = add(store, "张丽华")
    bought(store, one, "2026-05-02", 10_000, "龙井")
    return one


@pytest.mark.parametrize(
    ("both", "tea_only", "others", "said"),
    [
        (6, 2, 10, ["盖碗: bought by 6 of 9 customers who bought 龙井"]),
        (4, 2, 10, []),  # too few bought both
        (6, 20, 0, []),  # no oftener than anybody
    ],
)
def test_what_people_like_them_bought(
    store: Store, both: int, tea_only: int, others: int, said: list[str]
) -> None:
    one = shop(store, both=both, tea_only=tea_only, others=others)
    assert recommended(store, one) == said


def test_what_they_have_is_not_offered_nor_what_went_back(store: Store) -> None:
    one = shop(store, both=6, tea_only=2, others=10)
    bought(store, one, "2026-05-03", 5_000, "盖碗")
    assert recommended(store, one) == []
    bought(store, one, "2026-05-04", -5_000, "盖碗")
    assert recommended(store, one) == ["盖碗: bought by 6 of 9 customers who bought 龙井"]


def test_who_is_in_the_trash_does_not_count(store: Store) -> None:
    one = shop(store, both=6, tea_only=2, others=10)
    trash(store, 1, 2)
    assert recommended(store, one) == []


@pytest.mark.parametrize(
    ("bought_ago", "lasts", "used_up"),
    [(60, 60, 0), (60, 74, 14), (60, 75, None), (180, 90, -90), (181, 90, None)],
)
def test_what_is_used_up_comes_first(
    store: Store, bought_ago: int, lasts: int, used_up: int | None
) -> None:
    one = add(store, "张丽华")
    bought(store, one, store.today - timedelta(days=bought_ago), 10_000, "龙井")
    with store.write("Lasts") as db:
        product = db.get(Product, 1)
        assert product is not None
        product.lasts_days = lasts
        db.add(product)
    with store.read() as db:
        found = recommending.recommend(db, one, store.today, Companions(db))
    day = store.today + timedelta(days=used_up) if used_up is not None else None
    assert found == ([UsedUp(1, "龙井", day)] if day else [])


def test_the_counts_are_those_of_pandas(store: Store) -> None:
    sample.fill(store, 300, 11)
    with store.read() as db:
        companions = Companions(db)
        rows = db.execute(
            text(
                "SELECT p.customer_id, l.product_id, l.quantity, l.amount_cents FROM purchase p"
                " JOIN purchase_line l ON l.purchase_id = p.id"
            )
        ).all()
    lines = pd.DataFrame(rows, columns=["customer", "product", "quantity", "cents"])
    lines["kept"] = lines.quantity.where(lines.cents >= 0, -lines.quantity.abs())
    kept = lines.groupby(["customer", "product"]).kept.sum().reset_index()
    table = pd.crosstab(kept[kept.kept > 0].customer, kept[kept.kept > 0]["product"])
    together = table.T @ table
    assert companions.customers == len(table)
    assert companions.having == {p: together.loc[p, p] for p in table.columns}
    for a in table.columns:
        for b in table.columns:
            if a < b:
                both = dict(companions.partners.get(a, ())).get(b, 0)
                assert both == (together.loc[a, b] if together.loc[a, b] >= LEAST_BOTH else 0)
    wanted = {
        b: max(
            together.loc[a, b] * len(table) / (together.loc[a, a] * together.loc[b, b])
            for a in (1, 2)
            if together.loc[a, b] >= LEAST_BOTH
        )
        for b in table.columns
        if b not in (1, 2) and max(together.loc[1, b], together.loc[2, b]) >= LEAST_BOTH
    }
    found = {one.product_id: one.lift for one in companions.of([1, 2])}
    assert found == pytest.approx({b: lift for b, lift in wanted.items() if lift >= LEAST_LIFT})
    assert MOST == 3


def test_nobody_and_nothing(store: Store) -> None:
    one = add(store, "张丽华")
    assert recommended(store, one) == []
    with store.read() as db:
        assert Companions(db).of([]) == []
        assert recommending.recommend(db, 999, date(2026, 1, 1), Companions(db)) == []

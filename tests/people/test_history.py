"""What happened with a customer: talks, purchases, relations, and all of it in one line."""

from datetime import date, datetime

import pytest

from custdesk.errors import CustdeskError
from custdesk.people import history
from custdesk.people.history import Item
from custdesk.store.models import Channel, RelationKind
from custdesk.store.store import Store
from tests.helpers import (
    add,
    bought,
    complained,
    contents,
    is_a_sentence,
    row,
    said,
    solve,
    spoke,
)


def test_talks_newest_first(store: Store) -> None:
    id = add(store, "张丽华")
    for day in ("2026-11-01", "2026-11-20", "2026-10-05"):
        spoke(store, id, day, f"在 {day}")
    with store.read() as db:
        said = [one.outcome for one in history.interactions(db, id)]
    assert said == ["在 2026-11-20", "在 2026-11-01", "在 2026-10-05"]


def test_a_talk_is_kept_to_the_minute(store: Store) -> None:
    id = add(store, "张丽华")
    at = datetime(2026, 11, 20, 15, 42, 37, 5)
    with store.write("Log") as db:
        history.log_interaction(db, id, Channel.VISIT, "  来店里 \n看茶 ", at)
    with store.read() as db:
        [one] = history.interactions(db, id)
    assert (one.at, one.channel, one.outcome) == (
        *(datetime(2026, 11, 20, 15, 42), Channel.VISIT),
        "来店里 \n看茶",
    )


def test_a_talk_of_which_nothing_is_said_is_refused(store: Store, spoken: str) -> None:
    id = add(store, "张丽华")
    with pytest.raises(CustdeskError) as error:
        spoke(store, id, outcome=" \n")
    assert is_a_sentence(str(error.value), spoken)
    assert row(store, id).last_contact is None


def test_a_purchase_is_the_sum_of_its_lines(store: Store) -> None:
    id = add(store, "张丽华")
    items = [Item("明前龙井礼盒", 2, 37_600), Item("白瓷盖碗", 1, 8_800)]
    with store.write("Buy") as db:
        history.record_purchase(db, id, date(2026, 11, 20), items, channel="门店", note="送人")
    with store.read() as db:
        [one] = history.purchases(db, id)
    assert (one.day, one.amount_cents, one.channel, one.note) == (
        *(date(2026, 11, 20), 46_400),
        *("门店", "送人"),
    )
    assert one.items == tuple(items)
    assert one.words == "明前龙井礼盒 × 2, 白瓷盖碗"


def test_a_purchase_may_have_an_amount_alone_or_another_one(store: Store) -> None:
    id = add(store, "张丽华")
    with store.write("Buy") as db:
        history.record_purchase(db, id, date(2026, 11, 19), [], note="散茶", amount_cents=9_900)
        history.record_purchase(
            db, id, date(2026, 11, 20), [Item("白茶", 1, 10_000)], amount_cents=8_000
        )
    with store.read() as db:
        assert [(one.amount_cents, one.words) for one in history.purchases(db, id)] == [
            (8_000, "白茶"),
            (9_900, "散茶"),
        ]


@pytest.mark.parametrize("items", [[], [Item("白茶", 0, 100)], [Item("  ", 1, 100)]])
def test_purchases_that_are_refused(store: Store, items: list[Item], spoken: str) -> None:
    id = add(store, "张丽华")
    before = contents(store)
    with pytest.raises(CustdeskError) as error, store.write("Buy") as db:
        history.record_purchase(db, id, date(2026, 11, 20), items)
    assert is_a_sentence(str(error.value), spoken)
    assert contents(store) == before


def test_a_product_is_known_by_its_name(store: Store) -> None:
    id = add(store, "张丽华")
    bought(store, id, "2026-11-01", 18_800, "明前  龙井")
    bought(store, id, "2026-11-02", 20_000, "明前 龙井")
    bought(store, id, "2026-11-03", 8_800, "盖碗")
    with store.read() as db:
        assert history.products(db) == [("明前 龙井", 20_000), ("盖碗", 8_800)]


def test_what_one_costs_is_the_last_price_by_the_piece(store: Store) -> None:
    id = add(store, "张丽华")
    with store.write("Buy") as db:
        history.record_purchase(db, id, date(2026, 11, 1), [Item("白茶", 3, 10_000)])
    with store.read() as db:
        assert history.products(db) == [("白茶", 3_333)]


@pytest.mark.parametrize(
    ("kind", "from_here", "from_there"),
    [
        (RelationKind.REFERRED_BY, "Referred by", "Referred"),
        (RelationKind.SPOUSE, "Spouse", "Spouse"),
        (RelationKind.PARENT, "Parent", "Child"),
        (RelationKind.CHILD, "Child", "Parent"),
        (RelationKind.FRIEND, "Friend", "Friend"),
        (RelationKind.COMPANY, "Company", "Employee"),
    ],
)
def test_a_relation_is_seen_from_both_sides(
    store: Store, kind: RelationKind, from_here: str, from_there: str
) -> None:
    id, other = add(store, "张丽华"), add(store, "李国强")
    with store.write("Relate") as db:
        history.relate(db, id, other, kind, "同学")
    with store.read() as db:
        [here], [there] = history.relations(db, id), history.relations(db, other)
        assert (here.name, history.relation_words(here)) == ("李国强", from_here)
        assert (there.name, history.relation_words(there)) == ("张丽华", from_there)
        assert here.note == "同学"


def test_a_relation_said_twice_is_there_once(store: Store) -> None:
    id, other = add(store, "张丽华"), add(store, "李国强")
    for _time in range(2):
        with store.write("Relate") as db:
            history.relate(db, id, other, RelationKind.SPOUSE)
    with store.read() as db:
        [one] = history.relations(db, id)
    with store.write("Unrelate") as db:
        history.remove_relation(db, one.relation_id)
    with store.read() as db:
        assert history.relations(db, other) == []


def test_nobody_is_related_to_themselves(store: Store, spoken: str) -> None:
    id = add(store, "张丽华")
    with pytest.raises(CustdeskError) as error, store.write("Relate") as db:
        history.relate(db, id, id, RelationKind.SPOUSE)
    assert is_a_sentence(str(error.value), spoken)


def test_the_timeline_has_all_that_happened_newest_first(store: Store) -> None:
    id = add(store, "张丽华")
    spoke(store, id, "2026-11-01", "问价")
    bought(store, id, "2026-11-01", 12_800)
    spoke(store, id, "2026-11-03", "回访")
    bought(store, id, "2025-01-03", 5_000, "盖碗")
    said(store, id, 4, "2026-11-02", "茶好")
    solve(store, complained(store, id, "2026-11-02"))
    with store.read() as db:
        events = history.timeline(db, id)
    assert [(event.kind.value, event.words, event.amount_cents) for event in events] == [
        ("solved", "换了新的", None),
        ("interaction", "回访", None),
        ("feedback", "茶好", None),
        ("case", "壶盖漏水", None),
        ("purchase", "明前龙井", 12_800),
        ("interaction", "问价", None),
        ("purchase", "盖碗", 5_000),
    ]

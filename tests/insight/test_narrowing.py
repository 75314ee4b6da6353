"""What the list shows for a bar or a cell: as many customers as the bar or the cell says."""

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import text

from custdesk.insight import figures, funnel, narrowing
from custdesk.insight.periods import Span, period
from custdesk.insight.rfm import FIFTHS, Fifths, Group, Rfm
from custdesk.store import search
from custdesk.store.models import FollowUpKind, Stage
from custdesk.store.search import Query
from custdesk.store.store import Store
from tests.helpers import add, bought, complete, follow_up, names

FIRST, LAST = date(2026, 1, 1), date(2026, 11, 21)


def listed(store: Store, query: Query) -> list[int]:
    with store.read() as db:
        return list(search.find(db, query))


def test_every_cell_lists_as_many_as_it_counts(shop: Store) -> None:
    with shop.read() as db:
        found = figures.compared(db)
    counted = {}
    for r, m in product(FIFTHS, FIFTHS):
        counted[r, m] = len(listed(shop, narrowing.in_cell(found.rfm, r, m)))
    assert counted == {cell: found.cells[cell] for cell in counted}
    assert sum(counted.values()) == found.buyers
    assert max(counted.values()) > 5


def test_every_group_lists_as_many_as_it_counts(shop: Store) -> None:
    with shop.read() as db:
        found = figures.compared(db)
    counted = {group: len(listed(shop, narrowing.in_group(found.rfm, group))) for group in Group}
    assert counted == {group: found.groups[group] for group in Group}


@pytest.mark.parametrize("n", [1, 2, 3])
def test_of_few_each_is_in_one_cell_and_in_one_group(store: Store, n: int) -> None:
    for at in range(n):
        bought(store, add(store, f"客户{at}"), store.today - timedelta(days=at), (at + 1) * 100)
    add(store, "没买过")
    with store.read() as db:
        rfm = figures.compared(db).rfm
    cells = [listed(store, narrowing.in_cell(rfm, r, m)) for r, m in product(FIFTHS, FIFTHS)]
    groups = [listed(store, narrowing.in_group(rfm, group)) for group in Group]
    assert sorted(id for ids in cells for id in ids) == list(range(1, n + 1))
    assert sorted(id for ids in groups for id in ids) == list(range(1, n + 1))


def test_where_nobody_bought_nobody_is_listed(store: Store) -> None:
    add(store, "没买过")
    nobody = Rfm(Fifths({}), Fifths({}), Fifths({}))
    assert listed(store, narrowing.in_cell(nobody, 3, 3)) == []
    assert [listed(store, narrowing.in_group(nobody, group)) for group in Group] == [[]] * 8


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_lists_as_many_as_it_counts(shop: Store, stage: Stage) -> None:
    with shop.read() as db:
        counted = figures.stages(db)[stage]
        [at] = funnel.over_time(db, [shop.today])
    assert counted
    assert len(listed(shop, narrowing.in_stage(stage))) == counted
    then = narrowing.were_in_stage(stage, shop.today, at.ids[stage])
    assert len(listed(shop, then)) == counted


def test_sales_list_who_bought(shop: Store) -> None:
    one = period(Span.THIS_YEAR, shop.today)
    with shop.read() as db:
        found = figures.sales(db, one)
    assert len(listed(shop, narrowing.who_bought(one.first, one.last))) == found.buyers
    again = listed(shop, narrowing.who_bought_again(one.first, one.last))
    assert 0 < len(again) == found.came_again < found.buyers


def test_late_ones_and_warnings_are_listed(shop: Store) -> None:
    one = period(Span.THIS_YEAR, shop.today)
    with shop.read() as db:
        punctual = figures.punctuality(db, one)
        warned = figures.warnings(db, shop.today, 999)
        late = db.execute(
            text(
                "SELECT count(DISTINCT f.customer_id) FROM follow_up f"
                " JOIN standing s ON s.customer_id = f.customer_id"
                " WHERE f.state = 'done' AND substr(f.closed_at, 1, 10) > f.due"
                " AND f.closed_at >= '2026'"
            )
        ).scalar_one()
    assert 0 < late <= punctual.done - punctual.on_time
    assert len(listed(shop, narrowing.who_was_late(one.first, one.last))) == late
    assert len(listed(shop, narrowing.who_is_warned_of())) == len(warned) > 3


def test_care_lists_with_whom_it_was_done(store: Store) -> None:
    called, _other = add(store, "张三"), add(store, "李四")
    complete(store, follow_up(store, called))
    assert listed(store, narrowing.who_had_care(FollowUpKind.CALLBACK, FIRST, LAST)) == [called]
    assert listed(store, narrowing.who_had_care(FollowUpKind.FESTIVAL, FIRST, LAST)) == []
    assert names(store)


def test_no_words_name_an_amount(shop: Store, spoken: str) -> None:
    with shop.read() as db:
        rfm = figures.compared(db).rfm
    queries = [
        narrowing.in_cell(rfm, 5, 5),
        narrowing.in_group(rfm, Group.VALUE),
        narrowing.who_bought(FIRST, LAST),
        narrowing.who_bought_again(FIRST, LAST),
        narrowing.who_was_late(FIRST, LAST),
        narrowing.who_had_care(FollowUpKind.BIRTHDAY, FIRST, LAST),
        narrowing.who_is_warned_of(),
        narrowing.were_in_stage(Stage.LAPSED, LAST, ()),
    ]
    said = [query.only.words for query in queries if query.only]
    assert len(set(said)) == len(queries)
    assert not any("¥" in words or "{" in words for words in said)

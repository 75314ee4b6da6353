"""The rows that lists show."""

from datetime import date

from custdesk.insight.grades import Grade
from custdesk.people import lists
from custdesk.store.models import VIP, FollowUpKind, Stage
from custdesk.store.store import Store
from tests.helpers import add, bought, spoke, trash


def test_a_row(store: Store) -> None:
    id = add(store, "张丽华", phone="13812345678", city="杭州", company="西湖茶业", grade=VIP)
    bought(store, id, "2026-11-02", 12_800)
    spoke(store, id, "2026-11-03")
    with store.read() as db:
        assert lists.rows(db, [id])[id] == lists.ListRow(
            id=id,
            number="0001",
            name="张丽华",
            grade=Grade(VIP, 0),
            city="杭州",
            company="西湖茶业",
            phone="+8613812345678",
            spend_12m_cents=12_800,
            last_purchase=date(2026, 11, 2),
            last_contact=date(2026, 11, 3),
            next_due=date(2026, 12, 21),
            next_kind=FollowUpKind.CALLBACK,
            added_on=date(2026, 11, 21),
            do_not_contact=False,
            stage=Stage.NEW,
        )


def test_only_those_who_are_asked_for_and_there(store: Store) -> None:
    one, two, three = (add(store, name) for name in ("张丽华", "李国强", "王秀"))
    trash(store, three)
    with store.read() as db:
        assert set(lists.rows(db, [two, three, 77])) == {two}
        assert lists.rows(db, []) == {}
        assert lists.how_many(db) == 2
        assert set(lists.rows(db, [one, two])) == {one, two}

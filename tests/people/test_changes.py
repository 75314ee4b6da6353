"""A customer's own history in the user's words: field, from what, to what."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlmodel import Session

from custdesk.care import follow_ups
from custdesk.people import changes, customers, history, own_dates
from custdesk.people.history import Item
from custdesk.store.models import REGULAR, VIP, Channel, ContactKind, Gender, RelationKind
from custdesk.store.store import Store
from tests.helpers import (
    Clock,
    add,
    birthday,
    complete,
    edit,
    follow_up,
    skip,
    snooze,
    trash,
)

Words = tuple[str, str, str]
Deed = Callable[[Session, int], object]
TODAY = date(2026, 11, 21)


def told(store: Store, id: int) -> list[Words]:
    """The last change of a customer, as they are told of it."""
    return [words for _label, words in whole(store, id)[0]]


def whole(store: Store, id: int) -> list[list[tuple[str, Words]]]:
    with store.read() as db:
        return [
            [(one.step.label, (what.field, what.before, what.after)) for what in one.differences]
            for one in changes.history_of(db, id, store.today)
        ]


def _edit(field: str, value: object) -> Deed:
    return lambda db, id: customers.edit(db, id, field, value, TODAY)


def _first_phone(db: Session, id: int) -> int:
    return customers.contacts(db, id)[0].id or 0


def _first_date(db: Session, id: int) -> int:
    return own_dates.of_customer(db, id)[0].id or 0


def _friend(db: Session, id: int) -> int:
    return customers.number_owner(db, "0001") or 0


DEEDS: dict[str, tuple[Deed, list[Words]]] = {
    "a city": (_edit("city", "苏州"), [("City", "杭州", "苏州")]),
    "a grade": (_edit("grade_by_hand", VIP), [("Grade given by hand", "", "VIP")]),
    "a gender": (_edit("gender", Gender.FEMALE), [("Gender", "", "Female")]),
    "no city": (_edit("city", ""), [("City", "杭州", "")]),
    "a switch": (
        _edit("do_not_contact", True),
        [("Does not want to be contacted", "", "Yes")],
    ),
    "a day": (_edit("added_on", date(2025, 3, 1)), [("Added on", "Nov 21", "Mar 1, 2025")]),
    "a birthday": (
        _edit("birthday", birthday("1968-10-13", lunar=True)),
        [("Birthday", "Oct 13, 1968", "10th lunar month, day 13, 1968")],
    ),
    "quiet hours": (
        _edit("quiet_hours", "12:00-14:00"),
        [("Quiet hours", "", "12:00-14:00")],
    ),
    "how they are called": (_edit("called", "丽华姐"), [("Called", "", "丽华姐")]),
    "a date": (
        lambda db, id: own_dates.add(db, id, "车险", date(2027, 3, 31), TODAY, yearly=False),
        [("车险", "", "ends on Mar 31, 2027")],
    ),
    "a date that moved": (
        lambda db, id: own_dates.move(db, _first_date(db, id), date(2027, 12, 31), TODAY),
        [("会员卡", "ends on Dec 31, 2026", "ends on Dec 31, 2027")],
    ),
    "a date that comes every year now": (
        lambda db, id: own_dates.repeat(db, _first_date(db, id), yearly=True),
        [("会员卡", "ends on Dec 31, 2026", "every year, first on Dec 31, 2026")],
    ),
    "a date with another name": (
        lambda db, id: own_dates.rename(db, _first_date(db, id), "金卡"),
        [("会员卡", "会员卡 · ends on Dec 31, 2026", "金卡 · ends on Dec 31, 2026")],
    ),
    "no date": (
        lambda db, id: own_dates.remove(db, _first_date(db, id)),
        [("会员卡", "ends on Dec 31, 2026", "")],
    ),
    "a phone": (
        lambda db, id: customers.edit_contact(db, _first_phone(db, id), "13900001111"),
        [("Phone", "138 1234 5678", "139 0000 1111")],
    ),
    "a label": (
        lambda db, id: customers.edit_contact(db, _first_phone(db, id), "13812345678", "work"),
        [("Work", "Phone 138 1234 5678", "Work 138 1234 5678")],
    ),
    "an e-mail": (
        lambda db, id: customers.add_contact(db, id, ContactKind.EMAIL, "z@example.com"),
        [("E-mail", "", "z@example.com")],
    ),
    "tags": (
        lambda db, id: customers.set_tags(db, id, ["红茶"]),
        [("Tag", "绿茶", "红茶")],
    ),
    "a talk": (
        lambda db, id: history.log_interaction(
            db, id, Channel.VISIT, "来过", datetime(2026, 11, 20, 15, 30)
        ),
        [("Talk", "", "Nov 20 15:30 · Visit · 来过")],
    ),
    "a purchase": (
        lambda db, id: history.record_purchase(
            db, id, date(2026, 11, 20), [Item("白茶", 2, 36000), Item("盖碗", 1, 8850)]
        ),
        [("Purchase", "", "Nov 20 · 白茶 × 2, 盖碗 · ¥448.50")],
    ),
    "a relation": (
        lambda db, id: history.relate(db, id, _friend(db, id), RelationKind.REFERRED_BY),
        [("Referred by", "", "李国强")],
    ),
    "a relation seen back": (
        lambda db, id: history.relate(db, _friend(db, id), id, RelationKind.REFERRED_BY),
        [("Referred", "", "李国强")],
    ),
    "a follow-up by hand": (
        lambda db, id: follow_ups.schedule(db, id, date(2026, 11, 25), "送样茶", "15:00"),
        [("Follow-up", "", "Nov 25 15:00 · 送样茶")],
    ),
}


def _zhang(store: Store) -> int:
    add(store, "李国强")
    return add(store, "张丽华", phone="13812345678", city="杭州", tags=["绿茶"], solar="1968-10-13")


@pytest.mark.parametrize("name", DEEDS)
def test_a_change_reads_as_the_user_would_say_it(store: Store, name: str) -> None:
    deed, said = DEEDS[name]
    id = _zhang(store)
    with store.write("A membership") as db:
        own_dates.add(db, id, "会员卡", date(2026, 12, 31), TODAY, yearly=False)
    with store.write(name) as db:
        deed(db, id)
    assert sorted(told(store, id)) == sorted(said)


def test_a_new_customer_is_told_with_all_that_was_entered(store: Store) -> None:
    assert told(store, _zhang(store)) == [
        ("Name", "", "张丽华"),
        ("Number", "", "0002"),
        ("City", "", "杭州"),
        ("Birthday", "", "Oct 13, 1968"),
        ("Phone", "", "138 1234 5678"),
        ("Tag", "", "绿茶"),
    ]


def test_a_follow_up_that_somebody_dealt_with(store: Store) -> None:
    id = _zhang(store)
    snooze(store, follow_up(store, id), "2027-06-01")
    assert told(store, id) == [("Callback", "May 20, 2027", "Jun 1, 2027")]
    skip(store, follow_up(store, id), "出差")
    assert told(store, id) == [("Callback", "Jun 1, 2027", "Skipped: 出差")]
    complete(store, follow_up(store, id))
    assert told(store, id) == [
        ("Talk", "", "Nov 21 09:00 · Phone · 已联系"),
        ("Callback", "May 20, 2027", "Done"),
    ]


def test_what_the_plans_do_is_no_news(store: Store, clock: Clock) -> None:
    id = _zhang(store)
    before = whole(store, id)
    clock.move(days=400)
    store.new_day()
    assert len(before) == len(whole(store, id)) == 1
    edit(store, id, do_not_contact=True)
    assert [field for field, _from, _to in told(store, id)] == ["Does not want to be contacted"]


def test_a_tag_that_is_gone_keeps_its_name(store: Store) -> None:
    id = _zhang(store)
    with store.write("Tags") as db:
        customers.set_tags(db, id, [])
    with store.write("Others") as db:
        customers.set_tags(db, id, ["红茶"])  # under the same id
    assert [words for change in whole(store, id)[:2] for _label, words in change] == [
        ("Tag", "", "红茶"),
        ("Tag", "绿茶", ""),
    ]
    assert ("Tag", "", "绿茶") in [words for _label, words in whole(store, id)[2]]


def test_the_trash_and_what_was_undone(store: Store) -> None:
    id = _zhang(store)
    trash(store, id)
    assert told(store, id) == [("In the trash since", "", "Nov 21 09:00")]
    store.undo()
    assert len(whole(store, id)) == 1


def test_what_a_change_did_to_whom(store: Store) -> None:
    ids = [_zhang(store), add(store, "王秀")]
    with store.write("Both") as db:
        customers.set_grade(db, ids, REGULAR)
    step = store.steps()[0].id
    with store.read() as db:
        found = changes.of_change(db, step, 10, store.today)
        assert [(one.name, one.differences[0].after) for one in found] == [
            ("张丽华", "Regular"),
            ("王秀", "Regular"),
        ]
        assert len(changes.of_change(db, step, 1, store.today)) == 1


def test_who_was_deleted_is_called_what_they_were_called(store: Store) -> None:
    add(store, "李国强")
    id = _zhang(store)
    with store.write("Purge") as db:
        db.delete(customers.get(db, id))
    with store.read() as db:
        [found] = changes.of_change(db, store.steps()[0].id, 10, store.today)
    assert (found.name, found.is_here) == ("张丽华", False)
    assert ("City", "杭州", "") in [
        (what.field, what.before, what.after) for what in found.differences
    ]

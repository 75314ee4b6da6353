"""A customer's own dates: noted once, moved, taken back; when each comes next."""

from datetime import date

import pytest

from custdesk.errors import CustdeskError
from custdesk.people import own_dates
from custdesk.store.models import CustomerDate
from custdesk.store.store import Store
from tests.helpers import Todo, add, ahead, is_a_sentence

TODAY = date(2026, 11, 21)


def dates(store: Store, id: int) -> list[tuple[str, str, bool]]:
    with store.read() as db:
        found = own_dates.of_customer(db, id)
        return [(one.name, one.day.isoformat(), one.yearly) for one in found]


def note(store: Store, id: int, name: str, day: str, *, yearly: bool = False) -> int:
    with store.write(f"Date {name}") as db:
        found = own_dates.add(db, id, name, date.fromisoformat(day), TODAY, yearly=yearly)
        return found.id or 0


def of_kind(store: Store, id: int, kind: str) -> list[Todo]:
    return [one for one in ahead(store, id) if one.kind == kind]


def test_the_same_date_is_noted_once(store: Store) -> None:
    id = add(store, "张丽华")
    note(store, id, "会员卡", "2027-03-31")
    note(store, id, " 会员卡　", "2027-03-31")
    note(store, id, "会员卡", "2028-03-31")
    assert dates(store, id) == [("会员卡", "2027-03-31", False), ("会员卡", "2028-03-31", False)]


def test_what_cannot_be_a_date(store: Store, spoken: str) -> None:
    id = add(store, "张丽华")
    first, second = note(store, id, "会员卡", "2027-03-31"), note(store, id, "车险", "2027-03-31")
    third = note(store, id, "会员卡", "2028-03-31")
    before = dates(store, id)
    for refused in (
        lambda db: own_dates.add(db, id, "　", TODAY, TODAY, yearly=True),
        lambda db: own_dates.add(db, id, "卡" * 501, TODAY, TODAY, yearly=True),
        lambda db: own_dates.rename(db, second, "会员卡"),
        lambda db: own_dates.rename(db, second, ""),
        lambda db: own_dates.move(db, third, date(2027, 3, 31), TODAY),
        lambda db: own_dates.move(db, first + 99, TODAY, TODAY),
    ):
        with pytest.raises(CustdeskError) as said, store.write("Refused") as db:
            refused(db)
        assert is_a_sentence(str(said.value), spoken)
    assert dates(store, id) == before


def test_a_renewed_membership_is_reminded_of_anew(store: Store) -> None:
    id = add(store, "张丽华")
    card = note(store, id, "会员卡", "2027-03-31")
    assert of_kind(store, id, "renewal") == [Todo("张丽华", "renewal", "2027-03-31", "2027-03-17")]
    with store.write("Renew") as db:
        own_dates.move(db, card, date(2028, 3, 31), TODAY)
    assert of_kind(store, id, "renewal") == [Todo("张丽华", "renewal", "2028-03-31", "2028-03-17")]
    store.undo()
    assert [one.day for one in of_kind(store, id, "renewal")] == ["2027-03-31"]
    with store.write("Every year") as db:
        own_dates.repeat(db, card, yearly=True)
    assert of_kind(store, id, "renewal") == []
    assert [one.day for one in of_kind(store, id, "anniversary")] == ["2027-03-31"]
    with store.write("Remove") as db:
        own_dates.remove(db, card)
    assert of_kind(store, id, "anniversary") == []


def test_an_earlier_change_of_a_date_is_taken_back(store: Store) -> None:
    id = add(store, "张丽华")
    card = note(store, id, "会员卡", "2027-03-31")
    with store.write("Renew") as db:
        own_dates.move(db, card, date(2028, 3, 31), TODAY)
    renewed = store.last_step()
    note(store, id, "车险", "2027-06-30")
    assert renewed is not None
    store.take_back(renewed.id)
    assert dates(store, id) == [("会员卡", "2027-03-31", False), ("车险", "2027-06-30", False)]


@pytest.mark.parametrize(
    ("day", "yearly", "today", "comes", "words"),
    [
        ("2026-12-03", False, "2026-11-21", "2026-12-03", "in 12 days"),
        ("2026-11-21", False, "2026-11-21", "2026-11-21", "Today"),
        ("2026-11-18", False, "2026-11-21", "2026-11-18", "Over: 3 days ago"),
        ("2016-12-03", True, "2026-11-21", "2026-12-03", "in 12 days"),
        ("2016-11-20", True, "2026-11-21", "2027-11-20", "in 11 months"),
        ("2016-11-21", True, "2026-11-21", "2026-11-21", "Today"),
        ("2024-02-29", True, "2026-02-20", "2026-02-28", "in 8 days"),
        ("2024-02-29", True, "2027-03-01", "2028-02-29", "in 11 months"),
        ("2029-11-21", True, "2026-11-21", "2029-11-21", "in 3 years"),
    ],
)
def test_when_it_comes_next(day: str, yearly: bool, today: str, comes: str, words: str) -> None:
    one = CustomerDate(
        customer_id=1, name="x", day=date.fromisoformat(day), yearly=yearly, known_on=TODAY
    )
    on = date.fromisoformat(today)
    assert own_dates.next_time(one, on).isoformat() == comes
    assert own_dates.next_words(one, on) == words


def test_names_that_others_use_come_first(store: Store) -> None:
    for name, yearly in (("开店日", True), ("车险", False), ("车险", False)):
        note(store, add(store, "某人"), name, "2027-01-01", yearly=yearly)
    with store.read() as db:
        known = own_dates.known_names(db)
    assert [*known.items()][:4] == [
        ("车险", False),
        ("开店日", True),
        ("Wedding anniversary", True),
        ("Membership", False),
    ]


@pytest.mark.parametrize(
    ("name", "yearly"),
    [
        *(("结婚纪念日", True), ("女儿生日", True), ("开业", True), ("Wedding", True)),
        *(("会员", False), ("车险", False), ("合同到期", False), ("Membership", False)),
        ("car insurance", False),
    ],
)
def test_a_name_tells_whether_it_comes_every_year(name: str, yearly: bool) -> None:
    assert own_dates.comes_every_year(name) is yearly

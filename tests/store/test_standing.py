"""Where a customer stands: what the list shows is kept right by every write."""

from datetime import date

import pytest

from custdesk.people import customers, history
from custdesk.store.models import VIP, FollowUpKind
from custdesk.store.standing import year_before
from custdesk.store.store import Store
from tests.helpers import Clock, add, bought, complete, edit, faults, follow_up, row, spoke, trash


@pytest.mark.parametrize(
    ("today", "before"),
    [
        ("2026-11-21", "2025-11-21"),
        ("2028-02-29", "2027-02-28"),
        ("2027-02-28", "2026-02-28"),
        ("2029-02-28", "2028-02-28"),
    ],
)
def test_a_year_before(today: str, before: str) -> None:
    assert year_before(date.fromisoformat(today)) == date.fromisoformat(before)


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        ("2026-11-21", True),
        ("2026-11-22", False),
        ("2025-11-22", True),
        ("2025-11-21", False),
        ("2024-01-01", False),
    ],
)
def test_spend_of_twelve_months(store: Store, on: str, counts: bool) -> None:
    id = add(store, "张丽华")
    bought(store, id, on, 12_800)
    assert row(store, id).spend_12m_cents == (12_800 if counts else 0)


def test_a_return_is_taken_off(store: Store) -> None:
    id = add(store, "张丽华")
    bought(store, id, "2026-11-01", 12_800)
    bought(store, id, "2026-11-05", -2_800)
    assert row(store, id).spend_12m_cents == 10_000


def test_a_purchase_taken_away_counts_no_more(store: Store) -> None:
    id = add(store, "张丽华")
    purchase = bought(store, id, "2026-11-01", 12_800)
    with store.write("Remove") as db:
        history.remove_purchase(db, purchase)
    assert (row(store, id).spend_12m_cents, row(store, id).last_purchase) == (0, None)


def test_purchases_leave_the_twelve_months_day_by_day(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华")
    bought(store, id, "2025-11-23", 100)
    bought(store, id, "2026-11-20", 1_000)
    bought(store, id, "2026-11-25", 10_000)
    seen = []
    for day in ("2026-11-22", "2026-11-23", "2026-11-25", "2027-11-19", "2027-11-20", "2028-01-01"):
        clock.turn_to(day)
        store.new_day()
        seen.append(row(store, id).spend_12m_cents)
        assert faults(store) == []
    assert seen == [1_100, 1_000, 11_000, 11_000, 10_000, 0]


def test_a_clock_put_back_is_followed(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华")
    bought(store, id, "2025-11-23", 100)
    clock.turn_to("2027-06-01")
    store.new_day()
    assert row(store, id).spend_12m_cents == 0
    clock.turn_to("2026-11-21")
    store.new_day()
    assert row(store, id).spend_12m_cents == 100
    assert faults(store) == []


def test_last_purchase_and_last_contact(store: Store) -> None:
    id = add(store, "张丽华")
    bought(store, id, "2026-11-05", 100)
    bought(store, id, "2026-11-01", 100)
    spoke(store, id, "2026-11-03")
    spoke(store, id, "2026-10-03")
    assert row(store, id).last_purchase == date(2026, 11, 5)
    assert row(store, id).last_contact == date(2026, 11, 3)


def test_the_next_follow_up(store: Store) -> None:
    id = add(store, "张丽华", grade=VIP, solar="12-10")
    assert (row(store, id).next_due, row(store, id).next_kind) == (
        date(2026, 12, 7),
        FollowUpKind.BIRTHDAY,
    )
    complete(store, follow_up(store, id, "birthday"))
    assert (row(store, id).next_due, row(store, id).next_kind) == (
        date(2026, 12, 21),
        FollowUpKind.CALLBACK,
    )


def test_the_first_phone_is_the_one_shown(store: Store) -> None:
    id = add(store, "张丽华", phone=["13812345678", "13900001111"])
    assert row(store, id).phone == "+8613812345678"
    with store.read() as db:
        first = customers.contacts(db, id)[0].id or 0
    with store.write("Remove") as db:
        customers.edit_contact(db, first, "")
    assert row(store, id).phone == "+8613900001111"


def test_nobody_in_the_trash_has_a_standing(store: Store) -> None:
    id = add(store, "张丽华")
    trash(store, id)
    with pytest.raises(KeyError):
        row(store, id)
    store.undo()
    edit(store, id, name="李丽华")
    assert row(store, id).name == "李丽华"

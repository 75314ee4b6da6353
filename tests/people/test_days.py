"""Which days can be meant: typing 0202 for 2020, or a birthday still to come, is refused."""

from datetime import date, datetime

import pytest

from custdesk.care import follow_ups
from custdesk.care.birthday import Birthday, Calendar
from custdesk.errors import CustdeskError
from custdesk.people import customers, history, own_dates
from custdesk.people.days import LAST_DAY, check_birthday, used_up
from custdesk.store.models import Channel
from custdesk.store.store import Store
from tests.helpers import Clock, add, birthday, contents, follow_up

TODAY = date(2026, 11, 21)
SOLAR, LUNAR = Calendar.SOLAR, Calendar.LUNAR


@pytest.mark.parametrize(
    ("lasts", "quantity", "ends"),
    [
        (30, 2, date(2026, 3, 2)),
        (30, 0.5, date(2026, 1, 31)),
        (30, -3, date(2026, 1, 31)),
        (3660, 1e9, LAST_DAY),
    ],
)
def test_used_up(lasts: int, quantity: float, ends: date) -> None:
    assert used_up(date(2026, 1, 1), lasts, quantity) == ends


@pytest.mark.parametrize(
    "born",
    [
        Birthday(SOLAR, 2026, 11, 22),
        Birthday(SOLAR, 2027, 1, 1),
        Birthday(SOLAR, 9999, 12, 31),
        Birthday(SOLAR, 1874, 12, 31),
        Birthday(SOLAR, 1, 1, 1),
        Birthday(LUNAR, 2026, 10, 14),  # the day after today
        Birthday(LUNAR, 2100, 1, 1),
    ],
)
def test_nobody_is_born_tomorrow_or_long_ago(born: Birthday, store: Store) -> None:
    id = add(store, "张丽华")
    refused = "A birthday lies between 1875 and today. Correct the year."
    with pytest.raises(CustdeskError, match=refused), store.write("Birthday") as db:
        customers.edit(db, id, "birthday", born, TODAY)


@pytest.mark.parametrize(
    "born",
    [
        birthday("2026-11-21"),
        birthday("1875-01-01"),
        birthday("12-31"),
        birthday("2026-10-13", lunar=True),  # today
        birthday("12-30", lunar=True),
    ],
)
def test_whom_one_may_meet(born: Birthday) -> None:
    check_birthday(born, TODAY)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(2200, 1, 1), date.max])
def test_a_day_that_nobody_means_is_refused_everywhere(
    store: Store, clock: Clock, day: date
) -> None:
    id = add(store, "张丽华")
    with store.write("Wedding") as db:
        wedding = own_dates.add(db, id, "Wedding", date(2016, 10, 1), TODAY, yearly=True).id or 0
        follow_ups.schedule(db, id, TODAY, "送样品")
    todo, before = follow_up(store, id, "custom"), contents(store)
    refused = "Choose a day from 1900-01-01 to 2199-12-31."
    for change in (
        lambda db: own_dates.add(db, id, "Insurance", day, TODAY, yearly=False),
        lambda db: own_dates.move(db, wedding, day, TODAY),
        lambda db: history.record_purchase(db, id, day, [], amount_cents=100),
        lambda db: history.log_interaction(
            db, id, Channel.PHONE, "聊过了", datetime.combine(day, clock().time())
        ),
        lambda db: follow_ups.schedule(db, id, day, "送样品"),
    ):
        with pytest.raises(CustdeskError, match=refused), store.write("A day") as db:
            change(db)
    past = day < TODAY  # the fields below say of such a day that it is over, or to come
    with pytest.raises(CustdeskError, match=None if past else refused), store.write("Snooze") as db:
        follow_ups.snooze(db, todo, day, TODAY)
    with pytest.raises(CustdeskError, match=refused if past else None), store.write("Added") as db:
        customers.edit(db, id, "added_on", day, TODAY)
    assert contents(store) == before

"""What care brought about, on files in which the figures can be counted by hand."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from custdesk.care import effect, follow_ups
from custdesk.care.effect import Effect, Group
from custdesk.insight.grades import Grade
from custdesk.people import history
from custdesk.store.models import REGULAR, VIP, Channel, FollowUpKind
from custdesk.store.store import Store
from tests.helpers import Clock, add, follow_up

SINCE, UNTIL = date(2026, 11, 21), date(2027, 11, 21)


def buy(store: Store, id: int, day: date, cents: int) -> None:
    with store.write("Buy") as db:
        history.record_purchase(db, id, day, (), amount_cents=cents)


def found(store: Store) -> dict[tuple[FollowUpKind, str], Effect]:
    with store.read() as db:
        return {(one.kind, one.grade.key): one for one in effect.effects(db, SINCE, UNTIL)}


@pytest.fixture
def shop(store: Store, clock: Clock) -> Store:
    """Sixty regulars since 1 November, who have not bought; 25 are called in time on 19 February,
    of whom ten buy for ¥100 a week later, and of the others seven for ¥50."""
    clock.turn_to("2026-11-21")
    ids = [add(store, f"客户{n}", grade=REGULAR) for n in range(60)]
    with store.write("Longer") as db:
        db.execute(text("UPDATE customer SET added_on = '2026-11-01'"))
        db.execute(text("UPDATE follow_up SET due = '2027-02-19' WHERE kind = 'callback'"))
    clock.turn_to("2027-02-19")
    store.new_day()
    for id in ids[:25]:
        with store.write("Done") as db:
            called = follow_up(store, id, "callback")
            follow_ups.complete(db, called, "聊过", Channel.PHONE, store.clock())
    for id in ids[:10]:
        buy(store, id, date(2027, 2, 26), 10_000)
    for id in ids[25:32]:
        buy(store, id, date(2027, 2, 20), 5_000)
    clock.turn_to("2027-11-21")
    store.new_day()
    return store


def test_who_bought_after_a_call_and_who_of_the_others(shop: Store) -> None:
    one = found(shop)[FollowUpKind.CALLBACK, REGULAR]
    assert (one.on_time, one.late, one.skipped) == (25, 0, 0)
    assert one.open == 60  # 25 that came due since, and 35 that were never made
    assert (one.cared.people, one.cared.share, one.cared.each_cents) == (25, 0.4, 4_000)
    assert one.others.people == 35
    assert one.others.share == pytest.approx(7 / 35)
    assert one.others.each_cents == pytest.approx(7 * 5_000 / 35)
    assert one.planned == 85


def test_what_was_bought_later_or_before_does_not_count(shop: Store) -> None:
    before = found(shop)[FollowUpKind.CALLBACK, REGULAR].cared.bought
    buy(shop, 20, date(2027, 2, 19), 100)  # the day itself
    buy(shop, 21, date(2027, 2, 19) + timedelta(days=31), 100)
    assert found(shop)[FollowUpKind.CALLBACK, REGULAR].cared.bought == before
    buy(shop, 22, date(2027, 2, 19) + timedelta(days=30), 100)
    assert found(shop)[FollowUpKind.CALLBACK, REGULAR].cared.bought == before + 1


def test_of_few_no_share_is_said(store: Store, clock: Clock) -> None:
    ids = [add(store, f"客户{n}", grade=VIP) for n in range(19)]
    clock.turn_to("2026-12-21")
    store.new_day()
    with store.write("Done") as db:
        for id in ids:
            called = follow_up(store, id, "callback")
            follow_ups.complete(db, called, "聊过", Channel.PHONE, store.clock())
    clock.turn_to("2027-11-21")
    one = found(store)[FollowUpKind.CALLBACK, VIP]
    assert (one.cared.people, one.cared.share, one.others.share) == (19, None, None)


def test_late_skipped_and_what_is_too_fresh(store: Store, clock: Clock) -> None:
    late, skipped, fresh = (add(store, name, grade=VIP) for name in ("迟", "跳", "新"))
    clock.turn_to("2026-12-28")
    store.new_day()
    with store.write("Late") as db:
        follow_ups.complete(
            db, follow_up(store, late, "callback"), "聊过", Channel.PHONE, store.clock()
        )
        follow_ups.skip(db, follow_up(store, skipped, "callback"), "出差", store.clock())
    clock.turn_to("2027-11-10")
    with store.write("Fresh") as db:
        follow_ups.complete(
            db, follow_up(store, fresh, "callback"), "聊过", Channel.PHONE, store.clock()
        )
    clock.turn_to("2027-11-21")
    one = found(store)[FollowUpKind.CALLBACK, VIP]
    assert (one.on_time, one.late, one.skipped, one.cared.people) == (0, 2, 1, 1)


def test_buyers_are_compared_with_buyers(store: Store, clock: Clock) -> None:
    """Those who were called had all bought before; of the others only those who had, count."""
    called = [add(store, f"买过{n}", grade=VIP) for n in range(20)]
    buyers = [add(store, f"也买过{n}", grade=VIP) for n in range(20)]
    never = [add(store, f"没买过{n}", grade=VIP) for n in range(30)]
    with store.write("Longer") as db:
        db.execute(text("UPDATE customer SET added_on = '2026-01-01'"))
    for id in (*called, *buyers):
        buy(store, id, date(2026, 6, 1), 100)
    clock.turn_to("2026-12-21")
    store.new_day()
    with store.write("Done") as db:
        for id in called:
            follow_ups.complete(
                db, follow_up(store, id, "callback"), "聊过", Channel.PHONE, store.clock()
            )
    for id in (*buyers[:5], *never):
        buy(store, id, date(2026, 12, 30), 100)
    clock.turn_to("2027-11-21")
    one = found(store)[FollowUpKind.CALLBACK, VIP]
    assert (one.others.people, one.others.share) == (20, 0.25)


def test_one_who_was_called_often_is_one(store: Store, clock: Clock) -> None:
    id = add(store, "张三", grade=VIP)
    for month in range(1, 10):
        for day in (5, 15, 25):
            clock.turn_to(date(2027, month, day))
            store.new_day()
            with store.write("Promise") as db:
                db.execute(
                    text(
                        "UPDATE follow_up SET due = :day WHERE kind = 'callback' AND state = 'open'"
                    ),
                    {"day": f"2027-{month:02}-{day:02}"},
                )
            with store.write("Done") as db:
                called = follow_up(store, id, "callback")
                follow_ups.complete(db, called, "聊过", Channel.PHONE, store.clock())
    clock.turn_to("2027-11-21")
    one = found(store)[FollowUpKind.CALLBACK, VIP]
    assert (one.cared.times, one.cared.people, one.cared.share) == (27, 1, None)


def test_by_kind_whatever_the_grade() -> None:
    """Three in four of the care went to the regulars, so that they weigh so much among the
    others."""
    vip = Effect(FollowUpKind.CALLBACK, Grade(VIP, 0), on_time=9, late=1, skipped=5, open=7)
    vip.cared, vip.others = Group(10, 10, 6, 600), Group(40, 40, 20, 4_000)
    regular = Effect(FollowUpKind.CALLBACK, Grade(REGULAR, 1), on_time=30)
    regular.cared, regular.others = Group(30, 30, 6, 300), Group(200, 200, 20, 2_000)
    festival = Effect(FollowUpKind.FESTIVAL, Grade(VIP, 0), on_time=2)
    calls, greetings = effect.by_kind([vip, festival, regular])
    assert (calls.kind, calls.done, calls.cared) == (
        FollowUpKind.CALLBACK,
        40,
        Group(40, 40, 12, 900),
    )
    assert calls.others.share == pytest.approx(0.25 * 0.5 + 0.75 * 0.1)
    assert calls.others.each_cents == pytest.approx(0.25 * 100 + 0.75 * 10)
    assert (greetings.done, greetings.cared.share, greetings.others.share) == (2, None, None)

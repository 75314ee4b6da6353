"""The festival ledger: lists by grade with budgets, what was done and given, and last year."""

from dataclasses import replace
from datetime import date

import pytest

from custdesk.care import follow_ups, ledger, plans
from custdesk.care.festivals import Festival
from custdesk.care.ledger import Sum
from custdesk.errors import CustdeskError
from custdesk.store.models import POTENTIAL, REGULAR, VIP, Channel, FollowUpState
from custdesk.store.store import Store
from tests.helpers import Clock, add, follow_up, is_a_sentence, trash

SPRING = Festival.SPRING_FESTIVAL


@pytest.fixture
def three(store: Store) -> Store:
    """Two VIPs and one regular for the Spring Festival; gifts up to ¥300 and ¥80."""
    with store.write("Budget") as db:
        plan = next(one for one in plans.all_plans(db) if one.about == SPRING)
        gifts = ((VIP, 30_000), (REGULAR, 8_000))
        draft = plans.draft_of(db, plan)
        plans.change(db, plan, replace(draft, gifts=gifts))
    for name, grade in (("王五", REGULAR), ("张三", VIP), ("李四", VIP)):
        add(store, name, grade=grade)
    add(store, "潜在客户", grade=POTENTIAL)
    return store


def greet(store: Store, id: int, channel: Channel = Channel.WECHAT) -> int:
    festival = follow_up(store, id, "festival")
    with store.write("Greet") as db:
        follow_ups.complete(db, festival, "新年好", channel, store.clock())
    return festival


def page(store: Store, year: int) -> ledger.Page:
    with store.read() as db:
        found = ledger.page(db, SPRING, year)
    assert found is not None
    return found


def test_the_list_has_vips_first_and_their_budgets(three: Store) -> None:
    found = page(three, 2027)
    assert found.day == date(2027, 2, 6)
    assert [(one.customer, one.budget_cents, one.state) for one in found.entries] == [
        ("张三", 30_000, FollowUpState.OPEN),
        ("李四", 30_000, FollowUpState.OPEN),
        ("王五", 8_000, FollowUpState.OPEN),
    ]
    assert {grade.key: one for grade, one in found.sums().items()} == {
        VIP: Sum(customers=2, budget_cents=60_000),
        REGULAR: Sum(customers=1, budget_cents=8_000),
    }


def test_what_was_done_and_given_is_there_next_year(three: Store, clock: Clock) -> None:
    clock.turn_to("2027-02-05")
    three.new_day()
    greeted = greet(three, 2)
    with three.write("Gift") as db:
        ledger.note_gift(db, greeted, "龙井  礼盒", 26_800)
    with three.write("Skip") as db:
        follow_ups.skip(db, follow_up(three, 1, "festival"), "在国外", three.clock())
    sums = {grade.key: one for grade, one in page(three, 2027).sums().items()}
    assert sums[VIP] == Sum(2, greeted=1, gifts=1, budget_cents=60_000, spent_cents=26_800)
    assert sums[REGULAR] == Sum(1, skipped=1, budget_cents=8_000)
    clock.turn_to("2027-12-01")
    three.new_day()
    next_year = page(three, 2028)
    before = next_year.before[2]
    assert (before.channel, before.gift, before.gift_cents) == (
        *(Channel.WECHAT, "龙井 礼盒"),
        26_800,
    )
    assert [one.state for one in next_year.entries] == [FollowUpState.OPEN] * 3
    assert {grade.key: one for grade, one in next_year.sums_before().items()} == sums


def test_who_is_in_the_trash_is_on_no_list(three: Store) -> None:
    trash(three, 2)
    assert [one.customer for one in page(three, 2027).entries] == ["李四", "王五"]


def test_which_lists_there_are(three: Store, clock: Clock) -> None:
    with three.read() as db:
        found = ledger.known(db, three.today)
    assert found == [
        (SPRING, 2027),
        (Festival.DRAGON_BOAT, 2027),
        (Festival.MID_AUTUMN, 2027),
    ]
    clock.turn_to("2027-02-10")
    three.new_day()
    with three.read() as db:
        found = ledger.known(db, three.today)
    assert found[ledger.nearest(found, three.today)] == (SPRING, 2027)
    clock.turn_to("2027-02-20")
    assert found[ledger.nearest(found, three.today)] == (Festival.DRAGON_BOAT, 2027)


def test_a_plan_that_was_taken_away_leaves_its_list(three: Store, clock: Clock) -> None:
    clock.turn_to("2027-02-05")
    three.new_day()
    greet(three, 2)
    with three.write("Remove") as db:
        plan = next(one for one in plans.all_plans(db) if one.about == SPRING)
        plans.remove(db, plan)
    assert [one.customer for one in page(three, 2027).entries] == ["张三"]


def test_a_gift_that_cannot_be_is_refused(three: Store, spoken: str) -> None:
    for id, cents in ((99_999, 1), (follow_up(three, 1, "festival"), -1)):
        with pytest.raises(CustdeskError) as refused, three.write("Gift") as db:
            ledger.note_gift(db, id, "茶", cents)
        assert is_a_sentence(str(refused.value), spoken)


def test_no_gift_costs_nothing(three: Store) -> None:
    id = follow_up(three, 1, "festival")
    with three.write("Gift") as db:
        ledger.note_gift(db, id, "茶", 100)
        ledger.note_gift(db, id, " ", 100)
    entry = next(one for one in page(three, 2027).entries if one.follow_up_id == id)
    assert (entry.gift, entry.gift_cents) == ("", None)

"""What one is told before a call: the words fit, and what is said to come next does come."""

import re
from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import text

from custdesk.care import follow_ups, plans
from custdesk.care.briefing import (
    briefing,
    coming_after,
    quiet_until,
    sending_channel,
    usual_channel,
    words_to_say,
)
from custdesk.care.festivals import Festival, SolarTerm
from custdesk.care.follow_ups import Due
from custdesk.care.plans import Draft
from custdesk.people import customers, history
from custdesk.people.history import Item
from custdesk.store.models import (
    POTENTIAL,
    REGULAR,
    VIP,
    Channel,
    CustomerDate,
    CustomerKind,
    FollowUpKind,
)
from custdesk.store.store import Store
from tests.helpers import (
    Clock,
    add,
    ahead,
    bought,
    complete,
    edit,
    follow_up,
    spoke,
    switch,
)


@pytest.mark.parametrize("grade", [VIP, REGULAR, POTENTIAL])
@pytest.mark.parametrize("kind", ["callback", "birthday", "custom"])
@pytest.mark.parametrize("another", [None, 3, 40, 400])
def test_what_is_said_to_come_next_does_come(
    store: Store, clock: Clock, grade: str, kind: str, another: int | None
) -> None:
    clock.turn_to("2026-10-21")
    id = add(store, "张丽华", lunar="1968-10-13", grade=grade)
    with store.write("Plan") as db:
        follow_ups.schedule(db, id, clock().date(), "送茶")
        if another is not None:
            day = clock().date().fromordinal(clock().date().toordinal() + another)
            follow_ups.schedule(db, id, day, "再说")
    clock.turn_to("2026-11-21")
    store.new_day()
    done = follow_up(store, id, kind)
    with store.read() as db:
        coming = coming_after(db, done, store.today)
    complete(store, done)
    first = ahead(store, id)[0]
    assert coming is not None
    assert (coming.kind.value, coming.due.isoformat()) == (first.kind, first.due)


def test_nothing_comes_for_whom_nobody_may_contact(store: Store) -> None:
    id = add(store, "张丽华", do_not_contact=True)
    with store.write("Plan") as db:
        made = follow_ups.schedule(db, id, store.today, "送茶").id or 0
    with store.read() as db:
        assert coming_after(db, made, store.today) is None


def test_there_are_no_words_for_whom_nobody_may_contact(store: Store) -> None:
    id = add(store, "张丽华", do_not_contact=True)
    with store.write("Plan") as db:
        follow_ups.schedule(db, id, store.today, "送茶")
    with store.read() as db:
        [due] = follow_ups.of_customer(db, id, store.today)
        known = briefing(db, id)
    assert due.do_not_contact
    assert words_to_say(known, due, "zh") == ""
    edit(store, id, do_not_contact=False)
    with store.read() as db:
        assert words_to_say(briefing(db, id), due, "zh")


def test_the_page_before_a_call(store: Store) -> None:
    id = add(
        store, "和茗茶业", phone=["0571-88886666", "13812345678"], kind=CustomerKind.COMPANY,
        likes="龙井、兰花；不喝咖啡", taboos="辣",
    )  # fmt: skip
    bought(store, id, "2024-03-01", 100, "白茶")
    bought(store, id, "2026-11-01", 26800, "明前龙井礼盒")
    spoke(store, id, "2026-11-12", "对新款茶具有兴趣")
    with store.read() as db:
        known = briefing(db, id)
    assert known.phones == ("+8657188886666", "+8613812345678")
    assert known.likes == ("龙井", "兰花", "不喝咖啡")
    assert known.last_talk is not None
    assert known.last_talk.outcome == "对新款茶具有兴趣"
    assert (known.spend_12m_cents, known.purchases_12m) == (26800, 1)
    assert known.last_product == "明前龙井礼盒"


def test_the_words_name_the_occasion(store: Store, clock: Clock) -> None:
    clock.turn_to("2026-11-20")
    id = add(store, "张丽华", lunar="1968-10-13")
    with store.read() as db:
        due = follow_ups.one(db, follow_up(store, id, "birthday"), store.today)
        assert due is not None
        known = briefing(db, id)
    lines = {words_to_say(known, due, "zh", turn) for turn in range(4)}
    assert len(lines) == 4
    assert all("张丽华" in line and "生日" in line for line in lines)


def due_of(store: Store, id: int, kind: str) -> Due:
    with store.read() as db:
        due = follow_ups.one(db, follow_up(store, id, kind), store.today)
    assert due is not None
    return due


def plan(store: Store, draft: Draft) -> None:
    """A plan that is switched on, the only one of its kind."""
    switch(store, draft.kind.value, False)
    with store.write("Care plans") as db:
        plans.switch(db, plans.add(db, draft, store.today), True, store.today)


def dated(store: Store, id: int, name: str, day: str, *, yearly: bool) -> None:
    with store.write("A date") as db:
        known = store.today
        db.add(
            CustomerDate(
                customer_id=id,
                name=name,
                day=date.fromisoformat(day),
                yearly=yearly,
                known_on=known,
            )
        )


def said(store: Store, id: int, kind: str, language: str = "zh") -> set[str]:
    """Everything that is offered for a customer's first follow-up of a kind."""
    due = due_of(store, id, kind)
    with store.read() as db:
        known = briefing(db, id)
    return {words_to_say(known, due, language, turn) for turn in range(30)}


@pytest.mark.parametrize("festival", list(Festival))
def test_each_festival_has_words_of_its_own(store: Store, festival: Festival, spoken: str) -> None:
    plan(store, Draft(FollowUpKind.FESTIVAL, days=0, about=festival.value))
    id = add(store, "张丽华")
    name = {
        "spring_festival": "年|春|[Yy]ear|Spring", "lantern_festival": "元宵|Lantern",
        "qingming": "清明|Qingming", "dragon_boat": "端午|Dragon Boat", "qixi": "七夕|Qixi",
        "mid_autumn": "中秋|Mid-Autumn", "double_ninth": "重阳|Double Ninth",
        "new_years_eve": "除夕|年|[Yy]ear",
    }[festival.value]  # fmt: skip
    words = said(store, id, "festival", spoken)
    assert len(words) >= 4
    assert all(re.search(name, line) and "张丽华" in line for line in words)


def test_a_solar_term_is_named(store: Store, spoken: str) -> None:
    plan(store, Draft(FollowUpKind.FESTIVAL, days=0, about=SolarTerm.DONGZHI.value))
    id = add(store, "张丽华")
    term = {"zh": "冬至", "en": "Winter Solstice"}[spoken]
    assert any(term in line for line in said(store, id, "festival", spoken))


def test_after_a_sale_the_dearest_of_what_was_bought_is_asked_about(store: Store) -> None:
    id = add(store, "张丽华")
    with store.write("Record a purchase") as db:
        things = [Item("茶针", 1, 2000), Item("白牡丹饼", 1, 30000), Item("茶巾", 1, 1000)]
        history.record_purchase(db, id, store.today, things)
    assert any("白牡丹饼" in line for line in said(store, id, "after_sale"))
    assert not any("茶针" in line for line in said(store, id, "after_sale"))


def test_after_a_sale_of_what_the_plan_is_about_that_is_asked_about(store: Store) -> None:
    plan(
        store, Draft(FollowUpKind.AFTER_SALE, days=3, about="茶针", words="{称呼}，{商品}好使吗？")
    )
    id = add(store, "张丽华")
    with store.write("Record a purchase") as db:
        things = [Item("茶针", 1, 2000), Item("白牡丹饼", 1, 30000)]
        history.record_purchase(db, id, store.today, things)
    assert "张丽华，茶针好使吗？" in said(store, id, "after_sale")


def test_what_is_used_up_is_named(store: Store) -> None:
    plan(store, Draft(FollowUpKind.REPLENISHMENT, days=-3))
    id = add(store, "张丽华")
    bought(store, id, "2026-11-20", 30000, "白牡丹饼")
    with store.write("How long it lasts") as db:
        db.execute(text("UPDATE product SET lasts_days = 30"))
    spoke(store, id)
    assert any("白牡丹饼" in line for line in said(store, id, "replenishment"))


def test_what_ends_is_named_with_its_day(store: Store, spoken: str) -> None:
    plan(store, Draft(FollowUpKind.RENEWAL, days=-14))
    id = add(store, "张丽华")
    dated(store, id, "车险", "2027-01-05", yearly=False)
    day = {"zh": "2027年1月5日", "en": "Jan 5, 2027"}[spoken]
    words = said(store, id, "renewal", spoken)
    assert any("车险" in line and day in line for line in words)
    assert not any(re.search("2027", line.replace(day, "")) for line in words)


def test_a_day_of_their_own_is_named(store: Store) -> None:
    plan(store, Draft(FollowUpKind.ANNIVERSARY, days=0))
    id = add(store, "张丽华")
    dated(store, id, "结婚纪念日", "2010-12-05", yearly=True)
    assert any("结婚纪念日" in line for line in said(store, id, "anniversary"))


@pytest.mark.parametrize("name", ["母亲忌日", "爸爸去世周年", "Memorial day"])
def test_nobody_is_congratulated_on_a_sad_day(store: Store, name: str) -> None:
    """Not even by a plan's own words, where the plan is for any day of theirs."""
    plan(store, Draft(FollowUpKind.ANNIVERSARY, days=0, words="{称呼}，{事项}快乐！"))
    id = add(store, "张丽华")
    dated(store, id, name, "2010-12-05", yearly=True)
    words = said(store, id, "anniversary")
    assert words and not any(re.search("快乐|祝|恭喜", line) for line in words)


def test_words_for_a_sad_day_by_its_name_are_said(store: Store) -> None:
    words = "{称呼}，请节哀。"
    plan(store, Draft(FollowUpKind.ANNIVERSARY, days=0, about="母亲忌日", words=words))
    id = add(store, "张丽华")
    dated(store, id, "母亲忌日", "2010-12-05", yearly=True)
    assert "张丽华，请节哀。" in said(store, id, "anniversary")


def test_somebody_is_addressed_as_the_shop_calls_them(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", solar="1968-11-22")
    with store.write("Edit") as db:
        customers.get(db, id).called = "丽华姐"
    assert all("丽华姐" in line for line in said(store, id, "birthday"))


def test_a_lunar_birthday_twice_in_a_year_has_other_words_each_time(
    store: Store, clock: Clock
) -> None:
    """Lunar 11-15: 3 January and 23 December 2026, though nobody noted what was sent."""
    id = add(store, "张丽华", lunar="1968-11-15")
    due = due_of(store, id, "birthday")
    with store.read() as db:
        known = briefing(db, id)
    first = replace(due, id=None, day=date(2026, 1, 3), occurrence="L2025")
    second = replace(due, id=None, day=date(2026, 12, 23), occurrence="L2026")
    assert words_to_say(known, first, "zh") != words_to_say(known, second, "zh")


@pytest.mark.parametrize(
    ("preferred", "planned", "kind", "channel"),
    [
        (None, None, "birthday", Channel.WECHAT),
        (None, None, "callback", Channel.PHONE),
        (None, Channel.VISIT, "birthday", Channel.VISIT),
        (Channel.SMS, Channel.VISIT, "birthday", Channel.SMS),
        (Channel.SMS, None, "callback", Channel.SMS),
    ],
)
def test_the_usual_channel(
    store: Store, preferred: Channel | None, planned: Channel | None, kind: str, channel: Channel
) -> None:
    with store.write("Care plans") as db:
        for one in plans.all_plans(db):
            plans.change(db, one, replace(plans.draft_of(db, one), channel=planned))
    id = add(store, "张丽华", solar="1968-11-22", preferred_channel=preferred)
    due = due_of(store, id, kind)
    with store.read() as db:
        assert usual_channel(briefing(db, id), due) is channel


@pytest.mark.parametrize(
    ("preferred", "channel"),
    [
        (None, Channel.WECHAT),
        (Channel.PHONE, Channel.WECHAT),
        (Channel.SMS, Channel.SMS),
        (Channel.EMAIL, Channel.EMAIL),
    ],
)
def test_words_are_sent_by_what_is_written(
    store: Store, preferred: Channel | None, channel: Channel
) -> None:
    id = add(store, "张丽华", solar="1968-11-22", preferred_channel=preferred)
    due = due_of(store, id, "birthday")
    with store.read() as db:
        assert sending_channel(briefing(db, id), due) is channel


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        ([("21:00", "08:30")], "20:59", None),
        ([("21:00", "08:30")], "21:00", "08:30"),
        ([("21:00", "08:30")], "00:00", "08:30"),
        ([("21:00", "08:30")], "08:29", "08:30"),
        ([("21:00", "08:30")], "08:30", None),
        ([("12:00", "14:00")], "13:00", "14:00"),
        ([("12:00", "14:00")], "14:00", None),
        ([("09:00", "09:00")], "09:00", None),
        ([("21:00", "08:30"), ("07:00", "10:00")], "08:00", "10:00"),
        ([("21:00", "08:30"), ("07:00", "10:00")], "06:00", "08:30"),
        ([], "03:00", None),
    ],
)
def test_quiet_hours(
    store: Store, quiet: list[tuple[str, str]], at: str, until: str | None
) -> None:
    hours = tuple((time.fromisoformat(one), time.fromisoformat(other)) for one, other in quiet)
    with store.read() as db:
        known = replace(briefing(db, add(store, "张丽华")), quiet=hours)
    found = quiet_until(known, time.fromisoformat(at))
    assert found == (time.fromisoformat(until) if until else None)


def test_the_quiet_hours_are_the_customers_and_ours(store: Store) -> None:
    id = add(store, "张丽华")
    with store.write("Edit") as db:
        found = customers.get(db, id)
        found.quiet_from, found.quiet_until = "12:00", "14:00"
    with store.read() as db:
        known = briefing(db, id)
    assert quiet_until(known, time(13)) == time(14)
    assert quiet_until(known, time(22)) == time(8, 30)
    assert quiet_until(known, time(10)) is None

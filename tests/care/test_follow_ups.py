"""What is due on a day, why, and how it ends."""

from datetime import date, datetime, time

import pytest

from custdesk.care import follow_ups, plans
from custdesk.care.follow_ups import Counts
from custdesk.care.notices import Waiting
from custdesk.errors import CustdeskError
from custdesk.people import history
from custdesk.store.models import POTENTIAL, REGULAR, VIP, Channel, FollowUpKind, FollowUpState
from custdesk.store.store import Store
from tests.helpers import (
    Clock,
    Todo,
    add,
    ahead,
    complete,
    contents,
    due_on,
    follow_up,
    is_a_sentence,
    set_days,
    skip,
    snooze,
    spoke,
    switch,
    trash,
)


@pytest.fixture
def three(store: Store) -> Store:
    """A birthday on 1 December, a VIP, and one with a lunar birthday today; no festivals."""
    switch(store, "festival", False)
    add(store, "张丽华", solar="12-01")
    add(store, "李国强", grade=VIP)
    add(store, "王秀", lunar="1968-10-13", grade=REGULAR)
    return store


@pytest.mark.parametrize(
    ("on", "days", "expected"),
    [
        ("2026-11-21", 0, ["王秀 birthday 2026-11-21"]),
        ("2026-11-27", 0, ["王秀 birthday 2026-11-21"]),
        ("2026-11-28", 0, ["王秀 birthday 2026-11-21", "张丽华 birthday 2026-12-01"]),
        ("2026-11-21", 7, ["王秀 birthday 2026-11-21", "张丽华 birthday 2026-12-01"]),
        ("2026-11-21", 6, ["王秀 birthday 2026-11-21"]),
        (
            "2026-12-21",
            0,
            [
                "王秀 birthday 2026-11-21",
                "张丽华 birthday 2026-12-01",
                "李国强 callback 2026-12-21",
            ],
        ),
        (
            "2028-11-30",
            0,
            [
                "王秀 birthday 2026-11-21",
                "张丽华 birthday 2026-12-01",
                "李国强 callback 2026-12-21",
                "王秀 callback 2027-02-19",
                "张丽华 callback 2027-05-20",
                "王秀 birthday 2027-11-10",
                "张丽华 birthday 2027-12-01",
                "王秀 birthday 2028-11-28",
                "张丽华 birthday 2028-12-01",
            ],
        ),
        ("2026-11-10", 0, []),
        ("2026-11-10", 30, ["王秀 birthday 2026-11-21", "张丽华 birthday 2026-12-01"]),
    ],
)
def test_what_is_due_on_any_day(three: Store, on: str, days: int, expected: list[str]) -> None:
    before = contents(three)
    found = [f"{todo.customer} {todo.kind} {todo.day}" for todo in due_on(three, on, days)]
    assert found == expected
    assert contents(three) == before


def test_looking_back_shows_birthdays_from_before_they_were_known(store: Store) -> None:
    add(store, "张丽华", solar="11-05")
    assert due_on(store, "2026-11-01", 5) == [
        Todo("张丽华", "birthday", "2026-11-05", "2026-11-02")
    ]


def test_the_most_urgent_comes_first(store: Store) -> None:
    for name, grade in (("潜", POTENTIAL), ("普", REGULAR), ("贵", VIP)):
        add(store, name, solar="11-22", grade=grade)
    with store.write("Call") as db:
        follow_ups.schedule(db, 1, date(2026, 11, 21), "送样茶", "09:30")
        follow_ups.schedule(db, 1, date(2026, 11, 20), "昨天的事")
    with store.read() as db:
        found = follow_ups.due(db, store.today, store.today, store.today)
    assert [(one.customer, one.reason if one.kind == "custom" else "") for one in found] == [
        *(("潜", "昨天的事"), ("贵", ""), ("普", ""), ("潜", ""), ("潜", "送样茶"))
    ]


@pytest.mark.parametrize(("on", "days"), [("2026-11-21", 0), ("2026-11-25", 4), ("2026-11-01", 0)])
def test_days_overdue(three: Store, on: str, days: int) -> None:
    with three.read() as db:
        [one] = [
            due
            for due in follow_ups.due(db, three.today, three.today, three.today)
            if due.customer == "王秀"
        ]
    assert one.overdue_days(date.fromisoformat(on)) == days


@pytest.mark.parametrize(
    ("language", "reasons"),
    [
        ("en", ["Birthday: 10th lunar month, day 13 · turns 58", "VIP: a call every 30 days"]),
        ("zh", ["生日 农历十月十三 · 58 岁", "VIP 每 30 天回访"]),
    ],
)
def test_reasons(three: Store, language: str, reasons: list[str]) -> None:
    from custdesk import i18n

    i18n.use(language)
    try:
        with three.read() as db:
            found = follow_ups.due(db, three.today, date(2026, 12, 31), three.today)
        said = {one.customer: one.reason for one in found}
    finally:
        i18n.use("en")
    assert [said["王秀"], said["李国强"]] == reasons


def test_a_callback_says_how_long_nobody_called(three: Store, clock: Clock) -> None:
    clock.turn_to("2026-12-26")
    three.new_day()
    with three.read() as db:
        [one] = follow_ups.of_customer(db, 2, three.today)
    assert one.reason == "No contact for 35 days · VIP: a call every 30 days"


def test_done_becomes_a_talk(three: Store, clock: Clock) -> None:
    clock.turn_to("2026-12-21")
    with three.write("Done") as db:
        follow_ups.complete(db, follow_up(three, 2), " 要两斤白茶 ", Channel.WECHAT, clock())
    with three.read() as db:
        [talk] = history.interactions(db, 2)
        closed = follow_ups.closed(db, three.today)
    assert (talk.at, talk.channel, talk.outcome) == (
        *(datetime(2026, 12, 21, 9), Channel.WECHAT),
        "要两斤白茶",
    )
    assert [(one.customer, one.state, one.words) for one in closed] == [
        ("李国强", FollowUpState.DONE, "要两斤白茶")
    ]


def test_skipped_keeps_its_reason(three: Store) -> None:
    skip(three, follow_up(three, 3, "birthday"), " 在国外 ")
    with three.read() as db:
        closed = follow_ups.closed(db, three.today)
        assert history.interactions(db, 3) == []
    assert [(one.customer, one.state, one.words) for one in closed] == [
        ("王秀", FollowUpState.SKIPPED, "在国外")
    ]
    assert due_on(three) == []


def test_snoozed_keeps_the_day_it_is_about(three: Store) -> None:
    snooze(three, follow_up(three, 3, "birthday"), "2026-11-24")
    assert due_on(three, "2026-11-24") == [Todo("王秀", "birthday", "2026-11-21", "2026-11-24")]
    with three.read() as db:
        assert follow_ups.of_customer(db, 3, three.today)[0].snoozed


def test_a_follow_up_by_hand(three: Store) -> None:
    with three.write("Plan") as db:
        id = follow_ups.schedule(db, 1, date(2026, 11, 25), " 送样茶 ", "14:30").id or 0
    with three.read() as db:
        one = follow_ups.one(db, id, three.today)
    assert one and (one.reason, one.due, one.time, one.kind) == (
        *("送样茶", date(2026, 11, 25), "14:30"),
        "custom",
    )
    spoke(three, 1)
    assert "custom" in {todo.kind for todo in ahead(three, 1)}
    complete(three, id)
    assert "custom" not in {todo.kind for todo in ahead(three, 1)}


def test_what_cannot_be_done_is_refused_in_a_sentence(three: Store, spoken: str) -> None:
    id = follow_up(three, 3, "birthday")
    now, today = datetime(2026, 11, 21, 9), date(2026, 11, 21)
    complete(three, follow_up(three, 2))
    with three.read() as db:
        done = follow_ups.closed(db, today)[0].id
        plan = plans.all_plans(db)[0]
    before = contents(three)
    for deed in (
        lambda db: follow_ups.complete(db, id, " ", Channel.PHONE, now),
        lambda db: follow_ups.complete(db, 77, "好", Channel.PHONE, now),
        lambda db: follow_ups.complete(db, done, "好", Channel.PHONE, now),
        lambda db: follow_ups.snooze(db, id, today, today),
        lambda db: follow_ups.snooze(db, done, date(2027, 1, 1), today),
        lambda db: follow_ups.skip(db, id, "", now),
        lambda db: follow_ups.skip(db, done, "忙", now),
        lambda db: follow_ups.schedule(db, 1, today, "\n"),
        lambda db: set_days(db, plan, 367),
        lambda db: set_days(db, plan, -3661),
    ):
        with pytest.raises(CustdeskError) as error, three.write("Wrong") as db:
            deed(db)
        assert is_a_sentence(str(error.value), spoken)
    assert contents(three) == before


def test_numbers_for_the_rail_and_the_month(three: Store, clock: Clock) -> None:
    trash(three, add(three, "李四", solar="11-22"))
    with three.read() as db:
        assert follow_ups.overdue_count(db, three.today) == 1
        assert follow_ups.days_with(db, date(2026, 11, 1), date(2026, 12, 31)) == {
            date(2026, 11, 21): 1,
            date(2026, 11, 28): 1,
            date(2026, 12, 21): 1,
        }
    clock.turn_to("2026-12-21")
    with three.read() as db:
        assert follow_ups.overdue_count(db, three.today) == 3


@pytest.mark.parametrize("ahead_by", [0, 30, 60])
def test_far_ahead_nothing_is_left_out(store: Store, ahead_by: int) -> None:
    """What is stored and what is worked out for a look far ahead meet without a gap."""
    with store.write("Plans") as db:
        set_days(db, plans.all_plans(db)[0], ahead_by)
    add(store, "张丽华", lunar="10-14")
    add(store, "李国强", solar="11-22")
    days = [todo.day for todo in due_on(store, "2026-11-21", 900) if todo.kind == "birthday"]
    assert days == [
        *("2026-11-22", "2026-11-22", "2027-11-11", "2027-11-22", "2028-11-22", "2028-11-29")
    ]
    for look in range(250, 420, 5):
        seen = {todo for todo in due_on(store, "2026-11-21", look)}
        assert seen == {
            todo
            for todo in due_on(store, "2026-11-21", 900)
            if (date.fromisoformat(todo.due) - date(2026, 11, 21)).days <= look
        }


def test_what_is_due_for_somebody_in_the_trash_is_refused(store: Store, spoken: str) -> None:
    id = add(store, "张丽华", solar="11-22")
    task = follow_up(store, id, "birthday")
    trash(store, id)
    before = contents(store)
    for deed in (
        lambda db: follow_ups.complete(db, task, "好", Channel.PHONE, store.clock()),
        lambda db: follow_ups.snooze(db, task, date(2027, 1, 1), store.today),
        lambda db: follow_ups.skip(db, task, "忙", store.clock()),
    ):
        with pytest.raises(CustdeskError) as error, store.write("Wrong") as db:
            deed(db)
        assert is_a_sentence(str(error.value), spoken)
    assert contents(store) == before


def test_the_counts_tell_what_is_overdue_from_what_is_due_today(store: Store) -> None:
    zhang, li = add(store, "张丽华"), add(store, "李国强")
    with store.write("Plan") as db:
        for id, day in ((zhang, 19), (zhang, 20), (zhang, 21), (zhang, 22), (li, 20)):
            follow_ups.schedule(db, id, date(2026, 11, day), "回电")
    with store.read() as db:
        assert follow_ups.counts(db, store.today) == Counts(overdue=3, today=1)
        assert follow_ups.counts(db, store.today).now == follow_ups.overdue_count(db, store.today)
    trash(store, li)
    with store.read() as db:
        assert follow_ups.counts(db, store.today) == Counts(overdue=2, today=1)


def test_what_notices_look_at_is_open_and_due_by_today(store: Store) -> None:
    zhang = add(store, "张丽华")
    silent, gone = add(store, "李国强", do_not_contact=True), add(store, "王秀")
    with store.write("Plan") as db:
        first, call, _done, later, other, _gone = (
            follow_ups.schedule(db, id, date(2026, 11, day), "回电", at).id or 0
            for id, day, at in (
                (zhang, 21, None),
                (zhang, 21, "10:30"),
                (zhang, 20, None),
                (zhang, 22, None),
                (silent, 21, None),
                (gone, 21, None),
            )
        )
    complete(store, _done)
    trash(store, gone)
    with store.read() as db:
        found = follow_ups.to_tell(db, store.today)
        later_than = follow_ups.to_tell(db, date(2026, 11, 22), after=store.today)
    assert found == [
        Waiting(first, store.today),
        Waiting(other, store.today, do_not_contact=True),
        Waiting(call, store.today, time(10, 30)),
    ]
    assert [one.id for one in later_than] == [later]


def test_put_off_to_a_time_it_is_due_then_in_one_step(store: Store) -> None:
    id = add(store, "张丽华")
    with store.write("Plan") as db:
        planned = follow_ups.schedule(db, id, store.today, "回电", "23:50").id or 0
    with store.write("Later") as db:
        now = datetime(2026, 11, 21, 23, 50, 30)
        follow_ups.remind_at(db, planned, datetime(2026, 11, 22, 0, 5), now)
    with store.read() as db:
        due = follow_ups.one(db, planned, store.today)
    assert due is not None
    assert (due.due, due.time, due.day, due.snoozed) == (
        date(2026, 11, 22), "00:05", date(2026, 11, 21), True,
    )  # fmt: skip
    store.undo()
    with store.read() as db:
        due = follow_ups.one(db, planned, store.today)
    assert due is not None and (due.due, due.time) == (date(2026, 11, 21), "23:50")


def test_putting_off_to_a_time_that_is_past_is_refused(store: Store, spoken: str) -> None:
    id = add(store, "张丽华")
    with store.write("Plan") as db:
        planned = follow_ups.schedule(db, id, store.today, "回电").id or 0
    before = contents(store)
    with pytest.raises(CustdeskError) as error, store.write("Wrong") as db:
        follow_ups.remind_at(db, planned, store.clock(), store.clock())
    assert is_a_sentence(str(error.value), spoken)
    assert contents(store) == before


@pytest.mark.parametrize(
    ("on", "days", "expected"),
    [
        ("1850-01-01", 0, []),
        ("1900-02-01", 0, []),
        ("2100-12-31", 0, ["李国强 callback 2026-12-21"]),
        ("2150-01-01", 0, ["李国强 callback 2026-12-21"]),
        ("2026-11-21", 40_000, ["李国强 callback 2026-12-21"]),
    ],
)
def test_beyond_the_known_lunar_years_callbacks_still_show(
    three: Store, on: str, days: int, expected: list[str]
) -> None:
    found = [f"{todo.customer} {todo.kind} {todo.day}" for todo in due_on(three, on, days)]
    assert [todo for todo in found if todo.startswith("李国强")] == expected


def test_lunar_birthdays_show_as_far_as_they_are_known(three: Store) -> None:
    found = [todo.day for todo in due_on(three, days=40_000) if todo.customer == "王秀"]
    assert found[-1] == "2100-11-14" and len(found) == 76


def test_a_win_back_by_hand_says_why(store: Store) -> None:
    id = add(store, "张晓燕")
    with store.write("Arrange") as db:
        follow_ups.schedule(db, id, store.today, "联系变少", kind=FollowUpKind.WIN_BACK)
    with store.read() as db:
        one = next(due for due in follow_ups.of_customer(db, id, store.today) if not due.plan_id)
    assert (one.kind, one.reason) == (FollowUpKind.WIN_BACK, "联系变少")
    assert one.is_reason_private
    store.undo()
    assert [todo for todo in ahead(store, id) if todo.kind == "win_back"] == []

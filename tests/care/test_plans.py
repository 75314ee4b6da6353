"""Which follow-ups the care plans call for, with due dates worked out by hand."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custdesk.care import follow_ups, plans
from custdesk.care.birthday import Birthday
from custdesk.care.rules import Cared, Plan, Span, wanted
from custdesk.people import history
from custdesk.store.models import POTENTIAL, REGULAR, VIP, Channel, FollowUpKind
from custdesk.store.store import Store
from tests.helpers import (
    Clock,
    add,
    ahead,
    birthday,
    complete,
    contents,
    due_on,
    edit,
    faults,
    follow_up,
    restore,
    set_interval,
    skip,
    snooze,
    spoke,
    switch,
    trash,
)

TODAY = date(2026, 11, 21)


def birthdays(store: Store, id: int) -> list[tuple[str, str]]:
    return [(todo.day, todo.due) for todo in ahead(store, id) if todo.kind == "birthday"]


def callbacks(store: Store, id: int) -> list[str]:
    return [todo.due for todo in ahead(store, id) if todo.kind == "callback"]


def snoozed(store: Store, id: int) -> bool:
    """Whether anything that is ahead for a customer was put off."""
    with store.read() as db:
        return any(one.snoozed for one in follow_ups.of_customer(db, id, store.today))


def complete_at(store: Store, id: int, day: date) -> None:
    """Note that a customer's callback was done, at noon of any day."""
    with store.write("Done") as db:
        callback = next(
            one for one in follow_ups.of_customer(db, id, store.today) if one.kind == "callback"
        )
        at = datetime.combine(day, time(12))
        follow_ups.complete(db, callback.id or 0, "聊过", Channel.PHONE, at)


def forget_last_talk(store: Store, id: int) -> None:
    with store.write("Forget") as db:
        for talk in history.interactions(db, id)[:1]:
            history.remove_interaction(db, talk.id or 0)


# --- birthdays ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "day", "due"),
    [
        ("11-21", "2026-11-21", "2026-11-21"),
        ("1968-11-22", "2026-11-22", "2026-11-21"),
        ("11-24", "2026-11-24", "2026-11-21"),
        ("11-25", "2026-11-25", "2026-11-22"),
        ("12-31", "2026-12-31", "2026-12-28"),
        ("01-02", "2027-01-02", "2026-12-30"),
        ("11-20", "2027-11-20", "2027-11-17"),
        ("2000-02-29", "2027-02-28", "2027-02-25"),
        ("03-01", "2027-03-01", "2027-02-26"),
    ],
)
def test_solar_birthdays(store: Store, born: str, day: str, due: str) -> None:
    assert birthdays(store, add(store, "张丽华", solar=born))[0] == (day, due)


@pytest.mark.parametrize(
    ("born", "day", "due"),
    [
        ("1968-10-13", "2026-11-21", "2026-11-21"),
        ("10-12", "2027-11-09", "2027-11-06"),
        ("10-14", "2026-11-22", "2026-11-21"),
        ("01-01", "2027-02-06", "2027-02-03"),
        ("08-15", "2027-09-15", "2027-09-12"),
        ("04-08", "2027-05-13", "2027-05-10"),
        ("12-29", "2027-02-05", "2027-02-02"),
        ("12-30", "2027-02-05", "2027-02-02"),
        ("2020-04-08L", "2027-05-13", "2027-05-10"),
        ("2009-05-05L", "2027-06-09", "2027-06-06"),
    ],
)
def test_lunar_birthdays(store: Store, born: str, day: str, due: str) -> None:
    assert birthdays(store, add(store, "张丽华", lunar=born))[0] == (day, due)


@pytest.mark.parametrize(
    ("kept", "days"),
    [
        ({"solar": "02-29"}, ["2027-02-28", "2028-02-29", "2029-02-28", "2030-02-28"]),
        ({"lunar": "05-05"}, ["2027-06-09", "2028-05-28", "2029-06-16", "2030-06-05"]),
        ({"lunar": "2009-05-05L"}, ["2027-06-09", "2028-06-27", "2029-06-16", "2030-06-05"]),
        ({"lunar": "12-30"}, ["2027-02-05", "2028-01-25", "2029-02-12", "2030-02-02"]),
    ],
)
def test_the_birthdays_of_four_years(
    store: Store, clock: Clock, kept: dict[str, str], days: list[str]
) -> None:
    """29 February, a leap month, and day 30 of a short month are never skipped."""
    id = add(store, "张丽华", solar=kept.get("solar", ""), lunar=kept.get("lunar", ""))
    seen = []
    for _year in range(4):
        day, due = birthdays(store, id)[0]
        assert date.fromisoformat(due) == date.fromisoformat(day) - timedelta(days=3)
        seen.append(day)
        clock.turn_to(day)
        store.new_day()
        complete(store, follow_up(store, id, "birthday"))
    assert seen == days


def test_on_the_birthday_the_next_one_is_planned_too(store: Store) -> None:
    id = add(store, "张丽华", solar="11-21")
    assert birthdays(store, id) == [("2026-11-21", "2026-11-21"), ("2027-11-21", "2027-11-18")]


def test_days_ahead_can_be_chosen(store: Store) -> None:
    id = add(store, "张丽华", solar="12-31")
    for days, due in ((0, "2026-12-31"), (10, "2026-12-21"), (60, "2026-11-21")):
        set_interval(store, "birthday", days)
        assert birthdays(store, id) == [("2026-12-31", due)]


def test_a_corrected_birthday_moves(store: Store) -> None:
    id = add(store, "张丽华", solar="12-24")
    edit(store, id, birthday=birthday("12-25"))
    assert birthdays(store, id) == [("2026-12-25", "2026-12-22")]
    edit(store, id, birthday=birthday("10-13", lunar=True))
    assert birthdays(store, id)[0] == ("2026-11-21", "2026-11-21")
    edit(store, id, birthday=None)
    assert birthdays(store, id) == []


def test_another_calendar_loses_no_birthday(store: Store, clock: Clock) -> None:
    """The solar birthday of 2026 was kept; the lunar year 2026 ends in February 2027."""
    id = add(store, "张丽华", solar="11-22")
    complete(store, follow_up(store, id, "birthday"))
    clock.turn_to("2026-12-20")
    store.new_day()
    edit(store, id, birthday=birthday("12-20", lunar=True))
    assert birthdays(store, id) == [("2027-01-27", "2027-01-24")]
    assert faults(store) == []


def test_another_calendar_keeps_one_day_once(store: Store, clock: Clock) -> None:
    """21 November 2026 is lunar 10-13: what was missed in one calendar is not there twice."""
    id = add(store, "张丽华", solar="11-21")
    edit(store, id, birthday=birthday("10-13", lunar=True))
    assert [day for day, _due in birthdays(store, id)] == ["2026-11-21", "2027-11-10"]
    clock.turn_to("2026-11-25")
    store.new_day()
    edit(store, id, birthday=birthday("11-21"))
    assert [day for day, _due in birthdays(store, id)] == ["2027-11-21"]


def test_a_birthday_corrected_while_put_off_is_due_before_itself(store: Store) -> None:
    id = add(store, "张丽华", solar="12-24")
    snooze(store, follow_up(store, id, "birthday"), "2026-12-23")
    edit(store, id, birthday=birthday("12-08"))
    assert birthdays(store, id) == [("2026-12-08", "2026-12-05")]
    assert not snoozed(store, id)
    store.undo()
    assert birthdays(store, id) == [("2026-12-24", "2026-12-23")]
    assert snoozed(store, id)


def test_a_birthday_put_off_stays_so_when_another_number_of_days_is_chosen(store: Store) -> None:
    id = add(store, "张丽华", solar="12-24")
    snooze(store, follow_up(store, id, "birthday"), "2026-12-23")
    set_interval(store, "birthday", 10)
    assert birthdays(store, id) == [("2026-12-24", "2026-12-23")]


def test_a_birthday_that_passed_before_it_was_known_is_not_missed(store: Store) -> None:
    assert [todo.kind for todo in ahead(store, add(store, "张丽华", solar="11-20"))] == [
        *("callback", "birthday")
    ]


# --- callbacks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grade", "due"),
    [
        (VIP, "2026-12-21"),
        (REGULAR, "2027-02-19"),
        (POTENTIAL, "2027-05-20"),
    ],
)
def test_callbacks_by_grade(store: Store, grade: str, due: str) -> None:
    assert callbacks(store, add(store, "张丽华", grade=grade)) == [due]


def test_another_grade_counts_from_the_same_day(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华")
    clock.turn_to("2026-12-01")
    edit(store, id, grade_by_hand=VIP)
    assert callbacks(store, id) == ["2026-12-21"]


@pytest.mark.parametrize(
    ("on", "due"),
    [
        ("2026-11-21", "2026-12-21"),
        ("2026-12-05", "2027-01-04"),
        ("2026-11-01", "2026-12-21"),
    ],
)
def test_any_logged_contact_restarts_the_clock(
    store: Store, clock: Clock, on: str, due: str
) -> None:
    """One from before the record was made restarts nothing."""
    id = add(store, "张丽华", grade=VIP)
    clock.turn_to(max(on, "2026-11-21"))
    spoke(store, id, on)
    assert callbacks(store, id) == [due]


def test_a_contact_dated_far_ahead_counts_when_its_time_has_come(
    store: Store, clock: Clock
) -> None:
    """The year was mistyped: nobody is forgotten for that."""
    id = add(store, "张丽华", grade=VIP)
    spoke(store, id, "2027-02-05")
    assert callbacks(store, id) == ["2026-12-21"]
    clock.turn_to("2027-01-04")
    store.new_day()
    assert callbacks(store, id) == ["2026-12-21"]
    clock.turn_to("2027-01-05")
    store.new_day()
    assert callbacks(store, id) == ["2027-03-08"]
    assert faults(store) == []


def test_a_contact_taken_back_counts_no_more(store: Store) -> None:
    id = add(store, "张丽华", grade=VIP)
    spoke(store, id, "2026-12-05")
    store.undo()
    assert callbacks(store, id) == ["2026-12-21"]


def test_done_schedules_the_next(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", grade=VIP)
    for day, following in (
        ("2026-12-21", "2027-01-20"),
        ("2027-01-20", "2027-02-19"),
        ("2027-03-01", "2027-03-31"),
    ):
        clock.turn_to(day)
        store.new_day()
        complete(store, follow_up(store, id))
        assert callbacks(store, id) == [following]


def test_done_before_it_was_due_schedules_the_next_too(store: Store) -> None:
    id = add(store, "张丽华", grade=VIP)
    for _time in range(3):
        complete(store, follow_up(store, id))
        assert callbacks(store, id) == ["2026-12-21"]


@pytest.mark.parametrize("day", ["2026-11-20", "2026-11-21", "2026-11-22", "2020-01-01"])
def test_done_on_another_day_schedules_the_next_too(store: Store, day: str) -> None:
    id = add(store, "张丽华", grade=VIP)
    for _time in range(3):
        complete_at(store, id, date.fromisoformat(day))
        [due] = callbacks(store, id)
        assert due == ("2026-12-22" if day == "2026-11-22" else "2026-12-21")
    assert faults(store) == []


def test_done_before_the_last_talk_schedules_the_next_too(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", grade=VIP)
    clock.turn_to("2026-12-10")
    spoke(store, id, "2026-12-05")
    for _time in range(2):
        complete_at(store, id, date(2026, 12, 1))
        assert callbacks(store, id) == ["2027-01-04"]


deeds = st.one_of(
    st.tuples(st.just("talk"), st.integers(-9, 3)),
    st.tuples(st.just("complete"), st.integers(-9, 3)),
    st.tuples(st.sampled_from(["skip", "snooze", "forget"]), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 5)),
    st.tuples(st.just("grade"), st.integers(0, 2)),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(done=st.lists(deeds, max_size=8))
def test_whatever_is_done_there_is_one_callback(
    store: Store, clock: Clock, done: list[tuple[str, int]]
) -> None:
    id = add(store, "张丽华", grade=VIP)
    for deed, number in done:
        day = clock().date() + timedelta(days=number)
        if deed == "talk":
            spoke(store, id, day)
        elif deed == "complete":
            complete_at(store, id, day)
        elif deed == "skip":
            skip(store, follow_up(store, id))
        elif deed == "snooze":
            snooze(store, follow_up(store, id), (clock().date() + timedelta(days=2)).isoformat())
        elif deed == "forget":
            forget_last_talk(store, id)
        elif deed == "grade":
            edit(store, id, grade_by_hand=[VIP, REGULAR, POTENTIAL][number])
        else:
            clock.move(days=number)
            store.new_day()
        assert len(callbacks(store, id)) == 1


def test_skipped_goes_on_from_there(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", grade=VIP)
    clock.turn_to("2026-12-23")
    skip(store, follow_up(store, id))
    assert callbacks(store, id) == ["2027-01-22"]


def test_skipped_on_the_first_day_goes_on_too(store: Store) -> None:
    id = add(store, "张丽华", grade=VIP)
    skip(store, follow_up(store, id))
    assert callbacks(store, id) == ["2026-12-21"]


def test_snoozed_comes_back_on_its_day(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", grade=VIP)
    clock.turn_to("2026-12-21")
    snooze(store, follow_up(store, id), "2026-12-28")
    assert due_on(store) == []
    clock.turn_to("2026-12-28")
    store.new_day()
    assert [(todo.day, todo.due) for todo in due_on(store)] == [("2026-12-21", "2026-12-28")]


def test_a_contact_answers_a_snoozed_callback(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", grade=VIP)
    clock.turn_to("2026-12-21")
    snooze(store, follow_up(store, id), "2026-12-28")
    spoke(store, id)
    assert callbacks(store, id) == ["2027-01-20"]


def test_a_birthday_done_restarts_the_callback(store: Store) -> None:
    id = add(store, "张丽华", grade=VIP, solar="11-22")
    complete(store, follow_up(store, id, "birthday"))
    assert callbacks(store, id) == ["2026-12-21"]
    assert birthdays(store, id) == []


def test_a_birthday_skipped_restarts_nothing(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", grade=VIP, solar="12-03")
    clock.turn_to("2026-12-01")
    skip(store, follow_up(store, id, "birthday"))
    assert callbacks(store, id) == ["2026-12-21"]


# --- who and when ---------------------------------------------------------------------------------


def test_who_is_not_to_be_contacted_is_left_alone(store: Store) -> None:
    id = add(store, "张丽华", grade=VIP, solar="11-22")
    before = ahead(store, id)
    edit(store, id, do_not_contact=True)
    assert ahead(store, id) == []
    edit(store, id, do_not_contact=False)
    assert ahead(store, id) == before


def test_a_plan_that_is_switched_off_calls_for_nothing(store: Store) -> None:
    id = add(store, "张丽华", grade=VIP, solar="11-22")
    switch(store, "birthday", False)
    kinds = [todo.kind for todo in ahead(store, id)]
    assert kinds == ["callback", "festival", "festival", "festival"]
    switch(store, "callback", False)
    switch(store, "festival", False)
    assert ahead(store, id) == []
    switch(store, "birthday", True)
    assert birthdays(store, id) == [("2026-11-22", "2026-11-21")]


def test_another_interval_moves_what_is_planned(store: Store) -> None:
    id = add(store, "张丽华", grade=VIP)
    set_interval(store, "callback", 17, VIP)
    assert callbacks(store, id) == ["2026-12-08"]
    store.undo()
    assert callbacks(store, id) == ["2026-12-21"]


# --- the calendar goes on -------------------------------------------------------------------------


def test_what_fell_due_while_the_pc_was_off_is_there_once(store: Store, clock: Clock) -> None:
    switch(store, "festival", False)
    id = add(store, "张丽华", grade=VIP, solar="02-10")
    other = add(store, "李国强", grade=REGULAR, lunar="01-01")
    clock.turn_to("2027-07-01")
    for _start in range(3):
        store.new_day()
    assert [(todo.customer, todo.kind, todo.day, todo.due) for todo in due_on(store)] == [
        ("张丽华", "callback", "2026-12-21", "2026-12-21"),
        ("李国强", "birthday", "2027-02-06", "2027-02-03"),
        ("张丽华", "birthday", "2027-02-10", "2027-02-07"),
        ("李国强", "callback", "2027-02-19", "2027-02-19"),
    ]
    assert birthdays(store, id)[1:] == [("2028-02-10", "2028-02-07")]
    assert birthdays(store, other)[1:] == [("2028-01-26", "2028-01-23")]
    assert faults(store) == []


def test_two_missed_birthdays_are_two(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", solar="12-01")
    clock.turn_to("2027-12-20")
    store.new_day()
    assert [day for day, _due in birthdays(store, id)] == [
        *("2026-12-01", "2027-12-01", "2028-12-01")
    ]


def test_a_missed_birthday_goes_when_it_was_wrong(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", solar="12-01")
    clock.turn_to("2026-12-05")
    store.new_day()
    edit(store, id, birthday=birthday("12-24"))
    assert birthdays(store, id) == [("2026-12-24", "2026-12-21")]


def test_a_missed_birthday_stays_through_other_edits(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", solar="12-01")
    clock.turn_to("2026-12-05")
    store.new_day()
    edit(store, id, city="杭州")
    assert birthdays(store, id)[0] == ("2026-12-01", "2026-11-28")
    assert faults(store) == []


def test_the_same_day_twice_has_nothing_to_do(store: Store, clock: Clock) -> None:
    add(store, "张丽华", solar="12-01")
    clock.turn_to("2027-01-05")
    assert store.new_day()
    assert not store.new_day()


def test_planning_twice_is_as_once(store: Store, clock: Clock) -> None:
    for n in range(20):
        add(
            store, f"客户{n}", solar=f"{n % 12 + 1}-{n + 1}", grade=[VIP, REGULAR, POTENTIAL][n % 3]
        )
    clock.turn_to("2027-03-05")
    store.new_day()
    before = contents(store)
    assert store.recompute(keep=True)
    assert contents(store) == before


def test_a_day_at_a_time_or_all_at_once(store: Store, clock: Clock, tmp_path: object) -> None:
    """Whether the PC was on every day or off for weeks, the same is to be done in the end."""
    from pathlib import Path

    from custdesk.opening import open_store

    assert isinstance(tmp_path, Path)
    daily = open_store(tmp_path / "daily.custdesk", clock)
    daily.new_day()
    for one in (store, daily):
        add(one, "张丽华", solar="12-01", grade=VIP)
        add(one, "李国强", lunar="12-30")
    for _day in range(120):
        clock.move(days=1)
        daily.new_day()
    store.new_day()
    assert due_on(daily, days=400) == due_on(store, days=400)
    daily.close()


def test_somebody_restored_from_the_trash_has_the_same_to_come(store: Store) -> None:
    id = add(store, "张丽华", solar="12-01", grade=VIP)
    before = ahead(store, id)
    trash(store, id)
    restore(store, id)
    assert ahead(store, id) == before


# --- the rule as a function of values -------------------------------------------------------------

BIRTHDAY_PLAN = Plan(1, FollowUpKind.BIRTHDAY, days=-3)
VIP_PLAN = Plan(2, FollowUpKind.CALLBACK, frozenset({VIP}), every_days=30)

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
solar_birthdays = st.dates(date(1920, 1, 1), date(2026, 1, 1)).map(
    lambda day: birthday(f"{day.month}-{day.day}")
)
lunar_birthdays = st.builds(
    lambda month, day: birthday(f"{month}-{day}", lunar=True),
    st.integers(1, 12),
    st.integers(1, 30),
)


@given(born=solar_birthdays | lunar_birthdays, known=days, off=st.integers(0, 1200))
def test_every_birthday_since_it_was_known_and_the_next_one(
    born: Birthday, known: date, off: int
) -> None:
    today = known + timedelta(days=off)
    cared = Cared(7, POTENTIAL, False, born, known, known, known)
    found = wanted(cared, [BIRTHDAY_PLAN], Span(known, today))
    kept = [one.day for one in found]
    assert kept == sorted(set(kept))
    assert kept[0] >= known and kept[-1] > today
    assert len([day for day in kept if day > today]) == 1
    assert len({one.key for one in found}) == len(found)
    gaps = [(later - earlier).days for earlier, later in pairwise(kept)]
    assert all(353 <= gap <= 385 for gap in gaps)
    assert all(max(known, one.day - timedelta(days=3)) == one.due for one in found)


@given(born=solar_birthdays | lunar_birthdays, today=days, more=st.integers(0, 900))
def test_looking_further_ahead_only_adds(born: Birthday, today: date, more: int) -> None:
    cared = Cared(7, VIP, False, born, today, today, today)
    plans = [BIRTHDAY_PLAN, VIP_PLAN]
    near = wanted(cared, plans, Span(today, today))
    far = wanted(cared, plans, Span(today, today, today + timedelta(days=more)))
    assert set(near) <= set(far)
    assert all(one.due <= today + timedelta(days=more) for one in set(far) - set(near))


@pytest.mark.parametrize("way", ["undo", "take back"])
def test_a_plan_that_was_never_added_leaves_nothing_behind(
    store: Store, clock: Clock, way: str
) -> None:
    """What it planned since, on later days too, goes with it."""
    id = add(store, "张丽华", grade=VIP)
    before = ahead(store, id)
    with store.write("Add a plan") as db:
        draft = plans.Draft(FollowUpKind.CALLBACK, every_days=10)
        plans.switch(db, plans.add(db, draft, store.today), True, store.today)
    added = store.steps()[0].id
    assert callbacks(store, id) == ["2026-12-01"]
    if way == "undo":
        clock.move(days=1)
        store.new_day()
        store.undo()
    else:
        set_interval(store, "birthday", 5)
        store.take_back(added)
    assert ahead(store, id) == before
    assert faults(store) == []

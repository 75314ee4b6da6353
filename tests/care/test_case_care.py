"""Complaints and requests as things to do: by when they are due, and after they were solved."""

from datetime import date

import pytest

from custdesk.care import briefing, follow_ups, plans
from custdesk.care.plans import Draft
from custdesk.errors import CustdeskError
from custdesk.people import cases
from custdesk.store.models import CarePlan, CaseKind, Channel, FollowUpKind
from custdesk.store.store import Store
from tests.helpers import (
    Clock,
    Todo,
    add,
    ahead,
    complained,
    complete,
    edit,
    faults,
    follow_up,
    is_a_sentence,
    skip,
    snooze,
    solve,
    switch,
    trash,
)


def todos(store: Store, id: int) -> list[Todo]:
    return [todo for todo in ahead(store, id) if todo.kind == "case"]


def test_a_case_is_to_be_done_by_the_day_that_was_promised(store: Store) -> None:
    id = add(store, "张三")
    case = complained(store, id, due="2026-11-25")
    assert todos(store, id) == [Todo("张三", "case", "2026-11-25", "2026-11-25")]
    with store.write("Put it off") as db:
        day = date(2026, 11, 30)
        cases.correct(db, case, CaseKind.COMPLAINT, "壶盖漏水", store.today, day)
    assert todos(store, id) == [Todo("张三", "case", "2026-11-30", "2026-11-30")]
    store.undo()
    assert todos(store, id) == [Todo("张三", "case", "2026-11-25", "2026-11-25")]
    assert faults(store) == []


def test_one_that_came_late_into_the_file_is_overdue(store: Store) -> None:
    id = add(store, "张三")
    complained(store, id, "2026-11-01", due="2026-11-05")
    assert todos(store, id) == [Todo("张三", "case", "2026-11-05", "2026-11-05")]


def test_solved_it_is_asked_about_a_week_later(store: Store, clock: Clock) -> None:
    id = add(store, "张三")
    case = complained(store, id, due="2026-11-25")
    solve(store, case)
    assert todos(store, id) == [Todo("张三", "case", "2026-11-21", "2026-11-28")]
    with store.read() as db:
        [one] = [one for one in follow_ups.of_customer(db, id, store.today) if one.kind == "case"]
        assert one.reason == "壶盖漏水: solved on Nov 21"
        assert not one.may_solve
        known = briefing.briefing(db, id)
        solved = briefing.words_to_say(known, one, "zh")
    complete(store, follow_up(store, id, "case"), "都好")
    assert todos(store, id) == []
    clock.move(days=400)
    store.new_day()
    assert todos(store, id) == []
    assert "上次" in solved or "前些天" in solved


def test_a_request_needs_no_asking_afterwards(store: Store) -> None:
    id = add(store, "张三")
    solve(store, complained(store, id, due="2026-11-25", kind=CaseKind.REQUEST))
    assert todos(store, id) == []


def test_done_does_not_mean_solved_unless_one_says_so(store: Store) -> None:
    id = add(store, "张三")
    complained(store, id, due="2026-11-21")
    complete(store, follow_up(store, id, "case"), "说明天送去")
    assert todos(store, id) == [Todo("张三", "case", "2026-11-21", "2026-11-24")]
    with store.read() as db:
        assert [one.about for one in cases.still_open(db, id)] == ["壶盖漏水"]
    store.undo()
    with store.write("Done") as db:
        todo = follow_up(store, id, "case")
        follow_ups.complete(db, todo, "换了新的", Channel.VISIT, store.clock(), solves=True)
    with store.read() as db:
        [case] = cases.of_customer(db, id)
    assert (case.solved_on, case.solution) == (store.today, "换了新的")
    store.undo()
    with store.read() as db:
        assert len(cases.still_open(db, id)) == 1


def test_left_out_this_once_it_comes_again(store: Store, clock: Clock) -> None:
    id = add(store, "张三")
    complained(store, id, due="2026-11-21")
    clock.move(days=2)
    store.new_day()
    skip(store, follow_up(store, id, "case"))
    assert todos(store, id) == [Todo("张三", "case", "2026-11-21", "2026-11-26")]
    skip(store, follow_up(store, id, "case"))
    assert todos(store, id) == [Todo("张三", "case", "2026-11-21", "2026-11-26")]
    assert faults(store) == []
    store.undo()
    store.undo()
    assert todos(store, id) == [Todo("张三", "case", "2026-11-21", "2026-11-21")]


def test_seen_to_early_it_is_still_due_on_its_day(store: Store) -> None:
    id = add(store, "张三")
    complained(store, id, due="2026-11-30")
    complete(store, follow_up(store, id, "case"), "说了在修")
    assert todos(store, id) == [Todo("张三", "case", "2026-11-30", "2026-11-30")]


def test_open_again_it_is_due_again(store: Store) -> None:
    id = add(store, "张三")
    case = complained(store, id, due="2026-11-25")
    solve(store, case)
    with store.write("Open again") as db:
        cases.reopen(db, case, store.today)
    assert todos(store, id) == [Todo("张三", "case", "2026-11-25", "2026-11-25")]


def test_what_is_open_is_told_before_one_calls(store: Store) -> None:
    id = add(store, "张三")
    complained(store, id, "2026-11-03", about="要发票", kind=CaseKind.REQUEST)
    complained(store, id, "2026-11-05")
    with store.read() as db:
        assert [one.about for one in briefing.briefing(db, id).cases] == ["壶盖漏水", "要发票"]


def test_nobody_who_wants_no_contact_or_is_gone_is_called(store: Store) -> None:
    id, gone = add(store, "张三"), add(store, "李四")
    for one in (id, gone):
        complained(store, one, due="2026-11-25")
    edit(store, id, do_not_contact=True)
    trash(store, gone)
    assert todos(store, id) == []
    assert todos(store, gone) == []


def case_plan(store: Store, name: str, days: int) -> int:
    """One more plan for cases, switched on."""
    with store.write("Add a plan") as db:
        plan = plans.add(db, Draft(FollowUpKind.CASE, name, days=days), store.today)
        plans.switch(db, plan, True, store.today)
        return plan.id or 0


def switched(store: Store, plan_id: int, on: bool) -> None:
    with store.write("Switch") as db:
        plans.switch(db, db.get_one(CarePlan, plan_id), on, store.today)


def test_several_plans_of_the_same_days_never_lose_it(store: Store) -> None:
    """Each may have seen to it: as long as it is open, it comes again, and once."""
    id = add(store, "张三")
    other = case_plan(store, "另一个", 0)
    complained(store, id, due="2026-11-21")
    with store.read() as db:
        first = next(
            plan.id or 0
            for plan in plans.all_plans(db)
            if plan.kind is FollowUpKind.CASE and plan.id != other and plan.days == 0
        )
    assert len(todos(store, id)) == 1
    complete(store, follow_up(store, id, "case"), "说在修")
    switched(store, first, False)
    complete(store, follow_up(store, id, "case"), "还在修")
    assert len(todos(store, id)) == 1
    switched(store, first, True)
    assert len(todos(store, id)) == 1


def test_a_case_that_was_removed_leaves_nothing_to_the_next_one(store: Store) -> None:
    id = add(store, "张三")
    first = complained(store, id, due="2026-11-21")
    complete(store, follow_up(store, id, "case"), "记错了")
    with store.write("Remove") as db:
        cases.remove(db, first)
    second = complained(store, id, due="2026-11-21", about="另一件")
    assert second > first
    assert todos(store, id) == [Todo("张三", "case", "2026-11-21", "2026-11-21")]


@pytest.mark.parametrize("end", ["solved", "removed"])
def test_put_off_and_its_plan_switched_off_it_goes_with_its_case(store: Store, end: str) -> None:
    id = add(store, "张三")
    case = complained(store, id, due="2026-11-21")
    snooze(store, follow_up(store, id, "case"), "2026-11-24")
    switch(store, "case", False)
    assert len(todos(store, id)) == 1
    if end == "solved":
        solve(store, case)
    else:
        with store.write("Remove") as db:
            cases.remove(db, case)
    assert todos(store, id) == []
    store.undo()
    assert len(todos(store, id)) == 1


def test_what_is_solved_is_not_solved_again(store: Store, spoken: str) -> None:
    case = complained(store, add(store, "张三"))
    solve(store, case)
    with pytest.raises(CustdeskError) as error:
        solve(store, case, "别的")
    assert is_a_sentence(str(error.value), spoken)


@pytest.mark.parametrize(
    ("due", "next_time"),
    [("2026-11-21", "2026-11-24"), ("2026-11-22", "2026-11-22"), ("2026-11-30", "2026-11-30")],
)
def test_seen_to_before_its_day_it_is_due_on_that_day(
    store: Store, due: str, next_time: str
) -> None:
    id = add(store, "张三")
    complained(store, id, due=due)
    complete(store, follow_up(store, id, "case"), "说了在修")
    assert [todo.due for todo in todos(store, id)] == [next_time]


@pytest.mark.parametrize("solves", [False, True])
def test_what_comes_next_is_said_before_it_is_done(store: Store, solves: bool) -> None:
    id = add(store, "张三")
    complained(store, id, due="2026-11-21")
    todo = follow_up(store, id, "case")
    with store.read() as db:
        coming = briefing.coming_after(db, todo, store.today, solves=solves)
    assert coming is not None
    with store.write("Done") as db:
        follow_ups.complete(db, todo, "谈过", Channel.PHONE, store.clock(), solves=solves)
    [came] = todos(store, id)
    assert (coming.kind.value, coming.due.isoformat()) == ("case", came.due)
    assert came.due == ("2026-11-28" if solves else "2026-11-24")


def test_open_again_after_its_day_there_is_time_again(store: Store, clock: Clock) -> None:
    id = add(store, "张三")
    case = complained(store, id, due="2026-11-24")
    solve(store, case)
    clock.move(days=10)
    store.new_day()
    with store.write("Open again") as db:
        cases.reopen(db, case, store.today)
    assert [todo.due for todo in todos(store, id)] == ["2026-12-04"]
    with store.read() as db:
        [one] = cases.still_open(db, id)
    assert one.solution == "换了新的"


@pytest.mark.parametrize("end", ["no day", "a request"])
def test_put_off_and_its_plan_switched_off_it_goes_with_what_it_was_for(
    store: Store, end: str
) -> None:
    id = add(store, "张三")
    case = complained(store, id, due="2026-11-21")
    if end == "a request":
        solve(store, case)
    snooze(store, follow_up(store, id, "case"), "2026-12-24")
    switch(store, "case", False)
    assert len(todos(store, id)) == 1
    kind = CaseKind.REQUEST if end == "a request" else CaseKind.COMPLAINT
    with store.write("Correct") as db:
        cases.correct(db, case, kind, "壶盖漏水", store.today, None)
    assert todos(store, id) == []


def test_a_clock_that_was_set_back_changes_nothing_of_when_it_is_due(
    store: Store, clock: Clock
) -> None:
    id = add(store, "张三")
    complained(store, id, due="2026-11-24")
    clock.move(days=3)
    store.new_day()
    complete(store, follow_up(store, id, "case"), "在修")
    for _n in range(5):
        clock.move(days=-1)
        store.new_day()
    for _n in range(8):
        assert [todo.due for todo in todos(store, id)] == ["2026-11-27"]
        assert faults(store) == []
        clock.move(days=1)
        store.new_day()

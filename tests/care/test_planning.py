"""The file agrees with the plans whatever is done with it, and what is done twice is done once."""

import os
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from sqlmodel import Session

from custdesk.care import planning, plans, rules
from custdesk.care.birthday import BirthdayRules, InCommonYears
from custdesk.care.habits import Habits
from custdesk.care.plans import Draft
from custdesk.errors import CustdeskError
from custdesk.people import history
from custdesk.people.history import Item
from custdesk.store.models import POTENTIAL, REGULAR, VIP, CarePlan, FollowUpKind, Product, Standing
from custdesk.store.store import Store
from tests.care.life_of_a_file import LifeOfAFile
from tests.helpers import (
    Clock,
    add,
    ahead,
    bought,
    complete,
    due_on,
    edit,
    faults,
    follow_up,
    is_a_sentence,
    skip,
    snooze,
    spoke,
)

TestLifeOfAFile = pytest.mark.filterwarnings("default")(LifeOfAFile.TestCase)
# The same lives every time; HUNT=1 looks for others.
TestLifeOfAFile.settings = settings(
    derandomize=not os.environ.get("HUNT"),
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture
def no_plans(store: Store) -> None:
    with store.write("No plans") as db:
        for plan in plans.all_plans(db):
            plans.remove(db, plan)


def plan(store: Store, kind: FollowUpKind, **drafted: object) -> int:
    """A new plan, switched on; its id."""
    with store.write("Add a plan") as db:
        draft = Draft(kind, **drafted)  # type: ignore[arg-type]
        made = plans.add(db, draft, store.today)
        plans.switch(db, made, True, store.today)
        return made.id or 0


def with_plan(store: Store, id: int, deed: Callable[[Session, CarePlan], object]) -> None:
    with store.write("Plans") as db:
        found = db.get(CarePlan, id)
        assert found is not None
        deed(db, found)


def switch(store: Store, id: int, on: bool) -> None:
    with_plan(store, id, lambda db, found: plans.switch(db, found, on, store.today))


def forget_talks(store: Store, id: int) -> None:
    with store.write("Forget") as db:
        for talk in history.interactions(db, id):
            if talk.follow_up_id is None:
                history.remove_interaction(db, talk.id or 0)


def of(store: Store, id: int, kind: str) -> list[tuple[str, str]]:
    return [(todo.day, todo.due) for todo in ahead(store, id) if todo.kind == kind]


def turn_to(store: Store, clock: Clock, day: str) -> None:
    clock.turn_to(day)
    store.new_day()


# --- callbacks and contacts -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoken", "closed"),
    [("2026-12-20", []), ("2026-12-21", ["done"]), ("2026-12-27", ["done"])],
)
def test_a_contact_before_its_day_restarts_the_clock_and_one_since_answers(
    store: Store, clock: Clock, spoken: str, closed: list[str]
) -> None:
    id = add(store, "张丽华", grade=VIP)
    turn_to(store, clock, "2026-12-28")
    spoke(store, id, spoken)
    with store.read() as db:
        found = db.connection().exec_driver_sql(
            "SELECT state FROM follow_up WHERE kind = 'callback' AND (state <> 'open' OR answered)"
        )
        assert list(found.scalars()) == closed
    assert len(of(store, id, "callback")) == 1
    forget_talks(store, id)
    assert of(store, id, "callback")[0][0] == "2026-12-21"
    assert faults(store) == []


def test_an_answer_taken_back_brings_no_callback_of_a_plan_that_is_gone(
    store: Store, clock: Clock
) -> None:
    id = add(store, "张丽华", grade=VIP)
    turn_to(store, clock, "2026-12-28")
    spoke(store, id, "2026-12-28")
    with store.read() as db:
        vips = next(one.id for one in plans.all_plans(db) if one.grades == VIP)
    with_plan(store, vips or 0, plans.remove)
    plan(store, FollowUpKind.CALLBACK, every_days=60)
    forget_talks(store, id)
    assert [day for day, _due in of(store, id, "callback")] == ["2027-01-20"]
    spoke(store, id, "2026-12-28")
    assert [day for day, _due in of(store, id, "callback")] == ["2027-02-26"]
    assert faults(store) == []


# --- purchases ------------------------------------------------------------------------------------


def test_a_later_purchase_takes_the_place_of_an_earlier_one(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华")
    bought(store, id, "2026-11-21", 10000)
    turn_to(store, clock, "2026-11-30")
    assert of(store, id, "after_sale") == [("2026-11-21", "2026-11-28")]
    bought(store, id, "2026-11-30", 10000)
    assert of(store, id, "after_sale") == [("2026-11-30", "2026-12-07")]


def test_a_purchase_that_went_back_gives_way_to_the_one_before(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华")
    bought(store, id, "2026-11-21", 10000)
    turn_to(store, clock, "2026-11-23")
    bought(store, id, "2026-11-23", 20000)
    assert of(store, id, "after_sale") == [("2026-11-23", "2026-11-30")]
    bought(store, id, "2026-11-23", -20000)
    assert of(store, id, "after_sale") == [("2026-11-21", "2026-11-28")]


def test_what_went_back_is_not_used_up(store: Store, clock: Clock) -> None:
    """Whether on the same day or later, all of it or a part."""
    id = add(store, "张丽华")
    with store.write("Lasts") as db:
        db.add(Product(name="龙井", lasts_days=30))

    def move(day: str, quantity: float) -> None:
        with store.write("Move") as db:
            items = [Item("龙井", quantity, int(quantity * 100))]
            history.record_purchase(db, id, date.fromisoformat(day), items)

    move("2026-11-21", 3)
    assert [day for day, _due in of(store, id, "replenishment")] == ["2027-02-19"]
    turn_to(store, clock, "2026-11-25")
    move("2026-11-25", -1)
    assert [day for day, _due in of(store, id, "replenishment")] == ["2027-01-20"]
    move("2026-11-25", -2)
    assert of(store, id, "replenishment") == []


# --- what is late ---------------------------------------------------------------------------------


def test_what_passed_while_the_pc_was_off_stays_when_the_rule_for_it_is_changed(
    store: Store, clock: Clock
) -> None:
    id = add(store, "张丽华", solar="02-29")
    turn_to(store, clock, "2027-03-05")
    assert of(store, id, "birthday")[0] == ("2027-02-28", "2027-02-25")
    with store.write("Habits") as db:
        chosen = Habits(birthdays=BirthdayRules(common_year=InCommonYears.MARCH_1))
        planning.choose(db, chosen, store.today)
    assert of(store, id, "birthday")[0] == ("2027-03-01", "2027-02-26")
    assert faults(store) == []


def test_what_is_late_is_taken_over_by_the_plan_for_another_grade(
    store: Store, clock: Clock, no_plans: None
) -> None:
    for grade, days in ((VIP, -7), (REGULAR, -1)):
        plan(store, FollowUpKind.BIRTHDAY, grades=(grade,), days=days)
    id = add(store, "张丽华", solar="12-01", grade=VIP)
    turn_to(store, clock, "2026-12-05")
    edit(store, id, grade_by_hand=REGULAR)
    assert of(store, id, "birthday")[0] == ("2026-12-01", "2026-11-30")
    edit(store, id, grade_by_hand=POTENTIAL)
    assert of(store, id, "birthday") == []
    assert faults(store) == []


def test_what_was_put_off_stays_when_its_plan_is_off_and_on_again(
    store: Store, clock: Clock, no_plans: None
) -> None:
    its = plan(store, FollowUpKind.BIRTHDAY, days=-3)
    id = add(store, "张丽华", solar="12-01")
    turn_to(store, clock, "2026-12-01")
    snooze(store, follow_up(store, id, "birthday"), "2026-12-10")
    turn_to(store, clock, "2026-12-05")
    switch(store, its, False)
    assert of(store, id, "birthday") == [("2026-12-01", "2026-12-10")]
    switch(store, its, True)
    assert of(store, id, "birthday")[0] == ("2026-12-01", "2026-12-10")
    assert faults(store) == []


@pytest.mark.parametrize("kind", ["birthday", "callback"])
def test_what_was_put_off_is_not_there_beside_that_of_another_plan(
    store: Store, clock: Clock, no_plans: None, kind: str
) -> None:
    of_kind = FollowUpKind(kind)
    counted = {"days": 0} if kind == "birthday" else {"every_days": 10}
    first = plan(store, of_kind, **counted)
    plan(store, of_kind, **counted)
    id = add(store, "张丽华", solar="12-01")
    turn_to(store, clock, "2026-12-01")
    snooze(store, follow_up(store, id, kind), "2026-12-10")
    switch(store, first, False)
    turn_to(store, clock, "2026-12-10")
    assert [todo.day for todo in due_on(store) if todo.kind == kind] == ["2026-12-01"]
    assert faults(store) == []


# --- greeted once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [complete, skip])
def test_a_birthday_done_or_left_out_is_nobody_else_s_and_comes_next_year(
    store: Store, clock: Clock, no_plans: None, act: Callable[[Store, int], None]
) -> None:
    """Nothing but the birthday that was kept says when the next is to be planned, and its plan is
    taken away."""
    vips = plan(store, FollowUpKind.BIRTHDAY, grades=(VIP,), days=-5)
    plan(store, FollowUpKind.BIRTHDAY, grades=(REGULAR,), days=-3)
    id = add(store, "张丽华", solar="12-01", grade=VIP)
    turn_to(store, clock, "2026-11-27")
    act(store, follow_up(store, id, "birthday"))
    edit(store, id, grade_by_hand=REGULAR)
    assert of(store, id, "birthday") == []
    with_plan(store, vips, plans.remove)
    assert of(store, id, "birthday") == []
    turn_to(store, clock, "2026-12-02")
    assert of(store, id, "birthday") == [("2027-12-01", "2027-11-28")]
    assert faults(store) == []


@pytest.mark.parametrize("kind", sorted(rules.YEARLY))
def test_what_comes_every_year_cannot_be_due_before_it_is_planned(
    store: Store, kind: FollowUpKind, spoken: str
) -> None:
    about = "spring_festival" if kind is FollowUpKind.FESTIVAL else ""
    with pytest.raises(CustdeskError) as refused:
        plan(store, kind, about=about, days=-61)
    assert is_a_sentence(str(refused.value), spoken)
    plan(store, kind, about=about, days=-60)
    plan(store, FollowUpKind.RENEWAL, days=-366)


def test_a_clock_that_ran_ahead_leaves_no_win_back_behind(store: Store, clock: Clock) -> None:
    """What was planned for a warning of then is off, and does not become one of long ago."""
    clock.move(days=-300)
    id = add(store, "张三")
    clock.move(days=300)
    store.new_day()
    for ago in range(240, 60, -15):
        spoke(store, id, store.today - timedelta(days=ago))
    for ago in (150, 90, 30):
        bought(store, id, store.today - timedelta(days=ago), 100_00)
    with store.read() as db:
        warned = db.get_one(Standing, id).warned_since
    before = ahead(store, id)
    assert warned is not None and warned < store.today  # before it was written down
    assert [todo for todo in before if todo.kind == "win_back"] == []
    clock.move(days=365)
    store.new_day()
    assert [todo for todo in ahead(store, id) if todo.kind == "win_back"] != []
    clock.move(days=-365)
    store.new_day()
    assert [todo for todo in ahead(store, id) if todo.kind == "win_back"] == []
    assert faults(store) == []

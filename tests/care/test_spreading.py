"""Callbacks find a working day with room: against a calendar and a pencil, and in a file."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.care import follow_ups, planning, plans
from custdesk.care.habits import Habits
from custdesk.care.plans import Draft
from custdesk.care.spreading import NEAREST_DAYS, Room, days_near
from custdesk.care.working_days import is_working_day
from custdesk.people import customers, own_dates
from custdesk.store.models import POTENTIAL, REGULAR, VIP, FollowUpKind
from custdesk.store.store import Store
from tests.helpers import Clock, add, ahead, edit, follow_up, snooze

MONDAY = date(2026, 11, 2)
MOVED = " · moved from Sat, Dec 19"


def works(day: date) -> bool:
    return is_working_day(day, "")


# --- the room that days have ----------------------------------------------------------------------


@dataclass
class Model:
    """Room as one would find it with a calendar and a pencil."""

    calls_a_day: int
    off: frozenset[date]
    taken: Counter[date] = field(default_factory=Counter)

    def near(self, day: date, near: int) -> list[date]:
        days: list[date] = []
        while len(days) < near:
            if day not in self.off:
                days.append(day)
            day += timedelta(days=1)
        return days

    def place(self, day: date, near: int) -> date:
        days = self.near(day, near)
        free = [one for one in days if self.taken[one] < self.calls_a_day]
        fewest = min(self.taken[one] for one in days)
        found = free[0] if free else next(one for one in days if self.taken[one] == fewest)
        self.taken[found] += 1
        return found


days = st.integers(0, 25).map(lambda n: MONDAY + timedelta(days=n))
asked = st.tuples(st.just("place"), days, st.integers(1, 8))
moved_away = st.tuples(st.just("take"), days, st.integers(-2, 2))


@given(
    calls_a_day=st.integers(1, 3),
    off=st.frozensets(days, max_size=12),
    before=st.dictionaries(days, st.integers(1, 5), max_size=8),
    asked=st.lists(asked | moved_away, max_size=40),
)
def test_every_callback_is_where_a_calendar_and_a_pencil_would_put_it(
    calls_a_day: int,
    off: frozenset[date],
    before: dict[date, int],
    asked: list[tuple[str, date, int]],
) -> None:
    """On no day before its own, on working days only, on the first that has room, or the least."""
    room = Room(calls_a_day, lambda day: day not in off, before)
    model = Model(calls_a_day, off, Counter(before))
    for what, day, n in asked:
        if what == "place":
            full = all(model.taken[one] >= calls_a_day for one in model.near(day, n))
            found = room.place(day, n)
            assert found == model.place(day, n)
            assert day <= found and found not in off
            assert found in model.near(day, n)
            assert full or model.taken[found] <= calls_a_day
            assert room.days_from(day, found) == model.near(day, n).index(found) + 1
        elif model.taken[day] + n >= 0:
            room.take(day, n)
            model.taken[day] += n
        for one in model.taken:
            assert room.has_any(one) == (model.taken[one] < calls_a_day)


@pytest.mark.parametrize(
    ("every", "near"), [(1, 5), (7, 5), (30, 5), (36, 6), (90, 15), (180, 30), (365, 60)]
)
def test_how_many_days_are_near(every: int, near: int) -> None:
    assert days_near(every) == near
    assert days_near(every) >= NEAREST_DAYS


# --- in a file ------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def callbacks_only(store: Store) -> None:
    with store.write("Plans") as db:
        for plan in plans.all_plans(db):
            if plan.kind not in (FollowUpKind.CALLBACK, FollowUpKind.BIRTHDAY):
                plans.switch(db, plan, False, store.today)


def choose(store: Store, **chosen: object) -> None:
    with store.write("Habits") as db:
        planning.choose(db, Habits(**chosen), store.today)  # type: ignore[arg-type]


def add_many(store: Store, how_many: int, grade: str, name: str = "客户") -> list[int]:
    """All in one step, as an import does."""
    with store.write("Add many") as db:
        ids = []
        for n in range(how_many):
            id = customers.add(db, customers.Details(f"{name}{n}"), store.today).id or 0
            customers.edit(db, id, "grade_by_hand", grade, store.today)
            ids.append(id)
    return ids


def callback_days(store: Store, ids: list[int]) -> list[date]:
    return [
        date.fromisoformat(todo.due)
        for id in ids
        for todo in ahead(store, id)
        if todo.kind == "callback"
    ]


@pytest.mark.parametrize("at_once", [True, False])
def test_forty_callbacks_of_one_saturday_do_not_land_on_one_monday(
    store: Store, clock: Clock, at_once: bool
) -> None:
    """30 days after Thursday 19 November is Saturday 19 December."""
    clock.turn_to("2026-11-19")
    if at_once:
        ids = add_many(store, 40, VIP)
    else:
        ids = [add(store, f"客户{n}", grade=VIP) for n in range(40)]
    assert Counter(callback_days(store, ids)) == {date(2026, 12, 21): 20, date(2026, 12, 22): 20}
    with store.read() as db:
        found = follow_ups.due(db, date(2026, 12, 22), date(2026, 12, 22), store.today)
    assert len(found) == 40
    assert {one.day for one in found} == {date(2026, 12, 19)}
    assert all(one.reason.endswith(MOVED) for one in found)


def test_what_is_made_on_its_own_day_was_not_moved(store: Store) -> None:
    add(store, "张丽华", grade=VIP)
    with store.read() as db:
        (one,) = follow_ups.due(db, date(2026, 12, 21), date(2026, 12, 21), store.today)
    assert "moved" not in one.reason


def test_a_workday_in_exchange_for_a_holiday_is_used(store: Store, clock: Clock) -> None:
    """Saturday 10 October 2026 is worked, for the week of National Day; 1 to 7 October is off."""
    swapped = date(2026, 10, 10)
    assert swapped.weekday() == 5 and is_working_day(swapped, "CN")
    clock.turn_to("2026-09-10")
    assert callback_days(store, [add(store, "张丽华", grade=VIP)]) == [swapped]
    clock.turn_to("2026-09-01")
    assert callback_days(store, [add(store, "李国强", grade=VIP)]) == [date(2026, 10, 8)]
    choose(store, country="")
    clock.turn_to("2026-09-10")
    assert callback_days(store, [add(store, "王秀", grade=VIP)]) == [date(2026, 10, 12)]


def test_a_vip_makes_others_move_on_and_never_a_vip(store: Store) -> None:
    """21 December is full: of the lower grades the lowest goes, and of VIPs none."""
    choose(store, calls_a_day=2)
    with store.write("A plan for everybody") as db:
        for plan in plans.all_plans(db):
            if plan.kind is FollowUpKind.CALLBACK:
                plans.change(db, plan, Draft(plan.kind, grades=(), every_days=30))
    own, following = date(2026, 12, 21), date(2026, 12, 22)
    regular, potential = add(store, "普通", grade=REGULAR), add(store, "潜在")
    assert callback_days(store, [regular, potential]) == [own, own]
    vip = add(store, "贵宾", grade=VIP)
    assert callback_days(store, [vip, regular, potential]) == [own, own, following]
    second = add(store, "贵宾二", grade=VIP)
    assert callback_days(store, [vip, second, regular]) == [own, own, following]
    third = add(store, "贵宾三", grade=VIP)
    days = callback_days(store, [vip, second, third])
    assert days[:2] == [own, own] and days[2] > own
    assert Counter(callback_days(store, [vip, second, third, regular, potential])) == {
        own: 2, following: 2, date(2026, 12, 23): 1,
    }  # fmt: skip


def test_who_is_moved_on_stays_near_their_own_day(store: Store) -> None:
    """One call a day: each VIP moves the other on, until its five working days are used up."""
    choose(store, calls_a_day=1)
    with store.write("A plan for everybody") as db:
        for plan in plans.all_plans(db):
            if plan.kind is FollowUpKind.CALLBACK:
                plans.change(db, plan, Draft(plan.kind, grades=(), every_days=30))
    moved = add(store, "潜在")
    near = [date(2026, 12, day) for day in (21, 22, 23, 24, 25)]
    seen = callback_days(store, [moved])
    for n in range(8):
        add(store, f"贵宾{n}", grade=VIP)
        seen += callback_days(store, [moved])
    assert set(seen) <= set(near)
    assert seen == sorted(seen)


def test_a_plan_that_moves_many_counts_nobody_twice(store: Store) -> None:
    """The lower grades are about to move themselves when a VIP looks for a place among them."""
    choose(store, calls_a_day=2)
    ids = [add(store, f"客户{n}", grade=[VIP, REGULAR, POTENTIAL][n % 3]) for n in range(12)]
    with store.write("Another interval for all") as db:
        for plan, every in zip(plans.all_plans(db)[1:4], (90, 30, 30), strict=True):
            plans.change(db, plan, Draft(plan.kind, grades=(plan.grades,), every_days=every))
    counts = Counter(callback_days(store, ids))
    assert sum(counts.values()) == 12
    assert max(counts.values()) == 2
    with store.write("And back") as db:
        for plan, every in zip(plans.all_plans(db)[1:4], (30, 90, 90), strict=True):
            plans.change(db, plan, Draft(plan.kind, grades=(plan.grades,), every_days=every))
    assert max(Counter(callback_days(store, ids)).values()) == 2


def test_what_has_found_its_day_keeps_it(store: Store) -> None:
    choose(store, calls_a_day=1)
    first, second = add_many(store, 2, VIP)
    assert callback_days(store, [first, second]) == [date(2026, 12, 21), date(2026, 12, 22)]
    edit(store, first, do_not_contact=True)
    edit(store, second, city="杭州")
    assert callback_days(store, [second]) == [date(2026, 12, 22)]


def test_other_habits_find_another_day(store: Store) -> None:
    ids = add_many(store, 6, VIP)
    assert Counter(callback_days(store, ids)) == {date(2026, 12, 21): 6}
    choose(store, calls_a_day=2)
    assert Counter(callback_days(store, ids)) == {date(2026, 12, day): 2 for day in (21, 22, 23)}
    store.undo()
    assert Counter(callback_days(store, ids)) == {date(2026, 12, 21): 6}


def test_what_somebody_put_off_stays_where_they_put_it(store: Store) -> None:
    id = add(store, "张丽华", grade=VIP)
    snooze(store, follow_up(store, id), "2026-12-26")  # a Saturday
    choose(store, calls_a_day=2)
    assert callback_days(store, [id]) == [date(2026, 12, 26)]


def test_what_is_not_routine_is_never_moved(store: Store) -> None:
    """Thirty birthdays, promises and renewals on one Saturday, with one call a day."""
    choose(store, calls_a_day=1)
    with store.write("Plans") as db:
        for plan in plans.all_plans(db):
            if plan.kind in (FollowUpKind.BIRTHDAY, FollowUpKind.RENEWAL):
                plans.change(db, plan, Draft(plan.kind, days=0))
                plans.switch(db, plan, True, store.today)
    saturday = date(2026, 12, 26)
    ids = [add(store, f"客户{n}", solar="12-26") for n in range(10)]
    with store.write("Promises and policies") as db:
        for id in ids:
            follow_ups.schedule(db, id, saturday, "送样茶")
            own_dates.add(db, id, "车险", saturday, store.today, yearly=False)
    with store.read() as db:
        found = [
            one
            for one in follow_ups.due(db, saturday, saturday, store.today)
            if one.kind is not FollowUpKind.CALLBACK
        ]
    assert Counter((one.kind, one.due) for one in found) == {
        (kind, saturday): 10
        for kind in (FollowUpKind.BIRTHDAY, FollowUpKind.CUSTOM, FollowUpKind.RENEWAL)
    }

"""Care plans for a segment: who is in it has the follow-ups, also when that changes by itself."""

from dataclasses import replace

import pytest
from sqlmodel import Session

from custdesk.care import plans
from custdesk.care.plans import Draft
from custdesk.errors import CustdeskError
from custdesk.insight import policies, segments
from custdesk.insight import segment_rules as made
from custdesk.insight.segment_fields import How
from custdesk.store.models import CarePlan, FollowUpKind
from custdesk.store.store import Store
from tests.helpers import Clock, Todo, add, ahead, bought, due_on, edit, faults, spoke, switch

HANGZHOU = made.Test("city", How.IS, ("杭州",))


@pytest.fixture
def quiet(store: Store) -> Store:
    """A file without care plans that are switched on."""
    for kind in FollowUpKind:
        switch(store, kind, False)
    return store


def segment(store: Store, name: str, rule: made.Rule) -> int:
    with store.write("Segment") as db:
        return segments.add(db, name, rule).id or 0


def plan(store: Store, segment_id: int, **fields: object) -> int:
    """A plan for a segment, switched on: calls every 20 days unless `fields` say otherwise."""
    draft = replace(Draft(FollowUpKind.CALLBACK, every_days=20), segment_id=segment_id, **fields)  # type: ignore[arg-type]
    with store.write("Plan") as db:
        made = plans.add(db, draft, store.today)
        plans.switch(db, made, True, store.today)
        return made.id or 0


def called(store: Store) -> list[str]:
    """Who has a callback planned."""
    return sorted(todo.customer for todo in due_on(store, store.today, 60))


def change(store: Store, segment_id: int, rule: made.Rule) -> None:
    with store.write("Change") as db:
        segments.change(db, segment_id, rule)


def test_who_is_in_the_segment_is_cared_for(quiet: Store) -> None:
    plan(quiet, segment(quiet, "杭州", HANGZHOU))
    here, there = add(quiet, "甲", city="杭州"), add(quiet, "乙", city="成都")
    assert called(quiet) == ["甲"]
    edit(quiet, there, city="杭州")
    edit(quiet, here, city="")
    assert called(quiet) == ["乙"]
    quiet.undo()
    assert called(quiet) == ["乙", "甲"]
    assert faults(quiet) == []


def test_a_plan_looks_at_segment_and_stage_both(quiet: Store) -> None:
    plan(quiet, segment(quiet, "杭州", HANGZHOU), stages=("new",))
    add(quiet, "甲", city="杭州")
    buyer = add(quiet, "乙", city="杭州")
    assert called(quiet) == []
    bought(quiet, buyer, quiet.today, 100_00)
    assert called(quiet) == ["乙"]


def test_what_the_segment_asks_for_is_asked_of_everybody(quiet: Store) -> None:
    """Also by way of another segment, and back by undo."""
    inner = segment(quiet, "里", HANGZHOU)
    outer = segment(quiet, "外", made.All((made.In(inner),)))
    plan(quiet, outer)
    add(quiet, "甲", city="杭州")
    add(quiet, "乙", city="成都")
    change(quiet, inner, made.Test("city", How.IS, ("成都",)))
    assert called(quiet) == ["乙"]
    change(quiet, outer, made.Not(made.In(inner)))
    assert called(quiet) == ["甲"]
    quiet.undo()
    quiet.undo()
    assert called(quiet) == ["甲"]
    quiet.redo()
    assert called(quiet) == ["乙"]
    assert faults(quiet) == []


def test_a_new_name_concerns_nobody(quiet: Store) -> None:
    id = segment(quiet, "杭州", HANGZHOU)
    plan(quiet, id)
    add(quiet, "甲", city="杭州")
    told: list[frozenset[int]] = []
    quiet.changed.append(lambda change: told.append(change.customers))
    with quiet.write("Rename") as db:
        segments.rename(db, id, "西湖")
    assert told == [frozenset()]


def test_whose_days_have_come_is_in_it_on_that_day(quiet: Store, clock: Clock) -> None:
    """Silent for more than ten days: nothing happens but the days that pass."""
    silent = made.Test("last_contact", How.LONGER_AGO, (10,))
    plan(quiet, segment(quiet, "久未联系", silent))
    id = add(quiet, "甲")
    spoke(quiet, id, "2026-11-20")
    clock.turn_to("2026-11-30")
    quiet.new_day()
    assert called(quiet) == []
    clock.turn_to("2026-12-01")
    quiet.new_day()
    assert called(quiet) == ["甲"]
    assert faults(quiet) == []
    clock.turn_to("2026-11-30")  # a clock that was set back
    quiet.new_day()
    assert called(quiet) == []
    assert faults(quiet) == []


def test_whose_days_are_over_leaves_it(quiet: Store, clock: Clock) -> None:
    fresh = made.Test("added", How.WITHIN_LAST, (7,))
    plan(quiet, segment(quiet, "新客", made.Not(made.Not(fresh))))
    add(quiet, "甲")
    assert called(quiet) == ["甲"]
    clock.turn_to("2026-11-28")
    quiet.new_day()
    assert called(quiet) == ["甲"]
    clock.turn_to("2026-11-29")
    quiet.new_day()
    assert called(quiet) == []
    assert faults(quiet) == []


def test_the_preview_counts_who_is_in_it(quiet: Store) -> None:
    id = segment(quiet, "杭州", HANGZHOU)
    for name, city in (("甲", "杭州"), ("乙", "杭州"), ("丙", "成都")):
        add(quiet, name, city=city)
    with quiet.read() as db:
        draft = Draft(FollowUpKind.CALLBACK, every_days=20, segment_id=id)
        assert plans.preview(db, draft, quiet.today).customers == 2


FOLLOW_UP_COMES = made.Test("next_follow_up", How.WITHIN_NEXT, (7,))


def test_a_plan_cannot_go_by_what_it_makes_itself(quiet: Store) -> None:
    """It would call because it called."""
    coming = segment(quiet, "快到期", FOLLOW_UP_COMES)
    around = segment(quiet, "别的", made.AnyOf((HANGZHOU, made.In(coming))))
    for id in (coming, around):
        with pytest.raises(CustdeskError, match="next follow-up"):
            plan(quiet, id)
    fine = segment(quiet, "杭州", HANGZHOU)
    plan(quiet, fine, name="常联系")
    with quiet.read() as db:
        wrong = segments.faults(db, made.All((HANGZHOU, FOLLOW_UP_COMES)), fine)
    assert [(one.at, "常联系" in one.words) for one in wrong] == [((1,), True)]


def test_whom_says_stage_and_segment(store: Store) -> None:
    id = segment(store, "西湖", HANGZHOU)
    draft = Draft(FollowUpKind.CALLBACK, every_days=9, stages=("new", "lapsed"), segment_id=id)
    with store.read() as db:
        said = plans.whom(draft, policies.grades(db), segments.known(db).names)
    assert said == "New customer, Lapsed · segment 西湖"


def test_a_plan_keeps_its_segment_when_something_else_changes(quiet: Store) -> None:
    id = segment(quiet, "杭州", HANGZHOU)
    plan_id = plan(quiet, id)
    with quiet.write("Change") as db:
        one = db.get_one(CarePlan, plan_id)
        plans.change(db, one, replace(plans.draft_of(db, one), every_days=30))
    with quiet.read() as db:
        assert db.get_one(CarePlan, plan_id).segment_id == id


def test_a_segment_that_is_in_force_is_known_as_such(quiet: Store) -> None:
    """A change of it takes long then, and is made in the background."""
    inner = segment(quiet, "里", HANGZHOU)
    outer = segment(quiet, "外", made.In(inner))
    alone = segment(quiet, "独", HANGZHOU)
    plan_id = plan(quiet, outer)

    def in_force(db: Session) -> list[bool]:
        return [segments.is_in_force(db, id) for id in (inner, outer, alone)]

    with quiet.read() as db:
        assert in_force(db) == [True, True, False]
    with quiet.write("Off") as db:
        plans.switch(db, db.get_one(CarePlan, plan_id), False, quiet.today)
    with quiet.read() as db:
        assert in_force(db) == [False, False, False]


def test_follow_ups_of_a_segment_name_their_day(quiet: Store) -> None:
    plan(quiet, segment(quiet, "杭州", HANGZHOU))
    id = add(quiet, "甲", city="杭州")
    assert ahead(quiet, id) == [Todo("甲", "callback", "2026-12-11", "2026-12-11")]

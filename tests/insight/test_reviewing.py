"""What other rules would move, and the review of who moved: accepted, or kept with a reason."""

from datetime import date

import pytest

from custdesk.errors import CustdeskError
from custdesk.insight import policies, reviewing
from custdesk.insight.policies import Every, GradeRule, Policy
from custdesk.insight.reviewing import WhatIf
from custdesk.store.store import Store
from tests.helpers import Clock, add, bought, edit, faults, standing
from tests.insight.three_customers import add_three

USUAL = Policy()


def spend(high: int, middle: int, **more: object) -> Policy:
    first = USUAL.criteria[0].model_copy(update={"high": high * 100, "middle": middle * 100})
    return USUAL.model_copy(update={"criteria": (first, *USUAL.criteria[1:]), **more})


HARDER = (
    GradeRule(key="vip", at_least=100),
    GradeRule(key="regular", at_least=60),
    GradeRule(key="potential", at_least=0),
)


def what_if(store: Store, policy: Policy) -> WhatIf:
    with store.read() as db:
        return reviewing.what_if(db, policy, store.today)


def adopt(store: Store, policy: Policy) -> None:
    with store.write("Rules") as db:
        policies.adopt(db, policy, store.today)


@pytest.mark.parametrize(
    "policy",
    [
        spend(30_000, 10_000),
        spend(500_000, 300_000),
        USUAL.model_copy(update={"loyal_cents": 10_000_00}),  # each history is looked at
        USUAL,
    ],
)
def test_what_is_foreseen_is_what_happens(store: Store, policy: Policy) -> None:
    ids = [*add_three(store), add(store, "赵六")]
    foreseen = what_if(store, policy)
    before = {id: standing(store, id).grade for id in ids}
    adopt(store, policy)
    after = {id: standing(store, id).grade for id in ids}
    assert {one.customer_id: (one.before.key, one.now.key) for one in foreseen.moved} == {
        id: (before[id], after[id]) for id in ids if before[id] != after[id]
    }
    assert foreseen.now == {key: [*before.values()].count(key) for key in foreseen.now}
    assert foreseen.then == {key: [*after.values()].count(key) for key in foreseen.then}
    assert faults(store) == []


def test_who_has_a_grade_by_hand_stays(store: Store) -> None:
    ids = add_three(store)
    edit(store, ids[2], grade_by_hand="potential")
    assert [one.name for one in what_if(store, spend(30_000, 10_000)).moved] == []


def test_a_policy_that_cannot_grade_is_refused(store: Store) -> None:
    with pytest.raises(CustdeskError, match="overlap"):
        what_if(store, spend(1, 2))


def moves(store: Store) -> list[tuple[str, str, str]]:
    with store.read() as db:
        return [(one.name, one.before.key, one.now.key) for one in reviewing.moves(db, store.today)]


def accept(store: Store, *kept: int) -> tuple[int, int, int]:
    with store.write("Review") as db:
        found = reviewing.accept(db, store.today, kept)
        return found.up, found.down, found.kept


@pytest.fixture
def reviewed(store: Store) -> list[int]:
    """张三, 李四, 王五 as they were at a first review."""
    ids = add_three(store)
    assert accept(store) == (0, 0, 0)
    return ids


def test_moves_up_and_down_are_accepted(store: Store, clock: Clock, reviewed: list[int]) -> None:
    assert moves(store) == []
    bought(store, reviewed[2], store.today, 900_000_00)
    clock.move(days=700)
    store.new_day()
    bought(store, reviewed[2], store.today, 900_000_00)
    found = moves(store)
    assert {name for name, _before, _now in found} == {"张三", "李四", "王五"}
    ups = sum(before == "potential" for _name, before, _now in found)
    assert accept(store) == (ups, len(found) - ups, 0)
    assert moves(store) == []
    store.undo()
    assert moves(store) == found


def test_one_is_kept_by_hand_for_a_reason(store: Store, reviewed: list[int]) -> None:
    adopt(store, USUAL.model_copy(update={"grades": HARDER}))
    before = moves(store)
    name, was, _now = before[0]
    id = dict(zip(("张三", "李四", "王五"), reviewed, strict=True))[name]
    with store.write("Keep") as db:
        reviewing.keep(db, id, " 老客户，  明年会回来 ")
    kept = standing(store, id)
    assert (kept.grade, kept.policy_id) == (was, None)
    assert moves(store) == before[1:]
    assert accept(store, id)[2] == 1
    adopt(store, USUAL)
    assert standing(store, id).grade == was  # it survives


@pytest.mark.parametrize("why", ["", "   ", "x" * 201])
def test_keeping_needs_a_reason(store: Store, reviewed: list[int], why: str) -> None:
    with pytest.raises(CustdeskError), store.write("Keep") as db:
        reviewing.keep(db, reviewed[0], why)


def test_a_new_customer_has_not_moved(store: Store, reviewed: list[int]) -> None:
    id = add(store, "赵六")
    bought(store, id, store.today, 900_000_00)
    assert len(reviewed) == 3
    assert moves(store) == []


@pytest.mark.parametrize(
    ("every", "today", "begin"),
    [
        (Every.QUARTER, date(2026, 11, 25), date(2026, 10, 1)),
        (Every.QUARTER, date(2026, 3, 31), date(2026, 1, 1)),
        (Every.HALF_YEAR, date(2026, 11, 25), date(2026, 7, 1)),
        (Every.YEAR, date(2026, 11, 25), date(2026, 1, 1)),
        (Every.NEVER, date(2026, 11, 25), None),
    ],
)
def test_when_a_period_begins(every: Every, today: date, begin: date | None) -> None:
    assert reviewing.begin_of(every, today) == begin


def due(store: Store) -> date | None:
    with store.read() as db:
        return reviewing.due_since(db, store.today)


def test_a_review_is_due_once_a_quarter(store: Store, clock: Clock) -> None:
    assert due(store) is None  # nobody is there
    add(store, "张三")
    assert due(store) is None  # nobody was there before the quarter
    clock.turn_to("2027-01-04")
    assert due(store) == date(2027, 1, 1)
    accept(store)
    assert due(store) is None
    clock.turn_to("2027-04-01")
    assert due(store) == date(2027, 4, 1)
    adopt(store, USUAL.model_copy(update={"review": Every.YEAR}))
    assert due(store) is None
    adopt(store, USUAL.model_copy(update={"review": Every.NEVER}))
    clock.turn_to("2030-01-01")
    assert due(store) is None

"""Policies: what cannot grade is said at its field, and every policy stays with its dates."""

from datetime import date

import pytest

from custdesk.errors import CustdeskError
from custdesk.insight import measures, policies
from custdesk.insight.policies import Criterion, GradeRule, Policy, faults
from custdesk.people import customers
from custdesk.store.store import Store
from tests.helpers import Clock, add, bought, standing

USUAL = Policy()


def spend(**changed: object) -> Policy:
    first = USUAL.criteria[0].model_copy(update=changed)
    return USUAL.model_copy(update={"criteria": (first, *USUAL.criteria[1:])})


def loyal(years: float) -> Policy:
    criteria = list(USUAL.criteria)
    criteria[2] = criteria[2].model_copy(update={"high": years})
    return USUAL.model_copy(update={"criteria": tuple(criteria)})


def content(**changed: object) -> Policy:
    one = Criterion(of="satisfaction", high=4.5, middle=3.5).model_copy(update=changed)
    return USUAL.model_copy(update={"criteria": (*USUAL.criteria, one)})


def graded(*grades: tuple[str, int]) -> Policy:
    rules = tuple(
        GradeRule(key=f"g{n}", name=name, at_least=score) for n, (name, score) in enumerate(grades)
    )
    return USUAL.model_copy(update={"grades": rules})


@pytest.mark.parametrize(
    ("policy", "at", "words"),
    [
        (spend(high=10_000_00), ("criteria", 0, "high"), "overlap"),
        (spend(high=50_000_00), ("criteria", 0, "high"), "overlap"),
        (spend(middle=-1), ("criteria", 0, "high"), "overlap"),
        (spend(high=float("inf")), ("criteria", 0, "high"), "number"),
        (spend(middle=float("nan")), ("criteria", 0, "high"), "number"),
        (loyal(2.5), ("criteria", 2, "high"), "from 1 to 30"),
        (loyal(31), ("criteria", 2, "high"), "from 1 to 30"),
        (content(high=5), ("criteria", 4, "high"), "Nobody can be above 5 of 5"),
        (content(high=5.1, above=False), ("criteria", 4, "high"), "Nobody can be above 5 of 5"),
        (content(high=3), ("criteria", 4, "high"), "overlap"),
        (spend(weight=-1), ("criteria", 0, "weight"), "whole number"),
        (spend(weight=2000), ("criteria", 0, "weight"), "whole number"),
        (
            USUAL.model_copy(
                update={
                    "criteria": tuple(
                        one.model_copy(update={"weight": 0}) for one in USUAL.criteria
                    )
                }
            ),
            ("criteria", 0, "weight"),
            "Nothing counts",
        ),
        (
            USUAL.model_copy(update={"criteria": (*USUAL.criteria, USUAL.criteria[0])}),
            ("criteria", 4, "of"),
            "twice",
        ),
        (
            USUAL.model_copy(
                update={
                    "criteria": (
                        *USUAL.criteria,
                        Criterion(of="source", highs=("展会",), middles=("展会",)),
                    )
                }
            ),
            ("criteria", 4, "middles"),
            "both",
        ),
        (
            USUAL.model_copy(
                update={
                    "criteria": (
                        *USUAL.criteria[:3],
                        USUAL.criteria[3].model_copy(update={"highs": ()}),
                    )
                }
            ),
            ("criteria", 3, "highs"),
            "Nobody can be high",
        ),
        (USUAL.model_copy(update={"loyal_cents": 0}), ("loyal_cents",), "above 0"),
        (graded(), ("grades",), "2 to 7"),
        (graded(("A", 50)), ("grades",), "2 to 7"),
        (graded(("A" * 21, 50), ("B", 0)), ("grades", 0, "name"), "20 characters"),
        (graded(("A", 50), ("", 0)), ("grades", 1, "name"), "name"),
        (graded(("A", 50), ("a", 0)), ("grades", 1, "name"), "Another grade"),
        (graded(("A", 50), ("B", 50), ("C", 0)), ("grades", 1, "at_least"), "overlaps"),
        (graded(("A", 50), ("B", 60), ("C", 0)), ("grades", 1, "at_least"), "overlaps"),
        (graded(("A", 101), ("B", 0)), ("grades", 0, "at_least"), "Nobody"),
        (graded(("A", 50), ("B", 10)), ("grades", 1, "at_least"), "no grade"),
    ],
)
def test_what_cannot_grade_is_said_at_the_field(
    store: Store, policy: Policy, at: tuple[str | int, ...], words: str
) -> None:
    found = faults(policy)
    assert [(one.at, words in one.words) for one in found] == [(at, True)]
    with pytest.raises(CustdeskError), store.write("Rules") as db:
        policies.adopt(db, policy, store.today)
    with store.read() as db:
        assert policies.in_force(db) == (1, USUAL)  # the old one stays in force


def test_the_default_policy_can_grade() -> None:
    assert faults(USUAL) == []


def test_a_grade_knows_the_policy_that_gave_it(store: Store, clock: Clock) -> None:
    id = add(store, "张三")
    bought(store, id, "2026-11-20", 40_000_00)
    first = standing(store, id)
    assert (first.grade, first.policy_id) == ("potential", 1)
    clock.move(days=1)
    store.new_day()
    with store.write("Rules") as db:
        policies.adopt(db, spend(high=30_000_00, middle=10_000_00), store.today)
    second = standing(store, id)
    assert (second.grade, second.policy_id) == ("regular", 2)
    with store.read() as db:
        assert policies.on(db, date(2020, 1, 1)) == USUAL
        assert policies.on(db, store.today) != USUAL
        assert len(policies.all_of(db)) == 2
    with store.write("By hand") as db:
        customers.set_grade(db, [id], "vip", "老朋友")
    kept = standing(store, id)
    assert (kept.grade, kept.policy_id) == ("vip", None)
    store.undo()
    store.undo()
    assert (standing(store, id).grade, standing(store, id).policy_id) == ("potential", 1)


def test_every_policy_is_kept_and_of_a_day_the_last_one_counts(store: Store) -> None:
    for middle in (10_000_00, 20_000_00, 30_000_00):
        with store.write("Rules") as db:
            policies.adopt(db, spend(middle=middle), store.today)
    with store.read() as db:
        assert len(policies.all_of(db)) == 4
        assert policies.in_force(db)[1] == spend(middle=30_000_00)
        assert policies.on(db, store.today) == spend(middle=30_000_00)


def test_a_grade_that_is_gone_keeps_its_name_and_its_key(store: Store) -> None:
    for policy in (graded(("Gold", 60), ("Silver", 0)), graded(("Gold", 60), ("", 0))):
        dropped = policy.grades[1].model_copy(update={"key": "other", "name": "Bronze"})
        with store.write("Rules") as db:
            policies.adopt(
                db, policy.model_copy(update={"grades": (policy.grades[0], dropped)}), store.today
            )
            policies.adopt(db, graded(("Gold", 60), ("Silver", 0)), store.today)
    with store.read() as db:
        known = policies.grades(db)
        assert [grade.called for grade in known.ranked] == ["Gold", "Silver"]
        assert {known.of(key).called for key in ("other", "vip")} == {"Bronze", "VIP"}
        assert known.of("other").rank == 2
        assert known.named("Bronze") is None
        assert policies.unused_key(db, ["grade_1"]) == "grade_2"


def test_a_policy_of_a_damaged_file_is_the_default() -> None:
    assert policies.read("no json") == USUAL
    assert policies.read('{"criteria": [{"of": "nothing"}]}') == USUAL
    assert policies.read('{"grades": 7}') == USUAL


def test_the_names_of_the_usual_four_stand() -> None:
    assert {measures.SPEND, measures.FREQUENCY, measures.LOYALTY, measures.POTENTIAL} == {
        one.of for one in USUAL.criteria
    }
    assert [grade.in_full for grade in USUAL.ranked.ranked] == [
        *("VIP customer", "Regular customer", "Potential customer")
    ]


def test_taking_rules_back_is_as_much_work_as_there_are_customers(store: Store) -> None:
    for n in range(20):
        add(store, f"客户{n}")
    assert store.step_size() < 20
    with store.write("Rules") as db:
        policies.adopt(db, spend(middle=10_000_00), store.today)
    assert store.step_size() > 20
    store.undo()
    assert store.step_size(undone=True) > 20


def test_the_best_score_may_be_asked_for() -> None:
    assert faults(content(high=5, above=False)) == []

"""Grades by the policy: the table of product.md comes out exactly, and every rule is data."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.insight import measures
from custdesk.insight.grading import Level, grade, level_of, why
from custdesk.insight.measures import Facts
from custdesk.insight.policies import Criterion, GradeRule, Policy
from custdesk.store.models import POTENTIAL, REGULAR, VIP

USUAL = Policy()
OF = {one.of: one for one in USUAL.criteria}


def facts(yuan: int, purchases: int, years: int, potential: str | None) -> Facts:
    return Facts(
        spend_12m_cents=yuan * 100,
        purchases_12m=purchases,
        loyal_years=years,
        potential=potential,
    )


@pytest.mark.parametrize(
    ("known", "levels", "key"),
    [
        (facts(120_000, 75, 3, "high"), (2, 2, 2, 2), VIP),  # 张三
        (facts(80_000, 40, 2, "medium"), (1, 1, 1, 1), REGULAR),  # 李四
        (facts(40_000, 10, 0, "low"), (0, 0, 0, 0), POTENTIAL),  # 王五
    ],
)
def test_the_table_of_the_product(known: Facts, levels: tuple[int, ...], key: str) -> None:
    found = grade(known, USUAL)
    assert tuple(int(point.level or 0) for point in found.points) == levels
    assert found.grade == key


@pytest.mark.parametrize(
    ("of", "value", "level"),
    [
        (measures.SPEND, 100_000_01, Level.HIGH),
        (measures.SPEND, 100_000_00, Level.MIDDLE),
        (measures.SPEND, 50_000_00, Level.MIDDLE),
        (measures.SPEND, 49_999_99, Level.LOW),
        (measures.FREQUENCY, 5.1, Level.HIGH),
        (measures.FREQUENCY, 5, Level.MIDDLE),
        (measures.FREQUENCY, 2, Level.MIDDLE),
        (measures.FREQUENCY, 1.9, Level.LOW),
        (measures.LOYALTY, 3, Level.HIGH),
        (measures.LOYALTY, 1, Level.MIDDLE),
        (measures.LOYALTY, 0, Level.LOW),
        (measures.POTENTIAL, "high", Level.HIGH),
        (measures.POTENTIAL, "medium", Level.MIDDLE),
        (measures.POTENTIAL, "low", Level.LOW),
        (measures.POTENTIAL, None, None),
    ],
)
def test_each_threshold(of: str, value: float | str | None, level: Level | None) -> None:
    assert level_of(OF[of], value) is level


def test_what_nobody_knows_does_not_count() -> None:
    known, unknown = facts(120_000, 75, 3, "low"), facts(120_000, 75, 3, None)
    assert (grade(known, USUAL).score, grade(unknown, USUAL).score) == (75, 100)
    nothing = Policy(criteria=tuple(
        one.model_copy(update={"weight": 25 if one.of == measures.POTENTIAL else 0})
        for one in USUAL.criteria
    ))  # fmt: skip
    assert grade(unknown, nothing).grade == POTENTIAL


def test_who_has_just_the_score_has_the_grade() -> None:
    third = Policy(
        criteria=(
            *(one.model_copy(update={"weight": 0}) for one in USUAL.criteria[1:3]),
            USUAL.criteria[0].model_copy(update={"weight": 7}),
            USUAL.criteria[3].model_copy(update={"weight": 3}),
        ),
        grades=(GradeRule(key="best", name="Best", at_least=70), GradeRule(key="rest", at_least=0)),
    )
    assert grade(facts(200_000, 0, 0, "low"), third).grade == "best"  # 7 of 10


def test_a_field_of_the_customer_can_count() -> None:
    ours = Policy(
        criteria=(*USUAL.criteria, Criterion(of="source", weight=100, highs=("老客介绍",)))
    )
    known = facts(40_000, 10, 0, "low")
    assert grade(known._replace(source="老客介绍"), ours).grade == REGULAR
    assert grade(known._replace(source="路过"), ours).grade == POTENTIAL


def test_why_in_one_line() -> None:
    found = grade(facts(120_000, 40, 1, None), USUAL)
    assert why(found, USUAL) == (
        "12-month spend ¥120,000: high; Purchases a month 3.3 a month: Now and then;"
        " Loyalty 1 year: Becoming; Potential value: not known, does not count"
        " → 67 of 100 → Regular"
    )


LEVELS = st.sampled_from([0, 1, 2])


@given(st.tuples(LEVELS, LEVELS, LEVELS, LEVELS), st.tuples(*[st.integers(0, 40)] * 4))
def test_better_in_everything_is_never_a_lower_grade(
    levels: tuple[int, ...], weights: tuple[int, ...]
) -> None:
    policy = Policy(criteria=tuple(
        one.model_copy(update={"weight": weight})
        for one, weight in zip(USUAL.criteria, weights, strict=True)
    ))  # fmt: skip
    ranks = {rule.key: place for place, rule in enumerate(policy.grades)}
    spends, counts, years = (0, 60_000, 200_000), (0, 36, 120), (0, 2, 3)
    potentials = ("low", "medium", "high")

    def rank(a: int, b: int, c: int, d: int) -> int:
        known = facts(spends[a], counts[b], years[c], potentials[d])
        return ranks[grade(known, policy).grade]

    own = rank(*levels)
    for better in product(*(range(level, 3) for level in levels)):
        assert rank(*better) <= own

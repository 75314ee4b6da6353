"""Which grade a policy gives, and why: levels, weighed; nothing else (product.md, "Grading")."""

from enum import IntEnum
from typing import NamedTuple

from custdesk.i18n import N_, _
from custdesk.insight import measures
from custdesk.insight.measures import MEASURES, Facts, Value
from custdesk.insight.policies import HIGHEST, Criterion, Policy
from custdesk.store.models import Potential


class Level(IntEnum):
    """What it is worth, in halves."""

    LOW = 0
    MIDDLE = 1
    HIGH = 2


_WORDS = {Level.HIGH: N_("high"), Level.MIDDLE: N_("middle"), Level.LOW: N_("low")}
_OWN_WORDS = {
    measures.FREQUENCY: {
        Level.HIGH: N_("Often"),
        Level.MIDDLE: N_("Now and then"),
        Level.LOW: N_("Seldom"),
    },
    measures.LOYALTY: {
        Level.HIGH: N_("Loyal"),
        Level.MIDDLE: N_("Becoming"),
        Level.LOW: N_("Not loyal"),
    },
    measures.POTENTIAL: {
        Level.HIGH: N_("High"),
        Level.MIDDLE: N_("Medium"),
        Level.LOW: N_("Low"),
    },
}
"""What the levels of these are called in a grading table."""


class Point(NamedTuple):
    """What one criterion gave: the value and its level; no level where nobody knows the value."""

    of: str
    value: Value
    level: Level | None
    weight: int


class Graded(NamedTuple):
    """The key of the grade, the score from 0 to 100 and what it is made of."""

    grade: str
    score: float
    points: tuple[Point, ...]

    def point(self, of: str) -> Point:
        return next(point for point in self.points if point.of == of)


def level_of(criterion: Criterion, value: Value) -> Level | None:
    """None for a value that nobody knows."""
    if value is None:
        return None
    if isinstance(value, str):
        if value in criterion.highs:
            return Level.HIGH
        return Level.MIDDLE if value in criterion.middles else Level.LOW
    if value > criterion.high or (value == criterion.high and not criterion.above):
        return Level.HIGH
    return Level.MIDDLE if value >= criterion.middle else Level.LOW


def grade(facts: Facts, policy: Policy) -> Graded:
    """The grade of a customer of whom this is known: by the mean of the levels with their weights.

    What nobody knows does not count.
    """
    points = []
    whole = worth = 0
    for one in policy.criteria:
        value = MEASURES[one.of].of(facts)
        level = level_of(one, value)
        points.append(Point(one.of, value, level, one.weight))
        if level is not None:
            whole += one.weight
            worth += one.weight * level
    # In whole numbers: whoever has just the score that a grade begins at has it.
    best = whole * Level.HIGH
    key = next(
        (rule.key for rule in policy.grades if worth * HIGHEST >= rule.at_least * best),
        policy.grades[-1].key,
    ) if whole else policy.grades[-1].key  # fmt: skip
    return Graded(key, worth * HIGHEST / best if whole else 0.0, tuple(points))


def level_words(of: str, level: Level | None) -> str:
    """What a level of a criterion is called: 高频, 潜在, 高; "—" where nobody knows."""
    return _(_OWN_WORDS.get(of, _WORDS)[level]) if level is not None else "—"


def why(graded: Graded, policy: Policy) -> str:
    """In one line, what gave this grade: each criterion that counts, and the score."""
    said = []
    for point in graded.points:
        if not point.weight:
            continue
        measure = MEASURES[point.of]
        if point.level is None:
            words = _("{name}: not known, does not count").format(name=measure.called)
        else:
            # A choice and its level are the same word where the choices are levels (potential).
            is_level = measure.choices is Potential
            words = _("{name}: {level}") if is_level else _("{name} {value}: {level}")
            words = words.format(
                name=measure.called,
                value=measure.in_words(point.value),
                level=level_words(point.of, point.level),
            )
        said.append(words)
    grade = policy.ranked.of(graded.grade)
    return _("{criteria} → {score} of 100 → {grade}").format(
        criteria=_("; ").join(said), score=f"{graded.score:.0f}", grade=grade.called
    )

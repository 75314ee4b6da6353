"""Grading policies: what counts how much, and which grade comes of it; kept with their dates.

A policy always has the four criteria of product.md, "Grading", though perhaps with no weight, and
may have others from `measures`. Each gives a customer a level: high, middle or low.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from itertools import count
from math import isfinite

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import Session, col, select

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.insight import measures
from custdesk.insight.grades import Grade, Grades
from custdesk.insight.loyalty import Loyalty
from custdesk.insight.measures import MEASURES, Unit
from custdesk.store.models import POTENTIAL, REGULAR, VIP, GradingPolicy, Standing

HIGHEST = 100
"""The score of somebody who is high in everything that counts."""
MOST_GRADES = 7
MOST_WEIGHT = 1000
LONGEST_NAME = 20
"""Of a grade, in characters: it stands in tags and in columns."""
MOST_POINTS = 5
"""Of satisfaction: the best score."""
MOST_YEARS = 30
"""Of loyalty; they are counted one by one."""


class Every(StrEnum):
    """How often the grades are looked through."""

    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    NEVER = "never"


class Criterion(BaseModel):
    """One thing that counts, and how much.

    A figure is high from `high` on, or only above it where `above` is said, and middle from
    `middle` on. A choice is high when it is among `highs`, middle when among `middles`.
    """

    model_config = ConfigDict(frozen=True)

    of: str
    """A key of `measures.MEASURES`."""
    weight: int = 25
    high: float = 0
    above: bool = True
    middle: float = 0
    highs: tuple[str, ...] = ()
    middles: tuple[str, ...] = ()


class GradeRule(BaseModel):
    """A grade and the least score that gives it."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str = ""
    """What the user calls it; "" for CustDesk's own word."""
    at_least: int


class Policy(BaseModel):
    """The defaults give product.md's table."""

    model_config = ConfigDict(frozen=True)

    criteria: tuple[Criterion, ...] = (
        Criterion(of=measures.SPEND, high=100_000_00, middle=50_000_00),
        Criterion(of=measures.FREQUENCY, high=5, middle=2),
        Criterion(of=measures.LOYALTY, high=3, above=False, middle=1),
        Criterion(of=measures.POTENTIAL, highs=("high",), middles=("medium",)),
    )
    grades: tuple[GradeRule, ...] = (
        GradeRule(key=VIP, at_least=70),
        GradeRule(key=REGULAR, at_least=30),
        GradeRule(key=POTENTIAL, at_least=0),
    )
    """The best first."""
    loyal_cents: int = Loyalty().yearly_cents
    """A year counts for loyalty when more than this was spent in it."""
    review: Every = Every.QUARTER

    @property
    def title(self) -> str:
        """What the policy is called: its grades, the best first."""
        return " / ".join(grade.in_full for grade in self.ranked.ranked)

    @property
    def ranked(self) -> Grades:
        return Grades(tuple(Grade(one.key, rank, one.name) for rank, one in enumerate(self.grades)))

    def counts(self, of: str) -> bool:
        """Whether something is a criterion of this policy, and has a weight."""
        return any(one.of == of and one.weight for one in self.criteria)

    @property
    def loyalty(self) -> Loyalty:
        years = next(one.high for one in self.criteria if one.of == measures.LOYALTY)
        return Loyalty(self.loyal_cents, round(years))


class Fault(BaseModel):
    """What is wrong with a policy, and where: ("criteria", 2, "middle"), ("grades", 1, "name"), or
    with all of them: ("grades",)."""

    at: tuple[str | int, ...]
    words: str


def faults(policy: Policy) -> list[Fault]:
    """Why this policy cannot grade anybody; none when it can."""
    return [*_of_criteria(policy), *_of_grades(policy)]


def _of_criteria(policy: Policy) -> list[Fault]:
    found = []
    for place, one in enumerate(policy.criteria):
        at = ("criteria", place)
        measure = MEASURES[one.of]
        if not 0 <= one.weight <= MOST_WEIGHT:
            words = _("Type a whole number from {low} to {high}.").format(low=0, high=MOST_WEIGHT)
            found.append(Fault(at=(*at, "weight"), words=words))
        if one.of in [other.of for other in policy.criteria[:place]]:
            words = _("{name} is there twice. Take one of them away.").format(name=measure.called)
            found.append(Fault(at=(*at, "of"), words=words))
        if measure.unit is not Unit.CHOICE:
            if not (isfinite(one.middle) and isfinite(one.high)):
                found.append(Fault(at=(*at, "high"), words=_("Type a number.")))
            elif one.middle < 0 or one.high <= one.middle:
                words = _("High and middle overlap. High must begin above {value}.").format(
                    value=measure.in_words(max(one.middle, 0))
                )
                found.append(Fault(at=(*at, "high"), words=words))
            elif one.of == measures.LOYALTY and not (
                one.high == int(one.high) and one.high <= MOST_YEARS
            ):
                words = _("Type a whole number from {low} to {high}.").format(
                    low=1, high=MOST_YEARS
                )
                found.append(Fault(at=(*at, "high"), words=words))
            elif measure.unit is Unit.POINTS and (
                one.high > MOST_POINTS or (one.above and one.high == MOST_POINTS)
            ):
                words = _("Nobody can be above {high}. Choose a lower number.").format(
                    high=measure.in_words(MOST_POINTS)
                )
                found.append(Fault(at=(*at, "high"), words=words))
        elif shared := [choice for choice in one.highs if choice in one.middles]:
            words = _("“{value}” is both high and middle. Take it out of one.").format(
                value=measure.in_words(shared[0])
            )
            found.append(Fault(at=(*at, "middles"), words=words))
        elif one.weight and not one.highs:
            words = _("Nobody can be high in this. Say what counts as high.")
            found.append(Fault(at=(*at, "highs"), words=words))
    if not sum(max(one.weight, 0) for one in policy.criteria):
        words = _("Nothing counts: give at least one criterion a weight above 0.")
        found.append(Fault(at=("criteria", 0, "weight"), words=words))
    if policy.loyal_cents <= 0:
        words = _("Type an amount above 0.")
        found.append(Fault(at=("loyal_cents",), words=words))
    return found


def _of_grades(policy: Policy) -> list[Fault]:
    found = []
    grades = policy.ranked.ranked
    if not 2 <= len(grades) <= MOST_GRADES:
        words = _("Have {low} to {high} grades.").format(low=2, high=MOST_GRADES)
        return [Fault(at=("grades",), words=words)]
    for place, (rule, grade) in enumerate(zip(policy.grades, grades, strict=True)):
        at = ("grades", place)
        if not grade.is_named:
            found.append(Fault(at=(*at, "name"), words=_("A grade needs a name. Type one.")))
        elif len(grade.called) > LONGEST_NAME:
            words = _("Use {n} characters at most.").format(n=LONGEST_NAME)
            found.append(Fault(at=(*at, "name"), words=words))
        elif grade.called.casefold() in {other.called.casefold() for other in grades[:place]}:
            words = _("Another grade is called {name}. Type another name.")
            found.append(Fault(at=(*at, "name"), words=words.format(name=grade.called)))
        above = policy.grades[place - 1].at_least if place else HIGHEST + 1
        if rule.at_least >= above:
            words = (
                _("This overlaps with the grade above: type less than {n}.").format(n=above)
                if place
                else _("Nobody can reach this: type at most {n}.").format(n=HIGHEST)
            )
            found.append(Fault(at=(*at, "at_least"), words=words))
    if policy.grades[-1].at_least != 0:
        words = _("Scores below {n} have no grade. The lowest grade begins at 0.").format(
            n=policy.grades[-1].at_least
        )
        found.append(Fault(at=("grades", len(grades) - 1, "at_least"), words=words))
    return found


def adopt(db: Session, policy: Policy, today: date) -> None:
    """Grade by this from today on; raises a CustdeskError for one that cannot grade.

    Those before stay in the file.
    """
    wrong = faults(policy)
    if wrong:
        raise CustdeskError(wrong[0].words)
    db.add(GradingPolicy(since=today, rules=policy.model_dump_json(exclude_defaults=True)))
    db.flush()


def in_force(db: Session) -> tuple[int, Policy]:
    """The policy that grades now, and its id."""
    row = _last(db)
    return (row.id or 0, read(row.rules)) if row else (0, Policy())


def on(db: Session, day: date) -> Policy:
    """The policy that graded on a day; before the first one, the first."""
    rows = all_of(db)
    known = [row for row in rows if row.since is None or row.since <= day]
    return read((known or rows)[-1].rules) if rows else Policy()


def all_of(db: Session) -> list[GradingPolicy]:
    """Every policy that ever graded, the first one first."""
    return list(db.exec(select(GradingPolicy).order_by(col(GradingPolicy.id))))


def grades(db: Session) -> Grades:
    """The grades in force, and those of earlier policies by their last names."""
    *earlier, now = [read(row.rules) for row in all_of(db)] or [Policy()]
    former = {rule.key: rule for policy in earlier for rule in policy.grades}
    for key in _keys(now):
        former.pop(key, None)
    ranked = now.ranked.ranked
    gone = (Grade(rule.key, len(ranked), rule.name) for rule in former.values())
    return Grades(ranked, tuple(gone))


def unused_key(db: Session, others: Iterable[str] = ()) -> str:
    """A key for a new grade that no policy ever had, nor one of the others."""
    used = {rule.key for row in all_of(db) for rule in read(row.rules).grades} | set(others)
    return next(key for n in count(1) if (key := f"grade_{n}") not in used)


def _keys(policy: Policy) -> set[str]:
    return {rule.key for rule in policy.grades}


def read(rules: str) -> Policy:
    """A policy from its row; the default one where a damaged file holds none that can grade."""
    try:
        policy = Policy.model_validate_json(rules)
    except ValidationError:
        return Policy()
    return policy if {one.of for one in policy.criteria} <= MEASURES.keys() else Policy()


def _last(db: Session) -> GradingPolicy | None:
    return db.exec(select(GradingPolicy).order_by(col(GradingPolicy.id).desc()).limit(1)).first()


def grade_of(db: Session, standing: Standing | None) -> Grade:
    """The grade of a customer; of one in the trash, who stands nowhere, the lowest."""
    ranked = grades(db)
    return ranked.of(standing.grade) if standing else ranked.lowest

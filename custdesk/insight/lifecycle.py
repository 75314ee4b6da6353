"""How far a customer has come: prospect, new, active, loyal, lapsed (product.md, "Lifecycle").

From each customer's own rhythm: who buys every week is missed sooner than who buys every season.
A customer is in one stage at a time, the first of these that holds: prospect, lapsed, loyal, new,
active.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from custdesk.insight.buying import Bought, rhythm, rhythms
from custdesk.insight.loyalty import Loyalty, anniversaries
from custdesk.store.models import Stage

NEVER = 10**7
"""A day after the last one that can be written."""


@dataclass(frozen=True, slots=True)
class LifecycleNumbers:
    """The defaults are those of product.md."""

    new_days: int = 90
    """So long after the first purchase somebody is new."""
    lapsed_times: float = 3
    lapsed_least_days: int = 90
    """Lapsed is who is silent for more than so many times the own rhythm, and so many days."""

    def patience(self, usual: float | None) -> int:
        """After how many days of silence they still are no lapsed customer, with that rhythm."""
        return max(self.lapsed_least_days, int(self.lapsed_times * usual) if usual else 0)


class Move(NamedTuple):
    """Into which stage, and on what day (its ordinal)."""

    stage: Stage
    day: int


def moves(
    bought: Sequence[Bought], added: int, on: int, numbers: LifecycleNumbers, loyalty: Loyalty
) -> list[Move]:
    """Every move from one stage to another until a day, the first into prospect or new.

    `bought` is what was kept (`buying.kept`), `added` the day on which the record was made.
    """
    course = _Course(bought, numbers, loyalty)
    found: list[Move] = []
    first = min([added, *course.days[:1]])
    for day in sorted({first, *_turns(course.days, course.sums[-1], numbers, loyalty)}):
        if day > on:
            break
        stage = course.stage(day)
        if not found or found[-1].stage is not stage:
            found.append(Move(stage, day))
    return found


def last_move(
    bought: Sequence[Bought],
    usual: float | None,
    added: int,
    on: int,
    numbers: LifecycleNumbers,
    loyalty: Loyalty,
) -> tuple[Move, int]:
    """The last of `moves`, and the last day on which that stage stays when nothing is bought.

    `usual` is the rhythm of what was bought.

    Nearly everybody can never have been loyal, so that purchases alone say when they moved; for
    the others every turn is looked at.
    """
    if not bought:
        return Move(Stage.PROSPECT, added), NEVER
    days = [day for day, _cents in bought]
    whole = sum(cents for _day, cents in bought)
    if loyalty.thinkable_years(whole) >= loyalty.years:
        return _last_of_many(bought, added, on, numbers, loyalty)
    ends = days[-1] + numbers.patience(usual)
    if on > ends:
        return Move(Stage.LAPSED, ends + 1), NEVER
    back = _back_since(days, numbers)
    grown = days[0] + numbers.new_days + 1
    if on < grown:
        return Move(Stage.NEW, max(days[0], back)), min(grown - 1, ends)
    return Move(Stage.ACTIVE, max(grown, back)), ends


def _last_of_many(
    bought: Sequence[Bought], added: int, on: int, numbers: LifecycleNumbers, loyalty: Loyalty
) -> tuple[Move, int]:
    """`last_move` for who may have been loyal: from the day back, until the stage was another."""
    course = _Course(bought, numbers, loyalty)
    turns = sorted(
        {min(added, bought[0][0]), *_turns(course.days, course.sums[-1], numbers, loyalty)}
    )
    place = bisect_right(turns, on)
    stage = course.stage(turns[place - 1])
    since = place - 1
    while since and course.stage(turns[since - 1]) is stage:
        since -= 1
    ahead = turns[place] - 1 if place < len(turns) else NEVER
    return Move(stage, turns[since]), ahead


class _Course:
    """What was bought, ready to be asked for the stage on one day after another."""

    def __init__(
        self, bought: Sequence[Bought], numbers: LifecycleNumbers, loyalty: Loyalty
    ) -> None:
        self.days = [day for day, _cents in bought]
        self.sums = [0, *accumulate(cents for _day, cents in bought)]
        self._patience = [numbers.patience(usual) for usual in rhythms(self.days)]
        self._new_days, self._loyalty = numbers.new_days, loyalty

    def stage(self, day: int) -> Stage:
        days = self.days
        place = bisect_right(days, day)
        if not place:
            return Stage.PROSPECT
        if day - days[place - 1] > self._patience[place - 1]:
            return Stage.LAPSED
        if self._loyalty.years_of(days, self.sums, day) >= self._loyalty.years:
            return Stage.LOYAL
        return Stage.NEW if day - days[0] <= self._new_days else Stage.ACTIVE


def _back_since(days: Sequence[int], numbers: LifecycleNumbers) -> int:
    """The last purchase after a silence in which they had lapsed; 0 for none."""
    for place in range(len(days) - 1, 0, -1):
        silence = days[place] - days[place - 1]
        if silence > numbers.lapsed_least_days and (
            silence > numbers.patience(rhythm(days[:place])) + 1
        ):
            return days[place]
    return 0


def _turns(
    days: Sequence[int], whole: int, numbers: LifecycleNumbers, loyalty: Loyalty
) -> Iterator[int]:
    """Every day on which the stage can become another one; `whole` is what they spent in all."""
    yield from days
    for day, usual in zip(days, rhythms(days), strict=True):
        yield day + numbers.patience(usual) + 1
    if days:
        yield days[0] + numbers.new_days + 1
    if loyalty.thinkable_years(whole) >= loyalty.years:
        for day in days:
            yield from anniversaries(day, loyalty.years)

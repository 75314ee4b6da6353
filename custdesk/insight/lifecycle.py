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
from custdesk.insight.loyalty import Loyalty, leaving
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
    the others the days on which that can change are looked at, from this one on and back.
    """
    if not bought:
        return Move(Stage.PROSPECT, added), NEVER
    days = [day for day, _cents in bought]
    ends = days[-1] + numbers.patience(usual)
    if on > ends:
        return Move(Stage.LAPSED, ends + 1), NEVER
    begun = _back_since(days, numbers) or days[0]
    grown = days[0] + numbers.new_days + 1
    if loyalty.thinkable_years(sum(cents for _day, cents in bought)) >= loyalty.years:
        return _among_loyal(bought, begun, grown, ends, on, loyalty)
    if on < grown:
        return Move(Stage.NEW, begun), min(grown - 1, ends)
    return Move(Stage.ACTIVE, max(grown, begun)), ends


def _among_loyal(
    bought: Sequence[Bought], begun: int, grown: int, ends: int, on: int, loyalty: Loyalty
) -> tuple[Move, int]:
    """`last_move` for who may have been loyal since they came, or came back, on the day `begun`."""
    days = [day for day, _cents in bought]
    sums = [0, *accumulate(cents for _day, cents in bought)]

    def stage(day: int) -> Stage:
        if loyalty.years_of(days, sums, day) >= loyalty.years:
            return Stage.LOYAL
        return Stage.NEW if day < grown else Stage.ACTIVE

    turns = {begun, grown, *days, *leaving(days, loyalty.years, begun, ends)}
    turned = sorted(day for day in turns if begun <= day <= ends)
    place = bisect_right(turned, on)
    now, since = stage(on), place - 1
    while since and stage(turned[since - 1]) is now:
        since -= 1
    ahead = next((day - 1 for day in turned[place:] if stage(day) is not now), ends)
    return Move(now, turned[since]), ahead


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
    if days and loyalty.thinkable_years(whole) >= loyalty.years:
        last = days[-1] + 366 * loyalty.years
        yield from leaving(days, loyalty.years, days[0], last)

"""The funnel over time: who was in which stage at the end of each month.

From what is known today: what went back counts as never bought in the months before, too.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from custdesk.insight import deriving, lifecycle
from custdesk.insight.buying import kept
from custdesk.insight.periods import Period
from custdesk.store.models import Stage

_LOOK_EVERY = 500


def _nobody() -> "array[int]":
    return array("q")


@dataclass(frozen=True, slots=True)
class At:
    """Who was in each stage on a day, by their ids; who was no customer yet is nowhere."""

    day: date
    ids: dict[Stage, "array[int]"] = field(
        default_factory=lambda: {stage: _nobody() for stage in Stage}
    )

    def count(self, stage: Stage) -> int:
        return len(self.ids[stage])


def month_ends(period: Period) -> list[date]:
    """The last day of each month of a period; of the one that runs, the last day so far."""
    return [min(month.last, period.last) for month in period.months]


def over_time(
    db: Session, days: Sequence[date], look: Callable[[int, int], None] | None = None
) -> list[At]:
    """The stages on each of these days, which are in order, the last one being today or before.

    Goes through the history of every customer: for the background; `look` hears how many were gone
    through, and may raise.
    """
    rules = deriving.rules_of(db)
    chosen, loyalty = rules.numbers.lifecycle, rules.loyalty
    found = [At(day) for day in days]
    ordinals = [day.toordinal() for day in days]
    for done, (id, _by_hand, history) in enumerate(deriving.histories(db, "all", rules, days[-1])):
        moves = lifecycle.moves(
            kept(history.purchases), history.added, ordinals[-1], chosen, loyalty
        )
        turns = [move.day for move in moves]
        for one, day in zip(found, ordinals, strict=True):
            place = bisect_right(turns, day)
            if place:
                one.ids[moves[place - 1].stage].append(id)
        if look and done % _LOOK_EVERY == 0:
            look(done, 0)
    return found

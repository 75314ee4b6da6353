"""Recency, frequency and money: whom one compares with all others, in fifths (5 being the best).

Only who ever bought is compared: by the last day on which they bought what they kept, by how many
such days there were, and by all that they spent, less what went back.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from custdesk.i18n import N_, _

FIFTHS = range(1, 6)
FEWEST = 5
"""Of fewer buyers a person is told that they are too few to compare."""
HIGH = 4
"""From this score on something is high."""


@dataclass(frozen=True)
class Fifths:
    """Which values have which score: `ranges[score]` is the lowest and the highest that has it.

    score = 1 + floor(5 × (number below + half of the equals, the person included) / n), which is
    the fifth in which the middle of the equals stands. Equal values have equal scores, and no
    number of customers is a special case: a single one has a 3, two have a 2 and a 4. With few
    customers, or many equals, some scores have nobody and no range.
    """

    ranges: dict[int, tuple[int, int]]

    @classmethod
    def of(cls, values: Iterable[int]) -> "Fifths":
        ordered = sorted(values)

        def score(value: int) -> int:
            below, not_above = bisect_left(ordered, value), bisect_right(ordered, value)
            return 1 + 5 * (below + not_above) // (2 * len(ordered))

        ranges: dict[int, tuple[int, int]] = {}
        begin = 0
        while begin < len(ordered):
            found = score(ordered[begin])
            end = bisect_right(ordered, found, begin, key=score)
            ranges[found] = (ordered[begin], ordered[end - 1])
            begin = end
        return cls(ranges)

    def scores(self, values: Iterable[int]) -> list[int]:
        """The scores of some of the values that were compared."""
        lows, scores = [low for low, _high in self.ranges.values()], list(self.ranges)
        return [scores[bisect_right(lows, value) - 1] for value in values]

    @property
    def high_from(self) -> int | None:
        """The lowest value whose score is high; None where nobody's is."""
        return next((low for score, (low, _high) in self.ranges.items() if score >= HIGH), None)


@dataclass(frozen=True, slots=True)
class Buyer:
    """`last` is the ordinal of the day of the last purchase; money is in cents."""

    last: int
    days: int
    cents: int


@dataclass(frozen=True, slots=True)
class Scores:
    """From 1 to 5, 5 being the best."""

    r: int
    f: int
    m: int


class Group(Enum):
    """The eight groups of the field; the value is whether recency, frequency, money are high."""

    VALUE = (True, True, True)
    DEVELOP = (True, False, True)
    KEEP = (False, True, True)
    WIN_BACK = (False, False, True)
    SMALL_VALUE = (True, True, False)
    SMALL_DEVELOP = (True, False, False)
    SMALL_KEEP = (False, True, False)
    SMALL_WIN_BACK = (False, False, False)

    @property
    def called(self) -> str:
        """重要价值客户, 重要发展客户, 重要保持客户 …"""
        return _(_CALLED[self])


_CALLED = {
    Group.VALUE: N_("Champions"),
    Group.DEVELOP: N_("Big spenders to develop"),
    Group.KEEP: N_("Big spenders to keep"),
    Group.WIN_BACK: N_("Big spenders to win back"),
    Group.SMALL_VALUE: N_("Frequent buyers"),
    Group.SMALL_DEVELOP: N_("Promising"),
    Group.SMALL_KEEP: N_("Need attention"),
    Group.SMALL_WIN_BACK: N_("Hibernating"),
}


def group(scores: Scores) -> Group:
    """The group of somebody with these scores."""
    return Group((scores.r >= HIGH, scores.f >= HIGH, scores.m >= HIGH))


@dataclass(frozen=True, slots=True)
class Rfm:
    """The fifths of all who ever bought, by each of the three."""

    recency: Fifths
    frequency: Fifths
    money: Fifths

    @classmethod
    def of(cls, last: Iterable[int], days: Iterable[int], cents: Iterable[int]) -> "Rfm":
        """Of columns with a buyer in each place: what `Buyer` says of one."""
        return cls(Fifths.of(last), Fifths.of(days), Fifths.of(cents))

    def scores(
        self, last: Iterable[int], days: Iterable[int], cents: Iterable[int]
    ) -> tuple[list[int], list[int], list[int]]:
        """R, F and M of some of the buyers, in the same columns."""
        return self.recency.scores(last), self.frequency.scores(days), self.money.scores(cents)

"""What was bought and kept: purchases by day, less what went back."""

import itertools
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence

Bought = tuple[int, int]
"""A day (its ordinal) and the money of that day in cents."""

PRODUCT_KEPT = """sum(CASE WHEN line.amount_cents >= 0 THEN line.quantity
   ELSE -abs(line.quantity) END) > 0"""
"""As a condition on the purchase lines of one product: more was bought than brought back."""


def kept(purchases: Iterable[Bought]) -> list[Bought]:
    """The days on which something was bought that was kept, in order, with what it came to.

    `purchases` are in the order of their days, returns being negative. Several purchases of a day
    are one. A return takes back what was bought last before it: a day of which nothing is left
    was no purchase.
    """
    days: list[Bought] = []
    for day, cents in purchases:
        if cents > 0:
            if days and days[-1][0] == day:
                days[-1] = (day, days[-1][1] + cents)
            else:
                days.append((day, cents))
            continue
        while cents and days:
            last, left = days[-1]
            if left + cents > 0:
                days[-1] = (last, left + cents)
                break
            cents += left
            days.pop()
    return days


def rhythm(days: Sequence[int]) -> float | None:
    """The usual number of days from one purchase to the next; None below two purchases.

    The median, so that one long journey or one busy week says little.
    """
    if len(days) < 2:
        return None
    return _middle(sorted(b - a for a, b in itertools.pairwise(days)))


def rhythms(days: Sequence[int]) -> Iterator[float | None]:
    """What `rhythm` was after the first purchase, after the second one, and so on."""
    if days:
        yield None
    gaps: list[int] = []
    for before, after in itertools.pairwise(days):
        insort(gaps, after - before)
        yield _middle(gaps)


def _middle(gaps: Sequence[int]) -> float:
    half = len(gaps) // 2
    return float(gaps[half]) if len(gaps) % 2 else (gaps[half - 1] + gaps[half]) / 2

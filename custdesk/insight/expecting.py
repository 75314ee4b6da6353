"""What is to be expected of each customer in the next 12 months: `value` put to the histories.

All of it takes seconds for a large file, and loads SciPy: for the background and the command line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from custdesk.insight import repeats, value
from custdesk.insight.buying import Bought
from custdesk.insight.repeats import Repeats
from custdesk.insight.value import Buyers, Model, Refusal

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Expected:
    """Of one customer, in the next 12 months; money in cents."""

    purchases: float
    value_cents: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """The model of a business, or why there is none, and what it says of whom by id."""

    model: Model | Refusal
    expected: Mapping[int, Expected]


def outlook(db: Session, on: date) -> Outlook:
    """Of everybody who had bought by a day; nobody where there are too few purchases to say."""
    return of_all(repeats.of_everybody(db, on), on)


def of_all(known: Mapping[int, Repeats], on: date) -> Outlook:
    """Of customers who came again like that until a day, by id."""
    buyers = buyers_of(known.values(), on)
    model = value.fit(buyers)
    if isinstance(model, Refusal):
        return Outlook(model, {})
    return Outlook(model, dict(zip(known, _expected(model, buyers), strict=True)))


def of_one(model: Model, bought: Sequence[Bought], on: date) -> Expected | None:
    """What the model says of somebody who bought that; None for who never did."""
    if not bought:
        return None
    return _expected(model, buyers_of([Repeats.of(bought)], on))[0]


def buyers_of(known: Iterable[Repeats], on: date) -> Buyers:
    """What the model wants to know of customers who came again like that until a day.

    Weeks and cents; the first purchase is left out of the mean.
    """
    import numpy as np

    rows = np.array(list(known), np.float64).reshape(-1, 4)
    first, last, times, cents = rows.T
    age, until_last = (on.toordinal() - first) / _WEEK, (last - first) / _WEEK
    return Buyers(times, until_last, age, cents / np.maximum(1, times))


def _expected(model: Model, buyers: Buyers) -> list[Expected]:
    purchases = value.expected_purchases(model, buyers)
    cents = value.expected_value(model, buyers)
    return [
        Expected(float(often), round(float(worth)))
        for often, worth in zip(purchases, cents, strict=True)
    ]

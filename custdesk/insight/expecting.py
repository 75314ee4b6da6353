"""What is to be expected of each customer in the next 12 months: `value` put to the histories.

All of it loads SciPy, and takes a moment for a large file: for the background and the command line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import Session

from custdesk.insight import value
from custdesk.insight.buying import Bought
from custdesk.insight.stands import Stands
from custdesk.insight.value import Buyers, Model, Refusal

if TYPE_CHECKING:
    from custdesk.insight.value import Numbers

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Expected:
    """Of one customer, in the next 12 months; money in cents."""

    purchases: float
    value_cents: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """The model of a business, or why there is none; and what it lets expect of those who bought,
    in the order of their ids: purchases and cents in the next 12 months."""

    model: Model | Refusal
    expected: "tuple[Numbers, Numbers] | None"


def learnt(db: Session, on: date) -> Model | Refusal:
    """The model of those who had bought by a day."""
    return value.fit(_buyers(Stands.of(db, on)))


def of_all(stands: Stands) -> Outlook:
    """Of everybody; of nobody where there are too few purchases to say."""
    buyers = _buyers(stands)
    model = value.fit(buyers)
    return Outlook(model, None if isinstance(model, Refusal) else _expected(model, buyers))


def of_one(model: Model, bought: Sequence[Bought], on: date) -> Expected | None:
    """What the model says of somebody who bought that; None for who never did."""
    if not bought:
        return None
    purchases, cents = _expected(model, buyers_of([bought], on))
    return Expected(float(purchases[0]), int(cents[0]))


def buyers_of(histories: Iterable[Sequence[Bought]], on: date) -> Buyers:
    """What the model wants to know of customers who bought that, each something, until a day."""
    import numpy as np

    told = [
        (bought[0][0], bought[-1][0], len(bought), sum(cents for _day, cents in bought[1:]))
        for bought in histories
    ]
    first, last, days, again_cents = np.array(told, np.float64).T
    return _of_columns(first, last, days, again_cents, on)


def _buyers(stands: Stands) -> Buyers:
    buys = stands.bought_days > 0
    return _of_columns(
        stands.first[buys],
        stands.last[buys],
        stands.bought_days[buys],
        stands.again_cents[buys],
        stands.on,
    )


def _of_columns(
    first: "Numbers", last: "Numbers", days: "Numbers", again_cents: "Numbers", on: date
) -> Buyers:
    """Weeks and cents; the first day is left out of the mean."""
    import numpy as np

    times = days - 1
    return Buyers(
        times,
        (last - first) / _WEEK,
        (on.toordinal() - first) / _WEEK,
        again_cents / np.maximum(1, times),
    )


def _expected(model: Model, buyers: Buyers) -> "tuple[Numbers, Numbers]":
    import numpy as np

    purchases = value.expected_purchases(model, buyers)
    return purchases, np.rint(value.expected_value(model, buyers))

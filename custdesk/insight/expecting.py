"""What is to be expected of each customer in the next 12 months: `value` put to the histories.

All of it takes seconds for a large file, and loads SciPy: for the background and the command line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import Session

from custdesk.insight import deriving, value
from custdesk.insight.buying import Bought, kept
from custdesk.insight.value import Buyers, Model, Refusal

if TYPE_CHECKING:
    from custdesk.insight.knowing import Rules

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
    return of_all(dict(_kept(db, on, deriving.rules_of(db))), on)


def of_all(bought: Mapping[int, Sequence[Bought]], on: date) -> Outlook:
    """Of customers who bought that (`buying.kept`) until a day, by id."""
    buyers = buyers_of(bought.values(), on)
    model = value.fit(buyers)
    if isinstance(model, Refusal):
        return Outlook(model, {})
    return Outlook(model, dict(zip(bought, _expected(model, buyers), strict=True)))


def of_one(model: Model, bought: Sequence[Bought], on: date) -> Expected | None:
    """What the model says of somebody who bought that; None for who never did."""
    return next(iter(_expected(model, buyers_of([bought], on))), None) if bought else None


def buyers_of(bought: Iterable[Sequence[Bought]], on: date) -> Buyers:
    """What the model wants to know of customers who bought that (`buying.kept`) until a day.

    Weeks and cents; the first purchase is left out of the mean.
    """
    import numpy as np

    today = on.toordinal()
    rows = np.array(
        [
            (
                len(days) - 1,
                (days[-1][0] - days[0][0]) / _WEEK,
                (today - days[0][0]) / _WEEK,
                sum(cents for _day, cents in days[1:]) / max(1, len(days) - 1),
            )
            for days in bought
        ],
        np.float64,
    ).reshape(-1, 4)
    return Buyers(*rows.T)


def _kept(db: Session, on: date, rules: "Rules") -> Iterable[tuple[int, list[Bought]]]:
    until = on.toordinal()
    for id, _by_hand, history in deriving.histories(db, "all", rules, on):
        days = kept(one for one in history.purchases if one[0] <= until)
        if days:
            yield id, days


def _expected(model: Model, buyers: Buyers) -> list[Expected]:
    purchases = value.expected_purchases(model, buyers)
    cents = value.expected_value(model, buyers)
    return [
        Expected(float(often), round(float(worth)))
        for often, worth in zip(purchases, cents, strict=True)
    ]

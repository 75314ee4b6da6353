"""Where everybody stands on a day, a column for each fact; for what compares all with all.

Nothing is written. Today is as the file keeps it; another day is reckoned from what is dated until
then, and is what the file would have kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlmodel import Session

from custdesk.insight import deriving, numbers, policies
from custdesk.insight.knowing import Rules, know

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


class Stand(NamedTuple):
    """Of one customer, as `Standing` has it: days are written, money is in cents."""

    id: int
    number: str
    name: str
    grade: str
    stage: str
    first_purchase: str | None
    last_purchase: str | None
    bought_days: int
    spend_cents: int
    again_cents: int
    yearly_cents: int
    others: float
    warned: str


@dataclass(frozen=True, slots=True)
class Stands:
    """Of everybody there was on a day, by their ids: a customer in each place of each column.

    Days are ordinals, 0 for who never bought; money is in cents.
    """

    on: date
    ids: Sequence[int]
    numbers: Sequence[str]
    names: Sequence[str]
    grades: Sequence[str]
    stages: Sequence[str]
    first: "Numbers"
    last: "Numbers"
    bought_days: "Numbers"
    spend_cents: "Numbers"
    again_cents: "Numbers"
    yearly_cents: "Numbers"
    others: "Numbers"
    warned: Sequence[str]

    @classmethod
    def of(cls, db: Session, on: date) -> "Stands":
        """Everybody on a day: 100,000 customers take less than half a second today, and six on
        another day."""
        return cls.from_rows(kept(db, on) if deriving.is_kept_for(db, on) else reckoned(db, on), on)

    @classmethod
    def from_rows(cls, rows: Sequence[tuple[object, ...]], on: date) -> "Stands":
        """From rows in the order of `Stand`."""
        import numpy as np

        def numbers(column: Iterable[Any]) -> "Numbers":
            return np.array(list(column), np.float64)

        ordinal = deriving.Ordinals()
        one: Any = Stand._make(list(zip(*rows, strict=True)) or [()] * len(Stand._fields))
        return cls(
            on=on,
            ids=one.id,
            numbers=one.number,
            names=one.name,
            grades=one.grade,
            stages=one.stage,
            first=numbers(map(ordinal.__getitem__, one.first_purchase)),
            last=numbers(map(ordinal.__getitem__, one.last_purchase)),
            bought_days=numbers(one.bought_days),
            spend_cents=numbers(one.spend_cents),
            again_cents=numbers(one.again_cents),
            yearly_cents=numbers(one.yearly_cents),
            others=numbers(one.others),
            warned=one.warned,
        )


_KEPT = """SELECT s.customer_id, c.number, c.name, s.grade, s.stage, s.first_purchase,
   s.last_purchase, s.bought_days, s.spend_cents, s.again_cents, s.yearly_cents, s.others, s.warned
 FROM standing s JOIN customer c ON c.id = s.customer_id
 WHERE c.added_on <= ?1
   OR EXISTS (SELECT 1 FROM purchase p WHERE p.customer_id = c.id AND p.day <= ?1)
 ORDER BY s.customer_id"""


def kept(db: Session, on: date) -> list[tuple[object, ...]]:
    """As the file keeps it, in the order of `Stand`."""
    return deriving.rows(db, _KEPT, on.isoformat()).fetchall()  # type: ignore[no-any-return]


def reckoned(db: Session, on: date) -> list[tuple[object, ...]]:
    """From the histories, whatever the day, by the policy of that day."""
    rules, today = Rules.of(policies.on(db, on), numbers.of(db)), on.toordinal()
    named = {
        id: (number, name)
        for id, number, name in deriving.rows(db, "SELECT id, number, name FROM customer")
    }
    days = deriving.Days()
    found: list[tuple[object, ...]] = []
    for id, by_hand, history in deriving.histories(db, "all", rules, on):
        if history.begins > today:
            continue
        known = know(history, today, rules)
        one = deriving.as_row(known, days)
        found.append(
            Stand(
                *(id, *named[id], by_hand or known.graded.grade, one.stage),
                *(one.first_purchase, one.last_purchase, one.bought_days, one.spend_cents),
                *(one.again_cents, one.yearly_cents, one.others, one.warned),
            )
        )
    return found

"""Every customer's figures on a day: stage, recency, frequency, money, and what is to be expected.

Nothing is written. All are reckoned at once, as columns; what is asked of one customer is put
together when it is asked.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import isnan

from sqlmodel import Session

from custdesk.insight import churn, expecting, figures
from custdesk.insight.expecting import Expected
from custdesk.insight.rfm import Buyer, Rfm, Scores
from custdesk.insight.stands import Stands
from custdesk.store.models import Stage


@dataclass(frozen=True, slots=True)
class Seen:
    """A customer on a day. `buyer` and `scores` are None for who never bought, `expected` and
    `churn_chance` where nothing is known of them."""

    id: int
    number: str
    name: str
    grade: str
    """The key of it."""
    stage: Stage
    buyer: Buyer | None
    scores: Scores | None
    expected: Expected | None
    churn_chance: float | None
    reasons: tuple[str, ...]
    loss_cents: int | None
    """What losing them would cost; None without a warning."""

    @property
    def lifetime_cents(self) -> int | None:
        """What they spent, and are expected to spend in 12 months; None where too little is
        known."""
        return (
            self.buyer.cents + self.expected.value_cents if self.buyer and self.expected else None
        )


class Everybody:
    """The customers that there were on a day, by their ids.

    `model` is how they buy, or why nothing is expected of them.
    """

    def __init__(self, stands: Stands) -> None:
        import numpy as np

        self._stands = stands
        buys = stands.bought_days > 0
        last, days, cents = (
            one[buys].astype(np.int64).tolist()
            for one in (stands.last, stands.bought_days, stands.spend_cents)
        )
        self._scores = np.zeros((len(stands.ids), 3), np.int64)
        self._scores[buys] = np.transpose(Rfm.of(last, days, cents).scores(last, days, cents))
        self._chance = churn.chances(
            stands.bought_days,
            stands.last - stands.first,
            stands.on.toordinal() - stands.last,
            stands.others,
        )
        self._loss = np.rint(self._chance * stands.yearly_cents)
        outlook = expecting.of_all(stands)
        self.model = outlook.model
        self._purchases = np.full(len(stands.ids), np.nan)
        self._value = np.zeros(len(stands.ids))
        if outlook.expected is not None:
            self._purchases[buys], self._value[buys] = outlook.expected

    def __len__(self) -> int:
        return len(self._stands.ids)

    def __iter__(self) -> Iterator[Seen]:
        return map(self._seen, range(len(self)))

    @property
    def stages(self) -> Counter[Stage]:
        """How many are in each."""
        return Counter({Stage(key): n for key, n in Counter(self._stands.stages).items()})

    def _seen(self, at: int) -> Seen:
        stands = self._stands
        days, warned = int(stands.bought_days[at]), stands.warned[at]
        return Seen(
            stands.ids[at],
            stands.numbers[at],
            stands.names[at],
            stands.grades[at],
            Stage(stands.stages[at]),
            Buyer(int(stands.last[at]), days, int(stands.spend_cents[at])) if days else None,
            Scores(*map(int, self._scores[at])) if days else None,
            None
            if isnan(self._purchases[at])
            else Expected(float(self._purchases[at]), int(self._value[at])),
            float(self._chance[at]) if days else None,
            figures.reasons(warned, stands.on),
            int(self._loss[at]) if warned else None,
        )


def everybody(db: Session, on: date) -> Everybody:
    """By the policy of that day."""
    return Everybody(Stands.of(db, on))

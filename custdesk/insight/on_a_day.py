"""Every customer's figures on a day: stage, recency, frequency, money, and what is to be expected.

Nothing is written: all is computed from what is dated until then.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from custdesk.insight import deriving, expecting, numbers, policies
from custdesk.insight.expecting import Expected, Outlook
from custdesk.insight.knowing import Rules, know
from custdesk.insight.rfm import Buyer, Rfm, Scores
from custdesk.store.models import Stage


@dataclass(frozen=True, slots=True)
class Seen:
    """A customer on a day. `buyer` and `scores` are None for who never bought, `expected` and
    `churn_chance` where nothing is known of them."""

    id: int
    number: str
    name: str
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


def everybody(db: Session, on: date) -> tuple[list[Seen], Outlook]:
    """The customers that there were on a day, by their ids, by the policy of that day; and what the
    purchases of all let expect."""
    rules = Rules.of(policies.on(db, on), numbers.of(db))
    known = {
        id: know(history, on.toordinal(), rules)
        for id, _by_hand, history in deriving.histories(db, "all", rules, on)
        if history.begins <= on.toordinal()
    }
    buyers = {
        id: Buyer(one.bought[-1][0], len(one.bought), one.facts.spend_cents)
        for id, one in known.items()
        if one.bought
    }
    rfm = Rfm.of(buyers.values())
    outlook = expecting.of_all({id: known[id].bought for id in buyers}, on)
    called = {
        id: (number, name)
        for id, number, name in db.execute(text("SELECT id, number, name FROM customer"))
    }
    seen = [
        Seen(
            id,
            *called[id],
            one.move.stage,
            buyers.get(id),
            rfm.scores(buyers[id]) if id in buyers else None,
            outlook.expected.get(id),
            one.risk.chance(on.toordinal()) if id in buyers else None,
            tuple(reason.words(on) for reason in one.risk.reasons),
            one.risk.loss_cents(on.toordinal()) if one.risk.reasons else None,
        )
        for id, one in known.items()
    ]
    return seen, outlook

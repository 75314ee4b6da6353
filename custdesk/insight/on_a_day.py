"""Every customer's figures on a day: stage, recency, frequency, money, and what is to be expected.

Nothing is written. Today is as the file keeps it; another day is computed from what is dated until
then.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from custdesk.insight import deriving, expecting, figures, numbers, policies, repeats
from custdesk.insight.expecting import Expected, Outlook
from custdesk.insight.knowing import Rules, know
from custdesk.insight.repeats import Repeats
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


class _Stand(NamedTuple):
    """Where a customer stands on a day, before they are compared with others."""

    stage: Stage
    buyer: Buyer | None
    chance: float | None
    reasons: tuple[str, ...]
    loss_cents: int | None
    repeats: Repeats | None


def everybody(db: Session, on: date) -> tuple[list[Seen], Outlook]:
    """The customers that there were on a day, by their ids, by the policy of that day; and what the
    purchases of all let expect."""
    stands = kept(db, on) if deriving.is_kept_for(db, on) else reckoned(db, on)
    rfm = Rfm.of(one.buyer for one in stands.values() if one.buyer)
    again = {id: one.repeats for id, one in stands.items() if one.repeats}
    outlook = expecting.of_all(again, on)
    called = {
        id: (number, name)
        for id, number, name in deriving.rows(db, "SELECT id, number, name FROM customer")
    }
    seen = [
        Seen(
            id,
            *called[id],
            one.stage,
            one.buyer,
            rfm.scores(one.buyer) if one.buyer else None,
            outlook.expected.get(id),
            one.chance,
            one.reasons,
            one.loss_cents,
        )
        for id, one in stands.items()
    ]
    return seen, outlook


_KEPT = """SELECT s.customer_id, s.stage, s.bought_days, s.spend_cents, s.first_purchase,
   s.last_purchase, s.others, s.yearly_cents, s.warned
 FROM standing s JOIN customer c ON c.id = s.customer_id
 WHERE c.added_on <= ?1
   OR EXISTS (SELECT 1 FROM purchase p WHERE p.customer_id = c.id AND p.day <= ?1)
 ORDER BY s.customer_id"""


def kept(db: Session, on: date) -> dict[int, _Stand]:
    """As the file keeps it."""
    ordinal = deriving.Ordinals()
    stage_of = {stage.value: stage for stage in Stage}
    again = repeats.of_everybody(db, on)
    found = {}
    for row in deriving.rows(db, _KEPT, on.isoformat()):
        id, stage, days, cents, first, last, others, yearly, warned = row
        chance = figures.chance_of(days, first, last, others, on)
        found[id] = _Stand(
            stage_of[stage],
            Buyer(ordinal[last], days, cents) if days else None,
            chance if days else None,
            figures.reasons(warned, on) if warned else (),
            round(chance * yearly) if warned else None,
            again.get(id),
        )
    return found


def reckoned(db: Session, on: date) -> dict[int, _Stand]:
    """From the histories: whatever the day, and ten times as long."""
    rules, today = Rules.of(policies.on(db, on), numbers.of(db)), on.toordinal()
    found = {}
    for id, _by_hand, history in deriving.histories(db, "all", rules, on):
        if history.begins > today:
            continue
        one = know(history, today, rules)
        bought, risk = one.bought, one.risk
        found[id] = _Stand(
            one.move.stage,
            Buyer(bought[-1][0], len(bought), one.facts.spend_cents) if bought else None,
            risk.chance(today) if bought else None,
            tuple(reason.words(on) for reason in risk.reasons),
            risk.loss_cents(today) if risk.reasons else None,
            Repeats.of(bought) if bought else None,
        )
    return found

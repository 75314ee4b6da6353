"""Every customer's figures on a day: stage, recency, frequency, money, and what is to be expected.

Nothing is written: for another day than today all is computed from what is dated until then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from custdesk.insight import deriving, figures, numbers, policies
from custdesk.insight.knowing import know
from custdesk.insight.rfm import Buyer, Rfm, Scores
from custdesk.store.models import Stage


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to be expected of a customer in the next 12 months."""

    purchases: float
    value_cents: int
    """The lifetime value: spent so far, and expected."""


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


@dataclass(frozen=True, slots=True)
class _Raw:
    id: int
    stage: Stage
    buyer: Buyer | None
    churn_chance: float | None = None
    reasons: tuple[str, ...] = ()


def everybody(
    db: Session, on: date, today: date, expected: Mapping[int, Expected] | None = None
) -> list[Seen]:
    """The customers that there were on a day, by their ids.

    `expected` is what `insight.value` has to say of each by id. Churn is known of today only.
    """
    raw = list(_today(db) if on == today else _then(db, on))
    rfm = Rfm.of(one.buyer for one in raw if one.buyer)
    called = {
        id: (number, name)
        for id, number, name in db.execute(text("SELECT id, number, name FROM customer"))
    }
    return [
        Seen(
            one.id, *called[one.id], one.stage, one.buyer,
            rfm.scores(one.buyer) if one.buyer else None,
            (expected or {}).get(one.id), one.churn_chance, one.reasons,
        )
        for one in raw
    ]  # fmt: skip


def _today(db: Session) -> Iterator[_Raw]:
    rows = db.execute(
        text(
            "SELECT customer_id, stage, last_purchase, bought_days, spend_cents, churn_chance,"
            " warned FROM standing ORDER BY customer_id"
        )
    )
    for id, stage, last, days, cents, chance, warned in rows:
        buyer = Buyer(date.fromisoformat(last).toordinal(), days, cents) if days else None
        known = chance if buyer else None
        yield _Raw(id, Stage(stage), buyer, known, figures.reasons(warned))


def _then(db: Session, on: date) -> Iterator[_Raw]:
    policy, chosen, until = policies.on(db, on), numbers.of(db), on.toordinal()
    for id, _by_hand, history in deriving.histories(db, "all"):
        if min([history.added, *(day for day, _cents in history.purchases[:1])]) > until:
            continue
        known = know(history, until, policy, chosen)
        bought = known.bought
        buyer = Buyer(bought[-1][0], len(bought), known.facts.spend_cents) if bought else None
        yield _Raw(id, known.move.stage, buyer)

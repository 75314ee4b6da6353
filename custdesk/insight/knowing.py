"""Everything that follows from one customer's own history on one day, put together."""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from custdesk.insight import churn, grading, lifecycle
from custdesk.insight.buying import Bought, kept, rhythm
from custdesk.insight.churn import Risk, Said
from custdesk.insight.grading import Graded
from custdesk.insight.lifecycle import NEVER, Move
from custdesk.insight.loyalty import Loyalty, a_year_after, a_year_before, leaving
from custdesk.insight.measures import Facts, whole_years
from custdesk.insight.numbers import Numbers
from custdesk.insight.policies import Policy


class Record(NamedTuple):
    """What is written of a customer that they can be graded by."""

    potential: str | None = None
    kind: str = "person"
    private_sign: bool = False
    gender: str | None = None
    source: str = ""
    city: str = ""
    preferred_channel: str | None = None


class History(NamedTuple):
    """What one customer did; days are ordinals, money is in cents.

    `purchases` are in the order of their days, returns of a day behind what was bought on it;
    `said` has those contacts that churn warnings look at; `lost_on`: when they were given up.
    """

    added: int
    purchases: Sequence[Bought] = ()
    record: Record = Record()
    said: Said = Said()
    lost_on: int | None = None

    @property
    def begins(self) -> int:
        """The first day on which the file knows of them."""
        return min([self.added, *(day for day, _cents in self.purchases[:1])])


class Known(NamedTuple):
    """Where a customer stands on a day. `holds_until` is the last day on which all of it stays as
    it is when nothing happens."""

    facts: Facts
    graded: Graded
    move: Move
    bought: Sequence[Bought]
    rhythm_days: float | None
    risk: Risk
    holds_until: int


class Rules(NamedTuple):
    """By which somebody is known: the policy, the numbers, and what counts as loyal by both."""

    policy: Policy
    numbers: Numbers
    loyalty: Loyalty

    @classmethod
    def of(cls, policy: Policy, numbers: Numbers) -> "Rules":
        return cls(policy, numbers, policy.loyalty)


def know(history: History, on: int, rules: Rules) -> Known:
    """What a customer with that history is on a day; what is dated later does not count yet."""
    purchases, policy, loyalty = history.purchases, rules.policy, rules.loyalty
    holds = NEVER
    if purchases and purchases[-1][0] > on:
        holds = min(day for day, _cents in purchases if day > on) - 1
        purchases = [one for one in purchases if one[0] <= on]
    bought = kept(purchases)
    days = [day for day, _cents in bought]
    year_ago = a_year_before(on)
    spent = spent_lately = bought_lately = 0
    for day, cents in purchases:
        spent += cents
        if day > year_ago:
            if not spent_lately and not bought_lately:
                holds = min(holds, a_year_after(day) - 1)
            spent_lately += cents
            bought_lately += cents > 0
    years = 0
    if policy.counts("years"):
        years = max(0, whole_years(date.fromordinal(history.added), date.fromordinal(on)))
        holds = min(holds, _next_anniversary(history.added, on) - 1)
    usual = rhythm(days)
    move, stays = lifecycle.last_move(
        bought, usual, history.added, on, rules.numbers.lifecycle, loyalty
    )
    satisfaction, stays_content = _satisfaction(history.said.scores, on)
    risk = churn.assess(bought, usual, history.said, rules.numbers.churn, on)
    if history.lost_on is not None and (not days or history.lost_on > days[-1]):
        risk = risk._replace(reasons=(), since=0)
    holds = min(holds, stays, stays_content, risk.holds_until)
    loyal_years, stays = _loyal_years(bought, on, holds, loyalty)
    facts = Facts(
        spent_lately, bought_lately, loyal_years, history.record.potential, spent, len(days), years,
        *history.record[1:], satisfaction,
    )  # fmt: skip
    return Known(facts, grading.grade(facts, policy), move, bought, usual, risk, stays)


def _loyal_years(
    bought: Sequence[Bought], on: int, holds: int, loyalty: Loyalty
) -> tuple[int, int]:
    """How many years in a row were each worth enough, and the last day, of those up to `holds`, on
    which they are as many."""
    if not loyalty.thinkable_years(sum(cents for _day, cents in bought)):
        return 0, holds
    days = [day for day, _cents in bought]
    sums = [0, *accumulate(cents for _day, cents in bought)]
    found = loyalty.years_of(days, sums, on)
    if not found:  # the last year can only lose
        return 0, holds
    for day in sorted(leaving(days, loyalty.years, on, holds)):
        if loyalty.years_of(days, sums, day) != found:
            return found, day - 1
    return found, holds


def _satisfaction(scores: Sequence[tuple[int, int]], on: int) -> tuple[float | None, int]:
    """The mean score of the last 12 months, None for no feedback; and the last day on which it is
    the same."""
    year_ago = a_year_before(on)
    lately = [one for one in scores if year_ago < one[0] <= on]
    turns = [a_year_after(day) for day, _score in lately[:1]]
    turns += [day for day, _score in scores if day > on][:1]
    mean = sum(score for _day, score in lately) / len(lately) if lately else None
    return mean, min(turns, default=NEVER + 1) - 1


def _next_anniversary(day: int, on: int) -> int:
    while day <= on:
        day = a_year_after(day)
    return day

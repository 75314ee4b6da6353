"""Everything that follows from one customer's own history on one day, put together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate

from custdesk.insight import grading, lifecycle
from custdesk.insight.buying import Bought, kept, rhythm
from custdesk.insight.grading import Graded
from custdesk.insight.lifecycle import NEVER, Move
from custdesk.insight.loyalty import a_year_after, a_year_before, anniversaries
from custdesk.insight.measures import Facts, whole_years
from custdesk.insight.numbers import Numbers
from custdesk.insight.policies import Policy


@dataclass(frozen=True, slots=True)
class History:
    """What one customer did; days are ordinals, money is in cents.

    `purchases` are in the order of their days, returns of a day behind what was bought on it.
    `facts` holds what is written in the record; the figures in it are filled in here.
    """

    added: int
    purchases: Sequence[Bought] = ()
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True)
class Known:
    """Where a customer stands on a day. `holds_until` is the last day on which all of it stays as
    it is when nothing happens."""

    facts: Facts
    graded: Graded
    move: Move
    bought: Sequence[Bought]
    rhythm_days: float | None
    yearly_cents: int
    holds_until: int


def know(history: History, on: int, policy: Policy, numbers: Numbers) -> Known:
    """What a customer with that history is on a day; what is dated later does not count yet."""
    until = [one for one in history.purchases if one[0] <= on]
    ends = [one[0] - 1 for one in history.purchases[len(until) :][:1]]
    bought = kept(until)
    days = [day for day, _cents in bought]
    sums = [0, *accumulate(cents for _day, cents in bought)]
    loyalty = policy.loyalty
    year_ago = a_year_before(on)
    lately = [one for one in until if one[0] > year_ago]
    if lately:
        ends.append(a_year_after(lately[0][0]) - 1)
    thinkable = loyalty.thinkable_years(sums[-1])
    for day in days if thinkable else ():
        ends += [leaves - 1 for leaves in anniversaries(day, thinkable) if leaves > on][:1]
    facts = replace(
        history.facts,
        spend_12m_cents=sum(cents for _day, cents in lately),
        purchases_12m=sum(cents > 0 for _day, cents in lately),
        loyal_years=loyalty.years_of(days, sums, on),
        spend_cents=sum(cents for _day, cents in until),
        bought_days=len(days),
        customer_years=max(0, whole_years(date.fromordinal(history.added), date.fromordinal(on))),
    )
    if policy.counts("years"):
        ends.append(_next_anniversary(history.added, on) - 1)
    move, holds = lifecycle.last_move(bought, history.added, on, numbers.lifecycle, loyalty)
    last_year = a_year_before(days[-1]) if days else 0
    return Known(
        facts=facts,
        graded=grading.grade(facts, policy),
        move=move,
        bought=bought,
        rhythm_days=rhythm(days),
        yearly_cents=sum(cents for day, cents in bought if day > last_year),
        holds_until=min(holds, *ends) if ends else holds,
    )


def _next_anniversary(day: int, on: int) -> int:
    while day <= on:
        day = a_year_after(day)
    return day if day < NEVER else NEVER

"""Who is drifting away: how likely, what it would cost, and why, from one customer's own history.

The chance is that of buying nothing in the coming year, reckoned from the customer's own history:

- They buy at a rate of their own: n days of purchase, in the days from the first to the last and a
  year more. That year with one purchase in it is what is assumed of somebody of whom nothing is
  known (a gamma prior of one purchase in one year).
- They leave for good at a rate too: not once in the days from the first purchase to the last, once
  in the year more (Laplace's way again, and the same year).
- Silence since then speaks for having left, the more the longer it is against their own rate. Who
  has not left may still buy nothing for a year.

It differs from P(alive) of BG/NBD, by which one leaves only with a purchase that was not the first:
nobody who bought once has ever left there. Here they have, the surer the longer ago it was, and
slow buyers count as well. The one constant, the year, was chosen on CDNOW among 90, 180 and 365
days; that one leaves in time and not with a purchase, on CDNOW and invented shops of another kind.
Customers of CDNOW who had no part in either confirm it. `python -m benchmarks.churn` shows all
three, docs/insight.md has the figures.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from custdesk.i18n import _, ngettext
from custdesk.insight.buying import Bought

if TYPE_CHECKING:
    from custdesk.insight.value import Numbers

YEAR = 365
"""Days: of what is assumed beforehand, of the time ahead, and of the spending that is at stake."""

_LAST_DAY = NEVER_SOLVED = date.max.toordinal()
_MONTH = 30
_LEAST_GAPS = 2
"""From so many intervals on, that is from three days of purchase, somebody has a rhythm."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on there is a reason to warn. A person may edit these."""

    slower_times: float = 2.0
    """Silent for more than so many times the usual interval …"""
    least_silent_days: int = 30
    """… and for so many days at least. Half of what makes a customer lapsed, with its 3 and 90."""
    past_days: int = 730
    """Who has been silent for longer is gone, and no warning helps; or, for who buys seldom, for
    twice as long as it took to warn."""
    recent_days: int = 60
    """Contacts of so many days are held against …"""
    earlier_days: int = 180
    """… those of so many days before them."""
    least_contacts: float = 1.0
    """So many a month there must have been, for fewer to mean something."""
    contacts_left: float = 1 / 3
    """At most so large a part of them is left."""
    contacts_weight: float = 0.2
    """The part of those who would stay otherwise that is lost where contacts are fewer: judged, not
    measured."""
    expired_days: int = 90
    """For so long after something ended it is a reason."""
    expired_weight: float = 0.3
    """As `contacts_weight`, where something ended."""
    score_fell: float = 1.0
    """By so many points the last feedback lies below the mean of what they said before …"""
    score_days: int = 180
    """… and for so long after it, that is a reason."""
    score_weight: float = 0.2
    """As `contacts_weight`, where satisfaction fell."""
    unsolved_days: int = 7
    """A complaint that stays open for longer is a reason."""
    unsolved_weight: float = 0.3
    """As `contacts_weight`, where a complaint stays open."""


class ReasonKind(StrEnum):
    """What speaks for a customer's going."""

    SLOWER = "slower"
    FEWER_CONTACTS = "fewer_contacts"
    LESS_CONTENT = "less_content"
    UNSOLVED = "unsolved"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Slower:
    """Silent for longer than their own rhythm explains."""

    kind: ClassVar = ReasonKind.SLOWER
    usual_days: int
    last: date

    def words(self, today: date) -> str:
        return ngettext(
            "Usually buys every day, silent for {silent}",
            "Usually buys every {n} days, silent for {silent}",
            self.usual_days,
        ).format(n=self.usual_days, silent=(today - self.last).days)


@dataclass(frozen=True, slots=True)
class FewerContacts:
    """They are spoken with less than before; both figures are contacts in 30 days."""

    kind: ClassVar = ReasonKind.FEWER_CONTACTS
    before: float
    now: float

    def words(self, _today: date) -> str:
        return _("Contacts fell from {before} a month to {now}").format(
            before=_number(self.before), now=_number(self.now)
        )


@dataclass(frozen=True, slots=True)
class LessContent:
    """They are less content than they were: the mean score of before, and the last one."""

    kind: ClassVar = ReasonKind.LESS_CONTENT
    before: float
    now: int

    def words(self, _today: date) -> str:
        return _("Satisfaction fell from {before} to {now} of 5").format(
            before=_number(self.before), now=self.now
        )


@dataclass(frozen=True, slots=True)
class Unsolved:
    """A complaint of theirs has been open for too long; `day` is when it came."""

    kind: ClassVar = ReasonKind.UNSOLVED
    day: date

    def words(self, today: date) -> str:
        days = (today - self.day).days
        return ngettext(
            "Complaint unsolved for {n} day", "Complaint unsolved for {n} days", days
        ).format(n=days)


@dataclass(frozen=True, slots=True)
class Expired:
    """Something of theirs ended and was not renewed: a membership, a policy."""

    kind: ClassVar = ReasonKind.EXPIRED
    name: str
    day: date

    def words(self, today: date) -> str:
        days = (today - self.day).days
        return ngettext("{name} ended {n} day ago", "{name} ended {n} days ago", days).format(
            name=self.name, n=days
        )


Reason = Slower | FewerContacts | LessContent | Unsolved | Expired
REASONS: Mapping[ReasonKind, type[Reason]] = {
    one.kind: one for one in (Slower, FewerContacts, LessContent, Unsolved, Expired)
}


class Said(NamedTuple):
    """What speaks beside silence; days are ordinals, in their order."""

    contacts: Sequence[int] = ()
    scores: Sequence[tuple[int, int]] = ()
    """Day and score of what they said of their satisfaction."""
    complaints: Sequence[tuple[int, int]] = ()
    """Since when each is, or was, open, and when it was solved, or `NEVER_SOLVED`."""
    ended: Sequence[tuple[str, int]] = ()
    """Names and last days of what ended, or will end, without being renewed."""


class Risk(NamedTuple):
    """How likely a customer is being lost, and what that would cost; a warning, with `reasons`.

    The chance moves with every day of silence and is reckoned when somebody asks; all else stays
    until `holds_until`, so that the file need not be brought up to date for it.
    """

    purchases: int
    active_days: int
    last: int
    """On how many days they bought, how many days lie from the first to the last, and the last; 0
    for none. Days are ordinals."""
    others: float
    """What the reasons beside silence leave of the chance that they stay: 1 for none."""
    yearly_cents: int
    """What they were worth in a year: their spending in the 365 days up to the last purchase."""
    reasons: tuple[Reason, ...]
    holds_until: int
    """The last day on which all this is the same, if nothing new happens."""
    since: int = 0
    """Since when there is one of these reasons; 0 for no warning."""

    def chance(self, now: int) -> float:
        """0 to 1: that they buy nothing in the coming year."""
        return chance(self.purchases, self.active_days, now - self.last, self.others)

    def loss_cents(self, now: int) -> int:
        """The expected loss, by which warnings are ranked."""
        return round(self.chance(now) * self.yearly_cents)


def assess(
    bought: Sequence[Bought],
    usual: float | None,
    said: Said,
    thresholds: Thresholds,
    now: int,
) -> Risk:
    """How likely a customer is being lost, and why; without reasons there is nothing to warn of.

    `bought` is what was kept until the day `now`, `usual` its rhythm. What is dated later counts
    when it comes. Of somebody who never bought only what ended can be a reason.
    """
    contacts = said.contacts
    reasons: list[Reason] = []
    begun: list[int] = []
    turns: list[int] = []
    others, yearly, last = 1.0, 0, 0
    if bought:
        last = bought[-1][0]
        yearly = sum(cents for day, cents in bought if day > last - YEAR)
        _slower(len(bought), last, usual, now, thresholds, reasons, turns, begun)
        fewer = _fewer_contacts(contacts, now, thresholds) if contacts else None
        if fewer:
            reasons.append(fewer)
            others *= 1 - thresholds.contacts_weight
            begun.append(_fewer_since(contacts, now, thresholds))
        if turn := _fewer_until(contacts, now, thresholds):
            turns.append(turn)
        others *= _less_content(said.scores, now, thresholds, reasons, turns, begun)
        others *= _unsolved(said.complaints, now, thresholds, reasons, turns, begun)
        begun = [max(day, bought[0][0]) for day in begun]  # before, there was nobody to lose
    for name, day in said.ended:
        if now <= day:
            turns.append(day + 1)
        elif now - day <= thresholds.expired_days:
            reasons.append(Expired(name, date.fromordinal(day)))
            begun.append(day + 1)
            turns.append(day + thresholds.expired_days + 1)
            others *= 1 - thresholds.expired_weight
    return Risk(
        len(bought),
        last - bought[0][0] if bought else 0,
        last,
        others,
        yearly,
        tuple(reasons),
        min(turns, default=_LAST_DAY + 1) - 1,
        min(begun, default=0),
    )


def chance(purchases: int, active_days: int, silent_days: int, others: float = 1) -> float:
    """The chance of buying nothing within a year, after `purchases` in `active_days` and silence.

    Of somebody who never bought only the reasons beside silence speak: `others`, see `Risk`.
    """
    return 1 - others * (_stays(purchases, active_days, silent_days, math) if purchases else 1)


def chances(
    purchases: "Numbers", active_days: "Numbers", silent_days: "Numbers", others: "Numbers"
) -> "Numbers":
    """`chance` of many at once, a customer in each place."""
    import numpy as np

    stay = _stays(
        np.maximum(purchases, 1), active_days, np.where(purchases > 0, silent_days, 0), np
    )
    return 1 - others * np.where(purchases > 0, stay, 1)


def _stays(purchases: Any, active_days: Any, silent_days: Any, of: Any) -> Any:
    """The chance that silence leaves; of one customer by `math`, of many by NumPy."""
    known = YEAR + active_days
    whole = known + silent_days
    silence = of.exp(-purchases * of.log1p(silent_days / known))
    none_ahead = of.exp(-purchases * of.log1p(YEAR / whole))
    left = silent_days / whole
    return (1 - left) * silence / (left + (1 - left) * silence) * (1 - none_ahead)


def _slower(
    purchases: int,
    last: int,
    usual: float | None,
    now: int,
    thresholds: Thresholds,
    reasons: list[Reason],
    turns: list[int],
    begun: list[int],
) -> None:
    """Whether they are silent for longer than their rhythm, the median of their intervals."""
    if usual is None or purchases <= _LEAST_GAPS:
        return
    every = int(usual + 0.5)
    begins = max(int(thresholds.slower_times * usual) + 1, thresholds.least_silent_days)
    ends = max(thresholds.past_days + 1, 2 * begins)
    if begins <= now - last < ends:
        reasons.append(Slower(every, date.fromordinal(last)))
        begun.append(last + begins)
    turns += [last + turn for turn in (begins, ends) if last + turn > now]


def _less_content(
    scores: Sequence[tuple[int, int]],
    now: int,
    thresholds: Thresholds,
    reasons: list[Reason],
    turns: list[int],
    begun: list[int],
) -> float:
    """Whether what they said last is worse than what they said before; what it leaves of the chance
    that they stay."""
    known = [one for one in scores if one[0] <= now]
    turns += [day for day, _score in scores[len(known) : len(known) + 1]]
    if len(known) < 2:
        return 1.0
    mean, last, ends = _fell(known, thresholds)
    if not now < ends:
        return 1.0
    reasons.append(LessContent(mean, last))
    since, earlier = known[-1][0], known[:-1]
    while len(earlier) > 1 and since < _fell(earlier, thresholds)[2]:
        since, earlier = earlier[-1][0], earlier[:-1]
    begun.append(since)
    turns.append(ends)
    return 1 - thresholds.score_weight


def _fell(scores: Sequence[tuple[int, int]], thresholds: Thresholds) -> tuple[float, int, int]:
    """The mean score of before, the last one, and the day from which on that is no reason any more;
    0 where it is none at all. There are two scores at least."""
    *before, (day, last) = scores
    mean = sum(score for _day, score in before) / len(before)
    fell = mean - last > thresholds.score_fell - 1e-9  # thirds and tenths are not exact
    return mean, last, day + thresholds.score_days + 1 if fell else 0


def _unsolved(
    complaints: Sequence[tuple[int, int]],
    now: int,
    thresholds: Thresholds,
    reasons: list[Reason],
    turns: list[int],
    begun: list[int],
) -> float:
    """Whether a complaint stays open for too long, the oldest of them; what it leaves of the chance
    that they stay."""
    late = [(came + thresholds.unsolved_days + 1, solved, came) for came, solved in complaints]
    late = [one for one in late if one[0] < one[1]]
    turns += [day for one in late for day in one[:2] if now < day < _LAST_DAY]
    open_for_long = [came for begins, solved, came in late if begins <= now < solved]
    if not open_for_long:
        return 1.0
    reasons.append(Unsolved(date.fromordinal(min(open_for_long))))
    since = now
    for begins, solved, _came in sorted(late, key=lambda one: one[1], reverse=True):
        if begins <= since <= solved:
            since = begins
    begun.append(since)
    return 1 - thresholds.unsolved_weight


def _fewer_contacts(
    contacts: Sequence[int], now: int, thresholds: Thresholds
) -> FewerContacts | None:
    """Whether they are spoken with much less than in the months before."""
    recent, whole = thresholds.recent_days, thresholds.recent_days + thresholds.earlier_days
    forgotten, old, known = (bisect_right(contacts, now - lag) for lag in (whole, recent, 0))
    before = (old - forgotten) * _MONTH / thresholds.earlier_days
    lately = (known - old) * _MONTH / thresholds.recent_days
    if before >= thresholds.least_contacts and lately <= before * thresholds.contacts_left:
        return FewerContacts(before, lately)
    return None


def _contact_turns(contacts: Sequence[int], thresholds: Thresholds) -> list[int]:
    """The days on which a contact comes, gets old and is forgotten."""
    lags = (0, thresholds.recent_days, thresholds.recent_days + thresholds.earlier_days)
    return sorted({day + lag for day in contacts for lag in lags})


def _fewer_since(contacts: Sequence[int], now: int, thresholds: Thresholds) -> int:
    """Since when they are spoken with less, without a break until now."""
    since = now
    for turn in reversed(_contact_turns(contacts, thresholds)):
        if turn <= now:
            if not _fewer_contacts(contacts, turn, thresholds):
                break
            since = turn
    return since


def _fewer_until(contacts: Sequence[int], now: int, thresholds: Thresholds) -> int:
    """The next day on which that is another finding, if nothing new is said; 0 for never."""
    if len(contacts) * _MONTH < thresholds.least_contacts * thresholds.earlier_days:
        return 0  # too few to become fewer
    found = _fewer_contacts(contacts, now, thresholds)
    turns = (turn for turn in _contact_turns(contacts, thresholds) if turn > now)
    return next((t for t in turns if _fewer_contacts(contacts, t, thresholds) != found), 0)


def _number(value: float) -> str:
    """To a tenth: "3", "2.5"."""
    return f"{value:.1f}".removesuffix(".0")

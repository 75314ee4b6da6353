"""What is to be told at this minute of what is due: each thing once, nothing in quiet hours.

Everything is local wall-clock time, as the clock on the wall shows it. A clock that jumps (sleep,
summer time, another time zone, set by hand) needs no rule of its own: what is told is remembered,
and what has come due and was not told is told at the next look, whenever that is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from custdesk.care.habits import Habits

LATE = timedelta(minutes=10)
"""Told no later than this, a thing is told as due now; after that, as having come due meanwhile."""

SET_BACK = timedelta(days=2)
"""How far a clock may be set back, by a day or by all time zones, without anything being told
again. What was told of days further ahead was told by a clock that was wrong."""

MOST_REMEMBERED = 2000
"""Follow-ups. Of more that were told and are still open, the earliest are remembered by day."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of the day until another, over midnight too; the same twice is never."""

    since: time
    until: time

    def hold(self, at: time) -> bool:
        if self.since <= self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open follow-up as the clock sees it: due on a day, perhaps at a time of it."""

    id: int
    due: date
    at: time | None = None
    quiet: Hours | None = None
    """When this customer does not want to be contacted."""
    do_not_contact: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What was told: which follow-up, and for when it was due. Put off, it is told again."""

    when_due: frozenset[tuple[int, date, time | None]] = frozenset()
    all_until: date = date.min
    """Everything due up to this day counts as told: its follow-ups are no longer listed here."""

    def has(self, one: Waiting) -> bool:
        return one.due <= self.all_until or (one.id, one.due, one.at) in self.when_due

    def lines(self) -> list[str]:
        """As text to keep, one line for each time at which things were due; ids and days only."""
        found = [f"all {self.all_until.isoformat()}"] if self.all_until > date.min else []
        ids: dict[str, list[int]] = {}
        for id, due, at in self.when_due:
            key = due.isoformat() if at is None else f"{due.isoformat()}T{at:%H:%M}"
            ids.setdefault(key, []).append(id)
        return found + [f"{key} {' '.join(map(str, sorted(ids[key])))}" for key in sorted(ids)]


def from_lines(lines: Iterable[str]) -> Told:
    """What `Told.lines` gave; a line that makes no sense is left out."""
    keys: set[tuple[int, date, time | None]] = set()
    until = date.min
    for line in lines:
        key, _space, rest = line.partition(" ")
        try:
            if key == "all":
                until = max(until, date.fromisoformat(rest))
                continue
            moment = datetime.fromisoformat(key)
            at = moment.time() if "T" in key else None
            keys |= {(int(id), moment.date(), at) for id in rest.split()}
        except ValueError:
            continue
    return Told(frozenset(keys), until)


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told now. Nothing stands in two places."""

    now: tuple[Waiting, ...] = ()
    """Its time of the clock has just come: a notice of its own."""
    today: tuple[Waiting, ...] = ()
    """Due today at no time of its own: one notice for all."""
    missed: tuple[Waiting, ...] = ()
    """Came due while nothing could be told: one notice for all."""
    told: Told = field(default_factory=Told)
    """What is told when all this has been."""

    def __bool__(self) -> bool:
        return bool(self.now or self.today or self.missed)


def look(waiting: Sequence[Waiting], told: Told, habits: Habits, now: datetime) -> News:
    """What to tell at `now`, of all open follow-ups that are due by then.

    `waiting` may leave out what is due later than today. What no longer waits is forgotten a few
    days later: until then it may come back by undo.
    """
    told = _still_true(told, waiting, now.date())
    quiet = Hours(habits.quiet_from, habits.quiet_until)
    if quiet.hold(now.time()):
        return News(told=told)
    fresh: list[Waiting] = []
    today: list[Waiting] = []
    missed: list[Waiting] = []
    for one in waiting:
        if one.do_not_contact or told.has(one) or _rests(one, quiet, now.time()):
            continue
        moment = datetime.combine(one.due, one.at or habits.tell_at)
        if moment > now:
            continue
        if one.at is None:
            (today if one.due == now.date() else missed).append(one)
        else:
            (fresh if now - moment < LATE else missed).append(one)
    new = {(one.id, one.due, one.at) for one in (*fresh, *today, *missed)}
    after = (
        told
        if not new
        else _bounded(Told(told.when_due | new, told.all_until), now.date() - timedelta(days=1))
    )
    return News(tuple(fresh), tuple(today), tuple(missed), after)


def _rests(one: Waiting, quiet: Hours, at: time) -> bool:
    """Whether it is within the customer's own quiet hours; those that leave no hour of the day
    beside ours could never be told, and do not count."""
    own = one.quiet
    if own is None or not own.hold(at):
        return False
    return not (quiet.hold(own.until) and own.hold(quiet.until))


def _still_true(told: Told, waiting: Sequence[Waiting], today: date) -> Told:
    """`told` without what no longer waits, and without what a wrong clock told long before."""
    first, last = today - SET_BACK, today + SET_BACK
    keys = {(one.id, one.due, one.at) for one in waiting}
    kept = {key for key in told.when_due if key[1] <= last and (key in keys or key[1] >= first)}
    return Told(frozenset(kept), told.all_until if told.all_until <= last else date.min)


def _bounded(told: Told, yesterday: date) -> Told:
    """Hardly more than MOST_REMEMBERED: the earliest days until `yesterday` are remembered as a
    whole. Today is not: more may come to be due today."""
    if len(told.when_due) <= MOST_REMEMBERED:
        return told
    days = sorted(due for _id, due, _at in told.when_due)
    until = max(min(days[-MOST_REMEMBERED - 1], yesterday), told.all_until)
    later = frozenset(key for key in told.when_due if key[1] > until)
    return Told(later, until)

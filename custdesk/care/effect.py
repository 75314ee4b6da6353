"""What care brought about: how it was done, and who bought within 30 days, against who had none.

Each kind of care is compared with the customers of the same grade who had none of that kind in the
time, those of a stage with those who were in the same stage then. They are looked at in the same
months: for what was done in a month, the 30 days from its middle.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import text
from sqlmodel import Session

from custdesk.insight import deriving, lifecycle, policies
from custdesk.insight.buying import kept
from custdesk.insight.grades import Grade
from custdesk.insight.lifecycle import Move
from custdesk.store.models import FollowUpKind, Stage

WITHIN = timedelta(days=30)
"""A purchase so long after counts."""

FEWEST = 20
"""Of fewer people no share is said."""

_MIDDLE = 15


@dataclass(slots=True)
class Group:
    """How often somebody was looked at for 30 days, how many people they were, how often they
    bought in that time and for how much.

    Fractions come from taking the months in the shares in which care was done.
    """

    times: float = 0
    people: float = 0
    bought: float = 0
    spent_cents: float = 0

    def count(self, bought: bool, spent_cents: int) -> None:
        self.times += 1
        self.bought += bought
        self.spent_cents += spent_cents

    @property
    def share(self) -> float | None:
        """How often they bought, from 0 to 1; None for too few people to say."""
        return self.bought / self.times if self.people >= FEWEST else None

    @property
    def each_cents(self) -> float | None:
        """What was spent each time on average; None for too few people to say."""
        return self.spent_cents / self.times if self.people >= FEWEST else None


@dataclass(slots=True)
class Effect:
    """One kind of care for one grade.

    `open` is due and not done yet; `cared` are those whose 30 days are over, `others` those with
    whom they are compared.
    """

    kind: FollowUpKind
    grade: Grade
    on_time: int = 0
    late: int = 0
    skipped: int = 0
    open: int = 0
    cared: Group = field(default_factory=Group)
    others: Group = field(default_factory=Group)

    @property
    def planned(self) -> int:
        return self.on_time + self.late + self.skipped + self.open


_DONE = """SELECT f.kind, s.grade, f.state, f.customer_id, f.due, date(f.closed_at)
 FROM follow_up f JOIN standing s ON s.customer_id = f.customer_id
 WHERE f.occurrence IS NOT NULL
   AND (f.due BETWEEN :since AND :until
     OR (f.state <> 'open' AND date(f.closed_at) BETWEEN :since AND :until))"""

_THEIRS = """SELECT c.id, s.grade,
   EXISTS (SELECT 1 FROM purchase p WHERE p.customer_id = c.id AND p.amount_cents > 0
     AND p.day > :day AND p.day <= :last),
   coalesce((SELECT sum(amount_cents) FROM purchase p WHERE p.customer_id = c.id
     AND p.day > :day AND p.day <= :last), 0)
 FROM customer c JOIN standing s ON s.customer_id = c.id WHERE c.added_on <= :day{narrowed}"""

_Which = tuple[FollowUpKind, str]
"""A kind of care, and the key of a grade."""

_Row = tuple[str, Stage | None, bool, int]
"""The key of the grade, the stage on the day, whether somebody bought in the 30 days after, and for
how much."""


def effects(
    db: Session, since: date, until: date, look: Callable[[int, int], None] | None = None
) -> list[Effect]:
    """What was due or done from `since` to `until`, by kind and grade, VIPs first.

    For a file of 100,000 customers this takes seconds: for the background; `look` hears how far
    it is, and may raise.
    """
    grades = policies.grades(db)
    found: dict[_Which, Effect] = {}
    cared: dict[FollowUpKind, set[int]] = defaultdict(set)
    events: dict[_Which, list[tuple[int, date]]] = defaultdict(list)
    for kind, grade, state, customer_id, due, closed in db.execute(
        text(_DONE), {"since": since.isoformat(), "until": until.isoformat()}
    ):
        which = FollowUpKind(kind), grade
        one = found.setdefault(which, Effect(which[0], grades.of(grade)))
        if state == "open":
            one.open += 1
        elif state == "skipped":
            one.skipped += 1
        else:
            one.on_time += closed <= due
            one.late += closed > due
            cared[which[0]].add(customer_id)
            if date.fromisoformat(closed) + WITHIN < until:
                events[which].append((customer_id, date.fromisoformat(closed)))
    _compare(db, _Stages(db, until), found, cared, events, look)
    return sorted(found.values(), key=lambda one: (list(FollowUpKind).index(one.kind),
                                                   one.grade.rank))  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfKind:
    """What one kind of care brought about, whatever the grade."""

    kind: FollowUpKind
    done: int
    cared: Group
    others: Group


def by_kind(found: Iterable[Effect]) -> list[OfKind]:
    """`effects` of one kind as one; the others by the shares in which care was done."""
    kinds: dict[FollowUpKind, list[Effect]] = defaultdict(list)
    for one in found:
        kinds[one.kind].append(one)
    return [
        OfKind(
            kind,
            sum(one.on_time + one.late for one in some),
            _sum(one.cared for one in some),
            _weighed([(one.cared.times, one.others) for one in some if one.cared.times]),
        )
        for kind, some in kinds.items()
    ]


def _sum(groups: Iterable[Group]) -> Group:
    """Groups that have nobody in common, as one."""
    whole = Group()
    for one in groups:
        whole.times += one.times
        whole.people += one.people
        whole.bought += one.bought
        whole.spent_cents += one.spent_cents
    return whole


def _compare(
    db: Session,
    stages: "_Stages",
    found: dict[_Which, Effect],
    cared: dict[FollowUpKind, set[int]],
    events: dict[_Which, list[tuple[int, date]]],
    look: Callable[[int, int], None] | None,
) -> None:
    """Count who bought after each event, and who of the others did in the same months."""
    weights: dict[_Which, Counter[tuple[date, Stage | None]]] = defaultdict(Counter)
    people: dict[_Which, set[int]] = defaultdict(set)
    strata: dict[_Which, list[tuple[int, Group]]] = defaultdict(list)
    days = sorted({day for some in events.values() for _id, day in some})
    steps = len(days) + len({day.replace(day=_MIDDLE) for day in days})
    done = 0
    on_day: dict[date, list[tuple[FollowUpKind, str, int]]] = defaultdict(list)
    for (kind, grade), some in events.items():
        for id, day in some:
            on_day[day].append((kind, grade, id))
    for day in days:
        ids = {id for _kind, _grade, id in on_day[day]}
        theirs = _purchases(db, stages, day, ids)
        for kind, grade, id in on_day[day]:
            if id in theirs:
                _grade, stage, bought, spent = theirs[id]
                found[kind, grade].cared.count(bought, spent)
                people[kind, grade].add(id)
                weights[kind, grade][day.replace(day=_MIDDLE), stage] += 1
        done += 1
        if look:
            look(done, steps)
    for which, ids in people.items():
        found[which].cared.people = len(ids)
    for middle in sorted({day.replace(day=_MIDDLE) for day in days}):
        everybody = _purchases(db, stages, middle, None)
        every = _in_strata(everybody.values())
        for kind in {kind for kind, _grade in weights}:
            had_some = _in_strata(everybody[id] for id in cared[kind] if id in everybody)
            for grade in {grade for _kind, grade in weights}:
                shares = weights.get((kind, grade), Counter())
                for stage in (*Stage, None):
                    if weight := shares[middle, stage]:
                        rest = _less(every[grade, stage], had_some[grade, stage])
                        strata[kind, grade].append((weight, rest))
        done += 1
        if look:
            look(done, steps)
    for which, theirs_by_weight in strata.items():
        found[which].others = _weighed(theirs_by_weight)


def _in_strata(rows: Iterable[_Row]) -> dict[tuple[str, Stage | None], Group]:
    """By grade and stage."""
    found: dict[tuple[str, Stage | None], Group] = defaultdict(Group)
    for grade, stage, bought, spent in rows:
        found[grade, stage].count(bought, spent)
    return found


class _Stages:
    """In which stage everybody was, on any day until the last one."""

    def __init__(self, db: Session, until: date) -> None:
        rules, last = deriving.rules_of(db), until.toordinal()
        self._moves: dict[int, list[Move]] = {
            id: lifecycle.moves(
                kept(history.purchases),
                history.added,
                last,
                rules.numbers.lifecycle,
                rules.loyalty,
            )
            for id, _by_hand, history in deriving.histories(db, "all", rules, until)
        }

    def on(self, id: int, day: date) -> Stage | None:
        """None before there was a record of them."""
        moves = self._moves.get(id, [])
        place = bisect_right(moves, day.toordinal(), key=lambda move: move.day)
        return moves[place - 1].stage if place else None


def _less(group: Group, part: Group) -> Group:
    return Group(
        group.times - part.times,
        group.times - part.times,
        group.bought - part.bought,
        group.spent_cents - part.spent_cents,
    )


def _weighed(groups: Sequence[tuple[float, Group]]) -> Group:
    """One group in which each has its weight, however many people are in it."""
    some = [(weight, group) for weight, group in groups if group.times]
    whole = sum(weight for weight, _group in some)
    if not whole:
        return Group()
    times = sum(weight * group.times for weight, group in some) / whole
    bought = sum(weight * group.bought / group.times for weight, group in some) / whole
    spent = sum(weight * group.spent_cents / group.times for weight, group in some) / whole
    return Group(times, times, bought * times, spent * times)


def _purchases(db: Session, stages: _Stages, day: date, ids: set[int] | None) -> dict[int, _Row]:
    """By customer, of these or of all who were there."""
    narrowed = "" if ids is None else f" AND c.id IN ({', '.join(map(str, sorted(ids)))})"
    rows = db.execute(
        text(_THEIRS.format(narrowed=narrowed)),
        {
            "day": day.isoformat(),
            "last": (day + WITHIN).isoformat(),
        },
    )
    return {row[0]: (row[1], stages.on(row[0], day), bool(row[2]), row[3]) for row in rows}

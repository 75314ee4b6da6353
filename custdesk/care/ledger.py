"""The festival ledger: whom to greet, who was greeted, how, with what gift; and last year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from custdesk.care import occasions
from custdesk.care.occasions import Occasion
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.insight import policies
from custdesk.insight.grades import Grade, Grades
from custdesk.store.models import Channel, FollowUp, FollowUpState


@dataclass(frozen=True, slots=True)
class Entry:
    """One customer at one festival; the channel is None until somebody greeted them."""

    follow_up_id: int
    customer_id: int
    customer: str
    grade: Grade
    due: date
    state: FollowUpState
    closed_at: datetime | None
    channel: Channel | None
    gift: str
    gift_cents: int | None
    budget_cents: int | None


@dataclass(frozen=True, slots=True)
class Sum:
    """Figures of one grade at one festival; money in cents."""

    customers: int = 0
    greeted: int = 0
    skipped: int = 0
    gifts: int = 0
    budget_cents: int = 0
    spent_cents: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One festival of one year, VIPs first; `before` is last year's entry by customer."""

    occasion: Occasion
    day: date
    entries: tuple[Entry, ...]
    before: dict[int, Entry]

    def sums(self) -> dict[Grade, Sum]:
        return _sums(self.entries)

    def sums_before(self) -> dict[Grade, Sum]:
        """The same of last year, of everybody who was on that list."""
        return _sums(self.before.values())


_ENTRIES = """SELECT f.id, f.customer_id, c.name, s.grade, f.due, f.state, f.closed_at,
   (SELECT channel FROM interaction WHERE follow_up_id = f.id ORDER BY id DESC LIMIT 1),
   f.gift, f.gift_cents, g.budget_cents
 FROM follow_up f JOIN customer c ON c.id = f.customer_id
 JOIN standing s ON s.customer_id = c.id
 LEFT JOIN care_plan p ON p.id = f.plan_id
 LEFT JOIN care_gift g ON g.plan_id = p.id AND g.grade = s.grade
 WHERE f.kind = 'festival' AND f.day = :day AND (p.id IS NULL OR p.about = :about)"""


def page(db: Session, occasion: Occasion, year: int) -> Page | None:
    """The list of one festival; None in a year in which nobody knows when it falls."""
    day = occasions.in_year(year).get(occasion)
    if day is None:
        return None
    last = occasions.in_year(year - 1).get(occasion)
    before = _entries(db, occasion, last) if last else []
    return Page(
        occasion,
        day,
        tuple(_entries(db, occasion, day)),
        {one.customer_id: one for one in before},
    )


def _entries(db: Session, occasion: Occasion, day: date) -> list[Entry]:
    rows = db.execute(text(_ENTRIES), {"day": day.isoformat(), "about": occasion.value})
    grades = policies.grades(db)
    entries = (_entry(row, grades) for row in rows)
    return sorted(entries, key=lambda one: (one.grade.rank, one.customer_id))


def _entry(row: Sequence[Any], grades: Grades) -> Entry:
    id, customer_id, name, grade, due, state, closed, channel, gift, cents, budget = row
    return Entry(
        id, customer_id, name, grades.of(grade), date.fromisoformat(due), FollowUpState(state),
        datetime.fromisoformat(closed) if closed else None,
        Channel(channel) if channel else None, gift, cents, budget,
    )  # fmt: skip


def _sums(entries: Iterable[Entry]) -> dict[Grade, Sum]:
    found: dict[Grade, list[int]] = {}
    for one in entries:
        figures = found.setdefault(one.grade, [0] * 6)
        figures[0] += 1
        figures[1] += one.state is FollowUpState.DONE
        figures[2] += one.state is FollowUpState.SKIPPED
        figures[3] += bool(one.gift)
        figures[4] += one.budget_cents or 0
        figures[5] += one.gift_cents or 0
    ranked = sorted(found, key=lambda grade: grade.rank)
    return {grade: Sum(*found[grade]) for grade in ranked}


def known(db: Session, today: date) -> list[tuple[Occasion, int]]:
    """Which festivals have a list, of which years: the next ones first, then those past.

    Of what is ahead only the first of each.
    """
    rows = db.execute(
        text(
            "SELECT DISTINCT f.day, p.about FROM follow_up f LEFT JOIN care_plan p"
            " ON p.id = f.plan_id WHERE f.kind = 'festival'"
        )
    )
    found = set[tuple[date, Occasion]]()
    for written, about in rows:
        day = date.fromisoformat(written)
        on_it = [one for one, its in occasions.in_year(day.year).items() if its == day]
        found.update((day, one) for one in on_it if about in (None, one.value))
    ahead = sorted(one for one in found if one[0] >= today)
    past = sorted((one for one in found if one[0] < today), reverse=True)
    return [(occasion, day.year) for day, occasion in [*ahead, *past]]


def nearest(found: Sequence[tuple[Occasion, int]], today: date) -> int:
    """Which of `known` one wants to see first: what was lately, as long as it is fresh; else the
    next one."""
    fresh = [
        place
        for place, (occasion, year) in enumerate(found)
        if 0 < (today - occasions.in_year(year)[occasion]).days <= _FRESH
    ]
    return fresh[0] if fresh else 0


_FRESH = 10
"""For so many days after a festival its list is still being worked at."""


def note_gift(db: Session, follow_up_id: int, gift: str, cents: int | None) -> None:
    """Say what was given, and what it cost; "" for nothing."""
    found = db.get(FollowUp, follow_up_id)
    if found is None:
        raise CustdeskError(_("There is no such follow-up. See the list of what is due."))
    if cents is not None and cents < 0:
        raise CustdeskError(_("Type what the gift cost, or leave it empty."))
    found.gift = " ".join(gift.split())
    found.gift_cents = cents if found.gift else None
    db.add(found)
    db.flush()

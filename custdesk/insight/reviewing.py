"""Grades looked through: what another policy would move, and who moved since the last review."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.insight import deriving, grading, numbers, policies
from custdesk.insight.grades import Grade
from custdesk.insight.knowing import Rules, know
from custdesk.insight.measures import Facts, whole_years
from custdesk.insight.policies import Every, Policy
from custdesk.store.models import GradeReview

LONGEST_WHY = 200
_MONTHS = {Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}
_LOOK_EVERY = 2000

Look = Callable[[int, int], None]
"""Hears how far a long count is; may raise to stop it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One customer from one grade to another, and what the rules say of the new one."""

    customer_id: int
    name: str
    before: Grade
    now: Grade
    why: str

    @property
    def is_up(self) -> bool:
        return self.now.rank < self.before.rank


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a policy would make of the customers: how many each grade has now and would have, by
    key, the best first; who would move, those who would move up first; and how many keep a grade by
    hand that this policy does not have."""

    now: Mapping[str, int]
    then: Mapping[str, int]
    moved: tuple[Moved, ...]
    stranded: int = 0


def facts(
    db: Session, policy: Policy, today: date
) -> Iterator[tuple[int, str, str | None, str, Facts]]:
    """Id, name, grade by hand, grade in force and facts of everybody, for a policy.

    They are read from the standing, unless this policy counts the years of loyalty otherwise than
    the one in force: then each history is looked at.
    """
    if policy.loyalty == policies.in_force(db)[1].loyalty:
        for id, name, hand, grade, added, *rest in db.execute(text(_FACTS)):
            years = whole_years(date.fromisoformat(added), today)
            yield id, name, hand, grade, Facts._make([*rest[:6], years, *rest[6:]])
        return
    rules = Rules.of(policy, numbers.of(db))
    people = {id: (name, grade) for id, name, grade in db.execute(text(_GRADES))}
    for id, hand, history in deriving.histories(db, "all", rules, today):
        name, grade = people[id]
        yield id, name, hand, grade, know(history, today.toordinal(), rules).facts


_FACTS = """SELECT c.id, c.name, c.grade_by_hand, s.grade, c.added_on,
   s.spend_12m_cents, s.purchases_12m, s.loyal_years, c.potential, s.spend_cents, s.bought_days,
   c.kind, c.private_sign, c.gender, c.source, c.city, c.preferred_channel, s.satisfaction
 FROM standing s JOIN customer c ON c.id = s.customer_id ORDER BY c.id"""
_GRADES = """SELECT c.id, c.name, s.grade FROM standing s JOIN customer c ON c.id = s.customer_id"""


def what_if(db: Session, policy: Policy, today: date, look: Look | None = None) -> WhatIf:
    """What would happen if this policy graded from today on; who has a grade by hand stays.

    Raises a CustdeskError for a policy that cannot grade. Some 10 µs a customer.
    """
    wrong = policies.faults(policy)
    if wrong:
        raise CustdeskError(wrong[0].words)
    ranked, before = policy.ranked, policies.grades(db)
    now, then, moved = Counter[str](), Counter[str](), []
    whole = db.execute(text("SELECT count(*) FROM standing")).scalar_one()
    for place, (id, name, hand, grade, known) in enumerate(facts(db, policy, today)):
        graded = grading.grade(known, policy)
        key = hand or graded.grade
        now[grade] += 1
        then[key] += 1
        if key != grade:
            why = grading.why(graded, policy)
            moved.append(Moved(id, name, before.of(grade), ranked.of(key), why))
        if look and place % _LOOK_EVERY == 0:
            look(place, whole)
    moved.sort(key=lambda one: (not one.is_up, one.now.rank, one.customer_id))
    return WhatIf(
        {grade.key: now[grade.key] for grade in before.ranked},
        {grade.key: then[grade.key] for grade in ranked.ranked},
        tuple(moved),
        then.total() - sum(then[grade.key] for grade in ranked.ranked),
    )


# --- the review -----------------------------------------------------------------------------------


def begin_of(every: Every, today: date) -> date | None:
    """The first day of the quarter, half-year or year that `today` is in; None for never."""
    months = _MONTHS.get(every)
    if months is None:
        return None
    return date(today.year, (today.month - 1) // months * months + 1, 1)


def due_since(db: Session, today: date) -> date | None:
    """Since when a review is due: none was made in this quarter (half-year, year), and some
    customers were there before it began. None where there is nothing to do."""
    begin = begin_of(policies.in_force(db)[1].review, today)
    if begin is None:
        return None
    last = db.execute(text("SELECT max(day) FROM grade_review")).scalar_one()
    first = db.execute(
        text("SELECT min(care_from) FROM customer WHERE trashed_at IS NULL")
    ).scalar_one()
    if first is None or date.fromisoformat(first) >= begin:
        return None
    if last is not None and date.fromisoformat(last) >= begin:
        return None
    return begin


def how_many_moved(db: Session) -> int:
    """Since the last review."""
    return int(db.execute(text(f"SELECT count(*) FROM ({_MOVED})")).scalar_one())


_MOVED = """SELECT r.customer_id, c.name, r.grade, s.grade
 FROM reviewed_grade r JOIN standing s ON s.customer_id = r.customer_id
 JOIN customer c ON c.id = r.customer_id WHERE r.grade <> s.grade"""


def moves(db: Session, today: date) -> list[Moved]:
    """Who is in another grade than at the last review, those who moved up first.

    Who came since has no grade of then, and has not moved.
    """
    _id, policy = policies.in_force(db)
    ranked = policy.ranked
    found = []
    for id, name, before, now in db.execute(text(f"{_MOVED} ORDER BY r.customer_id")):
        graded = deriving.known(db, id, today).graded
        why = grading.why(graded, policy)
        found.append(Moved(id, name, ranked.of(before), ranked.of(now), why))
    return sorted(found, key=lambda one: (not one.is_up, one.now.rank, one.customer_id))


def keep(db: Session, customer_id: int, why: str) -> None:
    """Keep a customer in the grade of the last review, by hand and for a reason."""
    reason = " ".join(why.split())
    if not reason:
        raise CustdeskError(_("Say in a few words why the grade is kept."))
    if len(reason) > LONGEST_WHY:
        raise CustdeskError(_("Use {n} characters at most.").format(n=LONGEST_WHY))
    changed = db.execute(
        text(
            "UPDATE customer SET grade_why = :why, grade_by_hand ="
            " (SELECT grade FROM reviewed_grade WHERE customer_id = customer.id)"
            " WHERE id = :id AND trashed_at IS NULL"
            " AND id IN (SELECT customer_id FROM reviewed_grade)"
        ),
        {"why": reason, "id": customer_id},
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise CustdeskError(_("This customer is no longer in the file."))
    db.expire_all()


def accept(db: Session, today: date, kept: Iterable[int] = ()) -> GradeReview:
    """Take the grades as they are as looked through; what moved after this is for the next review.

    `kept`: those whom `keep` has kept in this review.
    """
    found = moves(db, today)
    ups = sum(one.is_up for one in found)
    staying = set(kept) - {one.customer_id for one in found}  # it may have been undone
    review = GradeReview(day=today, up=ups, down=len(found) - ups, kept=len(staying))
    db.add(review)
    db.execute(
        text(
            "DELETE FROM reviewed_grade WHERE customer_id NOT IN (SELECT customer_id FROM standing)"
        )
    )
    db.execute(
        text(
            "INSERT INTO reviewed_grade (customer_id, grade) SELECT s.customer_id, s.grade"
            " FROM standing s WHERE true ON CONFLICT (customer_id) DO UPDATE"
            " SET grade = excluded.grade WHERE grade <> excluded.grade"
        )
    )
    db.flush()
    return review


def last_review(db: Session) -> GradeReview | None:
    found = db.execute(text("SELECT max(id) FROM grade_review")).scalar_one()
    return db.get(GradeReview, found) if found else None

"""Cases (服务单): complaints and requests, from the day they come until they are solved."""

from datetime import date

from sqlmodel import Session, col, select

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people.days import check_day
from custdesk.store.models import Case, CaseKind

USUAL_DAYS = 3
"""By when a case is to be solved, where nothing else is said: judged, not measured."""


def open_case(
    db: Session, customer_id: int, kind: CaseKind, about: str, day: date, due: date | None
) -> Case:
    """Take in a complaint or request; `due` is by when it is to be solved, where that is known."""
    if not about.strip():
        raise CustdeskError(_("Say in a few words what it is about."))
    check_day(day)
    _check_due(due, day)
    found = Case(customer_id=customer_id, kind=kind, about=about.strip(), opened_on=day, due=due)
    db.add(found)
    db.flush()
    return found


def _check_due(due: date | None, opened_on: date) -> None:
    if due is None:
        return
    check_day(due)
    if due < opened_on:
        raise CustdeskError(_("It cannot be due before it came. Choose a later day."))


def solve(db: Session, case_id: int, solution: str, day: date) -> Case:
    """It is solved, by this."""
    found = _get(db, case_id)
    if not solution.strip():
        raise CustdeskError(_("Say in a few words how it was solved."))
    # A clock may have been set back since it was opened.
    found.solved_on, found.solution = max(day, found.opened_on), solution.strip()
    db.add(found)
    db.flush()
    return found


def reopen(db: Session, case_id: int) -> None:
    """It was not solved after all."""
    found = _get(db, case_id)
    found.solved_on, found.solution = None, ""
    db.add(found)
    db.flush()


def put_off(db: Session, case_id: int, due: date | None) -> None:
    """It is to be solved by another day, or by none."""
    found = _get(db, case_id)
    _check_due(due, found.opened_on)
    found.due = due
    db.add(found)
    db.flush()


def remove(db: Session, case_id: int) -> None:
    found = db.get(Case, case_id)
    if found:
        db.delete(found)


def of_customer(db: Session, customer_id: int) -> list[Case]:
    """Those that are open first, complaints before requests; then those solved, newest first."""
    return list(
        db.exec(
            select(Case)
            .where(Case.customer_id == customer_id)
            .order_by(
                col(Case.solved_on).is_not(None),
                col(Case.solved_on).desc(),
                col(Case.kind) != CaseKind.COMPLAINT,
                col(Case.opened_on),
                col(Case.id),
            )
        )
    )


def still_open(db: Session, customer_id: int) -> list[Case]:
    """Complaints before requests, the oldest first."""
    return [one for one in of_customer(db, customer_id) if one.solved_on is None]


def _get(db: Session, case_id: int) -> Case:
    found = db.get(Case, case_id)
    if found is None:
        raise CustdeskError(_("This case is no longer in the file."))
    return found

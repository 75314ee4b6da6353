"""Cases (服务单): complaints and requests, from the day they come until they are solved."""

from datetime import date, timedelta

from sqlmodel import Session, col, select

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people.days import check_day
from custdesk.people.typed import passage
from custdesk.store.models import Case, CaseKind

USUAL_DAYS = 3
"""By when a case is to be solved, where nothing else is said: judged, not measured."""


def open_case(
    db: Session, customer_id: int, kind: CaseKind, about: str, day: date, due: date | None
) -> Case:
    """Take in a complaint or request that came on a day; `due` is by when it is to be solved, where
    that is known."""
    found = Case(customer_id=customer_id, kind=kind, about="", opened_on=day)
    return _say(db, found, kind, about, day, due)


def correct(
    db: Session, case_id: int, kind: CaseKind, about: str, day: date, due: date | None
) -> Case:
    """It was another thing, came on another day, or is to be solved by another."""
    return _say(db, _get(db, case_id), kind, about, day, due)


def _say(db: Session, case: Case, kind: CaseKind, about: str, day: date, due: date | None) -> Case:
    if not passage(about):
        raise CustdeskError(_("Say in a few words what it is about."))
    check_day(day)
    if day > min(case.reopened_on or day, case.solved_on or day):
        raise CustdeskError(_("It was solved before that day. Choose an earlier one."))
    if due is not None:
        check_day(due)
        if due < day:
            raise CustdeskError(_("It cannot be due before it came. Choose a later day."))
    case.kind, case.about, case.opened_on, case.due = kind, passage(about), day, due
    db.add(case)
    db.flush()
    return case


def solve(db: Session, case_id: int, solution: str, day: date) -> Case:
    """It is solved, by this."""
    found = _get(db, case_id)
    if found.solved_on is not None:
        raise CustdeskError(_("This case was solved already."))
    if not passage(solution):
        raise CustdeskError(_("Say in a few words how it was solved."))
    # A clock may have been set back since it was opened.
    found.solved_on, found.solution = max(day, found.opened_on), passage(solution)
    db.add(found)
    db.flush()
    return found


def reopen(db: Session, case_id: int, today: date) -> None:
    """It was not solved after all; what was tried stays. What was due meanwhile is due in the usual
    days from today on."""
    found = _get(db, case_id)
    found.solved_on, found.reopened_on = None, max(today, found.opened_on)
    if found.due is not None and found.due < today:
        found.due = today + timedelta(days=USUAL_DAYS)
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

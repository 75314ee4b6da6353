"""What customers think of what they got: a score from 1 to 5, and words (反馈)."""

from datetime import date

from sqlmodel import Session, col, select

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people.days import check_day
from custdesk.people.typed import passage
from custdesk.store.models import Feedback, FeedbackSource

SCORES = range(1, 6)
"""5 is the best."""


def note(
    db: Session, customer_id: int, score: int, source: FeedbackSource, words: str, day: date
) -> Feedback:
    """Note what a customer thinks; words may be empty."""
    if score not in SCORES:
        raise CustdeskError(_("Choose how content they are, from 1 to 5."))
    check_day(day)
    found = Feedback(
        customer_id=customer_id, day=day, score=score, source=source, words=passage(words)
    )
    db.add(found)
    db.flush()
    return found


def of_customer(db: Session, customer_id: int) -> list[Feedback]:
    """Newest first."""
    return list(
        db.exec(
            select(Feedback)
            .where(Feedback.customer_id == customer_id)
            .order_by(col(Feedback.day).desc(), col(Feedback.id).desc())
        )
    )


def remove(db: Session, feedback_id: int) -> None:
    found = db.get(Feedback, feedback_id)
    if found:
        db.delete(found)


def stars(score: int) -> str:
    """ "★★★★☆": what a score looks like; screen readers are told the number beside it."""
    return "★" * score + "☆" * (SCORES[-1] - score)

"""What is to be known before one meets a customer: what is open, and what they said of us last."""

from datetime import date

from sqlmodel import Session

from custdesk import formats
from custdesk.i18n import _, ngettext
from custdesk.people import cases, feedback
from custdesk.words import shown

MOST_CASES = 5
"""So many open complaints and requests are told one by one."""


def words(db: Session, customer_id: int, today: date) -> list[str]:
    """What is still open of their complaints and requests, and what they said last of us."""
    lines = []
    still_open = cases.still_open(db, customer_id)
    for one in still_open[:MOST_CASES]:
        told = _("{kind} of {day}, not solved yet: {about}")
        if one.due:
            told = _("{kind} of {day}, to be solved by {due}: {about}")
        lines.append(
            told.format(
                kind=shown(one.kind),
                day=formats.calendar_day(one.opened_on, today),
                due=formats.calendar_day(one.due, today) if one.due else "",
                about=one.about,
            )
        )
    if len(still_open) > MOST_CASES:
        n = len(still_open) - MOST_CASES
        told = ngettext(
            "{n} more complaint or request is open",
            "{n} more complaints and requests are open",
            n,
        )
        lines.append(told.format(n=n))
    for said in feedback.of_customer(db, customer_id)[:1]:
        told = _("Feedback of {day}: {n} of 5")
        if said.words:
            told = _("Feedback of {day}: {n} of 5, {words}")
        day = formats.calendar_day(said.day, today)
        lines.append(told.format(day=day, n=said.score, words=said.words))
    return lines

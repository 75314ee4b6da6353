"""Words that were sent to a customer: the follow-up is done, and what was said is kept."""

from datetime import datetime

from sqlmodel import Session

from custdesk.care import follow_ups
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store.models import Channel, FollowUpKind, Interaction

BY_WORDS = frozenset(FollowUpKind) - {
    FollowUpKind.CALLBACK,
    FollowUpKind.CASE,
    FollowUpKind.CUSTOM,
}
"""Kinds that are done once the words are sent; a call, a case or a promise asks for more."""


def send(db: Session, follow_up_id: int, words: str, channel: Channel, at: datetime) -> Interaction:
    """Done by these words, which were sent at `at`; the next time others are offered first.

    Raises a CustdeskError where there are no words, or the follow-up is no longer open.
    """
    if not words.strip():
        raise CustdeskError(_("Write the words first that were sent."))
    return follow_ups.complete(db, follow_up_id, _("Greeting sent"), channel, at, said=words)

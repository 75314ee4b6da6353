"""What `custdesk show` says of a customer, a line each."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from custdesk import formats
from custdesk.care import follow_ups
from custdesk.care.calendar import birthday_words
from custdesk.i18n import _
from custdesk.people import customers, history, own_dates, phones, quiet_hours, service
from custdesk.store.models import ContactKind, FollowUpKind
from custdesk.words import shown


def lines(db: Session, customer_id: int, today: date) -> Iterator[str]:
    """Who it is, how to reach them, what to bear in mind, what is to come, who is close to them."""
    found = customers.get(db, customer_id)
    yield f"{found.number} {found.name}"
    if found.do_not_contact:
        yield _("Do not contact")
    born = customers.birthday_of(found)
    if born:
        yield birthday_words(born)
    for point in customers.contacts(db, customer_id):
        is_phone = point.kind is ContactKind.PHONE
        yield phones.display(point.value) if is_phone else point.value
    yield from filter(None, (found.company, found.title, found.city, found.address))
    for header, words in (
        (_("Called"), found.called),
        (_("Quiet hours"), quiet_hours.words(found.quiet_from, found.quiet_until)),
        (_("Likes"), found.likes),
        (_("Taboos"), found.taboos),
        (_("Tags"), _(", ").join(customers.tags_of(db, customer_id))),
    ):
        if words:
            yield _line(header, words)
    for one in own_dates.of_customer(db, customer_id):
        day = own_dates.day_words(one.day, yearly=one.yearly)
        yield _line(one.name, f"{day} · {own_dates.next_words(one, today)}")
    yield from service.words(db, customer_id, today)
    for due in follow_ups.of_customer(db, customer_id, today):
        yield _line(shown(FollowUpKind.CUSTOM), f"{formats.day(due.due, today)} · {due.reason}")
    for related in history.relations(db, customer_id):
        yield _line(history.relation_words(related), f"{related.name} {related.number}")
    if found.notes:
        yield found.notes


def _line(header: str, words: str) -> str:
    return _("{header}: {words}").format(header=header, words=words)

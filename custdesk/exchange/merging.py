"""What a row says of somebody we know: gaps are filled, and what contradicts goes to the notes."""

from dataclasses import replace
from datetime import date
from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Session

from custdesk.care.birthday import Birthday
from custdesk.care.calendar import birthday_words
from custdesk.exchange.fields import Field
from custdesk.exchange.own_dates import OwnDate, missing
from custdesk.exchange.records import CustomerRecord, lines_of, same_name
from custdesk.exchange.values import split_list
from custdesk.i18n import _
from custdesk.insight.grades import Grade
from custdesk.people import customers, own_dates, quiet_hours
from custdesk.people.phones import Phone
from custdesk.store.models import (
    ContactKind,
    Customer,
    CustomerKind,
)
from custdesk.words import shown

_SINGLE = (
    *(Field.GENDER, Field.BIRTHDAY, Field.COMPANY, Field.TITLE, Field.CITY, Field.ADDRESS),
    *(Field.SOURCE, Field.POTENTIAL, Field.PREFERRED_CHANNEL, Field.CALLED, Field.QUIET_HOURS),
    *(Field.GRADE, Field.KIND, Field.CONSENTED_ON, Field.ADDED_ON),
)
"""Facts of which a customer has one: the first stays, another one goes to the notes."""

_FLAGS = (Field.PRIVATE_SIGN, Field.DO_NOT_CONTACT)
"""Facts that hold as soon as anybody says so."""

_LISTS = (Field.EMAIL, Field.WECHAT, Field.LIKES, Field.TABOOS, Field.TAGS)
_PLURALS = {Field.EMAIL: "emails", Field.WECHAT: "wechats"}


def merged(known: CustomerRecord, row: CustomerRecord) -> CustomerRecord:
    """All that is known of a person together with what a row says; both stay as they are.

    Equal to `known` when the row says nothing new.
    """
    now = replace(known, notes=[*known.notes], phones=[*known.phones])
    notes = [*row.notes]
    for field in _SINGLE:
        have, brings = getattr(known, field), getattr(row, field)
        if not brings or brings == have:
            continue
        if not have or (field in known.unchosen and _counts_more(field, brings, have)):
            setattr(now, field, brings)
            now.unchosen -= {field}
        else:
            said = _("{header}: {words}")
            notes.append(said.format(header=field.label(), words=_shown(field, brings)))
    for field in _FLAGS:
        setattr(now, field, getattr(known, field) or getattr(row, field))
    for field in _LISTS:
        name = _PLURALS.get(field, field.value)
        setattr(now, name, _with(getattr(known, name), getattr(row, name)))
    held = {phone.value for phone in known.phones}
    now.phones += [phone for phone in row.phones if phone.value not in held]
    now.dates = [*known.dates, *missing(known.dates, row.dates)]
    now.referred_by = [*known.referred_by, *_new_referrers(known, row)]
    for words in notes:
        add_note(now, words)
    return now


def add_note(record: CustomerRecord, words: str) -> None:
    """Add a note, unless every line of it is there already."""
    if not _stands_in(record.notes, words):
        record.notes.append(words)


def _stands_in(notes: list[str], words: str) -> bool:
    return lines_of([*notes, words]) == lines_of(notes)


def _counts_more(field: Field, brings: object, have: object) -> bool:
    """Whether a fact may take the place of one that nobody chose; of days, the earlier one."""
    if isinstance(brings, date) and isinstance(have, date):
        return brings < have
    return True


def _with(known: list[str], more: list[str]) -> list[str]:
    held = {value.lower() for value in known}
    return [*known, *(value for value in more if value.lower() not in held)]


def _new_referrers(known: CustomerRecord, row: CustomerRecord) -> list[str]:
    """Those who are neither among the known ones nor in the notes already."""
    names = {same_name(name) for words in known.referred_by for name in (words, *split_list(words))}

    def is_new(name: str) -> bool:
        return same_name(name) not in names and not _stands_in(known.notes, referrer_note(name))

    return [
        words
        for words in row.referred_by
        if is_new(words) and any(is_new(name) for name in split_list(words))
    ]


def referrer_note(words: str) -> str:
    """The line of the notes for a referrer who is not one customer."""
    return _("{header}: {words}").format(header=Field.REFERRED_BY.label(), words=words)


def _shown(field: Field, value: object) -> str:
    if field is Field.GRADE:
        return Grade(str(value), 0).called
    if isinstance(value, Birthday):
        return birthday_words(value)
    return shown(value) if isinstance(value, StrEnum) else str(value)


# --- customers in the file ------------------------------------------------------------------------


def record_of(db: Session, customer_id: int) -> CustomerRecord:
    """A customer in the file as if a row had said it all."""
    one = customers.get(db, customer_id)
    points = customers.contacts(db, customer_id)
    values = {kind: [point.value for point in points if point.kind is kind] for kind in ContactKind}
    return CustomerRecord(
        line=0,
        digest="",
        name=one.name,
        number=one.number,
        kind=one.kind,
        gender=one.gender,
        called=one.called,
        birthday=customers.birthday_of(one),
        dates=[
            OwnDate(date.name, date.day, date.yearly)
            for date in own_dates.of_customer(db, customer_id)
        ],
        phones=[Phone(value) for value in values[ContactKind.PHONE]],
        emails=values[ContactKind.EMAIL],
        wechats=values[ContactKind.WECHAT],
        company=one.company,
        title=one.title,
        city=one.city,
        address=one.address,
        source=one.source,
        likes=split_list(one.likes),
        taboos=split_list(one.taboos),
        tags=customers.tags_of(db, customer_id),
        grade=one.grade_by_hand,
        potential=one.potential,
        preferred_channel=one.preferred_channel,
        quiet_hours=quiet_hours.words(one.quiet_from, one.quiet_until),
        private_sign=one.private_sign,
        do_not_contact=one.do_not_contact,
        consented_on=one.consented_on,
        added_on=one.added_on,
        referred_by=_referrers(db, customer_id),
        notes=[one.notes] if one.notes else [],
        unchosen=_unchosen(db, one),
    )


def _referrers(db: Session, customer_id: int) -> list[str]:
    found = db.execute(
        text(
            "SELECT c.name FROM relation r JOIN customer c ON c.id = r.other_id"
            " WHERE r.customer_id = :id AND r.kind = 'referred_by' ORDER BY r.id"
        ),
        {"id": customer_id},
    )
    return [*found.scalars()]


def _unchosen(db: Session, one: Customer) -> frozenset[Field]:
    """The facts that are as they were when the record was made, and were never another."""
    human = one.gender is not None or one.birth_calendar is not None
    standing = {
        Field.GRADE: one.grade_by_hand is None,
        Field.KIND: one.kind is CustomerKind.PERSON and not human,
        Field.ADDED_ON: one.added_on == one.care_from,
    }
    images = db.execute(
        text(
            "SELECT json_extract(before, '$.grade_by_hand'), json_extract(before, '$.kind'),"
            " json_extract(before, '$.added_on')"
            " FROM journal JOIN change ON change.id = change_id AND NOT undone"
            " WHERE customer_id = :id AND tbl = 'customer' AND op = 'U'"
        ),
        {"id": one.id},
    ).all()
    now = (one.grade_by_hand, one.kind.value, one.added_on.isoformat())
    changed = {
        field
        for image in images
        for field, before, after in zip(standing, image, now, strict=True)
        if before != after
    }
    return frozenset(field for field, holds in standing.items() if holds) - changed


def write_gains(
    db: Session, customer_id: int, before: CustomerRecord, now: CustomerRecord, today: date
) -> None:
    """Write of a customer what `now` says more than `before`; relations are the caller's."""
    one = customers.get(db, customer_id)
    for field in (*_SINGLE, *_FLAGS):
        value = getattr(now, field)
        if value == getattr(before, field):
            continue
        if field is Field.BIRTHDAY:
            customers.set_birthday(one, value, today)
        elif field is Field.QUIET_HOURS:
            one.quiet_from, one.quiet_until = quiet_hours.read(value) or (None, None)
        elif field is Field.GRADE:
            one.grade_by_hand, one.grade_why = value, ""
        else:
            setattr(one, field, value)
    one.likes = "、".join(filter(None, (one.likes, *now.likes[len(before.likes) :])))
    one.taboos = "、".join(filter(None, (one.taboos, *now.taboos[len(before.taboos) :])))
    if now.notes != before.notes:
        one.notes = lines_of(now.notes)
    db.add(one)
    for phone in now.phones[len(before.phones) :]:
        customers.put_contact(db, customer_id, ContactKind.PHONE, phone.value, phone.label)
    for wechat in now.wechats[len(before.wechats) :]:
        customers.put_contact(db, customer_id, ContactKind.WECHAT, wechat)
    for email in now.emails[len(before.emails) :]:
        customers.put_contact(db, customer_id, ContactKind.EMAIL, email)
    for own in now.dates[len(before.dates) :]:
        own_dates.add(db, customer_id, own.name, own.day, today, yearly=own.yearly)
    for tag in now.tags[len(before.tags) :]:
        customers.add_tag(db, customer_id, tag)

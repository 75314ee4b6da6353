"""Verbs on customers: add, edit, trash, restore; their contact points, tags and numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, or_, text, update
from sqlmodel import Session, col, select

from custdesk.care.birthday import Birthday
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people import phones, quiet_hours
from custdesk.people.days import check_birthday, check_day
from custdesk.people.typed import line
from custdesk.store.models import (
    Channel,
    ContactKind,
    ContactPoint,
    Customer,
    CustomerKind,
    CustomerTag,
    FormerNumber,
    Gender,
    Potential,
    Tag,
)

NUMBER_DIGITS = 4
"""An automatic number has at least this many digits: 0001."""

BATCH = 5000
"""How many customers one statement names."""

LONGEST_TEXT = 100_000


@dataclass(slots=True)
class Details:
    """What is known of a customer when the record is made; only the name is needed."""

    name: str
    number: str = ""
    kind: CustomerKind = CustomerKind.PERSON
    gender: Gender | None = None
    birthday: Birthday | None = None
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    wechats: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def get(db: Session, customer_id: int) -> Customer:
    customer = db.get(Customer, customer_id)
    if customer is None:
        raise CustdeskError(_("This customer is no longer in the file."))
    return customer


def add(db: Session, details: Details, today: date) -> Customer:
    """Make a record; the number is the next free one unless `details` brings a free one."""
    name = line(details.name)
    if not name:
        raise CustdeskError(_("A customer needs a name. Type one."))
    number = line(details.number)
    if number and number_owner(db, number) is not None:
        raise CustdeskError(
            _("The number {number} is taken. Choose another.").format(number=number)
        )
    customer = Customer(
        id=next_id(db),
        number=number or next_number(db),
        name=name,
        kind=details.kind,
        gender=details.gender,
        added_on=today,
        care_from=today,
    )
    if details.birthday:
        set_birthday(customer, details.birthday, today)
    db.add(customer)
    db.flush()
    assert customer.id is not None
    for kind, values in (
        (ContactKind.PHONE, details.phones),
        (ContactKind.EMAIL, details.emails),
        (ContactKind.WECHAT, details.wechats),
    ):
        for value in values:
            add_contact(db, customer.id, kind, value)
    for tag in details.tags:
        add_tag(db, customer.id, tag)
    return customer


def next_id(db: Session) -> int:
    """An id that nobody has or had, as far as the file knows: backups tell people apart by it."""
    highest = db.execute(
        text(
            "SELECT max(coalesce((SELECT max(id) FROM customer), 0),"
            " coalesce((SELECT max(customer_id) FROM journal WHERE customer_id IS NOT NULL), 0),"
            " coalesce((SELECT max(customer_id) FROM erasure), 0))"
        )
    ).scalar_one()
    return int(highest) + 1


def next_number(db: Session) -> str:
    """One more than the highest number in use, or ever in use, that is all digits."""
    highest = db.execute(
        text(
            "SELECT max(CAST(number AS INTEGER)) FROM"
            " (SELECT number FROM customer UNION ALL SELECT number FROM former_number)"
            " WHERE number NOT GLOB '*[^0-9]*' AND length(number) < 16"
        )
    ).scalar_one()
    return f"{(highest or 0) + 1:0{NUMBER_DIGITS}}"


def number_owner(db: Session, number: str) -> int | None:
    """The customer whose number this is, or once was."""
    found = db.exec(select(Customer.id).where(Customer.number == number)).first()
    if found is None:
        found = db.exec(
            select(FormerNumber.customer_id).where(FormerNumber.number == number)
        ).first()
    return found


TEXTS = (
    "called",
    "grade_why",
    "company",
    "title",
    "city",
    "address",
    "source",
    "likes",
    "taboos",
    "notes",
)
"""The fields that hold a customer's own words."""


def edit(db: Session, customer_id: int, field_name: str, value: object, today: date) -> None:
    """Set one field of a customer; raises a sentence when the value cannot be accepted.

    Fields: number, name, kind, gender, birthday (a Birthday or None), potential,
    grade_by_hand (its key, or "" for the policy to decide), grade_why,
    preferred_channel, private_sign, do_not_contact, added_on, consented_on (a day or None),
    quiet_hours (as typed, "" for none), and the texts of `TEXTS`.
    """
    customer = get(db, customer_id)
    if field_name in TEXTS:
        long = field_name == "notes"
        setattr(customer, field_name, _text(str(value)) if long else line(str(value)))
    elif field_name == "name":
        name = line(str(value))
        if not name:
            raise CustdeskError(_("A customer needs a name. Type one."))
        customer.name = name
    elif field_name == "number":
        _renumber(db, customer, line(str(value)))
    elif field_name == "birthday":
        set_birthday(customer, value if isinstance(value, Birthday) else None, today)
    elif field_name == "added_on":
        if not isinstance(value, date) or value > today:
            raise CustdeskError(_("The file cannot have been opened after today."))
        check_day(value)
        customer.added_on = value
    elif field_name == "consented_on":
        if value is not None and (not isinstance(value, date) or value > today):
            raise CustdeskError(_("Nobody can have consented after today. Choose an earlier day."))
        if value is not None:
            check_day(value)
        customer.consented_on = value
    elif field_name == "grade_by_hand":
        customer.grade_by_hand = str(value) if value else None
        customer.grade_why = ""  # it was why the former one was given
    elif field_name == "quiet_hours":
        hours = quiet_hours.read(str(value))
        customer.quiet_from, customer.quiet_until = hours or (None, None)
    elif field_name in ("private_sign", "do_not_contact"):
        setattr(customer, field_name, bool(value))
    elif field_name in _CHOICES:
        chosen = _CHOICES[field_name](str(value)) if value else _UNSAID.get(field_name)
        setattr(customer, field_name, chosen)
    else:
        raise KeyError(field_name)
    db.add(customer)


_CHOICES: dict[str, type[StrEnum]] = {
    "kind": CustomerKind,
    "gender": Gender,
    "potential": Potential,
    "preferred_channel": Channel,
}
_UNSAID = {"kind": CustomerKind.PERSON}
"""What holds where nothing is chosen and nothing cannot be kept."""


def _renumber(db: Session, customer: Customer, number: str) -> None:
    if not number:
        raise CustdeskError(_("A customer needs a number. Type one that nobody else has."))
    if number_owner(db, number) not in (None, customer.id):
        raise CustdeskError(
            _("The number {number} is taken. Choose another.").format(number=number)
        )
    customer.number = number


def set_birthday(customer: Customer, birthday: Birthday | None, today: date) -> None:
    """Set or clear the birthday; a day that is new counts from `today`, a year alone is not."""
    if birthday:
        check_birthday(birthday, today)
    before = birthday_of(customer)
    customer.birth_calendar = birthday.calendar if birthday else None
    customer.birth_year = birthday.year if birthday else None
    customer.birth_month = birthday.month if birthday else None
    customer.birth_day = birthday.day if birthday else None
    customer.birth_leap = birthday.leap if birthday else False
    if birthday is None:
        customer.birthday_known_on = None
    elif before is None or replace(birthday, year=None) != replace(before, year=None):
        customer.birthday_known_on = today


def birthday_of(customer: Customer) -> Birthday | None:
    return Birthday.stored(
        customer.birth_calendar,
        customer.birth_year,
        customer.birth_month,
        customer.birth_day,
        customer.birth_leap,
    )


# --- contact points -------------------------------------------------------------------------------


def contacts(db: Session, customer_id: int) -> list[ContactPoint]:
    """Phones first, then WeChat, e-mail, others; within a kind in their order."""
    rank = {kind: i for i, kind in enumerate(ContactKind)}
    found = db.exec(select(ContactPoint).where(ContactPoint.customer_id == customer_id)).all()
    return sorted(found, key=lambda point: (rank[point.kind], point.position, point.id or 0))


def contact_value(kind: ContactKind, typed: str) -> str:
    """What is stored for a typed contact point: phones as E.164; a sentence if it is none."""
    value = line(typed)
    if not value:
        raise CustdeskError(_("This is empty. Type a number or an address."))
    if kind is ContactKind.PHONE:
        phone = phones.normalise(value)
        if phone is None:
            raise CustdeskError(_("This is empty. Type a number or an address."))
        if phone.fault:
            raise CustdeskError(
                _("{reason} {n} digits were typed; check them.").format(
                    reason=phone.fault.reason, n=sum(map(str.isdigit, value))
                )
            )
        return phone.value
    if kind is ContactKind.EMAIL and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise CustdeskError(_("This is no e-mail address. It looks like name@example.com."))
    return value


def add_contact(
    db: Session, customer_id: int, kind: ContactKind, typed: str, label: str = ""
) -> ContactPoint:
    """Add a contact point as somebody typed it; raises a sentence when it is none."""
    return put_contact(db, customer_id, kind, contact_value(kind, typed), label)


def put_contact(
    db: Session, customer_id: int, kind: ContactKind, value: str, label: str = ""
) -> ContactPoint:
    """Add a stored value behind those of its kind; one that is there already stays as it is."""
    same_kind = [point for point in contacts(db, customer_id) if point.kind is kind]
    for point in same_kind:
        if point.value == value:
            return point
    position = max((point.position for point in same_kind), default=-1) + 1
    point = ContactPoint(
        customer_id=customer_id, kind=kind, value=value, label=label, position=position
    )
    db.add(point)
    db.flush()
    return point


def edit_contact(db: Session, contact_id: int, typed: str, label: str | None = None) -> None:
    """Correct a contact point; emptied, it goes."""
    point = db.get(ContactPoint, contact_id)
    if point is None:
        raise CustdeskError(_("This contact is no longer in the file."))
    if not typed.strip():
        db.delete(point)
        return
    value = contact_value(point.kind, typed)
    twin = db.exec(
        select(ContactPoint).where(
            ContactPoint.customer_id == point.customer_id,
            ContactPoint.kind == point.kind,
            ContactPoint.value == value,
            ContactPoint.id != point.id,
        )
    ).first()
    if twin:
        raise CustdeskError(_("This customer has that one already."))
    point.value = value
    if label is not None:
        point.label = line(label)
    db.add(point)


# --- tags -----------------------------------------------------------------------------------------


def tags_of(db: Session, customer_id: int) -> list[str]:
    joined = select(Tag.name).join(CustomerTag, col(CustomerTag.tag_id) == Tag.id)
    return list(
        db.exec(joined.where(CustomerTag.customer_id == customer_id).order_by(col(CustomerTag.id)))
    )


def add_tag(db: Session, customer_id: int, name: str) -> None:
    name = line(name)
    if not name or name in tags_of(db, customer_id):
        return
    tag = db.exec(select(Tag).where(Tag.name == name)).first()
    if tag is None:
        tag = Tag(name=name)
        db.add(tag)
        db.flush()
    assert tag.id is not None
    db.add(CustomerTag(customer_id=customer_id, tag_id=tag.id))
    db.flush()


def set_tags(db: Session, customer_id: int, names: Iterable[str]) -> None:
    """Make a customer's tags exactly `names`; a tag that nobody has any more goes."""
    keep = {name for name in map(line, names) if name}
    for link, name in db.exec(
        select(CustomerTag, Tag.name)
        .join(Tag, col(CustomerTag.tag_id) == Tag.id)
        .where(CustomerTag.customer_id == customer_id)
    ).all():
        if name not in keep:
            db.delete(link)
    for name in names:
        add_tag(db, customer_id, name)
    db.flush()
    db.execute(text("DELETE FROM tag WHERE id NOT IN (SELECT tag_id FROM customer_tag)"))


def all_tags(db: Session) -> list[str]:
    """Every tag in use, the commonest first."""
    return list(
        db.execute(
            text(
                "SELECT t.name FROM tag t JOIN customer_tag ct ON ct.tag_id = t.id"
                " JOIN standing s ON s.customer_id = ct.customer_id"
                " GROUP BY t.id ORDER BY count(*) DESC, t.name"
            )
        ).scalars()
    )


def all_cities(db: Session) -> list[str]:
    """Every city in use, the commonest first."""
    return list(
        db.execute(
            text(
                "SELECT city FROM customer WHERE city <> '' AND trashed_at IS NULL"
                " GROUP BY city ORDER BY count(*) DESC, city"
            )
        ).scalars()
    )


# --- trash ----------------------------------------------------------------------------------------


def trash(db: Session, customer_ids: Iterable[int], now: datetime) -> None:
    """Put customers into the trash: out of every list, with everything that is theirs kept.

    Raises a CustdeskError when one of them is no longer in the file.
    """
    _set_of_all(db, customer_ids, trashed_at=now.replace(microsecond=0))


def restore(db: Session, customer_ids: Iterable[int]) -> None:
    """Take customers out of the trash; raises a CustdeskError when one is gone from the file."""
    _set_of_all(db, customer_ids, trashed_at=None)


def set_grade(db: Session, customer_ids: Iterable[int], grade: str | None, why: str = "") -> None:
    """Give all of them a grade by hand, by its key; None lets the grading policy decide again.

    Raises a CustdeskError when one is gone from the file.
    """
    _set_of_all(db, customer_ids, grade_by_hand=grade, grade_why=why if grade else "")


def _set_of_all(db: Session, customer_ids: Iterable[int], **values: object) -> None:
    """Set fields of many customers where they differ; raises when one is not in the file."""
    ids = sorted(set(customer_ids))
    other = or_(
        *(col(getattr(Customer, name)).is_distinct_from(value) for name, value in values.items())
    )
    db.flush()
    for start in range(0, len(ids), BATCH):
        these = col(Customer.id).in_(ids[start : start + BATCH])
        there = db.exec(select(func.count()).select_from(Customer).where(these)).one()
        if there < len(ids[start : start + BATCH]):
            raise CustdeskError(_("This customer is no longer in the file."))
        db.execute(
            update(Customer)
            .where(these, other)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    db.expire_all()


def trashed(db: Session) -> list[Customer]:
    """Who is in the trash, the last first."""
    return list(
        db.exec(
            select(Customer)
            .where(col(Customer.trashed_at).is_not(None))
            .order_by(col(Customer.trashed_at).desc(), col(Customer.id))
        )
    )


def _text(typed: str) -> str:
    """Several lines of text, with line breaks as \\n."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    lines = "".join(char for char in lines if char.isprintable() or char in "\n\t\u200d\ufe0f")
    if len(lines) > LONGEST_TEXT:
        raise CustdeskError(_("This is too long: {n} characters fit here.").format(n=LONGEST_TEXT))
    return lines.strip()

"""Customers that an import brings: new ones made, known ones filled up, nothing lost."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from sqlalchemy import insert, text
from sqlmodel import Session

from custdesk.care.birthday import Birthday
from custdesk.care.calendar import birthday_words
from custdesk.exchange.fields import Field
from custdesk.exchange.matching import Known, plain_number
from custdesk.exchange.outcome import BATCH, OnDuplicate, Report, Result, insert_all
from custdesk.exchange.records import CustomerRecord, Rejected, Remark, lines_of
from custdesk.i18n import _
from custdesk.people import customers
from custdesk.store.models import (
    ContactKind,
    ContactPoint,
    Customer,
    CustomerTag,
    FormerNumber,
    Grade,
    ImportedRow,
    Relation,
    RelationKind,
    Tag,
)
from custdesk.words import shown


class CustomerArrivals:
    """Rows read as customers: who is new, who is somebody we know, who was imported before."""

    def __init__(
        self,
        read: Iterable[CustomerRecord | Rejected],
        on_duplicate: OnDuplicate,
        today: date,
        result: Result,
        report: Report,
    ) -> None:
        self._read = list(read)
        self._on_duplicate = on_duplicate
        self._today = today
        self._result = result
        self._report = report
        self._new: list[CustomerRecord] = []
        self._merging: dict[int, list[CustomerRecord]] = {}
        self._digests: list[tuple[str, int]] = []
        self._numbers: list[tuple[str, int]] = []
        self._relations: list[tuple[int, int]] = []
        self._brought: set[str] = set()

    def decide(self, db: Session) -> None:
        """Sort the rows: new, merged into somebody, skipped, rejected."""
        result = self._result
        known = Known(db)
        next_number = int(customers.next_number(db))
        self._brought = {
            plain_number(one.number) for one in self._read if isinstance(one, CustomerRecord)
        }
        for record in self._read:
            if isinstance(record, Rejected):
                result.rejects.append(record)
                continue
            result.warnings += record.warnings
            if record.digest in known.digests:
                result.skipped += 1
                continue
            same = None if self._on_duplicate is OnDuplicate.CREATE else known.match(record)
            if same is None:
                place = -1 - len(self._new)
                number, next_number = self._number(known, record, next_number)
                record.number = number
                known.add(record, place, number)
                self._new.append(record)
                self._digests.append((record.digest, place))
                result.created += 1
            elif self._on_duplicate is OnDuplicate.SKIP or same in known.in_trash:
                if same in known.in_trash:
                    result.warnings.append(
                        Remark(record.line, _("This customer is in the trash; restore it there."))
                    )
                result.skipped += 1
            elif self._merge(db, known, record, same):
                result.merged += 1
            else:
                result.skipped += 1
        for place, record in enumerate(self._new):
            self._refer(known, record, -1 - place)
        for id, merged in self._merging.items():
            for record in merged:
                self._refer(known, record, id)

    def _number(self, known: Known, record: CustomerRecord, next_number: int) -> tuple[str, int]:
        """The number that a new customer gets: the row's own, if nobody else has it."""
        if record.number and not known.is_taken(record.number):
            return record.number, next_number
        if record.number:
            why = _("somebody else has this number, so a new one was given.")
            record.keep(_("Number"), record.number)
            self._result.warnings.append(Remark(record.line, f"{record.number}: {why}"))
        while known.is_taken(str(next_number)) or str(next_number) in self._brought:
            next_number += 1
        return f"{next_number:0{customers.NUMBER_DIGITS}}", next_number + 1

    def _merge(self, db: Session, known: Known, record: CustomerRecord, same: int) -> bool:
        """Add to somebody what the row knows more; False when it says nothing new."""
        if record.number and not known.is_taken(record.number):
            known.answers_to(same, record.number)
            self._numbers.append((record.number, same))
            news = True
        else:
            news = False
        known.learn(record, same)
        if same < 0:
            target = self._new[-1 - same]
            _absorb(target, record)
            self._digests.append((record.digest, same))
            return True
        customer = customers.get(db, same)
        found = _news(db, customer, record, apply=False) or news
        if found:
            self._merging.setdefault(same, []).append(record)
            self._digests.append((record.digest, same))
        return found

    def _refer(self, known: Known, record: CustomerRecord, id: int) -> None:
        """Turn the name of a referrer into a relation where it is one customer's; else keep it."""
        if not record.referred_by:
            return
        bearers = [other for other in known.bearers(record.referred_by) if other != id]
        if len(bearers) == 1:
            self._relations.append((id, bearers[0]))
        else:
            record.keep(_("Referred by"), record.referred_by)

    def write(self, db: Session) -> None:
        first = 1 + (db.execute(text("SELECT max(id) FROM customer")).scalar_one() or 0)

        def real(id: int) -> int:
            return id if id > 0 else first - 1 - id

        total = len(self._new)
        rows = [self._row(first + i, record) for i, record in enumerate(self._new)]
        for start in range(0, total, BATCH):
            self._report(total + start, total * 2, _("Writing customers"))
            insert_all(db, Customer, rows[start : start + BATCH])
        points = [
            point for i, record in enumerate(self._new) for point in _points(first + i, record)
        ]
        insert_all(db, ContactPoint, points)
        tags = _tag_ids(db, {tag for record in self._new for tag in record.tags})
        insert_all(
            db,
            CustomerTag,
            [
                {"customer_id": first + i, "tag_id": tags[tag]}
                for i, record in enumerate(self._new)
                for tag in record.tags
            ],
        )
        for id, merged in self._merging.items():
            for record in merged:
                _news(db, customers.get(db, id), record, apply=True, today=self._today)
        db.flush()
        insert_all(
            db,
            FormerNumber,
            [{"customer_id": real(id), "number": number} for number, id in self._numbers],
        )
        referred = "SELECT customer_id, other_id FROM relation WHERE kind = 'referred_by'"
        known_relations = {(id, other) for id, other in db.execute(text(referred))}
        wanted = dict.fromkeys((real(id), real(other)) for id, other in self._relations)
        insert_all(
            db,
            Relation,
            [
                {"customer_id": id, "other_id": other, "kind": RelationKind.REFERRED_BY, "note": ""}
                for id, other in wanted
                if (id, other) not in known_relations
            ],
        )
        insert_all(
            db,
            ImportedRow,
            [{"customer_id": real(id), "digest": digest} for digest, id in self._digests],
        )

    def _row(self, id: int, record: CustomerRecord) -> dict[str, object]:
        birthday = record.birthday
        return {
            "id": id,
            "number": record.number,
            "name": record.name,
            "kind": record.kind,
            "private_sign": record.private_sign,
            "gender": record.gender,
            "birth_calendar": birthday.calendar.value if birthday else None,
            "birth_year": birthday.year if birthday else None,
            "birth_month": birthday.month if birthday else None,
            "birth_day": birthday.day if birthday else None,
            "birth_leap": birthday.leap if birthday else False,
            "birthday_known_on": self._today if birthday else None,
            "company": record.company,
            "title": record.title,
            "city": record.city,
            "address": record.address,
            "source": record.source,
            "likes": "、".join(record.likes),
            "taboos": "、".join(record.taboos),
            "notes": lines_of(record.notes),
            "grade": record.grade or Grade.POTENTIAL,
            "potential": record.potential,
            "preferred_channel": record.preferred_channel,
            "do_not_contact": record.do_not_contact,
            "added_on": record.added_on or self._today,
            "care_from": self._today,
        }


def _points(customer_id: int, record: CustomerRecord) -> Iterable[dict[str, object]]:
    for kind, values in (
        (ContactKind.PHONE, [(phone.value, phone.label) for phone in record.phones]),
        (ContactKind.WECHAT, [(wechat, "") for wechat in record.wechats]),
        (ContactKind.EMAIL, [(email, "") for email in record.emails]),
    ):
        for position, (value, label) in enumerate(dict(values).items()):
            yield {
                "customer_id": customer_id,
                "kind": kind,
                "value": value,
                "label": label,
                "position": position,
            }


def _tag_ids(db: Session, names: set[str]) -> dict[str, int]:
    known = {name: id for name, id in db.execute(text("SELECT name, id FROM tag"))}
    new = sorted(names - known.keys())
    if new:
        db.execute(insert(Tag), [{"name": name} for name in new])
        known = {name: id for name, id in db.execute(text("SELECT name, id FROM tag"))}
    return known


_SINGLE = (
    *("gender", "birthday", "company", "title", "city", "address", "source", "potential"),
    "preferred_channel",
)
"""Facts of which a customer has one: the first stays, another one goes to the notes."""

_FLAGS = ("private_sign", "do_not_contact")
"""Facts that hold as soon as anybody says so."""


def _absorb(target: CustomerRecord, other: CustomerRecord) -> None:
    """Fill what `target` lacks from another row of the same person; both notes are kept."""
    for name in _SINGLE:
        have, brings = getattr(target, name), getattr(other, name)
        if brings and not have:
            setattr(target, name, brings)
        elif brings and brings != have:
            target.keep(_single_label(name), _shown(brings))
    for name in _FLAGS:
        setattr(target, name, getattr(target, name) or getattr(other, name))
    target.grade = target.grade or other.grade
    target.added_on = min(filter(None, (target.added_on, other.added_on)), default=None)
    target.referred_by = target.referred_by or other.referred_by
    for phone in other.phones:
        if all(phone.value != known.value for known in target.phones):
            target.phones.append(phone)
    for name in ("emails", "wechats", "likes", "taboos", "tags"):
        kept = getattr(target, name)
        kept += [value for value in getattr(other, name) if value not in kept]
    target.notes += other.notes


def _single_label(name: str) -> str:
    return Field(name).label()


def _shown(value: object) -> str:
    if isinstance(value, Birthday):
        return birthday_words(value)
    return shown(value) if isinstance(value, StrEnum) else str(value)


def _news(
    db: Session,
    customer: Customer,
    record: CustomerRecord,
    *,
    apply: bool,
    today: date | None = None,
) -> bool:
    """Whether a row says more of a customer than the file does; with `apply`, it is taken over."""
    assert customer.id is not None
    have = {
        "gender": customer.gender,
        "birthday": customers.birthday_of(customer),
        "potential": customer.potential,
        "preferred_channel": customer.preferred_channel,
        **{name: getattr(customer, name) for name in customers.TEXTS},
    }
    notes = list(record.notes)
    news = False
    for name in _SINGLE:
        brings = getattr(record, name)
        if brings and not have[name]:
            news = True
            if apply and name == "birthday" and today:
                customers.set_birthday(customer, brings, today)
            elif apply:
                setattr(customer, name, brings)
        elif brings and brings != have[name]:
            notes.append(
                _("{header}: {words}").format(header=_single_label(name), words=_shown(brings))
            )
    for name in _FLAGS:
        if getattr(record, name) and not getattr(customer, name):
            news = True
            if apply:
                setattr(customer, name, True)
    for name in ("likes", "taboos"):
        joined = "、".join(part for part in getattr(record, name) if part not in str(have[name]))
        if joined:
            news = True
            if apply:
                setattr(customer, name, "、".join(filter(None, (str(have[name]), joined))))
    merged_notes = lines_of([customer.notes, *notes])
    if merged_notes != lines_of([customer.notes]):
        news = True
        if apply:
            customer.notes = merged_notes
    held = {(point.kind, point.value.lower()) for point in customers.contacts(db, customer.id)}
    for point in _points(customer.id, record):
        kind, value = point["kind"], str(point["value"])
        assert isinstance(kind, ContactKind)
        if (kind, value.lower()) not in held:
            news = True
            if apply:
                customers.put_contact(db, customer.id, kind, value, str(point["label"]))
    missing = [tag for tag in record.tags if tag not in customers.tags_of(db, customer.id)]
    if missing:
        news = True
        if apply:
            for tag in missing:
                customers.add_tag(db, customer.id, tag)
    if apply:
        db.add(customer)
    return news

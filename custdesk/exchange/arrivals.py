"""Customers that an import brings: new ones made, known ones filled up, nothing lost."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import insert, text
from sqlmodel import Session

from custdesk.exchange.matching import Known, plain_number
from custdesk.exchange.merging import add_note, merged, record_of, referrer_note, write_gains
from custdesk.exchange.outcome import (
    BATCH,
    OnDuplicate,
    Report,
    Result,
    imported_before,
    insert_all,
)
from custdesk.exchange.records import CustomerRecord, Rejected, Remark, lines_of
from custdesk.exchange.values import split_list
from custdesk.i18n import _
from custdesk.people import customers, quiet_hours
from custdesk.store.models import (
    ContactKind,
    ContactPoint,
    Customer,
    CustomerDate,
    CustomerTag,
    FormerNumber,
    ImportedRow,
    Relation,
    RelationKind,
    Tag,
)


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
        self._merging: dict[int, tuple[CustomerRecord, CustomerRecord]] = {}
        self._digests: list[tuple[str, int]] = []
        self._numbers: list[tuple[str, int]] = []
        self._relations: list[tuple[int, int]] = []
        self._brought: set[str] = set()

    def decide(self, db: Session) -> None:
        """Sort the rows: new, merged into somebody, skipped, rejected."""
        result = self._result
        known = Known(db)
        before: list[int] = []
        next_number = int(customers.next_number(db))
        self._brought = {
            plain_number(one.number) for one in self._read if isinstance(one, CustomerRecord)
        }
        for record in self._read:
            if isinstance(record, Rejected):
                result.rejects.append(record)
                continue
            result.warnings += record.warnings
            if (owner := known.imported(record.digest)) is not None and owner not in known.in_trash:
                result.skipped += 1
                before.append(record.line)
                continue
            same = known.same_row(record.digest) if owner is None else owner
            if same is None and self._on_duplicate is not OnDuplicate.CREATE:
                same = known.match(record)
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
        if before:
            result.warnings.append(imported_before(before))
        for place, record in enumerate(self._new):
            self._refer(known, record, record.referred_by, -1 - place)
        for id, (was, now) in self._merging.items():
            self._refer(known, now, now.referred_by[len(was.referred_by) :], id)

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
        owner = known.number_owner(record.number) if record.number else same
        if owner is None:
            known.answers_to(same, record.number)
            self._numbers.append((record.number, same))
        elif owner != same:
            record.keep(_("Number"), record.number)
        known.learn(record, same)
        if same < 0:
            self._new[-1 - same] = merged(self._new[-1 - same], record)
            self._digests.append((record.digest, same))
            return True
        was, before = self._merging.get(same) or (record_of(db, same),) * 2
        now = merged(before, record)
        if now == before and owner is not None:
            return False
        self._merging[same] = was, now
        self._digests.append((record.digest, same))
        return True

    def _refer(self, known: Known, record: CustomerRecord, names: list[str], id: int) -> None:
        """Turn names of referrers into relations where each is one customer's; else keep them."""
        for words in names:
            found = {name: self._bearer(known, name, id) for name in (words, *split_list(words))}
            whole = found.pop(words)
            if whole is not None:
                self._relations.append((id, whole))
            elif not any(found.values()):
                add_note(record, referrer_note(words))
            else:
                for name, other in found.items():
                    if other is None:
                        add_note(record, referrer_note(name))
                    else:
                        self._relations.append((id, other))

    def _bearer(self, known: Known, name: str, id: int) -> int | None:
        """The one other customer with this name."""
        bearers = [other for other in known.bearers(name) if other != id]
        return bearers[0] if len(bearers) == 1 else None

    def write(self, db: Session) -> None:
        first = customers.next_id(db)

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
        insert_all(
            db,
            CustomerDate,
            [
                {
                    "customer_id": first + i,
                    "name": own.name,
                    "day": own.day,
                    "yearly": own.yearly,
                    "known_on": self._today,
                }
                for i, record in enumerate(self._new)
                for own in record.dates
            ],
        )
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
        for id, (was, now) in self._merging.items():
            write_gains(db, id, was, now, self._today)
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
        quiet_from, quiet_until = quiet_hours.read(record.quiet_hours) or (None, None)
        return {
            "id": id,
            "number": record.number,
            "name": record.name,
            "kind": record.likely_kind(),
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
            "grade_by_hand": record.grade,
            "grade_why": "",
            "potential": record.potential,
            "preferred_channel": record.preferred_channel,
            "called": record.called,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "do_not_contact": record.do_not_contact,
            "consented_on": record.consented_on,
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

"""Export: all customers as a table that people and spreadsheets read, and that we read back."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text
from sqlmodel import Session, col, select

from custdesk.care.birthday import Birthday
from custdesk.care.calendar import birthday_words
from custdesk.errors import CustdeskError
from custdesk.exchange import own_dates
from custdesk.exchange.fields import Field
from custdesk.exchange.guarding import doubled, guarded
from custdesk.exchange.headers import phone_label
from custdesk.exchange.own_dates import OwnDate
from custdesk.exchange.records import Report
from custdesk.exchange.whole import put_whole
from custdesk.i18n import _, language
from custdesk.insight import policies
from custdesk.insight.grades import Grades
from custdesk.people import customers, phones, quiet_hours
from custdesk.store import search
from custdesk.store.models import (
    ContactKind,
    ContactPoint,
    Customer,
    CustomerDate,
    Relation,
    RelationKind,
)
from custdesk.words import contact_words, shown

BATCH = 500
LONGEST_CELL = 32_000
"""A cell of a spreadsheet holds 32,767 characters; longer notes go on in further columns."""

Cells = list[str]
T = TypeVar("T")


def export_customers(
    db: Session, path: Path, report: Report | None = None, only: Sequence[int] | None = None
) -> int:
    """Write everybody in list order, or `only` these, to a .csv or .xlsx file; how many.

    The headers are in the language spoken, and are those that `headers` knows: the file can be
    imported again. An existing file is replaced at once and only by a whole one; when `report`
    raises Cancelled, by none.
    """
    writers: dict[str, Callable[[Path, Iterable[Cells]], None]] = {
        ".csv": _write_csv,
        ".xlsx": _write_xlsx,
    }
    write = writers.get(path.suffix.lower())
    if write is None:
        raise CustdeskError(_("Give the file a name that ends in .csv, .xlsx or .ics."))
    ids = search.find(db, search.Query()) if only is None else only
    with put_whole(path) as beside:
        write(beside, _table(db, ids, report))
    return len(ids)


# --- the table ------------------------------------------------------------------------------------


def _table(db: Session, ids: Sequence[int], report: Report | None) -> Iterator[Cells]:
    """The headers, then one row a customer."""
    widths, grades = _widths(db), policies.grades(db)
    yield _headers(widths)
    for start in range(0, len(ids), BATCH):
        if report:
            report(start, len(ids))
        batch = list(ids[start : start + BATCH])
        people = {
            one.id: one for one in db.exec(select(Customer).where(col(Customer.id).in_(batch)))
        }
        points = _by_customer(
            (point.customer_id, point)
            for point in db.exec(
                select(ContactPoint)
                .where(col(ContactPoint.customer_id).in_(batch))
                .order_by(col(ContactPoint.position), col(ContactPoint.id))
            )
        )
        tags = _by_customer(_tags(db, batch))
        referrers = _by_customer(_referrers(db, batch))
        dates = _by_customer(_own_dates(db, batch))
        for id in batch:
            belongings = _Belongings(
                points.get(id, []), tags.get(id, []), referrers.get(id, []), dates.get(id, [])
            )
            yield _row(people[id], grades, belongings, widths)
        db.expunge_all()
    if report:
        report(len(ids), len(ids))


@dataclass(frozen=True, slots=True)
class _Widths:
    """How many columns the facts need of which somebody may have several."""

    phones: int
    wechats: int
    emails: int
    others: int
    notes: int
    labelled: bool


def _widths(db: Session) -> _Widths:
    counts = db.execute(
        text(
            "SELECT kind, max(n) FROM (SELECT kind, count(*) AS n FROM contact_point"
            " GROUP BY customer_id, kind) GROUP BY kind"
        )
    )
    most = {kind: n for kind, n in counts}
    labels = db.execute(
        text("SELECT EXISTS (SELECT 1 FROM contact_point WHERE kind = 'phone' AND label <> '')")
    )
    notes = db.execute(text("SELECT coalesce(max(length(notes)), 0) FROM customer")).scalar_one()
    return _Widths(
        phones=max(1, most.get("phone", 0)),
        wechats=max(1, most.get("wechat", 0)),
        emails=max(1, most.get("email", 0)),
        others=most.get("other", 0),
        notes=max(1, -(-notes // (LONGEST_CELL // 2))),
        labelled=bool(labels.scalar_one()),
    )


def _numbered(label: str, count: int) -> list[str]:
    return [label] if count == 1 else [f"{label} {n}" for n in range(1, count + 1)]


def _headers(widths: _Widths) -> Cells:
    phone = _numbered(Field.PHONE.label(), widths.phones)
    if widths.labelled:
        if widths.phones == 1:
            phone = [f"{phone[0]} 1"]
        label = _("{column} - Label")
        phone = [word for one in phone for word in (one, label.format(column=one))]
    return [
        *(Field.NUMBER.label(), Field.NAME.label(), Field.KIND.label(), Field.GENDER.label()),
        *phone,
        *_numbered(Field.WECHAT.label(), widths.wechats),
        *_numbered(Field.EMAIL.label(), widths.emails),
        *(_("Other contact {n}").format(n=n) for n in range(1, widths.others + 1)),
        # Who is graded by the rules is graded by those of whoever reads this.
        *(_("Grade by hand") if one is Field.GRADE else one.label() for one in _PLAIN),
        *_numbered(Field.NOTES.label(), widths.notes),
    ]


_PLAIN = (
    *(Field.CALLED, Field.BIRTHDAY, Field.DATES, Field.GRADE, Field.POTENTIAL, Field.COMPANY),
    *(Field.TITLE, Field.CITY, Field.ADDRESS, Field.SOURCE, Field.REFERRED_BY, Field.TAGS),
    *(Field.LIKES, Field.TABOOS),
    *(Field.PREFERRED_CHANNEL, Field.QUIET_HOURS, Field.PRIVATE_SIGN, Field.DO_NOT_CONTACT),
    *(Field.CONSENTED_ON, Field.ADDED_ON),
)
"""The facts of which everybody has one, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class _Belongings:
    """What a customer may have several of."""

    points: Sequence[ContactPoint]
    tags: Sequence[str]
    referrers: Sequence[str]
    dates: Sequence[OwnDate]


def _row(one: Customer, grades: Grades, its: _Belongings, widths: _Widths) -> Cells:
    birthday = customers.birthday_of(one)
    plain = {
        Field.CALLED: one.called,
        Field.BIRTHDAY: _birthday(birthday) if birthday else "",
        Field.DATES: own_dates.in_words(its.dates),
        Field.GRADE: grades.of(one.grade_by_hand).called if one.grade_by_hand else "",
        Field.POTENTIAL: shown(one.potential) if one.potential else "",
        Field.COMPANY: one.company,
        Field.TITLE: one.title,
        Field.CITY: one.city,
        Field.ADDRESS: one.address,
        Field.SOURCE: one.source,
        Field.REFERRED_BY: "、".join(its.referrers),
        Field.TAGS: "、".join(its.tags),
        Field.LIKES: one.likes,
        Field.TABOOS: one.taboos,
        Field.PREFERRED_CHANNEL: shown(one.preferred_channel) if one.preferred_channel else "",
        Field.QUIET_HOURS: quiet_hours.words(one.quiet_from, one.quiet_until),
        Field.PRIVATE_SIGN: _("Yes") if one.private_sign else "",
        Field.DO_NOT_CONTACT: _("Yes") if one.do_not_contact else "",
        Field.CONSENTED_ON: one.consented_on.isoformat() if one.consented_on else "",
        Field.ADDED_ON: one.added_on.isoformat(),
    }
    phone: Cells = []
    for point in _of(its.points, ContactKind.PHONE, widths.phones):
        phone.append(_phone(point.value) if point else "")
        if widths.labelled:
            phone.append(_label(point.label) if point else "")
    return [
        *(one.number, one.name, shown(one.kind), shown(one.gender) if one.gender else ""),
        *phone,
        *_values(its.points, ContactKind.WECHAT, widths.wechats),
        *_values(its.points, ContactKind.EMAIL, widths.emails),
        *_values(its.points, ContactKind.OTHER, widths.others),
        *(plain[field] for field in _PLAIN),
        *_pieces(one.notes, widths.notes),
    ]


def _of(
    points: Iterable[ContactPoint], kind: ContactKind, width: int
) -> Iterator[ContactPoint | None]:
    found = [point for point in points if point.kind is kind]
    yield from found
    yield from [None] * (width - len(found))


def _values(points: Iterable[ContactPoint], kind: ContactKind, width: int) -> Cells:
    return [point.value if point else "" for point in _of(points, kind, width)]


def _phone(value: str) -> str:
    """Spaced for people, where that is read back as the same number; as it is kept elsewhere."""
    spaced = phones.display(value)
    if len(value) == 14 and value.startswith("+861"):
        return spaced
    read = [phones.normalise(part) for part in phones.split_phones(spaced)]
    same = len(read) == 1 and read[0] is not None and (read[0].value, read[0].label) == (value, "")
    return spaced if same else value


def _label(label: str) -> str:
    """手机 for "mobile", where that is read back as the same label."""
    spoken = contact_words(ContactKind.PHONE, label)
    return spoken if label and phone_label(spoken) == label else label


def _birthday(birthday: Birthday) -> str:
    """1968-11-21, 11-21; 1968年农历十月十三, or lunar 1968-10-13 (with L in a leap month)."""
    if birthday.is_lunar and language() == "zh":
        return birthday_words(birthday)
    year = f"{birthday.year:04}-" if birthday.year is not None else ""
    numbers = f"{year}{birthday.month:02}-{birthday.day:02}"
    if not birthday.is_lunar:
        return numbers
    return f"lunar {numbers}{'L' if birthday.leap else ''}"


def _pieces(notes: str, count: int) -> Cells:
    """Long notes over `count` cells, divided at ends of lines where that is possible."""
    pieces: Cells = []
    rest = notes
    while len(rest) > LONGEST_CELL and len(pieces) < count - 1:
        at = rest.rfind("\n", LONGEST_CELL // 2, LONGEST_CELL)
        at = LONGEST_CELL if at < 0 else at
        pieces.append(rest[:at])
        rest = rest[at:].lstrip("\n")
    return [*pieces, rest, *[""] * (count - len(pieces) - 1)]


def _tags(db: Session, ids: Sequence[int]) -> Iterable[tuple[int, str]]:
    rows = db.execute(
        text(
            "SELECT ct.customer_id, t.name FROM customer_tag ct JOIN tag t ON t.id = ct.tag_id"
            f" WHERE ct.customer_id IN ({','.join(map(str, ids))}) ORDER BY ct.id"
        )
    )
    return ((id, name) for id, name in rows)


def _own_dates(db: Session, ids: Sequence[int]) -> Iterable[tuple[int, OwnDate]]:
    rows = db.exec(
        select(CustomerDate)
        .where(col(CustomerDate.customer_id).in_(ids))
        .order_by(col(CustomerDate.day), col(CustomerDate.id))
    )
    return ((one.customer_id, OwnDate(one.name, one.day, one.yearly)) for one in rows)


def _referrers(db: Session, ids: Sequence[int]) -> Iterable[tuple[int, str]]:
    rows = db.exec(
        select(Relation.customer_id, Customer.name)
        .join(Customer, col(Customer.id) == Relation.other_id)
        .where(col(Relation.customer_id).in_(ids), Relation.kind == RelationKind.REFERRED_BY)
        .order_by(col(Relation.id))
    )
    return ((id, name) for id, name in rows)


def _by_customer(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for id, value in pairs:
        found.setdefault(id, []).append(value)
    return found


# --- files ----------------------------------------------------------------------------------------


def _write_csv(path: Path, rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([*map(guarded, row)] for row in rows)


def _write_xlsx(path: Path, rows: Iterable[Cells]) -> None:
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    # In memory: temporary files with everybody in them would stay when the disk is full.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    # Not straight to the disk: when that is full, the library leaves a half-open archive behind.
    content = BytesIO()
    book = Workbook(content, options)
    sheet = book.add_worksheet(_("Customers"))
    sheet.freeze_panes(1, 2)
    bold = book.add_format({"bold": True})
    as_text = book.add_format({"num_format": "@"})
    sheet.set_column(0, 200, 14, as_text)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(number, place, doubled(cell), as_text if number else bold)
    try:
        book.close()
    except XlsxWriterException as error:  # is no OSError, but means one
        raise OSError from error
    path.write_bytes(content.getbuffer())

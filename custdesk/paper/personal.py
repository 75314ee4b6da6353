"""All that is held on one customer, on paper, for the customer to read without any help."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy import Enum
from sqlmodel import SQLModel

from custdesk.care.birthday import Birthday
from custdesk.care.calendar import birthday_words
from custdesk.formats import full_day, money
from custdesk.i18n import N_, _
from custdesk.insight.grades import Grade
from custdesk.paper.document import Title, write_document
from custdesk.paper.fonts import Typefaces
from custdesk.paper.page import (
    BODY,
    GAP,
    LEFT,
    QUIET,
    RIGHT,
    Page,
    Sheets,
    Strip,
    lines_as_strips,
    paint,
)
from custdesk.paper.parts import footer, grid, paragraphs, running_head, section
from custdesk.paper.receipt import headline
from custdesk.people import history, phones
from custdesk.people.held import Held, Image, Row, Step
from custdesk.store.models import ContactKind, RelationKind
from custdesk.words import contact_words, shown

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

TITLES = {
    "customer": N_("Particulars"),
    "contact_point": N_("Phones and addresses"),
    "customer_date": N_("Dates of their own"),
    "customer_tag": N_("Tags"),
    "purchase": N_("Purchases"),
    "purchase_line": N_("Items"),
    "interaction": N_("Interactions"),
    "feedback": N_("Feedback"),
    "service_case": N_("Complaints and requests"),
    "follow_up": N_("Follow-ups"),
    "relation": N_("Relations"),
    "standing": N_("Computed from all this"),
    "former_number": N_("Former numbers"),
    "reviewed_grade": N_("Grade at the last review"),
    "imported_row": N_("Marks of imported rows"),
}
"""What the rows of a table are called, in order; one that is not here goes by its own name."""

LABELS = {
    "number": N_("Number"),
    "name": N_("Name"),
    "kind": N_("Kind"),
    "private_sign": N_("Private-sign client"),
    "gender": N_("Gender"),
    "birthday": N_("Birthday"),
    "birthday_known_on": N_("Birthday known since"),
    "company": N_("Company"),
    "title": N_("Job title"),
    "city": N_("City"),
    "address": N_("Address"),
    "source": N_("Source"),
    "likes": N_("Likes"),
    "taboos": N_("Taboos"),
    "notes": N_("Notes"),
    "grade_by_hand": N_("Grade given by hand"),
    "grade_why": N_("Why this grade"),
    "grade": N_("Grade"),
    "potential": N_("Potential value"),
    "preferred_channel": N_("Prefers"),
    "do_not_contact": N_("Do not contact"),
    "added_on": N_("Added on"),
    "care_from": N_("Care counts from"),
    "trashed_at": N_("In the trash since"),
    "consented_on": N_("Consent given on"),
    "called": N_("Called"),
    "quiet_from": N_("Not to be called from"),
    "quiet_until": N_("Not to be called until"),
    "yearly": N_("Every year"),
    "known_on": N_("Known since"),
    "day": N_("Day"),
    "amount_cents": N_("Amount"),
    "channel": N_("Channel"),
    "note": N_("Note"),
    "product": N_("Product"),
    "quantity": N_("Quantity"),
    "at": N_("Date and time"),
    "outcome": N_("Outcome"),
    "score": N_("Score, of 5"),
    "words": N_("What they said"),
    "opened_on": N_("Came on"),
    "about": N_("About"),
    "reopened_on": N_("Open again since"),
    "solved_on": N_("Solved on"),
    "solution": N_("Solution"),
    "occurrence": N_("Occasion"),
    "due": N_("Due on"),
    "due_time": N_("Due at"),
    "snoozed": N_("Put off"),
    "state": N_("State"),
    "closed_at": N_("Closed on"),
    "skip_reason": N_("Reason for skipping"),
    "answered": N_("Answered by another contact"),
    "said": N_("Words sent"),
    "gift": N_("Gift"),
    "gift_cents": N_("Cost of the gift"),
    "phone": N_("Phone"),
    "spend_12m_cents": N_("Spent in 12 months"),
    "purchases_12m": N_("Purchases in 12 months"),
    "last_purchase": N_("Last purchase"),
    "last_contact": N_("Last contact"),
    "grade_rank": N_("Place of the grade"),
    "policy_id": N_("Grading policy"),
    "stage": N_("Lifecycle stage"),
    "stage_since": N_("In this stage since"),
    "first_purchase": N_("First purchase"),
    "bought_days": N_("Days on which they bought"),
    "spend_cents": N_("Spent so far"),
    "again_cents": N_("Of that, after the first day"),
    "satisfaction": N_("Satisfaction in 12 months, of 5"),
    "rhythm_days": N_("Usual days between purchases"),
    "loyal_years": N_("Years that count for loyalty"),
    "yearly_cents": N_("Spent in the year to the last purchase"),
    "others": N_("Chance to stay, reasons beside silence"),
    "warned_since": N_("Churn warning since"),
    "warned": N_("Reasons of the warning"),
    "holds_until": N_("Holds until"),
    "lost_on": N_("Given up on"),
    "lost_why": N_("Why they were given up"),
    "next_due": N_("Next follow-up"),
    "next_kind": N_("Kind of the next follow-up"),
}
"""What a column is called; one that is not here goes by its own name."""

_INTERNAL = frozenset({"id", "position", "sort_key", "label"})
"""Columns that say nothing of a person; a label stands before its contact."""

_ALONE = frozenset({("contact_point", "value"), ("customer_tag", "tag"),
                    ("former_number", "number"), ("imported_row", "digest"),
                    ("relation", "kind"), ("purchase_line", "product")})  # fmt: skip
"""What stands in its row without a label, the heading saying what it is; it stands first."""

_BIRTH = ("birth_calendar", "birth_year", "birth_month", "birth_day", "birth_leap")
_LEADS = ("day", "at", "opened_on")
_MARGIN = LEFT + 96


def write_person(held: Held, whose: str, on: date, target: Path | BinaryIO) -> None:
    """Write all that is held as a PDF; `whose` business holds it. Raises CustdeskError."""
    title = _("All that we hold on {name}").format(name=held.name)

    def lay_out(faces: Typefaces) -> list[Page]:
        number = _("No. {number}").format(number=held.number)
        sheets = Sheets(
            faces,
            lambda sheets, page: (
                running_head(sheets, held.name, number) if page > 1 else Strip(0, ())
            ),
        )
        sheets.place(headline(sheets, title, full_day(on)))
        for at, strip in enumerate(paragraphs(sheets, _about(whose))):
            sheets.place(strip, GAP / 2 if at == 0 else 0)
        rows = dict(held.rows)
        for customer in rows.pop("customer", []):
            entries = [(_label(name), words) for name, words in said("customer", customer)]
            section(sheets, _title("customer"), grid(sheets, entries))
        lines = rows.pop("purchase_line", [])
        for table in sorted(rows, key=_place):
            found = sorted(rows[table], key=_lead, reverse=True)
            strips = [strip for row in found for strip in _row(sheets, table, row, lines)]
            section(sheets, _title(table), strips)
        section(sheets, _("History of changes"), list(_history(sheets, held)))
        for at, page in enumerate(sheets.pages, 1):
            page.append(footer(sheets, whose, held.name, on, at))
        return sheets.pages

    def draw(canvas: "Canvas", faces: Typefaces) -> None:
        for page in lay_out(faces):
            paint(canvas, faces, page)

    write_document(target, Title((title,), whose, on), draw)


def _place(table: str) -> int:
    """Where a table stands: in the order of the titles, then what has none."""
    return [*TITLES, table].index(table)


def _lead(row: Row) -> str:
    return next((str(row[name]) for name in _LEADS if name in row), "")


def _about(whose: str) -> str:
    said = [
        _("These pages hold everything that is stored on this person in the customer file.")
        if not whose
        else _(
            "These pages hold everything that {business} has stored on this person in its "
            "customer file."
        ).format(business=whose),
        _("Names of other customers are left out; numbers that only the program uses too."),
    ]
    return " ".join(said)


def said(table: str, row: Row) -> Iterator[tuple[str, str]]:
    """The columns of a row that say something, in words: (column, words)."""
    for name, value in row.items():
        if name == "birth_calendar" and value:
            born = Birthday.stored(*(row[part] for part in _BIRTH))  # type: ignore[arg-type]
            yield "birthday", birthday_words(born) if born else ""
        internal = name in _INTERNAL or name.endswith("_id") or name in _BIRTH
        if internal or value in (None, "", False) or (table, name) in _TOLD_WITH_ANOTHER:
            continue
        if (table, name) == ("contact_point", "value"):
            yield name, _contact(row)
        elif (table, name) == ("relation", "kind"):
            kind = RelationKind(str(value))
            yield name, history.seen_from_here(kind, outgoing=bool(row["outgoing"]))
        else:
            yield name, _words(table, name, value)


_TOLD_WITH_ANOTHER = frozenset({("contact_point", "kind"), ("relation", "outgoing")})


def _contact(row: Row) -> str:
    kind, value = ContactKind(str(row["kind"])), str(row["value"])
    value = phones.display(value) if kind is ContactKind.PHONE else value
    return f"{contact_words(kind, str(row.get('label') or ''))} {value}"


def _title(table: str) -> str:
    return _(TITLES.get(table, table))


def _label(name: str) -> str:
    return _(LABELS.get(name, name))


def _words(table: str, name: str, value: object) -> str:
    columns = SQLModel.metadata.tables[table].c
    kind = columns[name].type if name in columns else None
    if isinstance(kind, Enum) and kind.enum_class is not None:
        member = kind.enum_class(value)
        assert isinstance(member, StrEnum)
        return shown(member)
    if name in ("grade", "grade_by_hand"):
        return Grade(str(value), 0).called
    if value is True:
        return _("Yes")
    if name.endswith("_cents") and isinstance(value, int):
        return money(value, decimals=True)
    if name in ("at", "closed_at", "trashed_at"):
        return str(value)[:16]
    if name == "phone":
        return phones.display(str(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _joined(table: str, parts: Iterable[tuple[str, str]]) -> str:
    labelled = _("{label}: {words}")
    first = sorted(parts, key=lambda part: (table, part[0]) not in _ALONE)
    return " · ".join(
        words if (table, name) in _ALONE else labelled.format(label=_label(name), words=words)
        for name, words in first
    )


def _row(sheets: Sheets, table: str, row: Row, lines: list[Row]) -> list[Strip]:
    """A row as a line or several: its day at the left, all else beside it."""
    parts = list(said(table, row))
    lead = next((words for name, words in parts if name in _LEADS), "")
    texts = [_joined(table, (part for part in parts if part[0] not in _LEADS))]
    if table == "purchase":
        texts += [
            _joined("purchase_line", said("purchase_line", line))
            for line in lines
            if line["purchase_id"] == row["id"]
        ]
    x = _MARGIN + 30 if lead else LEFT + 6
    wrapped = [line for text in texts for line in sheets.wrap(text, RIGHT - x)]
    return lines_as_strips(
        [(LEFT + 6, [lead], QUIET), (x, wrapped, BODY)], above=4, below=5, ruled=True
    )


def _history(sheets: Sheets, held: Held) -> Iterator[Strip]:
    """Every change, the last first, with what its rows were before: only what is another now."""
    now: dict[tuple[str, int], Row] = {
        (table, int(str(row["id"]))): row
        for table, rows in held.rows.items()
        for row in rows
        if "id" in row
    }
    x = _MARGIN + 30
    for step in held.history:
        undone = " (" + _("undone") + ")" if step.undone else ""
        words = [step.label + undone]
        words += [line for line in (_before(image, step, now) for image in step.images) if line]
        wrapped = [line for text in words for line in sheets.wrap(text, RIGHT - x)]
        lead = f"{step.at:%Y-%m-%d %H:%M}"
        yield from lines_as_strips(
            [(LEFT + 6, [lead], QUIET), (x, wrapped, BODY)], above=4, below=5, ruled=True
        )


def _before(image: Image, step: Step, now: dict[tuple[str, int], Row]) -> str:
    """ "Before: City: 上海"; "" for a row that the change made. `now` goes back with the steps."""
    place = (image.table, image.row_id)
    before = image.before
    if before is None:
        now.pop(place, None)
        return ""
    after = {} if step.undone else now.get(place, {})
    if not step.undone:
        now[place] = before
    parts = [
        (name, words)
        for name, words in said(image.table, before)
        if not after or dict(said(image.table, after)).get(name) != words
    ]
    if not parts:
        return ""
    return _("Before: {what}").format(what=_joined(image.table, parts))

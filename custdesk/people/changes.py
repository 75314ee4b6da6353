"""What changed with a customer, in the user's words: which field, from what, to what, and when.

The journal gives the rows before and after; here alone they become words (`_Words`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Session

from custdesk import formats
from custdesk.care.birthday import Birthday
from custdesk.care.calendar import birthday_words
from custdesk.i18n import N_, _, pgettext
from custdesk.insight import policies
from custdesk.people import history, own_dates, phones, quiet_hours
from custdesk.store import journal
from custdesk.store.journal import Entry, Image, Names, Step, Values
from custdesk.store.models import (
    CaseKind,
    Channel,
    ContactKind,
    CustomerKind,
    FeedbackSource,
    FollowUpKind,
    Gender,
    Potential,
    RelationKind,
)
from custdesk.words import contact_words, shown


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: its name, what it was and what it became, "" where nothing was there.

    `about` is what the values hold, as the file calls it: "customer.notes", "contact_point.phone",
    "purchase" …
    """

    about: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of one customer."""

    step: Step
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Concerned:
    """One customer whom a change concerns; `is_here`: they have a file that can be opened."""

    customer_id: int
    name: str
    is_here: bool
    differences: tuple[Difference, ...]


def history_of(db: Session, customer_id: int, today: date) -> list[Changed]:
    """All that was changed of a customer and still holds, newest first."""
    words = _Words(db, customer_id, today, Names(db))
    return [
        Changed(entry.step, found)
        for entry in journal.history_of(db, customer_id)
        if (found := words.of(entry))
    ]


def of_change(db: Session, change_id: int, limit: int, today: date) -> list[Concerned]:
    """What a change did to the first `limit` customers whom it concerns."""
    found, names = [], Names(db)
    for id in journal.customers_of(db, change_id, limit):
        words = _Words(db, id, today, names)
        for entry in journal.history_of(db, id, only=change_id):
            found.append(words.concerned(entry))
    return [one for one in found if one.differences]


_FIELDS = {
    "name": N_("Name"),
    "number": N_("Number"),
    "kind": N_("Kind"),
    "private_sign": N_("Private-sign client"),
    "gender": N_("Gender"),
    "called": N_("Called"),
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
    "potential": N_("Potential value"),
    "preferred_channel": N_("Prefers"),
    "do_not_contact": N_("Does not want to be contacted"),
    "added_on": N_("Added on"),
    "trashed_at": N_("In the trash since"),
    "consented_on": N_("Consent given on"),
    "lost_on": N_("Given up on"),
    "lost_why": N_("Why they were given up"),
}
_KINDS: dict[str, type[StrEnum]] = {
    "kind": CustomerKind,
    "gender": Gender,
    "potential": Potential,
    "preferred_channel": Channel,
}
_SWITCHES = frozenset({"private_sign", "do_not_contact"})
_DAYS = frozenset({"added_on", "consented_on", "lost_on"})
_OF_COURSE = frozenset({"kind", "added_on"})
"""What every new record has: no news."""
_BIRTHDAY = ("birth_calendar", "birth_year", "birth_month", "birth_day", "birth_leap")
_ORDER = (
    *("customer", "contact_point", "customer_date", "customer_tag", "relation"),
    *("interaction", "purchase", "feedback", "service_case"),
)


Reading = Callable[[Values, Entry], str]
"""How a row reads, within the change that it belongs to."""


class _Words:
    """How rows of one customer read."""

    def __init__(self, db: Session, customer_id: int, today: date, names: Names) -> None:
        self._db = db
        self._customer_id = customer_id
        self._today = today
        self._names = names
        self._grades = policies.grades(db)

    def concerned(self, entry: Entry) -> Concerned:
        """Who it is, by the name of now, or of then where the customer is gone."""
        name = self._customer(self._customer_id)
        then = next(
            (one.after or one.before for one in entry.images if one.table == "customer"), None
        )
        shown_name = name or str(then["name"] if then else "")
        return Concerned(self._customer_id, shown_name, bool(name), self.of(entry))

    def of(self, entry: Entry) -> tuple[Difference, ...]:
        rank = {table: at for at, table in enumerate(_ORDER)}
        images = sorted(entry.images, key=lambda image: rank.get(image.table, len(rank)))
        return tuple(
            one
            for image in images
            for one in self._differences(image, entry)
            if one.before != one.after
        )

    def _differences(self, image: Image, entry: Entry) -> Iterator[Difference]:
        match image.table:
            case "customer":
                yield from self._fields(image)
            case "contact_point":
                yield self._contact(image)
            case "customer_date":
                yield self._own_date(image)
            case "customer_tag":
                yield self._one(image, "customer_tag", _("Tag"), entry, self._tag)
            case "interaction":
                yield self._one(image, "interaction", _("Talk"), entry, self._talk)
            case "purchase":
                yield self._one(image, "purchase", _("Purchase"), entry, self._sale)
            case "feedback":
                yield self._one(image, "feedback", _("Feedback"), entry, self._feedback)
            case "service_case":
                kind = CaseKind(str((image.after or image.before or {})["kind"]))
                yield self._one(image, "service_case", shown(kind), entry, self._case)
            case "relation":
                yield self._one(image, "relation", self._relation_kind(image), entry, self._other)
            case "former_number":
                yield self._one(
                    image,
                    "number",
                    _("Former number"),
                    entry,
                    lambda row, _entry: str(row["number"]),
                )
            case "follow_up":
                yield self._follow_up(image)

    # --- the record itself ------------------------------------------------------------------------

    def _fields(self, image: Image) -> Iterator[Difference]:
        for column, field in _FIELDS.items():
            if column in _OF_COURSE and None in (image.before, image.after):
                continue
            about = f"customer.{column}"
            before, after = (self._value(column, row) for row in (image.before, image.after))
            yield Difference(about, _(field), before, after)
        before, after = (_birthday(row) for row in (image.before, image.after))
        yield Difference("customer.birthday", _("Birthday"), before, after)
        before, after = (_quiet(row) for row in (image.before, image.after))
        yield Difference("customer.quiet_hours", _("Quiet hours"), before, after)

    def _value(self, column: str, row: Values | None) -> str:
        value = row[column] if row else None
        if value in (None, ""):
            return ""
        if column in _KINDS:
            return shown(_KINDS[column](str(value)))
        if column in _SWITCHES:
            return _("Yes") if value else ""
        if column in _DAYS:
            return self._day(value)
        if column == "grade_by_hand":
            return self._grades.of(str(value)).called
        if column == "trashed_at":
            return self._moment(value)
        return str(value)

    def _contact(self, image: Image) -> Difference:
        row = image.after or image.before or {}
        kind = ContactKind(str(row["kind"]))
        label = contact_words(kind, str(row["label"]))
        before, after = (_point(kind, one) for one in (image.before, image.after))
        if before == after and image.before and image.after:  # another label
            before, after = (
                f"{contact_words(kind, str(one['label']))} {before}"
                for one in (image.before, image.after)
            )
        return Difference(f"contact_point.{kind.value}", label, before, after)

    def _own_date(self, image: Image) -> Difference:
        rows = [row for row in (image.before, image.after) if row]
        renamed = len({row["name"] for row in rows}) > 1
        before, after = (_when(row, named=renamed) for row in (image.before, image.after))
        return Difference("customer_date", str(rows[0]["name"]), before, after)

    # --- what belongs to it -----------------------------------------------------------------------

    def _one(
        self, image: Image, about: str, field: str, entry: Entry, words: Reading
    ) -> Difference:
        before, after = (words(row, entry) if row else "" for row in (image.before, image.after))
        return Difference(about, field, before, after)

    def _tag(self, row: Values, entry: Entry) -> str:
        return self._names.at("tag", row["tag_id"], entry.step.id)

    def _talk(self, row: Values, _entry: Entry) -> str:
        channel = shown(Channel(str(row["channel"])))
        return " · ".join((self._moment(row["at"]), channel, str(row["outcome"])))

    def _feedback(self, row: Values, _entry: Entry) -> str:
        score = _("{n} of 5").format(n=row["score"])
        source = shown(FeedbackSource(str(row["source"])))
        parts = (self._day(row["day"]), score, source, str(row["words"]))
        return " · ".join(part for part in parts if part)

    def _case(self, row: Values, _entry: Entry) -> str:
        parts = [self._day(row["opened_on"]), str(row["about"])]
        if row["due"]:
            parts.append(_("to be solved by {day}").format(day=self._day(row["due"])))
        if row["solved_on"]:
            parts.append(_("solved on {day}").format(day=self._day(row["solved_on"])))
            parts.append(str(row["solution"]))
        return " · ".join(parts)

    def _sale(self, row: Values, entry: Entry) -> str:
        lines = [
            (one.after or one.before or {})
            for one in entry.images
            if one.table == "purchase_line"
            and (one.after or one.before or {}).get("purchase_id") == row["id"]
        ] or self._lines(row["id"])
        items = tuple(
            history.Item(
                self._names.at("product", line["product_id"], entry.step.id),
                float(str(line["quantity"])),
                int(str(line["amount_cents"])),
            )
            for line in lines
        )
        day = date.fromisoformat(str(row["day"]))
        cents = int(str(row["amount_cents"]))
        sale = history.Bought(0, day, cents, str(row["channel"]), str(row["note"]), items)
        parts = (formats.calendar_day(day, self._today), sale.words, formats.money(cents))
        return " · ".join(part for part in parts if part)

    def _lines(self, purchase_id: object) -> list[Values]:
        rows = self._db.execute(
            text(
                "SELECT product_id, quantity, amount_cents FROM purchase_line"
                " WHERE purchase_id = :id ORDER BY id"
            ),
            {"id": purchase_id},
        )
        return [dict(row._mapping) for row in rows]

    def _relation_kind(self, image: Image) -> str:
        row = image.after or image.before or {}
        outgoing = row["customer_id"] == self._customer_id
        kind = RelationKind(str(row["kind"]))
        return history.relation_words(history.Related(0, 0, "", "", kind, outgoing, ""))

    def _other(self, row: Values, _entry: Entry) -> str:
        mine, other = row["customer_id"], row["other_id"]
        name = self._customer(int(str(other if mine == self._customer_id else mine)))
        name = name or _("somebody who is no longer in the file")
        return f"{name} · {row['note']}" if row["note"] else name

    def _follow_up(self, image: Image) -> Difference:
        row = image.after or image.before or {}
        kind = FollowUpKind(str(row["kind"]))
        before, after = (self._todo(one) for one in (image.before, image.after))
        if all(one is None or _is_planned(one) for one in (image.before, image.after)):
            before = after = ""  # a plan's own: nobody did that
        return Difference("follow_up", shown(kind), before, after)

    def _todo(self, row: Values | None) -> str:
        if row is None:
            return ""
        if row["state"] == "done":
            return pgettext("follow-ups", "Done")
        if row["state"] == "skipped":
            return _("Skipped: {reason}").format(reason=row["skip_reason"])
        due = self._day(row["due"])
        if row["due_time"]:
            due += f" {row['due_time']}"
        return f"{due} · {row['note']}" if row["note"] else due

    # --- small words ------------------------------------------------------------------------------

    def _day(self, value: object) -> str:
        return formats.calendar_day(date.fromisoformat(str(value)), self._today)

    def _moment(self, value: object) -> str:
        at = datetime.fromisoformat(str(value))
        return f"{formats.calendar_day(at.date(), self._today)} {at:%H:%M}"

    def _customer(self, id: int) -> str:
        found = self._db.execute(text("SELECT name FROM customer WHERE id = :id"), {"id": id})
        return str(found.scalar_one_or_none() or "")


def _birthday(row: Values | None) -> str:
    if row is None:
        return ""
    calendar, year, month, day, leap = (row[column] for column in _BIRTHDAY)
    born = Birthday.stored(calendar, year, month, day, leap)  # type: ignore[arg-type]
    return birthday_words(born) if born else ""


def _quiet(row: Values | None) -> str:
    if not row or not row["quiet_from"]:
        return ""
    return quiet_hours.words(str(row["quiet_from"]), str(row["quiet_until"]))


def _when(row: Values | None, *, named: bool) -> str:
    """The day of a customer's own date; `named` with what it is called."""
    if row is None:
        return ""
    day = date.fromisoformat(str(row["day"]))
    words = own_dates.day_words(day, yearly=bool(row["yearly"]))
    return f"{row['name']} · {words}" if named else words


def _point(kind: ContactKind, row: Values | None) -> str:
    if row is None:
        return ""
    value = str(row["value"])
    return phones.display(value) if kind is ContactKind.PHONE else value


def _is_planned(row: Values) -> bool:
    return row["plan_id"] is not None and row["state"] == "open" and not row["snoozed"]

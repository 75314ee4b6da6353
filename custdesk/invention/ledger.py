"""Rows of invented customers, gathered as the tables have them and inserted in batches."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlmodel import Session

from custdesk.invention.people import Person
from custdesk.store.models import CaseKind, FollowUpKind, FollowUpState, RelationKind

Row = tuple[object, ...]

COLUMNS = {
    "customer": "id number name kind private_sign gender birth_calendar birth_year birth_month"
    " birth_day birth_leap birthday_known_on company title city address source likes taboos notes"
    " grade_by_hand grade_why potential preferred_channel do_not_contact added_on care_from"
    " lost_why",
    "contact_point": "customer_id kind value label position",
    "customer_tag": "customer_id tag_id",
    "purchase": "id customer_id day amount_cents channel note",
    "purchase_line": "purchase_id product_id quantity amount_cents",
    "follow_up": "id customer_id kind day due due_time snoozed note state closed_at skip_reason",
    "interaction": "customer_id at channel outcome follow_up_id",
    "feedback": "customer_id day score source words",
    "service_case": "customer_id kind opened_on about due solved_on solution",
    "relation": "customer_id other_id kind note",
}
"""What is written of each table, in this order: rows that others name come first."""


class Product(NamedTuple):
    id: int
    name: str
    cents: int


class Sold(NamedTuple):
    """One line of a purchase."""

    product: Product
    quantity: int
    cents: int


class Ledger:
    """What is to be inserted, by table; days are days ago."""

    def __init__(self, today: date, tag_ids: dict[str, int]) -> None:
        self._today = today
        self._tag_ids = tag_ids
        self._rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
        self._purchase_id = self._follow_up_id = 0

    def day(self, ago: int) -> date:
        """The date so many days ago; days ahead are below zero."""
        return self._today - timedelta(days=ago)

    def write(self, db: Session) -> None:
        """Insert what was invented since the last time."""
        for name, rows in self._rows.items():
            if rows:
                columns = COLUMNS[name].split()
                db.connection().exec_driver_sql(
                    f"INSERT INTO {name} ({', '.join(columns)})"
                    f" VALUES ({', '.join('?' * len(columns))})",
                    rows,
                )
                rows.clear()

    def customer(
        self,
        id: int,
        person: Person,
        grade_by_hand: str | None,
        added: date,
        care_from: date,
        *,
        grade_why: str = "",
        private_sign: bool,
        source: str,
        likes: str,
        taboos: str,
        notes: str,
        potential: str | None,
        preferred: str | None,
        left_alone: bool,
    ) -> None:
        born = person.birthday
        birthday: Row = (
            (born.calendar.value, born.year, born.month, born.day, born.leap, added.isoformat())
            if born
            else (None, None, None, None, False, None)
        )
        self._rows["customer"].append(
            (
                id, f"{id:04}", person.name, "person" if person.gender else "company",
                private_sign, person.gender.value if person.gender else None, *birthday,
                person.company, person.title, person.city, person.address, source, likes, taboos,
                notes, grade_by_hand, grade_why, potential, preferred, left_alone,
                added.isoformat(), care_from.isoformat(), "",
            )
        )  # fmt: skip
        for kind in ("phone", "wechat", "email"):
            if value := getattr(person, kind):
                self._rows["contact_point"].append((id, kind, value, "", 0))

    def tags(self, id: int, names: Sequence[str]) -> None:
        self._rows["customer_tag"] += [(id, self._tag_ids[name]) for name in names]

    def purchase(
        self, id: int, day: date, lines: Sequence[Sold], where: str, note: str = ""
    ) -> int:
        """One purchase; returns its cents."""
        self._purchase_id += 1
        paid = sum(line.cents for line in lines)
        self._rows["purchase"].append((self._purchase_id, id, day.isoformat(), paid, where, note))
        self._rows["purchase_line"] += [
            (self._purchase_id, line.product.id, line.quantity, line.cents) for line in lines
        ]
        return paid

    def interaction(
        self, id: int, ago: int, at: time, by: str, words: str, follow_up: int | None = None
    ) -> None:
        moment = _stored(datetime.combine(self.day(ago), at))
        self._rows["interaction"].append((id, moment, by, words, follow_up))

    def planned(self, id: int, days: int, words: str, at: str | None) -> None:
        self.follow_up(id, self.day(-days), at, words, FollowUpState.OPEN, None, "")

    def closed(
        self, id: int, ago: int, at: time, words: str, state: FollowUpState, reason: str = ""
    ) -> int:
        day = self.day(ago)
        return self.follow_up(id, day, None, words, state, datetime.combine(day, at), reason)

    def follow_up(
        self,
        id: int,
        day: date,
        at: str | None,
        words: str,
        state: FollowUpState,
        closed: datetime | None,
        reason: str,
    ) -> int:
        self._follow_up_id += 1
        moment = _stored(closed) if closed else None
        self._rows["follow_up"].append(
            (
                self._follow_up_id, id, FollowUpKind.CUSTOM.value, day.isoformat(),
                day.isoformat(), at, False, words, state.value, moment, reason,
            )
        )  # fmt: skip
        return self._follow_up_id

    def feedback(self, id: int, ago: int, score: int, source: str, words: str) -> None:
        self._rows["feedback"].append((id, self.day(ago).isoformat(), score, source, words))

    def case(
        self,
        id: int,
        ago: int,
        kind: CaseKind,
        about: str,
        days: int,
        solved: tuple[int, str] | None,
    ) -> None:
        """One that came so many days ago, to be solved in `days`; `solved`: when, and how."""
        on, solution = solved or (None, "")
        self._rows["service_case"].append(
            (
                id, kind.value, self.day(ago).isoformat(), about, self.day(ago - days).isoformat(),
                None if on is None else self.day(on).isoformat(), solution,
            )
        )  # fmt: skip

    def relation(self, id: int, other: int, kind: RelationKind) -> None:
        self._rows["relation"].append((id, other, kind.value, ""))


def _stored(moment: datetime) -> str:
    """As SQLAlchemy stores it: always with microseconds, so that text order is time order."""
    return moment.isoformat(" ", "microseconds")

"""Rows for lists of customers: ids come from `store.search`, the rows as they are seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from custdesk.insight import policies
from custdesk.insight.grades import Grade
from custdesk.store.models import FollowUpKind, Stage


@dataclass(frozen=True, slots=True)
class ListRow:
    """What a list shows of one customer."""

    id: int
    number: str
    name: str
    grade: Grade
    city: str
    company: str
    phone: str
    spend_12m_cents: int
    last_purchase: date | None
    last_contact: date | None
    next_due: date | None
    next_kind: FollowUpKind | None
    added_on: date
    do_not_contact: bool
    stage: Stage


def rows(db: Session, ids: Iterable[int]) -> dict[int, ListRow]:
    """The rows of the customers `ids`, by id; those in the trash or gone are left out."""
    wanted = ",".join(str(int(id)) for id in ids)
    found = db.execute(
        text(
            f"""SELECT c.id, c.number, c.name, s.grade, c.city, c.company, s.phone,
                 s.spend_12m_cents, s.last_purchase, s.last_contact, s.next_due, s.next_kind,
                 c.added_on, c.do_not_contact, s.stage
               FROM standing s JOIN customer c ON c.id = s.customer_id
               WHERE s.customer_id IN ({wanted})"""
        )
    )
    grades = policies.grades(db)
    return {
        row[0]: ListRow(
            row[0], row[1], row[2], grades.of(row[3]), row[4], row[5], row[6], row[7],
            _day(row[8]), _day(row[9]), _day(row[10]),
            FollowUpKind(row[11]) if row[11] else None, date.fromisoformat(row[12]),
            bool(row[13]), Stage(row[14]),
        )
        for row in found
    }  # fmt: skip


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def how_many(db: Session) -> int:
    """How many customers the file holds, the trash not counted."""
    return int(db.execute(text("SELECT count(*) FROM standing")).scalar_one())

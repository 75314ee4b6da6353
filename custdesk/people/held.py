"""Everything that the file holds on one customer, for them to read or to take along.

Other people stay out of it: a relation is told by its kind and note, for that somebody is a
customer here is that one's own affair; a label that names others is withheld. What somebody typed
about others into this customer's notes is part of the notes.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Table, text
from sqlmodel import Session, SQLModel

from custdesk.i18n import _
from custdesk.people import customers
from custdesk.store import forgetting
from custdesk.store.models import UNJOURNALLED

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Image:
    """A row as it was before a change; `before` is None where the change made it."""

    table: str
    row_id: int
    before: Row | None


@dataclass(frozen=True, slots=True)
class Step:
    """A change that concerned the customer; one that was `undone` may still be done again."""

    at: datetime
    label: str
    undone: bool
    images: tuple[Image, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """`rows` by table, as they are stored, with names in place of what other tables hold."""

    customer_id: int
    name: str
    number: str
    rows: dict[str, list[Row]]
    history: list[Step]


def held(db: Session, customer_id: int) -> Held:
    """All of one customer, who may be in the trash; the last change first."""
    customer = customers.get(db, customer_id)
    forgetting.trace(db, [customer_id])
    rows = {table.name: _rows(db, table, customer_id) for table in SQLModel.metadata.sorted_tables}
    return Held(
        customer_id,
        customer.name,
        customer.number,
        {table: found for table, found in rows.items() if found},
        _history(db, customer_id),
    )


_ELSEWHERE = {
    "customer": "SELECT * FROM customer WHERE id = :id",
    "customer_tag": "SELECT customer_tag.*, tag.name AS tag FROM customer_tag"
    " JOIN tag ON tag.id = tag_id WHERE customer_id = :id ORDER BY customer_tag.id",
    "purchase_line": "SELECT purchase_line.*, product.name AS product FROM purchase_line"
    " JOIN product ON product.id = product_id WHERE purchase_id IN"
    " (SELECT id FROM purchase WHERE customer_id = :id) ORDER BY purchase_line.id",
    "relation": "SELECT id, kind, customer_id = :id AS outgoing, note FROM relation"
    " WHERE :id IN (customer_id, other_id) ORDER BY id",
}
"""Tables whose rows belong to a customer in another way than by `customer_id`, or name others."""


def _rows(db: Session, table: Table, customer_id: int) -> list[Row]:
    query = _ELSEWHERE.get(table.name)
    if query is None:
        if "customer_id" not in table.c or table.name in UNJOURNALLED - {"standing"}:
            return []
        query = f"SELECT * FROM {table.name} WHERE customer_id = :id ORDER BY 1"
    found = db.execute(text(query), {"id": customer_id}).mappings()
    return [_plain(table.name, dict(row)) for row in found]


def _plain(table: str, row: Row) -> Row:
    """Nought and one as no and yes, where that is what they mean."""
    columns = SQLModel.metadata.tables[table].c
    return {
        name: bool(value)
        if name == "outgoing" or (name in columns and isinstance(columns[name].type, Boolean))
        else value
        for name, value in row.items()
    }


def _history(db: Session, customer_id: int) -> list[Step]:
    withheld = _labels_with_others(db)
    images: dict[int, list[Image]] = defaultdict(list)
    for change, table, row_id, before in db.execute(
        text(
            "SELECT j.change_id, j.tbl, j.row_id, j.before FROM traced"
            " JOIN journal j USING (change_id, tbl, row_id) ORDER BY 1, 2, 3"
        )
    ):
        row = _reduced(db, table, json.loads(before), customer_id) if before else None
        images[change].append(Image(table, row_id, row))
    steps = db.execute(
        text(
            "SELECT id, at, label, undone FROM change WHERE id IN (SELECT change_id FROM traced)"
            " ORDER BY id DESC"
        )
    )
    return [
        Step(
            datetime.fromisoformat(at),
            _("(a change that concerned others too)") if id in withheld else label,
            bool(undone),
            tuple(images[id]),
        )
        for id, at, label, undone in steps
    ]


def _reduced(db: Session, table: str, before: Row, customer_id: int) -> Row:
    """An image in the shape of the rows: names for ids, and nobody else."""
    row = _plain(table, before)
    if table == "relation":
        outgoing = row["customer_id"] == customer_id
        return {"id": row["id"], "kind": row["kind"], "outgoing": outgoing, "note": row["note"]}
    if table == "purchase_line":
        named = {"id": row["product_id"]}
        found = db.execute(text("SELECT name FROM product WHERE id = :id"), named).first()
        row["product"] = found[0] if found else ""
    if table == "customer_tag":
        row["tag"] = _tag_name(db, row["tag_id"])
    return row


def _tag_name(db: Session, tag_id: object) -> str:
    """What a tag is called, or was called last."""
    found = db.execute(
        text(
            "SELECT name FROM (SELECT name, 1 AS now, 0 AS at FROM tag WHERE id = :id"
            " UNION ALL SELECT before ->> '$.name', 0, change_id FROM journal"
            " WHERE tbl = 'tag' AND row_id = :id AND before IS NOT NULL)"
            " ORDER BY now DESC, at DESC LIMIT 1"
        ),
        {"id": tag_id},
    ).first()
    return str(found[0]) if found else ""


def _labels_with_others(db: Session) -> set[int]:
    """The changes whose label names another customer whom they concerned, or who is related."""
    return set(
        db.execute(
            text(
                "WITH related AS (SELECT customer_id AS id FROM relation WHERE other_id IN"
                "  (SELECT customer_id FROM whose) UNION SELECT other_id FROM relation"
                "  WHERE customer_id IN (SELECT customer_id FROM whose)"
                "  UNION SELECT before ->> '$.other_id' FROM traced"
                "  JOIN journal USING (change_id, tbl, row_id) WHERE tbl = 'relation'"
                "  UNION SELECT customer_id FROM traced"
                "  JOIN journal USING (change_id, tbl, row_id) WHERE tbl = 'relation')"
                " SELECT change.id FROM change WHERE id IN (SELECT change_id FROM traced)"
                " AND EXISTS (SELECT 1 FROM customer WHERE (customer.id IN"
                "   (SELECT customer_id FROM journal WHERE change_id = change.id)"
                "   OR customer.id IN (SELECT id FROM related))"
                "  AND customer.id NOT IN (SELECT customer_id FROM whose)"
                "  AND instr(change.label, customer.name))"
            )
        ).scalars()
    )

"""Purchases and interactions that an import brings to customers who are in the file."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import TypeVar

from sqlalchemy import insert, text
from sqlmodel import Session

from custdesk.exchange.matching import Known
from custdesk.exchange.outcome import Report, Result, imported_before, insert_all
from custdesk.exchange.records import (
    InteractionRecord,
    PurchaseRecord,
    Rejected,
    Remark,
    lines_of,
)
from custdesk.i18n import _
from custdesk.store.models import ImportedRow, Interaction, Product, Purchase, PurchaseLine

R = TypeVar("R", PurchaseRecord, InteractionRecord)


class PurchaseArrivals:
    """Lines of purchases; those of one customer, day and place become one purchase."""

    def __init__(
        self, read: Iterable[PurchaseRecord | Rejected], result: Result, report: Report
    ) -> None:
        self._read = list(read)
        self._result = result
        self._report = report
        self._kept: list[tuple[int, PurchaseRecord]] = []

    def decide(self, db: Session) -> None:
        self._kept = list(_owned(Known(db), self._read, self._result))

    def write(self, db: Session) -> None:
        purchases: dict[tuple[int, date, str, str], list[PurchaseRecord]] = {}
        for owner, record in self._kept:
            key = (owner, record.day, record.channel, record.order)
            purchases.setdefault(key, []).append(record)
        products = _product_ids(db, [record for _owner, record in self._kept])
        id = db.execute(text("SELECT max(id) FROM purchase")).scalar_one() or 0
        rows: list[dict[str, object]] = []
        lines: list[dict[str, object]] = []
        for (owner, day, channel, order), bought in purchases.items():
            id += 1
            note = lines_of([order, *(record.note for record in bought)])
            rows.append(
                {
                    "id": id,
                    "customer_id": owner,
                    "day": day,
                    "channel": channel,
                    "note": note,
                    "amount_cents": sum(record.amount_cents for record in bought),
                }
            )
            lines += [
                {
                    "purchase_id": id,
                    "product_id": products[record.product],
                    "quantity": record.quantity,
                    "amount_cents": record.amount_cents,
                }
                for record in bought
                if record.product
            ]
        total = len(rows) + len(lines)
        self._report(total, total * 2, _("Writing purchases"))
        insert_all(db, Purchase, rows)
        insert_all(db, PurchaseLine, lines)
        _remember(db, self._kept)


class InteractionArrivals:
    """Interactions kept elsewhere so far."""

    def __init__(
        self, read: Iterable[InteractionRecord | Rejected], result: Result, report: Report
    ) -> None:
        self._read = list(read)
        self._result = result
        self._report = report
        self._kept: list[tuple[int, InteractionRecord]] = []

    def decide(self, db: Session) -> None:
        self._kept = list(_owned(Known(db), self._read, self._result))

    def write(self, db: Session) -> None:
        total = len(self._kept)
        self._report(total, total * 2, _("Writing interactions"))
        insert_all(
            db,
            Interaction,
            [
                {
                    "customer_id": owner,
                    "at": datetime.combine(record.day, time(12)),
                    "channel": record.channel,
                    "outcome": record.outcome,
                }
                for owner, record in self._kept
            ],
        )
        _remember(db, self._kept)


def _owned(known: Known, read: Iterable[R | Rejected], result: Result) -> Iterable[tuple[int, R]]:
    """The rows whose customer is known and that were not imported before.

    Where only a few of the rows were, those may be other sales that happen to be equal.
    """
    before: list[int] = []
    for record in read:
        if isinstance(record, Rejected):
            result.rejects.append(record)
        elif known.imported(record.digest) is not None:
            result.skipped += 1
            before.append(record.line)
        elif (owner := known.owner(record.customer)) is None:
            why = _("No customer “{who}” is in the file.").format(who=record.customer.words())
            result.rejects.append(Rejected(Remark(record.line, why), record.cells))
        else:
            if owner in known.in_trash:
                why = _("This customer is in the trash; the row is kept with them there.")
                result.warnings.append(Remark(record.line, why))
            result.created += 1
            yield owner, record
    if len(before) * 2 > result.read:
        result.warnings.append(imported_before(before))
        return
    why = _(
        "An equal row was imported before, so this one is skipped."
        " If it is another sale, enter it by hand."
    )
    result.warnings += [Remark(line, why) for line in before]


def _remember(
    db: Session,
    kept: Iterable[tuple[int, PurchaseRecord]] | Iterable[tuple[int, InteractionRecord]],
) -> None:
    insert_all(
        db,
        ImportedRow,
        [{"customer_id": owner, "digest": record.digest} for owner, record in kept],
    )


def _product_ids(db: Session, bought: Iterable[PurchaseRecord]) -> dict[str, int]:
    known = {name: id for name, id in db.execute(text("SELECT name, id FROM product"))}
    new = {record.product: record.category for record in bought if record.product}
    fresh = [
        {"name": name, "category": category} for name, category in new.items() if name not in known
    ]
    if fresh:
        db.execute(insert(Product), fresh)
        known = {name: id for name, id in db.execute(text("SELECT name, id FROM product"))}
    return known

"""What happened with a customer: interactions, purchases, relations, and all of it in one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Session, col, select

from custdesk.errors import CustdeskError
from custdesk.i18n import N_, _
from custdesk.people import cases, feedback
from custdesk.people.days import check_day
from custdesk.store.models import (
    Channel,
    Customer,
    Interaction,
    Product,
    Purchase,
    PurchaseLine,
    Relation,
    RelationKind,
)
from custdesk.words import shown


def log_interaction(
    db: Session, customer_id: int, channel: Channel, outcome: str, at: datetime
) -> Interaction:
    """Note that one spoke with a customer; a later contact restarts the callback clock."""
    if not outcome.strip():
        raise CustdeskError(_("Say in a word what came of it."))
    check_day(at.date())
    interaction = Interaction(
        customer_id=customer_id,
        at=at.replace(second=0, microsecond=0),
        channel=channel,
        outcome=outcome.strip(),
    )
    db.add(interaction)
    db.flush()
    return interaction


def interactions(db: Session, customer_id: int) -> list[Interaction]:
    """Newest first."""
    return list(
        db.exec(
            select(Interaction)
            .where(Interaction.customer_id == customer_id)
            .order_by(col(Interaction.at).desc(), col(Interaction.id).desc())
        )
    )


def remove_interaction(db: Session, interaction_id: int) -> None:
    found = db.get(Interaction, interaction_id)
    if found:
        db.delete(found)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a purchase as typed: what, how many, for how much together (cents)."""

    product: str
    quantity: float
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Bought:
    """One purchase with its lines."""

    id: int
    day: date
    amount_cents: int
    channel: str
    note: str
    items: tuple[Item, ...]

    @property
    def lines(self) -> str:
        """明前龙井礼盒 × 2，白瓷盖碗 × 1; "" where it is an amount only."""
        parts = [
            item.product if item.quantity == 1 else f"{item.product} × {item.quantity:g}"
            for item in self.items
        ]
        return _(", ").join(parts)

    @property
    def words(self) -> str:
        """The lines, or the note where there are none: not for a client's eyes."""
        return self.lines or self.note


def record_purchase(
    db: Session,
    customer_id: int,
    day: date,
    items: Sequence[Item],
    *,
    channel: str = "",
    note: str = "",
    amount_cents: int | None = None,
) -> Purchase:
    """Record what was bought; the amount is the sum of the lines unless one is given."""
    if not items and amount_cents is None:
        raise CustdeskError(_("Name what was bought, or type an amount."))
    if any(item.quantity == 0 for item in items):
        raise CustdeskError(_("Nought of something is no purchase. Type how many."))
    check_day(day)
    total = sum(item.amount_cents for item in items) if amount_cents is None else amount_cents
    purchase = Purchase(
        customer_id=customer_id, day=day, amount_cents=total, channel=channel, note=note
    )
    db.add(purchase)
    db.flush()
    assert purchase.id is not None
    for item in items:
        db.add(
            PurchaseLine(
                purchase_id=purchase.id,
                product_id=product_id(db, item.product),
                quantity=item.quantity,
                amount_cents=item.amount_cents,
            )
        )
    db.flush()
    return purchase


def product_id(db: Session, name: str) -> int:
    """The id of the product with this name, made if it is new."""
    name = " ".join(name.split())
    if not name:
        raise CustdeskError(_("Name what was bought, or type an amount."))
    product = db.exec(select(Product).where(Product.name == name)).first()
    if product is None:
        product = Product(name=name)
        db.add(product)
        db.flush()
    assert product.id is not None
    return product.id


def remove_purchase(db: Session, purchase_id: int) -> None:
    found = db.get(Purchase, purchase_id)
    if found:
        db.delete(found)


def purchases(db: Session, customer_id: int) -> list[Bought]:
    """Newest first, with their lines."""
    rows = db.execute(
        text(
            """SELECT p.id, p.day, p.amount_cents, p.channel, p.note,
                 product.name, line.quantity, line.amount_cents
               FROM purchase p LEFT JOIN purchase_line line ON line.purchase_id = p.id
               LEFT JOIN product ON product.id = line.product_id
               WHERE p.customer_id = :id ORDER BY p.day DESC, p.id DESC, line.id"""
        ),
        {"id": customer_id},
    )
    found: dict[int, Bought] = {}
    items: dict[int, list[Item]] = {}
    for id, day, cents, channel, note, product, quantity, line_cents in rows:
        found.setdefault(id, Bought(id, date.fromisoformat(day), cents, channel, note, ()))
        if product is not None:
            items.setdefault(id, []).append(Item(product, quantity, line_cents))
    return [
        Bought(one.id, one.day, one.amount_cents, one.channel, one.note, tuple(items.get(id, ())))
        for id, one in found.items()
    ]


def products(db: Session) -> list[tuple[str, int | None]]:
    """Every product and what one of it cost last (cents), the most bought first."""
    rows = db.execute(
        text(
            """SELECT product.name, coalesce(product.price_cents,
                 CAST(round((SELECT amount_cents / quantity FROM purchase_line
                   WHERE product_id = product.id ORDER BY id DESC LIMIT 1)) AS INTEGER))
               FROM product LEFT JOIN purchase_line ON product_id = product.id
               GROUP BY product.id ORDER BY count(purchase_line.id) DESC, product.name"""
        )
    )
    return [(name, cents) for name, cents in rows]


# --- relations ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Related:
    """A related customer, seen from one side; `outgoing`: the other is `kind` of this one."""

    relation_id: int
    other_id: int
    name: str
    number: str
    kind: RelationKind
    outgoing: bool
    note: str


_SEEN_BACK = {
    RelationKind.REFERRED_BY: N_("Referred"),
    RelationKind.PARENT: N_("Child"),
    RelationKind.CHILD: N_("Parent"),
    RelationKind.COMPANY: N_("Employee"),
}
"""What a relation is called seen from the other side, where that is another word."""


def relation_words(related: Related) -> str:
    """What the other one is to this customer: 介绍人, 配偶, 孩子 …"""
    return seen_from_here(related.kind, outgoing=related.outgoing)


def seen_from_here(kind: RelationKind, *, outgoing: bool) -> str:
    """What a relation is called: `outgoing`, as it was noted; else seen from the other side."""
    return shown(kind) if outgoing or kind not in _SEEN_BACK else _(_SEEN_BACK[kind])


def relate(
    db: Session, customer_id: int, other_id: int, kind: RelationKind, note: str = ""
) -> Relation:
    """Say that `other` is `kind` of the customer; saying it again changes nothing."""
    if customer_id == other_id:
        raise CustdeskError(_("A customer cannot be related to themselves. Choose another."))
    known = db.exec(
        select(Relation).where(
            Relation.customer_id == customer_id,
            Relation.other_id == other_id,
            Relation.kind == kind,
        )
    ).first()
    if known:
        return known
    relation = Relation(customer_id=customer_id, other_id=other_id, kind=kind, note=note)
    db.add(relation)
    db.flush()
    return relation


def remove_relation(db: Session, relation_id: int) -> None:
    found = db.get(Relation, relation_id)
    if found:
        db.delete(found)


def relations(db: Session, customer_id: int) -> list[Related]:
    """Both sides: who this customer named, then who named this customer; nobody in the trash."""
    found = []
    for mine, theirs, outgoing in (
        (Relation.customer_id, Relation.other_id, True),
        (Relation.other_id, Relation.customer_id, False),
    ):
        rows = db.exec(
            select(Relation, Customer)
            .join(Customer, col(theirs) == Customer.id)
            .where(mine == customer_id, col(Customer.trashed_at).is_(None))
            .order_by(col(Relation.id))
        )
        found += [
            Related(
                relation.id or 0, other.id or 0, other.name, other.number, relation.kind,
                outgoing, relation.note,
            )
            for relation, other in rows
        ]  # fmt: skip
    return found


def counts(db: Session, customer_id: int) -> tuple[int, int, int]:
    """How many purchases, how many interactions, and how many cases and feedback a customer has."""
    row = db.execute(
        text(
            "SELECT (SELECT count(*) FROM purchase WHERE customer_id = :id),"
            " (SELECT count(*) FROM interaction WHERE customer_id = :id),"
            " (SELECT count(*) FROM service_case WHERE customer_id = :id)"
            " + (SELECT count(*) FROM feedback WHERE customer_id = :id)"
        ),
        {"id": customer_id},
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


# --- timeline -------------------------------------------------------------------------------------


class EventKind(StrEnum):
    INTERACTION = "interaction"
    PURCHASE = "purchase"
    FEEDBACK = "feedback"
    CASE = "case"
    SOLVED = "solved"
    """A case came, and was solved."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, for the timeline."""

    kind: EventKind
    id: int
    at: datetime
    words: str
    channel: str
    """By which, where that is known; of a case its kind."""
    amount_cents: int | None = None
    score: int | None = None


def timeline(db: Session, customer_id: int) -> list[Event]:
    """All that happened together, newest first."""
    events = [
        Event(EventKind.INTERACTION, one.id or 0, one.at, one.outcome, one.channel.value)
        for one in interactions(db, customer_id)
    ]
    events += [
        Event(
            EventKind.PURCHASE, one.id, datetime.combine(one.day, time.max), one.words,
            one.channel, one.amount_cents,
        )
        for one in purchases(db, customer_id)
    ]  # fmt: skip
    events += [
        Event(
            EventKind.FEEDBACK, one.id or 0, datetime.combine(one.day, time.max), one.words,
            one.source.value, score=one.score,
        )
        for one in feedback.of_customer(db, customer_id)
    ]  # fmt: skip
    for case in cases.of_customer(db, customer_id):
        told = [(EventKind.SOLVED, case.solved_on, case.solution)] if case.solved_on else []
        told.append((EventKind.CASE, case.opened_on, case.about))
        events += [
            Event(kind, case.id or 0, datetime.combine(day, time.max), words, case.kind.value)
            for kind, day, words in told
        ]
    return sorted(events, key=lambda event: event.at, reverse=True)

"""A customer's own dates: a wedding that comes every year, a membership or policy that ends."""

from datetime import date

from sqlmodel import Session, col, select

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store.models import CustomerDate


def of_customer(db: Session, customer_id: int) -> list[CustomerDate]:
    """The dates of a customer, the earliest first."""
    return list(
        db.exec(
            select(CustomerDate)
            .where(CustomerDate.customer_id == customer_id)
            .order_by(col(CustomerDate.day), col(CustomerDate.id))
        )
    )


def add(
    db: Session, customer_id: int, name: str, day: date, today: date, *, yearly: bool
) -> CustomerDate:
    """Note a date; the same again changes nothing."""
    name = _checked(name)
    known = db.exec(
        select(CustomerDate).where(
            CustomerDate.customer_id == customer_id,
            CustomerDate.name == name,
            CustomerDate.day == day,
        )
    ).first()
    found = known or CustomerDate(
        customer_id=customer_id, name=name, day=day, yearly=yearly, known_on=today
    )
    found.yearly = yearly
    db.add(found)
    db.flush()
    return found


def move(db: Session, date_id: int, day: date, today: date) -> None:
    """Another day for it: a membership that was renewed, a date that was wrong."""
    found = db.get(CustomerDate, date_id)
    if found is not None:
        found.day, found.known_on = day, today
        db.add(found)
        db.flush()


def remove(db: Session, date_id: int) -> None:
    found = db.get(CustomerDate, date_id)
    if found is not None:
        db.delete(found)
        db.flush()


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise CustdeskError(_("Say what the date is: a wedding, a membership, a policy."))
    return name

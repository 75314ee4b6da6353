"""What the business sells: names, categories, prices, and how long one of each lasts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people.typed import line
from custdesk.store.models import CarePlan, FollowUpKind, Product

MOST_DAYS = 3660
MOST_CENTS = 10**12


@dataclass(frozen=True, slots=True)
class Offered:
    """A product as the list of products shows it.

    `customers` who are not in the trash have bought it, and one of them `last_bought`.
    """

    id: int
    name: str
    category: str
    price_cents: int | None
    lasts_days: int | None
    customers: int
    last_bought: date | None


def offered(db: Session) -> list[Offered]:
    """Every product, the one with the most customers first."""
    rows = db.execute(
        text(
            "SELECT product.id, product.name, category, price_cents, lasts_days,"
            " count(DISTINCT c.id) AS customers, max(CASE WHEN c.id IS NOT NULL THEN p.day END)"
            " FROM product LEFT JOIN purchase_line line ON line.product_id = product.id"
            " LEFT JOIN purchase p ON p.id = line.purchase_id"
            " LEFT JOIN customer c ON c.id = p.customer_id AND c.trashed_at IS NULL"
            " GROUP BY product.id ORDER BY customers DESC, product.name"
        )
    )
    return [
        Offered(id, name, category, cents, days, n, date.fromisoformat(last) if last else None)
        for id, name, category, cents, days, n, last in rows
    ]


def categories(db: Session) -> list[str]:
    """Every category in use, the commonest first."""
    return list(
        db.execute(
            text(
                "SELECT category FROM product WHERE category <> ''"
                " GROUP BY category ORDER BY count(*) DESC, category"
            )
        ).scalars()
    )


def rename(db: Session, product_id: int, name: str) -> None:
    """Call a product otherwise; the care plans about it follow.

    Raises a sentence where another one is called so.
    """
    product, name = _get(db, product_id), line(name)
    if not name:
        raise CustdeskError(_("A product needs a name. Type one."))
    taken = db.exec(select(Product.id).where(Product.name == name, Product.id != product_id))
    if taken.first() is not None:
        raise CustdeskError(
            _("Another product is called “{name}” already. Choose another name.").format(name=name)
        )
    for plan in db.exec(
        select(CarePlan).where(
            col(CarePlan.kind).in_(_ABOUT_PRODUCTS), CarePlan.about == product.name
        )
    ):
        plan.about = name
        db.add(plan)
    product.name = name
    _put(db, product)


_ABOUT_PRODUCTS = (FollowUpKind.AFTER_SALE, FollowUpKind.REPLENISHMENT)


def set_category(db: Session, product_id: int, category: str) -> None:
    product = _get(db, product_id)
    product.category = line(category)
    _put(db, product)


def set_price(db: Session, product_id: int, cents: int | None) -> None:
    """What one of it costs; None where the price of the last sale will do."""
    if cents is not None and not 0 <= cents <= MOST_CENTS:
        raise CustdeskError(_("A price is not below nought. Type one like 128 or 128.50."))
    product = _get(db, product_id)
    product.price_cents = cents
    _put(db, product)


def set_lasts(db: Session, product_id: int, days: int | None) -> None:
    """How long one of it lasts; whoever bought it is reminded of before it is used up."""
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise CustdeskError(
            _("Choose a number of days from {low} to {high}.").format(low=1, high=MOST_DAYS)
        )
    product = _get(db, product_id)
    product.lasts_days = days
    _put(db, product)


def _get(db: Session, product_id: int) -> Product:
    product = db.get(Product, product_id)
    if product is None:
        raise CustdeskError(_("This product is no longer in the file."))
    return product


def _put(db: Session, product: Product) -> None:
    db.add(product)
    db.flush()

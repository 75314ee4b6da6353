"""What a customer is likely to buy next: what they used up, and what others like them also bought.

Of two products, the lift says how much oftener those who bought the one have also bought the other
than customers in general have. It is believed only where enough customers bought both.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from sqlalchemy import text
from sqlmodel import Session

from custdesk import formats
from custdesk.i18n import _, ngettext

LEAST_BOTH = 5
"""So many customers must have bought both products: fewer may be chance."""
LEAST_LIFT = 1.2
"""So much oftener than customers in general."""
MOST = 3
"""No more are recommended to one customer."""
SOON, LONG_AGO = timedelta(days=14), timedelta(days=90)
"""What is used up in so many days is due; what was used up so long ago they get elsewhere."""


@dataclass(frozen=True, slots=True)
class UsedUp:
    """A product that they had, and when the last one is used up."""

    product_id: int
    product: str
    day: date

    def words(self, today: date) -> str:
        said = formats.calendar_day(self.day, today)
        return _("{product}: used up about {day}").format(product=self.product, day=said)


@dataclass(frozen=True, slots=True)
class AlsoBought:
    """A product that `both` of the `having` customers who bought `because` have bought too."""

    product_id: int
    product: str
    because: str
    both: int
    having: int
    lift: float

    def words(self, _today: date) -> str:
        return ngettext(
            "{product}: bought by {both} of {n} customer who bought {because}",
            "{product}: bought by {both} of {n} customers who bought {because}",
            self.having,
        ).format(product=self.product, both=self.both, n=self.having, because=self.because)


Recommendation = UsedUp | AlsoBought


class Companions:
    """Which products are bought by the same customers: counted once, for many to be asked for.

    A second for 100,000 customers: for the background, or for paper.
    """

    def __init__(self, db: Session) -> None:
        self.names: dict[int, str] = {
            id: name for id, name in db.execute(text("SELECT id, name FROM product"))
        }
        self.customers = 0
        self.having: Counter[int] = Counter()
        self.both: Counter[tuple[int, int]] = Counter()
        theirs: list[int] = []
        whose = None
        for customer, product in db.execute(text(_THEIRS)):
            if customer != whose:
                self._count(theirs)
                whose, theirs = customer, []
            theirs.append(product)
        self._count(theirs)

    def _count(self, products: list[int]) -> None:
        if products:
            self.customers += 1
            self.having.update(products)
            self.both.update(combinations(sorted(products), 2))

    def of(self, bought: Iterable[int]) -> list[AlsoBought]:
        """What customers who bought these have not, and others who did have; the best first."""
        has = set(bought) & self.having.keys()
        best: dict[int, AlsoBought] = {}
        for one in has:
            for other in self.having.keys() - has:
                both = self.both[min(one, other), max(one, other)]
                if both < LEAST_BOTH:
                    continue
                lift = both * self.customers / (self.having[one] * self.having[other])
                found = AlsoBought(
                    other, self.names[other], self.names[one], both, self.having[one], lift
                )
                known = best.get(other)
                if lift >= LEAST_LIFT and (known is None or _rank(found) > _rank(known)):
                    best[other] = found
        return sorted(best.values(), key=_rank, reverse=True)


def _rank(one: AlsoBought) -> tuple[float, int, int]:
    return (one.lift, one.both, -one.product_id)


# Of a product, what was bought and kept: more than was brought back.
_THEIRS = """SELECT p.customer_id, l.product_id FROM purchase p
 JOIN purchase_line l ON l.purchase_id = p.id
 JOIN standing s ON s.customer_id = p.customer_id
 GROUP BY p.customer_id, l.product_id HAVING sum(l.quantity * (l.amount_cents >= 0)
   - abs(l.quantity) * (l.amount_cents < 0)) > 0
 ORDER BY p.customer_id"""

_OWN = """SELECT l.product_id, product.name, product.lasts_days, max(p.day) FILTER
   (WHERE l.amount_cents >= 0 AND l.quantity > 0)
 FROM purchase p JOIN purchase_line l ON l.purchase_id = p.id
 JOIN product ON product.id = l.product_id WHERE p.customer_id = :id AND p.day <= :today
 GROUP BY l.product_id HAVING sum(l.quantity * (l.amount_cents >= 0)
   - abs(l.quantity) * (l.amount_cents < 0)) > 0"""

_LAST = """SELECT coalesce(sum(l.quantity), 0) FROM purchase p
 JOIN purchase_line l ON l.purchase_id = p.id
 WHERE p.customer_id = :id AND l.product_id = :product AND p.day = :day AND l.amount_cents >= 0"""


def recommend(
    db: Session, customer_id: int, today: date, companions: Companions
) -> list[Recommendation]:
    """What to offer a customer next, at most three things: what is used up comes first."""
    own = db.execute(text(_OWN), {"id": customer_id, "today": today.isoformat()}).all()
    due: list[UsedUp] = []
    for product, name, lasts, day in own:
        if lasts is None or day is None:
            continue
        asked = {"id": customer_id, "product": product, "day": day}
        quantity = db.execute(text(_LAST), asked).scalar_one()
        empty = date.fromisoformat(day) + timedelta(days=round(lasts * max(1.0, quantity)))
        if today - LONG_AGO <= empty <= today + SOON:
            due.append(UsedUp(product, name, empty))
    due.sort(key=lambda one: (one.day, one.product_id))
    found: list[Recommendation] = [*due, *companions.of(product for product, *_rest in own)]
    return found[:MOST]

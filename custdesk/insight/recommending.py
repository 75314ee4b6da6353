"""What a customer is likely to buy next: what they used up, and what others like them also bought.

Of two products, the lift says how much oftener those who bought the one have also bought the other
than customers in general have. It is believed only where enough customers bought both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, groupby
from operator import itemgetter

from sqlalchemy import text
from sqlmodel import Session

from custdesk import formats
from custdesk.i18n import _, ngettext
from custdesk.insight.buying import PRODUCT_KEPT
from custdesk.people.days import used_up

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
        baskets = []
        for _customer, rows in groupby(db.execute(text(_THEIRS)), itemgetter(0)):
            theirs = sorted(product for _customer, product in rows)
            self.customers += 1
            self.having.update(theirs)
            baskets.append(theirs)
        both: Counter[tuple[int, int]] = Counter()
        for theirs in baskets:
            common = [one for one in theirs if self.having[one] >= LEAST_BOTH]
            both.update(combinations(common, 2))
        self.partners: dict[int, list[tuple[int, int]]] = defaultdict(list)
        """Of a product, those that enough customers bought as well, and how many did."""
        for (one, other), times in both.items():
            if times >= LEAST_BOTH:
                self.partners[one].append((other, times))
                self.partners[other].append((one, times))

    def of(self, bought: Iterable[int]) -> list[AlsoBought]:
        """What customers who bought these have not, and others who did have; the best first."""
        has = set(bought) & self.having.keys()
        best: dict[int, AlsoBought] = {}
        for one in has:
            for other, both in self.partners.get(one, ()):
                if other in has:
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


_THEIRS = f"""SELECT p.customer_id, line.product_id FROM purchase p
 JOIN purchase_line line ON line.purchase_id = p.id
 JOIN standing s ON s.customer_id = p.customer_id
 GROUP BY p.customer_id, line.product_id HAVING {PRODUCT_KEPT}
 ORDER BY p.customer_id"""

_OWN = f"""SELECT line.product_id, product.name, product.lasts_days, max(p.day) FILTER
   (WHERE line.amount_cents >= 0 AND line.quantity > 0)
 FROM purchase p JOIN purchase_line line ON line.purchase_id = p.id
 JOIN product ON product.id = line.product_id WHERE p.customer_id = :id AND p.day <= :today
 GROUP BY line.product_id HAVING {PRODUCT_KEPT}"""

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
        empty = used_up(date.fromisoformat(day), lasts, quantity)
        if today - LONG_AGO <= empty <= today + SOON:
            due.append(UsedUp(product, name, empty))
    due.sort(key=lambda one: (one.day, one.product_id))
    found: list[Recommendation] = [*due, *companions.of(product for product, *_rest in own)]
    return found[:MOST]

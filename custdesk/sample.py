"""Fills an empty file with an invented tea shop, for demonstrations, manuals and measuring."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from sqlalchemy import text

from custdesk import business
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.invention.shop import Shop
from custdesk.store.store import Store

BATCH = 2000
PLANNED_DAYS = 3
"""Since when the shop is looked after with CustDesk."""
MOST_WITH_DEALINGS = 200_000
"""Beyond, only the first customers buy and are spoken with: a file of a million stays 2 GB."""


def fill(
    store: Store,
    customers: int,
    seed: int,
    report: Callable[[int, int, str], None] | None = None,
) -> int:
    """Invent `customers` in one step that can be undone; the same seed and day, the same people.

    Raises a CustdeskError when the file is not empty. `report` hears how far it is, and may raise.
    """
    with store.read() as db:
        if db.execute(text("SELECT 1 FROM customer LIMIT 1")).first():
            raise CustdeskError(
                _("The sample goes into an empty file only. Name a new one with --db.")
            )
    with store.write(_("Fill with a sample")) as db:
        # The shop was there before today: what came due lately and was not done is overdue.
        lately = store.today - timedelta(days=PLANNED_DAYS)
        db.execute(text("UPDATE journal_state SET as_of = :day"), {"day": lately.isoformat()})
        shop = Shop(Random(seed), store.today, dealings=customers <= MOST_WITH_DEALINGS)
        business.choose(db, business.IS_SAMPLE, "1")
        business.choose(db, business.NAME, str(shop.made_of["name"]))
        db.flush()
        shop.furnish(db)
        for start in range(0, customers, BATCH):
            if report:
                report(start, customers, _("Inventing customers"))
            shop.admit(range(start + 1, min(start + BATCH, customers) + 1))
            shop.write(db)
        if report:
            report(customers, customers, _("Updating the search index and follow-ups"))
    return customers

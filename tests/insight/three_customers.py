"""张三, 李四 and 王五 of product.md, with purchases that give them what the table says."""

from datetime import date, timedelta

from custdesk.people import customers, history
from custdesk.people.history import Item
from custdesk.store.store import Store

THREE = (
    ("张三", "001", "high", 3, 120_000, 75),
    ("李四", "002", "medium", 2, 80_000, 40),
    ("王五", "003", "low", 1, 40_000, 10),
)
"""Name, number, potential, for how many years, yuan a year, purchases a year."""


def add_three(store: Store) -> list[int]:
    """Their ids."""
    ids = []
    for name, number, potential, years, yuan, often in THREE:
        with store.write(f"Add {name}") as db:
            id = customers.add(db, customers.Details(name, number=number), store.today).id or 0
            customers.edit(db, id, "potential", potential, store.today)
            for year in range(years):
                for n in range(often):
                    day: date = store.today - timedelta(days=365 * year + n * 364 // often)
                    history.record_purchase(db, id, day, [Item("茶", 1, yuan * 100 // often)])
        ids.append(id)
    return ids

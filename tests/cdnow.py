"""The purchases of CDNOW's customers in 1997 and 1998: see tests/data/cdnow/README.md."""

from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "cdnow" / "CDNOW_sample.txt"

LAST_TO_LEARN_FROM = date(1997, 9, 30)
"""The end of the first 39 weeks; the 39 that follow end with the file."""


History = tuple[tuple[date, int], ...]
"""The days on which somebody bought, in order, and what they spent on each, in cents."""


@cache
def histories() -> tuple[History, ...]:
    """What each customer of the sample bought."""
    return tuple(read(FILE).values())


def read(file: Path) -> dict[str, History]:
    """Histories by the customer's number, from the file of the sample or of the whole cohort."""
    found: dict[str, dict[date, int]] = {}
    for line in file.read_text("ascii").splitlines():
        customer, *_number, day, _discs, dollars = line.split()
        if day.isdigit():  # and no header
            spent = found.setdefault(customer, {})
            on = date.fromisoformat(day)
            spent[on] = spent.get(on, 0) + round(float(dollars) * 100)
    return {customer: tuple(sorted(spent.items())) for customer, spent in found.items()}

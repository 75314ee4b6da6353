"""The purchases of CDNOW's customers in 1997 and 1998: see tests/data/cdnow/README.md."""

from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "cdnow" / "CDNOW_sample.txt"

LAST_TO_LEARN_FROM = date(1997, 9, 30)
"""The end of the first 39 weeks; the 39 that follow end with the file."""


@cache
def histories() -> tuple[tuple[tuple[date, int], ...], ...]:
    """For each customer the days on which they bought, in order, and what they spent, in cents."""
    found: dict[str, dict[date, int]] = {}
    for line in FILE.read_text("ascii").splitlines():
        _number, customer, day, _discs, dollars = line.split()
        spent = found.setdefault(customer, {})
        on = date.fromisoformat(day)
        spent[on] = spent.get(on, 0) + round(float(dollars) * 100)
    return tuple(tuple(sorted(spent.items())) for spent in found.values())

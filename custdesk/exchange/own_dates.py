"""A customer's own dates in one cell: "会员卡 2027-03-31；结婚纪念日 2016-10-01（每年）"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from custdesk.exchange.dates import read_date
from custdesk.i18n import _
from custdesk.people.typed import LONGEST_LINE, line, visible
from custdesk.store.spelling import fold

_ENDS = re.compile(r"[;；\n]")
_SIGNS = re.compile(r"[;；,，:：\s]+")
_YEARLY = r"(?:每年|yearly|every year)"
_ONE = re.compile(
    rf"(?P<name>\S.*?)(?:\s*[:：]\s*|\s+|(?={_YEARLY}))(?P<every>{_YEARLY})?\s*"
    rf"(?P<day>[\d年月日./-]+)\s*(?P<too>[(（]?\s*{_YEARLY}\s*[)）]?)?",
    re.IGNORECASE,
)
YEARS_AHEAD = 100
"""Policies for life end late."""


@dataclass(frozen=True, slots=True)
class OwnDate:
    """A day with a name, that comes every year or ends; known to be the same by `marks`."""

    name: str
    day: date
    yearly: bool

    def marks(self) -> set[tuple[str, str]]:
        """What no other date of the customer may have: its name and day; of a yearly one also
        the day without its year."""
        name = _SIGNS.sub(" ", fold(self.name)).strip()
        found = {(name, self.day.isoformat())}
        return found | {(name, f"{self.day:%m-%d}")} if self.yearly else found


def in_words(dates: Iterable[OwnDate]) -> str:
    """The dates in one cell, in the language spoken; `read` reads either language."""
    return _("; ").join(
        _("{name} {day} (yearly)").format(name=name, day=one.day.isoformat())
        if one.yearly
        else f"{name} {one.day.isoformat()}"
        for one in dates
        for name in [_ENDS.sub(",", one.name)]
    )


def read(cell: str, today: date) -> tuple[list[OwnDate], list[str]]:
    """The dates in a cell, and the pieces of it that are none."""
    dates, others = [], []
    for piece in _ENDS.split(visible(cell)):
        words = piece.strip()
        found = _ONE.fullmatch(words) if len(words) <= LONGEST_LINE else None
        yearly = bool(found and (found["every"] or found["too"]))
        day = found and read_date(found["day"], today=today, years_ahead=YEARS_AHEAD, yearly=yearly)
        if found and isinstance(day, date):
            dates.append(OwnDate(line(found["name"]), day, yearly))
        elif words:
            others.append(words)
    return dates, others


def missing(known: Iterable[OwnDate], more: Iterable[OwnDate]) -> list[OwnDate]:
    """Those of `more` that are not among `known`, each once."""
    held = {key for one in known for key in one.marks()}
    found = []
    for one in more:
        if held.isdisjoint(one.marks()):
            found.append(one)
            held |= one.marks()
    return found

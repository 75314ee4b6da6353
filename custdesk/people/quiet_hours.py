"""The hours in which a customer does not want to be called: 12:00-14:00, as people type them."""

import re

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people.typed import plain

_TIME = r"(\d{1,2})(?:(?::|\.|点|时)(\d{1,2}|半)?分?)?"
_HOURS = re.compile(rf"{_TIME}(?:-|~|–|—|至|到|to){_TIME}")

Hours = tuple[str, str]
"""From and until as HH:MM; when from is the later one, they go over midnight."""


def read(typed: str) -> Hours | None:
    """The hours that somebody typed, None for "": 12:00-14:00, 12-14, 12点到14点半, 22:00至8:00.

    Raises a sentence for all else, and where both times are the same.
    """
    words = "".join(plain(typed).lower().split())
    if not words:
        return None
    found = _HOURS.fullmatch(words)
    times = found and (_time(found[1], found[2]), _time(found[3], found[4]))
    if not times or None in times:
        raise CustdeskError(_("These are no two times of a day. Write them like 12:00-14:00."))
    begins, ends = (str(time) for time in times)
    if begins == ends:
        raise CustdeskError(_("Both times are the same. Type when it begins and when it ends."))
    return begins, ends


def words(begins: str | None, ends: str | None) -> str:
    """12:00-14:00, or "" where calls are welcome at any time."""
    return f"{begins}-{ends}" if begins and ends else ""


def _time(hour: str, minute: str | None) -> str | None:
    hours, minutes = int(hour), 30 if minute == "半" else int(minute or 0)
    if (hours, minutes) == (24, 0):
        hours = 0
    return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else None

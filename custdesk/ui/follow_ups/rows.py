"""What stands in the list of follow-ups: groups and rows, and the words of their days."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from custdesk import formats
from custdesk.care import occasions
from custdesk.care.follow_ups import Closed, Due, Lot
from custdesk.i18n import _, ngettext
from custdesk.store.models import FollowUpKind, FollowUpState

Waiting = Sequence[tuple[int, date]]
"""Ids of open follow-ups and the days they are due on, in the order of the list."""


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over a card of rows; `hint` stands behind it, `late` writes it in red."""

    title: str
    count: int
    hint: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """A follow-up to be done; the rest is read from the file when the row is seen."""

    id: int
    due: date


@dataclass(frozen=True, slots=True)
class Bunch:
    """Greetings of one festival that are done by its list."""

    lot: Lot
    count: int

    @property
    def due(self) -> date:
        return self.lot.due

    def is_late(self, today: date) -> bool:
        return self.lot.due < today != self.lot.day

    def title(self) -> str:
        return ngettext("{n} customer", "{n} customers", self.count).format(n=self.count)

    def about(self, today: date) -> str:
        """ "中秋 · 9月25日"."""
        occasion = occasions.named(self.lot.about)
        words = _("{festival}, {day}").format(
            festival=occasion.words() if occasion else "",
            day=formats.calendar_day(self.lot.day, today),
        )
        return words


@dataclass(frozen=True, slots=True)
class Past:
    """A follow-up that was done or skipped."""

    closed: Closed


@dataclass(frozen=True, slots=True)
class Foot:
    """The room under the last row."""


Entry = Group | Open | Bunch | Past | Foot
Lots = Mapping[int, Lot]
"""Which of the follow-ups are festival greetings, and of which festival."""

FEWEST = 3
"""So many greetings of a festival on one day are one row."""


def _rows(waiting: Iterable[tuple[int, date]], lots: Lots) -> list[Open | Bunch]:
    """The rows of a group, in which the greetings of a festival stand together."""
    opened = list(waiting)
    sizes = Counter(lots[id] for id, _due in opened if id in lots)
    found: list[Open | Bunch] = []
    seen = set[Lot]()
    for id, due in opened:
        lot = lots.get(id)
        if lot is None or sizes[lot] < FEWEST:
            found.append(Open(id, due))
        elif lot not in seen:
            seen.add(lot)
            found.append(Bunch(lot, sizes[lot]))
    return found


def due_now(waiting: Waiting, lots: Lots, today: date) -> list[Entry]:
    """Overdue, today, and tomorrow to look ahead; nothing when there is nothing at all."""
    tomorrow = today + timedelta(days=1)
    late = [one for one in waiting if one[1] < today]
    now = [one for one in waiting if one[1] == today]
    next_day = [one for one in waiting if one[1] == tomorrow]
    if not (late or now or next_day):
        return []
    found: list[Entry] = []
    if late:
        hint = _("What fell due while the PC was off is here too; nothing is missed")
        found += [Group(_("Overdue"), len(late), hint, late=True), *_rows(late, lots)]
    if now or not late:
        hint = "" if now else _("Everything is done for today")
        found += [Group(_("Today"), len(now), hint), *_rows(now, lots)]
    if next_day:
        found += [Group(_("Tomorrow"), len(next_day)), *_rows(next_day, lots)]
    return [*found, Foot()]


def due_ahead(waiting: Waiting, lots: Lots, today: date) -> list[Entry]:
    """What is due from tomorrow on, day by day."""
    found: list[Entry] = []
    ahead = [(id, due) for id, due in waiting if due > today]
    for day, rows in groupby(ahead, key=lambda one: one[1]):
        opened = list(rows)
        title = _("Tomorrow") if (day - today).days == 1 else formats.weekday_day(day)
        found += [Group(title, len(opened)), *_rows(opened, lots)]
    return [*found, Foot()] if found else []


def done_lately(closed: Iterable[Closed], today: date) -> list[Entry]:
    """What was done or skipped, day by day, newest first."""
    found: list[Entry] = []
    for day, rows in groupby(closed, key=lambda one: one.closed_at.date()):
        past = [Past(one) for one in rows]
        title = formats.day(day, today) if (today - day).days < 2 else formats.weekday_day(day)
        hint = "" if found else _("Ctrl+Z takes the last step back")
        found += [Group(title, len(past), hint), *past]
    return [*found, Foot()] if found else []


def of_day(
    waiting: Waiting, lots: Lots, closed: Iterable[Closed], day: date, today: date
) -> list[Entry]:
    """One day: what is due on it, and what was done on it."""
    past = [Past(one) for one in closed if one.closed_at.date() == day]
    found: list[Entry] = []
    if waiting:
        late = day < today
        rows = _rows(waiting, lots)
        found += [Group(formats.weekday_day(day), len(waiting), late=late), *rows]
    if past:
        found += [Group(_("Done on {day}").format(day=formats.weekday_day(day)), len(past)), *past]
    return [*found, Foot()] if found else []


@dataclass(frozen=True, slots=True)
class When:
    """The words of the day column, and the token they are written in."""

    words: str
    ink: str


def when(due: Due | Bunch, today: date) -> When:
    """全天, 10:30, "11月19日 · 逾期 2 天"; for a birthday on another day "11月24日 · 3 天后"."""
    late = due.is_late(today)
    at = due.time if isinstance(due, Due) else None
    ink = "red" if late else "text" if due.due <= today else "muted"
    if isinstance(due, Due) and due.kind is FollowUpKind.BIRTHDAY and due.day != due.due:
        return When(f"{formats.calendar_day(due.day, today)} · {_away(due.day, today)}", ink)
    if late:
        days = formats.overdue((today - due.due).days)
        return When(f"{formats.calendar_day(due.due, today)} · {days}", ink)
    if (due.due - today).days != 1:  # the heading names the day
        return When(at or _("All day"), ink)
    day = formats.calendar_day(due.due, today)
    return When(f"{day} {at}" if at else day, ink)


def _away(day: date, today: date) -> str:
    days = (day - today).days
    if days == 0:
        return _("Today")
    if days < 0:
        return ngettext("{n} day past", "{n} days past", -days).format(n=-days)
    return ngettext("in {n} day", "in {n} days", days).format(n=days)


def outcome(closed: Closed) -> str:
    """What came of it, or why it was skipped."""
    if closed.state is FollowUpState.SKIPPED:
        return _("Skipped: {reason}").format(reason=closed.words)
    return closed.words

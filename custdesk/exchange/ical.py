"""Out to the phone: open follow-ups and birthdays as an iCalendar file (RFC 5545).

What the calendars of Google, Apple and Microsoft make of a file decides how it is written:

- A time of the clock is written as UTC, counted in this PC's zone. A "floating" one, without a
  zone, is the same time everywhere by the standard, but Google has taken it for UTC.
- What is imported again has to replace what is there. Each entry has the same UID every time, and
  a SEQUENCE that only grows: the minutes since 1970. Within a minute DTSTAMP decides.
- Only what comes on the same day of each year repeats by a rule. Birthdays that move, lunar ones
  and those of 29 February, are written day by day: phones know no lunar years, and Outlook reads
  no list of days (RDATE).

Notes and past talks are not written: calendars are kept by strangers and shared with others.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid4, uuid5

from sqlalchemy import text
from sqlmodel import Session

from custdesk import business, formats
from custdesk.care import calendar, follow_ups, habits, rules
from custdesk.care.birthday import Birthday, BirthdayRules
from custdesk.care.follow_ups import Due
from custdesk.errors import CustdeskError, FileTrouble
from custdesk.exchange.exporting import BATCH
from custdesk.exchange.records import Report
from custdesk.exchange.whole import put_whole
from custdesk.i18n import _, language
from custdesk.people import phones
from custdesk.store.models import FollowUpKind
from custdesk.store.store import Store

if TYPE_CHECKING:
    from icalendar import Alarm

AHEAD = timedelta(days=366)
"""How far ahead follow-ups are written: 12 months."""

WRITTEN_OUT = timedelta(days=5 * 366)
"""How far ahead birthdays are written that come on another day each year."""

LENGTH = timedelta(minutes=30)
"""Of what is to be done at a time: calendars want an end."""

BEFORE = timedelta(minutes=10)
"""The first alarm of what is to be done at a time; the second comes at that time."""

MOST_FOR_GOOGLE = 1_000_000
"""Bytes; Google's calendar imports no larger file (support.google.com/calendar/answer/45654)."""

_FILE_ID = "calendar_id"
_NAMESPACE = UUID("5f0d3c1e-8a41-4c0b-9a7e-2f6f1c8be3d4")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_END = re.compile(r"\r\n|[\r\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the calendar: on a whole day, or half an hour from a time (HH:MM) of it.

    `key` tells it from everything else in this file, now and later. A yearly one repeats from
    `day` on.
    """

    key: str
    summary: str
    description: str
    day: date
    time: str | None = None
    yearly: bool = False


def export_calendar(store: Store, path: Path, report: Report | None = None) -> int:
    """Write the follow-ups of the next 12 months and the birthdays; how many entries there are.

    What is overdue stands on the day it was due. Of somebody who does not want to be contacted
    there is only what was planned by hand. An existing file is replaced at once and only by a whole
    one; when `report` raises Cancelled, by none. Raises a CustdeskError when there is nothing to
    write: calendars refuse an empty file.
    """
    now = store.clock()
    with store.read() as db, put_whole(path) as beside:
        identity = _identity(db)
        writing = _Writing(identity, now.astimezone(UTC), now.date(), habits.of(db).tell_at)
        count = writing.write(beside, _name(db), _entries(db, now.date(), report))
        if not count:
            raise CustdeskError(
                _("There is nothing to export: nothing is to be done and no birthday is known.")
            )
    _keep(store, identity)
    return count


def remark(path: Path) -> str:
    """What to know of the file before it is imported; "" when there is nothing."""
    if path.stat().st_size <= MOST_FOR_GOOGLE:
        return ""
    return _("Google Calendar imports no file above 1 MB, and this one is larger.")


# --- whose file it is -----------------------------------------------------------------------------


def _identity(db: Session) -> str:
    """Tells this file's entries from another's in one calendar; the same in copies of the file.

    It is made of the moment at which the file was begun: until it is kept in the file, and when
    that was undone, the same one is made again. Nobody begins two files in one second.
    """
    if kept := business.get(db, _FILE_ID):
        return kept
    first = db.execute(text("SELECT id, at FROM change WHERE NOT undone ORDER BY id LIMIT 1"))
    begun = first.first()
    # A repaired file may have no history.
    return str(uuid5(_NAMESPACE, f"{begun.id} {begun.at}") if begun else uuid4())


def _keep(store: Store, identity: str) -> None:
    """Note the identity in the file, once: erasing a customer may take the first change away.

    Where that cannot be, the next export does it.
    """
    with store.read() as db:
        if business.get(db, _FILE_ID):
            return
    with suppress(FileTrouble), store.write(_("First export to a calendar")) as db:
        business.choose(db, _FILE_ID, identity)


def _name(db: Session) -> str:
    """What the calendar is called where it is taken in as one of its own."""
    shop = business.name(db)
    said = _("Follow-ups and birthdays")
    return f"{shop} · {said}" if shop else said


# --- what is in it --------------------------------------------------------------------------------


class _Born(NamedTuple):
    name: str
    birthday: Birthday


def _entries(db: Session, today: date, report: Report | None) -> Iterator[Entry]:
    """The follow-ups, then the birthdays."""
    due = follow_ups.due(db, today, today + AHEAD, today)
    born = _born(db)
    numbers = _phones(db)
    years = habits.of(db).birthdays
    total = len(due) + len(born)
    for done, one in enumerate(due):
        if report and done % BATCH == 0:
            report(done, total)
        yield _follow_up(one, numbers.get(one.customer_id, ""))
    for done, (id, person) in enumerate(born.items(), len(due)):
        if report and done % BATCH == 0:
            report(done, total)
        yield from _birthdays(id, person, today, numbers.get(id, ""), years)
    if report:
        report(total, total)


def _born(db: Session) -> dict[int, _Born]:
    """Whose birthdays are kept, by the customer's id."""
    rows = db.execute(
        text(
            "SELECT id, name, birth_calendar, birth_year, birth_month, birth_day, birth_leap"
            " FROM customer WHERE trashed_at IS NULL AND NOT do_not_contact"
            " AND birth_calendar IS NOT NULL ORDER BY id"
        )
    )
    found = ((id, name, Birthday.stored(*stored)) for id, name, *stored in rows)
    return {id: _Born(name, birthday) for id, name, birthday in found if birthday}


def _phones(db: Session) -> dict[int, str]:
    """The first phone of whoever has one, by the customer's id."""
    rows = db.execute(text("SELECT customer_id, phone FROM standing WHERE phone <> ''"))
    return {id: phone for id, phone in rows}


def _follow_up(one: Due, phone: str) -> Entry:
    key = f"follow-up/{one.id}"
    said = [one.customer, one.reason]
    if one.plan_id is not None:
        key = f"plan/{one.plan_id}/{one.customer_id}/{one.occurrence}"
    if one.every_days:
        # In the words of the day on which it is read.
        silent = (one.due - rules.counts_from(one.occurrence)).days
        said[1] = follow_ups.callback_reason(one.grade, one.every_days, silent)
    if one.kind is FollowUpKind.BIRTHDAY and one.day != one.due:
        day = formats.month_and_day(one.day.month, one.day.day)
        said += [] if day in one.reason else [day]
    words = _("Do not contact") if one.do_not_contact else phones.display(phone)
    return Entry(key, " · ".join(said), words, one.due, one.time)


def _birthdays(
    id: int, born: _Born, today: date, phone: str, years: BirthdayRules
) -> Iterator[Entry]:
    """One entry that repeats; or where the day moves, one for each of the next years."""
    key = f"birthday/{id}"
    birthday, shown = born.birthday, phones.display(phone)
    if not birthday.is_lunar and (birthday.month, birthday.day) != (2, 29):
        words = _("Birthday: {day}").format(day=calendar.birthday_words(birthday))
        day = calendar.next_birthday(birthday, today, True, years)
        yield Entry(key, f"{born.name} · {words}", shown, day, yearly=True)
        return
    last = min(today + WRITTEN_OUT, calendar.LAST_DAY)
    for kept in calendar.birthdays_between(birthday, today, last, years):
        summary = f"{born.name} · {follow_ups.birthday_reason(birthday, kept.date, years)}"
        why = calendar.rule_words(birthday, kept.year_key, years)
        words = "\n".join(filter(None, (shown, why)))
        year = f"L{kept.year_key}" if birthday.is_lunar else str(kept.year_key)
        yield Entry(f"{key}/{year}", summary, words, kept.date)


# --- how it is written ----------------------------------------------------------------------------


class _Text(str):
    """Escaped as RFC 5545 says; the package's own escaping takes a written "\\N" for a line end."""

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return escaped.replace("\n", "\\n").encode()


def _readable(words: str) -> _Text:
    """`words` without what iCalendar forbids: control characters, line ends of other kinds."""
    return _Text(_CONTROL.sub("", _LINE_END.sub("\n", words)))


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes entries one by one: 100,000 customers in one calendar would not fit into memory.

    `stamp` is the present moment in UTC. What lies before `today` has no alarm any more; what is
    of a whole day has it at `tell_at`.
    """

    identity: str
    stamp: datetime
    today: date
    tell_at: time

    def write(self, path: Path, name: str, entries: Iterable[Entry]) -> int:
        """How many entries there were."""
        from icalendar import Calendar

        whole = Calendar()
        whole.add("version", "2.0")
        whole.add("prodid", f"-//CustDesk//CustDesk//{language().upper()}")
        whole.add("calscale", "GREGORIAN")
        whole.add("method", "PUBLISH")
        whole["X-WR-CALNAME"] = _readable(name)
        begin, end, after = bytes(whole.to_ical()).partition(b"END:VCALENDAR")
        count = 0
        with path.open("wb") as file:
            file.write(begin)
            for entry in entries:
                file.write(self._event(entry))
                count += 1
            file.write(end + after)
        return count

    def _event(self, entry: Entry) -> bytes:
        from icalendar import Event
        from icalendar.prop import vDatetime

        summary = _readable(entry.summary)
        event = Event()
        event.add("uid", str(uuid5(_NAMESPACE, f"{self.identity}/{entry.key}")))
        # Not by `add`, which looks for the zone "UTC" in a database that Windows has not.
        event["DTSTAMP"] = event["LAST-MODIFIED"] = vDatetime(self.stamp)
        event.add("sequence", int(self.stamp.timestamp()) // 60)
        event["SUMMARY"] = summary
        if entry.description:
            event["DESCRIPTION"] = _readable(entry.description)
        event.add("class", "PRIVATE")
        if entry.yearly:
            event.add("rrule", {"freq": "yearly"})
        if entry.time is None:
            event.add("dtstart", entry.day)
            event.add("dtend", entry.day + timedelta(days=1))
            event.add("transp", "TRANSPARENT")
            alarms = [timedelta(hours=self.tell_at.hour, minutes=self.tell_at.minute)]
        else:
            local = datetime.combine(entry.day, time.fromisoformat(entry.time))
            event.add("dtstart", local.astimezone(UTC))
            event.add("dtend", local.astimezone(UTC) + LENGTH)
            alarms = [-BEFORE, timedelta(0)]
        if entry.day >= self.today:
            for trigger in alarms:
                event.add_component(_alarm(summary, trigger))
        return bytes(event.to_ical())


def _alarm(words: _Text, trigger: timedelta) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm["DESCRIPTION"] = words
    alarm.add("trigger", trigger)
    return alarm

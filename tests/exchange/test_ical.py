"""The calendar for the phone: read back by another reader, and held to what calendars insist on."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from custdesk import business
from custdesk.care import calendar, follow_ups, habits
from custdesk.care.birthday import CUSTOM, Birthday
from custdesk.care.habits import Habits
from custdesk.errors import Cancelled, CustdeskError
from custdesk.exchange import ical
from custdesk.people import customers, erasing
from custdesk.store.models import VIP
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import (
    Clock,
    add,
    birthday,
    complete,
    edit,
    faults,
    follow_up,
    is_a_sentence,
    labels,
    restore,
    snooze,
    spoke,
    switch,
    trash,
)


def read(path: Path) -> Calendar:
    """The file as the other reader understands it."""
    return IcsCalendarStream.calendar_from_ics(path.read_bytes().decode())


def export(store: Store, path: Path | None = None) -> list[Event]:
    path = path or store.path.with_name("all.ics")
    count = ical.export_calendar(store, path)
    events = read(path).events
    assert len(events) == count
    return events


def said(store: Store) -> list[tuple[str, str]]:
    """Summary and first day of every entry."""
    return [(str(event.summary), str(event.dtstart)) for event in export(store)]


def uids(store: Store) -> list[str]:
    return [str(event.uid) for event in export(store)]


def plan(store: Store, id: int, day: date, note: str, at: str | None = None) -> int:
    with store.write("Plan") as db:
        return follow_ups.schedule(db, id, day, note, at).id or 0


@pytest.fixture
def shop(store: Store) -> Store:
    """One of every kind of entry, and long names in both scripts."""
    add(store, "张丽华", phone="13812345678", lunar="1968-10-13", grade=VIP)
    add(store, "欧阳" * 40 + ", " + "𬭎" * 30, solar="1990-05-03")
    add(store, "Anna; " + "long " * 40, phone="+1 415 555 2671", solar="1996-02-29")
    id = add(store, "李国强")
    plan(store, id, store.today, "送样品\n两盒；一盒白茶", "15:30")
    plan(store, id, store.today + timedelta(days=3), "回电话")
    return store


@pytest.fixture
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from _in_zone("Asia/Shanghai", monkeypatch)


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from _in_zone("Europe/Berlin", monkeypatch)


def _in_zone(zone: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of Windows cannot be set for one process")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


# --- the file -------------------------------------------------------------------------------------


def test_lines_are_as_the_standard_wants_them(shop: Store, tmp_path: Path) -> None:
    ical.export_calendar(shop, tmp_path / "all.ics")
    content = (tmp_path / "all.ics").read_bytes()
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75
    assert [line for line in lines if line.startswith(b" ")], "nothing was folded"
    for line in lines:
        line.decode()  # no character is split between two


def test_every_entry_has_what_calendars_insist_on(shop: Store, tmp_path: Path) -> None:
    events = export(shop, tmp_path / "all.ics")
    read_again = read(tmp_path / "all.ics")
    assert read_again.prodid.startswith("-//CustDesk//")
    assert read_again.method == "PUBLISH"
    assert read_again.version == "2.0"
    assert len({event.uid for event in events}) == len(events) > 5
    written = (tmp_path / "all.ics").read_text("utf-8")
    for wanted in ("UID:", "DTSTAMP:", "DTSTART", "DTEND", "SEQUENCE:", "LAST-MODIFIED:"):
        assert len(re.findall(rf"^{wanted}", written, re.MULTILINE)) == len(events), wanted
    for event in events:
        assert event.dtend is not None and type(event.dtend) is type(event.dtstart)
        assert event.computed_duration > timedelta(0)


def test_the_calendar_is_called_after_the_shop(shop: Store, tmp_path: Path) -> None:
    with shop.write("Name") as db:
        business.choose(db, business.NAME, "西湖茶业")
    ical.export_calendar(shop, tmp_path / "all.ics")
    assert "X-WR-CALNAME:西湖茶业 · Follow-ups and birthdays\r\n" in (
        (tmp_path / "all.ics").read_bytes().decode()
    )


def test_needs_no_database_of_time_zones(shop: Store, tmp_path: Path) -> None:
    """Windows has none, and neither has a small Linux."""
    shop.close()
    code = (
        "import sys; sys.modules['tzdata'] = None\n"
        "from custdesk.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["--db", str(shop.path), "export", str(tmp_path / "all.ics")]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=os.environ | {"PYTHONTZPATH": "", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert read(tmp_path / "all.ics").events


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
plain_texts = st.text(
    st.characters(
        exclude_categories=["Cs"], exclude_characters="\r\u2028\u2029", min_codepoint=0xA0
    )
    | st.sampled_from("\n\t\\;,:\"'nN Z ^") | st.characters(min_codepoint=32, max_codepoint=126),
    max_size=200,
)  # fmt: skip


def written_back(tmp: Path, summary: str, description: str) -> Event:
    writing = ical._Writing("one", datetime(2026, 11, 21, tzinfo=UTC), date(2026, 11, 21), NINE)
    entry = ical.Entry("key", summary, description, date(2026, 11, 22))
    assert writing.write(tmp / "one.ics", summary, [entry]) == 1
    content = (tmp / "one.ics").read_bytes()
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert not set(content) & set(b"\0\1\x07\x08\x0b\x0c\x1b\x1f\x7f")
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")
    [event] = read(tmp / "one.ics").events
    return event


NINE = clock_time(9)


@settings(deadline=None)
@given(summary=plain_texts, description=plain_texts)
def test_any_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, summary: str, description: str
) -> None:
    event = written_back(tmp_path_factory.getbasetemp(), summary, description)
    assert event.summary == summary
    assert (event.description or "") == description
    assert [alarm.description for alarm in event.alarm] == [summary]


@settings(deadline=None)
@given(summary=texts, description=texts)
def test_whatever_is_in_a_text_the_file_is_valid(
    tmp_path_factory: pytest.TempPathFactory, summary: str, description: str
) -> None:
    written_back(tmp_path_factory.getbasetemp(), summary, description)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张,丽;华\\", "张,丽;华\\"),
        ("C:\\Neu\\neu", "C:\\Neu\\neu"),
        ("张\x07丽\x00华\x85", "张丽华"),
        ("张\r\n丽\r华\u2028三", "张\n丽\n华\n三"),
        ("BEGIN:VEVENT\r\nUID:x", "BEGIN:VEVENT\nUID:x"),
    ],
)
def test_hostile_text(tmp_path: Path, name: str, expected: str) -> None:
    assert written_back(tmp_path, name, "").summary == expected


# --- what is in it --------------------------------------------------------------------------------


def test_open_follow_ups_of_twelve_months(store: Store, clock: Clock) -> None:
    switch(store, "festival", False)
    id = add(store, "李国强", grade=VIP)
    for days, note in ((-9, "早该打"), (0, "今天"), (366, "一年后"), (367, "太远")):
        plan(store, id, store.today + timedelta(days=days), note)
    done = plan(store, id, store.today, "已办")
    complete(store, done)
    assert said(store) == [
        ("李国强 · 早该打", "2026-11-12"),
        ("李国强 · 今天", "2026-11-21"),
        ("李国强 · No contact for 30 days · VIP: a call every 30 days", "2026-12-21"),
        ("李国强 · 一年后", "2027-11-22"),
    ]


def test_a_call_is_told_in_the_words_of_its_day(store: Store) -> None:
    switch(store, "festival", False)
    id = add(store, "李国强", grade=VIP)
    snooze(store, follow_up(store, id), "2027-01-10")
    assert said(store) == [
        ("李国强 · No contact for 50 days · VIP: a call every 30 days", "2027-01-10")
    ]


def test_a_follow_up_ahead_of_a_birthday_says_which_day(store: Store) -> None:
    add(store, "张丽华", lunar="1968-10-20")
    add(store, "李国强", solar="1990-12-03")
    found = said(store)
    assert ("李国强 · Birthday: Dec 3 · turns 36", "2026-11-30") in found
    words = "张丽华 · Birthday: 10th lunar month, day 20 · turns 58"
    assert (f"{words} · Nov 28", "2026-11-25") in found
    assert (words, "2026-11-28") in found


def test_a_time_is_that_of_this_pc(in_shanghai: None, store: Store) -> None:
    plan(store, add(store, "李国强"), store.today, "送样品", "15:30")
    timed = [event for event in export(store) if isinstance(event.dtstart, datetime)]
    [event] = timed
    assert event.dtstart == datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    assert event.dtend == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert [alarm.trigger for alarm in event.alarm] == [timedelta(minutes=-10), timedelta(0)]
    assert event.dtstamp == datetime(2026, 11, 21, 1, tzinfo=UTC)


def test_a_time_in_summer_is_counted_in_summer_time(in_berlin: None, store: Store) -> None:
    id = add(store, "Anna")
    plan(store, id, date(2027, 1, 15), "winter", "10:00")
    plan(store, id, date(2027, 7, 15), "summer", "10:00")
    found = {event.summary: event.dtstart for event in export(store)}
    assert found["Anna · winter"] == datetime(2027, 1, 15, 9, tzinfo=UTC)
    assert found["Anna · summer"] == datetime(2027, 7, 15, 8, tzinfo=UTC)


def test_a_whole_day_ends_with_the_next_and_rings_when_the_habit_says(store: Store) -> None:
    plan(store, add(store, "李国强"), store.today, "回电话")
    with store.write("Habits") as db:
        habits.choose(db, Habits(tell_at=clock_time(8, 45)))
    event = export(store)[0]
    assert (event.dtstart, event.dtend) == (date(2026, 11, 21), date(2026, 11, 22))
    assert [alarm.trigger for alarm in event.alarm] == [timedelta(hours=8, minutes=45)]


def test_what_is_overdue_does_not_ring(store: Store) -> None:
    plan(store, add(store, "李国强"), store.today - timedelta(days=1), "回电话")
    assert export(store)[0].alarm == []


def test_who_does_not_want_to_be_contacted(store: Store) -> None:
    id = add(store, "张丽华", phone="13812345678", solar="1968-12-01", grade=VIP)
    edit(store, id, do_not_contact=True)
    plan(store, id, store.today, "退款")
    [event] = export(store)
    assert (event.summary, event.description) == ("张丽华 · 退款", "Do not contact")


def test_the_trash_stays_at_home(store: Store) -> None:
    add(store, "李国强", solar="1990-12-03")
    before = uids(store)
    id = add(store, "张丽华", lunar="1968-10-13", grade=VIP)
    plan(store, id, store.today, "回电话")
    trash(store, id)
    assert uids(store) == before
    restore(store, id)
    assert len(uids(store)) > len(before)


def test_notes_and_talks_stay_at_home(store: Store, tmp_path: Path) -> None:
    id = add(store, "张丽华", phone="13812345678", email="z@example.com", lunar="1968-10-13")
    edit(store, id, notes="离婚了", taboos="花生", likes="白茶")
    spoke(store, id, outcome="说起她的病")
    ical.export_calendar(store, tmp_path / "all.ics")
    written = (tmp_path / "all.ics").read_text("utf-8").replace("\n ", "")
    assert "138 1234 5678" in written
    for private in ("离婚", "花生", "白茶", "的病", "example.com"):
        assert private not in written
    assert written.count("CLASS:PRIVATE") == written.count("BEGIN:VEVENT")


def test_in_the_language_spoken(spoken: str, store: Store) -> None:
    add(store, "张丽华", lunar="1968-10-13")
    kept = [one for one, day in said(store) if day == "2026-11-21"]
    assert (
        kept[0]
        == {
            "zh": "张丽华 · 生日 农历十月十三 · 58 岁",
            "en": "张丽华 · Birthday: 10th lunar month, day 13 · turns 58",
        }[spoken]
    )


# --- birthdays ------------------------------------------------------------------------------------


def birthday_days(events: list[Event], until: date) -> list[date]:
    """Every day to `until` on which a phone shows one of these."""
    days = []
    for event in events:
        assert type(event.dtstart) is date
        if event.rrule is None:
            days.append(event.dtstart)
            continue
        start = datetime.combine(event.dtstart, clock_time())
        rule = rrulestr(event.rrule.as_rrule_str(), dtstart=start)
        end = datetime.combine(until, clock_time())
        days += [day.date() for day in rule.between(start, end, inc=True)]
    return [day for day in sorted(days) if day <= until]


TODAY = date(2026, 11, 21)
solar_days = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(
    lambda day: birthday(f"{day.month}-{day.day}")
)
lunar_days = st.builds(
    lambda month, day: birthday(f"{month}-{day}", lunar=True),
    st.integers(1, 12),
    st.integers(1, 30),
)


@settings(deadline=None)
@given(born=solar_days | lunar_days, today=st.dates(date(2020, 1, 1), date(2080, 1, 1)))
def test_birthdays_agree_with_ours(
    tmp_path_factory: pytest.TempPathFactory, born: Birthday, today: date
) -> None:
    """Those that repeat for ten years; those that are written out for five, or more."""
    path = tmp_path_factory.getbasetemp() / "birthdays.ics"
    stamp = datetime.combine(today, NINE, UTC)
    entries = [*ical._birthdays(1, ical._Born("张丽华", born), today, "", CUSTOM)]
    ical._Writing("one", stamp, today, NINE).write(path, "", entries)
    events = read(path).events
    yearly = any(event.rrule for event in events)
    assert yearly == (not born.is_lunar and (born.month, born.day) != (2, 29))
    until = today + timedelta(days=3652 if yearly else 1826)
    assert birthday_days(events, until) == [
        kept.date for kept in calendar.birthdays_between(born, today, until)
    ]
    assert len({event.uid for event in events}) == len(events)


def test_a_birthday_that_repeats_says_the_day_of_birth(store: Store) -> None:
    add(store, "李国强", phone="13812345678", solar="1990-05-03")
    [event] = [event for event in export(store) if event.rrule]
    assert event.summary == "李国强 · Birthday: May 3, 1990"
    assert event.dtstart == date(2027, 5, 3)
    assert event.description == "138 1234 5678"


def test_a_birthday_that_moves_says_why(store: Store) -> None:
    add(store, "Anna", solar="1996-02-29")
    written = [event for event in export(store) if "turns" in str(event.summary)][1:]
    assert [(event.summary, str(event.dtstart), event.description) for event in written[:2]] == [
        (
            "Anna · Birthday: Feb 29 · turns 31",
            "2027-02-28",
            "2027 has no Feb 29; Feb 28 is kept instead",
        ),
        ("Anna · Birthday: Feb 29 · turns 32", "2028-02-29", None),
    ]


def test_lunar_birthdays_end_where_the_calendar_is_known(store: Store, clock: Clock) -> None:
    add(store, "张丽华", lunar="1968-10-13")
    clock.turn_to("2099-06-01")
    store.new_day()
    days = [day for one, day in said(store) if "turns 13" in one]
    assert days[-1] == "2100-11-14"


# --- the same thing again -------------------------------------------------------------------------


def test_imported_again_it_replaces_what_is_there(shop: Store, clock: Clock) -> None:
    before = export(shop)
    clock.move(minutes=5)
    snooze(shop, follow_up(shop, 4, "custom"), "2026-12-24")
    after = {event.uid: event for event in export(shop)}
    assert {event.uid for event in before} == set(after)
    [was] = [event for event in before if str(event.summary).startswith("李国强 · 送样品")]
    now = after[was.uid]
    assert isinstance(now.dtstart, datetime)
    assert now.dtstart.date() == date(2026, 12, 24)
    assert now.sequence is not None and was.sequence is not None
    assert now.sequence > was.sequence
    assert now.dtstamp > was.dtstamp
    assert now.last_modified == now.dtstamp


def test_a_planned_one_is_known_by_its_plan(store: Store, clock: Clock) -> None:
    """It may be withdrawn and made anew meanwhile, and its birthday corrected."""
    id = add(store, "张丽华", solar="1968-12-03")
    before = uids(store)
    trash(store, id)
    restore(store, id)
    assert uids(store) == before
    with store.write("Correct") as db:
        customers.edit(db, id, "birthday", birthday("1968-12-05"), store.today)
    assert uids(store) == before


def test_a_birthday_too_far_ahead_to_be_stored_keeps_its_uid(store: Store, clock: Clock) -> None:
    for name, born in (("张丽华", {"solar": "1968-11-22"}), ("李国强", {"lunar": "1990-10-15"})):
        add(store, name, **born)
    with store.read() as db:
        ahead = [
            (one.customer, one.due)
            for one in follow_ups.due(db, store.today, store.today + ical.AHEAD, store.today)
            if one.id is None
        ]
    assert [name for name, _due in ahead] == ["李国强", "张丽华"]
    first = {(event.summary, event.dtstart): event.uid for event in export(store)}
    clock.turn_to("2027-03-01")
    store.new_day()
    second = {(event.summary, event.dtstart): event.uid for event in export(store)}
    for name, due in ahead:
        [key] = [
            (summary, day) for summary, day in first if day == due and str(summary).startswith(name)
        ]
        assert second[key] == first[key]


def test_two_files_do_not_meet_in_one_calendar(
    open_file: Opener, clock: Clock, tmp_path: Path
) -> None:
    found = []
    for name in ("one", "two"):
        clock.at += timedelta(seconds=1)
        store = open_file(tmp_path / f"{name}.custdesk")
        add(store, "张丽华", lunar="1968-10-13")
        found.append(set(uids(store)))
    assert not found[0] & found[1]
    assert len(found[0]) == len(found[1]) > 5


def test_the_identity_outlives_undo_and_erasing(store: Store, clock: Clock) -> None:
    first = add(store, "赵先走")
    clock.move(minutes=1)
    add(store, "张丽华", lunar="1968-10-13", grade=VIP)
    trash(store, first)
    before = uids(store)
    assert labels(store)[0] == "First export to a calendar"
    store.undo()
    assert uids(store) == before
    assert labels(store).count("First export to a calendar") == 1
    erasing.erase(store, [first])
    assert uids(store) == before
    assert faults(store) == []


def test_an_export_is_a_step_only_the_first_time(shop: Store) -> None:
    export(shop)
    steps = labels(shop)
    export(shop)
    assert labels(shop) == steps


def test_a_file_that_can_only_be_looked_at(
    shop: Store, open_file: Opener, clock: Clock, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.custdesk"
    shop.close()
    shutil.copy(shop.path, copy)
    looked_at = Store(copy, clock, (), only_look="Only to look.")
    try:
        found = uids(looked_at)
    finally:
        looked_at.close()
    assert found == uids(open_file(shop.path))


def test_uids_say_nothing_of_anybody(shop: Store) -> None:
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", id) for id in uids(shop))


# --- what can go wrong ----------------------------------------------------------------------------


def test_nothing_to_export(spoken: str, store: Store, tmp_path: Path) -> None:
    with pytest.raises(CustdeskError) as refused:
        ical.export_calendar(store, tmp_path / "all.ics")
    assert is_a_sentence(str(refused.value), spoken)
    assert [path.name for path in tmp_path.glob("*.ics*")] == []
    assert labels(store) == []


def test_cancelled_it_leaves_the_earlier_file(shop: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.ics"
    path.write_text("earlier")

    def report(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ical.export_calendar(shop, path, report)
    assert path.read_text() == "earlier"
    assert [found.name for found in tmp_path.glob("*.ics*")] == ["all.ics"]
    assert [found.name for found in tmp_path.glob(".*")] == []


def test_progress_ends_where_it_said(shop: Store, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    ical.export_calendar(shop, tmp_path / "all.ics", lambda *at: seen.append(at))
    with shop.read() as db:
        many = len(follow_ups.due(db, shop.today, shop.today + ical.AHEAD, shop.today)) + 3
    assert seen[0] == (0, many)
    assert seen[-1] == (many, many)


def test_a_folder_that_is_not_there(shop: Store, tmp_path: Path) -> None:
    with pytest.raises(CustdeskError, match=r"^There is no folder .*none\. Choose another one\.$"):
        ical.export_calendar(shop, tmp_path / "none" / "all.ics")


def test_a_file_too_large_for_google_is_told(spoken: str, tmp_path: Path) -> None:
    path = tmp_path / "all.ics"
    path.write_bytes(b"x" * ical.MOST_FOR_GOOGLE)
    assert ical.remark(path) == ""
    path.write_bytes(b"x" * (ical.MOST_FOR_GOOGLE + 1))
    assert is_a_sentence(ical.remark(path), spoken)

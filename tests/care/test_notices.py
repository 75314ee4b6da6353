"""What is told when: at its time or at the hour for it, once, never in quiet hours."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.care import notices
from custdesk.care.habits import Habits
from custdesk.care.notices import Hours, News, Told, Waiting, from_lines, look

TODAY = date(2026, 11, 21)
YESTERDAY = date(2026, 11, 20)
HABITS = Habits(quiet_from=time(21), quiet_until=time(8, 30), tell_at=time(9))
NEVER_QUIET = Habits(quiet_from=time(0), quiet_until=time(0), tell_at=time(9))


def at(clock: str, day: date = TODAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def ids(told: tuple[Waiting, ...]) -> list[int]:
    return [one.id for one in told]


def told_of(news: News) -> tuple[list[int], list[int], list[int]]:
    """The ids that are told: now, today, missed."""
    return ids(news.now), ids(news.today), ids(news.missed)


class Wall:
    """Looks at a clock, one after another; what was told is written down in between."""

    def __init__(self, *waiting: Waiting, habits: Habits = HABITS) -> None:
        self.waiting, self.habits = list(waiting), habits
        self.lines: list[str] = []

    def look(self, now: datetime) -> tuple[list[int], list[int], list[int]]:
        news = look(self.waiting, from_lines(self.lines), self.habits, now)
        self.lines = news.told.lines()
        return told_of(news)


CALL = Waiting(1, TODAY, time(10, 30))
SOME_TIME = Waiting(2, TODAY)
NOTHING: tuple[list[int], list[int], list[int]] = ([], [], [])


@pytest.mark.parametrize(
    ("one", "now", "told"),
    [
        (CALL, at("10:29"), NOTHING),
        (CALL, at("10:30"), ([1], [], [])),
        (CALL, at("10:39"), ([1], [], [])),
        (CALL, at("10:40"), ([], [], [1])),
        (CALL, at("22:00"), NOTHING),
        (CALL, at("08:29", TODAY + timedelta(days=1)), NOTHING),
        (CALL, at("08:30", TODAY + timedelta(days=1)), ([], [], [1])),
        (SOME_TIME, at("08:59"), NOTHING),
        (SOME_TIME, at("09:00"), ([], [2], [])),
        (SOME_TIME, at("20:59"), ([], [2], [])),
        (SOME_TIME, at("21:00"), NOTHING),
        (replace(SOME_TIME, due=YESTERDAY), at("08:45"), ([], [], [2])),
        (replace(SOME_TIME, due=YESTERDAY), at("09:00"), ([], [], [2])),
        (replace(SOME_TIME, due=TODAY + timedelta(days=1)), at("20:00"), NOTHING),
        (replace(CALL, do_not_contact=True), at("10:30"), NOTHING),
        (replace(SOME_TIME, do_not_contact=True), at("09:00"), NOTHING),
        (replace(CALL, at=time(8)), at("08:15"), NOTHING),
        (replace(CALL, at=time(8, 25)), at("08:30"), ([1], [], [])),
        (replace(CALL, at=time(8)), at("08:30"), ([], [], [1])),
        (replace(CALL, quiet=Hours(time(10), time(12))), at("10:30"), NOTHING),
        (replace(CALL, quiet=Hours(time(10), time(12))), at("12:00"), ([], [], [1])),
        (replace(SOME_TIME, quiet=Hours(time(22), time(10))), at("09:59"), NOTHING),
        (replace(SOME_TIME, quiet=Hours(time(22), time(10))), at("10:00"), ([], [2], [])),
    ],
)
def test_a_first_look(
    one: Waiting, now: datetime, told: tuple[list[int], list[int], list[int]]
) -> None:
    assert told_of(look([one], Told(), HABITS, now)) == told


@pytest.mark.parametrize(
    ("since", "until", "held", "free"),
    [
        (time(21), time(8, 30), ["21:00", "23:59", "00:00", "08:29"], ["08:30", "12:00", "20:59"]),
        (time(12), time(14), ["12:00", "13:59"], ["11:59", "14:00", "00:00"]),
        (time(9), time(9), [], ["00:00", "09:00", "23:59"]),
    ],
)
def test_hours_hold_from_their_start_until_their_end(
    since: time, until: time, held: list[str], free: list[str]
) -> None:
    hours = Hours(since, until)
    assert [at for at in held + free if hours.hold(time.fromisoformat(at))] == held


def test_own_quiet_hours_that_leave_no_hour_of_the_day_do_not_count() -> None:
    one = replace(SOME_TIME, quiet=Hours(time(8), time(22)))
    assert told_of(look([one], Told(), HABITS, at("09:00"))) == ([], [2], [])


def test_each_is_told_once_on_its_day() -> None:
    wall = Wall(CALL, SOME_TIME)
    minutes = [at("08:00") + timedelta(minutes=n) for n in range(0, 16 * 60)]
    told = [(now, said) for now in minutes if (said := wall.look(now)) != NOTHING]
    assert told == [(at("09:00"), ([], [2], [])), (at("10:30"), ([1], [], []))]


def test_after_the_pc_was_off_for_days_all_is_told_at_once() -> None:
    wall = Wall(Waiting(1, date(2026, 11, 18)), Waiting(2, date(2026, 11, 19), time(15)), SOME_TIME)
    wall.waiting[2] = Waiting(3, TODAY)
    assert wall.look(at("09:30")) == ([], [3], [1, 2])
    assert wall.look(at("09:31")) == NOTHING


def test_sleep_over_the_time_and_the_hour() -> None:
    wall = Wall(CALL, SOME_TIME)
    assert wall.look(at("08:45")) == NOTHING
    assert wall.look(at("11:00")) == ([], [2], [1])
    assert wall.look(at("11:01")) == NOTHING


def test_what_was_put_off_is_told_again_when_it_is_due() -> None:
    wall = Wall(CALL)
    assert wall.look(at("10:30")) == ([1], [], [])
    wall.waiting = [replace(CALL, at=time(10, 45))]
    assert wall.look(at("10:44")) == NOTHING
    assert wall.look(at("10:45")) == ([1], [], [])


def test_what_undo_brings_back_is_not_told_again() -> None:
    wall = Wall(CALL)
    wall.look(at("10:30"))
    wall.waiting = []
    wall.look(at("10:31"))
    wall.waiting = [CALL]
    assert wall.look(at("10:32")) == NOTHING


def test_a_clock_set_back_a_day_tells_nothing_twice_and_misses_nothing() -> None:
    wall = Wall(CALL, SOME_TIME)
    assert wall.look(at("11:00")) == ([], [2], [1])
    assert wall.look(at("11:01", YESTERDAY)) == NOTHING
    wall.waiting.append(Waiting(3, YESTERDAY, time(12)))
    assert wall.look(at("12:00", YESTERDAY)) == ([3], [], [])
    assert wall.look(at("10:30")) == NOTHING


def test_what_a_clock_told_years_ahead_is_told_on_its_day() -> None:
    """Somebody set the year wrong for a minute."""
    wall = Wall(CALL, SOME_TIME)
    assert wall.look(datetime(2030, 1, 1, 12)) == ([], [], [1, 2])
    assert wall.look(at("12:00", date(2026, 10, 1))) == NOTHING
    assert wall.look(at("09:00")) == ([], [2], [])
    assert wall.look(at("10:30")) == ([1], [], [])


def _walk(wall: Wall, zone: str, since: datetime, hours: int) -> dict[int, list[str]]:
    """Look every minute; when each was told, by the clock on the wall."""
    told: dict[int, list[str]] = {}
    start = since.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for minute in range(hours * 60):
        now = (start + timedelta(minutes=minute)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        for id in chain(*wall.look(now)):
            told.setdefault(id, []).append(f"{now:%H:%M}")
    return told


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Berlin", date(2026, 10, 25)), ("America/New_York", date(2026, 11, 1))],
)
def test_the_hour_that_comes_twice_tells_once(zone: str, day: date) -> None:
    waiting = [Waiting(id, day, at) for id, at in enumerate((time(1, 30), time(2, 30), time(3)))]
    wall = Wall(*waiting, habits=NEVER_QUIET)
    told = _walk(wall, zone, datetime.combine(day, time(0)), 6)
    assert told == {0: ["01:30"], 1: ["02:30"], 2: ["03:00"]}


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Berlin", date(2026, 3, 29)), ("America/New_York", date(2026, 3, 8))],
)
def test_what_is_due_in_the_hour_that_is_left_out_is_told_after_it(zone: str, day: date) -> None:
    wall = Wall(Waiting(1, day, time(2, 30)), Waiting(2, day, time(3, 5)), habits=NEVER_QUIET)
    told = _walk(wall, zone, datetime.combine(day, time(0)), 6)
    assert told == {1: ["03:00"], 2: ["03:05"]}


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
HOURS = st.builds(Hours, TIMES, TIMES)
SPRING, AUTUMN = datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Shanghai", "Pacific/Kiritimati")


@given(
    start=st.sampled_from([SPRING, AUTUMN]),
    habits=st.builds(Habits, quiet_from=TIMES, quiet_until=TIMES, tell_at=TIMES),
    due=st.lists(
        st.tuples(st.integers(-3, 8), st.none() | TIMES, st.none() | HOURS, st.booleans()),
        min_size=1,
        max_size=8,
    ),
    steps=st.lists(
        st.tuples(st.integers(0, 20 * 60), st.sampled_from(ZONES), st.integers(-24, 24)),
        max_size=40,
    ),
)
def test_whatever_the_clock_does_each_is_told_once_and_never_in_quiet_hours(
    start: datetime,
    habits: Habits,
    due: list[tuple[int, time | None, Hours | None, bool]],
    steps: list[tuple[int, str, int]],
) -> None:
    """Sleep, journeys between zones, a clock up to a day wrong, a restart before every look."""
    waiting = [
        Waiting(id, start.date() + timedelta(days=days), at, own, silent)
        for id, (days, at, own, silent) in enumerate(due)
    ]
    wall = Wall(*waiting, habits=habits)
    quiet = Hours(habits.quiet_from, habits.quiet_until)
    told: list[int] = []

    def one_look(now: datetime) -> None:
        found = [*chain(*wall.look(now))]
        assert not (found and quiet.hold(now.time()))
        for one in (waiting[id] for id in found):
            assert datetime.combine(one.due, one.at or habits.tell_at) <= now
            if one.quiet and one.quiet.hold(now.time()):
                assert quiet.hold(one.quiet.until) and one.quiet.hold(quiet.until)
        told.extend(found)

    instant = start
    for minutes, zone, wrong in steps:
        instant += timedelta(minutes=minutes)
        shown = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        one_look(shown + timedelta(hours=min(wrong, 0)))
    last = (instant + timedelta(days=12)).replace(tzinfo=None)
    for quarter in range(25 * 60):
        one_look(last + timedelta(minutes=quarter))
    assert sorted(told) == [one.id for one in waiting if not one.do_not_contact]


@given(
    st.frozensets(st.tuples(st.integers(1, 10**9), st.dates(), st.none() | TIMES), max_size=20),
    st.dates(),
)
def test_what_is_written_down_reads_the_same(
    keys: frozenset[tuple[int, date, time | None]], until: date
) -> None:
    told = Told(keys, until)
    assert from_lines(told.lines()) == told


def test_lines_that_make_no_sense_are_left_out() -> None:
    assert from_lines(["", "all", "all soon", "2026-11-21 x", "2026-13-41 3", "2026-11-21 4"]) == (
        Told(frozenset({(4, TODAY, None)}))
    )


def test_what_is_remembered_is_bounded() -> None:
    """Ten thousand that nobody works off: still each is told once, also what comes today."""
    days = [TODAY - timedelta(days=n % 500) for n in range(10_000)]
    wall = Wall(*(Waiting(id, day) for id, day in enumerate(days)))
    now, today, missed = wall.look(at("09:00"))
    assert len(now + today + missed) == 10_000
    assert len(" ".join(wall.lines)) < 20_000
    assert wall.look(at("09:01")) == NOTHING
    wall.waiting.append(Waiting(10_001, TODAY, time(11)))
    assert wall.look(at("11:00")) == ([10_001], [], [])
    told = from_lines(wall.lines)
    assert len(told.when_due) <= notices.MOST_REMEMBERED + 1

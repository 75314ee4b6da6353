"""Which days are worked: weekends, holidays and swapped workdays, of China and of every country."""

import subprocess
import sys
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.care.working_days import (
    CHINA,
    MONDAY_TO_FRIDAY,
    Special,
    countries,
    day_off_words,
    is_announced,
    is_working_day,
    next_working_day,
    special,
    unannounced_words,
)

SATURDAY = 5
FIRST, LAST = date(2004, 1, 1), date(max(chinese_calendar.holidays).year, 12, 31)
"""The days whose holidays chinese_calendar knows."""
DAY = timedelta(days=1)


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=at) for at in range((end - start).days + 1)]


def off(first: str, last: str, country: str) -> str:
    """The days off as "3 4 5"."""
    found = (day for day in days(first, last) if not is_working_day(day, country))
    return " ".join(str(day.day) for day in found)


@pytest.mark.parametrize(
    ("first", "last", "country", "expected"),
    [
        # As the State Council announced them: seven days, and two Saturdays or Sundays worked.
        ("2026-10-01", "2026-10-11", CHINA, "1 2 3 4 5 6 7 11"),
        ("2026-09-19", "2026-09-27", CHINA, "19 25 26 27"),
        ("2026-02-14", "2026-02-28", CHINA, "15 16 17 18 19 20 21 22 23"),
        ("2025-10-01", "2025-10-12", CHINA, "1 2 3 4 5 6 7 8 12"),
        ("2026-10-01", "2026-10-11", MONDAY_TO_FRIDAY, "3 4 10 11"),
        ("2026-10-01", "2026-10-11", "not a country", "3 4 10 11"),
        ("2026-02-14", "2026-02-22", "SG", "14 15 17 18 21 22"),
        ("2026-12-21", "2026-12-31", "DE", "25 26 27"),
        # Fridays and Saturdays.
        ("2026-10-01", "2026-10-10", "QA", "2 3 9 10"),
        # Hungary works a Saturday in January.
        ("2026-01-01", "2026-01-11", "HU", "1 2 3 4 11"),
    ],
)
def test_the_days_off(first: str, last: str, country: str, expected: str) -> None:
    assert off(first, last, country) == expected


@pytest.mark.parametrize(
    ("day", "country", "expected"),
    [
        ("2026-09-30", CHINA, "2026-09-30"),
        ("2026-10-01", CHINA, "2026-10-08"),
        ("2026-10-10", CHINA, "2026-10-10"),
        ("2026-10-11", CHINA, "2026-10-12"),
        ("2026-10-10", MONDAY_TO_FRIDAY, "2026-10-12"),
        ("2026-12-25", "DE", "2026-12-28"),
        ("2026-12-31", CHINA, "2026-12-31"),
        ("2099-01-01", CHINA, "2099-01-01"),
    ],
)
def test_the_next_working_day(day: str, country: str, expected: str) -> None:
    assert next_working_day(date.fromisoformat(day), country).isoformat() == expected


@pytest.mark.parametrize(
    ("day", "country", "expected"),
    [
        ("2026-10-01", CHINA, {"zh": "国庆节", "en": "National Day"}),
        ("2026-10-03", CHINA, {"zh": "国庆节", "en": "National Day"}),
        ("2026-10-10", CHINA, {"zh": "调休上班", "en": "Swapped workday"}),
        ("2026-10-11", CHINA, {"zh": "", "en": ""}),
        ("2026-10-12", CHINA, {"zh": "", "en": ""}),
        ("2026-04-05", CHINA, {"zh": "清明", "en": "Qingming Festival"}),
        ("2099-10-01", CHINA, {"zh": "", "en": ""}),
        ("2026-10-01", MONDAY_TO_FRIDAY, {"zh": "", "en": ""}),
        ("2026-10-01", "HK", {"zh": "国庆日", "en": "National Day"}),
        # Where the package does not speak Chinese, it speaks English, not German.
        ("2026-10-03", "DE", {"zh": "German Unity Day", "en": "German Unity Day"}),
        ("2026-10-26", "NZ", {"zh": "Labour Day", "en": "Labour Day"}),
        ("2026-01-10", "HU", {"zh": "调休上班", "en": "Swapped workday"}),
    ],
)
def test_what_a_day_off_is_called(
    spoken: str, day: str, country: str, expected: dict[str, str]
) -> None:
    assert day_off_words(date.fromisoformat(day), country) == expected[spoken]


def test_names_do_not_follow_the_language_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGUAGE", "th:uk")
    assert day_off_words(date(2031, 1, 1), "DE") == "New Year's Day"


def test_every_chinese_holiday_has_a_name(spoken: str) -> None:
    named = {day_off_words(day, CHINA) for day in chinese_calendar.holidays}
    assert len(named) == len(chinese_calendar.Holiday)
    assert {name.isascii() for name in named} == {spoken == "en"}


def test_a_year_without_an_announcement_says_so(spoken: str) -> None:
    last = LAST.year
    assert is_announced(last, CHINA) and not is_announced(last + 1, CHINA)
    assert is_announced(last + 1, "SG") and is_announced(last + 1, MONDAY_TO_FRIDAY)
    assert unannounced_words(last, CHINA) == unannounced_words(last + 1, "SG") == ""
    assert unannounced_words(2099, CHINA) == (
        "2099 年的放假安排尚未公布或尚未收录"
        if spoken == "zh"
        else "The holidays of 2099 are not announced yet, or not known here"
    )
    # of a year long past nothing is to be announced
    assert not is_announced(1999, CHINA) and unannounced_words(1999, CHINA) == ""


@given(st.dates(LAST + DAY, date(2100, 12, 31)) | st.dates(max_value=FIRST - DAY))
def test_a_year_that_is_not_known_has_weekends_and_nothing_else(day: date) -> None:
    assert is_working_day(day, CHINA) == (day.weekday() < SATURDAY)
    assert special(day, CHINA) is None


@given(
    st.dates(FIRST, LAST),
    st.sampled_from([CHINA, MONDAY_TO_FRIDAY, "SG", "HK", "US", "IN", "AE", "??"]),
)
def test_what_is_said_of_a_day_agrees_with_whether_it_is_worked(day: date, country: str) -> None:
    kind, works = special(day, country), is_working_day(day, country)
    assert bool(day_off_words(day, country)) == (kind is not None)
    assert works if kind is Special.SWAPPED else not (works and kind is Special.HOLIDAY)
    working = next_working_day(day, country)
    assert is_working_day(working, country)
    between = (day + timedelta(days=at) for at in range((working - day).days))
    assert not any(is_working_day(one, country) for one in between)


def test_chinese_days_are_those_of_the_package() -> None:
    for day in days(FIRST.isoformat(), LAST.isoformat()):
        assert is_working_day(day, CHINA) == chinese_calendar.is_workday(day)
        assert (special(day, CHINA) is Special.SWAPPED) == (day in chinese_calendar.workdays)


def test_every_country_that_can_be_chosen_can_be_asked(spoken: str) -> None:
    """No country is without its words in the language spoken, and none warns (India would)."""
    listed = countries()
    assert listed[0] == (CHINA, "中国" if spoken == "zh" else "China")
    assert len({code for code, _name in listed}) == len(listed) > 200
    assert len({name for _code, name in listed}) == len(listed)
    for code, _name in listed:
        for year in (2026, 2060):
            whole = days(f"{year}-01-01", f"{year}-12-31")
            assert 180 < sum(is_working_day(day, code) for day in whole) < 320
            for day in whole:
                assert bool(day_off_words(day, code)) == (special(day, code) is not None)


def test_countries_stand_in_the_order_of_the_language(spoken: str) -> None:
    places = {code: at for at, (code, _name) in enumerate(countries())}
    in_order = ("CN", "DE", "FR", "JP", "SG", "GB") if spoken == "zh" else ("CN", "AX", "AL", "SG")
    assert sorted(in_order, key=places.__getitem__) == list(in_order)


def test_china_needs_none_of_the_other_countries() -> None:
    """The start of the window waits for this: 15 ms instead of 150."""
    code = (
        "import sys; from datetime import date; from custdesk.care import working_days as w;"
        "assert 'chinese_calendar' not in sys.modules;"
        "w.day_off_words(date(2026, 10, 1), 'CN'); w.is_working_day(date(2026, 10, 1), '');"
        "assert 'holidays' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_every_language_of_the_frozen_app_is_enough() -> None:
    """build.spec leaves out the words in all languages but Chinese and English."""
    import holidays

    for code, _name in countries()[1:]:
        spoken = holidays.country_holidays(code).supported_languages
        assert not spoken or any(one.startswith("en") for one in spoken), code

"""When birthdays fall, and what the lunar calendar says of a day."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk import i18n
from custdesk.care import calendar
from custdesk.care.birthday import Birthday, Calendar
from custdesk.care.calendar import (
    age_on,
    birthday_in,
    birthday_words,
    birthdays_between,
    festival,
    lunar_day,
    lunar_label,
    next_birthday,
    rule_words,
    solar_term,
    to_solar,
)
from custdesk.care.festivals import Festival, SolarTerm
from custdesk.errors import CustdeskError


@pytest.fixture(params=["zh", "en"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    before = i18n.language()
    i18n.use(request.param)
    yield request.param
    i18n.use(before)


def solar(month: int, day: int, year: int | None = None) -> Birthday:
    return Birthday(Calendar.SOLAR, year, month, day)


def lunar(month: int, day: int, year: int | None = None, leap: bool = False) -> Birthday:
    return Birthday(Calendar.LUNAR, year, month, day, leap)


# 2027 and 2030 are those that ICU has wrong by a day.
NEW_YEARS = [
    "1930-01-30", "1949-01-29", "1968-01-30", "1985-02-20", "1999-02-16", "2000-02-05",
    "2012-01-23", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06",
    "2028-01-26", "2029-02-13", "2030-02-03", "2033-01-31", "2034-02-19", "2036-01-28",
]  # fmt: skip


@pytest.mark.parametrize("new_year", NEW_YEARS)
def test_spring_festival_is_on_its_day(new_year: str) -> None:
    day = date.fromisoformat(new_year)
    assert to_solar(day.year, 1, 1) == day
    assert festival(day) == Festival.SPRING_FESTIVAL
    assert festival(day - timedelta(days=1)) == Festival.NEW_YEARS_EVE


@pytest.mark.parametrize(
    ("year", "month"),
    [(1968, 7), (1984, 10), (2001, 4), (2020, 4), (2023, 2), (2025, 6), (2028, 5), (2033, 11)],
)
def test_a_leap_month_is_in_its_year(year: int, month: int) -> None:
    assert calendar.lunar_month_days(year, month, True) in (29, 30)
    assert calendar.lunar_month_days(year - 1, month, True) is None


@pytest.mark.parametrize(
    ("birthday", "after", "expected"),
    [
        (solar(11, 21), "2026-11-21", "2026-11-21"),
        (solar(11, 20), "2026-11-21", "2027-11-20"),
        (solar(1, 1), "2026-12-31", "2027-01-01"),
        (solar(2, 29), "2027-01-01", "2027-02-28"),
        (solar(2, 29), "2028-02-28", "2028-02-29"),
        (lunar(10, 13, 1968), "2026-11-21", "2026-11-21"),
        (lunar(10, 13), "2026-11-22", "2027-11-10"),
        # The twelfth month of a lunar year lies in the next solar year.
        (lunar(12, 29), "2027-01-01", "2027-02-05"),
        (lunar(1, 1), "2027-02-06", "2027-02-06"),
        # The tenth month has 30 days in 2026 and 29 in 2029.
        (lunar(10, 30), "2026-11-01", "2026-12-08"),
        (lunar(10, 30), "2029-11-01", "2029-12-04"),
        # A leap fourth month in 2020, none in 2021.
        (lunar(4, 8, leap=True), "2020-01-01", "2020-05-30"),
        (lunar(4, 8), "2020-01-01", "2020-04-30"),
        (lunar(4, 8, leap=True), "2021-01-01", "2021-05-19"),
    ],
)
def test_the_next_birthday(birthday: Birthday, after: str, expected: str) -> None:
    assert next_birthday(birthday, date.fromisoformat(after)).isoformat() == expected


def test_the_next_birthday_after_today_is_not_today() -> None:
    today = date(2026, 11, 21)
    assert next_birthday(lunar(10, 13), today, inclusive=False) == date(2027, 11, 10)
    assert next_birthday(solar(11, 21), today, inclusive=False) == date(2027, 11, 21)


def test_birthdays_between_name_their_own_year() -> None:
    found = birthdays_between(lunar(12, 8), date(2026, 1, 1), date(2027, 12, 31))
    assert [(one.year_key, one.date) for one in found] == [
        (2025, date(2026, 1, 26)),
        (2026, date(2027, 1, 15)),
    ]
    found = birthdays_between(solar(2, 29), date(2027, 2, 28), date(2028, 2, 29))
    assert [(one.year_key, one.date) for one in found] == [
        (2027, date(2027, 2, 28)),
        (2028, date(2028, 2, 29)),
    ]


@pytest.mark.parametrize(
    ("birthday", "on", "expected"),
    [
        (lunar(10, 13, 1968), "2026-11-21", 58),
        (lunar(10, 13, 1968), "2026-11-20", 57),
        # Born at the end of lunar 1968, that is on 9 February 1969.
        (lunar(12, 23, 1968), "2027-01-29", 57),
        (lunar(12, 23, 1968), "2027-01-30", 58),
        (solar(11, 21, 1968), "2026-11-20", 57),
        (solar(11, 21, 1968), "2026-11-21", 58),
        (solar(2, 29, 2000), "2027-02-28", 27),
        (solar(11, 21, 2026), "2026-11-21", 0),
        (solar(11, 21, 2026), "2026-11-20", None),
        (lunar(10, 13), "2026-11-21", None),
    ],
)
def test_age(birthday: Birthday, on: str, expected: int | None) -> None:
    assert age_on(birthday, date.fromisoformat(on)) == expected


@pytest.mark.parametrize(
    ("birthday", "year", "expected"),
    [
        (
            solar(2, 29),
            2027,
            {
                "zh": "2027年没有2月29日，以2月28日代替",
                "en": "2027 has no Feb 29; Feb 28 is kept instead",
            },
        ),
        (solar(2, 29), 2028, {"zh": None, "en": None}),
        (
            lunar(10, 30),
            2029,
            {
                "zh": "农历2029年没有十月三十，以十月廿九代替",
                "en": "Lunar year 2029 has no 10th month, day 30; "
                "10th month, day 29 is kept instead",
            },
        ),
        (
            lunar(4, 8, leap=True),
            2026,
            {
                "zh": "农历2026年没有闰四月初八，以四月初八代替",
                "en": "Lunar year 2026 has no leap 4th month, day 8; "
                "4th month, day 8 is kept instead",
            },
        ),
        (lunar(4, 8, leap=True), 2020, {"zh": None, "en": None}),
        (lunar(10, 13), 2026, {"zh": None, "en": None}),
    ],
)
def test_what_stands_in_is_said(
    spoken: str, birthday: Birthday, year: int, expected: dict[str, str | None]
) -> None:
    assert rule_words(birthday, year) == expected[spoken]


def test_every_rule_is_said_in_both_languages(spoken: str) -> None:
    said = [i18n._(rule) for rule in calendar.RULES]
    assert len(said) == 3
    assert all(("在" in rule) == (spoken == "zh") for rule in said)


@pytest.mark.parametrize(
    ("birthday", "expected"),
    [
        (lunar(10, 13), {"zh": "农历十月十三", "en": "10th lunar month, day 13"}),
        (lunar(10, 13, 1968), {"zh": "1968年农历十月十三", "en": "10th lunar month, day 13, 1968"}),
        (
            lunar(4, 1, 2020, True),
            {"zh": "2020年农历闰四月初一", "en": "leap 4th lunar month, day 1, 2020"},
        ),
        (lunar(12, 30), {"zh": "农历腊月三十", "en": "12th lunar month, day 30"}),
        (lunar(1, 20), {"zh": "农历正月二十", "en": "1st lunar month, day 20"}),
        (solar(11, 21), {"zh": "11月21日", "en": "Nov 21"}),
        (solar(2, 29), {"zh": "2月29日", "en": "Feb 29"}),
        (solar(11, 21, 1968), {"zh": "1968年11月21日", "en": "Nov 21, 1968"}),
    ],
)
def test_birthday_in_words(spoken: str, birthday: Birthday, expected: dict[str, str]) -> None:
    assert birthday_words(birthday) == expected[spoken]


# The month of screens/followups.png.
NOVEMBER_2026 = (
    "廿三 廿四 廿五 廿六 廿七 廿八 立冬 三十 十月 初二 初三 初四 初五 初六 初七 初八 初九 初十 "
    "十一 十二 十三 小雪 十五 十六 十七 十八 十九 二十 廿一 廿二"
)


def test_the_cells_of_a_month_in_chinese() -> None:
    i18n.use("zh")
    try:
        cells = [lunar_label(date(2026, 11, at)) for at in range(1, 31)]
        assert " ".join(cells) == NOVEMBER_2026
    finally:
        i18n.use("en")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-07", {"zh": "立冬", "en": "Lidong"}),
        ("2026-11-09", {"zh": "十月", "en": "10/1"}),
        ("2026-11-21", {"zh": "十三", "en": "10/13"}),
        ("2020-05-23", {"zh": "闰四月", "en": "4/1L"}),
        ("2020-05-24", {"zh": "初二", "en": "4/2L"}),
        ("2027-02-05", {"zh": "除夕", "en": "NY Eve"}),
        ("2027-02-06", {"zh": "春节", "en": "New Year"}),
        ("2027-02-20", {"zh": "元宵", "en": "Lantern"}),
        ("2027-04-05", {"zh": "清明", "en": "Qingming"}),
        ("2027-06-09", {"zh": "端午", "en": "Dragon Boat"}),
        ("2027-08-08", {"zh": "七夕", "en": "Qixi"}),
        ("2027-09-15", {"zh": "中秋", "en": "Mid-Autumn"}),
        ("2027-10-08", {"zh": "重阳", "en": "Double 9th"}),
        # The fifth day of a leap fifth month is no festival.
        ("2028-06-27", {"zh": "初五", "en": "5/5L"}),
        ("1899-12-31", {"zh": "", "en": ""}),
        ("2101-01-01", {"zh": "", "en": ""}),
    ],
)
def test_the_cell_of_a_day(spoken: str, day: str, expected: dict[str, str]) -> None:
    assert lunar_label(date.fromisoformat(day)) == expected[spoken]


def test_lunar_day_in_words(spoken: str) -> None:
    assert (
        lunar_day(date(2026, 11, 21)).words()
        == {
            "zh": "农历十月十三",
            "en": "10th lunar month, day 13",
        }[spoken]
    )


def test_a_year_has_its_24_terms_in_order() -> None:
    days = [date(2026, 1, 1) + timedelta(days=at) for at in range(365)]
    assert [term for day in days if (term := solar_term(day))] == list(SolarTerm)


def test_names_of_festivals_and_terms_are_said(spoken: str) -> None:
    assert Festival.MID_AUTUMN.words() == {"zh": "中秋", "en": "Mid-Autumn Festival"}[spoken]
    for term in SolarTerm:
        assert term.words().isascii() == (spoken == "en")
        assert term.label().isascii() == (spoken == "en")
    for named in Festival:
        assert named.words().isascii() == (spoken == "en")
        assert named.label().isascii() == (spoken == "en")


@pytest.mark.parametrize("day", ["1900-01-30", "2101-01-01"])
def test_a_date_beyond_the_calendar_is_an_honest_error(day: str) -> None:
    with pytest.raises(CustdeskError, match="1900 to 2100"):
        lunar_day(date.fromisoformat(day))


def test_a_lunar_year_beyond_the_calendar_is_an_honest_error() -> None:
    with pytest.raises(CustdeskError, match="1900 to 2100"):
        next_birthday(lunar(10, 13), date(2101, 1, 1))


def test_a_lunar_day_that_never_was_has_no_date() -> None:
    with pytest.raises(CustdeskError):
        to_solar(2029, 10, 30)


days_of_months = st.integers(0, 365).map(lambda n: date(2000, 1, 1) + timedelta(days=n))
some_solar = days_of_months.map(lambda day: solar(day.month, day.day))
some_lunar = st.builds(lunar, st.integers(1, 12), st.integers(1, 30), leap=st.booleans()).filter(
    Birthday.is_possible
)
some_birthday = st.one_of(some_solar, some_lunar)


@given(some_birthday, st.integers(1930, 2090))
def test_a_birthday_is_kept_exactly_once_in_its_year(birthday: Birthday, year: int) -> None:
    if birthday.is_lunar:
        first, last = to_solar(year, 1, 1), to_solar(year + 1, 1, 1) - timedelta(days=1)
    else:
        first, last = date(year, 1, 1), date(year, 12, 31)
    assert [one.year_key for one in birthdays_between(birthday, first, last)] == [year]


@given(some_birthday)
def test_birthdays_come_in_order_a_year_or_so_apart(birthday: Birthday) -> None:
    found = birthdays_between(birthday, date(1930, 1, 1), date(2090, 12, 31))
    gaps = {(later.date - one.date).days for one, later in pairwise(found)}
    assert gaps
    # From a leap month to the ordinary month of the next year is a month less than a year.
    assert min(gaps) >= 324 and max(gaps) <= 414


@given(some_birthday, st.dates(date(1930, 1, 1), date(2090, 12, 31)))
def test_the_next_birthday_is_the_first_one_between(birthday: Birthday, after: date) -> None:
    found = birthdays_between(birthday, after, after + timedelta(days=420))
    assert next_birthday(birthday, after) == found[0].date


@given(st.dates(date(1900, 1, 31), date(2100, 12, 31)))
def test_a_lunar_day_leads_back_to_its_date(day: date) -> None:
    found = lunar_day(day)
    assert to_solar(found.year, found.month, found.day, found.leap) == day


@given(some_lunar, st.integers(1930, 2090))
def test_where_nothing_stands_in_the_day_itself_is_kept(birthday: Birthday, year: int) -> None:
    kept = lunar_day(birthday_in(birthday, year))
    same = (kept.month, kept.day, kept.leap) == (birthday.month, birthday.day, birthday.leap)
    assert same == (rule_words(birthday, year) is None)

"""When birthdays fall, and what the lunar calendar says of a day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk import i18n
from custdesk.care import calendar
from custdesk.care.birthday import (
    CUSTOM,
    Birthday,
    BirthdayRules,
    Calendar,
    InCommonYears,
    InLeapMonths,
    InShortMonths,
)
from custdesk.care.calendar import (
    Occurrence,
    age_on,
    birthday_in,
    birthday_words,
    birthdays_between,
    both_dates,
    festival,
    lunar_day,
    lunar_label,
    next_birthday,
    next_occurrence,
    rule_words,
    rules_words,
    solar_term,
    to_solar,
)
from custdesk.care.festivals import Festival, SolarTerm
from custdesk.errors import CustdeskError

MARCH_1 = BirthdayRules(common_year=InCommonYears.MARCH_1)
NEXT_DAY = BirthdayRules(short_month=InShortMonths.NEXT_DAY)
ORDINARY = BirthdayRules(leap_month=InLeapMonths.ORDINARY_MONTH)
EVERY_RULES = [
    BirthdayRules(*chosen) for chosen in product(InCommonYears, InShortMonths, InLeapMonths)
]


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


@pytest.mark.parametrize(
    ("birthday", "rules", "year", "expected"),
    [
        (solar(2, 29), MARCH_1, 2027, "2027 has no Feb 29; Mar 1 is kept instead"),
        (
            lunar(12, 30),
            NEXT_DAY,
            2025,
            "Lunar year 2025 has no 12th month, day 30; 1st month, day 1 is kept instead",
        ),
        (
            lunar(4, 8, leap=True),
            ORDINARY,
            2020,
            "In lunar year 2020, 4th month, day 8 is kept and not leap 4th month, day 8",
        ),
        (lunar(4, 8, leap=True), CUSTOM, 2020, None),
    ],
)
def test_what_stands_in_follows_the_rules(
    birthday: Birthday, rules: BirthdayRules, year: int, expected: str | None
) -> None:
    assert rule_words(birthday, year, rules) == expected


def test_every_rule_is_said_in_both_languages(spoken: str) -> None:
    said = {rule for rules in EVERY_RULES for rule in rules_words(rules)}
    assert len(said) == 6
    assert {rule.isascii() for rule in said} == {spoken == "en"}


@pytest.mark.parametrize(
    ("birthday", "rules", "year", "expected"),
    [
        (solar(2, 29), MARCH_1, 2027, "2027-03-01"),
        (solar(2, 29), MARCH_1, 2028, "2028-02-29"),
        # The tenth month has 29 days in 2029; the day after it is the first of the eleventh.
        (lunar(10, 30), NEXT_DAY, 2029, "2029-12-05"),
        (lunar(10, 30), NEXT_DAY, 2026, "2026-12-08"),
        # New Year's Eve of a short twelfth month, and the Spring Festival after it.
        (lunar(12, 30), CUSTOM, 2025, "2026-02-16"),
        (lunar(12, 30), NEXT_DAY, 2025, "2026-02-17"),
        # The sixth month of 2036 has 29 days, and a leap sixth month comes after it.
        (lunar(6, 30), CUSTOM, 2036, "2036-07-22"),
        (lunar(6, 30), NEXT_DAY, 2036, "2036-07-23"),
        (lunar(4, 8, leap=True), CUSTOM, 2020, "2020-05-30"),
        (lunar(4, 8, leap=True), ORDINARY, 2020, "2020-04-30"),
        (lunar(4, 8, leap=True), ORDINARY, 2021, "2021-05-19"),
    ],
)
def test_a_birthday_is_kept_by_the_rules(
    birthday: Birthday, rules: BirthdayRules, year: int, expected: str
) -> None:
    assert birthday_in(birthday, year, rules).isoformat() == expected


def test_a_birthday_kept_at_new_year_belongs_to_the_year_that_ended() -> None:
    born = lunar(12, 30, 1959)
    new_year = date(2026, 2, 17)
    assert next_occurrence(born, new_year, rules=NEXT_DAY) == Occurrence(2025, new_year)
    assert birthdays_between(born, new_year, new_year, NEXT_DAY) == [Occurrence(2025, new_year)]
    assert age_on(born, new_year - timedelta(days=1), NEXT_DAY) == 65
    assert age_on(born, new_year, NEXT_DAY) == 66


@pytest.mark.parametrize(
    ("birthday", "kept", "expected"),
    [
        (
            lunar(10, 13),
            "2026-11-21",
            {"zh": "农历十月十三（11月21日）", "en": "10th lunar month, day 13 (Nov 21)"},
        ),
        (
            solar(11, 21),
            "2026-11-21",
            {"zh": "11月21日（农历十月十三）", "en": "Nov 21 (10th lunar month, day 13)"},
        ),
        (
            lunar(12, 8),
            "2027-01-15",
            {
                "zh": "农历腊月初八（2027年1月15日）",
                "en": "12th lunar month, day 8 (Jan 15, 2027)",
            },
        ),
        (solar(11, 21), "2101-11-21", {"zh": "2101年11月21日", "en": "Nov 21, 2101"}),
    ],
)
def test_a_birthday_in_both_calendars(
    spoken: str, birthday: Birthday, kept: str, expected: dict[str, str]
) -> None:
    assert both_dates(birthday, date.fromisoformat(kept), date(2026, 11, 1)) == expected[spoken]


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


some_rules = st.sampled_from(EVERY_RULES)


@given(some_birthday, some_rules)
def test_a_birthday_is_kept_exactly_once_in_each_of_its_years(
    birthday: Birthday, rules: BirthdayRules
) -> None:
    """None is skipped, none comes twice; and they come in order, a year or so apart."""
    found = birthdays_between(birthday, date(1930, 2, 28), date(2090, 12, 31), rules)
    years = [one.year_key for one in found]
    assert years == list(range(years[0], years[-1] + 1))
    assert years[0] in (1929, 1930, 1931) and years[-1] in (2089, 2090)
    assert found == [Occurrence(year, birthday_in(birthday, year, rules)) for year in years]
    # From a leap month to the ordinary month of the next year is a month less than a year.
    gaps = {(later.date - one.date).days for one, later in pairwise(found)}
    assert min(gaps) >= 324 and max(gaps) <= 414


@given(some_birthday, st.integers(1930, 2090), some_rules)
def test_a_birthday_lies_in_its_year_or_on_the_day_after(
    birthday: Birthday, year: int, rules: BirthdayRules
) -> None:
    day = birthday_in(birthday, year, rules)
    if not birthday.is_lunar:
        assert day.year == year
        return
    first, after = to_solar(year, 1, 1), to_solar(year + 1, 1, 1)
    moves = rules.short_month is InShortMonths.NEXT_DAY and (birthday.month, birthday.day)
    assert first <= day < after or (day == after and moves == (12, 30))


@given(some_birthday, st.dates(date(1930, 1, 1), date(2090, 12, 31)), some_rules)
def test_the_next_birthday_is_the_first_one_between(
    birthday: Birthday, after: date, rules: BirthdayRules
) -> None:
    found = birthdays_between(birthday, after, after + timedelta(days=420), rules)
    assert next_occurrence(birthday, after, rules=rules) == found[0]
    assert next_birthday(birthday, after, rules=rules) == found[0].date


@given(st.dates(date(1900, 1, 31), date(2100, 12, 31)))
def test_a_lunar_day_leads_back_to_its_date(day: date) -> None:
    found = lunar_day(day)
    assert to_solar(found.year, found.month, found.day, found.leap) == day


@given(some_lunar, st.integers(1930, 2090), some_rules)
def test_where_nothing_stands_in_the_day_itself_is_kept(
    birthday: Birthday, year: int, rules: BirthdayRules
) -> None:
    kept = lunar_day(birthday_in(birthday, year, rules))
    same = (kept.month, kept.day, kept.leap) == (birthday.month, birthday.day, birthday.leap)
    assert same == (rule_words(birthday, year, rules) is None)
    assert calendar.kept_on(birthday, year, rules) == (kept.month, kept.day, kept.leap)


@given(some_birthday, st.integers(1940, 1990), st.dates(date(1995, 1, 1), date(2090, 12, 31)),
       some_rules)  # fmt: skip
def test_one_is_a_year_older_on_each_birthday_and_on_no_other_day(
    birthday: Birthday, year: int, on: date, rules: BirthdayRules
) -> None:
    born = replace(birthday, year=year)
    grown = (age_on(born, on, rules) or 0) - (age_on(born, on - timedelta(days=1), rules) or 0)
    assert grown == len(birthdays_between(born, on, on, rules))

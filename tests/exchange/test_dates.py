"""Dates in the styles that spreadsheets and address books hold."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.care.birthday import Birthday, Calendar
from custdesk.exchange.dates import guess_day_first, read_birthday, read_date
from custdesk.exchange.table import Cell
from custdesk.exchange.values import Unreadable, Why

TODAY = date(2026, 11, 21)
BORN = (1983, 8, 15)


def solar(year: int | None, month: int, day: int) -> Birthday:
    return Birthday(Calendar.SOLAR, year, month, day)


def lunar(year: int | None, month: int, day: int, leap: bool = False) -> Birthday:
    return Birthday(Calendar.LUNAR, year, month, day, leap)


@pytest.mark.parametrize(
    "cell",
    [
        "1983/8/15", "1983-08-15", "1983.8.15", "1983 8 15", "1983年8月15日", "1983年8月15号",
        "１９８３年８月１５日", "83年8月15日", "83-8-15", "一九八三年八月十五日",
        "1983年8月15日 星期一",
        "公历1983年8月15日", "生日：1983-8-15", "1983-08-15T00:00:00", "1983-08-15 00:00",
        "1983/8/15 0:00:00", "19830815T000000Z", "19830815", "830815", "30543", 30543, 30543.0,
        19830815, date(1983, 8, 15), datetime(1983, 8, 15, 3), "15/8/1983", "8/15/1983",
        "15.8.1983", "8/15/83", "Aug 15, 1983", "15 August 1983", "15-Aug-83", "August 15th, 1983",
        "Mon, 15 Aug 1983",
    ],
)  # fmt: skip
def test_the_same_birthday_in_every_style(cell: Cell) -> None:
    assert read_birthday(cell, today=TODAY) == solar(*BORN)


@pytest.mark.parametrize(
    ("cell", "birthday"),
    [
        ("12月9日", solar(None, 12, 9)),
        ("2月29", solar(None, 2, 29)),
        ("8-15", solar(None, 8, 15)),
        ("8.15", solar(None, 8, 15)),
        (8.15, solar(None, 8, 15)),
        ("0815", solar(None, 8, 15)),
        ("15/8", solar(None, 8, 15)),
        ("August 15", solar(None, 8, 15)),
        ("--0412", solar(None, 4, 12)),
        ("--04-12", solar(None, 4, 12)),
        ("1604-04-12", solar(None, 4, 12)),
        ("七月十三日", solar(None, 7, 13)),
        ("05-8-15", solar(2005, 8, 15)),
        ("27-8-15", solar(1927, 8, 15)),
    ],
)
def test_without_a_year_or_with_half_of_it(cell: Cell, birthday: Birthday) -> None:
    assert read_birthday(cell, today=TODAY) == birthday


@pytest.mark.parametrize(
    ("cell", "birthday"),
    [
        ("农历七月十三", lunar(None, 7, 13)),
        ("阴历1970年冬月廿二", lunar(1970, 11, 22)),
        ("农历一九七〇年冬月廿二", lunar(1970, 11, 22)),
        ("农历腊月十五", lunar(None, 12, 15)),
        ("农历正月初八", lunar(None, 1, 8)),
        ("二月初二", lunar(None, 2, 2)),
        ("农历二月二", lunar(None, 2, 2)),
        ("十一月卅", Why.SOLAR_OR_LUNAR),
        ("农历十一月卅", lunar(None, 11, 30)),
        ("农历8月15", lunar(None, 8, 15)),
        ("8月15日（农历）", lunar(None, 8, 15)),
        ("农历1970-10-13", lunar(1970, 10, 13)),
        ("lunar 8-15", lunar(None, 8, 15)),
        ("闰四月初三", lunar(None, 4, 3, True)),
        ("农历2020年闰四月初三", lunar(2020, 4, 3, True)),
        ("2020-04-03L", lunar(2020, 4, 3, True)),
    ],
)
def test_a_lunar_birthday_stays_lunar(cell: str, birthday: Birthday | Why) -> None:
    read = read_birthday(cell, today=TODAY)
    assert (read.why if isinstance(read, Unreadable) else read) == birthday


def test_a_column_of_lunar_birthdays_need_not_say_so() -> None:
    read = read_birthday(date(1970, 10, 13), today=TODAY, calendar=Calendar.LUNAR)
    assert read == lunar(1970, 10, 13)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2月30日", Why.NO_SUCH_DAY),
        ("1985-13-02", Why.NO_SUCH_DAY),
        ("1983-02-29", Why.NO_SUCH_DAY),
        ("农历8月31", Why.NO_SUCH_DAY),
        ("农历八月三十一", Why.NO_SUCH_DAY),
        ("农历1970年十一月三十一", Why.NO_SUCH_DAY),
        ("农历2019年闰四月初三", Why.NO_SUCH_LEAP_MONTH),
        ("农历闰正月初一", Why.NO_SUCH_LEAP_MONTH),
        ("不详", Why.NOT_A_DATE),
        ("属龙", Why.NOT_A_DATE),
        ("1983年8月15日（农历七月初七）", Why.NOT_A_DATE),
        ("1983", Why.NO_DAY),
        ("1983年8月", Why.NO_DAY),
        ("198308", Why.NO_DAY),
        ("2026-11-22", Why.IN_THE_FUTURE),
        ("农历2026年腊月初一", Why.IN_THE_FUTURE),
        ("1683-8-15", Why.TOO_LONG_AGO),
        ("1874-12-31", Why.TOO_LONG_AGO),
        ("农历1880年正月初一", Why.TOO_LONG_AGO),
        ("5/8/1983", Why.DAY_OR_MONTH),
        ("5/8/15", Why.DAY_OR_MONTH),
        ("5-8-15", Why.DAY_OR_MONTH),
        ("200112", Why.DAY_OR_MONTH),
        ("八月十五", Why.SOLAR_OR_LUNAR),
        (8.1, Why.CUT_OFF),
        (True, Why.NOT_A_DATE),
    ],
)
def test_what_is_no_possible_day_is_not_guessed(cell: Cell, why: Why) -> None:
    read = read_birthday(cell, today=TODAY)
    assert isinstance(read, Unreadable)
    assert read.why is why


def test_what_cannot_be_read_says_so_in_words() -> None:
    assert read_birthday(" 2月30日", today=TODAY) == Unreadable("2月30日", Why.NO_SUCH_DAY)
    assert Unreadable("2月30日", Why.NO_SUCH_DAY).reason == "There is no such day."


@pytest.mark.parametrize("cell", ["", "  ", "无", "0/0/00", "0000-00-00"])
def test_an_empty_birthday(cell: str) -> None:
    assert read_birthday(cell, today=TODAY) is None


@pytest.mark.parametrize(
    ("day_first", "birthday"), [(True, solar(1983, 8, 5)), (False, solar(1983, 5, 8))]
)
def test_the_column_decides_which_is_the_day(day_first: bool, birthday: Birthday) -> None:
    assert read_birthday("5/8/1983", today=TODAY, day_first=day_first) == birthday


@pytest.mark.parametrize(
    ("cells", "day_first"),
    [
        (["5/8/1983", "15/8/1983"], True),
        (["5/8/1983", "8/15/1983 0:00"], False),
        (["5/8/1983", "1983-08-15", date(1983, 8, 15)], None),
        (["15/8/1983", "8/15/1983"], None),
    ],
)
def test_what_a_column_says_about_day_and_month(cells: list[Cell], day_first: bool | None) -> None:
    assert guess_day_first(cells) is day_first


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025-04-24", date(2025, 4, 24)),
        ("2025年4月24日 10:30", date(2025, 4, 24)),
        ("4/24/2025", date(2025, 4, 24)),
        (45771, date(2025, 4, 24)),
        ("2030-1-1", date(2030, 1, 1)),
        ("", None),
    ],
)
def test_days(cell: Cell, day: date | None) -> None:
    assert read_date(cell, today=TODAY) == day


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("8月15日", Why.NO_YEAR),
        ("农历2020年1月1日", Why.NOT_A_DATE),
        ("2060-1-1", Why.IN_THE_FUTURE),
        ("1899-12-31", Why.TOO_LONG_AGO),
    ],
)
def test_what_is_no_day(cell: str, why: Why) -> None:
    read = read_date(cell, today=TODAY)
    assert isinstance(read, Unreadable)
    assert read.why is why


@given(
    st.dates(date(1900, 1, 1), TODAY),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%d %B %Y", "%d.%m.%Y"]),
)
def test_every_day_in_every_style_is_itself(day: date, style: str) -> None:
    assert read_date(day.strftime(style), today=TODAY) == day


@given(st.dates(date(1928, 1, 1), TODAY))
def test_every_spreadsheet_day_number(day: date) -> None:
    assert read_date((day - date(1899, 12, 30)) // timedelta(days=1), today=TODAY) == day


@given(st.text(alphabet="0123456789-/.年月日农历闰正初十廿 LT:", max_size=16))
def test_no_text_is_read_as_an_impossible_birthday(text: str) -> None:
    read = read_birthday(text, today=TODAY)
    assert not isinstance(read, Birthday) or read.is_possible()

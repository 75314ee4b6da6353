"""Dates as people write them, solar and lunar; what is not a possible day is said, not guessed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isfinite

from custdesk.care.birthday import Birthday, Calendar
from custdesk.exchange.table import Cell, text_of
from custdesk.exchange.values import NOTHING, Unreadable, Why
from custdesk.people.days import FIRST_BIRTH_YEAR, FIRST_DAY, LAST_DAY
from custdesk.people.typed import plain

_LONGEST = 200  # characters; what is longer is no date, and would take the patterns long
_NO_YEAR_OF_APPLE = 1604
_SERIAL_START = date(1899, 12, 30)
_SERIALS = range(10_000, 80_000)  # 1927 to 2119
_YEARS_AHEAD = 20

_DIGITS = {char: str(i) for i, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_MONTHS = {char: i for i, char in enumerate("一二三四五六七八九十", 1)} | {
    "正": 1, "十一": 11, "十二": 12, "冬": 11, "腊": 12, "元": 1,
}  # fmt: skip
_UNITS = "一二三四五六七八九"
_DAYS = (
    {f"初{char}": i for i, char in enumerate(_UNITS + "十", 1)}
    | {char: i for i, char in enumerate(_UNITS + "十", 1)}
    | {f"{tens}{char}": 10 * n + i for tens, n in (("十", 1), ("二十", 2), ("廿", 2), ("三十", 3),
       ("卅", 3)) for i, char in enumerate(_UNITS, 1)}
    | {"二十": 20, "廿": 20, "廿十": 20, "三十": 30, "卅": 30}
)  # fmt: skip
_ENGLISH_MONTHS = {
    name: i
    for i, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}

_LUNAR = re.compile(
    r"\(?(?:农历|阴历|旧历|古历|夏历|lunar|^[农阴](?=[\d一二三四五六七八九十正冬腊闰]))[\s:]*\)?"
)
_SOLAR = re.compile(r"\(?(?:公历|阳历|新历|国历|solar)[\s:]*\)?")
_WORDS_AROUND = re.compile(
    r"出生日期|出生|生日|生辰|\(?(?:星期|周)[一二三四五六日天]\)?|\(\s*\)"
    r"|^(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b,?|生(?=$)"
)
_TIME = re.compile(
    r"(?:[t\s]\s*|(?<=日))(?:上午|下午|[ap]m)?\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]m)?"
    r"\s*(?:z|[+-]\d{2}:?\d{2}|gmt.*|utc.*)?$|t\d{4,6}z?$"
)
_PLAIN_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,4})\s*([-/. ])\s*(\d{1,2})(?:\s*[-/. ]\s*(\d{1,4}))?\.?")
_NUMERAL = "〇零○一二三四五六七八九十"
_CHINESE = re.compile(
    rf"(?:(?P<year>\d{{2,4}}|[{_NUMERAL}]{{2,4}})\s*[年\-/.]\s*)?"
    rf"(?P<month>\d{{1,2}}|正|元|冬|腊|十[一二]?|[{_UNITS}])\s*月份?\s*"
    r"(?:(?P<day>\d{1,2}|[初一二三四五六七八九十廿卅]{1,3})\s*(?P<suffix>日|号)?)?"
)
_CHINESE_YEAR = re.compile(rf"(?:\d{{2,4}}|[{_NUMERAL}]{{2,4}})\s*年")
_VCARD_NO_YEAR = re.compile(r"--(\d{2})-?(\d{2})")
_ENGLISH = re.compile(
    r"(?:(?P<before>\d{1,2})(?:st|nd|rd|th)?\s*(?:of\s+)?[\s./-]*)?"
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)[\s./,-]*"
    r"(?:(?P<after>\d{1,2})(?:st|nd|rd|th)?(?![\d]))?(?:[\s./,-]*(?P<year>\d{4}|'?\d{2}))?"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A date as far as it was written; `calendar` is None where nothing tells."""

    month: int
    day: int
    year: int | None = None
    two_digits: bool = False
    calendar: Calendar | None = None
    leap: bool = False


def read_birthday(
    cell: Cell,
    *,
    today: date,
    calendar: Calendar = Calendar.SOLAR,
    day_first: bool | None = None,
) -> Birthday | Unreadable | None:
    """A birthday in any of the styles in use; None for an empty cell.

    `calendar` is that of cells which do not say it (a column headed 农历生日). `day_first` decides
    05/08/1983 (see `guess_day_first`); undecided, it is unreadable. Two-digit years belong to the
    hundred years before `today`. The year 1604 means none (Apple's mark).
    """
    found = _find(cell, day_first)
    if found is None:
        return None
    if isinstance(found, _Found):
        read = _birthday(found, today, found.calendar or calendar)
        if isinstance(read, Birthday):
            return read
        found = read
    return Unreadable(text_of(cell).strip(), found)


def read_date(
    cell: Cell,
    *,
    today: date,
    day_first: bool | None = None,
    years_ahead: int = _YEARS_AHEAD,
    yearly: bool = False,
) -> date | Unreadable | None:
    """A day with its year, past or up to `years_ahead`; None for an empty cell.

    One that comes `yearly` may lack its year: the last time that it came stands for the first.
    """
    found = _find(cell, day_first)
    if found is None:
        return None
    if isinstance(found, _Found):
        if yearly and found.year in (None, _NO_YEAR_OF_APPLE):
            found = replace(found, year=_last_year_with(found, today))
        read = _date(found, today, years_ahead)
        if isinstance(read, date):
            return read
        found = read
    return Unreadable(text_of(cell).strip(), found)


def guess_day_first(cells: Iterable[Cell]) -> bool | None:
    """Whether a column writes 15/8/1983 (True) or 8/15/1983 (False); None when nothing tells."""
    says: set[bool] = set()
    for cell in cells:
        if not isinstance(cell, str) or len(cell) > _LONGEST:
            continue
        found = _NUMBERS.fullmatch(_bare(plain(cell).lower()))
        if not found or not found[4] or len(found[1]) > 2 or found[2] == ".":
            continue
        first, second = int(found[1]), int(found[3])
        if first > 31:
            continue
        if (first > 12) != (second > 12):
            says.add(first > 12)
    return says.pop() if len(says) == 1 else None


def _birthday(found: _Found, today: date, calendar: Calendar) -> Birthday | Why:
    year = None if found.year == _NO_YEAR_OF_APPLE else found.year
    if year is not None and found.two_digits:
        year += 2000 if 2000 + year <= today.year else 1900
    birthday = Birthday(calendar, year, found.month, found.day, found.leap)
    if year is not None and year > today.year:
        return Why.IN_THE_FUTURE
    if year is not None and year < (1900 if birthday.is_lunar else FIRST_BIRTH_YEAR):
        return Why.TOO_LONG_AGO
    if not birthday.is_possible():
        whole = replace(birthday, leap=False).is_possible()
        return Why.NO_SUCH_LEAP_MONTH if birthday.leap and whole else Why.NO_SUCH_DAY
    born = birthday.born_on()
    return Why.IN_THE_FUTURE if born is not None and born > today else birthday


def _last_year_with(found: _Found, today: date) -> int:
    """The last year in which the day has come, or this one where there is no such day."""
    for year in range(today.year, today.year - 9, -1):
        try:
            if date(year, found.month, found.day) <= today:
                return year
        except ValueError:
            continue
    return today.year


def _date(found: _Found, today: date, years_ahead: int) -> date | Why:
    if found.calendar is Calendar.LUNAR:
        return Why.NOT_A_DATE
    if found.year is None:
        return Why.NO_YEAR
    year = found.year
    if found.two_digits:
        year += 2000 if 2000 + year <= today.year + _YEARS_AHEAD else 1900
    try:
        day = date(year, found.month, found.day)
    except ValueError:
        return Why.NO_SUCH_DAY
    if day < FIRST_DAY:
        return Why.TOO_LONG_AGO
    return Why.IN_THE_FUTURE if year > today.year + years_ahead or day > LAST_DAY else day


def _bare(text: str) -> str:
    """`text` without the weekday, the time and the words around a date."""
    return _WORDS_AROUND.sub("", _TIME.sub("", text)).strip(" ,;。:")


def _find(cell: Cell, day_first: bool | None) -> _Found | Why | None:
    if isinstance(cell, date):  # datetime is one too
        return _Found(cell.month, cell.day, cell.year)
    if isinstance(cell, bool):
        return Why.NOT_A_DATE
    if isinstance(cell, float) and not cell.is_integer():
        return _in_decimal(cell)
    words = text_of(cell)
    if len(words) > _LONGEST:
        return Why.NOT_A_DATE
    text = plain(words).lower()
    usual = _PLAIN_DATE.fullmatch(text)
    if usual and int(usual[1]):
        return _Found(int(usual[2]), int(usual[3]), int(usual[1]))
    if not text or text in NOTHING or not text.strip("0/-. :"):
        return None
    return _in_words(text, day_first)


def _in_decimal(number: float) -> _Found | Why:
    """A spreadsheet's day and time, or 8.15 for August 15 (8.1 may have been 8.10)."""
    if not isfinite(number):
        return Why.NOT_A_DATE
    if int(number) in _SERIALS:
        day = _SERIAL_START + timedelta(days=int(number))
        return _Found(day.month, day.day, day.year)
    month, _point, day_text = repr(number).partition(".")
    if not (month.isdigit() and day_text.isdigit() and 1 <= int(month) <= 12 and len(day_text) < 3):
        return Why.NOT_A_DATE
    return Why.CUT_OFF if day_text in ("1", "2", "3") else _Found(int(month), int(day_text))


def _in_words(text: str, day_first: bool | None) -> _Found | Why:
    lunar, solar = bool(_LUNAR.search(text)), bool(_SOLAR.search(text))
    if lunar and solar:
        return Why.SOLAR_OR_LUNAR
    rest = _LUNAR.sub(" ", text) if lunar else _SOLAR.sub(" ", text) if solar else text
    rest = _bare(rest.strip())
    leap = "闰" in rest
    rest = re.sub(r"\(闰月?\)|闰", "", rest).strip()
    if leap and solar:
        return Why.SOLAR_OR_LUNAR
    calendar = Calendar.LUNAR if lunar or leap else Calendar.SOLAR if solar else None
    found = _in_chinese(rest, calendar) or _in_numbers(rest, day_first) or _in_english(rest)
    if not isinstance(found, _Found):
        return found or Why.NOT_A_DATE
    return replace(found, calendar=found.calendar or calendar, leap=leap or found.leap)


def _year(text: str | None) -> tuple[int | None, bool]:
    """A written year, and whether it has only its last two digits."""
    if not text:
        return None, False
    number = "".join(_DIGITS.get(char, char) for char in text.strip("'"))
    if not number.isdigit() or len(number) == 3:
        return -1, False
    return int(number), len(number) == 2


def _in_chinese(text: str, calendar: Calendar | None) -> _Found | Why | None:
    if _CHINESE_YEAR.fullmatch(text):
        return Why.NO_DAY
    found = _CHINESE.fullmatch(text)
    if not found:
        return None
    if not found["day"]:
        return Why.NO_DAY
    year, two_digits = _year(found["year"])
    month = int(found["month"]) if found["month"].isdecimal() else _MONTHS[found["month"]]
    written = found["day"]
    day = int(written) if written.isdecimal() else _DAYS.get(written)
    if day is None or year == -1:
        return Why.NO_SUCH_DAY
    if found["month"] in "正冬腊" or written[0] in "初廿":
        if calendar is Calendar.SOLAR:
            return Why.SOLAR_OR_LUNAR
        calendar = Calendar.LUNAR
    elif calendar is None and not written.isdecimal() and not found["suffix"]:
        return Why.SOLAR_OR_LUNAR  # 七月十三: people write both so
    return _Found(month, day, year, two_digits, calendar)


def _in_numbers(text: str, day_first: bool | None) -> _Found | Why | None:
    leap = text.endswith("l") and text[:-1].strip()[-1:].isdigit()  # [YYYY-]MM-DDL of the commands
    text = text[:-1].strip() if leap else text
    without_year = _VCARD_NO_YEAR.fullmatch(text)
    if without_year:
        return _Found(int(without_year[1]), int(without_year[2]))
    whole = re.fullmatch(r"(\d{4,})(?:\.0+)?", text)
    if whole:
        return _in_digits(whole[1])
    found = _NUMBERS.fullmatch(text)
    if not found:
        return None
    read = (
        _three(found[1], found[3], found[4], found[2], day_first)
        if found[4]
        else _two(found[1], found[3], day_first)
    )
    if leap and isinstance(read, _Found):
        return replace(read, leap=True, calendar=Calendar.LUNAR)
    return read


def _in_digits(text: str) -> _Found | Why | None:
    """19830815, 830815, 0815, or a spreadsheet's day number."""
    if len(text) in (8, 14):
        return _Found(int(text[4:6]), int(text[6:8]), int(text[:4]))
    if len(text) == 6:
        short = _Found(int(text[2:4]), int(text[4:]), int(text[:2]), two_digits=True)
        year_and_month = text[:2] in ("19", "20") and 1 <= int(text[4:]) <= 12
        if not 1 <= short.month <= 12:
            return Why.NO_DAY if year_and_month else Why.NO_SUCH_DAY
        return Why.DAY_OR_MONTH if year_and_month else short
    if len(text) == 5 and int(text) in _SERIALS:
        day = _SERIAL_START + timedelta(days=int(text))
        return _Found(day.month, day.day, day.year)
    if len(text) == 4:
        return (
            Why.NO_DAY if text[:2] in ("19", "20", "18") else _Found(int(text[:2]), int(text[2:]))
        )
    return None


def _three(a: str, b: str, c: str, sign: str, day_first: bool | None) -> _Found | Why:
    """Three numbers: year first or last by its size; day or month first by size or `day_first`."""
    first, second, third = int(a), int(b), int(c)
    if 3 in (len(a), len(c)) or (len(a) == 4 and len(c) == 4):
        return Why.NOT_A_DATE
    if len(a) == 4 or (first > 31 and len(a) == 2):
        return _Found(second, third, first, len(a) == 2)
    year_last = len(c) == 4 or third > 31 or second > 12
    if not year_last and sign != "/" and len(a) == 2:
        return _Found(second, third, first, two_digits=True)  # 05-8-15 of Chinese lists
    if len(c) < 2 or (not year_last and day_first is None):
        return Why.DAY_OR_MONTH
    if sign == ".":
        day_first = True  # dots with the year last are written day first everywhere
    if first > 12 or second > 12 or first == second:
        day_first = first > 12
    if day_first is None:
        return Why.DAY_OR_MONTH
    month, day = (second, first) if day_first else (first, second)
    return _Found(month, day, third, len(c) == 2)


def _two(a: str, b: str, day_first: bool | None) -> _Found | Why:
    """Month and day (8-15); day and month where that is the only way or the column's."""
    first, second = int(a), int(b)
    if len(a) == 4 or first > 31:
        return Why.NO_DAY
    if len(a) > 2:
        return Why.NOT_A_DATE
    if first > 12 or (day_first and second <= 12):
        return _Found(second, first)
    return _Found(first, second)


def _in_english(text: str) -> _Found | Why | None:
    found = _ENGLISH.fullmatch(text)
    if not found:
        return None
    before, after, year_text = found["before"], found["after"], found["year"]
    if before and after and not year_text:  # 15-Aug-83: what comes after is the year
        after, year_text = None, after
    if before and after:
        return Why.NOT_A_DATE
    day = before or after
    if not day:
        return Why.NO_DAY
    year, two_digits = _year(year_text)
    return _Found(_ENGLISH_MONTHS[found["month"][:3]], int(day), year, two_digits)

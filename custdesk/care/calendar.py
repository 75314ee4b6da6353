"""When a birthday falls, and what lunar day, festival or solar term a date is."""

from bisect import bisect_right
from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from borax.calendars.lunardate import (
    LCalendars,
    LunarDate,
    TermUtils,
    TextUtils,
)

from custdesk import formats
from custdesk.care.birthday import (
    CUSTOM,
    Birthday,
    BirthdayRules,
    Calendar,
    InCommonYears,
    InLeapMonths,
    InShortMonths,
)
from custdesk.care.festivals import Festival, SolarTerm
from custdesk.errors import CustdeskError
from custdesk.i18n import N_, _, language

FIRST_LUNAR_YEAR, LAST_LUNAR_YEAR = 1900, 2100
FIRST_DAY, LAST_DAY = date(1900, 1, 31), date(2100, 12, 31)

_COMMON_YEAR = {
    InCommonYears.FEBRUARY_28: N_("Born on February 29: in common years February 28 is kept."),
    InCommonYears.MARCH_1: N_("Born on February 29: in common years March 1 is kept."),
}
_SHORT_MONTH = {
    InShortMonths.LAST_DAY: N_(
        "Born on day 30 of a lunar month: when the month has 29 days, day 29 is kept."
    ),
    InShortMonths.NEXT_DAY: N_(
        "Born on day 30 of a lunar month: when the month has 29 days, day 1 of the next is kept."
    ),
}
_LEAP_MONTH = {
    InLeapMonths.LEAP_MONTH: N_(
        "Born in a lunar leap month: in years without it, the ordinary month is kept."
    ),
    InLeapMonths.ORDINARY_MONTH: N_(
        "Born in a lunar leap month: in every year the ordinary month is kept."
    ),
}

_ORDINALS = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th", "11th", "12th")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One birthday: `year_key` is the solar year of a solar one, the lunar year of a lunar one.

    The date may lie a day behind that lunar year: day 30 of its last month, kept on the next day.
    """

    year_key: int
    date: date


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar calendar; the words are in the language spoken when they are read."""

    year: int
    month: int
    day: int
    leap: bool = False

    @property
    def month_words(self) -> str:
        """ "十月", "闰四月", "腊月"; "10th", "leap 4th"."""
        return _month_words(self.month, self.leap)

    @property
    def day_words(self) -> str:
        """ "初二", "十三", "廿九", "三十"; the number in English."""
        return _day_words(self.day)

    def words(self) -> str:
        """ "农历十月十三"; "10th lunar month, day 13"."""
        return _("{month} lunar month, day {day}").format(
            month=self.month_words, day=self.day_words
        )


@dataclass(frozen=True, slots=True)
class _LunarMonth:
    month: int
    leap: bool
    days: int
    first: date


def _month_words(month: int, leap: bool) -> str:
    if language() == "zh":
        return ("闰" if leap else "") + str(TextUtils.month_cn(month)) + "月"
    return ("leap " if leap else "") + _ORDINALS[month - 1]


def _day_words(day: int) -> str:
    return str(TextUtils.day_cn(day)) if language() == "zh" else str(day)


def _beyond() -> CustdeskError:
    return CustdeskError(
        _("The lunar calendar is known from {first} to {last} only.").format(
            first=FIRST_LUNAR_YEAR, last=LAST_LUNAR_YEAR
        )
    )


@lru_cache(maxsize=256)
def _months(year: int) -> dict[tuple[int, bool], _LunarMonth]:
    """The months of a lunar year in their order; a CustdeskError beyond what is known."""
    if not FIRST_LUNAR_YEAR <= year <= LAST_LUNAR_YEAR:
        raise _beyond()
    first: date = LunarDate(year, 1, 1).to_solar_date()
    months = {}
    for month, days, leap in LCalendars.iter_year_month(year):
        months[month, bool(leap)] = _LunarMonth(month, bool(leap), days, first)
        first += timedelta(days=days)
    return months


@lru_cache(maxsize=256)
def _first_days(year: int) -> list[date]:
    return [month.first for month in _months(year).values()]


@lru_cache(maxsize=32)
def _longest(month: int, leap: bool) -> int | None:
    """The most days that the month ever has; None for a leap month that never comes."""
    years = range(FIRST_LUNAR_YEAR, LAST_LUNAR_YEAR + 1)
    known = [_months(year).get((month, leap)) for year in years]
    return max((found.days for found in known if found), default=None)


def lunar_month_days(year: int | None, month: int, leap: bool = False) -> int | None:
    """29 or 30, or None when that year has no such month; without a year, the most it ever has."""
    if year is None:
        return _longest(month, leap)
    found = _months(year).get((month, leap))
    return found.days if found else None


def to_solar(year: int, month: int, day: int, leap: bool = False) -> date:
    """The date of a lunar day; a CustdeskError when there is no such lunar day."""
    Birthday(Calendar.LUNAR, year, month, day, leap).check()
    return _months(year)[month, leap].first + timedelta(days=day - 1)


def lunar_day(day: date) -> LunarDay:
    """The lunar day of a date; a CustdeskError before 1900-01-31 and after 2100-12-31."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _beyond()
    year = day.year
    if year > LAST_LUNAR_YEAR or day < _first_days(year)[0]:
        year -= 1
    at = bisect_right(_first_days(year), day) - 1
    month = list(_months(year).values())[at]
    return LunarDay(year, month.month, (day - month.first).days + 1, month.leap)


def solar_term(day: date) -> SolarTerm | None:
    """The solar term that begins on this date, if one does (Chinese standard time)."""
    if not FIRST_DAY <= day <= LAST_DAY:
        return None
    name, _next_month = TermUtils.get_term_info(day.year, day.month, day.day)
    return SolarTerm(name) if name else None


def festival(day: date) -> Festival | None:
    """The festival on this date, if there is one; leap months have none."""
    if not FIRST_DAY <= day <= LAST_DAY:
        return None
    lunar = lunar_day(day)
    fixed = None if lunar.leap else Festival.on_lunar_day(lunar.month, lunar.day)
    if fixed:
        return fixed
    if lunar.month == 12 and day + timedelta(days=1) == _new_year_after(lunar.year):
        return Festival.NEW_YEARS_EVE
    return Festival.QINGMING if solar_term(day) == SolarTerm.QINGMING else None


def _new_year_after(lunar_year: int) -> date:
    last = list(_months(lunar_year).values())[-1]
    return last.first + timedelta(days=last.days)


def lunar_label(day: date) -> str:
    """The small print of a calendar cell: festival, solar term, month on its first day, or day.

    "春节", "立冬", "闰四月", "十三"; in English "Lidong", "10/13" (lunar month and day), "4/13L"
    in a leap month. "" where the lunar calendar is not known.
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        return ""
    named = festival(day) or solar_term(day)
    if named:
        return named.label()
    lunar = lunar_day(day)
    if language() == "zh":
        return lunar.month_words if lunar.day == 1 else lunar.day_words
    return f"{lunar.month}/{lunar.day}" + ("L" if lunar.leap else "")


def rules_words(rules: BirthdayRules = CUSTOM) -> list[str]:
    """How a birthday is kept in a year that lacks the day, in sentences for people to read.

    `kept_on` is the code of these sentences. By each choice of rules a birthday is kept exactly
    once in each of its years; the second rule applies to whichever month the third one chose.
    """
    return [
        _(_COMMON_YEAR[rules.common_year]),
        _(_SHORT_MONTH[rules.short_month]),
        _(_LEAP_MONTH[rules.leap_month]),
    ]


def kept_on(
    birthday: Birthday, year_key: int, rules: BirthdayRules = CUSTOM
) -> tuple[int, int, bool]:
    """The month, day and leap month on which the birthday is kept in that year: see `rules_words`.

    (1, 1, False) in place of a day 30 of the last month is a day of the next lunar year.
    """
    if not birthday.is_lunar:
        day = birthday_in(birthday, year_key, rules)
        return day.month, day.day, False
    months = _months(year_key)
    kept = _kept_month(birthday, year_key, rules)
    if birthday.day <= kept.days:
        return kept.month, birthday.day, kept.leap
    if rules.short_month is InShortMonths.LAST_DAY:
        return kept.month, kept.days, kept.leap
    order = [*months, (1, False)]
    month, leap = order[order.index((kept.month, kept.leap)) + 1]
    return month, 1, leap


def birthday_in(birthday: Birthday, year_key: int, rules: BirthdayRules = CUSTOM) -> date:
    """The date on which the birthday is kept in that solar or, for a lunar one, lunar year."""
    if birthday.is_lunar:
        kept, day = _kept_month(birthday, year_key, rules), birthday.day
        if rules.short_month is InShortMonths.LAST_DAY:
            day = min(day, kept.days)
        return kept.first + timedelta(days=day - 1)
    if (birthday.month, birthday.day) != (2, 29) or isleap(year_key):
        return date(year_key, birthday.month, birthday.day)
    after = rules.common_year is InCommonYears.MARCH_1
    return date(year_key, 3, 1) if after else date(year_key, 2, 28)


def _kept_month(birthday: Birthday, lunar_year: int, rules: BirthdayRules) -> _LunarMonth:
    months = _months(lunar_year)
    leap = birthday.leap and rules.leap_month is InLeapMonths.LEAP_MONTH
    return months.get((birthday.month, leap)) or months[birthday.month, False]


def birthdays_between(
    birthday: Birthday, first: date, last: date, rules: BirthdayRules = CUSTOM
) -> list[Occurrence]:
    """Every time the birthday is kept from `first` to `last`, both included, in order.

    A year of birth does not limit it: who was not yet born has an age of None there. A lunar
    birthday raises a CustdeskError when the days lie beyond the known lunar years.
    """
    found = []
    # A lunar year ends in January or February of the next solar year.
    for year in range(first.year - birthday.is_lunar, last.year + 1):
        day = birthday_in(birthday, year, rules)
        if first <= day <= last:
            found.append(Occurrence(year, day))
    return found


def next_birthday(
    birthday: Birthday, after: date, inclusive: bool = True, rules: BirthdayRules = CUSTOM
) -> date:
    """The first time the birthday is kept on or after the date; later than it if not inclusive."""
    return next_occurrence(birthday, after, inclusive, rules).date


def next_occurrence(
    birthday: Birthday, after: date, inclusive: bool = True, rules: BirthdayRules = CUSTOM
) -> Occurrence:
    """`next_birthday` with the year that it belongs to."""
    year = after.year - birthday.is_lunar
    while (day := birthday_in(birthday, year, rules)) < after or (day == after and not inclusive):
        year += 1
    return Occurrence(year, day)


def age_on(birthday: Birthday, on: date, rules: BirthdayRules = CUSTOM) -> int | None:
    """Full years on that day, counted in the birthday's own calendar; None when not known.

    It grows on each day the birthday is kept, so a lunar age counts lunar birthdays from nought
    (not 虚岁, which starts at one and grows at New Year). None before the birth.
    """
    if birthday.year is None:
        return None
    year = lunar_day(on).year if birthday.is_lunar else on.year
    age = year - birthday.year - (on < birthday_in(birthday, year, rules))
    return age if age >= 0 else None


def rule_words(birthday: Birthday, year_key: int, rules: BirthdayRules = CUSTOM) -> str | None:
    """What stands in for the day in that year, in words; None when the day itself is kept."""
    wanted = (birthday.month, birthday.day, birthday.leap)
    kept = kept_on(birthday, year_key, rules)
    if kept == wanted:
        return None
    if not birthday.is_lunar:
        sentence = _("{year} has no {wanted}; {kept} is kept instead")
    elif birthday.day <= (lunar_month_days(year_key, birthday.month, birthday.leap) or 0):
        sentence = _("In lunar year {year}, {kept} is kept and not {wanted}")
    else:
        sentence = _("Lunar year {year} has no {wanted}; {kept} is kept instead")
    return sentence.format(
        year=year_key,
        wanted=_month_and_day(birthday.calendar, wanted),
        kept=_month_and_day(birthday.calendar, kept),
    )


def both_dates(birthday: Birthday, kept: date, today: date) -> str:
    """The day on which a birthday is kept in both calendars, its own first.

    "农历十月十三（11月21日）"; of a solar birthday "11月21日（农历十月十三）". The solar date
    has its year when it is not this year, and stands alone where the lunar calendar ends.
    """
    solar = formats.calendar_day(kept, today)
    if not FIRST_DAY <= kept <= LAST_DAY:
        return solar
    lunar = lunar_day(kept).words()
    own, other = (lunar, solar) if birthday.is_lunar else (solar, lunar)
    return _("{date} ({other})").format(date=own, other=other)


def birthday_words(birthday: Birthday) -> str:
    """ "农历十月十三", "1968年农历十月十三", "11月21日", "1968年11月21日"."""
    if not birthday.is_lunar:
        if birthday.year is None:
            return formats.month_and_day(birthday.month, birthday.day)
        return formats.full_day(date(birthday.year, birthday.month, birthday.day))
    month, day = _month_words(birthday.month, birthday.leap), _day_words(birthday.day)
    if birthday.year is None:
        return _("{month} lunar month, day {day}").format(month=month, day=day)
    return _("{month} lunar month, day {day}, {year}").format(
        month=month, day=day, year=birthday.year
    )


def _month_and_day(calendar: Calendar, kept: tuple[int, int, bool]) -> str:
    month, day, leap = kept
    if calendar == Calendar.SOLAR:
        return formats.month_and_day(month, day)
    return _("{month} month, day {day}").format(
        month=_month_words(month, leap), day=_day_words(day)
    )

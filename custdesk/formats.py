"""Dates, numbers and money as people read them, in the language that is spoken now."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from custdesk.i18n import _, language, ngettext

_MINUS = "\N{MINUS SIGN}"
_FEW_DAYS = 60
_FEW_MONTHS = 24


@dataclass(frozen=True, slots=True)
class _Patterns:
    """How a language writes dates, in the pattern letters of Unicode CLDR."""

    locale: str
    day: str
    full_day: str
    weekday_day: str
    month: str
    month_name: str


_PATTERNS = {
    "zh": _Patterns("zh_CN", "M月d日", "y年M月d日", "M月d日 EEEE", "y年M月", "M月"),
    "en": _Patterns("en", "MMM d", "MMM d, y", "EEE, MMM d", "MMMM y", "MMM"),
}


def money(cents: int, decimals: bool | None = None) -> str:
    """ "¥128,600"; "¥2,680.00" with decimals; None shows decimals only where there are cents.

    Without decimals, cents are rounded away, half a yuan away from nought. "−¥20" below nought.
    """
    if decimals is None:
        decimals = bool(cents % 100)
    shown = abs(cents) if decimals else (abs(cents) + 50) // 100 * 100
    sign = _MINUS if cents < 0 and shown else ""
    fraction = f".{shown % 100:02d}" if decimals else ""
    return f"{sign}¥{_grouped(shown // 100, _PATTERNS[language()].locale)}{fraction}"


_SHORT = {"zh": ((10**8, "亿"), (10**4, "万")), "en": ((10**6, "M"), (10**3, "K"))}


def short_money(cents: int) -> str:
    """ "60万", "1.5亿"; "600K", "1.5M": whole yuan as short as an axis has them, to a tenth."""
    yuan = round(abs(cents) / 100)
    sign = _MINUS if cents < 0 and yuan else ""
    for unit, word in _SHORT[language()]:
        if yuan >= unit:
            return f"{sign}{f'{yuan / unit:,.1f}'.removesuffix('.0')}{word}"
    return f"{sign}{count(yuan)}"


def percent(share: float) -> str:
    """ "41.8%" for 0.418; to a tenth, and never 100 % of what is not all."""
    tenths = round(1000 * share)
    if tenths == 1000 and share < 1:
        tenths = 999
    return f"{tenths / 10:.1f}".removesuffix(".0") + "%"


def month_name(month: int) -> str:
    """ "11月"; "Nov"."""
    patterns = _PATTERNS[language()]
    return _date(date(2000, month, 1), patterns.month_name, patterns.locale)


def count(n: int) -> str:
    """ "12,480"."""
    return (_MINUS if n < 0 else "") + _grouped(abs(n), _PATTERNS[language()].locale)


def size(n_bytes: int) -> str:
    """ "740 KB", "12.4 MB"."""
    if n_bytes < 1_000_000:
        return f"{max(1, round(n_bytes / 1000))} KB"
    return f"{n_bytes / 1_000_000:.1f} MB"


def rate(per_month: float) -> str:
    """ "5.4 次/月"; to a tenth, and never "0" for what is more than nothing."""
    if 0 < per_month < 0.05:
        return _("under 0.1 a month")
    number = f"{per_month:.1f}".removesuffix(".0")
    return _("{number} a month").format(number=number)


def day(d: date, today: date) -> str:
    """今天, 明天, 后天, 昨天, or "11月24日", with the year when it is not this year."""
    match (d - today).days:
        case 0:
            return _("Today")
        case 1:
            return _("Tomorrow")
        case 2:
            return _("In 2 days")
        case -1:
            return _("Yesterday")
    return calendar_day(d, today)


def calendar_day(d: date, today: date) -> str:
    """ "11月24日", with the year when it is not this year; never 今天."""
    patterns = _PATTERNS[language()]
    return _date(d, patterns.day if d.year == today.year else patterns.full_day, patterns.locale)


def full_day(d: date) -> str:
    """ "2026年11月21日"; "Nov 21, 2026"."""
    patterns = _PATTERNS[language()]
    return _date(d, patterns.full_day, patterns.locale)


def month_and_day(month: int, day: int) -> str:
    """ "11月21日" of every year; February 29 has one too."""
    patterns = _PATTERNS[language()]
    return _date(date(2000, month, day), patterns.day, patterns.locale)


def weekday_day(d: date) -> str:
    """ "11月21日 星期六"; "Sat, Nov 21"."""
    patterns = _PATTERNS[language()]
    return _date(d, patterns.weekday_day, patterns.locale)


def month(year: int, month: int) -> str:
    """ "2026年11月"; "November 2026"."""
    patterns = _PATTERNS[language()]
    return _date(date(year, month, 1), patterns.month, patterns.locale)


def moment(at: datetime, today: date) -> str:
    """ "今天 10:30"; "11月24日 10:30"."""
    return f"{day(at.date(), today)} {at:%H:%M}"


def overdue(days: int) -> str:
    """ "逾期 2 天"; 今天到期 for nought, "3 天后到期" for what is not yet due (-3)."""
    if days == 0:
        return _("Due today")
    if days < 0:
        return ngettext("Due in {n} day", "Due in {n} days", -days).format(n=count(-days))
    return ngettext("{n} day overdue", "{n} days overdue", days).format(n=count(days))


def ago(d: date, today: date) -> str:
    """今天, 昨天, "9 天前", from 60 days on "3 个月前", from 24 months on "2 年前".

    Whole months and years only, the begun one left out. A day to come reads as `day` has it.
    """
    days = (today - d).days
    if days <= 1:
        return day(d, today)
    if days < _FEW_DAYS:
        return ngettext("{n} day ago", "{n} days ago", days).format(n=days)
    months = (today.year - d.year) * 12 + today.month - d.month - (today.day < d.day)
    if months < _FEW_MONTHS:
        return ngettext("{n} month ago", "{n} months ago", months).format(n=months)
    years = months // 12
    return ngettext("{n} year ago", "{n} years ago", years).format(n=years)


def ahead(d: date, today: date) -> str:
    """今天, 明天, "12 天后", from 60 days on "3 个月后", from 24 months on "2 年后".

    Whole months and years only, the begun one left out. A day that is over reads as `day` has it.
    """
    days = (d - today).days
    if days <= 1:
        return day(d, today)
    if days < _FEW_DAYS:
        return ngettext("in {n} day", "in {n} days", days).format(n=days)
    months = (d.year - today.year) * 12 + d.month - today.month - (d.day < today.day)
    if months < _FEW_MONTHS:
        return ngettext("in {n} month", "in {n} months", months).format(n=months)
    years = months // 12
    return ngettext("in {n} year", "in {n} years", years).format(n=years)


@lru_cache(maxsize=8192)
def _date(d: date, pattern: str, locale: str) -> str:
    from babel.dates import format_date

    return format_date(d, pattern, locale)


@lru_cache(maxsize=8192)
def _grouped(n: int, locale: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(n, "#,##0", locale)

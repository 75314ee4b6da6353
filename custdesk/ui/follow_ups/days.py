"""What the month and the heading say of a day: lunar day, festival, term, holiday, workday."""

from datetime import date

from custdesk import formats
from custdesk.care import working_days
from custdesk.care.calendar import FIRST_DAY, LAST_DAY, festival, lunar_day, solar_term
from custdesk.care.festivals import Festival
from custdesk.care.working_days import Special
from custdesk.i18n import _
from custdesk.ui.widgets.month_calendar import MonthCalendar, Rest


def heading(day: date, country: str) -> str:
    """ "10月1日 星期四 · 国庆节 · 农历八月廿一"; of a year not yet announced it says so.

    The names come first: where there is no room, what is behind them is cut off.
    """
    parts = [formats.weekday_day(day)]
    is_known = FIRST_DAY <= day <= LAST_DAY
    if is_known:
        named, term = festival(day), solar_term(day)
        parts.append(named.words() if named else "")
        parts.append(term.words() if term and named is not Festival.QINGMING else "")
    parts.append(working_days.day_off_words(day, country))
    parts.append(lunar_day(day).words() if is_known else "")
    parts.append(working_days.unannounced_words(day.year, country))
    # a festival that is a holiday has one name
    return " · ".join(dict.fromkeys(part for part in parts if part))


def show_rest_days(month: MonthCalendar, country: str) -> None:
    """Mark in the month which days are off in that country, and which weekends are worked."""

    def rest_for(day: date) -> Rest | None:
        kind = working_days.special(day, country)
        if kind is None:
            return None
        off = kind is Special.HOLIDAY
        sign = _("H") if off else _("W")  # holiday, workday: there is room for one letter
        return Rest(off, sign, working_days.day_off_words(day, country))

    month.set_rest_for(rest_for)
    month.set_note_for(lambda year: working_days.unannounced_words(year, country))

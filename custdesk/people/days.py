"""Which days can be meant: a birthday from 1875 to today, any other day from 1900 to 2199."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from custdesk.errors import CustdeskError
from custdesk.i18n import _

if TYPE_CHECKING:
    from custdesk.care.birthday import Birthday

FIRST_BIRTH_YEAR = 1875
"""Nobody whose age is certain grew older than 122 (Jeanne Calment, born in 1875)."""

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""No deal of a living customer is older, and no policy for life ends later."""


def check_day(day: date) -> None:
    """Raise a sentence for a day that nobody means: 0202-10-01 for 2020-10-01."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise CustdeskError(
            _("Choose a day from {first} to {last}.").format(first=FIRST_DAY, last=LAST_DAY)
        )


def used_up(bought: date, lasts_days: float, quantity: float) -> date:
    """When a product is used up: so long as one of it lasts, times how many were bought.

    Less than one counts as one; what would last beyond the last day that is meant lasts until then.
    """
    left = (LAST_DAY - bought).days
    return bought + timedelta(days=max(0, round(min(lasts_days * max(1.0, quantity), left))))


def check_birthday(birthday: "Birthday", today: date) -> None:
    """Raise a sentence for a birthday that does not exist, is still to come, or is too long ago."""
    birthday.check()
    born = birthday.born_on()
    if born is not None and not date(FIRST_BIRTH_YEAR, 1, 1) <= born <= today:
        raise CustdeskError(
            _("A birthday lies between {first} and today. Correct the year.").format(
                first=FIRST_BIRTH_YEAR
            )
        )

"""How the business keeps its care: calls a day, quiet hours, the country whose holidays count."""

from datetime import time

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import Session

from custdesk.care.birthday import BirthdayRules
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store.models import CareHabits

_ONLY = 1

MOST_CALLS_A_DAY = 1000


class Habits(BaseModel):
    """What holds for all care; the defaults are those of product.md, "Care"."""

    model_config = ConfigDict(frozen=True)

    calls_a_day: int = 20
    """Routine callbacks are spread so that no more fall on one day, where that is possible."""
    country: str = "CN"
    """Whose working days count: a code of ISO 3166, or "" for Monday to Friday."""
    quiet_from: time = time(21)
    quiet_until: time = time(8, 30)
    """No notice appears in between; the same time twice: there are no quiet hours."""
    tell_at: time = time(9)
    """When what is due on a day without a time is announced."""
    birthdays: BirthdayRules = BirthdayRules()
    """How a birthday is kept in a year that lacks the day."""


def of(db: Session) -> Habits:
    """What was chosen, and the default for the rest."""
    row = db.get(CareHabits, _ONLY)
    try:
        return Habits.model_validate_json(row.chosen) if row else Habits()
    except ValidationError:  # of a damaged file: what is derived may be chosen again
        return Habits()


def choose(db: Session, habits: Habits) -> None:
    """Keep other habits; raises a CustdeskError for a number of calls that cannot be meant.

    `planning.choose` also spreads the callbacks anew.
    """
    if not 1 <= habits.calls_a_day <= MOST_CALLS_A_DAY:
        raise CustdeskError(
            _("Type a whole number from {low} to {high}.").format(low=1, high=MOST_CALLS_A_DAY)
        )
    row = db.get(CareHabits, _ONLY) or CareHabits(id=_ONLY, chosen="")
    row.chosen = habits.model_dump_json(exclude_defaults=True)
    db.add(row)
    db.flush()

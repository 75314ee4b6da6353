"""The numbers behind stages and churn warnings: kept in the file, for the user to change."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.insight.churn import Thresholds
from custdesk.insight.lifecycle import LifecycleNumbers
from custdesk.store.models import InsightRules

_ONLY = 1
BOUNDS: Mapping[str, tuple[float, float]] = {
    "new_days": (1, 3660),
    "lapsed_times": (1, 100),
    "lapsed_least_days": (1, 3660),
    "slower_times": (1, 100),
    "least_silent_days": (1, 3660),
    "past_days": (30, 36600),
    "recent_days": (7, 3660),
    "earlier_days": (7, 3660),
    "least_contacts": (0.1, 1000),
    "contacts_left": (0, 1),
    "contacts_weight": (0, 1),
    "expired_days": (1, 3660),
    "expired_weight": (0, 1),
    "score_fell": (0.1, 4),
    "score_days": (1, 3660),
    "score_weight": (0, 1),
    "unsolved_days": (0, 3660),
    "unsolved_weight": (0, 1),
}
"""From what to what each of them may be."""


class Numbers(BaseModel):
    """The defaults are those of product.md, "Lifecycle", and of `churn`."""

    model_config = ConfigDict(frozen=True)

    lifecycle: LifecycleNumbers = LifecycleNumbers()
    churn: Thresholds = Thresholds()

    def value(self, name: str) -> float:
        """One of `BOUNDS`, wherever it belongs."""
        part = self.lifecycle if hasattr(self.lifecycle, name) else self.churn
        return float(getattr(part, name))

    def having(self, name: str, value: float) -> "Numbers":
        """The same with another value; raises a sentence for one that cannot be meant."""
        low, high = BOUNDS[name]
        if not low <= value <= high:
            raise CustdeskError(
                _("Type a number from {low} to {high}.").format(low=f"{low:g}", high=f"{high:g}")
            )
        is_days = name.endswith("_days")
        if is_days and value != int(value):
            raise CustdeskError(
                _("Type a whole number from {low} to {high}.").format(low=int(low), high=int(high))
            )
        number: Any = int(value) if is_days else value
        if hasattr(self.lifecycle, name):
            return self.model_copy(update={"lifecycle": replace(self.lifecycle, **{name: number})})
        return self.model_copy(update={"churn": replace(self.churn, **{name: number})})


def of(db: Session) -> Numbers:
    """What was chosen, and the default for the rest."""
    row = db.get(InsightRules, _ONLY)
    try:
        found = Numbers.model_validate_json(row.chosen) if row else Numbers()
        for name in BOUNDS:
            found.having(name, found.value(name))
    except (ValidationError, CustdeskError):  # of a damaged file: it may be chosen again
        return Numbers()
    return found


def choose(db: Session, numbers: Numbers) -> None:
    """Keep other numbers: everybody's stage and warning is reckoned anew by them.

    Raises a CustdeskError for one that cannot be meant.
    """
    check(numbers)
    row = db.get(InsightRules, _ONLY) or InsightRules(id=_ONLY, chosen="")
    row.chosen = numbers.model_dump_json(exclude_defaults=True)
    db.add(row)
    db.flush()


def check(numbers: Numbers) -> None:
    """Raise a sentence for numbers that cannot be meant."""
    for name in BOUNDS:
        numbers.having(name, numbers.value(name))
    if numbers.churn.past_days <= numbers.churn.least_silent_days:
        raise CustdeskError(
            _(
                "Warnings would begin after {least} days of silence and end after {most}: "
                "nobody would be warned of."
            ).format(least=numbers.churn.least_silent_days, most=numbers.churn.past_days)
        )

"""The numbers behind stages and churn warnings: kept in the file, for the user to change."""

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.insight.churn import Thresholds
from custdesk.insight.lifecycle import LifecycleNumbers
from custdesk.store.models import InsightRules

_ONLY = 1
MOST_DAYS, MOST_TIMES = 3660, 100


class Numbers(BaseModel):
    """The defaults are those of product.md, "Lifecycle"."""

    model_config = ConfigDict(frozen=True)

    lifecycle: LifecycleNumbers = LifecycleNumbers()
    churn: Thresholds = Thresholds()


def of(db: Session) -> Numbers:
    """What was chosen, and the default for the rest."""
    row = db.get(InsightRules, _ONLY)
    try:
        return Numbers.model_validate_json(row.chosen) if row else Numbers()
    except ValidationError:  # of a damaged file: what is derived may be chosen again
        return Numbers()


def choose(db: Session, numbers: Numbers) -> None:
    """Keep other numbers; raises a CustdeskError for one that cannot be meant."""
    cycle = numbers.lifecycle
    for days in (cycle.new_days, cycle.lapsed_least_days):
        if not 1 <= days <= MOST_DAYS:
            raise CustdeskError(
                _("Choose a number of days from {low} to {high}.").format(low=1, high=MOST_DAYS)
            )
    if not 1 <= cycle.lapsed_times <= MOST_TIMES:
        raise CustdeskError(_("Type a number from {low} to {high}.").format(low=1, high=MOST_TIMES))
    row = db.get(InsightRules, _ONLY) or InsightRules(id=_ONLY, chosen="")
    row.chosen = numbers.model_dump_json(exclude_defaults=True)
    db.add(row)
    db.flush()

"""What a stage means for a customer: why they are in it, and what to do next."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from custdesk import formats
from custdesk.i18n import N_, _, ngettext
from custdesk.insight import numbers
from custdesk.store.models import FollowUpKind, Stage, Standing


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do with a customer of a stage: a follow-up of this kind, in a sentence."""

    words: str
    kind: FollowUpKind = FollowUpKind.CUSTOM

    @property
    def said(self) -> str:
        return _(self.words)


NEXT_STEPS = {
    Stage.PROSPECT: NextStep(N_("Ask what they are looking for, and invite them to try something")),
    Stage.NEW: NextStep(N_("Ask how the first purchase turned out, and show what goes with it")),
    Stage.ACTIVE: NextStep(N_("Tell them what is new before they would buy again")),
    Stage.LOYAL: NextStep(N_("Thank them with something of their own, and ask whom they know")),
    Stage.LAPSED: NextStep(
        N_("Ask why they stayed away, and invite them back"), FollowUpKind.WIN_BACK
    ),
}


def why(db: Session, standing: Standing, today: date) -> str:
    """In one line, why a customer came into their stage."""
    last, first, usual = standing.last_purchase, standing.first_purchase, standing.rhythm_days
    since = standing.stage_since
    if standing.stage is Stage.PROSPECT or last is None or first is None or since is None:
        return _("Has bought nothing yet")
    if standing.stage is Stage.NEW:
        if since > first:
            return _("Bought again after a long silence")
        return _("First purchase {day}").format(day=formats.calendar_day(first, today))
    if standing.stage is Stage.ACTIVE:
        return _("{moved} · {rhythm}").format(
            moved=_grown(db, standing.customer_id, since, first),
            rhythm=_rhythm(usual, (today - last).days),
        )
    if standing.stage is Stage.LOYAL:
        n = standing.loyal_years
        words = ngettext(
            "{n} year in a row over the yearly amount",
            "{n} years in a row over the yearly amount",
            n,
        )
        return words.format(n=n)
    return _rhythm(usual, (today - last).days)


def _grown(db: Session, customer_id: int, since: date, first: date) -> str:
    """Why somebody became active on a day: new no more, back after a silence, or loyal no more."""
    days = (since - first).days
    if days == numbers.of(db).lifecycle.new_days + 1:
        return _("First purchase {n} days before that").format(n=formats.count(days))
    bought = db.execute(
        text("SELECT 1 FROM purchase WHERE customer_id = :id AND day = :day AND amount_cents > 0"),
        {"id": customer_id, "day": since.isoformat()},
    )
    if bought.first():
        return _("Bought again after a long silence")
    return _("No longer loyal: the last year stayed below the yearly amount")


def _rhythm(usual: float | None, silent: int) -> str:
    """How often they buy, and for how long they have not."""
    if usual is None:
        words = ngettext("Bought once, {n} day ago", "Bought once, {n} days ago", silent)
        return words.format(n=formats.count(silent))
    words = ngettext(
        "Usually buys every {usual} days, last bought {n} day ago",
        "Usually buys every {usual} days, last bought {n} days ago",
        silent,
    )
    return words.format(usual=int(usual + 0.5), n=formats.count(silent))

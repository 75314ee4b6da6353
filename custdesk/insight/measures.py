"""What customers can be graded by: figures and choices, as a policy names them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from custdesk import formats
from custdesk.i18n import N_, _, ngettext
from custdesk.store.models import Channel, CustomerKind, Gender, Potential
from custdesk.words import YesNo, shown


class Facts(NamedTuple):
    """What is known of one customer on a day, as grading needs it; money in cents."""

    spend_12m_cents: int = 0
    purchases_12m: int = 0
    loyal_years: int = 0
    potential: str | None = None
    spend_cents: int = 0
    bought_days: int = 0
    customer_years: int = 0
    """Whole years since the record was made."""
    kind: str = CustomerKind.PERSON.value
    private_sign: bool = False
    gender: str | None = None
    source: str = ""
    city: str = ""
    preferred_channel: str | None = None
    satisfaction: float | None = None
    """The mean score of the last 12 months' feedback."""


class Unit(StrEnum):
    """What a figure is counted in; CHOICE is no figure but one of several words."""

    MONEY = "money"
    A_MONTH = "a_month"
    YEARS = "years"
    DAYS = "days"
    POINTS = "points"
    """From 1 to 5."""
    CHOICE = "choice"


Value = float | str | None
"""A figure (money in cents) or a choice; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing to grade by. `choices` are the values it can have, where they are few and known;
    any word can be one otherwise."""

    key: str
    name: str
    unit: Unit
    of: Callable[[Facts], Value]
    choices: type[StrEnum] | None = None

    @property
    def called(self) -> str:
        return _(self.name)

    def in_words(self, value: Value) -> str:
        """A value as people read it."""
        if value is None:
            return _("not known")
        if isinstance(value, str):
            return shown(self.choices(value)) if self.choices else value
        if self.unit is Unit.MONEY:
            return formats.money(round(value))
        if self.unit is Unit.A_MONTH:
            return _("{n} a month").format(n=f"{value:.1f}".removesuffix(".0"))
        if self.unit is Unit.POINTS:
            return _("{n} of 5").format(n=f"{value:.1f}".removesuffix(".0"))
        n = round(value)
        if self.unit is Unit.YEARS:
            return ngettext("{n} year", "{n} years", n).format(n=n)
        return ngettext("{n} day", "{n} days", n).format(n=n)


SPEND, FREQUENCY, LOYALTY, POTENTIAL = "spend", "frequency", "loyalty", "potential"
"""The four that product.md grades by: a policy always has them, though perhaps with no weight."""

MEASURES: Mapping[str, Measure] = {
    one.key: one
    for one in (
        Measure(SPEND, N_("12-month spend"), Unit.MONEY, lambda f: f.spend_12m_cents),
        Measure(FREQUENCY, N_("Purchases a month"), Unit.A_MONTH, lambda f: f.purchases_12m / 12),
        Measure(LOYALTY, N_("Loyalty"), Unit.YEARS, lambda f: f.loyal_years),
        Measure(
            POTENTIAL, N_("Potential value"), Unit.CHOICE, lambda f: f.potential, choices=Potential
        ),
        Measure("satisfaction", N_("Satisfaction"), Unit.POINTS, lambda f: f.satisfaction),
        Measure("spend_all", N_("Spent so far"), Unit.MONEY, lambda f: f.spend_cents),
        Measure("bought_days", N_("Days on which they bought"), Unit.DAYS, lambda f: f.bought_days),
        Measure("years", N_("Years as a customer"), Unit.YEARS, lambda f: f.customer_years),
        Measure("kind", N_("Kind"), Unit.CHOICE, lambda f: f.kind, choices=CustomerKind),
        Measure(
            "private_sign",
            N_("Private-sign client"),
            Unit.CHOICE,
            lambda f: YesNo.YES if f.private_sign else YesNo.NO,
            choices=YesNo,
        ),
        Measure("gender", N_("Gender"), Unit.CHOICE, lambda f: f.gender, choices=Gender),
        Measure("source", N_("Source"), Unit.CHOICE, lambda f: f.source or None),
        Measure("city", N_("City"), Unit.CHOICE, lambda f: f.city or None),
        Measure(
            "preferred_channel",
            N_("Prefers"),
            Unit.CHOICE,
            lambda f: f.preferred_channel,
            choices=Channel,
        ),
    )
}


def whole_years(since: date, on: date) -> int:
    """How many years are over from one day to another."""
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))

"""What segments can ask of a customer: every field and derived fact, as one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Session

from custdesk.i18n import N_, _, ngettext
from custdesk.insight import policies
from custdesk.insight.buying import PRODUCT_KEPT
from custdesk.store.models import Channel, ContactKind, CustomerKind, Gender, Potential, Stage
from custdesk.words import shown


class How(StrEnum):
    """How a field is compared with what was typed. The days of a comparison count from today."""

    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    MORE = "more"
    AT_MOST = "at_most"
    LESS = "less"
    BETWEEN = "between"
    WITHIN_LAST = "within_last"
    LONGER_AGO = "longer_ago"
    LONGER_AGO_OR_NEVER = "longer_ago_or_never"
    WITHIN_NEXT = "within_next"
    BEFORE = "before"
    AFTER = "after"
    EMPTY = "empty"
    FILLED = "filled"


class Kind(StrEnum):
    """What a field holds. A number counts something, money is in cents, points are in tenths, a
    date is behind us or still to come, NAMES are any number of words for one customer (tags,
    products bought)."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    POINTS = "points"
    DATE = "date"
    COMING = "coming"
    CHOICE = "choice"
    NAMES = "names"
    YES_NO = "yes_no"


_FIGURES = (How.AT_LEAST, How.MORE, How.AT_MOST, How.LESS, How.BETWEEN, How.IS, How.IS_NOT)
_ON_A_DAY = (How.BEFORE, How.AFTER, How.BETWEEN, How.IS)
_OR_NOT = (How.EMPTY, How.FILLED)
HOWS: Mapping[Kind, tuple[How, ...]] = {
    Kind.TEXT: (How.IS, How.IS_NOT, How.ONE_OF, How.CONTAINS, *_OR_NOT),
    Kind.NUMBER: (*_FIGURES, *_OR_NOT),
    Kind.MONEY: (*_FIGURES, *_OR_NOT),
    Kind.POINTS: (*_FIGURES, *_OR_NOT),
    Kind.DATE: (
        *(How.WITHIN_LAST, How.LONGER_AGO, How.LONGER_AGO_OR_NEVER),
        *_ON_A_DAY,
        *_OR_NOT,
    ),
    Kind.COMING: (How.WITHIN_NEXT, *_ON_A_DAY, *_OR_NOT),
    Kind.CHOICE: (How.IS, How.IS_NOT, How.ONE_OF, *_OR_NOT),
    Kind.NAMES: (How.IS, How.IS_NOT, How.ONE_OF, How.CONTAINS, *_OR_NOT),
    Kind.YES_NO: (How.IS,),
}
IN_DAYS = frozenset({How.WITHIN_LAST, How.LONGER_AGO, How.LONGER_AGO_OR_NEVER, How.WITHIN_NEXT})
"""Comparisons whose value is a number of days: who is found changes with the calendar."""

YES, NO = "yes", "no"

Choices = Mapping[str, str]
"""The values that can be chosen, and what they are called."""


@dataclass(frozen=True, slots=True)
class Names:
    """Where the many words of a customer are: the rows of `among` that `picked` finds by a
    condition over `name`. A plus before a column keeps SQLite from beginning with its index."""

    among: str
    owner: str
    name: str
    picked: str = "{condition}"
    kept: str = ""
    """Grouped so that what went back does not count."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to ask. `sql` is its value over customer `c` and standing `s`; of text, "" is none.

    `may_lack` says that some customers have no value. `known` is a query for what is there now.
    """

    key: str
    name: str
    kind: Kind
    sql: str = ""
    may_lack: bool = False
    choices: Callable[[Session], Choices] | None = None
    known: str = ""
    names: Names | None = None
    counted: Callable[[int], str] | None = None
    """A number in words: "3 times"."""

    @property
    def called(self) -> str:
        return _(self.name)

    @property
    def hows(self) -> tuple[How, ...]:
        """How it can be compared, the commonest first."""
        without = () if self.may_lack else (*_OR_NOT, How.LONGER_AGO_OR_NEVER)
        return tuple(how for how in HOWS[self.kind] if how not in without)

    def known_words(self, db: Session) -> list[str]:
        """What the field holds anywhere in the file, for choosing from."""
        return list(db.execute(text(self.known)).scalars()) if self.known else []


def _of(kinds: type[StrEnum]) -> Callable[[Session], Choices]:
    return lambda _db: {kind.value: shown(kind) for kind in kinds}


def _grades(db: Session) -> Choices:
    return {grade.key: grade.called for grade in policies.grades(db).ranked}


def _months(_db: Session) -> Choices:
    return {str(n): _("month {n}").format(n=n) for n in range(1, 13)}


def yes_or_no(_db: Session) -> Choices:
    return {YES: _("yes"), NO: _("no")}


def _days(n: int) -> str:
    return ngettext("{n} day", "{n} days", n).format(n=n)


def _years(n: int) -> str:
    return ngettext("{n} year", "{n} years", n).format(n=n)


def _times(n: int) -> str:
    return ngettext("once", "{n} times", n).format(n=n)


_OPEN_CASES = "FROM service_case WHERE customer_id = s.customer_id AND solved_on IS NULL"


def _has(kind: ContactKind) -> str:
    return (
        "EXISTS (SELECT 1 FROM contact_point WHERE customer_id = s.customer_id"
        f" AND kind = '{kind.value}')"
    )


def _distinct(column: str) -> str:
    return f"SELECT DISTINCT {column} FROM customer WHERE {column} <> '' ORDER BY 1"


def _products(name: str) -> Names:
    return Names(
        "purchase p JOIN purchase_line line ON line.purchase_id = p.id",
        "p.customer_id",
        name,
        "{plus}line.product_id IN (SELECT id FROM product WHERE {condition})",
        f" GROUP BY p.customer_id, line.product_id HAVING {PRODUCT_KEPT}",
    )


FIELDS: Mapping[str, Field] = {
    field.key: field
    for field in (
        Field("grade", N_("Grade"), Kind.CHOICE, "s.grade", choices=_grades),
        Field("stage", N_("Stage"), Kind.CHOICE, "s.stage", choices=_of(Stage)),
        Field(
            "tag", N_("Tag"), Kind.NAMES, may_lack=True,
            known="SELECT name FROM tag ORDER BY name",
            names=Names(
                "customer_tag t", "t.customer_id", "name",
                "t.tag_id IN (SELECT id FROM tag WHERE {condition})",
            ),
        ),
        Field("city", N_("City"), Kind.TEXT, "c.city", may_lack=True, known=_distinct("city")),
        Field(
            "source", N_("Source"), Kind.TEXT, "c.source", may_lack=True,
            known=_distinct("source"),
        ),
        # What they bought, and when.
        Field("spend_12m", N_("12-month spend"), Kind.MONEY, "s.spend_12m_cents"),
        Field("spend", N_("Spent so far"), Kind.MONEY, "s.spend_cents"),
        Field(
            "purchases_12m", N_("Purchases in 12 months"), Kind.NUMBER, "s.purchases_12m",
            counted=_times,
        ),
        Field(
            "bought_days", N_("Days on which they bought"), Kind.NUMBER, "s.bought_days",
            counted=_days,
        ),
        Field(
            "last_purchase", N_("Last purchase"), Kind.DATE, "s.last_purchase", may_lack=True
        ),
        Field(
            "first_purchase", N_("First purchase"), Kind.DATE, "s.first_purchase", may_lack=True
        ),
        Field(
            "rhythm", N_("Usual purchase interval"), Kind.NUMBER, "s.rhythm_days",
            may_lack=True, counted=_days,
        ),
        Field("loyal_years", N_("Loyal years"), Kind.NUMBER, "s.loyal_years", counted=_years),
        Field(
            "product", N_("Bought product"), Kind.NAMES,
            known="SELECT name FROM product ORDER BY name",
            names=_products("name"),
        ),
        Field(
            "category", N_("Bought category"), Kind.NAMES,
            known="SELECT DISTINCT category FROM product WHERE category <> '' ORDER BY 1",
            names=_products("category"),
        ),
        # How content they are.
        Field(
            "satisfaction", N_("Satisfaction in 12 months"), Kind.POINTS, "s.satisfaction * 10",
            may_lack=True,
        ),
        Field(
            "feedback", N_("Last feedback"), Kind.DATE,
            "(SELECT max(day) FROM feedback WHERE customer_id = s.customer_id)", may_lack=True,
        ),
        Field(
            "complaint", N_("Open complaint"), Kind.YES_NO,
            f"EXISTS (SELECT 1 {_OPEN_CASES} AND kind = 'complaint')",
        ),
        Field(
            "case_since", N_("Oldest open complaint or request"), Kind.DATE,
            f"(SELECT min(opened_on) {_OPEN_CASES})", may_lack=True,
        ),
        # How one stays in touch with them.
        Field("last_contact", N_("Last contact"), Kind.DATE, "s.last_contact", may_lack=True),
        Field("next_follow_up", N_("Next follow-up"), Kind.COMING, "s.next_due", may_lack=True),
        Field("stage_since", N_("In the stage since"), Kind.DATE, "s.stage_since", may_lack=True),
        Field("warned", N_("Churn warning"), Kind.YES_NO, "s.warned <> ''"),
        Field(
            "warned_since", N_("Churn warning since"), Kind.DATE, "s.warned_since", may_lack=True
        ),
        Field("yearly", N_("Worth in a year"), Kind.MONEY, "s.yearly_cents"),
        Field("given_up", N_("Given up as lost on"), Kind.DATE, "c.lost_on", may_lack=True),
        Field("do_not_contact", N_("Do not contact"), Kind.YES_NO, "c.do_not_contact"),
        Field(
            "channel", N_("Preferred channel"), Kind.CHOICE, "c.preferred_channel", may_lack=True,
            choices=_of(Channel),
        ),
        Field(
            "consent", N_("Agreed to be contacted on"), Kind.DATE, "c.consented_on", may_lack=True
        ),
        Field("has_phone", N_("Has a phone"), Kind.YES_NO, _has(ContactKind.PHONE)),
        Field("has_wechat", N_("Has WeChat"), Kind.YES_NO, _has(ContactKind.WECHAT)),
        Field("has_email", N_("Has an e-mail"), Kind.YES_NO, _has(ContactKind.EMAIL)),
        # Who they are.
        Field("name", N_("Name"), Kind.TEXT, "c.name"),
        Field("number", N_("Number"), Kind.TEXT, "c.number"),
        Field("kind", N_("Kind"), Kind.CHOICE, "c.kind", choices=_of(CustomerKind)),
        Field("private_sign", N_("Private-sign client"), Kind.YES_NO, "c.private_sign"),
        Field(
            "gender", N_("Gender"), Kind.CHOICE, "c.gender", may_lack=True, choices=_of(Gender)
        ),
        Field(
            "birth_month", N_("Birthday in solar month"), Kind.CHOICE,
            "CASE WHEN c.birth_calendar = 'solar' THEN CAST(c.birth_month AS TEXT) END",
            may_lack=True, choices=_months,
        ),
        Field(
            "birth_lunar_month", N_("Birthday in lunar month"), Kind.CHOICE,
            "CASE WHEN c.birth_calendar = 'lunar' THEN CAST(c.birth_month AS TEXT) END",
            may_lack=True, choices=_months,
        ),
        Field("birth_year", N_("Year of birth"), Kind.NUMBER, "c.birth_year", may_lack=True),
        Field(
            "company", N_("Company"), Kind.TEXT, "c.company", may_lack=True,
            known=_distinct("company"),
        ),
        Field("title", N_("Title"), Kind.TEXT, "c.title", may_lack=True, known=_distinct("title")),
        Field("address", N_("Address"), Kind.TEXT, "c.address", may_lack=True),
        Field(
            "potential", N_("Potential value"), Kind.CHOICE, "c.potential", may_lack=True,
            choices=_of(Potential),
        ),
        Field(
            "by_hand", N_("Grade given by hand"), Kind.YES_NO, "c.grade_by_hand IS NOT NULL"
        ),
        Field("added", N_("Added on"), Kind.DATE, "c.added_on"),
        Field(
            "own_date", N_("Important date"), Kind.NAMES, may_lack=True,
            known="SELECT DISTINCT name FROM customer_date ORDER BY 1",
            names=Names("customer_date d", "d.customer_id", "d.name"),
        ),
        Field("likes", N_("Likes"), Kind.TEXT, "c.likes", may_lack=True),
        Field("taboos", N_("Taboos"), Kind.TEXT, "c.taboos", may_lack=True),
        Field("notes", N_("Notes"), Kind.TEXT, "c.notes", may_lack=True),
    )
}  # fmt: skip

MADE_BY_PLANS = frozenset({"next_follow_up"})
"""What care plans make: a plan cannot go by it."""

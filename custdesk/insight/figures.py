"""The figures of the insights: sales, who came again, what was done in time, who may be lost.

Customers in the trash have no part in any of them, and neither has what they bought.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from custdesk.insight import churn, deriving, policies, reviewing, winning_back
from custdesk.insight.grades import Grade
from custdesk.insight.periods import Month, Period
from custdesk.insight.rfm import Group, Rfm, Scores, group
from custdesk.insight.winning_back import WonBack
from custdesk.store.models import Stage

MOST_WARNINGS = 40
"""So many warnings are told one by one, on paper; the list shows all."""


@dataclass(frozen=True, slots=True)
class Sales:
    """What was sold in a period, in cents, net of returns.

    `purchases` are those with an amount above nought, `buyers` who made them, `came_again` those of
    them who did on two days or more.
    """

    cents: int
    cents_a_year_before: int
    purchases: int
    buyers: int
    came_again: int

    @property
    def repeat_rate(self) -> float | None:
        """Of those who bought in the period, the share who did on two days or more in it; None
        where nobody bought."""
        return self.came_again / self.buyers if self.buyers else None

    @property
    def average_cents(self) -> int | None:
        """Net sales by purchase; None where there was none."""
        return round(self.cents / self.purchases) if self.purchases else None


@dataclass(frozen=True, slots=True)
class MonthSales:
    """The net sales of a month, and of the same month a year before, both whole."""

    month: Month
    cents: int
    cents_a_year_before: int


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Follow-ups that were done in a period, and how many of them on the due day or before."""

    done: int
    on_time: int

    @property
    def rate(self) -> float | None:
        """None where none was done."""
        return self.on_time / self.done if self.done else None


@dataclass(frozen=True, slots=True)
class Risk:
    """How many churn warnings there are, and what they would cost in all, in cents."""

    customers: int
    loss_cents: int


@dataclass(frozen=True, slots=True)
class Warned:
    """A churn warning. `arranged` is the day of an open win-back, where there is one."""

    customer_id: int
    name: str
    grade: Grade
    reasons: tuple[str, ...]
    spend_12m_cents: int
    loss_cents: int
    arranged: date | None
    do_not_contact: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Who ever bought, compared by recency, frequency and money.

    `cells` counts them by their scores of recency and money, `groups` by their group.
    """

    rfm: Rfm
    buyers: int
    cells: Counter[tuple[int, int]]
    groups: Counter[Group]


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the page shows at once; what takes long comes from `care.effect` and
    `insight.funnel`."""

    period: Period
    customers: int
    sales: Sales
    months: tuple[MonthSales, ...]
    punctuality: Punctuality
    risk: Risk
    stages: dict[Stage, int]
    compared: Compared
    warnings: tuple[Warned, ...]
    won: WonBack
    """What came of winning customers back in the period."""
    moved: int = 0
    """How many customers have another grade than at the last review."""


def gather(db: Session, period: Period, today: date) -> Figures:
    """The figures of a period, and of today.

    For 100,000 customers with 1,000,000 purchases this takes a second: for the background.
    """
    by_stage = stages(db)
    return Figures(
        period=period,
        customers=sum(by_stage.values()),
        sales=sales(db, period),
        months=months(db, period),
        punctuality=punctuality(db, period),
        risk=risk(db, today),
        stages=by_stage,
        compared=compared(db),
        warnings=warnings(db, today, MOST_WARNINGS),
        won=winning_back.results(db, period.first, period.last),
        moved=reviewing.how_many_moved(db),
    )


_SALES = """SELECT coalesce(sum(cents), 0), coalesce(sum(before), 0), coalesce(sum(times), 0),
   count(*) FILTER (WHERE days > 0), count(*) FILTER (WHERE days > 1)
 FROM (SELECT sum(p.amount_cents) FILTER (WHERE p.day >= :first) AS cents,
     sum(p.amount_cents) FILTER (WHERE p.day <= :last_before) AS before,
     count(*) FILTER (WHERE p.day >= :first AND p.amount_cents > 0) AS times,
     count(DISTINCT p.day) FILTER (WHERE p.day >= :first AND p.amount_cents > 0) AS days
   FROM standing s CROSS JOIN purchase p ON p.customer_id = s.customer_id
   WHERE p.day BETWEEN :first_before AND :last GROUP BY p.customer_id)"""


def sales(db: Session, period: Period) -> Sales:
    """What was sold in a period, and to whom."""
    first_before, last_before = period.a_year_before
    row = db.execute(
        text(_SALES),
        {
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
            "first_before": first_before.isoformat(),
            "last_before": last_before.isoformat(),
        },
    ).one()
    return Sales(*map(int, row))


def months(db: Session, period: Period) -> tuple[MonthSales, ...]:
    """The net sales of each month of a period, until today for the one that runs."""
    rows = db.execute(
        text(
            "SELECT substr(p.day, 1, 7), sum(p.amount_cents)"
            " FROM standing s CROSS JOIN purchase p ON p.customer_id = s.customer_id"
            " WHERE p.day BETWEEN :first AND :last GROUP BY 1"
        ),
        {
            "first": period.months[0].a_year_before.first.isoformat(),
            "last": period.last.isoformat(),
        },
    )
    cents: dict[str, int] = {month: total for month, total in rows}

    def of(month: Month) -> int:
        return cents.get(f"{month.first:%Y-%m}", 0)

    return tuple(MonthSales(one, of(one), of(one.a_year_before)) for one in period.months)


def punctuality(db: Session, period: Period) -> Punctuality:
    """How many follow-ups were done in a period, and how many of them in time."""
    row = db.execute(
        text(
            "SELECT count(*), count(*) FILTER (WHERE date(f.closed_at) <= f.due)"
            " FROM follow_up f JOIN standing s ON s.customer_id = f.customer_id"
            " WHERE f.state = 'done' AND date(f.closed_at) BETWEEN :first AND :last"
        ),
        {"first": period.first.isoformat(), "last": period.last.isoformat()},
    ).one()
    return Punctuality(*map(int, row))


def risk(db: Session, today: date) -> Risk:
    """The churn warnings of today."""
    losses = [one.loss_cents for one in _warned(db, today)]
    return Risk(len(losses), sum(losses))


def stages(db: Session) -> dict[Stage, int]:
    """How many customers are in each stage today."""
    rows = db.execute(text("SELECT stage, count(*) FROM standing GROUP BY stage"))
    found = {stage: count for stage, count in rows}
    return {stage: found.get(stage.value, 0) for stage in Stage}


def compared(db: Session) -> Compared:
    """Who ever bought, by recency and money and by group."""
    ordinal = deriving.Ordinals()
    asked = "SELECT last_purchase, bought_days, spend_cents FROM standing WHERE bought_days > 0"
    rows = deriving.rows(db, asked).fetchall()
    last, days, cents = zip(*rows, strict=True) if rows else ((), (), ())
    columns = [ordinal[day] for day in last], days, cents
    rfm = Rfm.of(*columns)
    cells, groups = Counter[tuple[int, int]](), Counter[Group]()
    for (r, f, m), count in Counter(zip(*rfm.scores(*columns), strict=True)).items():
        cells[r, m] += count
        groups[group(Scores(r, f, m))] += count
    return Compared(rfm, len(rows), cells, groups)


def warnings(db: Session, today: date, most: int) -> tuple[Warned, ...]:
    """The churn warnings, the largest expected loss first."""
    found = sorted(_warned(db, today), key=lambda one: (-one.loss_cents, one.customer_id))
    return tuple(found[:most])


_WARNED = """SELECT s.customer_id, c.name, s.grade, s.warned, s.spend_12m_cents, s.bought_days,
   s.first_purchase, s.last_purchase, s.others, s.yearly_cents,
   (SELECT min(f.due) FROM follow_up f WHERE f.customer_id = s.customer_id
     AND +f.state = 'open' AND f.kind = 'win_back'), c.do_not_contact
 FROM standing s JOIN customer c ON c.id = s.customer_id WHERE s.warned <> ''"""


def _warned(db: Session, today: date) -> Iterator[Warned]:
    grades = policies.grades(db)
    for id, name, grade, warned, spend, days, *rest in db.execute(text(_WARNED)):
        first, last, others, yearly, due, left_alone = rest
        chance = chance_of(days, first, last, others, today)
        yield Warned(
            id,
            name,
            grades.of(grade),
            reasons(warned, today),
            spend,
            round(chance * yearly),
            date.fromisoformat(due) if due else None,
            bool(left_alone),
        )


def chance_of(
    bought_days: int, first: str | None, last: str | None, others: float, today: date
) -> float:
    """The chance that a customer buys nothing in the coming year, from their standing."""
    if first is None or last is None:
        return churn.chance(0, 0, 0, others)
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return churn.chance(bought_days, (end - begin).days, (today - end).days, others)


def reasons(warned: str, today: date) -> tuple[str, ...]:
    """The reasons of a churn warning in words, from how `Standing.warned` has them."""
    return tuple(one.words(today) for one in deriving.reasons(warned))

"""The grading table (客户分级表): its seven columns, and of every customer what gave the grade."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from custdesk.i18n import _, pgettext
from custdesk.insight import deriving, grading, measures, numbers, policies
from custdesk.insight.deriving import Among
from custdesk.insight.grades import Grade
from custdesk.insight.grading import Graded, Level, level_words
from custdesk.insight.knowing import Rules, know
from custdesk.insight.policies import Policy


def headers() -> tuple[str, ...]:
    """Exactly those of product.md, "Grading", in that order."""
    return (
        pgettext("grading table", "Name"),
        pgettext("grading table", "Number"),
        pgettext("grading table", "Spend"),
        pgettext("grading table", "Frequency"),
        _("Loyalty"),
        _("Potential value"),
        pgettext("grading table", "Grade"),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One customer; `grade` is the one in force, which a hand may have given for a reason."""

    id: int
    name: str
    number: str
    spend_cents: int
    graded: Graded
    grade: Grade
    by_hand: bool
    hand_why: str

    def level(self, of: str) -> Level | None:
        return self.graded.point(of).level

    def cells(self) -> tuple[str, ...]:
        """As the table has them; the spend in yuan, without what a number is not read by."""
        return (
            self.name,
            self.number,
            yuan(self.spend_cents),
            level_words(measures.FREQUENCY, self.level(measures.FREQUENCY)),
            level_words(measures.LOYALTY, self.level(measures.LOYALTY)),
            level_words(measures.POTENTIAL, self.level(measures.POTENTIAL)),
            self.grade.in_full,
        )

    def why(self, policy: Policy) -> str:
        """What gave the grade, in one line."""
        said = grading.why(self.graded, policy)
        if not self.by_hand:
            return said
        words = (
            _("By hand: {grade} ({why}). By the rules: {rules}")
            if self.hand_why
            else _("By hand: {grade}. By the rules: {rules}")
        )
        return words.format(grade=self.grade.called, why=self.hand_why, rules=said)


@dataclass(frozen=True, slots=True)
class GradingTable:
    """Of a day, by the policy that graded then; the best come first, of these who spent most."""

    on: date
    policy: Policy
    rows: tuple[Row, ...]


def table(db: Session, on: date) -> GradingTable:
    """The whole table; what is dated after `on` does not count, nor who came after it."""
    policy = policies.on(db, on)
    rows = sorted(
        _rows(db, "all", on, policy), key=lambda row: (row.grade.rank, -row.spend_cents, row.id)
    )
    return GradingTable(on, policy, tuple(rows))


def of_one(db: Session, customer_id: int, today: date) -> tuple[Row, Policy] | None:
    """The row of one customer by the policy in force; None for one who is not in the file."""
    policy = policies.in_force(db)[1]
    return next(((row, policy) for row in _rows(db, customer_id, today, policy)), None)


def _rows(db: Session, among: Among, on: date, policy: Policy) -> Iterator[Row]:
    ranked, rules = policy.ranked, Rules.of(policy, numbers.of(db))
    narrowed = f" WHERE id = {among}" if isinstance(among, int) else ""
    query = f"SELECT id, name, number, grade_why FROM customer{narrowed}"
    people = {id: rest for id, *rest in db.execute(text(query))}
    for id, by_hand, history in deriving.histories(db, among, rules, on):
        if among == "all" and history.begins > on.toordinal():
            continue
        known = know(history, on.toordinal(), rules)
        name, number, hand_why = people[id]
        yield Row(
            id,
            name,
            number,
            known.facts.spend_12m_cents,
            known.graded,
            ranked.of(by_hand or known.graded.grade),
            by_hand is not None,
            hand_why,
        )


def yuan(cents: int) -> str:
    """120000, or 120000.50."""
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}{whole}.{rest:02}" if rest else f"{sign}{whole}"

"""What follows from a history on a day holds as long as it says, whatever the history."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from custdesk.insight import measures
from custdesk.insight.buying import Bought
from custdesk.insight.churn import NEVER_SOLVED, Said
from custdesk.insight.knowing import History, Known, Record, Rules, know
from custdesk.insight.numbers import Numbers
from custdesk.insight.policies import Criterion, Policy

ON = date(2026, 11, 25)
USUAL = Rules.of(Policy(), Numbers())
BY_YEARS = Rules.of(
    Policy(
        criteria=(
            *Policy().criteria,
            Criterion(of="years", weight=50, high=3, middle=1),
            Criterion(of="satisfaction", weight=50, high=4.5, above=False, middle=3),
        )
    ),
    Numbers(),
)
SMALL = Rules.of(Policy(loyal_cents=10_000), Numbers())
"""A policy by which nearly anybody may be loyal."""


@st.composite
def histories(draw: st.DrawFn) -> History:
    somewhere = st.integers(ON.toordinal() - 1800, ON.toordinal() + 120)
    money = st.sampled_from([3_000, 60_000, 6_000_000, 12_000_000, -3_000, -60_000, -6_000_000])
    purchases: list[Bought] = draw(st.lists(st.tuples(somewhere, money), max_size=14))
    purchases.sort(key=lambda one: (one[0], -one[1]))
    contacts = sorted(draw(st.lists(somewhere, max_size=14)))
    ended = draw(st.lists(st.tuples(st.sampled_from(["会员卡", "车险"]), somewhere), max_size=2))
    scores = sorted(draw(st.lists(st.tuples(somewhere, st.integers(1, 5)), max_size=5)))
    cases = draw(st.lists(st.tuples(somewhere, st.none() | st.integers(0, 300)), max_size=3))
    complaints = [(came, NEVER_SOLVED if n is None else came + n) for came, n in cases]
    return History(
        ON.toordinal() - draw(st.integers(0, 2000)),
        purchases,
        Record(draw(st.sampled_from([None, "high", "low"]))),
        Said(contacts, scores, complaints, ended),
        draw(st.none() | somewhere),
    )


def seen(known: Known) -> tuple[object, ...]:
    """What the file keeps of it."""
    facts, graded = known.facts, known.graded
    return (facts, graded.grade, known.move, known.rhythm_days, known.risk, known.holds_until)


@given(histories(), st.sampled_from([USUAL, BY_YEARS, SMALL]), st.integers(0, 500))
def test_it_holds_as_long_as_it_says(history: History, rules: Rules, later: int) -> None:
    now = know(history, ON.toordinal(), rules)
    day = min(now.holds_until, ON.toordinal() + later)
    assert now.holds_until >= ON.toordinal()
    assert seen(know(history, day, rules)) == seen(now)


@given(histories())
def test_what_is_to_come_does_not_count_yet(history: History) -> None:
    on = ON.toordinal()
    past = history._replace(purchases=[one for one in history.purchases if one[0] <= on])
    assert know(history, on, USUAL).facts == know(past, on, USUAL).facts
    assert know(history, on, USUAL).move == know(past, on, USUAL).move


def ago(days: int) -> int:
    return (ON - timedelta(days=days)).toordinal()


def test_the_figures_of_twelve_months() -> None:
    bought = [(400, 5_000), (365, 700), (364, 1_000), (3, -200), (1, 300)]
    history = History(ago(900), [(ago(days), cents) for days, cents in bought])
    facts = know(history, ON.toordinal(), USUAL).facts
    assert (facts.spend_12m_cents, facts.purchases_12m) == (1_100, 2)
    assert (facts.spend_cents, facts.customer_years) == (6_800, 0)
    by_years = know(history, ON.toordinal(), BY_YEARS)
    assert by_years.facts.customer_years == 2
    assert measures.MEASURES["years"].of(by_years.facts) == 2


def test_satisfaction_is_the_mean_of_twelve_months() -> None:
    said = [(ago(days), score) for days, score in ((365, 1), (364, 5), (40, 4), (-1, 1))]
    history = History(ago(900), said=Said(scores=said))
    assert know(history, ON.toordinal(), USUAL).facts.satisfaction == 4.5
    assert know(history, ON.toordinal() + 1, USUAL).facts.satisfaction == 2.5
    assert know(history, ago(365), USUAL).facts.satisfaction == 1
    assert know(History(ago(900)), ON.toordinal(), USUAL).facts.satisfaction is None


def test_who_was_given_up_is_warned_of_no_more_until_they_buy_again() -> None:
    often = [(ago(days), 10_000) for days in (200, 190, 180, 170, 160)]
    silent = History(ago(300), often)
    assert know(silent, ON.toordinal(), USUAL).risk.reasons
    given_up = silent._replace(lost_on=ago(5))
    risk = know(given_up, ON.toordinal(), USUAL).risk
    assert (risk.reasons, risk.since) == ((), 0)
    back = [(ago(days), 10_000) for days in (104, 94, 84, 74, 64)]
    again = given_up._replace(purchases=[*often, *back], lost_on=ago(110))
    assert know(again, ON.toordinal(), USUAL).risk.reasons

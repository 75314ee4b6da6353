"""The figures of the insights, against the same figures reckoned by hand from the bare rows."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import pytest
from sqlalchemy import text

from custdesk.care import follow_ups
from custdesk.insight import deriving, figures, grading_table, policies
from custdesk.insight.periods import Span, period
from custdesk.insight.policies import Criterion, Policy
from custdesk.people import cases
from custdesk.store.models import FollowUpKind, Stage
from custdesk.store.store import Store
from tests.helpers import (
    Clock,
    add,
    ahead,
    bought,
    complained,
    faults,
    follow_up,
    said,
    snooze,
    solve,
    standing,
    switch,
)


@dataclass(frozen=True, slots=True)
class Bought:
    who: int
    day: date
    cents: int


def bare(store: Store) -> list[Bought]:
    """Every purchase of who is not in the trash."""
    with store.read() as db:
        gone = set(db.execute(text("SELECT id FROM customer WHERE trashed_at NOT NULL")).scalars())
        rows = db.execute(text("SELECT customer_id, day, amount_cents FROM purchase ORDER BY id"))
        found = [Bought(who, date.fromisoformat(day), cents) for who, day, cents in rows]
    assert any(one.cents < 0 for one in found)
    assert any(one.who in gone for one in found)
    return [one for one in found if one.who not in gone]


SPANS = {
    Span.TWELVE_MONTHS: (date(2025, 11, 22), date(2026, 11, 21)),
    Span.SIX_MONTHS: (date(2026, 5, 22), date(2026, 11, 21)),
    Span.THREE_MONTHS: (date(2026, 8, 22), date(2026, 11, 21)),
    Span.THIS_YEAR: (date(2026, 1, 1), date(2026, 11, 21)),
    Span.LAST_YEAR: (date(2025, 1, 1), date(2025, 12, 31)),
}


@pytest.mark.parametrize("span", Span)
def test_sales_and_who_came_again(shop: Store, span: Span) -> None:
    first, last = SPANS[span]
    rows = [one for one in bare(shop) if first <= one.day <= last]
    days = defaultdict(set)
    for one in rows:
        if one.cents > 0:
            days[one.who].add(one.day)
    again = [who for who, theirs in days.items() if len(theirs) >= 2]
    with shop.read() as db:
        found = figures.sales(db, period(span, shop.today))
    assert found.cents == sum(one.cents for one in rows)
    assert found.purchases == sum(one.cents > 0 for one in rows)
    assert (found.buyers, found.came_again) == (len(days), len(again))
    assert found.repeat_rate == pytest.approx(len(again) / len(days))
    assert found.average_cents == round(found.cents / found.purchases)
    before = [
        one.cents
        for one in bare(shop)
        if first.replace(year=first.year - 1) <= one.day <= last.replace(year=last.year - 1)
    ]
    assert found.cents_a_year_before == sum(before)


def test_the_last_12_months_are_those_of_the_list(shop: Store) -> None:
    with shop.read() as db:
        listed = db.execute(text("SELECT sum(spend_12m_cents) FROM standing")).scalar_one()
        assert figures.sales(db, period(Span.TWELVE_MONTHS, shop.today)).cents == listed


@pytest.mark.parametrize("span", Span)
def test_months_beside_those_of_the_year_before(shop: Store, span: Span) -> None:
    by_month: Counter[str] = Counter()
    last = SPANS[span][1]
    for one in bare(shop):
        if one.day <= last:
            by_month[one.day.isoformat()[:7]] += one.cents
    with shop.read() as db:
        found = figures.months(db, period(span, shop.today))
    assert found[-1].month.first == last.replace(day=1)
    for shown in found:
        year, month = shown.month.year, shown.month.month
        assert shown.cents == by_month[f"{year}-{month:02}"]
        assert shown.cents_a_year_before == by_month[f"{year - 1}-{month:02}"]
    assert any(one.cents for one in found)
    assert any(one.cents_a_year_before for one in found)


def test_what_was_done_in_time(shop: Store) -> None:
    first, last = SPANS[Span.SIX_MONTHS]
    with shop.read() as db:
        rows = db.execute(
            text("SELECT due, substr(closed_at, 1, 10), state, customer_id FROM follow_up")
        ).all()
        gone = set(db.execute(text("SELECT id FROM customer WHERE trashed_at NOT NULL")).scalars())
        found = figures.punctuality(db, period(Span.SIX_MONTHS, shop.today))
    done = [
        (due, closed)
        for due, closed, state, who in rows
        if state == "done" and who not in gone and first.isoformat() <= closed <= last.isoformat()
    ]
    in_time = [due for due, closed in done if closed <= due]
    assert 0 < len(in_time) < len(done)
    assert (found.done, found.on_time) == (len(done), len(in_time))
    assert found.rate == pytest.approx(len(in_time) / len(done))


def test_stages_are_counted(shop: Store) -> None:
    with shop.read() as db:
        stages = Counter(db.execute(text("SELECT stage FROM standing")).scalars())
        found = figures.stages(db)
    assert {stage: count for stage, count in found.items()} == {
        stage: stages[stage.value] for stage in Stage
    }
    assert min(found.values()) > 0


def kept_days(rows: list[Bought]) -> dict[date, int]:
    """The days on which something was kept, reckoned coin by coin: a return takes back the last
    money that was spent before it."""
    purse: list[date] = []
    for _day, theirs in groupby(sorted(rows, key=lambda one: one.day), key=lambda one: one.day):
        of_day = list(theirs)
        for one in sorted(of_day, key=lambda one: -one.cents):
            if one.cents > 0:
                purse += [one.day] * (one.cents // 100)
            elif one.cents:
                del purse[max(0, len(purse) + one.cents // 100) :]
    return dict(Counter(purse))


def test_cells_and_groups(shop: Store) -> None:
    theirs = defaultdict(list)
    for one in bare(shop):
        if one.day <= shop.today:
            theirs[one.who].append(one)
    known = {}
    for who, rows in theirs.items():
        days = kept_days(rows)
        if days:
            known[who] = (max(days), len(days), sum(one.cents for one in rows))

    def fifth(value: object, among: list[object]) -> int:
        ordered = sorted(among)  # type: ignore[type-var]
        below, equal = ordered.index(value), ordered.count(value)
        return int((below + equal / 2) * 5 // len(among)) + 1

    columns = list(zip(*known.values(), strict=True))
    scores = [
        tuple(fifth(value, list(column)) for value, column in zip(row, columns, strict=True))
        for row in known.values()
    ]
    with shop.read() as db:
        found = figures.compared(db)
    assert found.buyers == len(known)
    assert found.cells == Counter((r, m) for r, _f, m in scores)
    assert {one.value: n for one, n in found.groups.items()} == Counter(
        tuple(score >= 4 for score in one) for one in scores
    )


def test_warnings_are_ranked_by_what_they_would_cost(shop: Store) -> None:
    """Against what each customer is known to be from the history itself."""
    today = shop.today
    with shop.read() as db:
        ids = list(db.execute(text("SELECT customer_id FROM standing")).scalars())
        risks = {id: deriving.known(db, id, today).risk for id in ids}
        found = figures.warnings(db, today, 999)
        worst = figures.warnings(db, today, 4)
        risk = figures.gather(db, period(Span.TWELVE_MONTHS, today), today).risk
    warned = {id: one for id, one in risks.items() if one.reasons}
    assert len(warned) > 3
    assert {one.customer_id: one.loss_cents for one in found} == {
        id: one.loss_cents(today.toordinal()) for id, one in warned.items()
    }
    assert worst == found[:4]
    losses = [one.loss_cents for one in found]
    assert losses == sorted(losses, reverse=True)
    for shown in found:
        words = tuple(one.words(today) for one in warned[shown.customer_id].reasons)
        assert shown.reasons == words
    assert (risk.customers, risk.loss_cents) == (len(warned), sum(losses))


def test_a_warning_knows_its_win_back(store: Store) -> None:
    switch(store, "win_back", False)
    id = add(store, "张晓燕")
    for ago in (65, 56, 47):
        bought(store, id, store.today - timedelta(days=ago), 100_00)
    with store.read() as db:
        [one] = figures.warnings(db, store.today, 9)
    assert one.reasons == ("Usually buys every 9 days, silent for 47",)
    assert (one.arranged, one.spend_12m_cents) == (None, 300_00)
    day = store.today + timedelta(days=2)
    with store.write("Plan") as db:
        follow_ups.schedule(db, id, day, "很久没来", kind=FollowUpKind.WIN_BACK)
    with store.read() as db:
        assert figures.warnings(db, store.today, 9)[0].arranged == day


def test_what_they_say_and_complain_of_warns_of_losing_them(store: Store, clock: Clock) -> None:
    """At once, until it is solved; and what is to come is not told before."""
    id = add(store, "张晓燕")
    bought(store, id, store.today - timedelta(days=5), 100_00)
    said(store, id, 5, store.today - timedelta(days=90))
    said(store, id, 3)
    case = complained(store, id)

    def reasons() -> tuple[str, ...]:
        with store.read() as db:
            return tuple(
                words for one in figures.warnings(db, store.today, 9) for words in one.reasons
            )

    assert reasons() == ("Satisfaction fell from 5 to 3 of 5",)
    clock.move(days=8)
    store.new_day()
    assert reasons() == ("Satisfaction fell from 5 to 3 of 5", "Complaint unsolved for 8 days")
    assert [todo.kind for todo in ahead(store, id) if todo.kind == "win_back"] == ["win_back"]
    solve(store, case)
    assert reasons() == ("Satisfaction fell from 5 to 3 of 5",)
    said(store, id, 5)
    assert reasons() == ()
    assert faults(store) == []


def test_one_win_back_for_one_silence_whatever_reason_came_first(
    store: Store, clock: Clock
) -> None:
    """What was put off stays put off, though the reason that it began with is over."""
    id = add(store, "张晓燕")
    bought(store, id, store.today, 100_00)
    first = complained(store, id)
    clock.move(days=2)
    store.new_day()
    complained(store, id, about="另一件")
    clock.move(days=9)
    store.new_day()
    todo = follow_up(store, id, "win_back")
    snooze(store, todo, "2026-12-20")
    clock.move(days=1)
    store.new_day()
    said(store, id, 5)
    said(store, id, 2)
    solve(store, first)
    assert [one.due for one in ahead(store, id) if one.kind == "win_back"] == ["2026-12-20"]
    assert faults(store) == []


def test_what_was_said_some_days_ago_is_won_back_too(store: Store, clock: Clock) -> None:
    id = add(store, "张晓燕")
    clock.move(days=60)
    store.new_day()
    bought(store, id, store.today - timedelta(days=40), 100_00)
    said(store, id, 5, store.today - timedelta(days=30))
    said(store, id, 2, store.today - timedelta(days=3))
    assert [one.kind for one in ahead(store, id)].count("win_back") == 1


def test_a_complaint_that_is_open_again_is_not_late_at_once(store: Store, clock: Clock) -> None:
    id = add(store, "张晓燕")
    bought(store, id, store.today, 100_00)
    case = complained(store, id)
    solve(store, case)
    clock.move(days=20)
    store.new_day()
    with store.write("Open again") as db:
        cases.reopen(db, case, store.today)
    assert standing(store, id).warned == ""
    clock.move(days=8)
    store.new_day()
    assert standing(store, id).warned_since == store.today
    assert [one.kind for one in ahead(store, id)].count("win_back") == 1


def test_a_reason_of_a_newer_version_is_left_out(store: Store) -> None:
    warned = '[{"kind": "newer", "x": 1}, {"kind": "unsolved", "day": "2026-11-01"}]'
    assert figures.reasons(warned, store.today) == ("Complaint unsolved for 20 days",)


def test_satisfaction_counts_for_the_grade_where_the_rules_say_so(store: Store) -> None:
    id = add(store, "张晓燕", potential="high")
    of = Criterion(of="satisfaction", weight=500, high=4.5, middle=3.5)
    with store.write("Rules") as db:
        policies.adopt(db, Policy(criteria=(*Policy().criteria, of)), store.today)
    assert standing(store, id).grade == "potential"
    said(store, id, 5)
    assert standing(store, id).grade == "vip"
    with store.read() as db:
        found = grading_table.of_one(db, id, store.today)
    assert found is not None
    assert "Satisfaction 5 of 5: high" in found[0].why(found[1])
    said(store, id, 1)
    assert standing(store, id).grade == "potential"


def test_an_empty_file_has_no_rates(store: Store) -> None:
    with store.read() as db:
        found = figures.gather(db, period(Span.TWELVE_MONTHS, store.today), store.today)
    assert (found.customers, found.sales.cents, found.compared.buyers) == (0, 0, 0)
    assert found.sales.repeat_rate is None
    assert found.sales.average_cents is None
    assert found.punctuality.rate is None
    assert found.warnings == ()


def test_a_purchase_on_the_first_and_on_the_last_day_counts(store: Store) -> None:
    id = add(store, "张三")
    for day in SPANS[Span.TWELVE_MONTHS]:
        bought(store, id, day, 100_00)
    bought(store, id, "2025-11-21", 1_00)
    with store.read() as db:
        found = figures.sales(db, period(Span.TWELVE_MONTHS, store.today))
    assert (found.cents, found.cents_a_year_before, found.came_again) == (200_00, 1_00, 1)

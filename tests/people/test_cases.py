"""Complaints and requests, from the day they come until they are solved."""

from datetime import date

import pytest

from custdesk.errors import CustdeskError
from custdesk.people import cases, changes
from custdesk.store.models import CaseKind
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import Clock, add, complained, contents, is_a_sentence, solve


def told(store: Store, id: int) -> list[tuple[str, bool]]:
    with store.read() as db:
        return [(one.about, one.solved_on is None) for one in cases.of_customer(db, id)]


def test_open_ones_come_first_complaints_before_requests(store: Store) -> None:
    id = add(store, "张三")
    for about, day, kind in (
        ("要发票", "2026-10-01", CaseKind.REQUEST),
        ("漏水", "2026-11-02", CaseKind.COMPLAINT),
        ("迟到", "2026-11-01", CaseKind.COMPLAINT),
        ("少一盒", "2026-09-01", CaseKind.COMPLAINT),
    ):
        case = complained(store, id, day, about=about, kind=kind)
    solve(store, case)
    assert told(store, id) == [
        *(("迟到", True), ("漏水", True), ("要发票", True)),
        ("少一盒", False),
    ]
    with store.read() as db:
        assert [one.about for one in cases.still_open(db, id)] == ["迟到", "漏水", "要发票"]


@pytest.mark.parametrize(
    ("about", "day", "due"),
    [
        ("  \n", "2026-11-01", None),
        ("漏水", "0202-11-01", None),
        ("漏水", "2026-11-02", "2026-11-01"),
    ],
)
def test_what_cannot_be_is_refused(
    store: Store, about: str, day: str, due: str | None, spoken: str
) -> None:
    id = add(store, "张三")
    before = contents(store)
    with pytest.raises(CustdeskError) as error:
        complained(store, id, day, due=due, about=about)
    assert is_a_sentence(str(error.value), spoken)
    assert contents(store) == before


def test_how_it_was_solved_must_be_said(store: Store, spoken: str) -> None:
    case = complained(store, add(store, "张三"))
    with pytest.raises(CustdeskError) as error:
        solve(store, case, "  ")
    assert is_a_sentence(str(error.value), spoken)


def test_what_was_not_solved_after_all_is_open_again(store: Store) -> None:
    id = add(store, "张三")
    case = complained(store, id)
    solve(store, case)
    with store.write("Open it again") as db:
        cases.reopen(db, case, store.today)
    assert told(store, id) == [("壶盖漏水", True)]
    store.undo()
    assert told(store, id) == [("壶盖漏水", False)]


def test_a_clock_that_was_set_back_solves_it_on_the_day_it_came(store: Store, clock: Clock) -> None:
    id = add(store, "张三")
    case = complained(store, id, "2026-11-21")
    clock.move(days=-3)
    store.new_day()
    solve(store, case)
    with store.read() as db:
        assert cases.of_customer(db, id)[0].solved_on == date(2026, 11, 21)


def test_one_that_is_gone_says_so(store: Store, spoken: str) -> None:
    with pytest.raises(CustdeskError) as error:
        solve(store, 99)
    assert is_a_sentence(str(error.value), spoken)


def test_the_history_says_what_became_of_it(store: Store) -> None:
    id = add(store, "张三")
    case = complained(store, id, "2026-11-01", due="2026-11-25")
    with store.write("Put it off") as db:
        day, until = date(2026, 11, 1), date(2026, 12, 1)
        cases.correct(db, case, CaseKind.COMPLAINT, "壶盖漏水", day, until)
    solve(store, case)
    with store.read() as db:
        solved, put_off, came = [
            one.differences[0] for one in changes.history_of(db, id, store.today)
        ][:3]
    assert (came.field, came.before) == ("Complaint", "")
    assert came.after.endswith("壶盖漏水 · to be solved by Wed, Nov 25") or "Nov 25" in came.after
    assert "Dec 1" in put_off.after and "Nov 25" in put_off.before
    assert solved.after.endswith("换了新的")


def test_it_goes_with_the_customer(store: Store, open_file: Opener) -> None:
    id = add(store, "张三")
    complained(store, id)
    store.erase([id])
    assert contents(store)["service_case"] == []


@pytest.mark.parametrize("then", ["solved", "open again"])
def test_it_cannot_have_come_after_it_was_solved(store: Store, then: str, spoken: str) -> None:
    case = complained(store, add(store, "张三"), "2026-11-10")
    solve(store, case)
    if then == "open again":
        with store.write("Open again") as db:
            cases.reopen(db, case, store.today)
    before = contents(store)
    with pytest.raises(CustdeskError) as error, store.write("Correct") as db:
        cases.correct(db, case, CaseKind.COMPLAINT, "漏水", date(2026, 11, 22), None)
    assert is_a_sentence(str(error.value), spoken)
    assert contents(store) == before

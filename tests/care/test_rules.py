"""What the plans call for, kind by kind, with days worked out by hand; then what always holds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from custdesk.care.birthday import BirthdayRules, InCommonYears
from custdesk.care.occasions import EVERY
from custdesk.care.rules import (
    YEARLY,
    Bought,
    Cared,
    CaseDays,
    Greeted,
    Occurrence,
    OwnDate,
    Plan,
    Span,
    called_for,
    counts_from,
    wanted,
)
from custdesk.store.models import POTENTIAL, REGULAR, VIP, CaseKind, FollowUpKind
from tests.helpers import birthday

TODAY = date(2026, 11, 21)
"""A Saturday; lunar 10-13."""

CALLBACK, BIRTHDAY = FollowUpKind.CALLBACK, FollowUpKind.BIRTHDAY
FESTIVAL, AFTER_SALE = FollowUpKind.FESTIVAL, FollowUpKind.AFTER_SALE
REPLENISHMENT, RENEWAL = FollowUpKind.REPLENISHMENT, FollowUpKind.RENEWAL
ANNIVERSARY = FollowUpKind.ANNIVERSARY


def day(written: str) -> date:
    return date.fromisoformat(written)


def cared(**known: object) -> Cared:
    """A VIP whose file was begun today, and what else is known of them."""
    of = Cared(
        customer_id=7,
        grade=VIP,
        do_not_contact=False,
        birthday=None,
        birthday_known_on=TODAY,
        last_contact=TODAY,
        care_from=TODAY,
    )
    return replace(of, **known)  # type: ignore[arg-type]


def called(
    plans: Plan | Sequence[Plan], of: Cared, first: str = "", today: str = "", until: str = ""
) -> list[tuple[str, str, str]]:
    """Key, day and due day of everything called for, in order of the day."""
    plans = [plans] if isinstance(plans, Plan) else plans
    on = day(today) if today else TODAY
    span = Span(day(first) if first else on, on, day(until) if until else None)
    found = sorted(wanted(of, plans, span), key=lambda one: (one.day, one.plan_id))
    return [(one.key, one.day.isoformat(), one.due.isoformat()) for one in found]


def by_plan(plans: Sequence[Plan], of: Cared, today: str = "") -> list[tuple[int, str]]:
    """The plan and the due day of everything called for."""
    on = day(today) if today else TODAY
    return sorted((one.plan_id, one.due.isoformat()) for one in wanted(of, plans, Span(on, on)))


# --- callbacks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "contact", "closed", "expected"),
    [
        (30, "2026-11-21", 0, ("2026-11-21", "2026-12-21")),
        (90, "2026-11-21", 0, ("2026-11-21", "2027-02-19")),
        (180, "2026-11-21", 0, ("2026-11-21", "2027-05-20")),
        (1, "2026-12-31", 0, ("2026-12-31", "2027-01-01")),
        (30, "2024-01-30", 0, ("2024-01-30", "2024-02-29")),
        (30, "2026-11-21", 1, ("2026-11-21/1", "2026-12-21")),
        (30, "2026-11-21", 12, ("2026-11-21/12", "2026-12-21")),
    ],
)
def test_a_callback_counts_from_the_last_contact(
    every: int, contact: str, closed: int, expected: tuple[str, str]
) -> None:
    of = cared(last_contact=day(contact), closed_since=closed)
    key, due = expected
    assert called(Plan(1, CALLBACK, every_days=every), of) == [(key, due, due)]
    assert counts_from(key) == day(contact)


def test_a_callback_that_is_late_is_still_called_for() -> None:
    of = cared(last_contact=day("2020-02-01"))
    expected = [("2020-02-01", "2020-03-02", "2020-03-02")]
    assert called(Plan(1, CALLBACK, every_days=30), of) == expected


def test_of_several_callback_plans_the_most_frequent_holds() -> None:
    monthly, weekly = Plan(1, CALLBACK, every_days=30), Plan(2, CALLBACK, every_days=7)
    tagged = Plan(3, CALLBACK, tags=frozenset({"茶友"}), every_days=3)
    twin = Plan(4, CALLBACK, every_days=7)
    every = [monthly, weekly, tagged, twin]
    assert by_plan(every, cared()) == [(2, "2026-11-28")]
    assert by_plan(every, cared(tags=frozenset({"茶友", "邻居"}))) == [(3, "2026-11-24")]
    assert by_plan([monthly, tagged], cared()) == [(1, "2026-12-21")]


# --- birthdays ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "lunar", "days", "expected"),
    [
        ("12-24", False, -3, [("2026", "2026-12-24", "2026-12-21")]),
        ("12-24", False, 0, [("2026", "2026-12-24", "2026-12-24")]),
        ("12-24", False, 2, [("2026", "2026-12-24", "2026-12-26")]),
        ("12-24", False, -40, [("2026", "2026-12-24", "2026-11-21")]),  # known too late
        ("11-20", False, -3, [("2027", "2027-11-20", "2027-11-17")]),
        ("11-21", False, -3,
         [("2026", "2026-11-21", "2026-11-21"), ("2027", "2027-11-21", "2027-11-18")]),
        ("02-29", False, 0, [("2027", "2027-02-28", "2027-02-28")]),
        ("10-14", True, 0, [("L2026", "2026-11-22", "2026-11-22")]),
        ("12-29", True, -3, [("L2026", "2027-02-05", "2027-02-02")]),  # the last of the lunar year
        ("12-30", True, -3, [("L2026", "2027-02-05", "2027-02-02")]),  # which has no day 30
        ("01-01", True, -1, [("L2027", "2027-02-06", "2027-02-05")]),
        ("2020-04-08L", True, 0, [("L2027", "2027-05-13", "2027-05-13")]),
    ],
)  # fmt: skip
def test_birthdays(born: str, lunar: bool, days: int, expected: list[tuple[str, str, str]]) -> None:
    of = cared(birthday=birthday(born, lunar=lunar))
    assert called(Plan(1, BIRTHDAY, days=days), of) == expected


def test_a_birthday_is_kept_by_the_rules_that_were_chosen() -> None:
    rules = BirthdayRules(common_year=InCommonYears.MARCH_1)
    of = cared(birthday=birthday("02-29"), rules=rules)
    assert called(Plan(1, BIRTHDAY, days=-3), of) == [("2027", "2027-03-01", "2027-02-26")]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ("2026-11-21", [("2026-12-24", "2026-12-17"), ("2027-12-24", "2027-12-17")]),
        ("2026-12-20", [("2026-12-24", "2026-12-20"), ("2027-12-24", "2027-12-17")]),
        ("2026-12-24", [("2026-12-24", "2026-12-24"), ("2027-12-24", "2027-12-17")]),
        ("2026-12-25", [("2027-12-24", "2027-12-17")]),
    ],
)
def test_a_birthday_that_passed_before_it_was_known_is_nobody_s_to_miss(
    known: str, expected: list[tuple[str, str]]
) -> None:
    of = cared(birthday=birthday("12-24"), birthday_known_on=day(known))
    found = called(Plan(1, BIRTHDAY, days=-7), of, first="2026-11-21", today="2027-01-02")
    assert [one[1:] for one in found] == expected


def test_nobody_s_birthday_is_no_birthday() -> None:
    assert called(Plan(1, BIRTHDAY, days=-3), cared()) == []


# --- festivals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "days", "expected"),
    [
        ("spring_festival", -1, ("2027", "2027-02-06", "2027-02-05")),
        ("new_years_eve", 0, ("2027", "2027-02-05", "2027-02-05")),
        ("lantern_festival", 0, ("2027", "2027-02-20", "2027-02-20")),
        ("qingming", 0, ("2027", "2027-04-05", "2027-04-05")),
        ("dragon_boat", -1, ("2027", "2027-06-09", "2027-06-08")),
        ("qixi", 0, ("2027", "2027-08-08", "2027-08-08")),
        ("mid_autumn", -1, ("2027", "2027-09-15", "2027-09-14")),
        ("double_ninth", 1, ("2027", "2027-10-08", "2027-10-09")),
        ("小雪", 0, ("2026", "2026-11-22", "2026-11-22")),
        ("冬至", -7, ("2026", "2026-12-22", "2026-12-15")),
        ("立冬", 0, ("2027", "2027-11-07", "2027-11-07")),
    ],
)
def test_festivals_and_terms(about: str, days: int, expected: tuple[str, str, str]) -> None:
    assert called(Plan(1, FESTIVAL, about=about, days=days), cared()) == [expected]


def test_what_is_no_festival_is_never_kept() -> None:
    assert called(Plan(1, FESTIVAL, about="双十一"), cared(), until="2030-01-01") == []


def test_a_festival_before_the_file_was_begun_is_nobody_s_to_miss() -> None:
    spring = Plan(1, FESTIVAL, about="spring_festival", days=-1)
    of = cared(care_from=day("2027-02-07"))
    found = called(spring, of, first="2027-02-01", today="2027-02-10")
    assert found == [("2028", "2028-01-26", "2028-01-25")]


# --- cases ----------------------------------------------------------------------------------------


def _case(
    on: str, due: str | None, solved: str | None = None, kind: CaseKind = CaseKind.COMPLAINT
) -> CaseDays:
    return CaseDays(5, kind, day(on), due and day(due), solved and day(solved))  # type: ignore[arg-type]


def _seen_to(case: CaseDays, often: int, last: str) -> CaseDays:
    return replace(case, seen_to=often, seen_to_on=day(last))


@pytest.mark.parametrize(
    ("days", "case", "expected"),
    [
        (0, _case("2026-11-20", "2026-11-25"), [("5:0", "2026-11-25", "2026-11-25")]),
        (-2, _case("2026-11-20", "2026-11-25"), [("5:0", "2026-11-25", "2026-11-23")]),
        # Not before it came.
        (-9, _case("2026-11-20", "2026-11-25"), [("5:0", "2026-11-25", "2026-11-20")]),
        # Open is open, whenever it was due.
        (0, _case("2026-09-01", "2026-09-05"), [("5:0", "2026-09-05", "2026-09-05")]),
        # Seen to and still open, it comes again.
        (
            0,
            _seen_to(_case("2026-11-10", "2026-11-15"), 2, "2026-11-20"),
            [("5:2", "2026-11-15", "2026-11-23")],
        ),
        (
            -1,
            _seen_to(_case("2026-11-10", "2026-11-30"), 1, "2026-11-20"),
            [("5:1", "2026-11-30", "2026-11-29")],
        ),
        # Shortly before its day it is still due on it.
        (
            0,
            _seen_to(_case("2026-11-10", "2026-11-22"), 1, "2026-11-20"),
            [("5:1", "2026-11-22", "2026-11-22")],
        ),
        (0, _case("2026-11-20", None), []),
        (0, _case("2026-11-20", "2026-11-25", "2026-11-21"), []),
        # After it was solved one asks whether all is well; of a request nobody does.
        (7, _case("2026-11-20", "2026-11-25"), []),
        (
            7,
            _case("2026-11-10", None, "2026-11-18"),
            [("5:2026-11-18", "2026-11-18", "2026-11-25")],
        ),
        (7, _case("2026-11-10", None, "2026-11-18", CaseKind.REQUEST), []),
        (7, _case("2026-11-01", None, "2026-11-13"), []),  # typed in too late
    ],
)
def test_a_case(days: int, case: CaseDays, expected: list[tuple[str, str, str]]) -> None:
    assert called(Plan(1, FollowUpKind.CASE, days=days), cared(cases=(case,))) == expected


def test_each_case_is_one_of_its_own() -> None:
    several = tuple(replace(_case("2026-11-20", "2026-11-25"), id=id) for id in (3, 9))
    found = called(Plan(1, FollowUpKind.CASE), cared(cases=several))
    assert [key for key, _day, _due in found] == ["3:0", "9:0"]


# --- after a sale ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "bought", "expected"),
    [
        (7, "2026-11-21", [("2026-11-21", "2026-11-21", "2026-11-28")]),
        (30, "2026-11-21", [("2026-11-21", "2026-11-21", "2026-12-21")]),
        (0, "2026-11-21", [("2026-11-21", "2026-11-21", "2026-11-21")]),
        (7, "2026-11-14", [("2026-11-14", "2026-11-14", "2026-11-21")]),
        (7, "2026-11-13", []),  # typed in too late
        (7, None, []),
    ],
)
def test_after_a_sale(days: int, bought: str | None, expected: list[tuple[str, str, str]]) -> None:
    of = cared(last_purchase=bought and day(bought))
    assert called(Plan(1, AFTER_SALE, days=days), of) == expected


def _bought(product: str, on: str, quantity: float = 1, lasts: int | None = 30) -> Bought:
    id, category = {"龙井": (3, "绿茶"), "碧螺春": (4, "绿茶"), "盖碗": (5, "茶具")}[product]
    return Bought(id, product, category, day(on), quantity, lasts)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("", ["2026-11-20"]),
        ("龙井", ["2026-11-18"]),
        ("绿茶", ["2026-11-19"]),
        ("茶具", ["2026-11-20"]),
        ("红茶", []),
    ],
)
def test_after_a_sale_of_something(about: str, expected: list[str]) -> None:
    of = cared(
        care_from=day("2026-11-01"),
        last_purchase=day("2026-11-20"),
        bought=(
            _bought("龙井", "2026-11-18"),
            _bought("碧螺春", "2026-11-19"),
            _bought("盖碗", "2026-11-20"),
        ),
    )
    found = called(Plan(1, AFTER_SALE, about=about, days=7), of)
    assert [key for key, _day, _due in found] == expected


# --- used up --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "lasts", "days", "expected"),
    [
        (1, 30, -3, [("3:2026-11-21", "2026-12-21", "2026-12-18")]),
        (2, 30, -3, [("3:2026-11-21", "2027-01-20", "2027-01-17")]),
        (2.5, 30, 0, [("3:2026-11-21", "2027-02-04", "2027-02-04")]),
        (0.5, 30, 0, [("3:2026-11-21", "2026-12-21", "2026-12-21")]),  # half a pound is one packet
        (1, 2, -3, [("3:2026-11-21", "2026-11-23", "2026-11-21")]),  # not before it was bought
        (1, 30, 5, [("3:2026-11-21", "2026-12-21", "2026-12-26")]),
        (1, None, -3, []),
    ],
)
def test_used_up(
    quantity: float, lasts: int | None, days: int, expected: list[tuple[str, str, str]]
) -> None:
    of = cared(bought=(_bought("龙井", "2026-11-21", quantity, lasts),))
    assert called(Plan(1, REPLENISHMENT, days=days), of) == expected


def test_what_was_used_up_long_ago_is_nobody_s_to_miss() -> None:
    of = cared(bought=(_bought("龙井", "2026-10-01"), _bought("盖碗", "2026-11-01")))
    found = called(Plan(1, REPLENISHMENT, days=-3), of)
    assert found == [("5:2026-11-01", "2026-12-01", "2026-11-28")]


# --- what ends, and what comes every year ---------------------------------------------------------

POLICY = OwnDate(9, "车险", day("2026-12-31"), False, TODAY)
WEDDING = OwnDate(8, "结婚纪念日", day("2016-12-05"), True, TODAY)


@pytest.mark.parametrize(
    ("ends", "known", "days", "expected"),
    [
        ("2026-12-31", "2026-11-21", -14, [("9:2026-12-31", "2026-12-31", "2026-12-17")]),
        ("2026-12-01", "2026-11-21", -14, [("9:2026-12-01", "2026-12-01", "2026-11-21")]),
        ("2026-11-21", "2026-11-21", -14, [("9:2026-11-21", "2026-11-21", "2026-11-21")]),
        ("2026-11-20", "2026-11-21", -14, []),
        ("2026-12-31", "2026-11-21", 3, [("9:2026-12-31", "2026-12-31", "2027-01-03")]),
    ],
)
def test_renewals(ends: str, known: str, days: int, expected: list[tuple[str, str, str]]) -> None:
    of = cared(dates=(replace(POLICY, day=day(ends), known_on=day(known)), WEDDING))
    assert called(Plan(1, RENEWAL, days=days), of) == expected


@pytest.mark.parametrize(
    ("first_time", "today", "days", "expected"),
    [
        ("2016-12-05", "2026-11-21", -3, [("8:2026", "2026-12-05", "2026-12-02")]),
        ("2016-11-20", "2026-11-21", -3, [("8:2027", "2027-11-20", "2027-11-17")]),
        (
            "2027-12-05",
            "2026-11-21",
            -3,
            [("8:2027", "2027-12-05", "2027-12-02")],
        ),  # the day itself
        ("2029-12-05", "2026-11-21", -3, []),  # not before it, nor years ahead
        ("2020-02-29", "2026-11-21", 0, [("8:2027", "2027-02-28", "2027-02-28")]),
        ("2020-02-29", "2027-03-01", 0, [("8:2028", "2028-02-29", "2028-02-29")]),
        ("2020-02-29", "2028-03-01", 0, [("8:2029", "2029-02-28", "2029-02-28")]),
        ("2016-12-05", "2026-11-21", 2, [("8:2026", "2026-12-05", "2026-12-07")]),
    ],
)
def test_anniversaries(
    first_time: str, today: str, days: int, expected: list[tuple[str, str, str]]
) -> None:
    of = cared(dates=(replace(WEDDING, day=day(first_time)), POLICY))
    assert called(Plan(1, ANNIVERSARY, days=days), of, today=today) == expected


def test_the_dates_of_one_name() -> None:
    of = cared(dates=(POLICY, replace(POLICY, id=10, name="会员卡"), WEDDING))
    cards = called(Plan(1, RENEWAL, about="会员卡", days=-14), of)
    assert [key for key, _day, _due in cards] == ["10:2026-12-31"]
    assert called(Plan(1, ANNIVERSARY, about="开业", days=-3), of) == []


# --- whom it concerns -----------------------------------------------------------------------------

LIFE: dict[str, object] = {
    "birthday": birthday("12-24"),
    "last_purchase": TODAY,
    "bought": (_bought("龙井", "2026-11-21"),),
    "dates": (POLICY, WEDDING),
}
ONE_OF_EACH = (
    Plan(1, CALLBACK, every_days=30),
    Plan(2, BIRTHDAY, days=-3),
    Plan(3, FESTIVAL, about="冬至", days=-1),
    Plan(4, AFTER_SALE, days=7),
    Plan(5, REPLENISHMENT, days=-3),
    Plan(6, RENEWAL, days=-14),
    Plan(7, ANNIVERSARY, days=-3),
)


@pytest.mark.parametrize("plan", ONE_OF_EACH, ids=lambda plan: plan.kind.value)
def test_whom_a_plan_concerns(plan: Plan) -> None:
    of = cared(**LIFE)
    tagged = replace(of, tags=frozenset({"茶友", "老客"}))
    vip, regular = frozenset({VIP, REGULAR}), frozenset({REGULAR})
    tags = frozenset({"茶友", "会员"})
    assert len(called(plan, of)) == 1
    assert len(called(replace(plan, grades=vip), of)) == 1
    assert called(replace(plan, grades=regular), of) == []
    assert called(replace(plan, tags=tags), of) == []
    assert len(called(replace(plan, tags=tags), tagged)) == 1
    assert called(replace(plan, tags=tags, grades=regular), tagged) == []
    assert called(plan, replace(tagged, do_not_contact=True)) == []


@pytest.mark.parametrize("plan", ONE_OF_EACH[1:], ids=lambda plan: plan.kind.value)
def test_what_lay_before_a_plan_was_switched_on_is_nobody_s_to_miss(plan: Plan) -> None:
    of = cared(**LIFE)
    ((_key, about, due),) = called(plan, of)
    last = max(about, due)
    assert len(called(replace(plan, since=day(last)), of)) == 1
    later = replace(plan, since=day(last) + timedelta(days=1))
    assert all(one[1] > last for one in called(later, of, first="2026-11-21", today=last))


def test_it_is_due_when_the_plan_is_switched_on_at_the_earliest() -> None:
    of = cared(**LIFE)
    for plan in ONE_OF_EACH[5:]:
        on = replace(plan, days=-30, since=day("2026-12-02"))
        assert [due for _key, _day, due in called(on, of, today="2026-12-02")] == ["2026-12-02"]


def test_what_a_plan_makes_of_a_clock_that_ran_ahead_is_not_lost() -> None:
    """A plan was switched on, or somebody's file begun, before the clock was set back."""
    of = cared(birthday=birthday("11-25"), dates=(replace(WEDDING, day=day("2016-11-25")),))
    term = Plan(1, FESTIVAL, about="小雪")  # 22 November, in 2027 too
    for plan in (Plan(2, BIRTHDAY), Plan(3, ANNIVERSARY), term):
        found = called(replace(plan, since=day("2026-11-30")), of)
        assert [one[1] for one in found] == ["2027-11-22" if plan is term else "2027-11-25"]
    late = replace(of, birthday_known_on=day("2026-11-30"))
    assert called(Plan(2, BIRTHDAY), late) == [("2027", "2027-11-25", "2027-11-25")]


# --- once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", ONE_OF_EACH, ids=lambda plan: plan.kind.value)
def test_two_plans_for_the_same_thing_call_once(plan: Plan) -> None:
    of = cared(**LIFE, tags=frozenset({"茶友"}))
    others = [replace(plan, id=20), replace(plan, id=21, tags=frozenset({"茶友"}))]
    assert [id for id, _due in by_plan([*others, plan], of)] == [plan.id]


@pytest.mark.parametrize("plan", ONE_OF_EACH[4:], ids=lambda plan: plan.kind.value)
def test_the_plan_that_names_what_it_is_about_comes_before_one_for_all(plan: Plan) -> None:
    of = cared(**LIFE)
    name = {REPLENISHMENT: "龙井", RENEWAL: "车险", ANNIVERSARY: "结婚纪念日"}[plan.kind]
    assert [id for id, _due in by_plan([plan, replace(plan, id=20, about=name)], of)] == [20]


def test_a_plan_that_was_switched_on_later_does_not_call_for_the_same_again() -> None:
    of = cared(birthday=birthday("12-01"))
    old, new = Plan(1, BIRTHDAY, days=-3), Plan(2, BIRTHDAY, days=-3, since=day("2026-11-30"))
    assert by_plan([old, new], of, today="2026-11-30") == [(1, "2026-11-28")]


def test_two_plans_for_different_days_call_twice() -> None:
    of = cared(birthday=birthday("12-24"))
    gift, words = Plan(1, BIRTHDAY, days=-10), Plan(2, BIRTHDAY)
    assert by_plan([gift, words], of) == [(1, "2026-12-14"), (2, "2026-12-24")]


def test_two_plans_that_are_both_late_call_once() -> None:
    of = cared(birthday=birthday("11-25"))
    assert by_plan([Plan(1, BIRTHDAY, days=-10), Plan(2, BIRTHDAY, days=-7)], of) == [
        (1, "2026-11-21")
    ]


def _greeted(plan: Plan | None, of: Cared, kind: FollowUpKind) -> Cared:
    """The same customer after what the plan called for was done."""
    kept = {BIRTHDAY: "2026-12-24", FESTIVAL: "2026-12-22", ANNIVERSARY: "2026-12-05"}[kind]
    what = "8" if kind is ANNIVERSARY else ""
    one = Greeted(plan.id if plan else None, kind, day(kept), what)
    return replace(of, greeted=frozenset({one}))


@pytest.mark.parametrize("kind", sorted(YEARLY))
def test_who_was_greeted_is_not_greeted_again_by_another_plan(kind: FollowUpKind) -> None:
    plan = next(one for one in ONE_OF_EACH if one.kind is kind)
    other = replace(plan, id=20, days=-2)
    vips = replace(plan, grades=frozenset({REGULAR}))
    of = cared(**LIFE)
    assert len(called([vips, other], of)) == 1
    assert called([vips, other], _greeted(vips, of, kind)) == []  # no VIP any more
    assert called([other], _greeted(plan, of, kind)) == []  # switched off
    assert called([other], _greeted(None, of, kind)) == []  # taken away
    assert len(called([other], _greeted(other, of, kind))) == 1  # its own row is there
    assert len(called([plan, other], _greeted(plan, of, kind))) == 2  # both were meant


@pytest.mark.parametrize("plan", ONE_OF_EACH[4:], ids=lambda plan: plan.kind.value)
def test_what_one_plan_did_a_twin_does_not_do_again(plan: Plan) -> None:
    """The twin names what it is about, and would come first."""
    of = cared(**LIFE)
    ((key, about, _due),) = called(plan, of)
    what = {REPLENISHMENT: "龙井", RENEWAL: "车险", ANNIVERSARY: "结婚纪念日"}[plan.kind]
    done = Greeted(plan.id, plan.kind, day(about), key.partition(":")[0])
    twin = replace(plan, id=20, about=what)
    assert [id for id, _due in by_plan([plan, twin], replace(of, greeted=frozenset({done})))] == [
        plan.id
    ]


def test_two_anniversaries_on_one_day_are_two() -> None:
    opening = replace(WEDDING, id=11, name="开业")
    of = _greeted(None, cared(dates=(WEDDING, opening)), ANNIVERSARY)
    assert called(Plan(1, ANNIVERSARY, days=-3), of) == [("11:2026", "2026-12-05", "2026-12-02")]


# --- whether something late is still to be done ---------------------------------------------------


LATER = date(2027, 4, 1)


def _late(plan: Plan, of: Cared) -> Occurrence:
    (one,) = wanted(of, [plan], Span(TODAY, TODAY))
    return one


@pytest.mark.parametrize("plan", ONE_OF_EACH[1:], ids=lambda plan: plan.kind.value)
def test_what_is_late_is_still_called_for(plan: Plan) -> None:
    of = cared(**LIFE)
    one = _late(plan, of)
    assert called_for(of, [plan], one, LATER) == one
    assert called_for(replace(of, do_not_contact=True), [plan], one, LATER) is None
    assert called_for(of, [replace(plan, grades=frozenset({REGULAR}))], one, LATER) is None
    assert called_for(of, [], one, LATER) is None


def test_what_is_late_goes_when_it_was_wrong() -> None:
    of = cared(**LIFE)
    corrected = replace(
        of,
        birthday=birthday("12-25"),
        birthday_known_on=day("2027-01-05"),
        last_purchase=None,
        bought=(),
        dates=(),
    )
    for plan in (*ONE_OF_EACH[1:2], *ONE_OF_EACH[3:]):
        assert called_for(corrected, [plan], _late(plan, of), LATER) is None


def test_what_is_late_follows_when_it_is_another_day() -> None:
    """The rule for 29 February, or how long a product lasts, was changed meanwhile."""
    leapling = cared(birthday=birthday("02-29"))
    late = _late(Plan(2, BIRTHDAY, days=-3), leapling)
    kept = replace(leapling, rules=BirthdayRules(common_year=InCommonYears.MARCH_1))
    found = called_for(kept, [Plan(2, BIRTHDAY, days=-3)], late, LATER)
    assert found and (found.key, found.day, found.due) == (
        "2027", day("2027-03-01"), day("2027-02-26"),
    )  # fmt: skip
    plan = Plan(5, REPLENISHMENT, days=-3)
    late = _late(plan, cared(bought=(_bought("龙井", "2026-11-21"),)))
    for lasts, used_up in ((10, "2026-12-01"), (50, "2027-01-10")):
        found = called_for(
            cared(bought=(_bought("龙井", "2026-11-21", 1, lasts),)), [plan], late, LATER
        )
        assert found and found.day == day(used_up)


def test_what_is_late_is_done_by_another_plan_when_its_own_is_for_others_now() -> None:
    of = cared(birthday=birthday("11-21"))
    vips = Plan(1, BIRTHDAY, grades=frozenset({VIP}), days=-3)
    others = Plan(2, BIRTHDAY, grades=frozenset({REGULAR}), days=-1)
    late = wanted(of, [vips, others], Span(TODAY, TODAY))[0]
    found = called_for(replace(of, grade=REGULAR), [vips, others], late, LATER)
    assert found and (found.plan_id, found.day) == (2, TODAY)
    assert called_for(replace(of, grade=POTENTIAL), [vips, others], late, LATER) is None


# --- what always holds ----------------------------------------------------------------------------

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
GRADES = st.frozensets(st.sampled_from([VIP, REGULAR, POTENTIAL]), max_size=2)
TAGS = st.frozensets(st.sampled_from(["茶友", "会员", "邻居"]), max_size=2)
NAMES = st.sampled_from(["", "龙井", "绿茶", "车险", "结婚纪念日"])
BORN = st.sampled_from(
    [
        None,
        birthday("11-22"),
        birthday("01-01"),
        birthday("02-29"),
        birthday("10-13", lunar=True),
        birthday("01-01", lunar=True),
        birthday("12-30", lunar=True),
        birthday("2020-04-08L", lunar=True),
    ]
)


@st.composite
def a_plan(draw: st.DrawFn, id: int) -> Plan:
    kind = draw(st.sampled_from([kind for kind in FollowUpKind if kind is not FollowUpKind.CUSTOM]))
    about = draw(NAMES)
    if kind is FESTIVAL:
        about = draw(st.sampled_from(EVERY)).value
    return Plan(
        id,
        kind,
        draw(GRADES),
        draw(TAGS),
        every_days=draw(st.sampled_from([1, 7, 30, 90])) if kind is CALLBACK else 0,
        days=draw(st.integers(0 if kind is AFTER_SALE else -60, 40)),
        about="" if kind in (CALLBACK, BIRTHDAY) else about,
        since=draw(st.just(date.min) | DAYS),
    )


PLANS = st.integers(1, 6).flatmap(lambda n: st.tuples(*(a_plan(id) for id in range(1, n + 1))))


@st.composite
def somebody(draw: st.DrawFn) -> Cared:
    bought = draw(st.lists(st.sampled_from(["龙井", "碧螺春", "盖碗"]), unique=True))
    quantities = st.floats(0.1, 9, allow_nan=False)
    return Cared(
        customer_id=7,
        grade=draw(st.sampled_from([VIP, REGULAR, POTENTIAL])),
        do_not_contact=draw(st.sampled_from([False, False, False, True])),
        birthday=draw(BORN),
        birthday_known_on=draw(DAYS),
        last_contact=draw(DAYS),
        care_from=draw(DAYS),
        closed_since=draw(st.integers(0, 2)),
        tags=draw(TAGS),
        last_purchase=draw(st.none() | DAYS),
        bought=tuple(
            _bought(one, draw(DAYS).isoformat(), draw(quantities), draw(st.sampled_from([None, 9])))
            for one in bought
        ),
        dates=tuple(
            OwnDate(id, name, draw(DAYS), yearly, draw(DAYS))
            for id, (name, yearly) in enumerate([("车险", False), ("结婚纪念日", True)])
        ),
    )


SPANS = st.builds(
    lambda first, off: Span(first, first + timedelta(days=off)), DAYS, st.integers(0, 500)
)


@given(plans=PLANS, of=somebody(), span=SPANS)
def test_keys_are_unique_and_asking_twice_is_as_once(
    plans: tuple[Plan, ...], of: Cared, span: Span
) -> None:
    found = wanted(of, plans, span)
    assert found == wanted(of, plans, span)
    assert len({(one.plan_id, one.key) for one in found}) == len(found)
    concerned = {plan.id for plan in plans if plan.concerns(of)}
    assert {one.plan_id for one in found} <= concerned
    assert not (of.do_not_contact and found)
    about = {plan.id: plan.about if plan.kind is FESTIVAL else "" for plan in plans}
    things = [
        (one.kind, about[one.plan_id], one.key, one.due) for one in found if one.kind in YEARLY
    ]
    assert len(set(things)) == len(things)


@given(plans=PLANS, of=somebody(), span=SPANS)
def test_what_comes_every_year_comes_once_a_year_and_once_more_ahead(
    plans: tuple[Plan, ...], of: Cared, span: Span
) -> None:
    for plan in plans:
        if plan.kind not in YEARLY or of.do_not_contact or not plan.concerns(of):
            continue
        found = sorted(one.day for one in wanted(of, [plan], span))
        if not found:
            yearly = any(one.yearly and plan.about in ("", one.name) for one in of.dates)
            assert plan.kind is ANNIVERSARY or not of.birthday
            assert plan.kind is not ANNIVERSARY or not yearly or of.dates[1].day > span.today
            continue
        gaps = [(later - earlier).days for earlier, later in pairwise(found)]
        assert all(353 <= gap <= 385 for gap in gaps)
        assert len([one for one in found if one > max(span.today, found[0])]) <= 1
        assert found[-1] > span.today


@given(plans=PLANS, of=somebody(), span=SPANS, more=st.integers(0, 900))
def test_looking_further_only_adds(
    plans: tuple[Plan, ...], of: Cared, span: Span, more: int
) -> None:
    near = wanted(of, plans, span)
    far = wanted(of, plans, replace(span, until=span.today + timedelta(days=more)))
    assert set(near) <= set(far)


@given(plans=PLANS, of=somebody(), start=DAYS, cuts=st.lists(st.integers(1, 300), max_size=5))
def test_a_day_at_a_time_or_all_at_once(
    plans: tuple[Plan, ...], of: Cared, start: date, cuts: list[int]
) -> None:
    """However often the PC was switched on, the same is planned in the end."""
    found, on = set(wanted(of, plans, Span(start, start))), start
    for days in cuts:
        found |= set(wanted(of, plans, Span(on, on + timedelta(days=days))))
        on += timedelta(days=days)
    assert found == set(wanted(of, plans, Span(start, on)))


@given(plans=PLANS, of=somebody(), span=SPANS, later=st.integers(0, 900))
def test_what_was_called_for_and_is_late_is_still_called_for(
    plans: tuple[Plan, ...], of: Cared, span: Span, later: int
) -> None:
    assume(all(plan.since <= span.today for plan in plans))  # they are switched on today
    for one in wanted(of, plans, span):
        if one.kind is not CALLBACK:
            assert called_for(of, plans, one, LATER) == one

"""Churn warnings: chances and reasons worked out by hand, what always holds, and the study."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import churn as study
from custdesk.insight import churn
from custdesk.insight.buying import rhythm
from custdesk.insight.churn import (
    YEAR,
    Expired,
    FewerContacts,
    LessContent,
    Reason,
    Risk,
    Said,
    Slower,
    Thresholds,
    Unsolved,
)

TODAY = date(2026, 11, 21)
NOW = TODAY.toordinal()
USUAL = Thresholds()


@dataclass(frozen=True, slots=True)
class History:
    """What somebody did, by dates; days after today are to come."""

    bought: Sequence[date] = ()
    cents: Sequence[int] = ()
    contacts: Sequence[date] = ()
    ended: Sequence[tuple[str, date]] = ()
    scores: Sequence[tuple[date, int]] = ()
    complaints: Sequence[tuple[date, date | None]] = ()
    """The days on which each came and was solved."""


def assess(history: History, thresholds: Thresholds, today: date) -> Risk:
    days = [day.toordinal() for day in history.bought]
    now = today.toordinal()
    known = [one for one in zip(days, history.cents, strict=False) if one[0] <= now]
    found = churn.assess(
        known,
        rhythm([day for day, _cents in known]),
        Said(
            [day.toordinal() for day in history.contacts],
            [(day.toordinal(), score) for day, score in history.scores],
            [
                (came.toordinal(), solved.toordinal() if solved else churn.NEVER_SOLVED)
                for came, solved in history.complaints
            ],
            [(name, day.toordinal()) for name, day in history.ended],
        ),
        thresholds,
        now,
    )
    ahead = [day - 1 for day in days if day > now]
    return found._replace(holds_until=min([found.holds_until, *ahead]))


def ago(*days: int) -> tuple[date, ...]:
    """Days before today, the farthest first; negative ones are to come."""
    return tuple(TODAY - timedelta(days=one) for one in sorted(days, reverse=True))


def bought(*days_ago: int, cents: int = 10_000) -> History:
    days = ago(*days_ago)
    return History(days, [cents] * len(days))


def risk(history: History, thresholds: Thresholds = USUAL) -> Risk:
    return assess(history, thresholds, TODAY)


# --- the chance -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        # Once in the 365 days beforehand, silent for none: 365/730 buy nothing in 365 more.
        ((0,), 0.5),
        # Left in 352 days of silence 352/717; silent without that 365/717; 717/1082 ahead.
        (
            (352,),
            1 - (365 / 717) ** 2 / (352 / 717 + (365 / 717) ** 2) * (1 - 717 / 1082),
        ),
        # Twice in 365 + 365 days, silent for none of them: (730/1095)².
        ((365, 0), (2 / 3) ** 2),
        # The same, silent for 320: left 320/1050; (730/1050)² silent; (1050/1415)² ahead.
        (
            (685, 320),
            1
            - (73 / 105 * (73 / 105) ** 2)
            / (32 / 105 + 73 / 105 * (73 / 105) ** 2)
            * (1 - (1050 / 1415) ** 2),
        ),
    ],
)
def test_the_chance_follows_from_the_own_rate(days_ago: tuple[int, ...], expected: float) -> None:
    assert risk(bought(*days_ago)).chance(NOW) == pytest.approx(expected, abs=1e-12)


def test_the_same_silence_says_more_of_who_buys_often() -> None:
    often = bought(*range(47, 47 + 9 * 40, 9))
    seldom = bought(*range(47, 47 + 90 * 4, 90))
    assert risk(often).chance(NOW) > 0.4
    assert risk(seldom).chance(NOW) < 0.26


def test_who_bought_once_is_lost_the_surer_the_longer_ago_that_was() -> None:
    chances = [risk(bought(days)).chance(NOW) for days in (0, 30, 90, 365, 1500)]
    assert chances == sorted(set(chances))


def test_who_never_bought_cannot_be_lost() -> None:
    assert risk(History()) == Risk(0, 0, 0, 1.0, 0, (), date.max.toordinal())
    assert risk(bought(-3)).chance(NOW) == 0


# --- what it would cost ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_ago", "cents", "expected"),
    [
        ((40,), [5_000], 5_000),
        ((700, 500, 400), [100, 20, 3], 123),
        ((40 + YEAR, 40), [7_000, 5_000], 5_000),
        ((40 + YEAR - 1, 40), [7_000, 5_000], 12_000),
        ((40, -1), [5_000, 9_000], 5_000),
    ],
)
def test_a_year_is_worth_what_was_spent_in_the_last_one(
    days_ago: tuple[int, ...], cents: list[int], expected: int
) -> None:
    found = risk(History(ago(*days_ago), cents))
    assert found.yearly_cents == expected
    assert found.loss_cents(NOW) == round(found.chance(NOW) * expected)


# --- the reasons ----------------------------------------------------------------------------------


def slow(usual: int, silent: int) -> tuple[Slower]:
    return (Slower(usual, TODAY - timedelta(days=silent)),)


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        # Every 20 days: from the 41st day of silence on.
        ((80, 60, 40), ()),
        ((81, 61, 41), slow(20, 41)),
        # Every 5 days: 30 days at least.
        ((39, 34, 29), ()),
        ((40, 35, 30), slow(5, 30)),
        # The median of 9, 100, 9, 9 and of 9, 12 (10.5, rounded up): days in bulk move nothing.
        ((167, 158, 58, 49, 40), slow(9, 40)),
        ((61, 52, 40), slow(11, 40)),
        # Two days are no rhythm.
        ((300, 100), ()),
        # For two years, or for twice as long as it took to warn: every 400 days, 801 to 1601.
        ((750, 740, 730), slow(10, 730)),
        ((751, 741, 731), ()),
        ((2401, 2001, 1601), slow(400, 1601)),
        ((2402, 2002, 1602), ()),
    ],
)
def test_silence_beyond_the_own_rhythm(
    days_ago: tuple[int, ...], expected: tuple[Reason, ...]
) -> None:
    assert risk(bought(*days_ago)).reasons == expected


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        # 18 in 180 days are 3 a month.
        (range(60, 240, 10), (FewerContacts(3, 0),)),
        ((5, 59, *range(60, 240, 10)), (FewerContacts(3, 1),)),
        ((5, 9, 59, *range(60, 240, 10)), ()),
        # Under one a month there is nothing to become fewer.
        (range(60, 240, 36), ()),
        (range(60, 240, 30), (FewerContacts(1, 0),)),
        # Of yesterday, or before all that: neither counts.
        ((1,), ()),
        (range(240, 400, 5), ()),
        ((), ()),
    ],
)
def test_fewer_contacts_than_before(contacts: Sequence[int], expected: tuple[Reason, ...]) -> None:
    history = replace(bought(3), contacts=ago(*contacts))
    found = risk(history)
    assert found.reasons == expected
    stays = 0.8 if expected else 1
    assert 1 - found.chance(NOW) == pytest.approx((1 - risk(bought(3)).chance(NOW)) * stays)


def test_who_never_bought_may_be_spoken_with_less() -> None:
    assert risk(History(contacts=ago(*range(60, 240, 10)))).reasons == ()


BUYER = bought(2000, 3)


def scored(*said: tuple[int, int]) -> History:
    """Somebody who buys, and said so many days ago how content they are."""
    return replace(BUYER, scores=[(ago(days)[0], score) for days, score in said])


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (scored((90, 5), (10, 3)), (LessContent(5, 3),)),
        (scored((90, 5), (60, 4), (10, 3)), (LessContent(4.5, 3),)),
        (scored((90, 4), (10, 3)), (LessContent(4, 3),)),
        # Less than a point below, as content as ever, or more.
        (scored((90, 4), (60, 3), (10, 3)), ()),
        (scored((90, 1), (10, 1)), ()),
        (scored((90, 2), (10, 5)), ()),
        # One word is no fall; the last word counts, not the worst.
        (scored((10, 1)), ()),
        (scored((90, 5), (60, 1), (10, 4)), ()),
        # For 180 days.
        (scored((900, 5), (180, 3)), (LessContent(5, 3),)),
        (scored((900, 5), (181, 3)), ()),
        # What is dated tomorrow was not said yet.
        (scored((90, 5), (-1, 1)), ()),
    ],
)
def test_satisfaction_that_fell(history: History, expected: tuple[Reason, ...]) -> None:
    found = risk(history)
    assert found.reasons == expected
    stays = 0.8 if expected else 1
    assert 1 - found.chance(NOW) == pytest.approx((1 - risk(BUYER).chance(NOW)) * stays)


def complained(*days_ago: tuple[int, int | None]) -> History:
    """Somebody who buys; when each complaint came and was solved."""
    told = [(ago(came)[0], None if to is None else ago(to)[0]) for came, to in days_ago]
    return replace(BUYER, complaints=told)


@pytest.mark.parametrize(
    ("history", "since"),
    [
        (complained((8, None)), 8),
        # There are seven days to solve it.
        (complained((7, None)), None),
        (complained((-1, None)), None),
        # Solved today, it is a reason no more; tomorrow is not today.
        (complained((100, 0)), None),
        (complained((100, -1)), 100),
        # Of several, the one that has been open for longest.
        (complained((300, 200), (50, None), (20, None)), 50),
    ],
)
def test_a_complaint_that_stays_open(history: History, since: int | None) -> None:
    found = risk(history)
    assert found.reasons == (() if since is None else (Unsolved(ago(since)[0]),))
    stays = 1 if since is None else 0.7
    assert 1 - found.chance(NOW) == pytest.approx((1 - risk(BUYER).chance(NOW)) * stays)
    if since is not None:
        assert found.since == NOW - since + 8


def test_it_began_when_it_first_held_without_a_break() -> None:
    assert risk(scored((40, 5), (30, 5), (20, 2), (10, 2))).since == NOW - 20
    assert risk(scored((40, 5), (30, 2), (20, 5), (10, 2))).since == NOW - 10
    assert risk(complained((50, None), (60, 20))).since == NOW - 52
    assert risk(complained((20, None), (60, 5))).since == NOW - 52
    assert risk(complained((9, None), (60, 20))).since == NOW - 1


def test_nobody_was_lost_before_they_bought() -> None:
    late = replace(complained((90, None)), bought=ago(3), cents=[100])
    assert risk(late).since == NOW - 3


@pytest.mark.parametrize("fell", [0.1, 0.3, 0.7, 1.1])
def test_so_much_below_is_enough(fell: float) -> None:
    """Means of tenths are not exact: 4.3 less 4 is 0.3 all the same."""
    before = {0.1: (4, [5] * 1 + [4] * 9), 0.3: (4, [5] * 3 + [4] * 7)}
    before |= {0.7: (4, [5] * 7 + [4] * 3), 1.1: (3, [5] * 1 + [4] * 9)}
    last, scores = before[fell]
    history = scored(*((100 - n, score) for n, score in enumerate(scores)), (10, last))
    assert len(risk(history, Thresholds(score_fell=fell)).reasons) == 1
    assert risk(history, Thresholds(score_fell=fell + 0.01)).reasons == ()


def test_who_never_bought_has_no_custom_to_lose() -> None:
    unhappy = replace(complained((90, None)), scores=scored((90, 5), (10, 1)).scores)
    assert len(risk(unhappy).reasons) == 2
    assert risk(replace(unhappy, bought=(), cents=())).reasons == ()


@pytest.mark.parametrize(
    ("days", "is_reason"), [(-1, False), (0, False), (1, True), (90, True), (91, False)]
)
def test_what_ended_is_a_reason_for_a_while(days: int, is_reason: bool) -> None:
    day = TODAY - timedelta(days=days)
    found = risk(History(ended=[("Membership", day)]))
    assert found.reasons == ((Expired("Membership", day),) if is_reason else ())
    assert found.chance(NOW) == pytest.approx(0.3 if is_reason else 0)


def test_several_reasons_add_up() -> None:
    ended = [("Membership", TODAY - timedelta(days=12)), ("Policy", TODAY - timedelta(days=2))]
    silent = bought(*range(47, 200, 9))
    found = risk(replace(silent, contacts=ago(*range(60, 240, 10)), ended=ended))
    kinds = [reason.kind.value for reason in found.reasons]
    assert kinds == ["slower", "fewer_contacts", "expired", "expired"]
    stays = 1 - risk(silent).chance(NOW)
    assert 1 - found.chance(NOW) == pytest.approx(stays * 0.8 * 0.7 * 0.7)


def test_thresholds_are_obeyed() -> None:
    patient = Thresholds(slower_times=6, least_contacts=4, expired_days=5)
    ended = [("Membership", TODAY - timedelta(days=12))]
    history = replace(bought(*range(47, 200, 9)), contacts=ago(*range(60, 240, 10)), ended=ended)
    assert len(risk(history).reasons) == 3
    assert risk(history, patient).reasons == ()


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (slow(9, 47)[0], "Usually buys every 9 days, silent for 47"),
        (slow(1, 47)[0], "Usually buys every day, silent for 47"),
        (FewerContacts(3, 0), "Contacts fell from 3 a month to 0"),
        (FewerContacts(2.5, 0.5), "Contacts fell from 2.5 a month to 0.5"),
        (LessContent(4.5, 3), "Satisfaction fell from 4.5 to 3 of 5"),
        (LessContent(14 / 3, 2), "Satisfaction fell from 4.7 to 2 of 5"),
        (Unsolved(date(2026, 11, 9)), "Complaint unsolved for 12 days"),
        (Unsolved(date(2026, 11, 20)), "Complaint unsolved for 1 day"),
        (Expired("Membership", date(2026, 11, 9)), "Membership ended 12 days ago"),
        (Expired("Membership", date(2026, 11, 20)), "Membership ended 1 day ago"),
    ],
)
def test_reasons_are_said_in_words(reason: Reason, expected: str) -> None:
    assert reason.words(TODAY) == expected


# --- what always holds ----------------------------------------------------------------------------

somewhere = st.integers(-400, 1500)


@st.composite
def histories(draw: st.DrawFn) -> History:
    days = ago(*draw(st.sets(somewhere, max_size=12)))
    cents = [draw(st.integers(1, 100_000)) for _day in days]
    names = st.sampled_from(["Membership", "Policy"])
    ends = [(name, ago(at)[0]) for name, at in draw(st.lists(st.tuples(names, somewhere)))]
    contacts = ago(*draw(st.lists(somewhere, max_size=40)))
    scores = draw(st.lists(st.tuples(somewhere, st.integers(1, 5)), max_size=6))
    cases = draw(st.lists(st.tuples(somewhere, st.none() | st.integers(0, 900)), max_size=4))
    return History(
        days,
        cents,
        contacts,
        ends,
        sorted((ago(at)[0], score) for at, score in scores),
        [(ago(came)[0], None if n is None else ago(came - n)[0]) for came, n in cases],
    )


@given(histories())
def test_a_chance_is_one_and_no_more_is_lost_than_there_was(history: History) -> None:
    found = risk(history)
    assert 0 <= found.chance(NOW) <= 1
    assert 0 <= found.loss_cents(NOW) <= found.yearly_cents
    assert found.holds_until >= NOW


@given(histories(), st.integers(0, 800))
def test_it_holds_as_long_as_it_says(history: History, later: int) -> None:
    found = risk(history)
    day = min(found.holds_until, NOW + later)
    assert assess(history, USUAL, date.fromordinal(day)) == found


@given(histories())
def test_what_is_to_come_changes_nothing_before_it_comes(history: History) -> None:
    past = [day for day in history.bought if day <= TODAY]
    known = History(
        past,
        history.cents[: len(past)],
        [day for day in history.contacts if day <= TODAY],
        [one for one in history.ended if one[1] < TODAY],
        [one for one in history.scores if one[0] <= TODAY],
        [
            (came, solved if solved and solved <= TODAY else None)
            for came, solved in history.complaints
            if came <= TODAY
        ],
    )
    assert risk(known)._replace(holds_until=NOW) == risk(history)._replace(holds_until=NOW)


@given(st.sets(st.integers(0, 3_000), min_size=1, max_size=30), st.integers(0, 4_000))
def test_silence_never_makes_it_likelier_that_they_come(days_ago: set[int], later: int) -> None:
    history = bought(*days_ago)
    found = risk(history)
    assert found.chance(NOW + later) >= found.chance(NOW)


@pytest.mark.parametrize("today", [date.min, date.max])
def test_the_first_and_the_last_day_are_days(today: date) -> None:
    history = History([today], [100], [today], [("Membership", today)])
    assert assess(history, USUAL, today).reasons == ()


# --- the study on CDNOW ---------------------------------------------------------------------------

DOCUMENT = Path(__file__).parents[2] / "docs" / "insight.md"


def test_on_cdnow_it_is_ahead_of_recency_and_of_recency_frequency_and_money() -> None:
    shop = study.cdnow_shop()
    twice = shop.bought > 1
    area, share = study.area_under_the_curve, study.in_the_top_tenth
    for plain in ("recency alone", "recency, frequency, money"):
        other = shop.rankings[plain]
        assert area(shop.chance, shop.away) > area(other, shop.away)
        assert area(shop.chance[twice], shop.away[twice]) > area(other[twice], shop.away[twice])
        assert share(shop.loss, shop.lost) > 3 * share(other, shop.lost)
        assert share(-shop.chance, shop.later) >= share(-other, shop.later)


def test_the_document_has_the_figures_of_the_study() -> None:
    written = DOCUMENT.read_text("utf-8")
    figures = [re.findall(r"[\d.]+%?", row) for row in re.findall(r"^\|(.+)\|$", written, re.M)]
    for shop in (study.cdnow_shop(), study.tea_shop()):
        for row in study.table(shop)[2:]:
            assert figures.count(re.findall(r"[\d.]+%?", row)) == 2  # once in each language

"""How dates, numbers and money read in both languages."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk import formats, i18n

TODAY = date(2026, 11, 21)


@pytest.fixture(params=["zh", "en"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    before = i18n.language()
    i18n.use(request.param)
    yield request.param
    i18n.use(before)


@pytest.mark.parametrize(
    ("cents", "decimals", "expected"),
    [
        (12_860_000, None, "¥128,600"),
        (268_000, True, "¥2,680.00"),
        (268_000, False, "¥2,680"),
        (268_050, None, "¥2,680.50"),
        (268_005, None, "¥2,680.05"),
        (268_050, False, "¥2,681"),
        (268_049, False, "¥2,680"),
        (-268_000, None, "−¥2,680"),
        (-1, None, "−¥0.01"),
        (-40, False, "¥0"),
        (0, None, "¥0"),
        (0, True, "¥0.00"),
        (99_999_999_999_99, True, "¥99,999,999,999.99"),
    ],
)
def test_money(spoken: str, cents: int, decimals: bool | None, expected: str) -> None:
    assert formats.money(cents, decimals) == expected


@given(st.integers(-(10**14), 10**14))
def test_money_with_decimals_says_every_cent(cents: int) -> None:
    said = formats.money(cents, True)
    figures = said.replace("−", "-").replace("¥", "").replace(",", "").replace(".", "")
    assert int(figures) == cents


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-21", {"zh": "今天", "en": "Today"}),
        ("2026-11-22", {"zh": "明天", "en": "Tomorrow"}),
        ("2026-11-23", {"zh": "后天", "en": "In 2 days"}),
        ("2026-11-20", {"zh": "昨天", "en": "Yesterday"}),
        ("2026-11-19", {"zh": "11月19日", "en": "Nov 19"}),
        ("2026-11-24", {"zh": "11月24日", "en": "Nov 24"}),
        ("2026-03-08", {"zh": "3月8日", "en": "Mar 8"}),
        ("2023-03-08", {"zh": "2023年3月8日", "en": "Mar 8, 2023"}),
        ("2027-01-05", {"zh": "2027年1月5日", "en": "Jan 5, 2027"}),
    ],
)
def test_a_day(spoken: str, day: str, expected: dict[str, str]) -> None:
    assert formats.day(date.fromisoformat(day), TODAY) == expected[spoken]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-21", {"zh": "今天", "en": "Today"}),
        ("2026-11-20", {"zh": "昨天", "en": "Yesterday"}),
        ("2026-11-22", {"zh": "明天", "en": "Tomorrow"}),
        ("2026-11-12", {"zh": "9 天前", "en": "9 days ago"}),
        ("2026-09-23", {"zh": "59 天前", "en": "59 days ago"}),
        ("2026-09-22", {"zh": "1 个月前", "en": "1 month ago"}),
        ("2026-08-21", {"zh": "3 个月前", "en": "3 months ago"}),
        ("2026-08-22", {"zh": "2 个月前", "en": "2 months ago"}),
        ("2024-11-22", {"zh": "23 个月前", "en": "23 months ago"}),
        ("2024-11-21", {"zh": "2 年前", "en": "2 years ago"}),
        ("2020-11-22", {"zh": "5 年前", "en": "5 years ago"}),
    ],
)
def test_how_long_ago(spoken: str, day: str, expected: dict[str, str]) -> None:
    assert formats.ago(date.fromisoformat(day), TODAY) == expected[spoken]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, {"zh": "逾期 1 天", "en": "1 day overdue"}),
        (2, {"zh": "逾期 2 天", "en": "2 days overdue"}),
        (1234, {"zh": "逾期 1,234 天", "en": "1,234 days overdue"}),
        (0, {"zh": "今天到期", "en": "Due today"}),
        (-1, {"zh": "1 天后到期", "en": "Due in 1 day"}),
        (-3, {"zh": "3 天后到期", "en": "Due in 3 days"}),
    ],
)
def test_overdue(spoken: str, days: int, expected: dict[str, str]) -> None:
    assert formats.overdue(days) == expected[spoken]


@pytest.mark.parametrize(
    ("per_month", "expected"),
    [
        (5.4, {"zh": "5.4 次/月", "en": "5.4 a month"}),
        (5.0, {"zh": "5 次/月", "en": "5 a month"}),
        (0.0, {"zh": "0 次/月", "en": "0 a month"}),
        (1 / 12, {"zh": "0.1 次/月", "en": "0.1 a month"}),
        (0.01, {"zh": "不到 0.1 次/月", "en": "under 0.1 a month"}),
        (10.0, {"zh": "10 次/月", "en": "10 a month"}),
    ],
)
def test_rate(spoken: str, per_month: float, expected: dict[str, str]) -> None:
    assert formats.rate(per_month) == expected[spoken]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 21, 10, 30), {"zh": "今天 10:30", "en": "Today 10:30"}),
        (datetime(2026, 11, 24, 9, 5), {"zh": "11月24日 09:05", "en": "Nov 24 09:05"}),
        (datetime(2025, 1, 2, 23, 0), {"zh": "2025年1月2日 23:00", "en": "Jan 2, 2025 23:00"}),
    ],
)
def test_a_moment(spoken: str, at: datetime, expected: dict[str, str]) -> None:
    assert formats.moment(at, TODAY) == expected[spoken]


def test_the_day_with_its_weekday(spoken: str) -> None:
    assert formats.weekday_day(TODAY) == {"zh": "11月21日 星期六", "en": "Sat, Nov 21"}[spoken]


def test_the_full_day_has_its_year(spoken: str) -> None:
    assert formats.full_day(TODAY) == {"zh": "2026年11月21日", "en": "Nov 21, 2026"}[spoken]


def test_today_in_a_timeline_is_its_date(spoken: str) -> None:
    assert formats.calendar_day(TODAY, TODAY) == {"zh": "11月21日", "en": "Nov 21"}[spoken]


def test_the_month(spoken: str) -> None:
    assert formats.month(2026, 11) == {"zh": "2026年11月", "en": "November 2026"}[spoken]


def test_a_day_of_every_year_may_be_february_29(spoken: str) -> None:
    assert formats.month_and_day(2, 29) == {"zh": "2月29日", "en": "Feb 29"}[spoken]


@pytest.mark.parametrize(
    ("n", "expected"), [(0, "0"), (12_480, "12,480"), (1_000_000, "1,000,000"), (-1_500, "−1,500")]
)
def test_a_count(spoken: str, n: int, expected: str) -> None:
    assert formats.count(n) == expected


def test_the_language_switches_at_once() -> None:
    before = i18n.language()
    try:
        said = []
        for language in ("zh", "en", "zh"):
            i18n.use(language)
            said.append(formats.full_day(TODAY))
        assert said == ["2026年11月21日", "Nov 21, 2026", "2026年11月21日"]
    finally:
        i18n.use(before)


@pytest.mark.parametrize(
    ("cents", "expected"),
    [
        (60_000_000, {"zh": "60万", "en": "600K"}),
        (2_500_000, {"zh": "2.5万", "en": "25K"}),
        (999_900, {"zh": "9,999", "en": "10K"}),
        (50_000, {"zh": "500", "en": "500"}),
        (150_000_000_00, {"zh": "1.5亿", "en": "150M"}),
        (-2_000_000, {"zh": "−2万", "en": "−20K"}),
        (0, {"zh": "0", "en": "0"}),
    ],
)
def test_short_money(spoken: str, cents: int, expected: dict[str, str]) -> None:
    assert formats.short_money(cents) == expected[spoken]


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.418, "41.8%"), (0.5, "50%"), (0, "0%"), (1, "100%"), (0.9999, "99.9%"), (1 / 3, "33.3%")],
)
def test_percent(share: float, expected: str) -> None:
    assert formats.percent(share) == expected


def test_month_name(spoken: str) -> None:
    assert formats.month_name(11) == {"zh": "11月", "en": "Nov"}[spoken]

"""The times that the insights look at."""

from datetime import date

import pytest

from custdesk.insight.periods import Month, Span, period


@pytest.mark.parametrize(
    ("span", "today", "first", "last", "months"),
    [
        (Span.TWELVE_MONTHS, "2026-11-21", "2025-11-22", "2026-11-21", ((2025, 12), (2026, 11))),
        (Span.TWELVE_MONTHS, "2024-02-29", "2023-03-01", "2024-02-29", ((2023, 3), (2024, 2))),
        (Span.SIX_MONTHS, "2026-08-31", "2026-03-01", "2026-08-31", ((2026, 3), (2026, 8))),
        (Span.THREE_MONTHS, "2026-01-15", "2025-10-16", "2026-01-15", ((2025, 11), (2026, 1))),
        (Span.THIS_YEAR, "2026-01-01", "2026-01-01", "2026-01-01", ((2026, 1), (2026, 1))),
        (Span.LAST_YEAR, "2026-11-21", "2025-01-01", "2025-12-31", ((2025, 1), (2025, 12))),
    ],
)
def test_periods(
    span: Span, today: str, first: str, last: str, months: tuple[tuple[int, int], ...]
) -> None:
    found = period(span, date.fromisoformat(today))
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert (found.months[0], found.months[-1]) == (Month(*months[0]), Month(*months[1]))


def test_months_end_as_they_do() -> None:
    assert Month(2024, 2).last == date(2024, 2, 29)
    assert Month(2026, 12).last == date(2026, 12, 31)
    assert Month(2024, 2).a_year_before == Month(2023, 2)


def test_the_same_days_a_year_before() -> None:
    before = period(Span.TWELVE_MONTHS, date(2024, 2, 29)).a_year_before
    assert before == (date(2022, 3, 1), date(2023, 2, 28))


def test_each_has_a_name(spoken: str) -> None:
    assert len({span.called for span in Span}) == len(Span)

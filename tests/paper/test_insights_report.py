"""The insights on paper, in both languages, with few and with many warnings."""

import io
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from custdesk.care.effect import Group, OfKind
from custdesk.insight import figures
from custdesk.insight.figures import Figures, Warned
from custdesk.insight.grades import Grade
from custdesk.insight.periods import Span, period
from custdesk.paper.insights_report import Report, write_report
from custdesk.store.models import VIP, FollowUpKind
from custdesk.store.store import Store
from tests.helpers import add, bought


@pytest.fixture
def found(store: Store) -> Figures:
    """Five customers who bought in as many months."""
    for at in range(1, 6):
        id = add(store, f"客户{at}")
        bought(store, id, date(2026, at, 10), at * 1234_00)
        bought(store, id, date(2025, at, 10), at * 100_00)
    with store.read() as db:
        return figures.gather(db, period(Span.TWELVE_MONTHS, store.today), store.today)


def warned(n: int) -> Warned:
    reasons = (f"平时 {n} 天买一次，已 47 天未买", "会员卡已到期")
    return Warned(n, f"客户{n}", Grade(VIP, 0), reasons, n * 100_00, n * 10_00, None, False)


def printed(report: Report) -> list[str]:
    """The words of each page."""
    file = io.BytesIO()
    write_report(report, file)
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        return [str(page.get_textpage().get_text_bounded()) for page in document]


def test_it_says_what_the_page_says(found: Figures) -> None:
    effects = [
        OfKind(FollowUpKind.CALLBACK, 540, Group(500, 400, 220, 0), Group(90, 90, 9, 0)),
        OfKind(FollowUpKind.FESTIVAL, 3, Group(3, 3, 1, 0), Group()),
    ]
    report = Report(replace(found, warnings=(warned(7),)), effects, "清风茶庄", date(2026, 11, 21))
    said = "\n".join(printed(report))
    for words in (
        *("Nov 22, 2025 to Nov 21, 2026", "清风茶庄", "¥18,510", "0% (0 of 5)", "Lapsed"),
        *("May 2026", "¥6,170", "¥500", "Champions", "客户7", "会员卡已到期", "¥70"),
        *("Callback", "540", "44%", "10%", "Festival", "fewer than 20 people"),
    ):
        assert words in said


def test_in_both_languages(found: Figures, spoken: str) -> None:
    [page] = printed(Report(found, (), "", date(2026, 11, 21)))
    assert ("2026年5月" if spoken == "zh" else "May 2026") in page


def test_what_is_masked_is_left_out(found: Figures) -> None:
    shown = replace(found, warnings=(warned(7),))
    [page] = printed(Report(shown, (), "", date(2026, 11, 21), masked=True))
    assert "¥" not in page
    assert "会员卡" not in page
    assert "客户7" in page


def test_many_warnings_go_on_to_further_pages(found: Figures) -> None:
    many = replace(found, warnings=tuple(map(warned, range(1, 41))))
    pages = printed(Report(many, (), "", date(2026, 11, 21)))
    assert len(pages) >= 2
    assert "Insights" in pages[1]
    whole = "\n".join(pages)
    assert [n for n in range(1, 41) if f"客户{n}" not in whole] == []


def test_a_file_in_which_nothing_was_sold(store: Store) -> None:
    add(store, "张三")
    with store.read() as db:
        nothing = figures.gather(db, period(Span.THREE_MONTHS, store.today), store.today)
    [page] = printed(Report(nothing, (), "", store.today))
    assert "no churn warning" in page

"""What the follow-ups say of a day: holidays and swapped workdays, in the heading and the month."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from custdesk.care import habits
from custdesk.care.habits import Habits
from custdesk.ui.follow_ups.days import heading
from custdesk.ui.follow_ups.plan_form import PlanForm
from custdesk.ui.follow_ups.view import FollowUpsView
from custdesk.ui.main_window import MainWindow
from custdesk.ui.widgets.month_calendar import MonthCalendar
from tests.ui.conftest import OpenWindow


@pytest.mark.parametrize(
    ("day", "country", "expected"),
    [
        (
            "2026-11-21",
            "CN",
            {
                "zh": "11月21日 星期六 · 农历十月十三",
                "en": "Sat, Nov 21 · 10th lunar month, day 13",
            },
        ),
        (
            "2026-10-01",
            "CN",
            {
                "zh": "10月1日 星期四 · 国庆节 · 农历八月廿一",
                "en": "Thu, Oct 1 · National Day · 8th lunar month, day 21",
            },
        ),
        (
            "2026-10-10",
            "CN",
            {
                "zh": "10月10日 星期六 · 调休上班 · 农历九月初一",
                "en": "Sat, Oct 10 · Swapped workday · 9th lunar month, day 1",
            },
        ),
        # a festival that is a holiday, a festival that is a term, a term that is nothing else
        (
            "2026-09-25",
            "CN",
            {
                "zh": "9月25日 星期五 · 中秋 · 农历八月十五",
                "en": "Fri, Sep 25 · Mid-Autumn Festival · 8th lunar month, day 15",
            },
        ),
        (
            "2026-04-05",
            "CN",
            {
                "zh": "4月5日 星期日 · 清明 · 农历二月十八",
                "en": "Sun, Apr 5 · Qingming Festival · 2nd lunar month, day 18",
            },
        ),
        (
            "2026-11-07",
            "",
            {
                "zh": "11月7日 星期六 · 立冬 · 农历九月廿九",
                "en": "Sat, Nov 7 · Start of Winter · 9th lunar month, day 29",
            },
        ),
        (
            "2099-10-01",
            "CN",
            {
                "zh": "10月1日 星期四 · 农历八月十七 · 2099 年的放假安排尚未公布或尚未收录",
                "en": "Thu, Oct 1 · 8th lunar month, day 17"
                " · The holidays of 2099 are not announced yet, or not known here",
            },
        ),
        ("2101-11-21", "", {"zh": "11月21日 星期一", "en": "Mon, Nov 21"}),
    ],
)
def test_the_heading_of_a_day(
    spoken: str, day: str, country: str, expected: dict[str, str]
) -> None:
    assert heading(date.fromisoformat(day), country) == expected[spoken]


@pytest.fixture
def view(open_main_window: OpenWindow) -> FollowUpsView:
    window: MainWindow = open_main_window()
    window.actions_by_name["view_follow_ups"].trigger()
    return window.follow_ups


def said(month: MonthCalendar, day: date) -> str:
    """What a screen reader says of a day in the month."""
    grid = month.focusProxy()
    assert isinstance(grid, QWidget)
    month.select(day)
    return grid.accessibleName()


def test_the_heading_follows_the_day_that_is_shown(qtbot: QtBot, view: FollowUpsView) -> None:
    shown = view._agenda._date
    assert shown.text_whole() == "Sat, Nov 21 · 10th lunar month, day 13"
    view.show_day(date(2026, 10, 1))
    assert shown.text_whole().startswith("Thu, Oct 1 · National Day")
    view.show_day(date(2026, 11, 21))
    assert shown.text_whole().startswith("Sat, Nov 21")


def test_the_month_follows_the_country_chosen(qtbot: QtBot, view: FollowUpsView) -> None:
    month = view._panel.month
    assert "National Day" in said(month, date(2026, 10, 1))
    assert "Swapped workday" in said(month, date(2026, 10, 10))
    with view._desk.store.write("Choose") as db:
        habits.choose(db, Habits(country="SG"))
    qtbot.waitUntil(lambda: "Chinese New Year" in said(month, date(2026, 2, 18)))
    assert "Swapped workday" not in said(month, date(2026, 10, 10))


def test_the_month_in_which_a_day_is_planned_knows_the_holidays(
    qtbot: QtBot, view: FollowUpsView
) -> None:
    view.schedule_for()
    form = view.findChild(PlanForm)
    assert form is not None
    QTest.keyClick(form._day.edit, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    month = form._day.findChild(MonthCalendar)
    assert month is not None
    assert "National Day" in said(month, date(2026, 10, 1))
    month.window().close()

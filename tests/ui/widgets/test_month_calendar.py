"""The month: the right days, moved through by keyboard, chosen by mouse."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from custdesk.ui.widgets.month_calendar import MonthCalendar, Rest, month_days, month_moved
from custdesk.ui.widgets.text import Label

TODAY = date(2026, 11, 21)
days = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@given(days)
def test_a_month_is_shown_whole_from_a_monday(day: date) -> None:
    shown = month_days(day.year, day.month)
    assert shown[0].weekday() == 0
    assert shown[0] <= day.replace(day=1) <= shown[6]
    assert day in shown
    assert shown == [shown[0] + timedelta(days=n) for n in range(42)]


@given(days, st.integers(-30, 30))
def test_moving_by_months_stays_in_the_month_meant(day: date, months: int) -> None:
    moved = month_moved(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


@pytest.fixture
def month(qtbot: QtBot) -> MonthCalendar:
    widget = MonthCalendar(TODAY, lambda day: "小雪" if day.day == 22 else "")
    qtbot.addWidget(widget)
    widget.show()
    return widget


def grid(month: MonthCalendar) -> QWidget:
    found = month.focusProxy()
    assert isinstance(found, QWidget)
    return found


@pytest.mark.parametrize(
    ("key", "chosen"),
    [
        (Qt.Key.Key_Left, date(2026, 11, 20)),
        (Qt.Key.Key_Right, date(2026, 11, 22)),
        (Qt.Key.Key_Up, date(2026, 11, 14)),
        (Qt.Key.Key_Down, date(2026, 11, 28)),
        (Qt.Key.Key_PageUp, date(2026, 10, 21)),
        (Qt.Key.Key_PageDown, date(2026, 12, 21)),
    ],
)
def test_keys_move_the_chosen_day(
    qtbot: QtBot, month: MonthCalendar, key: Qt.Key, chosen: date
) -> None:
    with qtbot.waitSignal(month.day_chosen) as heard:
        QTest.keyClick(grid(month), key)
    assert heard.args == [chosen]
    assert month.selected() == chosen


def test_moving_over_the_edge_shows_the_other_month(qtbot: QtBot, month: MonthCalendar) -> None:
    with qtbot.waitSignal(month.month_shown) as heard:
        QTest.keyClick(grid(month), Qt.Key.Key_PageDown)
    assert heard.args == [2026, 12]


def test_a_click_chooses_the_day_under_it(qtbot: QtBot, month: MonthCalendar) -> None:
    month.resize(360, 280)
    days_grid = grid(month)
    place = month_days(2026, 11).index(date(2026, 11, 26))
    row, column = divmod(place, 7)
    point = QPoint(round((column + 0.5) * days_grid.width() / 7), 25 + row * 35 + 15)
    with qtbot.waitSignal(month.day_pressed) as heard:
        QTest.mouseClick(days_grid, Qt.MouseButton.LeftButton, pos=point)
    assert heard.args == [date(2026, 11, 26)]


def test_a_screen_reader_hears_day_lunar_day_and_what_is_due(
    qtbot: QtBot, month: MonthCalendar
) -> None:
    month.set_marks({date(2026, 11, 22): 3})
    QTest.keyClick(grid(month), Qt.Key.Key_Right)
    name = grid(month).accessibleName()
    assert "小雪" in name
    assert "3 follow-ups" in name


def test_a_day_off_has_its_sign_and_says_why(qtbot: QtBot, month: MonthCalendar) -> None:
    days_grid = grid(month)
    before = days_grid.grab().toImage()
    month.set_rest_for(lambda day: Rest(True, "H", "National Day") if day.day == 22 else None)
    place = month_days(2026, 11).index(date(2026, 11, 22))
    assert changed_days(days_grid, before) == {place}
    QTest.keyClick(days_grid, Qt.Key.Key_Right)
    assert days_grid.accessibleName().endswith("小雪  National Day")


def test_a_swapped_workday_has_a_sign_and_no_ground(qtbot: QtBot, month: MonthCalendar) -> None:
    days_grid = grid(month)
    before = days_grid.grab().toImage()
    month.set_rest_for(lambda day: Rest(False, "W", "Swapped") if day.day == 28 else None)
    place = month_days(2026, 11).index(date(2026, 11, 28))
    assert changed_days(days_grid, before) == {place}
    row, column = divmod(place, 7)
    foot = QPoint(round((column + 0.5) * days_grid.width() / 7), 25 + row * 35 + 32)
    after = days_grid.grab().toImage()
    assert after.pixel(foot) == before.pixel(foot)


def changed_days(days_grid: QWidget, before: QImage) -> set[int]:
    """The places of the days that are painted in another way than `before`."""
    after = days_grid.grab().toImage()
    return {
        (y - 25) // 35 * 7 + min(6, x * 7 // days_grid.width())
        for y in range(25, after.height())
        for x in range(after.width())
        if after.pixel(x, y) != before.pixel(x, y)
    }


def test_a_day_named_like_its_festival_is_named_once(qtbot: QtBot, month: MonthCalendar) -> None:
    month.set_rest_for(lambda day: Rest(True, "休", "小雪") if day.day == 22 else None)
    QTest.keyClick(grid(month), Qt.Key.Key_Right)
    assert grid(month).accessibleName().count("小雪") == 1


def test_what_is_to_be_said_of_a_year_stands_under_its_months(
    qtbot: QtBot, month: MonthCalendar
) -> None:
    note = next(one for one in month.findChildren(Label) if one.property("role") == "small")
    month.set_note_for(lambda year: "Not announced" if year == 2027 else "")
    assert note.isHidden()
    month.select(date(2027, 2, 6))
    assert (note.text(), note.isVisible()) == ("Not announced", True)
    month.select(date(2026, 12, 31))
    assert note.isHidden()


def test_choosing_by_program_is_silent(qtbot: QtBot, month: MonthCalendar) -> None:
    with qtbot.assertNotEmitted(month.day_chosen):
        month.select(date(2027, 2, 6))
    assert month.month() == (2027, 2)

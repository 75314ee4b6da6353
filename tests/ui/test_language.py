"""Switching the language reaches every widget, and Qt's own words."""

from datetime import date

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from custdesk.ui import language
from custdesk.ui.widgets.month_calendar import MonthCalendar


def titles(widget: MonthCalendar) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def test_a_calendar_turns_chinese_and_back_at_once(qtbot: QtBot, qapp: QApplication) -> None:
    month = MonthCalendar(date(2026, 11, 21))
    qtbot.addWidget(month)
    assert "November 2026" in titles(month)
    language.speak(qapp, "zh")
    qapp.processEvents()
    assert "2026年11月" in titles(month)
    language.speak(qapp, "en")
    qapp.processEvents()
    assert "November 2026" in titles(month)


def test_qt_s_own_words_are_chinese_too(qtbot: QtBot, qapp: QApplication) -> None:
    language.speak(qapp, "zh")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"

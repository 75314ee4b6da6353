"""The table of actions: complete, free of clashes, alive in menus and in both languages."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from custdesk.ui import actions, theme
from custdesk.ui.actions import ACTIONS, Menu


def test_no_key_leads_to_two_actions() -> None:
    keys = Counter(QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_key_is_one_that_qt_understands() -> None:
    assert all(QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys)


def test_every_icon_exists() -> None:
    assert [s.icon for s in ACTIONS if s.icon and not theme.icon_file(s.icon).is_file()] == []


def test_a_key_does_its_action(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    made = actions.build(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    with qtbot.waitSignal(made["new_customer"].triggered):
        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)


def test_a_question_mark_can_still_be_typed(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    edit = QLineEdit()
    window.setCentralWidget(edit)
    actions.build(window)
    window.show()
    edit.setFocus()
    QTest.keyClicks(edit, "who?")
    assert edit.text() == "who?"


def test_menus_hold_every_action_in_the_table_s_order(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    made = actions.build(window)
    bar = window.menuBar()
    actions.fill_menu(bar, made)
    shown = [
        item.objectName()
        for menu in bar.findChildren(QMenu)
        for item in menu.actions()
        if not item.isSeparator()
    ]
    assert shown == [spec.name for which in Menu for spec in ACTIONS if spec.menu == which]


@pytest.mark.parametrize("name", ["undo", "new_customer"])
def test_the_tooltip_names_the_key(qtbot: QtBot, name: str) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    made = actions.build(window)
    assert made[name].shortcut().toString() in made[name].toolTip()

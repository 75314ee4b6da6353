"""Buttons, chips, search, tabs, rail, tags and the sheet: what each shows and answers."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QMainWindow, QMenu, QWidget
from pytestqt.qtbot import QtBot

from custdesk.ui.actions import ACTIONS
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.check_box import CheckBox
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.flow_layout import FlowLayout
from custdesk.ui.widgets.rail import RailButton
from custdesk.ui.widgets.search_field import SearchField
from custdesk.ui.widgets.shortcut_sheet import ShortcutSheet
from custdesk.ui.widgets.tabs import SegmentedTabs
from custdesk.ui.widgets.tag import Tag, tag_width
from custdesk.ui.widgets.text import ElidedLabel


def test_enter_presses_a_button(qtbot: QtBot) -> None:
    button = Button("Done")
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Return)


def test_an_icon_button_says_its_name(qtbot: QtBot) -> None:
    button = Button("More", "icon", icon="more")
    qtbot.addWidget(button)
    assert (button.accessibleName(), button.toolTip(), button.text()) == ("More", "More", "")


@pytest.mark.parametrize("variant", ["plain", "primary", "ghost", "danger", "icon"])
def test_buttons_are_31_pixels_high(qtbot: QtBot, variant: str) -> None:
    button = Button("完成", variant, icon="check")
    qtbot.addWidget(button)
    button.ensurePolished()
    assert button.sizeHint().height() == 31


def test_a_filter_chip_closes_on_click_and_on_delete(qtbot: QtBot) -> None:
    chip = Chip("VIP", closable=True)
    qtbot.addWidget(chip)
    with qtbot.waitSignal(chip.closed):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(chip.closed):
        QTest.keyClick(chip, Qt.Key.Key_Delete)


def test_a_set_menu_chip_closes_at_its_cross_only(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    chip = Chip("Tea club", closable=True, checkable=True, parent=host)
    chip.resize(chip.sizeHint())
    host.show()
    with qtbot.assertNotEmitted(chip.closed):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
    with qtbot.waitSignal(chip.closed):
        QTest.mouseClick(
            chip, Qt.MouseButton.LeftButton, pos=QPoint(chip.width() - 12, chip.height() // 2)
        )


def test_a_chip_with_a_menu_is_wider_by_its_mark(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    plain, with_menu = Chip("标签", parent=host), Chip("标签", menu=QMenu(host), parent=host)
    assert with_menu.sizeHint().width() > plain.sizeHint().width()


@pytest.fixture
def search(qtbot: QtBot) -> SearchField:
    field = SearchField("Search", QKeySequence("Ctrl+F"))
    qtbot.addWidget(field)
    field.show()
    return field


def test_typing_fast_is_said_once(qtbot: QtBot, search: SearchField) -> None:
    heard: list[str] = []
    search.typed.connect(heard.append)
    with qtbot.waitSignal(search.typed):
        QTest.keyClicks(search.edit, "zlh")
    assert heard == ["zlh"]


def test_escape_clears_the_search_at_once(qtbot: QtBot, search: SearchField) -> None:
    search.set_text("zlh")
    with qtbot.waitSignal(search.typed) as heard:
        QTest.keyClick(search.edit, Qt.Key.Key_Escape)
    assert heard.args == [""]


def test_enter_and_down_say_what_is_typed_first(qtbot: QtBot, search: SearchField) -> None:
    heard: list[str] = []
    search.typed.connect(heard.append)
    search.moved_down.connect(lambda: heard.append("down"))
    search.entered.connect(lambda: heard.append("enter"))
    QTest.keyClicks(search.edit, "z")
    QTest.keyClick(search.edit, Qt.Key.Key_Down)
    QTest.keyClicks(search.edit, "l")
    QTest.keyClick(search.edit, Qt.Key.Key_Return)
    assert heard == ["z", "down", "zl", "enter"]


def test_the_hint_gives_way_to_the_cross(search: SearchField) -> None:
    hint = next(label for label in search.findChildren(QLabel) if "F" in label.text())
    cross = search.findChild(QAbstractButton)
    assert cross is not None
    assert (hint.isVisible(), cross.isVisible()) == (True, False)
    search.set_text("zlh")
    assert (hint.isVisible(), cross.isVisible()) == (False, True)


def test_tabs_show_counts_and_keep_their_place_in_another_language(qtbot: QtBot) -> None:
    tabs = SegmentedTabs([("overview", "Overview"), ("purchases", "Purchases")])
    qtbot.addWidget(tabs)
    tabs.set_count("purchases", 23)
    with qtbot.waitSignal(tabs.chosen) as heard:
        tabs.choose("purchases")
    assert heard.args == ["purchases"]
    with qtbot.assertNotEmitted(tabs.chosen):
        tabs.set_tabs([("overview", "概览"), ("purchases", "购买")])
    assert (tabs.key(), tabs.tabText(1)) == ("purchases", "购买 23")


def test_the_arrow_moves_between_tabs(qtbot: QtBot) -> None:
    tabs = SegmentedTabs([("a", "A"), ("b", "B")])
    qtbot.addWidget(tabs)
    tabs.show()
    with qtbot.waitSignal(tabs.chosen):
        QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert tabs.key() == "b"


def test_the_rail_says_how_many_wait(qtbot: QtBot) -> None:
    button = RailButton("follow-ups", "跟进")
    qtbot.addWidget(button)
    button.set_badge(7)
    assert button.accessibleName() == "跟进 7"


def test_a_tag_is_as_wide_as_the_same_tag_in_a_list(qtbot: QtBot) -> None:
    tag = Tag("忠诚客户", "blue")
    qtbot.addWidget(tag)
    tag.ensurePolished()
    assert abs(tag.sizeHint().width() - tag_width("忠诚客户")) <= 1


def test_what_does_not_fit_ends_in_dots_and_is_in_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("杭州市西湖区文三路 88 号 和风茶舍")
    qtbot.addWidget(label)
    label.resize(90, 20)
    label.show()
    assert label.text().endswith("…")
    assert label.toolTip() == "杭州市西湖区文三路 88 号 和风茶舍"


def test_chips_go_on_in_the_next_line(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    flow = FlowLayout(host, 6)
    for n in range(6):
        flow.addWidget(Chip(f"chip {n}"))
    assert flow.heightForWidth(2000) == 24
    assert flow.heightForWidth(150) == 3 * 24 + 2 * 6


def test_space_ticks_the_box(qtbot: QtBot) -> None:
    box = CheckBox("Leave out the notes")
    qtbot.addWidget(box)
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked()


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    edit = QLineEdit()
    made.setCentralWidget(edit)
    made.resize(900, 700)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    edit.setFocus()
    return made


def test_the_sheet_lists_every_key_and_gives_the_keyboard_back(
    qtbot: QtBot, window: QMainWindow
) -> None:
    sheet = ShortcutSheet(window, ACTIONS)
    sheet.open()
    written = {label.text() for label in sheet.findChildren(QLabel)}
    assert {spec.text for spec in ACTIONS if spec.keys} <= written
    focused = window.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert isinstance(window.focusWidget(), QLineEdit)


def test_a_ring_shows_where_the_keyboard_is(qtbot: QtBot, window: QMainWindow) -> None:
    host = QWidget()
    window.setCentralWidget(host)
    button = Button("Done", parent=host)
    button.move(20, 20)
    button.show()
    count = len(host.findChildren(QWidget))
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert len(host.findChildren(QWidget)) == count + 1
    button.clearFocus()
    qtbot.waitUntil(lambda: len(host.findChildren(QWidget)) == count)

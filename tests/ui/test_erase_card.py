"""Erasing for good from the window: asked once on the page, and then a receipt."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.helpers import add, faults, labels, names, trash

if TYPE_CHECKING:
    from custdesk.ui.erase_card import EraseCard
    from custdesk.ui.main_window import MainWindow


@pytest.fixture
def window(open_main_window: "Callable[[], MainWindow]") -> "MainWindow":
    """张丽华 is open in front of 李国强; 王五 is in the trash."""
    window = open_main_window()
    store = window.desk.store
    id = add(store, "张丽华", phone="13812345678")
    add(store, "李国强")
    trash(store, add(store, "王五"))
    window.open_customer(id)
    return window


def _press(qtbot: QtBot, card: "EraseCard") -> None:
    QTest.mouseClick(card.erase_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card._receipt is not None, timeout=20_000)


def test_the_question_says_what_would_go(window: "MainWindow") -> None:
    window.file.ask_to_erase()
    card = window.file._erase
    assert card._title.text() == "Erase 张丽华 for good?"
    assert card._what.text().startswith("1 customer, 1 phone or address")
    assert "cannot be undone" in card._warning.text()
    assert card.cancel_button.hasFocus()
    assert names(window.desk.store) == ["李国强", "张丽华"]


def test_cancel_and_escape_erase_nobody(window: "MainWindow") -> None:
    window.file.ask_to_erase()
    card = window.file._erase
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()
    window.file.ask_to_erase()
    QTest.mouseClick(card.cancel_button, Qt.MouseButton.LeftButton)
    assert not card.isVisible()
    assert names(window.desk.store) == ["李国强", "张丽华"]


def test_another_customer_takes_the_question_away(window: "MainWindow") -> None:
    """Whoever is erased is who is seen."""
    window.file.ask_to_erase()
    window.open_customer(2)
    assert not window.file._erase.isVisible()


def test_erased_from_the_file(qtbot: QtBot, window: "MainWindow", tmp_path: Path) -> None:
    window.file.ask_to_erase()
    card = window.file._erase
    _press(qtbot, card)
    store = window.desk.store
    assert (names(store), faults(store)) == (["李国强"], [])
    assert window.file.customer_id() != 1
    assert card._title.text() == "Erased for good. Receipt no. 20261121-1"
    assert card.save_button.isVisible()
    assert not card.erase_button.isVisible()
    with qtbot.waitSignal(window.desk.said, timeout=20_000):
        card.write(tmp_path / "receipt")
    with pypdfium2.PdfDocument(tmp_path / "receipt.pdf") as pdf:
        printed = pdf[0].get_textpage().get_text_bounded()
    assert "20261121-1" in printed
    assert "张丽华" not in printed


def test_erasing_is_in_the_menu_of_the_file(window: "MainWindow") -> None:
    window.file._fill_menu()
    actions = {action.text(): action for action in window.file._more_menu.actions()}
    actions["Erase for good …"].trigger()
    assert window.file._erase.is_asking()


def test_erased_from_the_trash(qtbot: QtBot, window: "MainWindow") -> None:
    window._show_trash()
    QTest.mouseClick(window.trash.erase_button, Qt.MouseButton.LeftButton)
    card = window.trash._erase
    assert card._title.text() == "Erase 王五 for good?"
    _press(qtbot, card)
    assert card.isVisible()
    assert not window.trash.table.isVisible()
    assert not [label for label in labels(window.desk.store) if "王五" in label]


def test_several_from_the_trash(qtbot: QtBot, window: "MainWindow") -> None:
    trash(window.desk.store, 1, 2)
    window._show_trash()
    window.trash.table.selectAll()
    window.trash.ask_to_erase()
    card = window.trash._erase
    assert card._title.text() == "Erase 3 customers for good?"
    _press(qtbot, card)
    assert card._what.text().startswith("3 customers")


def test_choosing_another_in_the_trash_takes_the_question_away(window: "MainWindow") -> None:
    trash(window.desk.store, 2)
    window._show_trash()
    window.trash.ask_to_erase()
    window.trash.table.selectRow(1)
    assert not window.trash._erase.isVisible()

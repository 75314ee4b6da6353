"""The stage of a customer in their file: since when, why, and the next step by one click."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from custdesk.ui.customer_file.overview import StageCard
from custdesk.ui.main_window import MainWindow
from tests.helpers import Todo, add, ahead, bought, edit, labels
from tests.ui.conftest import OpenWindow
from tests.ui.test_main_window import wait_for_background


@pytest.fixture
def window(open_main_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    return open_main_window()


def opened(window: MainWindow, id: int) -> StageCard:
    window.open_customer(id)
    [card] = window.findChildren(StageCard)
    return card


def words(card: StageCard) -> list[str]:
    return [one.text() for one in card.findChildren(QLabel) if one.isVisible()]


def offers(card: StageCard) -> list[QPushButton]:
    return [one for one in card.findChildren(QPushButton) if one.isVisible()]


def test_who_has_lapsed_is_won_back_by_one_click(window: MainWindow, qtbot: QtBot) -> None:
    store = window.desk.store
    id = add(store, "张三", added_on=date(2025, 1, 1))
    bought(store, id, "2026-03-01", 100_00)
    card = opened(window, id)
    assert words(card) == [
        "Lapsed",
        "since May 31 · Bought once, 265 days ago",
        "Ask why they stayed away, and invite them back",
    ]
    [plan] = offers(card)
    QTest.mouseClick(plan, Qt.MouseButton.LeftButton)
    assert labels(store)[0] == "Planned for today: 张三"
    day = store.today.isoformat()
    assert Todo("张三", "win_back", day, day) in ahead(store, id)
    assert offers(card) == []
    window.desk.undo()
    assert "win_back" not in [todo.kind for todo in ahead(store, id)]
    assert len(offers(card)) == 1
    wait_for_background(qtbot)


def test_a_prospect_is_invited(window: MainWindow, qtbot: QtBot) -> None:
    store = window.desk.store
    id = add(store, "李四")
    card = opened(window, id)
    assert words(card)[:2] == ["Prospect", "since Nov 21 · Has bought nothing yet"]
    offers(card)[0].click()
    assert "custom" in [todo.kind for todo in ahead(store, id)]
    wait_for_background(qtbot)


def test_it_follows_what_happens(window: MainWindow, qtbot: QtBot) -> None:
    store = window.desk.store
    id = add(store, "李四")
    card = opened(window, id)
    bought(store, id, store.today, 100_00)
    assert words(card)[:2] == ["New customer", "since Nov 21 · First purchase Nov 21"]
    assert card._stage.property("tag") == "blue"
    wait_for_background(qtbot)


def test_who_does_not_want_to_be_contacted_is_left_alone(window: MainWindow, qtbot: QtBot) -> None:
    id = add(window.desk.store, "李四")
    edit(window.desk.store, id, do_not_contact=True)
    assert offers(opened(window, id)) == []
    wait_for_background(qtbot)

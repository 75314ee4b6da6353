"""The recent changes in the real window: what is listed, what is said, what is taken back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from custdesk.care import plans
from custdesk.people import customers
from custdesk.ui import language
from custdesk.ui.changes_view import PAGE, ChangesView
from custdesk.ui.main_window import MainWindow
from tests.helpers import Clock, add, customer, edit, labels, names, set_days, spoke
from tests.ui.conftest import OpenWindow
from tests.ui.settling import settle


@pytest.fixture
def window(open_main_window: OpenWindow, clock: Clock, qtbot: QtBot) -> MainWindow:
    """张丽华 moved to 杭州 and was then called; 李国强 was added last."""
    window = open_main_window(clock)
    store = window.desk.store
    id = add(store, "张丽华", phone="13812345678")
    clock.move(minutes=10)
    edit(store, id, city="杭州")
    clock.move(minutes=10)
    spoke(store, id)
    clock.move(minutes=10)
    add(store, "李国强")
    QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    _settle(qtbot)
    return window


def _settle(qtbot: QtBot) -> None:
    """Wait until what is read in the background is shown."""
    settle(qtbot)
    QTest.qWait(50)
    settle(qtbot)
    QApplication.processEvents()


def rows(view: ChangesView) -> list[list[str]]:
    model = view.table.model()
    assert model is not None
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def choose(window: MainWindow, label: str, qtbot: QtBot) -> None:
    at = [row[1] for row in rows(window.changes)].index(label)
    window.changes.table.selectRow(at)
    _settle(qtbot)


def details(window: MainWindow) -> list[str]:
    """The words beside the list, hidden ones left out."""
    shown = window.changes.details
    found = [label.text() for label in shown.findChildren(QLabel) if label.isVisible()]
    found += [one.text() for one in shown.findChildren(QPushButton) if one.isVisible()]
    return [words for words in found if words]


def button(window: MainWindow) -> QPushButton:
    return window.changes.details.button


def test_it_lists_what_was_done_the_last_first(window: MainWindow) -> None:
    assert window.changes.isVisible()
    assert rows(window.changes) == [
        ["Today 09:30", "Add 李国强", "1", ""],
        ["Today 09:20", "Log a call", "1", ""],
        ["Today 09:10", "Edit 1", "1", ""],
        ["Today 09:00", "Add 张丽华", "1", ""],
    ]


def test_it_shows_what_the_chosen_one_changed(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Edit 1", qtbot)
    assert {"Edit 1", "张丽华", "City", "杭州", "Take back"} <= set(details(window))


@pytest.mark.parametrize("way", ["button", "Enter", "Del"])
def test_the_chosen_one_is_taken_back(window: MainWindow, qtbot: QtBot, way: str) -> None:
    choose(window, "Edit 1", qtbot)
    with qtbot.waitSignal(window.desk.said) as said:
        if way == "button":
            QTest.mouseClick(button(window), Qt.MouseButton.LeftButton)
        else:
            key = Qt.Key.Key_Return if way == "Enter" else Qt.Key.Key_Delete
            QTest.keyClick(window.changes.table, key)
    _settle(qtbot)
    assert said.args == ["Undone: Edit 1", True]
    assert customer(window.desk.store, 1).city == ""
    assert rows(window.changes)[0][1] == "Take back: Edit 1"
    assert ["Today 09:10", "Edit 1", "1", "taken back"] in rows(window.changes)
    assert "This was taken back already." in details(window)
    assert not button(window).isVisible()


def test_ctrl_z_undoes_the_taking_back(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Edit 1", qtbot)
    window.changes.take_back()
    window.actions_by_name["undo"].trigger()
    _settle(qtbot)
    assert customer(window.desk.store, 1).city == "杭州"
    assert [row[3] for row in rows(window.changes)] == ["undone", "", "", "", ""]


def test_it_says_why_one_cannot_be_taken_back(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Add 张丽华", qtbot)
    why = "“Log a call” of 09:20 depends on this. Take that back first."
    assert why in details(window)
    assert not button(window).isVisible()
    with qtbot.waitSignal(window.desk.warned) as warned:
        QTest.keyClick(window.changes.table, Qt.Key.Key_Return)
    assert warned.args == [why]
    assert names(window.desk.store) == ["李国强", "张丽华"]


def test_a_rule_of_the_house_concerns_nobody_in_particular(
    window: MainWindow, qtbot: QtBot
) -> None:
    with window.desk.store.write("Interval") as db:
        for plan in plans.all_plans(db):
            set_days(db, plan, 20)
    _settle(qtbot)
    choose(window, "Interval", qtbot)
    assert "This concerns no single customer." in details(window)


def test_a_double_click_takes_nothing_back(window: MainWindow, qtbot: QtBot) -> None:
    table = window.changes.table
    place = table.visualRect(table.model().index(0, 1)).center()
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert labels(window.desk.store)[0] == "Add 李国强"


def test_the_last_one_is_undone_without_offering_to_undo_another(
    window: MainWindow, qtbot: QtBot
) -> None:
    choose(window, "Add 李国强", qtbot)
    with qtbot.waitSignal(window.desk.said) as said:
        window.changes.take_back()
    _settle(qtbot)
    assert said.args == ["Undone: Add 李国强", False]
    assert rows(window.changes)[0][3] == "undone"
    assert "This was undone. Redo (Ctrl+Y) does it again." in details(window)


def test_a_name_beside_the_list_opens_the_file(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Edit 1", qtbot)
    [name] = [
        found
        for found in window.changes.details.findChildren(QPushButton)
        if found.text() == "张丽华"
    ]
    QTest.mouseClick(name, Qt.MouseButton.LeftButton)
    assert window.file.isVisible()
    assert window.file.customer_id() == 1


def test_escape_goes_back(window: MainWindow) -> None:
    QTest.keyClick(window.changes.table, Qt.Key.Key_Escape)
    assert not window.changes.isVisible()
    assert window.customers.isVisible()


def test_a_long_list_is_read_as_it_is_scrolled_to(
    open_main_window: OpenWindow, clock: Clock, qtbot: QtBot
) -> None:
    window = open_main_window(clock)
    id = add(window.desk.store, "张丽华")
    for n in range(PAGE + 20):
        edit(window.desk.store, id, city=f"{n}")
    window.actions_by_name["changes"].trigger()
    _settle(qtbot)
    table = window.changes.table
    assert len(rows(window.changes)) == PAGE
    for _time in range(2):
        table.scrollToBottom()
        _settle(qtbot)
    assert [row[2] for row in rows(window.changes)] == ["1"] * (PAGE + 21)
    assert rows(window.changes)[-1][1] == "Add 张丽华"


def test_a_large_one_goes_back_in_the_background_and_says_who_stayed(
    window: MainWindow, qtbot: QtBot
) -> None:
    store = window.desk.store
    with store.write("Many") as db:
        for n in range(700):
            customers.add(db, customers.Details(f"客户{n}", phones=[f"1391234{n:04}"]), store.today)
    with store.read() as db:
        owner = customers.number_owner(db, "0003") or 0
    edit(store, owner, notes="x")
    _settle(qtbot)
    choose(window, "Many", qtbot)
    assert "and 680 more customers" in details(window)
    window.changes.take_back()
    assert window.desk.is_busy
    qtbot.waitUntil(lambda: not window.desk.is_busy, timeout=20_000)
    _settle(qtbot)
    assert sorted(names(store)) == sorted(["张丽华", "李国强", "客户0"])


def test_with_nothing_done_it_says_so(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    window.actions_by_name["changes"].trigger()
    assert not window.changes.table.isVisible()
    assert window.changes._empty.accessibleName().startswith("Nothing has been changed yet")


def test_it_speaks_the_other_language_at_once(
    window: MainWindow, qtbot: QtBot, qapp: QApplication
) -> None:
    language.speak(qapp, "zh")
    _settle(qtbot)
    assert rows(window.changes)[0][0] == "今天 09:30"


def test_a_customer_s_own_history(window: MainWindow) -> None:
    window.open_customer(1)
    window.file.open_page("changes")
    table = window.file._page()._table  # type: ignore[attr-defined]
    model = table.model()
    shown = [
        [str(model.index(row, column).data()) for column in range(4)]
        for row in range(model.rowCount())
    ]
    assert shown == [
        ["Today 09:20", "Talk", "—", "Nov 21 12:00 · Phone · 聊过了"],
        ["Today 09:10", "City", "—", "杭州"],
        ["Today 09:00", "Name", "—", "张丽华"],
        ["", "Number", "—", "0001"],
        ["", "Phone", "—", "138 1234 5678"],
    ]
    edit(window.desk.store, 1, notes="第一行\n第二行")
    assert model.index(0, 3).data() == "第一行 第二行"
    assert model.index(0, 3).data(Qt.ItemDataRole.ToolTipRole) == "第一行\n第二行"

"""The trash: who is there, and how they come back."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from custdesk.settings import Preferences
from custdesk.store.store import Store
from custdesk.ui.desk import Desk
from custdesk.ui.trash_view import TrashView
from tests.helpers import Clock, add, labels, names, trash


@pytest.fixture
def view(qtbot: QtBot, store: Store, clock: Clock) -> Iterator[TrashView]:
    """张三 and 李四 were put away yesterday, 王五 today; 赵六 is still there."""
    first, second, third = (add(store, name) for name in ("张三", "李四", "王五"))
    add(store, "赵六")
    clock.move(days=-1)
    trash(store, first, second)
    clock.move(days=1)
    trash(store, third)
    desk = Desk(store, Preferences())
    view = TrashView(desk)
    qtbot.addWidget(view)
    view.resize(1290, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.setFocus()
    yield view
    desk.leave()


def rows(view: TrashView) -> list[list[str]]:
    model = view.table.model()
    assert model is not None
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_the_last_who_was_put_away_comes_first(view: TrashView) -> None:
    assert rows(view) == [
        ["王五", "0003", "", "Today 09:00", "Dec 21"],
        ["张三", "0001", "", "Yesterday 09:00", "Dec 20"],
        ["李四", "0002", "", "Yesterday 09:00", "Dec 20"],
    ]


def test_enter_restores_the_chosen_one(qtbot: QtBot, view: TrashView, store: Store) -> None:
    with qtbot.waitSignal(view._desk.said) as said:
        QTest.keyClick(view.table, Qt.Key.Key_Return)
    assert sorted(names(store)) == sorted(["王五", "赵六"])
    assert said.args == ["王五 is back.", True]


def test_the_next_one_is_chosen_then(view: TrashView) -> None:
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    assert view.table.currentIndex().data() == "张三"


def test_several_come_back_in_one_step(view: TrashView, store: Store) -> None:
    QTest.keyClick(view.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.restore_button.text() == "Restore 3 customers"
    QTest.mouseClick(view.restore_button, Qt.MouseButton.LeftButton)
    assert len(names(store)) == 4
    assert labels(store)[0] == "Restore 3 customers"


def test_undo_puts_them_back_into_the_trash(view: TrashView) -> None:
    before = rows(view)
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    view._desk.undo()
    assert rows(view) == before


def test_an_empty_trash_says_so(qtbot: QtBot, view: TrashView) -> None:
    view.table.selectAll()
    view.restore()
    assert not view.table.isVisible()
    assert not view.restore_button.isVisible()
    assert view._empty.accessibleName().startswith("The trash is empty")


def test_escape_closes(qtbot: QtBot, view: TrashView) -> None:
    with qtbot.waitSignal(view.closed):
        QTest.keyClick(view.table, Qt.Key.Key_Escape)

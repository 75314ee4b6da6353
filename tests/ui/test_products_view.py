"""The products: searched, changed in place, refused with a reason, taken back."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from custdesk.settings import Preferences
from custdesk.store.store import Store
from custdesk.ui import products_view
from custdesk.ui.desk import Desk
from custdesk.ui.products_view import ProductsView
from tests.helpers import add, ahead, bought, labels
from tests.ui.settling import settle

_NAME, _CATEGORY, _PRICE, _LASTS = range(4)


@pytest.fixture
def view(qtbot: QtBot, store: Store) -> Iterator[ProductsView]:
    """Two customers bought 龙井, one of them 白茶 too."""
    first, second = add(store, "张丽华"), add(store, "李国强")
    for id, product in ((first, "龙井"), (second, "龙井"), (first, "白茶")):
        bought(store, id, "2026-11-01", 20000, product)
    desk = Desk(store, Preferences())
    view = ProductsView(desk)
    qtbot.addWidget(view)
    view.resize(1290, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    settle(qtbot)
    view.table.setFocus()
    yield view
    desk.leave()


def rows(view: ProductsView) -> list[list[str]]:
    model = view.model
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def type_into(qtbot: QtBot, view: ProductsView, row: int, column: int, words: str) -> None:
    """Open a cell with Enter, type, and press Enter."""
    view.table.setCurrentIndex(view.model.index(row, column))
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    editor = view.table.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.setText(words)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.table.state() is not view.table.State.EditingState)
    settle(qtbot)


def test_what_most_buy_stands_first(view: ProductsView) -> None:
    assert rows(view) == [
        ["龙井", "—", "—", "—", "2", "Nov 1"],
        ["白茶", "—", "—", "—", "1", "Nov 1"],
    ]


def test_every_cell_is_changed_in_place_and_taken_back(
    qtbot: QtBot, view: ProductsView, store: Store
) -> None:
    type_into(qtbot, view, 0, _NAME, "明前龙井")
    type_into(qtbot, view, 0, _CATEGORY, "绿茶")
    type_into(qtbot, view, 0, _PRICE, "128.5")
    type_into(qtbot, view, 0, _LASTS, "６０")
    assert rows(view)[0] == ["明前龙井", "绿茶", "¥128.50", "60", "2", "Nov 1"]
    assert labels(store)[0] == "Edit 明前龙井: Lasts, in days"
    assert [one.day for one in ahead(store, 1) if one.kind == "replenishment"] == ["2026-12-31"]
    store.undo()
    settle(qtbot)
    assert rows(view)[0] == ["明前龙井", "绿茶", "¥128.50", "—", "2", "Nov 1"]
    assert not view.error.isVisible()


@pytest.mark.parametrize(
    ("column", "words"),
    [(_NAME, "白茶"), (_NAME, " "), (_PRICE, "a lot"), (_LASTS, "two months"), (_LASTS, "0")],
)
def test_what_is_refused_stays_in_its_cell_and_is_said(
    qtbot: QtBot, view: ProductsView, store: Store, column: int, words: str
) -> None:
    before = labels(store)
    type_into(qtbot, view, 0, column, words)
    assert rows(view)[0][column] == words.strip()
    assert view.error.isVisible()
    assert words.strip() in view.error.text()
    assert labels(store) == before
    type_into(qtbot, view, 0, column, "7")
    assert not view.error.isVisible()
    assert len(labels(store)) == len(before) + 1


def test_what_was_refused_is_forgotten_when_the_former_words_come_back(
    qtbot: QtBot, view: ProductsView
) -> None:
    before = rows(view)[0][_LASTS]
    type_into(qtbot, view, 0, _LASTS, "two months")
    assert view.error.isVisible()
    type_into(qtbot, view, 0, _LASTS, "" if before == "—" else before)
    assert not view.error.isVisible()


@pytest.mark.parametrize("column", [_NAME, _PRICE, _LASTS])
def test_elsewhere_the_cell_shows_again_what_is_saved(
    qtbot: QtBot, view: ProductsView, column: int
) -> None:
    before, wrong = rows(view), " " if column == _NAME else "a lot"
    ways: list[Callable[[], object]] = [
        lambda: view.table.setCurrentIndex(view.model.index(1, column)),
        lambda: view.table.setCurrentIndex(view.model.index(0, (column + 1) % 4)),
        lambda: view.search.setFocus(),
    ]
    for leave in ways:
        type_into(qtbot, view, 0, column, wrong)
        assert view.error.isVisible()
        leave()
        assert rows(view) == before
        assert not view.error.isVisible()
        view.table.setFocus()


def test_what_was_refused_in_leaving_the_cell_is_said_nevertheless(
    qtbot: QtBot, view: ProductsView
) -> None:
    other = view.table.visualRect(view.model.index(1, _NAME)).center()
    ways: list[Callable[[], object]] = [
        lambda: QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=other),
        lambda: QTest.keyClick(view.table.focusWidget(), Qt.Key.Key_Tab),
        lambda: view.search.setFocus(),
    ]
    for leave in ways:
        view.table.setFocus()
        view.table.setCurrentIndex(view.model.index(0, _LASTS))
        QTest.keyClick(view.table, Qt.Key.Key_Return)
        editor = view.table.focusWidget()
        assert isinstance(editor, QLineEdit)
        editor.setText("two months")
        with qtbot.waitSignal(view._desk.warned) as heard:
            leave()
        assert heard.args == [
            "Not saved: Lasts, in days “two months”. Type a number of days, or nothing where it"
            " does not matter."
        ]
        assert rows(view)[0][_LASTS] == "—"
        assert not view.error.isVisible()


def test_the_mask_hides_a_price_that_was_refused(qtbot: QtBot, view: ProductsView) -> None:
    type_into(qtbot, view, 0, _PRICE, "128 yuan each")
    assert "128" in view.error.text()
    view._desk.mask.put(True)
    assert not view.error.isVisible()
    assert "128" not in str(rows(view))
    view._desk.mask.put(False)


def test_what_many_bought_is_changed_in_the_background(
    qtbot: QtBot, view: ProductsView, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products_view, "FEW_CUSTOMERS", 1)
    type_into(qtbot, view, 0, _LASTS, "60")
    qtbot.waitUntil(lambda: "Edit 龙井: Lasts, in days" in labels(store))
    settle(qtbot)
    assert rows(view)[0][_LASTS] == "60"
    type_into(qtbot, view, 0, _NAME, "白茶")
    qtbot.waitUntil(view.error.isVisible)
    settle(qtbot)
    assert rows(view)[0][_NAME] == "白茶"


def test_typing_over_the_list_searches(qtbot: QtBot, view: ProductsView) -> None:
    QTest.keyClicks(view.table, "x")
    assert view.search.text() == "x"
    qtbot.waitUntil(lambda: rows(view) == [])
    view.search.edit.setText("白")
    qtbot.waitUntil(lambda: [row[0] for row in rows(view)] == ["白茶"])


def test_the_mask_hides_prices(qtbot: QtBot, view: ProductsView) -> None:
    type_into(qtbot, view, 0, _PRICE, "128")
    view._desk.mask.put(True)
    price = view.model.index(0, _PRICE)
    assert "128" not in rows(view)[0][_PRICE]
    assert not view.model.flags(price) & Qt.ItemFlag.ItemIsEditable


def test_escape_leaves(qtbot: QtBot, view: ProductsView) -> None:
    with qtbot.waitSignal(view.closed):
        QTest.keyClick(view.table, Qt.Key.Key_Escape)

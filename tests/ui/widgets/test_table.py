"""The list: rows and marks as in the picture, moved through by keyboard."""

from typing import Any

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from custdesk.ui import theme
from custdesk.ui.widgets.highlight import Show
from custdesk.ui.widgets.table import Table

NAMES = ["张丽华", "张卫国", "章若楠", "A name that is far too long for its narrow column"]


Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class Names(QAbstractTableModel):
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return len(NAMES)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 3

    def data(self, index: Index, role: int = 0) -> Any:
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (NAMES[index.row()], "VIP", "¥128,600")[column]
        if role == Show.MARKS and column == 0:
            return [(0, 1)]
        if role == Show.TAG and column == 1:
            return "gold"
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    made = Table("Customers")
    made.setModel(Names(made))
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    made.selectRow(0)
    return made


def colors(table: Table, row: int, column: int) -> set[str]:
    image = table.viewport().grab(table.visualRect(table.model().index(row, column))).toImage()
    return {
        QColor(image.pixel(x, y)).name().upper()
        for x in range(image.width())
        for y in range(image.height())
    }


def test_rows_are_38_pixels_high(table: Table) -> None:
    assert [table.rowHeight(row) for row in range(4)] == [38] * 4


def test_what_matched_is_marked(table: Table) -> None:
    assert theme.LIGHT.mark in colors(table, 1, 0)


def test_the_chosen_row_has_the_bar_and_the_soft_ground(table: Table) -> None:
    assert {theme.LIGHT.accent, theme.LIGHT.accent_soft} <= colors(table, 0, 0)
    assert theme.LIGHT.accent not in colors(table, 1, 0)


def test_a_grade_is_a_tag(table: Table) -> None:
    assert theme.LIGHT.gold_soft in colors(table, 1, 1)


def test_arrows_choose_and_enter_opens(qtbot: QtBot, table: Table) -> None:
    with qtbot.waitSignal(table.row_chosen) as chosen:
        QTest.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(table.row_opened) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert chosen.args is not None
    assert opened.args is not None
    assert (chosen.args[0].row(), opened.args[0].row()) == (1, 1)


def test_up_on_the_first_row_leads_back_to_the_search(qtbot: QtBot, table: Table) -> None:
    with qtbot.waitSignal(table.left_above):
        QTest.keyClick(table, Qt.Key.Key_Up)


def test_end_goes_to_the_last_row(qtbot: QtBot, table: Table) -> None:
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.currentIndex().row() == 3

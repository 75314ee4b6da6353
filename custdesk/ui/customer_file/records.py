"""A table of what happened: rows of words with an id, one of which can be removed by Delete."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QWidget

from custdesk.ui.widgets.highlight import Show
from custdesk.ui.widgets.table import Table

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Heading:
    """A column; a `width` of 0 takes the room that is left."""

    title: str
    width: int = 0
    right: bool = False


Row = tuple[int, tuple[str, ...]]
"""An id, and the words of its cells."""


class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.headings: tuple[Heading, ...] = ()
        self.rows: list[Row] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.headings):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.headings[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole and self.headings[section].right:
            return Qt.AlignmentFlag.AlignRight
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        words = self.rows[index.row()][1][index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return words.replace("\n", " ") if role == Qt.ItemDataRole.DisplayRole else words
        if role == Qt.ItemDataRole.TextAlignmentRole and self.headings[index.column()].right:
            return Qt.AlignmentFlag.AlignRight
        if role == Show.INK and index.column() == 0:
            return "muted"
        return None


class Records(Table):
    """The table; `current_id` is the chosen row's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.fix_columns(())

    def show_rows(self, headings: Sequence[Heading], rows: Sequence[Row]) -> None:
        """Show other rows, keeping the row that is chosen where it is still there."""
        current = self.current_id()
        self._model.beginResetModel()
        self._model.headings, self._model.rows = tuple(headings), list(rows)
        self._model.endResetModel()
        header = self.horizontalHeader()
        for at, heading in enumerate(headings):
            stretch = heading.width == 0
            header.setSectionResizeMode(
                at,
                QHeaderView.ResizeMode.Stretch if stretch else QHeaderView.ResizeMode.Interactive,
            )
            if not stretch:
                header.resizeSection(at, heading.width)
        kept = [row for row, (id, _words) in enumerate(rows) if id == current]
        if kept:
            self.selectRow(kept[0])

    def current_id(self) -> int | None:
        row = self.currentIndex().row()
        return self._model.rows[row][0] if 0 <= row < len(self._model.rows) else None

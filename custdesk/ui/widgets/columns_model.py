"""What every list of rows and named columns has in common; what stands in a cell is its own."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from custdesk.i18n import _

Index = QModelIndex | QPersistentModelIndex
_NOTHING = QModelIndex()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ColumnsModel(QAbstractTableModel):
    """`headers` in English, said in the language spoken; columns of numbers stand `right`."""

    def __init__(self, headers: Sequence[str], right: Collection[int], parent: QObject) -> None:
        super().__init__(parent)
        self._headers, self._right = headers, right

    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    @contextmanager
    def other_rows(self, *, same: bool = False) -> Iterator[None]:
        """Take other rows; `same`: the same ones with other values, which keeps what is chosen."""
        if same:
            yield
            self.tell()
            return
        self.beginResetModel()
        yield
        self.endResetModel()

    def tell(self) -> None:
        """The cells are to be painted anew."""
        if rows := self.count():
            last = self.index(rows - 1, len(self._headers) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else self.count()

    def columnCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._headers)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _(self._headers[section])
        return self.aligned(section, role)

    def aligned(self, column: int, role: int) -> object:
        """The alignment of a column's cells and header, where `role` asks for that."""
        wanted = role == Qt.ItemDataRole.TextAlignmentRole and column in self._right
        return RIGHT if wanted else None

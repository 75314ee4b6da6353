"""The first rows of a file, with what each column means to be chosen above it."""

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from custdesk.exchange.fields import Field
from custdesk.exchange.headers import Mapping
from custdesk.exchange.table import Table as FileTable
from custdesk.exchange.table import text_of
from custdesk.i18n import _
from custdesk.ui import theme
from custdesk.ui.import_view.work import fields_of
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.fields import Choice
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.highlight import HighlightDelegate, Show
from custdesk.ui.widgets.table import Header, Table

SHOWN_ROWS = 16
_ROW_HEIGHT, _NAME_HEIGHT, _CHOICE_HEIGHT, _GAP = 30, 30, 31, 5
_NARROWEST, _WIDEST = 118, 230
_AROUND_WORDS, _AROUND_CHOICE = 24, 58
_INKS = {Field.IGNORE: "faint", Field.KEEP_IN_NOTES: "muted"}
_OPEN = frozenset(
    {
        *(Field.NUMBER, Field.NAME, Field.FAMILY_NAME, Field.GIVEN_NAME, Field.MIDDLE_NAME),
        *(Field.CUSTOMER_NUMBER, Field.CUSTOMER_NAME, Field.REFERRED_BY, Field.KIND, Field.GENDER),
        *(Field.BIRTHDAY, Field.LUNAR_BIRTHDAY, Field.COMPANY, Field.TITLE, Field.CITY),
        *(Field.PROVINCE, Field.SOURCE, Field.TAGS, Field.GRADE, Field.POTENTIAL, Field.CHANNEL),
        *(Field.PREFERRED_CHANNEL, Field.PRIVATE_SIGN, Field.DO_NOT_CONTACT, Field.ON),
        *(Field.ADDED_ON, Field.LAST_CONTACT, Field.CALLED, Field.QUIET_HOURS, Field.DATES),
        *(Field.ANNIVERSARY, Field.MEMBERSHIP_ENDS, Field.INSURANCE_ENDS, Field.CONTRACT_ENDS),
    }
)
"""What the mask leaves to be seen; of all else nobody knows what it is before it is explained."""

_NOTHING = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class _Rows(QAbstractTableModel):
    """The first rows as text; what is left out is written paler."""

    def __init__(self, mask: Mask, parent: QObject) -> None:
        super().__init__(parent)
        self._mask = mask
        self.names: list[str] = []
        self.cells: list[list[str]] = []
        self.fields: list[Field] = []

    def show_table(self, table: FileTable, mapping: Mapping) -> None:
        self.beginResetModel()
        self.names = table.headers
        self.cells = [
            [" ".join(text_of(cell).split()) for cell in row.cells]
            for row in table.rows[:SHOWN_ROWS]
        ]
        self.fields = [column.field for column in mapping.columns]
        self.endResetModel()

    def mean(self, mapping: Mapping) -> None:
        self.fields = [column.field for column in mapping.columns]
        self.look_again()

    def words(self, row: int, column: int) -> str:
        """What is seen of a cell."""
        words = self.cells[row][column]
        return words if self.fields[column] in _OPEN else self._mask.over(words)

    def look_again(self) -> None:
        if self.cells:
            last = self.index(len(self.cells) - 1, len(self.names) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self.cells)

    def columnCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self.names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.words(index.row(), index.column())
        if role == Show.INK:
            return _INKS.get(self.fields[index.column()], "text")
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.names[section]
        return None


class _ChoiceHeader(Header):
    """Column names with a drop-down list below each."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSortIndicatorShown(False)
        self.setSectionsClickable(False)
        self.choices: list[Choice] = []
        self.sectionResized.connect(lambda *_sizes: self.place())

    def sizeHint(self) -> QSize:
        height = _NAME_HEIGHT + _CHOICE_HEIGHT + 2 * _GAP
        return QSize(super().sizeHint().width(), height)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        name = QRect(rect.left(), rect.top(), rect.width(), _NAME_HEIGHT)
        super().paintSection(painter, name, logicalIndex)
        below = QRect(rect.left(), name.bottom(), rect.width(), rect.bottom() - name.bottom())
        painter.fillRect(below, theme.color("bg"))
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), theme.color("bg"))
        line = QRect(rect.left(), rect.bottom(), rect.width(), 1)
        painter.fillRect(line, theme.color("line"))

    def place(self) -> None:
        for section, choice in enumerate(self.choices):
            left = self.sectionViewportPosition(section)
            choice.setGeometry(
                left + _GAP, _NAME_HEIGHT, self.sectionSize(section) - 2 * _GAP, _CHOICE_HEIGHT
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()


class ColumnGrid(Table):
    """Preview and mapping in one; `field_chosen(column, field)` when the user chooses.

    Tab goes from choice to choice, and the columns come into sight with it.
    """

    field_chosen = Signal(int, object)

    def __init__(self, mask: Mask, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._rows = _Rows(mask, self)
        self._header = _ChoiceHeader(self)
        self._mapping: Mapping | None = None
        self.setHorizontalHeader(self._header)
        self.set_delegate(HighlightDelegate(self, _ROW_HEIGHT))
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.setModel(self._rows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.horizontalScrollBar().valueChanged.connect(lambda _value: self._header.place())
        mask.changed.connect(self._look_again)

    def show_table(self, table: FileTable, mapping: Mapping) -> None:
        self._rows.show_table(table, mapping)
        self._mapping = mapping
        self._make_choices()
        metrics = QFontMetrics(theme.font())
        for section, name in enumerate(self._rows.names):
            words = [name, *(row[section] for row in self._rows.cells)]
            widest = max(metrics.horizontalAdvance(word[:60]) for word in words) + _AROUND_WORDS
            choice = self._header.choices[section].currentText()
            widest = max(widest, metrics.horizontalAdvance(choice) + _AROUND_CHOICE)
            self.setColumnWidth(section, min(max(widest, _NARROWEST), _WIDEST))
        self.horizontalScrollBar().setValue(0)
        self._header.place()

    def mean(self, mapping: Mapping) -> None:
        """Show another meaning of the same columns."""
        another_kind = self._mapping is None or mapping.kind is not self._mapping.kind
        self._mapping = mapping
        self._rows.mean(mapping)
        if another_kind:
            self._make_choices()
        for column, choice in zip(mapping.columns, self._header.choices, strict=True):
            choice.choose(column.field)
        self._name_choices()

    def _look_again(self) -> None:
        self._rows.look_again()
        self._name_choices()

    def choice(self, column: int) -> Choice:
        """The drop-down list over a column."""
        return self._header.choices[column]

    def retranslate(self) -> None:
        self.setAccessibleName(_("The first rows of the file"))
        if self._mapping is not None:
            offered = [(str(one), one.label()) for one in fields_of(self._mapping.kind)]
            for choice in self._header.choices:
                choice.set_choices(offered)
            self._name_choices()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and watched in self._header.choices:
            column = self._header.choices.index(watched)
            self.scrollTo(self._rows.index(0, column))
        return super().eventFilter(watched, event)

    def _make_choices(self) -> None:
        assert self._mapping is not None
        for old in self._header.choices:
            old.hide()
            old.deleteLater()
        offered = [(str(one), one.label()) for one in fields_of(self._mapping.kind)]
        self._header.choices = []
        for column in self._mapping.columns:
            choice = Choice(offered, self._header.viewport())
            choice.setMaxVisibleItems(16)
            choice.choose(column.field)
            choice.installEventFilter(self)
            choice.activated.connect(lambda _index, at=column.index: self._chosen(at))
            mark_focus(choice)
            choice.show()
            self._header.choices.append(choice)
        self._name_choices()
        self._header.place()

    def _name_choices(self) -> None:
        for section, choice in enumerate(self._header.choices):
            name = self._rows.names[section]
            choice.setAccessibleName(_("What the column “{header}” means").format(header=name))
            filled = (row for row, cells in enumerate(self._rows.cells) if cells[section])
            first = next(filled, None)
            choice.setAccessibleDescription(
                self._rows.words(first, section) if first is not None else ""
            )

    def _chosen(self, column: int) -> None:
        self.field_chosen.emit(column, Field(self._header.choices[column].key()))

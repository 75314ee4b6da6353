"""Lists of rows and columns: the table and its header."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from custdesk.ui import theme
from custdesk.ui.widgets.button import paint_chevron
from custdesk.ui.widgets.highlight import ROW_HEIGHT, SIDE, HighlightDelegate

_HEADER_HEIGHT = 31


class Header(QHeaderView):
    """Muted column names, 12 px, the sort arrow right behind the name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)
        self.setSectionsMovable(False)
        self.setMinimumSectionSize(48)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _HEADER_HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        painter.save()
        box = QRectF(rect)
        line = theme.color("line")
        painter.fillRect(box, theme.color("bg"))
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), line)
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), line)
        font = theme.font(theme.SMALL_PX)
        metrics = QFontMetricsF(font)
        model, across = self.model(), Qt.Orientation.Horizontal
        text = str(model.headerData(logicalIndex, across) or "") if model else ""
        aligned = model.headerData(logicalIndex, across, Qt.ItemDataRole.TextAlignmentRole)
        right = bool(Qt.AlignmentFlag(aligned or 0) & Qt.AlignmentFlag.AlignRight)
        sorted_by = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        room = box.width() - 2 * SIDE - (12 if sorted_by else 0)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room + 0.5)
        width = metrics.horizontalAdvance(shown)
        left = box.right() - SIDE - width if right else box.left() + SIDE
        painter.setFont(font)
        painter.setPen(theme.color("muted"))
        middle = box.center().y()
        baseline = middle + (metrics.ascent() - metrics.descent()) / 2
        painter.drawText(QPointF(left, baseline), shown)
        if sorted_by:
            up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            arrow = left - 8 if right else left + width + 8
            paint_chevron(painter, QPointF(arrow, middle), "muted", up=up)
        painter.restore()


class Table(QTableView):
    """A table as the customers' list: 38 px rows, whole rows chosen, no grid, rows that answer
    to the pointer.

    `row_chosen(QModelIndex)` when the current row changes, `row_opened(QModelIndex)` on Enter or
    a double click, `left_above` when Up is pressed on the first row (back to the search field).
    """

    row_chosen = Signal(QModelIndex)
    row_opened = Signal(QModelIndex)
    left_above = Signal()

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        """`name` is what a screen reader calls the list."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setHorizontalHeader(Header(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        self._delegate = HighlightDelegate(self)
        self.setItemDelegate(self._delegate)
        self.doubleClicked.connect(self.row_opened)

    def fix_columns(self, widths: Iterable[tuple[int, int]], *room: int) -> None:
        """Columns that nobody sorts by: some of them so wide, while those of `room` take what is
        left."""
        header = self.horizontalHeader()
        header.setSortIndicatorShown(False)
        header.setSectionsClickable(False)
        for column, width in widths:
            self.setColumnWidth(column, width)
        for column in room:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def set_delegate(self, delegate: HighlightDelegate) -> None:
        self._delegate = delegate
        self.setItemDelegate(delegate)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:  # type: ignore[override]
        super().currentChanged(current, previous)
        self.viewport().update()
        if current.isValid() and current.row() != previous.row():
            self.row_chosen.emit(current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self.row_opened.emit(current)
        elif event.key() == Qt.Key.Key_Up and current.row() <= 0:
            self.left_above.emit()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            model = self.model()
            rows = model.rowCount() if model is not None else 0
            if rows:
                self.selectRow(0 if event.key() == Qt.Key.Key_Home else rows - 1)
        elif event.text().isprintable() and event.text().strip():
            event.ignore()  # typing over the list belongs to the search field
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        return QWidget.focusNextPrevChild(self, next)

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered_row:
            self._delegate.hovered_row = row
            self.viewport().update()

"""What there is to say of single rows of a file: why one was rejected, what was kept aside."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from custdesk.exchange.records import Remark
from custdesk.i18n import _
from custdesk.ui import theme
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.highlight import paint_words

_ROW_WIDTH, _ABOVE = 66, 6
_WRAP = Qt.TextFlag.TextWordWrap
_NOTHING = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
_ROW = Qt.ItemDataRole.UserRole


class _Remarks(QAbstractListModel):
    def __init__(self, mask: Mask, parent: QWidget) -> None:
        super().__init__(parent)
        self._mask = mask
        self._remarks: Sequence[Remark] = ()
        mask.changed.connect(lambda _on: self.show_remarks(self._remarks))

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        self.beginResetModel()
        self._remarks = remarks
        self.endResetModel()

    def rowCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._remarks)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        remark = self._remarks[index.row()]
        if self._mask.is_on:  # the words quote what stood in the row
            remark = replace(remark, words=self._mask.over(remark.words))
        if role == Qt.ItemDataRole.DisplayRole:
            return remark.words
        if role == _ROW:
            return _("Row {n}").format(n=remark.line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return remark.sentence()
        return None


class _Delegate(QStyledItemDelegate):
    """The row's number, muted, and the words in as many lines as they need."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else 300
        words = str(index.data() or "")
        room = QRect(0, 0, max(40, width - _ROW_WIDTH), 10_000)
        metrics = QFontMetrics(theme.font(theme.SMALL_PX))
        height = metrics.boundingRect(room, _WRAP, words).height()
        return QSize(width, height + 2 * _ABOVE + 1)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box = QRectF(option.rect)
        painter.save()
        font = theme.font(theme.SMALL_PX)
        line = QRectF(
            box.left(), box.top() + _ABOVE, _ROW_WIDTH - 8, QFontMetrics(font).lineSpacing()
        )
        paint_words(painter, line, str(index.data(_ROW)), ink="muted", font=font)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        painter.drawText(box.adjusted(_ROW_WIDTH, _ABOVE, 0, 0), _WRAP, str(index.data() or ""))
        below = QRectF(box.left(), box.bottom() - 1, box.width(), 1)
        painter.fillRect(below, theme.color("hairline"))
        painter.restore()


class RemarkList(QListView):
    """Any number of remarks, each in full; the arrow keys scroll."""

    def __init__(self, mask: Mask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remarks = _Remarks(mask, self)
        self.setModel(self._remarks)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(200)

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        self._remarks.show_remarks(remarks)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

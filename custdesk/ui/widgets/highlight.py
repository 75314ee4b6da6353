"""How list rows are painted: what matched is marked, grades are tags, the chosen row has a bar."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from custdesk.ui import theme
from custdesk.ui.widgets.tag import paint_tag

ROW_HEIGHT, SIDE, BAR = 38, 10, 3
Index = QModelIndex | QPersistentModelIndex


class Show(IntEnum):
    """What a model answers, beside DisplayRole and TextAlignmentRole, for a cell to look right."""

    MARKS = Qt.ItemDataRole.UserRole + 101  # list[tuple[int, int]]: start and length that matched
    TAG = Qt.ItemDataRole.UserRole + 102  # str, a kind of tag: the text is painted as a tag
    INK = Qt.ItemDataRole.UserRole + 103  # str, a token: "red" overdue, "faint" nothing there
    BOLD = Qt.ItemDataRole.UserRole + 104  # bool


class HighlightDelegate(QStyledItemDelegate):
    """Rows 38 px high with thin lines; the chosen row has a soft ground and a bar before it.

    Numbers line up: figures have one width everywhere, and cells that answer AlignRight to
    TextAlignmentRole stand right. Subclasses may paint a cell's content by `paint_content`.
    """

    def __init__(self, parent: QObject | None = None, row_height: int = ROW_HEIGHT) -> None:
        super().__init__(parent)
        self._row_height = row_height
        self.hovered_row = -1

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width() + 2 * SIDE, self._row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        self.paint_ground(painter, option, index)
        box = QRectF(option.rect).adjusted(SIDE, 0, -SIDE, -1)
        self.paint_content(painter, box, option, index)
        painter.restore()

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = index.row() == self.hovered_row
        ground = "accent_soft" if chosen else "hover" if hovered else "surface"
        painter.fillRect(box, theme.color(ground))
        below = QRectF(box.left(), box.bottom() - 1, box.width(), 1)
        painter.fillRect(below, theme.color("hairline"))
        view = option.widget
        focused = view if isinstance(view, QAbstractItemView) and view.hasFocus() else None
        if focused is not None and focused.currentIndex().row() == index.row():
            line = theme.color("accent_line")
            painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), line)
            painter.fillRect(below, line)
        if chosen and box.left() <= 0:
            painter.fillRect(QRectF(0, box.top(), BAR, box.height()), theme.color("accent"))

    def paint_content(
        self, painter: QPainter, box: QRectF, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Paint the cell's words into `box`; the row's ground is there already."""
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        if not text:
            return
        tag = index.data(Show.TAG)
        if tag:
            paint_tag(painter, box.left(), box.center().y(), text, str(tag))
            return
        aligned = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole) or 0)
        paint_words(
            painter,
            box,
            text,
            marks=index.data(Show.MARKS) or (),
            ink=str(index.data(Show.INK) or "text"),
            bold=bool(index.data(Show.BOLD)),
            right=bool(aligned & Qt.AlignmentFlag.AlignRight),
        )


def paint_words(
    painter: QPainter,
    box: QRectF,
    text: str,
    *,
    marks: Sequence[tuple[int, int]] = (),
    ink: str = "text",
    bold: bool = False,
    right: bool = False,
    font: QFont | None = None,
) -> float:
    """One line in `box`, middle high, ending in … where it must, with the `marks` behind it.

    Returns the width painted. `marks` are (start, length) in characters of `text`.
    """
    used = font or theme.font(bold=bold)
    metrics = QFontMetricsF(used)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width() + 0.5)
    width = metrics.horizontalAdvance(shown)
    left = box.right() - width if right else box.left()
    painter.setFont(used)
    uncut = len(shown) if shown == text else len(shown) - 1
    for start, length in marks:
        end = min(start + length, uncut)
        if start < end:
            _paint_mark(painter, box, left, metrics, shown, start, end)
    painter.setPen(theme.color(ink))
    baseline = box.center().y() + (metrics.ascent() - metrics.descent()) / 2
    painter.drawText(QPointF(left, baseline), shown)
    return width


def _paint_mark(
    painter: QPainter,
    box: QRectF,
    left: float,
    metrics: QFontMetricsF,
    text: str,
    start: int,
    end: int,
) -> None:
    before = metrics.horizontalAdvance(text[:start])
    width = metrics.horizontalAdvance(text[:end]) - before
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("mark"))
    painter.drawRoundedRect(QRectF(left + before, box.center().y() - 9.5, width, 19), 2, 2)
    painter.restore()

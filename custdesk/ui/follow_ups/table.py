"""The list of follow-ups on the screen: rows by keyboard, their painted buttons by mouse.

Several rows can be chosen at once (Ctrl, Shift), and dragged onto a day of a month.
"""

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDrag, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QTableView,
    QToolTip,
    QWidget,
)

from custdesk.i18n import _
from custdesk.ui import theme
from custdesk.ui.follow_ups.model import FollowUpModel
from custdesk.ui.follow_ups.row_painter import ROW, Part, RowPainter, height, right_margin
from custdesk.ui.follow_ups.rows import Bunch, Foot, Group, Open, Past

MIME = "application/x-custdesk-follow-ups"
"""What is dragged: the ids of follow-ups, with spaces between them."""


class FollowUpTable(QTableView):
    """`row_chosen(int)` when another row is chosen, `row_opened` on Enter or a double click,
    `later_asked`, `done_asked` and `list_asked` when a button of the chosen row is clicked,
    `menu_asked` for its menu at a place on the screen. Other keys than those that move go on to
    the view."""

    row_chosen = Signal(int)
    row_opened = Signal()
    later_asked = Signal(QPoint)
    done_asked = Signal()
    list_asked = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, model: FollowUpModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._painter = RowPainter(model, self)
        self._lower: list[int] = []
        self._grip: QPoint | None = None
        self.setModel(model)
        self.setItemDelegate(self._painter)
        self.setProperty("pane", "bg")
        self.setStyleSheet("QTableView { selection-background-color: transparent }")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        heights = self.verticalHeader()
        heights.hide()
        heights.setMinimumSectionSize(1)
        heights.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heights.setDefaultSectionSize(ROW)
        model.modelReset.connect(self._measure)

    def _measure(self) -> None:
        """Headings are lower than rows; there are only few of them, and of those before."""
        entries = self._rows.entries()
        before, self._lower = (
            self._lower,
            [row for row, entry in enumerate(entries) if isinstance(entry, Group | Foot)],
        )
        for row in (*before, *self._lower):
            if row < len(entries):
                self.setRowHeight(row, height(self._rows, row))

    def chosen_row(self) -> int:
        """-1 where none is."""
        return self.currentIndex().row()

    def chosen_ids(self) -> list[int]:
        """The follow-ups to be done of all chosen rows, in the order of the list."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        entries = [self._rows.entry(row) for row in rows]
        return [entry.id for entry in entries if isinstance(entry, Open)]

    def choose_row(self, row: int) -> None:
        """Choose a row and bring it, and the heading over it, into sight."""
        index = self._rows.index(row, 0)
        if row and self._rows.is_first(row):
            self.scrollTo(self._rows.index(row - 1, 0))
        self.scrollTo(index)
        self.setCurrentIndex(index)

    def part_box(self, row: int, part: Part) -> QRectF:
        """Where a button of a row stands in the viewport."""
        box = QRectF(self.visualRect(self._rows.index(row, 0)))
        parts = self._painter.parts(box, right_margin(self))
        return {
            Part.LATER: parts.later,
            Part.DONE: parts.done,
            Part.LIST: parts.list,
            Part.BODY: parts.words,
        }[part]

    def button_corner(self, row: int) -> QPoint:
        """Where the menu of Later belongs, on the screen."""
        box = self.part_box(row, Part.LATER)
        return self.viewport().mapToGlobal(QPoint(round(box.left()), round(box.bottom()) + 4))

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:  # type: ignore[override]
        super().currentChanged(current, previous)
        self.viewport().update()
        if current.isValid():
            self.row_chosen.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.ignore()
            else:
                self.row_opened.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._jump(last=key == Qt.Key.Key_End)
        elif event.text().isprintable() and event.text().strip():
            event.ignore()  # the letters are the view's keys
        else:
            super().keyPressEvent(event)

    def _jump(self, *, last: bool) -> None:
        rows = range(self._rows.rowCount())
        for row in reversed(rows) if last else rows:
            if isinstance(self._rows.entry(row), Open | Bunch | Past):
                self.choose_row(row)
                return

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons():
            self._hover(self._at(event.position()))
        elif self._grip is not None and self._painter.pressed is None:
            far = (event.position().toPoint() - self._grip).manhattanLength()
            if far >= QApplication.startDragDistance() and self.chosen_ids():
                self._drag()

    def _drag(self) -> None:
        """Take the chosen follow-ups to a day of the month."""
        self._grip = None
        what = QMimeData()
        what.setData(MIME, " ".join(map(str, self.chosen_ids())).encode())
        drag = QDrag(self)
        drag.setMimeData(what)
        drag.setPixmap(theme.pixmap("follow-ups", "accent", 24, self.devicePixelRatioF()))
        drag.exec(Qt.DropAction.MoveAction)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        held = self.indexAt(event.position().toPoint())
        self._grip = event.position().toPoint() if at and at[1] is Part.BODY else None
        # Those that are chosen already can be dragged: they stay so until the button is let go.
        several = len(self.chosen_ids()) > 1 and self.selectionModel().isSelected(held)
        if not (several and self._grip and event.modifiers() == Qt.KeyboardModifier.NoModifier):
            super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and at and at[1] is not Part.BODY:
            self._painter.pressed = at
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._painter.pressed = self._painter.pressed, None
        self._grip = None
        super().mouseReleaseEvent(event)
        self.viewport().update()
        if pressed is None or pressed != self._at(event.position()):
            return
        if pressed[1] is Part.LATER:
            self.later_asked.emit(self.button_corner(pressed[0]))
        elif pressed[1] is Part.LIST:
            self.list_asked.emit()
        else:
            self.done_asked.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if at and at[1] is Part.BODY:
            self.row_opened.emit()
        else:
            self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.chosen_row()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.menu_asked.emit(event.globalPos())
        elif row >= 0:
            self.menu_asked.emit(self.button_corner(row))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self._at(QPointF(event.pos()))
            words = ""
            if at and isinstance(self._rows.entry(at[0]), Open):
                words = {
                    Part.LATER: _("Put off or skip (S)"),
                    Part.DONE: _("Done (Ctrl+Enter)"),
                }.get(at[1], "")
            QToolTip.showText(event.globalPos(), words, self.viewport())
            return True
        return super().viewportEvent(event)

    def _at(self, point: QPointF) -> tuple[int, Part] | None:
        """The row under `point` and its part; closed rows have no buttons."""
        index = self.indexAt(point.toPoint())
        entry = self._rows.entry(index.row())
        if not isinstance(entry, Open | Bunch | Past):
            return None
        if isinstance(entry, Past):
            return index.row(), Part.BODY
        box, bunch = QRectF(self.visualRect(index)), isinstance(entry, Bunch)
        return index.row(), self._painter.part_at(box, right_margin(self), point, bunch=bunch)

    def _hover(self, at: tuple[int, Part] | None) -> None:
        if at != self._painter.hovered:
            self._painter.hovered = at
            on_button = at is not None and at[1] is not Part.BODY
            self.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if on_button else Qt.CursorShape.ArrowCursor
            )
            self.viewport().update()

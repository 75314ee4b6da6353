"""Chips: the small round switches and filters above a list."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from custdesk.ui import theme
from custdesk.ui.widgets.button import paint_chevron
from custdesk.ui.widgets.focus import belong, mark_focus

_HEIGHT, _SIDE, _GAP, _MARK = 24, 10, 5, 8


class Chip(QPushButton):
    """A chip: checkable (今天 7), with a menu (标签 ▾), or a set filter with a cross (VIP ✕).

    Signals: the button's `clicked` and `toggled`, and `closed` when the cross is clicked or
    Delete pressed. It looks "on" when checked or when it can be closed.
    """

    closed = Signal()

    def __init__(
        self,
        text: str = "",
        *,
        checkable: bool = False,
        closable: bool = False,
        menu: QMenu | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("variant", "painted")
        self.setCheckable(checkable)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(theme.font(theme.SMALL_PX))
        self._closable = closable
        self.set_text(text)
        if menu is not None:
            belong(menu, self)
            self.setMenu(menu)
        mark_focus(self, _HEIGHT // 2, keyboard_only=True)

    def set_text(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def set_closable(self, closable: bool) -> None:
        """A menu chip becomes "on", with a cross, while its filter is set."""
        self._closable = closable
        self.updateGeometry()
        self.update()

    def is_on(self) -> bool:
        return self.isChecked() or self._closable

    def sizeHint(self) -> QSize:
        text = QFontMetrics(theme.font(theme.SMALL_PX)).horizontalAdvance(self.text())
        mark = _GAP + _MARK if self._has_mark() else 0
        return QSize(text + mark + 2 * _SIDE + 2, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        if self._closable and left and self._on_cross(event.position().toPoint()):
            self.closed.emit()
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._closable and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        on = self.is_on()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = t.accent_soft if on else t.hover if self.underMouse() else t.surface
        ink = "accent" if on else "muted"
        painter.setPen(theme.color(t.accent_line if on else t.line))
        painter.setBrush(theme.color(ground))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setFont(theme.font(theme.SMALL_PX))
        painter.setPen(theme.color(ink if self.isEnabled() else "faint"))
        words = self.rect().adjusted(_SIDE + 1, 0, -_SIDE - 1, 0)
        painter.drawText(
            words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text()
        )
        if self._closable:
            self._paint_cross(painter, ink)
        elif self.menu() is not None:
            paint_chevron(painter, self._mark_center(), ink)

    def _has_mark(self) -> bool:
        return self._closable or self.menu() is not None

    def _mark_center(self) -> QPointF:
        return QPointF(self.width() - _SIDE - 1 - _MARK / 2, self.height() / 2)

    def _on_cross(self, point: QPoint) -> bool:
        """The cross alone where the chip does more when clicked, else the whole chip."""
        whole = self.menu() is None and not self.isCheckable()
        return whole or point.x() >= self.width() - _SIDE - _MARK - _GAP

    def _paint_cross(self, painter: QPainter, role: str) -> None:
        center, reach = self._mark_center(), 3.2
        painter.setPen(QPen(theme.color(role), 1.4))
        for sign in (1, -1):
            step = QPointF(reach, sign * reach)
            painter.drawLine(center - step, center + step)

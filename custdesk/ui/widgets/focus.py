"""Where the keyboard is: a ring around it, outside so that nothing moves; and where Tab goes."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QWidget

from custdesk.ui import theme

WIDTH = 2
_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize)


def mark_focus(
    widget: QWidget, radius: int = 7, *, around: QWidget | None = None, keyboard_only: bool = False
) -> None:
    """Ring `around` (or `widget`) while `widget` has the focus.

    Editors show a soft ring always; buttons (`keyboard_only`) a strong one, only when reached by
    keyboard, as a mouse click needs no ring.
    """
    _FocusMark(widget, around or widget, radius, keyboard_only)


class _FocusMark(QObject):
    def __init__(self, widget: QWidget, around: QWidget, radius: int, keyboard_only: bool) -> None:
        super().__init__(widget)
        self._around, self._radius, self._keyboard_only = around, radius, keyboard_only
        self._ring: _Ring | None = None
        widget.installEventFilter(self)
        if around is not widget:
            around.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            if not self._keyboard_only or event.reason() in _BY_KEYBOARD:
                self._show()
        elif kind in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            if watched is not self._around or self._around is self.parent():
                self._hide()
        elif kind in _MOVES and self._ring is not None and watched is self._around:
            self._ring.place()
        return False

    def _show(self) -> None:
        if self._ring is None and self._around.parentWidget() is not None:
            self._ring = _Ring(self._around, self._radius, strong=self._keyboard_only)
            self._ring.destroyed.connect(self._forget)

    def _hide(self) -> None:
        ring, self._ring = self._ring, None
        if ring is not None:
            ring.hide()
            ring.deleteLater()

    def _forget(self) -> None:
        self._ring = None


class _Ring(QWidget):
    def __init__(self, target: QWidget, radius: int, *, strong: bool) -> None:
        super().__init__(target.parentWidget())
        self._target, self._radius, self._strong = target, radius, strong
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.place()
        self.stackUnder(target)
        self.show()

    def place(self) -> None:
        self.setGeometry(self._target.geometry().adjusted(-WIDTH, -WIDTH, WIDTH, WIDTH))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent" if self._strong else "accent_soft"), WIDTH))
        half = WIDTH / 2  # only the ring: what it goes round may have no ground of its own
        box = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(box, self._radius + half, self._radius + half)


def belong(menu: QMenu, button: QWidget) -> None:
    """Make a menu the child of its button. As a child of a view that hands its focus on to another
    widget (`setFocusProxy`) it splits the ring that Tab goes round, and half of it is not reached.
    """
    menu.setParent(button, menu.windowFlags())

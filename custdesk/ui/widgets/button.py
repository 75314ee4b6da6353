"""Buttons: primary, plain, ghost, link, danger and icon-only, with or without a menu."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QMenu, QPushButton, QStyleOptionButton, QWidget

from custdesk.ui import theme
from custdesk.ui.widgets.focus import belong, mark_focus

_INK = {
    "primary": "on_accent",
    "ghost": "muted",
    "icon": "muted",
    "link": "accent",
    "danger": "red",
}


class Button(QPushButton):
    """A button whose `variant` is "plain", "primary", "ghost", "link", "foot" (a quiet link),
    "danger" or "icon".

    An "icon" button shows no text: `text` becomes its accessible name and tooltip. With a `menu`
    it shows a small ▾ and opens it. Enter presses it as Space does.
    """

    def __init__(
        self,
        text: str = "",
        variant: str = "plain",
        *,
        icon: str = "",
        icon_after: bool = False,
        menu: QMenu | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`icon_after` puts the icon behind the words ("Open the file →")."""
        super().__init__(parent)
        self._variant, self._icon = variant, icon
        self.setProperty("variant", variant)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_text(text)
        if icon:
            self.set_icon(icon)
        if icon_after:
            self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        if menu is not None:
            self.setMenu(menu)
        mark_focus(self, keyboard_only=True)

    def set_text(self, text: str) -> None:
        """Also the accessible name, and the tooltip of an icon-only button."""
        self.setAccessibleName(text)
        if self._variant == "icon":
            self.setToolTip(text)
        else:
            self.setText(text)

    def set_icon(self, name: str) -> None:
        self._icon = name
        size = 18 if self._variant == "icon" else 15
        theme.set_icon(self, name, _INK.get(self._variant, "text"), size)

    def set_variant(self, variant: str) -> None:
        """For the row that is chosen: its button becomes "primary"."""
        if variant != self._variant:
            self._variant = variant
            theme.restyle(self, "variant", variant)
            if self._icon:
                self.set_icon(self._icon)

    def setMenu(self, menu: QMenu | None) -> None:
        if menu is not None:
            belong(menu, self)
        super().setMenu(menu)  # type: ignore[arg-type]  # None takes the menu away
        theme.restyle(self, "dropdown", menu is not None and self._variant != "icon")

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        # the style would shift the words for its own mark; ours is painted into the padding
        option.features &= ~QStyleOptionButton.ButtonFeature.HasMenu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.property("dropdown"):
            painter = QPainter(self)
            ink = _INK.get(self._variant, "text") if self.isEnabled() else "faint"
            paint_chevron(painter, QPointF(self.width() - 16, self.height() / 2), ink)


def paint_chevron(painter: QPainter, center: QPointF, role: str, *, up: bool = False) -> None:
    """The small filled triangle ▾ (or ▴), 7 by 4 pixels: fonts differ too much to write it."""
    box = QRectF(center.x() - 3.5, center.y() - 2, 7, 4)
    tip, base = (box.top(), box.bottom()) if up else (box.bottom(), box.top())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(role))
    painter.drawPolygon(
        QPolygonF([QPointF(box.left(), base), QPointF(box.right(), base), QPointF(center.x(), tip)])
    )
    painter.restore()

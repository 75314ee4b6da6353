"""The rail at the left edge: one large button for each view."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from custdesk.ui import theme
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.text import rule

WIDTH = 76


class RailButton(QPushButton):
    """An icon over a word, with a red badge for what waits; checkable, one of its group."""

    def __init__(self, icon: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("variant", "painted")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._icon, self._badge = icon, 0
        self.set_text(text)
        mark_focus(self, 9, keyboard_only=True)

    def set_text(self, text: str) -> None:
        self.setText(text)
        self._name()

    def set_badge(self, count: int) -> None:
        """Show `count` in red (99+ beyond), nothing for 0."""
        self._badge = count
        self._name()
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(f"{self.text()} {self._badge}" if self._badge else self.text())

    def sizeHint(self) -> QSize:
        return QSize(62, 57)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        box = QRectF(self.rect())
        if on or self.underMouse():
            painter.setPen(theme.color("line") if on else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("surface" if on else "bg"))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 9, 9)
        ink = "accent" if on else "muted"
        theme.draw_icon(painter, QRectF(box.center().x() - 10, 10, 20, 20), self._icon, ink)
        painter.setFont(theme.font(theme.TINY_PX))
        painter.setPen(theme.color(ink))
        words = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, round(box.width()) - 2
        )
        painter.drawText(QRectF(0, 32, box.width(), 17), Qt.AlignmentFlag.AlignCenter, words)
        if self._badge:
            self._paint_badge(painter)

    def _paint_badge(self, painter: QPainter) -> None:
        text = str(self._badge) if self._badge < 100 else "99+"
        tiny = theme.font(10)
        width = max(15, QFontMetrics(tiny).horizontalAdvance(text) + 8)
        box = QRectF(self.width() - 8 - width, 4, width, 15)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("red"))
        painter.drawRoundedRect(box, 7.5, 7.5)
        painter.setFont(tiny)
        painter.setPen(QPen(theme.color("on_red")))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QWidget):
    """The column of rail buttons: `add` from the top, `add_below` at the foot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(7, 13, 6, 13)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        row.addLayout(self._column)
        row.addWidget(rule(upright=True))
        self._above = 0

    def add(self, button: RailButton) -> RailButton:
        self._column.insertWidget(self._above, button)
        self._above += 1
        return button

    def add_below(self, button: RailButton) -> RailButton:
        self._column.addWidget(button)
        return button

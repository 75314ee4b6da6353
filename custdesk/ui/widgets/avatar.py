"""A person's initial in a soft circle."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from custdesk.ui import theme


class Avatar(QWidget):
    """The first character of a name in a circle, `size` pixels across."""

    def __init__(self, name: str = "", size: int = 52, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(size, size)
        self._initial = ""
        self.set_name(name)

    def set_name(self, name: str) -> None:
        self._initial = name.strip()[:1].upper()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("avatar"))
        painter.drawEllipse(QRectF(self.rect()))
        painter.setFont(theme.font(round(self.width() * 0.42)))
        painter.setPen(theme.color("accent"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._initial)

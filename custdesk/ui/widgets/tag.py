"""Tags: the small coloured labels for grade and stage, as widgets and painted in lists."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from custdesk.ui import theme

KINDS = ("gold", "blue", "green", "red", "amber", "grey", "accent")
HEIGHT, _SIDE, _RADIUS = 18, 7, 4


class Tag(QLabel):
    """A coloured label; `kind` is "gold" (VIP), "blue" (regular), "green" (potential), "red",
    "amber", "grey" or "accent"."""

    def __init__(self, text: str = "", kind: str = "blue", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setIndent(0)
        self.set(text, kind)

    def set(self, text: str, kind: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        theme.restyle(self, "tag", kind)


def tag_width(text: str) -> int:
    return QFontMetrics(theme.font(theme.SMALL_PX)).horizontalAdvance(text) + 2 * _SIDE


def paint_tag(painter: QPainter, left: float, middle: float, text: str, kind: str) -> float:
    """Paint a tag whose left edge is `left` and whose middle line is `middle`; its width."""
    width = tag_width(text)
    box = QRectF(left, round(middle - HEIGHT / 2), width, HEIGHT)
    ink, ground = inks(kind)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(ground))
    painter.drawRoundedRect(box, _RADIUS, _RADIUS)
    painter.setFont(theme.font(theme.SMALL_PX))
    painter.setPen(theme.color(ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return width


def inks(kind: str) -> tuple[str, str]:
    """The tokens of a kind of tag: its words and its ground."""
    return ("muted", "sunken") if kind == "grey" else (kind, f"{kind}_soft")

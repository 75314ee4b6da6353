"""A check box with a tick in the colours of the theme."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton, QWidget

from custdesk.ui import theme
from custdesk.ui.widgets.focus import mark_focus


class CheckBox(QCheckBox):
    """As QCheckBox; the style sheet cannot draw a tick in a token's colour, so it is painted."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        mark_focus(self, 5, keyboard_only=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        left, top, unit = box.left(), box.top(), box.width() / 16
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("on_accent"), 1.8))
        tick = [QPointF(left + x * unit, top + y * unit) for x, y in ((4, 8.2), (7, 11), (12, 5.2))]
        painter.drawPolyline(QPolygonF(tick))

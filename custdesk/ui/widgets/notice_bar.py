"""A bar above a page that says how things stand, and how to end it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.text import IconLabel, Label


class NoticeBar(QWidget):
    """One calm line on a soft ground; `ended` when the link at its right is clicked."""

    ended = Signal()

    def __init__(self, ground: str, icon: str = "", parent: QWidget | None = None) -> None:
        """`ground` is a token; `icon` stands before the words."""
        super().__init__(parent)
        self.setProperty("ground", ground)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words = Label("", "", wrap=True)
        self._end = Button(variant="link")
        self._end.clicked.connect(self.ended)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 5, 20, 5)
        row.setSpacing(10)
        if icon:
            row.addWidget(IconLabel(icon, "text", 16))
        row.addWidget(self._words, 1)
        row.addWidget(self._end)

    def say(self, words: str, way_out: str) -> None:
        """`way_out` is what the link is called."""
        self._words.setText(words)
        self._end.set_text(way_out)
        self.setAccessibleName(words)

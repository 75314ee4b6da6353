"""A thin bar over the views: what holds for all of them, and what can be done about it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.text import IconLabel, Label


class NoticeBar(QWidget):
    """Words and at most two links; hidden without words. `ground` is a token."""

    def __init__(
        self, ground: str = "accent_soft", icon: str = "", parent: QWidget | None = None
    ) -> None:
        """`icon` stands before the words."""
        super().__init__(parent)
        self.setProperty("ground", ground)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.words = Label("", "", wrap=True)
        self.first, self.second = Button(variant="link"), Button(variant="link")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 5, 20, 5)
        row.setSpacing(10)
        if icon:
            row.addWidget(IconLabel(icon, "text", 16))
        row.addWidget(self.words, 1)
        row.addWidget(self.first)
        row.addSpacing(6)
        row.addWidget(self.second)
        self.say("")

    def say(self, words: str, first: str = "", second: str = "") -> None:
        """Show `words` and the links that have names."""
        self.words.setText(words)
        self.setAccessibleName(words)
        for button, name in ((self.first, first), (self.second, second)):
            button.set_text(name)
            button.setVisible(bool(name))
        self.setVisible(bool(words))

"""What an empty place says: what is not there yet, and what to do next."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.text import IconLabel, Label


class EmptyState(QWidget):
    """An icon, a sentence, a muted hint and buttons, in the middle of the place."""

    def __init__(
        self,
        icon: str,
        sentence: str = "",
        hint: str = "",
        buttons: tuple[Button, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = IconLabel(icon, "faint", 28, ground="sunken", ground_size=56, radius=28)
        self._sentence = Label(sentence, "heading", wrap=True)
        self._hint = Label(hint, "muted", wrap=True)
        middle = Qt.AlignmentFlag.AlignCenter
        self._sentence.setAlignment(middle)
        self._hint.setAlignment(middle)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(12)
        column.addWidget(self._sentence)
        column.addSpacing(4)
        column.addWidget(self._hint)
        column.addSpacing(14)
        column.addLayout(row)
        column.addStretch(3)
        self.say(sentence, hint)

    def say(self, sentence: str, hint: str = "", icon: str = "") -> None:
        self._sentence.setText(sentence)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(f"{sentence} {hint}".strip())
        if icon:
            self._icon.set_icon(icon, "faint", "sunken")

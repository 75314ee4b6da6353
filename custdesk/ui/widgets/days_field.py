"""A number of days within a sentence: "a call every [30] days", with a switch before it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from custdesk.i18n import _
from custdesk.ui import theme
from custdesk.ui.widgets.check_box import CheckBox
from custdesk.ui.widgets.fields import LineField
from custdesk.ui.widgets.text import Label

_NUMBER_WIDTH, _SWITCH_WIDTH = 60, 132


class DaysField(QWidget):
    """A switch with its name, and the sentence with the number.

    `switched(bool)`; `committed(str)` as a `Field` says it, with what was typed.
    """

    switched = Signal(bool)
    committed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = CheckBox()
        self.number = LineField("")
        self._before, self._behind = Label(""), Label("")
        self.number.label.hide()
        self.number.edit.setFixedWidth(_NUMBER_WIDTH)
        self.number.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.switch.setMinimumWidth(_SWITCH_WIDTH)
        sentence = QHBoxLayout()
        sentence.setSpacing(8)
        sentence.addWidget(self._before)
        sentence.addWidget(self.number)
        sentence.addWidget(self._behind)
        sentence.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        grid.addWidget(self.switch, 0, 0)
        grid.addLayout(sentence, 0, 1)
        grid.addWidget(self.number.error, 1, 1)
        grid.setColumnStretch(1, 1)
        self.switch.clicked.connect(self.switched)
        self.switch.toggled.connect(self._dress)
        self.number.committed.connect(self.committed)

    def say(self, name: str, sentence: str) -> None:
        """`sentence` has {n} where the number stands."""
        before, behind = (part.strip() for part in sentence.split("{n}", 1))
        self.switch.setText(name)
        self._before.setText(before)
        self._before.setVisible(bool(before))
        self._behind.setText(behind)
        whole = _("{header}: {words}").format(header=name, words=sentence.format(n="…"))
        self.number.edit.setAccessibleName(whole)

    def set_before_width(self, width: int) -> None:
        """So that the numbers of several sentences stand below each other."""
        self._before.setMinimumWidth(width)

    def before_width(self) -> int:
        """What the words before the number need."""
        return QFontMetrics(theme.font()).horizontalAdvance(self._before.text())

    def show_days(self, days: int, *, on: bool) -> None:
        """Show what is saved; what somebody is typing stays."""
        self.switch.setChecked(on)
        if not self.number.is_edited():
            self.number.set_value(str(days))
        self._dress()

    def edit(self) -> QLineEdit:
        return self.number.edit

    def _dress(self) -> None:
        on = self.switch.isChecked()
        self.number.edit.setEnabled(on)
        for label in (self._before, self._behind):
            label.set_role("" if on else "faint")

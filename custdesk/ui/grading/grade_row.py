"""One grade of the grading rules: what it is called, and from which score on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import _, pgettext
from custdesk.insight.grades import Grade
from custdesk.insight.policies import GradeRule
from custdesk.ui import theme
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.fields import LineField
from custdesk.ui.widgets.text import Label

_SCORE_WIDTH = 90


class GradeRow(QWidget):
    """`typed` when something else stands in it, `removed` when it is to go."""

    typed = Signal()
    removed = Signal()

    def __init__(self, rule: GradeRule, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = rule.key
        self._own = rule.name
        self.name = LineField("", above=True)
        self.score = LineField("", above=True)
        self.score.setFixedWidth(_SCORE_WIDTH)
        self.remove = Button(variant="ghost", icon="close")
        self.error = Label("", "error", wrap=True)
        self.error.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.score, 0, 1)
        grid.addWidget(self.remove, 0, 2, Qt.AlignmentFlag.AlignBottom)
        grid.addWidget(self.error, 1, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self.name.set_value(Grade(rule.key, 0, rule.name).called)
        self.score.set_value(str(rule.at_least))
        for field in (self.name, self.score):
            field.edit.textChanged.connect(lambda _text: self.typed.emit())
        self.remove.clicked.connect(self.removed)
        self.retranslate()

    def read(self) -> GradeRule:
        """What stands here; raises a sentence for what cannot be read."""
        score, name = self.score.text(), " ".join(self.name.text().split())
        if not (score.isascii() and score.isdigit() and len(score) < 6):
            raise CustdeskError(_("The score is a whole number from 0 on."))
        if not name:
            raise CustdeskError(_("A grade needs a name. Type one."))
        is_ours = not self._own and name == Grade(self.key, 0).called
        return GradeRule(key=self.key, name="" if is_ours else name, at_least=int(score))

    def say(self, _at: str | None, words: str) -> None:
        """Show what is wrong; "" for nothing."""
        self.error.setText(words)
        self.error.setVisible(bool(words))
        for field in (self.name, self.score):
            field.edit.setAccessibleDescription(words)
            theme.restyle(field.edit, "wrong", bool(words))

    def retranslate(self) -> None:
        if not self._own and not self.name.is_edited():
            self.name.set_value(Grade(self.key, 0).called)
        self.name.set_label(pgettext("grade", "Name"))
        self.score.set_label(_("From score"))
        self.remove.setToolTip(_("Take this grade away"))
        self.remove.setAccessibleName(_("Take away: {name}").format(name=self.name.text()))

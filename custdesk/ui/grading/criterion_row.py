"""One criterion of the grading rules: its weight, and from where on it is high or middle."""

from math import isfinite, nan

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.exchange.values import Unreadable, read_money
from custdesk.i18n import _
from custdesk.insight import measures
from custdesk.insight.measures import MEASURES, Unit
from custdesk.insight.policies import Criterion
from custdesk.ui import theme
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.fields import LineField
from custdesk.ui.widgets.text import Label
from custdesk.words import shown

_ALWAYS = (measures.SPEND, measures.FREQUENCY, measures.LOYALTY, measures.POTENTIAL)
_NAME_WIDTH, _WEIGHT_WIDTH = 118, 64


class CriterionRow(QWidget):
    """`typed` when something else stands in it, `removed` when it is to go."""

    typed = Signal()
    removed = Signal()

    def __init__(self, criterion: Criterion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.of = criterion.of
        self._criterion = criterion
        self._measure = MEASURES[criterion.of]
        self._is_choice = self._measure.unit is Unit.CHOICE
        self._name = Label("", "", wrap=True)
        self._name.setFixedWidth(_NAME_WIDTH)
        self.weight = LineField("", above=True)
        self.weight.setFixedWidth(_WEIGHT_WIDTH)
        self.high, self.middle = LineField("", above=True), LineField("", above=True)
        self.remove = Button(variant="ghost", icon="close")
        self.remove.setVisible(criterion.of not in _ALWAYS)
        self.error = Label("", "error", wrap=True)
        self.error.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        for column, part in enumerate((self._name, self.weight, self.high, self.middle)):
            grid.addWidget(part, 0, column)
        grid.addWidget(self.remove, 0, 4, Qt.AlignmentFlag.AlignBottom)
        grid.addWidget(self.error, 1, 1, 1, 4)
        grid.setColumnStretch(2, 1)
        grid.setColumnStretch(3, 1)
        self.weight.set_value(str(criterion.weight))
        self.high.set_value(self._written(criterion.high, criterion.highs))
        self.middle.set_value(self._written(criterion.middle, criterion.middles))
        self._chosen = {self.high: criterion.highs, self.middle: criterion.middles}
        """The choices that were read last: in another language they are written anew."""
        for field in (self.weight, self.high, self.middle):
            field.edit.textChanged.connect(lambda _text: self.typed.emit())
        self.remove.clicked.connect(self.removed)
        self.retranslate()

    def _written(self, value: float, choices: tuple[str, ...]) -> str:
        if not self._is_choice:
            yuan = value / 100 if self._measure.unit is Unit.MONEY else value
            return f"{yuan:,.6f}".rstrip("0").rstrip(".")
        known = self._measure.choices
        return _(", ").join(shown(known(one)) if known else one for one in choices)

    def _unit(self) -> str:
        counted = {
            Unit.MONEY: "¥",
            Unit.A_MONTH: _("times"),
            Unit.YEARS: _("years"),
            Unit.DAYS: _("days"),
            Unit.POINTS: _("of 5"),
        }
        return counted[self._measure.unit]

    def read(self) -> Criterion:
        """What stands here; raises a sentence for what cannot be read."""
        weight = self.weight.text()
        if not (weight.isascii() and weight.isdigit() and len(weight) < 6):
            raise CustdeskError(_("The weight is a whole number from 0 on."))
        read: dict[str, object] = (
            {"highs": self._choices(self.high), "middles": self._choices(self.middle)}
            if self._is_choice
            else {"high": self._figure(self.high), "middle": self._figure(self.middle)}
        )
        return self._criterion.model_copy(update={"weight": int(weight), **read})

    def _figure(self, field: LineField) -> float:
        if self._measure.unit is Unit.MONEY:
            cents = read_money(field.text())
            if cents is None or isinstance(cents, Unreadable):
                raise CustdeskError(_("Type an amount."))
            return cents
        try:
            figure = float(field.text().replace(",", ""))
        except ValueError:
            figure = nan
        if not isfinite(figure):
            raise CustdeskError(_("Type a number."))
        return figure

    def _choices(self, field: LineField) -> tuple[str, ...]:
        typed = field.text().replace("，", ",").replace("、", ",").split(",")
        words = [word.strip() for word in typed if word.strip()]
        known = self._measure.choices
        if known is None:
            return tuple(words)
        by_words = {shown(one).casefold(): one.value for one in known}
        for word in words:
            if word.casefold() not in by_words:
                said = _("“{value}” is none of: {choices}.")
                raise CustdeskError(
                    said.format(value=word, choices=_(", ").join(map(shown, known)))
                )
        self._chosen[field] = tuple(by_words[word.casefold()] for word in words)
        return self._chosen[field]

    def say(self, at: str | None, words: str) -> None:
        """Show what is wrong, at a field or at the whole row; "" for nothing."""
        fields = {
            "weight": self.weight,
            "high": self.high,
            "middle": self.middle,
            "highs": self.high,
            "middles": self.middle,
        }
        wrong = fields.get(at or "")
        for field in (self.weight, self.high, self.middle):
            field.edit.setAccessibleDescription(words if field is wrong else "")
            theme.restyle(field.edit, "wrong", field is wrong)
        self.error.setText(words)
        self.error.setVisible(bool(words))

    def retranslate(self) -> None:
        called = self._measure.called
        self._name.setText(called)
        if self._is_choice and self._measure.choices:
            for field, chosen in self._chosen.items():
                with QSignalBlocker(field.edit):
                    field.set_value(self._written(0, chosen))
        above = self._criterion.above
        labels = (
            (_("High"), _("Medium"))
            if self._is_choice
            else tuple(
                f"{words} ({self._unit()})"
                for words in (_("High: over") if above else _("High: from"), _("Middle: from"))
            )
        )
        self.weight.set_label(_("Weight"))
        self.high.set_label(labels[0])
        self.middle.set_label(labels[1])
        for field, label in (
            (self.weight, _("Weight")), (self.high, labels[0]), (self.middle, labels[1])
        ):  # fmt: skip
            field.edit.setAccessibleName(f"{called}: {label}")
        self.remove.setToolTip(_("Take this criterion away"))
        self.remove.setAccessibleName(_("Take away: {name}").format(name=called))

"""What a condition of a segment compares with: the editors that fit its field and comparison."""

import re
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QWidget

from custdesk.exchange.values import Unreadable, read_money
from custdesk.i18n import _
from custdesk.insight.segment_fields import IN_DAYS, Choices, Field, How, Kind
from custdesk.insight.segment_rules import Value
from custdesk.people.typed import plain
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.date_field import DateField, read_iso
from custdesk.ui.widgets.fields import Choice
from custdesk.ui.widgets.flow_layout import FlowLayout
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.text import Label

_NUMBER_WIDTH, _MONEY_WIDTH, _DAY_WIDTH = 64, 104, 132
_SEPARATORS = str.maketrans("，、；;", ",,,,")


class Values(QWidget):
    """`edited` comes with every key, `committed` when one is done with it."""

    edited = Signal()
    committed = Signal()

    def __init__(
        self,
        field: Field,
        how: str,
        values: Sequence[Value],
        choices: Choices,
        known: Sequence[str],
        today: date,
        parent: QWidget | None = None,
    ) -> None:
        """`choices` are those of the field, `known` the words that it holds anywhere."""
        super().__init__(parent)
        self._field, self._how = field, how
        self.lines: list[QLineEdit] = []
        self.days: list[DateField] = []
        self.chips: dict[str, Chip] = {}
        self.choice: Choice | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        pair = [*values, "", ""][: 2 if how == How.BETWEEN else 1]
        if how in (How.EMPTY, How.FILLED) or not how:
            self._row.addStretch(1)
        elif how in IN_DAYS:
            self._add_line(str(pair[0]), _NUMBER_WIDTH)
            self._row.addWidget(Label(_("days"), "muted"))
            self._row.addStretch(1)
        elif choices and how == How.ONE_OF:
            self._add_chips(choices, values)
        elif choices:
            self._add_choice(choices, str(pair[0]))
        elif field.kind in (Kind.DATE, Kind.COMING):
            self._add_days([str(one) for one in pair], today)
        elif field.kind in (Kind.NUMBER, Kind.MONEY, Kind.POINTS):
            self._add_figures(pair)
        else:
            self._add_words(values, known)

    def values(self) -> tuple[Value, ...]:
        """What stands in the editors, as a rule has it; what cannot be read stays as typed."""
        if self.chips:
            return tuple(key for key, chip in self.chips.items() if chip.isChecked())
        if self.choice is not None:
            return (self.choice.key(),) if self.choice.key() else ()
        if self.days:
            return self._whole([_day(field.text()) for field in self.days])
        typed = [line.text().strip() for line in self.lines]
        if self._how in IN_DAYS or self._field.kind is Kind.NUMBER:
            return self._whole([_number(one) for one in typed])
        if self._field.kind is Kind.MONEY:
            return self._whole([_cents(one) for one in typed])
        if self._field.kind is Kind.POINTS:
            return self._whole([_tenths(one) for one in typed])
        if self._how == How.ONE_OF:
            parts = (part.strip() for part in typed[0].translate(_SEPARATORS).split(","))
            return tuple(dict.fromkeys(filter(None, parts)))
        return self._whole(list(typed))

    @staticmethod
    def _whole(values: Sequence[Value]) -> tuple[Value, ...]:
        """None at all where nothing was typed."""
        return tuple(values) if any(value != "" for value in values) else ()

    def focus(self) -> None:
        """Begin to type."""
        for editor in (*self.lines, *self.days, self.choice, *self.chips.values()):
            if editor is not None:
                editor.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def set_wrong(self, sentence: str) -> None:
        """Mark what cannot be; the sentence itself stands below."""
        for line in self.lines:
            line.setAccessibleDescription(sentence)

    # --- building ---------------------------------------------------------------------------------

    def _add_line(self, text: str, width: int = 0) -> QLineEdit:
        line = QLineEdit(text)
        line.setAccessibleName(self._field.called)
        mark_focus(line)
        if width:
            line.setFixedWidth(width)
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.textChanged.connect(lambda _text: self.edited.emit())
        line.editingFinished.connect(self.committed)
        self.lines.append(line)
        self._row.addWidget(line, 0 if width else 1)
        return line

    def _add_figures(self, pair: Sequence[Value]) -> None:
        money = self._field.kind is Kind.MONEY
        for n, value in enumerate(pair):
            if n:
                self._row.addWidget(Label(_("to"), "muted"))
            text = str(value)
            if isinstance(value, int) and self._field.kind is not Kind.NUMBER:
                text = _yuan(value) if money else f"{value / 10:.1f}".removesuffix(".0")
            line = self._add_line(text, _MONEY_WIDTH if money else _NUMBER_WIDTH)
            line.setPlaceholderText("¥" if money else "")
        self._row.addStretch(1)

    def _add_days(self, pair: Sequence[str], today: date) -> None:
        for n, value in enumerate(pair):
            if n:
                self._row.addWidget(Label(_("to"), "muted"))
            field = _DayField(self._field.called, today)
            field.label.hide()
            field.setFixedWidth(_DAY_WIDTH)
            field.set_value(value)
            field.edit.textChanged.connect(lambda _text: self.edited.emit())
            field.committed.connect(lambda _text: self.committed.emit())
            self.days.append(field)
            self._row.addWidget(field)
        self._row.addStretch(1)

    def _add_chips(self, choices: Choices, chosen: Sequence[Value]) -> None:
        chips = QWidget()
        flow = FlowLayout(chips)
        for key, name in choices.items():
            chip = self.chips[key] = Chip(name, checkable=True)
            chip.setChecked(key in chosen)
            chip.clicked.connect(self._chosen)
            flow.addWidget(chip)
        self._row.addWidget(chips, 1, Qt.AlignmentFlag.AlignVCenter)

    def _add_choice(self, choices: Choices, chosen: str) -> None:
        self.choice = Choice([("", _("choose …")), *choices.items()])
        self.choice.setAccessibleName(self._field.called)
        self.choice.choose(chosen)
        self.choice.activated.connect(self._chosen)
        self._row.addWidget(self.choice)
        self._row.addStretch(1)

    def _add_words(self, values: Sequence[Value], known: Sequence[str]) -> None:
        line = self._add_line(_(", ").join(map(str, values)))
        if self._how == How.ONE_OF:
            line.setPlaceholderText(_("several, with commas"))
        elif known:
            completer = QCompleter(list(known), line)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            line.setCompleter(completer)

    def _chosen(self) -> None:
        self.edited.emit()
        self.committed.emit()


class _DayField(DateField):
    """What is wrong with it is said below the condition."""

    def set_error(self, sentence: str | None) -> None:
        super().set_error(sentence)
        self.error.hide()


def _day(typed: str) -> str:
    day = read_iso(typed)
    return day.isoformat() if day else typed.strip()


def _number(typed: str) -> Value:
    digits = plain(typed).replace(",", "")
    return int(digits) if digits.isdecimal() and len(digits) < 15 else typed


def _tenths(typed: str) -> Value:
    """4.5, or 4,5 as some write it."""
    written = plain(typed).replace(",", ".")
    if not re.fullmatch(r"\d+(\.\d)?", written, re.ASCII):
        return typed
    return round(float(written) * 10)


def _cents(typed: str) -> Value:
    cents = read_money(typed)
    return typed if isinstance(cents, Unreadable) or cents is None else cents


def _yuan(cents: int) -> str:
    return f"{cents / 100:.2f}".removesuffix(".00")

"""The card of a customer's own dates: each with its day and when it comes next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QGridLayout, QWidget
from sqlmodel import Session

from custdesk.i18n import _
from custdesk.people import own_dates
from custdesk.store.models import CustomerDate
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.date_field import DateField
from custdesk.ui.widgets.fields import ChoiceField, Field, LineField
from custdesk.ui.widgets.text import ElidedLabel, Label

_YEARLY, _ENDS = "yearly", "ends"
_DAY_WIDTH, _CHOICE_WIDTH, _HEIGHT = 138, 106, 31
TOP = Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class _Line:
    """The widgets of one date, or of the one to be added."""

    name: LineField
    day: DateField
    comes: ChoiceField
    next: ElidedLabel
    button: Button

    def fields(self) -> tuple[Field, ...]:
        return self.name, self.day, self.comes

    def widgets(self) -> tuple[QWidget, ...]:
        return self.name, self.day, self.comes, self.next, self.button


Save = Callable[[Field, str, Callable[[Session, int], object]], None]
"""How the page writes what a field holds; the text is the name of the date."""


class DatesCard(Card):
    """Every date is a line of fields that save themselves; the last line is for another one."""

    def __init__(self, desk: Desk, save: Save) -> None:
        super().__init__(margins=(16, 13, 16, 14))
        self._desk = desk
        self._heading = Label("", "section")
        self._lines: dict[int, _Line] = {}
        self._save = save
        self._known: dict[str, bool] = {}
        self._suggested = QStringListModel(self)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(0, 5)
        self._grid.setColumnStretch(3, 4)
        self._new = self._line(Button(icon="plus"))
        self._new.next.hide()
        self._new.name.committed.connect(self._name_typed)
        self._new.name.entered.connect(self._go_on)
        self._new.day.day_committed.connect(lambda _day: self._add())
        self._new.day.entered.connect(self._add)
        self._new.button.clicked.connect(self._add)
        self._place_new(0)
        self.box.addWidget(self._heading)
        self.box.addLayout(self._grid)
        self.retranslate()

    # --- what the page asks -----------------------------------------------------------------------

    def fields(self) -> list[Field]:
        return [field for line in (*self._lines.values(), self._new) for field in line.fields()]

    def refuse_begun(self) -> None:
        """Say of a date that was begun and not added what it still lacks."""
        if self._new.name.text() and not self._new.day.error.text():
            self._new.name.set_error(_("Type the day of this date."))

    def forget(self) -> None:
        """Another customer comes: nothing of this one stays, not even what was refused."""
        for line in self._lines.values():
            _remove(line)
        self._lines.clear()
        self._empty()

    def show_dates(self, dates: list[CustomerDate], known: dict[str, bool]) -> None:
        """One line a date; it stays as long as the date, with what was refused in it."""
        self._known = known
        self._suggested.setStringList([*known])
        wanted = {one.id or 0: one for one in dates}
        for id in [id for id in self._lines if id not in wanted]:
            _remove(self._lines.pop(id))
        for row, (id, one) in enumerate(wanted.items()):
            line = self._lines.get(id) or self._known_line(id)
            self._lines[id] = line
            _show(line.name, one.name)
            _show(line.day, one.day.isoformat())
            line.comes.set_value(_YEARLY if one.yearly else _ENDS)
            line.next.set_text(own_dates.next_words(one, self._desk.today))
            over = own_dates.next_time(one, self._desk.today) < self._desk.today
            line.next.set_role("faint" if over else "muted")
            self._say_whose(line, one.name)
            self._place(line, row)
        self._place_new(len(wanted))
        before: QWidget = self._heading
        for line in (*(self._lines[id] for id in wanted), self._new):
            for widget in (*line.fields(), line.button):
                QWidget.setTabOrder(before, widget)
                before = widget

    def retranslate(self) -> None:
        self._heading.setText(_("Important dates"))
        for line in (*self._lines.values(), self._new):
            line.comes.set_choices([(_YEARLY, _("Every year")), (_ENDS, _("Ends"))])
        self._new.name.set_label(_("Name of the date"))
        self._new.name.edit.setPlaceholderText(_("Name of the date"))
        self._new.day.set_label(_("Day"))
        self._new.comes.set_label(_("Every year or once"))
        self._new.button.set_text(_("Add"))

    # --- lines ------------------------------------------------------------------------------------

    def _line(self, button: Button) -> _Line:
        name, day, comes = LineField(""), DateField("", self._desk.today), ChoiceField("")
        for field in (name, day, comes):
            field.label.hide()
        completer = QCompleter(self._suggested, name)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        name.edit.setCompleter(completer)
        name.edit.setMinimumWidth(90)
        day.setFixedWidth(_DAY_WIDTH)
        comes.setFixedWidth(_CHOICE_WIDTH)
        comes.set_choices([(_YEARLY, _("Every year")), (_ENDS, _("Ends"))])
        comes.set_value(_YEARLY)
        coming = ElidedLabel("", "muted", self)
        coming.setFixedHeight(_HEIGHT)
        return _Line(name, day, comes, coming, button)

    def _known_line(self, id: int) -> _Line:
        line = self._line(Button(variant="icon", icon="close"))
        line.name.committed.connect(
            lambda typed: self._save(
                line.name, typed, lambda db, _c: own_dates.rename(db, id, typed)
            )
        )
        line.day.day_committed.connect(lambda day: self._move(line, id, day))
        line.comes.committed.connect(lambda key: self._repeat(line, id, yearly=key == _YEARLY))
        line.button.clicked.connect(lambda: self._remove(line, id))
        return line

    def _say_whose(self, line: _Line, name: str) -> None:
        """What a screen reader calls the parts of a line."""
        said = _("{header}: {words}")
        line.name.set_label(_("Name of the date"))
        line.day.set_label(said.format(header=name, words=_("Day")))
        line.comes.set_label(said.format(header=name, words=_("Every year or once")))
        line.button.set_text(_("Remove {name}").format(name=name))

    def _place(self, line: _Line, row: int) -> None:
        for column, widget in enumerate(line.widgets()):
            self._grid.addWidget(widget, row, column, TOP)

    def _place_new(self, row: int) -> None:
        for column, field in enumerate(self._new.fields()):
            self._grid.addWidget(field, row, column, TOP)
        self._grid.addWidget(self._new.button, row, 3, 1, 2, TOP | Qt.AlignmentFlag.AlignLeft)

    # --- saving -----------------------------------------------------------------------------------

    def _move(self, line: _Line, id: int, day: date | None) -> None:
        if day is None:
            line.day.set_error(_("Type a day, or remove the date with the cross behind it."))
            return
        today = self._desk.today
        self._save(line.day, line.name.value(), lambda db, _c: own_dates.move(db, id, day, today))

    def _repeat(self, line: _Line, id: int, *, yearly: bool) -> None:
        self._save(
            line.comes,
            line.name.value(),
            lambda db, _c: own_dates.repeat(db, id, yearly=yearly),
        )

    def _remove(self, line: _Line, id: int) -> None:
        self._save(line.name, line.name.value(), lambda db, _c: own_dates.remove(db, id))

    def _name_typed(self, name: str) -> None:
        """A membership ends, a wedding comes every year: as the others that are called so."""
        yearly = self._known.get(name, own_dates.comes_every_year(name))
        self._new.comes.set_value(_YEARLY if yearly else _ENDS)
        if name and self._new.day.day() is not None:
            self._add()

    def _go_on(self) -> None:
        if self._new.name.text():
            self._new.day.setFocus()

    def _add(self) -> None:
        """Add what was typed, as soon as there are a name and a day."""
        new, today = self._new, self._desk.today
        name, day, yearly = new.name.text(), new.day.day(), new.comes.text() == _YEARLY
        if not name:
            new.name.setFocus()
        elif day is None:
            new.day.set_error(new.day.error.text() or _("Type the day of this date."))
        else:
            self._save(
                new.day,
                name,
                lambda db, id: own_dates.add(db, id, name, day, today, yearly=yearly),
            )
            if not new.day.error.text():
                self._empty()
                new.name.setFocus()

    def _empty(self) -> None:
        self._new.name.set_value("")
        self._new.day.set_value("")
        self._new.comes.set_value(_YEARLY)


def _show(field: Field, value: str) -> None:
    """What is being typed, or was refused, is not written over."""
    if not field.error.text() and not (field.is_edited() and field.has_focus()):
        field.set_value(value)


def _remove(line: _Line) -> None:
    for widget in line.widgets():
        widget.hide()
        widget.setParent(None)
        widget.deleteLater()

"""The left side of the follow-ups: the date, the chips, the list by days."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.i18n import _, pgettext
from custdesk.ui.desk import Desk
from custdesk.ui.follow_ups.days import heading
from custdesk.ui.follow_ups.model import Fetch, FollowUpModel, id_of
from custdesk.ui.follow_ups.plan_form import PlanForm
from custdesk.ui.follow_ups.row_painter import SIDE
from custdesk.ui.follow_ups.rows import Entry
from custdesk.ui.follow_ups.table import FollowUpTable
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.text import ElidedLabel, Label


class Shown(StrEnum):
    """What the list shows."""

    TODAY = "today"
    WEEK = "week"
    DONE = "done"
    DAY = "day"


class Agenda(QWidget):
    """`shown_requested(Shown)` when a chip is pressed; `row_chosen` for the chosen row."""

    shown_requested = Signal(object)
    row_chosen = Signal(int)

    def __init__(self, desk: Desk, fetch: Fetch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "bg")
        self.model = FollowUpModel(fetch, desk.today, desk.mask, self)
        self.table = FollowUpTable(self.model)
        self.form = PlanForm(desk)
        self._title = Label("", "title")
        self._date = ElidedLabel("", "muted")
        self._chips = {shown: Chip(checkable=True) for shown in Shown}
        self._group = QButtonGroup(self)
        self._plan = Button(variant="primary", icon="plus")
        self._empty = EmptyState("follow-ups", buttons=(plan := Button(icon="plus"),))
        self._plan_too = plan
        head = QHBoxLayout()
        head.setContentsMargins(SIDE, 16, SIDE, 0)
        head.setSpacing(10)
        head.addWidget(self._title)
        head.addWidget(self._date, 1)
        for shown, chip in self._chips.items():
            self._group.addButton(chip)
            head.addWidget(chip)
            chip.clicked.connect(self._asker(shown))
        head.addWidget(self._plan)
        self._chips[Shown.DAY].set_closable(True)
        self._chips[Shown.DAY].closed.connect(lambda: self.shown_requested.emit(Shown.TODAY))
        self._form_place = QWidget()
        place = QVBoxLayout(self._form_place)
        place.setContentsMargins(SIDE, 12, SIDE, 0)
        place.addWidget(self.form)
        self._form_place.hide()
        self._form_waits = False
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._form_place)
        column.addWidget(self._stack, 1)
        for button in (self._plan, plan):
            button.clicked.connect(lambda: self.plan(None))
        self.form.closed.connect(self._form_closed)
        self.table.row_chosen.connect(self.row_chosen)
        self.setTabOrder(self._plan, self.table)
        self.retranslate()

    def _asker(self, shown: Shown) -> Callable[[], None]:
        return lambda: self.shown_requested.emit(shown)

    def plan(self, customer_id: int | None, day: date | None = None) -> None:
        """Open the card in which a follow-up is planned; one that was begun goes on."""
        begun, self._form_waits = self._form_waits, False
        self._form_place.show()
        if begun and customer_id is None:
            self.form.go_on()
        else:
            self.form.open(customer_id, day)

    def set_masked(self, on: bool) -> None:
        """The card in which something was begun waits until the mask is off."""
        if on:
            self._form_waits = not self._form_place.isHidden()
            self._form_place.hide()
        elif self._form_waits:
            self._form_place.show()
            self._form_waits = False

    def _form_closed(self) -> None:
        self._form_place.hide()
        self.table.setFocus()

    def show_date(self, day: date, country: str) -> None:
        """Say what day it is that is shown; `country` is the one whose holidays count."""
        self._date.set_text(heading(day, country))

    def show_counts(self, now: int, week: int) -> None:
        self._chips[Shown.TODAY].set_text(_("Today") + (f" {now}" if now else ""))
        self._chips[Shown.WEEK].set_text(_("Next 7 days") + (f" {week}" if week else ""))

    def show_entries(self, shown: Shown, day: date, entries: list[Entry], today: date) -> None:
        """Show `entries`, or the empty place; the bar stays where it was."""
        self._chips[shown].setChecked(True)
        self._chips[Shown.DAY].setVisible(shown is Shown.DAY)
        self._chips[Shown.DAY].set_text(formats.calendar_day(day, today))
        at = self.table.verticalScrollBar().value()
        self.model.show(entries, today)
        self.table.verticalScrollBar().setValue(at)
        self._stack.setCurrentWidget(self.table if entries else self._empty)

    def say_empty(self, sentence: str, hint: str) -> None:
        self._empty.say(sentence, hint)

    def chosen_id(self) -> int | None:
        """The follow-up of the chosen row, open or closed."""
        return id_of(self.model.entry(self.table.chosen_row()))

    def neighbours(self) -> list[int]:
        """The follow-ups after the chosen one, then those before it, nearest first."""
        row, entries = self.table.chosen_row(), self.model.entries()
        if row < 0:
            return []
        around = [*entries[row + 1 :], *reversed(entries[:row])]
        return [id for id in map(id_of, around) if id is not None]

    def choose(self, follow_up_id: int) -> bool:
        """Choose the row of a follow-up; False where it is not in the list."""
        row = self.model.row_of(follow_up_id)
        if row is not None:
            self.table.choose_row(row)
        return row is not None

    def choose_first(self) -> None:
        ids = (row for row, entry in enumerate(self.model.entries()) if id_of(entry) is not None)
        first = next(ids, None)
        if first is not None:
            self.table.choose_row(first)

    def retranslate(self) -> None:
        self._title.setText(_("Follow-ups"))
        self.table.setAccessibleName(_("Follow-ups"))
        self._chips[Shown.DONE].set_text(pgettext("follow-ups", "Done"))
        for button in (self._plan, self._plan_too):
            button.set_text(_("Plan a follow-up"))

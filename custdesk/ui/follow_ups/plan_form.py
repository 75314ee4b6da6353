"""The card at the top of the list in which a follow-up is planned by hand."""

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.care import follow_ups, habits
from custdesk.care.calendar import lunar_label
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people import customers, lists, phones
from custdesk.store import search
from custdesk.ui.desk import Desk
from custdesk.ui.follow_ups.days import show_rest_days
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.date_field import DateField
from custdesk.ui.widgets.fields import LineField
from custdesk.ui.widgets.month_calendar import MonthCalendar
from custdesk.ui.widgets.picker import Picker
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import Label
from custdesk.ui.widgets.time_field import read_time

_MATCHES = 8
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PlanForm(Speaks, Card):
    """Who, on which day, perhaps at what time, what. Enter saves, Esc closes.

    `planned(int)` brings the id of the new follow-up, `closed` comes when the card is put away.
    """

    planned = Signal(int)
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 12, 14, 12), 10, parent)
        self._desk = desk
        self._who = Picker(self._search)
        self._who_label = Label("", "small")
        self._who_label.setBuddy(self._who)
        self._who_error = Label("", "error", wrap=True)
        self._who_error.hide()
        self._who_silent = Label("", "error", wrap=True)
        self._who_silent.hide()
        self._day = DateField(
            "", desk.today, label_for=lunar_label, dress=self._show_rest_days, above=True
        )
        self._time = LineField("", placeholder="10:30", above=True)
        self._what = LineField("", above=True)
        self._cancel = Button(variant="ghost")
        self._save = Button(variant="primary")
        who = QVBoxLayout()
        who.setSpacing(3)
        who.addWidget(self._who_label)
        who.addWidget(self._who)
        who.addWidget(self._who_error)
        who.addWidget(self._who_silent)
        who.addStretch(1)
        self._day.setFixedWidth(146)
        self._time.setFixedWidth(92)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addLayout(who, 1)
        first.addWidget(self._day)
        first.addWidget(self._time)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self._what, 1)
        for button in (self._cancel, self._save):
            second.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self.box.addLayout(first)
        self.box.addLayout(second)
        for edit in (self._day.edit, self._time.edit, self._what.edit):
            edit.installEventFilter(self)
        self._who.picked.connect(self._picked)
        self._cancel.clicked.connect(self.put_away)
        self._save.clicked.connect(self.save)
        self.hide()
        self.retranslate()

    def _show_rest_days(self, month: MonthCalendar) -> None:
        with self._desk.read() as db:
            show_rest_days(month, habits.of(db).country)

    def open(self, customer_id: int | None, day: date | None = None) -> None:
        """Begin a new one for a customer, or for one to be chosen; by default for tomorrow."""
        for error in (self._time, self._what):
            error.set_value("")
        self._set_who_error("")
        self._who.clear()
        self._who_silent.hide()
        self._day.set_day(day or self._desk.today + timedelta(days=1))
        self.show()
        if customer_id is None:
            self._who.edit.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self._choose(customer_id)
        self._what.edit.setFocus(Qt.FocusReason.TabFocusReason)

    def go_on(self) -> None:
        """Go on with what was begun."""
        self._what.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_away(self) -> None:
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def save(self) -> None:
        """Plan it, or say beside the field what is missing."""
        id, day = self._customer(), self._chosen_day()
        typed = self._time.edit.text().strip()
        at = read_time(typed) if typed else None
        time = f"{at:%H:%M}" if at else None
        self._time.set_error(_("Write the time like 10:30.") if typed and at is None else None)
        if id is None:
            self._who.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        if id is None or day is None or (typed and at is None):
            return
        what = self._what.edit.text()
        with self._desk.read() as db:
            name = customers.get(db, id).name
        words = _("Follow-up planned: {name}, {day}").format(
            name=name, day=formats.day(day, self._desk.today)
        )
        try:
            made = self._desk.write(
                words, lambda db: follow_ups.schedule(db, id, day, what, time).id, words
            )
        except CustdeskError as error:
            self._what.set_error(str(error))
            self._what.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.put_away()
        if made is not None:
            self.planned.emit(made)

    def retranslate(self) -> None:
        self._who_label.setText(_("Customer"))
        self._who.set_placeholder(_("Name, pinyin or phone"))
        self._who_silent.setText(_("Does not want to be contacted."))
        self._day.set_label(_("Day"))
        self._time.set_label(_("Time (optional)"))
        self._what.set_label(_("What is to be done"))
        self._what.edit.setPlaceholderText(_("For example: call back about the quotation"))
        self._cancel.set_text(_("Cancel"))
        self._save.set_text(_("Plan it"))
        self.setAccessibleName(_("Plan a follow-up"))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() == Qt.Key.Key_Escape)  # else the window goes back
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Esc in a field are the card's; nothing is saved by leaving one field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & Qt.KeyboardModifier.AltModifier
            if plain and event.key() in (*_ENTER, Qt.Key.Key_Escape):
                self.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        elif event.key() in _ENTER:
            self.save()
        else:
            event.accept()  # what is typed here is no key of the view

    def _customer(self) -> int | None:
        """Who was picked; a name that was typed whole, or has one match only, counts too."""
        found = self._who.chosen
        typed = self._who.edit.text().strip()
        if found is None and typed:
            matches = self._rows(typed)
            same = [row for row in matches if row.name == typed]
            only = same if len(same) == 1 else matches
            if len(only) == 1:
                self._choose(only[0].id)
                found = only[0].id
        self._set_who_error("" if found else _("Choose the customer from the list."))
        return found

    def _chosen_day(self) -> date | None:
        self._day.commit()
        day = self._day.day()
        if self._day.is_edited() or day is None or day < self._desk.today:
            if not self._day.error.text():
                self._day.set_error(_("Choose today or a later day."))
            return None
        return day

    def _set_who_error(self, sentence: str) -> None:
        self._who_error.setText(sentence)
        self._who_error.setVisible(bool(sentence))
        self._who.edit.setAccessibleDescription(sentence)

    def _picked(self, customer_id: int) -> None:
        self._choose(customer_id)
        self._set_who_error("")
        self._what.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, customer_id: int) -> None:
        """It may be planned for somebody who wants no contact, but not without saying so."""
        with self._desk.read() as db:
            customer = customers.get(db, customer_id)
        self._who.choose(customer_id, customer.name)
        self._who_silent.setVisible(customer.do_not_contact)

    def _search(self, typed: str) -> Sequence[tuple[int, str]]:
        over = self._desk.mask.over
        return [
            (
                row.id,
                "   ".join(filter(None, (row.name, over(phones.display(row.phone)), row.company))),
            )
            for row in self._rows(typed)
        ]

    def _rows(self, typed: str) -> list[lists.ListRow]:
        with self._desk.read() as db:
            ids = search.find(db, search.Query(typed))[:_MATCHES]
            found = lists.rows(db, ids)
        return [found[id] for id in ids if id in found]

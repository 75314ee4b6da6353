"""The card of the settings for when notices come: the hour, the quiet hours, with the system."""

from datetime import time

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from custdesk import autostart, business
from custdesk.care import habits
from custdesk.care.habits import Habits
from custdesk.care.notices import Hours
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.ui import theme
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.check_box import CheckBox
from custdesk.ui.widgets.text import Label, rule
from custdesk.ui.widgets.time_field import TimeField

_LABEL_WIDTH = 96


class CareHoursCard(Card):
    """Everything in it is saved as it is chosen."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("plain", (20, 16, 20, 18), 12, parent)
        self._desk = desk
        self._title = Label("", "heading")
        self.tell_at, self.quiet_from, self.quiet_until = TimeField(), TimeField(), TimeField()
        self._hour_hint = Label("", "small", wrap=True)
        self._quiet_hint = Label("", "small", wrap=True)
        self.with_system = CheckBox()
        self._system_hint = Label("", "small", wrap=True)
        self.system_error = Label("", "error", wrap=True)
        self._lay_out()
        self._fields = {
            "tell_at": self.tell_at,
            "quiet_from": self.quiet_from,
            "quiet_until": self.quiet_until,
        }
        for name, field in self._fields.items():
            field.time_committed.connect(lambda at, name=name: self._save(name, at))
        self.with_system.clicked.connect(self._switch)
        self.retranslate()

    def _lay_out(self) -> None:
        for field in (self.tell_at, self.quiet_from):
            field.set_label_width(_LABEL_WIDTH)
        self._system = QWidget()
        system = QVBoxLayout(self._system)
        system.setContentsMargins(0, 0, 0, 0)
        system.setSpacing(8)
        for widget in (self.with_system, self._system_hint, self.system_error):
            system.addWidget(widget)
        self.system_error.hide()
        self._rule = rule("hairline")
        self.box.addWidget(self._title)
        self.box.addLayout(_part([self.tell_at], [self.tell_at.error, self._hour_hint]))
        self.box.addLayout(
            _part(
                [self.quiet_from, self.quiet_until],
                [self.quiet_from.error, self.quiet_until.error, self._quiet_hint],
            )
        )
        self.box.addWidget(self._rule)
        self.box.addWidget(self._system)

    def refresh(self) -> None:
        """Show what is chosen now; what is being typed stays."""
        with self._desk.read() as db:
            chosen = habits.of(db)
            is_own = not business.get(db, business.IS_SAMPLE) and not self._desk.store.read_only
        for name, field in self._fields.items():
            field.show_time(getattr(chosen, name))
            field.setEnabled(not self._desk.store.read_only)
        self._say_hours(chosen)
        for part in (self._rule, self._system):
            part.setVisible(is_own)
        self.with_system.setChecked(is_own and autostart.is_on())

    def _say_hours(self, chosen: Habits) -> None:
        if Hours(chosen.quiet_from, chosen.quiet_until).hold(chosen.tell_at):
            held = _("This is within the quiet hours: it is told when they end, at {time}.")
            self._hour_hint.setText(held.format(time=f"{chosen.quiet_until:%H:%M}"))
        else:
            self._hour_hint.setText(
                _("One notice of what is due that day. What has a time is told at its time.")
            )

    def retranslate(self) -> None:
        self._title.setText(_("Notices"))
        self.tell_at.set_label(_("Each day at"))
        self.quiet_from.set_label(_("Quiet from"))
        self.quiet_until.set_label(_("until"))
        until = QFontMetrics(theme.font()).horizontalAdvance(self.quiet_until.label.text())
        self.quiet_until.set_label_width(until + 2)
        self._quiet_hint.setText(
            _("What comes due then is told afterwards. The same time twice: never quiet.")
        )
        self.with_system.setText(_("Start with the system"))
        self._system_hint.setText(
            _("CustDesk then waits in the tray and tells what is due without being opened.")
        )
        self.refresh()

    def _save(self, name: str, at: time) -> None:
        try:
            self._desk.write(
                _("Change the hours of notices"),
                lambda db: habits.choose(db, habits.of(db).model_copy(update={name: at})),
            )
        except CustdeskError as error:
            self._fields[name].set_error(str(error))

    def _switch(self, on: bool) -> None:
        """A choice of this PC, not of the customer file: there is nothing to undo."""
        try:
            autostart.switch(on, self._desk.store.path)
            said = ""
        except CustdeskError as error:
            said = str(error)
        self.system_error.setText(said)
        self.system_error.setVisible(bool(said))
        self.with_system.setChecked(autostart.is_on())


def _part(fields: list[TimeField], below: list[Label]) -> QVBoxLayout:
    """Fields beside each other; what there is to say of them below, as wide as the card is."""
    line = QHBoxLayout()
    line.setSpacing(12)
    for field in fields:
        line.addWidget(field)
    line.addStretch(1)
    said = QVBoxLayout()
    said.setContentsMargins(_LABEL_WIDTH + 10, 0, 0, 0)
    said.setSpacing(3)
    for label in below:
        said.addWidget(label)
    part = QVBoxLayout()
    part.setSpacing(5)
    part.addLayout(line)
    part.addLayout(said)
    return part

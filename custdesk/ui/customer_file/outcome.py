"""The card in which a contact is logged in seconds: what came of it, by which channel, Enter."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QWidget

from custdesk.care import follow_ups
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people import customers, history
from custdesk.store.models import Channel
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.text import Label
from custdesk.words import shown


class OutcomeCard(Card):
    """Logs a contact, or ends a follow-up with what came of it. `closed` when it is put away."""

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 11, 14, 12), 8, parent)
        self._desk = desk
        self._customer_id: int | None = None
        self._follow_up_id: int | None = None
        self._drafts: dict[int, tuple[int | None, str, Channel]] = {}
        """What was typed for customers who were left before it was logged."""
        self._title = Label("", "section")
        self._words = QLineEdit()
        mark_focus(self._words)
        self._error = Label("", "error", wrap=True)
        self._error.hide()
        self._channels = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._chips: dict[Channel, Chip] = {}
        for channel in Channel:
            chip = Chip(checkable=True)
            self._channels.addButton(chip)
            self._chips[channel] = chip
            row.addWidget(chip)
        row.addStretch(1)
        self._cancel = Button(variant="ghost")
        self._save = Button(variant="primary")
        row.addWidget(self._cancel)
        row.addWidget(self._save)
        self.box.addWidget(self._title)
        self.box.addWidget(self._words)
        self.box.addWidget(self._error)
        self.box.addLayout(row)
        self._words.returnPressed.connect(self._commit)
        self._save.clicked.connect(self._commit)
        self._cancel.clicked.connect(self.give_up)
        self.hide()
        self.retranslate()

    def log(self, customer_id: int) -> None:
        """Ask what came of a contact with this customer."""
        self._open(customer_id, None)

    def finish(self, customer_id: int, follow_up_id: int) -> None:
        """Ask what came of a follow-up, which ends with the answer."""
        self._open(customer_id, follow_up_id)

    def _open(self, customer_id: int, follow_up_id: int | None) -> None:
        self._customer_id, self._follow_up_id = customer_id, follow_up_id
        with self._desk.read() as db:
            preferred = customers.get(db, customer_id).preferred_channel
        before, words, channel = self._drafts.pop(
            customer_id, (follow_up_id, "", preferred or Channel.PHONE)
        )
        self._chips[channel].setChecked(True)
        self._words.setText(words if before == follow_up_id else "")
        self._error.hide()
        self.retranslate()
        self.show()
        self._words.setFocus(Qt.FocusReason.OtherFocusReason)

    def resume(self, customer_id: int) -> bool:
        """Go on with what was typed for this customer before; False when nothing was."""
        draft = self._drafts.get(customer_id)
        if draft is None:
            return False
        self._open(customer_id, draft[0])
        return True

    def put_away(self) -> None:
        """Hide; what was typed is kept until this customer is looked at again."""
        if self.isHidden():
            return
        if self._customer_id is not None and self._words.text().strip():
            draft = (self._follow_up_id, self._words.text(), self._channel())
            self._drafts[self._customer_id] = draft
        self.hide()
        self.closed.emit()

    def give_up(self) -> None:
        """Hide, and forget what was typed."""
        self._words.clear()
        if self._customer_id is not None:
            self._drafts.pop(self._customer_id, None)
        self.put_away()

    def unfinished(self) -> int | None:
        """The customer for whom something was typed and not logged."""
        if not self.isHidden() and self._words.text().strip():
            return self._customer_id
        return next(iter(self._drafts), None)

    def _channel(self) -> Channel:
        return next(one for one, chip in self._chips.items() if chip.isChecked())

    def _commit(self) -> None:
        if self._customer_id is None:
            return
        id, follow_up_id, outcome = self._customer_id, self._follow_up_id, self._words.text()
        channel = self._channel()
        with self._desk.read() as db:
            name = customers.get(db, id).name
        if follow_up_id is None:
            label = _("Log a contact with {name}").format(name=name)
            said = _("Logged: {name}").format(name=name)
        else:
            label = said = _("Follow-up done: {name}").format(name=name)
        try:
            if follow_up_id is None:
                self._desk.write(
                    label,
                    lambda db: history.log_interaction(db, id, channel, outcome, self._desk.now),
                    said,
                )
            else:
                self._desk.write(
                    label,
                    lambda db: follow_ups.complete(
                        db, follow_up_id, outcome, channel, self._desk.now
                    ),
                    said,
                )
        except CustdeskError as error:
            self._error.setText(str(error))
            self._error.show()
            return
        self.give_up()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        done = self._follow_up_id is not None
        self._title.setText(_("What came of the follow-up?") if done else _("Log a contact"))
        self._words.setPlaceholderText(_("For example: called, will come on Sunday …"))
        self._words.setAccessibleName(_("What came of it"))
        for channel, chip in self._chips.items():
            chip.set_text(shown(channel))
        self._cancel.set_text(_("Cancel"))
        self._save.set_text(_("Done, plan the next") if done else _("Log it"))

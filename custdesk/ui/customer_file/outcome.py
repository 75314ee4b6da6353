"""The card in which a contact is logged in seconds: what came of it, by which channel, Enter."""

from PySide6.QtWidgets import QButtonGroup, QWidget

from custdesk.care import follow_ups
from custdesk.i18n import _
from custdesk.people import customers, history
from custdesk.store.models import Channel
from custdesk.ui.customer_file.quick_card import QuickCard
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.chip import Chip
from custdesk.words import shown

_Draft = tuple[str, Channel, bool]
"""What came of it, how, and whether it solves the case."""


class OutcomeCard(QuickCard[_Draft]):
    """Logs a contact, or ends a follow-up with what came of it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._words = self.line()
        self.body.addWidget(self._words)
        self._channels = QButtonGroup(self)
        self._chips: dict[Channel, Chip] = {}
        for channel in Channel:
            chip = Chip(checkable=True)
            self._channels.addButton(chip)
            self._chips[channel] = chip
            self.foot.addWidget(chip)
        self._solves = Chip(checkable=True)
        self.foot.addWidget(self._solves)
        self.foot.addStretch(1)
        self.retranslate()

    def log(self, customer_id: int) -> None:
        """Ask what came of a contact with this customer."""
        self.begin(customer_id)

    def finish(self, customer_id: int, follow_up_id: int) -> None:
        """Ask what came of a follow-up, which ends with the answer."""
        self.begin(customer_id, follow_up_id)

    def first(self) -> QWidget:
        return self._words

    def is_there(self, about: int) -> bool:
        with self.desk.read() as db:
            return follow_ups.one(db, about, self.desk.today) is not None

    def fill(self, draft: _Draft | None) -> None:
        with self.desk.read() as db:
            preferred = customers.get(db, self.customer_id or 0).preferred_channel
        words, channel, solves = draft or ("", preferred or Channel.PHONE, False)
        self._chips[channel].setChecked(True)
        self._words.setText(words)
        self._solves.setChecked(solves)
        self._solves.setVisible(self._may_solve())

    def _may_solve(self) -> bool:
        """Whether it is a follow-up of a case that is still open."""
        if self.about is None:
            return False
        with self.desk.read() as db:
            due = follow_ups.one(db, self.about, self.desk.today)
        return due is not None and due.may_solve

    def typed(self) -> _Draft | None:
        if not self._words.text().strip():
            return None
        return self._words.text(), self._channel(), self._solves.isChecked()

    def clear(self) -> None:
        self._words.clear()

    def _channel(self) -> Channel:
        return next(one for one, chip in self._chips.items() if chip.isChecked())

    def write(self, customer_id: int, name: str) -> None:
        outcome, channel, now = self._words.text(), self._channel(), self.desk.now
        follow_up_id = self.about
        if follow_up_id is None:
            self.desk.write(
                _("Log a contact with {name}").format(name=name),
                lambda db: history.log_interaction(db, customer_id, channel, outcome, now),
                _("Logged: {name}").format(name=name),
            )
        else:
            said = _("Follow-up done: {name}").format(name=name)
            solves = self._solves.isChecked() and self._may_solve()
            self.desk.write(
                said,
                lambda db: follow_ups.complete(
                    db, follow_up_id, outcome, channel, now, solves=solves
                ),
                said,
            )

    def retranslate(self) -> None:
        super().retranslate()
        done = self.about is not None
        self.title.set_text(_("What came of the follow-up?") if done else _("Log a contact"))
        self._words.setPlaceholderText(_("For example: called, will come on Sunday …"))
        self._words.setAccessibleName(_("What came of it"))
        self._solves.set_text(_("The case is solved"))
        for channel, chip in self._chips.items():
            chip.set_text(shown(channel))
        self.commit.set_text(_("Done, plan the next") if done else _("Log it"))

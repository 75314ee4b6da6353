"""Safety: backups and the way back, the passphrase, the health of the file."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from custdesk.i18n import _
from custdesk.ui.caretaker import Caretaker
from custdesk.ui.desk import Desk
from custdesk.ui.safety.backups import BackupsCard
from custdesk.ui.safety.health import HealthCard
from custdesk.ui.safety.passphrase import PassphraseCard
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import ScrollPane
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import Label


class SafetyView(Speaks, QWidget):
    """What keeps the file safe. The signals bring the path of a backup."""

    look_requested = Signal(object)
    restore_requested = Signal(object)
    repair_requested = Signal()
    lock_requested = Signal()
    closed = Signal()

    def __init__(self, desk: Desk, caretaker: Caretaker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", "title")
        self._close = Button(variant="icon", icon="close")
        self.backups = BackupsCard(desk, caretaker)
        self.passphrase = PassphraseCard(desk)
        self.health = HealthCard(desk)
        self._lay_out()
        self.backups.look_requested.connect(self.look_requested)
        self.backups.restore_requested.connect(self.restore_requested)
        self.passphrase.lock_requested.connect(self.lock_requested)
        self.health.repair_requested.connect(self.repair_requested)
        self._close.clicked.connect(self.closed)
        self.setFocusProxy(self.backups.table)
        self.retranslate()

    def refresh(self) -> None:
        for card in (self.backups, self.passphrase, self.health):
            card.refresh()

    def put_away(self) -> bool:
        """Esc: what was asked on the page goes; False where nothing was."""
        asked = [one for one in (self.passphrase.form, self.backups.confirm) if one.isVisible()]
        for one in asked:
            one.hide()
        return bool(asked)

    def retranslate(self) -> None:
        self.setAccessibleName(_("Safety"))
        self._title.setText(_("Safety"))
        self._close.set_text(_("Close"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 14, 4)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._close)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(self.passphrase)
        right.addWidget(self.health)
        right.addStretch(1)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(20, 10, 20, 24)
        row.setSpacing(16)
        left = QVBoxLayout()
        left.addWidget(self.backups)
        left.addStretch(1)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(ScrollPane(page), 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

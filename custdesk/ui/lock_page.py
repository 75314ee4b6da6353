"""The page before a locked file: its passphrase is asked for, and nothing of it is shown."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.settings import Preferences
from custdesk.store import lock
from custdesk.ui import background, theme
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.secret_field import SecretField
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import IconLabel, Label

_WIDTH = 400


class LockPage(Speaks, QWidget):
    """Asks for the passphrase and tries it with `attempt(typed)`, which gives the key or raises.

    `opened(key)`. Wrong ones make the wait grow, across starts too.
    """

    opened = Signal(str)
    quit_requested = Signal()

    def __init__(
        self,
        attempt: Callable[[str], str],
        preferences: Preferences,
        clock: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._attempt, self._preferences, self._clock = attempt, preferences, clock
        self.setProperty("ground", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sign = IconLabel(
            "lock", "accent", 26, ground="accent_soft", ground_size=60, radius=30
        )
        self._title = Label("", "title")
        self._what = Label("", "muted", wrap=True)
        self.field = SecretField()
        self.error = Label("", "error", wrap=True)
        self.open_button = Button(variant="primary")
        self._quit = Button(variant="ghost")
        self._sheet = Label("", "small", wrap=True)
        self._trying = False
        self._again = QTimer(self)
        self._again.setInterval(500)
        self._again.timeout.connect(self._tick)
        self._lay_out()
        self.field.entered.connect(self._try)
        self.open_button.clicked.connect(self._try)
        self._quit.clicked.connect(self.quit_requested)
        self.setFocusProxy(self.field)
        self.retranslate()
        self._tick()

    def say(self, what: str) -> None:
        """Which file it is, where that needs saying."""
        self._what.setText(what)
        self._what.setVisible(bool(what))

    def retranslate(self) -> None:
        self.setAccessibleName(_("Locked"))
        self._title.setText(_("CustDesk is locked"))
        self.field.set_name(_("Passphrase"))
        self.field.retranslate()
        self.open_button.set_text(_("Unlock"))
        self._quit.set_text(_("Quit"))
        self._sheet.setText(
            _("Forgotten? The recovery key from the printed sheet opens the file too.")
        )

    def _lay_out(self) -> None:
        middle = Qt.AlignmentFlag.AlignHCenter
        card = Card(margins=(28, 26, 28, 24), spacing=10)
        card.setFixedWidth(_WIDTH)
        self._title.setAlignment(middle)
        self._what.setAlignment(middle)
        self._what.hide()
        self.error.hide()
        card.box.addWidget(self._sign, 0, middle)
        card.box.addSpacing(4)
        card.box.addWidget(self._title)
        card.box.addWidget(self._what)
        card.box.addSpacing(4)
        card.box.addWidget(self.field)
        card.box.addWidget(self.error)
        row = QHBoxLayout()
        row.addWidget(self._quit)
        row.addStretch(1)
        row.addWidget(self.open_button)
        card.box.addLayout(row)
        card.box.addWidget(self._sheet)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(card, 0, middle)
        column.addStretch(3)

    # --- trying -----------------------------------------------------------------------------------

    def _try(self) -> None:
        typed = self.field.text()
        if self._trying or self._seconds_left() or not typed:
            return
        self._trying = True
        self.open_button.setEnabled(False)
        background.run(lambda _report: self._attempt(typed), self._succeed, self._fail, owner=self)

    def _succeed(self, key: str) -> None:
        self._trying = False
        self._note(0)
        self.field.clear()
        self._show_error("")
        self.open_button.setEnabled(True)
        self.opened.emit(key)

    def _fail(self, error: CustdeskError) -> None:
        self._trying = False
        if isinstance(error, lock.WrongPassphrase):
            self._note(self._preferences.wrong_tries + 1)
            self.field.edit.selectAll()
        self._show_error(str(error))
        self._tick()
        self.field.setFocus()

    def _note(self, tries: int) -> None:
        self._preferences.wrong_tries = tries
        self._preferences.wrong_at = self._clock().isoformat(" ", "seconds") if tries else ""
        self._preferences.save()

    def _seconds_left(self) -> int:
        """How long the next try has to wait; a clock that was set back does not lengthen it."""
        wait = lock.wait_after(self._preferences.wrong_tries)
        try:
            last = datetime.fromisoformat(self._preferences.wrong_at)
        except ValueError:
            return 0
        passed = self._clock() - last
        if passed < timedelta(0):
            return wait
        return max(0, wait - int(passed.total_seconds()))

    def _tick(self) -> None:
        left = self._seconds_left()
        self.open_button.setEnabled(not left and not self._trying)
        if left:
            words = ngettext(
                "Wrong passphrase. The next try is possible in {n} second.",
                "Wrong passphrase. The next try is possible in {n} seconds.",
                left,
            )
            self._show_error(words.format(n=formats.count(left)))
            self._again.start()
        elif self._again.isActive():
            self._again.stop()
            self._show_error("")

    def _show_error(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.field.edit.setAccessibleDescription(sentence)
        theme.restyle(self.field.edit, "wrong", bool(sentence))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.field.setFocus()

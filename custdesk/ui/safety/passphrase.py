"""The passphrase: set, changed, removed, with the sheet for the day on which it is forgotten."""

from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from custdesk.errors import Cancelled, CustdeskError
from custdesk.i18n import _
from custdesk.store import backup, lock
from custdesk.store.backup import Backup
from custdesk.store.store import Rewritten
from custdesk.ui import background
from custdesk.ui.background import Job
from custdesk.ui.desk import Desk
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.days_field import DaysField
from custdesk.ui.widgets.files import choose_place
from custdesk.ui.widgets.progress_panel import ProgressPanel
from custdesk.ui.widgets.secret_field import SecretField
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import Label

LONGEST_WAIT = 600
"""Minutes after which a file is locked at the latest, if at all."""


WAIT_MS, LONGEST_WAIT_MS = 100, 20_000
"""Between two looks whether everything else has stopped reading, and how long that may take."""


class _Wish(StrEnum):
    SET = "set"
    REMOVE = "remove"


class PassphraseCard(Speaks, Card):
    """Everything about the passphrase. `lock_requested` locks the window at once."""

    lock_requested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(margins=(20, 16, 20, 18), spacing=12, parent=parent)
        self._desk = desk
        self._job: Job | None = None
        self._waited = 0
        self._title, self._state = Label("", "heading"), Label("", "", wrap=True)
        self.set_button, self.remove_button = Button(icon="lock"), Button(variant="danger")
        self.lock_button = Button(icon="lock")
        self.form = Card("sunken", (14, 12, 14, 12), 10)
        self.old, self.new, self.again = SecretField(), SecretField(), SecretField()
        self._hint, self.error = Label("", "small", wrap=True), Label("", "error", wrap=True)
        self.go, self.cancel = Button(variant="primary"), Button()
        self.progress = ProgressPanel()
        self.sheet = Card("amber", (14, 10, 12, 10))
        self._sheet_words = Label("", "", wrap=True)
        self.save_sheet, self.no_sheet = Button(variant="primary", icon="pdf"), Button()
        self.auto = DaysField()
        self._wish = _Wish.SET
        self._lay_out()
        self._connect()
        self.retranslate()

    def refresh(self) -> None:
        """Show how it stands now."""
        store = self._desk.store
        locked = store.key is not None
        self._state.setText(
            _("The file and its backups are encrypted.")
            if locked
            else _("No passphrase: whoever gets hold of this PC or the file can read it.")
        )
        self.set_button.set_text(_("Change …") if locked else _("Set a passphrase …"))
        self.remove_button.setVisible(locked)
        self.lock_button.setVisible(locked)
        self.auto.setVisible(locked)
        for button in (self.set_button, self.remove_button):
            button.setEnabled(not store.read_only and self._job is None)
        minutes = self._desk.preferences.lock_after
        self.auto.show_days(minutes or 10, on=minutes > 0)

    def retranslate(self) -> None:
        self._title.setText(_("Passphrase"))
        self.remove_button.set_text(_("Remove …"))
        self.lock_button.set_text(_("Lock now"))
        self.old.set_name(_("Present passphrase"))
        self.new.set_name(_("New passphrase"))
        self.again.set_name(_("The same once more"))
        for field in (self.old, self.new, self.again):
            field.retranslate()
        self._hint.setText(
            _(
                "Nobody can open the file without it, not even we. A short sentence is easy to"
                " remember and hard to guess."
            )
        )
        self.cancel.set_text(_("Cancel"))
        self._sheet_words.setText(
            _(
                "Print the recovery sheet and keep it where you keep contracts: its key opens the"
                " file when the passphrase is forgotten. It is offered only now."
            )
        )
        self.save_sheet.set_text(_("Save the sheet as PDF …"))
        self.no_sheet.set_text(_("Not now"))
        self.auto.say(_("Lock by itself"), _("after {n} minutes without a key or a click"))
        self._dress_form()
        self.refresh()

    def _lay_out(self) -> None:
        for hidden in (self.form, self.progress, self.sheet, self.error):
            hidden.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.lock_button)
        buttons.addWidget(self.set_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        answer = QHBoxLayout()
        answer.setSpacing(8)
        answer.addStretch(1)
        answer.addWidget(self.cancel)
        answer.addWidget(self.go)
        for part in (self.old, self.new, self.again, self.error, self._hint):
            self.form.box.addWidget(part)
        self.form.box.addLayout(answer)
        paper = QHBoxLayout()
        paper.setSpacing(8)
        paper.addStretch(1)
        paper.addWidget(self.no_sheet)
        paper.addWidget(self.save_sheet)
        self.sheet.box.addWidget(self._sheet_words)
        self.sheet.box.addLayout(paper)
        for part in (self._title, self._state):
            self.box.addWidget(part)
        self.box.addLayout(buttons)
        for shown_at_times in (self.form, self.progress, self.sheet, self.auto):
            self.box.addWidget(shown_at_times)

    def _connect(self) -> None:
        self.set_button.clicked.connect(lambda: self._ask(_Wish.SET))
        self.remove_button.clicked.connect(lambda: self._ask(_Wish.REMOVE))
        self.lock_button.clicked.connect(self.lock_requested)
        self.cancel.clicked.connect(self.form.hide)
        self.go.clicked.connect(self._check)
        self.again.entered.connect(self._check)
        self.new.entered.connect(self.again.setFocus)
        self.old.entered.connect(self._enter_old)
        self.progress.cancel_asked.connect(self._stop)
        self.save_sheet.clicked.connect(self._save_sheet)
        self.no_sheet.clicked.connect(self.sheet.hide)
        self.auto.switched.connect(lambda on: self._lock_after(10 if on else 0))
        self.auto.committed.connect(self._type_minutes)

    # --- asking -----------------------------------------------------------------------------------

    def _ask(self, wish: _Wish) -> None:
        self._wish = wish
        for field in (self.old, self.new, self.again):
            field.clear()
        self._show_error("")
        self._dress_form()
        self.form.show()
        locked = self._desk.store.key is not None
        (self.old if locked else self.new).setFocus()

    def _dress_form(self) -> None:
        setting = self._wish is _Wish.SET
        self.old.setVisible(self._desk.store.key is not None)
        for part in (self.new, self.again, self._hint):
            part.setVisible(setting)
        self.go.set_text(_("Encrypt the file") if setting else _("Remove the passphrase"))

    def _enter_old(self) -> None:
        if self._wish is _Wish.SET:
            self.new.setFocus()
        else:
            self._check()

    def _check(self) -> None:
        """What was typed is tried; only then the file is written."""
        if self._job is not None or self._desk.is_busy:
            return
        key, old, new = self._desk.store.key, self.old.text(), self.new.text()
        passphrase = new if self._wish is _Wish.SET else None
        try:
            if passphrase is not None:
                lock.check_new(passphrase)
                if self.again.text() != new:
                    raise CustdeskError(_("These two differ. Type the passphrase twice, the same."))
        except CustdeskError as error:
            self._show_error(str(error))
            return
        store = self._desk.store

        def work(report: Report) -> Rewritten:
            if key is not None and not lock.matches(key, old):
                raise lock.WrongPassphrase(_("The present passphrase is another. Try again."))
            return store.rewrite(passphrase, report)

        self._begin()
        self._job = background.run(work, self._put_in_place, self._fail, self._tell, owner=self)

    def _show_error(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    # --- working ----------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._waited = 0
        self._desk.set_writing(True)
        self._show_error("")
        self.window().setFocus(Qt.FocusReason.OtherFocusReason)  # lest Enter goes on elsewhere
        self.form.hide()
        self.progress.begin(_("Writing the file anew"))
        self.progress.show()
        self.refresh()

    def _tell(self, done: int, total: int, words: str) -> None:
        self.progress.report(done, total, words)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _put_in_place(self, written: Rewritten) -> None:
        """In the window's thread: no session of this program may be open meanwhile."""
        if self._desk.store.is_in_use() and self._waited < LONGEST_WAIT_MS:
            self._waited += WAIT_MS
            QTimer.singleShot(WAIT_MS, self, lambda: self._put_in_place(written))
            return
        store, backups = self._desk.store, self._backups()
        try:
            store.replace(written)
        except CustdeskError as error:
            self._fail(error)
            return
        self._job = background.run(
            lambda report: store.follow(backups, report),
            self._finish,
            self._fail,
            self._tell,
            owner=self,
        )

    def _backups(self) -> list[Backup]:
        """Those beside the file, and those in the second place if that is there."""
        store, second = self._desk.store, self._desk.preferences.second_folder
        return backup.all_of(store.path) + (store.backups_in(Path(second)) if second else [])

    def _finish(self, left: list[Backup]) -> None:
        self._end()
        locked = self._desk.store.key is not None
        self._desk.said.emit(
            _("The file is encrypted now.") if locked else _("The passphrase is removed."), False
        )
        if left:
            self._desk.warned.emit(_("Some backups could not be written anew and open as before."))
        self.sheet.setVisible(locked)

    def _fail(self, error: CustdeskError) -> None:
        self._end()
        if isinstance(error, Cancelled):
            self._desk.said.emit(_("Stopped; nothing was changed."), False)
            return
        self.form.show()
        self._show_error(str(error))
        self.old.setFocus()

    def _end(self) -> None:
        self._job = None
        self.progress.hide()
        self._desk.set_writing(False)
        self.refresh()

    # --- the sheet, the wait ----------------------------------------------------------------------

    def _save_sheet(self) -> None:
        from custdesk.paper.recovery_sheet import write_sheet

        key = self._desk.store.key
        title, name = _("Recovery sheet"), _("Recovery sheet.pdf")
        chosen = choose_place(self, self._desk.preferences, title, name, "PDF (*.pdf)")
        if key is None or chosen is None:
            return
        try:
            write_sheet(lock.sheet_words(key), self._desk.store.path, self._desk.now, chosen)
        except CustdeskError as error:
            self._desk.warned.emit(str(error))
            return
        self.sheet.hide()
        said = _("The sheet is in {file}. Print it, then delete the file.")
        self._desk.said.emit(said.format(file=chosen.name), False)

    def _type_minutes(self, typed: str) -> None:
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= LONGEST_WAIT):
            self.auto.number.set_error(
                _("Type a whole number from {low} to {high}.").format(low=1, high=LONGEST_WAIT)
            )
            return
        self._lock_after(int(typed))

    def _lock_after(self, minutes: int) -> None:
        self._desk.preferences.lock_after = minutes
        self._desk.preferences.save()
        self.refresh()

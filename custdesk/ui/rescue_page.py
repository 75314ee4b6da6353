"""The page for a damaged file: what can be saved of it, the last good backup beside it."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.opening import open_store
from custdesk.store import repair
from custdesk.store.backup import Backup
from custdesk.store.losses import Salvage
from custdesk.ui import background
from custdesk.ui.background import Job
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card, ScrollPane
from custdesk.ui.widgets.progress_panel import ProgressPanel
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import IconLabel, Label

_WIDTH = 760


class RescuePage(Speaks, QWidget):
    """Offers to save what can be saved of the file at `path`, and the newest backup that is good.

    Nothing is changed until one of them is chosen. `repaired` when the saved file has taken the
    place of the damaged one, which is kept; `restore_requested(Path)`, `look_requested(Path)` for
    the backup; `quit_requested`.
    """

    repaired = Signal()
    restore_requested = Signal(object)
    look_requested = Signal(object)
    quit_requested = Signal()

    def __init__(
        self, path: Path, key: str | None, now: datetime, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._path, self._key, self._now = path, key, now
        self._job: Job | None = None
        self._salvage: Salvage | None = None
        self._new = repair.new_beside(path)
        self._backup = repair.last_good_backup(path, key)
        self.setProperty("ground", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sign = IconLabel("alert", "red", 26, ground="red_soft", ground_size=56, radius=28)
        self._title, self._what = Label("", "title"), Label("", "", wrap=True)
        self._save_title, self._save_what = Label("", "section"), Label("", "muted", wrap=True)
        self.save = Button(variant="primary")
        self.progress = ProgressPanel()
        self.told = Label("", "", wrap=True)
        self.use = Button(variant="primary")
        self._back_title, self._back_what = Label("", "section"), Label("", "muted", wrap=True)
        self.restore, self.look = Button(), Button(variant="ghost")
        self.error = Label("", "error", wrap=True)
        self._quit = Button(variant="ghost")
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(_("Repair"))
        self._title.setText(_("The customer file is damaged"))
        self._what.setText(
            _(
                "Nothing has been changed: {file} stays as it is until you choose, and is kept"
                " afterwards too."
            ).format(file=self._path.name)
        )
        self._save_title.setText(_("Save what can be saved"))
        self._save_what.setText(
            _(
                "Everything that can still be read is brought into a new file. You see what is"
                " missing before it is used."
            )
        )
        self.save.set_text(_("Save what can be saved"))
        self.use.set_text(_("Go on with the saved file"))
        self._back_title.setText(_("Go back to the last good backup"))
        self.restore.set_text(_("Restore this backup"))
        self.look.set_text(_("Look inside"))
        self._quit.set_text(_("Quit"))
        self._back_what.setText(_backup_words(self._backup, self._now))
        self._tell()

    def _lay_out(self) -> None:
        for hidden in (self.progress, self.told, self.use, self.error):
            hidden.hide()
        for button in (self.restore, self.look):
            button.setVisible(self._backup is not None)
        saving = Card(margins=(18, 14, 18, 16), spacing=8)
        for part in (self._save_title, self._save_what, self.progress, self.told):
            saving.box.addWidget(part)
        saving.box.addLayout(_row(self.save, self.use))
        going_back = Card(margins=(18, 14, 18, 16), spacing=8)
        for part in (self._back_title, self._back_what):
            going_back.box.addWidget(part)
        going_back.box.addLayout(_row(self.restore, self.look))
        page = QWidget()
        page.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(page)
        column.setContentsMargins(20, 28, 20, 24)
        column.setSpacing(14)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._sign)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._what)
        head.addLayout(words, 1)
        column.addLayout(head)
        column.addWidget(saving)
        column.addWidget(going_back)
        column.addWidget(self.error)
        column.addLayout(_row(self._quit))
        column.addStretch(1)
        middle = QWidget()
        across = QHBoxLayout(middle)
        across.addStretch(1)
        across.addWidget(page, 8)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(ScrollPane(middle))

    def _connect(self) -> None:
        self.save.clicked.connect(self._begin)
        self.use.clicked.connect(self._use)
        self.progress.cancel_asked.connect(self._stop)
        self.restore.clicked.connect(lambda: self._choose(self.restore_requested))
        self.look.clicked.connect(lambda: self._choose(self.look_requested))
        self._quit.clicked.connect(self._leave)

    # --- saving -----------------------------------------------------------------------------------

    def _begin(self) -> None:
        path, new, key, now = self._path, self._new, self._key, self._now

        def work(report: Report) -> Salvage:
            return repair.salvage(
                path, new, lambda made: open_store(made, lambda: now, key), now,
                key=key, report=report,
            )  # fmt: skip

        self.save.setEnabled(False)
        self.restore.setEnabled(False)
        self.progress.begin(_("Saving what can be saved"))
        self.progress.show()
        self._job = background.run(work, self._saved, self._fail, self.progress.report, owner=self)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _saved(self, salvage: Salvage) -> None:
        self._salvage = salvage
        self._end()
        self.save.hide()
        self._tell()
        if salvage.is_empty:
            self._forget_saved()
            return
        self.use.show()
        self.use.setFocus()

    def _fail(self, error: CustdeskError) -> None:
        self._end()
        self.error.setText(str(error))
        self.error.setVisible(bool(str(error)))

    def _end(self) -> None:
        self._job = None
        self.progress.hide()
        self.save.setEnabled(True)
        self.restore.setEnabled(True)

    def _tell(self) -> None:
        if self._salvage is not None:
            self.told.setText("\n".join(self._salvage.sentences()))
            self.told.show()

    # --- choosing ---------------------------------------------------------------------------------

    def _use(self) -> None:
        try:
            repair.put_in_place(self._path, self._new, self._now)
        except CustdeskError as error:
            self._fail(error)
            return
        self.repaired.emit()

    def _choose(self, wanted: object) -> None:
        if self._backup is not None:
            self._forget_saved()
            wanted.emit(self._backup.path)  # type: ignore[attr-defined]

    def _leave(self) -> None:
        self._forget_saved()
        self.quit_requested.emit()

    def _forget_saved(self) -> None:
        """What was saved and is not wanted leaves nothing behind."""
        if self._salvage is not None:
            self._new.unlink(missing_ok=True)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def _backup_words(last: Backup | None, now: datetime) -> str:
    if last is None:
        return _("There is no backup that is good.")
    words = ngettext(
        "Of {when}, with {n} customer. What was written since then would be missing.",
        "Of {when}, with {n} customers. What was written since then would be missing.",
        last.customers,
    )
    return words.format(when=formats.moment(last.at, now.date()), n=formats.count(last.customers))

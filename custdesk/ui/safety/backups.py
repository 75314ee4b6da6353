"""The backups: when the last was made, the second place for them, and the way back to one."""

from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from custdesk import formats
from custdesk.i18n import N_, _, ngettext
from custdesk.store import backup
from custdesk.store.backup import Backup, Reason
from custdesk.ui.caretaker import Caretaker
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.columns_model import ColumnsModel, Index
from custdesk.ui.widgets.highlight import Show
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.table import Table
from custdesk.ui.widgets.text import ElidedLabel, Label, rule

REASONS = {
    Reason.DAILY: N_("Daily"),
    Reason.ASKED: N_("By hand"),
    Reason.IMPORT: N_("Before an import"),
    Reason.BULK: N_("Before a large change"),
    Reason.MIGRATION: N_("Before a new version"),
    Reason.RESTORE: N_("Before a restore"),
}
OLD_DAYS = 3
"""A last backup of more days ago is said in red."""

_WHEN, _WHY, _CUSTOMERS, _SIZE = range(4)
_HEADERS = (N_("When"), N_("Why"), N_("Customers"), N_("Size"))
_WIDTHS = {_WHEN: 132, _CUSTOMERS: 88, _SIZE: 84}
"""Why it was made has the room that is left."""
_LIST_HEIGHT = 304


class _Backups(ColumnsModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(_HEADERS, (_CUSTOMERS, _SIZE), parent)
        self.backups: list[Backup] = []
        self._today = date.min

    def show(self, backups: list[Backup], today: date) -> None:
        with self.other_rows():
            self.backups, self._today = backups, today

    def count(self) -> int:
        return len(self.backups)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one, column = self.backups[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                formats.moment(one.at, self._today),
                _(REASONS[one.reason]),
                formats.count(one.customers),
                formats.size(one.size),
            )[column]
        if role == Show.INK and column != _WHEN:
            return "muted"
        return self.aligned(column, role)


def last_words(last: Backup | None, today: date) -> str:
    """ "Backed up today 09:02", for the foot of the window too."""
    if last is None:
        return _("Not backed up yet")
    return _("Backed up {when}").format(when=formats.moment(last.at, today))


def is_old(last: Backup | None, today: date) -> bool:
    return last is None or (today - last.at.date()).days > OLD_DAYS


class BackupsCard(Speaks, Card):
    """The card of backups. What is to be looked at or put back is told by signal, with its path."""

    look_requested = Signal(object)
    restore_requested = Signal(object)

    def __init__(self, desk: Desk, caretaker: Caretaker, parent: QWidget | None = None) -> None:
        super().__init__(margins=(20, 16, 20, 18), spacing=12, parent=parent)
        self._desk, self._caretaker = desk, caretaker
        self._title = Label("", "heading")
        self._last = Label("")
        self._rule = Label("", "small", wrap=True)
        self.now = Button(variant="primary", icon="safety")
        self._second, self._second_path = Label("", "muted"), ElidedLabel()
        self._second_state = Label("", "small", wrap=True)
        self.choose, self.forget = Button(), Button(variant="link")
        self.table = Table()
        self._model = _Backups(self)
        self.table.setModel(self._model)
        self.look, self.restore = Button(icon="search"), Button(icon="restore")
        self.confirm = Card("amber", (14, 10, 12, 10))
        self._question = Label("", "", wrap=True)
        self.yes, self.no = Button(variant="primary"), Button()
        self._lay_out()
        self._connect()
        self.retranslate()

    def refresh(self) -> None:
        """Read the folder anew; the chosen backup stays chosen."""
        chosen = self._current()
        found = backup.all_of(self._desk.store.path)
        if found != self._model.backups:
            self._model.show(found, self._desk.today)
            if found:
                self.table.selectRow(found.index(chosen) if chosen in found else 0)
        last, today = self._caretaker.last_good(), self._desk.today
        self._last.setText(last_words(last, today))
        self._last.set_role("overdue" if found and is_old(last, today) else "strong")
        self.now.setEnabled(not self._desk.store.read_only)
        self._show_second()
        self._show_chosen()

    def retranslate(self) -> None:
        self._title.setText(_("Backups"))
        self._rule.setText(
            _(
                "Made by themselves each day and before every import of many rows, and checked."
                " Kept are the last of 7 days, 4 weeks and 12 months."
            )
        )
        self.now.set_text(_("Back up now"))
        self._second.setText(_("Second place"))
        self.choose.set_text(_("Choose …"))
        self.forget.set_text(_("Use none"))
        self.table.setAccessibleName(_("Backups"))
        self.look.set_text(_("Look inside"))
        self.restore.set_text(_("Restore …"))
        self.yes.set_text(_("Restore"))
        self.no.set_text(_("Cancel"))
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_HEADERS) - 1)
        self.confirm.hide()
        self.refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._last)
        second = QHBoxLayout()
        second.setSpacing(10)
        second.addWidget(self._second)
        second.addWidget(self._second_path, 1)
        second.addWidget(self.forget)
        second.addWidget(self.choose)
        self.table.fix_columns(_WIDTHS.items(), _WHY)
        self.table.setMinimumHeight(_LIST_HEIGHT)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.now)
        buttons.addStretch(1)
        buttons.addWidget(self.look)
        buttons.addWidget(self.restore)
        answer = QHBoxLayout()
        answer.addStretch(1)
        answer.addWidget(self.no)
        answer.addWidget(self.yes)
        self.confirm.box.addWidget(self._question)
        self.confirm.box.addLayout(answer)
        self.box.addLayout(head)
        self.box.addWidget(self._rule)
        self.box.addWidget(self.table, 1)
        self.box.addLayout(buttons)
        self.box.addWidget(self.confirm)
        self.box.addWidget(rule("hairline"))
        self.box.addLayout(second)
        self.box.addWidget(self._second_state)

    def _connect(self) -> None:
        self.now.clicked.connect(lambda: self._caretaker.back_up())
        self.choose.clicked.connect(self._ask_second)
        self.forget.clicked.connect(lambda: self._use_second(""))
        self.table.row_chosen.connect(lambda _index: self._show_chosen())
        self.table.row_opened.connect(lambda _index: self._look())
        self.look.clicked.connect(self._look)
        self.restore.clicked.connect(self._ask)
        self.yes.clicked.connect(self._restore)
        self.no.clicked.connect(self.confirm.hide)
        self._caretaker.backups_changed.connect(self.refresh)

    # --- the second place -------------------------------------------------------------------------

    def _show_second(self) -> None:
        preferences = self._desk.preferences
        named = preferences.second_folder
        self._second_path.set_text(named or _("None: a USB stick or a synced folder protects more"))
        self._second_path.set_role("" if named else "muted")
        self.forget.setVisible(bool(named))
        self._second_state.setVisible(bool(named))
        self._second_state.setText(self._second_words())

    def _second_words(self) -> str:
        preferences = self._desk.preferences
        there = self._caretaker.second_folder() is not None
        try:
            last = datetime.fromisoformat(preferences.second_backup)
        except ValueError:
            return (
                _("It is there; the next backup goes there too.")
                if there
                else _("It is not there now. Plug it in.")
            )
        when = formats.moment(last, self._desk.today)
        if there:
            return _("It is there. Last backup there {when}.").format(when=when)
        return _("It is not there now. Last backup there {when}.").format(when=when)

    def _ask_second(self) -> None:
        begin = self._desk.preferences.second_folder or str(Path.home())
        title = _("A second place for backups")
        chosen = QFileDialog.getExistingDirectory(self, title, begin)
        if chosen:
            self._use_second(chosen)

    def _use_second(self, folder: str) -> None:
        """Keep backups there from now on, beginning with the last one."""
        if folder and Path(folder) == backup.folder_of(self._desk.store.path):
            self._desk.warned.emit(_("The backups are there already. Choose another place."))
            return
        self._desk.preferences.second_folder = folder
        self._desk.preferences.second_backup = ""
        self._desk.preferences.save()
        self.refresh()
        if folder:
            self._caretaker.back_up(Reason.DAILY)

    # --- the way back -----------------------------------------------------------------------------

    def _current(self) -> Backup | None:
        row = self.table.currentIndex().row()
        return self._model.backups[row] if 0 <= row < len(self._model.backups) else None

    def _show_chosen(self) -> None:
        chosen = self._current()
        self.confirm.hide()
        for button in (self.look, self.restore):
            button.setEnabled(chosen is not None)

    def _look(self) -> None:
        if chosen := self._current():
            self.look_requested.emit(chosen.path)

    def _ask(self) -> None:
        chosen = self._current()
        if chosen is None:
            return
        words = ngettext(
            "Put the state of {when} with {n} customer in the place of the present one?"
            " The present one is kept as a backup.",
            "Put the state of {when} with {n} customers in the place of the present one?"
            " The present one is kept as a backup.",
            chosen.customers,
        )
        when = formats.moment(chosen.at, self._desk.today)
        self._question.setText(words.format(when=when, n=formats.count(chosen.customers)))
        self.confirm.show()
        self.yes.setFocus()

    def _restore(self) -> None:
        if chosen := self._current():
            self.restore_requested.emit(chosen.path)

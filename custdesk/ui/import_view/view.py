"""Import: a file is chosen, its columns explained, the outcome rehearsed, and then written."""

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from custdesk.errors import Cancelled, CustdeskError
from custdesk.exchange import importing
from custdesk.exchange.fields import Kind
from custdesk.exchange.outcome import Result
from custdesk.i18n import _
from custdesk.people import lists
from custdesk.store.store import Change
from custdesk.ui import background
from custdesk.ui.desk import Desk
from custdesk.ui.import_view import work
from custdesk.ui.import_view.outcome import headline
from custdesk.ui.import_view.pages import After, StartPage, SummaryPage
from custdesk.ui.import_view.rehearsal import Rehearsal
from custdesk.ui.import_view.work import Source
from custdesk.ui.import_view.work_page import WorkPage
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.files import choose_file, choose_place
from custdesk.ui.widgets.text import Label


class Step(Enum):
    """Where an import stands."""

    START = auto()
    READING = auto()
    MAPPING = auto()
    WRITING = auto()
    ENDED = auto()


class ImportView(QWidget):
    """One page for the whole way: `begin(path)` starts it, Esc or the cross leaves it.

    `imported(Result)` comes when an import was written (the page stays and sums up);
    `closed` when the page is left, for the customers. An import that is being written goes on then.
    """

    closed = Signal()
    imported = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.step = Step.START
        self.rehearsal = Rehearsal(desk, self)
        self._result: Result | None = None
        self._job: background.Job | None = None
        self._before: int | None = None
        self._is_translated = True
        self._title = Label("", "title")
        self._close = Button(variant="icon", icon="close")
        self._head = QWidget()
        self._head.setProperty("bare", True)
        self.start = StartPage()
        self.work = WorkPage(desk.mask)
        self.bar, self.grid, self.panel = self.work.bar, self.work.grid, self.work.panel
        self.summary = SummaryPage(desk.mask)
        self._stack = QStackedWidget()
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.retranslate()

    # --- what others call -------------------------------------------------------------------------

    def begin(self, path: Path | None = None) -> None:
        """Start with the file `path`; None asks for one. While an import runs, it is shown."""
        if self.step is Step.WRITING:
            return
        self.rehearsal.stop()
        self._show(Step.START)
        self.start.area.say_wrong("")
        self.start.area.button.setFocus(Qt.FocusReason.OtherFocusReason)
        if path is None:
            self.choose()
        else:
            self._read(Source(path))

    def choose(self) -> None:
        """Ask for a file in the system's dialog, and begin with it."""
        path = self.ask_for_file()
        if path is not None:
            self.begin(path)

    def ask_for_file(self) -> Path | None:
        """The system's dialog; a test puts its own answer here."""
        every = "*.xlsx *.xls *.xlsb *.xlsm *.ods *.csv *.tsv *.txt *.vcf"
        filters = _("Lists of customers ({kinds});;All files (*)").format(kinds=every)
        return choose_file(self, self._desk.preferences, _("Choose a list to import"), filters)

    def ask_where_to_save(self, name: str) -> Path | None:
        """The system's dialog; a test puts its own answer here."""
        title = _("Save rejected rows")
        return choose_place(self, self._desk.preferences, title, name, "CSV (*.csv)")

    def refresh(self) -> None:
        """The customers may have changed meanwhile: count again, and offer what can be undone."""
        if self.step is Step.MAPPING and not self._is_translated:
            self._is_translated = True
            self.rehearsal.read_again()
        elif self.step is Step.MAPPING:
            self.rehearsal.count_soon()
        elif self.step is Step.ENDED and self._result is not None:
            self._sum_up(self._result)

    def retranslate(self) -> None:
        self._title.setText(_("Import"))
        self.setAccessibleName(_("Import"))
        self._close.set_text(_("Close"))
        self.start.retranslate()
        self.work.retranslate()

    # --- the page ---------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout(self._head)
        head.setContentsMargins(20, 14, 14, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        for page in (self.start, self.work, self.summary):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._close.clicked.connect(self.closed)
        self.work.closed.connect(self.closed)
        self.start.file_asked.connect(self.choose)
        self.start.cancel_asked.connect(self._stop_reading)
        self.rehearsal.progressed.connect(self.start.progress.report)
        self.rehearsal.was_read.connect(self._show_table)
        self.rehearsal.unreadable.connect(self._say_unreadable)
        self.rehearsal.mapped.connect(self._show_mapping)
        self.rehearsal.counting.connect(self._show_counting)
        self.rehearsal.counted.connect(self._show_outcome)
        self.rehearsal.refused.connect(lambda why: self.panel.show_result(None, why))
        self.bar.sheet_chosen.connect(self._choose_sheet)
        self.bar.kind_chosen.connect(self.rehearsal.guess)
        self.bar.another_asked.connect(self.choose)
        self.grid.field_chosen.connect(self.rehearsal.mean)
        self.panel.duplicates_chosen.connect(self.rehearsal.answer)
        self.panel.import_asked.connect(self._import)
        self.panel.cancel_asked.connect(self._cancel)
        self.summary.undo_asked.connect(self._undo)
        self.summary.rejects_asked.connect(self._save_rejects)
        self.summary.customers_asked.connect(self.closed)
        self.summary.another_asked.connect(self.choose)
        self._desk.changed.connect(self._hear)

    def _show(self, step: Step) -> None:
        self.step = step
        self.start.set_reading(step is Step.READING)
        at_work = step in (Step.MAPPING, Step.WRITING)
        self._head.setVisible(not at_work)
        page = self.work if at_work else self.summary if step is Step.ENDED else self.start
        self._stack.setCurrentWidget(page)
        self.work.set_writing(step is Step.WRITING)

    # --- looking at a file ------------------------------------------------------------------------

    def _read(self, source: Source) -> None:
        self._is_translated = True
        self._show(Step.READING)
        self.start.progress.begin(_("Reading {file}").format(file=source.path.name))
        self.rehearsal.read(source)

    def _choose_sheet(self, name: str) -> None:
        if self.rehearsal.source is not None:
            self._read(Source(self.rehearsal.source.path, name))

    def _show_table(self) -> None:
        found = self.rehearsal
        if found.source is None or found.table is None or found.mapping is None:
            return
        self.work.show_table(found.source, found.table, found.mapping)
        self._show(Step.MAPPING)
        self.grid.choice(0).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_mapping(self) -> None:
        if self.rehearsal.mapping is not None:
            self.grid.mean(self.rehearsal.mapping)

    def _show_counting(self) -> None:
        if self.rehearsal.mapping is not None:
            self.panel.begin(self.rehearsal.mapping.kind)

    def _show_outcome(self) -> None:
        result = self.rehearsal.result
        if result is not None:
            self.panel.show_result(result, self._advice(result))

    def _advice(self, result: Result) -> str:
        """What to do first where purchases or interactions have nobody to belong to."""
        if result.kind is Kind.CUSTOMERS or result.created or not result.rejects:
            return ""
        with self._desk.read() as db:
            if lists.how_many(db):
                return ""
        return _("There are no customers yet. Import the list of customers first.")

    def _say_unreadable(self, error: CustdeskError) -> None:
        self._show(Step.START)
        self.start.area.say_wrong(str(error))
        self.start.area.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stop_reading(self) -> None:
        self.rehearsal.stop()
        self._show(Step.START)

    # --- writing ----------------------------------------------------------------------------------

    def _import(self) -> None:
        wish = self.rehearsal.wish()
        if self.step is not Step.MAPPING or wish is None or self.rehearsal.is_busy():
            return
        if self._desk.is_busy:
            busy = _("Another import is still being written.")
            self.panel.show_result(self.rehearsal.result, busy)
            return
        last = self._desk.store.last_step()
        self._before = last.id if last else None
        self._show(Step.WRITING)
        self.panel.progress.begin(_("Reading {file}").format(file=wish.source.path.name))
        self._desk.set_busy(True)
        args = (work.database(self._desk.store), self._desk.now, wish, False)
        self._job = background.run_process(
            work.import_apart, args, self._finish, self._fail, self._report, owner=self
        )

    def _report(self, done: int, total: int, words: str) -> None:
        """When all rows are written, the index is brought up to date; nobody knows how long."""
        counted = total if done < total else 0
        self.panel.progress.report(done, counted, words)

    def _finish(self, result: Result) -> None:
        self._job, self._result = None, result
        self._sum_up(result)
        self._show(Step.ENDED)
        self._desk.set_busy(False)
        self.summary.customers.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.isVisible():
            self._desk.said.emit(headline(result), result.batch is not None)
        self.imported.emit(result)

    def _fail(self, error: CustdeskError) -> None:
        self._job = None
        last = self._desk.store.last_step()
        if isinstance(error, Cancelled) and last is not None and last.id != self._before:
            self._desk.store.undo()  # it had been written at the moment of the cancelling
        self._desk.set_busy(False)
        if isinstance(error, Cancelled):
            self.summary.show_result(None, After.CANCELLED)
            self._result = None
            self._show(Step.ENDED)
            self.summary.another.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._show(Step.MAPPING)
        self.panel.show_result(self.rehearsal.result, str(error))

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    # --- afterwards -------------------------------------------------------------------------------

    def _sum_up(self, result: Result) -> None:
        """The import as it stands now: done, or taken back here or by Ctrl+Z."""
        last, undone = (self._desk.store.last_step(undone=which) for which in (False, True))
        is_undone = result.batch is not None and undone is not None and undone.id == result.batch
        self.summary.show_result(result, After.UNDONE if is_undone else After.DONE)
        self.summary.set_can_undo(last is not None and last.id == result.batch)

    def _undo(self) -> None:
        self._desk.undo()
        self.refresh()
        self.summary.another.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save_rejects(self) -> None:
        if self._result is None:
            return
        name = _("Rejected rows of {file}").format(file=Path(self._result.file).stem) + ".csv"
        path = self.ask_where_to_save(name)
        if path is None:
            return
        try:
            importing.write_rejects(self._result, path)
        except CustdeskError as error:
            self._desk.warned.emit(str(error))
            return
        self._desk.said.emit(_("The rejected rows are in {file}.").format(file=path), False)

    def _hear(self, change: Change) -> None:
        if self.isVisible():
            self.refresh()

    # --- events -----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None and self.step is not Step.WRITING:
            event.acceptProposedAction()
            self.start.area.set_hovered(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.start.area.set_hovered(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.start.area.set_hovered(False)
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.begin(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        with_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and with_control:
            self.panel.button.click()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._is_translated = False
            if self.isVisible():
                self.refresh()


def _dropped(event: QDropEvent) -> Path | None:
    """The first local file among what is dropped."""
    urls = event.mimeData().urls()
    return next((Path(url.toLocalFile()) for url in urls if url.isLocalFile()), None)

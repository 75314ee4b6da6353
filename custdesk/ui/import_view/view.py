"""Import: a file is chosen, its columns explained, the outcome rehearsed, and then written."""

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from custdesk.errors import Cancelled, CustdeskError
from custdesk.exchange import headers, importing
from custdesk.exchange.fields import Field, Kind
from custdesk.exchange.headers import Mapping
from custdesk.exchange.outcome import Result
from custdesk.exchange.table import Table
from custdesk.i18n import _
from custdesk.people import lists
from custdesk.store.store import Change
from custdesk.ui import background
from custdesk.ui.desk import Desk
from custdesk.ui.import_view import work
from custdesk.ui.import_view.outcome import headline
from custdesk.ui.import_view.pages import After, StartPage, SummaryPage
from custdesk.ui.import_view.work import Source, Wish
from custdesk.ui.import_view.work_page import WorkPage
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.files import choose_file, choose_place
from custdesk.ui.widgets.text import Label

_PAUSE_MS = 150


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
        self._source = Source(Path())
        self._table: Table | None = None
        self._mapping: Mapping | None = None
        self._result: Result | None = None
        self._job: background.Job | None = None
        self._turn = 0
        self._before: int | None = None
        self._is_translated = True
        self._title = Label("", "title")
        self._close = Button(variant="icon", icon="close")
        self._head = QWidget()
        self._head.setProperty("bare", True)
        self.start = StartPage()
        self.work = WorkPage()
        self.bar, self.grid, self.panel = self.work.bar, self.work.grid, self.work.panel
        self.summary = SummaryPage()
        self._stack = QStackedWidget()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.retranslate()

    # --- what others call -------------------------------------------------------------------------

    def begin(self, path: Path | None = None) -> None:
        """Start with the file `path`; None asks for one. While an import runs, it is shown."""
        if self.step is Step.WRITING:
            return
        self._stop()
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
        filters = f"{_('Lists of customers')} ({every});;{_('All files')} (*)"
        return choose_file(self, self._desk.preferences, _("Choose a list to import"), filters)

    def ask_where_to_save(self, name: str) -> Path | None:
        """The system's dialog; a test puts its own answer here."""
        title = _("Save rejected rows")
        return choose_place(self, self._desk.preferences, title, name, "CSV (*.csv)")

    def refresh(self) -> None:
        """The customers may have changed meanwhile: count again, and offer what can be undone."""
        if self.step is Step.MAPPING and not self._is_translated:
            self._read_again()
        elif self.step is Step.MAPPING:
            self._pause.start()
        elif self.step is Step.ENDED and self._result is not None:
            last = self._desk.store.last_step()
            self.summary.set_can_undo(last is not None and last.id == self._result.batch)

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
        self.start.cancel_asked.connect(self._cancel)
        self.bar.sheet_chosen.connect(self._choose_sheet)
        self.bar.kind_chosen.connect(self._choose_kind)
        self.bar.another_asked.connect(self.choose)
        self.grid.field_chosen.connect(self._choose_field)
        self.panel.duplicates_chosen.connect(lambda _answer: self._rehearse())
        self.panel.import_asked.connect(self._import)
        self.panel.cancel_asked.connect(self._cancel)
        self.summary.undo_asked.connect(self._undo)
        self.summary.rejects_asked.connect(self._save_rejects)
        self.summary.customers_asked.connect(self.closed)
        self.summary.another_asked.connect(self.choose)
        self._pause.timeout.connect(self._rehearse)
        self._desk.changed.connect(self._hear)

    def _show(self, step: Step) -> None:
        self.step = step
        self.start.set_reading(step is Step.READING)
        at_work = step in (Step.MAPPING, Step.WRITING)
        self._head.setVisible(not at_work)
        page = self.work if at_work else self.summary if step is Step.ENDED else self.start
        self._stack.setCurrentWidget(page)
        self.work.set_writing(step is Step.WRITING)

    # --- reading ----------------------------------------------------------------------------------

    def _read(self, source: Source, kind: Kind | None = None) -> None:
        self._stop()
        self._source, self._is_translated = source, True
        self._show(Step.READING)
        self.start.progress.begin(_("Reading {file}").format(file=source.path.name))
        turn = self._turn
        self._job = background.run(
            lambda report: work.read(report, source, kind),
            lambda found: self._take_table(turn, *found),
            lambda error: self._take_error(turn, error),
            self.start.progress.report,
            owner=self,
        )

    def _take_table(self, turn: int, table: Table, mapping: Mapping) -> None:
        if turn != self._turn:
            return
        self._table, self._mapping, self._result = table, mapping, None
        self.work.show_table(self._source, table, mapping)
        self._show(Step.MAPPING)
        self.grid.choice(0).setFocus(Qt.FocusReason.OtherFocusReason)
        self._rehearse()

    def _read_again(self) -> None:
        """In another language, headers of contact cards and remarks are other words."""
        self._stop()
        self._is_translated = True
        source, kind, turn = self._source, self._mapping.kind if self._mapping else None, self._turn
        self._job = background.run(
            lambda report: work.read(report, source, kind),
            lambda found: self._take_again(turn, *found),
            lambda error: self._take_error(turn, error),
            owner=self,
        )

    def _take_again(self, turn: int, table: Table, mapping: Mapping) -> None:
        if turn != self._turn or self._table is None:
            return
        if table.headers != self._table.headers:
            self._mapping = mapping
            self.grid.show_table(table, mapping)
        self._table = table
        self._rehearse()

    def _take_error(self, turn: int, error: CustdeskError) -> None:
        if turn != self._turn:
            return
        self._show(Step.START)
        self.start.area.say_wrong("" if isinstance(error, Cancelled) else str(error))
        self.start.area.button.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- choosing ---------------------------------------------------------------------------------

    def _choose_sheet(self, name: str) -> None:
        self._read(Source(self._source.path, name))

    def _choose_kind(self, kind: Kind) -> None:
        table = self._table
        if table is None:
            return
        self._stop()
        self.panel.begin(kind)
        turn = self._turn
        self._job = background.run(
            lambda report: headers.guess_mapping(table.headers, table.rows, kind),
            lambda mapping: self._take_mapping(turn, mapping),
            lambda error: self._take_refusal(turn, error),
            owner=self,
        )

    def _take_mapping(self, turn: int, mapping: Mapping) -> None:
        if turn == self._turn:
            self._mapping = mapping
            self.grid.mean(mapping)
            self._rehearse()

    def _choose_field(self, column: int, field: Field) -> None:
        if self._mapping is not None:
            self._mapping = self._mapping.with_field(column, field)
            self.grid.mean(self._mapping)
            self.panel.begin(self._mapping.kind)
            self._pause.start()

    # --- rehearsing -------------------------------------------------------------------------------

    def _rehearse(self) -> None:
        if self.step is not Step.MAPPING or self._table is None or self._mapping is None:
            return
        self._stop()
        self.panel.begin(self._mapping.kind)
        turn, store, table = self._turn, self._desk.store, self._table
        wish = Wish(self._source, self._mapping, self.panel.on_duplicate())
        if len(table.rows) >= work.LARGE:
            self._job = background.run_process(
                work.import_apart,
                (store.path, self._desk.now, wish, True),
                lambda result: self._take_rehearsal(turn, result),
                lambda error: self._take_refusal(turn, error),
                owner=self,
            )
            return
        self._job = background.run(
            lambda report: work.rehearse(report, store, table, wish),
            lambda result: self._take_rehearsal(turn, result),
            lambda error: self._take_refusal(turn, error),
            owner=self,
        )

    def _take_rehearsal(self, turn: int, result: Result) -> None:
        if turn == self._turn:
            self._result = result
            self.panel.show_result(result, self._advice(result))

    def _advice(self, result: Result) -> str:
        """What to do first where purchases or interactions have nobody to belong to."""
        if result.kind is Kind.CUSTOMERS or result.created or not result.rejects:
            return ""
        with self._desk.read() as db:
            nobody = lists.how_many(db) == 0
        return (
            _("There are no customers yet. Import the list of customers first.") if nobody else ""
        )

    def _take_refusal(self, turn: int, error: CustdeskError) -> None:
        if turn == self._turn:
            self._result = None
            self.panel.show_result(None, str(error))

    # --- writing ----------------------------------------------------------------------------------

    def _import(self) -> None:
        if self.step is not Step.MAPPING or self._mapping is None or self._result is None:
            return
        if self._desk.is_busy:
            self.panel.show_result(self._result, _("Another import is still being written."))
            return
        self._stop()
        last = self._desk.store.last_step()
        self._before = last.id if last else None
        self._show(Step.WRITING)
        self.panel.progress.begin(_("Reading {file}").format(file=self._source.path.name))
        self._desk.set_busy(True)
        wish = Wish(self._source, self._mapping, self.panel.on_duplicate())
        self._job = background.run_process(
            work.import_apart,
            (self._desk.store.path, self._desk.now, wish, False),
            self._finish,
            self._fail,
            self._report,
            owner=self,
        )

    def _report(self, done: int, total: int, words: str) -> None:
        """When all rows are written, the index is brought up to date; nobody knows how long."""
        counted = total if done < total else 0
        self.panel.progress.report(done, counted, words)

    def _finish(self, result: Result) -> None:
        self._job, self._result = None, result
        self.summary.show_result(result, After.DONE)
        self._show(Step.ENDED)
        self._desk.set_busy(False)
        self.refresh()
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
        self.panel.show_result(self._result, str(error))

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _stop(self) -> None:
        """Nobody waits any longer for what is being read or counted."""
        self._turn += 1
        self._pause.stop()
        job, self._job = self._job, None
        if job is not None and self.step is not Step.WRITING:
            job.abandon()

    # --- afterwards -------------------------------------------------------------------------------

    def _undo(self) -> None:
        result = self._result
        self._desk.undo()
        self.summary.show_result(result, After.UNDONE)
        self._result = None
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

"""The grading table in the window: its seven columns, why each has the grade, PDF and workbook."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from custdesk import business, formats
from custdesk.errors import CustdeskError
from custdesk.exchange.grading_table import write_workbook
from custdesk.i18n import _, ngettext
from custdesk.insight import grading_table
from custdesk.insight.grading_table import GradingTable, headers
from custdesk.paper.grading_table import write_grading_table
from custdesk.ui import background
from custdesk.ui.background import Job
from custdesk.ui.desk import Desk
from custdesk.ui.looks import grade_tag
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.columns_model import ColumnsModel, Index
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.files import choose_place
from custdesk.ui.widgets.highlight import Show
from custdesk.ui.widgets.tabbed_page import TabPage
from custdesk.ui.widgets.table import Table
from custdesk.ui.widgets.text import Label

_NAME, _NUMBER, _SPEND, _FREQUENCY, _LOYALTY, _POTENTIAL, _GRADE = range(7)
_WIDTHS = (200, 90, 110, 116, 100, 118, 148)


class _Rows(ColumnsModel):
    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(headers(), (_SPEND,), parent)
        self._desk = desk
        self.table: GradingTable | None = None

    def show_table(self, table: GradingTable) -> None:
        with self.other_rows():
            self.table = table

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return headers()[section]
        return super().headerData(section, orientation, role)

    def count(self) -> int:
        return len(self.table.rows) if self.table else 0

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.table is None:
            return None
        row, column = self.table.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == _SPEND:
                return self._desk.mask.over(formats.money(row.spend_cents))
            return row.cells()[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._desk.mask.over(self.why(index.row()))
        if role == Show.BOLD:
            return column == _NAME
        if role == Show.TAG and column == _GRADE:
            return grade_tag(row.grade)
        if role == Show.INK and column not in (_NAME, _GRADE):
            return "muted"
        return self.aligned(column, role)

    def why(self, row: int) -> str:
        return self.table.rows[row].why(self.table.policy) if self.table else ""


class TablePage(TabPage):
    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._state = Label("", "muted")
        self.pdf, self.workbook = Button(icon="pdf"), Button(icon="export")
        self.rows = _Rows(desk, self)
        self.table = Table()
        self.table.setModel(self.rows)
        self.table.fix_columns(enumerate(_WIDTHS), _NAME)
        self._empty = EmptyState("users")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self._why = Label("", "", wrap=True)
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 20, 12)
        head.setSpacing(8)
        head.addWidget(self._state, 1)
        head.addWidget(self.pdf)
        head.addWidget(self.workbook)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 8, 20, 12)
        foot.addWidget(self._why)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._stack, 1)
        box.addLayout(foot)
        self.pdf.clicked.connect(lambda: self._save(".pdf"))
        self.workbook.clicked.connect(lambda: self._save(".xlsx"))
        self.table.selectionModel().currentRowChanged.connect(self._explain)
        self.table.activated.connect(self._open)
        desk.mask.changed.connect(self._mask)
        self.setFocusProxy(self.table)
        self.retranslate()

    def refresh(self) -> None:
        """Grade everybody anew, in the background; what stood there stays until then."""
        if self._job is not None:
            self._job.abandon()
        store, today = self._desk.store, self._desk.today

        def work(_report: Report) -> GradingTable:
            with store.read() as db:
                return grading_table.table(db, today)

        self._job = background.run(work, self._show, self._fail, owner=self)

    def _show(self, table: GradingTable) -> None:
        self._job = None
        row = self.table.currentIndex().row()
        self.rows.show_table(table)
        count = len(table.rows)
        self._stack.setCurrentWidget(self.table if count else self._empty)
        said = ngettext("{n} customer", "{n} customers", count).format(n=formats.count(count))
        self._state.setText(said if count else "")
        for button in (self.pdf, self.workbook):
            button.setEnabled(bool(count))
        if count:
            self.table.selectRow(min(max(row, 0), count - 1))
        self._explain(self.table.currentIndex())

    def _fail(self, error: CustdeskError) -> None:
        self._job = None
        self._desk.warned.emit(str(error))

    def _explain(self, current: QModelIndex, _before: object = None) -> None:
        table = self.rows.table
        if table is None or not current.isValid():
            self._why.setText("")
            return
        said = _("{name}: {why}").format(
            name=table.rows[current.row()].name,
            why=self._desk.mask.over(self.rows.why(current.row())),
        )
        self._why.setText(said)

    def _mask(self, _on: bool) -> None:
        self.rows.layoutChanged.emit()
        self._explain(self.table.currentIndex())

    def _open(self, index: QModelIndex) -> None:
        if self.rows.table is not None:
            self.customer_requested.emit(self.rows.table.rows[index.row()].id)

    def _save(self, ending: str) -> None:
        """Ask where, then write the table that is shown."""
        kinds = {".pdf": "PDF (*.pdf)", ".xlsx": _("Excel workbook (*.xlsx)")}
        name = _("Customer grading table") + ending
        chosen = choose_place(
            self, self._desk.preferences, _("Customer grading table"), name, kinds[ending]
        )
        if chosen is not None:
            self.write(chosen if chosen.suffix else chosen.with_suffix(ending))

    def write(self, path: Path) -> None:
        """Write the table as what the ending of `path` says."""
        table = self.rows.table
        if table is None:
            return
        with self._desk.read() as db:
            whose = business.name(db)

        def work(_report: Report) -> str:
            if path.suffix.lower() == ".xlsx":
                write_workbook(table, path)
            else:
                write_grading_table(table, whose, path)
            return _("Saved as {file}").format(file=path.name)

        self._writing = background.run(
            work, lambda said: self._desk.said.emit(said, False), self._fail, owner=self
        )

    def retranslate(self) -> None:
        self.table.setAccessibleName(_("Customer grading table"))
        self.pdf.set_text(_("Save as PDF"))
        self.workbook.set_text(_("Save as workbook"))
        self._empty.say(
            _("No customers yet"), _("Whoever is added or imported gets a grade at once.")
        )
        last = self.rows.columnCount() - 1
        self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)

"""Segments: all of them with how many customers each finds, and the chosen one as it is edited."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QStackedWidget, QVBoxLayout, QWidget
from sqlmodel import Session

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.i18n import N_, _
from custdesk.insight import segments
from custdesk.insight.segment_rules import Rule
from custdesk.store.models import Segment
from custdesk.store.store import Change
from custdesk.ui import background
from custdesk.ui.background import Job
from custdesk.ui.desk import Desk
from custdesk.ui.segments.editor import SegmentEditor
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import ScrollPane
from custdesk.ui.widgets.columns_model import ColumnsModel, Index
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.highlight import Show
from custdesk.ui.widgets.page import Page
from custdesk.ui.widgets.table import Table
from custdesk.ui.widgets.text import Label, rule

_NAME, _COUNT = range(2)
_HEADERS = (N_("Segment"), N_("Customers"))
_COUNT_WIDTH, _LIST_WIDTH, _LEAST_LIST = 96, 280, 200
_CONCERN = frozenset(
    {
        *("segment", "customer", "contact_point", "customer_tag", "tag", "customer_date"),
        *("purchase", "purchase_line", "product", "interaction", "follow_up"),
        *("feedback", "service_case"),
        *("grading_policy", "insight_rules"),
    }
)
"""What a condition may ask for, and what the facts it asks for follow from."""


class _Segments(ColumnsModel):
    """Names, and numbers as far as they are counted."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(_HEADERS, (_COUNT,), parent)
        self.rows: list[Segment] = []
        self.counts: dict[int, int] = {}

    def count(self) -> int:
        return len(self.rows)

    def show_segments(self, found: list[Segment]) -> None:
        """Other segments, or the same with other names, which keeps what is chosen."""
        with self.other_rows(same=[one.id for one in found] == [one.id for one in self.rows]):
            self.rows = found

    def show_counts(self, counts: dict[int, int]) -> None:
        self.counts = counts
        self.tell()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            if column == _NAME:
                return one.name
            counted = self.counts.get(one.id or 0)
            return "…" if counted is None else formats.count(counted)
        if role == Show.BOLD:
            return column == _NAME
        return self.aligned(column, role)


class SegmentsView(Page):
    """The list of segments and the editor beside it."""

    closed = Signal()
    list_requested = Signal(int)
    """Show who is in a segment."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._chosen: int | None = None
        self._job: Job | None = None
        self._title, self._hint = Label("", "title"), Label("", "muted")
        self.add = Button(variant="primary", icon="plus")
        self._close = Button(variant="icon", icon="close")
        self.model = _Segments(self)
        self.table = Table()
        self.table.setModel(self.model)
        self.table.fix_columns([(_COUNT, _COUNT_WIDTH)], _NAME)
        self.table.horizontalHeader().setSectionResizeMode(_COUNT, QHeaderView.ResizeMode.Fixed)
        self.editor = SegmentEditor(desk)
        self._first = Button(variant="primary")
        self._empty = EmptyState("segments", buttons=(self._first,))
        self._beside = QStackedWidget()
        self._beside.addWidget(self._empty)
        self._beside.addWidget(ScrollPane(self.editor))
        self._lay_out()
        self.add.clicked.connect(self.begin)
        self._first.clicked.connect(self.begin)
        self._close.clicked.connect(self.closed)
        self.table.row_chosen.connect(lambda _index: self._choose())
        self.table.row_opened.connect(lambda _index: self.editor.name_it())
        self.editor.added.connect(self._added)
        self.editor.removed.connect(self._removed)
        self.editor.list_requested.connect(self.list_requested)
        desk.changed.connect(self._hear)
        desk.day_turned.connect(self._count)
        self.setFocusProxy(self.table)
        self.retranslate()

    def refresh(self) -> None:
        """Read the segments anew; the chosen one stays chosen, a new one stays begun."""
        with self._desk.read() as db:
            found = segments.all_of(db)
        self.model.show_segments(found)
        for button in (self.add, self._first):
            button.setEnabled(not self._desk.store.read_only)
        ids = [one.id for one in found]
        if self._chosen in ids:
            self.table.selectRow(ids.index(self._chosen))
            self._choose()
        elif self._chosen is None and self._beside.currentIndex() == 1:
            self.table.clearSelection()  # one is begun that is not there yet
        elif found:
            self.table.selectRow(0)
            self._choose()
        else:
            self._chosen = None
            self._beside.setCurrentIndex(0)
        self._count()

    def begin(self) -> None:
        """A new segment."""
        self._chosen = None
        self.table.clearSelection()
        self._beside.setCurrentIndex(1)
        with self._desk.read() as db:
            self.editor.begin(db)

    def keep(self, filters: Rule) -> None:
        """Save what a list was narrowed by as a segment, and ask for its name."""

        def work(db: Session) -> int:
            name = segments.free_name(db, segments.words(db, filters))
            return segments.add(db, name, filters).id or 0

        label = _("Save the filter as a segment")
        id = self._desk.attempt(label, work, label)
        if id is not None:
            self._chosen = id
            self.refresh()
            self.editor.name_it()

    def _choose(self) -> None:
        row = self.table.currentIndex().row()
        if 0 <= row < len(self.model.rows):
            self._chosen = self.model.rows[row].id
            with self._desk.read() as db:
                self.editor.show_segment(db, self.model.rows[row])
            self._beside.setCurrentIndex(1)

    def _added(self, id: int) -> None:
        self._chosen = id
        self.refresh()

    def _removed(self) -> None:
        self._chosen = None
        self._beside.setCurrentIndex(0)
        self.refresh()
        self.table.setFocus()

    def _count(self) -> None:
        """How many are in each, in the background."""
        if self._job is not None:
            self._job.abandon()
        store, today = self._desk.store, self._desk.today

        def work(_report: object) -> dict[int, int]:
            with store.read() as db:
                return segments.counts(db, today)

        self._job = background.run(work, self._show_counts, self._fail, owner=self)

    def _show_counts(self, counts: dict[int, int]) -> None:
        self._job = None
        self.model.show_counts(counts)

    def _fail(self, error: CustdeskError) -> None:
        self._job = None
        self._desk.warned.emit(str(error))

    # --- the rest ---------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self._title.setText(_("Segments"))
        self.setAccessibleName(_("Segments"))
        self.table.setAccessibleName(_("Segments"))
        self._hint.setText(
            _("Saved filters: for the list, care plans, booklets and export. They are always live.")
        )
        self.add.set_text(_("New segment"))
        self._first.set_text(_("New segment"))
        self._close.set_text(_("Close"))
        self._empty.say(
            _("No segment yet"),
            _("Make one here, or narrow the list of customers and save its filters."),
        )
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_HEADERS) - 1)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 14, 10)
        head.setSpacing(10)
        head.addWidget(self._title)
        head.addWidget(self._hint, 1)
        head.addWidget(self.add)
        head.addWidget(self._close)
        self.table.setMaximumWidth(_LIST_WIDTH)
        self.table.setMinimumWidth(_LEAST_LIST)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.table, 1)
        body.addWidget(rule(upright=True))
        body.addWidget(self._beside, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(rule())
        column.addLayout(body, 1)

    def _hear(self, change: Change) -> None:
        if self.isVisible() and not _CONCERN.isdisjoint(change.tables):
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self.editor.remove.click()
        else:
            super().keyPressEvent(event)

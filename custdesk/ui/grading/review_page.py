"""The review of grades: who moved up or down since the last one, and why; accept, or keep one."""

from datetime import date

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.i18n import N_, _, ngettext
from custdesk.insight import reviewing
from custdesk.insight.reviewing import Moved
from custdesk.store.models import GradeReview
from custdesk.ui import background
from custdesk.ui.background import Job
from custdesk.ui.desk import Desk
from custdesk.ui.looks import grade_tag
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.columns_model import ColumnsModel, Index
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.fields import LineField
from custdesk.ui.widgets.highlight import Show
from custdesk.ui.widgets.tabbed_page import TabPage
from custdesk.ui.widgets.table import Table
from custdesk.ui.widgets.text import Label

_NAME, _MOVE, _BEFORE, _NOW, _WHY = range(5)
_HEADERS = (N_("Name"), N_("Move"), N_("Grade before"), N_("Grade now"), N_("Why"))
_WIDTHS = (150, 80, 110, 110, 400)


class _Moves(ColumnsModel):
    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(_HEADERS, (), parent)
        self._desk = desk
        self.moves: list[Moved] = []

    def show_moves(self, found: list[Moved]) -> None:
        with self.other_rows():
            self.moves = found

    def count(self) -> int:
        return len(self.moves)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one, column = self.moves[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                one.name,
                "↑ " + _("up") if one.is_up else "↓ " + _("down"),
                one.before.called,
                one.now.called,
                self._desk.mask.over(one.why),
            )[column]
        if role == Qt.ItemDataRole.ToolTipRole and column == _WHY:
            return self._desk.mask.over(one.why)
        if role == Show.BOLD:
            return column == _NAME
        if role == Show.TAG and column in (_BEFORE, _NOW):
            return grade_tag(one.before if column == _BEFORE else one.now)
        if role == Show.INK and column == _MOVE:
            return "accent" if one.is_up else "red"
        if role == Show.INK and column == _WHY:
            return "muted"
        return None


class ReviewPage(TabPage):
    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._kept: set[int] = set()
        """Whom one has kept by hand since the last review."""
        self._is_first = False
        self._state = Label("", "muted", wrap=True)
        self.accept = Button(variant="primary", icon="check")
        self.moves = _Moves(desk, self)
        self.table = Table()
        self.table.setModel(self.moves)
        self.table.fix_columns(enumerate(_WIDTHS), _WHY)
        self._empty = EmptyState("check")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self.why = LineField("")
        self.keep = Button()
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 20, 12)
        head.setSpacing(12)
        head.addWidget(self._state, 1)
        head.addWidget(self.accept)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(20, 10, 20, 12)
        foot.setSpacing(10)
        foot.addWidget(self.why, 1)
        foot.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._stack, 1)
        box.addWidget(self._foot)
        self.accept.clicked.connect(self._accept)
        self.keep.clicked.connect(self._keep)
        self.why.entered.connect(self._keep)
        self.table.activated.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _then: self._dress())
        desk.busy_changed.connect(lambda _busy: self._dress())
        desk.mask.changed.connect(lambda _on: self.moves.layoutChanged.emit())
        self.setFocusProxy(self.table)
        self.retranslate()

    def refresh(self) -> None:
        if self._job is not None:
            self._job.abandon()
        store, today = self._desk.store, self._desk.today

        def work(_report: Report) -> tuple[list[Moved], date | None, GradeReview | None]:
            with store.read() as db:
                return (
                    reviewing.moves(db, today),
                    reviewing.due_since(db, today),
                    reviewing.last_review(db),
                )

        self._job = background.run(work, self._show, self._fail, owner=self)

    def _show(self, found: tuple[list[Moved], date | None, GradeReview | None]) -> None:
        self._job = None
        moves, due, last = found
        self._is_first = last is None
        self._say_nobody()
        row = self.table.currentIndex().row()
        self.moves.show_moves(moves)
        self._stack.setCurrentWidget(self.table if moves else self._empty)
        if moves:
            self.table.selectRow(min(max(row, 0), len(moves) - 1))
        ups = sum(one.is_up for one in moves)
        said = []
        if moves:
            said.append(_("{up} up, {down} down").format(up=ups, down=len(moves) - ups))
        if last is not None:
            said.append(_("Last review: {day}").format(day=formats.full_day(last.day)))
        if due is not None:
            said.append(_("Due since {day}").format(day=formats.full_day(due)))
        self._state.setText(" · ".join(said))
        self._dress()

    def _say_nobody(self) -> None:
        if self._is_first:
            words = (
                _("Nobody has reviewed yet"),
                _("The first review notes today's grades; the next shows who moved since."),
            )
        else:
            words = (
                _("Nobody moved"),
                _("Since the last review everybody is in the grade that they had then."),
            )
        self._empty.say(*words)

    def _fail(self, error: CustdeskError) -> None:
        self._job = None
        self._desk.warned.emit(str(error))

    def _dress(self) -> None:
        """What can be done now."""
        free = not self._desk.is_busy and not self._desk.store.read_only
        count = len(self.moves.moves)
        one = self._chosen()
        self._foot.setVisible(one is not None)
        self.accept.setEnabled(free)
        self.keep.setEnabled(free)
        self.accept.set_text(
            ngettext("Accept {n} move", "Accept all {n} moves", count).format(
                n=formats.count(count)
            )
            if count
            else (_("Make the first review") if self._is_first else _("Nothing moved: reviewed"))
        )
        if one is not None:
            self.keep.set_text(_("Keep as {grade}").format(grade=one.before.called))
            why = _("Why {name} stays").format(name=one.name)
            self.why.edit.setPlaceholderText(why)
            self.why.edit.setAccessibleName(why)

    def _chosen(self) -> Moved | None:
        row = self.table.currentIndex().row()
        return self.moves.moves[row] if 0 <= row < len(self.moves.moves) else None

    def _open(self, index: QModelIndex) -> None:
        self.customer_requested.emit(self.moves.moves[index.row()].customer_id)

    def _keep(self) -> None:
        """The chosen one stays in the grade of before, by hand, for the reason that was typed."""
        one, why = self._chosen(), self.why.text()
        if one is None:
            return
        label = _("Keep {name} as {grade}").format(name=one.name, grade=one.before.called)
        try:
            self._desk.write(label, lambda db: reviewing.keep(db, one.customer_id, why), label)
        except CustdeskError as error:
            self.why.set_error(str(error))
            self.why.setFocus()
            return
        self._kept.add(one.customer_id)
        self.why.set_value("")

    def _accept(self) -> None:
        today, kept = self._desk.today, frozenset(self._kept)
        label = _("Review the grades")
        self._desk.write_apart(
            label,
            lambda db: reviewing.accept(db, today, kept),
            _("The grades are reviewed."),
        )
        self._kept.clear()

    def retranslate(self) -> None:
        self.why.set_label(_("Reason"))
        self.table.setAccessibleName(_("Who moved since the last review"))
        self._say_nobody()
        last = self.moves.columnCount() - 1
        self.moves.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        self._dress()

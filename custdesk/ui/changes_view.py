"""The recent changes: what was done and when, and the way to take any of it back."""

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.i18n import N_, _, ngettext
from custdesk.people import changes
from custdesk.people.changes import Concerned
from custdesk.store import journal, taking_back
from custdesk.store.journal import Step
from custdesk.store.store import Change
from custdesk.ui import background
from custdesk.ui.desk import LARGE_STEP, Desk
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import ScrollPane
from custdesk.ui.widgets.columns_model import ColumnsModel, Index
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.highlight import Show
from custdesk.ui.widgets.page import Page
from custdesk.ui.widgets.table import Table
from custdesk.ui.widgets.text import ElidedLabel, Label, rule

_WHEN, _WHAT, _REACH, _STATE = range(4)
_HEADERS = (N_("When"), N_("What was done"), N_("Customers"), N_("State"))
_WIDTHS = (130, 0, 92, 104)
PAGE = 100
"""How many changes are read at a time."""
SHOWN = 20
"""How many of the customers whom a change concerns are shown beside it."""
PANEL_WIDTH = 420


class _Steps(ColumnsModel):
    """The changes, newest first, read page by page as they are scrolled to."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(_HEADERS, (_REACH,), parent)
        self._desk = desk
        self.steps: list[Step] = []
        self._reach: dict[int, int] = {}
        self._all = True

    def refresh(self) -> None:
        """Read as many as were read before."""
        with self.other_rows():
            self.steps = self._desk.store.steps(max(PAGE, len(self.steps)))
            self._all = len(self.steps) < PAGE
        self._count()

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._all

    def fetchMore(self, parent: Index) -> None:
        more = self._desk.store.steps(PAGE, before=self.steps[-1].id)
        self._all = len(more) < PAGE
        if not more:
            return
        self.beginInsertRows(QModelIndex(), len(self.steps), len(self.steps) + len(more) - 1)
        self.steps += more
        self.endInsertRows()
        self._count()

    def _count(self) -> None:
        """Count in the background how many customers each change concerns: imports are large."""
        unknown = [step.id for step in self.steps if step.id not in self._reach]
        if not unknown:
            return

        def count() -> dict[int, int]:
            with self._desk.store.read() as db:
                return {id: journal.reach(db, id) for id in unknown}

        def done(found: dict[int, int]) -> None:
            self._reach |= found
            if self.steps:
                first, last = self.index(0, _REACH), self.index(len(self.steps) - 1, _REACH)
                self.dataChanged.emit(first, last)

        background.run(lambda _report: count(), done, _not_now, owner=self)

    def count(self) -> int:
        return len(self.steps)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        step, column = self.steps[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(step, column)
        if role == Qt.ItemDataRole.ToolTipRole and column == _WHAT:
            return step.label
        if role == Show.INK:
            gone = step.undone or step.taken_back
            return "faint" if gone else "muted" if column != _WHAT else None
        return self.aligned(column, role)

    def _cell(self, step: Step, column: int) -> str:
        if column == _WHEN:
            return formats.moment(step.at, self._desk.today)
        if column == _WHAT:
            return step.label
        if column == _REACH:
            reach = self._reach.get(step.id)
            return formats.count(reach) if reach else ""
        return _("undone") if step.undone else _("taken back") if step.taken_back else ""


class _Details(QWidget):
    """What the chosen change did: its name, whether it can be taken back, and who and what."""

    customer_requested = Signal(int)

    def __init__(self, mask: Mask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mask = mask
        self.setFixedWidth(PANEL_WIDTH)
        self._step_id = 0
        self._label = Label("", "heading", wrap=True)
        self._when = Label("", "small")
        self.reason = Label("", "muted", wrap=True)
        self.button = Button(variant="primary", icon="undo")
        self._rows = QWidget()
        self._box = QVBoxLayout(self._rows)
        self._box.setContentsMargins(18, 12, 18, 18)
        self._box.setSpacing(6)
        head = QVBoxLayout()
        head.setContentsMargins(18, 14, 18, 14)
        head.setSpacing(6)
        act = QHBoxLayout()
        act.addWidget(self.button)
        act.addStretch(1)
        for widget in (self._label, self._when, self.reason):
            head.addWidget(widget)
        head.addSpacing(4)
        head.addLayout(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(rule())
        self._pane = ScrollPane(self._rows)
        column.addWidget(self._pane, 1)

    def show_step(self, step: Step, when: str) -> None:
        """Another change; what it did follows as soon as it is read."""
        if step.id != self._step_id:
            self.say("")
        self._step_id = step.id
        self._label.setText(step.label)
        self._when.setText(when)
        self.button.set_text(_("Take back"))
        self.refuse("")

    def refuse(self, why: str) -> None:
        """Say why it cannot be taken back; "" offers it."""
        self.reason.setText(why)
        self.reason.setVisible(bool(why))
        self.button.setVisible(not why)

    def show_concerned(self, found: list[Concerned], more: int) -> None:
        self._clear()
        for at, one in enumerate(found):
            if at:
                self._box.addSpacing(10)
            self._box.addWidget(self._name(one), 0, Qt.AlignmentFlag.AlignLeft)
            self._box.addLayout(self._differences(one))
        if more > 0:
            words = ngettext("and {n} more customer", "and {n} more customers", more)
            self._box.addSpacing(10)
            self._box.addWidget(Label(words.format(n=formats.count(more)), "muted"))
        self._box.addStretch(1)

    def _name(self, one: Concerned) -> QWidget:
        """A way into the file, where there still is one."""
        if not one.is_here:
            return Label(one.name)
        name = Button(one.name, "link")
        name.clicked.connect(lambda: self.customer_requested.emit(one.customer_id))
        return name

    def _differences(self, one: Concerned) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        grid.setColumnMinimumWidth(0, 96)
        grid.setColumnStretch(1, 1)
        for row, what in enumerate(one.differences):
            before, after = self._mask.over(what.before), self._mask.over(what.after)
            words = f"{before} → {after}" if before and after else after
            if not after:
                words = _("{value}: removed").format(value=before)
            grid.addWidget(ElidedLabel(what.field, "muted"), row, 0)
            grid.addWidget(ElidedLabel(words), row, 1)
        return grid

    def say(self, sentence: str) -> None:
        self._clear()
        self._box.addWidget(Label(sentence, "muted", wrap=True))
        self._box.addStretch(1)

    def _clear(self) -> None:
        while self._box.count():
            item = self._box.takeAt(0)
            if item is None:
                continue
            inner = item.layout()
            for widget in _widgets(item.widget(), inner):
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
            if inner is not None:
                inner.deleteLater()


def _widgets(widget: QWidget | None, inner: object) -> list[QWidget]:
    """The widget itself, or those in a grid."""
    if widget is not None:
        return [widget]
    if not isinstance(inner, QGridLayout):
        return []
    items = [inner.itemAt(at) for at in range(inner.count())]
    return [found for item in items if item and (found := item.widget()) is not None]


class ChangesView(Page):
    """The last changes. Enter, Del or the button takes back the chosen one."""

    closed = Signal()
    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._title = Label("", "title")
        self._hint = Label("", "muted")
        self._close = Button(variant="icon", icon="close")
        self._back = Button()
        self.table = Table()
        self._steps = _Steps(desk, self)
        self.table.setModel(self._steps)
        self.details = _Details(desk.mask)
        self._empty = EmptyState("undo", buttons=(self._back,))
        self._stack = QStackedWidget()
        self._lay_out()
        self._close.clicked.connect(self.closed)
        self._back.clicked.connect(self.closed)
        self.details.button.clicked.connect(self.take_back)
        self.details.customer_requested.connect(self.customer_requested)
        self.table.row_chosen.connect(lambda _index: self._show_details())
        # Enter takes back; a double click is too easily made for that.
        self.table.doubleClicked.disconnect(self.table.row_opened)
        self.table.row_opened.connect(lambda _index: self.take_back())
        delete = QAction(self.table)
        delete.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(self.take_back)
        self.table.addAction(delete)
        desk.changed.connect(self._hear)
        desk.mask.changed.connect(self._put_mask)
        self.setFocusProxy(self.table)
        self.retranslate()

    def chosen(self) -> Step | None:
        row = self.table.currentIndex().row()
        return self._steps.steps[row] if 0 <= row < len(self._steps.steps) else None

    def refresh(self) -> None:
        """Read the changes anew; the chosen one stays chosen where it is still there."""
        chosen = self.chosen()
        self._steps.refresh()
        steps = self._steps.steps
        self._stack.setCurrentIndex(1 if steps else 0)
        if steps:
            ids = [step.id for step in steps]
            self.table.selectRow(ids.index(chosen.id) if chosen and chosen.id in ids else 0)
            self._show_details()

    def take_back(self) -> None:
        """Take back the chosen change; where something depends on it, the strip says what."""
        step = self.chosen()
        if step is not None:
            self._desk.take_back(step.id)

    def retranslate(self) -> None:
        self._title.setText(_("Recent changes"))
        self.setAccessibleName(_("Recent changes"))
        self.table.setAccessibleName(_("Recent changes"))
        self._hint.setText(_("Any of them can be taken back if nothing later depends on it."))
        self._close.set_text(_("Close"))
        self._back.set_text(_("Back"))
        self._empty.say(
            _("Nothing has been changed yet"),
            _("Whatever you add or edit stands here, and can be taken back."),
        )

    def _lay_out(self) -> None:
        columns = list(enumerate(_WIDTHS))
        self.table.fix_columns(
            [(column, width) for column, width in columns if width],
            *(column for column, width in columns if not width),
        )
        filled = QWidget()
        row = QHBoxLayout(filled)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.table, 1)
        row.addWidget(rule(upright=True))
        row.addWidget(self.details)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(filled)
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 12, 12)
        head.setSpacing(10)
        head.addWidget(self._title)
        head.addWidget(self._hint, 1)
        head.addWidget(self._close)
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(0, 0, 0, 0)
        column_of_all.setSpacing(0)
        column_of_all.addLayout(head)
        column_of_all.addWidget(self._stack, 1)

    def _show_details(self) -> None:
        """Read in the background what the chosen change did, and whether it can be taken back."""
        step = self.chosen()
        if step is None:
            return
        self.details.show_step(step, formats.moment(step.at, self._desk.today))
        if step.undone:
            self.details.refuse(_("This was undone. Redo (Ctrl+Y) does it again."))
            self.details.say("")
            return
        if step.taken_back:
            self.details.refuse(_("This was taken back already."))

        def look() -> tuple[str, list[Concerned], int]:
            with self._desk.store.read() as db:
                found = changes.of_change(db, step.id, SHOWN, self._desk.today)
                more = journal.reach(db, step.id) - SHOWN if found else 0
                # A large one is not weighed for being looked at: it spares rather than refuses.
                large = journal.size(db, step.id) > LARGE_STEP
                why = "" if large else taking_back.refusal(db, step.id, self._desk.today)
                return why, found, more

        def done(seen: tuple[str, list[Concerned], int]) -> None:
            if self.chosen() != step:
                return
            why, found, more = seen
            if not step.taken_back:
                self.details.refuse(why)
            if found:
                self.details.show_concerned(found, more)
            else:
                self.details.say(_("This concerns no single customer."))

        background.run(lambda _report: look(), done, _not_now, owner=self)

    def _put_mask(self, _on: bool) -> None:
        """What stands there goes at once; what it becomes follows."""
        self.details.say("")
        self._show_details()

    def _hear(self, _change: Change) -> None:
        if self.isVisible():
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _not_now(_error: CustdeskError) -> None:
    """What was only to be looked at could not be read: the next refresh looks again."""

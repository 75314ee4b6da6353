"""The list of customers: search as you type, filters, columns; what is chosen opens beside it."""

from array import array
from dataclasses import fields, replace

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from custdesk import formats
from custdesk.i18n import _, ngettext
from custdesk.insight import policies
from custdesk.insight.grades import Grade
from custdesk.people import customers, lists
from custdesk.store.search import Order, Query, find
from custdesk.store.store import Change
from custdesk.ui import theme
from custdesk.ui.customers.filters import Filters
from custdesk.ui.customers.model import COLUMNS, DEFAULT_COLUMNS, CustomersModel
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.search_field import SearchField
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.table import Table
from custdesk.ui.widgets.text import Label, rule


class CustomersView(Speaks, QWidget):
    """The list. It asks for a file to be opened, a new customer, an import; it opens none."""

    customer_chosen = Signal(object)
    """The id of the customer that is current now, or None."""
    customer_opened = Signal(int)
    """Enter or a double click: on to the file."""
    new_requested = Signal(str)
    """A new customer, whose name may be what was searched for."""
    import_requested = Signal()
    segment_saved = Signal(object)
    """The rule of the present filters is to be kept as a segment."""
    segments_requested = Signal()
    safety_requested = Signal()
    """The words about the last backup were clicked."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._query = Query()
        self._total = 0
        self._build()
        self._wire()
        self._restore()
        self.retranslate()
        self.refresh()

    # --- what the window asks ---------------------------------------------------------------------

    def focus_search(self) -> None:
        self._search.focus()

    def listed(self) -> int:
        """How many customers the list shows."""
        return self._model.rowCount()

    def chosen(self) -> int | None:
        """The current customer."""
        return self._model.customer_at(self._table.currentIndex().row())

    def selected(self) -> list[int]:
        """Every selected customer, in list order."""
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        return [id for id in map(self._model.customer_at, rows) if id is not None]

    def choose(self, customer_id: int) -> None:
        """Make a customer current; filters that hide them are taken away."""
        if self._model.position(customer_id) < 0:
            self._clear_filters()
            self.refresh()
        row = self._model.position(customer_id)
        if row >= 0:
            self._table.selectRow(row)
            self._table.scrollTo(self._model.index(row, 0))

    def show_query(self, query: Query) -> None:
        """List whom another view asks for, in the order that the list has."""
        self._search.set_text(query.text)
        self._narrow(
            **{
                one.name: getattr(query, one.name)
                for one in fields(query)
                if one.name not in ("order", "descending")
            }
        )

    def show_segment(self, segment_id: int) -> None:
        """List who is in a segment, whatever was searched for or filtered before."""
        self._clear_filters()
        self._filters.show_segment(segment_id)

    def shown(self) -> "array[int] | None":
        """Who is listed, where that is not everybody."""
        return None if self.listed() == self._total else self._model.ids

    def add_list_action(self, action: QAction) -> None:
        """An action whose key works while the list has the keyboard."""
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._table.addAction(action)

    def focus_list(self) -> None:
        if self._model.rowCount() and not self._table.currentIndex().isValid():
            self._table.selectRow(0)
        self._table.setFocus()

    def refresh(self) -> None:
        """Ask the store anew, keeping who is chosen and where the list stands."""
        chosen, at = self.chosen(), self._table.verticalScrollBar().value()
        with self._desk.read() as db:
            ids = find(db, self._query)
            self._total = lists.how_many(db)
        if ids == self._model.ids:
            self._model.forget(ids)
        else:
            self._model.show(ids, self._query.text)
            self._keep(chosen, at)
        self._say_how_many()

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        self._search = SearchField(hint=QKeySequence("Ctrl+F"))
        self._new = Button(variant="primary", icon="plus")
        self._filters = Filters(self._desk)
        self._columns = Button(variant="icon", icon="columns")
        self._model = CustomersModel(self._desk, self)
        self._table = Table()
        self._table.setModel(self._model)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self._table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._empty_new = Button(variant="primary")
        self._empty_import = Button()
        self._empty = EmptyState("customers", buttons=(self._empty_import, self._empty_new))
        self._stack = QStackedWidget()
        self._stack.addWidget(self._table)
        self._stack.addWidget(self._empty)
        self._count = Label("", "small")
        self._all = Label("", "small")
        self._backup = Button(variant="foot")
        self._backup.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._search, 1)
        first.addWidget(self._new)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self._filters, 1)
        second.addWidget(self._columns, 0, Qt.AlignmentFlag.AlignTop)
        top = QVBoxLayout()
        top.setContentsMargins(16, 14, 16, 7)
        top.setSpacing(9)
        top.addLayout(first)
        top.addLayout(second)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 6, 16, 7)
        foot.setSpacing(16)
        foot.addWidget(self._count)
        foot.addWidget(self._all)
        foot.addStretch(1)
        foot.addWidget(self._backup)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        column.addWidget(rule())
        column.addLayout(foot)

    def show_backup(self, words: str, *, alarming: bool) -> None:
        """Say in the foot when the last backup was made."""
        self._backup.set_text(words)
        theme.restyle(self._backup, "alarming", alarming)
        self._backup.show()

    def _wire(self) -> None:
        self._search.typed.connect(self._typed)
        self._search.moved_down.connect(self.focus_list)
        self._search.entered.connect(self._entered)
        self._backup.clicked.connect(self.safety_requested)
        self._new.clicked.connect(lambda: self.new_requested.emit(""))
        self._empty_new.clicked.connect(lambda: self.new_requested.emit(self._query.text.strip()))
        self._empty_import.clicked.connect(self.import_requested)
        self._table.row_chosen.connect(self._row_chosen)
        self._table.row_opened.connect(self._row_opened)
        self._table.left_above.connect(self.focus_search)
        self._table.customContextMenuRequested.connect(self._row_menu)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._say_how_many())
        header = self._table.horizontalHeader()
        header.sectionClicked.connect(self._header_clicked)
        header.customContextMenuRequested.connect(
            lambda at: self._column_menu().popup(header.mapToGlobal(at))
        )
        self._columns.clicked.connect(
            lambda: self._column_menu().popup(
                self._columns.mapToGlobal(QPoint(0, self._columns.height()))
            )
        )
        self._filters.narrowed.connect(lambda changes: self._narrow(**changes))
        self._filters.save_requested.connect(self.segment_saved)
        self._filters.edit_requested.connect(self.segments_requested)
        self._table.viewport().installEventFilter(self)
        self._desk.changed.connect(self._changed)
        self._desk.day_turned.connect(self.refresh)
        self._desk.mask.changed.connect(self._mask)

    def _restore(self) -> None:
        """The columns and the order that were chosen last time on this PC."""
        preferences = self._desk.preferences
        known = [one.key for one in COLUMNS]
        kept = [key for key in preferences.columns if key in known]
        self._show_columns(kept if "name" in kept else list(DEFAULT_COLUMNS))
        if preferences.order in set(Order):
            self._query = replace(
                self._query, order=Order(preferences.order), descending=preferences.descending
            )
        self._show_order()

    def retranslate(self) -> None:
        self._search.set_placeholder(_("Name, pinyin, initials, phone, company, notes"))
        self._new.set_text(_("New customer"))
        self._columns.set_text(_("Choose columns"))
        self._table.setAccessibleName(_("Customers"))
        self._empty_import.set_text(_("Import a list"))
        self._filters.show_query(self._query)
        self._model.headerDataChanged.emit(
            Qt.Orientation.Horizontal, 0, len(self._model.columns) - 1
        )
        self._model.forget(())
        self._say_how_many()

    # --- searching and filtering ------------------------------------------------------------------

    def _typed(self, typed: str) -> None:
        self._narrow(text=typed)

    def _entered(self) -> None:
        """Enter in the search field opens the first hit."""
        if self._model.rowCount():
            self.focus_list()
            id = self.chosen()
            if id is not None:
                self.customer_opened.emit(id)

    def _narrow(self, **changes: object) -> None:
        self._query = replace(self._query, **changes)  # type: ignore[arg-type]
        self._filters.show_query(self._query)
        chosen = self.chosen()
        with self._desk.read() as db:
            ids = find(db, self._query)
        self._model.show(ids, self._query.text)
        self._keep(chosen, 0)
        if ids and self.chosen() is None:
            self._table.selectRow(0)
        self._say_how_many()

    def _clear_filters(self) -> None:
        order, descending = self._query.order, self._query.descending
        self._query = Query(order=order, descending=descending)
        self._search.set_text("")
        self._filters.show_query(self._query)

    # --- columns and order ------------------------------------------------------------------------

    def _show_columns(self, keys: list[str]) -> None:
        self._model.show_columns(keys)
        header = self._table.horizontalHeader()
        for at, one in enumerate(self._model.columns):
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(at, one.width)
        self._fit_name()

    def _fit_name(self) -> None:
        """The name takes the room that is left; where there is none, the list scrolls sideways."""
        header = self._table.horizontalHeader()
        at = [one.key for one in self._model.columns].index("name")
        others = sum(header.sectionSize(i) for i in range(header.count()) if i != at)
        room = self._table.viewport().width() - others
        header.resizeSection(at, max(room, self._model.columns[at].width))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._table.viewport():
            self._fit_name()
        return False

    def _column_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown_keys = [one.key for one in self._model.columns]
        for one in COLUMNS:
            action = menu.addAction(_(one.title))
            action.setCheckable(True)
            action.setChecked(one.key in shown_keys)
            action.setEnabled(one.key != "name")
            action.triggered.connect(lambda _on, key=one.key: self._toggle_column(key))
        return menu

    def _toggle_column(self, key: str) -> None:
        kept = {one.key for one in self._model.columns} ^ {key}
        self._show_columns([one.key for one in COLUMNS if one.key in kept])
        self._show_order()
        self._desk.preferences.columns = [one.key for one in self._model.columns]
        self._desk.preferences.save()

    def _header_clicked(self, section: int) -> None:
        order = self._model.columns[section].order
        if order is None:
            self._show_order()
            return
        again = order is self._query.order
        descending = not self._query.descending if again else order is Order.SPEND
        self._narrow(order=order, descending=descending)
        self._show_order()
        self._desk.preferences.order = order.value
        self._desk.preferences.descending = descending
        self._desk.preferences.save()

    def _show_order(self) -> None:
        orders = [one.order for one in self._model.columns]
        at = orders.index(self._query.order) if self._query.order in orders else -1
        down = Qt.SortOrder.DescendingOrder
        self._table.horizontalHeader().setSortIndicator(
            at, down if self._query.descending else Qt.SortOrder.AscendingOrder
        )

    # --- choosing ---------------------------------------------------------------------------------

    def _keep(self, chosen: int | None, at: int) -> None:
        """After a reset: choose again who was chosen, if they are still in the list."""
        row = self._model.position(chosen) if chosen is not None else -1
        if row < 0:
            self._table.verticalScrollBar().setValue(0)
            return
        flags = QItemSelectionModel.SelectionFlag
        index = self._model.index(row, 0)
        self._table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        if at:
            self._table.verticalScrollBar().setValue(at)
        self._table.scrollTo(index)

    def _row_chosen(self, index: QModelIndex) -> None:
        self.customer_chosen.emit(self._model.customer_at(index.row()))

    def _row_opened(self, index: QModelIndex) -> None:
        id = self._model.customer_at(index.row())
        if id is not None:
            self.customer_opened.emit(id)

    def _row_menu(self, at: QPoint) -> None:
        chosen = self.selected()
        if not chosen:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        with self._desk.read() as db:
            grades = policies.grades(db).ranked
        for grade in grades:
            words = _("Grade by hand: {grade}").format(grade=grade.called)
            menu.addAction(words).triggered.connect(
                lambda _on=False, grade=grade: self._set_grade(chosen, grade)
            )
        menu.addAction(_("Grade by the rules")).triggered.connect(
            lambda: self._grade_by_rules(chosen)
        )
        menu.addSeparator()
        menu.addAction(_("Move to the trash")).triggered.connect(lambda: self.trash(chosen))
        menu.popup(self._table.viewport().mapToGlobal(at))

    def _set_grade(self, ids: list[int], grade: Grade) -> None:
        said = ngettext("{n} customer is {grade} now", "{n} customers are {grade} now", len(ids))
        words = said.format(n=len(ids), grade=grade.called)

        self._desk.attempt_on(
            len(ids), words, lambda db: customers.set_grade(db, ids, grade.key), words
        )

    def _grade_by_rules(self, ids: list[int]) -> None:
        said = ngettext(
            "{n} customer is graded by the rules", "{n} customers are graded by the rules", len(ids)
        )
        words = said.format(n=len(ids))
        self._desk.attempt_on(len(ids), words, lambda db: customers.set_grade(db, ids, None), words)

    def trash(self, ids: list[int]) -> None:
        """Put customers into the trash; the strip offers to take it back."""
        if not ids:
            return
        said = ngettext("Moved {n} customer to the trash", "Moved {n} customers to the trash",
                        len(ids)).format(n=len(ids))  # fmt: skip
        row = self._model.position(ids[0])
        self._desk.attempt_on(
            len(ids), said, lambda db: customers.trash(db, ids, self._desk.now), said
        )
        if self._model.rowCount():
            self._table.selectRow(min(row, self._model.rowCount() - 1))

    # --- hearing ----------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if change.customers:
            before = self.chosen()
            self.refresh()
            if before is not None and self.chosen() != before:
                QTimer.singleShot(0, self, lambda: self.customer_chosen.emit(self.chosen()))

    def _mask(self, on: bool) -> None:
        """What was searched for may be a phone, or words of a note."""
        if on:
            self._search.clear()
        self._model.forget(())

    def _say_how_many(self) -> None:
        n, chosen = self._model.rowCount(), len(self._table.selectionModel().selectedRows())
        count = formats.count(n)
        self._count.setText(
            ngettext("{n} selected", "{n} selected", chosen).format(n=chosen)
            if chosen > 1
            else ngettext("{n} customer", "{n} customers", n).format(n=count)
        )
        self._all.setText(_("{n} in all").format(n=formats.count(self._total)))
        self._all.setVisible(n != self._total)
        self._stack.setCurrentWidget(self._table if n else self._empty)
        if n:
            return
        typed = self._query.text.strip()
        self._empty_import.setVisible(self._total == 0)
        if self._total == 0:
            self._empty.say(
                _("No customers yet"), _("Import the list you have kept, or type the first one.")
            )
            self._empty_new.set_text(_("New customer"))
        elif typed:
            self._empty.say(
                _("Nobody matches “{text}”").format(text=typed),
                _("Try fewer letters, or take away a filter."),
            )
            self._empty_new.set_text(_("New customer “{name}”").format(name=typed))
        else:
            self._empty.say(_("Nobody matches these filters"), _("Take away a filter."))
            self._empty_new.set_text(_("New customer"))

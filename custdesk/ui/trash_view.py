"""The trash: customers who were put away, and the way back for them."""

from datetime import date, datetime

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from custdesk import formats
from custdesk.i18n import N_, _, ngettext
from custdesk.people import customers
from custdesk.store import forgetting
from custdesk.store.models import Customer
from custdesk.store.store import Change
from custdesk.ui.desk import Desk
from custdesk.ui.erase_card import EraseCard
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.columns_model import ColumnsModel, Index
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.highlight import Show
from custdesk.ui.widgets.page import Page
from custdesk.ui.widgets.table import Table
from custdesk.ui.widgets.text import Label

_NAME, _NUMBER, _CITY, _WHEN, _GONE = range(5)
_HEADERS = (
    *(N_("Name"), N_("Number"), N_("City"), N_("In the trash since")),
    N_("Gone for good on"),
)
_WIDTHS = (260, 120, 160, 200, 200)


class _Trashed(ColumnsModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(_HEADERS, (), parent)
        self.customers: list[Customer] = []
        self._gone: list[date] = []
        self._today = date.min

    def show_customers(self, found: list[Customer], gone: list[date], today: date) -> None:
        """`gone`: the day on which each leaves for good."""
        with self.other_rows():
            self.customers, self._gone, self._today = found, gone, today

    def count(self) -> int:
        return len(self.customers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        customer, column = self.customers[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == _WHEN:
                return self._since(customer.trashed_at)
            if column == _GONE:
                return formats.calendar_day(self._gone[index.row()], self._today)
            return (customer.name, customer.number, customer.city)[column]
        if role == Show.BOLD:
            return column == _NAME
        if role == Show.INK and column != _NAME:
            return "muted"
        return None

    def _since(self, at: datetime | None) -> str:
        return formats.moment(at, self._today) if at else ""


class TrashView(Page):
    """Who is in the trash, the last first. Enter or the button restores all that are chosen."""

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._title = Label("", "title")
        self._hint = Label("", "muted")
        self.restore_button = Button(variant="primary", icon="restore")
        self.erase_button = Button(variant="danger")
        self._erase = EraseCard(desk)
        self._close = Button(variant="icon", icon="close")
        self._back = Button()
        self.table = Table()
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._trashed = _Trashed(self)
        self.table.setModel(self._trashed)
        self.table.fix_columns(enumerate(_WIDTHS), _GONE)
        self._empty = EmptyState("trash", buttons=(self._back,))
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self._lay_out()
        self.restore_button.clicked.connect(self.restore)
        self.erase_button.clicked.connect(self.ask_to_erase)
        self._erase.closed.connect(self._erase_place.hide)
        self._close.clicked.connect(self.closed)
        self._back.clicked.connect(self.closed)
        self.table.row_opened.connect(lambda _index: self.restore())
        self.table.selectionModel().selectionChanged.connect(lambda *_now: self._write_button())
        desk.changed.connect(self._hear)
        self.setFocusProxy(self.table)
        self.retranslate()

    def refresh(self) -> None:
        """Read the trash anew; the row beside the one that has left is chosen."""
        row = max(self.table.currentIndex().row(), 0)
        with self._desk.read() as db:
            found = customers.trashed(db)
            gone = [forgetting.gone_on(db, one.trashed_at) for one in found if one.trashed_at]
        self._trashed.show_customers(found, gone, self._desk.today)
        self._stack.setCurrentIndex(1 if found else 0)
        if found:
            self.table.selectRow(min(row, len(found) - 1))
        self._write_words()

    def restore(self) -> None:
        """Take the chosen customers out of the trash."""
        chosen = self._chosen()
        if not chosen:
            return
        ids = [one.id for one in chosen if one.id is not None]
        n = len(ids)
        if n == 1:
            said = _("{name} is back.").format(name=chosen[0].name)
            label = _("Restore {name}").format(name=chosen[0].name)
        else:
            said = ngettext("{n} customer is back.", "{n} customers are back.", n).format(n=n)
            label = ngettext("Restore {n} customer", "Restore {n} customers", n).format(n=n)
        self._desk.attempt_on(len(ids), label, lambda db: customers.restore(db, ids), said)

    def _chosen(self) -> list[Customer]:
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self._trashed.customers[row] for row in rows]

    def ask_to_erase(self) -> None:
        """Ask above the list whether the chosen customers are to be erased at once."""
        ids = [one.id for one in self._chosen() if one.id is not None]
        if ids:
            self._erase_place.show()
            self._erase.ask(ids)

    def retranslate(self) -> None:
        self._title.setText(_("Trash"))
        self.setAccessibleName(_("Trash"))
        self.table.setAccessibleName(_("Customers in the trash"))
        self._close.set_text(_("Close"))
        self._back.set_text(_("Back"))
        self._empty.say(
            _("The trash is empty"),
            _("Customers whom you delete wait here for 30 days, with all their history."),
        )
        self._trashed.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_HEADERS) - 1)
        self._write_words()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 14, 12)
        head.setSpacing(10)
        head.addWidget(self._title)
        head.addWidget(self._hint, 1)
        head.addWidget(self.erase_button)
        head.addWidget(self.restore_button)
        head.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        erase = QVBoxLayout()
        erase.setContentsMargins(20, 0, 20, 12)
        erase.addWidget(self._erase)
        self._erase_place = QWidget()
        self._erase_place.setLayout(erase)
        self._erase_place.hide()
        column.addWidget(self._erase_place)
        column.addWidget(self._stack, 1)

    def _write_words(self) -> None:
        n = len(self._trashed.customers)
        words = ngettext("{n} customer", "{n} customers", n).format(n=formats.count(n))
        self._hint.setText(words if n else "")
        self._write_button()

    def _write_button(self) -> None:
        n = len(self.table.selectionModel().selectedRows())
        words = ngettext("Restore {n} customer", "Restore {n} customers", n).format(n=n)
        self.restore_button.set_text(words if n > 1 else _("Restore"))
        self.restore_button.setVisible(bool(self._trashed.customers))
        self.restore_button.setEnabled(n > 0)
        self.erase_button.set_text(_("Erase for good …"))
        self.erase_button.setVisible(bool(self._trashed.customers))
        self.erase_button.setEnabled(n > 0)
        if self._erase.is_asking():
            self._erase.put_away()  # it was asked of others

    def _hear(self, change: Change) -> None:
        if self.isVisible() and "customer" in change.tables:
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._erase.isHidden():
            self._erase.put_away()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

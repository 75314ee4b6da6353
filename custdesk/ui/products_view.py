"""The products: what is sold, for how much, how long one lasts; every cell is changed in place."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from sqlmodel import Session

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.exchange.values import Unreadable, read_money
from custdesk.i18n import N_, _, ngettext
from custdesk.people import products
from custdesk.people.products import Offered
from custdesk.people.typed import plain
from custdesk.store.spelling import fold
from custdesk.store.store import Change
from custdesk.ui import background, theme
from custdesk.ui.background import Job
from custdesk.ui.desk import Desk
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.columns_model import ColumnsModel, Index
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.highlight import HighlightDelegate, Show
from custdesk.ui.widgets.page import Page
from custdesk.ui.widgets.search_field import SearchField
from custdesk.ui.widgets.table import Table
from custdesk.ui.widgets.text import Label

_NAME, _CATEGORY, _PRICE, _LASTS, _CUSTOMERS, _LAST = range(6)
_HEADERS = (
    *(N_("Product"), N_("Category"), N_("Unit price"), N_("Lasts, in days"), N_("Customers")),
    N_("Last bought"),
)
_WIDTHS = (400, 200, 140, 140, 120, 160)
_TYPED = (_NAME, _CATEGORY, _PRICE, _LASTS)
_CONCERN = frozenset({"product", "purchase", "purchase_line", "customer"})
FEW_CUSTOMERS = 200
"""A product that more have bought is changed in the background: what they are reminded of is
planned anew."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """What was typed into a cell and cannot be accepted, with the reason."""

    id: int
    column: int
    typed: str
    why: str

    def sentence(self) -> str:
        return _("Not saved: {field} “{typed}”. {why}").format(
            field=_(_HEADERS[self.column]), typed=self.typed, why=self.why
        )


class _Products(ColumnsModel):
    """The products that match; `typed(id, column, text)` when a cell was changed."""

    typed = Signal(int, int, str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(_HEADERS, (_PRICE, _LASTS, _CUSTOMERS), parent)
        self._desk = desk
        self.rows: list[Offered] = []
        self.refused: _Refused | None = None

    def count(self) -> int:
        return len(self.rows)

    def show_products(self, found: list[Offered]) -> None:
        """Other rows, or the same with other values, which keeps what is chosen or typed."""
        with self.other_rows(same=[one.id for one in found] == [one.id for one in self.rows]):
            self.rows = found

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        masked = index.column() == _PRICE and self._desk.mask.is_on
        if index.column() in _TYPED and not masked and not self._desk.store.read_only:
            found |= Qt.ItemFlag.ItemIsEditable
        return found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one, column = self.rows[index.row()], index.column()
        refused = self.refused_in(one.id, column)
        if role == Qt.ItemDataRole.EditRole:
            return refused.typed if refused else _to_type(one, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return refused.typed if refused else self._shown(one, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return refused.why if refused else None
        if role == Show.BOLD:
            return column == _NAME
        if role == Show.INK and refused:
            return "red"
        if role == Show.INK and column != _NAME:
            return "faint" if self._shown(one, column) == "—" else "muted"
        return self.aligned(column, role)

    def refused_in(self, id: int, column: int) -> _Refused | None:
        one = self.refused
        return one if one is not None and (one.id, one.column) == (id, column) else None

    def _shown(self, one: Offered, column: int) -> str:
        cents, days, last = one.price_cents, one.lasts_days, one.last_bought
        return (
            one.name,
            one.category or "—",
            "—" if cents is None else self._desk.mask.over(formats.money(cents)),
            "—" if days is None else formats.count(days),
            formats.count(one.customers),
            "—" if last is None else formats.calendar_day(last, self._desk.today),
        )[column]

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        one, column, text = self.rows[index.row()], index.column(), str(value).strip()
        if role != Qt.ItemDataRole.EditRole:
            return False
        if text == _to_type(one, column):
            self.refused = None
        else:
            self.typed.emit(one.id, column, text)
        self.dataChanged.emit(index, index)
        return True


def _to_type(one: Offered, column: int) -> str:
    """What stands in a cell when one begins to type there."""
    if column == _PRICE:
        cents = one.price_cents
        return "" if cents is None else f"{cents / 100:.2f}".removesuffix(".00")
    if column == _LASTS:
        return "" if one.lasts_days is None else str(one.lasts_days)
    return one.name if column == _NAME else one.category


class _Cells(HighlightDelegate):
    """Cells that are typed into; the one that Enter would open has a frame."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.categories = QStringListModel(self)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        header = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        editor.setAccessibleName(str(header))
        if index.column() in (_PRICE, _LASTS):
            editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        if index.column() == _CATEGORY:
            completer = QCompleter(self.categories, editor)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            editor.setCompleter(completer)
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        editor.setGeometry(option.rect.adjusted(2, 3, -2, -4))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        view = option.widget
        here = isinstance(view, Table) and view.hasFocus() and view.currentIndex() == index
        if here and index.flags() & Qt.ItemFlag.ItemIsEditable:
            painter.save()
            painter.setPen(theme.color("accent"))
            painter.drawRect(option.rect.adjusted(2, 3, -3, -5))
            painter.restore()


class ProductsView(Page):
    """Every product with its price and how long one lasts.

    Enter or a double click opens a cell; what cannot be accepted stays in it, in red, and is said
    above the list, until one goes on to another cell.
    """

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._closing = QTimer(self)  # the table knows a moment later that a cell is closed
        self._closing.setSingleShot(True)
        self._fresh = QTimer(self)  # what was refused has not been painted yet
        self._fresh.setSingleShot(True)
        self._late = False
        """Whether something changed while a cell was being typed into."""
        self._every: list[Offered] = []
        self._title, self._hint = Label("", "title"), Label("", "muted")
        self.search = SearchField()
        self._close = Button(variant="icon", icon="close")
        self.error = Label("", "error", wrap=True)
        self.table = Table()
        self._cells = _Cells(self.table)
        self.table.set_delegate(self._cells)
        self.model = _Products(desk, self)
        self.table.setModel(self.model)
        self.table.fix_columns(enumerate(_WIDTHS), _NAME)
        self._back = Button()
        self._empty, self._nothing = EmptyState("tag", buttons=(self._back,)), EmptyState("search")
        self._stack = QStackedWidget()
        for page in (self._empty, self._nothing, self.table):
            self._stack.addWidget(page)
        self._lay_out()
        self.model.typed.connect(self._save)
        self.table.row_opened.connect(self._open)
        self._cells.closeEditor.connect(lambda *_how: self._closing.start())
        self._closing.timeout.connect(self._catch_up)
        self.table.left_above.connect(self.search.setFocus)
        self.table.selectionModel().currentChanged.connect(lambda *_now: self._moved_on())
        self.table.installEventFilter(self)
        self.model.dataChanged.connect(lambda *_now: self._say_refused())
        self.search.typed.connect(lambda _text: self._list())
        self.search.moved_down.connect(self._enter_list)
        self.search.entered.connect(self._enter_list)
        self._close.clicked.connect(self.closed)
        self._back.clicked.connect(self.closed)
        desk.changed.connect(self._hear)
        desk.mask.changed.connect(self._mask)
        self.setFocusProxy(self.search)
        self.retranslate()

    def refresh(self) -> None:
        """Read the products anew, in the background: who bought them takes long to count."""
        if self._job is not None:
            self._job.abandon()
        store = self._desk.store

        def work(_report: Report) -> tuple[list[Offered], list[str]]:
            with store.read() as db:
                return products.offered(db), products.categories(db)

        self._job = background.run(work, self._show, self._fail, owner=self)

    def _show(self, found: tuple[list[Offered], list[str]]) -> None:
        self._job = None
        if self._is_typing():  # would write over what is being typed
            self._late = True
            return
        self._every, categories = found
        self._cells.categories.setStringList(categories)
        self._list()

    def _fail(self, error: CustdeskError) -> None:
        self._job = None
        self._desk.warned.emit(str(error))

    def _list(self) -> None:
        """Show the products that match what is searched for."""
        words = fold(plain(self.search.text())).split()
        found = [
            one
            for one in self._every
            if all(word in fold(f"{one.name} {one.category}") for word in words)
        ]
        self.model.show_products(found)
        if found and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(0, _LASTS))
        self._stack.setCurrentWidget(
            self.table if found else self._nothing if self._every else self._empty
        )
        n = len(found)
        counted = ngettext("{n} product", "{n} products", n).format(n=formats.count(n))
        self._hint.setText(counted if n else "")
        self._moved_on()

    def _open(self, index: QModelIndex) -> None:
        """Begin to type into a cell; the Enter that ends it comes here too, and is no wish."""
        if not self._is_typing() and index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.table.edit(index)

    def _is_typing(self) -> bool:
        return self.table.state() is Table.State.EditingState

    def _catch_up(self) -> None:
        """A cell has been closed: what changed meanwhile is read again."""
        if self._late and not self._is_typing():
            self._late = False
            self.refresh()

    def _enter_list(self) -> None:
        if self.model.rows:
            self.table.setFocus()

    # --- saving -----------------------------------------------------------------------------------

    def _save(self, id: int, column: int, typed: str) -> None:
        """Write what was typed into a cell; what is refused stays there."""
        one = next(one for one in self._every if one.id == id)
        header = _(_HEADERS[column])
        label = _("Edit {name}: {field}").format(name=one.name, field=header)
        try:
            now, work = _change(one, column, typed)
            if one.customers > FEW_CUSTOMERS and column in (_NAME, _LASTS):
                self._desk.write_apart(
                    label, work, label, lambda error: self._refuse(one, column, typed, error)
                )
            else:
                self._desk.write(label, work, label)
        except CustdeskError as error:
            self._refuse(one, column, typed, error)
            return
        self.model.refused = None
        self._put(now)

    def _refuse(self, one: Offered, column: int, typed: str, error: CustdeskError) -> None:
        self.model.refused = _Refused(one.id, column, typed, str(error))
        self._fresh.start()
        self._put(one)
        self._moved_on()

    def _is_here(self, refused: _Refused) -> bool:
        """Whether one is still in the cell that was refused."""
        current, focused = self.table.currentIndex(), self.window().focusWidget()
        return (
            current.isValid()
            and (self.model.rows[current.row()].id, current.column())
            == (refused.id, refused.column)
            and focused is not None
            and (focused is self.table or self.table.isAncestorOf(focused))
        )

    def _moved_on(self) -> None:
        """Elsewhere the cell shows again what is saved; a refusal nobody saw is said below."""
        refused = self.model.refused
        if refused is not None and not self._is_here(refused):
            if self._fresh.isActive() and not self._desk.mask.is_on:
                self._desk.warned.emit(refused.sentence())
            self._forget()

    def _forget(self) -> None:
        self.model.refused = None
        self.model.tell()
        self._say_refused()

    def _put(self, one: Offered) -> None:
        """Show a product as it is now, until the list has been read again."""
        self._every = [one if other.id == one.id else other for other in self._every]
        self.model.rows = [one if other.id == one.id else other for other in self.model.rows]
        self.model.tell()
        self._say_refused()

    def _say_refused(self) -> None:
        refused = self.model.refused
        self.error.setVisible(refused is not None)
        self.error.setText(refused.sentence() if refused is not None else "")

    # --- the rest ---------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self._title.setText(_("Products"))
        self.setAccessibleName(_("Products"))
        self.table.setAccessibleName(_("Products"))
        self.search.set_placeholder(_("Product or category"))
        self._close.set_text(_("Close"))
        self._back.set_text(_("Back"))
        self._about.setText(
            _(
                "How many days one lasts decides when a customer is reminded to buy it again."
                " Enter or a double click changes a cell."
            )
        )
        self._empty.say(
            _("No products yet"),
            _("They come with the purchases that you record or import."),
        )
        self._nothing.say(_("No product matches"), _("Search for fewer letters."))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_HEADERS) - 1)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 14, 6)
        head.setSpacing(10)
        head.addWidget(self._title)
        head.addWidget(self._hint, 1)
        self.search.setFixedWidth(300)
        head.addWidget(self.search)
        head.addWidget(self._close)
        self._about = Label("", "muted", wrap=True)
        below = QVBoxLayout()
        below.setContentsMargins(20, 0, 20, 10)
        below.setSpacing(4)
        below.addWidget(self._about)
        below.addWidget(self.error)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(below)
        column.addWidget(self._stack, 1)

    def _mask(self, _on: bool) -> None:
        if self._is_typing():
            self.table.setFocus()  # a cell that is open is saved and closed
        if self.model.refused is not None and self.model.refused.column == _PRICE:
            self._forget()
        self.model.tell()

    def _hear(self, change: Change) -> None:
        if self.isVisible() and not _CONCERN.isdisjoint(change.tables):
            self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._moved_on()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif self.table.hasFocus() and event.text().isprintable() and event.text().strip():
            self.search.setFocus()
            self.search.edit.insert(event.text())
        else:
            super().keyPressEvent(event)


def _change(one: Offered, column: int, typed: str) -> tuple[Offered, Callable[[Session], object]]:
    """The product as typed, and how that is written; raises a sentence where it cannot be read."""
    id = one.id
    if column == _NAME:
        return replace(one, name=typed), lambda db: products.rename(db, id, typed)
    if column == _CATEGORY:
        return replace(one, category=typed), lambda db: products.set_category(db, id, typed)
    if column == _PRICE:
        cents = read_money(typed)
        if isinstance(cents, Unreadable):
            raise CustdeskError(_("This is no price. Type one like 128 or 128.50."))
        return replace(one, price_cents=cents), lambda db: products.set_price(db, id, cents)
    digits = plain(typed)
    if digits and not digits.isdecimal():
        raise CustdeskError(_("Type a number of days, or nothing where it does not matter."))
    days = int(digits[:9]) if digits else None
    return replace(one, lasts_days=days), lambda db: products.set_lasts(db, id, days)

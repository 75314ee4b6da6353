"""The customers of a list as Qt asks for them: ids in order, rows fetched as they are seen."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from custdesk import formats
from custdesk.i18n import N_, _
from custdesk.people import lists, phones
from custdesk.people.lists import ListRow
from custdesk.store.search import Order, highlight
from custdesk.ui.desk import Desk
from custdesk.ui.looks import grade_tag
from custdesk.ui.widgets.highlight import Show
from custdesk.words import shown

PAGE = 64
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list; `words` says what a row shows in it, and the mask hides what is
    `private`."""

    key: str
    title: str
    width: int
    order: Order | None
    words: Callable[[ListRow, date], str]
    right: bool = False
    private: bool = False


def _next_follow_up(row: ListRow, today: date) -> str:
    if row.do_not_contact:
        return _("Do not contact")
    if row.next_due is None or row.next_kind is None:
        return "—"
    late = (today - row.next_due).days
    if late > 0:
        return formats.overdue(late)
    day = formats.day(row.next_due, today)
    return f"{day} · {shown(row.next_kind)}" if row.next_due.year == today.year else day


def _day(day: date | None, today: date) -> str:
    return formats.ago(day, today) if day else "—"


COLUMNS = (
    Column("name", N_("Name"), 124, Order.NAME, lambda row, today: row.name),
    Column("grade", N_("Grade"), 78, Order.GRADE, lambda row, today: row.grade.called),
    Column(
        "phone", N_("Phone"), 108, None, lambda row, today: phones.display(row.phone), private=True
    ),
    Column("city", N_("City"), 54, Order.CITY, lambda row, today: row.city),
    Column(
        "spend", N_("12-month spend"), 112, Order.SPEND,
        lambda row, today: formats.money(row.spend_12m_cents) if row.spend_12m_cents else "—",
        right=True, private=True,
    ),
    Column("next", N_("Next follow-up"), 120, Order.NEXT_FOLLOW_UP, _next_follow_up),
    Column("number", N_("Number"), 70, Order.NUMBER, lambda row, today: row.number),
    Column("company", N_("Company"), 130, None, lambda row, today: row.company),
    Column(
        "last_contact", N_("Last contact"), 96, Order.LAST_CONTACT,
        lambda row, today: _day(row.last_contact, today),
    ),
    Column(
        "last_purchase", N_("Last purchase"), 96, Order.LAST_PURCHASE,
        lambda row, today: _day(row.last_purchase, today),
    ),
    Column(
        "added", N_("Added"), 96, Order.ADDED, lambda row, today: formats.day(row.added_on, today)
    ),
)  # fmt: skip

DEFAULT_COLUMNS = ("name", "grade", "phone", "city", "spend", "next")


def column(key: str) -> Column:
    return next(one for one in COLUMNS if one.key == key)


class CustomersModel(QAbstractTableModel):
    """Holds ids only; the rows of a page are read when one of them is shown."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ids: array[int] = array("q")
        self._rows: dict[int, ListRow] = {}
        self._typed = ""
        self._today = desk.today
        self.columns: list[Column] = [column(key) for key in DEFAULT_COLUMNS]

    @property
    def ids(self) -> "array[int]":
        return self._ids

    def show(self, ids: "array[int]", typed: str) -> None:
        """List other customers; `typed` is what was searched for, to mark what matched."""
        self.beginResetModel()
        self._ids, self._typed = ids, typed
        self._rows.clear()
        self._today = self._desk.today
        self.endResetModel()

    def show_columns(self, keys: Iterable[str]) -> None:
        self.beginResetModel()
        self.columns = [column(key) for key in keys]
        self.endResetModel()

    def forget(self, ids: Iterable[int]) -> None:
        """These customers changed in place: read them again when they are seen."""
        for id in ids:
            self._rows.pop(id, None)
        self._today = self._desk.today
        if self._ids:
            last = self.index(len(self._ids) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def position(self, customer_id: int) -> int:
        """The row of a customer, or -1."""
        try:
            return self._ids.index(customer_id)
        except ValueError:
            return -1

    def customer_at(self, row: int) -> int | None:
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _(self.columns[section].title)
        if role == Qt.ItemDataRole.TextAlignmentRole and self.columns[section].right:
            return Qt.AlignmentFlag.AlignRight
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        shown_column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight if shown_column.right else None
        if role not in _ANSWERED:
            return None
        row = self._row(index.row())
        if row is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(shown_column, row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row) if shown_column.key == "name" else None
        if role == Show.TAG:
            return self._tag(shown_column, row)
        if role == Show.MARKS:
            if shown_column.key != "name" or not self._typed:
                return None
            return [(start, end - start) for start, end in highlight(row.name, self._typed)]
        if role == Show.INK:
            return self._ink(shown_column, row)
        return None

    @staticmethod
    def _tip(row: ListRow) -> str:
        return " · ".join((row.name, *([_("Do not contact")] if row.do_not_contact else [])))

    @staticmethod
    def _tag(shown_column: Column, row: ListRow) -> str | None:
        if shown_column.key == "next" and row.do_not_contact:
            return "red"
        return grade_tag(row.grade) if shown_column.key == "grade" else None

    def _ink(self, shown_column: Column, row: ListRow) -> str | None:
        if shown_column.key in ("name", "phone") and row.do_not_contact:
            return "red"  # whichever columns are shown: these are where one would begin a call
        if shown_column.key == "next" and row.next_due is not None:
            return "red" if row.next_due <= self._today else None
        return "faint" if self._words(shown_column, row) == "—" else None

    def _words(self, shown_column: Column, row: ListRow) -> str:
        words = shown_column.words(row, self._today)
        return self._desk.mask.over(words) if shown_column.private else words

    def _row(self, at: int) -> ListRow | None:
        id = self._ids[at]
        if id not in self._rows:
            start = at // PAGE * PAGE
            with self._desk.read() as db:
                self._rows |= lists.rows(db, self._ids[start : start + PAGE])
        return self._rows.get(id)


_ANSWERED = frozenset(
    {
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        int(Qt.ItemDataRole.ToolTipRole),
        int(Show.TAG),
        int(Show.MARKS),
        int(Show.INK),
    }
)

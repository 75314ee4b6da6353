"""The list of follow-ups as a model: thousands of ids, of which only the rows seen are read."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from custdesk.care.follow_ups import Due
from custdesk.i18n import _
from custdesk.ui.follow_ups.rows import Bunch, Entry, Group, Open, Past, outcome, when
from custdesk.ui.mask import Mask

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[Sequence[int]], dict[int, Due]]

_PAGE = 40
_NOWHERE = QModelIndex()


class FollowUpModel(QAbstractTableModel):
    """One column of entries. `fetch` reads the follow-ups of a page when its first row is seen."""

    def __init__(
        self, fetch: Fetch, today: date, mask: Mask, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._fetch, self._mask = fetch, mask
        self._entries: list[Entry] = []
        self._read: dict[int, Due] = {}
        self.today = today
        mask.changed.connect(self._look_again)

    def show(self, entries: list[Entry], today: date) -> None:
        """Show `entries`; what was read before is read again."""
        self._read.clear()
        if (entries, today) == (self._entries, self.today):
            self._look_again()
            return
        self.beginResetModel()
        self._entries, self.today = entries, today
        self.endResetModel()

    def _look_again(self) -> None:
        if self._entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._entries) - 1, 0))

    def entries(self) -> Sequence[Entry]:
        return self._entries

    def entry(self, row: int) -> Entry | None:
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def due_at(self, row: int) -> Due | None:
        """The follow-up of a row; None for a heading, or when somebody has acted on it."""
        entry = self.entry(row)
        if not isinstance(entry, Open):
            return None
        if entry.id not in self._read:
            page = self._entries[max(0, row - _PAGE) : row + _PAGE]
            self._read.update(self._fetch([one.id for one in page if isinstance(one, Open)]))
        return self._read.get(entry.id)

    def about(self, row: int) -> str:
        """Why a follow-up is there, or what came of it, as it may be seen."""
        entry = self.entry(row)
        if isinstance(entry, Past):
            return outcome(self._mask.over_closed(entry.closed))
        due = self.due_at(row)
        return self._mask.over_due(due).reason if due else ""

    def row_of(self, follow_up_id: int) -> int | None:
        """Where an open or a closed follow-up stands."""
        for row, entry in enumerate(self._entries):
            if id_of(entry) == follow_up_id:
                return row
        return None

    def is_first(self, row: int) -> bool:
        """Whether the row begins a card."""
        return isinstance(self.entry(row - 1), Group | None)

    def is_last(self, row: int) -> bool:
        return not isinstance(self.entry(row + 1), Open | Bunch | Past)

    # --- what Qt asks -------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not isinstance(self.entry(index.row()), Open | Bunch | Past):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.words(index.row())
        return None

    def words(self, row: int) -> str:
        """The whole row in words, for a screen reader."""
        entry = self.entry(row)
        parts: tuple[str, ...] = ()
        if isinstance(entry, Group):
            parts = (f"{entry.title} {entry.count}", entry.hint)
        elif isinstance(entry, Bunch):
            parts = (entry.title(), entry.about(self.today), when(entry, self.today).words)
        elif isinstance(entry, Past):
            closed = entry.closed
            time = f"{closed.closed_at:%H:%M}"
            parts = (closed.customer, closed.grade.called, self.about(row), time)
        elif due := self.due_at(row):
            warning = _("Do not contact") if due.do_not_contact else ""
            about = (due.grade.called, warning, self.about(row))
            parts = (due.customer, *about, when(due, self.today).words)
        return ", ".join(part for part in parts if part)


def id_of(entry: Entry | None) -> int | None:
    """The follow-up that a row is about; None for a heading."""
    if isinstance(entry, Open):
        return entry.id
    return entry.closed.id if isinstance(entry, Past) else None

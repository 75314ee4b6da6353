"""A field for a day: typed in the usual ways, or chosen from a month."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people.days import check_day
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.fields import Field
from custdesk.ui.widgets.month_calendar import MonthCalendar
from custdesk.ui.widgets.speaking import Speaks


def read_iso(text: str) -> date | None:
    """2026-11-21, 2026/11/21, 2026.11.21 or 20261121; None for all else."""
    try:
        return date.fromisoformat("-".join(p.zfill(2) for p in _parts(text)))
    except ValueError:
        return None


def _parts(text: str) -> list[str]:
    text = text.strip()
    if text.isdigit() and len(text) == 8:
        return [text[:4], text[4:6], text[6:]]
    return text.replace("/", "-").replace(".", "-").split("-")


class DateField(Speaks, Field):
    """A day as `YYYY-MM-DD`, "" for none; `committed` brings that, `day_committed` the date.

    What `read` cannot read is refused with a sentence beside the field. Alt+Down opens the month,
    to which `dress(month)` may add what is to be known of its days.
    """

    day_committed = Signal(object)

    def __init__(
        self,
        label: str,
        today: date,
        *,
        read: Callable[[str], date | None] = read_iso,
        label_for: Callable[[date], str] | None = None,
        dress: Callable[[MonthCalendar], None] | None = None,
        above: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._read, self._today, self._label_for, self._dress = read, today, label_for, dress
        self.edit = QLineEdit()
        self.edit.setPlaceholderText("YYYY-MM-DD")
        self._open = Button(variant="icon", icon="calendar")
        self._open.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._open.setProperty("small", True)
        super().__init__(label, self.edit, above=above, parent=parent)
        inner = QHBoxLayout(self.edit)
        inner.setContentsMargins(0, 0, 5, 0)
        inner.addStretch(1)
        inner.addWidget(self._open)
        self._open.clicked.connect(self.open_month)
        self.committed.connect(lambda text: self.day_committed.emit(self.day()))
        self.retranslate()

    def day(self) -> date | None:
        """The day that is saved."""
        return self._read(self.value()) if self.value() else None

    def set_day(self, day: date | None) -> None:
        self.set_value(day.isoformat() if day else "")

    def text(self) -> str:
        typed = self.edit.text().strip()
        day = self._read(typed) if typed else None
        return day.isoformat() if day else typed

    def show_text(self, text: str) -> None:
        self.edit.setText(text)

    def commit(self) -> None:
        typed = self.edit.text().strip()
        day = self._read(typed) if typed else None
        if typed and day is None:
            self.set_error(_("This is not a date. Write it like 2026-11-21."))
            return
        try:
            if day is not None:
                check_day(day)
        except CustdeskError as error:
            self.set_error(str(error))
            return
        super().commit()
        if not self.error.text():
            self.show_text(self.text())

    def open_month(self) -> None:
        """Show the month under the field; the chosen day is committed."""
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setProperty("card", "popup")
        month = MonthCalendar(self._today, self._label_for)
        if self._dress:
            self._dress(month)
        month.select(self._read(self.edit.text()) or self._today)
        box = QVBoxLayout(popup)
        box.setContentsMargins(12, 10, 12, 10)
        box.addWidget(month)

        def take(day: date) -> None:
            self.show_text(day.isoformat())
            popup.close()
            self.commit()

        month.day_pressed.connect(take)
        popup.move(self.edit.mapToGlobal(QPoint(0, self.edit.height() + 4)))
        popup.show()
        month.setFocus()

    def _key(self, event: QKeyEvent) -> bool:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_Down and alt:
            self.open_month()
            return True
        return super()._key(event)

    def retranslate(self) -> None:
        self._open.set_text(_("Choose a day"))

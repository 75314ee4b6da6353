"""A field for a time of the day, typed in the usual ways."""

import re
from datetime import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from custdesk.i18n import _
from custdesk.ui.widgets.fields import LineField

_WIDTH = 76
_TIME = re.compile(r"([01]?\d|2[0-3])[:：.点时]?([0-5]\d)?分?")


def read_time(typed: str) -> time | None:
    """ "9:30", "930", "0930", "9：30", "9点", "14"; None for what is no time."""
    found = _TIME.fullmatch("".join(typed.split()))
    return time(int(found[1]), int(found[2] or 0)) if found else None


class TimeField(LineField):
    """A time as HH:MM; `time_committed(time)` brings it, and what is no time is refused."""

    time_committed = Signal(object)

    def __init__(self, label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(label, placeholder="09:30", parent=parent)
        self.edit.setFixedWidth(_WIDTH)
        self.committed.connect(self._read)

    def show_time(self, at: time) -> None:
        """Show what is saved; what somebody is typing stays."""
        if not self.is_edited():
            self.set_value(f"{at:%H:%M}")

    def _read(self, typed: str) -> None:
        found = read_time(typed)
        if found is None:
            self.set_error(_("Write the time like 10:30."))
            return
        self.set_value(f"{found:%H:%M}")
        self.time_committed.emit(found)

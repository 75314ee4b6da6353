"""Long work on the page: a bar, what is being done, the time left, and Cancel."""

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from custdesk.i18n import _, ngettext
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import ElidedLabel, Label

_STEPS = 1000


class ProgressPanel(Speaks, QWidget):
    """Shows reports of work under way; `cancel_asked` once, then it says that it is stopping."""

    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._began = time.monotonic()
        self._words = ElidedLabel("")
        self._left = Label("", "small")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._cancel = Button()
        self._cancel.clicked.connect(self._ask)
        self._stopping = False
        above = QHBoxLayout()
        above.addWidget(self._words, 1)
        above.addWidget(self._left)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addLayout(above)
        words.addWidget(self._bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addLayout(words, 1)
        row.addWidget(self._cancel)
        self.retranslate()

    def set_cancellable(self, on: bool) -> None:
        """Whether Cancel is offered: not where stopping would help nobody."""
        self._cancel.setVisible(on)

    def begin(self, words: str) -> None:
        """A new piece of work starts now."""
        self._began, self._stopping = time.monotonic(), False
        self._cancel.setEnabled(True)
        self.report(0, 0, words)

    def report(self, done: int, total: int, words: str = "") -> None:
        """`done` of `total` pieces are done; a `total` of 0 means that nobody knows."""
        if self._stopping:
            return
        self._bar.setRange(0, _STEPS if total else 0)
        self._bar.setValue(_STEPS * done // total if total else 0)
        self._bar.setAccessibleName(words)
        if words:
            self._words.set_text(words)
        self._left.setText(time_left(time.monotonic() - self._began, done, total))

    def _ask(self) -> None:
        self._stopping = True
        self._cancel.setEnabled(False)
        self._words.set_text(_("Stopping …"))
        self._left.setText("")
        self.cancel_asked.emit()

    def retranslate(self) -> None:
        self._cancel.set_text(_("Cancel"))


def time_left(elapsed: float, done: int, total: int) -> str:
    """The time left in words, from `elapsed` seconds; "" while too little is known."""
    if not total or not done or elapsed < 1.5:
        return ""
    seconds = round(elapsed / done * (total - done))
    if seconds < 1:
        return ""
    if seconds < 60:
        rounded = seconds if seconds < 10 else -(-seconds // 5) * 5
        return ngettext("{n} second left", "{n} seconds left", rounded).format(n=rounded)
    minutes = -(-seconds // 60)
    return ngettext("About {n} minute left", "About {n} minutes left", minutes).format(n=minutes)

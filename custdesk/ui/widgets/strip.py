"""The strip at the foot of the window: what was done, with Undo; what went wrong; what runs."""

import time
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from custdesk.i18n import _
from custdesk.ui import theme
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.progress_panel import time_left
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import Label

SHOWN_MS, WRONG_SHOWN_MS = 8_000, 20_000
_ABOVE_EDGE, _SIDE = 18, 24


class _Form(StrEnum):
    DONE = "done"
    SAID = "said"
    WRONG = "wrong"
    WORK = "work"


class Strip(Speaks, QFrame):
    """Lies over the foot of `window`, in the middle, and goes away after 8 seconds.

    It stays while the pointer is on it or its button has the keyboard; Esc there puts it away.
    Signals: `undo_asked`, `cancel_asked`.
    """

    undo_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._form, self._began = window, _Form.SAID, 0.0
        self.setProperty("strip", "plain")
        self._words = Label("", "strip", wrap=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(140)
        self._left = Label("", "strip-small")
        self._left.setMinimumWidth(120)  # lest the strip jumps with each second
        self._button = Button(variant="strip")
        self._button.clicked.connect(self._pressed)
        self._close = Button(variant="strip")
        self._close.clicked.connect(self.put_away)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 10, 8)
        row.setSpacing(14)
        row.addWidget(self._words, 1)
        for widget in (self._bar, self._left, self._button, self._close):
            row.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._expire)
        window.installEventFilter(self)
        self.hide()

    def done(self, sentence: str) -> None:
        """Something was done that can be undone: the sentence, and Undo."""
        self._show(_Form.DONE, sentence, SHOWN_MS)

    def say(self, sentence: str) -> None:
        """Something to know, with nothing to undo."""
        self._show(_Form.SAID, sentence, SHOWN_MS)

    def wrong(self, sentence: str) -> None:
        """Something could not be done; stays longer, until closed."""
        self._show(_Form.WRONG, sentence, WRONG_SHOWN_MS)

    def work(self, words: str, done: int = 0, total: int = 0) -> None:
        """Work under way, `done` of `total`; call it at each report, `put_away` at the end."""
        if self._form != _Form.WORK or self.isHidden():
            self._began = time.monotonic()
            self._show(_Form.WORK, words, 0)
        self._words.setText(words)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._left.setText(time_left(time.monotonic() - self._began, done, total))
        self._place()

    def put_away(self) -> None:
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self._timer.stop()
        self.hide()
        if had_focus:
            self._window.setFocus(Qt.FocusReason.OtherFocusReason)

    def sentence(self) -> str:
        """What it says now; "" while it is put away."""
        return "" if self.isHidden() else self._words.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self._place()
        return False

    def retranslate(self) -> None:
        self._dress()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() == Qt.Key.Key_Escape)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def _show(self, form: _Form, sentence: str, shown_ms: int) -> None:
        self._form = form
        self._words.setText(sentence)
        self.setAccessibleName(sentence)
        self._dress()
        self._place()  # before it shows, lest it passes under the pointer and believes it is held
        self.show()
        self.raise_()
        self._timer.stop()
        if shown_ms:
            self._timer.start(shown_ms)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def _dress(self) -> None:
        form = self._form
        theme.restyle(self, "strip", "wrong" if form == _Form.WRONG else "plain")
        self._button.set_text(_("Cancel") if form == _Form.WORK else _("Undo"))
        self._button.setVisible(form in (_Form.DONE, _Form.WORK))
        self._close.set_text(_("Close"))
        self._close.setVisible(form == _Form.WRONG)
        for widget in (self._bar, self._left):
            widget.setVisible(form == _Form.WORK)

    def _place(self) -> None:
        room = self._window.width() - 2 * _SIDE
        width = min(room, max(self._natural_width(), 220))
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        left = (self._window.width() - width) // 2
        self.setGeometry(left, self._window.height() - height - _ABOVE_EDGE, width, height)

    def _natural_width(self) -> int:
        for widget in (self._words, self._left, self._button, self._close):
            widget.ensurePolished()  # without its style a button says that it is narrow
        words = self._words.fontMetrics().horizontalAdvance(self._words.text()) + 4
        rest = sum(
            max(widget.sizeHint().width(), widget.minimumWidth()) + 14
            for widget in (self._bar, self._left, self._button, self._close)
            if not widget.isHidden()
        )
        return min(words, 560) + rest + 28

    def _pressed(self) -> None:
        if self._form == _Form.WORK:
            self._button.setEnabled(False)
            self.cancel_asked.emit()
            self._button.setEnabled(True)
        else:
            self.put_away()
            self.undo_asked.emit()

    def _expire(self) -> None:
        focused = self.focusWidget()
        busy = self.underMouse() or (focused is not None and focused.hasFocus())
        if busy:
            self._timer.start(1_000)
        else:
            self.put_away()

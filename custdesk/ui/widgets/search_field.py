"""The search field above a list: what is typed, a hint of its key, and a cross to clear it."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from custdesk.i18n import _
from custdesk.ui import theme
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import IconLabel, Label

_PAUSE_MS = 60


class SearchField(Speaks, QFrame):
    """Emits `typed(text)` 60 ms after the last key, `entered` on Enter, `moved_down` on Down.

    Esc clears it; when it is empty, Esc goes on to the window. `hint` is the key that leads here.
    """

    typed = Signal(str)
    entered = Signal()
    moved_down = Signal()

    def __init__(
        self,
        placeholder: str = "",
        hint: QKeySequence | None = None,
        *,
        icon: str = "search",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("search", True)
        self.setFixedHeight(33)
        self.edit = QLineEdit()
        self.edit.setProperty("plain", True)
        self.edit.installEventFilter(self)
        self._icon_name = icon
        self._icon = IconLabel(icon, "faint", 15)
        self._hint = Label(_key_words(hint), "key")
        self._clear = Button(variant="icon", icon="close")
        self._clear.setProperty("small", True)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(11, 0, 6, 0)
        row.setSpacing(8)
        for widget in (self._icon, self.edit, self._hint, self._clear):
            row.addWidget(widget)
        self.setFocusProxy(self.edit)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._say)
        self._said = ""
        self.edit.textChanged.connect(self._changed)
        self._clear.clicked.connect(self.clear)
        mark_focus(self.edit, 8, around=self)
        self.set_placeholder(placeholder)
        self.retranslate()
        self._dress()

    def text(self) -> str:
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Show `text` and say it at once, as if typed."""
        self.edit.setText(text)
        self._say()

    def set_placeholder(self, sentence: str) -> None:
        self.edit.setPlaceholderText(sentence)
        self.edit.setAccessibleName(sentence)

    def clear(self) -> None:
        self.set_text("")

    def focus(self) -> None:
        """Take the keyboard and select what is there, ready to be typed over."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            theme.restyle(self, "focused", event.type() == QEvent.Type.FocusIn)
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.text():
                event.accept()  # else the window takes it as "back"
                return True
            undo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
            if not self.text() and any(event.matches(key) for key in undo):
                event.ignore()  # nothing was typed: what was done to customers is undone
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event.key())
        return False

    def _key(self, key: int) -> bool:
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key == Qt.Key.Key_Down:
            self._say()
            self.moved_down.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._say()
            self.entered.emit()
        else:
            return False
        return True

    def _changed(self) -> None:
        self._dress()
        self._pause.start()

    def _say(self) -> None:
        self._pause.stop()
        if self.text() != self._said:
            self._said = self.text()
            self.typed.emit(self._said)

    def _dress(self) -> None:
        empty = not self.text()
        self._clear.setVisible(not empty)
        self._hint.setVisible(bool(self._hint.text()) and empty)
        self._icon.set_icon(self._icon_name, "faint" if empty else "text")

    def retranslate(self) -> None:
        self._clear.set_text(_("Clear"))


def _key_words(keys: QKeySequence | None) -> str:
    if keys is None:
        return ""
    return keys.toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")

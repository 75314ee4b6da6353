"""A line in which one finds somebody by typing: what matches drops down, Enter or a click picks."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from custdesk.ui.widgets.focus import mark_focus

Search = Callable[[str], Sequence[tuple[int, str]]]
"""Typed text -> the ids and words of the few best matches."""

_MOST, _ROW = 8, 30


class Picker(QWidget):
    """`picked(int)` when one was picked; `chosen` is the id, None while none is."""

    picked = Signal(int)
    cleared = Signal()

    def __init__(self, search: Search, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = search
        self.chosen: int | None = None
        self.edit = QLineEdit()
        self._list = QListWidget(self.edit)  # of `self`, it would split the ring: `focus.belong`
        self._list.setWindowFlags(Qt.WindowType.ToolTip)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setStyleSheet(
            "QListWidget { border: 1px solid palette(mid); padding: 1px }"
            "QListWidget::item { padding: 0 8px }"
        )
        self._list.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.edit)
        self.setFocusProxy(self.edit)
        mark_focus(self.edit)
        self.edit.installEventFilter(self)
        self.edit.textEdited.connect(self._typed)
        self._list.itemClicked.connect(self._take)

    def set_placeholder(self, sentence: str) -> None:
        self.edit.setPlaceholderText(sentence)
        self.edit.setAccessibleName(sentence)
        self._list.setAccessibleName(sentence)

    def choose(self, id: int, words: str) -> None:
        """Show somebody as picked, without a signal."""
        self.chosen = id
        self.edit.setText(words)
        self._list.hide()

    def clear(self) -> None:
        self.chosen = None
        self.edit.clear()
        self._list.hide()

    def _typed(self, text: str) -> None:
        if self.chosen is not None:
            self.chosen = None
            self.cleared.emit()
        self._list.clear()
        found = self._search(text) if text.strip() else ()
        for id, words in found[:_MOST]:
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, id)
            item.setSizeHint(QSize(0, _ROW))
            self._list.addItem(item)
        if not found:
            self._list.hide()
            return
        self._list.setCurrentRow(0)
        below = self.edit.mapToGlobal(QPoint(0, self.edit.height() + 2))
        height = min(len(found), _MOST) * _ROW + 4
        self._list.setGeometry(below.x(), below.y(), max(self.edit.width(), 260), height)
        self._list.show()

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        id = int(item.data(Qt.ItemDataRole.UserRole))
        self.choose(id, item.text())
        self.picked.emit(id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._list.hide()
        if self._list.isHidden() or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step:
            at = (self._list.currentRow() + step) % self._list.count()
            self._list.setCurrentRow(at)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._take(self._list.currentItem())
            return event.key() != Qt.Key.Key_Tab
        elif event.key() == Qt.Key.Key_Escape:
            self._list.hide()
        else:
            return False
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        self._list.hide()
        super().hideEvent(event)

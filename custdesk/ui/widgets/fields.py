"""Fields that save themselves: a label, an editor, and a sentence beside it when it is wrong."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QPlainTextEdit, QWidget

from custdesk.ui import theme
from custdesk.ui.mask import STARS
from custdesk.ui.widgets.button import paint_chevron
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.text import Label

LABEL_WIDTH = 76


class Field(QWidget):
    """A labelled editor that tells on being left what changed.

    `committed(str)` comes when the user leaves the field, or presses Enter, with something else
    in it than was saved; what was typed counts as saved unless `set_error` answers. Esc brings
    back what was saved. `left` comes at every leaving, `entered` on Enter, after `committed`.
    """

    committed = Signal(str)
    left = Signal()
    entered = Signal()

    def __init__(
        self, label: str, editor: QWidget, *, above: bool = False, parent: QWidget | None = None
    ) -> None:
        """`above` puts the label over the editor instead of before it."""
        super().__init__(parent)
        self._editor = editor
        self._saved = self._before = ""
        self.label = Label(label, "small" if above else "muted")
        self.label.setBuddy(editor)
        self.error = Label("", "error", wrap=True)
        self.error.hide()
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        column = 0 if above else 1
        grid.addWidget(self.label, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(editor, column ^ 1, column)
        grid.addWidget(self.error, 2, column)
        grid.setColumnStretch(column, 1)
        grid.setRowStretch(3, 1)
        if not above:
            self.label.setFixedWidth(LABEL_WIDTH)
            self.label.setMinimumHeight(31)
        self.setFocusProxy(editor)
        editor.installEventFilter(self)
        mark_focus(editor)
        self.set_label(label)

    def text(self) -> str:
        """What stands in the editor now."""
        raise NotImplementedError

    def show_text(self, text: str) -> None:
        raise NotImplementedError

    def value(self) -> str:
        """What is saved."""
        return self._saved

    def set_value(self, value: str) -> None:
        """Show `value` as saved, without a signal; an error goes away."""
        self._saved = self._before = value
        self.show_text(value)
        self.set_error(None)

    def set_label(self, label: str) -> None:
        self.label.setText(label)
        self._editor.setAccessibleName(label)

    def set_label_width(self, width: int) -> None:
        self.label.setFixedWidth(width)

    def set_editor_width(self, width: int) -> None:
        """So wide, while an error below it has all the room there is."""
        self._editor.setFixedWidth(width)
        self._grid.setAlignment(self._editor, Qt.AlignmentFlag.AlignLeft)

    def is_edited(self) -> bool:
        return self.text() != self._saved

    def has_focus(self) -> bool:
        return self._editor.hasFocus()

    def set_error(self, sentence: str | None) -> None:
        """Say why this cannot be accepted; what was typed stays and is not taken as saved."""
        if sentence:
            self._saved = self._before
        self.error.setText(sentence or "")
        self.error.setVisible(bool(sentence))
        self._editor.setAccessibleDescription(sentence or "")
        theme.restyle(self._editor, "wrong", bool(sentence))

    def commit(self) -> None:
        """Send what was typed, if it is something else than was saved or refused."""
        text = self.text()
        if text == self._saved:
            self.set_error(None)
        elif not self._refused(text):
            self.set_error(None)
            self._before, self._saved = self._saved, text
            self._sent = text
            self.committed.emit(text)

    def restore(self) -> None:
        self.set_value(self._saved)

    _sent = ""

    def _refused(self, text: str) -> bool:
        return bool(self.error.text()) and text == self._sent

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            if event.reason() not in (
                Qt.FocusReason.PopupFocusReason,
                Qt.FocusReason.ActiveWindowFocusReason,
            ):
                self.commit()
                self.left.emit()
            elif event.reason() == Qt.FocusReason.ActiveWindowFocusReason:
                self.commit()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return self._claim(event)
        return False

    def _claim(self, event: QKeyEvent) -> bool:
        """Whose is a key that is also a shortcut of the window?

        Esc is ours while something is typed; undo and redo are ours only then, as the editor
        would otherwise swallow the undo of what was saved.
        """
        if event.key() == Qt.Key.Key_Escape and self._can_restore():
            event.accept()
            return True
        undo = event.matches(QKeySequence.StandardKey.Undo)
        if (undo or event.matches(QKeySequence.StandardKey.Redo)) and not self._can_restore():
            event.ignore()
            return True
        return False

    def _can_restore(self) -> bool:
        return self.is_edited() or bool(self.error.text())

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape and self._can_restore():
            self.restore()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.commit()
            self.entered.emit()
            return True
        return False


class _Written(Field):
    """A field of words that the mask can hide: stars stand in the editor then, which cannot be
    changed, while `text` is still what was there. An empty one can be written into."""

    edit: QLineEdit | QPlainTextEdit
    _masked = False
    _hidden: str | None = None

    def text(self) -> str:
        return self.typed() if self._hidden is None else self._hidden

    def show_text(self, text: str) -> None:
        hide = self._masked and bool(text)
        self._hidden = text if hide else None
        self.edit.setReadOnly(hide)
        self.write(STARS if hide else text)

    def set_masked(self, on: bool) -> None:
        """Hide what stands here, or show it again; what is being typed is sent before, as on
        being left."""
        if on == self._masked:
            return
        if on:
            self.commit()
        self._masked = on
        self.show_text(self.text())
        self.error.setVisible(bool(self.error.text()) and self._hidden is None)

    def _can_restore(self) -> bool:
        return self._hidden is None and super()._can_restore()

    def typed(self) -> str:
        raise NotImplementedError

    def write(self, text: str) -> None:
        """Put `text` into the editor, without a signal."""
        raise NotImplementedError


class LineField(_Written):
    """One line of text."""

    edit: QLineEdit

    def __init__(
        self,
        label: str,
        *,
        placeholder: str = "",
        above: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self.edit = QLineEdit()
        super().__init__(label, self.edit, above=above, parent=parent)
        self.edit.setPlaceholderText(placeholder)

    def typed(self) -> str:
        return self.edit.text().strip()

    def write(self, text: str) -> None:
        with QSignalBlocker(self.edit):
            self.edit.setText(text)
            self.edit.setCursorPosition(0)


class TextField(_Written):
    """Several lines that grow with what is typed, from `lines` to `most` lines.

    Enter begins a new line; Ctrl+Enter commits.
    """

    edit: QPlainTextEdit

    def __init__(
        self,
        label: str,
        *,
        placeholder: str = "",
        lines: int = 2,
        most: int = 10,
        above: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self.edit = QPlainTextEdit()
        self._lines, self._most = lines, most
        super().__init__(label, self.edit, above=above, parent=parent)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setTabChangesFocus(True)
        self.edit.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def typed(self) -> str:
        return self.edit.toPlainText().strip()

    def write(self, text: str) -> None:
        if text != self.edit.toPlainText():
            self.edit.setPlainText(text)

    def _grow(self) -> None:
        shown = round(self.edit.document().size().height())
        lines = min(max(shown, self._lines), self._most)
        policy = Qt.ScrollBarPolicy
        self.edit.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if shown > self._most else policy.ScrollBarAlwaysOff
        )
        self.edit.setFixedHeight(lines * self.edit.fontMetrics().lineSpacing() + 17)

    def _key(self, event: QKeyEvent) -> bool:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        return super()._key(event)


class Choice(QComboBox):
    """A drop-down list of (key, words); the wheel does not change it by accident."""

    def __init__(
        self, choices: Sequence[tuple[str, str]] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer `choices`, keeping the one chosen where it is still there; no signal."""
        key = self.key()
        with QSignalBlocker(self):
            self.clear()
            for each, words in choices:
                self.addItem(words, each)
            self.choose(key)

    def key(self) -> str:
        """The key of the choice shown, or ""."""
        return str(self.currentData() or "")

    def choose(self, key: str) -> None:
        """Show the choice `key`, without a signal; nothing where there is none."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(key))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        paint_chevron(painter, QPointF(self.width() - 15, self.height() / 2), "muted")


class ChoiceField(Field):
    """A drop-down list; `committed` brings the key as soon as the user has chosen."""

    def __init__(
        self,
        label: str,
        choices: Sequence[tuple[str, str]] = (),
        *,
        above: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self.choice = Choice(choices)
        super().__init__(label, self.choice, above=above, parent=parent)
        self.choice.activated.connect(self.commit)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        self.choice.set_choices(choices)
        self.choice.choose(self._saved)

    def text(self) -> str:
        return self.choice.key()

    def show_text(self, text: str) -> None:
        self.choice.choose(text)

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choice.showPopup()
            return True
        return super()._key(event)

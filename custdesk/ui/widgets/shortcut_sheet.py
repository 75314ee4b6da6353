"""The sheet that `?` brings: every action with its key."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from custdesk.i18n import _
from custdesk.ui import theme
from custdesk.ui.actions import ActionSpec, Menu, key_words
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import Label

_COLUMNS = 2


class ShortcutSheet(Speaks, QWidget):
    """Lies over all of `window`; a click beside it, Esc or ? puts it away."""

    def __init__(self, window: QWidget, specs: Sequence[ActionSpec]) -> None:
        super().__init__(window)
        self._window, self._specs = window, tuple(specs)
        self._toggles = {QKeySequence(key) for spec in specs if spec.toggles for key in spec.keys}
        self._before: QWidget | None = None
        self._card = Card(margins=(24, 18, 24, 22), spacing=14)
        self._title = Label("", "title")
        self._close = Button(variant="icon", icon="close")
        self._close.clicked.connect(self.put_away)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        self._card.box.addLayout(head)
        self._body: QWidget | None = None
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self._card, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        window.installEventFilter(self)
        self.retranslate()
        self.hide()

    def open(self) -> None:
        self._before = self._window.focusWidget()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_away(self) -> None:
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self.setGeometry(self._window.rect())
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # the window's shortcuts wait until the sheet is away, but for what goes on behind it
            event.setAccepted(QKeySequence(event.keyCombination()) not in self._toggles)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Question, Qt.Key.Key_F1):
            self.put_away()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card.geometry().contains(event.position().toPoint()):
            self.put_away()

    def focusNextPrevChild(self, next: bool) -> bool:
        return True  # the keyboard stays on the sheet

    def paintEvent(self, event: QPaintEvent) -> None:
        veil = theme.color("text" if theme.current() is theme.LIGHT else "sunken")
        veil.setAlpha(110)
        QPainter(self).fillRect(self.rect(), veil)

    def retranslate(self) -> None:
        self._title.setText(_("Keyboard shortcuts"))
        self._close.set_text(_("Close"))
        self.setAccessibleName(_("Keyboard shortcuts"))
        if self._body is not None:
            self._body.hide()
            self._body.deleteLater()
        self._body = QWidget()
        self._body.setProperty("bare", True)
        columns = QHBoxLayout(self._body)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(44)
        sides = [QVBoxLayout() for _column in range(_COLUMNS)]
        for side in sides:
            side.setSpacing(16)
            columns.addLayout(side)
        heights = [0] * _COLUMNS
        for menu in Menu:
            specs = [spec for spec in self._specs if spec.menu == menu and spec.keys]
            if specs:
                shortest = heights.index(min(heights))
                sides[shortest].addLayout(_group(menu, specs))
                heights[shortest] += len(specs) + 2
        for side in sides:
            side.addStretch(1)
        self._card.box.addWidget(self._body)


def _group(menu: Menu, specs: Sequence[ActionSpec]) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(5)
    grid.setHorizontalSpacing(28)
    grid.setColumnMinimumWidth(0, 170)
    grid.addWidget(Label(_(menu.value), "small"), 0, 0, 1, 2)
    for row, spec in enumerate(specs, 1):
        grid.addWidget(Label(_(spec.text)), row, 0)
        keys = QHBoxLayout()
        keys.setSpacing(5)
        keys.addStretch(1)
        for key in spec.keys:
            keys.addWidget(Label(key_words(key), "keycap"))
        grid.addLayout(keys, row, 1)
    return grid

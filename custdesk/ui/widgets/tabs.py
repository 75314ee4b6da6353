"""Underlined tabs with counts: 概览 | 资料 | 购买 23."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QWidget

from custdesk.ui import theme
from custdesk.ui.widgets.focus import mark_focus

_GAP, _HEIGHT = 22, 34


class SegmentedTabs(QTabBar):
    """Tabs by key; `chosen(key)` when the user or `choose` changes the tab.

    Left, Right, Home and End move between them, as in every tab bar.
    """

    chosen = Signal(str)

    def __init__(self, tabs: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setUsesScrollButtons(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(theme.font())
        self._words: list[str] = []
        self._counts: dict[str, int] = {}
        self.set_tabs(tabs)
        self.currentChanged.connect(lambda index: self.chosen.emit(self.key()))
        mark_focus(self, 6, keyboard_only=True)

    def set_tabs(self, tabs: Sequence[tuple[str, str]]) -> None:
        """Show the tabs (key, words); call it again with other words after a language change."""
        key = self.key()
        with QSignalBlocker(self):
            while self.count() > len(tabs):
                self.removeTab(self.count() - 1)
            while self.count() < len(tabs):
                self.addTab("")
            self._words = [words for _key, words in tabs]
            for index, (each, _words) in enumerate(tabs):
                self.setTabData(index, each)
                self._write(index)
            if key in [each for each, _words in tabs]:
                self.setCurrentIndex([each for each, _words in tabs].index(key))

    def set_count(self, key: str, count: int | None) -> None:
        """Write `count` behind the words of tab `key`; None or 0 takes it away."""
        self._counts[key] = count or 0
        self._write(self._index(key))

    def key(self) -> str:
        return str(self.tabData(self.currentIndex()) or "")

    def choose(self, key: str) -> None:
        self.setCurrentIndex(self._index(key))

    def _index(self, key: str) -> int:
        return next(i for i in range(self.count()) if self.tabData(i) == key)

    def _write(self, index: int) -> None:
        count = self._counts.get(str(self.tabData(index)), 0)
        words = self._words[index]
        self.setTabText(index, f"{words} {count}" if count else words)

    def tabSizeHint(self, index: int) -> QSize:
        bold = QFontMetrics(theme.font(bold=True))
        return QSize(bold.horizontalAdvance(self.tabText(index)) + _GAP, _HEIGHT)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        hovered = self.tabAt(self.mapFromGlobal(self.cursor().pos())) if self.underMouse() else -1
        for index in range(self.count()):
            box = QRectF(self.tabRect(index))
            on = index == self.currentIndex()
            painter.setFont(theme.font(bold=on))
            painter.setPen(theme.color("text" if on or index == hovered else "muted"))
            painter.drawText(box, middle, self.tabText(index))
            if on:
                line = QRectF(box.left(), box.bottom() - 2, box.width() - _GAP, 2)
                painter.fillRect(line, theme.color("accent"))

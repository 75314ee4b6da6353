"""A view of several pages; tabs in its head choose which one is shown."""

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from custdesk.ui.widgets.page import Page
from custdesk.ui.widgets.tabs import SegmentedTabs
from custdesk.ui.widgets.text import Label, rule


class TabPage(QWidget):
    """One of the pages: the view tells it when to read and when to speak another language."""

    def refresh(self) -> None:
        """Read anew what is shown."""

    def retranslate(self) -> None:
        """Write every word anew in the language spoken now."""


class TabbedPage(Page):
    """`pages` by the keys of their tabs; the first one is shown first. `title` and `tabs` stand in
    the head, which the view lays out."""

    def __init__(self, pages: Mapping[str, TabPage], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label("", "title")
        self.tabs = SegmentedTabs([(key, "") for key in pages])
        self._pages = pages
        self._stack = QStackedWidget()
        for page in pages.values():
            self._stack.addWidget(page)
        self.tabs.chosen.connect(self._show_page)

    def lay_out(self, head: QHBoxLayout) -> None:
        """The head above the pages."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addSpacing(4)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)

    def show_tab(self, key: str) -> None:
        """Open one of the pages, from wherever it was asked for."""
        self.tabs.choose(key)
        self._show_page(key)

    def refresh(self) -> None:
        self._pages[self.tabs.key()].refresh()

    def retranslate(self) -> None:
        for page in self._pages.values():
            page.retranslate()

    def _show_page(self, key: str) -> None:
        self._stack.setCurrentWidget(self._pages[key])
        self.setFocusProxy(self._pages[key])
        if self.isVisible():
            self.refresh()

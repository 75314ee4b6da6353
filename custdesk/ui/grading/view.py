"""Grading: the table of all customers, the rules that grade them, and the review of who moved."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from custdesk.i18n import _
from custdesk.store.store import Change
from custdesk.ui.desk import Desk
from custdesk.ui.grading.numbers_page import NumbersPage
from custdesk.ui.grading.review_page import ReviewPage
from custdesk.ui.grading.rules_page import RulesPage
from custdesk.ui.grading.table_page import TablePage
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.page import Page
from custdesk.ui.widgets.tabs import SegmentedTabs
from custdesk.ui.widgets.text import Label, rule

TABLE, RULES, REVIEW, NUMBERS = "table", "rules", "review", "numbers"


class GradingView(Page):
    closed = Signal()
    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", "title")
        self._back = Button(icon="chevron-left", variant="ghost")
        self.tabs = SegmentedTabs(((TABLE, ""), (RULES, ""), (REVIEW, ""), (NUMBERS, "")))
        self.table, self.rules, self.review = TablePage(desk), RulesPage(desk), ReviewPage(desk)
        self.numbers = NumbersPage(desk)
        self._pages: dict[str, TablePage | RulesPage | ReviewPage | NumbersPage] = {
            TABLE: self.table,
            RULES: self.rules,
            REVIEW: self.review,
            NUMBERS: self.numbers,
        }
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
            page.customer_requested.connect(self.customer_requested)
        head = QHBoxLayout()
        head.setContentsMargins(14, 14, 20, 0)
        head.setSpacing(8)
        head.addWidget(self._back)
        head.addWidget(self._title)
        head.addSpacing(16)
        head.addWidget(self.tabs)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addSpacing(4)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)
        self.tabs.chosen.connect(self._show_page)
        self._back.clicked.connect(self.closed)
        desk.changed.connect(self._hear)
        self.retranslate()

    def show_tab(self, key: str) -> None:
        """Open one of the pages, from wherever it was asked for."""
        self.tabs.choose(key)
        self._show_page(key)

    def refresh(self) -> None:
        self._pages[self.tabs.key()].refresh()

    def _show_page(self, key: str) -> None:
        self._stack.setCurrentWidget(self._pages[key])
        self.setFocusProxy(self._pages[key])
        if self.isVisible():
            self.refresh()

    def _hear(self, change: Change) -> None:
        concerned = {"customer", "purchase", "grading_policy", "grade_review", "reviewed_grade"}
        concerned |= {"insight_rules"}
        if self.isVisible() and change.tables & concerned:
            self.refresh()

    def retranslate(self) -> None:
        self.setAccessibleName(_("Grading"))
        self._title.setText(_("Grading"))
        self._back.setToolTip(_("Back"))
        self._back.setAccessibleName(_("Back"))
        self.tabs.set_tabs(
            (
                (TABLE, _("Table")),
                (RULES, _("Rules")),
                (REVIEW, _("Review")),
                (NUMBERS, _("Stages and warnings")),
            )
        )
        for page in self._pages.values():
            page.retranslate()

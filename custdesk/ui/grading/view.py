"""Grading: the table of all customers, the rules that grade them, and the review of who moved."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from custdesk.i18n import _
from custdesk.store.store import Change
from custdesk.ui.desk import Desk
from custdesk.ui.grading.numbers_page import NumbersPage
from custdesk.ui.grading.review_page import ReviewPage
from custdesk.ui.grading.rules_page import RulesPage
from custdesk.ui.grading.table_page import TablePage
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.tabbed_page import TabbedPage

TABLE, RULES, REVIEW, NUMBERS = "table", "rules", "review", "numbers"
_CONCERN = frozenset(
    {
        *("customer", "purchase", "feedback"),
        *("grading_policy", "grade_review", "reviewed_grade", "insight_rules"),
    }
)


class GradingView(TabbedPage):
    closed = Signal()
    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.table, self.rules, self.review = TablePage(desk), RulesPage(desk), ReviewPage(desk)
        self.numbers = NumbersPage(desk)
        super().__init__(
            {TABLE: self.table, RULES: self.rules, REVIEW: self.review, NUMBERS: self.numbers},
            parent,
        )
        self._back = Button(icon="chevron-left", variant="ghost")
        head = QHBoxLayout()
        head.setContentsMargins(14, 14, 20, 0)
        head.setSpacing(8)
        head.addWidget(self._back)
        head.addWidget(self.title)
        head.addSpacing(16)
        head.addWidget(self.tabs)
        head.addStretch(1)
        self.lay_out(head)
        for page in (self.table, self.rules, self.review):
            page.customer_requested.connect(self.customer_requested)
        self._back.clicked.connect(self.closed)
        desk.changed.connect(self._hear)
        self.retranslate()

    def show_review(self) -> None:
        """Who moved, from wherever that was asked for."""
        self.show_tab(REVIEW)

    def _hear(self, change: Change) -> None:
        if self.isVisible() and change.tables & _CONCERN:
            self.refresh()

    def retranslate(self) -> None:
        self.setAccessibleName(_("Grading"))
        self.title.setText(_("Grading"))
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
        super().retranslate()

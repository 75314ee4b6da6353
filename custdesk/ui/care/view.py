"""Care: the plans that make follow-ups, the festival ledger, and what care brought about."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from custdesk.i18n import _, pgettext
from custdesk.store.store import Change
from custdesk.ui.care.effect_page import EffectPage
from custdesk.ui.care.ledger_page import LedgerPage
from custdesk.ui.care.plans_page import PlansPage
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.page import Page
from custdesk.ui.widgets.tabs import SegmentedTabs
from custdesk.ui.widgets.text import Label, rule

_PLANS, _LEDGER, _EFFECT = "plans", "ledger", "effect"


class CareView(Page):
    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", "title")
        self.tabs = SegmentedTabs(((_PLANS, ""), (_LEDGER, ""), (_EFFECT, "")))
        self.plans, self.ledger, self.effect = PlansPage(desk), LedgerPage(desk), EffectPage(desk)
        self._pages: dict[str, PlansPage | LedgerPage | EffectPage] = {
            _PLANS: self.plans,
            _LEDGER: self.ledger,
            _EFFECT: self.effect,
        }
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 20, 0)
        head.setSpacing(24)
        head.addWidget(self._title)
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
        self.ledger.customer_requested.connect(self.customer_requested)
        desk.changed.connect(self._hear)
        self.retranslate()

    def refresh(self) -> None:
        self._pages[self.tabs.key()].refresh()

    def show_ledger(self, about: str, year: int) -> None:
        """The list of a festival, from wherever it was asked for."""
        self.tabs.choose(_LEDGER)
        self.ledger.show_festival(about, year)

    def put_away(self) -> bool:
        """Esc: what was asked on the page goes; False where nothing was."""
        return self.tabs.key() == _LEDGER and self.ledger.put_away()

    def _show_page(self, key: str) -> None:
        self._stack.setCurrentWidget(self._pages[key])
        self.setFocusProxy(self._pages[key])
        if self.isVisible():
            self.refresh()

    def _hear(self, change: Change) -> None:
        concerned = {"care_plan", "care_gift", "follow_up", "customer"}
        if self.isVisible() and change.tables & concerned and self.tabs.key() != _EFFECT:
            self.refresh()

    def retranslate(self) -> None:
        self.setAccessibleName(pgettext("page", "Care"))
        self._title.setText(pgettext("page", "Care"))
        self.tabs.set_tabs(
            ((_PLANS, _("Plans")), (_LEDGER, _("Festivals")), (_EFFECT, _("Effect")))
        )
        for page in self._pages.values():
            page.retranslate()

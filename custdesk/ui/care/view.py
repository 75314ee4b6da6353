"""Care: the plans that make follow-ups, the festival ledger, and what care brought about."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from custdesk.i18n import _, pgettext
from custdesk.store.store import Change
from custdesk.ui.care.effect_page import EffectPage
from custdesk.ui.care.ledger_page import LedgerPage
from custdesk.ui.care.plans_page import PlansPage
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.tabbed_page import TabbedPage

_PLANS, _LEDGER, _EFFECT = "plans", "ledger", "effect"


class CareView(TabbedPage):
    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.plans, self.ledger, self.effect = PlansPage(desk), LedgerPage(desk), EffectPage(desk)
        super().__init__({_PLANS: self.plans, _LEDGER: self.ledger, _EFFECT: self.effect}, parent)
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 20, 0)
        head.setSpacing(24)
        head.addWidget(self.title)
        head.addWidget(self.tabs)
        head.addStretch(1)
        self.lay_out(head)
        self.ledger.customer_requested.connect(self.customer_requested)
        desk.changed.connect(self._hear)
        self.retranslate()

    def show_ledger(self, about: str, year: int) -> None:
        """The list of a festival, from wherever it was asked for."""
        self.tabs.choose(_LEDGER)
        self.ledger.show_festival(about, year)

    def put_away(self) -> bool:
        """Esc: what was asked on the page goes; False where nothing was."""
        return self.tabs.key() == _LEDGER and self.ledger.put_away()

    def _hear(self, change: Change) -> None:
        concerned = {"care_plan", "care_gift", "follow_up", "customer"}
        if self.isVisible() and change.tables & concerned and self.tabs.key() != _EFFECT:
            self.refresh()

    def retranslate(self) -> None:
        self.setAccessibleName(pgettext("page", "Care"))
        self.title.setText(pgettext("page", "Care"))
        self.tabs.set_tabs(
            ((_PLANS, _("Plans")), (_LEDGER, _("Festivals")), (_EFFECT, _("Effect")))
        )
        super().retranslate()

"""What a customer is likely to buy next, and how much in a year: read in the background, late."""

from dataclasses import dataclass
from datetime import date
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlmodel import Session

from custdesk import formats
from custdesk.i18n import _
from custdesk.insight import deriving, expecting, recommending
from custdesk.insight.recommending import Companions
from custdesk.insight.value import Model, Refusal
from custdesk.store.store import Change
from custdesk.ui import background
from custdesk.ui.background import Job
from custdesk.ui.customer_file.page import clear
from custdesk.ui.desk import Desk
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.text import Label

_LATER_MS = 2000
"""The window is painted and used before anything of this is read."""
_SELDOM = 50
"""It is read anew when so many times as long has passed as reading took."""
_CONCERN = frozenset({"purchase", "purchase_line", "product", "customer"})


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the purchases of all say: which products go together, and how customers go on."""

    companions: Companions
    model: Model | Refusal
    on: date
    took: float
    at: float


class Learner(QObject):
    """Learns from the purchases of all in the background, again when they have moved.

    `learnt` when there is something new to show.
    """

    learnt = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.known: Learnt | None = None
        self._is_stale = False
        self._job: Job | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MS)
        self._later.timeout.connect(self._learn)
        desk.changed.connect(self._hear)

    def ask(self) -> Learnt | None:
        """What is known now; learning begins where that is nothing, or has grown old."""
        known = self.known
        old = known is None or known.on != self._desk.today or self._is_stale
        may = known is None or monotonic() - known.at > _SELDOM * known.took
        if old and may and self._job is None and not self._later.isActive():
            self._later.start()
        return known

    def _hear(self, change: Change) -> None:
        self._is_stale = self._is_stale or bool(change.tables & _CONCERN)

    def _learn(self) -> None:
        store, today = self._desk.store, self._desk.today

        def work(_report: Report) -> Learnt:
            begun = monotonic()
            with store.read() as db:
                companions = Companions(db)
                model = expecting.learnt(db, today)
            return Learnt(companions, model, today, monotonic() - begun, monotonic())

        self._is_stale = False
        self._job = background.run(work, self._take, lambda _error: self._end(), owner=self)

    def _take(self, found: Learnt) -> None:
        self.known = found
        self._end()
        self.learnt.emit()

    def _end(self) -> None:
        self._job = None


class LikelyCard(Card):
    """Hidden as long as there is nothing to say of the customer."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 9, 14, 9), 3, parent)
        self._desk = desk
        self._title = Label("", "section")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(3)
        self._expected = Label("", "muted", wrap=True)
        self.box.addWidget(self._title)
        self.box.addLayout(self._lines)
        self.box.addWidget(self._expected)
        self.hide()

    def show_likely(self, db: Session, customer_id: int, known: Learnt | None) -> None:
        """What is likely of this customer, as far as anything was learnt."""
        clear(self._lines)
        self.hide()
        if known is None:
            return
        today, mask = self._desk.today, self._desk.mask
        for one in recommending.recommend(db, customer_id, today, known.companions):
            self._lines.addWidget(Label(mask.over(one.words(today)), "", wrap=True))
        said, bought = "", deriving.known(db, customer_id, today).bought
        if isinstance(known.model, Refusal):
            said = known.model.words() if bought else ""
        else:
            expected = expecting.of_one(known.model, bought, today)
            if expected is not None:
                said = _("In the next 12 months, expected: {n} purchases, {amount}").format(
                    n=f"{expected.purchases:.0f}",
                    amount=mask.over(formats.money(expected.value_cents, False)),
                )
        self._title.setText(_("Likely next"))
        self._expected.setText(said)
        self._expected.setVisible(bool(said))
        self.setVisible(bool(self._lines.count() or said))

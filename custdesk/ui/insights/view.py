"""Insights: who the customers are to the business; every bar and cell lists whom it counts."""

import io
from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from custdesk import business, formats
from custdesk.care import effect, follow_ups
from custdesk.care.effect import OfKind
from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.insight import figures, funnel
from custdesk.insight.figures import Figures, Warned
from custdesk.insight.funnel import At
from custdesk.insight.periods import Period, Span, period
from custdesk.paper.insights_report import Report, write_report
from custdesk.store.models import FollowUpKind
from custdesk.store.store import Change
from custdesk.ui import background
from custdesk.ui.desk import Desk
from custdesk.ui.insights.effect_card import EffectCard
from custdesk.ui.insights.figure_cards import FigureCards
from custdesk.ui.insights.rfm_card import RfmCard
from custdesk.ui.insights.sales_card import SalesCard
from custdesk.ui.insights.stages_card import StagesCard
from custdesk.ui.insights.warnings_card import WarningsCard
from custdesk.ui.paper_preview import Draw, Printed
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import ScrollPane
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.page import Page
from custdesk.ui.widgets.text import Label

T = TypeVar("T")
Look = Callable[[int, int, str], None]

_SOON_MS = 400
"""After a change the page is read anew, once for several that come together."""
_CONCERNED = {
    *("customer", "purchase", "interaction", "customer_date", "follow_up"),
    *("feedback", "service_case"),
    *("grading_policy", "insight_rules", "reviewed_grade", "grade_review"),
}
_MIDDLE, _LEAST_BELOW = 300, 220
_COLUMNS, _NARROW = 6, 1120


class InsightsView(Page):
    """The page reads what is quick first; the effect of care and the funnel, which go through
    every customer, follow."""

    list_requested = Signal(object)
    """A `Query`: the customers that a bar, a cell or a figure counts."""
    customer_requested = Signal(int)
    grading_requested = Signal()
    review_requested = Signal()
    report_requested = Signal(object)
    """To look at the report on paper: what gives its drawing, see `ReportPreview.open`."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._span = Span.TWELVE_MONTHS
        self._figures: Figures | None = None
        self._effects: Sequence[OfKind] | None = None
        self._times: Sequence[At] | None = None
        self._jobs: list[background.Job] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._build()
        self._lay_out()
        self._wire()
        self.retranslate()

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        mask = self._desk.mask
        self._title, self._about = Label("", "title"), Label("", "muted")
        self.period = Chip(menu=QMenu(self))
        self.report = Button(icon="printer")
        self.grading, self.review = Button(), Button(variant="primary")
        self.review.hide()
        self.figures = FigureCards(mask)
        self.stages, self.rfm, self.sales = StagesCard(), RfmCard(), SalesCard(mask)
        self.warnings, self.effect = WarningsCard(self._desk), EffectCard()
        self._empty = EmptyState("insights")
        self._reading = QWidget()
        self._stack = QStackedWidget()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 20, 10)
        head.setSpacing(10)
        head.addWidget(self._title)
        head.addWidget(self._about)
        head.addStretch(1)
        head.addWidget(self.period)
        head.addWidget(self.report)
        head.addWidget(self.grading)
        head.addWidget(self.review)
        cards = QWidget()
        self._grid = QGridLayout(cards)
        self._grid.setContentsMargins(20, 2, 20, 16)
        self._grid.setSpacing(12)
        for card in (self.stages, self.rfm, self.sales):
            card.setFixedHeight(_MIDDLE)
            card.setMinimumWidth(200)
        for place in range(_COLUMNS):
            self._grid.setColumnStretch(place, 1)
        for below in (self.warnings, self.effect):
            below.setMinimumHeight(_LEAST_BELOW)
        self._is_narrow: bool | None = None
        self._place_cards(is_narrow=False)
        self._cards = ScrollPane(cards)
        for page in (self._reading, self._cards, self._empty):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        self.setFocusProxy(self.period)

    def _place_cards(self, *, is_narrow: bool) -> None:
        """Three beside each other, the two lists below; where that is too narrow to read, two."""
        if is_narrow is self._is_narrow:
            return
        self._is_narrow = is_narrow
        places: Sequence[tuple[QWidget, int, int, int]] = (
            (self.figures, 0, 0, 6),
            *((self.stages, 1, 0, 2), (self.rfm, 1, 2, 2), (self.sales, 1, 4, 2)),
            *((self.warnings, 2, 0, 4), (self.effect, 2, 4, 2)),
        )
        if is_narrow:
            places = (
                (self.figures, 0, 0, 6),
                *((self.stages, 1, 0, 3), (self.rfm, 1, 3, 3), (self.warnings, 2, 0, 6)),
                *((self.sales, 3, 0, 3), (self.effect, 3, 3, 3)),
            )
        for card, row, column, columns in places:
            self._grid.addWidget(card, row, column, 1, columns)
        self._grid.setRowStretch(2, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_cards(is_narrow=self.width() < _NARROW)

    def _wire(self) -> None:
        self.period.menu().aboutToShow.connect(self._fill_periods)
        self.report.clicked.connect(self.print_report)
        self.grading.clicked.connect(self.grading_requested)
        self.review.clicked.connect(self.review_requested)
        for card in (self.figures, self.stages, self.rfm, self.sales, self.warnings, self.effect):
            card.list_requested.connect(self.list_requested)
        self.warnings.customer_requested.connect(self.customer_requested)
        self.warnings.arrange_requested.connect(self._arrange)
        self.stages.times_requested.connect(self._read_times)
        self._soon.timeout.connect(self.refresh)
        self._desk.changed.connect(self._hear)
        self._desk.day_turned.connect(self._read_soon)
        self._desk.mask.changed.connect(lambda _on: self._show())

    # --- reading ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read everything anew; what is shown stays until then."""
        for job in self._jobs:
            job.abandon()
        self._jobs = []
        self._times = None
        today, store = self._desk.today, self._desk.store
        chosen = period(self._span, today)

        def read(_look: Look) -> Figures:
            with store.read() as db:
                return figures.gather(db, chosen, today)

        self.period.set_text(self._span.called)
        self._say_about(_("Reading …"))
        self._run(read, self._take)

    def _take(self, found: Figures) -> None:
        if self._figures is None or self._figures.period != found.period:
            self._effects = None
            self.effect.wait()
        self._figures = found
        self._show()
        self._read_effects()
        if self.stages.shows_times():
            self._read_times()

    def _read_effects(self) -> None:
        chosen, store = self._chosen(), self._desk.store

        def read(look: Look) -> list[OfKind]:
            with store.read() as db:
                return effect.by_kind(
                    effect.effects(
                        db, chosen.first, chosen.last, lambda done, total: look(done, total, "")
                    )
                )

        def take(found: list[OfKind]) -> None:
            self._effects = found
            self.effect.show_effects(found, chosen)

        self._run(read, take)

    def _read_times(self) -> None:
        if self._times is not None:
            self.stages.show_times(self._times)
            return
        days, store = funnel.month_ends(self._chosen()), self._desk.store

        def read(look: Look) -> list[At]:
            with store.read() as db:
                return funnel.over_time(db, days, lambda done, total: look(done, total, ""))

        def take(found: list[At]) -> None:
            self._times = found
            self.stages.show_times(found)

        self._run(read, take)

    def _run(self, read: Callable[[Look], T], take: Callable[[T], None]) -> None:
        def done(found: T) -> None:
            self._jobs.remove(job)
            take(found)

        def failed(error: CustdeskError) -> None:
            self._jobs.remove(job)
            self._say_about(str(error))

        job = background.run(read, done, failed, owner=self)
        self._jobs.append(job)

    def is_reading(self) -> bool:
        """Whether what is shown is not yet all that there is to show."""
        return bool(self._jobs) or self._soon.isActive()

    def _chosen(self) -> Period:
        if self._figures is not None:
            return self._figures.period
        return period(self._span, self._desk.today)

    # --- showing ----------------------------------------------------------------------------------

    def _show(self) -> None:
        found = self._figures
        if found is None:
            return
        self._stack.setCurrentWidget(self._cards if found.customers else self._empty)
        self.period.setVisible(found.customers > 0)
        self.report.setVisible(found.customers > 0)
        self.review.setVisible(found.moved > 0)
        said = ngettext("Review grades · {n} moved", "Review grades · {n} moved", found.moved)
        self.review.set_text(said.format(n=formats.count(found.moved)))
        self.figures.show_figures(found)
        self.stages.show_stages(found.stages)
        self.rfm.show_compared(found.compared)
        self.sales.show_months(found.months, found.period)
        self.warnings.show_warnings(found.warnings, found.risk, found.won, self._desk.today)
        if self._effects is not None:
            self.effect.show_effects(self._effects, found.period)
        self._say_about("")

    def _say_about(self, more: str) -> None:
        n = self._figures.customers if self._figures else 0
        words = ngettext("{n} customer", "{n} customers", n).format(n=formats.count(n))
        parts = [words, _("as of today")] if self._figures and n else []
        self._about.setText(" · ".join([*parts, *([more] if more else [])]))

    # --- what one does here -----------------------------------------------------------------------

    def _fill_periods(self) -> None:
        menu = self.period.menu()
        menu.clear()
        for span in Span:
            action = menu.addAction(span.called)
            action.setCheckable(True)
            action.setChecked(span is self._span)
            action.triggered.connect(lambda _on=False, span=span: self.choose_period(span))

    def choose_period(self, span: Span) -> None:
        self._span = span
        self.refresh()

    def _arrange(self, one: Warned) -> None:
        """Plan to win somebody back, today, for the reasons of the warning."""
        note = _("; ").join(one.reasons) or _("Churn warning")
        words = _("Win-back arranged: {name}").format(name=one.name)
        self._desk.attempt(
            words,
            lambda db: follow_ups.schedule(
                db, one.customer_id, self._desk.today, note, kind=FollowUpKind.WIN_BACK
            ),
            words,
        )

    def print_report(self) -> None:
        """The page as a report on paper, as it is shown: ask for it to be looked at."""
        found, effects, desk = self._figures, self._effects, self._desk
        if found is None or not found.customers:
            return

        def drawing() -> Draw:
            with desk.read() as db:
                whose = business.name(db)
            what = Report(found, effects or (), whose, desk.today, desk.mask.is_on)
            called = _("Insights")
            name = f"{called} {desk.today.isoformat()}.pdf"

            def draw(_look: Look) -> Printed:
                content = io.BytesIO()
                write_report(what, content)
                return Printed.of(content.getvalue(), what.days, name)

            return draw

        self.report_requested.emit(drawing)

    # --- hearing ----------------------------------------------------------------------------------

    def _hear(self, change: Change) -> None:
        if change.tables & _CONCERNED:
            self._read_soon()

    def _read_soon(self) -> None:
        if self.isVisible():
            self._soon.start()

    def retranslate(self) -> None:
        self.setAccessibleName(_("Insights"))
        self._title.setText(_("Insights"))
        self.grading.set_text(_("Grading"))
        self.period.set_text(self._span.called)
        self.report.set_text(_("Report"))
        self.report.setToolTip(_("Look at the report on paper, print it, save it as PDF"))
        self._empty.say(
            _("Nothing to learn yet"),
            _("When there are customers and purchases, what follows from them stands here."),
        )
        for card in (self.stages, self.rfm, self.sales, self.warnings, self.effect):
            card.retranslate()
        self._show()

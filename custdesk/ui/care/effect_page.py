"""What care brought about: by kind and grade, beside customers who had none."""

from datetime import date, timedelta

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from custdesk import formats
from custdesk.care import effect
from custdesk.care.effect import FEWEST, Effect, Group
from custdesk.errors import CustdeskError
from custdesk.i18n import N_, _
from custdesk.ui import background
from custdesk.ui.background import Job
from custdesk.ui.desk import Desk
from custdesk.ui.looks import grade_tag
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.columns_model import ColumnsModel, Index
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.highlight import Show
from custdesk.ui.widgets.tabbed_page import TabPage
from custdesk.ui.widgets.table import Table
from custdesk.ui.widgets.text import Label
from custdesk.words import shown

(_KIND, _GRADE, _PLANNED, _ON_TIME, _LATE, _SKIPPED, _OPEN, _PEOPLE, _SHARE, _EACH, _OTHERS,
 _OTHER_SHARE, _OTHER_EACH) = range(13)  # fmt: skip
_HEADERS = (
    *(N_("Care"), N_("Grade"), N_("Planned"), N_("In time"), N_("Late"), N_("Skipped")),
    *(N_("Still open"), N_("Cared for"), N_("Bought, with care"), N_("Each spent, with care")),
    *(N_("Others"), N_("Bought, without"), N_("Each spent, without")),
)
_WIDTHS = (92, 84, 70, 66, 72, 70, 82, 84, 124, 150, 68, 118, 138)
_ROOMY = 1230
_LESS_IMPORTANT = (_PLANNED, _ON_TIME, _LATE, _SKIPPED, _OPEN)
"""How it was done is left out where there is no room for what came of it."""
_PERIODS = {365: N_("12 months"), 182: N_("6 months"), 91: N_("3 months")}


class _Figures(ColumnsModel):
    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(_HEADERS, range(_PLANNED, _OTHER_EACH + 1), parent)
        self._desk = desk
        self.effects: list[Effect] = []

    def show_effects(self, found: list[Effect]) -> None:
        with self.other_rows():
            self.effects = found

    def count(self) -> int:
        return len(self.effects)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one, column = self.effects[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(one, column)
        if role == Show.BOLD:
            return column in (_KIND, _SHARE)
        if role == Show.TAG and column == _GRADE:
            return grade_tag(one.grade)
        if role == Show.INK and column in (_OTHERS, _OTHER_SHARE, _OTHER_EACH):
            return "muted"
        return self.aligned(column, role)

    def _words(self, one: Effect, column: int) -> str:
        if column == _KIND:
            return shown(one.kind)
        if column == _GRADE:
            return one.grade.called
        if column < _PEOPLE:
            counts = (one.planned, one.on_time, one.late, one.skipped, one.open)
            return formats.count(counts[column - _PLANNED])
        group = one.cared if column <= _EACH else one.others
        if column in (_PEOPLE, _OTHERS):
            return formats.count(round(group.people))
        if column in (_SHARE, _OTHER_SHARE):
            return share_words(group)
        each = group.each_cents
        return "—" if each is None else self._desk.mask.over(formats.money(round(each)))


def share_words(group: Group) -> str:
    """ "37 %", or a dash for too few people to say."""
    return "—" if group.share is None else f"{round(100 * group.share)} %"


class EffectPage(TabPage):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._days = 365
        self._group = QButtonGroup(self)
        self.periods = {days: Chip(checkable=True) for days in _PERIODS}
        self._state = Label("", "muted")
        self.table = Table()
        self._figures = _Figures(desk, self)
        self.table.setModel(self._figures)
        self.table.fix_columns(enumerate(_WIDTHS), _KIND)
        self._empty = EmptyState("care")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self._notes = Label("", "small", wrap=True)
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 20, 12)
        head.setSpacing(8)
        for days, chip in self.periods.items():
            self._group.addButton(chip)
            head.addWidget(chip)
            chip.clicked.connect(lambda _on=False, days=days: self._choose(days))
        head.addWidget(self._state, 1)
        self.periods[self._days].setChecked(True)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 8, 20, 12)
        foot.addWidget(self._notes)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._stack, 1)
        box.addLayout(foot)
        desk.mask.changed.connect(lambda _on: self._figures.layoutChanged.emit())
        self.setFocusProxy(self.table)
        self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column in _LESS_IMPORTANT:
            self.table.setColumnHidden(column, event.size().width() < _ROOMY)

    def _choose(self, days: int) -> None:
        self._days = days
        self.refresh()

    def refresh(self) -> None:
        """Count anew, in the background; what was counted before stays until then."""
        if self._job is not None:
            self._job.abandon()
        until = self._desk.today
        since = until - timedelta(days=self._days)
        store = self._desk.store

        def work(report: Report) -> list[Effect]:
            with store.read() as db:
                return effect.effects(
                    db, since, until, lambda done, total: report(done, total, _("Counting"))
                )

        self._say_period(since, until, _("Counting …"))
        self._job = background.run(
            work,
            lambda found: self._show(found, since, until),
            self._fail,
            owner=self,
        )

    def _show(self, found: list[Effect], since: date, until: date) -> None:
        self._job = None
        self._figures.show_effects(found)
        self._stack.setCurrentIndex(1 if found else 0)
        self._say_period(since, until, "")

    def _fail(self, error: CustdeskError) -> None:
        self._job = None
        self._state.setText(str(error))

    def _say_period(self, since: date, until: date, more: str) -> None:
        words = _("{first} to {last}").format(
            first=formats.full_day(since), last=formats.full_day(until)
        )
        self._state.setText("   ".join(filter(None, (words, more))))

    def retranslate(self) -> None:
        self.table.setAccessibleName(_("Effect of care"))
        for days, words in _PERIODS.items():
            self.periods[days].set_text(_(words))
        self._empty.say(
            _("Nothing to compare yet"),
            _("When follow-ups were done for some weeks, what came of them stands here."),
        )
        self._notes.setText(
            _(
                "Bought: within 30 days after the care. Others: customers of the same grade who had"
                " none of that kind in the time, compared with those in the same stage, in the same"
                " months. Of fewer than {n} people no share is said; that"
                " somebody was called does not prove that they bought for it."
            ).format(n=FEWEST)
        )
        self._figures.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_HEADERS) - 1)

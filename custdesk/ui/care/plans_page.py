"""The care plans: the list, and the chosen one beside it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget
from sqlmodel import Session

from custdesk.care import plans
from custdesk.care.festivals import Festival
from custdesk.care.plans import Draft
from custdesk.i18n import _
from custdesk.insight import policies, segments
from custdesk.store.models import CarePlan, FollowUpKind
from custdesk.ui.care.plan_editor import PlanEditor
from custdesk.ui.care.plan_list import KIND, PLAN, WHEN, WIDTHS, PlanList
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import ScrollPane
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.tabbed_page import TabPage
from custdesk.ui.widgets.table import Table
from custdesk.ui.widgets.text import Label, rule
from custdesk.words import shown

FIRST = {
    FollowUpKind.CALLBACK: Draft(FollowUpKind.CALLBACK, every_days=60),
    FollowUpKind.BIRTHDAY: Draft(FollowUpKind.BIRTHDAY, days=0),
    FollowUpKind.FESTIVAL: Draft(
        FollowUpKind.FESTIVAL, days=-1, about=Festival.LANTERN_FESTIVAL.value
    ),
    FollowUpKind.AFTER_SALE: Draft(FollowUpKind.AFTER_SALE, days=14),
    FollowUpKind.REPLENISHMENT: Draft(FollowUpKind.REPLENISHMENT, days=-7),
    FollowUpKind.RENEWAL: Draft(FollowUpKind.RENEWAL, days=-30),
    FollowUpKind.ANNIVERSARY: Draft(FollowUpKind.ANNIVERSARY, days=0),
    FollowUpKind.WIN_BACK: Draft(FollowUpKind.WIN_BACK, days=3),
    FollowUpKind.CASE: Draft(FollowUpKind.CASE, days=-1),
}
"""What a new plan of each kind begins with."""

_EDITOR_WIDTH, _NARROW_EDITOR, _ROOMY = 520, 420, 1200
_NARROW_WHEN = 126


class PlansPage(TabPage):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._chosen: int | None = None
        self._hint = Label("", "muted", wrap=True)
        self.add = Button(variant="primary", icon="plus")
        self.table = Table()
        self._list = PlanList(self)
        self.table.setModel(self._list)
        self.table.fix_columns(enumerate(WIDTHS), PLAN)
        self.editor = PlanEditor(desk)
        self._empty = EmptyState("care")
        self._beside = QStackedWidget()
        pane = ScrollPane(self.editor)
        self._beside.addWidget(self._empty)
        self._beside.addWidget(pane)
        self._beside.setFixedWidth(_EDITOR_WIDTH)
        self._lay_out()
        self.table.row_chosen.connect(lambda _index: self._choose())
        self.table.row_opened.connect(lambda _index: self.editor.name.edit.setFocus())
        self.editor.removed.connect(self.table.setFocus)
        self.setFocusProxy(self.table)
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 20, 12)
        head.setSpacing(10)
        head.addWidget(self._hint, 1)
        head.addWidget(self.add)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(head)
        left.addWidget(self.table, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(rule(upright=True))
        row.addWidget(self._beside)

    def refresh(self) -> None:
        """Read the plans anew; the chosen one stays chosen."""
        with self._desk.read() as db:
            found, grades = plans.all_plans(db), policies.grades(db)
            names = segments.known(db).names
        self._list.show_plans(found, grades, names)
        self.add.setEnabled(not self._desk.store.read_only)
        row = self._list.row_of(self._chosen)
        if found:
            self.table.selectRow(row or 0)
            self._choose()
        else:
            self._chosen = None
            self._beside.setCurrentIndex(0)

    def _choose(self) -> None:
        row = self.table.currentIndex().row()
        if not 0 <= row < self._list.count():
            return
        plan = self._list.plans[row]
        self._chosen = plan.id
        with self._desk.read() as db:
            self.editor.show_plan(db, plan)
        self._beside.setCurrentIndex(1)

    def begin(self, kind: FollowUpKind) -> None:
        """A new plan of a kind, switched off until somebody has looked at it."""
        today = self._desk.today
        made: list[int | None] = []

        def work(db: Session) -> CarePlan:
            plan = plans.add(db, FIRST[kind], today)
            made.append(plan.id)
            return plan

        label = _("Add a care plan: {kind}").format(kind=shown(kind))
        if self._desk.attempt(label, work, label) is not None:
            self._chosen = made[0]
            self.refresh()
            self.editor.name.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        self.table.setAccessibleName(_("Care plans"))
        self._hint.setText(_("A plan makes follow-ups by itself, each of them once."))
        self.add.set_text(_("Add a plan"))
        self._empty.say(_("No plan yet"), _("Add one: birthdays, callbacks, festivals …"))
        menu = QMenu(self.add)
        for kind in FIRST:
            menu.addAction(shown(kind)).triggered.connect(
                lambda _on=False, kind=kind: self.begin(kind)
            )
        self.add.setMenu(menu)
        self._list.headerDataChanged.emit(
            Qt.Orientation.Horizontal, 0, self._list.columnCount() - 1
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = event.size().width() >= _ROOMY
        self._beside.setFixedWidth(_EDITOR_WIDTH if roomy else _NARROW_EDITOR)
        self.editor.set_narrow(not roomy)
        self.table.setColumnHidden(KIND, not roomy)
        self.table.setColumnWidth(WHEN, WIDTHS[WHEN] if roomy else _NARROW_WHEN)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self.editor.remove.click()
        else:
            super().keyPressEvent(event)

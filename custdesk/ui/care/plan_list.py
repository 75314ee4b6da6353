"""The list of care plans: what each is about, for whom, when, and whether it is on."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt

from custdesk.care import plans
from custdesk.i18n import N_, pgettext
from custdesk.insight.grades import Grades
from custdesk.store.models import CarePlan
from custdesk.ui.widgets.columns_model import ColumnsModel, Index
from custdesk.ui.widgets.highlight import Show
from custdesk.words import shown

PLAN, KIND, WHOM, WHEN, STATE = range(5)
HEADERS = (N_("Plan"), N_("Kind"), N_("For whom"), N_("When"), N_("State"))
WIDTHS = (150, 112, 124, 214, 60)


class PlanList(ColumnsModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(HEADERS, (), parent)
        self.plans: list[CarePlan] = []
        self.grades = Grades(())
        self.segment_names: Mapping[int, str] = {}

    def show_plans(
        self, found: list[CarePlan], grades: Grades, segment_names: Mapping[int, str]
    ) -> None:
        """Show these; only cells change where they are the same ones."""
        self.grades, self.segment_names = grades, segment_names
        with self.other_rows(same=[one.id for one in found] == [one.id for one in self.plans]):
            self.plans = found

    def row_of(self, plan_id: int | None) -> int | None:
        ids = [plan.id for plan in self.plans]
        return ids.index(plan_id) if plan_id in ids else None

    def count(self) -> int:
        return len(self.plans)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        plan, column = self.plans[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(plan, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._words(plan, column)
        if role == Show.BOLD:
            return column == PLAN and plan.enabled
        if role == Show.TAG and column == STATE:
            return "green" if plan.enabled else "grey"
        if role == Show.INK and (column != PLAN or not plan.enabled):
            return "muted"
        return None

    def _words(self, plan: CarePlan, column: int) -> str:
        if column == PLAN:
            return plans.title(plan, self.grades)
        if column == KIND:
            return shown(plan.kind)
        if column == WHOM:
            return plans.whom(plan, self.grades, self.segment_names)
        if column == WHEN:
            return plans.when(plan)
        return pgettext("plan", "on") if plan.enabled else pgettext("plan", "off")

"""The rules of grading as they are edited, beside what they would change, before they hold."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.exchange.values import Unreadable, read_money
from custdesk.i18n import _
from custdesk.insight import policies, reviewing
from custdesk.insight.measures import MEASURES, Unit
from custdesk.insight.policies import MOST_GRADES, Criterion, Every, Fault, GradeRule, Policy
from custdesk.insight.reviewing import WhatIf
from custdesk.store.models import GradingPolicy
from custdesk.ui import background
from custdesk.ui.background import Job
from custdesk.ui.desk import Desk
from custdesk.ui.grading.criterion_row import CriterionRow
from custdesk.ui.grading.grade_row import GradeRow
from custdesk.ui.grading.what_if_card import WhatIfCard
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card, ScrollPane
from custdesk.ui.widgets.fields import ChoiceField, LineField
from custdesk.ui.widgets.tabbed_page import TabPage
from custdesk.ui.widgets.text import Label

_LOOK_MS = 350
"""So long after the last key what would change is counted."""
_SIDE_WIDTH, _LABEL_WIDTH = 360, 150
_BEGIN = {Unit.MONEY: (100_000_00, 50_000_00), Unit.POINTS: (4.5, 3.5)}
"""What a new criterion begins with: above what it is high, and from what on middle."""
"""From where on a new criterion of money is high at first: as the spend of 12 months is."""


T = TypeVar("T", covariant=True)


class _Row(Protocol[T]):
    """A row of fields in which something stands."""

    def read(self) -> T:
        """Raises a sentence for what cannot be read."""


class RulesPage(TabPage):
    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._stored = Policy()
        self.draft = Policy()
        """What is being edited; it holds when it is applied."""
        self._is_read = False
        self.criteria: list[CriterionRow] = []
        self.grades: list[GradeRow] = []
        self._criteria_title, self._grades_title = Label("", "heading"), Label("", "heading")
        self._criteria_hint, self._grades_hint = (
            Label("", "small", wrap=True),
            Label("", "small", wrap=True),
        )
        self._grades_error = Label("", "error", wrap=True)
        self._grades_error.hide()
        self.add_criterion = Button(variant="link", icon="plus")
        self.add_criterion.setMenu(QMenu(self.add_criterion))
        self.add_grade = Button(variant="link", icon="plus")
        self.loyal = LineField("")
        self.review = ChoiceField("")
        for field in (self.loyal, self.review):
            field.set_label_width(_LABEL_WIDTH)
        self.apply, self.discard = Button(variant="primary"), Button()
        self.defaults = Button(variant="link")
        self._since = Label("", "small", wrap=True)
        self.earlier = Button(variant="link")
        """Rules of before, to be looked at beside what they would change, and applied again."""
        self.earlier.setMenu(QMenu(self.earlier))
        self.what_if = WhatIfCard(desk)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LOOK_MS)
        self._later.timeout.connect(self._look)
        self._lay_out()
        self.loyal.edit.textChanged.connect(lambda _text: self._typed())
        self.review.committed.connect(lambda _key: self._typed())
        self.add_grade.clicked.connect(self._new_grade)
        self.apply.clicked.connect(self._apply)
        self.discard.clicked.connect(lambda: self.show_policy(self._stored))
        self.defaults.clicked.connect(lambda: self.show_policy(Policy()))
        self.what_if.customer_requested.connect(self.customer_requested)
        desk.busy_changed.connect(lambda _busy: self._dress())
        self.retranslate()

    def _lay_out(self) -> None:
        criteria = Card("plain", (18, 14, 18, 14), 8)
        criteria.box.addWidget(self._criteria_title)
        criteria.box.addWidget(self._criteria_hint)
        self._criteria_box = QVBoxLayout()
        self._criteria_box.setSpacing(8)
        criteria.box.addLayout(self._criteria_box)
        criteria.box.addWidget(self.add_criterion, 0, Qt.AlignmentFlag.AlignLeft)
        criteria.box.addWidget(self.loyal)
        grades = Card("plain", (18, 14, 18, 14), 8)
        grades.box.addWidget(self._grades_title)
        grades.box.addWidget(self._grades_hint)
        self._grades_box = QVBoxLayout()
        self._grades_box.setSpacing(8)
        grades.box.addLayout(self._grades_box)
        grades.box.addWidget(self._grades_error)
        grades.box.addWidget(self.add_grade, 0, Qt.AlignmentFlag.AlignLeft)
        grades.box.addWidget(self.review)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 12, 16)
        column.setSpacing(12)
        for part in (criteria, grades):
            column.addWidget(part)
        past = QHBoxLayout()
        past.addWidget(self._since, 1)
        past.addWidget(self.earlier)
        column.addLayout(past)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.apply)
        buttons.addWidget(self.discard)
        buttons.addStretch(1)
        buttons.addWidget(self.defaults)
        side = QWidget()
        side.setFixedWidth(_SIDE_WIDTH)
        beside = QVBoxLayout(side)
        beside.setContentsMargins(4, 16, 20, 16)
        beside.setSpacing(12)
        beside.addWidget(self.what_if, 1)
        beside.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(ScrollPane(content), 1)
        row.addWidget(side)

    # --- showing ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """What is being edited stays; where nothing is, the rules in force are shown."""
        with self._desk.read() as db:
            _id, stored = policies.in_force(db)
            rows = policies.all_of(db)
        was_edited = self._is_read and self._is_edited()
        self._stored = stored
        self._is_read = True
        since = rows[-1].since if rows else None
        self._since.setText(
            _("In force since {day}.").format(day=formats.full_day(since)) if since else ""
        )
        self._list_earlier(rows[:-1])
        if not was_edited:
            self.show_policy(stored)
        else:
            self._look()

    def _list_earlier(self, rows: Sequence[GradingPolicy]) -> None:
        """Those rules that were in force before, the last ones first."""
        menu = self.earlier.menu()
        menu.clear()
        for row in reversed(rows):
            policy = policies.read(row.rules)
            since = formats.full_day(row.since) if row.since else _("From the beginning")
            words = _("{day}: {grades}").format(day=since, grades=policy.title)
            menu.addAction(words.replace("&", "&&")).triggered.connect(
                lambda _on=False, policy=policy: self.show_policy(policy)
            )
        self.earlier.setVisible(bool(rows))

    def show_policy(self, policy: Policy) -> None:
        """Edit this one from here on."""
        self.draft = policy
        for row in self._rows():
            row.setParent(None)
            row.deleteLater()
        self.criteria = [self._criterion(one) for one in policy.criteria]
        self.grades = [self._grade(one) for one in policy.grades]
        self.loyal.set_value(f"{policy.loyal_cents / 100:,.2f}".removesuffix(".00"))
        self.review.set_value(policy.review)
        self._look()

    def _criterion(self, one: Criterion) -> CriterionRow:
        row = CriterionRow(one)
        row.typed.connect(self._typed)
        row.removed.connect(partial(self._drop, row))
        self._criteria_box.addWidget(row)
        return row

    def _grade(self, one: GradeRule) -> GradeRow:
        row = GradeRow(one)
        row.typed.connect(self._typed)
        row.removed.connect(partial(self._drop, row))
        self._grades_box.addWidget(row)
        return row

    def _is_edited(self) -> bool:
        """Whether something else stands in the fields than what is in force."""
        return self._read()[0] != self._stored

    def _drop(self, row: CriterionRow | GradeRow) -> None:
        if isinstance(row, CriterionRow):
            self.criteria.remove(row)
        else:
            self.grades.remove(row)
        row.setParent(None)
        row.deleteLater()
        self._typed()

    # --- what is typed ----------------------------------------------------------------------------

    def _typed(self) -> None:
        self._later.start()
        self._dress()

    def _read(self) -> tuple[Policy | None, list[Fault]]:
        """What stands in the fields, and what is wrong with it; no policy for the unreadable."""
        faults: list[Fault] = []
        criteria = _read_rows("criteria", self.criteria, faults)
        grades = _read_rows("grades", self.grades, faults)
        cents = read_money(self.loyal.text())
        if cents is None or isinstance(cents, Unreadable):
            faults.append(Fault(at=("loyal_cents",), words=_("Type an amount.")))
            return None, faults
        if faults:
            return None, faults
        policy = Policy(
            criteria=tuple(criteria),
            grades=tuple(grades),
            loyal_cents=cents,
            review=Every(self.review.text() or Every.QUARTER),
        )
        return policy, policies.faults(policy)

    def _look(self) -> None:
        """Say at each field what is wrong; where nothing is, count who would move."""
        policy, faults = self._read()
        self._say(faults)
        if policy is not None:
            self.draft = policy
        self._dress(bool(faults))
        if self._job is not None:
            self._job.abandon()
            self._job = None
        if policy is None or faults:
            self.what_if.refuse(_("What is wrong stands beside the fields."))
            return
        store, today = self._desk.store, self._desk.today

        def work(report: Report) -> WhatIf:
            with store.read() as db:
                look = lambda done, of: report(done, of, _("Counting"))  # noqa: E731
                return reviewing.what_if(db, policy, today, look)

        self.what_if.wait(_("Counting …"))
        self._job = background.run(work, self._show, self._fail, owner=self)

    def _show(self, found: WhatIf) -> None:
        self._job = None
        self.what_if.show_what_if(found, self.draft.ranked)

    def _fail(self, error: CustdeskError) -> None:
        self._job = None
        self.what_if.wait(str(error))

    def _say(self, faults: list[Fault]) -> None:
        for row in self._rows():
            row.say(None, "")
        self.loyal.set_error(None)
        of_all = [fault.words for fault in faults if fault.at == ("grades",)]
        self._grades_error.setText("\n".join(of_all))
        self._grades_error.setVisible(bool(of_all))
        for fault in faults:
            if fault.at == ("grades",):
                continue
            if fault.at[0] == "loyal_cents":
                self.loyal.set_error(fault.words)
                continue
            table, place, *where = fault.at
            rows: Sequence[CriterionRow | GradeRow] = (
                self.criteria if table == "criteria" else self.grades
            )
            rows[int(place)].say(str(where[0]) if where else None, fault.words)

    def _dress(self, wrong: bool = False) -> None:
        edited = self._is_edited()
        free = not self._desk.is_busy and not self._desk.store.read_only
        self.apply.setEnabled(edited and free and not wrong)
        self.discard.setEnabled(edited)
        self.add_grade.setEnabled(len(self.grades) < MOST_GRADES)
        self._offer_criteria()

    def _rows(self) -> list[CriterionRow | GradeRow]:
        return [*self.criteria, *self.grades]

    # --- doing ------------------------------------------------------------------------------------

    def _new_grade(self) -> None:
        """One more at the lower end, half-way to the one above."""
        with self._desk.read() as db:
            key = policies.unused_key(db, (row.key for row in self.grades))
        self.grades.append(self._grade(GradeRule(key=key, name=_("New grade"), at_least=0)))
        self._typed()
        self.grades[-1].name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer_criteria(self) -> None:
        """What is not among the criteria yet."""
        menu = self.add_criterion.menu()
        menu.clear()
        used = {row.of for row in self.criteria}
        for measure in MEASURES.values():
            if measure.key not in used:
                menu.addAction(measure.called).triggered.connect(
                    lambda _on=False, of=measure.key: self._new_criterion(of)
                )
        self.add_criterion.setEnabled(bool(menu.actions()))

    def _new_criterion(self, of: str) -> None:
        high, middle = _BEGIN.get(MEASURES[of].unit, (2, 1))
        self.criteria.append(self._criterion(Criterion(of=of, weight=0, high=high, middle=middle)))
        self._typed()
        self.criteria[-1].weight.setFocus(Qt.FocusReason.OtherFocusReason)

    def _apply(self) -> None:
        """The rules hold from today on: everybody is graded anew, in the background."""
        policy, faults = self._read()
        self._say(faults)
        if policy is None or faults:
            return
        self.draft = policy
        today = self._desk.today
        self._desk.write_apart(
            _("Grade by other rules"),
            lambda db: policies.adopt(db, policy, today),
            _("Everybody is graded by these rules now."),
            lambda error: self.what_if.wait(str(error)),
            with_backup=True,
        )
        self._dress()

    def retranslate(self) -> None:
        self._criteria_title.setText(_("What counts"))
        self._criteria_hint.setText(
            _("Each gives high, middle or low; the weights say how much of it counts.")
        )
        self._grades_title.setText(_("Grades"))
        self._grades_hint.setText(
            _("From which score on, of 100; who is high in everything has 100.")
        )
        self.loyal.set_label(_("A loyal year: over ¥"))
        self.review.set_label(_("Review"))
        self.review.set_choices(
            [
                (Every.QUARTER, _("every quarter")),
                (Every.HALF_YEAR, _("every half-year")),
                (Every.YEAR, _("every year")),
                (Every.NEVER, _("never")),
            ]
        )
        self.add_criterion.set_text(_("Add a criterion"))
        self._offer_criteria()
        self.earlier.set_text(_("Earlier rules"))
        self.earlier.setToolTip(_("Look at rules of before; they hold again when you apply them"))
        self.add_grade.set_text(_("Add a grade"))
        self.apply.set_text(_("Apply"))
        self.discard.set_text(_("Discard"))
        self.defaults.set_text(_("Back to the defaults"))
        for row in self._rows():
            row.retranslate()
        self.what_if.retranslate()


def _read_rows(table: str, rows: Sequence["_Row[T]"], faults: list[Fault]) -> list[T]:
    """What stands in the rows that can be read; of the others, why not."""
    found = []
    for place, row in enumerate(rows):
        try:
            found.append(row.read())
        except CustdeskError as error:
            faults.append(Fault(at=(table, place), words=str(error)))
    return found

"""The card in which a complaint or request is taken in, and in which one says how it was solved."""

from datetime import date, timedelta

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people import cases
from custdesk.store.models import Case, CaseKind
from custdesk.ui.customer_file.quick_card import DAY_WIDTH, QuickCard
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.date_field import DateField
from custdesk.words import shown

_Draft = tuple[str, CaseKind, str, str]
"""The words, the kind, and the days as typed: when it came, and by when it is to be solved."""


class CaseCard(QuickCard[_Draft]):
    """Takes in a case, corrects one, or solves one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._case: Case | None = None
        self.words = self.line()
        self.day = self.dated(self.words)
        self.kinds = {kind: Chip(checkable=True) for kind in CaseKind}
        kinds = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        for chip in self.kinds.values():
            kinds.addButton(chip)
            row.addWidget(chip)
        self.due = DateField("", desk.today)
        self.due.set_label_width(60)
        self.due.setFixedWidth(60 + 8 + DAY_WIDTH)
        row.addSpacing(8)
        row.addWidget(self.due)
        row.addStretch(1)
        self.body.addLayout(row)
        self.foot.addStretch(1)
        self.due.entered.connect(self.save)
        self.retranslate()

    def open_case(self, customer_id: int) -> None:
        """Ask what a customer complains of, or asks for."""
        self.begin(customer_id)

    def correct(self, customer_id: int, case_id: int) -> None:
        """Ask what is to be another in a case of theirs."""
        self.begin(customer_id, case_id)

    def solve(self, customer_id: int, case_id: int) -> None:
        """Ask how a case of theirs was solved."""
        self.begin(customer_id, -case_id)

    @property
    def _solves(self) -> bool:
        """Whether it asks how the case was solved: `about` is below nought then."""
        return self.about is not None and self.about < 0

    def first(self) -> QWidget:
        return self.words

    def is_there(self, about: int) -> bool:
        with self.desk.read() as db:
            case = db.get(Case, abs(about))
        return case is not None and (about > 0 or case.solved_on is None)

    def fill(self, draft: _Draft | None) -> None:
        today = self.desk.today
        self._case = None
        if self.about is not None:
            with self.desk.read() as db:
                self._case = db.get(Case, abs(self.about))
        case = self._case
        self.day.set_day(case.opened_on if case else today)
        self.due.set_day(case.due if case else today + timedelta(days=cases.USUAL_DAYS))
        words = ""
        if case is not None:
            tried = "" if self.desk.mask.is_on else case.solution
            words = tried if self._solves else case.about
        kind = case.kind if case else CaseKind.COMPLAINT
        begins = (words, kind, self.day.text(), self.due.text())
        words, kind, day, due = draft or begins
        self._begins = begins
        self.words.setText(words)
        self.kinds[kind].setChecked(True)
        self.day.show_text(day)
        self.due.show_text(due)
        for widget in (*self.kinds.values(), self.day, self.due):
            widget.setVisible(not self._solves)

    def _now(self) -> _Draft:
        kind = next(one for one, chip in self.kinds.items() if chip.isChecked())
        return self.words.text(), kind, self.day.text(), self.due.text()

    def typed(self) -> _Draft | None:
        now = self._now()
        if self.about is None:
            return now if now[0].strip() else None
        return now if now != self._begins else None

    def clear(self) -> None:
        words, kind, day, due = self._begins
        self.words.setText(words if self.about is not None else "")
        self.kinds[kind].setChecked(True)
        self.day.show_text(day)
        self.due.show_text(due)

    def write(self, customer_id: int, name: str) -> None:
        words, kind, _day, _due = self._now()
        about, today = self.about, self.desk.today
        if about is not None and self._solves:
            said = _("Solved: {name}").format(name=name)
            self.desk.write(said, lambda db: cases.solve(db, -about, words, today), said)
            return
        day, due = self._day_of(self.day), self._day_of(self.due)
        if day is None or day > today:
            raise CustdeskError(_("Choose a day that is not after today."))
        if about is None:
            said = _("{kind} taken in: {name}").format(kind=shown(kind), name=name)
            self.desk.write(
                said, lambda db: cases.open_case(db, customer_id, kind, words, day, due), said
            )
        elif self.typed() is not None:
            said = _("{kind} corrected: {name}").format(kind=shown(kind), name=name)
            self.desk.write(said, lambda db: cases.correct(db, about, kind, words, day, due), said)

    @staticmethod
    def _day_of(field: DateField) -> date | None:
        field.commit()
        if field.error.text():
            raise CustdeskError(field.error.text())
        return field.day()

    def retranslate(self) -> None:
        super().retranslate()
        about = self.desk.mask.over(self._case.about) if self._case else ""
        if self._solves:
            self.title.set_text(_("How was it solved? {about}").format(about=about))
            self.words.setPlaceholderText(
                _("For example: replaced, and a box of tea as an apology")
            )
            self.commit.set_text(_("Solved"))
        elif self._case is not None:
            self.title.set_text(_("Correct it"))
            self.words.setPlaceholderText(_("What it is about"))
            self.commit.set_text(_("Save"))
        else:
            self.title.set_text(_("Take in a complaint or request"))
            self.words.setPlaceholderText(_("What it is about"))
            self.commit.set_text(_("Take it in"))
        self.words.setAccessibleName(self.words.placeholderText())
        self.day.edit.setAccessibleName(_("Came on"))
        for kind, chip in self.kinds.items():
            chip.set_text(shown(kind))
        self.due.set_label(_("Solve by"))

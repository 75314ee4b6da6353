"""The card in which a complaint or request is taken in, and in which one says how it was solved."""

from datetime import date, timedelta

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people import cases
from custdesk.store.models import Case, CaseKind
from custdesk.ui.customer_file.quick_card import QuickCard
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.date_field import DateField
from custdesk.words import shown

_Draft = tuple[int | None, str, CaseKind, str]
"""The case that is being solved, or none; the words, the kind, and by when as typed."""


class CaseCard(QuickCard[_Draft]):
    """Opens a case, or solves one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._case_id: int | None = None
        self._about = ""
        self.words = self.line()
        self.body.addWidget(self.words)
        self.kinds = {kind: Chip(checkable=True) for kind in CaseKind}
        kinds = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        for chip in self.kinds.values():
            kinds.addButton(chip)
            row.addWidget(chip)
        self.due = DateField("", desk.today)
        self.due.set_label_width(60)
        self.due.setFixedWidth(220)
        row.addSpacing(8)
        row.addWidget(self.due)
        row.addStretch(1)
        self.body.addLayout(row)
        self.foot.addStretch(1)
        self.retranslate()

    def open_case(self, customer_id: int) -> None:
        """Ask what a customer complains of, or asks for."""
        self._case_id = None
        self.begin(customer_id)

    def solve(self, customer_id: int, case_id: int) -> None:
        """Ask how a case of theirs was solved."""
        self._case_id = case_id
        self.begin(customer_id)

    def resume(self, customer_id: int) -> bool:
        if draft := self.draft_of(customer_id):
            self._case_id = draft[0]
        return super().resume(customer_id)

    def first(self) -> QWidget:
        return self.words

    def fill(self, draft: _Draft | None) -> None:
        usual = self.desk.today + timedelta(days=cases.USUAL_DAYS)
        self.due.set_day(usual)
        _case, words, kind, due = draft or (None, "", CaseKind.COMPLAINT, self.due.text())
        self.words.setText(words)
        self.kinds[kind].setChecked(True)
        self.due.show_text(due)
        self._about = ""
        if self._case_id is not None:
            with self.desk.read() as db:
                case = db.get(Case, self._case_id)
            self._about = case.about if case else ""
        for widget in (*self.kinds.values(), self.due):
            widget.setVisible(self._case_id is None)

    def typed(self) -> _Draft | None:
        if not self.words.text().strip():
            return None
        kind = next(one for one, chip in self.kinds.items() if chip.isChecked())
        return self._case_id, self.words.text(), kind, self.due.text()

    def clear(self) -> None:
        self.words.clear()

    def write(self, customer_id: int, name: str) -> None:
        words, today, case_id = self.words.text(), self.desk.today, self._case_id
        if case_id is not None:
            said = _("Solved: {name}").format(name=name)
            self.desk.write(said, lambda db: cases.solve(db, case_id, words, today), said)
            return
        kind = next(one for one, chip in self.kinds.items() if chip.isChecked())
        due = self._due_typed()
        said = _("{kind} taken in: {name}").format(kind=shown(kind), name=name)
        self.desk.write(
            said, lambda db: cases.open_case(db, customer_id, kind, words, today, due), said
        )

    def _due_typed(self) -> date | None:
        self.due.commit()
        if self.due.error.text():
            raise CustdeskError(_("Choose by when it is to be solved, or leave the day empty."))
        return self.due.day()

    def retranslate(self) -> None:
        super().retranslate()
        if self._case_id is None:
            self.title.set_text(_("Take in a complaint or request"))
            self.words.setPlaceholderText(_("What it is about"))
            self.commit.set_text(_("Take it in"))
        else:
            about = self.desk.mask.over(self._about)
            self.title.set_text(_("How was it solved? {about}").format(about=about))
            self.words.setPlaceholderText(
                _("For example: replaced, and a box of tea as an apology")
            )
            self.commit.set_text(_("Solved"))
        self.words.setAccessibleName(self.words.placeholderText())
        for kind, chip in self.kinds.items():
            chip.set_text(shown(kind))
        self.due.set_label(_("Solve by"))

"""The page of service: what a customer complained of or asked for, and how content they are."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from sqlmodel import Session

from custdesk import formats
from custdesk.i18n import _, ngettext
from custdesk.people import cases, feedback
from custdesk.store.models import Case, Feedback, Standing
from custdesk.ui.customer_file.dealings import Dealings
from custdesk.ui.customer_file.records import Heading, Row
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.words import shown


class Service(Dealings):
    """Cases, those that are open first, then feedback. The row of a case has its id, that of a
    feedback its id below nought."""

    icon = "alert"
    case_requested = Signal()
    feedback_requested = Signal()
    solution_requested = Signal(int)
    """One is to be asked how this case was solved."""
    correction_requested = Signal(int)
    """… or what is to be another in it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self._solve, self._reopen = Button(variant="link"), Button(variant="link")
        self._correct = Button(variant="ghost", icon="note")
        self._open = Button(variant="ghost", icon="plus")
        self._note = Button(variant="ghost", icon="plus")
        self._cases: dict[int, Case] = {}
        super().__init__(desk, parent)
        for at, button in enumerate(
            (self._solve, self._reopen, self._correct, self._open, self._note)
        ):
            self.foot.insertWidget(1 + at, button)
        self._open.clicked.connect(self.case_requested)
        self._note.clicked.connect(self.feedback_requested)
        self._solve.clicked.connect(self._ask_how)
        self._reopen.clicked.connect(self._open_again)
        self._correct.clicked.connect(self._ask_what)
        self.table.row_chosen.connect(lambda _index: self._dress())
        self.table.row_opened.connect(lambda _index: self._open_row())

    def refresh(self) -> None:
        super().refresh()
        self._dress()

    def _chosen(self) -> Case | None:
        return self._cases.get(self.table.current_id() or 0)

    def _dress(self) -> None:
        """What can be done with the chosen row."""
        case = self._chosen()
        self._solve.setVisible(case is not None and case.solved_on is None)
        self._reopen.setVisible(case is not None and case.solved_on is not None)
        # Behind the mask nobody sees what is to be another.
        self._correct.setVisible(case is not None and not self.desk.mask.is_on)

    def _ask_how(self) -> None:
        case = self._chosen()
        if case is not None and case.solved_on is None:
            self.solution_requested.emit(case.id or 0)

    def _ask_what(self) -> None:
        case = self._chosen()
        if case is not None and not self.desk.mask.is_on:
            self.correction_requested.emit(case.id or 0)

    def _open_row(self) -> None:
        """Enter or a double click: an open case is to be solved, a solved one looked at."""
        case = self._chosen()
        if case is not None and case.solved_on is None:
            self._ask_how()
        else:
            self._ask_what()

    def _open_again(self) -> None:
        case = self._chosen()
        if case is not None:
            id, today = case.id or 0, self.desk.today
            said = _("Open again: {name}").format(name=self.name())
            self.desk.attempt(said, lambda db: cases.reopen(db, id, today), said)

    def retranslate(self) -> None:
        super().retranslate()
        self.table.setAccessibleName(_("Service"))
        self.empty.say(
            _("No complaint, request or feedback yet"),
            _("Take in what they complain of or ask for, and note how content they are."),
        )
        self._solve.set_text(_("Solved …"))
        self._reopen.set_text(_("Open again"))
        self._correct.set_text(_("Correct"))
        self._open.set_text(_("Case"))
        self._note.set_text(_("Feedback"))

    def read(self, db: Session, customer_id: int) -> tuple[list[Heading], list[Row], str]:
        found, said = cases.of_customer(db, customer_id), feedback.of_customer(db, customer_id)
        standing = db.get(Standing, customer_id)
        self._cases = {one.id or 0: one for one in found}
        headings = [
            Heading(_("Day"), 92),
            Heading(_("Kind"), 122),
            Heading(_("In words")),
            Heading(_("What became of it")),
        ]
        rows = [self._case(one) for one in found] + [self._feedback(one) for one in said]
        n = sum(one.solved_on is None for one in found)
        words = [ngettext("{n} open", "{n} open", n).format(n=n)] if found else []
        if standing and standing.satisfaction is not None:
            mean = f"{standing.satisfaction:.1f}".removesuffix(".0")
            words.append(_("satisfaction {n} of 5").format(n=mean))
        return headings, rows, " · ".join(words)

    def _case(self, one: Case) -> Row:
        over, today = self.desk.mask.over, self.desk.today
        if one.solved_on:
            became = _("Solved on {day}: {how}").format(
                day=formats.calendar_day(one.solved_on, today), how=over(one.solution)
            )
        elif one.due is None:
            became = _("Open")
        elif one.due < today:
            became = _("Open, overdue since {day}").format(day=formats.calendar_day(one.due, today))
        else:
            became = _("Open, due on {day}").format(day=formats.calendar_day(one.due, today))
        if one.solution and one.solved_on is None:
            became = _("{open}; tried: {how}").format(open=became, how=over(one.solution))
        return one.id or 0, (one.opened_on.isoformat(), shown(one.kind), over(one.about), became)

    def _feedback(self, one: Feedback) -> Row:
        number = _("{n} of 5").format(n=one.score)
        score = f"{feedback.stars(one.score)} {number}"
        words = self.desk.mask.over(one.words)
        kind = _("{what} · {how}").format(what=_("Feedback"), how=shown(one.source))
        cells = (one.day.isoformat(), kind, words, score)
        return -(one.id or 0), cells

    def remove(self, db: Session, id: int) -> None:
        if id < 0:
            feedback.remove(db, -id)
        else:
            cases.remove(db, id)

    def removed_words(self) -> str:
        if (self.table.current_id() or 0) < 0:
            return _("Removed feedback of {name}").format(name=self.name())
        return _("Removed a complaint or request of {name}").format(name=self.name())

"""The right side of the follow-ups: the month, and the chosen one with words and outcome."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.care.briefing import Briefing, Coming, usual_channel
from custdesk.care.calendar import lunar_label
from custdesk.care.follow_ups import Due
from custdesk.i18n import _
from custdesk.store.models import FollowUpKind
from custdesk.ui.follow_ups.outcome import OutcomeBox
from custdesk.ui.follow_ups.person import PersonCard
from custdesk.ui.follow_ups.table import MIME
from custdesk.ui.follow_ups.words_card import WordsCard
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.card import ScrollPane
from custdesk.ui.widgets.month_calendar import MonthCalendar
from custdesk.ui.widgets.text import Label, rule
from custdesk.words import shown

WIDTH, NARROWEST = 396, 312
_SIDE, _TOP, _NARROW, _LOW, _ROOMY = 18, 12, 370, 640, 768


class _Pane(ScrollPane):
    """As high as its content where there is room, so that what follows stands right below it."""

    def __init__(self, content: QWidget) -> None:
        super().__init__(content)
        self._content = content
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        layout = self._content.layout()
        if layout is None:
            return super().sizeHint()
        hint = layout.totalSizeHint()
        if layout.hasHeightForWidth():
            hint.setHeight(layout.totalHeightForWidth(self.width()))
        return hint

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 120)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        layout = self._content.layout()
        if layout is not None:  # the bar takes its room from the margin
            bar = self.width() - self.viewport().width()
            layout.setContentsMargins(_SIDE, _TOP, max(4, _SIDE - bar), 0)
        self.updateGeometry()


class Panel(QWidget):
    """`customer_requested(int)` when the file of the chosen follow-up is to be opened.

    `month` and `outcome` speak for themselves; the view listens to them. `sent(str)`: these words
    were sent, by `words.channel()`.
    """

    customer_requested = Signal(int)
    copied = Signal(str)
    sent = Signal(str)

    def __init__(
        self,
        today: date,
        mask: Mask,
        clock: Callable[[], datetime] = datetime.now,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._customer_id: int | None = None
        self.month = MonthCalendar(today, lunar_label)
        self.month.accept(MIME)
        self.outcome = OutcomeBox(today)
        self.words = WordsCard(mask, clock)
        self._person = PersonCard(mask)
        self._hint = Label("", "muted", wrap=True)
        self._silent = Label("", "danger", wrap=True)
        self._rule = rule()
        content = QWidget()
        self._top = top = QVBoxLayout(content)
        top.setContentsMargins(_SIDE, _TOP, _SIDE, 0)
        top.setSpacing(8)
        for widget in (self.month, self._rule, self._person, self._hint, self._silent,
                       self.words):  # fmt: skip
            top.addWidget(widget)
        top.addStretch(1)
        self._pane = _Pane(content)
        foot = QWidget()
        low = QVBoxLayout(foot)
        low.setContentsMargins(_SIDE, 8, _SIDE, 12)
        low.addWidget(self.outcome)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pane)
        column.addWidget(foot)
        column.addStretch(1)
        self._person.file_requested.connect(self._open_file)
        self.words.copied.connect(self.copied)
        self.words.sent.connect(self.sent)
        self.show_nobody()
        self.retranslate()

    def _open_file(self) -> None:
        if self._customer_id is not None:
            self.customer_requested.emit(self._customer_id)

    def show_due(self, known: Briefing, due: Due, coming: Coming | None, today: date) -> None:
        """Show a follow-up that is to be done."""
        self._show_person(known, today)
        if not known.do_not_contact:
            self.words.show_for(known, due)
        self.outcome.show_for(
            due.id or 0,
            usual_channel(known, due),
            next_words(coming, today),
            win_back=due.kind is FollowUpKind.WIN_BACK,
            may_solve=due.may_solve,
        )
        self._show(person=True, work=True, silent=known.do_not_contact)

    def show_several(self, n: int) -> None:
        """`n` rows are chosen: the outcome is of all of them, words are for one."""
        self.outcome.set_several(n)
        if n > 1:
            self.words.hide()

    def show_closed(self, known: Briefing, today: date) -> None:
        """Show whom a follow-up was about that is done."""
        self._show_person(known, today)
        self._show(person=True, work=False)

    def show_nobody(self) -> None:
        self._customer_id = None
        self._show(person=False, work=False)

    def _show_person(self, known: Briefing, today: date) -> None:
        self._customer_id = known.customer_id
        self._person.show_person(known, today)

    def _show(self, *, person: bool, work: bool, silent: bool = False) -> None:
        """`silent`: about somebody who does not want to be contacted, so no words and no call."""
        self._person.setVisible(person)
        self._hint.setVisible(not person)
        self.words.setVisible(work and not silent)
        self._silent.setVisible(work and silent)
        self.outcome.setVisible(work)
        self._pane.updateGeometry()

    def _place_month(self, *, below: bool) -> None:
        """Above the person, or below the words where the window is too low for both."""
        if below != (self._top.indexOf(self.month) > self._top.indexOf(self.words)):
            for widget in (self.month, self._rule):
                self._top.removeWidget(widget)
            at = self._top.indexOf(self.words) + 1 if below else 0
            self._top.insertWidget(at, self._rule)
            self._top.insertWidget(at + 1 if below else at, self.month)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        self.words.set_narrow(narrow)
        self.outcome.set_narrow(narrow)
        self.month.set_low(event.size().height() < _ROOMY)
        self._place_month(below=event.size().height() < _LOW)

    def retranslate(self) -> None:
        self._hint.setText(
            _("Choose a follow-up: phone, last talk and words to say will stand here.")
        )
        self._silent.setText(
            _("Does not want to be contacted: no words to say, no call. What you planned by hand "
              "stays until you end it.")
        )  # fmt: skip
        self._person.retranslate()
        self.words.retranslate()
        self.outcome.retranslate()


def next_words(coming: Coming | None, today: date) -> str:
    """ "下次：12月21日 回访"."""
    if coming is None:
        return _("Nothing further is planned")
    return _("Next: {what}, {day}").format(
        what=shown(coming.kind), day=formats.day(coming.due, today)
    )

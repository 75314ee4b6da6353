"""What came of a follow-up, by which channel, and what comes next; or why it is skipped."""

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from custdesk.care.calendar import lunar_label
from custdesk.care.follow_ups import NextStep
from custdesk.errors import CustdeskError
from custdesk.i18n import N_, _, ngettext
from custdesk.store.models import Channel
from custdesk.ui import theme
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.date_field import DateField
from custdesk.ui.widgets.fields import LineField
from custdesk.ui.widgets.flow_layout import FlowLayout
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.text import ElidedLabel, Label
from custdesk.words import shown

_REASONS = (N_("Spoke with them lately"), N_("Cannot be reached"), N_("Not needed this time"))
_LOST = (N_("price"), N_("moved away"), N_("buys elsewhere"), N_("needs it no more"), N_("unhappy"))
"""Why customers are usually lost."""


class _Line(QWidget):
    """A small label over a line, with a sentence under it when it is wrong."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.label = Label("", "small")
        self.edit = QLineEdit()
        self.error = Label("", "error", wrap=True)
        self.error.hide()
        self.label.setBuddy(self.edit)
        mark_focus(self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for widget in (self.label, self.edit, self.error):
            column.addWidget(widget)
        self.edit.installEventFilter(self)
        self.edit.returnPressed.connect(self.entered)
        self.edit.textEdited.connect(lambda _text: self.refuse(""))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """An empty line has nothing to undo: the key is the window's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo = event.matches(QKeySequence.StandardKey.Undo)
            redo = event.matches(QKeySequence.StandardKey.Redo)
            if (undo or redo) and not self.edit.text():
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def name(self, label: str, placeholder: str) -> None:
        self.label.setText(label)
        self.edit.setAccessibleName(label)
        self.edit.setPlaceholderText(placeholder)

    def refuse(self, sentence: str) -> None:
        """Say why this cannot be accepted; "" takes it back."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.edit.setAccessibleDescription(sentence)
        theme.restyle(self.edit, "wrong", bool(sentence))


_Draft = tuple[str, Channel, bool]
"""What came of it, how, and whether it solves the case."""


class OutcomeBox(QStackedWidget):
    """`done_requested` and `skip_requested`; what was typed for one follow-up waits for it."""

    done_requested = Signal()
    skip_requested = Signal(str)
    solves_changed = Signal()
    """Whether the case is solved by it: something else comes next."""

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id: int | None = None
        self._several = 0
        self._is_narrow = False
        self._is_win_back = False
        """Leaving it out means that the customer is given up."""
        self._drafts: dict[int, _Draft] = {}
        self._before_mask: dict[int, _Draft] = {}
        self._skipped_id: int | None = None
        self._line, self._why = _Line(), _Line()
        self._chips = {channel: Chip(checkable=True) for channel in Channel}
        self._solves = Chip(checkable=True)
        self._reasons = [Chip() for _place in range(max(len(_REASONS), len(_LOST)))]
        self._next = ElidedLabel("", "small")
        self._more = Button(variant="link", icon="plus")
        self.then = NextStepLine(today)
        self._done = Button(variant="primary")
        self._skip, self._cancel = Button(variant="primary"), Button(variant="ghost")
        self.addWidget(self._outcome_page())
        self.addWidget(self._skip_page())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._line.entered.connect(self.done_requested)
        self._done.clicked.connect(self.done_requested)
        self._why.entered.connect(lambda: self.skip_requested.emit(self._why.edit.text()))
        self._skip.clicked.connect(lambda: self.skip_requested.emit(self._why.edit.text()))
        self._cancel.clicked.connect(self.cancel_skip)
        self._more.clicked.connect(self._ask_next_step)
        self._solves.toggled.connect(lambda _on: self.solves_changed.emit())
        self.then.closed.connect(self._more.show)
        self.retranslate()

    def _outcome_page(self) -> QWidget:
        group = QButtonGroup(self)
        chips = QWidget()
        flow = FlowLayout(chips, 6)
        for chip in self._chips.values():
            group.addButton(chip)
            flow.addWidget(chip)
        flow.addWidget(self._solves)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self._next, 1)
        foot.addWidget(self._more)
        foot.addWidget(self._done)
        return _page(self._line, chips, foot, self.then)

    def _skip_page(self) -> QWidget:
        chips = QWidget()
        flow = FlowLayout(chips, 6)
        for chip in self._reasons:
            flow.addWidget(chip)
            chip.clicked.connect(self._skip_because)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._skip)
        return _page(self._why, chips, foot)

    def _skip_because(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self.skip_requested.emit(chip.text())

    def show_for(
        self,
        follow_up_id: int,
        channel: Channel,
        next_words: str,
        *,
        win_back: bool = False,
        may_solve: bool = False,
    ) -> None:
        """Ask about this follow-up; `channel` is the usual one, `next_words` what comes next,
        `may_solve` whether a case may be solved by what comes of it."""
        if win_back != self._is_win_back:
            self._is_win_back = win_back
            self._name_reasons()
        if follow_up_id != self._id:
            self._keep()
            self._id = follow_up_id
            self._put(self._drafts.pop(follow_up_id, ("", channel, False)))
            self._line.refuse("")
            self.then.put_away()
            self.cancel_skip()
        self._solves.setVisible(may_solve)
        self._next.set_text(next_words)

    def say_next(self, words: str) -> None:
        """What comes next."""
        self._next.set_text(words)

    def set_several(self, n: int) -> None:
        """How many are chosen, of which this will be the outcome."""
        self._several = n
        if n > 1:
            self._solves.hide()
        words = _("Done") if self._is_narrow else _("Done, plan the next")
        if n > 1:
            words = ngettext("Done: {n} follow-up", "Done: {n} follow-ups", n).format(n=n)
        self._done.set_text(words)

    def set_narrow(self, narrow: bool) -> None:
        """Where there is little room, the button leaves it to the words beside it."""
        self._is_narrow = narrow
        self.set_several(self._several)

    def _ask_next_step(self) -> None:
        self._more.hide()
        self.then.ask()

    def forget(self) -> None:
        """The follow-up asked about is dealt with."""
        self._id = None
        self.then.put_away()
        self._line.edit.setText("")

    def _keep(self) -> None:
        if self._id is not None and self.outcome():
            self._drafts[self._id] = (self.outcome(), self.channel(), self._solves.isChecked())

    def _put(self, draft: _Draft) -> None:
        typed, channel, solves = draft
        self._line.edit.setText(typed)
        self._chips[channel].setChecked(True)
        self._solves.setChecked(solves)

    def set_masked(self, on: bool) -> None:
        """What was typed before waits until the mask is off, and stands before what came since."""
        if self.is_skipping() and on:
            self._skipped_id = self._id
        self._keep()
        self.then.set_masked(on)
        if on:
            self.cancel_skip()
            self._before_mask, self._drafts = self._drafts, {}
            self._line.edit.clear()
            return
        for id, (typed, channel, solves) in self._before_mask.items():
            since, channel, solves = self._drafts.get(id, ("", channel, solves))
            self._drafts[id] = (" ".join(filter(None, (typed, since))), channel, solves)
        self._before_mask = {}
        if self._id in self._drafts:
            self._put(self._drafts.pop(self._id))
        if self._id is not None and self._id == self._skipped_id:
            self.setCurrentIndex(1)
        self._skipped_id = None

    def outcome(self) -> str:
        return self._line.edit.text().strip()

    def channel(self) -> Channel:
        return next((one for one, chip in self._chips.items() if chip.isChecked()), Channel.PHONE)

    def solves(self) -> bool:
        """Whether the case was solved by it."""
        return self._solves.isVisible() and self._solves.isChecked()

    def ask_outcome(self) -> None:
        """Put the cursor where the outcome is typed."""
        self.cancel_skip()
        self._line.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refuse(self, sentence: str) -> None:
        """Say beside the line in use why it is not accepted."""
        line = self._why if self.is_skipping() else self._line
        line.refuse(sentence)
        line.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_reason(self) -> None:
        """Ask why it is to be skipped."""
        self._why.edit.clear()
        self._why.refuse("")
        self.setCurrentIndex(1)
        self._why.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def is_skipping(self) -> bool:
        return self.currentIndex() == 1

    def cancel_skip(self) -> None:
        if self.is_skipping():
            self.setCurrentIndex(0)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            escapes = event.key() == Qt.Key.Key_Escape and self.is_skipping()
            event.setAccepted(escapes)  # else the window goes back
            return escapes or super().event(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_skipping():
            self.cancel_skip()
            self._line.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            event.accept()  # the line itself has answered
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        self._line.name(
            _("To note when it is done"), _("For example: called, will come on Sunday …")
        )
        self._name_reasons()
        for channel, chip in self._chips.items():
            chip.set_text(shown(channel))
        self._solves.set_text(_("The case is solved"))
        self.set_several(self._several)
        self._more.set_text(_("Next step"))
        self.then.retranslate()
        self._cancel.set_text(_("Cancel"))

    def _name_reasons(self) -> None:
        """Why somebody is left out this once, or given up for good."""
        if self._is_win_back:
            self._why.name(_("Lost: why?"), _("For example: moved to Suzhou"))
            self._skip.set_text(_("Give up"))
        else:
            self._why.name(_("Why is it skipped?"), _("For example: away until New Year"))
            self._skip.set_text(_("Skip this time"))
        reasons = _LOST if self._is_win_back else _REASONS
        for place, chip in enumerate(self._reasons):
            chip.setVisible(place < len(reasons))
            chip.set_text(_(reasons[place]) if place < len(reasons) else "")


class NextStepLine(QWidget):
    """What was promised beside the outcome: what, and on which day. `closed` when put away."""

    closed = Signal()

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._before_mask: tuple[str, str] | None = None
        self.what = LineField("", above=True)
        self.day = DateField("", today, label_for=lunar_label, above=True)
        self.day.setFixedWidth(132)
        self._close = Button(variant="icon", icon="close")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.what, 1)
        row.addWidget(self.day)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignBottom)
        self._close.clicked.connect(self.put_away)
        self.hide()

    def ask(self) -> None:
        self.day.set_day(self._today + timedelta(days=7))
        self.show()
        self.what.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_away(self) -> None:
        self.what.set_value("")
        self.hide()
        self.closed.emit()

    def set_masked(self, on: bool) -> None:
        """What was typed before waits until the mask is off."""
        if on and not self.isHidden():
            self._before_mask = self.what.text(), self.day.text()
            self.put_away()
        elif not on and self._before_mask is not None:
            what, day = self._before_mask
            self._before_mask = None
            self.ask()
            self.what.show_text(what)
            self.day.show_text(day)

    def set_today(self, today: date) -> None:
        self._today = today

    def step(self) -> NextStep | None:
        """What was typed; None for nothing. Raises a CustdeskError for half of it."""
        if self.isHidden() or not self.what.text():
            return None
        self.day.commit()
        day = self.day.day()
        if self.day.error.text():
            raise CustdeskError(self.day.error.text())
        if day is None or day < self._today:
            raise CustdeskError(_("Choose today or a later day."))
        return NextStep(day, self.what.text())

    def retranslate(self) -> None:
        self.what.set_label(_("Next step"))
        self.what.edit.setPlaceholderText(_("For example: bring samples"))
        self.day.set_label(_("On"))
        self._close.set_text(_("No next step"))


def _page(line: QWidget, chips: QWidget, foot: QHBoxLayout, more: QWidget | None = None) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addWidget(line)
    column.addWidget(chips)
    if more is not None:
        column.addWidget(more)
    column.addLayout(foot)
    column.addStretch(1)
    return page

"""The follow-ups: what is due, what fell due meanwhile, the words to say, the outcome."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget
from sqlmodel import Session

from custdesk import formats
from custdesk.care import follow_ups, habits, sending
from custdesk.care.briefing import briefing, coming_after
from custdesk.care.calendar import lunar_label
from custdesk.care.follow_ups import Due
from custdesk.care.working_days import next_working_day
from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.insight import reviewing
from custdesk.people import lists
from custdesk.store.store import Change
from custdesk.ui.desk import MANY, Desk
from custdesk.ui.follow_ups import rows
from custdesk.ui.follow_ups.agenda import Agenda, Shown
from custdesk.ui.follow_ups.days import show_rest_days
from custdesk.ui.follow_ups.panel import NARROWEST, WIDTH, Panel, next_words
from custdesk.ui.follow_ups.rows import Bunch, Entry, Past
from custdesk.ui.widgets.month_calendar import MonthCalendar, month_moved
from custdesk.ui.widgets.notice_bar import NoticeBar
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import rule

AHEAD = timedelta(days=7)
LATELY = timedelta(days=30)
_ROOMY = 1200


class FollowUpsView(Speaks, QWidget):
    """What is due and what was done, one of which is chosen.

    Keys: arrows choose, Enter goes to the outcome, Ctrl+Enter is done, S puts off, K skips.
    `count_changed(int)`: so many are due today or overdue.
    """

    customer_requested = Signal(int)
    list_requested = Signal(str, int)
    """The list of a festival, as `care.ledger` names it, and the year."""
    count_changed = Signal(int)
    review_requested = Signal()
    """The review of grades, when it is due."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown, self._day = Shown.TODAY, desk.today
        self._due: Due | None = None
        self._is_stale, self._is_moving = True, False
        self._agenda = Agenda(desk, self._fetch)
        self._panel = Panel(desk.today, desk.mask, lambda: desk.now)
        self.review = NoticeBar(icon="insights")
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._agenda, 1)
        row.addWidget(rule(upright=True))
        row.addWidget(self._panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.review)
        column.addLayout(row, 1)
        self.review.first.clicked.connect(self.review_requested)
        self._agenda.shown_requested.connect(self.show_list)
        self._agenda.row_chosen.connect(self._row_chosen)
        self._agenda.form.planned.connect(self.choose)
        table = self._agenda.table
        table.row_opened.connect(self.ask_outcome)
        table.done_asked.connect(self._done_asked)
        table.selectionModel().selectionChanged.connect(lambda *_now: self._show_several())
        table.list_asked.connect(self.open_list)
        table.later_asked.connect(self._open_menu)
        table.menu_asked.connect(lambda place: self._open_menu(place, whole=True))
        self._panel.customer_requested.connect(self.customer_requested)
        self._panel.copied.connect(lambda words: desk.said.emit(words, False))
        self._panel.sent.connect(self.send)
        self._panel.outcome.done_requested.connect(self.complete)
        self._panel.outcome.skip_requested.connect(self.skip)
        self._panel.outcome.solves_changed.connect(self._say_next)
        self._panel.month.day_chosen.connect(self.show_day)
        self._panel.month.dropped.connect(self._dropped)
        self._panel.month.month_shown.connect(lambda _year, _month: self._mark_days())
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            done = QShortcut(QKeySequence(key), self)
            done.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            done.activated.connect(self._finish)
        desk.changed.connect(self._changed)
        desk.day_turned.connect(self._day_turned)
        desk.mask.changed.connect(self._mask)
        self.setFocusProxy(table)
        self.retranslate()

    # --- showing ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read everything again; the chosen follow-up stays chosen, or the one after it is."""
        self._is_stale = False
        today = self._desk.today
        chosen, around = self._agenda.chosen_id(), self._agenda.neighbours()
        with self._desk.read() as db:
            waiting = follow_ups.waiting(db, today + AHEAD, today)
            lots = follow_ups.lots(db, today + AHEAD)
            entries = self._entries(db, waiting, lots, today)
            sentence, hint = ("", "") if entries else self._nothing(db, waiting, today)
            country = habits.of(db).country
            self._show_review(reviewing.due_since(db, today))
        now = sum(due <= today for _id, due in waiting)
        self._agenda.show_date(self._day, country)
        show_rest_days(self._panel.month, country)
        self._agenda.show_counts(now, len(waiting) - now)
        self._is_moving = True
        self._agenda.show_entries(self._shown, self._day, entries, today)
        self._agenda.say_empty(sentence, hint)
        found = chosen is not None and self._agenda.choose(chosen)
        if not found and not any(map(self._agenda.choose, around)):
            self._agenda.choose_first()
        self._is_moving = False
        self._show_chosen()
        self._mark_days()
        self.count_changed.emit(now)

    def _show_review(self, since: date | None) -> None:
        """A review of grades is nobody's follow-up: it stands above those of customers."""
        if since is None:
            self.review.say("")
            return
        words = _("The review of grades is due since {day}: who moved up or down, and why?")
        self.review.say(words.format(day=formats.full_day(since)), _("Review grades"))

    def _entries(
        self, db: Session, waiting: rows.Waiting, lots: rows.Lots, today: date
    ) -> list[Entry]:
        if self._shown is Shown.TODAY:
            return rows.due_now(waiting, lots, today)
        if self._shown is Shown.WEEK:
            return rows.due_ahead(waiting, lots, today)
        if self._shown is Shown.DONE:
            return rows.done_lately(follow_ups.closed(db, today - LATELY), today)
        day = self._day
        closed = follow_ups.closed(db, day) if day <= today else []
        waiting = follow_ups.waiting(db, day, today, day)
        lots = follow_ups.lots(db, day, day)
        return rows.of_day(waiting, lots, closed, day, today)

    def _nothing(self, db: Session, waiting: rows.Waiting, today: date) -> tuple[str, str]:
        """What the empty place says: a sentence, and what to do next."""
        if not lists.how_many(db):
            hint = _("Import or add customers; birthdays and callbacks then appear by themselves.")
            return _("No customers yet, so nothing to follow up"), hint
        by_hand = _("Promised somebody something? Plan a follow-up.")
        if self._shown is Shown.DONE:
            hint = _("Whom you called, and what came of it, will stand here.")
            return _("Nothing was done in the last 30 days"), hint
        if self._shown is Shown.DAY:
            day = formats.weekday_day(self._day)
            return _("Nothing is due on {day}").format(day=day), by_hand
        if self._shown is Shown.WEEK:
            return _("Nothing is due in the next 7 days"), by_hand
        ahead = follow_ups.these(db, [id for id, _due in waiting[:1]], today)
        for due in ahead.values():
            hint = _("Next: {name} on {day} ({what}).").format(
                name=due.customer,
                day=formats.calendar_day(due.due, today),
                what=self._desk.mask.over_due(due).reason,
            )
            return _("Nothing is due today"), hint
        return _("Nothing is due today"), by_hand

    def _fetch(self, ids: Sequence[int]) -> dict[int, Due]:
        with self._desk.read() as db:
            return follow_ups.these(db, ids, self._desk.today)

    def _mark_days(self) -> None:
        with self._desk.read() as db:
            self._panel.month.set_marks(follow_ups.days_with(db, *self._panel.month.days_shown()))

    def _row_chosen(self, _row: int) -> None:
        if not self._is_moving:
            self._show_chosen()

    def _show_chosen(self) -> None:
        """Show the chosen row beside the list."""
        table, model = self._agenda.table, self._agenda.model
        self._due = model.due_at(table.chosen_row())
        entry = model.entry(table.chosen_row())
        today = self._desk.today
        with self._desk.read() as db:
            if self._due is not None and self._due.id is not None:
                known = briefing(db, self._due.customer_id)
                coming = coming_after(db, self._due.id, today)
                self._panel.show_due(known, self._due, coming, today)
                if self._panel.outcome.solves():
                    self._say_next()
            elif isinstance(entry, Past):
                self._panel.show_closed(briefing(db, entry.closed.customer_id), today)
            else:
                self._panel.show_nobody()

    def _say_next(self) -> None:
        """What comes next, once the case is solved by it or is not."""
        box, due, today = self._panel.outcome, self._due, self._desk.today
        if due is not None and due.id is not None:
            with self._desk.read() as db:
                coming = coming_after(db, due.id, today, solves=box.solves())
            box.say_next(next_words(coming, today))

    def show_list(self, shown: Shown) -> None:
        """Show today, the next 7 days, or what was done."""
        self._shown = shown
        if shown is not Shown.DAY:
            self._day = self._desk.today
            self._panel.month.select(self._day)
        self.refresh()

    def show_day(self, day: date) -> None:
        """Show what is due on one day; today is the list of today."""
        self._day = day
        self._panel.month.select(day)
        self._shown = Shown.TODAY if day == self._desk.today else Shown.DAY
        self.refresh()

    def choose(self, follow_up_id: int) -> None:
        """Choose a follow-up, in the list that shows it."""
        if self._is_stale:
            self.refresh()
        if self._agenda.choose(follow_up_id):
            return
        today = self._desk.today
        with self._desk.read() as db:
            due = follow_ups.one(db, follow_up_id, today)
        if due is None:
            return
        if due.due <= today + timedelta(days=1):
            self.show_list(Shown.TODAY)
        elif due.due <= today + AHEAD:
            self.show_list(Shown.WEEK)
        else:
            self.show_day(due.due)
        self._agenda.choose(follow_up_id)

    def schedule_for(self, customer_id: int | None = None) -> None:
        """Open the card in which a follow-up is planned, for a customer or one to be chosen."""
        ahead = self._shown is Shown.DAY and self._day > self._desk.today
        self._agenda.plan(customer_id, self._day if ahead else None)

    # --- acting -------------------------------------------------------------------------------

    def ask_outcome(self) -> None:
        """Go to where the outcome is typed, or to the list of a festival."""
        if self._due is not None:
            self._panel.outcome.ask_outcome()
        else:
            self.open_list()

    def _done_asked(self) -> None:
        """By a row's own button: the outcome is asked for where none was typed."""
        if self._panel.outcome.outcome():
            self.complete()
        else:
            self.ask_outcome()

    def _show_several(self) -> None:
        """Say how many are chosen, where the buttons are that act on all of them."""
        self._panel.show_several(len(self._agenda.table.chosen_ids()))

    def open_list(self) -> None:
        """The list of the festival that is chosen."""
        entry = self._agenda.model.entry(self._agenda.table.chosen_row())
        if isinstance(entry, Bunch):
            self.list_requested.emit(entry.lot.about, entry.lot.day.year)

    def _chosen(self) -> list[int]:
        """Those that are to be acted on: every chosen row, or the one that is shown."""
        several = self._agenda.table.chosen_ids()
        if len(several) > 1:
            return several
        return [self._due.id] if self._due is not None and self._due.id is not None else []

    def _named(self, one: str, ids: Sequence[int], many: str) -> str:
        """A label that names the customer of one follow-up, or counts several."""
        if len(ids) == 1 and self._due is not None:
            return one.format(name=self._due.customer)
        return many.format(n=len(ids))

    def complete(self) -> None:
        """What is chosen is done, with the outcome that was typed; then on to the next."""
        ids, box = self._chosen(), self._panel.outcome
        if not ids:
            return
        if not box.outcome():
            box.ask_outcome()
            box.refuse(_("Say in a word what came of it."))
            return
        outcome, channel, now = box.outcome(), box.channel(), self._desk.now
        solves = box.solves()
        sent = {id: self._panel.words.copied_for(id) for id in ids}
        try:
            then = box.then.step()
        except CustdeskError as error:
            box.then.day.set_error(str(error))
            return
        label = self._named(
            _("Follow-up done: {name}"),
            ids,
            ngettext("{n} follow-up done", "{n} follow-ups done", len(ids)),
        )
        said = label
        if len(ids) == 1:
            with self._desk.read() as db:
                coming = coming_after(db, ids[0], self._desk.today, solves=solves)
            said = _("{done}. {next}").format(done=label, next=next_words(coming, self._desk.today))

        def work(db: Session) -> None:
            for id in follow_ups.still_open(db, ids) if len(ids) > 1 else ids:
                follow_ups.complete(
                    db, id, outcome, channel, now, then, said=sent[id], solves=solves
                )

        self._act(ids, label, work, said)

    def send(self, words: str) -> None:
        """The chosen follow-up is done by these words, which were sent; then on to the next."""
        due = self._due
        if due is None or due.id is None:
            return
        id, channel, now = due.id, self._panel.words.channel(), self._desk.now
        label = _("Greeting sent: {name}").format(name=due.customer)
        self._act([id], label, lambda db: sending.send(db, id, words, channel, now), label)

    def skip(self, reason: str) -> None:
        """Leave what is chosen out this once."""
        ids, now = self._chosen(), self._desk.now
        words = self._named(
            _("Follow-up skipped: {name}"),
            ids,
            ngettext("{n} follow-up skipped", "{n} follow-ups skipped", len(ids)),
        )

        def work(db: Session) -> None:
            for id in follow_ups.still_open(db, ids) if len(ids) > 1 else ids:
                follow_ups.skip(db, id, reason, now)

        self._act(ids, words, work, words)

    def snooze(self, until: date, ids: Sequence[int] = ()) -> None:
        """Put what is chosen, or these, off."""
        ids, today = list(ids) or self._chosen(), self._desk.today
        day = formats.calendar_day(until, today)
        one = _("Put off to {day}: {name}").replace("{day}", day)
        many = ngettext(
            "{n} follow-up put off to {day}", "{n} follow-ups put off to {day}", len(ids)
        ).replace("{day}", day)
        words = self._named(one, ids, many)

        def work(db: Session) -> None:
            for id in follow_ups.still_open(db, ids) if len(ids) > 1 else ids:
                follow_ups.snooze(db, id, until, today)

        self._act(ids, words, work, words)

    def _dropped(self, day: date, what: bytes) -> None:
        """Follow-ups were dragged onto a day."""
        if day > self._desk.today:
            self.snooze(day, [int(id) for id in what.split() if id.isdigit()])
        else:
            self._desk.warned.emit(_("Choose a day after today."))

    def _act(
        self, ids: Sequence[int], label: str, work: Callable[[Session], object], said: str
    ) -> None:
        """Write, and go on to the next of the list; what is refused is said beside the field."""
        if not ids:
            return
        following = [id for id in self._agenda.neighbours() if id not in ids]
        if len(ids) > MANY:
            self._desk.attempt_on(len(ids), label, work, said)
            return
        try:
            self._desk.write(label, work, said)
        except CustdeskError as error:
            self._panel.outcome.refuse(str(error))
            return
        self._panel.outcome.forget()
        self._panel.outcome.cancel_skip()
        if not any(map(self._agenda.choose, following)):
            self._show_chosen()
        self._agenda.table.setFocus()

    def _finish(self) -> None:
        """Ctrl+Enter: save what is being planned or skipped, or be done."""
        form = self._agenda.form
        focused = self.focusWidget()
        if form.isVisible() and focused is not None and form.isAncestorOf(focused):
            form.save()
        else:
            self.complete()

    def _open_menu(self, place: QPoint, *, whole: bool = False) -> None:
        """The menu of Later; `whole` also offers what the row's other button and the panel do."""
        if self._due is None:
            return
        today, n = self._desk.today, len(self._chosen())
        with self._desk.read() as db:
            country = habits.of(db).country
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if whole:
            if n > 1:
                menu.addSection(ngettext("{n} chosen", "{n} chosen", n).format(n=n))
            menu.addAction(_("Done …") + "\tEnter").triggered.connect(self.ask_outcome)
            menu.addAction(_("Open the file")).triggered.connect(self._open_file)
            menu.addSeparator()
        for words, until in (
            (_("Tomorrow"), today + timedelta(days=1)),
            (_("Next working day"), next_working_day(today + timedelta(days=1), country)),
            (_("Next week"), today + timedelta(days=7 - today.weekday())),
            (_("In a month"), month_moved(today, 1)),
        ):
            action = menu.addAction(f"{words}\t{formats.weekday_day(until)}")
            action.triggered.connect(lambda _on=False, until=until: self.snooze(until))
        menu.addAction(_("Choose a day …")).triggered.connect(lambda: self._choose_day(place))
        menu.addSeparator()
        menu.addAction(_("Skip with a reason …") + "\tK").triggered.connect(
            self._panel.outcome.ask_reason
        )
        menu.popup(place)

    def _choose_day(self, place: QPoint) -> None:
        """A month in which the day is chosen to which the follow-up is put off."""
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setProperty("card", "popup")
        month = MonthCalendar(self._desk.today, lunar_label)
        with self._desk.read() as db:
            show_rest_days(month, habits.of(db).country)
        month.select(self._desk.today + timedelta(days=1))
        box = QVBoxLayout(popup)
        box.setContentsMargins(12, 10, 12, 10)
        box.addWidget(month)

        def take(day: date) -> None:
            popup.close()
            if day > self._desk.today:
                self.snooze(day)
            else:
                self._desk.warned.emit(_("Choose a day after today."))

        month.day_pressed.connect(take)
        popup.adjustSize()
        screen = self.screen().availableGeometry()
        left = min(place.x(), screen.right() - popup.width())
        popup.move(left, min(place.y(), screen.bottom() - popup.height()))
        popup.show()
        month.setFocus()

    def _open_file(self) -> None:
        if self._due is not None:
            self.customer_requested.emit(self._due.customer_id)

    # --- being told ---------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if not change.tables:
            return
        if self.isVisible():
            self.refresh()
            return
        self._is_stale = True
        with self._desk.read() as db:
            self.count_changed.emit(follow_ups.overdue_count(db, self._desk.today))

    def _mask(self, on: bool) -> None:
        self._agenda.set_masked(on)
        self._panel.outcome.set_masked(on)
        if not self._agenda.model.entries() and not self._is_stale:
            self.refresh()  # the empty place names what comes next

    def _day_turned(self) -> None:
        today = self._desk.today
        self._panel.month.set_today(today)
        if self._shown is not Shown.DAY:
            self._day = today
            self._panel.month.select(today)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        missing = max(0, _ROOMY - event.size().width())
        self._panel.setFixedWidth(max(NARROWEST, WIDTH - missing // 3))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._due is None or event.modifiers():
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_S:
            table = self._agenda.table
            self._open_menu(table.button_corner(table.chosen_row()))
        elif event.key() == Qt.Key.Key_K:
            self._panel.outcome.ask_reason()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.ask_outcome()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Write everything in the language spoken now."""
        self.setAccessibleName(_("Follow-ups"))
        self._agenda.retranslate()
        self._panel.retranslate()
        if not self._is_stale:
            self.refresh()

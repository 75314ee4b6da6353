"""The first page of a customer's file: what comes next, the stage, figures, what happened."""

from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.care import follow_ups
from custdesk.care.follow_ups import Due
from custdesk.i18n import _, ngettext
from custdesk.insight import stages
from custdesk.insight.stages import NEXT_STEPS
from custdesk.people import cases, customers, feedback, history
from custdesk.people.history import Event, EventKind
from custdesk.people.service import MOST_CASES
from custdesk.store.models import (
    Case,
    CaseKind,
    Channel,
    Customer,
    FollowUpKind,
    Stage,
    Standing,
)
from custdesk.ui.customer_file.likely_card import Learner, LikelyCard
from custdesk.ui.customer_file.page import TOP, Page, clear
from custdesk.ui.desk import Desk
from custdesk.ui.looks import CHANNEL_ICONS, FOLLOW_UP_LOOKS, STAGE_TAGS
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card, Figure
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.tag import Tag
from custdesk.ui.widgets.text import ElidedLabel, IconLabel, Label, rule
from custdesk.ui.widgets.timeline import TimelineItem
from custdesk.words import shown

ROOM_FOR_FOUR = 580
"""In pixels: how wide the page must be for four figures beside each other."""

SHOWN = 40
"""How many events the page shows before "show all"."""

SNOOZES = ((1, "tomorrow"), (3, "three"), (7, "week"), (30, "month"))


def snooze_words(days: int) -> str:
    """What putting off by `days` is called."""
    return {1: _("Tomorrow"), 3: _("In 3 days"), 7: _("In a week"), 30: _("In a month")}[days]


class NextCard(Card):
    """What is due next for the customer, with Later and Done."""

    done_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 9, 14, 9), 0, parent)
        self._desk = desk
        self._due: Due | None = None
        self._icon = IconLabel("follow-ups", "muted", 16, ground="surface", ground_size=26,
                               radius=13)  # fmt: skip
        self._title = Label("", "section", wrap=True)
        self._more = Label("", "muted", wrap=True)
        self._later = Button(menu=QMenu(self))
        self._done = Button(variant="primary")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._title)
        words.addWidget(self._more)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(self._later)
        row.addWidget(self._done)
        self.box.addLayout(row)
        self._done.clicked.connect(self._ask)
        self._later.menu().aboutToShow.connect(self._fill)

    def show_due(self, due: Due | None, do_not_contact: bool) -> None:
        self._due = due
        today = self._desk.today
        for button in (self._later, self._done):
            button.setVisible(due is not None)
        self._later.set_text(_("Later"))
        self._done.set_text(_("Done"))
        if due is None:
            self.set_kind("plain")
            self._icon.set_icon("follow-ups", "muted", "sunken")
            self._title.setText(
                _("Does not want to be contacted") if do_not_contact else _("Nothing is planned")
            )
            self._more.setText("")
            self._more.hide()
            return
        near = due.due <= today
        icon, kind = FOLLOW_UP_LOOKS[due.kind]
        self.set_kind("amber" if near else "plain")
        self._icon.set_icon(icon, kind, "surface" if near else f"{kind}_soft")
        when = formats.day(due.to_do_on(today), today)
        if due.time:
            when = f"{when} {due.time}"
        if due.is_late(today):
            when = f"{when} · {formats.overdue(due.overdue_days(today))}"
        self._title.setText(_("{when}: {what}").format(when=when, what=shown(due.kind)))
        about = self._desk.mask.over_due(due).reason
        if due.kind is FollowUpKind.BIRTHDAY and due.day != due.due:
            about = f"{about} · {formats.day(due.day, today)}"
        if do_not_contact:
            about = _("Does not want to be contacted") + (f" · {about}" if about else "")
        self._more.setText(about)
        self._more.setVisible(bool(about))

    def _ask(self) -> None:
        if self._due and self._due.id is not None:
            self.done_requested.emit(self._due.id)

    def _fill(self) -> None:
        menu = self._later.menu()
        menu.clear()
        for days, _name in SNOOZES:
            until = self._desk.today + timedelta(days=days)
            words = f"{snooze_words(days)} ({formats.calendar_day(until, self._desk.today)})"
            menu.addAction(words).triggered.connect(
                lambda _on=False, until=until: self._snooze(until)
            )

    def _snooze(self, until: date) -> None:
        due = self._due
        if due is None or due.id is None:
            return
        id = due.id
        words = _("Put off to {day}: {name}").format(
            day=formats.day(until, self._desk.today), name=due.customer
        )
        self._desk.attempt(
            words, lambda db: follow_ups.snooze(db, id, until, self._desk.today), words
        )


class StageCard(Card):
    """In which stage a customer is, since when and why, and what to do next: one click plans it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 9, 14, 9), 2, parent)
        self._desk = desk
        self._customer: Customer | None = None
        self._next = NEXT_STEPS[Stage.PROSPECT]
        self._stage = Tag("", "grey")
        self._since = ElidedLabel("", "muted")
        self._step = Label("", "", wrap=True)
        self._plan = Button(variant="link")
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._stage)
        first.addWidget(self._since, 1)
        second = QHBoxLayout()
        second.setSpacing(12)
        second.addWidget(self._step, 1)
        second.addWidget(self._plan)
        self.box.addLayout(first)
        self.box.addLayout(second)
        self._plan.clicked.connect(self._arrange)

    def show_stage(self, customer: Customer, standing: Standing | None, due: list[Due]) -> None:
        """`due` are the open follow-ups: what is planned already is not offered again."""
        self._customer = customer
        self.setVisible(standing is not None)
        if standing is None:
            return
        today, stage = self._desk.today, standing.stage
        self._stage.set(shown(stage), STAGE_TAGS[stage])
        since = standing.stage_since or customer.added_on
        with self._desk.read() as db:
            why = stages.why(db, standing, today)
        self._since.set_text(
            _("since {day} · {why}").format(day=formats.calendar_day(since, today), why=why)
        )
        step = self._next = NEXT_STEPS[stage]
        self._step.setText(step.said)
        self._plan.set_text(_("Plan this"))
        planned = any(one.reason == step.said and one.kind is step.kind for one in due)
        may = not customer.do_not_contact and not self._desk.store.read_only
        self._plan.setVisible(may and not planned)
        self._plan.setEnabled(True)

    def _arrange(self) -> None:
        customer = self._customer
        if customer is None or customer.id is None:
            return
        self._plan.setEnabled(False)  # a second click would plan it twice
        id, day, step = customer.id, self._desk.today, self._next
        words = _("Planned for today: {name}").format(name=customer.name)
        self._desk.attempt(
            words,
            lambda db: follow_ups.schedule(db, id, day, step.said, kind=step.kind),
            words,
        )


class CasesCard(Card):
    """What is open of a customer's complaints and requests, one a line, each to be solved."""

    solution_requested = Signal(int)
    all_requested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("amber", (14, 9, 14, 9), 4, parent)
        self._desk = desk
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self.box.addLayout(self._lines)
        self.hide()

    def show_cases(self, found: list[Case]) -> None:
        clear(self._lines)
        today, over = self._desk.today, self._desk.mask.over
        for one in found[:MOST_CASES]:
            days = (today - one.opened_on).days
            since = ngettext("{kind}, open for {n} day", "{kind}, open for {n} days", days)
            since = since.format(kind=shown(one.kind), n=days)
            if days <= 0:
                since = _("{kind}, of today").format(kind=shown(one.kind))
            said = _("{since}: {about}").format(since=since, about=over(one.about))
            words = ElidedLabel(said, "strong")
            solve = Button(_("Solved …"), "link")
            solve.clicked.connect(
                lambda _on=False, id=one.id or 0: self.solution_requested.emit(id)
            )
            row = QWidget()
            box = QHBoxLayout(row)
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(12)
            box.addWidget(words, 1)
            box.addWidget(solve)
            self._lines.addWidget(row)
        if len(found) > MOST_CASES:
            n = len(found) - MOST_CASES
            more = Button(ngettext("{n} more", "{n} more", n).format(n=n), "link")
            more.clicked.connect(self.all_requested)
            self._lines.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        self.setVisible(bool(found))


class Overview(Page):
    """What is next, the figures, the timeline. `done_requested(int)`: a follow-up is to end;
    `solution_requested(int)`: a case."""

    done_requested = Signal(int)
    solution_requested = Signal(int)
    all_requested = Signal(str)
    """"purchases" or "interactions": the whole list of these."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        self._next = NextCard(desk)
        self._next.done_requested.connect(self.done_requested)
        self._figures = [Figure() for _i in range(4)]
        figures = self._grid = QGridLayout()
        figures.setSpacing(10)
        self._lay_figures(4)
        self._timeline = Card("plain", (14, 9, 14, 6), 0)
        self._heading = Label("", "section")
        self._events = QVBoxLayout()
        self._events.setSpacing(0)
        self._timeline.box.addWidget(self._heading)
        self._timeline.box.addLayout(self._events)
        self._nothing = EmptyState("note")
        self._cases = CasesCard(desk)
        self._cases.solution_requested.connect(self.solution_requested)
        self._cases.all_requested.connect(lambda: self.all_requested.emit("service"))
        self._stage = StageCard(desk)
        self._learner = Learner(desk)
        self._learner.learnt.connect(self.refresh)
        self._likely = LikelyCard(desk)
        self.box.addWidget(self._next)
        self.box.addWidget(self._cases)
        self.box.addWidget(self._stage)
        self.box.addLayout(figures)
        self.box.addWidget(self._likely)
        self.box.addWidget(self._timeline)
        self.box.addWidget(self._nothing)
        self.box.addStretch(1)
        self.retranslate()

    def _lay_figures(self, across: int) -> None:
        for at, figure in enumerate(self._figures):
            self._grid.addWidget(figure, at // across, at % across)
        for column in range(4):
            self._grid.setColumnStretch(column, int(column < across))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where four figures do not fit beside each other, two stand over two."""
        super().resizeEvent(event)
        self._lay_figures(4 if event.size().width() >= ROOM_FOR_FOUR else 2)

    def retranslate(self) -> None:
        self._heading.setText(_("What happened"))
        self._nothing.say(
            _("Nothing has happened yet"),
            _("Log a contact (Ctrl+L) or record a purchase (Ctrl+B)."),
        )

    def refresh(self) -> None:
        if self.customer_id is None:
            return
        today = self.desk.today
        with self.desk.read() as db:
            customer = customers.get(db, self.customer_id)
            standing = db.get(Standing, self.customer_id)
            due = follow_ups.of_customer(db, self.customer_id, today)
            events = history.timeline(db, self.customer_id)
            still_open = cases.still_open(db, self.customer_id)
            self._likely.show_likely(db, self.customer_id, self._learner.ask())
        self._next.show_due(due[0] if due else None, customer.do_not_contact)
        self._cases.show_cases(still_open)
        self._stage.show_stage(customer, standing, due)
        self._show_figures(standing, today)
        self._show_events(events, today)

    def _show_figures(self, standing: Standing | None, today: date) -> None:
        spend = standing.spend_12m_cents if standing else 0
        times = standing.purchases_12m if standing else 0
        contact = standing.last_contact if standing else None
        purchase = standing.last_purchase if standing else None
        for figure, label, value in zip(
            self._figures,
            (_("12-month spend"), _("How often"), _("Last contact"), _("Last purchase")),
            (
                self.desk.mask.over(formats.money(spend)),
                formats.rate(times / 12) if times else "—",
                formats.ago(contact, today) if contact else "—",
                formats.ago(purchase, today) if purchase else "—",
            ),
            strict=True,
        ):
            figure.set_label(label)
            figure.set_value(value)

    def _show_events(self, events: list[Event], today: date) -> None:
        clear(self._events)
        for at, event in enumerate(events[:SHOWN]):
            if at:
                self._events.addWidget(rule("hairline"))
            self._events.addWidget(self._item(event, today), 0, TOP)
        hidden = len(events) - SHOWN
        if hidden > 0:
            words = ngettext("{n} earlier entry", "{n} earlier entries", hidden).format(n=hidden)
            more = Button(words, "link")
            more.clicked.connect(lambda: self.all_requested.emit("purchases"))
            self._events.addWidget(more)
        self._timeline.setVisible(bool(events))
        self._nothing.setVisible(not events)

    def _item(self, event: Event, today: date) -> TimelineItem:
        when = formats.calendar_day(event.at.date(), today)
        over = self.desk.mask.over
        if event.kind is EventKind.PURCHASE:
            amount = Label(over(formats.money(event.amount_cents or 0)), "strong")
            what = over(event.words) or _("Purchase")
            return TimelineItem(when, "purchase", "green", what, event.channel, amount)
        if event.kind is EventKind.FEEDBACK:
            score = event.score or 0
            what = over(event.words) or _("Feedback")
            stars = Label(feedback.stars(score), "strong")
            stars.setAccessibleName(_("{n} of 5").format(n=score))
            return TimelineItem(when, "note", "amber", what, "", stars)
        if event.kind in (EventKind.CASE, EventKind.SOLVED):
            solved = event.kind is EventKind.SOLVED
            aside = Label(_("Solved") if solved else shown(CaseKind(event.channel)), "faint")
            icon, kind = ("check", "green") if solved else ("alert", "red")
            return TimelineItem(when, icon, kind, over(event.words), "", aside)
        channel = Channel(event.channel)
        aside = Label(shown(channel), "faint")
        return TimelineItem(when, CHANNEL_ICONS[channel], "blue", over(event.words), "", aside)

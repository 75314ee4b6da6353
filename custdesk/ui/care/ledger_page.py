"""The festival ledger: the list of one festival, many done at once, gifts, and last year."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from sqlmodel import Session

from custdesk import formats
from custdesk.care import follow_ups, ledger, plans
from custdesk.care.ledger import Entry, Page, Sum
from custdesk.care.occasions import Occasion, named
from custdesk.errors import CustdeskError
from custdesk.exchange.values import Unreadable, read_money
from custdesk.i18n import N_, _, ngettext
from custdesk.people import lists
from custdesk.store.models import Channel, FollowUpKind, FollowUpState
from custdesk.ui.desk import Desk
from custdesk.ui.looks import grade_tag
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.columns_model import ColumnsModel, Index
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.fields import Choice, LineField
from custdesk.ui.widgets.highlight import Show
from custdesk.ui.widgets.tabbed_page import TabPage
from custdesk.ui.widgets.table import Table
from custdesk.ui.widgets.text import Label
from custdesk.words import shown

_NAME, _GRADE, _DUE, _STATE, _GIFT, _COST, _BUDGET, _BEFORE = range(8)
_HEADERS = (
    *(N_("Name"), N_("Grade"), N_("Due on"), N_("Greeted"), N_("Gift"), N_("Cost")),
    *(N_("Gift up to"), N_("Last year")),
)
_WIDTHS = (180, 90, 110, 150, 170, 90, 90, 200)
_NARROW_WIDTHS = (140, 84, 104, 120, 112, 74, 86, 120)
_ROOMY = 1080


class _List(ColumnsModel):
    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(_HEADERS, (_COST, _BUDGET), parent)
        self._desk = desk
        self.entries: tuple[Entry, ...] = ()
        self._before: dict[int, Entry] = {}
        self._today = date.min

    def show_page(self, page: Page | None, today: date) -> None:
        with self.other_rows():
            self.entries = page.entries if page else ()
            self._before = page.before if page else {}
            self._today = today

    def count(self) -> int:
        return len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry, column = self.entries[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._words(entry, column)
        if role == Show.BOLD:
            return column == _NAME
        if role == Show.TAG and column == _GRADE:
            return grade_tag(entry.grade)
        if role == Show.INK:
            late = entry.state is FollowUpState.OPEN and entry.due < self._today
            return "red" if column == _DUE and late else "text" if column == _NAME else "muted"
        return self.aligned(column, role)

    def _words(self, entry: Entry, column: int) -> str:
        over = self._desk.mask.over
        if column == _NAME:
            return entry.customer
        if column == _GRADE:
            return entry.grade.called
        if column == _DUE:
            return formats.day(entry.due, self._today)
        if column == _STATE:
            return state_words(entry, self._today)
        if column == _GIFT:
            return over(entry.gift)
        if column == _COST:
            return over(_money(entry.gift_cents))
        if column == _BUDGET:
            return over(_money(entry.budget_cents))
        before = self._before.get(entry.customer_id)
        return over(before_words(before)) if before else ""


def _money(cents: int | None) -> str:
    return "" if cents is None else formats.money(cents)


def state_words(entry: Entry, today: date) -> str:
    """ "微信 · 2月5日", "跳过", "" for what is still to be done."""
    if entry.state is FollowUpState.OPEN or entry.closed_at is None:
        return ""
    day = formats.day(entry.closed_at.date(), today)
    if entry.state is FollowUpState.SKIPPED:
        return _("Skipped, {day}").format(day=day)
    how = shown(entry.channel) if entry.channel else _("done")
    return f"{how} · {day}"


def before_words(entry: Entry) -> str:
    """What was last year: the channel and the gift, or that nobody greeted."""
    if entry.state is FollowUpState.DONE:
        how = shown(entry.channel) if entry.channel else _("done")
        gift = " ".join(filter(None, (entry.gift, _money(entry.gift_cents))))
        return " · ".join(filter(None, (how, gift)))
    return _("skipped") if entry.state is FollowUpState.SKIPPED else _("not greeted")


class LedgerPage(TabPage):
    """`customer_requested(int)` opens a customer's file."""

    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._page: Page | None = None
        self._known: list[tuple[Occasion, int]] = []
        self.festival = Choice()
        self._day = Label("", "muted")
        self.greeted = Button(variant="primary", icon="check")
        self.skip = Button(icon="skip")
        self.give = Button(icon="gift")
        self.table = Table()
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list = _List(desk, self)
        self.table.setModel(self._list)
        self.table.fix_columns((), _BEFORE)
        self.form = Card("sunken", (14, 10, 14, 12), 8)
        self._about = Label("", "section")
        self.gift, self.cost = LineField("", above=True), LineField("", above=True)
        self.reason = LineField("", above=True)
        self._go, self._cancel = Button(variant="primary"), Button(variant="ghost")
        self._asks: Callable[[], None] = self._save_gift
        self._sums = Label("", "small", wrap=True)
        self._empty = EmptyState("gift")
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table)
        self._mask(desk.mask.is_on)
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 20, 12)
        head.setSpacing(10)
        self.festival.setMinimumWidth(200)
        head.addWidget(self.festival)
        head.addWidget(self._day, 1)
        for button in (self.give, self.skip, self.greeted):
            head.addWidget(button)
        fields = QHBoxLayout()
        fields.setSpacing(10)
        self.cost.setFixedWidth(130)
        for part, stretch in ((self.gift, 1), (self.cost, 0), (self.reason, 1)):
            fields.addWidget(part, stretch)
        for button in (self._cancel, self._go):
            fields.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self.form.box.addWidget(self._about)
        self.form.box.addLayout(fields)
        self._form_place = QWidget()
        place = QVBoxLayout(self._form_place)
        place.setContentsMargins(20, 0, 20, 12)
        place.addWidget(self.form)
        self._form_place.hide()
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 8, 20, 10)
        foot.addWidget(self._sums)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._form_place)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.festival.activated.connect(lambda _index: self._read())
        self.table.row_opened.connect(
            lambda index: self.customer_requested.emit(self._list.entries[index.row()].customer_id)
        )
        self.table.selectionModel().selectionChanged.connect(lambda *_now: self._write_buttons())
        self.give.clicked.connect(self._ask_gift)
        self.skip.clicked.connect(self._ask_reason)
        self._go.clicked.connect(lambda: self._asks())
        self._cancel.clicked.connect(self.put_away)
        for field in (self.gift, self.cost, self.reason):
            field.entered.connect(lambda: self._asks())
        self._desk.mask.changed.connect(self._mask)

    def _mask(self, on: bool) -> None:
        """What was typed of a gift waits out of sight."""
        self._list.layoutChanged.emit()
        self._sums.setText(self._sum_words())
        for field in (self.gift, self.cost, self.reason):
            field.set_masked(on)

    # --- showing ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the list anew; the festival that was chosen stays."""
        with self._desk.read() as db:
            self._known = ledger.known(db, self._desk.today)
        chosen = self.festival.key()
        keys = [f"{occasion.value} {year}" for occasion, year in self._known]
        self.festival.set_choices(
            [
                (key, _("{festival} {year}").format(festival=occasion.words(), year=year))
                for key, (occasion, year) in zip(keys, self._known, strict=True)
            ]
        )
        if keys:
            nearest = keys[ledger.nearest(self._known, self._desk.today)]
            self.festival.choose(chosen if chosen in keys else nearest)
        self._read()

    def show_festival(self, about: str, year: int) -> None:
        """Show the list of one festival."""
        self.festival.choose(f"{about} {year}")
        self._read()

    def _read(self) -> None:
        key = self.festival.key()
        self._page = None
        if key:
            about, year = key.rsplit(" ", 1)
            occasion = named(about)
            if occasion is not None:
                with self._desk.read() as db:
                    self._page = ledger.page(db, occasion, int(year))
        at = self.table.verticalScrollBar().value()
        self._list.show_page(self._page, self._desk.today)
        self.table.verticalScrollBar().setValue(at)
        self._day.setText(formats.weekday_day(self._page.day) if self._page else "")
        self._stack.setCurrentIndex(1 if self._page and self._page.entries else 0)
        self._sums.setText(self._sum_words())
        self._write_buttons()
        if not (self._page and self._page.entries):
            self._empty.say(_("Nobody is on a list"), self._why_nobody())

    def _why_nobody(self) -> str:
        """What to do so that somebody stands here."""
        with self._desk.read() as db:
            if not lists.how_many(db):
                return _("Import or add customers; whom a festival plan is for then stands here.")
            on = any(
                plan.enabled and plan.kind is FollowUpKind.FESTIVAL for plan in plans.all_plans(db)
            )
        if on:
            return _("The festival plans are for grades or tags that no customer has.")
        return _("Switch a festival plan on: its customers stand here, with last year's gifts.")

    def _sum_words(self) -> str:
        if self._page is None:
            return ""
        before = self._page.sums_before()
        lines = []
        for grade, now in self._page.sums().items():
            said = _("{grade}: {words}").format(grade=grade.called, words=self._words_of(now))
            if grade in before:
                last = self._words_of(before[grade])
                said += "   " + _("(last year: {words})").format(words=last)
            lines.append(said)
        return "\n".join(lines)

    def _words_of(self, figures: Sum) -> str:
        over = self._desk.mask.over
        words = _("{done} of {n} greeted").format(done=figures.greeted, n=figures.customers)
        if figures.skipped:
            words += _(", {n} skipped").format(n=figures.skipped)
        if figures.spent_cents or figures.budget_cents:
            words += _(", gifts {spent}").format(spent=over(formats.money(figures.spent_cents)))
        if figures.budget_cents:
            words += _(" of {budget}").format(budget=over(formats.money(figures.budget_cents)))
        return words

    def _entries_chosen(self) -> list[Entry]:
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self._list.entries[row] for row in rows]

    def _chosen(self, *, open_only: bool) -> list[int]:
        return [
            entry.follow_up_id
            for entry in self._entries_chosen()
            if not open_only or entry.state is FollowUpState.OPEN
        ]

    def _write_buttons(self) -> None:
        to_do, chosen = self._chosen(open_only=True), self._chosen(open_only=False)
        n = len(to_do)
        self.greeted.set_text(_("Greeted ({n})").format(n=n) if n > 1 else _("Greeted"))
        self.skip.set_text(_("Skip ({n}) …").format(n=n) if n > 1 else _("Skip …"))
        for button, some in ((self.greeted, to_do), (self.skip, to_do), (self.give, chosen)):
            button.setEnabled(bool(some) and not self._desk.store.read_only)

    def retranslate(self) -> None:
        self.table.setAccessibleName(_("Festival list"))
        self.festival.setAccessibleName(_("Festival"))
        self.give.set_text(_("Gift …"))
        self.gift.set_label(_("Gift"))
        self.cost.set_label(_("Cost of each"))
        self.cost.edit.setPlaceholderText("¥")
        self.reason.set_label(_("Reason"))
        self._cancel.set_text(_("Cancel"))
        self._go.set_text(_("Save"))
        self._empty.say(_("Nobody is on a list"), self._why_nobody())
        menu = QMenu(self.greeted)
        for channel in (Channel.WECHAT, *(one for one in Channel if one is not Channel.WECHAT)):
            menu.addAction(shown(channel)).triggered.connect(
                lambda _on=False, channel=channel: self.greet(channel)
            )
        self.greeted.setMenu(menu)
        self._list.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_HEADERS) - 1)
        self._write_buttons()

    # --- acting on many ---------------------------------------------------------------------------

    def greet(self, channel: Channel) -> None:
        """Those chosen were greeted by a channel: one step, however many."""
        ids, now = self._chosen(open_only=True), self._desk.now
        words = _("Festival greeting")
        if self._page is not None:
            words = _("Greeting: {festival}").format(festival=self._page.occasion.words())

        def work(db: Session) -> None:
            for id in follow_ups.still_open(db, ids):
                follow_ups.complete(db, id, words, channel, now)

        n = len(ids)
        said = ngettext("{n} customer greeted", "{n} customers greeted", n).format(n=n)
        self._act(ids, said, work)

    def _ask_reason(self) -> None:
        self._ask(
            ngettext("Skip {n} greeting", "Skip {n} greetings", len(self._chosen(open_only=True))),
            len(self._chosen(open_only=True)),
            self._save_skip,
        )
        self.gift.hide()
        self.cost.hide()
        self.reason.show()
        self.reason.edit.setFocus()

    def _save_skip(self) -> None:
        ids, now, reason = self._chosen(open_only=True), self._desk.now, self.reason.text()
        if not reason:
            self.reason.set_error(_("Say why it is left out."))
            return

        def work(db: Session) -> None:
            for id in follow_ups.still_open(db, ids):
                follow_ups.skip(db, id, reason, now)

        n = len(ids)
        said = ngettext("{n} greeting skipped", "{n} greetings skipped", n).format(n=n)
        self.put_away()
        self._act(ids, said, work)

    def _ask_gift(self) -> None:
        n = len(self._chosen(open_only=False))
        self._ask(
            ngettext("Gift for {n} customer", "Gift for {n} customers", n), n, self._save_gift
        )
        given = {(one.gift, one.gift_cents) for one in self._entries_chosen()}
        gift, cents = given.pop() if len(given) == 1 else ("", None)
        for field, value in ((self.gift, gift), (self.cost, _money(cents).lstrip("¥"))):
            field.show()
            field.set_value(value)
        self.reason.hide()
        self.gift.edit.setFocus()

    def _save_gift(self) -> None:
        ids, gift = self._chosen(open_only=False), self.gift.text()
        cents = read_money(self.cost.text())
        if isinstance(cents, Unreadable) or (cents is not None and cents < 0):
            self.cost.set_error(_("Type an amount."))
            return
        if cents and not gift:
            self.gift.set_error(_("Say what the gift is."))
            return

        def work(db: Session) -> None:
            for id in ids:
                ledger.note_gift(db, id, gift, cents)

        n = len(ids)
        said = ngettext("Gift of {n} customer noted", "Gifts of {n} customers noted", n)
        if not gift:
            said = ngettext("No gift for {n} customer", "No gifts for {n} customers", n)
        said = said.format(n=n)
        self.put_away()
        self._act(ids, said, work)

    def _ask(self, words: str, n: int, save: Callable[[], None]) -> None:
        self._about.setText(words.format(n=n))
        self._asks = save
        self.reason.set_value("")
        self._form_place.show()

    def _act(self, ids: list[int], said: str, work: Callable[[Session], None]) -> None:
        if not ids:
            return
        try:
            self._desk.attempt_on(len(ids), said, work, said)
        except CustdeskError as error:
            self._desk.warned.emit(str(error))
        self.table.setFocus()

    def put_away(self) -> bool:
        """Esc: what was asked above the list goes; False where nothing was."""
        was = not self._form_place.isHidden()
        self._form_place.hide()
        return was

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = event.size().width() >= _ROOMY
        for column, width in enumerate(_WIDTHS if roomy else _NARROW_WIDTHS):
            self.table.setColumnWidth(column, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.put_away():
            self.table.setFocus()
        elif (
            event.key() == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.table.selectAll()
        else:
            super().keyPressEvent(event)

"""A customer's file: who it is at the top, the pages below, and two quick cards between them."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from sqlmodel import Session

from custdesk.i18n import _, pgettext
from custdesk.insight import grading_table, policies
from custdesk.people import history, phones
from custdesk.store.models import Customer, RelationKind, Standing
from custdesk.store.store import Change
from custdesk.ui.customer_file.case_card import CaseCard
from custdesk.ui.customer_file.changes import Changes
from custdesk.ui.customer_file.dealings import Interactions, Purchases
from custdesk.ui.customer_file.details import Details
from custdesk.ui.customer_file.feedback_card import FeedbackCard
from custdesk.ui.customer_file.new import NewCustomer
from custdesk.ui.customer_file.outcome import OutcomeCard
from custdesk.ui.customer_file.overview import Overview
from custdesk.ui.customer_file.page import Page
from custdesk.ui.customer_file.quick_card import QuickCard
from custdesk.ui.customer_file.relations import Relations
from custdesk.ui.customer_file.sale import SaleCard
from custdesk.ui.customer_file.service import Service
from custdesk.ui.desk import Desk
from custdesk.ui.erase_card import EraseCard
from custdesk.ui.export import PersonExport
from custdesk.ui.looks import grade_tag
from custdesk.ui.widgets.avatar import Avatar
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.tabs import SegmentedTabs
from custdesk.ui.widgets.tag import Tag
from custdesk.ui.widgets.text import ElidedLabel, Label, rule

NAME_WIDTH, LEAST_NAME_WIDTH = 240, 130
"""A longer name ends in … and is whole in its tooltip; what stands beside it gives way first."""


ROOM_FOR_BUTTONS = 600
"""In pixels: how wide the file must be for the buttons of its head."""


class CustomerFile(QWidget):
    """The file of one customer, an empty place, or the beginning of a new file."""

    customer_requested = Signal(int)
    """Another customer, one related to this one."""
    profile_requested = Signal(int)
    trash_requested = Signal(int)
    plan_requested = Signal(int)
    """A follow-up is to be planned by hand."""
    made = Signal(int)
    """A new customer was made here."""
    closed = Signal()
    """Esc: back to the list."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._customer_id: int | None = None
        self._new_waits = False
        """Whether a new customer was begun before the mask came."""
        self._build()
        self._lay_out()
        self._wire()
        self.retranslate()
        self.show_customer(None)

    # --- what the window asks ---------------------------------------------------------------------

    def customer_id(self) -> int | None:
        return self._customer_id

    def show_customer(self, customer_id: int | None) -> None:
        """Open another file; None shows an empty place."""
        if customer_id == self._customer_id and self._places.currentWidget() is not self._new:
            self.refresh()
            return
        self._leave_fields()
        self._put_cards_away()
        if self._erase.is_asking():
            self._erase.put_away()
        self._customer_id = customer_id
        self._new_waits = False
        self.refresh()
        self._resume()

    def begin_new(self, name: str) -> None:
        """Begin a new file, perhaps with a name."""
        self._leave_fields()
        self._places.setCurrentWidget(self._new)
        self._new.begin(name)

    def log_interaction(self) -> None:
        self._ask_in(self._outcome.log)

    def record_purchase(self) -> None:
        self._ask_in(self._sale.begin)

    def note_feedback(self) -> None:
        self._ask_in(self._feedback.begin)

    def open_case(self) -> None:
        self._ask_in(self._case.open_case)

    def open_page(self, key: str) -> None:
        """One of overview, details, purchases, interactions, service, relations, changes."""
        self._tabs.choose(key)

    def unfinished(self) -> str:
        """What was begun here and neither saved nor given up, in words; "" when nothing was."""
        if self._new.typed():
            return _("A new customer is not saved yet: {name}.").format(name=self._new.typed())
        for card in self._quick:
            for id in card.begun():
                with self._desk.read() as db:
                    customer = db.get(Customer, id)
                if customer is not None:
                    words = _("Something was begun and is not saved yet: {name}.")
                    return words.format(name=customer.name)
                card.forget(id)  # erased since
        return ""

    def go_back(self) -> bool:
        """Put away what lies open; False when nothing did."""
        if self._places.currentWidget() is self._new:
            self._end_new()
            return True
        open_cards: tuple[EraseCard | QuickCard[Any], ...] = (self._erase, *self._quick)
        for card in open_cards:
            if not card.isHidden():
                card.put_away()
                return True
        return False

    def refresh(self) -> None:
        """Read who it is again; only the page that is seen is read."""
        id = self._customer_id
        if id is None:
            self._show_nobody()
            return
        with self._desk.read() as db:
            customer = db.get(Customer, id)
            if customer is None or customer.trashed_at is not None:
                self._show_nobody()
                return
            self._show_head(db, customer)
        self._places.setCurrentWidget(self._file)
        self._page().show_customer(id)

    def _show_nobody(self) -> None:
        self._customer_id = None
        for page in self._pages.values():
            page.customer_id = None
        self._places.setCurrentWidget(self._nobody)

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        desk = self._desk
        self._avatar = Avatar()
        self._name = ElidedLabel("", "title")
        self._name.setMaximumWidth(NAME_WIDTH)
        self._grade = Tag()
        self._private = Tag("", "accent")
        self._silent = Tag("", "red")
        self._number = ElidedLabel("", "faint")
        self._line = ElidedLabel("", "muted")
        self._by = Label("", "muted")
        self._referrer = Button(variant="link")
        self._referrer_id: int | None = None
        self._log = Button()
        self._buy = Button()
        self._print = Button()
        self._more = Button(variant="icon", icon="more")
        self._more_menu = QMenu(self)
        self._more.setMenu(self._more_menu)
        self._tabs = SegmentedTabs()
        self._outcome = OutcomeCard(desk)
        self._sale = SaleCard(desk)
        self._feedback = FeedbackCard(desk)
        self._case = CaseCard(desk)
        self._quick: tuple[QuickCard[Any], ...] = (
            *(self._outcome, self._sale),
            *(self._feedback, self._case),
        )
        self._overview = Overview(desk)
        self._relations = Relations(desk)
        self._details = Details(desk)
        self._service = Service(desk)
        self._pages: dict[str, Page] = {
            "overview": self._overview,
            "details": self._details,
            "purchases": Purchases(desk),
            "interactions": Interactions(desk),
            "service": self._service,
            "relations": self._relations,
            "changes": Changes(desk),
        }
        self._erase = EraseCard(desk)
        self._person_export = PersonExport(desk, self)
        self._nobody = EmptyState("customers")
        self._new = NewCustomer(desk)

    def _lay_out(self) -> None:
        names = QHBoxLayout()
        names.setSpacing(9)
        names.addWidget(self._name)
        for widget in (self._grade, self._private, self._silent, self._number):
            names.addWidget(widget)
        names.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(4)
        below.addWidget(self._line, 1)
        below.addWidget(self._by)
        below.addWidget(self._referrer)
        who = QVBoxLayout()
        who.setSpacing(1)
        who.addLayout(names)
        who.addLayout(below)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._avatar)
        top.addSpacing(6)
        top.addLayout(who, 1)
        for button in (self._log, self._buy, self._print, self._more):
            top.addWidget(button)
        head = QWidget()
        head.setProperty("ground", "surface")
        head_box = QVBoxLayout(head)
        head_box.setContentsMargins(20, 15, 16, 0)
        head_box.setSpacing(9)
        head_box.addLayout(top)
        head_box.addWidget(self._tabs)
        self._cards = QWidget()
        cards = QVBoxLayout(self._cards)
        cards.setContentsMargins(20, 14, 20, 0)
        for card in self._quick:
            cards.addWidget(card)
        self._cards.hide()
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._file = QWidget()
        column = QVBoxLayout(self._file)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(rule())
        column.addWidget(self._cards)
        column.addWidget(self._stack, 1)
        self._places = QStackedWidget()
        for place in (self._nobody, self._file, self._new):
            self._places.addWidget(place)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        erase = QVBoxLayout()
        erase.setContentsMargins(20, 14, 20, 0)
        erase.addWidget(self._erase)
        self._erase_place = QWidget()
        self._erase_place.setLayout(erase)
        self._erase_place.hide()
        outer.addWidget(self._erase_place)
        outer.addWidget(self._places, 1)

    def _wire(self) -> None:
        self._tabs.chosen.connect(self._open)
        self._log.clicked.connect(self.log_interaction)
        self._buy.clicked.connect(self.record_purchase)
        self._print.clicked.connect(lambda: self._wish(self.profile_requested))
        self._referrer.clicked.connect(self._open_referrer)
        self._more_menu.aboutToShow.connect(self._fill_menu)
        self._overview.done_requested.connect(self._finish)
        self._overview.all_requested.connect(self.open_page)
        self._overview.solution_requested.connect(self._solve)
        self._service.case_requested.connect(self.open_case)
        self._service.feedback_requested.connect(self.note_feedback)
        self._service.solution_requested.connect(self._solve)
        self._service.correction_requested.connect(self._correct_case)
        self._relations.customer_requested.connect(self.customer_requested)
        for card in self._quick:
            card.closed.connect(self._cards.hide)
        self._erase.closed.connect(self._erase_place.hide)
        self._new.made.connect(self.made)
        self._new.customer_requested.connect(self.customer_requested)
        self._new.closed.connect(self._end_new)
        self._desk.changed.connect(self._changed)
        self._desk.day_turned.connect(self.refresh)
        self._desk.mask.changed.connect(self._mask)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for the buttons, what they do is in the menu only."""
        super().resizeEvent(event)
        roomy = event.size().width() >= ROOM_FOR_BUTTONS
        for button in (self._log, self._buy, self._print):
            button.setVisible(roomy)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            if self._places.currentWidget() is not self._new:
                self.refresh()

    def retranslate(self) -> None:
        self._tabs.set_tabs(
            [
                ("overview", _("Overview")),
                ("details", _("Details")),
                ("purchases", _("Purchases")),
                ("interactions", _("Interactions")),
                ("service", pgettext("page", "Service")),
                ("relations", _("Relations")),
                ("changes", _("History")),
            ]
        )
        self._log.set_text(_("Log contact"))
        self._buy.set_text(_("Add purchase"))
        self._print.set_text(_("Profile PDF"))
        self._more.set_text(_("More"))
        self._private.set(pgettext("tag", "Private-sign"), "accent")
        self._silent.set(_("Do not contact"), "red")
        self._nobody.say(
            _("Choose a customer"), _("Find one by name, pinyin, initials or phone: Ctrl+F.")
        )

    # --- showing ----------------------------------------------------------------------------------

    def _page(self) -> Page:
        return self._pages[self._tabs.key() or "overview"]

    def _open(self, key: str) -> None:
        self._stack.setCurrentWidget(self._pages[key])
        self._cards.setContentsMargins(0, 0, 0, 0 if self._pages[key].scrolls else 14)
        if self._customer_id is not None:
            self._pages[key].show_customer(self._customer_id)

    def _show_head(self, db: Session, customer: Customer) -> None:
        id = customer.id or 0
        standing = db.get(Standing, id)
        grade = policies.grade_of(db, standing)
        related = history.relations(db, id)
        referrer = next(
            (one for one in related if one.outgoing and one.kind is RelationKind.REFERRED_BY),
            None,
        )
        self._avatar.set_name(customer.name)
        self._name.set_text(customer.name)
        self._name.setMinimumWidth(min(self._name.sizeHint().width(), LEAST_NAME_WIDTH))
        graded = grading_table.of_one(db, id, self._desk.today)
        hand = _("{grade}, by hand").format(grade=grade.called)
        self._grade.set(hand if customer.grade_by_hand else grade.called, grade_tag(grade))
        why = graded[0].why(graded[1]) if graded else ""
        self._grade.setToolTip(self._desk.mask.over(why))
        self._grade.setAccessibleDescription(self._desk.mask.over(why))
        self._private.setVisible(customer.private_sign)
        self._silent.setVisible(customer.do_not_contact)
        self._number.set_text(_("No. {number}").format(number=customer.number))
        phone = phones.display(standing.phone) if standing and standing.phone else ""
        parts = (self._desk.mask.over(phone), customer.city, customer.company)
        self._line.set_text(" · ".join(part for part in parts if part))
        self._referrer_id = referrer.other_id if referrer else None
        self._by.setVisible(referrer is not None)
        self._referrer.setVisible(referrer is not None)
        if referrer:
            self._by.setText(_("referred by"))
            self._referrer.set_text(referrer.name)
        purchases, interactions, service = history.counts(db, id)
        self._tabs.set_count("purchases", purchases)
        self._tabs.set_count("interactions", interactions)
        self._tabs.set_count("service", service)
        self._tabs.set_count("relations", len(related))

    def _changed(self, change: Change) -> None:
        new = self._places.currentWidget() is self._new
        # a relation names others; the rules of birthdays are the business's choice
        shared = change.tables & {"relation", "setting"}
        if not new and (change.concerns(self._customer_id) or shared):
            self.refresh()

    def _mask(self, on: bool) -> None:
        """What was begun is put aside with all that was typed, and comes back with the rest."""
        is_new = self._places.currentWidget() is self._new
        if on:
            self._put_cards_away()
            self._new_waits = is_new
        if on or not is_new:
            self.refresh()
            QTimer.singleShot(0, self, self._refresh_behind)
        if on or is_new:
            return
        if self._new_waits:
            self._places.setCurrentWidget(self._new)
        elif self._cards.isHidden():
            self._resume()
        self._new_waits = False

    def _refresh_behind(self) -> None:
        """The pages that are not seen, as soon as those that are seen have been painted."""
        for page in self._pages.values():
            if self._customer_id is not None and page is not self._page():
                page.show_customer(self._customer_id)

    def _resume(self) -> None:
        """Open the card again in which something was begun for this customer."""
        id = self._customer_id
        if id is None or self._desk.mask.is_on:
            return
        if any(card.resume(id) for card in self._quick):
            self._cards.show()

    def _ask_in(self, begin: Callable[[int], None]) -> None:
        """Open one of the quick cards for this customer, in the place of another."""
        if self._customer_id is not None:
            self._put_cards_away()
            begin(self._customer_id)
            self._cards.show()

    def _put_cards_away(self) -> None:
        for card in self._quick:
            card.put_away()

    # --- doing ------------------------------------------------------------------------------------

    def _wish(self, signal: object) -> None:
        if self._customer_id is not None:
            signal.emit(self._customer_id)  # type: ignore[attr-defined]

    def _open_referrer(self) -> None:
        if self._referrer_id is not None:
            self.customer_requested.emit(self._referrer_id)

    def _finish(self, follow_up_id: int) -> None:
        self._ask_in(lambda id: self._outcome.finish(id, follow_up_id))

    def _solve(self, case_id: int) -> None:
        self._ask_in(lambda id: self._case.solve(id, case_id))

    def _correct_case(self, case_id: int) -> None:
        self._ask_in(lambda id: self._case.correct(id, case_id))

    def _fill_menu(self) -> None:
        menu = self._more_menu
        menu.clear()
        menu.addAction(_("Log contact")).triggered.connect(self.log_interaction)
        menu.addAction(_("Add purchase")).triggered.connect(self.record_purchase)
        menu.addAction(_("Complaint or request")).triggered.connect(self.open_case)
        menu.addAction(_("Note feedback")).triggered.connect(self.note_feedback)
        menu.addAction(_("Profile PDF")).triggered.connect(
            lambda: self._wish(self.profile_requested)
        )
        menu.addSeparator()
        menu.addAction(_("Plan a follow-up")).triggered.connect(
            lambda: self._wish(self.plan_requested)
        )
        menu.addAction(_("Export all that is held …")).triggered.connect(self._export_person)
        menu.addSeparator()
        menu.addAction(_("Move to the trash")).triggered.connect(
            lambda: self._wish(self.trash_requested)
        )
        menu.addAction(_("Erase for good …")).triggered.connect(self.ask_to_erase)

    def _export_person(self) -> None:
        if self._customer_id is not None:
            self._person_export.ask(self._customer_id)

    def ask_to_erase(self) -> None:
        """Ask above the file whether this customer is to be erased for good."""
        if self._customer_id is not None:
            self._erase_place.show()
            self._erase.ask([self._customer_id])

    def _end_new(self) -> None:
        self._places.setCurrentWidget(self._file if self._customer_id else self._nobody)
        self.refresh()
        self.closed.emit()

    def _leave_fields(self) -> None:
        """What is being typed is saved before another customer comes; what cannot be, is said."""
        focused = self.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            focused.clearFocus()
        for refused in self._details.refused():
            self._desk.warned.emit(refused)

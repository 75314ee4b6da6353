"""The page of a customer's particulars: every field saves itself when it is left."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from sqlmodel import Session

from custdesk.care import habits
from custdesk.care.birthday import Birthday, BirthdayRules
from custdesk.exchange.values import split_list
from custdesk.i18n import N_, _
from custdesk.insight import deriving, policies
from custdesk.people import customers, own_dates, phones, quiet_hours
from custdesk.store.models import (
    Channel,
    ContactKind,
    ContactPoint,
    Customer,
    CustomerKind,
    Gender,
    Potential,
)
from custdesk.ui.customer_file.birthday_field import BirthdayField
from custdesk.ui.customer_file.dates import DatesCard
from custdesk.ui.customer_file.page import Page
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.check_box import CheckBox
from custdesk.ui.widgets.date_field import DateField
from custdesk.ui.widgets.fields import ChoiceField, Field, LineField, TextField
from custdesk.words import contact_words, shown

_LINES = (
    ("name", N_("Name")),
    ("number", N_("Number")),
    ("called", N_("Called")),
    ("company", N_("Company")),
    ("title", N_("Job title")),
    ("city", N_("City")),
    ("address", N_("Address")),
    ("source", N_("Source")),
    ("likes", N_("Likes")),
    ("taboos", N_("Taboos")),
)
_CHOICES = (
    ("kind", N_("Kind"), CustomerKind),
    ("gender", N_("Gender"), Gender),
    ("potential", N_("Potential value"), Potential),
    ("preferred_channel", N_("Prefers"), Channel),
)
_KINDS = tuple(name for name, _label, _kind in _CHOICES)
_NEEDED = ("kind",)
_PRIVATE = ("address", "likes", "taboos")
_SWITCHES = (
    ("private_sign", N_("Private-sign client")),
    ("do_not_contact", N_("Does not want to be contacted")),
)
_CONTACTS = (ContactKind.PHONE, ContactKind.WECHAT, ContactKind.EMAIL)


class Details(Page):
    """Name, contact points, birthday, work, tags, notes."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        self._lines = {name: LineField("") for name, _label in _LINES}
        self._choices = {name: ChoiceField("") for name in ("grade_by_hand", *_KINDS)}
        self._switches = {name: CheckBox() for name, _label in _SWITCHES}
        self._birthday = BirthdayField()
        self._quiet = LineField("", placeholder="12:00-14:00")
        self._dates = DatesCard(desk, self._save_date)
        self._added = DateField("", desk.today)
        self._consent = DateField("", desk.today)
        self._consented = Button(variant="link", icon="check")
        self._tags = LineField("")
        self._notes = TextField("", lines=3, most=16)
        self._before_points = QWidget()  # where the contacts begin in the order of Tab
        self._before_points.setFixedHeight(0)
        self._point_fields: dict[int, LineField] = {}
        self._blanks: list[LineField] = []
        self._points = QVBoxLayout()
        self._points.setSpacing(8)
        self._adders = {kind: Button(variant="link", icon="plus") for kind in _CONTACTS}
        self._lay_out()
        self._wire()
        self.retranslate()

    def refused(self) -> list[str]:
        """A sentence for every field that holds something which could not be saved."""
        self._dates.refuse_begun()
        said = _("Not saved: {field} “{typed}”. {why}")
        return [
            said.format(
                field=field.label.text(),
                typed=self.desk.mask.over(field.text()),
                why=field.error.text(),
            )
            for field in (
                *self._fields(),
                *self._point_fields.values(),
                *self._blanks,
                *self._dates.fields(),
            )
            if field.error.text()
        ]

    def _lay_out(self) -> None:
        who = Card(margins=(16, 13, 16, 14))
        grid = QGridLayout()
        grid.setHorizontalSpacing(22)
        grid.setVerticalSpacing(9)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        left_and_right: tuple[tuple[QWidget, QWidget], ...] = (
            (self._lines["name"], self._lines["number"]),
            (self._choices["grade_by_hand"], self._choices["potential"]),
            (self._lines["called"], self._choices["gender"]),
            (self._lines["company"], self._lines["title"]),
            (self._lines["city"], self._lines["address"]),
            (self._lines["likes"], self._lines["taboos"]),
            (self._lines["source"], self._tags),
            (self._choices["preferred_channel"], self._quiet),
            (self._choices["kind"], self._added),
            (self._consent, self._consented),
        )
        for row, (left, right) in enumerate(left_and_right):
            grid.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(right, row, 1, Qt.AlignmentFlag.AlignTop)
        who.box.addLayout(grid)
        switches = QHBoxLayout()
        switches.setSpacing(22)
        for switch in self._switches.values():
            switches.addWidget(switch)
        switches.addStretch(1)
        who.box.addLayout(switches)
        reach = Card(margins=(16, 13, 16, 12))
        reach.box.setSpacing(0)
        reach.box.addWidget(self._before_points)
        reach.box.addLayout(self._points)
        reach.box.addSpacing(8)
        adders = QHBoxLayout()
        adders.setSpacing(12)
        for adder in self._adders.values():
            adders.addWidget(adder)
        adders.addStretch(1)
        reach.box.addLayout(adders)
        more = Card(margins=(16, 13, 16, 14))
        more.box.addWidget(self._birthday)
        more.box.addWidget(self._notes)
        for card in (reach, who, self._dates, more):
            self.box.addWidget(card)
        self.box.addStretch(1)

    def _wire(self) -> None:
        for name, field in (*self._lines.items(), *self._choices.items()):
            field.committed.connect(self._saver(name, field))
        for name, switch in self._switches.items():
            switch.clicked.connect(lambda on, name=name: self._switch(name, on))
        self._notes.committed.connect(self._saver("notes", self._notes))
        self._tags.committed.connect(self._save_tags)
        self._quiet.committed.connect(self._saver("quiet_hours", self._quiet))
        self._added.day_committed.connect(
            lambda day: self._save_value(self._added, "added_on", day)
        )
        self._consent.day_committed.connect(
            lambda day: self._save_value(self._consent, "consented_on", day)
        )
        self._consented.clicked.connect(self._consent_today)
        self._birthday.birthday_committed.connect(self._save_birthday)
        self.desk.mask.changed.connect(self._mask)
        self._mask(self.desk.mask.is_on)
        for kind, adder in self._adders.items():
            adder.clicked.connect(lambda _on=False, kind=kind: self._new_point(kind))

    def _saver(self, name: str, field: Field) -> Callable[[str], None]:
        return lambda value: self._save_value(field, name, value or None if name in (
            "gender", "potential", "preferred_channel"
        ) else value)  # fmt: skip

    def _save_value(self, field: Field, name: str, value: object) -> None:
        label = _("Edit {name}: {field}").format(name=self.name(), field=field.label.text())
        self.save(field, label, lambda db, id: customers.edit(db, id, name, value, self.desk.today))

    def _switch(self, name: str, on: bool) -> None:
        if self.customer_id is None:
            return
        id = self.customer_id
        words = self._switches[name].text()
        label = _("Edit {name}: {field}").format(name=self.name(), field=words)
        self.desk.attempt(label, lambda db: customers.edit(db, id, name, on, self.desk.today))

    def _consent_today(self) -> None:
        """They have just said yes."""
        self._consent.set_day(self.desk.today)
        self._save_value(self._consent, "consented_on", self.desk.today)

    def _save_tags(self, typed: str) -> None:
        label = _("Edit {name}: {field}").format(name=self.name(), field=_("Tags"))
        self.save(self._tags, label, lambda db, id: customers.set_tags(db, id, split_list(typed)))

    def _save_birthday(self, birthday: Birthday | None) -> None:
        label = _("Edit {name}: {field}").format(name=self.name(), field=_("Birthday"))
        self.save(
            self._birthday.line,
            label,
            lambda db, id: customers.edit(db, id, "birthday", birthday, self.desk.today),
        )

    def _save_date(self, field: Field, name: str, work: Callable[[Session, int], object]) -> None:
        label = _("Edit {name}: {field}").format(name=self.name(), field=name)
        self.save(field, label, work)

    def _align_labels(self) -> None:
        """One width for all labels, the widest one's in this language."""
        fields = [*self._lines.values(), *self._choices.values(), self._tags, self._added,
                  self._consent, self._quiet, self._notes, self._birthday.line]  # fmt: skip
        for field in fields:
            field.label.ensurePolished()
        width = max(field.label.sizeHint().width() for field in fields)
        for field in fields:
            field.set_label_width(width)
        self._label_width = width

    _label_width = 76

    def _mask(self, on: bool) -> None:
        private = (self._lines[name] for name in _PRIVATE)
        for field in (*private, self._notes, *self._point_fields.values(), *self._blanks):
            field.set_masked(on)

    # --- contact points ---------------------------------------------------------------------------

    def _new_point(self, kind: ContactKind) -> None:
        self._blank(kind).setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_point(self, kind: ContactKind, field: LineField, typed: str) -> None:
        if typed:
            label = _("Edit {name}: {field}").format(name=self.name(), field=shown(kind))
            self.save(field, label, lambda db, id: customers.add_contact(db, id, kind, typed))

    def _save_point(self, point_id: int, kind: ContactKind, field: LineField, typed: str) -> None:
        label = _("Edit {name}: {field}").format(name=self.name(), field=shown(kind))
        self.save(field, label, lambda db, _id: customers.edit_contact(db, point_id, typed))

    def _show_points(self, points: list[ContactPoint]) -> None:
        """One field a contact; it stays as long as the contact, with what was refused in it."""
        wanted = {point.id or 0: point for point in points}
        for id in [id for id in self._point_fields if id not in wanted]:
            _remove(self._point_fields.pop(id))
        had_focus = self._put_blanks_away()
        fresh: LineField | None = None
        for at, (id, point) in enumerate(wanted.items()):
            field = self._point_fields.get(id)
            if field is None:
                field = fresh = self._point_fields[id] = self._point_field(id, point.kind)
            is_phone = point.kind is ContactKind.PHONE
            field.set_label(contact_words(point.kind, point.label))
            field.set_label_width(self._label_width)
            self._show(field, phones.display(point.value) if is_phone else point.value)
            self._points.insertWidget(at, field)
        if not any(point.kind is ContactKind.PHONE for point in points) and not self._blanks:
            self._blank(ContactKind.PHONE)
        if had_focus and fresh is not None:
            fresh.setFocus(Qt.FocusReason.OtherFocusReason)
        before: QWidget = self._before_points
        for at in range(self._points.count()):
            item = self._points.itemAt(at)
            field_widget = item.widget() if item else None
            if field_widget is not None:
                QWidget.setTabOrder(before, field_widget)
                before = field_widget

    def _point_field(self, id: int, kind: ContactKind) -> LineField:
        field = LineField("")
        field.set_masked(self.desk.mask.is_on)
        field.committed.connect(lambda typed: self._save_point(id, kind, field, typed))
        return field

    def _put_blanks_away(self) -> bool:
        """Take away the blank fields that were saved or left empty; True if one had the focus."""
        had_focus = False
        for field in [one for one in self._blanks if not (one.error.text() or one.is_edited())]:
            had_focus = had_focus or field.has_focus()
            self._blanks.remove(field)
            _remove(field)
        return had_focus

    def _blank(self, kind: ContactKind) -> LineField:
        """An empty field for one contact more."""
        field = LineField(shown(kind))
        field.set_label_width(self._label_width)
        field.committed.connect(lambda typed: self._add_point(kind, field, typed))
        self._blanks.append(field)
        self._points.addWidget(field)
        return field

    def _clear_points(self) -> None:
        for field in (*self._point_fields.values(), *self._blanks):
            _remove(field)
        self._point_fields.clear()
        self._blanks.clear()

    # --- showing ----------------------------------------------------------------------------------

    def show_customer(self, customer_id: int) -> None:
        if customer_id != self.customer_id:
            self._clear_points()
            self._dates.forget()
            for field in self._fields():
                field.set_value("")
        super().show_customer(customer_id)

    def _fields(self) -> list[Field]:
        return [*self._lines.values(), *self._choices.values(), self._tags, self._notes,
                self._added, self._consent, self._quiet, self._birthday.line]  # fmt: skip

    def refresh(self) -> None:
        if self.customer_id is None:
            return
        with self.desk.read() as db:
            customer = customers.get(db, self.customer_id)
            points = customers.contacts(db, self.customer_id)
            tags = customers.tags_of(db, self.customer_id)
            rules = habits.of(db).birthdays
            dates = own_dates.of_customer(db, self.customer_id)
            known_dates = own_dates.known_names(db)
            self._offer_grades(db, customer)
        for name, field in (*self._lines.items(), *self._choices.items()):
            self._show(field, str(getattr(customer, name) or ""))
        self._show(self._notes, customer.notes)
        self._show(self._tags, "、".join(tags))
        self._show(self._quiet, quiet_hours.words(customer.quiet_from, customer.quiet_until))
        self._dates.show_dates(dates, known_dates)
        self._show(self._added, customer.added_on.isoformat())
        consent = customer.consented_on
        self._show(self._consent, consent.isoformat() if consent else "")
        self._consented.setVisible(consent is None)
        for name, switch in self._switches.items():
            switch.setChecked(bool(getattr(customer, name)))
        self._show_birthday(customer, rules)
        self._show_points(points)

    def _offer_grades(self, db: Session, customer: Customer) -> None:
        """By the rules, and what that comes to; or by hand."""
        grades = policies.grades(db)
        given = grades.of(deriving.known(db, customer.id or 0, self.desk.today).graded.grade).called
        hand = [(grade.key, grade.called) for grade in grades.ranked]
        former = customer.grade_by_hand
        if former and former not in dict(hand):
            hand.append((former, former))
        by_rules = _("By the rules: {grade}").format(grade=given)
        by_hand = [(key, _("{grade}, by hand").format(grade=called)) for key, called in hand]
        self._choices["grade_by_hand"].set_choices([("", by_rules), *by_hand])

    def _show_birthday(self, customer: Customer, rules: BirthdayRules) -> None:
        line = self._birthday.line
        if not line.error.text() and not (line.edit.hasFocus() and line.is_edited()):
            born = customers.birthday_of(customer)
            self._birthday.show_birthday(born, self.desk.today, rules)

    @staticmethod
    def _show(field: Field, value: str) -> None:
        """What is being typed, or was refused, is not written over."""
        if not field.error.text() and not (field.is_edited() and field.has_focus()):
            field.set_value(value)

    def retranslate(self) -> None:
        for name, label in _LINES:
            self._lines[name].set_label(_(label))
        self._choices["grade_by_hand"].set_label(_("Grade"))
        for name, label, kind in _CHOICES:
            field = self._choices[name]
            field.set_label(_(label))
            none = [] if name in _NEEDED else [("", "—")]
            field.set_choices([*none, *((one.value, shown(one)) for one in kind)])
        for name, label in _SWITCHES:
            self._switches[name].setText(_(label))
        self._birthday.retranslate()
        self._added.set_label(_("Added on"))
        self._consent.set_label(_("Consent"))
        self._consent.setToolTip(_("When they agreed to be kept here and contacted"))
        self._consented.set_text(_("They agreed today"))
        self._quiet.set_label(_("Quiet hours"))
        self._quiet.setToolTip(_("When they do not want to be called"))
        self._lines["called"].edit.setPlaceholderText(_("for example: Lihua"))
        self._dates.retranslate()
        self._tags.set_label(_("Tags"))
        self._tags.edit.setPlaceholderText(_("Several with commas between"))
        self._notes.set_label(_("Notes"))
        self._align_labels()
        for contact, adder in self._adders.items():
            adder.set_text(shown(contact))
        for blank in self._blanks:
            blank.set_label(shown(ContactKind.PHONE))


def _remove(field: LineField) -> None:
    field.hide()
    field.setParent(None)
    field.deleteLater()

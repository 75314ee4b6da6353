"""The page on which a new customer is begun: a name is enough, Enter makes the file."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from sqlmodel import Session

from custdesk.errors import CustdeskError, FileTrouble
from custdesk.i18n import _
from custdesk.insight import policies
from custdesk.people import customers, lists, phones
from custdesk.people.customers import Details
from custdesk.store.search import Query, find
from custdesk.ui.customer_file.birthday_field import BirthdayField
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.fields import ChoiceField, LineField
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import Label


class NewCustomer(Speaks, QWidget):
    """`made(int)` with the new customer's id; `closed` when nobody was made."""

    made = Signal(int)
    closed = Signal()
    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._title = Label("", "title")
        self._name = LineField("")
        self._phone = LineField("")
        self._wechat = LineField("")
        self._birthday = BirthdayField()
        self._grade = ChoiceField("")
        self._known = Button(variant="link")
        self._known.hide()
        self._known_id: int | None = None
        self._hint = Label("", "small", wrap=True)
        self._cancel = Button()
        self._make = Button(variant="primary")
        card = Card(margins=(18, 16, 18, 16), spacing=10)
        for widget in (self._name, self._known, self._phone, self._wechat, self._birthday,
                       self._grade, self._hint):  # fmt: skip
            card.box.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._make)
        card.box.addLayout(buttons)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 20)
        box.setSpacing(14)
        box.addWidget(self._title)
        box.addWidget(card)
        box.addStretch(1)
        self._make.clicked.connect(self._commit)
        self._cancel.clicked.connect(self.give_up)
        self._known.clicked.connect(self._open_known)
        for field in (self._name, self._phone):
            field.left.connect(self._look)
        for line in (self._name, self._phone, self._wechat):
            line.entered.connect(self._commit)
        self.retranslate()

    def begin(self, name: str) -> None:
        """Start, perhaps with a name that was searched for; what was typed before is there."""
        if not name and self.typed():
            self._name.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        is_phone = name.replace(" ", "").isdigit()
        self._name.set_value("")
        self._phone.set_value("")
        self._name.show_text("" if is_phone else name)
        self._phone.show_text(name if is_phone else "")
        self._wechat.set_value("")
        self._birthday.show_birthday(None, self._desk.today)
        self._grade.set_value("")
        self._known.hide()
        first = self._phone if name and not is_phone else self._name
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def give_up(self) -> None:
        """Leave without a new customer, and forget what was typed."""
        self._forget()
        self.closed.emit()

    def typed(self) -> str:
        """The name, or whatever else was typed, as it may be seen; "" when nothing was."""
        private = self._phone.text() or self._wechat.text()
        return self._name.text() or self._desk.mask.over(private)

    def _forget(self) -> None:
        for line in (self._name, self._phone, self._wechat):
            line.set_value("")

    def _look(self) -> None:
        """Somebody with the same phone or name may be in the file already."""
        self._known.hide()
        phone = phones.normalise(self._phone.text())
        typed = [self._name.text(), phones.digits(phone.value) if phone else ""]
        with self._desk.read() as db:
            for words in filter(None, reversed(typed)):
                ids = find(db, Query(words))[:5]
                for row in lists.rows(db, ids).values():
                    if row.name == typed[0] or (phone and row.phone == phone.value):
                        self._known_id = row.id
                        said = _("In the file already: {name}, {number}. Open it")
                        self._known.set_text(said.format(name=row.name, number=row.number))
                        self._known.show()
                        return

    def _open_known(self) -> None:
        if self._known_id is not None:
            self.customer_requested.emit(self._known_id)

    def _commit(self) -> None:
        try:
            birthday = self._birthday.typed()
        except CustdeskError as error:
            self._birthday.set_error(str(error))
            self._birthday.setFocus()
            return
        typed_phones = phones.split_phones(self._phone.text())
        details = Details(
            self._name.text(),
            birthday=birthday,
            phones=typed_phones,
            wechats=[self._wechat.text()] if self._wechat.text() else [],
        )
        grade, today = self._grade.text(), self._desk.today
        words = _("Add {name}").format(name=details.name)

        def make(db: Session) -> int:
            customer = customers.add(db, details, today)
            assert customer.id is not None
            customers.edit(db, customer.id, "grade_by_hand", grade, today)
            return customer.id

        self._name.set_error(None)
        try:
            id = self._desk.write(words, make, _("Added {name}").format(name=details.name))
        except FileTrouble as error:
            self._desk.warned.emit(str(error))
            return
        except CustdeskError as error:
            wrong = self._name if not details.name.strip() else self._phone
            wrong.set_error(str(error))
            wrong.setFocus()
            return
        self._forget()
        if id is not None:
            self.made.emit(id)
        else:
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        self._title.setText(_("New customer"))
        self._name.set_label(_("Name"))
        self._name.edit.setPlaceholderText(_("The name is enough"))
        self._phone.set_label(_("Phone"))
        self._wechat.set_label(_("WeChat"))
        self._birthday.retranslate()
        self._grade.set_label(_("Grade"))
        with self._desk.read() as db:
            grades = policies.grades(db).ranked
        self._grade.set_choices(
            [("", _("By the rules")), *((grade.key, grade.called) for grade in grades)]
        )
        self._hint.setText(_("All the rest can be filled in later, in the file."))
        self._cancel.set_text(_("Cancel"))
        self._make.set_text(_("Make the file"))

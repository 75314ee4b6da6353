"""A card above the pages of a file, in which one thing is noted in seconds; Enter saves it."""

from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people import customers
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import ElidedLabel, Label

Draft = TypeVar("Draft")


class QuickCard(Speaks, Card, Generic[Draft]):
    """`closed` when it is put away. What was typed for a customer who was left before it was saved
    is kept as a `Draft`, until that customer is looked at again.

    A card puts what it asks into `body`, and small choices at the left of `foot`.
    """

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 11, 14, 12), 8, parent)
        self.desk = desk
        self.customer_id: int | None = None
        self._drafts: dict[int, Draft] = {}
        self.title = ElidedLabel("", "section")
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        self.error = Label("", "error", wrap=True)
        self.error.hide()
        self.cancel = Button(variant="ghost")
        self.commit = Button(variant="primary")
        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        last = QHBoxLayout()
        last.setSpacing(8)
        last.addLayout(self.foot, 1)
        last.addWidget(self.cancel)
        last.addWidget(self.commit)
        self.box.addWidget(self.title)
        self.box.addLayout(self.body)
        self.box.addWidget(self.error)
        self.box.addLayout(last)
        self.commit.clicked.connect(self.save)
        self.cancel.clicked.connect(self.give_up)
        self.hide()

    def line(self) -> QLineEdit:
        """A line to type in, whose Enter saves the card."""
        made = QLineEdit()
        mark_focus(made)
        made.returnPressed.connect(self.save)
        return made

    def begin(self, customer_id: int) -> None:
        """Show the card for this customer, with what was typed for them before."""
        self.customer_id = customer_id
        self.error.hide()
        self.fill(self._drafts.pop(customer_id, None))
        self.retranslate()
        self.show()
        self.first().setFocus(Qt.FocusReason.OtherFocusReason)

    def draft_of(self, customer_id: int) -> Draft | None:
        """What was typed for this customer before."""
        return self._drafts.get(customer_id)

    def resume(self, customer_id: int) -> bool:
        """Go on with what was typed for this customer before; False when nothing was."""
        if customer_id not in self._drafts:
            return False
        self.begin(customer_id)
        return True

    def put_away(self) -> None:
        """Hide; what was typed is kept until this customer is looked at again."""
        if self.isHidden():
            return
        draft = self.typed()
        if self.customer_id is not None and draft is not None:
            self._drafts[self.customer_id] = draft
        self.hide()
        self.closed.emit()

    def give_up(self) -> None:
        """Hide, and forget what was typed."""
        if self.customer_id is not None:
            self._drafts.pop(self.customer_id, None)
        self.clear()
        self.put_away()

    def unfinished(self) -> int | None:
        """The customer for whom something was typed and not saved."""
        if not self.isHidden() and self.typed() is not None:
            return self.customer_id
        return next(iter(self._drafts), None)

    def save(self) -> None:
        """Write it; what cannot be accepted is said in the card, which stays."""
        if self.customer_id is None:
            return
        with self.desk.read() as db:
            name = customers.get(db, self.customer_id).name
        try:
            self.write(self.customer_id, name)
        except CustdeskError as error:
            self.error.setText(str(error))
            self.error.show()
            return
        self.give_up()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        self.cancel.set_text(_("Cancel"))

    # --- what each card does ----------------------------------------------------------------------

    def first(self) -> QWidget:
        """Where one begins to type."""
        raise NotImplementedError

    def fill(self, draft: Draft | None) -> None:
        """Show a draft, or what a new entry begins with."""
        raise NotImplementedError

    def typed(self) -> Draft | None:
        """What was typed; None for nothing worth keeping."""
        raise NotImplementedError

    def clear(self) -> None:
        """Forget what was typed."""
        raise NotImplementedError

    def write(self, customer_id: int, name: str) -> None:
        """Write it; raises a CustdeskError for what cannot be accepted."""
        raise NotImplementedError

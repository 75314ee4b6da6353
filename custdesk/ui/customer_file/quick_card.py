"""A card above the pages of a file, in which one thing is noted in seconds; Enter saves it."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.people import customers
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.date_field import DateField
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import ElidedLabel, Label

DAY_WIDTH = 132

Draft = TypeVar("Draft")
_Key = tuple[int, int | None]
"""A customer, and which of their things it is about; None for a new one."""


class QuickCard(Speaks, Card, Generic[Draft]):
    """`closed` when it is put away. What was typed and not saved is kept as a `Draft` for that
    customer and that thing, and behind the mask until that goes.

    A card puts what it asks into `body`, and small choices at the left of `foot`.
    """

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 11, 14, 12), 8, parent)
        self.desk = desk
        self.customer_id: int | None = None
        self.about: int | None = None
        """Which of the customer's things it is about; None for a new one."""
        self._drafts: dict[_Key, Draft] = {}
        self._before_mask: dict[_Key, list[Draft]] = {}
        """What the mask hides; several of a thing, where it came and went meanwhile."""
        self._came_from: QWidget | None = None
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
        desk.mask.changed.connect(self._mask)
        self.hide()

    def line(self) -> QLineEdit:
        """A line to type in, whose Enter saves the card."""
        made = QLineEdit()
        mark_focus(made)
        made.returnPressed.connect(self.save)
        return made

    def dated(self, line: QLineEdit) -> DateField:
        """Put a line into the card with the day beside it, whose Enter saves the card too."""
        day = DateField("", self.desk.today)
        day.label.hide()
        day.setFixedWidth(DAY_WIDTH)
        day.entered.connect(self.save)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(line, 1)
        row.addWidget(day)
        self.body.addLayout(row)
        return day

    def past_day(self, field: DateField) -> date:
        """What was typed, today at the latest; raises a sentence for another day or none."""
        field.commit()
        day = None if field.error.text() else field.day()
        if day is None or day > self.desk.today:
            raise CustdeskError(_("Choose a day that is not after today."))
        return day

    # --- opening and putting away -----------------------------------------------------------------

    def begin(self, customer_id: int, about: int | None = None) -> None:
        """Show the card for this customer, with what was typed for this before."""
        self.put_away()
        focused = QApplication.focusWidget()
        self._came_from = focused if focused and not self.isAncestorOf(focused) else None
        self.error.hide()
        draft = self._taken((customer_id, about))
        if about is not None and not self.is_there(about):
            about = None  # what was typed goes into a new one
        self.customer_id, self.about = customer_id, about
        self.fill(draft)
        self.retranslate()
        self.show()
        self.order_tabs()
        self.first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _taken(self, key: _Key) -> Draft | None:
        """What was typed of this before; no longer waiting."""
        if key in self._drafts:
            return self._drafts.pop(key)
        hidden = self._before_mask.get(key)
        if not hidden or self.desk.mask.is_on:
            return None
        draft = hidden.pop()
        if not hidden:
            del self._before_mask[key]
        return draft

    def resume(self, customer_id: int) -> bool:
        """Go on with what was typed last for this customer; False when nothing was."""
        for whose, about in self.waiting():
            if whose == customer_id:
                self.begin(customer_id, about)
                return True
        return False

    def waiting(self) -> list[_Key]:
        """For whom something was typed and not saved, and of what; the last first."""
        return [*reversed(self._drafts), *reversed(self._before_mask)]

    def put_away(self) -> None:
        """Hide; what was typed is kept."""
        if self.isHidden():
            return
        draft = self.typed()
        if self.customer_id is not None and draft is not None:
            self._drafts[self.customer_id, self.about] = draft
        focused = QApplication.focusWidget()
        has_keyboard = focused is not None and self.isAncestorOf(focused)
        self.hide()
        came_from = self._came_from
        if has_keyboard and came_from is not None and isValid(came_from) and came_from.isVisible():
            came_from.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def give_up(self) -> None:
        """Hide, and forget what was typed."""
        self.clear()
        self.put_away()

    def begun(self) -> list[int]:
        """The customers for whom something was typed and not saved."""
        found = [whose for whose, _about in self.waiting()]
        if not self.isHidden() and self.customer_id is not None and self.typed() is not None:
            found.insert(0, self.customer_id)
        return found

    def forget(self, customer_id: int) -> None:
        """This customer is gone for good."""
        if self.customer_id == customer_id:
            self.give_up()
        for key in [one for one in self.waiting() if one[0] == customer_id]:
            self._drafts.pop(key, None)
            self._before_mask.pop(key, None)

    def _mask(self, on: bool) -> None:
        """What was typed before the mask came is not seen behind it."""
        if on:
            self.put_away()
            for key, draft in self._drafts.items():
                self._before_mask.setdefault(key, []).append(draft)
            self._drafts = {}

    def save(self) -> None:
        """Write it; what cannot be accepted is said in the card, which stays."""
        if self.customer_id is None:
            return
        try:
            with self.desk.read() as db:
                name = customers.get(db, self.customer_id).name
            self.write(self.customer_id, name)
        except CustdeskError as error:
            self.error.setText(str(error))
            self.error.show()
            return
        self.give_up()

    # --- keyboard ---------------------------------------------------------------------------------

    def order_tabs(self) -> None:
        """Tab goes through the card as one reads it, to the buttons last."""
        stops = [*_stops(self.body), *_stops(self.foot), self.cancel, self.commit]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

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

    def is_there(self, about: int) -> bool:
        """Whether the thing can still be spoken of."""
        return True

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


def _stops(layout: QLayout) -> Iterator[QWidget]:
    """Where Tab stops within a layout, in its order."""
    for at in range(layout.count()):
        item = layout.itemAt(at)
        assert item is not None
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            yield from _stops(inner)
        elif widget is not None:
            within = [widget, *widget.findChildren(QWidget)]
            yield from (one for one in within if one.focusPolicy() & Qt.FocusPolicy.TabFocus)

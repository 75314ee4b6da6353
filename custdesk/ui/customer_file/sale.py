"""The card in which a sale is recorded in ten seconds: what, how many, how much, Enter."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QEvent, QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.exchange.values import Unreadable, read_money, read_quantity
from custdesk.i18n import _
from custdesk.people import customers, history
from custdesk.people.history import Item
from custdesk.ui.customer_file.page import clear
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.date_field import DateField
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.text import Label


@dataclass(slots=True)
class _Line:
    widget: QWidget
    product: QLineEdit
    quantity: QLineEdit
    amount: QLineEdit
    typed: bool = False
    """Whether the amount was typed, and is no longer reckoned from the last price."""


class SaleCard(Card):
    """Records one purchase. `closed` when it is put away."""

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 11, 14, 12), 8, parent)
        self._desk = desk
        self._customer_id: int | None = None
        self._lines: list[_Line] = []
        self._drafts: dict[int, tuple[list[tuple[str, str, str]], str, str]] = {}
        """What was typed for customers who were left before it was recorded."""
        self._prices: dict[str, int | None] = {}
        self._names = QStringListModel(self)
        self._title = Label("", "section")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self._more = Button(variant="link", icon="plus")
        self._day = DateField("", desk.today)
        self._day.set_label_width(40)
        self._day.setFixedWidth(190)
        self._where = QLineEdit()
        mark_focus(self._where)
        self._where.setFixedWidth(110)
        self._sum = Label("", "strong")
        self._error = Label("", "error", wrap=True)
        self._error.hide()
        self._cancel = Button(variant="ghost")
        self._save = Button(variant="primary")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._day)
        foot.addWidget(self._where)
        foot.addWidget(self._more)
        foot.addStretch(1)
        foot.addWidget(self._sum)
        foot.addWidget(self._cancel)
        foot.addWidget(self._save)
        self.box.addWidget(self._title)
        self.box.addLayout(self._rows)
        self.box.addWidget(self._error)
        self.box.addLayout(foot)
        self._more.clicked.connect(lambda: self._add_line().product.setFocus())
        self._save.clicked.connect(self._commit)
        self._where.returnPressed.connect(self._commit)
        self._cancel.clicked.connect(self.give_up)
        self.hide()
        self.retranslate()

    def record(self, customer_id: int) -> None:
        """Ask what this customer bought today."""
        self._customer_id = customer_id
        with self._desk.read() as db:
            self._prices = dict(history.products(db))
            last = history.purchases(db, customer_id)[:1]
        self._names.setStringList(list(self._prices))
        clear(self._rows)
        self._lines.clear()
        self._day.set_day(self._desk.today)
        self._where.setText(last[0].channel if last else "")
        self._error.hide()
        lines, where, day = self._drafts.pop(
            customer_id, ([("", "1", "")], self._where.text(), self._day.text())
        )
        self._where.setText(where)
        self._day.show_text(day)
        for product, quantity, amount in lines:
            line = self._add_line()
            line.product.setText(product)
            line.quantity.setText(quantity)
            line.amount.setText(amount)
            line.typed = bool(amount)
        self._reckon()
        self.show()
        self._lines[0].product.setFocus(Qt.FocusReason.OtherFocusReason)

    def resume(self, customer_id: int) -> bool:
        """Go on with what was typed for this customer before; False when nothing was."""
        if customer_id not in self._drafts:
            return False
        self.record(customer_id)
        return True

    def put_away(self) -> None:
        """Hide; what was typed is kept until this customer is looked at again."""
        if self.isHidden():
            return
        lines = [
            (line.product.text(), line.quantity.text(), line.amount.text()) for line in self._lines
        ]
        if self._customer_id is not None and any(line[0] or line[2] for line in lines):
            self._drafts[self._customer_id] = (lines, self._where.text(), self._day.text())
        self.hide()
        self.closed.emit()

    def unfinished(self) -> int | None:
        """The customer for whom something was typed and not recorded."""
        if not self.isHidden() and any(
            line.product.text() or line.amount.text() for line in self._lines
        ):
            return self._customer_id
        return next(iter(self._drafts), None)

    def give_up(self) -> None:
        """Hide, and forget what was typed."""
        self._lines.clear()
        self.put_away()

    def _add_line(self) -> _Line:
        made = QWidget()
        product, quantity, amount = QLineEdit(), QLineEdit("1"), QLineEdit()
        for edit in (product, quantity, amount):
            mark_focus(edit)
            edit.returnPressed.connect(self._commit)
        quantity.setFixedWidth(64)
        amount.setFixedWidth(112)
        quantity.setAlignment(Qt.AlignmentFlag.AlignRight)
        amount.setAlignment(Qt.AlignmentFlag.AlignRight)
        completer = QCompleter(self._names, product)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        product.setCompleter(completer)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(product, 1)
        row.addWidget(quantity)
        row.addWidget(amount)
        line = _Line(made, product, quantity, amount)
        self._lines.append(line)
        self._rows.addWidget(made)
        product.textChanged.connect(lambda: self._reckon_line(line))
        quantity.textChanged.connect(lambda: self._reckon_line(line))
        amount.textEdited.connect(lambda: self._amount_typed(line))
        self._name_line(line)
        return line

    def _amount_typed(self, line: _Line) -> None:
        line.typed = bool(line.amount.text().strip())
        self._reckon()

    def _reckon_line(self, line: _Line) -> None:
        """What so many cost at the last price, until an amount is typed."""
        price = self._prices.get(line.product.text().strip())
        quantity = read_quantity(line.quantity.text())
        if not line.typed and price is not None and isinstance(quantity, float):
            with QSignalBlocker(line.amount):
                line.amount.setText(f"{price * quantity / 100:.2f}".removesuffix(".00"))
        self._reckon()

    def _reckon(self) -> None:
        amounts = [read_money(line.amount.text()) for line in self._lines]
        total = sum(cents for cents in amounts if isinstance(cents, int))
        self._sum.setText(formats.money(total) if total else "")

    def _items(self) -> tuple[list[Item], int | None]:
        """The lines as typed; an amount without a product is the purchase's own."""
        items: list[Item] = []
        bare: int | None = None
        for line in self._lines:
            product = " ".join(line.product.text().split())
            cents = read_money(line.amount.text())
            quantity = read_quantity(line.quantity.text())
            if isinstance(cents, Unreadable):
                raise CustdeskError(
                    _("“{text}” is no amount. Write it like 1280 or 1280.50.").format(
                        text=cents.text
                    )
                )
            if isinstance(quantity, Unreadable) or quantity == 0:
                raise CustdeskError(
                    _("“{text}” is no quantity. Write a number.").format(text=line.quantity.text())
                )
            if product and cents is None:
                raise CustdeskError(_("Type what {product} cost.").format(product=product))
            if product:
                items.append(Item(product, quantity or 1.0, cents or 0))
            elif cents is not None:
                bare = (bare or 0) + cents
        return items, bare

    def _commit(self) -> None:
        if self._customer_id is None:
            return
        id, where, day = self._customer_id, self._where.text().strip(), self._day_typed()
        try:
            if day is None or day > self._desk.today:
                raise CustdeskError(_("Choose a day that is not after today."))
            items, bare = self._items()
            total = None if bare is None else bare + sum(item.amount_cents for item in items)
            with self._desk.read() as db:
                name = customers.get(db, id).name
            words = _("Recorded a purchase of {name}").format(name=name)
            self._desk.write(
                words,
                lambda db: history.record_purchase(
                    db, id, day, items, channel=where, amount_cents=total
                ),
                words,
            )
        except CustdeskError as error:
            self._error.setText(str(error))
            self._error.show()
            return
        self.give_up()

    def _day_typed(self) -> date | None:
        self._day.commit()
        return None if self._day.error.text() else self._day.day()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _name_line(self, line: _Line) -> None:
        for edit, words in (
            (line.product, _("What was bought")),
            (line.quantity, _("How many")),
            (line.amount, _("Amount")),
        ):
            edit.setPlaceholderText(words)
            edit.setAccessibleName(words)

    def retranslate(self) -> None:
        self._title.setText(_("Record a purchase"))
        self._more.set_text(_("Another line"))
        self._day.set_label(_("Day"))
        self._where.setPlaceholderText(_("Where"))
        self._where.setAccessibleName(_("Where"))
        self._cancel.set_text(_("Cancel"))
        self._save.set_text(_("Record it"))
        for line in self._lines:
            self._name_line(line)

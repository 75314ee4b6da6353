"""The card in which a sale is recorded in ten seconds: what, how many, how much, Enter."""

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QWidget

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.exchange.values import Unreadable, read_money, read_quantity
from custdesk.i18n import _
from custdesk.people import history
from custdesk.people.history import Item
from custdesk.ui.customer_file.page import clear
from custdesk.ui.customer_file.quick_card import QuickCard
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.date_field import DateField
from custdesk.ui.widgets.text import Label


@dataclass(slots=True)
class _Line:
    widget: QWidget
    product: QLineEdit
    quantity: QLineEdit
    amount: QLineEdit
    typed: bool = False
    """Whether the amount was typed, and is no longer reckoned from the last price."""


_Draft = tuple[list[tuple[str, str, str]], str, str]
"""What, how many and for how much, by line; where, and on what day."""


class SaleCard(QuickCard[_Draft]):
    """Records one purchase."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._lines: list[_Line] = []
        self._prices: dict[str, int | None] = {}
        self._names = QStringListModel(self)
        self._more = Button(variant="link", icon="plus")
        self._day = DateField("", desk.today)
        self._day.set_label_width(40)
        self._day.setFixedWidth(190)
        self._where = self.line()
        self._where.setFixedWidth(110)
        self._sum = Label("", "strong")
        self.foot.addWidget(self._day)
        self.foot.addWidget(self._where)
        self.foot.addWidget(self._more)
        self.foot.addStretch(1)
        self.foot.addWidget(self._sum)
        self._more.clicked.connect(lambda: self._add_line().product.setFocus())
        self.retranslate()

    def first(self) -> QWidget:
        return self._lines[0].product

    def fill(self, draft: _Draft | None) -> None:
        with self.desk.read() as db:
            self._prices = dict(history.products(db))
            last = history.purchases(db, self.customer_id or 0)[:1]
        self._names.setStringList(list(self._prices))
        clear(self.body)
        self._lines.clear()
        self._day.set_day(self.desk.today)
        lines, where, day = draft or (
            [("", "1", "")],
            last[0].channel if last else "",
            self._day.text(),
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

    def typed(self) -> _Draft | None:
        lines = [
            (line.product.text(), line.quantity.text(), line.amount.text()) for line in self._lines
        ]
        if not any(line[0] or line[2] for line in lines):
            return None
        return lines, self._where.text(), self._day.text()

    def clear(self) -> None:
        self._lines.clear()

    def _add_line(self) -> _Line:
        made = QWidget()
        product, quantity, amount = self.line(), self.line(), self.line()
        quantity.setText("1")
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
        self.body.addWidget(made)
        self.order_tabs()
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

    def write(self, customer_id: int, name: str) -> None:
        where, day = self._where.text().strip(), self.past_day(self._day)
        items, bare = self._items()
        total = None if bare is None else bare + sum(item.amount_cents for item in items)
        words = _("Recorded a purchase of {name}").format(name=name)
        self.desk.write(
            words,
            lambda db: history.record_purchase(
                db, customer_id, day, items, channel=where, amount_cents=total
            ),
            words,
        )

    def _name_line(self, line: _Line) -> None:
        for edit, words in (
            (line.product, _("What was bought")),
            (line.quantity, _("How many")),
            (line.amount, _("Amount")),
        ):
            edit.setPlaceholderText(words)
            edit.setAccessibleName(words)

    def retranslate(self) -> None:
        super().retranslate()
        self.title.set_text(_("Record a purchase"))
        self._more.set_text(_("Another line"))
        self._day.set_label(_("Day"))
        self._where.setPlaceholderText(_("Where"))
        self._where.setAccessibleName(_("Where"))
        self.commit.set_text(_("Record it"))
        for line in self._lines:
            self._name_line(line)

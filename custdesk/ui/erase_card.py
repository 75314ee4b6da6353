"""The card in which somebody is erased for good: what would go, asked once, and the receipt."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.paper.receipt import write_receipt
from custdesk.people import customers, erasing
from custdesk.people.erasing import Receipt
from custdesk.ui import background
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.files import choose_place
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import Label


class EraseCard(Speaks, Card):
    """Asks, erases, and then offers the receipt. `closed` when it is put away."""

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("red", (14, 11, 14, 12), 7, parent)
        self._desk = desk
        self._ids: list[int] = []
        self._name = ""
        self._counts: dict[str, int] = {}
        self._receipt: Receipt | None = None
        self._working = False
        self._title = Label("", "section", wrap=True)
        self._what = Label("", "", wrap=True)
        self._warning = Label("", "danger", wrap=True)
        self.erase_button = Button(variant="danger", icon="trash")
        self.save_button = Button(variant="primary")
        self.cancel_button = Button(variant="ghost")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.cancel_button, self.save_button, self.erase_button):
            row.addWidget(button)
        for label in (self._title, self._what, self._warning):
            self.box.addWidget(label)
        self.box.addLayout(row)
        self.erase_button.clicked.connect(self._erase)
        self.save_button.clicked.connect(self._ask_place)
        self.cancel_button.clicked.connect(self.put_away)
        self.hide()

    def ask(self, ids: Sequence[int]) -> None:
        """Ask whether these are to be erased; nothing happens before the button is pressed."""
        if self._working:
            return
        self._ids, self._receipt = list(ids), None
        try:
            with self._desk.read() as db:
                self._counts = erasing.count(db, self._ids)
                self._name = customers.get(db, self._ids[0]).name
        except CustdeskError as error:
            self._desk.warned.emit(str(error))
            return
        self.retranslate()
        self.show()
        self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_asking(self) -> bool:
        """Whether the question is open; once answered, the card stays until it is put away."""
        return not (self.isHidden() or self._working or self._receipt)

    def put_away(self) -> None:
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def write(self, place: Path) -> None:
        """Save the receipt as a PDF."""
        receipt = self._receipt
        if receipt is None:
            return
        if place.suffix.lower() != ".pdf":
            place = place.with_name(place.name + ".pdf")
        said = _("The receipt is in {file}").format(file=place.name)
        background.run(
            lambda _report: write_receipt(receipt, place),
            lambda _nothing: self._desk.said.emit(said, False),
            lambda error: self._desk.warned.emit(str(error)),
            owner=self,
        )

    def retranslate(self) -> None:
        n = len(self._ids)
        receipt = self._receipt
        for button, seen in (
            (self.erase_button, receipt is None),
            (self.save_button, receipt is not None),
        ):
            button.setVisible(seen)
        self.erase_button.set_text(_("Erase for good"))
        self.erase_button.setEnabled(not self._working)
        self.cancel_button.setEnabled(not self._working)
        self.save_button.set_text(_("Save the receipt …"))
        self.cancel_button.set_text(_("Cancel") if receipt is None else _("Close"))
        self.set_kind("red" if receipt is None else "plain")
        lines = _(", ").join(erasing.lines(receipt.counts if receipt else self._counts))
        self._what.setText(lines)
        if receipt is not None:
            number = _("Receipt no. {number}").format(number=receipt.number)
            self._title.setText(_("Erased for good. {receipt}").format(receipt=number))
            self._warning.setText("" if receipt.swept else erasing.unswept())
        else:
            many = ngettext("Erase {n} customer for good?", "Erase {n} customers for good?", n)
            one = _("Erase {name} for good?").format(name=self._name)
            asked = one if n == 1 else many.format(n=n)
            self._title.setText(_("Erasing …") if self._working else asked)
            warning = _(
                "This cannot be undone, and nobody can bring it back: it leaves the history, the "
                "trash, the search and, within a day of use, the backups."
            )
            self._warning.setText("" if self._working else warning)
        self._warning.setVisible(bool(self._warning.text()))
        self.setAccessibleName(self._title.text())

    def _erase(self) -> None:
        ids = list(self._ids)
        self._working = True
        self.retranslate()
        self._desk.erase(ids, self._erased, self._refused)

    def _refused(self, error: CustdeskError) -> None:
        self._working = False
        self.retranslate()
        self._desk.warned.emit(str(error))

    def _erased(self, receipt: Receipt) -> None:
        self._receipt, self._working = receipt, False
        self._name, self._ids = "", []
        self.retranslate()
        self.show()
        self._desk.said.emit(self._title.text(), False)

    def _ask_place(self) -> None:
        if self._receipt is None:
            return
        place = choose_place(
            self,
            self._desk.preferences,
            _("Save the receipt"),
            _("Receipt {number}.pdf").format(number=self._receipt.number),
            _("PDF file (*.pdf)"),
        )
        if place is not None:
            self.write(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

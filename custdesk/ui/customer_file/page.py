"""What every page of a customer's file has in common."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.people import customers
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.card import ScrollPane
from custdesk.ui.widgets.fields import Field


class Page(QWidget):
    """A tab of the file: it shows one customer, and refreshes itself when asked.

    A page that scrolls puts its widgets into `self.box`.
    """

    def __init__(self, desk: Desk, *, scrolls: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.customer_id: int | None = None
        self.scrolls = scrolls
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        if scrolls:
            content = QWidget()
            self.box = QVBoxLayout(content)
            outer.addWidget(ScrollPane(content))
        else:
            self.box = outer
        self.box.setContentsMargins(20, 14, 20, 20)
        self.box.setSpacing(12)

    def show_customer(self, customer_id: int) -> None:
        self.customer_id = customer_id
        self.refresh()

    def refresh(self) -> None:
        """Read the customer again."""
        raise NotImplementedError

    def retranslate(self) -> None:
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            if self.customer_id is not None:
                self.refresh()

    def save(self, field: Field, label: str, work: Callable[[Session, int], object]) -> None:
        """Write what a field holds; what cannot be accepted is said beside it."""
        if self.customer_id is None:
            return
        id = self.customer_id
        try:
            self.desk.write(label, lambda db: work(db, id))
        except CustdeskError as error:
            field.set_error(str(error))

    def name(self) -> str:
        """The customer's name, for the label of a step."""
        if self.customer_id is None:
            return ""
        with self.desk.read() as db:
            return customers.get(db, self.customer_id).name


def clear(layout: QVBoxLayout) -> None:
    """Take every widget out of `layout`, at once."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item else None
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


TOP = Qt.AlignmentFlag.AlignTop

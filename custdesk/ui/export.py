"""Export of all customers, or of one: asks for a place, writes in the background, says where."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from custdesk.exchange import exporting
from custdesk.handover import hand_over
from custdesk.i18n import _, ngettext
from custdesk.paper.profile import profile_filename
from custdesk.people import customers
from custdesk.ui import background
from custdesk.ui.desk import Desk
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.files import choose_place


class ExportAction(QObject):
    """Export as an action of the window."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window

    def ask(self) -> None:
        """Ask where, then write."""
        kinds = _("Excel workbook (*.xlsx);;CSV text (*.csv)")
        chosen = choose_place(
            self._window,
            self._desk.preferences,
            _("Export customers"),
            _("Customers.xlsx"),
            kinds,
        )
        if chosen is not None:
            self.write(chosen)

    def write(self, path: Path) -> None:
        if path.suffix.lower() not in (".csv", ".xlsx"):
            path = path.with_name(path.name + ".xlsx")

        def work(report: Report) -> int:
            with self._desk.store.read() as db:
                return exporting.export_customers(
                    db, path, lambda done, total: report(done, total, "")
                )

        def done(n: int) -> None:
            said = ngettext("{n} customer written to {file}", "{n} customers written to {file}", n)
            self._desk.said.emit(said.format(n=n, file=path.name), False)

        background.run(work, done, lambda error: self._desk.warned.emit(str(error)), owner=self)


class PersonExport(QObject):
    """Export of everything that is held on one customer, for them to read or take along."""

    def __init__(self, desk: Desk, owner: QWidget) -> None:
        super().__init__(owner)
        self._desk = desk
        self._owner = owner

    def ask(self, customer_id: int) -> None:
        """Ask where, then write."""
        with self._desk.read() as db:
            one = customers.get(db, customer_id)
        name = profile_filename(one.name, one.number)
        chosen = choose_place(
            self._owner,
            self._desk.preferences,
            _("Export all that is held"),
            name,
            _("PDF to read (*.pdf);;JSON for programs (*.json)"),
        )
        if chosen is not None:
            self.write(customer_id, chosen)

    def write(self, customer_id: int, path: Path) -> None:
        if path.suffix.lower() not in (".pdf", ".json"):
            path = path.with_name(path.name + ".pdf")
        today = self._desk.today

        def work(_report: Report) -> None:
            with self._desk.store.read() as db:
                hand_over(db, customer_id, today, path)

        def done(_nothing: None) -> None:
            said = _("All that is held is in {file}").format(file=path.name)
            self._desk.said.emit(said, False)

        background.run(work, done, lambda error: self._desk.warned.emit(str(error)), owner=self)

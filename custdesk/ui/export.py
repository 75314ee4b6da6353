"""Export of all customers: asks for a place, writes in the background, says where it is."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from custdesk.exchange import exporting
from custdesk.i18n import _, ngettext
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

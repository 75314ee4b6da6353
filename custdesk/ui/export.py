"""Export of customers, or of one: asks for a place, writes in the background, says where."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from custdesk import formats
from custdesk.errors import Cancelled, CustdeskError
from custdesk.exchange import exporting, ical
from custdesk.handover import hand_over
from custdesk.i18n import _, ngettext
from custdesk.paper.profile import profile_filename
from custdesk.people import customers
from custdesk.ui import background
from custdesk.ui.background import Job
from custdesk.ui.desk import Desk
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.files import choose_place


class ExportAction(QObject):
    """Export as an action of the window."""

    progressed = Signal(str, int, int)
    """Work under way: what, how much of how much is done."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._job: Job | None = None

    def ask(self, only: Sequence[int] | None = None) -> None:
        """Ask where, then write: everybody, or `only` these, which are listed."""
        kinds = _("Excel workbook (*.xlsx);;CSV text (*.csv)")
        title = _("Export customers")
        if only is None:
            kinds += ";;" + _("Calendar for the phone: follow-ups and birthdays (*.ics)")
        else:
            n = len(only)
            words = ngettext("Export the {n} customer listed", "Export the {n} customers listed", n)
            title = words.format(n=formats.count(n))
        chosen = choose_place(
            self._window, self._desk.preferences, title, _("Customers.xlsx"), kinds
        )
        if chosen is not None:
            self.write(chosen, only)

    def write(self, path: Path, only: Sequence[int] | None = None) -> None:
        """Write what the ending of `path` says: a table of the customers, or the calendar.

        A calendar of only some is refused.
        """
        if only is not None and path.suffix.lower() == ".ics":
            said = _("A calendar is of all customers. Choose .csv or .xlsx for those listed.")
            self._desk.warned.emit(said)
            return
        if path.suffix.lower() not in (".csv", ".xlsx", ".ics"):
            path = path.with_name(path.name + ".xlsx")
        store = self._desk.store

        def table(report: Report) -> str:
            with store.read() as db:
                n = exporting.export_customers(
                    db, path, lambda done, of: report(done, of, ""), only
                )
            said = ngettext("{n} customer written to {file}", "{n} customers written to {file}", n)
            return said.format(n=n, file=path.name)

        def calendar(report: Report) -> str:
            n = ical.export_calendar(store, path, lambda done, of: report(done, of, ""))
            said = ngettext(
                "{n} calendar entry written to {file}.",
                "{n} calendar entries written to {file}.",
                n,
            )
            return (said.format(n=n, file=path.name) + " " + ical.remark(path)).strip()

        def progressed(done: int, of: int, _words: str) -> None:
            if not self._desk.is_locked:
                said = _("Writing {file} …").format(file=path.name)
                self.progressed.emit(said, done, of)

        def failed(error: CustdeskError) -> None:
            if isinstance(error, Cancelled):
                said = _("Cancelled; {file} was not written.").format(file=path.name)
                self._desk.said.emit(said, False)
            else:
                self._desk.warned.emit(str(error))

        self._job = background.run(
            calendar if path.suffix.lower() == ".ics" else table,
            lambda said: self._desk.said.emit(said, False),
            failed,
            progressed,
            owner=self,
        )

    def cancel(self) -> None:
        """Stop writing; a file that was there before stays as it was."""
        if self._job is not None:
            self._job.cancel()


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

"""Whether all is well with the file, and the report that one may send when it is not."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from custdesk import formats, paths, report
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.store import checking
from custdesk.ui import background
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import Label, rule

_REPORT_HEIGHT = 180


class HealthCard(Speaks, Card):
    """Check the file, copy a report. `repair_requested`: the file is damaged."""

    repair_requested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(margins=(20, 16, 20, 18), spacing=12, parent=parent)
        self._desk = desk
        self._checking = False
        self._title, self._state = Label("", "heading"), Label("", "", wrap=True)
        self.check, self.repair = Button(), Button(variant="primary")
        self._what = Label("", "small", wrap=True)
        self.show_report, self.copy = Button(variant="link"), Button(variant="primary")
        self.report = QPlainTextEdit()
        self.report.setReadOnly(True)
        self._lay_out()
        self.check.clicked.connect(self._check)
        self.repair.clicked.connect(self.repair_requested)
        self.show_report.clicked.connect(self._show_report)
        self.copy.clicked.connect(self._copy)
        self.retranslate()

    def refresh(self) -> None:
        self.check.setEnabled(not self._checking)

    def retranslate(self) -> None:
        self._title.setText(_("The file"))
        self._state.setText(_("It is checked quickly at every start."))
        self._state.set_role("")
        self.repair.hide()
        self.check.set_text(_("Check all of it now"))
        self.repair.set_text(_("Repair …"))
        self._what.setText(
            _(
                "If something is wrong with the program, a report helps to mend it. It holds"
                " versions, sizes and what went wrong where, and nothing about any customer."
            )
        )
        self.show_report.set_text(_("Show the report"))
        self.copy.set_text(_("Copy the report"))
        self.report.setAccessibleName(_("Report"))
        self.refresh()

    def _lay_out(self) -> None:
        self.report.setFixedHeight(_REPORT_HEIGHT)
        self.report.hide()
        self.copy.hide()
        checks = QHBoxLayout()
        checks.setSpacing(8)
        checks.addWidget(self.check)
        checks.addWidget(self.repair)
        checks.addStretch(1)
        reports = QHBoxLayout()
        reports.setSpacing(8)
        reports.addWidget(self.show_report)
        reports.addStretch(1)
        reports.addWidget(self.copy)
        for part in (self._title, self._state):
            self.box.addWidget(part)
        self.box.addLayout(checks)
        self.box.addWidget(rule("hairline"))
        self.box.addWidget(self._what)
        self.box.addLayout(reports)
        self.box.addWidget(self.report)

    def _check(self) -> None:
        if self._desk.is_busy:
            self._desk.warned.emit(_("Wait until the other work has ended; then check."))
            return
        self._checking = True
        self._state.setText(_("Looking at everything …"))
        self._state.set_role("muted")
        self.refresh()
        store = self._desk.store
        background.run(
            lambda _report: checking.check(store), self.show_faults, self._fail, owner=self
        )

    def show_faults(self, faults: list[str]) -> None:
        """What a check found, here or after the start."""
        self._checking = False
        if faults:
            self._state.setText("\n".join(faults))
        else:
            when = formats.moment(self._desk.now, self._desk.today)
            self._state.setText(_("All is well. Checked {when}.").format(when=when))
        self._state.set_role("danger" if faults else "strong")
        self.repair.setVisible(bool(faults) and not self._desk.store.read_only)
        self.refresh()

    def _fail(self, error: CustdeskError) -> None:
        self.show_faults([str(error)])

    def _show_report(self) -> None:
        shown = self.report.isVisible()
        if not shown:
            made = report.compose(self._desk.store, paths.log_file(), self._desk.now)
            self.report.setPlainText(made)
        self.report.setVisible(not shown)
        self.copy.setVisible(not shown)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self._desk.said.emit(_("The report is copied; paste it into a message."), False)

"""What would come of an import, or came of it: four figures, and what to know of single rows."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.exchange.fields import Kind
from custdesk.exchange.outcome import OnDuplicate, Result
from custdesk.exchange.records import Remark
from custdesk.i18n import N_, _, ngettext
from custdesk.ui.import_view.remarks import RemarkList
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Figure
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.progress_panel import ProgressPanel
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.tabs import SegmentedTabs
from custdesk.ui.widgets.text import Label

WIDTH = 348
_REJECTED, _WARNINGS = "rejected", "warnings"
_ANSWERS = {
    OnDuplicate.MERGE: (
        N_("Merge"),
        N_("Gaps are filled, nothing is overwritten; both notes are kept."),
    ),
    OnDuplicate.SKIP: (N_("Skip"), N_("Rows of known customers are left out.")),
    OnDuplicate.CREATE: (
        N_("Add as new"),
        N_("Every row becomes a customer of its own; nobody is recognised."),
    ),
}


def offer(result: Result) -> str:
    """What the button offers: "Import 798 customers"; "" where there is nothing to import."""
    n = result.created
    if not n and result.merged:
        n = result.merged
        return ngettext("Merge {n} row", "Merge {n} rows", n).format(n=formats.count(n))
    if not n:
        return ""
    match result.kind:
        case Kind.CUSTOMERS:
            words = ngettext("Import {n} customer", "Import {n} customers", n)
        case Kind.PURCHASES:
            words = ngettext("Import {n} purchase", "Import {n} purchases", n)
        case _:
            words = ngettext("Import {n} interaction", "Import {n} interactions", n)
    return words.format(n=formats.count(n))


def headline(result: Result) -> str:
    """What was done: "798 customers imported"."""
    n = result.created
    if not n and result.merged:
        n = result.merged
        return ngettext("{n} row merged", "{n} rows merged", n).format(n=formats.count(n))
    match result.kind:
        case _ if not n:
            return _("Nothing new was in the file")
        case Kind.CUSTOMERS:
            words = ngettext("{n} customer imported", "{n} customers imported", n)
        case Kind.PURCHASES:
            words = ngettext("{n} purchase imported", "{n} purchases imported", n)
        case _:
            words = ngettext("{n} interaction imported", "{n} interactions imported", n)
    return words.format(n=formats.count(n))


class Outcome(Speaks, QWidget):
    """The four figures in `across` columns, and below them the rejected rows and the warnings."""

    def __init__(self, across: int, mask: Mask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: Result | None = None
        self.created, self.merged, self.skipped, self.rejected = (Figure() for _each in range(4))
        figures = QGridLayout()
        figures.setSpacing(8)
        for at, figure in enumerate(self._figures()):
            figures.addWidget(figure, at // across, at % across)
            figures.setColumnStretch(at % across, 1)
        self.tabs = SegmentedTabs([(_REJECTED, ""), (_WARNINGS, "")])
        self.tabs.chosen.connect(self._show_remarks)
        self.remarks = RemarkList(mask)
        self.fine = Label("", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(figures)
        column.addSpacing(10)
        column.addWidget(self.tabs)
        column.addWidget(self.remarks, 1)
        column.addWidget(self.fine)
        column.addStretch(0)
        self.retranslate()
        self.show_result(None)

    def show_result(self, result: Result | None) -> None:
        self._result = result
        rejects = result.rejects if result else []
        warnings = result.warnings if result else []
        for figure, n in zip(
            self._figures(),
            (result.created, result.merged, result.skipped, len(rejects)) if result else (),
            strict=False,
        ):
            figure.set_value(formats.count(n), alarming=figure is self.rejected and n > 0)
        if result is None:
            for figure in self._figures():
                figure.set_value("–")
        self.tabs.set_count(_REJECTED, len(rejects))
        self.tabs.set_count(_WARNINGS, len(warnings))
        has_any = bool(rejects or warnings)
        if has_any and not self._shown():
            self.tabs.choose(_WARNINGS if self.tabs.key() == _REJECTED else _REJECTED)
        self.tabs.setVisible(has_any)
        self.remarks.setVisible(has_any)
        self.fine.setVisible(result is not None and not has_any)
        self._show_remarks()

    def _figures(self) -> tuple[Figure, Figure, Figure, Figure]:
        return self.created, self.merged, self.skipped, self.rejected

    def _shown(self) -> Sequence[Remark]:
        if self._result is None:
            return ()
        if self.tabs.key() == _REJECTED:
            return [one.remark for one in self._result.rejects]
        return self._result.warnings

    def _show_remarks(self) -> None:
        self.remarks.show_remarks(self._shown())
        rejected = self.tabs.key() == _REJECTED
        self.remarks.setAccessibleName(_("Rejected rows") if rejected else _("Warnings"))

    def retranslate(self) -> None:
        self.created.set_label(_("New"))
        self.merged.set_label(_("Merged"))
        self.skipped.set_label(_("Skipped"))
        self.rejected.set_label(_("Rejected"))
        self.skipped.setToolTip(_("Rows that were imported before, or that say nothing new."))
        self.tabs.set_tabs([(_REJECTED, _("Rejected")), (_WARNINGS, _("Warnings"))])
        self.tabs.setAccessibleName(_("Rows to look at"))
        self.fine.setText(_("Every row can be read; nothing is left behind."))
        self._show_remarks()


class OutcomePanel(QWidget):
    """The right side of the page: what will happen, what with known customers, and the button."""

    duplicates_chosen = Signal(object)
    import_asked = Signal()
    cancel_asked = Signal()
    closed = Signal()

    def __init__(self, mask: Mask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: Result | None = None
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._title = Label("", "heading")
        self._state = Label("", "small")
        self._close = Button(variant="icon", icon="close")
        self._close.clicked.connect(self.closed)
        self.outcome = Outcome(2, mask)
        self._known = Label("", "section")
        self._group = QButtonGroup(self)
        self.answers = {answer: Chip(checkable=True) for answer in OnDuplicate}
        self._effect = Label("", "small", wrap=True)
        self.error = Label("", "danger", wrap=True)
        self.button = Button(variant="primary")
        self.button.clicked.connect(self.import_asked)
        self.progress = ProgressPanel()
        self.progress.cancel_asked.connect(self.cancel_asked)
        self.progress.hide()
        self._lay_out()
        for answer, chip in self.answers.items():
            self._group.addButton(chip)
            chip.clicked.connect(lambda _checked, to=answer: self._answer(to))
        self.answers[OnDuplicate.MERGE].setChecked(True)
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, -6, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._state)
        head.addWidget(self._close)
        chips = QHBoxLayout()
        chips.setSpacing(8)
        for chip in self.answers.values():
            chips.addWidget(chip)
        chips.addStretch(1)
        self._about_known = QWidget()
        self._about_known.setProperty("bare", True)
        about = QVBoxLayout(self._about_known)
        about.setContentsMargins(0, 4, 0, 4)
        about.setSpacing(8)
        about.addWidget(self._known)
        about.addLayout(chips)
        about.addWidget(self._effect)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 20)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._about_known)
        column.addWidget(self.outcome, 1)
        column.addWidget(self.error)
        column.addStretch(0)
        column.addWidget(self.button)
        column.addWidget(self.progress)

    def on_duplicate(self) -> OnDuplicate:
        return next(answer for answer, chip in self.answers.items() if chip.isChecked())

    def begin(self, kind: Kind) -> None:
        """A rehearsal is under way: the figures of the last one stay until it ends."""
        self._about_known.setVisible(kind is Kind.CUSTOMERS)
        self._state.setText(_("Counting …"))
        self.error.hide()
        self.button.setEnabled(False)

    def show_result(self, result: Result | None, error: str = "") -> None:
        self._result = result
        self._state.setText("")
        self.outcome.show_result(result)
        self.error.setText(error)
        self.error.setVisible(bool(error))
        self._write_button()

    def set_writing(self, writing: bool) -> None:
        """While the import is written, there is progress in the place of the button."""
        self.button.setVisible(not writing)
        self.progress.setVisible(writing)
        self._about_known.setEnabled(not writing)

    def retranslate(self) -> None:
        self._title.setText(_("What will happen"))
        self._close.set_text(_("Close"))
        self._known.setText(_("Customers who are here already"))
        for answer, (words, _effect) in _ANSWERS.items():
            self.answers[answer].set_text(_(words))
        self._effect.setText(_(_ANSWERS[self.on_duplicate()][1]))
        self._write_button()

    def _write_button(self) -> None:
        words = offer(self._result) if self._result else ""
        nothing = _("Nothing new to import") if self._result else _("Import")
        self.button.set_text(words or nothing)
        self.button.setEnabled(bool(words))

    def _answer(self, answer: OnDuplicate) -> None:
        self._effect.setText(_(_ANSWERS[answer][1]))
        self.duplicates_chosen.emit(answer)

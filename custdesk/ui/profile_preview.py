"""The profile as it will be printed: looked at, printed, saved as PDF."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMarginsF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QPageLayout,
    QPageSize,
    QPainter,
    QShortcut,
    QShowEvent,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.insight.recommending import Companions
from custdesk.paper import facts as paper_facts
from custdesk.paper.profile import ProfileFacts, profile_filename, write_profile
from custdesk.paper.rendering import POINTS_PER_INCH, PageSize, Picture, page_sizes, render
from custdesk.store.store import Change
from custdesk.ui import background
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.files import choose_place
from custdesk.ui.widgets.paper_pages import PaperPages, image_of
from custdesk.ui.widgets.text import ElidedLabel, Label, rule

_SHARPEST_DPI = 400
"""Finer than this no eye sees on paper, and a page would take 60 MB."""


@dataclass(frozen=True, slots=True)
class _Printed:
    """What there is to see and to print."""

    facts: Sequence[ProfileFacts]
    pdf: bytes
    sizes: Sequence[PageSize]


class ProfilePreview(QWidget):
    """`open(ids)` shows the profile of one customer, or of several one after another.

    Esc closes; Ctrl+P prints, Ctrl+S saves, Ctrl with plus, minus and 0 change the size.
    """

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ids: tuple[int, ...] = ()
        self._printed: _Printed | None = None
        self._turn = 0
        self._is_printing = False
        self._title = Label("", "title")
        self._who = ElidedLabel("", "muted")
        self._group = QButtonGroup(self)
        self.private, self.client_safe = Chip(checkable=True), Chip(checkable=True)
        for chip in (self.private, self.client_safe):
            self._group.addButton(chip)
        self.private.setChecked(True)
        self._group.buttonClicked.connect(lambda _chip: self._make())
        self.smaller = Button("−", "ghost")
        self.larger = Button("+", "ghost")
        self.fit = Button(variant="ghost")
        self.print_button = Button(icon="printer")
        self.save_button = Button(variant="primary", icon="pdf")
        self._close = Button(variant="icon", icon="close")
        self.pages = PaperPages()
        self._state = Label("", "small")
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.pages)
        self.retranslate()

    # --- what others call -------------------------------------------------------------------------

    def open(self, customer_ids: list[int]) -> None:
        """Show the profiles of these customers, in this order, the private version first."""
        self._ids = tuple(customer_ids)
        self._printed = None
        self.private.setChecked(True)
        self.pages.clear()
        self.pages.fit_width()
        self._make()
        self.pages.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Draw the pages again, as the customers are now."""
        if self._ids:
            self._make()

    def ask_where_to_save(self, name: str) -> Path | None:
        """The system's dialog; a test puts its own answer here."""
        title = _("Save as PDF")
        return choose_place(self, self._desk.preferences, title, name, "PDF (*.pdf)")

    def ask_for_printer(self) -> QPrinter | None:
        """The system's dialog; a test puts its own answer here."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setFromTo(1, self.pages.count())
        dialog = QPrintDialog(printer, self)
        dialog.setMinMax(1, self.pages.count())
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
        chosen = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return printer if chosen else None

    def retranslate(self) -> None:
        self._title.setText(_("Profile"))
        self.setAccessibleName(_("Profile"))
        self.private.set_text(_("For us"))
        self.private.setToolTip(_("With notes, taboos, grade and figures"))
        self.client_safe.set_text(_("For the customer"))
        self.client_safe.setToolTip(_("Without notes, taboos, grade and figures"))
        self.smaller.setAccessibleName(_("Smaller"))
        self.larger.setAccessibleName(_("Larger"))
        self.fit.setToolTip(_("Fit the width"))
        self.print_button.set_text(_("Print …"))
        self.save_button.set_text(_("Save as PDF …"))
        self._close.set_text(_("Close"))
        self.pages.setAccessibleName(_("Pages of the profile"))
        self._write_state()

    # --- the page ---------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(20, 12, 14, 12)
        bar.setSpacing(8)
        bar.addWidget(self._title)
        bar.addSpacing(4)
        bar.addWidget(self._who, 1)
        bar.addWidget(self._state)
        bar.addSpacing(8)
        bar.addWidget(self.private)
        bar.addWidget(self.client_safe)
        bar.addSpacing(8)
        for button in (self.smaller, self.fit, self.larger):
            bar.addWidget(button)
        self.smaller.setFixedWidth(34)
        self.larger.setFixedWidth(34)
        self.fit.setFixedWidth(62)
        bar.addSpacing(8)
        for button in (self.print_button, self.save_button, self._close):
            bar.addWidget(button)
        ground = QWidget()
        ground.setProperty("ground", "sunken")
        inner = QVBoxLayout(ground)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.pages)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(rule())
        column.addWidget(ground, 1)

    def _connect(self) -> None:
        self.smaller.clicked.connect(self.pages.zoom_out)
        self.larger.clicked.connect(self.pages.zoom_in)
        self.fit.clicked.connect(self.pages.fit_width)
        self.print_button.clicked.connect(self.print_pages)
        self.save_button.clicked.connect(self.save)
        self._close.clicked.connect(self.closed)
        self.pages.zoomed.connect(self._write_zoom)
        self._desk.changed.connect(self._hear)
        self._desk.mask.changed.connect(self._mask)
        for keys, act in (
            (("Ctrl++", "Ctrl+="), self.pages.zoom_in),
            (("Ctrl+-",), self.pages.zoom_out),
            (("Ctrl+0",), self.pages.fit_width),
            (("Ctrl+S",), self.save),
        ):
            shortcut = QShortcut(self)
            shortcut.setKeys([QKeySequence(key) for key in keys])
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _write_state(self) -> None:
        n = self.pages.count()
        ready = self._printed is not None
        self._state.setText(
            ngettext("{n} page", "{n} pages", n).format(n=n) if ready else _("Drawing …")
        )
        printed = self._printed.facts if self._printed else ()
        if len(printed) == 1:
            self._who.set_text(f"{printed[0].name}  {printed[0].number}")
        elif printed:
            many = len(printed)
            self._who.set_text(ngettext("{n} customer", "{n} customers", many).format(n=many))
        self.print_button.setEnabled(ready and not self._is_printing)
        self.save_button.setEnabled(ready)
        self._write_zoom()

    def _write_zoom(self) -> None:
        percent = f"{round(self.pages.zoom * 100)} %"
        self.fit.setText(percent)
        self.fit.setAccessibleName(_("Fit the width, now {percent}").format(percent=percent))

    # --- drawing ----------------------------------------------------------------------------------

    def _make(self) -> None:
        self._turn += 1
        turn, ids, desk = self._turn, self._ids, self._desk
        client_safe, masked = self.client_safe.isChecked(), desk.mask.is_on
        self._printed = None  # what was drawn before must not be printed for what is asked now
        self._write_state()

        def draw(report: Callable[[int, int, str], None]) -> _Printed:
            gathered = []
            with desk.store.read() as db:
                companions = Companions(db)
                for at, customer_id in enumerate(ids):
                    report(at, len(ids), "")
                    gathered.append(
                        paper_facts.gather(db, customer_id, desk.today, masked, companions)
                    )
            content = io.BytesIO()
            write_profile(gathered, content, client_safe)
            pdf = content.getvalue()
            return _Printed(gathered, pdf, page_sizes(pdf))

        background.run(draw, partial(self._take, turn), partial(self._refuse, turn), owner=self)

    def _take(self, turn: int, printed: _Printed) -> None:
        if turn == self._turn:
            self._printed = printed
            self.pages.show_pdf(printed.pdf, printed.sizes)
            self._write_state()

    def _refuse(self, turn: int, error: CustdeskError) -> None:
        if turn == self._turn:
            self._desk.warned.emit(str(error))
            self.closed.emit()

    # --- saving and printing ----------------------------------------------------------------------

    def save(self) -> None:
        """Save what is shown as a PDF file."""
        if self._printed is None:
            return
        printed, client_safe = self._printed.facts, self.client_safe.isChecked()
        first = printed[0]
        name = profile_filename(first.name, first.number)
        if len(printed) > 1:
            name = profile_filename(_("Profiles"), first.printed_on.isoformat())
        path = self.ask_where_to_save(name)
        if path is None:
            return
        path = path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")
        background.run(
            lambda report: write_profile(printed, path, client_safe),
            lambda _nothing: self._desk.said.emit(_("Saved: {file}").format(file=path), False),
            lambda error: self._desk.warned.emit(str(error)),
        )

    def print_pages(self) -> None:
        """Print what is shown, after the system's dialog."""
        if self._printed is None or self._is_printing:
            return
        printer = self.ask_for_printer()
        if printer is None:
            return
        printer.setDocName(self._title.text())
        printer.setFullPage(True)
        printer.setPageMargins(QMarginsF(), QPageLayout.Unit.Point)
        painter = QPainter()
        if not painter.begin(printer):
            self._desk.warned.emit(_("The printer does not answer. Check it and try again."))
            return
        first = printer.fromPage() or 1
        last = min(printer.toPage() or self.pages.count(), self.pages.count())
        self._set_printing(True)
        self._print_page(self._printed, printer, painter, first - 1, first - 1, last)

    def _print_page(
        self, what: _Printed, printer: QPrinter, painter: QPainter, first: int, at: int, end: int
    ) -> None:
        """Draw page `at` in the background, put it on paper, and go on to the next up to `end`."""
        if at >= end:
            painter.end()
            self._set_printing(False)
            self._desk.said.emit(_("Sent to the printer."), False)
            return
        dots = min(printer.resolution(), _SHARPEST_DPI)

        def put(picture: Picture) -> None:
            if at > first:
                printer.newPage()
            painter.drawImage(_fitted(what.sizes[at], printer), image_of(picture))
            self._print_page(what, printer, painter, first, at + 1, end)

        def fail(error: CustdeskError) -> None:
            printer.abort()
            painter.end()
            self._set_printing(False)
            self._desk.warned.emit(str(error))

        background.run(
            lambda report: render(what.pdf, at, dots / POINTS_PER_INCH), put, fail, owner=self
        )

    def _set_printing(self, printing: bool) -> None:
        self._is_printing = printing
        self._write_state()

    # --- events -----------------------------------------------------------------------------------

    def _hear(self, change: Change) -> None:
        concerned = any(change.concerns(one) for one in self._ids) or "setting" in change.tables
        if self.isVisible() and concerned:
            self.refresh()

    def _mask(self) -> None:
        """Away with the pages at once: what is drawn anew takes a moment."""
        self._turn += 1
        self._printed = None
        self.pages.clear()
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._printed is not None:
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.matches(QKeySequence.StandardKey.Print):
            self.print_pages()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            if self.isVisible():
                self.refresh()


def _fitted(size: PageSize, printer: QPrinter) -> QRectF:
    """Where a page goes on the printer's paper: its own size, or smaller where that is needed."""
    paper = printer.paperRect(QPrinter.Unit.DevicePixel)
    dots = printer.resolution() / POINTS_PER_INCH
    width, height = size.width * dots, size.height * dots
    share = min(1.0, paper.width() / width, paper.height() / height)
    width, height = width * share, height * share
    return QRectF((paper.width() - width) / 2, (paper.height() - height) / 2, width, height)

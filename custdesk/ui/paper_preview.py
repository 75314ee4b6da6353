"""Paper before it is printed: looked at page by page, printed, saved as PDF."""

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
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.paper.document import put_in_place
from custdesk.paper.rendering import POINTS_PER_INCH, PageSize, Picture, page_sizes, render
from custdesk.store.store import Change
from custdesk.ui import background
from custdesk.ui.desk import Desk
from custdesk.ui.process_side import Report
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.files import choose_place
from custdesk.ui.widgets.paper_pages import PaperPages, image_of
from custdesk.ui.widgets.text import ElidedLabel, Label, rule

_SHARPEST_DPI = 400
"""Finer than this no eye sees on paper, and a page would take 60 MB."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What there is to see and to print; `about` says what it is of, `name` is that of its file."""

    pdf: bytes
    sizes: Sequence[PageSize]
    about: str
    name: str

    @classmethod
    def of(cls, pdf: bytes, about: str, name: str) -> "Printed":
        return cls(pdf, page_sizes(pdf), about, name)


Draw = Callable[[Report], Printed]
"""Draws the pages, in the background."""


class PaperPreview(QWidget):
    """What each kind says of itself: `drawing`, `called`, `is_concerned`.

    Esc closes; Ctrl+P prints, Ctrl+S saves, Ctrl with plus, minus and 0 change the size.
    """

    closed = Signal()

    def __init__(
        self, desk: Desk, choices: Sequence[QWidget] = (), parent: QWidget | None = None
    ) -> None:
        """`choices`: what can be chosen about the paper, in the bar above it."""
        super().__init__(parent)
        self._desk = desk
        self._choices = choices
        self._printed: Printed | None = None
        self._turn = 0
        self._is_printing = False
        self._title = Label("", "title")
        self._who = ElidedLabel("", "muted")
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

    # --- what each kind says ----------------------------------------------------------------------

    def drawing(self) -> Draw | None:
        """What draws the pages as things are now; None while there is nothing to show."""
        raise NotImplementedError

    def called(self) -> str:
        """What the paper is."""
        raise NotImplementedError

    def is_concerned(self, change: Change) -> bool:
        """Whether the pages would be others after that."""
        raise NotImplementedError

    # --- what others call -------------------------------------------------------------------------

    def begin(self) -> None:
        """Show other pages, from the first one on."""
        self._printed = None
        self.pages.clear()
        self.pages.fit_width()
        self.refresh()
        self.pages.setFocus(Qt.FocusReason.OtherFocusReason)

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
        self._title.setText(self.called())
        self.setAccessibleName(self.called())
        self.smaller.setAccessibleName(_("Smaller"))
        self.larger.setAccessibleName(_("Larger"))
        self.fit.setToolTip(_("Fit the width"))
        self.print_button.set_text(_("Print …"))
        self.save_button.set_text(_("Save as PDF …"))
        self._close.set_text(_("Close"))
        self.pages.setAccessibleName(_("{name}: pages").format(name=self.called()))
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
        for choice in self._choices:
            bar.addWidget(choice)
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
        self._who.set_text(self._printed.about if self._printed else "")
        self.print_button.setEnabled(ready and not self._is_printing)
        self.save_button.setEnabled(ready)
        self._write_zoom()

    def _write_zoom(self) -> None:
        percent = f"{round(self.pages.zoom * 100)} %"
        self.fit.setText(percent)
        self.fit.setAccessibleName(_("Fit the width, now {percent}").format(percent=percent))

    # --- drawing ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw the pages again, as everything is now."""
        draw = self.drawing()
        if draw is None:
            return
        self._turn += 1
        self._printed = None  # what was drawn before must not be printed for what is asked now
        self._write_state()
        background.run(
            draw, partial(self._take, self._turn), partial(self._refuse, self._turn), owner=self
        )

    def _take(self, turn: int, printed: Printed) -> None:
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
        printed = self._printed
        path = self.ask_where_to_save(printed.name)
        if path is None:
            return
        path = path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")
        background.run(
            lambda _report: put_in_place(printed.pdf, path),
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
        self, what: Printed, printer: QPrinter, painter: QPainter, first: int, at: int, end: int
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
        if self.isVisible() and self.is_concerned(change):
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

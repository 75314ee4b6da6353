"""The first and the last page of an import: choosing a file, and what was done."""

from enum import Enum, auto

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from custdesk.exchange.outcome import Result
from custdesk.i18n import _
from custdesk.ui import theme
from custdesk.ui.import_view.outcome import Outcome, headline
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.progress_panel import ProgressPanel
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import IconLabel, Label

_AREA_WIDTH, _AREA_HEIGHT = 640, 340
_SUMMARY_WIDTH, _SUMMARY_HEIGHT = 760, 560
QWIDGETSIZE_MAX = (1 << 24) - 1


class DropArea(QWidget):
    """A place with a dashed line, where a file can be dropped; says so, or what was wrong."""

    file_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wrong = ""
        self._hovered = False
        self.setFixedSize(_AREA_WIDTH, _AREA_HEIGHT)
        self.button = Button(variant="primary")
        self.button.clicked.connect(self.file_asked)
        self._state = EmptyState("import", buttons=(self.button,))
        box = QVBoxLayout(self)
        box.addWidget(self._state)
        self.retranslate()

    def say_wrong(self, sentence: str) -> None:
        """Show why a file could not be read; "" asks for one."""
        self._wrong = sentence
        self.retranslate()

    def sentence(self) -> str:
        return self._wrong

    def set_hovered(self, hovered: bool) -> None:
        self._hovered = hovered
        self.update()

    def retranslate(self) -> None:
        if self._wrong:
            self._state.say(self._wrong, _("Nothing was changed."), "alert")
            self.button.set_text(_("Choose another file"))
        else:
            self._state.say(
                _("Drop your list here"),
                _("Excel and WPS tables, CSV and text files, contacts of a phone (vCard)."),
                "import",
            )
            self.button.set_text(_("Choose a file …"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color("accent" if self._hovered else "off"), 1.5, Qt.PenStyle.DashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(theme.color("accent_soft" if self._hovered else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)


class StartPage(QWidget):
    """The drop area, or the progress of reading what was dropped there."""

    file_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.area = DropArea()
        self.area.file_asked.connect(self.file_asked)
        self.progress = ProgressPanel()
        self.progress.cancel_asked.connect(self.cancel_asked)
        self._reading = Card(margins=(20, 16, 20, 16))
        self._reading.setFixedWidth(_AREA_WIDTH)
        self._reading.box.addWidget(self.progress)
        self._reading.hide()
        middle = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self.area, 0, middle)
        column.addWidget(self._reading, 0, middle)
        column.addStretch(3)

    def set_reading(self, reading: bool) -> None:
        self.area.setVisible(not reading)
        self._reading.setVisible(reading)

    def retranslate(self) -> None:
        self.area.retranslate()


class After(Enum):
    """How things stand when an import has ended."""

    DONE = auto()
    UNDONE = auto()
    CANCELLED = auto()


class SummaryPage(Speaks, QWidget):
    """What an import did, with the way back and the ways on."""

    undo_asked = Signal()
    rejects_asked = Signal()
    customers_asked = Signal()
    another_asked = Signal()

    def __init__(self, mask: Mask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: Result | None = None
        self._after = After.DONE
        self._can_undo = True
        self._sign = IconLabel(
            "check", "accent", 22, ground="accent_soft", ground_size=44, radius=22
        )
        self.title = Label("", "title")
        self.file = Label("", "muted", wrap=True)
        self.outcome = Outcome(4, mask)
        self.customers = Button(variant="primary")
        self.undo = Button(icon="undo")
        self.rejects = Button()
        self.another = Button(variant="ghost")
        self.customers.clicked.connect(self.customers_asked)
        self.undo.clicked.connect(self.undo_asked)
        self.rejects.clicked.connect(self.rejects_asked)
        self.another.clicked.connect(self.another_asked)
        self._lay_out()

    def _lay_out(self) -> None:
        self._card = Card(margins=(28, 24, 28, 24), spacing=18)
        self._card.setFixedWidth(_SUMMARY_WIDTH)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.file)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.customers)
        row.addWidget(self.undo)
        row.addWidget(self.rejects)
        row.addStretch(1)
        row.addWidget(self.another)
        self._card.box.addLayout(head)
        self._card.box.addWidget(self.outcome, 1)
        self._card.box.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 32)
        column.addStretch(1)
        column.addWidget(self._card, 6, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def show_result(self, result: Result | None, after: After) -> None:
        """The result of what was done or taken back; None when the import was cancelled."""
        self._result, self._after, self._can_undo = result, after, after is After.DONE
        self.outcome.show_result(result)
        self.outcome.setVisible(after is After.DONE)
        has_remarks = result is not None and bool(result.rejects or result.warnings)
        tall = after is After.DONE and has_remarks
        policy = QSizePolicy.Policy
        self._card.setSizePolicy(policy.Fixed, policy.Expanding if tall else policy.Maximum)
        # a maximum of its own would make the policy count for nothing
        self._card.setMaximumHeight(_SUMMARY_HEIGHT if tall else QWIDGETSIZE_MAX)
        self.retranslate()

    def set_can_undo(self, can_undo: bool) -> None:
        """Undo is offered while the import is the last thing that was done."""
        self._can_undo = can_undo and self._after is After.DONE
        self._dress()

    def retranslate(self) -> None:
        self.customers.set_text(_("Show customers"))
        self.undo.set_text(_("Undo"))
        self.rejects.set_text(_("Save rejected rows …"))
        self.another.set_text(_("Import another file"))
        file = self._result.file if self._result else ""
        match self._after:
            case After.CANCELLED:
                self.title.setText(_("The import was stopped"))
                self.file.setText(_("Nothing was written; everything is as it was."))
            case After.UNDONE:
                self.title.setText(_("The import was taken back"))
                self.file.setText(_("Everything is as it was before {file}.").format(file=file))
            case After.DONE if self._result:
                n = self._result.read
                self.title.setText(headline(self._result))
                self.file.setText(_("from {file}, {n} rows").format(file=file, n=n))
        self.setAccessibleName(self.title.text())
        self._dress()

    def _dress(self) -> None:
        done = self._after is After.DONE
        self._sign.set_icon(
            "check" if done else "undo",
            "accent" if done else "muted",
            "accent_soft" if done else "sunken",
        )
        wrote = self._result is not None and self._result.batch is not None
        self.undo.setVisible(done and wrote and self._can_undo)
        self.rejects.setVisible(done and self._result is not None and bool(self._result.rejects))

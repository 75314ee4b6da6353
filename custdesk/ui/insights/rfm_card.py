"""The card of recency × money: all who ever bought, in fifths of both; each cell lists its own.

As in a map, a place has a shade: darker is worth more. How many there are is written in the cell.
"""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from custdesk import formats
from custdesk.i18n import _, ngettext
from custdesk.insight import narrowing
from custdesk.insight.figures import Compared
from custdesk.insight.rfm import FEWEST, FIFTHS, Group
from custdesk.ui import theme
from custdesk.ui.insights.mark import MarkButton, blend, ink_on, paint_block
from custdesk.ui.insights.stages_card import people
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.text import Label


class Cell(MarkButton):
    """How many have a score by recency and one by money."""

    def __init__(self, r: int, m: int, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.r, self.m, self._count = r, m, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(22)

    def show_count(self, count: int) -> None:
        self._count = count
        words = _("Recency {r} of 5, money {m} of 5").format(r=self.r, m=self.m)
        self.say(people(words, count))
        self.set_pressable(count > 0)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(40, 38)

    def paint(self, painter: QPainter, box: QRectF) -> None:
        share = min(0.95, 0.08 + (self.r - 1) * 0.08 + (self.m - 1) * 0.13)
        if self.is_hovered():
            share = min(1.0, share + 0.08)
        ground = blend("accent", share)
        paint_block(painter, box, ground)
        painter.setFont(theme.font(theme.TINY_PX))
        painter.setPen(theme.color(ink_on(ground)))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, formats.count(self._count))


class RfmCard(Card):
    list_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 12, 14, 12), 6, parent)
        self._compared: Compared | None = None
        self._title = Label("", "section")
        self.groups = Button(variant="link", menu=QMenu(self))
        self.groups.menu().aboutToShow.connect(self._fill)
        self._recent, self._long_ago = Label("", "faint"), Label("", "faint")
        self._low, self._high = Label("", "faint"), Label("", "faint")
        self.cells = {(r, m): Cell(r, m) for r in FIFTHS for m in FIFTHS}
        self._few = Label("", "muted", wrap=True)
        self._few.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.groups)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._grid())
        few = QWidget()
        QVBoxLayout(few).addWidget(self._few)
        self._stack.addWidget(few)
        self.box.addLayout(head)
        self.box.addWidget(self._stack, 1)
        self.retranslate()

    def _grid(self) -> QWidget:
        whole = QWidget()
        grid = QGridLayout(whole)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setSpacing(3)
        grid.setColumnMinimumWidth(0, 34)
        middle = Qt.AlignmentFlag.AlignCenter
        grid.addWidget(self._recent, 0, 0, middle)
        grid.addWidget(self._long_ago, 4, 0, middle)
        for (r, m), cell in sorted(self.cells.items(), key=lambda one: (-one[0][0], one[0][1])):
            grid.addWidget(cell, 5 - r, m)
            cell.clicked.connect(lambda _on=False, cell=cell: self._ask(cell))
        grid.addWidget(self._low, 5, 1, middle)
        grid.addWidget(self._high, 5, 5, middle)
        for at in range(1, 6):
            grid.setColumnStretch(at, 1)
        return whole

    def show_compared(self, compared: Compared) -> None:
        self._compared = compared
        for place, cell in self.cells.items():
            cell.show_count(compared.cells[place])
        enough = compared.buyers >= FEWEST
        self._stack.setCurrentIndex(0 if enough else 1)
        self.groups.setVisible(enough)
        n = compared.buyers
        words = ngettext(
            "Too few to compare: {n} customer has bought, {least} are needed.",
            "Too few to compare: {n} customers have bought, {least} are needed.",
            n,
        )
        self._few.setText(words.format(n=n, least=FEWEST))

    def _ask(self, cell: Cell) -> None:
        if self._compared is not None:
            self.list_requested.emit(narrowing.in_cell(self._compared.rfm, cell.r, cell.m))

    def _fill(self) -> None:
        menu = self.groups.menu()
        menu.clear()
        compared = self._compared
        if compared is None:
            return
        for group in Group:
            n = compared.groups[group]
            action = menu.addAction(f"{group.called}\t{formats.count(n)}")
            action.setEnabled(n > 0)
            action.triggered.connect(
                lambda _on=False, group=group, rfm=compared.rfm: self.list_requested.emit(
                    narrowing.in_group(rfm, group)
                )
            )

    def retranslate(self) -> None:
        self._title.setText(_("Recency × money"))
        self._title.setToolTip(
            _("Everybody who ever bought, in fifths: how lately, and for how much in all")
        )
        self.groups.set_text(_("Groups"))
        self._recent.setText(_("lately"))
        self._long_ago.setText(_("long ago"))
        self._low.setText(_("little"))
        self._high.setText(_("much"))
        self.setAccessibleName(_("Recency × money"))
        if self._compared is not None:
            self.show_compared(self._compared)

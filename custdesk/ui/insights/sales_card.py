"""The card of monthly sales: a column for each month, the same month a year before beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from custdesk import formats
from custdesk.i18n import _
from custdesk.insight import narrowing
from custdesk.insight.figures import MonthSales
from custdesk.insight.periods import Period
from custdesk.ui import theme
from custdesk.ui.insights.mark import (
    MarkButton,
    blend,
    paint_block,
    place_of_focus,
    put_focus,
    take_away,
    text_width,
)
from custdesk.ui.insights.stages_card import paint_month_names
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.highlight import paint_words
from custdesk.ui.widgets.text import Label

_NAMES, _TOP = 22, 8
_WIDEST_PAIR = 34.0
BEFORE = ("accent", 0.32)
"""The colour of the year before."""


def ticks(most_cents: int) -> list[int]:
    """Round amounts in cents for the lines of an axis, up to the first that holds everything."""
    if most_cents <= 0:
        return []
    step = 100
    while True:
        for factor in (1, 2, 5):
            if 3 * step * factor >= most_cents:
                lines = -(-most_cents // (step * factor))
                return [n * step * factor for n in range(1, lines + 1)]
        step *= 10


class MonthColumn(MarkButton):
    """What was sold in a month, solid, and in the same one a year before, lighter and behind."""

    def __init__(self, sales: MonthSales, runs: bool, parent: QWidget) -> None:
        super().__init__(3, parent)
        self.sales, self._runs, self._scale = sales, runs, 0.0

    def write(self, mask: Mask) -> None:
        month, sales = self.sales.month, self.sales
        said = _("{month}: {amount}").format(
            month=formats.month(month.year, month.month),
            amount=mask.over(formats.money(sales.cents, False)),
        )
        if self._runs:
            said = _("{said} so far").format(said=said)
        before = _("{month}: {amount}").format(
            month=formats.month(month.year - 1, month.month),
            amount=mask.over(formats.money(sales.cents_a_year_before, False)),
        )
        self.say(f"{said} · {before}", f"{said}\n{before}")

    def set_scale(self, pixels_a_cent: float) -> None:
        self._scale = pixels_a_cent
        self.update()

    def paint(self, painter: QPainter, box: QRectF) -> None:
        if self.is_hovered():
            paint_block(painter, box, theme.color("hover"), 3)
        half = box.width() / 2
        pair = ((self.sales.cents_a_year_before, blend(*BEFORE)),
                (self.sales.cents, theme.color("accent")))  # fmt: skip
        for at, (cents, color) in enumerate(pair):
            high = min(box.height(), cents * self._scale)
            if high <= 0:
                continue
            width = half - 0.5
            column = QRectF(box.left() + at * (half + 0.5), box.bottom() - high, width, high)
            if at and self._runs:  # the month that runs is not over: an outline
                painter.setPen(QPen(color, 1.2))
                painter.setBrush(blend("accent", 0.55))
                painter.drawRoundedRect(column.adjusted(0.6, 0.6, -0.6, 0), 2, 2)
            else:
                paint_block(painter, column, color, 2)


class SalesChart(QWidget):
    """The columns, and an axis with round amounts."""

    list_requested = Signal(object)

    def __init__(self, mask: Mask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mask = mask
        self._ticks: list[int] = []
        self.columns: list[MonthColumn] = []

    def show_months(self, months: Sequence[MonthSales], period: Period) -> None:
        place = place_of_focus(self.columns)
        take_away(self.columns)
        most = max((max(one.cents, one.cents_a_year_before) for one in months), default=0)
        self._ticks, self.columns = ticks(most), []
        for one in months:
            column = MonthColumn(one, period.last < one.month.last, self)
            column.write(self._mask)
            column.clicked.connect(lambda _on=False, one=one: self._ask(one, period))
            column.show()
            self.columns.append(column)
        put_focus(self.columns, place)
        self._place()
        self.update()

    def _ask(self, one: MonthSales, period: Period) -> None:
        last = min(one.month.last, period.last)
        self.list_requested.emit(narrowing.who_bought(one.month.first, last))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _left(self) -> float:
        """How much room the words of the axis take."""
        words = [formats.short_money(tick) for tick in self._ticks]
        return max((text_width(one, theme.TINY_PX) for one in words), default=0) + 8

    def _floor(self) -> int:
        return self.height() - _NAMES

    def _places(self) -> list[tuple[float, float]]:
        """Where the pair of each month stands: left and width."""
        left = self._left()
        slot = (self.width() - left) / max(1, len(self.columns))
        width = min(_WIDEST_PAIR, slot * 0.78)
        return [(left + at * slot + (slot - width) / 2, width) for at in range(len(self.columns))]

    def _place(self) -> None:
        high = self._floor() - _TOP
        scale = high / self._ticks[-1] if self._ticks else 0.0
        for column, (left, width) in zip(self.columns, self._places(), strict=True):
            column.setGeometry(round(left), _TOP, round(width), high)
            column.set_scale(scale)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        floor, font = self._floor(), theme.font(theme.TINY_PX)
        if not self._ticks:
            words = QRectF(0, 0, self.width(), floor)
            paint_words(painter, words, _("Nothing was sold in this time"), ink="muted")
        for tick in self._ticks:
            y = floor - tick / self._ticks[-1] * (floor - _TOP)
            painter.fillRect(
                QRectF(self._left(), y, self.width() - self._left(), 1), theme.color("sunken")
            )
            words = QRectF(0, y - 8, self._left(), 16)
            said = self._mask.over(formats.short_money(tick))
            paint_words(painter, words, said, ink="muted", font=font)
        painter.fillRect(
            QRectF(self._left(), floor, self.width() - self._left(), 1), theme.color("line")
        )
        names = [formats.month_name(one.sales.month.month) for one in self.columns]
        paint_month_names(painter, self._places(), names, floor)
        painter.end()


class _Swatch(QWidget):
    def __init__(self, role: str, share: float) -> None:
        super().__init__()
        self._role, self._share = role, share
        self.setFixedSize(9, 9)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_block(painter, QRectF(self.rect()), blend(self._role, self._share), 2)
        painter.end()


class SalesCard(Card):
    list_requested = Signal(object)

    def __init__(self, mask: Mask, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 12, 14, 10), 6, parent)
        self._title = Label("", "section")
        self._before, self._now = Label("", "small"), Label("", "small")
        self.chart = SalesChart(mask)
        legend = QHBoxLayout()
        legend.setSpacing(5)
        for swatch, words in ((_Swatch(*BEFORE), self._before), (_Swatch("accent", 1), self._now)):
            legend.addWidget(swatch)
            legend.addWidget(words)
            legend.addSpacing(6)
        legend.addStretch(1)
        self.box.addWidget(self._title)
        self.box.addWidget(self.chart, 1)
        self.box.addLayout(legend)
        self.chart.list_requested.connect(self.list_requested)
        self.retranslate()

    def show_months(self, months: Sequence[MonthSales], period: Period) -> None:
        self.chart.show_months(months, period)

    def retranslate(self) -> None:
        self._title.setText(_("Monthly sales"))
        self._before.setText(_("Year before"))
        self._now.setText(_("This time"))
        self.setAccessibleName(_("Monthly sales"))
        self.chart.update()

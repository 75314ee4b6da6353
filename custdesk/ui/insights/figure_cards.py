"""The five figures over the insights, each a button that lists whom it counts."""

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from custdesk import formats
from custdesk.i18n import _, ngettext
from custdesk.insight import narrowing
from custdesk.insight.figures import Figures
from custdesk.store.search import Query
from custdesk.ui import theme
from custdesk.ui.insights.mark import MarkButton, text_width
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.highlight import paint_words

HEIGHT = 86
_SIDE, _LARGE, _SMALLEST = 14, 23, 13


class FigureCard(MarkButton):
    """A muted label, a large value, and a line that says what is behind it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(10, parent)
        self.label = self.value = self.below = ""
        self._alarming = False
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figure(
        self, label: str, value: str, below: str, means: str, *, alarming: bool = False
    ) -> None:
        """`means` is the definition, for the tooltip; `alarming` writes the value in red."""
        self.label, self.value, self.below, self._alarming = label, value, below, alarming
        named = _("{label}: {words}").format(label=label, words=value)
        self.say(f"{named} · {below}", means)
        self.setAccessibleDescription(means)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(150, HEIGHT)

    def paint(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(theme.color("off" if self.is_hovered() else "line"))
        painter.setBrush(theme.color("hover" if self.is_hovered() else "surface"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        room = box.adjusted(_SIDE, 0, -_SIDE, 0)
        paint_words(painter, QRectF(room.x(), 12, room.width(), 18), self.label, ink="muted")
        px = _LARGE
        while px > _SMALLEST and text_width(self.value, px, bold=True) > room.width():
            px -= 1
        ink = "red" if self._alarming else "text"
        large = QRectF(room.x(), 31, room.width(), 30)
        paint_words(painter, large, self.value, ink=ink, font=theme.font(px, bold=True))
        small = QRectF(room.x(), 60, room.width(), 16)
        fits = text_width(self.below, theme.SMALL_PX) <= room.width()
        font = theme.font(theme.SMALL_PX if fits else theme.TINY_PX)
        paint_words(painter, small, self.below, ink="muted", font=font)


class FigureCards(QWidget):
    """Sales, who came again, what was done in time, the average purchase, the risk."""

    list_requested = Signal(object)

    def __init__(self, mask: Mask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mask = mask
        self._queries: list[Query] = []
        self.sales, self.again, self.punctual, self.average, self.risk = self.cards = [
            FigureCard() for _i in range(5)
        ]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for at, card in enumerate(self.cards):
            row.addWidget(card, 1)
            card.clicked.connect(
                lambda _on=False, at=at: self.list_requested.emit(self._queries[at])
            )

    def show_figures(self, figures: Figures) -> None:
        over, period, sales = self._mask.over, figures.period, figures.sales
        self._queries = [
            narrowing.who_bought(period.first, period.last),
            narrowing.who_bought_again(period.first, period.last),
            narrowing.who_was_late(period.first, period.last),
            narrowing.who_bought(period.first, period.last),
            narrowing.who_is_warned_of(),
        ]
        days = _("{first} to {last}").format(
            first=formats.full_day(period.first), last=formats.full_day(period.last)
        )
        self.sales.show_figure(
            _("Sales"),
            over(formats.money(sales.cents, False)),
            _("Year before: {amount}").format(
                amount=over(formats.money(sales.cents_a_year_before, False))
            ),
            _("Net of returns, {days}").format(days=days),
        )
        self.again.show_figure(
            _("Came again"),
            formats.percent(sales.repeat_rate) if sales.repeat_rate is not None else "—",
            _("{n} of {all} buyers").format(
                n=formats.count(sales.came_again), all=formats.count(sales.buyers)
            ),
            _("Of those who bought, the share who bought on two days or more, {days}").format(
                days=days
            ),
        )
        punctual = figures.punctuality
        self.punctual.show_figure(
            _("Followed up in time"),
            formats.percent(punctual.rate) if punctual.rate is not None else "—",
            _("{n} of {all} done").format(
                n=formats.count(punctual.on_time), all=formats.count(punctual.done)
            ),
            _(
                "Of the follow-ups that were done, the share done on the due day or before, {days}."
                " Click for those who waited."
            ).format(days=days),
        )
        n = sales.purchases
        average = sales.average_cents
        self.average.show_figure(
            _("Average purchase"),
            over(formats.money(average, False)) if average is not None else "—",
            ngettext("{n} purchase", "{n} purchases", n).format(n=formats.count(n)),
            _("Sales net of returns by the number of purchases, {days}").format(days=days),
        )
        risk = figures.risk
        self.risk.show_figure(
            _("Churn risk"),
            ngettext("{n} customer", "{n} customers", risk.customers).format(
                n=formats.count(risk.customers)
            ),
            _("Would cost {amount}").format(amount=over(formats.money(risk.loss_cents, False))),
            _("Customers with a churn warning today, and what losing them would cost in a year"),
            alarming=risk.customers > 0,
        )
        listed = (sales.buyers, sales.came_again, punctual.done - punctual.on_time,
                  sales.buyers, risk.customers)  # fmt: skip
        for card, n in zip(self.cards, listed, strict=True):
            card.set_pressable(n > 0)

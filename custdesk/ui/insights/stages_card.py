"""The card of the lifecycle: how many are in each stage, now and at the end of each month."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from custdesk import formats
from custdesk.i18n import _, ngettext
from custdesk.insight import narrowing
from custdesk.insight.funnel import At
from custdesk.store.models import Stage
from custdesk.ui import theme
from custdesk.ui.insights.mark import MarkButton, paint_block, stage_color, take_away, text_width
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.highlight import paint_words
from custdesk.ui.widgets.text import ElidedLabel, Label
from custdesk.words import shown

_ROW, _BAR, _COUNT, _LEAST_BAR = 30, 20, 58, 2
_LABELS, _LEGEND = 18, 20
_LEAST_SEGMENT = 4


def people(what: str, n: int) -> str:
    """ "Active: 3,440 customers"."""
    words = ngettext("{n} customer", "{n} customers", n).format(n=formats.count(n))
    return _("{label}: {words}").format(label=what, words=words)


class StageBar(MarkButton):
    """One stage as a bar: its name before it, how many there are behind it."""

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.stage = stage
        self._label_width = 66.0
        self._share, self._count = 0.0, 0
        self.setFixedHeight(_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_count(self, count: int, share: float, label_width: float) -> None:
        """`share` is how long the bar is, 1 being the longest there is room for."""
        self._count, self._share, self._label_width = count, share, label_width
        self.say(people(shown(self.stage), count))
        self.set_pressable(count > 0)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, _ROW)

    def paint(self, painter: QPainter, box: QRectF) -> None:
        if self.is_hovered():
            paint_block(painter, box.adjusted(0, 2, 0, -2), theme.color("hover"))
        paint_words(painter, QRectF(0, 0, self._label_width, box.height()), shown(self.stage))
        left = self._label_width + 8
        room = max(box.width() - left - _COUNT - 8, 20)
        if self._count:
            width = max(_LEAST_BAR, room * self._share)
            bar = QRectF(left, (box.height() - _BAR) / 2, width, _BAR)
            paint_block(painter, bar, stage_color(self.stage), min(4, width / 2))
        count = QRectF(box.right() - _COUNT, 0, _COUNT, box.height())
        paint_words(painter, count, formats.count(self._count), right=True)


class Segment(MarkButton):
    """Who was in a stage at the end of a month."""

    def __init__(self, at: At, stage: Stage, parent: QWidget) -> None:
        super().__init__(2, parent)
        self.at, self.stage = at, stage
        count = at.count(stage)
        self.say(f"{formats.full_day(at.day)} · {people(shown(stage), count)}")

    def paint(self, painter: QPainter, box: QRectF) -> None:
        color = stage_color(self.stage)
        if self.is_hovered():
            color = QColor(color).darker(112)
        paint_block(painter, box, color, 2)


class Funnel(QWidget):
    """A column for each month end, the stages standing over each other."""

    list_requested = Signal(object)
    pointed_at = Signal(str)
    """The words of the segment that has the pointer or the keyboard; "" for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times: Sequence[At] = ()
        self.segments: list[Segment] = []

    def show_times(self, times: Sequence[At]) -> None:
        take_away(self.segments)
        self._times, self.segments = times, []
        for at in times:
            for stage in Stage:
                if at.count(stage):
                    segment = Segment(at, stage, self)
                    segment.installEventFilter(self)
                    segment.clicked.connect(lambda _on=False, one=segment: self._ask(one))
                    segment.show()
                    self.segments.append(segment)
        self._place()
        self.update()

    def _ask(self, one: Segment) -> None:
        query = narrowing.were_in_stage(one.stage, one.at.day, one.at.ids[one.stage])
        self.list_requested.emit(query)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(watched, Segment):
            if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
                self.pointed_at.emit(watched.accessibleName())
            elif event.type() in (QEvent.Type.Leave, QEvent.Type.FocusOut):
                self.pointed_at.emit("")
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _columns(self) -> list[tuple[float, float]]:
        """Where the column of each month stands: left and width."""
        slot = self.width() / max(1, len(self._times))
        width = min(30.0, slot - 6)
        return [(at * slot + (slot - width) / 2, width) for at in range(len(self._times))]

    def _place(self) -> None:
        most = max((sum(map(at.count, Stage)) for at in self._times), default=0)
        height = self.height() - _LABELS - _LEGEND
        at_time = {at.day: place for at, place in zip(self._times, self._columns(), strict=True)}
        bottoms = dict.fromkeys(at_time, float(height))
        for one in self.segments:
            left, width = at_time[one.at.day]
            high = max(_LEAST_SEGMENT, height * 0.97 * one.at.count(one.stage) / most)
            bottoms[one.at.day] -= high
            top = bottoms[one.at.day]
            one.setGeometry(round(left), round(top), round(width), max(3, round(high) - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self.height() - _LABELS - _LEGEND
        names = [formats.month_name(at.day.month) for at in self._times]
        paint_month_names(painter, self._columns(), names, top)
        left, top = 0.0, self.height() - _LEGEND + 5
        font = theme.font(theme.TINY_PX)
        for stage in Stage:
            paint_block(painter, QRectF(left, top + 2, 9, 9), stage_color(stage), 2)
            words = QRectF(left + 13, top - 2, self.width() - left - 13, 17)
            left += 13 + paint_words(painter, words, shown(stage), ink="muted", font=font) + 10
        painter.end()


def paint_month_names(
    painter: QPainter, columns: Sequence[tuple[float, float]], names: Sequence[str], top: float
) -> None:
    """The names of months under their columns, every second or third where room is short."""
    if not columns:
        return
    painter.setFont(theme.font(theme.TINY_PX))
    painter.setPen(theme.color("muted"))
    slot = columns[1][0] - columns[0][0] if len(columns) > 1 else 1000.0
    widest = max(text_width(name, theme.TINY_PX) for name in names) + 3
    step = next((n for n in (1, 2, 3, 4) if n * slot >= widest), 6)
    for back, ((left, width), name) in enumerate(reversed(list(zip(columns, names, strict=True)))):
        if back % step == 0:
            room = text_width(name, theme.TINY_PX) + 2
            ends = columns[-1][0] + columns[-1][1]
            begins = min(left + (width - room) / 2, ends - room)
            box = QRectF(begins, top + 3, room, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)


class StagesCard(Card):
    """Now, or over time; the latter is asked for, as it takes long to reckon."""

    list_requested = Signal(object)
    times_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("plain", (14, 12, 14, 12), 6, parent)
        self._title = Label("", "section")
        self._group = QButtonGroup(self)
        self.now, self.over_time = Chip(checkable=True), Chip(checkable=True)
        self.now.setChecked(True)
        self._group.addButton(self.now)
        self._group.addButton(self.over_time)
        self.bars = {stage: StageBar(stage) for stage in Stage}
        self.funnel = Funnel()
        self._hint = ElidedLabel("", "muted")
        self._stack = QStackedWidget()
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(0)
        for bar in self.bars.values():
            column.addWidget(bar)
            bar.clicked.connect(
                lambda _on=False, stage=bar.stage: self.list_requested.emit(
                    narrowing.in_stage(stage)
                )
            )
        column.addStretch(1)
        self._stack.addWidget(rows)
        self._stack.addWidget(self.funnel)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.now)
        head.addWidget(self.over_time)
        self.box.addLayout(head)
        self.box.addWidget(self._stack, 1)
        self.box.addWidget(self._hint)
        self._group.buttonClicked.connect(lambda _chip: self._turn())
        self.funnel.list_requested.connect(self.list_requested)
        self.funnel.pointed_at.connect(self._say)
        self.retranslate()

    def shows_times(self) -> bool:
        return self.over_time.isChecked()

    def show_stages(self, stages: dict[Stage, int]) -> None:
        most = max(stages.values(), default=0)
        widest = max(text_width(shown(stage)) for stage in Stage) + 2
        for stage, bar in self.bars.items():
            share = stages[stage] / most if most else 0
            bar.show_count(stages[stage], share, max(58.0, widest))

    def show_times(self, times: Sequence[At]) -> None:
        self.funnel.show_times(times)
        self._say("")

    def _turn(self) -> None:
        self._stack.setCurrentIndex(int(self.shows_times()))
        self._say("")
        if self.shows_times():
            self._hint.set_text(_("Counting …"))
            self.times_requested.emit()

    def _say(self, words: str) -> None:
        self._hint.set_text(words or _("Click any part: the list shows these customers"))

    def retranslate(self) -> None:
        self._title.setText(_("Lifecycle"))
        self.now.set_text(_("Now"))
        self.over_time.set_text(_("Over time"))
        self._say("")
        self.funnel.update()
        self.setAccessibleName(_("Lifecycle"))

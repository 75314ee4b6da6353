"""One month to look at and choose a day from, with lunar days and marks for what is due."""

from calendar import Calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QDate, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QVBoxLayout, QWidget

from custdesk import i18n
from custdesk.i18n import _, ngettext
from custdesk.ui import theme
from custdesk.ui.language import locale
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import Label

_WEEKDAYS_HEIGHT, _ROW, _LOW_ROW, _ROWS, _GAP = 25, 35, 30, 6, 2
_MONDAY_FIRST = Calendar(firstweekday=0)


@dataclass(frozen=True, slots=True)
class Rest:
    """A day that is off although its weekday is worked, or worked although it is a weekend.

    `sign` is one character for the corner of the day, `words` say it in full.
    """

    off: bool
    sign: str
    words: str


def month_days(year: int, month: int) -> list[date]:
    """The 42 days shown for a month: six weeks, the first of which holds its first day."""
    first = date(year, month, 1)
    monday = first - timedelta(days=first.weekday())
    return [monday + timedelta(days=n) for n in range(7 * _ROWS)]


def month_moved(day: date, months: int) -> date:
    """The same day `months` later or earlier, or the month's last day where there is none."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    last = max(d for d in _MONDAY_FIRST.itermonthdates(year, month + 1) if d.month == month + 1)
    return date(year, month + 1, min(day.day, last.day))


class MonthCalendar(Speaks, QWidget):
    """A month, Monday first; `today` is filled, the chosen day has a ring.

    `label_for(day)` gives the small words under a day ("初八", "小雪", ""), `set_rest_for` the days
    off and the swapped workdays, `set_note_for` a line under the month. Signals:
    `day_chosen(date)` whenever the ring moves, `day_pressed(date)` on a click or Enter only,
    `month_shown(year, month)`. Arrows move by day and week, PageUp and
    PageDown by month, Home goes to today.
    """

    day_chosen = Signal(object)
    day_pressed = Signal(object)
    month_shown = Signal(int, int)
    dropped = Signal(object, bytes)
    """On which day something was let go that `accept` was told of, and what it is."""

    def __init__(
        self,
        today: date,
        label_for: Callable[[date], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title = Label("", "heading")
        self._previous = Button(variant="icon", icon="chevron-left")
        self._next = Button(variant="icon", icon="chevron-right")
        self._to_today = Button(variant="ghost")
        self._days = _Days(today, label_for or (lambda day: ""))
        self._note = Label("", "small", wrap=True)
        self._note_for: Callable[[int], str] = lambda year: ""
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._title, 1)
        for button in (self._previous, self._to_today, self._next):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._days)
        column.addWidget(self._note)
        self._previous.clicked.connect(lambda: self._turn(-1))
        self._next.clicked.connect(lambda: self._turn(1))
        self._to_today.clicked.connect(lambda: self._days.choose(self._days.today))
        self._days.chosen.connect(self.day_chosen)
        self._days.pressed.connect(self.day_pressed)
        self._days.month_shown.connect(self._month_changed)
        self._days.dropped.connect(self.dropped)
        self.setFocusProxy(self._days)
        self.retranslate()

    def accept(self, mime: str) -> None:
        """Let what is dragged and of this kind be dropped on a day from today on."""
        self._days.mime = mime
        self._days.setAcceptDrops(True)

    def set_low(self, low: bool) -> None:
        """Lower weeks, where there is little room below."""
        self._days.set_row(_LOW_ROW if low else _ROW)

    def set_today(self, today: date) -> None:
        """Midnight has passed."""
        self._days.today = today
        self._days.update()

    def set_marks(self, marks: Mapping[date, int]) -> None:
        """How many things are due on which days: a dot each, the number in the tooltip."""
        self._days.marks = dict(marks)
        self._days.retranslate()

    def set_label_for(self, label_for: Callable[[date], str]) -> None:
        self._days.label_for = label_for
        self._days.update()

    def set_rest_for(self, rest_for: Callable[[date], Rest | None]) -> None:
        """Which days are off, and which weekends are worked: a sign each, its words on pointing."""
        self._days.rest_for = rest_for
        self._days.retranslate()

    def set_note_for(self, note_for: Callable[[int], str]) -> None:
        """What is to be said of the year that is shown; "" where there is nothing to say."""
        self._note_for = note_for
        self._write_note()

    def selected(self) -> date:
        return self._days.day

    def select(self, day: date) -> None:
        """Show and ring `day` without the signal `day_chosen`."""
        self._days.show_day(day)

    def month(self) -> tuple[int, int]:
        return self._days.year, self._days.month

    def days_shown(self) -> tuple[date, date]:
        """The first and the last day that stand in the picture, those of other months included."""
        days = month_days(*self.month())
        return days[0], days[-1]

    def _turn(self, months: int) -> None:
        first = month_moved(date(self._days.year, self._days.month, 1), months)
        self._days.show_month(first.year, first.month)

    def _month_changed(self, year: int, month: int) -> None:
        self._write_title()
        self._write_note()
        self.month_shown.emit(year, month)

    def _write_title(self) -> None:
        pattern = "yyyy年M月" if i18n.language() == "zh" else "MMMM yyyy"
        self._title.setText(locale().toString(QDate(self._days.year, self._days.month, 1), pattern))

    def _write_note(self) -> None:
        note = self._note_for(self._days.year)
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def retranslate(self) -> None:
        self._previous.set_text(_("Previous month"))
        self._next.set_text(_("Next month"))
        self._to_today.set_text(_("Today"))
        self._days.retranslate()
        self._write_title()
        self._write_note()


class _Days(QWidget):
    """The grid of days."""

    chosen = Signal(object)
    pressed = Signal(object)
    month_shown = Signal(int, int)
    dropped = Signal(object, bytes)

    def __init__(self, today: date, label_for: Callable[[date], str]) -> None:
        super().__init__()
        self.today = self.day = today
        self.year, self.month = today.year, today.month
        self.label_for = label_for
        self.rest_for: Callable[[date], Rest | None] = lambda day: None
        self.marks: dict[date, int] = {}
        self._hovered: date | None = None
        self.mime = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._row = 0
        self.set_row(_ROW)

    def set_row(self, height: int) -> None:
        """How high a week is, in pixels."""
        self._row = height
        self.setFixedHeight(_WEEKDAYS_HEIGHT + _ROWS * height)

    def sizeHint(self) -> QSize:
        return QSize(359, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(250, self.height())

    def retranslate(self) -> None:
        self._name()
        self.update()

    def show_month(self, year: int, month: int) -> None:
        if (year, month) != (self.year, self.month):
            self.year, self.month = year, month
            self.month_shown.emit(year, month)
        self.update()

    def show_day(self, day: date) -> None:
        self.day = day
        self.show_month(day.year, day.month)
        self._name()

    def choose(self, day: date) -> None:
        self.show_day(day)
        self.chosen.emit(day)

    def press(self, day: date) -> None:
        self.choose(day)
        self.pressed.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -7,
            Qt.Key.Key_Down: 7,
        }
        key = event.key()
        if key in steps:
            self.choose(self.day + timedelta(days=steps[Qt.Key(key)]))
        elif key == Qt.Key.Key_PageUp:
            self.choose(month_moved(self.day, -1))
        elif key == Qt.Key.Key_PageDown:
            self.choose(month_moved(self.day, 1))
        elif key == Qt.Key.Key_Home:
            self.choose(self.today)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.press(self.day)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(self.mime):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        day = self._day_at(event.position())
        self._hovered = day
        self.update()
        event.setAccepted(day is not None and day > self.today)

    def dropEvent(self, event: QDropEvent) -> None:
        day = self._day_at(event.position())
        self._hovered = None
        self.update()
        if day is not None:
            event.acceptProposedAction()
            self.dropped.emit(day, event.mimeData().data(self.mime).data())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position())
        if day is not None and event.button() == Qt.MouseButton.LeftButton:
            self.press(day)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._day_at(event.position())
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hovered = None
            self.update()
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            day = self._day_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._words(day) if day else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.TINY_PX))
        painter.setPen(theme.color("muted"))
        names = locale()
        short = (
            names.FormatType.NarrowFormat
            if i18n.language() == "zh"
            else names.FormatType.ShortFormat
        )
        for column in range(7):
            box = QRectF(column * self._column(), 0, self._column() - _GAP, _WEEKDAYS_HEIGHT)
            name = names.standaloneDayName(column + 1, short)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
        for place, day in enumerate(month_days(self.year, self.month)):
            self._paint_day(painter, place, day)

    def _paint_day(self, painter: QPainter, place: int, day: date) -> None:
        box = self._box(place)
        inside = day.month == self.month
        is_today, is_chosen = day == self.today, day == self.day
        rest = self.rest_for(day) if inside else None
        painter.setPen(Qt.PenStyle.NoPen)
        is_off, is_hovered = rest is not None and rest.off, day == self._hovered
        if is_today or is_chosen or is_off or is_hovered:
            plain = "line" if is_off and is_hovered else "sunken"
            ground = "accent" if is_today else "accent_soft" if is_chosen else plain
            painter.setBrush(theme.color(ground))
            painter.drawRoundedRect(box, 8, 8)
        if is_chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            width = 2 if self.hasFocus() else 1
            painter.setPen(QPen(theme.color("on_accent_soft" if is_today else "accent"), width))
            edge = 2.0 if is_today else width / 2
            painter.drawRoundedRect(box.adjusted(edge, edge, -edge, -edge), 7, 7)
        above = 3 if self._row == _ROW else 0
        top = QRectF(box.left(), box.top() + above, box.width(), 16)
        painter.setFont(theme.font())
        painter.setPen(theme.color("on_accent" if is_today else "text" if inside else "off"))
        label = self.label_for(day) if inside else ""
        painter.drawText(top, Qt.AlignmentFlag.AlignCenter, str(day.day))
        if label:
            tiny = theme.font(10)
            painter.setFont(tiny)
            painter.setPen(theme.color("on_accent_soft" if is_today else "muted"))
            below = QRectF(box.left() + 1, box.top() + 15 + above, box.width() - 2, 13)
            shown = painter.fontMetrics().elidedText(
                label, Qt.TextElideMode.ElideRight, round(below.width())
            )
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, shown)
        if rest:
            painter.setFont(theme.font(9))
            role = "green" if rest.off else "amber"
            painter.setPen(theme.color("on_accent" if is_today else role))
            corner = QRectF(box.left() + 2, box.top() + 1, 14, 13)
            painter.drawText(corner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
                             rest.sign)  # fmt: skip
        if self.marks.get(day):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("on_accent" if is_today else "amber"))
            painter.drawEllipse(QPointF(box.right() - 6, box.top() + 5), 3, 3)

    def _column(self) -> float:
        return (self.width() + _GAP) / 7

    def _box(self, place: int) -> QRectF:
        row, column = divmod(place, 7)
        left, width = column * self._column(), self._column() - _GAP
        return QRectF(left, _WEEKDAYS_HEIGHT + row * self._row, width, self._row - _GAP)

    def _day_at(self, point: QPointF) -> date | None:
        row = int((point.y() - _WEEKDAYS_HEIGHT) // self._row)
        column = int(point.x() // self._column())
        if not (0 <= row < _ROWS and 0 <= column < 7):
            return None
        return month_days(self.year, self.month)[row * 7 + column]

    def _words(self, day: date) -> str:
        written = locale().toString(
            QDate(day.year, day.month, day.day), locale().FormatType.LongFormat
        )
        count = self.marks.get(day, 0)
        due = ngettext("{n} follow-up", "{n} follow-ups", count).format(n=count) if count else ""
        rest = self.rest_for(day)
        label, words = self.label_for(day), rest.words if rest else ""
        parts = (written, label, words if words != label else "", due)
        return "  ".join(part for part in parts if part)

    def _name(self) -> None:
        self.setAccessibleName(self._words(self.day))

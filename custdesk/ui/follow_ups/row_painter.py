"""How the rows of follow-ups are painted, and which part of a row the pointer is on."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from custdesk.care.follow_ups import Closed, Due
from custdesk.i18n import _, pgettext
from custdesk.insight.grades import Grade
from custdesk.store.models import FollowUpKind, FollowUpState
from custdesk.ui import theme
from custdesk.ui.follow_ups.model import FollowUpModel, Index
from custdesk.ui.follow_ups.rows import Bunch, Foot, Group, Past, when
from custdesk.ui.looks import FOLLOW_UP_LOOKS, grade_tag
from custdesk.ui.widgets.button import paint_chevron
from custdesk.ui.widgets.highlight import paint_words
from custdesk.ui.widgets.tag import inks, paint_tag, tag_width

ROW, GROUP, FOOT, SIDE = 57, 43, 20, 20
_PAD, _SIGN, _SIGN_COLUMN, _GAP = 14, 32, 34, 12
_WHEN, _NARROW_WHEN, _NARROW, _BUTTON, _BUTTON_SIDE = 206, 156, 640, 31, 13
_RADIUS, _BAR = 10, 3


class Part(StrEnum):
    """What of a row can be clicked."""

    BODY = "body"
    LATER = "later"
    DONE = "done"
    LIST = "list"
    """Of a bunch of greetings."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the parts of a row are."""

    card: QRectF
    sign: QRectF
    words: QRectF
    when: QRectF
    later: QRectF
    done: QRectF
    list: QRectF


class RowPainter(QStyledItemDelegate):
    """Paints cards of rows; `hovered` is the row and part under the pointer, `pressed` too."""

    def __init__(self, model: FollowUpModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.hovered: tuple[int, Part] | None = None
        self.pressed: tuple[int, Part] | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, height(self._model, index.row()))

    def parts(self, row: QRectF, margin: float) -> Parts:
        """`row` is the whole row of the list, `margin` what stays free at its right."""
        card = row.adjusted(SIDE, 0, -margin, 0)
        middle = card.top() + (ROW - 1) / 2
        metrics = QFontMetricsF(theme.font())
        top = round(middle - _BUTTON / 2)
        done_width = round(metrics.horizontalAdvance(_("Done"))) + 2 * _BUTTON_SIDE
        later_width = round(metrics.horizontalAdvance(_("Later"))) + 2 * _BUTTON_SIDE + 11
        done = QRectF(card.right() - _PAD - done_width, top, done_width, _BUTTON)
        later = QRectF(done.left() - 4 - later_width, top, later_width, _BUTTON)
        list_width = round(metrics.horizontalAdvance(_("View the list"))) + 2 * _BUTTON_SIDE
        whole = QRectF(card.right() - _PAD - list_width, top, list_width, _BUTTON)
        when_width = _WHEN if card.width() >= _NARROW else _NARROW_WHEN
        day = QRectF(later.left() - _GAP - when_width, card.top(), when_width, ROW - 1)
        sign = QRectF(card.left() + _PAD, round(middle - _SIGN / 2), _SIGN, _SIGN)
        left = card.left() + _PAD + _SIGN_COLUMN + _GAP
        words = QRectF(left, card.top() + 9, day.left() - _GAP - left, 38)
        return Parts(card, sign, words, day, later, done, whole)

    def part_at(self, row: QRectF, margin: float, point: QPointF, *, bunch: bool) -> Part:
        parts = self.parts(row, margin)
        if bunch:
            return Part.LIST if parts.list.contains(point) else Part.BODY
        if parts.later.contains(point):
            return Part.LATER
        return Part.DONE if parts.done.contains(point) else Part.BODY

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = self._model.entry(index.row())
        view = option.widget
        margin = float(SIDE)
        if isinstance(view, QAbstractItemView):
            margin = right_margin(view)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect)
        if isinstance(entry, Group):
            _paint_group(painter, box.adjusted(SIDE, 0, -margin, 0), entry)
        elif entry is not None and not isinstance(entry, Foot):
            parts = self.parts(box, margin)
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            focused = chosen and isinstance(view, QAbstractItemView) and view.hasFocus()
            self._paint_ground(painter, parts.card, index.row(), chosen=chosen, focused=focused)
            if isinstance(entry, Bunch):
                self._paint_bunch(painter, parts, entry, index.row(), chosen=chosen)
            elif isinstance(entry, Past):
                _paint_past(painter, parts, entry.closed, self._model.about(index.row()))
            elif due := self._model.due_at(index.row()):
                self._paint_due(painter, parts, due, index.row(), chosen=chosen)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, card: QRectF, row: int, *, chosen: bool, focused: bool
    ) -> None:
        """This row's piece of the card: the line around it, round where the card begins or ends."""
        first, last = self._model.is_first(row), self._model.is_last(row)
        hovered = self.hovered is not None and self.hovered[0] == row
        ground = "accent_soft" if chosen else "hover" if hovered else "surface"
        piece = card.adjusted(
            0.5, 0.5 if first else -2 * _RADIUS, -0.5, -0.5 if last else 2 * _RADIUS
        )
        painter.save()
        painter.setClipRect(card)
        painter.setPen(theme.color("line"))
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(piece, _RADIUS, _RADIUS)
        edge = "accent_line" if focused else "hairline"
        below = QRectF(card.left() + 1, card.bottom() - 1, card.width() - 2, 1)
        if not last:
            painter.fillRect(below, theme.color(edge))
        if focused and not first:
            painter.fillRect(below.translated(0, 1 - card.height()), theme.color(edge))
        if chosen:
            inside = QPainterPath()
            inside.addRoundedRect(piece, _RADIUS, _RADIUS)
            painter.setClipPath(inside, Qt.ClipOperation.IntersectClip)
            painter.fillRect(
                QRectF(card.left(), card.top(), _BAR, card.height()), theme.color("accent")
            )
        painter.restore()

    def _paint_due(
        self, painter: QPainter, parts: Parts, due: Due, row: int, *, chosen: bool
    ) -> None:
        about = self._model.about(row)
        warning = _("Do not contact") if due.do_not_contact else ""
        _paint_who(painter, parts, due.kind, due.customer, due.grade, about, warning)
        day = when(due, self._model.today)
        paint_words(painter, parts.when, day.words, ink=day.ink)
        self._paint_button(painter, parts.later, row, Part.LATER)
        self._paint_button(painter, parts.done, row, Part.DONE, primary=chosen)

    def _paint_bunch(
        self, painter: QPainter, parts: Parts, bunch: Bunch, row: int, *, chosen: bool
    ) -> None:
        today = self._model.today
        _paint_sign(painter, parts, FollowUpKind.FESTIVAL)
        first = QRectF(parts.words.left(), parts.words.top(), parts.words.width(), 19)
        paint_words(painter, first, bunch.title(), bold=True)
        paint_words(painter, first.translated(0, 19), bunch.about(today), ink="muted")
        day = when(bunch, today)
        paint_words(painter, parts.when, day.words, ink=day.ink)
        self._paint_button(painter, parts.list, row, Part.LIST, primary=chosen)

    def _paint_button(
        self, painter: QPainter, box: QRectF, row: int, part: Part, *, primary: bool = False
    ) -> None:
        hovered, pressed = self.hovered == (row, part), self.pressed == (row, part)
        if primary:
            ground = line = "accent_hover" if hovered or pressed else "accent"
        else:
            ground = "sunken" if pressed else "hover" if hovered else "surface"
            line = "off" if hovered else "line"
        ink = "on_accent" if primary else "text"
        painter.setPen(QPen(theme.color(line), 1))
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        words = box.adjusted(_BUTTON_SIDE, 0, 0, 0)
        said = {Part.LATER: _("Later"), Part.DONE: _("Done"), Part.LIST: _("View the list")}
        paint_words(painter, words, said[part], ink=ink)
        if part is Part.LATER:
            paint_chevron(painter, QPointF(box.right() - _BUTTON_SIDE - 3.5, box.center().y()), ink)


def height(model: FollowUpModel, row: int) -> int:
    """How high a row is."""
    entry = model.entry(row)
    return GROUP if isinstance(entry, Group) else FOOT if isinstance(entry, Foot) else ROW


def right_margin(view: QAbstractItemView) -> float:
    """What stays free at the right, so that cards keep their width when the bar comes."""
    return float(max(0, SIDE - (view.width() - view.viewport().width())))


def _paint_group(painter: QPainter, box: QRectF, group: Group) -> None:
    line = QRectF(box.left(), box.top() + 14, box.width(), 19)
    ink, faded = ("red", "red") if group.late else ("text", "muted")
    for words, colour, bold in (
        (group.title, ink, True),
        (str(group.count), faded, True),
        (group.hint, "muted", False),
    ):
        width = paint_words(painter, line, words, bold=bold, ink=colour)
        line.setLeft(line.left() + width + (8 if words is not group.title else 5))


def _paint_sign(painter: QPainter, parts: Parts, kind: FollowUpKind) -> None:
    icon, colour = FOLLOW_UP_LOOKS[kind]
    ink, ground = inks(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(ground))
    painter.drawRoundedRect(parts.sign, 9, 9)
    theme.draw_icon(painter, parts.sign.adjusted(7, 7, -7, -7), icon, ink)


def _paint_who(
    painter: QPainter,
    parts: Parts,
    kind: FollowUpKind,
    name: str,
    grade: Grade,
    more: str,
    warning: str = "",
) -> None:
    _paint_sign(painter, parts, kind)
    tags = [(grade.called, grade_tag(grade)), *([(warning, "red")] if warning else [])]
    first = QRectF(parts.words.left(), parts.words.top(), parts.words.width(), 19)
    room = first.adjusted(0, 0, -sum(tag_width(tag) + 6 for tag, _kind in tags), 0)
    left = room.left() + paint_words(painter, room, name, bold=True)
    for tag, colours in tags:
        left += 6
        left += paint_tag(painter, left, first.center().y(), tag, colours)
    paint_words(painter, first.translated(0, 19), more, ink="muted")


def _paint_past(painter: QPainter, parts: Parts, closed: Closed, about: str) -> None:
    _paint_who(painter, parts, closed.kind, closed.customer, closed.grade, about)
    paint_words(painter, parts.when, f"{closed.closed_at:%H:%M}", ink="muted")
    done = closed.state is FollowUpState.DONE
    words = pgettext("follow-ups", "Done") if done else _("Skipped")
    left = parts.done.right() - tag_width(words)
    paint_tag(painter, left, parts.done.center().y(), words, "green" if done else "grey")

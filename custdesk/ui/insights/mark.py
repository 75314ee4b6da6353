"""Bars and cells that are buttons: painted in the theme's colours, named, pressed by any means.

A chart of a library is one picture to the keyboard and to a screen reader. Here each mark narrows
the list, so each is a button; what is left of charting is a few rectangles and an axis.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from custdesk.store.models import Stage
from custdesk.ui import theme
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.highlight import paint_words

RADIUS = 4
_STAGE_SHARES = {
    Stage.PROSPECT: ("accent", 0.32),
    Stage.NEW: ("accent", 0.5),
    Stage.ACTIVE: ("accent", 0.73),
    Stage.LOYAL: ("accent", 1.0),
    Stage.LAPSED: ("red", 0.45),
}


def blend(role: str, share: float) -> QColor:
    """So much of a token's colour over the ground of a card."""
    ink, ground = theme.color(role), theme.color("surface")
    mixed = [
        round(share * a + (1 - share) * b)
        for a, b in zip(ink.getRgb()[:3], ground.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*mixed)


def stage_color(stage: Stage) -> QColor:
    """The colour of a stage, wherever stages are drawn."""
    return blend(*_STAGE_SHARES[stage])


def ink_on(ground: QColor) -> str:
    """Black or white, which is read better on a ground: on any at 4.5 : 1 or more."""
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(QColor(ink), ground))


def contrast(one: QColor, other: QColor) -> float:
    """How well one colour is read on another, 1 to 21 (WCAG 2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    ]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def place_of_focus(widgets: Sequence[QWidget]) -> int | None:
    """Which of these has the keyboard; None for none."""
    return next((at for at, widget in enumerate(widgets) if widget.hasFocus()), None)


def put_focus(widgets: Sequence[QWidget], place: int | None) -> None:
    """Give the keyboard to what stands at that place now, or to the last one."""
    if place is not None and widgets:
        widgets[min(place, len(widgets) - 1)].setFocus(Qt.FocusReason.ShortcutFocusReason)


def take_away(widgets: Sequence[QWidget]) -> None:
    """Marks that others take the place of: gone at once, for they may say what is masked now."""
    for widget in widgets:
        widget.hide()
        widget.setParent(None)
        widget.deleteLater()


class MarkButton(QAbstractButton):
    """A mark that answers to the pointer, and to Enter as to Space. Subclasses paint it."""

    def __init__(self, radius: int = RADIUS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        mark_focus(self, radius, keyboard_only=True)

    def say(self, name: str, more: str = "") -> None:
        """What it is called, and what stands beside the pointer."""
        self.setAccessibleName(name)
        self.setToolTip(more or name)

    def set_pressable(self, pressable: bool) -> None:
        """Where there is nobody to list there is nothing to press."""
        self.setEnabled(pressable)
        shape = Qt.CursorShape.PointingHandCursor if pressable else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, QRectF(self.rect()))
        painter.end()

    def paint(self, painter: QPainter, box: QRectF) -> None:
        raise NotImplementedError

    def is_hovered(self) -> bool:
        return self.isEnabled() and self.underMouse()


def paint_block(painter: QPainter, box: QRectF, ground: QColor, radius: float = RADIUS) -> None:
    """A filled block with round corners."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, radius, radius)


class Cells(MarkButton):
    """A row of words in columns, as a table has them, that is one button."""

    def __init__(
        self, columns: Sequence[tuple[float, bool]], height: int, parent: QWidget | None = None
    ) -> None:
        """`columns`: the share of the width of each, and whether its words stand right."""
        super().__init__(parent=parent)
        self._columns, self._height = columns, height
        self._words: Sequence[str] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_words(self, words: Sequence[str]) -> None:
        self._words = words
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, self._height)

    def paint(self, painter: QPainter, box: QRectF) -> None:
        if self.is_hovered():
            paint_block(painter, box, theme.color("hover"))
        paint_cells(painter, box, self._columns, self._words)
        line = QRectF(box.left(), box.bottom() - 1, box.width(), 1)
        painter.fillRect(line, theme.color("hairline"))


def paint_cells(
    painter: QPainter,
    box: QRectF,
    columns: Sequence[tuple[float, bool]],
    words: Sequence[str],
    *,
    ink: str = "text",
    small: bool = False,
) -> None:
    """Words in columns, each elided to its own."""
    left = box.left()
    font = theme.font(theme.SMALL_PX) if small else theme.font()
    for (share, right), text in zip(columns, words, strict=False):
        room = QRectF(left, box.top(), share * box.width() - 6, box.height())
        paint_words(painter, room, text, ink=ink, right=right, font=font)
        left += share * box.width()


class Heads(QWidget):
    """The names of the columns over `Cells`."""

    def __init__(
        self, columns: Sequence[tuple[float, bool]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self._words: Sequence[str] = ()
        self.setFixedHeight(28)

    def show_words(self, words: Sequence[str]) -> None:
        self._words = words
        self.setAccessibleName(", ".join(words))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        paint_cells(painter, box, self._columns, self._words, ink="muted", small=True)
        line = QRectF(box.left(), box.bottom() - 1, box.width(), 1)
        painter.fillRect(line, theme.color("line"))
        painter.end()


def text_width(text: str, px: int = theme.BASE_PX, *, bold: bool = False) -> float:
    return QFontMetricsF(theme.font(px, bold=bold)).horizontalAdvance(text)

"""Words on the page: labels by role, lines that end in …, icons that follow the theme, rules."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from custdesk.ui import theme


class Label(QLabel):
    """Plain text in a role: "" (13 px), title 19, heading 15, section and strong (bold 13),
    muted, small (muted 12), faint, danger, error (red 12), overdue (red bold), accent, figure 18,
    figure-large 23."""

    def __init__(
        self, text: str = "", role: str = "", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("role", role)
        self.setIndent(0)

    def set_role(self, role: str) -> None:
        theme.set_role(self, role)


class ElidedLabel(Label):
    """One line that ends in … where there is no room; the whole text is in its tooltip."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", role, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._whole = ""
        self.set_text(text)

    def set_text(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self.ensurePolished()  # the role's font decides how wide the text is
        self.updateGeometry()
        self._fit()

    def text_whole(self) -> str:
        return self._whole

    def sizeHint(self) -> QSize:
        return QSize(
            self.fontMetrics().horizontalAdvance(self._whole) + 1, super().sizeHint().height()
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        line = self._whole.replace("\n", " ")
        shown = self.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


class IconLabel(QWidget):
    """An icon in a token's colour, on nothing, or on a soft ground (circle or rounded square)."""

    def __init__(
        self,
        name: str,
        role: str = "muted",
        size: int = 20,
        *,
        ground: str = "",
        ground_size: int = 0,
        radius: int = 9,
        parent: QWidget | None = None,
    ) -> None:
        """`ground` is a token ("blue_soft") behind the icon, `ground_size` pixels square; a
        `radius` of half of it makes a circle."""
        super().__init__(parent)
        self._name, self._role, self._size = name, role, size
        self._ground, self._radius = ground, radius
        side = ground_size or size
        self.setFixedSize(side, side)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_icon(self, name: str, role: str, ground: str = "") -> None:
        self._name, self._role, self._ground = name, role, ground
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(self._ground))
            painter.drawRoundedRect(QRectF(self.rect()), self._radius, self._radius)
        side = (self.width() - self._size) / 2
        theme.draw_icon(painter, QRectF(side, side, self._size, self._size), self._name, self._role)


def rule(kind: str = "line", *, upright: bool = False) -> QFrame:
    """A line of one pixel, "line" or the paler "hairline"."""
    made = QFrame()
    made.setProperty("rule", kind)
    if upright:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made

"""The first thing that a new user sees: three ways to begin."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from custdesk import i18n
from custdesk.i18n import N_, _
from custdesk.ui import theme
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import Label

_CARD = QSize(264, 212)
_SIGN, _SIGN_ICON, _SIDE = 46, 22, 22
_LANGUAGES = {"zh": "中文", "en": "English"}
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class ChoiceCard(QPushButton):
    """A large button: a sign, a title, and what comes of it."""

    def __init__(self, icon: str, ink: str, parent: QWidget | None = None) -> None:
        """`ink` is a token with a soft ground ("accent", "gold", "blue")."""
        super().__init__(parent)
        self._icon, self._ink, self._title, self._more = icon, ink, "", ""
        self.setProperty("variant", "painted")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        mark_focus(self, 12, keyboard_only=True)

    def say(self, title: str, more: str) -> None:
        self._title, self._more = title, more
        self.setAccessibleName(title)
        self.setAccessibleDescription(more)
        self.update()

    def sizeHint(self) -> QSize:
        return _CARD

    def minimumSizeHint(self) -> QSize:
        return _CARD

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()  # the view goes from card to card
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current()
        lit = self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color(t.accent_line if lit else t.line))
        painter.setBrush(theme.color(t.sunken if self.isDown() else t.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        sign = QRectF(_SIDE, _SIDE, _SIGN, _SIGN)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"{self._ink}_soft"))
        painter.drawRoundedRect(sign, 12, 12)
        inner = (_SIGN - _SIGN_ICON) / 2
        theme.draw_icon(painter, sign.adjusted(inner, inner, -inner, -inner), self._icon, self._ink)
        title_font = theme.font(15, bold=True)
        top = sign.bottom() + 20
        painter.setFont(title_font)
        painter.setPen(theme.color("text"))
        height = QFontMetrics(title_font).height()
        room = self.width() - 2 * _SIDE
        painter.drawText(QRectF(_SIDE, top, room, height + 2), int(_WRAP), self._title)
        painter.setFont(theme.font())
        painter.setPen(theme.color("muted"))
        rest = QRectF(_SIDE, top + height + 6, room, self.height() - top - height - 16)
        painter.drawText(rest, int(_WRAP), self._more)


class AppSign(QWidget):
    """The application's icon, crisp at any scale."""

    def __init__(self, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(size, size)
        self._drawn: QPixmap | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        scale = self.devicePixelRatioF()
        if self._drawn is None or self._drawn.devicePixelRatio() != scale:
            made = QPixmap(round(self.width() * scale), round(self.height() * scale))
            made.fill(Qt.GlobalColor.transparent)
            inner = QPainter(made)
            QSvgRenderer(str(theme.icon_file("app"))).render(
                inner, QRectF(0, 0, made.width(), made.height())
            )
            inner.end()
            made.setDevicePixelRatio(scale)
            self._drawn = made
        QPainter(self).drawPixmap(0, 0, self._drawn)


class WelcomeView(Speaks, QWidget):
    """Start empty, import a list, or look at a sample; the language in the corner.

    `language_chosen` brings "zh" or "en". Left and Right go from card to card, Enter chooses.
    """

    empty_requested = Signal()
    import_requested = Signal()
    sample_requested = Signal()
    language_chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setProperty("ground", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = Label("")
        self._title.setFont(theme.font(26, bold=True))
        self._sentence = Label("", "muted", wrap=True)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._foot = Label("", "small")
        self.cards = (
            ChoiceCard("import", "accent"),
            ChoiceCard("plus", "gold"),
            ChoiceCard("users", "blue"),
        )
        self.import_card, self.empty_card, self.sample_card = self.cards
        self.import_card.clicked.connect(self.import_requested)
        self.empty_card.clicked.connect(self.empty_requested)
        self.sample_card.clicked.connect(self.sample_requested)
        self._group = QButtonGroup(self)
        self.languages = {key: Chip(words, checkable=True) for key, words in _LANGUAGES.items()}
        for key, chip in self.languages.items():
            self._group.addButton(chip)
            chip.clicked.connect(lambda _checked, to=key: self.language_chosen.emit(to))
        self._lay_out()
        self.retranslate()
        self.setFocusProxy(self.import_card)

    def refresh(self) -> None:
        """Nothing here depends on the customers."""

    def retranslate(self) -> None:
        self.setAccessibleName(_("Welcome"))
        self._title.setText(_("Welcome to CustDesk"))
        self._sentence.setText(
            _("Know every customer by name, never forget a birthday, and come well prepared.")
        )
        for card, (title, more) in zip(self.cards, _CHOICES, strict=True):
            card.say(_(title), _(more))
        self._foot.setText(_("Everything stays on this computer; nothing is sent anywhere."))
        self.languages[i18n.language()].setChecked(True)

    def _lay_out(self) -> None:
        corner = QHBoxLayout()
        corner.setContentsMargins(24, 20, 24, 0)
        corner.setSpacing(8)
        corner.addStretch(1)
        for chip in self.languages.values():
            corner.addWidget(chip)
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addStretch(1)
        for card in self.cards:
            row.addWidget(card)
        row.addStretch(1)
        middle = Qt.AlignmentFlag.AlignHCenter
        self._title.setAlignment(middle)
        self._sentence.setAlignment(middle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 24)
        column.setSpacing(0)
        column.addLayout(corner)
        column.addStretch(3)
        column.addWidget(AppSign(76), 0, middle)
        column.addSpacing(20)
        column.addWidget(self._title)
        column.addSpacing(8)
        column.addWidget(self._sentence)
        column.addSpacing(36)
        column.addLayout(row)
        column.addStretch(4)
        column.addWidget(self._foot, 0, middle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        focused = next((i for i, card in enumerate(self.cards) if card.hasFocus()), None)
        if step and focused is not None:
            at = min(max(focused + step, 0), len(self.cards) - 1)
            self.cards[at].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)


_CHOICES = (
    (
        N_("Import my list"),
        N_(
            "From Excel, WPS, CSV or the contacts of a phone. You see the outcome before"
            " anything is written."
        ),
    ),
    (
        N_("Start empty"),
        N_("Begin with the first customer. A name is enough; the rest can come later."),
    ),
    (
        N_("Look at a sample"),
        N_("A tea shop with made-up customers. It leaves no trace when you are done."),
    ),
)

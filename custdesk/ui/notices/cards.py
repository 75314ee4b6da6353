"""Notices in small windows of our own, for where the system shows none that can be answered."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from custdesk.i18n import _
from custdesk.ui import theme
from custdesk.ui.notices.notice import Notice, Reply
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.text import ElidedLabel, Label

WIDTH, GAP, ICON = 360, 12, 20
MOST = 4
"""Cards at once; the oldest makes room, and is still in the list of what is due."""


class NoticeCard(QFrame):
    """One notice: it stays in front, without taking the keyboard, until it is answered."""

    answered = Signal(str)
    """The Reply."""
    gone = Signal()

    def __init__(self, notice: Notice) -> None:
        flags = Qt.WindowType
        super().__init__(
            None,
            flags.Tool
            | flags.FramelessWindowHint
            | flags.WindowStaysOnTopHint
            | flags.WindowDoesNotAcceptFocus,
        )
        self.notice = notice
        self.setProperty("card", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(_("CustDesk"))
        self.setAccessibleName(f"{notice.title} {notice.words}")
        icon = QLabel()
        icon.setPixmap(QIcon(str(theme.icon_file("app"))).pixmap(ICON, ICON))
        self.put_away = Button(_("Close"), "icon", icon="close")
        self.put_away.clicked.connect(self.leave)
        head = QHBoxLayout()
        head.setSpacing(9)
        head.addWidget(icon)
        head.addWidget(ElidedLabel(notice.title, "strong"), 1)
        head.addWidget(self.put_away)
        self.buttons: dict[Reply, Button] = {}
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        for reply, words in notice.buttons():
            is_last = reply is notice.buttons()[-1][0]
            button = Button(words, "primary" if is_last else "plain")
            button.clicked.connect(lambda _on=False, reply=reply: self._answer(reply))
            self.buttons[reply] = button
            foot.addWidget(button)
        inside = QVBoxLayout()
        inside.setContentsMargins(ICON + 9, 0, 6, 0)
        inside.setSpacing(10)
        inside.addWidget(Label(notice.words, "", wrap=True))
        inside.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 9, 8, 13)
        column.setSpacing(3)
        column.addLayout(head)
        column.addLayout(inside)
        self.setFixedWidth(WIDTH)
        self.ensurePolished()
        self.setFixedHeight(column.heightForWidth(WIDTH))

    def _answer(self, reply: Reply) -> None:
        self.answered.emit(reply)
        self.leave()

    def leave(self) -> None:
        self.gone.emit()
        self.close()


class Cards(QObject):
    """The cards on the screen, the newest at the bottom right, the others above it."""

    answered = Signal(object, str)
    """The Notice, and the Reply."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards: list[NoticeCard] = []

    def shown(self) -> list[NoticeCard]:
        """The newest first."""
        return list(self._cards)

    def show(self, notice: Notice) -> None:
        card = NoticeCard(notice)
        card.answered.connect(lambda reply: self.answered.emit(notice, reply))
        card.gone.connect(lambda: self._forget(card))
        self._cards.insert(0, card)
        for old in self._cards[MOST:]:
            old.leave()
        self._arrange()
        card.show()

    def withdraw(self, ids: frozenset[int] | None = None) -> None:
        """Take back the notices about any of `ids`, or all of them."""
        for card in self.shown():
            if ids is None or ids & set(card.notice.ids):
                card.leave()

    def _forget(self, card: NoticeCard) -> None:
        if card in self._cards:
            self._cards.remove(card)
            self._arrange()

    def _arrange(self) -> None:
        room = QGuiApplication.primaryScreen().availableGeometry()
        bottom = room.bottom() - GAP
        for card in self._cards:
            card.move(room.right() - GAP - card.width(), bottom - card.height())
            bottom -= card.height() + GAP

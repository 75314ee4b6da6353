"""The words to say: a line ready to copy and to be noted as sent, another one, the call by QR."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from custdesk import i18n
from custdesk.care.briefing import Briefing, quiet_until, sending_channel, words_to_say
from custdesk.care.follow_ups import Due
from custdesk.care.sending import BY_WORDS
from custdesk.i18n import _
from custdesk.store.models import Channel
from custdesk.ui.follow_ups.dial import DialPopup
from custdesk.ui.mask import STARS, Mask
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.focus import mark_focus
from custdesk.ui.widgets.text import ElidedLabel

_FEWEST_LINES, _MOST_LINES = 2, 4


class WordsCard(QWidget):
    """`copied(str)`: a sentence to say that the words are in the clipboard; `sent(str)`: these
    words were sent, by `channel()`."""

    copied = Signal(str)
    sent = Signal(str)

    def __init__(
        self,
        mask: Mask,
        clock: Callable[[], datetime] = datetime.now,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._mask, self._clock = mask, clock
        self._known: Briefing | None = None
        self._due: Due | None = None
        self._is_narrow = False
        self._turns: dict[int, int] = {}
        self._edited: dict[int, str] = {}
        self._copied: dict[int, str] = {}
        self._label = ElidedLabel("", "small")
        self._edit = QPlainTextEdit()
        self._edit.setFrameShape(QFrame.Shape.NoFrame)
        self._edit.setStyleSheet(
            "QPlainTextEdit { background: transparent; border: 0; padding: 0 }"
        )
        self._edit.document().setDocumentMargin(0)
        self._edit.setTabChangesFocus(True)
        self._edit.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._label.setBuddy(self._edit)
        card = Card("sunken", (12, 9, 12, 9), 0)
        card.box.addWidget(self._edit)
        mark_focus(self._edit, 10, around=card)
        self._copy = Button()
        self._sent = Button()
        self._another = Button(variant="link")
        self._call = Button(icon="qr")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._label, 1)
        head.addWidget(self._another)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._copy)
        buttons.addWidget(self._sent)
        buttons.addStretch(1)
        buttons.addWidget(self._call)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addLayout(head)
        column.addWidget(card)
        column.addLayout(buttons)
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.setInterval(0)
        self._fitting.timeout.connect(self._fit)
        self._edit.document().documentLayout().documentSizeChanged.connect(self._fitting.start)
        self._edit.textChanged.connect(self._keep)
        mask.changed.connect(self._write)
        self._copy.clicked.connect(self._copy_words)
        self._sent.clicked.connect(self._note_sent)
        self._another.clicked.connect(self._turn)
        self._call.clicked.connect(self._dial)
        self.retranslate()

    def show_for(self, known: Briefing, due: Due) -> None:
        """Show the line for this follow-up, or what was made of it before."""
        self._known, self._due = known, due
        self._call.setVisible(bool(known.phones))
        self._sent.setVisible(due.kind in BY_WORDS)
        self._write()

    def words(self) -> str:
        return self._edit.toPlainText().strip()

    def copied_for(self, follow_up_id: int) -> str:
        """The words that were copied last for a follow-up: so they were sent; "" for none."""
        return self._copied.get(follow_up_id, "")

    def channel(self) -> Channel:
        """By which channel the words shown are sent."""
        if self._known is None or self._due is None:
            return Channel.WECHAT
        return sending_channel(self._known, self._due)

    def retranslate(self) -> None:
        self._label.set_text(_("Words to say (copy them into WeChat)"))
        self._edit.setAccessibleName(_("Words to say"))
        self._copy.set_text(_("Copy words"))
        self._sent.set_text(_("Mark as sent"))
        self._another.set_text(_("Another one"))
        self._call.set_text(_("Call by QR"))
        self.set_narrow(self._is_narrow)
        if self._due is not None:
            self._write()

    def set_narrow(self, narrow: bool) -> None:
        """Where there is little room, the call is an icon alone."""
        self._is_narrow = narrow
        self._call.setText("" if narrow else self._call.accessibleName())
        self._write_hints()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fitting.start()

    def _write(self) -> None:
        if self._known is None or self._due is None:
            return
        id = self._due.id or 0
        masked = self._mask.is_on
        line = (
            STARS
            if masked
            else self._edited.get(id)
            or words_to_say(self._known, self._due, i18n.language(), self._turns.get(id, 0))
        )
        self._edit.setReadOnly(masked)
        self._write_hints()
        if line != self._edit.toPlainText():
            self._edit.blockSignals(True)
            self._edit.setPlainText(line)
            self._edit.blockSignals(False)
        self._fitting.start()

    def _write_hints(self) -> None:
        """What is hidden can neither be copied nor called by its code."""
        masked = self._mask.is_on
        for button in (self._copy, self._sent, self._another, self._call):
            button.setEnabled(not masked)
            button.setToolTip(_("Not while the screen is masked") if masked else "")
        if self._is_narrow and not masked:
            self._call.setToolTip(self._call.accessibleName())

    def _keep(self) -> None:
        """What was typed into the words stays with the follow-up."""
        if self._due is not None:
            self._edited[self._due.id or 0] = self._edit.toPlainText()

    def _turn(self) -> None:
        if self._due is not None:
            id = self._due.id or 0
            self._edited.pop(id, None)
            self._turns[id] = self._turns.get(id, 0) + 1
            self._write()

    def _copy_words(self) -> None:
        QGuiApplication.clipboard().setText(self.words())
        if self._due is not None:
            self._copied[self._due.id or 0] = self.words()
        self.copied.emit(_("Copied. Paste it into WeChat."))

    def _note_sent(self) -> None:
        if self.words():
            self.sent.emit(self.words())
        else:
            self._edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _dial(self) -> None:
        if self._known is not None and self._known.phones:
            quiet = quiet_until(self._known, self._clock().time())
            popup = DialPopup(self._known.name, self._known.phones, self._mask, self, quiet)
            popup.open_over(self._call)

    def _fit(self) -> None:
        """As high as the words, within bounds."""
        fewest = 1 if self._mask.is_on else _FEWEST_LINES
        lines = max(fewest, min(_MOST_LINES, round(self._edit.document().size().height())))
        self._edit.setFixedHeight(lines * self._edit.fontMetrics().lineSpacing() + 2)

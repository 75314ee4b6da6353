"""A telephone number as a QR code: a phone's camera reads it, and the call begins there."""

import re
from datetime import time

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from custdesk.i18n import _
from custdesk.people import phones
from custdesk.ui import actions
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.text import Label

_SIDE, _QUIET = 148, 4


def tel(phone: str) -> str:
    """The address of a call (RFC 3966): "tel:+8613812345678"."""
    number, sign, extension = phone.partition(";ext=")
    return f"tel:{re.sub(r'[^+0-9]', '', number)}{sign}{extension}"


class QrCode(QWidget):
    """Black on white in either theme, with the quiet zone around it that readers need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(_SIDE, _SIDE)
        self._rows: list[bytes] = []

    def show_text(self, text: str) -> None:
        import segno

        self._rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        if not self._rows:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        unit = self.width() / (len(self._rows) + 2 * _QUIET)
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    left, top = round((x + _QUIET) * unit), round((y + _QUIET) * unit)
                    right, bottom = round((x + _QUIET + 1) * unit), round((y + _QUIET + 1) * unit)
                    box = QRectF(left, top, right - left, bottom - top)
                    painter.fillRect(box, QColor("#000000"))


class DialPopup(QFrame):
    """The code and, large beside it, the number; chips where there are several numbers.

    It closes when the mask comes. A popup has the keyboard for itself, so it knows the key too.
    `quiet`: until when nobody is to be called, which it says and leaves to the caller.
    """

    def __init__(
        self,
        name: str,
        numbers: tuple[str, ...],
        mask: Mask,
        parent: QWidget,
        quiet: time | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("card", "popup")
        self.setAccessibleName(_("Call by QR"))
        for key in actions.keys_of("mask"):
            QShortcut(QKeySequence(key), self).activated.connect(lambda: mask.put(True))
        mask.changed.connect(self.close)
        self._code = QrCode()
        self._number = Label("", "figure")
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addStretch(1)
        words.addWidget(Label(name, "section"))
        words.addWidget(self._number)
        hint = Label(_("Point your phone's camera at the code to call."), "small", wrap=True)
        hint.setFixedWidth(170)
        words.addWidget(hint)
        if quiet is not None:
            hours = _("Quiet hours until {time}").format(time=f"{quiet:%H:%M}")
            rest = Label(hours, "overdue", wrap=True)
            rest.setFixedWidth(170)
            words.addWidget(rest)
        group = QButtonGroup(self)
        for number in numbers if len(numbers) > 1 else ():
            chip = Chip(phones.display(number), checkable=True)
            chip.setChecked(number == numbers[0])
            group.addButton(chip)
            chip.clicked.connect(lambda _on=False, number=number: self._show(number))
            words.addWidget(chip)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 14, 18, 14)
        row.setSpacing(16)
        row.addWidget(self._code, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words)
        self._show(numbers[0])

    def number(self) -> str:
        """The number as it is shown."""
        return self._number.text()

    def open_over(self, anchor: QWidget) -> None:
        """Open above `anchor`, or below it where there is no room, right edges in line."""
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), -self.height() - 6))
        screen = anchor.screen().availableGeometry()
        if corner.y() < screen.top():
            corner.setY(anchor.mapToGlobal(QPoint(0, anchor.height() + 6)).y())
        corner.setX(max(screen.left(), min(corner.x(), screen.right() - self.width())))
        self.move(corner)
        self.show()

    def _show(self, number: str) -> None:
        self._code.show_text(tel(number))
        self._number.setText(phones.display(number))

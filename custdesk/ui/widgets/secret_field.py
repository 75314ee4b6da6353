"""A line for a passphrase: dots instead of letters, which a button beside it shows."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from custdesk.i18n import _
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.focus import mark_focus


class SecretField(QWidget):
    """`entered` on Enter. What is typed is never kept by an input method, nor offered again."""

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        mark_focus(self.edit)
        self.show_button = Button(variant="link")
        self.show_button.clicked.connect(self._turn)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.edit, 1)
        row.addWidget(self.show_button)
        self.setFocusProxy(self.edit)
        self.edit.returnPressed.connect(self.entered)
        self.retranslate()

    def text(self) -> str:
        """As typed; blanks at its ends count."""
        return self.edit.text()

    def clear(self) -> None:
        self.edit.clear()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.retranslate()

    def set_name(self, name: str) -> None:
        """What the field is for, as its hint and for a screen reader."""
        self.edit.setPlaceholderText(name)
        self.edit.setAccessibleName(name)

    def retranslate(self) -> None:
        hidden = self.edit.echoMode() == QLineEdit.EchoMode.Password
        self.show_button.set_text(_("Show") if hidden else _("Hide"))

    def _turn(self) -> None:
        hidden = self.edit.echoMode() == QLineEdit.EchoMode.Password
        mode = QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password
        self.edit.setEchoMode(mode)
        self.retranslate()
        self.edit.setFocus()

"""What writes its words anew when another language is spoken."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    _Widget = QWidget
else:  # Qt takes one of its own classes as a base, not two
    _Widget = object


class Speaks(_Widget):
    """Stands before the Qt class among the bases of a widget, which has `retranslate`."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Write every word in the language spoken now."""
        raise NotImplementedError

"""A view that is read anew when it is shown, and speaks another language at once."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """Views that are shown for a while and read the file when they are."""

    def refresh(self) -> None:
        """Read anew what is shown."""

    def retranslate(self) -> None:
        """Write every word anew in the language spoken now."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            if self.isVisible():
                self.refresh()

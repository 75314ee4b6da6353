"""A report before it is printed: the insights of a period."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from custdesk.i18n import _
from custdesk.store.store import Change
from custdesk.ui.desk import Desk
from custdesk.ui.paper_preview import Draw, PaperPreview


class ReportPreview(PaperPreview):
    """`open(drawing)` shows it; `drawing()` is asked again when the mask or the language is another
    one. Its figures stay those that were looked at."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self._drawing: Callable[[], Draw] | None = None
        super().__init__(desk, parent=parent)
        self.retranslate()

    def open(self, drawing: Callable[[], Draw]) -> None:
        self._drawing = drawing
        self.begin()

    def called(self) -> str:
        return _("Insights")

    def drawing(self) -> Draw | None:
        return self._drawing() if self._drawing else None

    def is_concerned(self, change: Change) -> bool:
        return "setting" in change.tables

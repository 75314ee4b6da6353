"""One event of a customer's history: the day, a coloured sign, what happened, who or how much."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from custdesk.ui.widgets.tag import inks
from custdesk.ui.widgets.text import IconLabel, Label


class TimelineItem(QWidget):
    """A row of a timeline; put a hairline `rule` between two. `clicked` when it is clicked."""

    clicked = Signal()

    def __init__(
        self,
        when: str,
        icon: str,
        kind: str,
        what: str,
        more: str = "",
        aside: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`kind` colours the sign as it does a tag; `aside` stands at the right: a faint Label, a
        strong amount, a Tag."""
        super().__init__(parent)
        ink, ground = inks(kind)
        day = Label(when, "muted")
        day.setFixedWidth(94)
        sign = IconLabel(icon, ink, 13, ground=ground, ground_size=20, radius=10)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Label(what, wrap=True))
        if more:
            words.addWidget(Label(more, "muted", wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(8)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(day, 0, top)
        row.addWidget(sign, 0, top)
        row.addLayout(words, 1)
        if aside is not None:
            row.addWidget(aside, 0, top)
        self.setAccessibleName("  ".join(part for part in (when, what, more) if part))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.clicked.emit()

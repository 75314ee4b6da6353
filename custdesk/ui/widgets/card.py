"""Cards: white grounds with a thin line, figures on them, and panes that scroll."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from custdesk.ui import theme
from custdesk.ui.widgets.text import Label


class Card(QFrame):
    """A ground with a line of 1 px and radius 10; `kind` "plain", "sunken", "amber" (what comes
    next), "accent" or "red". It has a vertical layout, `self.box`."""

    def __init__(
        self,
        kind: str = "plain",
        margins: tuple[int, int, int, int] = (14, 10, 14, 10),
        spacing: int = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", kind)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(*margins)
        self.box.setSpacing(spacing)

    def set_kind(self, kind: str) -> None:
        theme.restyle(self, "card", kind)


class Figure(Card):
    """A card with a muted label over a large number."""

    def __init__(
        self,
        label: str = "",
        value: str = "",
        *,
        large: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("plain", (12, 8, 12, 9), 1, parent)
        self._label = Label(label, "muted")
        self._value = Label(value, "figure-large" if large else "figure")
        self._plain_role = "figure-large" if large else "figure"
        self.box.addWidget(self._label)
        self.box.addWidget(self._value)
        self.box.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._name()

    def set_label(self, label: str) -> None:
        self._label.setText(label)
        self._name()

    def set_value(self, value: str, *, alarming: bool = False) -> None:
        """Show `value`, already formatted; `alarming` writes it in red."""
        self._value.setText(value)
        theme.restyle(self._value, "alarming", alarming)
        self._name()

    def _name(self) -> None:
        self.setAccessibleName(f"{self._label.text()} {self._value.text()}".strip())


class ScrollPane(QScrollArea):
    """A pane that scrolls `content` up and down and shows the ground behind it."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        content.setProperty("bare", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)

"""What other rules would change: how many each grade has and would have, and who would move."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QListView, QWidget

from custdesk import formats
from custdesk.i18n import _, ngettext
from custdesk.insight.grades import Grades
from custdesk.insight.reviewing import Moved, WhatIf
from custdesk.ui.desk import Desk
from custdesk.ui.looks import grade_tag
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.columns_model import Index
from custdesk.ui.widgets.tag import Tag
from custdesk.ui.widgets.text import Label

_NOTHING = QModelIndex()


class _Names(QAbstractListModel):
    """Who would move, and from where to where."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.moved: tuple[Moved, ...] = ()

    def show_moved(self, moved: tuple[Moved, ...]) -> None:
        self.beginResetModel()
        self.moved = moved
        self.endResetModel()

    def rowCount(self, parent: Index = _NOTHING) -> int:
        return len(self.moved)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self.moved[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            arrow = "↑" if one.is_up else "↓"
            return f"{arrow} {one.name}   {one.before.called} → {one.now.called}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._desk.mask.over(one.why)
        return None


class WhatIfCard(Card):
    customer_requested = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("sunken", (16, 14, 16, 14), 10, parent)
        self._title = Label("", "heading")
        self.state = Label("", "muted", wrap=True)
        self._counts = QWidget()
        self._grid = QGridLayout(self._counts)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self.names = _Names(desk, self)
        self.list = QListView()
        self.list.setModel(self.names)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.box.addWidget(self._title)
        self.box.addWidget(self._counts)
        self.box.addWidget(self.state)
        self.box.addWidget(self.list, 100)
        self.box.addStretch(1)
        self.list.activated.connect(
            lambda index: self.customer_requested.emit(self.names.moved[index.row()].customer_id)
        )
        self.retranslate()

    def wait(self, words: str) -> None:
        """Say what is being done, or why nothing can be."""
        self.state.setText(words)
        self._show_names(())

    def refuse(self, words: str) -> None:
        """Say why there is nothing to count; what was counted before is of other rules."""
        self._counts.hide()
        self.wait(words)

    def show_what_if(self, found: WhatIf, ranked: Grades) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for row, grade in enumerate(ranked.ranked):
            now, then = found.now.get(grade.key, 0), found.then.get(grade.key, 0)
            tag = Tag()
            tag.set(grade.called, grade_tag(grade))
            holder = QWidget()
            beside = QHBoxLayout(holder)
            beside.setContentsMargins(0, 0, 0, 0)
            beside.addWidget(tag)
            beside.addStretch(1)
            self._grid.addWidget(holder, row, 0)
            figures = f"{formats.count(now)} → {formats.count(then)}"
            change = f"{then - now:+,}" if then != now else "—"
            for column, words in ((1, figures), (2, change)):
                label = Label(words, "" if column == 1 else "muted")
                label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._grid.addWidget(label, row, column)
        count = len(found.moved)
        said = ngettext("{n} customer would move:", "{n} customers would move:", count)
        lines = [said.format(n=formats.count(count)) if count else _("Nobody would move.")]
        if found.stranded:
            stays = ngettext(
                "{n} customer has a grade by hand that is not among these, and keeps it.",
                "{n} customers have a grade by hand that is not among these, and keep it.",
                found.stranded,
            )
            lines.insert(0, stays.format(n=formats.count(found.stranded)))
        self.state.setText("\n".join(lines))
        self._show_names(found.moved)
        self._counts.show()

    def _show_names(self, moved: tuple[Moved, ...]) -> None:
        self.names.show_moved(moved)
        self.list.setVisible(bool(moved))

    def retranslate(self) -> None:
        self._title.setText(_("What would change"))
        self.list.setAccessibleName(_("Who would move"))

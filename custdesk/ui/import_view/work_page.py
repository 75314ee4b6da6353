"""The page where an import is decided: the file and its columns left, the outcome right."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.exchange.headers import Mapping
from custdesk.exchange.table import Table
from custdesk.i18n import _
from custdesk.ui.import_view.columns import SHOWN_ROWS, ColumnGrid
from custdesk.ui.import_view.file_bar import FileBar
from custdesk.ui.import_view.outcome import OutcomePanel
from custdesk.ui.import_view.work import Source
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.text import Label, rule


class WorkPage(QWidget):
    """`bar`, `grid` and `panel` bring the user's choices; `closed` is the cross in the corner."""

    closed = Signal()

    def __init__(self, mask: Mask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rest = 0
        self.bar = FileBar()
        self.grid = ColumnGrid(mask)
        self.panel = OutcomePanel(mask)
        self.panel.closed.connect(self.closed)
        self._title = Label("", "title")
        self._columns = Label("", "section")
        self._hint = Label("", "small")
        self._more = Label("", "small")
        above = QHBoxLayout()
        above.setSpacing(12)
        above.addWidget(self._columns)
        above.addWidget(self._hint)
        above.addStretch(1)
        above.addWidget(self._more)
        frame = Card(margins=(1, 1, 1, 1), spacing=0)
        frame.box.addWidget(self.grid)
        self._left = QWidget()
        self._left.setProperty("bare", True)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(20, 16, 20, 20)
        left.setSpacing(12)
        left.addWidget(self._title)
        left.addWidget(self.bar)
        left.addLayout(above)
        left.addWidget(frame, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left, 1)
        row.addWidget(rule(upright=True))
        row.addWidget(self.panel)

    def show_table(self, source: Source, table: Table, mapping: Mapping) -> None:
        """Show a file that has been read; what would come of it is not known yet."""
        self.bar.show_table(source.path, table, mapping.kind)
        self.grid.show_table(table, mapping)
        self.panel.show_result(None)
        self._rest = max(0, len(table.rows) - SHOWN_ROWS)
        self.retranslate()

    def set_writing(self, writing: bool) -> None:
        """Nothing can be changed while the import is being written."""
        self._left.setEnabled(not writing)
        self.panel.set_writing(writing)

    def retranslate(self) -> None:
        self._title.setText(_("Import"))
        self._columns.setText(_("Columns"))
        self._hint.setText(_("Say above each column what it is."))
        more = _("and {n} more rows").format(n=formats.count(self._rest))
        self._more.setText(more if self._rest else "")
        self.bar.retranslate()
        self.grid.retranslate()
        self.panel.retranslate()

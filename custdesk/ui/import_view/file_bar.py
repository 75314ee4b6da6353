"""Which file is being imported: its name, how it is written, which sheet, and what its rows are."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.exchange.fields import Kind
from custdesk.exchange.table import Table
from custdesk.i18n import N_, _, ngettext
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.fields import Choice
from custdesk.ui.widgets.text import ElidedLabel, IconLabel, Label

_KINDS = {
    Kind.CUSTOMERS: N_("Customers"),
    Kind.PURCHASES: N_("Purchases"),
    Kind.INTERACTIONS: N_("Interactions"),
}
_ENCODINGS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030", "big5": "Big5"}


class FileBar(Card):
    """A card with the file's facts and the choices that concern all of it."""

    sheet_chosen = Signal(str)
    kind_chosen = Signal(object)
    another_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(margins=(14, 10, 12, 10), parent=parent)
        self._path, self._table = Path(), Table([], [], "")
        self.name = ElidedLabel("", "strong")
        self.facts = ElidedLabel("", "small")
        self.sheet = Choice()
        self.sheet.setMinimumWidth(120)
        self.sheet.setMaximumWidth(180)
        self.sheet.activated.connect(lambda _index: self.sheet_chosen.emit(self.sheet.key()))
        self._rows_are = Label("", "muted")
        self._group = QButtonGroup(self)
        self.kinds = {kind: Chip(checkable=True) for kind in Kind}
        self.another = Button()
        self.another.clicked.connect(self.another_asked)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.name)
        words.addWidget(self.facts)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel("note", "accent", 18, ground="accent_soft", ground_size=36))
        row.addSpacing(2)
        row.addLayout(words, 1)
        row.addWidget(self.sheet)
        row.addSpacing(6)
        row.addWidget(self._rows_are)
        for kind, chip in self.kinds.items():
            self._group.addButton(chip)
            chip.clicked.connect(lambda _checked, to=kind: self.kind_chosen.emit(to))
            row.addWidget(chip)
        row.addSpacing(6)
        row.addWidget(self.another)
        self.box.addLayout(row)
        self.retranslate()

    def show_table(self, path: Path, table: Table, kind: Kind) -> None:
        self._path, self._table = path, table
        self.sheet.set_choices([(name, name) for name in table.sheet_names])
        self.sheet.choose(table.sheet)
        self.sheet.setVisible(len(table.sheet_names) > 1)
        self.kinds[kind].setChecked(True)
        self.retranslate()

    def retranslate(self) -> None:
        self.sheet.setAccessibleName(_("Sheet"))
        self._rows_are.setText(_("Rows are"))
        for kind, words in _KINDS.items():
            self.kinds[kind].set_text(_(words))
        self.another.set_text(_("Another file …"))
        self.name.set_text(self._path.name)
        n = len(self._table.rows)
        rows = ngettext("{n} row", "{n} rows", n).format(n=formats.count(n))
        self.facts.set_text(f"{rows} · {_written_as(self._path, self._table)}")


def _written_as(path: Path, table: Table) -> str:
    """ "XLSX", "CSV · GB18030", "vCard · UTF-8"."""
    if not table.delimiter and path.suffix.lower() != ".vcf":
        return table.encoding.upper()
    encoding = _ENCODINGS.get(table.encoding, table.encoding.upper())
    kind = path.suffix.lstrip(".").upper() or _("Text")
    return f"{kind} · {encoding}"

"""Settings: what can be chosen, in cards; everything is saved as it is chosen."""

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from custdesk import business, formats
from custdesk.errors import CustdeskError
from custdesk.i18n import N_, _, ngettext
from custdesk.people import customers, lists
from custdesk.store.store import Change
from custdesk.ui.care_hours_card import CareHoursCard
from custdesk.ui.care_rules_card import CareRulesCard
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card, ScrollPane
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.fields import LineField
from custdesk.ui.widgets.flow_layout import FlowLayout
from custdesk.ui.widgets.speaking import Speaks
from custdesk.ui.widgets.text import ElidedLabel, Label

_WIDTH, _LABEL_WIDTH = 1250, 96
_LANGUAGES = {"": N_("As the system"), "zh": "中文", "en": "English"}
_THEMES = {"system": N_("As the system"), "light": N_("Light"), "dark": N_("Dark")}
_BUILT_ON = (
    "Qt 6 (LGPL-3.0) · SQLite, SQLCipher (zlib, BSD) · SQLModel (MIT) · ReportLab (BSD) · PDFium"
    " (BSD) · Noto Sans SC (OFL-1.1) · HanaMin (Hanazono) · Lucide (ISC)"
)


class SettingsView(Speaks, QWidget):
    """The choices of this PC (language, look) are told by signal; those of the business are kept
    in the customer file by this view itself.

    `language_chosen` brings "", "zh" or "en"; `theme_chosen` "system", "light" or "dark".
    """

    language_chosen = Signal(str)
    theme_chosen = Signal(str)
    products_requested = Signal()
    trash_requested = Signal()
    safety_requested = Signal()
    care_requested = Signal()
    import_requested = Signal()
    export_requested = Signal()
    sample_left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._titles: list[tuple[Label, str]] = []
        self._title = Label("", "title")
        self.languages = self._chips(_LANGUAGES, self.language_chosen)
        self.themes = self._chips(_THEMES, self.theme_chosen)
        self._language, self._look = Label("", "muted"), Label("", "muted")
        self.business_name = LineField("")
        self._business_hint = Label("", "small", wrap=True)
        self.care_rules = CareRulesCard(desk)
        self.care_hours = CareHoursCard(desk)
        self._path, self._size = ElidedLabel(), Label("")
        self._where, self._holds = Label("", "muted"), Label("", "muted")
        self.products = Button(icon="tag")
        self.trash = Button(icon="trash")
        self.import_button = Button(icon="import")
        self.export_button = Button(icon="export")
        self.safety = Button(icon="safety")
        self.leave_sample = Button()
        self._sample = Label("", "small", wrap=True)
        self._version = Label("")
        self._licence = Label("", "small", wrap=True)
        self._built_on = Label(_BUILT_ON, "small", wrap=True)
        self._lay_out()
        self._connect()
        self.retranslate()

    # --- what others call -------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what is chosen now; what is being typed stays."""
        preferences = self._desk.preferences
        for chips, chosen in (
            (self.languages, preferences.language),
            (self.themes, preferences.theme),
        ):
            if chosen in chips:
                chips[chosen].setChecked(True)
        with self._desk.read() as db:
            name = business.name(db)
            is_sample = bool(business.get(db, business.IS_SAMPLE))
            count, in_trash = lists.how_many(db), len(customers.trashed(db))
        if not self.business_name.is_edited():
            self.business_name.set_value(name)
        self.care_rules.refresh()
        self.care_hours.refresh()
        self._path.set_text(str(self._desk.store.path))
        held = ngettext("{n} customer", "{n} customers", count).format(n=formats.count(count))
        self._size.setText(f"{held} · {formats.size(self._size_of_file())}")
        self.trash.set_text(
            _("Trash ({n}) …").format(n=formats.count(in_trash)) if in_trash else _("Trash …")
        )
        self._sample_part.setVisible(is_sample)

    def retranslate(self) -> None:
        self.setAccessibleName(_("Settings"))
        self._title.setText(_("Settings"))
        for label, words in self._titles:
            label.setText(_(words))
        for chips, names in ((self.languages, _LANGUAGES), (self.themes, _THEMES)):
            for key, words in names.items():
                chips[key].set_text(_(words))
        self._language.setText(_("Language"))
        self._look.setText(_("Look"))
        self.business_name.set_label(_("Business name"))
        self.business_name.edit.setPlaceholderText(_("for example: Hejing Tea"))
        self._business_hint.setText(_("Stands at the top of every printed profile."))
        self.care_rules.retranslate()
        self.care_hours.retranslate()
        self._where.setText(_("Location"))
        self._holds.setText(_("Contents"))
        self.import_button.set_text(_("Import …"))
        self.export_button.set_text(_("Export …"))
        self.products.set_text(_("Products …"))
        self.safety.set_text(_("Safety …"))
        self._sample.setText(_("This is a sample with made-up customers; nothing of it is kept."))
        self.leave_sample.set_text(_("Leave the sample"))
        self._version.setText(_("CustDesk {version}").format(version=_our_version()))
        self._licence.setText(_("Free software under the MIT licence. Built on:"))
        self.refresh()

    # --- the page ---------------------------------------------------------------------------------

    def _chips(self, names: dict[str, str], chosen: object) -> dict[str, Chip]:
        group = QButtonGroup(self)
        chips = {key: Chip(checkable=True) for key in names}
        for key, chip in chips.items():
            group.addButton(chip)
            chip.clicked.connect(lambda _checked, to=key: chosen.emit(to))  # type: ignore[attr-defined]
        return chips

    def _card(self, title: str) -> Card:
        card = Card(margins=(20, 16, 20, 18), spacing=12)
        heading = Label("", "heading")
        self._titles.append((heading, title))
        card.box.addWidget(heading)
        return card

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 16, 20, 4)
        head.addWidget(self._title)
        left, right = QVBoxLayout(), QVBoxLayout()
        for side, cards in (
            (
                left,
                (self._look_card(), self._business_card(), self._file_card(), self._about_card()),
            ),
            (right, (self.care_rules, self.care_hours)),
        ):
            side.setSpacing(16)
            for card in cards:
                side.addWidget(card)
            side.addStretch(1)
        content = QWidget()
        content.setMaximumWidth(_WIDTH)
        columns = QHBoxLayout(content)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(16)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        content.setProperty("bare", True)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(20, 10, 20, 24)
        row.addWidget(content, 1)
        row.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(ScrollPane(page), 1)

    def _look_card(self) -> Card:
        card = self._card(N_("Language and look"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(12)
        grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        for row, (label, chips) in enumerate(
            ((self._language, self.languages), (self._look, self.themes))
        ):
            line = QHBoxLayout()
            line.setSpacing(8)
            for chip in chips.values():
                line.addWidget(chip)
            line.addStretch(1)
            grid.addWidget(label, row, 0)
            grid.addLayout(line, row, 1)
        card.box.addLayout(grid)
        return card

    def _business_card(self) -> Card:
        card = self._card(N_("Business"))
        self.business_name.set_label_width(_LABEL_WIDTH)
        card.box.addWidget(self.business_name)
        hint = QHBoxLayout()
        hint.setContentsMargins(_LABEL_WIDTH + 10, 0, 0, 0)
        hint.addWidget(self._business_hint)
        card.box.addLayout(hint)
        return card

    def _file_card(self) -> Card:
        card = self._card(N_("Data file"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(10)
        grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._where, 0, 0)
        grid.addWidget(self._path, 0, 1)
        grid.addWidget(self._holds, 1, 0)
        grid.addWidget(self._size, 1, 1)
        buttons = QWidget()
        flow = FlowLayout(buttons, 8)
        flow.addWidget(self.import_button)
        flow.addWidget(self.export_button)
        for button in (self.products, self.trash, self.safety):
            flow.addWidget(button)
        self._sample_part = Card("amber", (14, 8, 10, 8))
        line = QHBoxLayout()
        line.addWidget(self._sample, 1)
        line.addWidget(self.leave_sample)
        self._sample_part.box.addLayout(line)
        card.box.addLayout(grid)
        card.box.addWidget(buttons)
        card.box.addWidget(self._sample_part)
        return card

    def _about_card(self) -> Card:
        card = self._card(N_("About"))
        card.box.setSpacing(6)
        for label in (self._version, self._licence, self._built_on):
            card.box.addWidget(label)
        return card

    def _connect(self) -> None:
        self.business_name.committed.connect(self._save_name)
        self.products.clicked.connect(self.products_requested)
        self.care_rules.plans_requested.connect(self.care_requested)
        self.trash.clicked.connect(self.trash_requested)
        self.safety.clicked.connect(self.safety_requested)
        self.import_button.clicked.connect(self.import_requested)
        self.export_button.clicked.connect(self.export_requested)
        self.leave_sample.clicked.connect(self.sample_left)
        self._desk.changed.connect(self._hear)

    # --- saving -----------------------------------------------------------------------------------

    def _save_name(self, typed: str) -> None:
        try:
            self._desk.write(
                _("Change the name of the business"),
                lambda db: business.choose(db, business.NAME, typed),
            )
        except CustdeskError as error:
            self.business_name.set_error(str(error))

    # --- events -----------------------------------------------------------------------------------

    def _hear(self, change: Change) -> None:
        if self.isVisible() and change.tables & {"setting", "care_habits", "customer"}:
            self.refresh()

    def _size_of_file(self) -> int:
        path = self._desk.store.path
        beside = path.with_name(f"{path.name}-wal")
        return sum(one.stat().st_size for one in (path, beside) if one.exists())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


def _our_version() -> str:
    try:
        return version("custdesk")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return ""

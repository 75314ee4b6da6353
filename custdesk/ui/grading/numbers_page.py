"""From when on somebody is new, lapsed, or to be warned of: the numbers, to be changed."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import N_, _
from custdesk.insight import numbers
from custdesk.insight.numbers import Numbers
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card, ScrollPane
from custdesk.ui.widgets.fields import LineField
from custdesk.ui.widgets.tabbed_page import TabPage
from custdesk.ui.widgets.text import Label

_STAGES = (
    ("new_days", N_("New: so many days after the first purchase")),
    ("lapsed_times", N_("Lapsed: silent for so many times the own rhythm")),
    ("lapsed_least_days", N_("and for so many days at least")),
)
_WARNINGS = (
    ("slower_times", N_("Slower: silent for so many times the own rhythm")),
    ("least_silent_days", N_("and for so many days at least")),
    ("past_days", N_("No warning after so many days of silence")),
    ("recent_days", N_("Fewer contacts: those of so many days")),
    ("earlier_days", N_("against those of so many days before")),
    ("least_contacts", N_("when there were so many a month")),
    ("contacts_left", N_("and at most this part of them is left")),
    ("contacts_weight", N_("Chance to lose them for it, 0 to 1")),
    ("score_fell", N_("Satisfaction fell: by so many points, of 5")),
    ("score_days", N_("for so many days after they said so")),
    ("score_weight", N_("Chance to lose them for it, 0 to 1")),
    ("unsolved_days", N_("Complaint unsolved: for more than so many days")),
    ("unsolved_weight", N_("Chance to lose them for that, 0 to 1")),
    ("expired_days", N_("Ended and not renewed: for so many days")),
    ("expired_weight", N_("Chance to lose them for that, 0 to 1")),
)
_LABEL_WIDTH, _NUMBER_WIDTH = 330, 90


class NumbersPage(TabPage):
    """A number is saved as it is left; everybody is reckoned anew in the background."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.fields = {name: LineField("") for name, _label in (*_STAGES, *_WARNINGS)}
        self._titles = Label("", "heading"), Label("", "heading")
        self._hint = Label("", "small", wrap=True)
        self.defaults = Button(variant="link")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        for title, rows in zip(self._titles, (_STAGES, _WARNINGS), strict=True):
            card = Card("plain", (18, 14, 18, 14), 8)
            card.box.addWidget(title)
            for name, _label in rows:
                field = self.fields[name]
                field.set_label_width(_LABEL_WIDTH)
                field.set_editor_width(_NUMBER_WIDTH)
                card.box.addWidget(field)
                field.committed.connect(lambda typed, name=name: self._save(name, typed))
            column.addWidget(card)
        foot = QHBoxLayout()
        foot.addWidget(self._hint, 1)
        foot.addWidget(self.defaults)
        column.addLayout(foot)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(ScrollPane(content))
        self.defaults.clicked.connect(lambda: self._choose(Numbers()))
        desk.busy_changed.connect(lambda _busy: self._dress())
        self.setFocusProxy(self.fields["new_days"])
        self.retranslate()

    def refresh(self) -> None:
        """Show what is chosen now; what is being typed stays."""
        with self._desk.read() as db:
            chosen = numbers.of(db)
        for name, field in self.fields.items():
            if not field.is_edited():
                field.set_value(f"{chosen.value(name):.2f}".rstrip("0").rstrip("."))
        self._dress()

    def _dress(self) -> None:
        for field in self.fields.values():
            field.setEnabled(not self._desk.store.read_only)
        self.defaults.setEnabled(not self._desk.store.read_only and not self._desk.is_busy)

    def _save(self, name: str, typed: str) -> None:
        field = self.fields[name]
        with self._desk.read() as db:
            chosen = numbers.of(db)
        try:
            other = chosen.having(name, float(typed.replace("，", ".")))
            numbers.check(other)
            self._choose(other)
        except ValueError:
            field.set_error(_("Type a number."))
        except CustdeskError as error:
            field.set_error(str(error))

    def _choose(self, chosen: Numbers) -> None:
        self._desk.write_apart(
            _("Other numbers for stages and warnings"),
            lambda db: numbers.choose(db, chosen),
            _("Stages and warnings go by these numbers now."),
            with_backup=True,
        )

    def retranslate(self) -> None:
        for title, words in zip(
            self._titles, (_("Lifecycle stages"), _("Churn warnings")), strict=True
        ):
            title.setText(words)
        for name, label in (*_STAGES, *_WARNINGS):
            self.fields[name].set_label(_(label))
        self._hint.setText(
            _("The own rhythm is the median of the days from one purchase to the next.")
        )
        self.defaults.set_text(_("Back to the defaults"))

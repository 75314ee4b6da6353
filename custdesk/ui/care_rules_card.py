"""The card of the settings for how care is kept: calls a day, working days, birthdays."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from custdesk.care import habits, planning
from custdesk.care.birthday import BirthdayRules, InCommonYears, InLeapMonths, InShortMonths
from custdesk.care.habits import MOST_CALLS_A_DAY, Habits
from custdesk.care.working_days import countries
from custdesk.i18n import _, pgettext
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Card
from custdesk.ui.widgets.fields import ChoiceField, Field, LineField
from custdesk.ui.widgets.text import Label, rule

_LABEL_WIDTH, _NUMBER_WIDTH = 150, 60


class CareRulesCard(Card):
    """Everything in it is saved as it is chosen; `plans_requested` opens the care plans."""

    plans_requested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("plain", (20, 16, 20, 18), 12, parent)
        self._desk = desk
        self._title = Label("", "heading")
        self.plans = Button(icon="care")
        self.calls = LineField("")
        self._calls_hint = Label("", "small", wrap=True)
        self.country = ChoiceField("")
        self._lacks = Label("", "muted", wrap=True)
        self.common_year, self.short_month, self.leap_month = (
            ChoiceField(""),
            ChoiceField(""),
            ChoiceField(""),
        )
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.plans)
        hint = QHBoxLayout()
        hint.setContentsMargins(_LABEL_WIDTH + 10, 0, 0, 0)
        hint.addWidget(self._calls_hint)
        self.calls.edit.setMaximumWidth(_NUMBER_WIDTH)
        self.box.addLayout(head)
        self.box.addWidget(self.calls)
        self.box.addLayout(hint)
        self.box.addWidget(self.country)
        self.box.addWidget(rule("hairline"))
        self.box.addWidget(self._lacks)
        for field in self._fields():
            field.set_label_width(_LABEL_WIDTH)
            if field not in (self.calls, self.country):
                self.box.addWidget(field)
        self.plans.clicked.connect(self.plans_requested)
        self.calls.committed.connect(self._save_calls)
        self.country.committed.connect(lambda code: self._save(country=code))
        for field in (self.common_year, self.short_month, self.leap_month):
            field.committed.connect(lambda _key: self._save_birthdays())
        self.retranslate()

    def _fields(self) -> tuple[Field, ...]:
        births = (self.common_year, self.short_month, self.leap_month)
        return (self.calls, self.country, *births)

    def refresh(self) -> None:
        """Show what is chosen now; what is being typed stays."""
        with self._desk.read() as db:
            chosen = habits.of(db)
        if self.isVisible() and not self.country.choice.count():
            # Some 60 ms the first time: only when somebody looks.
            none = [("", _("Monday to Friday, no holidays"))]
            self.country.set_choices([*none, *countries()])
        if not self.calls.is_edited():
            self.calls.set_value(str(chosen.calls_a_day))
        self.country.set_value(chosen.country)
        for field, value in (
            (self.common_year, chosen.birthdays.common_year),
            (self.short_month, chosen.birthdays.short_month),
            (self.leap_month, chosen.birthdays.leap_month),
        ):
            field.set_value(value)
        for each in self._fields():
            each.setEnabled(not self._desk.store.read_only)

    def retranslate(self) -> None:
        self._title.setText(pgettext("page", "Care"))
        self.plans.set_text(_("Care plans …"))
        self.calls.set_label(_("Callbacks a day"))
        self._calls_hint.setText(
            _("More than these move on to the next working days; VIPs keep theirs.")
        )
        self.country.set_label(_("Working days of"))
        self.country.set_choices([])
        self._lacks.setText(_("When a year lacks the day of a birthday"))
        self.common_year.set_label(_("Born on February 29"))
        self.common_year.set_choices(
            [
                (InCommonYears.FEBRUARY_28, _("on February 28")),
                (InCommonYears.MARCH_1, _("on March 1")),
            ]
        )
        self.short_month.set_label(_("Born on lunar day 30"))
        self.short_month.set_choices(
            [
                (InShortMonths.LAST_DAY, _("on the last day of the month")),
                (InShortMonths.NEXT_DAY, _("on the first day after it")),
            ]
        )
        self.leap_month.set_label(_("Born in a leap month"))
        self.leap_month.set_choices(
            [
                (InLeapMonths.LEAP_MONTH, _("in the leap month, if there is one")),
                (InLeapMonths.ORDINARY_MONTH, _("always in the ordinary month")),
            ]
        )
        self.refresh()

    def _save_calls(self, typed: str) -> None:
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= MOST_CALLS_A_DAY):
            self.calls.set_error(
                _("Type a whole number from {low} to {high}.").format(low=1, high=MOST_CALLS_A_DAY)
            )
            return
        self._save(calls_a_day=int(typed))

    def _save_birthdays(self) -> None:
        rules = BirthdayRules(
            InCommonYears(self.common_year.text()),
            InShortMonths(self.short_month.text()),
            InLeapMonths(self.leap_month.text()),
        )
        self._save(birthdays=rules)

    def _save(self, **changed: object) -> None:
        """Every customer's follow-ups may be planned anew: too long for the window's own thread."""
        with self._desk.read() as db:
            chosen: Habits = habits.of(db).model_copy(update=changed)
        today = self._desk.today
        self._desk.write_apart(
            _("Change how care is kept"),
            lambda db: planning.choose(db, chosen, today),
            _("The follow-ups are planned anew."),
            lambda error: self.calls.set_error(str(error)),
        )

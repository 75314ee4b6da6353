"""The birthday of a customer: solar or lunar, the year optional, perhaps in a leap month."""

import re
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from custdesk import formats
from custdesk.care.birthday import CUSTOM, Birthday, BirthdayRules, Calendar
from custdesk.care.calendar import birthday_words, both_dates, next_occurrence, rule_words
from custdesk.errors import CustdeskError
from custdesk.exchange.dates import read_birthday
from custdesk.exchange.values import Unreadable
from custdesk.i18n import _
from custdesk.people.days import check_birthday
from custdesk.ui.widgets.check_box import CheckBox
from custdesk.ui.widgets.fields import Choice, LineField
from custdesk.ui.widgets.text import Label

_PLAIN = re.compile(r"(?:(\d{4})\D+)?(\d{1,2})\D+(\d{1,2})\D*")


class BirthdayField(QWidget):
    """`birthday_committed(Birthday | None)` when what is typed is a day and another than before."""

    birthday_committed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._saved: Birthday | None = None
        self._today, self._rules = date.min, CUSTOM
        self.line = LineField("")
        self._calendar = Choice()
        self._leap = CheckBox()
        self._hint = Label("", "small", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self._calendar)
        row.addWidget(self._leap)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(3)
        box.addLayout(row)
        box.addWidget(self._hint)
        self.setFocusProxy(self.line)
        self.line.committed.connect(lambda _text: self._commit())
        self._calendar.activated.connect(self._offer_leap)  # first: it may clear the leap month
        self._calendar.activated.connect(self._commit)
        self._leap.clicked.connect(self._commit)
        self.retranslate()

    def show_birthday(
        self, birthday: Birthday | None, today: date, rules: BirthdayRules = CUSTOM
    ) -> None:
        self._saved, self._today, self._rules = birthday, today, rules
        self.line.set_value(_typed(birthday))
        self._calendar.choose(birthday.calendar.value if birthday else Calendar.SOLAR.value)
        self._leap.setChecked(bool(birthday and birthday.leap))
        self._offer_leap()
        self._say()

    def set_error(self, sentence: str) -> None:
        self.line.set_error(sentence)

    def retranslate(self) -> None:
        self.line.set_label(_("Birthday"))
        self.line.edit.setPlaceholderText(_("1968-10-13, or without the year 10-13"))
        self._calendar.set_choices(
            [(Calendar.SOLAR.value, _("Solar")), (Calendar.LUNAR.value, _("Lunar"))]
        )
        self._calendar.setAccessibleName(_("Calendar of the birthday"))
        self._leap.setText(_("Leap month"))
        self._say()

    def _offer_leap(self) -> None:
        lunar = self._calendar.key() == Calendar.LUNAR.value
        self._leap.setVisible(lunar)
        if not lunar:
            self._leap.setChecked(False)

    def typed(self) -> Birthday | None:
        """What stands in the field; raises a sentence when it is no birthday."""
        typed = self.line.text()
        return self._read(typed) if typed else None

    def _commit(self) -> None:
        try:
            birthday = self.typed()
        except CustdeskError as error:
            self.line.set_error(str(error))
            return
        self.line.set_error(None)
        if birthday != self._saved:
            self.birthday_committed.emit(birthday)

    def _read(self, typed: str) -> Birthday:
        """What was typed, as plain figures in the chosen calendar or in any style that is known."""
        chosen = Calendar(self._calendar.key() or Calendar.SOLAR.value)
        plain = _PLAIN.fullmatch(typed)
        if plain:
            year = int(plain[1]) if plain[1] else None
            found = Birthday(chosen, year, int(plain[2]), int(plain[3]), self._leap.isChecked())
            check_birthday(found, self._today)
            return found
        read = read_birthday(typed, today=self._today, calendar=chosen)
        if isinstance(read, Unreadable) or read is None:
            raise CustdeskError(_("This is no birthday. Write it like 1968-10-13 or 10-13."))
        check_birthday(read, self._today)
        return read

    def _say(self) -> None:
        """The day in words, when it comes next, and the rule where one is needed."""
        birthday = self._saved
        self._hint.setVisible(birthday is not None)
        if birthday is None:
            return
        coming = next_occurrence(birthday, self._today, rules=self._rules)
        if birthday.is_lunar:  # its lunar day stands before it
            day = formats.calendar_day(coming.date, self._today)
        else:
            day = both_dates(birthday, coming.date, self._today)
        words = _("{birthday}; next on {day}").format(birthday=birthday_words(birthday), day=day)
        rule = rule_words(birthday, coming.year_key, self._rules)
        self._hint.setText(f"{words}. {rule}" if rule else words)


def _typed(birthday: Birthday | None) -> str:
    if birthday is None:
        return ""
    year = f"{birthday.year:04}-" if birthday.year else ""
    return f"{year}{birthday.month:02}-{birthday.day:02}"

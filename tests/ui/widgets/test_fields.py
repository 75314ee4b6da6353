"""Fields save themselves on being left, keep what was typed when it is wrong, and give it back."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from custdesk.ui import actions
from custdesk.ui.widgets.date_field import DateField, read_iso
from custdesk.ui.widgets.fields import ChoiceField, Field, LineField, TextField
from custdesk.ui.widgets.month_calendar import MonthCalendar


class Form(QMainWindow):
    """Two fields in a window, with the actions of the application."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field, self.other = field, LineField("Other")
        self.heard: list[str] = []
        field.committed.connect(self.heard.append)
        body = QWidget()
        column = QVBoxLayout(body)
        column.addWidget(field)
        column.addWidget(self.other)
        self.setCentralWidget(body)
        self.actions_made = actions.build(self)
        self.undone: list[bool] = []
        self.actions_made["undo"].triggered.connect(lambda: self.undone.append(True))
        self.backs: list[bool] = []
        self.actions_made["back"].triggered.connect(lambda: self.backs.append(True))


def shown(qtbot: QtBot, field: Field) -> Form:
    form = Form(field)
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    field.setFocus(Qt.FocusReason.TabFocusReason)
    return form


@pytest.fixture
def phone(qtbot: QtBot) -> LineField:
    field = LineField("Phone")
    field.set_value("138")
    return field


def test_leaving_sends_what_changed_once(qtbot: QtBot, phone: LineField) -> None:
    form = shown(qtbot, phone)
    QTest.keyClicks(phone.edit, "0")
    QTest.keyClick(phone.edit, Qt.Key.Key_Tab)
    phone.setFocus()
    form.other.setFocus()
    assert form.heard == [phone.text()]


def test_leaving_unchanged_sends_nothing(qtbot: QtBot, phone: LineField) -> None:
    form = shown(qtbot, phone)
    form.other.setFocus()
    assert form.heard == []


def test_enter_sends_without_leaving(qtbot: QtBot, phone: LineField) -> None:
    form = shown(qtbot, phone)
    phone.edit.setText("139")
    QTest.keyClick(phone.edit, Qt.Key.Key_Return)
    assert form.heard == ["139"]
    assert phone.edit.hasFocus()


def test_escape_brings_back_what_was_saved(qtbot: QtBot, phone: LineField) -> None:
    form = shown(qtbot, phone)
    phone.edit.setText("9")
    QTest.keyClick(phone.edit, Qt.Key.Key_Escape)
    assert (phone.text(), form.heard, form.backs) == ("138", [], [])


def test_escape_in_an_untouched_field_leads_back(qtbot: QtBot, phone: LineField) -> None:
    form = shown(qtbot, phone)
    QTest.keyClick(phone.edit, Qt.Key.Key_Escape)
    assert form.backs


def test_undo_in_an_untouched_field_is_the_window_s(qtbot: QtBot, phone: LineField) -> None:
    form = shown(qtbot, phone)
    phone.edit.setText("139")
    QTest.keyClick(phone.edit, Qt.Key.Key_Return)
    QTest.keySequence(phone.edit, QKeySequence("Ctrl+Z"))
    assert form.undone


def test_what_is_refused_stays_and_says_why(qtbot: QtBot, phone: LineField) -> None:
    form = shown(qtbot, phone)
    phone.committed.connect(lambda text: phone.set_error("One digit is missing."))
    phone.edit.setText("1381")
    form.other.setFocus()
    assert phone.text() == "1381"
    assert phone.value() == "138"
    assert phone.error.isVisible()
    assert phone.edit.accessibleDescription() == "One digit is missing."


def test_what_was_refused_is_not_sent_again_unchanged(qtbot: QtBot, phone: LineField) -> None:
    form = shown(qtbot, phone)
    phone.committed.connect(lambda text: phone.set_error("No."))
    phone.edit.setText("1381")
    form.other.setFocus()
    phone.setFocus()
    form.other.setFocus()
    assert form.heard == ["1381"]


def test_going_back_to_what_was_saved_clears_the_error(qtbot: QtBot, phone: LineField) -> None:
    form = shown(qtbot, phone)
    phone.set_error("No.")
    phone.edit.setText("138")
    form.other.setFocus()
    assert phone.error.isHidden()


def test_showing_another_customer_sends_nothing(qtbot: QtBot, phone: LineField) -> None:
    form = shown(qtbot, phone)
    phone.set_value("150")
    form.other.setFocus()
    assert (form.heard, phone.text()) == ([], "150")


def test_a_screen_reader_hears_the_label(qtbot: QtBot, phone: LineField) -> None:
    qtbot.addWidget(phone)
    assert phone.edit.accessibleName() == "Phone"


def test_notes_grow_with_what_is_typed(qtbot: QtBot) -> None:
    notes = TextField("Notes", lines=2, most=5)
    form = shown(qtbot, notes)
    before = notes.edit.height()
    for _line in range(3):
        QTest.keyClick(notes.edit, Qt.Key.Key_Return)
    grown = notes.edit.height()
    notes.edit.setPlainText("\n" * 30)
    assert before < grown < notes.edit.height() < 2 * grown
    assert form.heard == []


def test_control_enter_sends_notes(qtbot: QtBot) -> None:
    notes = TextField("Notes")
    form = shown(qtbot, notes)
    QTest.keyClicks(notes.edit, "tea")
    QTest.keyClick(notes.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.heard == ["tea"]


def test_a_choice_is_sent_when_chosen(qtbot: QtBot) -> None:
    grade = ChoiceField("Grade", [("vip", "VIP"), ("regular", "Regular")])
    grade.set_value("regular")
    form = shown(qtbot, grade)
    QTest.keyClick(grade.choice, Qt.Key.Key_Up)
    assert form.heard == ["vip"]


def test_choices_in_another_language_keep_the_chosen(qtbot: QtBot) -> None:
    grade = ChoiceField("Grade", [("vip", "VIP"), ("regular", "Regular")])
    qtbot.addWidget(grade)
    grade.set_value("regular")
    grade.set_choices([("vip", "VIP"), ("regular", "普通")])
    assert grade.choice.currentText() == "普通"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-21", date(2026, 11, 21)),
        ("2026/1/2", date(2026, 1, 2)),
        ("2026.1.2", date(2026, 1, 2)),
        (" 20261121 ", date(2026, 11, 21)),
        ("2026-02-30", None),
        ("soon", None),
        ("", None),
    ],
)
def test_days_are_read_in_the_usual_ways(typed: str, meant: date | None) -> None:
    assert read_iso(typed) == meant


def test_a_day_that_is_none_is_refused_beside_the_field(qtbot: QtBot) -> None:
    born = DateField("Birthday", date(2026, 11, 21))
    form = shown(qtbot, born)
    QTest.keyClicks(born.edit, "2026-02-30")
    form.other.setFocus()
    assert (form.heard, born.edit.text()) == ([], "2026-02-30")
    assert "2026-11-21" in born.error.text()


def test_a_day_is_sent_in_one_form(qtbot: QtBot) -> None:
    born = DateField("Birthday", date(2026, 11, 21))
    form = shown(qtbot, born)
    days: list[date] = []
    born.day_committed.connect(days.append)
    QTest.keyClicks(born.edit, "1968/12/3")
    form.other.setFocus()
    assert (form.heard, days) == (["1968-12-03"], [date(1968, 12, 3)])
    assert born.edit.text() == "1968-12-03"


def test_a_day_can_be_chosen_from_the_month_by_keyboard(qtbot: QtBot) -> None:
    born = DateField("Birthday", date(2026, 11, 21))
    born.set_day(date(2026, 11, 5))
    form = shown(qtbot, born)
    QTest.keyClick(born.edit, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    month = born.findChild(MonthCalendar)
    assert month is not None
    days = month.focusProxy()
    assert days is not None
    QTest.keyClick(days, Qt.Key.Key_Down)
    QTest.keyClick(days, Qt.Key.Key_Return)
    assert form.heard == ["2026-11-12"]


def test_the_label_leads_to_the_editor(qtbot: QtBot, phone: LineField) -> None:
    qtbot.addWidget(phone)
    assert [label.buddy() for label in phone.findChildren(QLabel) if label.buddy()] == [phone.edit]


# --- the mask -------------------------------------------------------------------------------------


def seen(field: LineField | TextField) -> str:
    return field.edit.text() if isinstance(field, LineField) else field.edit.toPlainText()


@pytest.fixture(params=[LineField, TextField])
def written(request: pytest.FixtureRequest, qtbot: QtBot) -> LineField | TextField:
    field: LineField | TextField = request.param("Notes")
    field.set_value("owes 300")
    return field


def test_a_mask_hides_what_is_there_and_gives_it_back(
    qtbot: QtBot, written: LineField | TextField
) -> None:
    form = shown(qtbot, written)
    written.set_masked(True)
    assert (seen(written), written.text(), written.value()) == ("****", "owes 300", "owes 300")
    form.other.setFocus()
    written.set_masked(False)
    assert (seen(written), form.heard) == ("owes 300", [])


def test_a_mask_sends_what_is_being_typed_and_never_stars(
    qtbot: QtBot, written: LineField | TextField
) -> None:
    form = shown(qtbot, written)
    written.write("owes 500")
    written.set_masked(True)
    QTest.keyClicks(written.edit, "7")
    form.other.setFocus()
    assert (seen(written), form.heard) == ("****", ["owes 500"])


def test_what_was_refused_waits_behind_the_mask_with_its_reason(
    qtbot: QtBot, phone: LineField
) -> None:
    form = shown(qtbot, phone)
    phone.committed.connect(lambda _text: phone.set_error("No number."))
    phone.edit.setText("12x")
    phone.set_masked(True)
    assert not phone.error.isVisible()
    QTest.keyClick(phone.edit, Qt.Key.Key_Escape)
    form.other.setFocus()
    phone.set_masked(False)
    assert (phone.edit.text(), phone.error.text(), phone.error.isVisible()) == (
        "12x", "No number.", True,
    )  # fmt: skip
    assert (phone.value(), form.heard) == ("138", ["12x"])


def test_a_mask_hides_another_value_too_and_leaves_an_empty_field_free(
    qtbot: QtBot, written: LineField | TextField
) -> None:
    shown(qtbot, written)
    written.set_masked(True)
    written.set_value("owes 900")
    assert seen(written) == "****"
    written.set_value("")
    QTest.keyClicks(written.edit, "new")
    assert seen(written) == written.text() == "new"

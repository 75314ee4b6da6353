"""The settings: chosen by mouse and keyboard, saved by themselves, undone like everything."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from custdesk import business
from custdesk.care import plans
from custdesk.settings import Preferences
from custdesk.store.models import FollowUpKind, Grade
from custdesk.store.store import Store
from custdesk.ui import background, language
from custdesk.ui.desk import Desk
from custdesk.ui.settings_view import SettingsView
from custdesk.ui.widgets.text import Label
from tests.helpers import Todo, add, ahead, labels, trash

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot, store: Store) -> Iterator[SettingsView]:
    desk = Desk(store, Preferences(language="zh", theme="dark"))
    view = SettingsView(desk)
    qtbot.addWidget(view)
    view.resize(1290, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    yield view
    qtbot.waitUntil(lambda: not background.running())
    desk.leave()


def retype(edit: QLineEdit, text: str) -> None:
    """Put something else into a field, and leave it."""
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Tab)


def interval(store: Store, kind: FollowUpKind, grade: Grade | None = None) -> tuple[int, bool]:
    with store.read() as db:
        plan = next(p for p in plans.all_plans(db) if p.kind is kind and p.grades == (grade or ""))
    return plan.every_days or -(plan.days or 0), plan.enabled


# --- business -------------------------------------------------------------------------------------


def test_the_name_of_the_business_is_saved_on_leaving(
    qtbot: QtBot, view: SettingsView, store: Store
) -> None:
    retype(view.business_name.edit, "Hejing Tea")
    with store.read() as db:
        assert business.name(db) == "Hejing Tea"


def test_undo_brings_back_the_name_that_was(qtbot: QtBot, view: SettingsView, store: Store) -> None:
    retype(view.business_name.edit, "Hejing Tea")
    retype(view.business_name.edit, "Hejing")
    view._desk.undo()
    assert view.business_name.edit.text() == "Hejing Tea"


def test_what_is_being_typed_survives_a_change_elsewhere(
    qtbot: QtBot, view: SettingsView, store: Store
) -> None:
    view.business_name.edit.setFocus()
    QTest.keyClicks(view.business_name.edit, "Hej")
    add(store, "张三")
    assert view.business_name.edit.text() == "Hej"


# --- care -----------------------------------------------------------------------------------------


def test_another_interval_moves_the_callbacks(
    qtbot: QtBot, view: SettingsView, store: Store
) -> None:
    id = add(store, "张三", grade=Grade.VIP)
    with qtbot.waitSignal(view._desk.said):
        retype(view.callbacks[Grade.VIP].edit(), "45")
    assert ahead(store, id) == [Todo("张三", "callback", "2027-01-05", "2027-01-05")]


def test_days_ahead_move_the_birthdays(qtbot: QtBot, view: SettingsView, store: Store) -> None:
    id = add(store, "张三", solar="1968-12-25", grade=Grade.VIP)
    with qtbot.waitSignal(view._desk.said):
        retype(view.birthdays.edit(), "10")
    assert Todo("张三", "birthday", "2026-12-25", "2026-12-15") in ahead(store, id)


def test_a_plan_that_is_switched_off_makes_no_follow_ups(
    qtbot: QtBot, view: SettingsView, store: Store
) -> None:
    id = add(store, "张三", grade=Grade.VIP)
    with qtbot.waitSignal(view._desk.said):
        view.callbacks[Grade.VIP].switch.click()
    assert ahead(store, id) == []
    assert not view.callbacks[Grade.VIP].edit().isEnabled()


def test_undo_switches_it_on_again(qtbot: QtBot, view: SettingsView, store: Store) -> None:
    with qtbot.waitSignal(view._desk.said):
        view.callbacks[Grade.VIP].switch.click()
    view._desk.undo()
    assert view.callbacks[Grade.VIP].switch.isChecked()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "Choose a number of days from 1 to 3660."),
        ("99999", "Choose a number of days from 1 to 3660."),
        ("often", "Type a number of days."),
        ("-3", "Type a number of days."),
        ("", "Type a number of days."),
    ],
)
def test_what_is_no_interval_is_refused_beside_the_field(
    qtbot: QtBot, view: SettingsView, store: Store, typed: str, sentence: str
) -> None:
    field = view.callbacks[Grade.REGULAR]
    field.edit().setFocus()
    field.edit().clear()
    retype(field.edit(), typed)
    qtbot.waitUntil(lambda: field.number.error.text() == sentence)
    assert interval(store, FollowUpKind.CALLBACK, Grade.REGULAR) == (90, True)
    assert field.edit().text() == typed


def test_a_number_that_is_not_changed_is_no_step(
    qtbot: QtBot, view: SettingsView, store: Store
) -> None:
    retype(view.birthdays.edit(), "3")
    assert labels(store) == []


def test_the_rules_of_birthdays_are_told(qtbot: QtBot, view: SettingsView) -> None:
    said = [label.text() for label in view.findChildren(Label)]
    assert "Born on February 29: in common years February 28 is kept." in said


# --- look, file -----------------------------------------------------------------------------------


def test_it_shows_what_this_pc_has_chosen(qtbot: QtBot, view: SettingsView) -> None:
    assert view.languages["zh"].isChecked()
    assert view.themes["dark"].isChecked()


@pytest.mark.parametrize("key", ["", "zh", "en"])
def test_a_language_is_told(qtbot: QtBot, view: SettingsView, key: str) -> None:
    with qtbot.waitSignal(view.language_chosen) as told:
        QTest.mouseClick(view.languages[key], LEFT)
    assert told.args == [key]


@pytest.mark.parametrize("key", ["system", "light", "dark"])
def test_a_look_is_told(qtbot: QtBot, view: SettingsView, key: str) -> None:
    with qtbot.waitSignal(view.theme_chosen) as told:
        QTest.mouseClick(view.themes[key], LEFT)
    assert told.args == [key]


def test_the_customer_file_is_described(qtbot: QtBot, view: SettingsView, store: Store) -> None:
    trash(store, add(store, "张三"))
    add(store, "李四")
    qtbot.waitUntil(lambda: view.trash.text() == "Trash (1) …")
    assert view._path.text_whole() == str(store.path)
    assert view._size.text().startswith("1 customer · ")


@pytest.mark.parametrize("which", ["trash", "import", "export"])
def test_the_ways_on_are_asked_for(qtbot: QtBot, view: SettingsView, which: str) -> None:
    button, signal = {
        "trash": (view.trash, view.trash_requested),
        "import": (view.import_button, view.import_requested),
        "export": (view.export_button, view.export_requested),
    }[which]
    with qtbot.waitSignal(signal):
        QTest.mouseClick(button, LEFT)


@pytest.mark.parametrize("is_sample", [False, True])
def test_only_the_sample_can_be_left(
    qtbot: QtBot, view: SettingsView, store: Store, is_sample: bool
) -> None:
    with store.write("Sample") as db:
        business.choose(db, business.IS_SAMPLE, "1" if is_sample else "")
    view.refresh()
    assert view.leave_sample.isVisible() is is_sample


def test_leaving_the_sample_is_asked_for(qtbot: QtBot, view: SettingsView, store: Store) -> None:
    with store.write("Sample") as db:
        business.choose(db, business.IS_SAMPLE, "1")
    view.refresh()
    with qtbot.waitSignal(view.sample_left):
        QTest.mouseClick(view.leave_sample, LEFT)


def test_it_needs_no_scrolling_on_the_counters_pc(qtbot: QtBot, view: SettingsView) -> None:
    assert view.leave_sample.window() is view
    from PySide6.QtWidgets import QScrollArea

    pane = view.findChild(QScrollArea)
    assert isinstance(pane, QScrollArea)
    assert pane.verticalScrollBar().maximum() == 0


def test_the_language_changes_at_once(qtbot: QtBot, view: SettingsView, qapp: QApplication) -> None:
    language.speak(qapp, "zh")
    qtbot.waitUntil(lambda: view.callbacks[Grade.VIP].edit().accessibleName() == "VIP：每 … 天回访")
    assert view.themes["light"].text() == "浅色"

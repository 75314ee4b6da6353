"""The settings: chosen by mouse and keyboard, saved by themselves, undone like everything."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from custdesk import business
from custdesk.care import habits
from custdesk.care.habits import Habits
from custdesk.settings import Preferences
from custdesk.store.models import VIP
from custdesk.store.store import Store
from custdesk.ui import background, language
from custdesk.ui.desk import Desk
from custdesk.ui.settings_view import SettingsView
from custdesk.ui.widgets.fields import ChoiceField
from tests.helpers import Clock, add, ahead, trash

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


def chosen(store: Store) -> Habits:
    with store.read() as db:
        return habits.of(db)


def choose(field: ChoiceField, key: str) -> None:
    """Take a key of a drop-down list, as a click on it does."""
    field.choice.setCurrentIndex(field.choice.findData(key))
    field.choice.activated.emit(field.choice.currentIndex())


def test_fewer_calls_a_day_move_them_on(qtbot: QtBot, view: SettingsView, store: Store) -> None:
    ids = [add(store, f"客户{n}", grade=VIP) for n in range(3)]
    with qtbot.waitSignal(view._desk.said):
        retype(view.care_rules.calls.edit, "1")
    calls = [todo.due for id in ids for todo in ahead(store, id) if todo.kind == "callback"]
    assert calls == ["2026-12-21", "2026-12-22", "2026-12-23"]
    view._desk.undo()
    assert chosen(store).calls_a_day == 20
    assert {todo.due for todo in ahead(store, ids[2]) if todo.kind == "callback"} == {"2026-12-21"}


@pytest.mark.parametrize("typed", ["0", "1001", "often", "-3", ""])
def test_what_is_no_number_of_calls_is_refused_beside_the_field(
    qtbot: QtBot, view: SettingsView, store: Store, typed: str
) -> None:
    field = view.care_rules.calls
    field.edit.setFocus()
    field.edit.clear()
    retype(field.edit, typed)
    assert field.error.text() == "Type a whole number from 1 to 1000."
    assert chosen(store) == Habits()
    assert field.edit.text() == typed


def test_the_working_days_of_another_country(
    qtbot: QtBot, view: SettingsView, store: Store, clock: Clock
) -> None:
    clock.turn_to("2026-11-25")
    id = add(store, "张三", grade=VIP)
    assert [one.due for one in ahead(store, id) if one.kind == "callback"] == ["2026-12-25"]
    view.care_rules.refresh()
    with qtbot.waitSignal(view._desk.said):
        choose(view.care_rules.country, "DE")
    assert [one.due for one in ahead(store, id) if one.kind == "callback"] == ["2026-12-28"]


def test_another_rule_moves_the_birthday(qtbot: QtBot, view: SettingsView, store: Store) -> None:
    id = add(store, "张三", solar="02-29")
    assert ahead(store, id)[0].day == "2027-02-28"
    with qtbot.waitSignal(view._desk.said):
        choose(view.care_rules.common_year, "march_1")
    assert ahead(store, id)[0].day == "2027-03-01"
    view._desk.undo()
    assert ahead(store, id)[0].day == "2027-02-28"


def test_the_care_plans_are_asked_for(qtbot: QtBot, view: SettingsView) -> None:
    with qtbot.waitSignal(view.care_requested):
        QTest.mouseClick(view.care_rules.plans, LEFT)


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
    qtbot.waitUntil(lambda: view.care_rules.calls.edit.accessibleName() == "每天回访数")
    assert view.themes["light"].text() == "浅色"

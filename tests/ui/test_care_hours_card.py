"""The hours of notices and starting with the system: chosen, saved, undone, refused."""

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from custdesk import autostart, business
from custdesk.care import habits
from custdesk.care.habits import Habits
from custdesk.settings import Preferences
from custdesk.store.store import Store
from custdesk.ui.desk import Desk
from custdesk.ui.settings_view import SettingsView
from custdesk.ui.widgets.text import Label
from custdesk.ui.widgets.time_field import TimeField, read_time


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What starts with the system is a matter of the user's folders."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


@pytest.fixture
def view(qtbot: QtBot, store: Store) -> Iterator[SettingsView]:
    desk = Desk(store, Preferences())
    view = SettingsView(desk)
    qtbot.addWidget(view)
    view.resize(1290, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    yield view
    desk.leave()


def retype(field: TimeField, text: str) -> None:
    field.edit.setFocus()
    field.edit.selectAll()
    QTest.keyClicks(field.edit, text)
    QTest.keyClick(field.edit, Qt.Key.Key_Tab)


def chosen(store: Store) -> Habits:
    with store.read() as db:
        return habits.of(db)


def hints(view: SettingsView) -> str:
    return " ".join(one.text() for one in view.care_hours.findChildren(Label))


def test_the_usual_hours_are_shown(view: SettingsView) -> None:
    card = view.care_hours
    shown = [field.value() for field in (card.tell_at, card.quiet_from, card.quiet_until)]
    assert shown == ["09:00", "21:00", "08:30"]


def test_hours_are_saved_on_leaving_and_undone(view: SettingsView, store: Store) -> None:
    card = view.care_hours
    retype(card.tell_at, "8.45")
    retype(card.quiet_from, "2030")
    retype(card.quiet_until, "7")
    hours = chosen(store)
    assert hours == Habits(tell_at=time(8, 45), quiet_from=time(20, 30), quiet_until=time(7))
    assert card.quiet_until.value() == "07:00"
    for _step in range(3):
        store.undo()
    assert chosen(store) == Habits()
    assert card.tell_at.value() == "09:00"


def test_what_else_the_business_chose_for_its_care_stays(view: SettingsView, store: Store) -> None:
    with store.write("Calls") as db:
        habits.choose(db, Habits(calls_a_day=7))
    retype(view.care_hours.tell_at, "10")
    assert chosen(store) == Habits(calls_a_day=7, tell_at=time(10))


@pytest.mark.parametrize("typed", ["soon", "25:00", "9:77", "-"])
def test_what_is_no_time_is_refused_beside_the_field(
    view: SettingsView, store: Store, typed: str
) -> None:
    field = view.care_hours.quiet_from
    retype(field, typed)
    assert field.error.isVisible() and "10:30" in field.error.text()
    assert field.edit.text() == typed
    assert chosen(store) == Habits()
    retype(field, "22:00")
    assert not field.error.isVisible()
    assert chosen(store).quiet_from == time(22)


def test_an_hour_within_the_quiet_hours_says_when_it_is_told(view: SettingsView) -> None:
    assert "within the quiet hours" not in hints(view)
    retype(view.care_hours.tell_at, "7:00")
    assert "it is told when they end, at 08:30" in hints(view)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9:30", time(9, 30)), ("930", time(9, 30)), ("0930", time(9, 30)), ("9：30", time(9, 30)),
        ("9点", time(9)), ("21点15分", time(21, 15)), ("14", time(14)), ("0", time(0)),
        ("24", None), ("", None), ("9:5", None), ("noon", None),
    ],
)  # fmt: skip
def test_times_are_read_as_people_write_them(typed: str, read: time | None) -> None:
    assert read_time(typed) == read


def test_starting_with_the_system_is_switched_at_once(view: SettingsView) -> None:
    box = view.care_hours.with_system
    assert not box.isChecked()
    box.click()
    assert autostart.is_on()
    box.click()
    assert not autostart.is_on() and not box.isChecked()


def test_where_the_system_does_not_permit_it_the_card_says_so(
    view: SettingsView, home: Path
) -> None:
    (home / "config").touch()
    box = view.care_hours.with_system
    box.click()
    assert not box.isChecked()
    assert view.care_hours.system_error.isVisible()


def test_a_sample_does_not_start_with_the_system(view: SettingsView, store: Store) -> None:
    with store.write("Sample") as db:
        business.choose(db, business.IS_SAMPLE, "1")
    assert not view.care_hours.with_system.isVisible()

"""The window as a whole: the story of a shop owner's day, by keyboard and by mouse."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import getCppPointer

from custdesk import i18n
from custdesk.care import habits
from custdesk.care.birthday import BirthdayRules, InCommonYears
from custdesk.care.habits import Habits
from custdesk.opening import open_store
from custdesk.people import customers
from custdesk.settings import Preferences
from custdesk.store.models import VIP, ContactKind
from custdesk.store.store import Change, Store
from custdesk.ui.main_window import MAKE_EVERY_MS, WANTED_SOON, MainWindow
from custdesk.ui.widgets.highlight import Show
from tests import helpers
from tests.helpers import Clock
from tests.ui.conftest import OpenWindow
from tests.ui.settling import settle

TEA_SHOP = helpers.TEA_SHOP


def store_of(window: MainWindow) -> Store:
    return window.desk.store


def press(qtbot: QtBot, window: MainWindow, keys: str) -> None:
    """A shortcut, or a plain key, where the keyboard is."""
    if QApplication.focusWidget() is None:
        window.activateWindow()
        window.setFocus()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    target = QApplication.focusWidget() or window
    from PySide6.QtGui import QKeySequence

    QTest.keySequence(target, QKeySequence(keys))


def write(qtbot: QtBot, text: str) -> None:
    target = QApplication.focusWidget()
    assert isinstance(target, QWidget)
    for char in text:  # QTest types Latin letters only
        if char.isascii():
            QTest.keyClicks(target, char)
        else:
            assert isinstance(target, QLineEdit)
            target.insert(char)
            target.textEdited.emit(target.text())


def button(parent: QWidget, text: str) -> QPushButton:
    """The button that a person would see with these words."""
    found = [
        one
        for one in parent.findChildren(QPushButton)
        if one.isVisible() and text in (one.text(), one.accessibleName())
    ]
    assert found, f"no button “{text}”"
    return found[0]


def has_button(parent: QWidget, text: str) -> bool:
    return any(one.isVisible() and one.text() == text for one in parent.findChildren(QPushButton))


def editor(qtbot: QtBot, window: MainWindow, text: str = "", name: str = "") -> QLineEdit:
    """The visible line with this text, or with this name."""
    found: list[QLineEdit] = []

    def looks() -> bool:
        found[:] = [
            edit
            for edit in window.file.findChildren(QLineEdit)
            if edit.isVisible() and (edit.accessibleName() == name if name else edit.text() == text)
        ]
        return bool(found)

    qtbot.waitUntil(looks)
    return found[0]


def wait_for_background(qtbot: QtBot) -> None:
    settle(qtbot, timeout=30_000)


def test_views_are_made_while_nobody_waits(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()

    def made() -> set[str]:
        return set(WANTED_SOON) & vars(window).keys()

    assert made() == set()
    window.watch()
    for _ in range(8):  # somebody is there
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Shift)
        QTest.qWait(MAKE_EVERY_MS)
    assert made() == set()
    qtbot.waitUntil(lambda: made() == set(WANTED_SOON), timeout=30_000)
    qtbot.waitUntil(lambda: not window._ahead.isActive())


def test_the_first_start_offers_three_ways(open_main_window: OpenWindow) -> None:
    window = open_main_window()
    assert window.welcome.isVisible()


def test_the_first_customer_by_keyboard(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    press(qtbot, window, "Ctrl+N")
    write(qtbot, "张丽华")
    press(qtbot, window, "Tab")
    write(qtbot, "13812345678")
    press(qtbot, window, "Return")
    assert helpers.names(store_of(window)) == ["张丽华"]
    assert window.file.customer_id() is not None
    press(qtbot, window, "Ctrl+Z")
    assert helpers.names(store_of(window)) == []


def test_typing_initials_finds_and_enter_opens(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    wanted = helpers.add(store_of(window), "张丽华", phone="13812345678")
    helpers.add(store_of(window), "王建国", phone="13900001111")
    press(qtbot, window, "Ctrl+F")
    write(qtbot, "zlh")
    qtbot.waitUntil(lambda: window.customers.listed() == 1)
    press(qtbot, window, "Return")
    assert window.file.customer_id() == wanted


def test_a_corrected_phone_is_saved_on_leaving_and_undone(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华", phone="13812345678")
    window.open_customer(id)
    window.file.open_page("details")
    field = editor(qtbot, window, "138 1234 5678")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "13812345679")
    press(qtbot, window, "Tab")
    assert helpers.contacts(store_of(window), id) == ["+8613812345679"]
    press(qtbot, window, "Ctrl+Z")
    assert helpers.contacts(store_of(window), id) == ["+8613812345678"]


def test_a_wrong_phone_says_why_and_keeps_what_was_typed(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华", phone="13812345678")
    window.open_customer(id)
    window.file.open_page("details")
    field = editor(qtbot, window, "138 1234 5678")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "1381234")
    press(qtbot, window, "Tab")
    assert helpers.contacts(store_of(window), id) == ["+8613812345678"]
    assert field.text() == "1381234"
    assert "7" in field.accessibleDescription()


def test_closing_saves_what_is_being_typed(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华")
    window.open_customer(id)
    window.file.open_page("details")
    city = editor(qtbot, window, name="City")
    city.setFocus()
    QTest.keyClicks(city, "Hangzhou")
    window = open_main_window()
    assert helpers.customer(store_of(window), id).city == "Hangzhou"


def test_logging_a_call_by_keyboard_restarts_the_clock(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    clock = Clock(datetime(2026, 10, 1, 9))
    window = open_main_window(clock)
    id = helpers.add(store_of(window), "张丽华", grade=VIP)
    clock.turn_to("2026-11-21")
    window.desk.turn_day()
    window.open_customer(id)
    press(qtbot, window, "Ctrl+L")
    write(qtbot, "called")
    press(qtbot, window, "Return")
    assert helpers.row(store_of(window), id).next_due == datetime(2026, 12, 21).date()


def test_a_sale_in_three_fields(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华")
    window.open_customer(id)
    press(qtbot, window, "Ctrl+B")
    write(qtbot, "Longjing")
    press(qtbot, window, "Tab")
    press(qtbot, window, "Tab")
    write(qtbot, "1280")
    press(qtbot, window, "Return")
    assert helpers.row(store_of(window), id).spend_12m_cents == 128_000


def test_done_on_the_overview_ends_the_follow_up(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华", lunar="1968-10-13")
    window.open_customer(id)
    QTest.mouseClick(button(window.file, "Done"), Qt.MouseButton.LeftButton)
    write(qtbot, "sent a card")
    press(qtbot, window, "Return")
    assert [todo.kind for todo in helpers.due_on(store_of(window))] == []


def test_delete_moves_to_the_trash_and_undo_brings_back(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华")
    window.open_customer(id)
    window.customers.focus_list()
    press(qtbot, window, "Del")
    assert helpers.names(store_of(window)) == []
    press(qtbot, window, "Ctrl+Z")
    assert helpers.names(store_of(window)) == ["张丽华"]


def test_delete_in_a_field_deletes_a_character_only(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    helpers.add(store_of(window), "张丽华")
    press(qtbot, window, "Ctrl+F")
    write(qtbot, "zlh")
    press(qtbot, window, "Home")
    press(qtbot, window, "Del")
    assert helpers.names(store_of(window)) == ["张丽华"]


def test_import_from_the_window_and_take_it_back(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    window.open_import(TEA_SHOP / "customers_gb18030.csv")
    wait_for_background(qtbot)
    start = window.import_view.panel.button
    qtbot.waitUntil(start.isEnabled, timeout=10_000)
    QTest.mouseClick(start, Qt.MouseButton.LeftButton)
    wait_for_background(qtbot)
    qtbot.waitUntil(lambda: len(helpers.names(store_of(window))) == 798, timeout=30_000)
    qtbot.waitUntil(lambda: not window.desk.is_busy)
    window.show_customers()
    assert window.customers.listed() == 798
    press(qtbot, window, "Ctrl+Z")
    qtbot.waitUntil(lambda: helpers.names(store_of(window)) == [], timeout=10_000)


def test_both_languages_at_once(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    window.show_customers()
    window.settings.language_chosen.emit("zh")
    assert i18n.language() == "zh"
    qtbot.waitUntil(lambda: has_button(window, "新客户"))
    window.settings.language_chosen.emit("en")
    qtbot.waitUntil(lambda: has_button(window, "New customer"))


def test_place_and_columns_are_remembered(
    open_main_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    preferences = Preferences(tmp_path / "preferences.toml")
    window = open_main_window(preferences=preferences)
    window.show_customers()
    window.resize(1200, 700)
    window.customers._toggle_column("company")
    window = open_main_window(preferences=preferences)
    assert (window.width(), window.height()) == (1200, 700) or window.isMaximized()
    assert "company" in preferences.columns


def test_a_day_turns_while_the_window_is_open(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    clock = Clock(datetime(2026, 11, 21, 9))
    window = open_main_window(clock)
    helpers.add(store_of(window), "张丽华", solar="11-28")
    assert helpers.due_on(store_of(window)) == []
    clock.turn_to("2026-11-25")
    window.desk.turn_day()
    assert [todo.customer for todo in helpers.due_on(store_of(window))] == ["张丽华"]


@pytest.mark.parametrize("typed", ["zlh", "zhanglihua", "5678", "丽华"])
def test_what_is_found_is_listed(open_main_window: OpenWindow, qtbot: QtBot, typed: str) -> None:
    window = open_main_window()
    helpers.add(store_of(window), "张丽华", phone="13812345678")
    helpers.add(store_of(window), "王五")
    window.show_customers()
    window.customers._search.set_text(typed)
    assert window.customers.listed() == 1


# --- nothing typed is lost ------------------------------------------------------------------------


def two(window: MainWindow) -> tuple[int, int]:
    return helpers.add(store_of(window), "张丽华"), helpers.add(store_of(window), "王建国")


def test_a_contact_begun_for_one_customer_is_still_there(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    first, second = two(window)
    window.open_customer(first)
    press(qtbot, window, "Ctrl+L")
    write(qtbot, "half a sentence")
    window.open_customer(second)
    assert not window.file._outcome.isVisible()
    window.open_customer(first)
    assert window.file._outcome._words.text() == "half a sentence"


def test_a_sale_begun_for_one_customer_is_still_there(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    first, second = two(window)
    window.open_customer(first)
    press(qtbot, window, "Ctrl+B")
    write(qtbot, "Longjing")
    window.open_customer(second)
    window.open_customer(first)
    assert window.file._sale._lines[0].product.text() == "Longjing"


def test_a_new_customer_begun_is_still_there(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    first, _second = two(window)
    press(qtbot, window, "Ctrl+N")
    write(qtbot, "Smi")
    window.open_customer(first)
    press(qtbot, window, "Ctrl+N")
    assert window.file._new._name.text() == "Smi"


def test_what_was_refused_is_said_when_another_customer_comes(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    first, second = two(window)
    window.open_customer(first)
    window.file.open_page("details")
    number = editor(qtbot, window, name="Number")
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, "0002")
    with qtbot.waitSignal(window.desk.warned) as warned:
        window.open_customer(second)
    assert "0002" in str(warned.args)


def test_a_refused_phone_stays_when_another_contact_is_saved(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华", phone="13812345678")
    window.open_customer(id)
    window.file.open_page("details")
    phone = editor(qtbot, window, "138 1234 5678")
    phone.setFocus()
    phone.selectAll()
    QTest.keyClicks(phone, "12345")
    press(qtbot, window, "Tab")
    with store_of(window).write("E-mail") as db:
        customers.add_contact(db, id, ContactKind.EMAIL, "a@example.com")
    assert phone.isVisible()
    assert phone.text() == "12345"


def test_undo_of_a_new_customer_leaves_nothing_to_trip_over(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华")
    window.open_customer(id)
    window.file.open_page("details")
    window.desk.undo()
    window.settings.language_chosen.emit("zh")
    qtbot.waitUntil(lambda: has_button(window, "新客户"))
    assert window.file.customer_id() is None


def test_delete_on_a_button_of_the_file_trashes_nobody(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华")
    window.open_customer(id)
    button(window.file, "Log contact").setFocus()
    press(qtbot, window, "Del")
    assert helpers.names(store_of(window)) == ["张丽华"]


def test_delete_in_the_list_of_contacts_removes_the_contact(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华")
    helpers.spoke(store_of(window), id, "2026-11-01")
    window.open_customer(id)
    window.file.open_page("interactions")
    table = window.file._pages["interactions"].findChild(QTableView)
    assert table is not None
    table.selectRow(0)
    table.setFocus()
    press(qtbot, window, "Del")
    assert helpers.names(store_of(window)) == ["张丽华"]
    assert helpers.row(store_of(window), id).last_contact is None


def test_a_lunar_leap_birthday_becomes_solar(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华", lunar="2020-04-08L")
    window.open_customer(id)
    window.file.open_page("details")
    field = window.file._details._birthday
    qtbot.waitUntil(field.isVisible)
    field._calendar.choose("solar")
    field._calendar.activated.emit(0)
    customer = helpers.customer(store_of(window), id)
    assert (customer.birth_calendar, customer.birth_leap) == ("solar", False)


def test_a_birthday_to_come_is_refused_beside_the_field(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    window.open_customer(helpers.add(store_of(window), "张丽华", solar="1968-11-21"))
    window.file.open_page("details")
    line = window.file._details._birthday.line
    qtbot.waitUntil(line.isVisible)
    for typed in ("2027-01-01", "9999-01-01", "0001-01-01", "2099年1月1日"):
        line.edit.setText(typed)
        line.commit()
        assert line.error.text() == "A birthday lies between 1875 and today. Correct the year."
        assert line.edit.text() == typed
    assert helpers.customer(store_of(window), 1).birth_year == 1968


def test_the_file_says_the_next_birthday_by_the_rules_chosen(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    store = store_of(window)
    window.open_customer(helpers.add(store, "张丽华", solar="1988-02-29"))
    window.file.open_page("details")
    hint = window.file._details._birthday._hint
    qtbot.waitUntil(hint.isVisible)
    assert hint.text() == (
        "Feb 29, 1988; next on Feb 28, 2027 (1st lunar month, day 23)."
        " 2027 has no Feb 29; Feb 28 is kept instead"
    )
    with store.write("Choose") as db:
        rules = BirthdayRules(common_year=InCommonYears.MARCH_1)
        habits.choose(db, Habits(birthdays=rules))
    qtbot.waitUntil(lambda: "Mar 1 is kept instead" in hint.text())
    assert "next on Mar 1, 2027 (1st lunar month, day 24)" in hint.text()


def test_the_private_pages_are_not_printed_for_the_client(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华")
    window._preview([id])
    wait_for_background(qtbot)
    window.preview.client_safe.click()
    assert not window.preview.print_button.isEnabled()
    wait_for_background(qtbot)
    qtbot.waitUntil(window.preview.print_button.isEnabled)


def test_closing_asks_once_when_something_was_begun(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华")
    window.open_customer(id)
    press(qtbot, window, "Ctrl+L")
    write(qtbot, "half")
    window.close()
    assert window.isVisible()
    window.close()
    assert not window.isVisible()


def test_consent_by_one_click(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    store = store_of(window)
    id = helpers.add(store, "张丽华")
    window.open_customer(id)
    window.file.open_page("details")
    QTest.mouseClick(button(window.file, "They agreed today"), Qt.MouseButton.LeftButton)
    assert helpers.customer(store, id).consented_on == store.today
    assert not has_button(window.file, "They agreed today")
    press(qtbot, window, "Ctrl+Z")
    assert helpers.customer(store, id).consented_on is None
    assert has_button(window.file, "They agreed today")


def test_a_consent_of_tomorrow_is_refused(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华")
    window.open_customer(id)
    window.file.open_page("details")
    field = window.file._details._consent
    field.edit.setFocus()
    write(qtbot, "2026-11-22")
    press(qtbot, window, "Return")
    assert "consented after today" in field.error.text()
    assert helpers.customer(store_of(window), id).consented_on is None


def test_whom_nobody_may_contact_is_seen_in_the_list_and_the_file(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华", phone="13812345678", do_not_contact=True)
    window.open_customer(id)
    model = window.customers._model
    keys = [column.key for column in model.columns]
    cells = {key: model.index(0, at) for at, key in enumerate(keys)}
    assert cells["next"].data() == "Do not contact"
    assert cells["next"].data(Show.TAG) == "red"
    assert cells["name"].data(Show.INK) == cells["phone"].data(Show.INK) == "red"
    assert window.file._silent.isVisible()


def test_everything_held_on_one_person_is_exported(
    open_main_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_main_window()
    id = helpers.add(store_of(window), "张丽华", phone="13812345678")
    window.open_customer(id)
    export = window.file._person_export
    for name, begins in (("all.json", b"{"), ("all", b"%PDF")):
        with qtbot.waitSignal(window.desk.said, timeout=20_000):
            export.write(id, tmp_path / name)
        written = tmp_path / (name if "." in name else name + ".pdf")
        assert written.read_bytes().startswith(begins)
    window.file._fill_menu()
    said = [action.text() for action in window.file._more_menu.actions()]
    assert "Export all that is held …" in said


def test_what_a_command_changed_is_shown_when_the_window_is_used_again(
    open_main_window: OpenWindow, clock: Clock, qtbot: QtBot
) -> None:
    window = open_main_window(clock)
    helpers.add(window.desk.store, "张三")
    heard: list[Change] = []
    window.desk.changed.connect(heard.append)
    window._woke(Qt.ApplicationState.ApplicationActive)
    assert heard == []
    with closing(open_store(window.desk.store.path, clock)) as command:
        id = helpers.add(command, "李四")
        window._woke(Qt.ApplicationState.ApplicationActive)
        assert [change.of_all for change in heard] == [True]
        assert window.customers.listed() == 2
        window.open_customer(id)
        assert window.file.customer_id() == id
        command.undo()
    window._woke(Qt.ApplicationState.ApplicationActive)
    wait_for_background(qtbot)
    assert len(heard) == 2
    assert window.customers.listed() == 1
    assert window.file.customer_id() != id


def test_tab_reaches_everything_in_every_view(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    """Qt splits the ring where a menu belongs to a view that hands its focus on: see `belong`."""
    window = open_main_window()
    id = helpers.add(window.desk.store, "张三", added_on=datetime(2025, 1, 1).date())
    helpers.bought(window.desk.store, id, "2026-06-10", 100_00)
    for name in WANTED_SOON:
        view = getattr(window, name)
        window._show(view)
        wait_for_background(qtbot)
    reached: set[int] = set()
    at = window.nextInFocusChain()
    while at is not None and at is not window:
        reached.add(getCppPointer(at)[0])
        at = at.nextInFocusChain()
    missed = [
        f"{type(one).__name__} {one.accessibleName()}"
        for one in window.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.window() is window
        and getCppPointer(one)[0] not in reached
    ]
    assert missed == []

"""Safety in the real window: backups, the way back, the passphrase, the lock, the damaged file."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from custdesk.app import open_window
from custdesk.care import follow_ups
from custdesk.opening import open_store
from custdesk.people import customers
from custdesk.settings import Preferences
from custdesk.store import backup, lock
from custdesk.store.backup import Reason
from custdesk.store.connecting import is_locked
from custdesk.ui.main_window import MainWindow
from custdesk.ui.notices.notifier import Notifier
from tests.helpers import Clock, add, customer, edit, names

Opened = Callable[..., MainWindow]


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 21, 9))


@pytest.fixture
def path(tmp_path: Path, clock: Clock) -> Path:
    path = tmp_path / "customers.custdesk"
    store = open_store(path, clock)
    add(store, "张丽华", phone="13812345678", notes="怕吵")
    store.close()
    return path


@pytest.fixture
def open_it(qtbot: QtBot, path: Path, clock: Clock) -> Iterator[Opened]:
    stack = ExitStack()

    def open_it(
        where: Path = path, key: str | None = None, only_look: str = "",
        preferences: Preferences | None = None,
    ) -> MainWindow:  # fmt: skip
        stack.close()
        window = stack.enter_context(
            open_window(where, preferences or Preferences(), clock, key, only_look)
        )
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield open_it
    stack.close()


def shut(window: MainWindow) -> bool:
    return window.is_locked


def texts(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


# --- backups ----------------------------------------------------------------------------------


def test_the_day_s_backup_happens_by_itself(
    qtbot: QtBot, open_it: Opened, path: Path, clock: Clock
) -> None:
    window = open_it()
    with qtbot.waitSignal(window.caretaker.backups_changed):
        window.caretaker._begin()
    (made,) = backup.all_of(path)
    assert (made.reason, made.customers) == (Reason.DAILY, 1)
    assert "09:00" in window.customers._backup.text()
    window.caretaker._look()
    assert len(backup.all_of(path)) == 1
    clock.move(days=1)
    window.desk.turn_day()
    with qtbot.waitSignal(window.caretaker.backups_changed):
        window.caretaker._look()
    assert len(backup.all_of(path)) == 2


def test_a_sample_is_not_backed_up(qtbot: QtBot, open_it: Opened, tmp_path: Path) -> None:
    from custdesk.sample import fill

    store = open_store(tmp_path / "sample.custdesk", Clock(datetime(2026, 11, 21, 9)))
    fill(store, 5, 1)
    store.close()
    window = open_it(tmp_path / "sample.custdesk")
    assert not window.caretaker.is_backed_up()


def test_backing_up_by_hand(qtbot: QtBot, open_it: Opened, path: Path) -> None:
    window = open_it()
    window.actions_by_name["safety"].trigger()
    with qtbot.waitSignal(window.caretaker.backups_changed):
        QTest.mouseClick(window.safety.backups.now, Qt.MouseButton.LeftButton)
    assert [one.reason for one in backup.all_of(path)] == [Reason.ASKED]
    assert window.safety.backups.table.model().rowCount() == 1


def test_the_second_place(qtbot: QtBot, open_it: Opened, tmp_path: Path, clock: Clock) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    window = open_it()
    card = window.safety.backups
    with qtbot.waitSignal(window.caretaker.backups_changed):
        card._use_second(str(stick))
    (there,) = stick.iterdir()
    assert backup.look_at(there, None) == 1
    assert window.caretaker.reminder() == ""
    shutil.rmtree(stick)
    clock.move(days=13)
    assert window.caretaker.reminder() == ""
    clock.move(days=1)
    assert "14" in window.caretaker.reminder()
    card.refresh()
    assert card._second_state.text()
    card._use_second("")
    assert window.caretaker.reminder() == ""


def test_a_bulk_change_is_backed_up_before(
    qtbot: QtBot, open_it: Opened, path: Path, clock: Clock
) -> None:
    window = open_it()
    store = window.desk.store
    ids = [add(store, f"客户{n}") for n in range(backup.LARGE_CHANGE + 1)]
    with qtbot.waitSignal(window.desk.changed):
        window.desk.attempt_on(
            len(ids), "Trash", lambda db: customers.trash(db, ids, store.clock())
        )
    qtbot.waitUntil(lambda: not window.desk.is_busy)
    (made,) = backup.all_of(path)
    assert (made.reason, made.customers) == (Reason.BULK, len(ids) + 1)


def test_looking_inside_a_backup_changes_nothing(qtbot: QtBot, open_it: Opened, path: Path) -> None:
    window = open_it()
    window.desk.store.back_up(Reason.ASKED)
    edit(window.desk.store, 1, name="张丽")
    (made,) = backup.all_of(path)
    before = made.path.read_bytes()
    window = open_it(made.path, None, "This is a backup.")
    window.look_at_backup(made.path)
    assert "This is a backup." in texts(window)
    assert names(window.desk.store) == ["张丽华"]
    with qtbot.waitSignal(window.desk.warned):
        window.desk.undo()
    with qtbot.waitSignal(window.restore_requested) as asked:
        QTest.mouseClick(window._look_bar.first, Qt.MouseButton.LeftButton)
    assert asked.args == [made.path]
    with qtbot.waitSignal(window.back_requested):
        QTest.mouseClick(window._look_bar.second, Qt.MouseButton.LeftButton)
    assert made.path.read_bytes() == before


def test_restoring_asks_on_the_page(qtbot: QtBot, open_it: Opened, path: Path) -> None:
    window = open_it()
    window.desk.store.back_up(Reason.ASKED)
    window.actions_by_name["safety"].trigger()
    card = window.safety.backups
    QTest.mouseClick(card.restore, Qt.MouseButton.LeftButton)
    assert card.confirm.isVisible()
    assert "1" in card._question.text()
    with qtbot.waitSignal(window.restore_requested) as asked:
        QTest.mouseClick(card.yes, Qt.MouseButton.LeftButton)
    assert asked.args == [backup.all_of(path)[0].path]


# --- the passphrase ---------------------------------------------------------------------------


def set_passphrase(qtbot: QtBot, window: MainWindow, passphrase: str, old: str = "") -> None:
    window.actions_by_name["safety"].trigger()
    card = window.safety.passphrase
    QTest.mouseClick(card.set_button, Qt.MouseButton.LeftButton)
    card.old.edit.setText(old)
    card.new.edit.setText(passphrase)
    card.again.edit.setText(passphrase)
    QTest.keyClick(card.again.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: card._job is None and not window.desk.is_busy, timeout=20_000)


def test_a_passphrase_is_set_changed_and_removed(qtbot: QtBot, open_it: Opened, path: Path) -> None:
    window = open_it()
    window.desk.store.back_up(Reason.ASKED)
    card = window.safety.passphrase
    set_passphrase(qtbot, window, "爱喝龙井的人")
    assert card.sheet.isVisible()
    assert window.desk.store.key is not None
    edit(window.desk.store, 1, notes="怕吵，爱喝龙井")
    set_passphrase(qtbot, window, "another one", old="wrong")
    assert card.error.isVisible()
    set_passphrase(qtbot, window, "another one", old="爱喝龙井的人")
    assert not card.error.isVisible()
    key = window.desk.store.key
    assert key is not None and lock.matches(key, "another one")
    assert backup.look_at(backup.all_of(path)[0].path, key) == 1
    QTest.mouseClick(card.remove_button, Qt.MouseButton.LeftButton)
    card.old.edit.setText("another one")
    QTest.keyClick(card.old.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.desk.store.key is None and not window.desk.is_busy)
    assert customer(window.desk.store, 1).notes == "怕吵，爱喝龙井"
    window.close()


def test_two_that_differ_and_one_too_short_are_said_beside(qtbot: QtBot, open_it: Opened) -> None:
    window = open_it()
    window.actions_by_name["safety"].trigger()
    card = window.safety.passphrase
    QTest.mouseClick(card.set_button, Qt.MouseButton.LeftButton)
    for new, again in (("12345", "12345"), ("123456", "12345x")):
        card.new.edit.setText(new)
        card.again.edit.setText(again)
        QTest.keyClick(card.again.edit, Qt.Key.Key_Return)
        assert card.error.isVisible() and card.error.text()
        assert card.new.text() == new
    assert window.desk.store.key is None


# --- the lock ---------------------------------------------------------------------------------


@pytest.fixture
def locked(qtbot: QtBot, open_it: Opened, path: Path, clock: Clock) -> MainWindow:
    """A window on a file with the passphrase "secret"."""
    store = open_store(path, clock)
    store.replace(store.rewrite("secret", lambda _done, _total, _words: None))
    key = store.key
    store.close()
    assert is_locked(path)
    return open_it(path, key)


def test_locked_nothing_is_to_be_seen_or_done(qtbot: QtBot, locked: MainWindow) -> None:
    assert "张丽华" in texts(locked)
    locked.actions_by_name["lock"].trigger()
    assert "张丽华" not in texts(locked)
    assert "张丽华" not in locked.windowTitle()
    enabled = [name for name, action in locked.actions_by_name.items() if action.isEnabled()]
    assert enabled == ["quit"]
    for key in (Qt.Key.Key_F, Qt.Key.Key_Z, Qt.Key.Key_1, Qt.Key.Key_P):
        QTest.keyClick(locked, key, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(locked, Qt.Key.Key_Escape)
    assert locked._whole.currentIndex() == 1
    assert "张丽华" not in texts(locked)


def test_the_passphrase_brings_everything_back_as_it_was(qtbot: QtBot, locked: MainWindow) -> None:
    locked.customers.choose(1)
    locked.file.log_interaction()
    locked.file._outcome._words.setText("half a sentence")
    locked.lock()
    page = locked._lock_page
    page.field.edit.setText("guess")
    QTest.keyClick(page.field.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.error.isVisible())
    assert shut(locked)
    page.field.edit.setText("secret")
    with qtbot.waitSignal(page.opened):
        QTest.keyClick(page.field.edit, Qt.Key.Key_Return)
    assert not shut(locked)
    assert locked.file._outcome._words.text() == "half a sentence"
    assert locked.actions_by_name["search"].isEnabled()
    locked._warned_of_unfinished = True


def test_it_locks_by_itself_when_nobody_is_there(
    qtbot: QtBot, locked: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked.watch()
    locked.desk.preferences.lock_after = 5
    locked.caretaker._active -= 4 * 60
    locked.caretaker._look()
    assert not shut(locked)
    locked.caretaker._active -= 60
    locked.caretaker._look()
    assert shut(locked)


def test_somebody_who_types_keeps_it_open(qtbot: QtBot, locked: MainWindow) -> None:
    locked.watch()
    locked.caretaker._active -= 3600
    handle = locked.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_A)
    locked.caretaker._look()
    assert not shut(locked)


def test_after_sleep_it_is_locked(qtbot: QtBot, locked: MainWindow, clock: Clock) -> None:
    locked.desk.preferences.lock_after = 0
    clock.move(minutes=0)
    locked.caretaker._look()
    assert not shut(locked)
    clock.move(minutes=3)
    locked.caretaker._look()
    assert shut(locked)


def test_a_file_without_a_passphrase_cannot_be_locked(qtbot: QtBot, open_it: Opened) -> None:
    window = open_it()
    window.actions_by_name["lock"].trigger()
    assert not shut(window)
    assert window._views.currentWidget() is window.safety
    assert "passphrase" in window._strip.sentence()


def test_no_notice_says_anything_while_it_is_locked(
    qtbot: QtBot, locked: MainWindow, clock: Clock
) -> None:
    with locked.desk.store.write("Plan") as db:
        follow_ups.schedule(db, 1, clock().date(), "约好回电", "09:00")
    notifier = Notifier(locked.desk)
    locked.lock()
    assert notifier.news() == []
    locked._unlock()
    assert "张丽华" in notifier.news()[0].title


# --- health -----------------------------------------------------------------------------------


def test_the_report_holds_nothing_of_anybody(qtbot: QtBot, open_it: Opened) -> None:
    window = open_it()
    window.actions_by_name["safety"].trigger()
    card = window.safety.health
    QTest.mouseClick(card.show_report, Qt.MouseButton.LeftButton)
    shown = card.report.toPlainText()
    assert "customer 1" in shown and "SQLite" in shown
    assert not any(secret in shown for secret in ("张丽华", "13812345678", "怕吵"))
    QTest.mouseClick(card.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == shown


def test_checking_all_of_it(qtbot: QtBot, open_it: Opened) -> None:
    window = open_it()
    window.actions_by_name["safety"].trigger()
    card = window.safety.health
    QTest.mouseClick(card.check, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not card._checking)
    assert "09:00" in card._state.text()
    assert not card.repair.isVisible()
    card.show_faults(["The file is damaged: page 7"])
    with qtbot.waitSignal(window.repair_requested):
        QTest.mouseClick(card.repair, Qt.MouseButton.LeftButton)


def test_damage_is_said_above_every_view(qtbot: QtBot, open_it: Opened) -> None:
    window = open_it()
    window.tell_of_damage(["The file is damaged: page 7"])
    assert window._damage_bar.isVisible()
    with qtbot.waitSignal(window.repair_requested):
        QTest.mouseClick(window._damage_bar.first, Qt.MouseButton.LeftButton)


def test_escape_puts_away_what_was_asked_and_then_the_page(qtbot: QtBot, open_it: Opened) -> None:
    window = open_it()
    window.actions_by_name["safety"].trigger()
    card = window.safety.passphrase
    QTest.mouseClick(card.set_button, Qt.MouseButton.LeftButton)
    window.actions_by_name["back"].trigger()
    assert not card.form.isVisible()
    assert window._views.currentWidget() is window.safety
    window.actions_by_name["back"].trigger()
    assert window._views.currentWidget() is not window.safety


def test_enter_twice_sets_the_passphrase_once(qtbot: QtBot, open_it: Opened) -> None:
    window = open_it()
    window.actions_by_name["safety"].trigger()
    card = window.safety.passphrase
    QTest.mouseClick(card.set_button, Qt.MouseButton.LeftButton)
    for field in (card.new, card.again):
        field.edit.setText("secret")
    QTest.keyClick(card.again.edit, Qt.Key.Key_Return)
    focused = window.focusWidget()
    QTest.keyClick(focused or window, Qt.Key.Key_Return)
    assert not window.safety.health._checking
    qtbot.waitUntil(lambda: card._job is None and not window.desk.is_busy, timeout=20_000)
    assert window.desk.store.key is not None


def test_a_session_that_is_open_is_waited_for(qtbot: QtBot, open_it: Opened) -> None:
    window = open_it()
    window.actions_by_name["safety"].trigger()
    card = window.safety.passphrase
    QTest.mouseClick(card.set_button, Qt.MouseButton.LeftButton)
    for field in (card.new, card.again):
        field.edit.setText("secret")
    with window.desk.read() as db:
        customers.get(db, 1)
        QTest.keyClick(card.again.edit, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: card._waited > 0, timeout=20_000)
        assert window.desk.store.key is None
    qtbot.waitUntil(lambda: card._job is None and not window.desk.is_busy, timeout=20_000)
    assert window.desk.store.key is not None


def test_what_cannot_be_written_is_said_below_and_not_beside_a_field(
    qtbot: QtBot, open_it: Opened
) -> None:
    window = open_it(only_look="This is a backup.")
    window.file.begin_new("李国强")
    window.file._new._commit()
    assert window._strip.sentence() == "This is a backup."
    assert not window.file._new._phone.error.isVisible()
    assert window.file._new._name.text() == "李国强"


def test_a_clock_that_was_wrong_for_a_day_stops_no_backup(
    qtbot: QtBot, open_it: Opened, path: Path, clock: Clock, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    window = open_it()
    window.desk.preferences.second_folder = str(stick)
    clock.move(days=730)
    window.desk.store.back_up(Reason.ASKED)
    clock.move(days=-730)
    with qtbot.waitSignal(window.caretaker.backups_changed):
        window.caretaker._look()
    last = window.caretaker.last_good()
    assert last is not None and last.at == clock()
    assert [one.name for one in stick.iterdir()] == [last.path.name]
    assert "09:00" in window.customers._backup.text()


def test_backups_that_stayed_readable_are_locked_at_the_next_start(
    qtbot: QtBot, locked: MainWindow, path: Path
) -> None:
    """The power failed while they were written anew; today's backup is there already."""
    store = locked.desk.store
    store.back_up(Reason.ASKED)
    (made,) = backup.all_of(path)
    assert lock.follow([made], [store.key], None) == []
    assert not is_locked(made.path)
    with qtbot.waitSignal(locked.caretaker.backups_changed):
        locked.caretaker._begin()
    assert is_locked(made.path)
    assert len(backup.all_of(path)) == 1


def test_a_backup_that_fails_is_not_tried_again_at_once(
    qtbot: QtBot, open_it: Opened, path: Path
) -> None:
    window = open_it()
    backup.folder_of(path).write_text("a file where the folder should be")
    with qtbot.waitSignal(window.desk.warned):
        window.caretaker._look()
    said: list[str] = []
    window.desk.warned.connect(said.append)
    window.caretaker._look()
    qtbot.waitUntil(lambda: not window.caretaker._backing_up)
    assert said == []
    backup.folder_of(path).unlink()
    with qtbot.waitSignal(window.caretaker.backups_changed):
        window.caretaker.back_up()


def test_of_a_damaged_file_no_backup_is_made(qtbot: QtBot, open_it: Opened, path: Path) -> None:
    window = open_it()
    for n in range(300):
        add(window.desk.store, f"客户{n}", notes="爱喝龙井" * 30)
    window.close()
    window = open_it()
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40_960] = bytes(40_960)
    path.write_bytes(content)
    with qtbot.waitSignal(window.caretaker.damage_found):
        window.caretaker._begin()
    window.caretaker._look()
    assert backup.all_of(path) == []
    assert window._damage_bar.isVisible()

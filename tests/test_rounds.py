"""One window after another: the door, a backup looked at or put back, a damaged file saved."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from custdesk import app
from custdesk.opening import open_store
from custdesk.settings import Preferences
from custdesk.store import backup, lock
from custdesk.store.backup import Reason
from custdesk.ui.door import Door
from custdesk.ui.lock_page import LockPage
from custdesk.ui.main_window import MainWindow
from custdesk.ui.rescue_page import RescuePage
from tests.helpers import add, names

Step = Callable[[QWidget], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file in which 李国强 came after the last backup."""
    path = tmp_path / "customers.custdesk"
    store = open_store(path, datetime.now)
    add(store, "张丽华", phone="13812345678")
    store.back_up(Reason.DAILY)
    add(store, "李国强")
    store.close()
    return path


@pytest.fixture
def walk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Does one step in each window that comes; ends when the round ends, after all of them."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    timer = QTimer()

    def walk(path: Path, *steps: Step) -> None:
        left = [*steps]
        seen: list[QWidget | None] = [None]
        failures: list[BaseException] = []

        def look() -> None:
            shown = (one for one in QApplication.topLevelWidgets() if one.isVisible())
            window = next((one for one in shown if asks_something(one)), None)
            if window is None or window is seen[0]:
                return
            seen[0] = window
            try:
                left.pop(0)(window)
            except BaseException as error:
                failures.append(error)
                window.close()

        timer.timeout.connect(look)
        timer.start(50)
        app._Round(qapp, path, scratch, Preferences()).go()
        timer.stop()
        seen[0] = None
        if failures:
            raise failures[0]
        assert left == []

    yield walk
    timer.stop()


def asks_something(window: QWidget) -> bool:
    """The window itself or the door, but not while that only shows how far some work is."""
    asking = isinstance(window, Door) and isinstance(window.page, LockPage | RescuePage)
    return asking or isinstance(window, MainWindow)


def main_window(window: QWidget) -> MainWindow:
    assert isinstance(window, MainWindow)
    return window


def shows(*expected: str) -> Step:
    def step(window: QWidget) -> None:
        assert sorted(names(main_window(window).desk.store)) == sorted(expected)
        window.close()

    return step


def enter(typed: str) -> Step:
    def step(window: QWidget) -> None:
        page = window.page if isinstance(window, Door) else None
        assert isinstance(page, LockPage)
        page.field.edit.setText(typed)
        page._try()

    return step


def test_a_backup_is_looked_at_and_one_comes_back(path: Path, walk: Callable[..., None]) -> None:
    (made,) = backup.all_of(path)

    def look(window: QWidget) -> None:
        main_window(window).safety.look_requested.emit(made.path)

    def go_back(window: QWidget) -> None:
        store = main_window(window).desk.store
        assert (names(store), bool(store.read_only)) == (["张丽华"], True)
        main_window(window).back_requested.emit()

    walk(path, look, go_back, shows("张丽华", "李国强"))
    assert made.path.exists()


def test_a_backup_takes_the_place_of_the_file(path: Path, walk: Callable[..., None]) -> None:
    (made,) = backup.all_of(path)

    def restore(window: QWidget) -> None:
        main_window(window).safety.restore_requested.emit(made.path)

    walk(path, restore, shows("张丽华"))
    kept = [one for one in backup.all_of(path) if one.reason is Reason.RESTORE]
    assert [one.customers for one in kept] == [2]


def lock_with(path: Path, passphrase: str) -> None:
    store = open_store(path, datetime.now)
    store.replace(store.rewrite(passphrase, lambda _done, _total, _words: None))
    store.close()


def test_a_locked_file_asks_and_opens(path: Path, walk: Callable[..., None]) -> None:
    lock_with(path, "secret")
    walk(path, enter("secret"), shows("张丽华", "李国强"))


def test_whoever_goes_away_at_the_door_sees_nothing(path: Path, walk: Callable[..., None]) -> None:
    lock_with(path, "secret")
    before = path.read_bytes()
    walk(path, lambda window: window.close())
    assert path.read_bytes() == before


def test_a_backup_with_another_passphrase_asks_for_it(
    path: Path, walk: Callable[..., None]
) -> None:
    lock_with(path, "first one")
    store = open_store(path, datetime.now, lock.unlock(path, "first one"))
    (plain,) = backup.all_of(path)
    plain.path.unlink()
    store.back_up(Reason.ASKED)
    store.replace(store.rewrite("second one", lambda _done, _total, _words: None))
    store.close()
    (made,) = backup.all_of(path)

    def look(window: QWidget) -> None:
        main_window(window).safety.look_requested.emit(made.path)

    walk(path, enter("second one"), look, enter("first one"), shows("张丽华", "李国强"))


def damage(path: Path) -> None:
    """Page 2 and some more are gone; the first page is whole."""
    content = bytearray(path.read_bytes())
    content[4096 : 4096 * 6] = bytes(4096 * 5)
    path.write_bytes(content)


def wreck(path: Path) -> None:
    """Not even the first page is left."""
    content = bytearray(path.read_bytes())
    content[:4096] = bytes(4096)
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [damage, wreck])
def test_a_damaged_file_is_saved_and_kept(
    path: Path, walk: Callable[..., None], harm: Callable[[Path], None]
) -> None:
    harm(path)
    before = path.read_bytes()

    def save(window: QWidget) -> None:
        page = window.page if isinstance(window, Door) else None
        assert isinstance(page, RescuePage)
        page.save.click()
        poll = QTimer(page)

        def use() -> None:
            if page.use.isVisible():
                poll.stop()
                assert page.told.text()
                page.use.click()

        poll.timeout.connect(use)
        poll.start(50)

    def go_on(window: QWidget) -> None:
        assert len(names(main_window(window).desk.store)) == 2
        window.close()

    walk(path, save, go_on)
    (kept,) = path.parent.glob("customers-damaged-*.custdesk")
    assert kept.read_bytes() == before


def test_a_damaged_file_gives_way_to_the_last_backup(path: Path, walk: Callable[..., None]) -> None:
    wreck(path)
    before = path.read_bytes()

    def restore(window: QWidget) -> None:
        page = window.page if isinstance(window, Door) else None
        assert isinstance(page, RescuePage)
        page.restore.click()

    walk(path, restore, shows("张丽华"))
    (kept,) = path.parent.glob("customers-damaged-*.custdesk")
    assert kept.read_bytes() == before


def test_a_damaged_file_that_one_leaves_alone_stays_as_it_is(
    path: Path, walk: Callable[..., None]
) -> None:
    wreck(path)
    before = {file: file.read_bytes() for file in path.parent.rglob("*") if file.is_file()}
    walk(path, lambda window: window.close())
    assert {file: file.read_bytes() for file in path.parent.rglob("*") if file.is_file()} == before


def test_a_backup_that_is_gone_or_damaged_brings_one_back_home(
    path: Path, walk: Callable[..., None]
) -> None:
    (made,) = backup.all_of(path)
    content = made.path.read_bytes()

    def look(window: QWidget) -> None:
        made.path.unlink()
        main_window(window).safety.look_requested.emit(made.path)

    def restore(window: QWidget) -> None:
        assert main_window(window)._strip.sentence()
        made.path.write_bytes(content[: len(content) // 2] + bytes(len(content) // 2))
        main_window(window).safety.restore_requested.emit(made.path)

    def home(window: QWidget) -> None:
        assert made.path.name in main_window(window)._strip.sentence()
        shows("张丽华", "李国强")(window)

    walk(path, look, restore, home)


def test_a_locked_file_without_a_first_page_asks_for_its_passphrase_and_is_saved(
    path: Path, walk: Callable[..., None]
) -> None:
    (made,) = backup.all_of(path)
    made.path.unlink()
    lock_with(path, "secret")
    store = open_store(path, datetime.now, lock.unlock(path, "secret"))
    store.back_up(Reason.ASKED)
    store.close()
    wreck(path)

    def rescue(window: QWidget) -> None:
        page = window.page if isinstance(window, Door) else None
        assert isinstance(page, RescuePage)
        page.restore.click()

    walk(path, enter("secret"), rescue, shows("张丽华", "李国强"))

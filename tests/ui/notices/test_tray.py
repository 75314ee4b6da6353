"""The icon in the tray, and the counts that it shares with rail and title."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from custdesk import business
from custdesk.app import wire_notices
from custdesk.care import follow_ups
from custdesk.store.store import Store
from custdesk.ui import language
from custdesk.ui.main_window import MainWindow
from custdesk.ui.notices.notifier import Notifier
from custdesk.ui.notices.tray import SIZES, badged
from tests import helpers
from tests.helpers import Clock
from tests.ui.conftest import OpenWindow


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 21, 8))


@pytest.fixture
def window(open_main_window: OpenWindow, clock: Clock) -> MainWindow:
    return open_main_window(clock)


@pytest.fixture
def store(window: MainWindow) -> Store:
    return window.desk.store


@pytest.fixture
def notifier(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notifier]:
    """With its icon, wherever it goes: the screen of a test has no tray."""
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    with Notifier(window.desk) as notifier:
        wire_notices(notifier, window, QApplication.quit)
        yield notifier


def plan(store: Store, name: str, day: int, at: str | None = None, note: str = "回电") -> int:
    id = helpers.add(store, name)
    with store.write("Plan") as db:
        return follow_ups.schedule(db, id, date(2026, 11, day), note, at).id or 0


def menu(notifier: Notifier) -> dict[str, QAction]:
    found = notifier.tray.menu()
    assert found is not None
    found.aboutToShow.emit()
    return {one.text(): one for one in found.actions() if not one.isSeparator()}


def tip(notifier: Notifier) -> str:
    icon = notifier.tray.icon()
    assert icon is not None
    return icon.toolTip()


def test_rail_title_and_tray_say_the_same(
    store: Store, window: MainWindow, notifier: Notifier
) -> None:
    assert (window.windowTitle(), tip(notifier)) == ("CustDesk", "CustDesk")
    plan(store, "张丽华", 21)
    assert (window.windowTitle(), tip(notifier)) == ("CustDesk · 1 today", "CustDesk · 1 today")
    for name in ("李国强", "王秀"):
        plan(store, name, 20)
    plan(store, "赵敏", 22)
    said = "CustDesk · 2 overdue, 1 today"
    assert (window.windowTitle(), tip(notifier)) == (said, said)
    assert window._to_follow_ups.accessibleName() == "Follow-ups 3"
    for _step in ("plan of 赵敏", "赵敏", "plan of 王秀"):
        store.undo()
    assert tip(notifier) == window.windowTitle() == "CustDesk · 1 overdue, 1 today"


def test_the_counts_follow_the_calendar(
    store: Store, window: MainWindow, notifier: Notifier, clock: Clock
) -> None:
    plan(store, "张丽华", 22)
    clock.move(days=1)
    window.desk.turn_day()
    assert window.windowTitle() == tip(notifier) == "CustDesk · 1 today"
    clock.move(days=1)
    window.desk.turn_day()
    assert window.windowTitle() == tip(notifier) == "CustDesk · 1 overdue"


def test_the_name_of_the_business_comes_first(store: Store, window: MainWindow) -> None:
    with store.write("Name") as db:
        business.choose(db, business.NAME, "荷净茶业")
    plan(store, "张丽华", 21)
    assert window.windowTitle() == "荷净茶业 — CustDesk · 1 today"


def test_the_menu_opens_the_first_five(
    store: Store, window: MainWindow, notifier: Notifier
) -> None:
    plan(store, "张丽华", 19)
    wanted = plan(store, "A & B 公司", 21, "10:30", "送样品")
    for n in range(6):
        plan(store, f"客户{n}", 21)
    found = menu(notifier)
    assert list(found)[:3] == ["Open CustDesk", "2 days overdue · 张丽华 · 回电", "客户0 · 回电"]
    assert len([words for words in found if "·" in words]) == 5
    with store.read() as db:
        every = follow_ups.due(db, store.today, store.today, store.today)
    helpers.trash(store, *(one.customer_id for one in every if one.customer.startswith("客户")))
    menu(notifier)["10:30 · A && B 公司 · 送样品"].trigger()
    assert window.follow_ups.isVisible()
    assert window.follow_ups._due is not None and window.follow_ups._due.id == wanted


def test_the_menu_goes_to_all_of_them(store: Store, window: MainWindow, notifier: Notifier) -> None:
    plan(store, "张丽华", 21)
    window.hide()
    menu(notifier)["Follow-ups …"].trigger()
    assert window.isVisible() and window.follow_ups.isVisible()


def test_masked_the_menu_hides_what_somebody_wrote(
    store: Store, window: MainWindow, notifier: Notifier
) -> None:
    plan(store, "张丽华", 21, None, "欠款 3000 元")
    menu(notifier)["Mask the screen"].trigger()
    assert window.desk.mask.is_on
    assert "张丽华 · ****" in menu(notifier)
    assert menu(notifier)["Mask the screen"].isChecked()


def test_locked_the_tray_tells_nothing(
    store: Store, window: MainWindow, notifier: Notifier
) -> None:
    plan(store, "张丽华", 21)
    store.replace(store.rewrite("secret", lambda _done, _total, _words: None))
    window.lock()
    assert list(menu(notifier)) == ["Open CustDesk", "Quit"]
    assert tip(notifier) == window.windowTitle() == "CustDesk"


def test_the_tray_speaks_the_language_of_the_window(
    store: Store, window: MainWindow, notifier: Notifier, qapp: QApplication
) -> None:
    language.speak(qapp, "zh")
    assert "退出" in menu(notifier)


def test_quit_ends_also_a_window_that_was_never_shown(
    window: MainWindow, notifier: Notifier, qtbot: QtBot
) -> None:
    window.hide()
    ended: list[bool] = []
    again = Notifier(window.desk)
    wire_notices(again, window, lambda: ended.append(True))
    again.tray.quit_requested.emit()
    assert ended == [True]


def test_the_number_is_on_the_icon_at_every_size(qtbot: QtBot) -> None:
    for size in SIZES:
        plain, three, twelve, many, more = (
            badged(n).pixmap(size, size).toImage() for n in (0, 3, 12, 99, 1200)
        )
        assert plain != three != twelve
        assert many == more

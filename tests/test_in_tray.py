"""Started with the system the window waits in the tray; without a tray it shows itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from custdesk import app, autostart
from custdesk.settings import Preferences
from custdesk.ui import background
from custdesk.ui.notices.cards import NoticeCard
from custdesk.ui.notices.notice import Notice


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[app._Round]:
    (tmp_path / "scratch").mkdir()
    yield app._Round(
        qapp, tmp_path / "a.custdesk", tmp_path / "scratch", Preferences(), in_tray=True
    )
    qtbot.waitUntil(lambda: not background.running())


def tray_menu(qapp: QApplication) -> QMenu:
    menus = [one for one in qapp.topLevelWidgets() if isinstance(one, QMenu)]
    return next(one for one in menus if one.actions() and one.actions()[-1].text() == "Quit")


def test_with_a_tray_it_waits_there_until_it_is_opened(
    start: app._Round, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(app, "TRAY_WAIT_MS", 100)
    seen: list[bool] = []

    def look() -> None:
        (window,) = app._shown
        seen.append(window.isVisible())
        assert window.caretaker._clock.isActive()
        window.come_forward()
        seen.append(window.isVisible())
        window.close()

    QTimer.singleShot(600, qapp, look)
    start.go()
    assert seen == [False, True]


def test_quit_from_the_tray_ends_it(
    start: app._Round, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    ended: list[bool] = []

    def quit() -> None:
        tray_menu(qapp).actions()[-1].trigger()
        ended.append(True)

    QTimer.singleShot(500, qapp, quit)
    start.go()
    assert ended == [True]


def test_a_notice_or_the_menu_going_away_does_not_end_it(
    start: app._Round, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    still: list[bool] = []

    def come_and_go() -> None:
        card = NoticeCard(Notice((1,), "10:30 · 张丽华", "约好回电"))
        card.show()
        menu = tray_menu(qapp)
        menu.popup(QPoint(50, 50))
        QTimer.singleShot(100, menu, menu.close)
        QTimer.singleShot(200, card, card.leave)

    def quit() -> None:
        still.append(True)
        tray_menu(qapp).actions()[-1].trigger()

    QTimer.singleShot(300, qapp, come_and_go)
    QTimer.singleShot(1200, qapp, quit)
    start.go()
    assert still == [True]


def test_without_a_tray_it_shows_itself_after_a_while(
    start: app._Round, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    monkeypatch.setattr(app, "TRAY_WAIT_MS", 300)
    seen: list[bool] = []

    def look() -> None:
        for window in app._shown:
            seen.append(window.isVisible())
            if window.isVisible():
                window.close()
            elif len(seen) > 100:
                qapp.quit()

    clock = QTimer()
    clock.setInterval(50)
    clock.timeout.connect(look)
    clock.start()
    start.go()
    clock.stop()
    assert (seen[0], seen[-1]) == (False, True)


def test_a_window_that_is_closed_goes_on_in_the_tray_if_it_starts_with_the_system(
    start: app._Round, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(autostart, "is_on", lambda: True)
    said: list[str] = []
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda _self, title, *_more: said.append(title)
    )
    seen: list[bool] = []

    def look() -> None:
        (window,) = app._shown
        for _time in range(2):
            window.come_forward()
            seen.append(window.isVisible())
            window.close()
            seen.append(window.isVisible())
        tray_menu(qapp).actions()[-1].trigger()

    QTimer.singleShot(600, qapp, look)
    start.go()
    assert seen == [True, False, True, False]
    assert said == ["CustDesk waits in the tray"]

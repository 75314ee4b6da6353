"""The first start: three ways to begin, and the language."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from custdesk.settings import Preferences
from custdesk.store.store import Store
from custdesk.ui import language
from custdesk.ui.desk import Desk
from custdesk.ui.welcome import WelcomeView

WAYS = ["import", "empty", "sample"]


@pytest.fixture
def view(qtbot: QtBot, store: Store) -> Iterator[WelcomeView]:
    desk = Desk(store, Preferences())
    view = WelcomeView(desk)
    qtbot.addWidget(view)
    view.resize(1366, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    yield view
    desk.leave()


@pytest.mark.parametrize("way", WAYS)
def test_a_click_chooses_a_way(qtbot: QtBot, view: WelcomeView, way: str) -> None:
    with qtbot.waitSignal(getattr(view, f"{way}_requested")):
        QTest.mouseClick(getattr(view, f"{way}_card"), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("steps", range(3))
def test_arrows_and_enter_choose_a_way(qtbot: QtBot, view: WelcomeView, steps: int) -> None:
    view.setFocus()
    for _step in range(steps):
        QTest.keyClick(view.focusWidget(), Qt.Key.Key_Right)
    with qtbot.waitSignal(getattr(view, f"{WAYS[steps]}_requested")):
        QTest.keyClick(view.focusWidget(), Qt.Key.Key_Return)


def test_arrows_stop_at_the_ends(view: WelcomeView) -> None:
    view.setFocus()
    QTest.keyClick(view.focusWidget(), Qt.Key.Key_Left)
    assert view.import_card.hasFocus()


@pytest.mark.parametrize("key", ["zh", "en"])
def test_the_language_is_told(qtbot: QtBot, view: WelcomeView, key: str) -> None:
    with qtbot.waitSignal(view.language_chosen) as told:
        QTest.mouseClick(view.languages[key], Qt.MouseButton.LeftButton)
    assert told.args == [key]


def test_the_language_changes_at_once(qtbot: QtBot, view: WelcomeView, qapp: QApplication) -> None:
    language.speak(qapp, "zh")
    qtbot.waitUntil(lambda: view.import_card.accessibleName() == "导入我的名单")
    assert view.languages["zh"].isChecked()


def test_it_has_room_in_the_smallest_window(view: WelcomeView) -> None:
    size = view.minimumSizeHint()
    assert (size.width() <= 884, size.height() <= 600) == (True, True)

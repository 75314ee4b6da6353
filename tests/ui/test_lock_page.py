"""Before a locked file: one field, no hint, and a wait that grows."""

from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from custdesk.i18n import _
from custdesk.settings import Preferences
from custdesk.store.lock import WrongPassphrase
from custdesk.ui.lock_page import LockPage
from tests.helpers import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 21, 9))


@pytest.fixture
def page(qtbot: QtBot, clock: Clock) -> LockPage:
    def attempt(typed: str) -> str:
        if typed != "secret":
            raise WrongPassphrase(_("This passphrase does not open the file. Try again."))
        return "the key"

    page = LockPage(attempt, Preferences(), clock)
    qtbot.addWidget(page)
    page.show()
    return page


def enter(qtbot: QtBot, page: LockPage, typed: str) -> None:
    page.field.edit.setText(typed)
    QTest.keyClick(page.field.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page._trying)


def test_the_passphrase_opens(qtbot: QtBot, page: LockPage) -> None:
    with qtbot.waitSignal(page.opened) as opened:
        enter(qtbot, page, "secret")
    assert opened.args == ["the key"]
    assert page.field.text() == ""


def test_a_wrong_one_says_so_and_shows_nothing(qtbot: QtBot, page: LockPage) -> None:
    enter(qtbot, page, "guess")
    assert page.error.isVisible()
    assert "guess" not in page.error.text()
    assert page.field.edit.displayText() != "guess"


def test_the_wait_grows_and_ends(qtbot: QtBot, page: LockPage, clock: Clock) -> None:
    for _time in range(4):
        enter(qtbot, page, "guess")
    assert not page.open_button.isEnabled()
    enter(qtbot, page, "secret")  # too early: it is not even tried
    assert page.field.text() == "secret"
    clock.move(minutes=1)
    page._tick()
    with qtbot.waitSignal(page.opened):
        enter(qtbot, page, "secret")


def test_a_new_start_does_not_shorten_the_wait(qtbot: QtBot, page: LockPage, clock: Clock) -> None:
    for _time in range(4):
        enter(qtbot, page, "guess")
    again = LockPage(lambda _typed: "key", page._preferences, clock)
    qtbot.addWidget(again)
    assert not again.open_button.isEnabled()
    clock.move(days=-1)
    again._tick()
    assert not again.open_button.isEnabled()


def test_the_right_one_forgets_the_wrong_ones(qtbot: QtBot, page: LockPage) -> None:
    enter(qtbot, page, "guess")
    with qtbot.waitSignal(page.opened):
        enter(qtbot, page, "secret")
    assert page._preferences.wrong_tries == 0

"""The strip at the foot: says what was done, offers undo, stays out of the way."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from custdesk.ui.widgets import strip as module
from custdesk.ui.widgets.progress_panel import ProgressPanel, time_left
from custdesk.ui.widgets.strip import Strip


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    return made


@pytest.fixture
def strip(window: QMainWindow) -> Strip:
    return Strip(window)


def buttons(strip: Strip) -> list[str]:
    return [b.text() for b in strip.findChildren(QPushButton) if b.isVisible()]


def test_what_was_done_can_be_undone(qtbot: QtBot, strip: Strip) -> None:
    strip.done("The phone was changed.")
    assert buttons(strip) == ["Undo"]
    undo = strip.findChildren(QPushButton)[0]
    with qtbot.waitSignal(strip.undo_asked):
        QTest.keyClick(undo, Qt.Key.Key_Return)
    assert strip.sentence() == ""


def test_it_goes_away_by_itself(
    qtbot: QtBot, strip: Strip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHOWN_MS", 30)
    strip.say("Saved.")
    assert strip.sentence() == "Saved."
    qtbot.waitUntil(strip.isHidden)


def test_what_went_wrong_can_only_be_closed(strip: Strip) -> None:
    strip.wrong("The folder is read-only.")
    assert buttons(strip) == ["Close"]


def test_work_can_be_cancelled(qtbot: QtBot, strip: Strip) -> None:
    strip.work("Exporting", 3, 10)
    cancel = next(b for b in strip.findChildren(QPushButton) if b.isVisible())
    with qtbot.waitSignal(strip.cancel_asked):
        QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("sentence", ["Short.", "A long sentence that needs several lines. " * 6])
def test_it_lies_inside_the_window_and_shows_all(
    window: QMainWindow, strip: Strip, sentence: str
) -> None:
    strip.done(sentence)
    assert window.rect().contains(strip.geometry())
    assert strip.height() >= strip.heightForWidth(strip.width())


def test_it_stays_at_the_foot_when_the_window_grows(
    qtbot: QtBot, window: QMainWindow, strip: Strip
) -> None:
    strip.done("Done.")
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: strip.geometry().bottom() > 600)
    assert abs(strip.geometry().center().x() - 500) <= 1


@pytest.mark.parametrize(
    ("elapsed", "done", "total", "words"),
    [
        (1.0, 1, 10, ""),
        (10.0, 0, 10, ""),
        (10.0, 5, 0, ""),
        (10.0, 5, 10, "10 seconds left"),
        (16.0, 10, 20, "20 seconds left"),
        (9.0, 9, 10, "1 second left"),
        (60.0, 10, 20, "About 1 minute left"),
        (60.0, 10, 25, "About 2 minutes left"),
        (60.0, 10, 10, ""),
    ],
)
def test_the_time_left_is_said_in_words(elapsed: float, done: int, total: int, words: str) -> None:
    assert time_left(elapsed, done, total) == words


def test_a_panel_asks_once_and_says_that_it_stops(qtbot: QtBot) -> None:
    panel = ProgressPanel()
    qtbot.addWidget(panel)
    panel.begin("Importing")
    panel.report(1, 2, "Importing")
    cancel = panel.findChildren(QPushButton)[0]
    with qtbot.waitSignal(panel.cancel_asked):
        cancel.click()
    panel.report(2, 2, "Importing")
    assert not cancel.isEnabled()

"""The insights on paper: looked at, saved, masked, and left again, in the real window."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from custdesk.ui import language
from custdesk.ui.main_window import MainWindow
from tests.helpers import add, bought
from tests.ui.conftest import OpenWindow
from tests.ui.settling import settle
from tests.ui.test_main_window import press
from tests.ui.test_profile_preview import text_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(open_main_window: OpenWindow, qtbot: QtBot) -> Iterator[MainWindow]:
    """Somebody who bought for ¥55,000, and the insights shown."""
    window = open_main_window()
    id = add(window.desk.store, "张三", added_on=date(2025, 1, 1))
    bought(window.desk.store, id, "2026-06-10", 55_000_00)
    window.show_insights()
    settle(qtbot)
    yield window
    settle(qtbot)


def words(qtbot: QtBot, window: MainWindow) -> str:
    """What stands on the pages that are shown, once they are drawn."""
    preview = window.report
    qtbot.waitUntil(lambda: preview._printed is not None and preview.pages.is_drawn())
    assert preview._printed is not None
    return text_of(preview._printed.pdf)


def test_it_is_looked_at_saved_and_left(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    QTest.mouseClick(window.insights.report, LEFT)
    assert window.report.isVisible()
    shown = words(qtbot, window)
    assert "¥55,000" in shown
    assert "November 2026 so far" in shown
    assert "Recency" not in shown  # one buyer is not compared
    proposed = []

    def ask(name: str) -> Path:
        proposed.append(name)
        return tmp_path / "report"

    monkeypatch.setattr(window.report, "ask_where_to_save", ask)
    with qtbot.waitSignal(window.desk.said) as said:
        QTest.mouseClick(window.report.save_button, LEFT)
    assert proposed == ["Insights 2026-11-21.pdf"]
    assert said.args == [f"Saved: {tmp_path / 'report.pdf'}", False]
    assert text_of(tmp_path / "report.pdf") == shown
    press(qtbot, window, "Esc")
    assert window.insights.isVisible()


def test_the_key_that_prints_leads_to_it(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, "Ctrl+P")
    assert window.report.isVisible()
    assert "¥55,000" in words(qtbot, window)


def test_without_a_page_there_is_no_report(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    window.show_insights()
    settle(qtbot)
    press(qtbot, window, "Ctrl+P")
    assert window.insights.isVisible()


def test_a_place_that_is_not_there_is_told(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    QTest.mouseClick(window.insights.report, LEFT)
    words(qtbot, window)
    monkeypatch.setattr(window.report, "ask_where_to_save", lambda name: tmp_path / "no" / name)
    with qtbot.waitSignal(window.desk.warned):
        QTest.mouseClick(window.report.save_button, LEFT)


def test_masked_it_is_drawn_anew_without_amounts(window: MainWindow, qtbot: QtBot) -> None:
    QTest.mouseClick(window.insights.report, LEFT)
    words(qtbot, window)
    press(qtbot, window, "F9")
    assert window.report._printed is None
    assert "55,000" not in words(qtbot, window)
    press(qtbot, window, "F9")
    assert "¥55,000" in words(qtbot, window)


def test_it_speaks_the_language_that_is_chosen_meanwhile(window: MainWindow, qtbot: QtBot) -> None:
    QTest.mouseClick(window.insights.report, LEFT)
    assert "Lifecycle" in words(qtbot, window)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    language.speak(app, "zh")
    try:
        qtbot.waitUntil(lambda: "生命周期" in words(qtbot, window))
        assert window.report.accessibleName() == "洞察"
    finally:
        language.speak(app, "en")
        settle(qtbot)

"""Export from the window: written as the ending says, told in the strip, and can be stopped."""

from pathlib import Path

import pytest
from ical.calendar_stream import IcsCalendarStream
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from custdesk.ui.export import ExportAction
from custdesk.ui.main_window import MainWindow
from tests.helpers import add
from tests.ui.conftest import OpenWindow


@pytest.fixture
def window(open_main_window: OpenWindow) -> MainWindow:
    window = open_main_window()
    add(window.desk.store, "张丽华", phone="13812345678", solar="1968-12-01")
    return window


def export_of(window: MainWindow) -> ExportAction:
    return window._export


@pytest.mark.parametrize(
    ("name", "written", "sentence"),
    [
        ("all.csv", "all.csv", "1 customer written to all.csv"),
        ("all", "all.xlsx", "1 customer written to all.xlsx"),
        ("all.ICS", "all.ICS", "3 calendar entries written to all.ICS."),
    ],
)
def test_the_ending_says_what_is_written(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    written: str,
    sentence: str,
) -> None:
    offered = []

    def choose(_parent: object, _title: str, _place: str, kinds: str) -> tuple[str, str]:
        offered.append(kinds)
        return str(tmp_path / name), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    window.actions_by_name["export"].trigger()
    qtbot.waitUntil(lambda: window._strip.sentence() == sentence, timeout=20_000)
    assert (tmp_path / written).stat().st_size > 100
    assert all(f"(*.{ending})" in offered[0] for ending in ("xlsx", "csv", "ics"))


def test_who_is_listed_is_written(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(window.desk.store, "李国强")
    titles = []

    def choose(_parent: object, title: str, _place: str, kinds: str) -> tuple[str, str]:
        titles.append((title, "ics" in kinds))
        return str(tmp_path / "some.csv"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    window.show_customers()
    window.customers._search.set_text("lgq")
    window.customers._typed("lgq")
    window.actions_by_name["export"].trigger()
    sentence = "1 customer written to some.csv"
    qtbot.waitUntil(lambda: window._strip.sentence() == sentence, timeout=20_000)
    assert titles == [("Export the 1 customer listed", False)]
    written = (tmp_path / "some.csv").read_text("utf-8-sig")
    assert "李国强" in written and "张丽华" not in written


def test_a_calendar_of_some_is_refused(window: MainWindow, tmp_path: Path) -> None:
    export_of(window).write(tmp_path / "some.ics", [1])
    said = "A calendar is of all customers. Choose .csv or .xlsx for those listed."
    assert window._strip.sentence() == said
    assert not (tmp_path / "some.ics").exists()


def test_the_calendar_can_be_read(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(window.desk.said, timeout=20_000):
        export_of(window).write(tmp_path / "all.ics")
    events = IcsCalendarStream.calendar_from_ics((tmp_path / "all.ics").read_text("utf-8")).events
    assert {str(event.description) for event in events} == {"138 1234 5678"}


def test_nothing_to_export_is_said(
    open_main_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_main_window()
    with qtbot.waitSignal(window.desk.warned, timeout=20_000) as warned:
        export_of(window).write(tmp_path / "all.ics")
    assert warned.args[0].startswith("There is nothing to export")


@pytest.mark.parametrize("name", ["all.ics", "all.csv"])
def test_cancelled_in_the_strip_it_leaves_the_earlier_file(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("earlier")
    export_of(window).write(tmp_path / name)
    window._strip.work("Writing …", 1, 2)
    window._strip._button.click()
    wanted = f"Cancelled; {name} was not written."
    qtbot.waitUntil(lambda: window._strip.sentence() == wanted, timeout=20_000)
    assert (tmp_path / name).read_text() == "earlier"


def test_progress_stands_in_the_strip(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(export_of(window).progressed, timeout=20_000) as progressed:
        export_of(window).write(tmp_path / "all.ics")
    assert progressed.args[0] == "Writing all.ics …"
    qtbot.waitUntil(lambda: "written to all.ics" in window._strip.sentence(), timeout=20_000)

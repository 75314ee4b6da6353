"""Work in the background ends in the window, once: done, failed or cancelled; nothing is left."""

import logging
import os
import threading
import time
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from custdesk.errors import Cancelled, CustdeskError
from custdesk.ui import background
from custdesk.ui.process_side import Report


@dataclass
class Heard:
    """What came home, and in which thread."""

    done: list[object] = field(default_factory=list)
    failed: list[CustdeskError] = field(default_factory=list)
    progress: list[tuple[int, int, str]] = field(default_factory=list)
    threads: set[object] = field(default_factory=set)

    def take(self, value: object) -> None:
        self.threads.add(QThread.currentThread())
        self.done.append(value)

    def fail(self, error: CustdeskError) -> None:
        self.threads.add(QThread.currentThread())
        self.failed.append(error)

    def report(self, done: int, total: int, words: str) -> None:
        self.threads.add(QThread.currentThread())
        self.progress.append((done, total, words))

    def ended(self) -> bool:
        return bool(self.done or self.failed)


def count(report: Report, to: int) -> int:
    for n in range(1, to + 1):
        report(n, to, "counting")
    return to


def forever(report: Report) -> None:
    while True:
        report(1, 2, "waiting")
        time.sleep(0.005)


def deaf(report: Report) -> None:
    report(0, 1, "deaf")
    time.sleep(60)


def refuse(report: Report) -> None:
    raise CustdeskError("The file is empty.")


def break_down(report: Report) -> None:
    raise ValueError("张丽华 13812345678")


def die(report: Report) -> None:
    os._exit(3)


def both_ways(way: str, work: object, heard: Heard, *args: object) -> background.Job:
    if way == "thread":
        return background.run(
            lambda report: work(report, *args),  # type: ignore[operator]
            heard.take,
            heard.fail,
            heard.report,
        )
    return background.run_process(work, args, heard.take, heard.fail, heard.report)  # type: ignore[arg-type]


ways = pytest.mark.parametrize("way", ["thread", "process"])


@ways
def test_the_answer_and_the_last_report_come_home(
    qtbot: QtBot, qapp: QApplication, way: str
) -> None:
    heard = Heard()
    both_ways(way, count, heard, 500)
    qtbot.waitUntil(heard.ended, timeout=10_000)
    assert (heard.done, heard.failed) == ([500], [])
    assert heard.progress[-1] == (500, 500, "counting")
    assert heard.threads == {qapp.thread()}


@ways
def test_cancelling_stops_the_work(qtbot: QtBot, way: str) -> None:
    heard = Heard()
    job = both_ways(way, forever, heard)
    qtbot.waitUntil(lambda: bool(heard.progress), timeout=10_000)
    job.cancel()
    qtbot.waitUntil(heard.ended, timeout=10_000)
    assert [type(error) for error in heard.failed] == [Cancelled]


@ways
def test_a_sentence_for_the_user_arrives_as_it_is(qtbot: QtBot, way: str) -> None:
    heard = Heard()
    both_ways(way, refuse, heard)
    qtbot.waitUntil(heard.ended, timeout=10_000)
    assert [str(error) for error in heard.failed] == ["The file is empty."]


@ways
def test_a_defect_is_logged_without_anybody_s_data(
    qtbot: QtBot, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    heard = Heard()
    with caplog.at_level(logging.ERROR):
        both_ways(way, break_down, heard)
        qtbot.waitUntil(heard.ended, timeout=10_000)
    assert "in the log" in str(heard.failed[0])
    assert "in break_down" in caplog.text
    assert "ValueError" in caplog.text
    assert "张" not in caplog.text


def test_a_process_that_dies_is_a_failure(qtbot: QtBot) -> None:
    heard = Heard()
    both_ways("process", die, heard)
    qtbot.waitUntil(heard.ended, timeout=10_000)
    assert len(heard.failed) == 1


def test_a_process_that_does_not_listen_is_ended(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "_PATIENCE_S", 0.3)
    heard = Heard()
    job = both_ways("process", deaf, heard)
    qtbot.waitUntil(lambda: bool(heard.progress), timeout=10_000)
    job.cancel()
    qtbot.waitUntil(heard.ended, timeout=10_000)
    assert [type(error) for error in heard.failed] == [Cancelled]


def test_nobody_is_told_when_the_place_is_gone(qtbot: QtBot) -> None:
    heard, owner = Heard(), QObject()
    job = background.run(forever, heard.take, heard.fail, owner=owner)
    del owner
    qtbot.waitUntil(lambda: job not in background.running(), timeout=5_000)
    assert not heard.ended()


@ways
def test_at_the_end_everything_is_stopped(qtbot: QtBot, way: str) -> None:
    heard = Heard()
    both_ways(way, forever, heard)
    assert background.wait_all()
    assert background.running() == []


def test_reports_do_not_flood_the_window(qtbot: QtBot) -> None:
    heard = Heard()
    background.run(lambda report: count(report, 100_000), heard.take, heard.fail, heard.report)
    qtbot.waitUntil(heard.ended, timeout=10_000)
    assert len(heard.progress) < 100


def test_the_work_is_not_done_in_the_window_s_thread(qtbot: QtBot) -> None:
    heard = Heard()
    background.run(lambda report: threading.get_ident(), heard.take, heard.fail)
    qtbot.waitUntil(heard.ended)
    assert heard.done != [threading.get_ident()]

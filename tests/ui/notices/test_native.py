"""Notices by the system, over a real session bus with a daemon of the test's own."""

import sys
import threading
import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from custdesk.ui.notices import native
from custdesk.ui.notices.native import NativeNotices
from custdesk.ui.notices.notice import Notice, Reply
from tests.session_bus import StartDaemon

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="speaks D-Bus")

ONE = Notice((7,), "10:30 · 张丽华", "约好回电")
SEVERAL = Notice((7, 8), "Follow-ups", "2 follow-ups are due today.")
OTHER = Notice((9,), "李国强", "生日")


@pytest.fixture
def notices(qtbot: QtBot) -> Iterator[NativeNotices]:
    made = NativeNotices()
    yield made
    made.close()
    made.deleteLater()


def test_a_notice_says_what_is_due_with_its_buttons(
    notices: NativeNotices, start_daemon: StartDaemon
) -> None:
    daemon = start_daemon()
    notices.show(ONE)
    asked = daemon.next()
    assert (asked["title"], asked["words"]) == ("10:30 · 张丽华", "约好回电")
    actions = asked["actions"]
    assert isinstance(actions, list)
    assert actions[0] == "default"
    assert actions[3::2] == ["Later", "Done …"]


@pytest.mark.parametrize(
    ("notice", "button", "reply"),
    [
        (ONE, 0, Reply.OPEN),
        (ONE, 1, Reply.LATER),
        (ONE, 2, Reply.DONE),
        (SEVERAL, 0, Reply.OPEN),
        (SEVERAL, 1, Reply.OPEN),
    ],
)
def test_a_button_comes_back_as_its_answer(
    notices: NativeNotices,
    start_daemon: StartDaemon,
    qtbot: QtBot,
    notice: Notice,
    button: int,
    reply: Reply,
) -> None:
    daemon = start_daemon()
    notices.show(notice)
    asked = daemon.next()
    actions = asked["actions"]
    assert isinstance(actions, list)
    with qtbot.waitSignal(notices.answered) as answered:
        daemon.press(asked["id"], actions[2 * button])
    assert answered.args == [notice, reply]


def test_what_is_taken_back_goes_from_the_screen(
    notices: NativeNotices, start_daemon: StartDaemon
) -> None:
    daemon = start_daemon()
    for notice in (ONE, OTHER, SEVERAL):
        notices.show(notice)
    ids = [daemon.next()["id"] for _each in range(3)]
    notices.withdraw(frozenset({9}))
    assert daemon.next() == {"closed": ids[1]}
    notices.withdraw()
    assert [daemon.next(), daemon.next()] == [{"closed": ids[0]}, {"closed": ids[2]}]


def test_at_the_end_nothing_stays_on_the_screen(
    notices: NativeNotices, start_daemon: StartDaemon
) -> None:
    daemon = start_daemon()
    notices.show(ONE)
    id = daemon.next()["id"]
    notices.close()
    assert daemon.next() == {"closed": id}


def test_with_no_bus_it_fails_without_the_window_waiting(
    notices: NativeNotices, qtbot: QtBot
) -> None:
    began = time.monotonic()
    with qtbot.waitSignal(notices.failed) as failed:
        notices.show(ONE)
        assert time.monotonic() - began < 0.1
    assert failed.args == [ONE]


def test_with_nobody_on_the_bus_it_fails(
    notices: NativeNotices, session_bus: str, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(notices.failed):
        notices.show(ONE)


def test_where_there_are_no_buttons_it_fails(
    notices: NativeNotices, start_daemon: StartDaemon, qtbot: QtBot
) -> None:
    start_daemon("plain")
    with qtbot.waitSignal(notices.failed):
        notices.show(ONE)


def test_a_daemon_that_never_answers_is_not_waited_for(
    notices: NativeNotices,
    start_daemon: StartDaemon,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(native, "PATIENCE_S", 0.5)
    start_daemon("mute")
    with qtbot.waitSignal(notices.failed):
        notices.show(ONE)


def test_ending_in_the_midst_of_it_waits_for_nobody(
    notices: NativeNotices, start_daemon: StartDaemon
) -> None:
    start_daemon("mute")
    notices.show(ONE)
    time.sleep(0.5)
    began = time.monotonic()
    notices.close()
    assert time.monotonic() - began < native.GOODBYE_S
    assert "notices" not in [thread.name for thread in threading.enumerate()]


def test_a_daemon_that_comes_later_is_found(
    notices: NativeNotices, start_daemon: StartDaemon, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(notices.failed):
        notices.show(ONE)
    daemon = start_daemon()
    notices.show(OTHER)
    assert daemon.next()["title"] == "李国强"


def test_a_daemon_that_is_started_anew_is_spoken_to_again(
    notices: NativeNotices, start_daemon: StartDaemon
) -> None:
    first = start_daemon()
    notices.show(ONE)
    first.next()
    first.end()
    second = start_daemon()
    notices.show(OTHER)
    assert second.next()["title"] == "李国强"


def test_nothing_is_begun_before_the_first_notice(qtbot: QtBot) -> None:
    notices = NativeNotices()
    notices.withdraw()
    notices.close()
    assert "notices" not in [thread.name for thread in threading.enumerate()]

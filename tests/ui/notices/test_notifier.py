"""Notices through the real window: each thing once, answered by Done or Later."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from custdesk.app import wire_notices
from custdesk.care import follow_ups, habits
from custdesk.care.follow_ups import Due
from custdesk.care.habits import Habits
from custdesk.store.store import Store
from custdesk.ui.main_window import MainWindow
from custdesk.ui.notices.cards import NoticeCard
from custdesk.ui.notices.notice import Reply
from custdesk.ui.notices.notifier import Notifier
from tests import helpers
from tests.helpers import Clock
from tests.session_bus import StartDaemon
from tests.ui.conftest import OpenWindow

EIGHT = datetime(2026, 11, 21, 8)


@pytest.fixture
def clock() -> Clock:
    return Clock(EIGHT)


@pytest.fixture
def window(open_main_window: OpenWindow, clock: Clock) -> MainWindow:
    return open_main_window(clock)


@pytest.fixture
def store(window: MainWindow) -> Store:
    return window.desk.store


StartNotifier = Callable[[], Notifier]


@pytest.fixture
def start_notifier(window: MainWindow) -> Iterator[StartNotifier]:
    """Starts the notifier anew, as a restart of the program would."""
    with ExitStack() as ending:

        def start() -> Notifier:
            ending.close()
            notifier = ending.enter_context(Notifier(window.desk))
            wire_notices(notifier, window, QApplication.quit)
            return notifier

        yield start


@pytest.fixture
def notifier(start_notifier: StartNotifier) -> Notifier:
    return start_notifier()


@pytest.fixture
def look(notifier: Notifier, clock: Clock, qtbot: QtBot) -> Callable[[str], list[str]]:
    """Looks at a time of the day (or of another, "22 09:00"); the titles of what is told then."""
    return lambda at: look_at(notifier, clock, qtbot, at)


Look = Callable[[str], list[str]]


def look_at(notifier: Notifier, clock: Clock, qtbot: QtBot, at: str) -> list[str]:
    day, _space, hour = at.rpartition(" ")
    clock.at = datetime.fromisoformat(f"2026-11-{day or 21} {hour}")
    before = notifier.cards.shown()
    tries: list[object] = []
    notifier.native.failed.connect(tries.append)
    begun = notifier.look()
    qtbot.waitUntil(lambda: len(tries) == begun, timeout=10_000)
    notifier.native.failed.disconnect(tries.append)
    return [card.notice.title for card in notifier.cards.shown() if card not in before][::-1]


def plan(
    store: Store, id: int, at: str | None = None, note: str = "约好回电", day: int = 21
) -> int:
    with store.write("Plan") as db:
        return follow_ups.schedule(db, id, date(2026, 11, day), note, at).id or 0


def due(store: Store, id: int) -> Due:
    with store.read() as db:
        found = follow_ups.one(db, id, store.today)
    assert found is not None
    return found


def card(notifier: Notifier) -> NoticeCard:
    """The one card that is shown."""
    (found,) = notifier.cards.shown()
    return found


def focused(window: MainWindow) -> QWidget:
    found = window.focusWidget()
    assert found is not None
    return found


def type_passphrase(window: MainWindow, qtbot: QtBot) -> None:
    page = window._lock_page
    page.field.edit.setText("secret")
    with qtbot.waitSignal(page.opened):
        QTest.keyClick(page.field.edit, Qt.Key.Key_Return)


def press(notifier: Notifier, reply: Reply) -> None:
    card(notifier).buttons[reply].click()


# --- what is told ---------------------------------------------------------------------------------


def test_a_time_is_told_at_its_time_once(store: Store, look: Look, notifier: Notifier) -> None:
    plan(store, helpers.add(store, "陈思远"), "10:30")
    assert look("10:29") == []
    assert look("10:30") == ["10:30 · 陈思远"]
    assert card(notifier).notice.words == "约好回电"
    assert look("10:31") == []


def test_the_day_is_told_once_in_one_notice(store: Store, look: Look, notifier: Notifier) -> None:
    for name in ("张丽华", "李国强"):
        plan(store, helpers.add(store, name))
    assert look("08:59") == []
    assert look("09:00") == ["Follow-ups"]
    assert card(notifier).notice.words == "2 follow-ups are due today.\n张丽华, 李国强"
    assert look("09:01") == []
    assert look("15:00") == []


def test_a_single_one_for_the_day_is_told_by_name(store: Store, look: Look) -> None:
    helpers.add(store, "张丽华", lunar="1968-10-13")
    assert look("09:00") == ["张丽华"]


def test_a_birthday_of_today_is_told_as_one_of_today(
    store: Store, look: Look, clock: Clock
) -> None:
    """It was due three days before, when the PC was off."""
    clock.turn_to("2026-11-01")
    helpers.add(store, "张丽华", solar="1990-11-21")
    clock.turn_to("2026-11-21")
    store.new_day()
    assert look("09:00") == ["张丽华"]


def test_what_came_due_while_the_pc_was_off_is_told_together(
    store: Store, look: Look, notifier: Notifier
) -> None:
    for name, at in (("张丽华", None), ("李国强", "10:00"), ("王秀", "11:00"), ("赵敏", None)):
        plan(store, helpers.add(store, name), at)
    assert look("22 12:00") == ["Follow-ups"]
    said = "4 follow-ups came due while you were away.\n张丽华, 赵敏, 李国强 and others"
    assert card(notifier).notice.words == said
    assert look("22 12:01") == []


def test_nothing_is_told_in_quiet_hours_and_nothing_is_lost(store: Store, look: Look) -> None:
    plan(store, helpers.add(store, "陈思远"), "21:30")
    assert look("21:30") == []
    assert look("22 08:29") == []
    assert look("22 08:30") == ["Yesterday 21:30 · 陈思远"]


def test_the_hours_are_those_that_were_chosen(store: Store, look: Look) -> None:
    with store.write("Hours") as db:
        habits.choose(db, Habits(tell_at=time(14)))
    plan(store, helpers.add(store, "陈思远"))
    assert look("13:59") == []
    assert look("14:00") == ["陈思远"]


def test_many_at_one_time_are_told_together(store: Store, look: Look) -> None:
    for name in ("张丽华", "李国强", "王秀", "赵敏"):
        plan(store, helpers.add(store, name), "10:00")
    assert look("10:00") == ["Follow-ups"]


def test_a_restart_tells_nothing_again(
    store: Store,
    window: MainWindow,
    start_notifier: StartNotifier,
    look: Look,
    clock: Clock,
    qtbot: QtBot,
) -> None:
    plan(store, helpers.add(store, "陈思远"), "10:00")
    plan(store, helpers.add(store, "张丽华"))
    assert look("10:01") == ["10:00 · 陈思远", "张丽华"]
    again = start_notifier()
    assert look_at(again, clock, qtbot, "10:02") == []
    kept = window.desk.preferences.told
    assert kept and "陈思远" not in "".join(kept)


def test_what_another_file_was_told_is_kept(store: Store, look: Look, window: MainWindow) -> None:
    others = ["0badcafe 2026-11-20 7 8"]
    window.desk.preferences.told = list(others)
    plan(store, helpers.add(store, "陈思远"), "10:00")
    look("10:00")
    assert [line for line in window.desk.preferences.told if line in others] == others
    assert len(window.desk.preferences.told) == 2


def test_nothing_is_told_of_whom_nobody_may_contact(store: Store, look: Look) -> None:
    """Neither of the day nor at the time; what was planned by hand is in the list all the same."""
    id = helpers.add(store, "陈思远", do_not_contact=True)
    plan(store, id, "10:00")
    plan(store, id)
    assert look("09:00") == []
    assert look("10:00") == []
    assert len(helpers.due_on(store)) == 2


def test_masked_a_notice_hides_what_somebody_wrote(
    store: Store, look: Look, notifier: Notifier, window: MainWindow
) -> None:
    plan(store, helpers.add(store, "陈思远"), "10:00", "欠款 3000 元，打 13800138000")
    window.desk.mask.put(True)
    look("10:00")
    assert card(notifier).notice.words == "****"


def test_the_mask_takes_back_what_is_on_the_screen(
    store: Store, look: Look, notifier: Notifier, window: MainWindow
) -> None:
    plan(store, helpers.add(store, "陈思远"), "10:00", "欠款 3000 元")
    look("10:00")
    window.desk.mask.put(True)
    assert notifier.cards.shown() == []


def test_locked_nothing_appears_until_it_is_open(
    store: Store, look: Look, notifier: Notifier, window: MainWindow, clock: Clock, qtbot: QtBot
) -> None:
    plan(store, helpers.add(store, "陈思远"), "10:00")
    plan(store, helpers.add(store, "李国强"), "10:30")
    assert look("10:00") == ["10:00 · 陈思远"]
    store.replace(store.rewrite("secret", lambda _done, _total, _words: None))
    window.lock()
    assert notifier.cards.shown() == []
    assert look("10:30") == []
    with qtbot.waitSignal(notifier.native.failed):
        type_passphrase(window, qtbot)
    assert card(notifier).notice.title == "10:30 · 李国强"


# --- what is answered -----------------------------------------------------------------------------


def test_done_goes_to_where_the_outcome_is_typed(
    store: Store, look: Look, notifier: Notifier, window: MainWindow, qtbot: QtBot
) -> None:
    plan(store, helpers.add(store, "张丽华"), "09:30")
    planned = plan(store, helpers.add(store, "陈思远"), "10:00")
    look("09:30")
    card(notifier).leave()
    look("10:00")
    press(notifier, Reply.DONE)
    assert notifier.cards.shown() == []
    QTest.keyClicks(focused(window), "will come")
    QTest.keyClick(focused(window), Qt.Key.Key_Return)
    with store.read() as db:
        (closed,) = follow_ups.closed(db, store.today)
    assert (closed.id, closed.words) == (planned, "will come")


def test_later_puts_off_by_a_quarter_of_an_hour_in_one_step(
    store: Store, look: Look, notifier: Notifier
) -> None:
    planned = plan(store, helpers.add(store, "陈思远"), "10:00")
    look("10:02")
    press(notifier, Reply.LATER)
    assert (due(store, planned).due, due(store, planned).time) == (store.today, "10:17")
    assert look("10:16") == []
    assert look("10:17") == ["10:17 · 陈思远"]
    store.undo()
    assert due(store, planned).time == "10:00"


def test_later_puts_off_until_tomorrow_what_has_no_time(
    store: Store, look: Look, notifier: Notifier
) -> None:
    planned = plan(store, helpers.add(store, "陈思远"))
    look("09:00")
    press(notifier, Reply.LATER)
    assert due(store, planned).due == store.today + timedelta(days=1)
    assert look("20:00") == []
    assert look("22 09:00") == ["陈思远"]


def test_a_notice_of_several_shows_the_list(
    store: Store, look: Look, notifier: Notifier, window: MainWindow
) -> None:
    for name in ("张丽华", "李国强"):
        plan(store, helpers.add(store, name))
    look("09:00")
    press(notifier, Reply.OPEN)
    assert window.follow_ups.isVisible()


def test_a_notice_goes_when_its_follow_up_is_dealt_with(
    store: Store, look: Look, notifier: Notifier
) -> None:
    planned = plan(store, helpers.add(store, "陈思远"), "10:00")
    look("10:00")
    helpers.complete(store, planned)
    assert notifier.cards.shown() == []


def test_a_notice_goes_when_its_follow_up_is_put_off_elsewhere(
    store: Store, look: Look, notifier: Notifier
) -> None:
    planned = plan(store, helpers.add(store, "陈思远"), "10:00")
    look("10:00")
    with store.write("Later") as db:
        at = store.clock() + timedelta(hours=1)
        follow_ups.remind_at(db, planned, at, store.clock())
    assert notifier.cards.shown() == []
    assert look("11:00") == ["11:00 · 陈思远"]


def test_a_notice_of_several_stays_when_one_of_them_is_dealt_with(
    store: Store, look: Look, notifier: Notifier
) -> None:
    first = plan(store, helpers.add(store, "张丽华"))
    plan(store, helpers.add(store, "李国强"))
    look("09:00")
    helpers.complete(store, first)
    assert card(notifier).notice.title == "Follow-ups"


def test_by_the_system_where_it_can(
    store: Store, notifier: Notifier, clock: Clock, start_daemon: StartDaemon, qtbot: QtBot
) -> None:
    """The whole way: due, told over the bus, Later pressed there, put off here."""
    daemon = start_daemon()
    planned = plan(store, helpers.add(store, "陈思远"), "10:00")
    clock.at = datetime(2026, 11, 21, 10)
    assert notifier.look() == 1
    asked = daemon.next()
    assert asked["title"] == "10:00 · 陈思远"
    actions = asked["actions"]
    assert isinstance(actions, list)
    daemon.press(asked["id"], actions[actions.index("Later") - 1])
    qtbot.waitUntil(lambda: due(store, planned).time == "10:15")
    assert notifier.cards.shown() == []


# --- the cards ------------------------------------------------------------------------------------


def test_cards_stand_above_each_other_without_taking_the_keyboard(
    store: Store, look: Look, notifier: Notifier, window: MainWindow
) -> None:
    for name, at in (("张丽华", "10:00"), ("李国强", "10:01"), ("王秀", "10:02")):
        plan(store, helpers.add(store, name), at)
    window.customers.focus_search()
    focused = window.focusWidget()
    for at in ("10:00", "10:01", "10:02"):
        look(at)
    newest, middle, oldest = notifier.cards.shown()
    assert newest.notice.title == "10:02 · 王秀"
    assert newest.y() > middle.geometry().bottom() and middle.y() > oldest.geometry().bottom()
    assert window.focusWidget() is focused and window.isActiveWindow()
    middle.put_away.click()
    assert oldest.geometry().bottom() < newest.y()
    assert notifier.cards.shown() == [newest, oldest]


def test_no_more_cards_than_there_is_room_for(store: Store, look: Look, notifier: Notifier) -> None:
    for minute in range(6):
        plan(store, helpers.add(store, f"客户{minute}"), f"10:{minute:02}")
    for minute in range(6):
        look(f"10:{minute:02}")
    assert [one.notice.title for one in notifier.cards.shown()] == [
        f"10:{minute:02} · 客户{minute}" for minute in (5, 4, 3, 2)
    ]

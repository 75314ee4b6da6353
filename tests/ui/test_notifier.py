"""The notices of the tray: each thing once, at its time."""

from datetime import datetime

from pytestqt.qtbot import QtBot

from custdesk.care import follow_ups
from custdesk.settings import Preferences
from custdesk.store.store import Store
from custdesk.ui.desk import Desk
from custdesk.ui.notifier import Notifier
from tests import helpers
from tests.helpers import Clock


def test_the_day_is_announced_once_at_nine(store: Store, clock: Clock, qtbot: QtBot) -> None:
    helpers.add(store, "张丽华", lunar="1968-10-13")
    notifier = Notifier(Desk(store, Preferences()))
    assert notifier.news(datetime(2026, 11, 21, 8, 59)) == ""
    assert "1" in notifier.news(datetime(2026, 11, 21, 9, 0))
    assert notifier.news(datetime(2026, 11, 21, 9, 1)) == ""


def test_a_time_is_announced_at_its_time_and_once(store: Store, clock: Clock, qtbot: QtBot) -> None:
    id = helpers.add(store, "陈思远")
    with store.write("Plan") as db:
        follow_ups.schedule(db, id, store.today, "约好回电", "10:30")
    notifier = Notifier(Desk(store, Preferences()))
    notifier.news(datetime(2026, 11, 21, 9, 0))
    assert notifier.news(datetime(2026, 11, 21, 10, 29)) == ""
    assert "陈思远" in notifier.news(datetime(2026, 11, 21, 10, 30))
    assert notifier.news(datetime(2026, 11, 21, 10, 31)) == ""


def test_nothing_due_says_nothing(store: Store, clock: Clock, qtbot: QtBot) -> None:
    helpers.add(store, "张丽华")
    notifier = Notifier(Desk(store, Preferences()))
    assert notifier.news(datetime(2026, 11, 21, 9, 0)) == ""


def test_what_was_put_off_is_announced_again_at_its_time(
    store: Store, clock: Clock, qtbot: QtBot
) -> None:
    id = helpers.add(store, "陈思远")
    with store.write("Plan") as db:
        planned = follow_ups.schedule(db, id, store.today, "约好回电", "10:00").id or 0
    notifier = Notifier(Desk(store, Preferences()))
    notifier.news(datetime(2026, 11, 21, 10, 1))
    helpers.snooze(store, planned, "2026-11-22")
    assert "陈思远" in notifier.news(datetime(2026, 11, 22, 10, 1))


def test_nothing_is_announced_of_whom_nobody_may_contact(
    store: Store, clock: Clock, qtbot: QtBot
) -> None:
    """Neither of the day nor at the time; what was planned by hand is in the list all the same."""
    id = helpers.add(store, "陈思远", do_not_contact=True)
    with store.write("Plan") as db:
        follow_ups.schedule(db, id, store.today, "送发票", "10:00")
    notifier = Notifier(Desk(store, Preferences()))
    assert notifier.news(datetime(2026, 11, 21, 9, 0)) == ""
    assert notifier.news(datetime(2026, 11, 21, 10, 0)) == ""
    assert [one.customer for one in helpers.due_on(store)] == ["陈思远"]

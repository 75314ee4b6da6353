"""The desk: writes wait their turn and are never lost; what is refused is said."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import text
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.people import customers
from custdesk.settings import Preferences
from custdesk.store.store import Store
from custdesk.ui import background
from custdesk.ui.desk import AGAIN_MS, Desk
from tests import helpers


@pytest.fixture
def desk(store: Store, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(store, Preferences())
    yield made
    background.wait_all()
    made.leave()
    made.deleteLater()


def _rename(desk: Desk, id: int, name: str) -> None:
    desk.write("Rename", lambda db: customers.edit(db, id, "name", name, desk.today))


def test_a_write_while_the_file_is_busy_happens_when_it_is_free(desk: Desk, store: Store) -> None:
    id = helpers.add(store, "张三")
    desk.set_busy(True)
    _rename(desk, id, "李四")
    assert helpers.names(store) == ["张三"]
    desk.set_busy(False)
    assert helpers.names(store) == ["李四"]


def test_what_waits_is_written_when_the_window_closes(desk: Desk, store: Store) -> None:
    id = helpers.add(store, "张三")
    desk.set_busy(True)
    _rename(desk, id, "李四")
    assert desk.finish()
    assert helpers.names(store) == ["李四"]


def test_another_writer_makes_it_wait_and_does_not_freeze(
    desk: Desk, store: Store, qtbot: QtBot
) -> None:
    id = helpers.add(store, "张三")
    inside, leave = threading.Event(), threading.Event()

    def write_for_long() -> None:
        with store.write("Long") as db:
            db.execute(text("UPDATE customer SET city = '杭州'"))
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=write_for_long)
    other.start()
    assert inside.wait(5)
    said: list[str] = []
    desk.said.connect(lambda sentence, _undo: said.append(sentence))
    _rename(desk, id, "李四")
    assert said == ["This is saved as soon as the other work has ended."]
    qtbot.wait(3 * AGAIN_MS)
    leave.set()
    other.join()
    qtbot.waitUntil(lambda: helpers.names(store) == ["李四"], timeout=5000)
    assert len(said) == 1, "said once, however often it was tried"


def test_writes_that_wait_keep_their_order(desk: Desk, store: Store) -> None:
    id = helpers.add(store, "张三")
    desk.set_busy(True)
    _rename(desk, id, "李四")
    _rename(desk, id, "王五")
    desk.set_busy(False)
    assert helpers.names(store) == ["王五"]
    assert helpers.labels(store)[:2] == ["Rename", "Rename"]


def test_work_in_the_background_is_one_step(desk: Desk, store: Store, qtbot: QtBot) -> None:
    ids = [helpers.add(store, f"客户{n}") for n in range(3)]

    def all_to_the_trash(db: Session) -> None:
        customers.trash(db, ids, desk.now)

    with qtbot.waitSignal(desk.said) as said:
        desk.write_apart("Trash", all_to_the_trash, "Gone")
    assert said.args == ["Gone", True]
    assert helpers.names(store) == []
    desk.undo()
    assert len(helpers.names(store)) == 3


def test_what_is_refused_in_the_background_is_said(desk: Desk, store: Store, qtbot: QtBot) -> None:
    id = helpers.add(store, "张三")
    with qtbot.waitSignal(desk.warned) as warned:
        desk.write_apart("Rename", lambda db: customers.edit(db, id, "name", "", desk.today))
    assert warned.args == ["A customer needs a name. Type one."]
    assert not desk.is_busy


def test_erasing_is_refused_while_the_file_is_busy(desk: Desk, store: Store) -> None:
    """What cannot be undone never happens later than it was asked for."""
    id = helpers.add(store, "张三")
    said: list[CustdeskError] = []
    desk.set_busy(True)
    desk.erase([id], lambda _receipt: None, said.append)
    desk.set_busy(False)
    assert len(said) == 1
    assert helpers.names(store) == ["张三"]


def test_the_trash_forgets_in_the_background(
    desk: Desk, store: Store, clock: helpers.Clock, qtbot: QtBot
) -> None:
    helpers.trash(store, helpers.add(store, "张三"))
    clock.move(days=30)
    busy: list[bool] = []
    desk.busy_changed.connect(busy.append)
    with qtbot.waitSignal(desk.day_turned, timeout=20_000):
        desk.turn_day()
        assert busy == []  # the window comes first
    assert busy == [True, False]
    with store.read() as db:
        assert customers.trashed(db) == []

"""The one door to the file: what a write leaves behind, and what it must not."""

import threading
from pathlib import Path

import pytest

from custdesk.errors import CustdeskError
from custdesk.people import customers
from custdesk.people.customers import Details
from custdesk.store.store import BUSY_MS, Change, Store, explain
from tests import helpers
from tests.conftest import Opener
from tests.helpers import Clock, add, contents, edit, labels, names


def test_a_write_is_there_after_closing_and_opening(tmp_path: Path, open_file: Opener) -> None:
    first = open_file(tmp_path / "a.custdesk")
    add(first, "张丽华")
    first.close()
    assert names(open_file(tmp_path / "a.custdesk")) == ["张丽华"]


def test_a_write_is_one_step_with_its_label(store: Store) -> None:
    with store.write("Two at once") as db:
        customers.add(db, Details("张丽华"), store.today)
        customers.add(db, Details("李国强"), store.today)
    assert labels(store) == ["Two at once"]
    store.undo()
    assert names(store) == []


def test_a_step_says_when_it_was(store: Store, clock: Clock) -> None:
    clock.move(minutes=90)
    add(store, "张丽华")
    step = store.last_step()
    assert step and step.at.isoformat(" ") == "2026-11-21 10:30:00"


def test_a_write_that_changed_nothing_is_no_step(store: Store) -> None:
    with store.write("Nothing"):
        pass
    assert labels(store) == []


def test_a_write_that_changed_nothing_keeps_what_can_be_done_again(store: Store) -> None:
    add(store, "张丽华")
    store.undo()
    with store.write("Nothing"):
        pass
    store.redo()
    assert names(store) == ["张丽华"]


def test_an_error_in_a_write_leaves_no_trace(store: Store) -> None:
    id = add(store, "张丽华", phone="13812345678")
    before = contents(store)
    with pytest.raises(ZeroDivisionError), store.write("Half") as db:
        customers.edit(db, id, "city", "杭州", store.today)
        db.flush()
        customers.add(db, Details("李国强"), store.today)
        raise ZeroDivisionError
    assert (contents(store), labels(store)) == (before, ["Add 张丽华"])


def test_an_error_in_a_write_keeps_what_can_be_done_again(store: Store) -> None:
    add(store, "张丽华")
    store.undo()
    with pytest.raises(CustdeskError), store.write("Wrong") as db:
        customers.add(db, Details(""), store.today)
    store.redo()
    assert names(store) == ["张丽华"]


def test_a_write_announces_once_what_it_changed(store: Store) -> None:
    heard: list[Change] = []
    other = add(store, "李国强")
    store.changed.append(heard.append)
    id = add(store, "张丽华", phone="13812345678")
    assert [(change.label, change.customers) for change in heard] == [
        ("Add 张丽华", frozenset({id}))
    ]
    assert heard[0].concerns(id) and not heard[0].concerns(other)
    assert {"customer", "contact_point"} <= heard[0].tables


def test_undo_and_redo_announce_too(store: Store) -> None:
    id = add(store, "张丽华")
    heard: list[Change] = []
    store.changed.append(heard.append)
    store.undo()
    store.redo()
    assert [(change.label, change.customers) for change in heard] == [
        ("Add 张丽华", frozenset({id}))
    ] * 2


def test_what_failed_or_changed_nothing_announces_nothing(store: Store) -> None:
    heard: list[Change] = []
    store.changed.append(heard.append)
    with store.write("Nothing"):
        pass
    with pytest.raises(CustdeskError), store.write("Wrong") as db:
        customers.add(db, Details(" "), store.today)
    store.undo()
    store.redo()
    assert heard == []


def test_a_read_sees_one_state_while_another_thread_writes(store: Store) -> None:
    add(store, "张丽华")
    with store.read() as db:
        before = customers.all_cities(db)
        writer = threading.Thread(target=add, args=(store, "李国强"), kwargs={"city": "杭州"})
        writer.start()
        writer.join()
        assert customers.all_cities(db) == before == []
    with store.read() as db:
        assert customers.all_cities(db) == ["杭州"]


def test_a_read_within_a_read(store: Store) -> None:
    id = add(store, "张丽华")
    with store.read() as outer:
        assert customers.get(outer, id).name == "张丽华"
        assert names(store) == ["张丽华"]
        assert customers.number_owner(outer, "0001") == id


def test_many_threads_do_not_disturb_a_read(store: Store) -> None:
    id = add(store, "张丽华")
    with store.read() as db:
        assert customers.get(db, id).name == "张丽华"
        for _time in range(12):
            reader = threading.Thread(target=names, args=(store,))
            reader.start()
            reader.join()
        assert customers.number_owner(db, "0001") == id


def test_writes_of_two_threads_are_two_steps(store: Store) -> None:
    writers = [threading.Thread(target=add, args=(store, f"客户{i}")) for i in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(names(store)) == [f"客户{i}" for i in range(8)]
    with store.read() as db:
        assert [customers.number_owner(db, f"{n:04}") for n in range(1, 9)] == list(range(1, 9))


def test_a_write_waits_for_that_of_another_process(tmp_path: Path, open_file: Opener) -> None:
    one, two = open_file(tmp_path / "a.custdesk"), open_file(tmp_path / "a.custdesk")
    begun, go_on = threading.Event(), threading.Event()

    def long_write() -> None:
        with one.write("Import") as db:
            customers.add(db, Details("张丽华"), one.today)
            begun.set()
            go_on.wait(BUSY_MS / 1000)

    writer = threading.Thread(target=long_write)
    writer.start()
    begun.wait(5)
    threading.Timer(0.3, go_on.set).start()
    add(two, "李国强")
    writer.join()
    assert labels(two) == ["Add 李国强", "Import"]
    assert names(one) == ["李国强", "张丽华"]


def test_another_process_s_change_can_be_announced(tmp_path: Path, open_file: Opener) -> None:
    window, importing = open_file(tmp_path / "a.custdesk"), open_file(tmp_path / "a.custdesk")
    heard: list[Change] = []
    window.changed.append(heard.append)
    id = add(importing, "张丽华")
    assert heard == []
    window.announce_last()
    assert [(change.label, change.customers) for change in heard] == [
        ("Add 张丽华", frozenset({id}))
    ]


def test_undo_takes_back_another_process_s_change(tmp_path: Path, open_file: Opener) -> None:
    window, importing = open_file(tmp_path / "a.custdesk"), open_file(tmp_path / "a.custdesk")
    add(importing, "张丽华")
    undone = window.undo()
    assert undone and undone.label == "Add 张丽华"
    assert names(importing) == []


def test_recomputing_finds_what_is_wrong_and_keeps_it_unless_asked(store: Store) -> None:
    from sqlalchemy import text

    id = add(store, "张丽华")
    with store.read() as db:
        db.execute(text("UPDATE standing SET spend_12m_cents = 5"))
        db.commit()
    assert not store.recompute(keep=False)
    assert helpers.row(store, id).spend_12m_cents == 5
    assert not store.recompute(keep=True)
    assert store.recompute(keep=False)
    assert helpers.row(store, id).spend_12m_cents == 0


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        ("database or disk is full", "disk is full"),
        ("[Errno 28] No space left on device", "disk is full"),
        ("attempt to write a readonly database", "read-only"),
        ("[Errno 30] Read-only file system: 'a'", "read-only"),
        ("database is locked", "Another program"),
        ("file is not a database", "not a CustDesk customer file"),
        ("database disk image is malformed", "not a CustDesk customer file"),
        ("unable to open database file", "cannot be opened"),
        ("[Errno 13] Permission denied: 'a'", "cannot be opened"),
        ("[Errno 20] Not a directory: 'a/b'", "cannot be opened"),
    ],
)
def test_failures_of_the_disk_are_sentences(tmp_path: Path, failure: str, says: str) -> None:
    sentence = explain(OSError(failure), tmp_path / "missing" / "a.custdesk")
    assert sentence and says in str(sentence)


def test_a_mistake_of_ours_is_no_sentence(store: Store) -> None:
    from sqlalchemy.exc import IntegrityError

    id = add(store, "张丽华")
    with pytest.raises(IntegrityError), store.write("Wrong") as db:
        customers.get(db, id).name = "  "
        db.flush()


def test_editing_touches_derived_facts_in_the_same_step(store: Store) -> None:
    id = add(store, "张丽华", phone="13812345678")
    edit(store, id, name="李丽华")
    assert helpers.find(store, "llh") == ["李丽华"]
    assert helpers.find(store, "zlh") == []

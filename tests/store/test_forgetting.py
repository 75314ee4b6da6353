"""Forgetting customers: nothing of them is left to read, and nothing of anybody else is lost."""

from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from custdesk.care import follow_ups
from custdesk.errors import CustdeskError
from custdesk.people import customers, history
from custdesk.store import forgetting
from custdesk.store.connecting import connect
from custdesk.store.models import Customer, RelationKind
from custdesk.store.store import Change, Store
from tests.conftest import Opener
from tests.helpers import (
    Clock,
    add,
    ahead,
    bought,
    bring_in,
    complete,
    contents,
    customer,
    edit,
    faults,
    find,
    follow_up,
    labels,
    names,
    redo_all,
    restore,
    spoke,
    trash,
    undo_all,
)
from tests.store.test_journal import DEEDS

TODAY = date(2026, 11, 21)

SECRETS = (
    "张丽华", "欧阳丽华", "13812345678", "87654321", "z.lihua@example.com", "lihua_wx",
    "梧桐里", "怕苦味", "贵客甲", "旧标签乙", "聊到女儿高考", "定金没付", "送去样茶", "出差去了",
    "glihua", "老关系的话",
)  # fmt: skip
"""Strings that stand in the file because of 张丽华 and nobody else; one of
them is a piece of pinyin in the index."""


def _write(store: Store, label: str, work: Callable[[Session], object]) -> None:
    with store.write(label) as db:
        work(db)


def _raw(path: Path) -> bytes:
    """Everything that stands on the disk for this file."""
    return b"".join(
        one.read_bytes()
        for one in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm")))
        if one.exists()
    )


def _readable(path: Path) -> list[str]:
    raw = _raw(path)
    return [secret for secret in SECRETS if secret.encode() in raw]


@pytest.fixture
def lives(store: Store) -> tuple[int, int]:
    """张丽华, with a life of edits behind her, and 李国强, who was there in between."""
    other = add(store, "李国强", phone="13812340000", tags=["老客"])
    id = add(
        store,
        "张丽华",
        phone=["13812345678", "0571-87654321"],
        email="z.lihua@example.com",
        wechat="lihua_wx",
        solar="1968-11-25",
        tags=["贵客甲", "旧标签乙", "老客"],
        address="梧桐里",
        taboos="怕苦味",
    )
    edit(store, id, name="欧阳丽华")
    edit(store, other, city="杭州")
    bought(store, id, "2026-11-02", 12800)
    bought(store, other, "2026-11-02", 9900, "白茶")
    spoke(store, id, "2026-11-03", "聊到女儿高考")
    spoke(store, other, "2026-11-03", "寒暄")
    complete(store, follow_up(store, other))
    tomorrow = date(2026, 11, 22)
    _write(store, "Plan", lambda db: follow_ups.schedule(db, id, tomorrow, "送去样茶"))
    _write(store, "Skip", lambda db: follow_ups.skip(
        db, follow_up(store, id), "出差去了", store.clock()))  # fmt: skip
    _write(store, "Relate 李国强 and 张丽华", lambda db: history.relate(
        db, other, id, RelationKind.FRIEND, "老关系的话"))  # fmt: skip
    _write(store, "Tags of 张丽华", lambda db: customers.set_tags(db, id, ["贵客甲", "老客"]))
    _write(store, "Tags of 李国强", lambda db: customers.set_tags(db, other, ["绿茶"]))
    edit(store, id, name="张丽华", taboos="")
    edit(store, other, notes="要发票")
    purchase = bought(store, id, "2026-11-05", 100)
    _write(store, "Remove", lambda db: history.remove_purchase(db, purchase))
    _write(store, "Note", lambda db: history.record_purchase(
        db, id, TODAY, [], note="定金没付", amount_cents=5))  # fmt: skip
    edit(store, id, city="上海")
    store.undo()
    return id, other


def test_nothing_of_them_is_left_to_read(store: Store, lives: tuple[int, int]) -> None:
    assert _readable(store.path) == list(SECRETS)
    assert store.erase([lives[0]]).swept
    assert _readable(store.path) == []
    assert names(store) == ["李国强"]
    assert faults(store) == []


def test_nor_after_closing(store: Store, lives: tuple[int, int], open_file: Opener) -> None:
    store.erase([lives[0]])
    store.close()
    assert _readable(store.path) == []
    assert faults(open_file(store.path)) == []


def test_nobody_finds_them(store: Store, lives: tuple[int, int]) -> None:
    store.erase([lives[0]])
    for typed in ("张", "lihua", "zlh", "5678", "梧桐里", "0002", "贵客甲"):
        assert find(store, typed) == []
    assert find(store, "4000") == ["李国强"]


def test_nothing_of_the_others_is_lost(store: Store, lives: tuple[int, int]) -> None:
    id, other = lives
    before = _of(store, other)
    store.erase([id])
    assert _of(store, other) == before


def test_the_steps_of_the_others_can_still_be_undone(store: Store, lives: tuple[int, int]) -> None:
    """Each brings 李国强 back to where he was before it, and so down to an empty file."""
    id, other = lives
    states = {}
    while step := store.last_step():
        states[step.id] = _of(store, other)
        store.undo()
    redo_all(store)
    store.erase([id])
    undone = []
    while step := store.last_step():
        assert _of(store, other) == states[step.id], step.label
        undone.append(step.label)
        store.undo()
        assert faults(store) == []
    assert names(store) == []
    assert undone == [
        "Edit 1", "Tags of 李国强", "Follow-up done", "Log a call", "Record a purchase",
        "Edit 1", "Add 李国强",
    ]  # fmt: skip
    redo_all(store)
    assert names(store) == ["李国强"]
    assert _readable(store.path) == []


def _of(store: Store, id: int) -> list[tuple[str, list[tuple[object, ...]]]]:
    """All that the tables hold of a customer; a relation is both people's, and left out."""
    queries = {
        "customer": "SELECT * FROM customer WHERE id = :id",
        "tags": "SELECT name FROM tag JOIN customer_tag ON tag_id = tag.id WHERE customer_id = :id"
        " ORDER BY name",
    } | {
        table: f"SELECT * FROM {table} WHERE customer_id = :id ORDER BY 1"
        for table in ("contact_point", "purchase", "interaction", "follow_up", "standing")
    }
    with store.read() as db:
        return [
            (name, [tuple(row) for row in db.execute(text(query), {"id": id})])
            for name, query in queries.items()
        ]


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("leaves", ["the one", "the other"])
def test_after_any_deed(store: Store, deed: str, leaves: str) -> None:
    """Whatever was done with two people, one leaves, and all steps that are left can be undone."""
    other = add(store, "李国强", phone="13812340000")
    id = add(store, "张丽华", phone=["13812345678", "0571-87654321"], tags=["贵客甲"])
    bought(store, id, "2026-11-02", 12800)
    spoke(store, id, "2026-11-03")
    _write(store, "Relate", lambda db: history.relate(db, id, other, RelationKind.REFERRED_BY))
    _write(store, deed, lambda db: DEEDS[deed](db, id, other))
    gone = id if leaves == "the one" else other
    if deed.startswith("delete") and leaves == "the one":
        gone = other
    store.erase([gone])
    assert faults(store) == []
    undo_all(store)
    assert faults(store) == []
    redo_all(store)
    assert faults(store) == []


def test_an_import_of_many_keeps_its_label_and_its_undo(store: Store) -> None:
    bring_in(store, "customers_gb18030.csv")
    many = len(names(store))
    gone = _id(store, names(store)[7])
    store.erase([gone])
    assert labels(store) == ["Import customers_gb18030.csv"]
    assert len(names(store)) == many - 1
    store.undo()
    assert names(store) == []
    store.redo()
    assert len(names(store)) == many - 1
    assert faults(store) == []


def _id(store: Store, name: str) -> int:
    with store.read() as db:
        return int(
            db.execute(text("SELECT id FROM customer WHERE name = :n"), {"n": name}).scalar_one()
        )


def test_a_label_with_their_name_is_blotted_out_whatever_its_form(store: Store) -> None:
    first, second = add(store, "ＺＨＡＮＧ Li"), add(store, "李国强")
    with store.write("Grade of zhangli and 李国强") as db:
        for id in (first, second):
            customers.edit(db, id, "city", "杭州", TODAY)
    store.erase([first])
    assert labels(store) == ["Erased", "Add 李国强"]


def test_a_change_that_was_theirs_alone_goes(store: Store) -> None:
    add(store, "李国强")
    id = add(store, "张丽华", tags=["贵客甲"])
    bought(store, id, "2026-11-02", 12800)
    store.erase([id])
    assert labels(store) == ["Add 李国强"]


def test_what_was_undone_cannot_be_redone(store: Store) -> None:
    id = add(store, "张丽华")
    edit(store, add(store, "李国强"), city="杭州")
    store.undo()
    store.erase([id])
    assert store.redo() is None


def test_erasing_is_no_step(store: Store) -> None:
    add(store, "李国强")
    store.erase([add(store, "张丽华")])
    store.undo()
    assert names(store) == []


def test_a_tag_of_others_stays_and_comes_back(store: Store) -> None:
    """李国强 once had it, and undo gives it to him again."""
    other = add(store, "李国强", tags=["老客"])
    id = add(store, "张丽华", tags=["老客"])
    _write(store, "No tags", lambda db: customers.set_tags(db, other, []))
    _write(store, "No tags", lambda db: customers.set_tags(db, id, []))
    store.erase([id])
    assert labels(store) == ["Erased", "No tags", "Add 李国强"]
    store.undo()
    store.undo()
    with store.read() as db:
        assert customers.tags_of(db, other) == ["老客"]
    assert faults(store) == []


def _add_as(store: Store, name: str, id: int) -> None:
    """Add somebody with an id that another one had, as early files have it."""
    with store.write(f"Add {name}") as db:
        db.add(Customer(id=id, number="0099", name=name, added_on=TODAY, care_from=TODAY))


def test_an_id_that_was_given_again_is_somebody_else(store: Store) -> None:
    """Merged records leave, and the next customer, tag or relation takes the id."""
    id = add(store, "张丽华", number="0002")
    old = add(store, "张 丽华", number="0003", phone="13812345678")
    with store.write("Merge") as db:
        db.execute(text("DELETE FROM customer WHERE id = :old"), {"old": old})
        db.execute(
            text("INSERT INTO former_number (customer_id, number) VALUES (:id, '0003')"),
            {"id": id},
        )
    _add_as(store, "王五", old)
    store.erase([id])
    assert b"13812345678" not in _raw(store.path)
    assert (names(store), labels(store)) == (["王五"], ["Add 王五"])
    assert store.undo()
    assert names(store) == []
    assert faults(store) == []


def test_somebody_with_the_id_of_a_merged_record_leaves_alone(store: Store) -> None:
    id = add(store, "张丽华", number="0002")
    old = add(store, "张 丽华", number="0003", phone="13812345678")
    with store.write("Merge") as db:
        db.execute(text("DELETE FROM customer WHERE id = :old"), {"old": old})
        db.execute(
            text("INSERT INTO former_number (customer_id, number) VALUES (:id, '0003')"),
            {"id": id},
        )
    _add_as(store, "王五", old)
    store.erase([old])
    store.undo()
    assert sorted(names(store)) == ["张 丽华", "张丽华"]
    assert faults(store) == []


def test_who_is_not_there_cannot_be_erased(store: Store) -> None:
    id = add(store, "张丽华")
    before = contents(store)
    with pytest.raises(CustdeskError, match="no longer in the file"):
        store.erase([id, 77])
    assert contents(store) == before


def test_the_views_are_told_once_of_them_and_of_their_relations(store: Store) -> None:
    other, id = add(store, "李国强"), add(store, "张丽华")
    _write(store, "Relate", lambda db: history.relate(db, id, other, RelationKind.SPOUSE))
    told: list[Change] = []
    store.changed.append(told.append)
    store.erase([id])
    assert [(change.customers, "customer" in change.tables) for change in told] == [
        (frozenset({id, other}), True)
    ]


def test_an_erasure_is_noted_for_the_backups(store: Store) -> None:
    id = add(store, "张丽华")
    store.erase([id])
    with store.read() as db:
        noted = db.execute(text("SELECT customer_id, at FROM erasure")).all()
    assert [tuple(row) for row in noted] == [(id, "2026-11-21 09:00:00.000000")]


def test_while_another_program_reads_the_file_is_swept_later(
    store: Store, lives: tuple[int, int]
) -> None:
    """They are erased at once; what can still be read goes with the next command."""
    with closing(connect(store.path)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM customer").fetchone()
        assert not _hasty(store, lives[0])
        assert names(store) == ["李国强"]
        assert _readable(store.path) != []
    assert store.new_day()
    assert _readable(store.path) == []
    assert not store.new_day()


def test_a_crash_before_the_file_is_rewritten_is_made_good(
    store: Store, lives: tuple[int, int], open_file: Opener
) -> None:
    """The file is whole without them, and the next start removes what can still be read."""
    with store._transaction() as db:
        forgetting.forget(db, [lives[0]])
        db.commit()
    assert (names(store), faults(store)) == (["李国强"], [])
    store.close()
    again = open_file(store.path)
    assert _readable(store.path) == []
    assert (names(again), faults(again)) == (["李国强"], [])
    assert contents(again)["setting"] == []


def _hasty(store: Store, id: int) -> bool:
    """Erase without the patience of ten seconds."""
    from custdesk.store import store as module

    before, module.BUSY_MS = module.BUSY_MS, 50
    try:
        return store.erase([id]).swept
    finally:
        module.BUSY_MS = before


# --- the trash ------------------------------------------------------------------------------------


def _filled(store: Store) -> int:
    id = add(store, "张丽华", phone="13812345678", solar="1968-12-25", tags=["贵客甲"])
    add(store, "李国强")
    bought(store, id, "2026-11-02", 12800)
    spoke(store, id, "2026-11-03", "聊到女儿高考")
    _write(store, "Relate", lambda db: history.relate(db, id, 2, RelationKind.SPOUSE))
    _write(store, "Plan", lambda db: follow_ups.schedule(db, id, date(2026, 12, 1), "送去样茶"))
    return id


def test_restore_brings_everything_back(store: Store, clock: Clock) -> None:
    id = _filled(store)
    before, due = _of(store, id), ahead(store, id)
    assert len(due) == 3
    trash(store, id)
    assert names(store) == ["李国强"]
    clock.move(days=29)
    store.new_day()
    clock.move(days=-29)
    restore(store, id)
    assert [part for part in _of(store, id) if part[0] != "standing"] == [
        part for part in before if part[0] != "standing"
    ]
    assert ahead(store, id) == due
    with store.read() as db:
        assert [one.other_id for one in history.relations(db, id)] == [2]
    assert find(store, "zlh") == ["张丽华"]


def test_after_30_days_the_trash_forgets(store: Store, clock: Clock) -> None:
    id = _filled(store)
    trash(store, id)
    with store.read() as db:
        assert forgetting.gone_on(db, store.clock()) == date(2026, 12, 21)
    clock.turn_to("2026-12-20")
    store.new_day()
    assert customer(store, id).name == "张丽华"
    clock.turn_to("2026-12-21")
    store.new_day()
    with pytest.raises(CustdeskError):
        customer(store, id)
    assert _readable(store.path) == []
    assert contents(store)["erasure"] == []
    assert faults(store) == []
    undo_all(store)
    assert faults(store) == []


def test_a_clock_that_jumps_empties_no_trash(store: Store, clock: Clock) -> None:
    """Whoever notices within 30 days loses nothing, and the note of it goes."""
    id = _filled(store)
    trash(store, id)
    clock.turn_to("2036-11-21")
    store.new_day()
    clock.turn_to("2036-12-20")
    store.new_day()
    with store.read() as db:
        assert forgetting.gone_on(db, datetime(2026, 11, 21)) == date(2036, 12, 21)
    clock.turn_to("2026-11-22")
    store.new_day()
    restore(store, id)
    assert names(store) == ["李国强", "张丽华"]
    assert contents(store)["setting"] == []


def test_after_a_long_rest_the_trash_is_emptied_30_days_later(store: Store, clock: Clock) -> None:
    trash(store, _filled(store))
    clock.turn_to("2028-01-01")
    store.new_day()
    clock.turn_to("2028-01-31")
    store.new_day()
    assert [row[2] for row in contents(store)["customer"]] == ["李国强"]


def test_a_contact_in_the_trash_waits_too(store: Store, clock: Clock) -> None:
    """Who was put away later stays when the first one goes."""
    first = add(store, "张三")
    second = add(store, "李四")
    trash(store, first)
    clock.move(days=1)
    trash(store, second)
    clock.turn_to("2026-12-21")
    store.new_day()
    with store.read() as db:
        assert [one.name for one in customers.trashed(db)] == ["李四"]

"""Who was erased leaves the backups too, when these rotate."""

import shutil
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from custdesk.store import backup, purging
from custdesk.store.backup import Backup, Reason
from custdesk.store.connecting import connect
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import DATA, add, edit, faults, find, labels, names, undo_all

TODAY = date(2026, 11, 21)
KEY = "0123456789abcdef" * 4


def _back_up(store: Store, day: int, hour: int = 12) -> Backup:
    with closing(connect(store.path, store.key)) as source:
        at = datetime(2026, 11, day, hour)
        return backup.make(source, store.path, store.key, at, Reason.DAILY)


def _rotate(store: Store) -> list[Backup]:
    folder = backup.folder_of(store.path)
    with closing(connect(store.path, store.key)) as source:
        purge = purging.purger(source, store.key)
        return backup.rotate(folder, store.path.stem, TODAY, purge)


@pytest.fixture
def erased(store: Store) -> int:
    """李国强 stays; 张丽华 was in two backups of three, and is erased."""
    other = add(store, "李国强", phone="13812340000")
    _back_up(store, 17)
    id = add(store, "张丽华", phone="13812345678", tags=["贵客甲"])
    _back_up(store, 18)
    edit(store, other, city="杭州")
    edit(store, id, notes="怕苦味")
    _back_up(store, 19)
    assert store.erase([id]).swept
    _back_up(store, 20)
    return id


def _raw(store: Store) -> bytes:
    return b"".join(one.path.read_bytes() for one in backup.all_of(store.path))


def test_they_are_in_no_backup_any_more(store: Store, erased: int) -> None:
    assert "张丽华".encode() in _raw(store)
    assert _rotate(store) == []
    for secret in ("张丽华", "13812345678", "贵客甲", "怕苦味", "glihua"):
        assert secret.encode() not in _raw(store)


def test_the_names_tell_how_many_are_left(store: Store, erased: int) -> None:
    before = [one.customers for one in backup.all_of(store.path)]
    _rotate(store)
    after = [(one.at.day, one.reason, one.customers) for one in backup.all_of(store.path)]
    assert before == [1, 2, 2, 1]
    assert after == [(day, Reason.DAILY, 1) for day in (20, 19, 18, 17)]
    assert not list(backup.folder_of(store.path).glob(".*"))


def test_a_purged_backup_is_a_whole_customer_file(
    store: Store, erased: int, open_file: Opener, tmp_path: Path
) -> None:
    _rotate(store)
    third = next(one for one in backup.all_of(store.path) if one.at.day == 19)
    copied = tmp_path / "restored.custdesk"
    shutil.copy(third.path, copied)
    restored = open_file(copied)
    assert (names(restored), faults(restored)) == (["李国强"], [])
    assert find(restored, "zlh") == []
    assert labels(restored) == ["Edit 1", "Add 李国强"]
    undo_all(restored)
    assert faults(restored) == []


def test_only_what_still_holds_them_is_written(store: Store, erased: int) -> None:
    _rotate(store)
    before = {one.path: one.path.stat().st_mtime_ns for one in backup.all_of(store.path)}
    assert _rotate(store) == []
    assert {one.path: one.path.stat().st_mtime_ns for one in backup.all_of(store.path)} == before


def test_without_erasures_no_backup_is_opened(store: Store) -> None:
    """Not even one that is damaged."""
    add(store, "李国强")
    damaged = _back_up(store, 19)
    damaged.path.write_bytes(b"no file of ours")
    assert _rotate(store) == []


def test_a_damaged_backup_is_left_and_told(store: Store, erased: int) -> None:
    damaged = next(one for one in backup.all_of(store.path) if one.at.day == 18)
    damaged.path.write_bytes(b"no file of ours" * 1000)
    assert _rotate(store) == [damaged]
    assert damaged.path.read_bytes() == b"no file of ours" * 1000
    assert "张丽华".encode() not in _raw(store)


def test_an_encrypted_backup_is_purged_and_stays_so(tmp_path: Path, clock: object) -> None:
    from custdesk.opening import open_store

    store = open_store(tmp_path / "locked.custdesk", lambda: datetime(2026, 11, 21, 9), KEY)
    try:
        id = add(store, "张丽华")
        add(store, "李国强")
        made = _back_up(store, 19)
        store.erase([id])
        assert _rotate(store) == []
        purged = backup.all_of(store.path)[0]
        assert (made.customers, purged.customers) == (2, 1)
        assert not purged.path.read_bytes().startswith(b"SQLite")
        assert backup.look_at(purged.path, KEY) == 1
    finally:
        store.close()


def test_with_the_wrong_key_all_are_left(store: Store, erased: int) -> None:
    with closing(connect(store.path)) as source:
        purge = purging.purger(source, KEY)
        left = backup.rotate(backup.folder_of(store.path), store.path.stem, TODAY, purge)
    assert sorted(left) == sorted(backup.all_of(store.path))


def test_a_backup_of_an_older_schema_is_purged(store: Store) -> None:
    """It becomes one of today's on the way."""
    old = DATA / "schemas" / "version-1.custdesk"
    with closing(connect(old, read_only=True)) as connection:
        id, name = connection.execute("SELECT id, name FROM customer ORDER BY id").fetchone()
        many = connection.execute("SELECT count(*) FROM customer").fetchone()[0]
    while add(store, f"某人{len(names(store))}") < id:
        pass
    store.erase([id])
    folder = backup.folder_of(store.path)
    folder.mkdir()
    shutil.copy(old, folder / f"customers-20261119-090000-daily-{many}.custdesk")
    assert name.encode() in _raw(store)
    assert _rotate(store) == []
    assert name.encode() not in _raw(store)
    assert backup.all_of(store.path)[0].customers < many


def test_a_backup_of_a_newer_custdesk_is_left(store: Store, erased: int) -> None:
    newer = next(one for one in backup.all_of(store.path) if one.at.day == 18)
    with closing(connect(newer.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = newer.path.read_bytes()
    assert _rotate(store) == [newer]
    assert newer.path.read_bytes() == before


def test_a_crash_before_the_old_one_goes_is_made_good(store: Store, erased: int) -> None:
    """Both are there; the next rotation leaves one."""
    old = next(one for one in backup.all_of(store.path) if one.at.day == 18)
    content = old.path.read_bytes()
    _rotate(store)
    old.path.write_bytes(content)
    assert _rotate(store) == []
    assert [one.at.day for one in backup.all_of(store.path)] == [20, 19, 18, 17]
    assert "张丽华".encode() not in _raw(store)

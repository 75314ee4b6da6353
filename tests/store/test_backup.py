"""Backups: whole while the file is in use, checked, kept by rule, and the way back from one."""

import shutil
import stat
import threading
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from custdesk.errors import CustdeskError
from custdesk.store import backup, earlier_keys, lock, wal
from custdesk.store.backup import Backup, Reason
from custdesk.store.connecting import connect, is_locked
from custdesk.store.restoring import restore
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import DATA, Clock, add, contents, faults, is_a_sentence, names

NOW = datetime(2026, 11, 21, 9)


def the_only(store: Store) -> Backup:
    (found,) = backup.all_of(store.path)
    return found


def silent(_done: int, _total: int, _words: str) -> None:
    """Nobody wants to know how far it is."""


def lock_with(store: Store, passphrase: str) -> None:
    store.replace(store.rewrite(passphrase, silent))


@pytest.mark.parametrize("locked", [False, True])
def test_a_backup_is_the_file_as_it_was(store: Store, open_file: Opener, locked: bool) -> None:
    add(store, "张丽华", phone="13812345678")
    if locked:
        lock_with(store, "secret")
    before = contents(store)
    store.back_up(Reason.ASKED)
    add(store, "李国强")
    made = the_only(store)
    assert made.path.name == "customers-20261121-090000-asked-1.custdesk"
    assert (made.at, made.reason, made.customers) == (NOW, Reason.ASKED, 1)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert [file.name for file in made.path.parent.iterdir()] == [made.path.name]
    assert (made.path.read_bytes()[:15] == b"SQLite format 3") is not locked
    copy = open_file(made.path, store.key)
    assert contents(copy) == before
    assert faults(copy) == []


def test_a_backup_while_others_write(store: Store, open_file: Opener) -> None:
    """The copy is one state: everything of a step, or nothing of it."""
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            add(store, f"客户{n}", phone=f"138{n:08}", tags=[f"标签{n}"])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _time in range(5):
            store.back_up(Reason.ASKED)
            made = backup.all_of(store.path)[0]
            copy = open_file(made.path)
            assert faults(copy) == []
            assert len(names(copy)) == made.customers
            copy.close()
            made.path.unlink()
    finally:
        stop.set()
        writer.join()


def test_a_damaged_backup_is_not_called_one(store: Store, spoken: str) -> None:
    for n in range(200):
        add(store, f"客户{n}")
    store.back_up(Reason.ASKED)
    made = the_only(store)
    content = bytearray(made.path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8192] = bytes(8192)
    made.path.write_bytes(content)
    with pytest.raises(CustdeskError) as refused:
        backup.look_at(made.path, None)
    assert is_a_sentence(str(refused.value).replace(made.path.name, "x"), spoken)


def test_a_backup_of_a_damaged_file_is_refused(store: Store) -> None:
    for n in range(200):
        add(store, f"客户{n}")
    store.close()
    content = bytearray(store.path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8192] = bytes(8192)
    store.path.write_bytes(content)
    connection = connect(store.path)
    with pytest.raises(CustdeskError):
        backup.make(connection, store.path, None, NOW, Reason.DAILY)
    connection.close()
    assert [*backup.folder_of(store.path).iterdir()] == []


def test_strange_files_in_the_folder_are_left_alone(store: Store) -> None:
    store.back_up(Reason.ASKED)
    folder = backup.folder_of(store.path)
    for name in ("letter.txt", "customers-x.custdesk", "customers-20269999-000000-daily-1.custdesk",
                 "others-20261121-090000-daily-1.custdesk", ".hidden"):  # fmt: skip
        (folder / name).touch()
    assert len(backup.all_of(store.path)) == 1
    backup.rotate(folder, "customers", date(2030, 1, 1))
    assert len([*folder.iterdir()]) == 6


# --- the rule ---------------------------------------------------------------------------------


def daily(day: date, hour: int = 9, reason: Reason = Reason.DAILY) -> Backup:
    at = datetime.combine(day, datetime.min.time().replace(hour=hour))
    return Backup(at, reason, 1, Path(f"{at}-{reason}"))


TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("ages", "kept"),
    [
        (range(0), []),
        (range(1), [0]),
        (range(7), [0, 1, 2, 3, 4, 5, 6]),
        # A Saturday: this week's newest is today's, the last one's Sunday's, six days ago.
        (range(30), [0, 1, 2, 3, 4, 5, 6, 13, 20, 21]),
        # A PC that was off for two months keeps what it has.
        (range(60, 67), [60, 61, 62, 63, 64, 65, 66]),
    ],
)
def test_the_newest_of_days_weeks_and_months_stay(ages: range, kept: list[int]) -> None:
    backups = [daily(TODAY - timedelta(days=age)) for age in ages]
    found = backup.to_keep(backups, TODAY)
    assert sorted((TODAY - one.at.date()).days for one in found) == kept


def test_of_three_years_with_a_backup_each_day(tmp_path: Path) -> None:
    """Day by day, as it happens: 7 + 4 + 12 less what counts twice."""
    backups: set[Backup] = set()
    for age in range(1095, -1, -1):
        today = TODAY - timedelta(days=age)
        backups.add(daily(today))
        backups = backup.to_keep(backups, today)
    days = sorted((TODAY - one.at.date()).days for one in backups)
    assert days[:7] == [0, 1, 2, 3, 4, 5, 6]
    months = {(one.at.year, one.at.month) for one in backups}
    assert len(months) == 12
    assert len({one.at.isocalendar()[:2] for one in backups}) >= 4
    assert 18 <= len(backups) <= 23


def test_the_last_of_a_day_stays() -> None:
    morning, evening = daily(TODAY, 9), daily(TODAY, 21)
    assert backup.to_keep([morning, evening], TODAY) == {evening}


def test_what_a_wrong_clock_dated_ahead_takes_nobody_s_place() -> None:
    ahead = {daily(TODAY + timedelta(days=700 + n)) for n in range(9)}
    days = {daily(TODAY - timedelta(days=n)) for n in range(7)}
    assert backup.to_keep(ahead | days, TODAY) == ahead | days


def test_what_was_made_before_something_large_stays_thirty_days() -> None:
    asked = [daily(TODAY - timedelta(days=30), hour, Reason.IMPORT) for hour in (8, 9)]
    later = daily(TODAY)
    assert backup.to_keep([*asked, later], TODAY) == {*asked, later}
    assert asked[0] not in backup.to_keep([*asked, later], TODAY + timedelta(days=1))


@given(st.lists(st.integers(0, 900), max_size=60), st.integers(0, 60))
@settings(deadline=None)
def test_rotating_often_keeps_what_rotating_once_keeps(ages: list[int], more: int) -> None:
    backups = {daily(TODAY - timedelta(days=age)) for age in ages}
    once = backup.to_keep(backups, TODAY)
    assert backup.to_keep(once, TODAY) == once
    assert not backups or max(backups) in once
    later = TODAY + timedelta(days=more)
    assert backup.to_keep(backup.to_keep(backups, TODAY), later) == backup.to_keep(backups, later)


# --- the way back -----------------------------------------------------------------------------


@pytest.mark.parametrize("locked", [False, True])
def test_last_week_comes_back_and_today_is_kept_aside(
    store: Store, open_file: Opener, clock: Clock, locked: bool
) -> None:
    add(store, "张丽华")
    if locked:
        lock_with(store, "secret")
    store.back_up(Reason.DAILY)
    week_ago = contents(store)
    clock.move(days=7)
    store.new_day()
    add(store, "李国强")
    today = contents(store)
    path, key, made = store.path, store.key, the_only(store)
    store.close()
    aside = restore(path, key, made.path, key, clock())
    assert aside is not None
    restored = open_file(path, key)
    assert names(restored) == ["张丽华"]
    assert contents(restored)["customer"] == week_ago["customer"]
    assert contents(open_file(aside, key)) == today
    assert faults(restored) == []


def test_a_damaged_backup_changes_nothing(store: Store, tmp_path: Path, spoken: str) -> None:
    add(store, "张丽华")
    store.close()
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    for content in (b"", b"not a file of ours" * 1000, store.path.read_bytes()[:9000]):
        bad = tmp_path / "bad.custdesk"
        bad.write_bytes(content)
        with pytest.raises(CustdeskError) as refused:
            restore(store.path, None, bad, None, NOW)
        assert is_a_sentence(str(refused.value).replace(bad.name, "x"), spoken)
        bad.unlink()
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_a_file_in_use_by_another_program_is_not_replaced(store: Store, open_file: Opener) -> None:
    add(store, "张丽华")
    store.back_up(Reason.ASKED)
    other = open_file(store.path)
    with other.read() as db, pytest.raises(CustdeskError):
        db.execute(text("SELECT * FROM customer")).all()
        restore(store.path, None, the_only(store).path, None, NOW)
    assert names(store) == ["张丽华"]


def test_a_file_that_no_longer_opens_is_kept_as_it_is(
    store: Store, open_file: Opener, tmp_path: Path
) -> None:
    add(store, "张丽华")
    store.back_up(Reason.ASKED)
    made = the_only(store)
    store.close()
    store.path.write_bytes(b"\x00" * 9000)
    aside = restore(store.path, None, made.path, None, NOW)
    assert aside is not None and aside.read_bytes() == b"\x00" * 9000
    assert names(open_file(store.path)) == ["张丽华"]


def test_a_backup_of_an_older_version_comes_to_today(tmp_path: Path, open_file: Opener) -> None:
    old = tmp_path / "old.custdesk"
    shutil.copy(DATA / "schemas" / "version-1.custdesk", old)
    path = tmp_path / "customers.custdesk"
    assert restore(path, None, old, None, NOW) is None
    assert len(names(open_file(path))) > 20


# --- in order ---------------------------------------------------------------------------------


def test_a_backup_that_was_left_readable_is_locked_with_the_next(store: Store) -> None:
    """The stick was away when the passphrase was set, or the power failed in between."""
    add(store, "张丽华")
    store.back_up(Reason.ASKED)
    lock_with(store, "secret")
    made = the_only(store)
    assert not is_locked(made.path)
    assert store.tend(made.path.parent) == []
    assert is_locked(made.path)
    assert lock.unlock(made.path, "secret") == store.key


def test_backups_that_did_not_follow_a_change_do_so_with_the_next(store: Store) -> None:
    """The power failed twice while they were to be written anew."""
    lock_with(store, "secret")
    gone = add(store, "张丽华")
    store.back_up(Reason.ASKED)
    for passphrase in ("another", "a third one"):
        store.replace(store.rewrite(passphrase, silent))
    made = the_only(store)
    assert not lock.fits(made.path, store.key)
    store.erase([gone])
    assert store.tend(made.path.parent) == []
    assert the_only(store).customers == 0
    assert lock.unlock(the_only(store).path, "a third one") == store.key


def test_a_file_without_passphrase_keeps_earlier_keys_until_the_backups_have_followed(
    store: Store,
) -> None:
    lock_with(store, "secret")
    store.back_up(Reason.ASKED)
    former = store.key or ""
    made = the_only(store)
    store.replace(store.rewrite(None, silent))
    store.tend(made.path.parent.parent)  # another folder needs none of them
    with closing(connect(store.path)) as connection:
        assert earlier_keys.noted(connection) == [former]
    assert store.tend(made.path.parent) == []
    assert not is_locked(made.path)
    with closing(connect(store.path)) as connection:
        assert earlier_keys.noted(connection) == []
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    assert former.encode() not in store.path.read_bytes()


def test_a_restored_file_knows_how_the_other_backups_open(store: Store, open_file: Opener) -> None:
    lock_with(store, "secret")
    add(store, "张丽华")
    store.back_up(Reason.ASKED)
    old, old_key, made = store.path.with_name("old.custdesk"), store.key, the_only(store).path
    shutil.copy(made, old)
    store.replace(store.rewrite("another", silent))
    store.follow(backup.all_of(store.path))
    store.close()
    restore(store.path, store.key, old, old_key, NOW)
    again = open_file(store.path, old_key)
    assert not lock.fits(made, old_key)
    assert again.tend(made.parent) == []
    assert lock.fits(made, old_key)


def test_who_was_erased_leaves_the_backups_with_the_next(store: Store, open_file: Opener) -> None:
    gone = add(store, "张丽华", phone="13812345678")
    add(store, "李国强")
    store.back_up(Reason.ASKED)
    store.erase([gone])
    before = open_file(the_only(store).path)
    assert names(before) == ["李国强", "张丽华"]
    assert the_only(store).customers == 2
    before.close()
    store.tend(backup.folder_of(store.path))
    made = the_only(store)
    assert made.customers == 1
    assert "张丽华".encode() not in made.path.read_bytes()
    assert names(open_file(made.path)) == ["李国强"]


def test_a_log_of_another_file_is_put_aside(
    store: Store, open_file: Opener, tmp_path: Path, clock: Clock
) -> None:
    add(store, "张丽华")
    store.close()
    clock.move(minutes=1)
    other = open_file(tmp_path / "other" / "customers.custdesk")
    add(other, "别家客户")
    shutil.copy(wal.beside(other.path), wal.beside(store.path))
    again = open_file(store.path)
    assert names(again) == ["张丽华"]
    assert faults(again) == []
    assert store.path.with_name(f"{store.path.name}-wal-of-another-file").exists()


def test_a_log_that_has_none_of_the_first_changes_any_more_is_still_the_file_s(
    store: Store, open_file: Opener, tmp_path: Path, clock: Clock
) -> None:
    """What was undone, or belonged to somebody who was erased, is in the file only."""
    add(store, "张丽华")
    store.close()
    clock.move(minutes=1)
    again = open_file(store.path)
    again.undo()
    add(again, "李国强")
    cut = tmp_path / "cut" / store.path.name
    cut.parent.mkdir()
    shutil.copy(store.path, cut)
    shutil.copy(wal.beside(store.path), wal.beside(cut))
    assert names(open_file(cut)) == ["李国强"]


def test_who_was_erased_does_not_come_back_with_a_backup(store: Store, open_file: Opener) -> None:
    gone = add(store, "张丽华", phone="13812345678")
    add(store, "李国强")
    store.back_up(Reason.ASKED)
    made = the_only(store).path
    store.erase([gone])
    store.close()
    restore(store.path, None, made, None, NOW)
    again = open_file(store.path)
    assert names(again) == ["李国强"]
    assert faults(again) == []
    again.tend(made.parent)
    assert all("张丽华".encode() not in one.path.read_bytes() for one in backup.all_of(store.path))

"""One file, two machines: whose turn it is, said by name; and what may only be looked at."""

import json
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from custdesk.errors import ReadOnly
from custdesk.opening import open_store
from custdesk.store import backup, claim
from custdesk.store.claim import Claim
from custdesk.store.migrations import STEPS, prepare
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import DATA, Clock, add, contents, faults, find, is_a_sentence, names

NOW = datetime(2026, 11, 21, 9)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "customers.custdesk"


def elsewhere(path: Path, at: datetime, machine: str = "FRONT-DESK") -> None:
    """Another machine has the file open."""
    note = Claim(machine, f"{machine}/0", 4711, at.isoformat(" "))
    claim.note_of(path).write_text(json.dumps(asdict(note)), encoding="utf-8")


def with_somebody(path: Path, open_file: Opener) -> None:
    store = open_file(path)
    add(store, "张丽华", phone="13812345678")
    store.close()


def refused(store: Store, action: Callable[[], object]) -> str:
    before = contents(store)
    with pytest.raises(ReadOnly) as why:
        action()
    assert contents(store) == before
    return str(why.value)


def test_a_note_stands_beside_an_open_file_and_goes_with_it(path: Path, open_file: Opener) -> None:
    store = open_file(path)
    assert json.loads(claim.note_of(path).read_bytes())["process"] == os.getpid()
    store.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_the_second_machine_looks_only_and_is_told_the_first_one_s_name(
    path: Path, open_file: Opener, spoken: str
) -> None:
    with_somebody(path, open_file)
    elsewhere(path, NOW - timedelta(minutes=3))
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    store = open_file(path)
    assert names(store) == ["张丽华"]
    assert find(store, "5678") == ["张丽华"]
    said = refused(store, lambda: add(store, "李国强"))
    assert "FRONT-DESK" in said and is_a_sentence(said, spoken)
    refused(store, store.undo)
    assert not store.new_day()
    assert faults(store) == []
    store.close()
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


def test_what_the_first_machine_wrote_and_has_not_gathered_is_seen(
    path: Path, open_file: Opener
) -> None:
    first = open_file(path)
    add(first, "张丽华")
    assert path.with_name(f"{path.name}-wal").stat().st_size
    elsewhere(path, NOW)
    assert names(open_file(path)) == ["张丽华"]


def test_a_note_of_a_machine_that_died_counts_no_more(path: Path, open_file: Opener) -> None:
    with_somebody(path, open_file)
    elsewhere(path, NOW - claim.STALE)
    store = open_file(path)
    assert store.read_only == ""
    add(store, "李国强")


def test_a_note_is_renewed_while_the_file_is_open(
    path: Path, open_file: Opener, clock: Clock
) -> None:
    store = open_file(path)
    clock.move(minutes=30)
    store.stay()
    assert json.loads(claim.note_of(path).read_bytes())["at"] == "2026-11-21 09:30:00"


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"machine": 1}'])
def test_a_damaged_note_is_nobody_s(path: Path, open_file: Opener, content: bytes) -> None:
    claim.note_of(path).write_bytes(content)
    assert open_file(path).read_only == ""


def test_a_start_after_a_power_cut_is_known(path: Path, open_file: Opener, clock: Clock) -> None:
    store = open_file(path)
    assert not claim.was_left_behind(path, clock())
    note = json.loads(claim.note_of(path).read_bytes())
    store.close()
    claim.note_of(path).write_text(json.dumps({**note, "process": 2**22 + 1}))
    assert claim.was_left_behind(path, clock())


# --- other reasons to look only ---------------------------------------------------------------


def test_a_file_of_a_newer_version_can_be_looked_at(
    path: Path, open_file: Opener, spoken: str
) -> None:
    with_somebody(path, open_file)
    prepare(path, NOW, steps=(*STEPS, lambda db: None))
    before = path.read_bytes()
    store = open_file(path)
    assert names(store) == ["张丽华"]
    said = refused(store, lambda: add(store, "李国强"))
    assert ("newer" if spoken == "en" else "新") in said
    store.close()
    assert path.read_bytes() == before
    assert not claim.note_of(path).exists()


def test_an_older_backup_can_be_looked_at_and_stays_as_it_is(
    path: Path, open_file: Opener, clock: Clock
) -> None:
    old = path.with_name("version-1.custdesk")
    shutil.copy(DATA / "schemas" / "version-1.custdesk", old)
    before = old.read_bytes()
    store = open_store(old, clock, only_look="This is a backup.")
    assert len(names(store)) > 20
    assert refused(store, lambda: add(store, "李国强")) == "This is a backup."
    store.close()
    assert old.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [old.name]
    assert backup.all_of(old) == []


def test_the_file_is_only_the_owner_s(path: Path, open_file: Opener) -> None:
    store = open_file(path)
    add(store, "张丽华")
    path.chmod(0o644)
    store.close()
    store = open_file(path)
    add(store, "李国强")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    del modes[claim.note_of(path).name]
    assert set(modes.values()) == {0o600}

"""The power cut at any moment: what was confirmed is there, nothing is there by half."""

import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from tests.faults.load import PLACE, Job
from tests.faults.power import NAMING, Disk, Event, Kind, build_recorder, cuts, record, said, write
from tests.faults.verdict import Run, State, Verdict, judge, undisturbed

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None,
    reason="what is written is recorded by LD_PRELOAD on Linux, with a library that cc compiles",
)

OLDER, NEW, LOCKED = 1, 2, 6
"""Seeds: the work begins with a file of the first version, or with none; that has a passphrase."""


WAYS = 16
"""Ways in which a cut may leave the disk, at one moment."""


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_recorder(tmp_path_factory.mktemp("recorder"))


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> list[State]:
    """What the work that begins with no file comes to, step by step."""
    return undisturbed(tmp_path_factory.mktemp("work"), NEW, last=60)


def not_whole(runs: Iterable[Run]) -> list[str]:
    return [str(run) for run in runs if run.finding.verdict is not Verdict.WHOLE]


def test_the_power_is_cut(tmp_path: Path, recorder: Path, states: list[State]) -> None:
    """`make faults` cuts it 300 times."""
    runs = [*cuts(tmp_path, recorder, NEW, states, 30)]
    assert not_whole(runs) == []
    assert len({run.finding.step for run in runs}) > 10


def test_the_power_is_cut_over_an_older_file(tmp_path: Path, recorder: Path) -> None:
    runs = [*cuts(tmp_path, recorder, OLDER, undisturbed(tmp_path, OLDER, last=8), 20)]
    assert not_whole(runs) == []
    assert runs[0].finding.step == 0


def test_the_power_is_cut_under_a_file_with_a_passphrase(tmp_path: Path, recorder: Path) -> None:
    runs = [*cuts(tmp_path, recorder, LOCKED, undisturbed(tmp_path, LOCKED, last=37), 14)]
    assert not_whole(runs) == []
    assert len({run.finding.step for run in runs}) > 5


@pytest.mark.parametrize(("seed", "last"), [(LOCKED, 3), (NEW, 12)])
def test_names_come_and_go_in_any_order_while_one_file_takes_the_place_of_another(
    tmp_path: Path, recorder: Path, seed: int, last: int
) -> None:
    """After every change of a name in the last step: the passphrase is set, a backup restored."""
    states = undisturbed(tmp_path, seed, last)
    events = record(tmp_path, recorder, Job(str(tmp_path / "disk"), seed, 0, last))
    begun = events.index(Event(Kind.SAY, 0, 0, f"{last - 1}\n".encode()))
    disk = Disk()
    seen: set[frozenset[tuple[str, bytes]]] = set()
    found = []
    for n, event in enumerate(events):
        disk.happen(event)
        for chance in map(Random, range(WAYS if n > begun and event.kind in NAMING else 0)):
            left = disk.after_a_cut(chance)
            image = frozenset((name, bytes(file.lasting)) for name, file in left.items())
            if image not in seen:
                seen.add(image)
                write(left, tmp_path / f"{len(seen)}")
                place = tmp_path / f"{len(seen)}" / PLACE
                found.append((n, judge(place, states, said(events[: n + 1]))))
    assert [one for one in found if one[1].verdict is not Verdict.WHOLE] == []
    assert {one[1].step for one in found} >= {last - 1, last}


@pytest.mark.parametrize("level", ["NORMAL", "OFF"])
def test_losses_are_seen_where_there_must_be_some(
    tmp_path: Path, recorder: Path, states: list[State], level: str
) -> None:
    """Without a sync at every commit the last ones go; without any, the file goes too."""
    runs = cuts(tmp_path, recorder, NEW, states, 30, synchronous=level)
    found = Counter(run.finding.verdict for run in runs)
    assert found[Verdict.LOST] > 0
    assert (found[Verdict.HALF] + found[Verdict.FAULTY] > 0) == (level == "OFF")


# --- the disk that is made up ---------------------------------------------------------------------

INODE = 7


def created(name: str) -> Event:
    return Event(Kind.CREATE, INODE, 0, name.encode())


def written(data: bytes, at: int = 0) -> Event:
    return Event(Kind.WRITE, INODE, at, data)


SYNCED = Event(Kind.SYNC, INODE, 0, b"")
FOLDER_SYNCED = Event(Kind.SYNC_FOLDER, 0, 0, b"")


def outcomes(*events: Event) -> list[dict[str, bytes]]:
    """What 200 cuts after these events leave."""
    disk = Disk()
    for event in events:
        disk.happen(event)
    left = [disk.after_a_cut(Random(seed)) for seed in range(200)]
    return [{name: bytes(file.lasting) for name, file in names.items()} for names in left]


def test_what_was_synced_outlasts_every_cut() -> None:
    left = outcomes(created("a"), written(b"one"), SYNCED, FOLDER_SYNCED, written(b"TWO", 3))
    assert all(files["a"][:3] == b"one" for files in left)
    assert {b"one", b"oneTWO", b"oneTW", b"one\0\0\0"} <= {files["a"] for files in left}


def test_a_name_lasts_when_its_folder_was_synced() -> None:
    left = outcomes(created("a"), written(b"one"), SYNCED)
    assert {frozenset(files) for files in left} == {frozenset(), frozenset({"a"})}


def test_a_file_does_not_outlast_its_folder() -> None:
    made = Event(Kind.MAKE_FOLDER, 0, 0, b"folder")
    inner = Event(Kind.SYNC_FOLDER, 0, 0, b"folder")
    left = outcomes(made, created("folder/a"), SYNCED, inner)
    assert {frozenset(files) for files in left} == {frozenset(), frozenset({"folder/a"})}
    left = outcomes(made, created("folder/a"), SYNCED, inner, FOLDER_SYNCED)
    assert all(set(files) == {"folder/a"} for files in left)


def test_what_was_replaced_is_the_old_or_the_new() -> None:
    renamed = Event(Kind.RENAME, 0, 0, b"new\0a")
    other = Event(Kind.CREATE, INODE + 1, 0, b"new")
    new = [other, Event(Kind.WRITE, INODE + 1, 0, b"two"), Event(Kind.SYNC, INODE + 1, 0, b"")]
    left = outcomes(created("a"), written(b"one"), SYNCED, FOLDER_SYNCED, *new, renamed)
    assert {files.get("a") for files in left} == {b"one", b"two"}


def test_a_second_name_is_the_same_file() -> None:
    linked = Event(Kind.LINK, 0, 0, b"a\0b")
    left = outcomes(created("a"), written(b"one"), SYNCED, FOLDER_SYNCED, linked, written(b"two"))
    assert {frozenset(files) for files in left} == {frozenset({"a"}), frozenset({"a", "b"})}
    assert all(files.get("b", files["a"]) == files["a"] for files in left)


def test_a_write_is_torn_between_sectors_and_within_one() -> None:
    old, new = bytes(2048), b"x" * 2048
    left = outcomes(created("a"), written(old), SYNCED, FOLDER_SYNCED, written(new))
    cut = [files["a"] for files in left]
    assert any(one[:512] == old[:512] and one[512:1024] == new[:512] for one in cut)
    assert any(one.count(b"x") % 512 for one in cut)
    assert {len(one) for one in cut} == {2048}

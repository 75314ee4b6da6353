"""What is found wrong with a customer file: the harness must see what it looks for."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite

from tests.faults import load
from tests.faults.verdict import State, Verdict, judge, undisturbed

LAST = 9
"""Its eighth step is a backup."""


@pytest.fixture
def states(tmp_path: Path) -> list[State]:
    return undisturbed(tmp_path, 2, LAST)


@pytest.fixture
def path(tmp_path: Path, states: list[State]) -> Path:
    return tmp_path / "undisturbed" / load.PLACE


def execute(path: Path, statement: str) -> None:
    connection = sqlite.connect(str(path))
    connection.execute(statement)
    connection.commit()
    connection.close()


def backup_of(path: Path) -> Path:
    return next(path.parent.rglob("*-asked-*"))


def test_the_work_is_the_same_each_time(tmp_path: Path, states: list[State]) -> None:
    again = undisturbed(tmp_path / "again", 2, LAST)
    assert again == states
    assert undisturbed(tmp_path / "other", 4, LAST) != states


def test_a_whole_file_is_after_the_last_confirmed_step_or_the_one_under_way(
    path: Path, states: list[State]
) -> None:
    for confirmed in (LAST, LAST - 1):
        assert judge(path, states, confirmed).verdict is Verdict.WHOLE


def test_a_confirmed_step_is_missed(path: Path, states: list[State]) -> None:
    earlier = [*states, *undisturbed(path.parents[2] / "longer", 2, LAST + 1)[-1:]]
    finding = judge(path, earlier, LAST + 1)
    assert (finding.verdict, finding.step) == (Verdict.LOST, LAST)


def test_a_step_too_many_is_no_state_that_may_be(path: Path, states: list[State]) -> None:
    assert judge(path, states, LAST - 2).verdict is Verdict.HALF


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ("UPDATE change SET label = 'x' WHERE id = (SELECT max(id) FROM change)", Verdict.HALF),
        ("DELETE FROM journal WHERE tbl = 'interaction'", Verdict.HALF),
        ("UPDATE standing SET bought_days = 7", Verdict.FAULTY),
        ("DELETE FROM search", Verdict.FAULTY),
    ],
)
def test_half_a_change_is_seen(
    path: Path, states: list[State], statement: str, verdict: Verdict
) -> None:
    execute(path, statement)
    assert judge(path, states, LAST).verdict is verdict


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(("harm", "verdict"), [(Path.unlink, "lost"), (torn, "half")])
def test_harm_to_a_confirmed_backup_is_seen(
    path: Path, states: list[State], harm: Callable[[Path], None], verdict: str
) -> None:
    harm(backup_of(path))
    assert judge(path, states, LAST).verdict == verdict


def test_a_torn_file_is_faulty(path: Path, states: list[State]) -> None:
    torn(path)
    assert judge(path, states, LAST).verdict is Verdict.FAULTY

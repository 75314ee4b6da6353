"""Two at one file, killed at any moment: what each was told is done is there."""

from pathlib import Path

from tests.faults.pair import COLLEAGUE, OWNER, entered, pairs
from tests.faults.verdict import Verdict


def test_two_at_once_are_killed(tmp_path: Path) -> None:
    """`make faults` does it 60 times."""
    runs = [*pairs(tmp_path, 1, 4)]
    assert [str(run) for run in runs if run.finding.verdict is not Verdict.WHOLE] == []


def test_what_must_be_there() -> None:
    assert entered(OWNER, 4) == {1, 3}
    assert entered(OWNER, 9) == {1, 7, 9}
    assert entered(COLLEAGUE, 6) == {1, 2, 3, 5, 6}

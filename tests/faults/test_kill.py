"""Killed at any moment: what was confirmed is there, nothing is there by half."""

from pathlib import Path

import pytest

from tests.faults.children import kills
from tests.faults.verdict import Verdict, undisturbed

MOMENTS = 12


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment(tmp_path: Path, seed: int) -> None:
    """Each goes on with the file that the one before left behind; `make faults` kills 200."""
    runs = [*kills(tmp_path, seed, undisturbed(tmp_path, seed, last=40), MOMENTS // 2)]
    assert [str(run) for run in runs if run.finding.verdict is not Verdict.WHOLE] == []
    steps = {run.finding.step for run in runs}
    assert len(steps) > 3, "they were killed before they did anything"

"""A simulated three years of a shop: zero missed, zero doubled, nobody greeted twice."""

from pathlib import Path

import pytest

from tests.care.three_years import Shop

NEVER = ("missed", "not called for", "doubled", "greeted twice", "too many a day", "faults")
OFTEN = {
    "done": 400,
    "put off": 100,
    "left out": 50,
    "answered elsewhere": 20,
    "clock set back": 2,
    "weeks off": 3,
    "imports": 3,
    "backups restored": 1,
}
"""How often each of it happens at least, or else nothing is shown."""


@pytest.mark.parametrize(("seed", "people", "calls_a_day"), [(1, 60, 20), (2, 30, 1)])
def test_three_years_of_a_shop(tmp_path: Path, seed: int, people: int, calls_a_day: int) -> None:
    """The second one makes fewer calls a day than it should: there is hardly ever room."""
    tally = Shop(tmp_path, seed, people, calls_a_day).live()
    assert tally.wrong == []
    assert {what: tally.counts[what] for what in NEVER} == dict.fromkeys(NEVER, 0)
    assert {what for what, least in OFTEN.items() if tally.counts[what] < least} == set()

"""What fuzzing and reading found, once mended, stays mended: every input in tests/data/fuzz."""

import time

import pytest

from tests.fuzz.__main__ import LONGEST_S
from tests.fuzz.targets import FOUND, TARGETS, seeds

INPUTS = sorted(path.relative_to(FOUND).as_posix() for path in FOUND.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", INPUTS)
def test_what_was_found_stays_mended(name: str) -> None:
    began = time.monotonic()
    TARGETS[name.partition("/")[0]]((FOUND / name).read_bytes())
    assert time.monotonic() - began < LONGEST_S


def test_every_folder_of_what_was_found_is_a_target() -> None:
    assert INPUTS and {name.partition("/")[0] for name in INPUTS} <= set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_what_it_begins_with(name: str) -> None:
    for seed in seeds(name)[:20]:
        TARGETS[name](seed)

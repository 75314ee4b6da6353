"""The targets under hypothesis for a moment: bytes, text, and seeds with something else in them."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import archives
from tests.fuzz.__main__ import LONGEST_S
from tests.fuzz.targets import TARGETS, seeds, small_workbook

_EXAMPLES = {"imports": 15, "pages": 10, "tables": 40, "cards": 40}
_LIVELY = (
    "=+-@'\"(),;:|\\/.\n\r\t 0123456789年月日闰初一万元+86xX\u3000\u200b\u202e\ufeff\U0002a6d6"
)


def _data(name: str) -> st.SearchStrategy[bytes]:
    spliced = st.builds(
        lambda seed, at, cut, new: seed[:at] + new + seed[at + cut :],
        st.sampled_from(seeds(name)),
        st.integers(0, 2000),
        st.integers(0, 30),
        st.binary(max_size=30) | st.text(_LIVELY, max_size=20).map(str.encode),
    )
    return st.binary(max_size=300) | st.text(_LIVELY, max_size=80).map(str.encode) | spliced


@pytest.mark.parametrize("name", [name for name in TARGETS if name != "workbooks"])
def test_any_input_ends_well(name: str) -> None:
    @settings(
        max_examples=_EXAMPLES.get(name, 100),
        deadline=LONGEST_S * 1000,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(_data(name))
    def run(data: bytes) -> None:
        TARGETS[name](data)

    run()


@pytest.mark.parametrize("seed", range(8))
def test_a_workbook_with_something_else_in_it_ends_well(seed: int) -> None:
    chance = random.Random(seed)

    def mutate(part: bytes) -> bytes:
        at = chance.randrange(len(part) + 1)
        return part[:at] + chance.randbytes(chance.randrange(5)) + part[at + chance.randrange(40) :]

    changed = archives.mutated(small_workbook(), 1 << 20, seed, mutate)
    assert changed != small_workbook()
    TARGETS["workbooks"](changed)

"""What the targets have opened is closed when the last of them has run."""

from collections.abc import Iterator

import pytest

from tests.fuzz import targets


@pytest.fixture(scope="package", autouse=True)
def closed_in_the_end() -> Iterator[None]:
    yield
    targets.leave()

"""The file agrees with the plans whatever is done with it, and what is done twice is done once."""

import pytest
from hypothesis import HealthCheck, settings

from tests.care.life_of_a_file import LifeOfAFile

TestLifeOfAFile = pytest.mark.filterwarnings("default")(LifeOfAFile.TestCase)
TestLifeOfAFile.settings = settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

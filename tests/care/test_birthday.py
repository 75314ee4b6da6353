"""Which birthdays can be, and what is said of those that cannot."""

import pytest

from custdesk.care.birthday import Birthday, Calendar
from custdesk.errors import CustdeskError

SOLAR, LUNAR = Calendar.SOLAR, Calendar.LUNAR


@pytest.mark.parametrize(
    "birthday",
    [
        Birthday(SOLAR, 1968, 11, 21),
        Birthday(SOLAR, None, 2, 29),
        Birthday(SOLAR, 2000, 2, 29),
        Birthday(LUNAR, None, 10, 30),
        Birthday(LUNAR, 2026, 10, 30),
        Birthday(LUNAR, 2020, 4, 29, True),
        Birthday(LUNAR, None, 4, 30, True),
        Birthday(LUNAR, 1900, 1, 1),
    ],
)
def test_possible(birthday: Birthday) -> None:
    birthday.check()
    assert birthday.is_possible()


@pytest.mark.parametrize(
    ("birthday", "said"),
    [
        (Birthday(SOLAR, None, 2, 30), "no such day"),
        (Birthday(SOLAR, 1985, 13, 2), "no such day"),
        (Birthday(SOLAR, 1999, 2, 29), "no such day"),
        (Birthday(SOLAR, 0, 1, 1), "no such day"),
        (Birthday(SOLAR, 1999, 4, 1, True), "Only lunar birthdays"),
        (Birthday(LUNAR, None, 10, 31), "no such day"),
        (Birthday(LUNAR, None, 0, 1), "no such day"),
        (Birthday(LUNAR, 2029, 10, 30), "only 29 days"),
        (Birthday(LUNAR, 2021, 4, 8, True), "2021 had no such leap month"),
        (Birthday(LUNAR, None, 1, 1, True), "never a leap month"),
        (Birthday(LUNAR, 1899, 1, 1), "1900 to 2100"),
    ],
)
def test_impossible(birthday: Birthday, said: str) -> None:
    assert not birthday.is_possible()
    with pytest.raises(CustdeskError, match=said):
        birthday.check()

"""How the business keeps its care: what was chosen stands in the file, the rest is the default."""

from datetime import date, time

import pytest

from custdesk import documents
from custdesk.care import habits
from custdesk.care.birthday import BirthdayRules, InCommonYears
from custdesk.care.habits import Habits
from custdesk.errors import CustdeskError
from custdesk.paper.facts import gather
from custdesk.store.models import CareHabits
from custdesk.store.store import Store
from tests.helpers import add, is_a_sentence


def test_what_was_chosen_is_kept_and_undone(store: Store) -> None:
    chosen = Habits(
        calls_a_day=8,
        country="SG",
        quiet_from=time(20, 15),
        birthdays=BirthdayRules(common_year=InCommonYears.MARCH_1),
    )
    with store.write("Choose") as db:
        habits.choose(db, chosen)
    with store.read() as db:
        assert habits.of(db) == chosen
    store.undo()
    with store.read() as db:
        assert habits.of(db) == Habits()


@pytest.mark.parametrize("calls", [0, -1, 1001])
def test_a_number_that_cannot_be_meant_is_refused(store: Store, calls: int, spoken: str) -> None:
    with pytest.raises(CustdeskError) as refused, store.write("Choose") as db:
        habits.choose(db, Habits(calls_a_day=calls))
    assert is_a_sentence(str(refused.value), spoken)


def test_what_cannot_be_read_is_the_default(store: Store) -> None:
    with store.write("Damage") as db:
        db.add(CareHabits(id=1, chosen='{"calls_a_day": "many"}'))
    with store.read() as db:
        assert habits.of(db) == Habits()


def test_paper_and_json_tell_the_next_birthday_by_the_rules_chosen(store: Store) -> None:
    id = add(store, "张丽华", solar="1988-02-29")
    chosen = Habits(birthdays=BirthdayRules(common_year=InCommonYears.MARCH_1))
    with store.write("Choose") as db:
        habits.choose(db, chosen)
    with store.read() as db:
        printed = gather(db, id, store.today)
        told = documents.customer(db, id, store.today)
    assert printed.next_birthday == date(2027, 3, 1)
    assert "'next': '2027-03-01'" in str(told["birthday"])

"""The numbers of stages and warnings: changed by the user, for everybody at once."""

from datetime import timedelta

import pytest

from custdesk.errors import CustdeskError
from custdesk.insight import numbers
from custdesk.insight.numbers import BOUNDS, Numbers
from custdesk.store.models import InsightRules
from custdesk.store.store import Store
from tests.helpers import add, bought, faults, standing


def choose(store: Store, chosen: Numbers) -> None:
    with store.write("Numbers") as db:
        numbers.choose(db, chosen)


def test_they_are_kept_and_concern_everybody(store: Store) -> None:
    id = add(store, "张三")
    for ago in (60, 50, 40):
        bought(store, id, store.today - timedelta(days=ago), 100_00)
    before = standing(store, id)
    assert (before.stage, before.warned != "") == ("new", True)
    chosen = Numbers().having("new_days", 30).having("slower_times", 9)
    choose(store, chosen)
    with store.read() as db:
        assert numbers.of(db) == chosen
    after = standing(store, id)
    assert (after.stage, after.warned) == ("active", "")
    assert faults(store) == []
    store.undo()
    assert standing(store, id).stage == "new"


@pytest.mark.parametrize("name", BOUNDS)
def test_what_cannot_be_meant_is_refused(store: Store, name: str) -> None:
    low, high = BOUNDS[name]
    for value in (low, high):
        assert Numbers().having(name, value).value(name) == value
    for value in (low - 0.5, high + 1, float("nan")):
        with pytest.raises(CustdeskError):
            Numbers().having(name, value)
    with store.read() as db:
        assert numbers.of(db) == Numbers()


def test_days_are_whole() -> None:
    with pytest.raises(CustdeskError, match="whole number from 1 to 3660"):
        Numbers().having("new_days", 1.5)
    assert Numbers().having("slower_times", 1.5).churn.slower_times == 1.5


def test_a_warning_must_not_end_before_it_begins(store: Store) -> None:
    ends = Numbers().having("past_days", 40)
    choose(store, ends.having("least_silent_days", 39))
    with pytest.raises(CustdeskError, match="after 40 days of silence and end after 40"):
        choose(store, ends.having("least_silent_days", 40))


@pytest.mark.parametrize("chosen", ["no json", '{"lifecycle": {"new_days": -1}}', "[]"])
def test_numbers_of_a_damaged_file_are_the_defaults(store: Store, chosen: str) -> None:
    with store.write("Damage") as db:
        db.add(InsightRules(id=1, chosen=chosen))
    with store.read() as db:
        assert numbers.of(db) == Numbers()

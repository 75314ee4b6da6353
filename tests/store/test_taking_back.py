"""Taking back one earlier change: what goes back, what stays, what is in the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from custdesk.care import follow_ups, plans
from custdesk.errors import CustdeskError
from custdesk.exchange.fields import Kind
from custdesk.exchange.headers import guess_mapping
from custdesk.exchange.importing import import_table
from custdesk.exchange.table import Row, Table
from custdesk.i18n import _
from custdesk.opening import open_store
from custdesk.people import customers, history
from custdesk.people.history import Item
from custdesk.store import taking_back
from custdesk.store.models import Channel, ContactKind, FollowUpKind, RelationKind
from custdesk.store.store import Change, Store
from custdesk.store.taking_back import Taken
from tests.conftest import Opener
from tests.helpers import (
    Clock,
    add,
    ahead,
    birthday,
    bought,
    complete,
    contacts,
    contents,
    customer,
    edit,
    faults,
    find,
    follow_up,
    is_a_sentence,
    labels,
    names,
    row,
    set_days,
    skip,
    snooze,
    spoke,
    trash,
)


def last(store: Store) -> int:
    step = store.last_step()
    assert step is not None
    return step.id


def refused(store: Store, step_id: int) -> str:
    """The sentence that taking back is refused with; nothing may have changed."""
    before, steps = contents(store), store.steps()
    with pytest.raises(CustdeskError) as error:
        store.take_back(step_id)
    assert (contents(store), store.steps()) == (before, steps)
    with store.read() as db:
        assert taking_back.refusal(db, step_id, store.today) == str(error.value)
    return str(error.value)


def taken(store: Store, step_id: int) -> Taken:
    """Take back; undoing that restores everything, doing it again too, and all is well then."""
    before = contents(store)
    with store.read() as db:
        assert taking_back.refusal(db, step_id, store.today) == ""
    found = store.take_back(step_id)
    assert faults(store) == []
    after = contents(store)
    if found.change_id != step_id:
        store.undo()
        assert contents(store) == before
        store.redo()
        assert contents(store) == after
    return found


# --- the rule, case by case -----------------------------------------------------------------------

Deed = Callable[[Store, int], object]
"""Something that one does with 张丽华, in one step."""


def _write(label: str, work: Callable[[Session, int], object]) -> Deed:
    def deed(store: Store, id: int) -> None:
        with store.write(label) as db:
            work(db, id)

    return deed


def _edit(**fields: object) -> Deed:
    return lambda store, id: edit(store, id, **fields)


def _phone(typed: str) -> Deed:
    return _write("Phone", lambda db, id: customers.add_contact(db, id, ContactKind.PHONE, typed))


def _no_phone(db: Session, id: int) -> None:
    db.execute(text("DELETE FROM contact_point WHERE customer_id = :id"), {"id": id})


def _tags(*tags: str) -> Deed:
    return _write("Tags", lambda db, id: customers.set_tags(db, id, tags))


def _forget(db: Session, id: int) -> None:
    history.remove_interaction(db, history.interactions(db, id)[0].id or 0)


def _forget_purchase(db: Session, id: int) -> None:
    history.remove_purchase(db, history.purchases(db, id)[0].id)


def _remark(db: Session, id: int) -> None:
    history.interactions(db, id)[0].outcome = "改过"


def _purge(db: Session, id: int) -> None:
    db.execute(text("DELETE FROM customer WHERE id = :id"), {"id": id})


def _call(store: Store, id: int) -> None:
    spoke(store, id)


def _call_on_wednesday(store: Store, id: int) -> None:
    spoke(store, id, "2026-11-25")


def _nobody_has_tags(store: Store, _id: int) -> None:
    with store.write("No tags") as db:
        customers.set_tags(db, customers.number_owner(db, "B1") or 0, [])


def _schedule(db: Session, id: int) -> None:
    follow_ups.schedule(db, id, date(2026, 11, 25), "送样茶")


def _chat(db: Session, id: int) -> None:
    history.log_interaction(db, id, Channel.VISIT, "喝茶", datetime(2026, 11, 20, 15))


def _bought_cups(store: Store, id: int) -> None:
    bought(store, id, "2026-11-21", 100, "盖碗")


def _finish_by_hand(store: Store, id: int) -> None:
    complete(store, follow_up(store, id, "custom"))


def _finish(store: Store, id: int) -> None:
    complete(store, follow_up(store, id))


def _skip(store: Store, id: int) -> None:
    skip(store, follow_up(store, id))


def _snooze(store: Store, id: int) -> None:
    snooze(store, follow_up(store, id), "2026-12-20")


def _interval(db: Session, _id: int) -> None:
    for plan in plans.all_plans(db):
        if plan.kind is FollowUpKind.CALLBACK:
            set_days(db, plan, 20)


def _other(number: str, *tags: str) -> Deed:
    return lambda store, _id: add(store, "李国强", number=number, tags=tags)


def _buy(db: Session, id: int) -> None:
    history.record_purchase(db, id, date(2026, 11, 20), [Item("白茶", 2, 36000)])


def _correct(db: Session, id: int) -> None:
    customers.edit_contact(db, customers.contacts(db, id)[1].id or 0, "13900002222")


def _befriend(db: Session, id: int) -> None:
    history.relate(db, id, customers.number_owner(db, "A1") or 0, RelationKind.FRIEND)


def _purge_friend(db: Session, _id: int) -> None:
    _purge(db, customers.number_owner(db, "A1") or 0)


# what one sees of 张丽华 -----------------------------------------------------------------------


def _city(store: Store, id: int) -> object:
    return customer(store, id).city


def _phones(store: Store, id: int) -> object:
    return contacts(store, id)


def _tag_names(store: Store, id: int) -> object:
    with store.read() as db:
        return customers.tags_of(db, id)


def _talks(store: Store, id: int) -> object:
    with store.read() as db:
        return [one.outcome for one in history.interactions(db, id)]


def _sales(store: Store, id: int) -> object:
    with store.read() as db:
        return [one.words for one in history.purchases(db, id)]


def _plans(store: Store, id: int) -> object:
    return [(one.kind, one.due) for one in ahead(store, id)]


def _closed(store: Store, _id: int) -> object:
    with store.read() as db:
        return [one.state for one in follow_ups.closed(db, store.today)]


def _related(store: Store, id: int) -> object:
    with store.read() as db:
        return [one.name for one in history.relations(db, id)]


def _people(store: Store, _id: int) -> object:
    return sorted(names(store))


_born = _edit(birthday=birthday("1968-10-13"))
_no = _write("No phone", _no_phone)
_one, _two, _three = "+8613812345678", "+8613900001111", "+8613900002222"


@dataclass(frozen=True, slots=True)
class Case:
    """What is done with 张丽华, step by step; `at` is taken back, and then one `sees` this."""

    deeds: tuple[Deed, ...]
    look: Callable[[Store, int], object]
    sees: object
    at: int = 0


CASES = {
    "a field, another was set since": Case((_edit(city="杭州"), _edit(notes="x")), _city, ""),
    "a field of somebody who was called since": Case((_edit(city="杭州"), _call), _city, ""),
    "a field of somebody in the trash": Case((_edit(city="杭州"), trash), _city, ""),
    "a birthday of which a follow-up is planned": Case(
        (_born, _edit(city="杭州")), _plans, [("callback", "2027-05-20")]
    ),
    "a phone that was added": Case((_phone("13900001111"), _edit(city="杭州")), _phones, [_one]),
    "a phone, another was added since": Case(
        (_phone("13900001111"), _phone("13900002222")), _phones, [_one, _three]
    ),
    "a phone that was deleted": Case((_no, _edit(city="杭州")), _phones, [_one]),
    "a phone that was deleted, its id given anew": Case(
        (_no, _phone("13900001111")), _phones, [_two, _one]
    ),
    "a tag": Case((_tags("绿茶", "白茶"), _edit(city="杭州")), _tag_names, ["绿茶"]),
    "a tag that somebody else has since": Case(
        (_tags("绿茶", "白茶"), _other("B1", "白茶")), _tag_names, ["绿茶"]
    ),
    "a tag that was taken away, and made anew for somebody else": Case(
        (_tags(), _other("B1", "绿茶")), _tag_names, ["绿茶"]
    ),
    "a tag that was taken away, and from everybody else since": Case(
        (_other("B1", "绿茶"), _tags(), _nobody_has_tags), _tag_names, ["绿茶"], 1
    ),
    "a tag that was taken away, its id given anew": Case(
        (_other("B1", "绿茶"), _tags(), _nobody_has_tags, _other("B2", "红茶")),
        _tag_names,
        ["绿茶"],
        1,
    ),
    "a call": Case((_call, _edit(city="杭州")), _talks, []),
    "a call that was deleted, its id given anew": Case(
        (_call, _write("Forget", _forget), _write("Log", _chat)), _talks, ["聊过了", "喝茶"], 1
    ),
    "a purchase with its lines": Case((_write("Buy", _buy), _call), _sales, []),
    "a purchase that was deleted, its id given anew": Case(
        (_write("Buy", _buy), _write("Forget", _forget_purchase), _bought_cups),
        _sales,
        ["盖碗", "白茶 × 2"],
        1,
    ),
    "a follow-up that was done": Case((_finish, _edit(city="杭州")), _closed, []),
    "a follow-up that was done, and called since": Case((_finish, _call), _talks, ["聊过了"]),
    "a follow-up that was skipped": Case((_skip, _edit(city="杭州")), _closed, []),
    "a follow-up that was put off": Case(
        (_snooze, _edit(city="杭州")), _plans, [("callback", "2027-05-20")]
    ),
    "a follow-up planned by hand": Case(
        (_write("Plan", _schedule), _call), _plans, [("callback", "2027-05-20")]
    ),
    "a plan, and a follow-up done since": Case(
        (_write("Interval", _interval), _finish), _plans, [("callback", "2027-05-20")]
    ),
    "a relation": Case((_write("Relate", _befriend), _edit(city="杭州")), _related, []),
    "somebody who was deleted": Case(
        (_write("Purge", _purge), _other("B1")), _people, ["张丽华", "李国强", "欧阳明"]
    ),
    "somebody who was deleted, the id given anew": Case(
        (_write("Purge", _purge_friend), _other("B1")), _people, ["张丽华", "李国强", "欧阳明"]
    ),
}

IN_THE_WAY: dict[str, tuple[tuple[Deed, ...], str]] = {
    "a field that was set since": ((_edit(city="杭州"), _edit(city="苏州")), "Edit 2"),
    "a field that was set since to something else, and to the same again": (
        (_edit(city="杭州"), _edit(city="苏州"), _edit(city="杭州")),
        "Edit 2",
    ),
    "a birthday of which a part was set since": (
        (_born, _edit(birthday=birthday("1969-10-13"))),
        "Edit 2",
    ),
    "a phone that was corrected since": (
        (_phone("13900001111"), _write("Correct", _correct), _call),
        "Correct",
    ),
    "a call whose words were changed since": ((_call, _write("Remark", _remark)), "Remark"),
    "a call that brought a callback, done since": ((_call_on_wednesday, _finish), "Follow-up done"),
    "a follow-up done, and the next one too": ((_finish, _finish), "Follow-up done"),
    "a follow-up skipped, and the next one put off": ((_skip, _snooze), "Snooze"),
    "one planned by hand and done since": (
        (_write("Plan", _schedule), _finish_by_hand),
        "Follow-up done",
    ),
    "a field of somebody who was deleted since": (
        (_edit(city="杭州"), _write("Purge", _purge)),
        "Purge",
    ),
    "a phone deleted, of somebody deleted since": ((_no, _write("Purge", _purge)), "Purge"),
    "a number that somebody else has since": ((_edit(number="C1"), _other("A7")), "Add 李国强"),
    "somebody deleted, whose number somebody else has since": (
        (_write("Purge", _purge), _other("A7")),
        "Add 李国强",
    ),
}


def _somebody(store: Store) -> int:
    """张丽华, and a friend of hers who was there before."""
    add(store, "欧阳明", number="A1")
    id = add(store, "张丽华", phone="13812345678", tags=["绿茶"], number="A7")
    return id


def _done(store: Store, id: int, deeds: tuple[Deed, ...]) -> list[int]:
    """Do all of it; the ids of the steps."""
    steps = []
    for deed in deeds:
        deed(store, id)
        steps.append(last(store))
    return steps


@pytest.mark.parametrize("name", CASES)
def test_what_nothing_depends_on_goes_back(store: Store, name: str) -> None:
    case = CASES[name]
    id = _somebody(store)
    step = _done(store, id, case.deeds)[case.at]
    assert case.look(store, id) != case.sees
    assert taken(store, step).change_id != step
    assert case.look(store, id) == case.sees


@pytest.mark.parametrize("name", IN_THE_WAY)
def test_what_depends_is_named(store: Store, name: str) -> None:
    deeds, label = IN_THE_WAY[name]
    id = _somebody(store)
    first = _done(store, id, deeds)[0]
    assert refused(store, first) == f"“{label}” of 09:00 depends on this. Take that back first."


DEPENDS_ON_ADD: dict[str, Deed] = {
    "a field": _edit(city="杭州"),
    "a talk": _call,
    "a purchase": _write("Buy", _buy),
    "a phone": _phone("13900001111"),
    "a tag": _tags("绿茶", "白茶"),
    "a relation": _write("Relate", _befriend),
    "a relation that somebody else has with them": _write(
        "Relate",
        lambda db, id: history.relate(
            db, customers.number_owner(db, "A1") or 0, id, RelationKind.SPOUSE
        ),
    ),
    "a follow-up by hand": _write("Plan", _schedule),
    "a follow-up done": _finish,
    "a follow-up skipped": _skip,
    "a follow-up put off": _snooze,
}


@pytest.mark.parametrize("name", DEPENDS_ON_ADD)
def test_somebody_who_was_added_stays_with_what_they_got_since(store: Store, name: str) -> None:
    id = _somebody(store)
    added = last(store)
    DEPENDS_ON_ADD[name](store, id)
    label = labels(store)[0]
    assert refused(store, added) == f"“{label}” of 09:00 depends on this. Take that back first."
    store.take_back(last(store))
    add(store, "李国强")
    taken(store, added)
    assert _people(store, id) == ["李国强", "欧阳明"]


def test_the_sentence_names_the_latest_and_its_day(store: Store, clock: Clock, spoken: str) -> None:
    id = _somebody(store)
    added = last(store)
    edit(store, id, city="杭州")
    clock.move(days=1, minutes=72)
    spoke(store, id)
    clock.move(days=2)
    said = refused(store, added)
    assert is_a_sentence(said, spoken)
    assert "“Log a call”" in said and "10:12" in said
    assert ("11月22日" if spoken == "zh" else "Nov 22") in said


def test_the_last_one_is_undone_and_can_be_done_again(store: Store) -> None:
    id = _somebody(store)
    edit(store, id, city="杭州")
    before = contents(store)
    assert taken(store, last(store)).sentence() == f"Undone: Edit {id}"
    assert labels(store)[0] == "Add 张丽华"
    store.redo()
    assert contents(store) == before


def test_it_is_one_new_step_announced_once(store: Store) -> None:
    id = _somebody(store)
    edit(store, id, city="杭州")
    step = last(store)
    edit(store, id, notes="x")
    heard: list[Change] = []
    store.changed.append(heard.append)
    store.take_back(step)
    assert labels(store)[0] == f"Take back: Edit {id}"
    assert [(change.label, change.customers) for change in heard] == [
        (f"Take back: Edit {id}", frozenset({id}))
    ]
    assert "customer" in heard[0].tables


def test_what_is_derived_follows(store: Store) -> None:
    id = _somebody(store)
    edit(store, id, name="李丽华")
    step = last(store)
    bought(store, id, "2026-11-20", 12_800)
    sale = last(store)
    edit(store, id, notes="x")
    store.take_back(step)
    assert (find(store, "zlh"), find(store, "llh")) == (["张丽华"], [])
    store.take_back(sale)
    assert row(store, id).spend_12m_cents == 0


# --- taken back, and taken back again -------------------------------------------------------------


def _states(store: Store) -> list[tuple[str, bool, bool]]:
    return [(step.label, step.undone, step.taken_back) for step in store.steps(3)]


def test_nothing_is_taken_back_twice_until_that_is_undone(store: Store) -> None:
    id = _somebody(store)
    edit(store, id, city="杭州")
    step = last(store)
    edit(store, id, notes="x")
    store.take_back(step)
    back = (f"Take back: Edit {id}", False, False)
    assert _states(store) == [back, (f"Edit {id}", False, False), (f"Edit {id}", False, True)]
    assert refused(store, step) == "This was taken back already."
    store.undo()
    assert [taken_back for _label, _undone, taken_back in _states(store)] == [False] * 3
    store.redo()
    assert refused(store, step) == "This was taken back already."
    store.undo()
    store.take_back(step)
    assert _city(store, id) == ""


def test_taking_back_can_be_taken_back(store: Store) -> None:
    id = _somebody(store)
    edit(store, id, city="杭州")
    step = last(store)
    edit(store, id, notes="x")
    again = store.take_back(step).change_id
    edit(store, id, notes="y")
    taken(store, again)
    assert _city(store, id) == "杭州"
    taken(store, step)
    assert _city(store, id) == ""


def test_what_is_taken_back_is_no_longer_in_the_way(store: Store) -> None:
    id = _somebody(store)
    added = last(store)
    other = add(store, "王秀")
    steps = _done(
        store, id, (_edit(city="杭州"), _edit(city="苏州"), _call, _write("Purge", _purge))
    )
    edit(store, other, notes="x")
    refused(store, steps[0])
    for step in reversed(steps[1:]):
        taken(store, step)
    assert _city(store, id) == "杭州"
    taken(store, steps[0])
    taken(store, added)
    assert sorted(names(store)) == sorted(["欧阳明", "王秀"])


def test_what_was_undone_is_not_taken_back(store: Store) -> None:
    id = _somebody(store)
    edit(store, id, city="杭州")
    step = last(store)
    store.undo()
    assert refused(store, step) == "This was undone already."
    assert refused(store, 999) == "There is no such change. See the list of changes."


def test_it_survives_a_restart(tmp_path: Path, open_file: Opener) -> None:
    first = open_file(tmp_path / "a.custdesk")
    id = _somebody(first)
    edit(first, id, city="杭州")
    step = last(first)
    edit(first, id, notes="x")
    first.take_back(step)
    first.close()
    store = open_file(tmp_path / "a.custdesk")
    assert _city(store, id) == ""
    store.undo()
    assert _city(store, id) == "杭州"


def test_where_all_of_it_is_gone_there_is_nothing_to_take_back(store: Store) -> None:
    id = _somebody(store)
    spoke(store, id, "2026-11-01")
    step = last(store)
    with store.write("Forget") as db:
        _forget(db, id)
    assert refused(store, step) == "Nothing of this is left: there is nothing to take back."


# --- imports --------------------------------------------------------------------------------------

HEADERS = ("姓名", "手机", "城市", "标签", "介绍人")
ROWS = (
    ("张丽华", "13812345678", "杭州", "绿茶", ""),
    ("李国强", "13812345679", "苏州", "绿茶", ""),
    ("王秀", "13812345680", "绍兴", "白茶", ""),
    ("赵敏", "13812345681", "宁波", "", ""),
    ("欧阳明", "13812345682", "杭州", "", ""),
)


def bring(store: Store, *rows: tuple[str, ...], headers: tuple[str, ...] = HEADERS) -> int:
    """Import rows as 名单.csv; the step."""
    table = Table(
        list(headers),
        [Row(line, list(cells)) for line, cells in enumerate(rows, 2)],
        "utf-8",
    )
    mapping = guess_mapping(table.headers, table.rows, Kind.CUSTOMERS)
    import_table(store, "名单.csv", table, mapping)
    return last(store)


def by_name(store: Store, name: str) -> int:
    with store.read() as db:
        found = db.execute(text("SELECT id FROM customer WHERE name = :name"), {"name": name})
        return int(found.scalar_one())


def test_an_import_goes_as_a_whole_where_nobody_was_edited(store: Store) -> None:
    step = bring(store, *ROWS)
    add(store, "孙亮")
    assert taken(store, step).sentence() == "Undone: Import 名单.csv"
    assert names(store) == ["孙亮"]


@pytest.mark.parametrize(
    "deed", [_edit(notes="x"), _call, _write("Buy", _buy), _phone("13900001111"), _finish, _snooze,
             _tags("绿茶", "红茶"), _write("Plan", _schedule)]
)  # fmt: skip
def test_an_import_spares_who_was_edited_since(store: Store, deed: Deed) -> None:
    step = bring(store, *ROWS)
    id = by_name(store, "张丽华")
    deed(store, id)
    before = (_city(store, id), _phones(store, id), _tag_names(store, id), ahead(store, id))
    found = taken(store, step)
    said = "1 customer whom you edited since has stayed: 张丽华."
    assert found.sentence() == f"Undone: Import 名单.csv. {said}"
    assert names(store) == ["张丽华"]
    assert (
        _city(store, id), _phones(store, id), _tag_names(store, id), ahead(store, id)
    ) == before  # fmt: skip


def test_it_names_the_first_of_those_who_stayed(store: Store, spoken: str) -> None:
    step = bring(store, *ROWS)
    for name, *_rest in ROWS[:4]:
        edit(store, by_name(store, name), notes="x")
    found = taken(store, step)
    assert (found.stayed, found.names) == (4, ("张丽华", "李国强", "王秀"))
    who, said = _(", ").join(found.names), found.sentence()
    assert who in said and "4" in said
    assert is_a_sentence(said.replace(who, "x").replace("名单", "x").replace("导入", ""), spoken)


def test_two_who_are_related_stay_together(store: Store) -> None:
    step = bring(store, *ROWS)
    one, other = by_name(store, "张丽华"), by_name(store, "李国强")
    with store.write("Relate") as db:
        history.relate(db, one, other, RelationKind.SPOUSE)
    assert taken(store, step).stayed == 2
    assert _related(store, one) == ["李国强"]


def test_of_who_was_there_before_only_what_the_import_gave_goes(store: Store) -> None:
    id = add(store, "张丽华", phone="13812345678")
    step = bring(store, *ROWS)
    assert _city(store, id) == "杭州"
    spoke(store, id)
    assert taken(store, step).stayed == 0
    assert (_city(store, id), names(store)) == ("", ["张丽华"])


def test_an_import_all_of_whom_were_edited_stays(store: Store) -> None:
    step = bring(store, *ROWS[:2])
    for name, *_rest in ROWS[:2]:
        edit(store, by_name(store, name), notes="x")
    words = "Everybody whom this concerns was edited since: nothing was changed."
    assert refused(store, step) == words


def test_a_second_import_of_the_same_is_spared_neither_way(store: Store) -> None:
    """Who came with the first and got something from the second stays with the first's gifts."""
    first = bring(store, *ROWS[:2])
    second = bring(store, ("张丽华", "13812345678", "杭州", "绿茶", ""),
                   ("孙亮", "13812345699", "杭州", "", ""))  # fmt: skip
    add(store, "周正")
    taken(store, second)
    assert sorted(names(store)) == sorted(["张丽华", "李国强", "周正"])
    taken(store, first)
    assert names(store) == ["周正"]


def test_a_purchase_that_was_imported_and_edited_stays(store: Store) -> None:
    for name in ("张丽华", "李国强"):
        add(store, name)
    table = Table(
        ["姓名", "日期", "金额"],
        [Row(2, ["张丽华", "2026-11-01", "128"]), Row(3, ["李国强", "2026-11-02", "88"])],
        "utf-8",
    )
    import_table(store, "流水.csv", table, guess_mapping(table.headers, table.rows, Kind.PURCHASES))
    step = last(store)
    with store.write("Correct") as db:
        db.execute(text("UPDATE purchase SET note = '补录' WHERE amount_cents = 12800"))
    found = taken(store, step)
    assert found.names == ("张丽华",)
    assert (_sales(store, by_name(store, "张丽华")), _sales(store, by_name(store, "李国强"))) == (
        ["补录"],
        [],
    )


# --- any steps in any order -----------------------------------------------------------------------

PEOPLE = ("张丽华", "李国强", "王秀")


@dataclass(frozen=True, slots=True)
class Act:
    """One step in the user's words, with whom, and something to say in it."""

    verb: str
    who: int
    word: str


def _perform(store: Store, act: Act) -> bool:
    """Do it; whether it was a step at all."""
    before = store.last_step()
    try:
        with store.write(f"{act.verb} {act.who} {act.word}") as db:
            ids = {number: id for id, number in db.execute(text("SELECT id, number FROM customer"))}
            VERBS[act.verb](db, ids, f"N{act.who}", act.word, store)
    except (CustdeskError, LookupError):
        return False
    return store.last_step() != before


Ids = dict[str, int]


def _verb_edit(field: str) -> Callable[[Session, Ids, str, str, Store], object]:
    return lambda db, ids, who, word, store: customers.edit(db, ids[who], field, word, store.today)


def _planned(db: Session, id: int, store: Store) -> int:
    return follow_ups.of_customer(db, id, store.today)[0].id or 0


def _untag(db: Session, id: int, word: str) -> None:
    customers.set_tags(db, id, [tag for tag in customers.tags_of(db, id) if tag != word])


def _unphone(db: Session, id: int, word: str) -> None:
    for point in customers.contacts(db, id):
        if point.value.endswith(word[-1]):
            db.delete(point)


def _add_person(db: Session, ids: Ids, who: str, word: str, store: Store) -> None:
    number = f"{who}{word}"
    customers.add(db, customers.Details(word, number=number, tags=[word]), store.today)


VERBS: dict[str, Callable[[Session, Ids, str, str, Store], object]] = {
    "city": _verb_edit("city"),
    "notes": _verb_edit("notes"),
    "name": _verb_edit("name"),
    "born": lambda db, ids, who, word, store: customers.edit(
        db, ids[who], "birthday", birthday(f"1968-12-0{word[-1]}"), store.today
    ),
    "phone": lambda db, ids, who, word, store: customers.add_contact(
        db, ids[who], ContactKind.PHONE, f"1381234567{word[-1]}"
    ),
    "no phone": lambda db, ids, who, word, store: _unphone(db, ids[who], word),
    "tag": lambda db, ids, who, word, store: customers.add_tag(db, ids[who], word),
    "no tag": lambda db, ids, who, word, store: _untag(db, ids[who], word),
    "talk": lambda db, ids, who, word, store: history.log_interaction(
        db, ids[who], Channel.VISIT, word, store.clock()
    ),
    "no talk": lambda db, ids, who, word, store: _forget(db, ids[who]),
    "buy": lambda db, ids, who, word, store: history.record_purchase(
        db, ids[who], store.today, [Item(word, 1, 100)]
    ),
    "no sale": lambda db, ids, who, word, store: _forget_purchase(db, ids[who]),
    "befriend": lambda db, ids, who, word, store: history.relate(
        db, ids[who], ids[f"N{int(word[-1]) % 3}"], RelationKind.FRIEND
    ),
    "complete": lambda db, ids, who, word, store: follow_ups.complete(
        db, _planned(db, ids[who], store), word, Channel.PHONE, store.clock()
    ),
    "skip": lambda db, ids, who, word, store: follow_ups.skip(
        db, _planned(db, ids[who], store), word, store.clock()
    ),
    "snooze": lambda db, ids, who, word, store: follow_ups.snooze(
        db, _planned(db, ids[who], store), date(2026, 12, 20 + int(word[-1])), store.today
    ),
    "plan": lambda db, ids, who, word, store: follow_ups.schedule(
        db, ids[who], date(2026, 12, 1 + int(word[-1])), word
    ),
    "trash": lambda db, ids, who, word, store: customers.trash(db, [ids[who]], store.clock()),
    "purge": lambda db, ids, who, word, store: _purge(db, ids[who]),
    "add": _add_person,
}
ACTS = st.lists(
    st.builds(
        Act,
        st.sampled_from(sorted(VERBS)),
        st.integers(0, 2),
        st.sampled_from(["a1", "b2", "c3"]),
    ),
    min_size=2,
    max_size=9,
)


def _seen(store: Store) -> dict[str, object]:
    """What one sees of everybody, without ids and without what is derived."""
    with store.read() as db:
        people: dict[str, object] = {}
        for id, number in db.execute(text("SELECT id, number FROM customer")).all():
            one = customers.get(db, id)
            people[number] = (
                (one.name, one.city, one.notes, customers.birthday_of(one), one.trashed_at),
                sorted(point.value for point in customers.contacts(db, id)),
                sorted(customers.tags_of(db, id)),
                sorted((talk.at, talk.outcome) for talk in history.interactions(db, id)),
                sorted(sale.words for sale in history.purchases(db, id)),
                sorted(related.number for related in history.relations(db, id)),
                sorted(
                    tuple(row)
                    for row in db.execute(
                        text(
                            "SELECT kind, state, note, skip_reason FROM follow_up"
                            " WHERE customer_id = :id AND (plan_id IS NULL OR state <> 'open')"
                        ),
                        {"id": id},
                    )
                ),
                [(due.kind, due.due) for due in follow_ups.of_customer(db, id, store.today)],
            )
    return people


@dataclass(slots=True)
class Played:
    """A history that was played on a new file: which acts were steps, and which steps; and the
    first follow-up that was open before each act, which is the one that some of them are about."""

    store: Store
    steps: list[int | None] = field(default_factory=list)
    first: list[object] = field(default_factory=list)


OF_THE_FIRST = ("complete", "skip", "snooze")


def _first(store: Store, act: Act) -> object:
    with store.read() as db:
        id = db.execute(
            text("SELECT id FROM customer WHERE number = :number"), {"number": f"N{act.who}"}
        ).scalar()
        due = follow_ups.of_customer(db, id, store.today) if id else []
        return (due[0].kind, due[0].day) if due else None


def _play(path: Path, acts: list[Act]) -> Played:
    clock = Clock(datetime(2026, 11, 21, 9))
    played = Played(open_store(path, clock))
    played.store.new_day()
    for at, name in enumerate(PEOPLE):
        add(played.store, name, number=f"N{at}", phone="13812345670", tags=["a1"])
    for act in acts:
        clock.move(minutes=1)
        played.first.append(_first(played.store, act) if act.verb in OF_THE_FIRST else None)
        played.steps.append(last(played.store) if _perform(played.store, act) else None)
    return played


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS, chosen=st.integers(0, 8))
@example(acts=[Act("complete", 0, "a1"), Act("talk", 0, "b2"), Act("city", 1, "a1")], chosen=0)
@example(acts=[Act("born", 2, "a1"), Act("skip", 2, "a1"), Act("skip", 2, "a1")], chosen=1)
@example(acts=[Act("no talk", 0, "a1"), Act("talk", 0, "b2"), Act("no talk", 0, "c3")], chosen=1)
def test_any_step_is_refused_or_leaves_the_others_as_they_were(
    acts: list[Act], chosen: int
) -> None:
    chosen %= len(acts)
    with TemporaryDirectory() as folder:
        played = _play(Path(folder) / "a.custdesk", acts)
        store = played.store
        try:
            step = played.steps[chosen]
            if step is None:
                return
            with store.read() as db:
                why = taking_back.refusal(db, step, store.today)
            if why:
                assert refused(store, step) == why
                return
            taken(store, step)
            others = [at for at in range(len(acts)) if at != chosen]
            without = _play(Path(folder) / "b.custdesk", _without(acts, chosen))
            try:
                # Comparable where each of the others did the same without it.
                same = all(
                    (played.steps[at] is None) == (without.steps[at] is None)
                    and played.first[at] == without.first[at]
                    for at in others
                )
                if same:
                    assert _seen(store) == _seen(without.store)
            finally:
                without.store.close()
        finally:
            store.close()


def _without(acts: list[Act], at: int) -> list[Act]:
    """The same acts at the same minutes, one of which nobody can do."""
    return [*acts[:at], Act("city", 9, ""), *acts[at + 1 :]]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
def test_an_import_leaves_whomever_something_happened_to_and_nobody_else(acts: list[Act]) -> None:
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "a.custdesk", Clock(datetime(2026, 11, 21, 9)))
        try:
            store.new_day()
            rows = [(f"N{at}", name, f"1381234568{at}") for at, name in enumerate(PEOPLE)]
            step = bring(store, *rows, headers=("编号", "姓名", "手机"))
            brought = _seen(store)
            touched = {f"N{act.who}" for act in acts if _perform(store, act)}
            touched |= {f"N{int(act.word[-1]) % 3}" for act in acts if act.verb == "befriend"} | {
                f"N{act.who}{act.word}" for act in acts if act.verb == "add"
            }
            add(store, "孙亮", number="S")
            before = _seen(store)
            with store.read() as db:
                why = taking_back.refusal(db, step, store.today)
            if why:
                refused(store, step)
                assert set(before) - {"S"} <= touched
                return
            taken(store, step)
            after = _seen(store)
            changed = {number for number in before if before[number] != brought.get(number)}
            assert changed <= set(after) <= touched | {"S"}
            assert after == {number: before[number] for number in after}
        finally:
            store.close()

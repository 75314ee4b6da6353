"""Undo and redo of every kind of write, one by one and all together."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import text
from sqlmodel import Session

from custdesk import business
from custdesk.care import follow_ups, plans
from custdesk.errors import CustdeskError
from custdesk.exchange.fields import Kind
from custdesk.exchange.headers import guess_mapping
from custdesk.exchange.importing import import_table
from custdesk.exchange.table import Row, Table
from custdesk.opening import open_store
from custdesk.people import customers, history
from custdesk.people.history import Item
from custdesk.store import journal
from custdesk.store.models import (
    POTENTIAL,
    REGULAR,
    VIP,
    Channel,
    ContactKind,
    Customer,
    FollowUpKind,
    RelationKind,
)
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import (
    Clock,
    add,
    birthday,
    bought,
    bring_in,
    complete,
    contacts,
    contents,
    customer,
    edit,
    faults,
    find,
    follow_up,
    labels,
    names,
    redo_all,
    set_days,
    spoke,
    undo_all,
)

Deed = Callable[[Session, int, int], object]
"""Something that one does with two customers, in one write."""

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9)


def _first_contact(db: Session, id: int) -> int:
    return customers.contacts(db, id)[0].id or 0


def _callback(db: Session, id: int) -> int:
    return next(
        due.id or 0
        for due in follow_ups.of_customer(db, id, TODAY)
        if due.kind is FollowUpKind.CALLBACK
    )


def _exchange_numbers(db: Session, id: int, other: int) -> None:
    mine, theirs = customers.get(db, id), customers.get(db, other)
    first, second = mine.number, theirs.number
    for person, number in ((mine, "x"), (theirs, first), (mine, second)):
        person.number = number
        db.flush()


def _exchange_phones(db: Session, id: int, _other: int) -> None:
    one, two = customers.contacts(db, id)[:2]
    first, second = one.value, two.value
    for point, value in ((one, "x"), (two, first), (one, second)):
        point.value = value
        db.flush()


def _delete_for_good(db: Session, id: int, _other: int) -> None:
    db.execute(text("DELETE FROM customer WHERE id = :id"), {"id": id})


def _many_at_once(db: Session, _id: int, _other: int) -> None:
    db.execute(text("UPDATE customer SET city = 'x' || id"))
    db.execute(text("DELETE FROM contact_point"))


def _change_plan(db: Session, _id: int, _other: int) -> None:
    for plan in plans.all_plans(db):
        set_days(db, plan, 20)


DEEDS: dict[str, Deed] = {
    "add": lambda db, id, other: customers.add(
        db,
        customers.Details(
            "欧阳明",
            birthday=birthday("1968-10-13", lunar=True),
            phones=["13900001111", "0571-88886666"],
            emails=["o@example.com"],
            tags=["新客"],
        ),
        TODAY,
    ),
    "rename": lambda db, id, other: customers.edit(db, id, "name", "张丽", TODAY),
    "renumber": lambda db, id, other: customers.edit(db, id, "number", "A7", TODAY),
    "exchange numbers": _exchange_numbers,
    "exchange phones": _exchange_phones,
    "birthday": lambda db, id, other: customers.edit(db, id, "birthday", birthday("12-24"), TODAY),
    "no birthday": lambda db, id, other: customers.edit(db, id, "birthday", None, TODAY),
    "grade": lambda db, id, other: customers.edit(db, id, "grade_by_hand", REGULAR, TODAY),
    "notes": lambda db, id, other: customers.edit(db, id, "notes", "第一行\n第二行", TODAY),
    "do not contact": lambda db, id, other: customers.edit(db, id, "do_not_contact", True, TODAY),
    "add a phone": lambda db, id, other: customers.add_contact(
        db, id, ContactKind.PHONE, "13900002222"
    ),
    "edit a phone": lambda db, id, other: customers.edit_contact(
        db, _first_contact(db, id), "13900003333"
    ),
    "empty a phone": lambda db, id, other: customers.edit_contact(db, _first_contact(db, id), ""),
    "tags": lambda db, id, other: customers.set_tags(db, id, ["绿茶", "常客"]),
    "no tags": lambda db, id, other: customers.set_tags(db, id, []),
    "log": lambda db, id, other: history.log_interaction(db, id, Channel.VISIT, "来过", NOW),
    "forget a talk": lambda db, id, other: history.remove_interaction(
        db, history.interactions(db, id)[0].id or 0
    ),
    "purchase": lambda db, id, other: history.record_purchase(
        db, id, TODAY, [Item("白茶", 2, 36000), Item("盖碗", 1, 8800)]
    ),
    "take a purchase away": lambda db, id, other: history.remove_purchase(
        db, history.purchases(db, id)[0].id
    ),
    "complete": lambda db, id, other: follow_ups.complete(
        db, _callback(db, id), "聊过", Channel.WECHAT, NOW
    ),
    "snooze": lambda db, id, other: follow_ups.snooze(
        db, _callback(db, id), date(2027, 3, 1), TODAY
    ),
    "skip": lambda db, id, other: follow_ups.skip(db, _callback(db, id), "出国", NOW),
    "schedule": lambda db, id, other: follow_ups.schedule(
        db, id, date(2026, 12, 1), "送样茶", "14:30"
    ),
    "relate": lambda db, id, other: history.relate(db, id, other, RelationKind.SPOUSE),
    "unrelate": lambda db, id, other: history.remove_relation(
        db, history.relations(db, id)[0].relation_id
    ),
    "trash": lambda db, id, other: customers.trash(db, [id, other], NOW),
    "care interval": _change_plan,
    "business name": lambda db, id, other: business.choose(db, business.NAME, "和风茶舍"),
    "delete with all that is theirs": _delete_for_good,
    "many rows past the ORM": _many_at_once,
}


@pytest.fixture
def people(store: Store) -> tuple[int, int]:
    """张丽华, of whom everything is known, and 李国强, who referred her."""
    other = add(store, "李国强", phone="13812340000")
    id = add(
        store,
        "张丽华",
        phone=["13812345678", "0571-87654321"],
        email="z@example.com",
        lunar="1968-10-13",
        grade=VIP,
        tags=["绿茶", "老客"],
        city="杭州",
    )
    bought(store, id, "2026-11-02", 12800)
    spoke(store, id, "2026-11-03")
    complete(store, follow_up(store, id))
    with store.write("Referred") as db:
        history.relate(db, id, other, RelationKind.REFERRED_BY)
    return id, other


@pytest.mark.parametrize("deed", DEEDS)
def test_undo_and_redo(store: Store, people: tuple[int, int], deed: str) -> None:
    before = contents(store)
    with store.write(deed) as db:
        DEEDS[deed](db, *people)
    after = contents(store)
    assert after != before
    for _time in range(2):
        undone = store.undo()
        assert undone and undone.label == deed
        assert contents(store) == before
        done = store.redo()
        assert done and done.label == deed
        assert contents(store) == after
    assert faults(store) == []


def test_undo_survives_closing(tmp_path: Path, open_file: Opener) -> None:
    path = tmp_path / "a.custdesk"
    store = open_file(path)
    id = add(store, "张丽华", phone="13812345678")
    before = contents(store)
    edit(store, id, name="李丽华", city="杭州")
    store.close()
    store = open_file(path)
    store.undo()
    assert contents(store) == before
    store.close()
    store = open_file(path)
    store.redo()
    assert (customer(store, id).name, customer(store, id).city) == ("李丽华", "杭州")


def test_nothing_to_undo_and_nothing_to_redo(store: Store) -> None:
    assert store.undo() is None
    assert store.redo() is None
    add(store, "张丽华")
    assert store.redo() is None


def test_a_new_write_drops_what_could_be_done_again(store: Store) -> None:
    add(store, "张丽华")
    store.undo()
    add(store, "李国强")
    assert store.redo() is None
    assert names(store) == ["李国强"]


def test_undo_goes_back_through_all_steps_in_order(store: Store) -> None:
    id = add(store, "张")
    for name in ("张丽", "张丽华", "张丽华子"):
        edit(store, id, name=name)
    seen = []
    while store.undo():
        seen.append(names(store))
    assert seen == [["张丽华"], ["张丽"], ["张"], []]
    redo_all(store)
    assert names(store) == ["张丽华子"]


def test_the_list_of_steps_tells_which_were_undone(store: Store) -> None:
    add(store, "张丽华")
    add(store, "李国强")
    store.undo()
    assert [(step.label, step.undone) for step in store.steps()] == [
        ("Add 李国强", True),
        ("Add 张丽华", False),
    ]
    last, next_one = store.last_step(), store.last_step(undone=True)
    assert last and next_one
    assert (last.label, next_one.label) == ("Add 张丽华", "Add 李国强")


def test_what_the_calendar_does_is_no_step(store: Store, clock: Clock) -> None:
    add(store, "张丽华", solar="11-22")
    clock.move(days=400)
    store.new_day()
    assert labels(store) == ["Add 张丽华"]


def test_undo_of_somebody_for_whom_a_new_day_planned(store: Store, clock: Clock) -> None:
    before = contents(store)
    add(store, "张丽华", solar="11-22")
    clock.move(days=400)
    store.new_day()
    after = contents(store)
    store.undo()
    assert contents(store) == before
    store.redo()
    assert contents(store) == after


def test_undo_brings_back_a_follow_up_and_harms_no_later_one(store: Store, clock: Clock) -> None:
    """A new day must not reuse the id of a follow-up that undo brings back."""
    other = add(store, "李国强", solar="12-01")
    id = add(store, "张丽华", solar="12-24")
    edit(store, id, do_not_contact=True)
    clock.turn_to("2026-12-02")
    store.new_day()
    with store.read() as db:
        planned = {(due.day, due.id) for due in follow_ups.of_customer(db, other, store.today)}
    store.undo()
    with store.read() as db:
        kept = {(due.day, due.id) for due in follow_ups.of_customer(db, other, store.today)}
    assert kept == planned
    assert [due.day.isoformat() for due in _of(store, id)] == ["2026-12-24", "2027-05-20"]


def test_undo_of_a_birthday_after_it_was_kept(store: Store, clock: Clock) -> None:
    """A new day has made the follow-up of 2027 that undo brings back as well."""
    id = add(store, "张丽华", solar="11-20")
    edit(store, id, birthday=birthday("11-22"))
    clock.turn_to("2026-11-23")
    store.new_day()
    after = contents(store)
    store.undo()
    assert [due.day.isoformat() for due in _of(store, id)] == ["2027-05-20", "2027-11-20"]
    assert faults(store) == []
    store.redo()
    assert contents(store) == after


def _of(store: Store, id: int) -> list[follow_ups.Due]:
    with store.read() as db:
        return follow_ups.of_customer(db, id, store.today)


def test_undo_of_an_import_is_one_step(store: Store) -> None:
    add(store, "孙军宇", phone="19993287921")
    before = contents(store)
    bring_in(store, "customers_gb18030.csv")
    after = contents(store)
    assert labels(store) == ["Import customers_gb18030.csv", "Add 孙军宇"]
    store.undo()
    assert contents(store) == before
    store.redo()
    assert contents(store) == after
    assert faults(store) == []


def test_a_customer_s_history_is_what_still_holds(store: Store) -> None:
    id, other = add(store, "张丽华", phone="13812345678"), add(store, "李国强")
    edit(store, id, city="杭州")
    edit(store, other, city="苏州")
    edit(store, id, city="绍兴")
    edit(store, id, city="上海")
    store.undo()
    with store.read() as db:
        found = journal.history_of(db, id)
    cities = [
        (image.before and image.before["city"], image.after and image.after["city"])
        for entry in found
        for image in entry.images
        if image.table == "customer"
    ]
    assert cities == [("杭州", "绍兴"), ("", "杭州"), (None, "")]
    assert [entry.step.label for entry in found] == [f"Edit {id}", f"Edit {id}", "Add 张丽华"]


def test_a_history_ends_where_somebody_else_had_the_id(store: Store) -> None:
    """In older files ids were given anew: what was known of somebody is nobody else's history."""
    id = add(store, "张丽华", phone="13812345678")
    with store.write("Purge") as db:
        _delete_for_good(db, id, id)
    with store.write("Add 李国强") as db:
        db.add(Customer(id=id, number="2", name="李国强", added_on=TODAY, care_from=TODAY))
    with store.read() as db:
        assert [entry.step.label for entry in journal.history_of(db, id)] == ["Add 李国强"]


def test_who_came_back_has_their_history_again(store: Store) -> None:
    add(store, "李国强")
    id = add(store, "张丽华")
    add(store, "王秀")
    with store.write("Purge") as db:
        _delete_for_good(db, id, id)
    step = store.steps()[0].id
    add(store, "孙亮")
    store.take_back(step)
    with store.read() as db:
        found = [entry.step.label for entry in journal.history_of(db, id)]
    assert found == ["Take back: Purge", "Purge", "Add 张丽华"]


def test_both_have_a_relation_in_their_history(store: Store) -> None:
    one, other = add(store, "张丽华"), add(store, "李国强")
    with store.write("Relate") as db:
        history.relate(db, one, other, RelationKind.FRIEND)
    with store.read() as db:
        for id in (one, other):
            assert journal.history_of(db, id)[0].step.label == "Relate"


def test_changes_are_listed_page_by_page(store: Store) -> None:
    for n in range(5):
        add(store, f"客户{n}")
    first = store.steps(2)
    second = store.steps(2, before=first[-1].id)
    assert [step.label for step in (*first, *second)] == [f"Add 客户{n}" for n in (4, 3, 2, 1)]


def test_who_is_concerned_when_a_row_moves_to_another_customer(store: Store) -> None:
    one, two = add(store, "张丽华", phone="13812345678"), add(store, "李国强")
    with store.write("Move") as db:
        db.execute(text("UPDATE contact_point SET customer_id = :two"), {"two": two})
    assert (contacts(store, one), contacts(store, two)) == ([], ["+8613812345678"])
    assert find(store, "5678") == ["李国强"]
    store.undo()
    assert find(store, "5678") == ["张丽华"]


# --- any verbs in any order -----------------------------------------------------------------------

NAMES = ("张丽华", "欧阳明", "买买提·吐尔逊", "Anna Smith", "𬭎", "区文诗")
PHONES = ("13812345678", "13900001111", "0571-88886666", "+1 415 555 2671")
BIRTHDAYS = (
    None,
    birthday("11-22"),
    birthday("2000-02-29"),
    birthday("1968-10-13", lunar=True),
    birthday("2020-04-08L", lunar=True),
    birthday("12-30", lunar=True),
)
WHO = st.integers(0, 9)


class Deeds(RuleBasedStateMachine):
    """Verbs in any order; then all is undone, and all is done again."""

    days_pass = False

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.clock = Clock(NOW)
        self.store = open_store(Path(self.folder.name) / "a.custdesk", self.clock)
        self.store.new_day()

    @initialize()
    def somebody_is_there(self) -> None:
        for name in NAMES[:3]:
            add(self.store, name, phone=PHONES[0], solar="11-22", tags=["老客"])
        self.first = self.store.steps()[0].id
        self.start = contents(self.store)

    def ids(self, db: Session) -> list[int]:
        return list(db.execute(text("SELECT id FROM customer ORDER BY id")).scalars())

    def do(self, label: str, who: int, deed: Callable[[Session, int, int], object]) -> None:
        """One step with two customers; what cannot be done is refused in a sentence."""
        with suppress(CustdeskError), self.store.write(label) as db:
            ids = self.ids(db)
            if ids:
                deed(db, ids[who % len(ids)], ids[(who + 1) % len(ids)])
        assert faults(self.store) == []

    @rule(
        name=st.sampled_from(NAMES), phone=st.sampled_from(PHONES), born=st.sampled_from(BIRTHDAYS)
    )
    def add_somebody(self, name: str, phone: str, born: object) -> None:
        details = customers.Details(name, phones=[phone], tags=["新客"])
        details.birthday = born  # type: ignore[assignment]
        self.do("add", 0, lambda db, id, other: customers.add(db, details, self.store.today))

    @rule(who=WHO, field=st.sampled_from(customers.TEXTS), words=st.sampled_from(["", "杭州", "x"]))
    def edit_text(self, who: int, field: str, words: str) -> None:
        self.do("edit", who, lambda db, id, _o: customers.edit(db, id, field, words, TODAY))

    @rule(who=WHO, name=st.sampled_from(NAMES))
    def rename(self, who: int, name: str) -> None:
        self.do("rename", who, lambda db, id, _o: customers.edit(db, id, "name", name, TODAY))

    @rule(who=WHO, number=st.sampled_from(["0001", "0002", "7", "A1"]))
    def renumber(self, who: int, number: str) -> None:
        self.do("number", who, lambda db, id, _o: customers.edit(db, id, "number", number, TODAY))

    @rule(who=WHO)
    def exchange_numbers(self, who: int) -> None:
        def deed(db: Session, id: int, other: int) -> None:
            if id != other:
                _exchange_numbers(db, id, other)

        self.do("exchange", who, deed)

    @rule(who=WHO, born=st.sampled_from(BIRTHDAYS))
    def born(self, who: int, born: object) -> None:
        self.do(
            "birthday",
            who,
            lambda db, id, _o: customers.edit(db, id, "birthday", born, self.store.today),
        )

    @rule(who=WHO, grade=st.sampled_from([VIP, REGULAR, POTENTIAL]), leave_alone=st.booleans())
    def grade(self, who: int, grade: str, leave_alone: bool) -> None:
        def deed(db: Session, id: int, _other: int) -> None:
            customers.edit(db, id, "grade_by_hand", grade, TODAY)
            customers.edit(db, id, "do_not_contact", leave_alone, TODAY)

        self.do("grade", who, deed)

    @rule(who=WHO, phone=st.sampled_from(PHONES))
    def add_a_phone(self, who: int, phone: str) -> None:
        self.do(
            "phone", who, lambda db, id, _o: customers.add_contact(db, id, ContactKind.PHONE, phone)
        )

    @rule(who=WHO, phone=st.sampled_from(["", *PHONES]))
    def edit_a_phone(self, who: int, phone: str) -> None:
        def deed(db: Session, id: int, _other: int) -> None:
            for point in customers.contacts(db, id)[:1]:
                customers.edit_contact(db, point.id or 0, phone)

        self.do("edit phone", who, deed)

    @rule(who=WHO, tags=st.sets(st.sampled_from(["绿茶", "红茶", "老客"])))
    def tag(self, who: int, tags: set[str]) -> None:
        self.do("tag", who, lambda db, id, _o: customers.set_tags(db, id, sorted(tags)))

    @rule(who=WHO, day=st.dates(date(2026, 1, 1), TODAY))
    def log(self, who: int, day: date) -> None:
        at = datetime.combine(day, NOW.time())
        self.do(
            "log", who, lambda db, id, _o: history.log_interaction(db, id, Channel.SMS, "x", at)
        )

    @rule(who=WHO)
    def forget_a_talk(self, who: int) -> None:
        def deed(db: Session, id: int, _other: int) -> None:
            for one in history.interactions(db, id)[:1]:
                history.remove_interaction(db, one.id or 0)

        self.do("forget", who, deed)

    @rule(who=WHO, day=st.dates(date(2025, 11, 1), TODAY), cents=st.integers(-5000, 90000))
    def purchase(self, who: int, day: date, cents: int) -> None:
        item = Item("龙井", 1, cents)
        self.do("buy", who, lambda db, id, _o: history.record_purchase(db, id, day, [item]))

    @rule(who=WHO)
    def take_a_purchase_away(self, who: int) -> None:
        def deed(db: Session, id: int, _other: int) -> None:
            for one in history.purchases(db, id)[:1]:
                history.remove_purchase(db, one.id)

        self.do("unbuy", who, deed)

    @rule(who=WHO, which=WHO, how=st.sampled_from(["complete", "snooze", "skip"]))
    def act(self, who: int, which: int, how: str) -> None:
        def deed(db: Session, id: int, _other: int) -> None:
            found = follow_ups.of_customer(db, id, self.store.today)
            if not found:
                return
            due = found[which % len(found)].id or 0
            if how == "complete":
                follow_ups.complete(db, due, "好", Channel.PHONE, self.clock())
            elif how == "snooze":
                follow_ups.snooze(db, due, date(2030, 1, 1), self.store.today)
            else:
                follow_ups.skip(db, due, "忙", self.clock())

        self.do(how, who, deed)

    @rule(who=WHO)
    def schedule(self, who: int) -> None:
        self.do(
            "schedule", who, lambda db, id, _o: follow_ups.schedule(db, id, TODAY, "送样", "09:30")
        )

    @rule(who=WHO, kind=st.sampled_from(RelationKind))
    def relate(self, who: int, kind: RelationKind) -> None:
        self.do("relate", who, lambda db, id, other: history.relate(db, id, other, kind))

    @rule(who=WHO)
    def unrelate(self, who: int) -> None:
        def deed(db: Session, id: int, _other: int) -> None:
            for one in history.relations(db, id)[:1]:
                history.remove_relation(db, one.relation_id)

        self.do("unrelate", who, deed)

    @rule(who=WHO)
    def throw_away(self, who: int) -> None:
        self.do("trash", who, lambda db, id, _o: customers.trash(db, [id], self.clock()))

    @rule(who=WHO)
    def take_back(self, who: int) -> None:
        self.do("restore", who, lambda db, id, _o: customers.restore(db, [id]))

    @rule(who=WHO)
    def delete(self, who: int) -> None:
        self.do("delete", who, _delete_for_good)

    @rule(days=st.integers(0, 60), enabled=st.booleans())
    def change_plans(self, days: int, enabled: bool) -> None:
        def deed(db: Session, _id: int, _other: int) -> None:
            for plan in plans.all_plans(db):
                set_days(db, plan, days)
                plan.enabled = enabled

        self.do("plans", 0, deed)

    @rule(name=st.sampled_from(["", "和风茶舍"]))
    def name_the_business(self, name: str) -> None:
        self.do("name", 0, lambda db, _i, _o: business.choose(db, business.NAME, name))

    @rule(
        names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
        phone=st.sampled_from(PHONES),
    )
    def bring_in(self, names: list[str], phone: str) -> None:
        headers = ["姓名", "手机", "生日", "介绍人", "标签"]
        rows = [
            Row(i, [name, phone, "农历八月十五", NAMES[0], "导入"]) for i, name in enumerate(names)
        ]
        table = Table(headers, rows, "utf-8")
        import_table(self.store, "a.csv", table, guess_mapping(headers, rows, Kind.CUSTOMERS))
        assert faults(self.store) == []

    @rule()
    def undo(self) -> None:
        last = self.store.last_step()
        if last and last.id > self.first:
            self.store.undo()
        assert faults(self.store) == []

    @rule()
    def redo(self) -> None:
        self.store.redo()
        assert faults(self.store) == []

    def teardown(self) -> None:
        try:
            if hasattr(self, "start"):
                self.go_back_and_forth()
        finally:
            self.store.close()
            self.folder.cleanup()

    def go_back_and_forth(self) -> None:
        redo_all(self.store)
        end = contents(self.store)
        undo_all(self.store, self.first)
        assert contents(self.store) == self.start
        redo_all(self.store)
        assert contents(self.store) == end
        assert faults(self.store) == []


class DeedsOverDays(Deeds):
    """The same while days, months and a year go by: nothing is left of what was undone.

    Who was in the trash for 30 days is forgotten meanwhile; the products they bought stay, and tags
    that others had too.
    """

    forgot = False

    @rule(days=st.sampled_from([1, 3, 40, 370]))
    def time_goes_by(self, days: int) -> None:
        before = len(contents(self.store)["customer"])
        self.clock.move(days=days)
        self.store.new_day()
        self.forgot |= len(contents(self.store)["customer"]) < before
        assert faults(self.store) == []

    def go_back_and_forth(self) -> None:
        redo_all(self.store)
        people = names(self.store)
        undo_all(self.store)
        left = {name: rows for name, rows in contents(self.store).items() if rows}
        stays = {"product", "tag"} if self.forgot else set()
        assert left.keys() - stays - {"setting"} == {"care_plan", "grading_policy"}
        assert [row for row in left.get("setting", ()) if row[1] != "trash_waits_until"] == []
        redo_all(self.store)
        assert names(self.store) == people
        assert faults(self.store) == []


_MANY = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestDeeds = pytest.mark.filterwarnings("default")(Deeds.TestCase)
TestDeeds.settings = _MANY
TestDeedsOverDays = pytest.mark.filterwarnings("default")(DeedsOverDays.TestCase)
TestDeedsOverDays.settings = _MANY


# --- what only one may hold -----------------------------------------------------------------------


def _changes_places(store: Store, first: Deed) -> None:
    """Two customers who have everything alike; `first` is undone, and done and undone again."""
    ids = [
        add(store, name, phone="13812345678", tags=["绿茶"], solar="12-01")
        for name in ("张丽华", "李国强")
    ]
    third = add(store, "王秀")
    with store.write("Relate") as db:
        for id in ids:
            history.relate(db, id, third, RelationKind.FRIEND)
    before = contents(store)
    with store.write("First") as db:
        first(db, *ids)
    after = contents(store)
    for _time in range(2):
        store.undo()
        assert contents(store) == before
        store.redo()
        assert contents(store) == after


@pytest.mark.parametrize("table", ["contact_point", "customer_tag", "relation"])
def test_one_goes_and_its_like_comes_in_its_place(store: Store, table: str) -> None:
    def move(db: Session, one: int, other: int) -> None:
        db.execute(text(f"DELETE FROM {table} WHERE customer_id = {one}"))
        db.execute(text(f"UPDATE {table} SET customer_id = {one} WHERE customer_id = {other}"))

    _changes_places(store, move)


def test_a_birthday_goes_and_its_like_comes_in_its_place(store: Store) -> None:
    def move(db: Session, one: int, other: int) -> None:
        theirs = "kind = 'birthday' AND customer_id ="
        db.execute(text(f"DELETE FROM follow_up WHERE {theirs} {one}"))
        db.execute(text(f"UPDATE follow_up SET customer_id = {one} WHERE {theirs} {other}"))

    _changes_places(store, move)


def test_an_id_that_was_given_anew_gives_way(store: Store) -> None:
    """Both phones go, and the first number comes back under the id of the second."""
    id = add(store, "张丽华", phone=["13812345678", "13900001111"])
    before = contents(store)
    with store.write("New phone") as db:
        first, last = customers.contacts(db, id)
        for point in (first, last):
            customers.edit_contact(db, point.id or 0, "")
            db.flush()
        db.execute(
            text(
                "INSERT INTO contact_point (id, customer_id, kind, value, label, position)"
                f" VALUES ({last.id}, {id}, 'phone', '+8613812345678', '', 0)"
            )
        )
    store.undo()
    assert contents(store) == before


# --- whom a change concerns -----------------------------------------------------------------------


def test_a_relation_concerns_both(store: Store) -> None:
    one, other, third = add(store, "张丽华"), add(store, "李国强"), add(store, "王秀")
    told: list[frozenset[int]] = []
    store.changed.append(lambda change: told.append(change.customers))
    with store.write("Relate") as db:
        history.relate(db, one, other, RelationKind.FRIEND)
    with store.write("Another") as db:
        db.execute(text(f"UPDATE relation SET other_id = {third}"))
    with store.write("No more") as db:
        db.execute(text("DELETE FROM relation"))
    for _time in range(3):
        store.undo()
    for _time in range(3):
        store.redo()
    both, moved, parted = {one, other}, {one, other, third}, {one, third}
    assert told == [both, moved, parted, parted, moved, both, both, moved, parted]

"""Adding, editing, tagging, trashing: what is kept, and what is refused in a sentence."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from custdesk.errors import CustdeskError
from custdesk.people import customers, history
from custdesk.people.customers import LONGEST_TEXT, Details
from custdesk.people.typed import LONGEST_LINE
from custdesk.store.models import (
    VIP,
    Channel,
    ContactKind,
    CustomerKind,
    Gender,
    Potential,
    RelationKind,
)
from custdesk.store.store import Store
from tests.helpers import (
    Clock,
    add,
    ahead,
    birthday,
    bought,
    contacts,
    contents,
    customer,
    due_on,
    edit,
    find,
    found_ids,
    is_a_sentence,
    names,
    restore,
    spoke,
    trash,
)

NOW = datetime(2026, 11, 21, 9)


def refused(store: Store, id: int, **fields: object) -> str:
    """The sentence with which an edit is refused; nothing is changed then."""
    before = contents(store)
    with pytest.raises(CustdeskError) as error:
        edit(store, id, **fields)
    assert contents(store) == before
    return str(error.value)


# --- add ------------------------------------------------------------------------------------------


def test_only_a_name_is_needed(store: Store) -> None:
    one = customer(store, add(store, "张丽华"))
    assert (one.number, one.name, one.kind, one.grade_by_hand) == (
        *("0001", "张丽华"),
        *(CustomerKind.PERSON, None),
    )
    assert (one.added_on, one.care_from) == (date(2026, 11, 21), date(2026, 11, 21))


def test_everything_at_once(store: Store) -> None:
    id = add(
        store,
        "张丽华",
        phone=["138 1234 5678", "0571-88886666"],
        email="z@example.com",
        wechat="zhanglihua",
        lunar="1968-10-13",
        tags=["绿茶", "老客"],
        number="A-7",
    )
    with store.read() as db:
        assert [(point.kind.value, point.value) for point in customers.contacts(db, id)] == [
            ("phone", "+8613812345678"),
            ("phone", "+8657188886666"),
            ("wechat", "zhanglihua"),
            ("email", "z@example.com"),
        ]
        assert customers.tags_of(db, id) == ["绿茶", "老客"]
        assert customers.birthday_of(customers.get(db, id)) == birthday("1968-10-13", lunar=True)
    assert customer(store, id).number == "A-7"


@pytest.mark.parametrize(
    ("there", "following"),
    [
        ([], "0001"),
        (["0007"], "0008"),
        (["9"], "0010"),
        (["9999"], "10000"),
        (["A12", "VIP"], "0001"),
        (["0003", "0001"], "0004"),
        (["1234567890123456789"], "0001"),
    ],
)
def test_the_next_number(store: Store, there: list[str], following: str) -> None:
    for number in there:
        add(store, "李国强", number=number)
    assert customer(store, add(store, "张丽华")).number == following


def test_a_number_in_the_trash_is_not_given_again(store: Store) -> None:
    trash(store, add(store, "李国强", number="0041"))
    assert customer(store, add(store, "张丽华")).number == "0042"


def test_a_name_is_put_right(store: Store) -> None:
    assert customer(store, add(store, "  Anna \t Smith\n")).name == "Anna Smith"


@pytest.mark.parametrize(
    "details",
    [
        Details(""),
        Details(" \t\n\u3000"),
        Details("张" * (LONGEST_LINE + 1)),
        Details("张丽华", number="0001"),
        Details("张丽华", phones=["12345"]),
        Details("张丽华", phones=[" "]),
        Details("张丽华", emails=["z at example.com"]),
        Details("张丽华", birthday=birthday("02-30")),
        Details("张丽华", birthday=birthday("2025-02-29")),
        Details("张丽华", birthday=birthday("2026-10-13L", lunar=True)),
        Details("张丽华", birthday=birthday("1899-10-13", lunar=True)),
    ],
)
def test_what_cannot_be_added_is_refused_in_a_sentence(
    store: Store, details: Details, spoken: str
) -> None:
    add(store, "李国强")
    with pytest.raises(CustdeskError) as error, store.write("Add") as db:
        customers.add(db, details, store.today)
    assert is_a_sentence(str(error.value), spoken)
    assert names(store) == ["李国强"]


# --- edit -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("name", " 李丽华 ", "李丽华"),
        ("number", "B7", "B7"),
        ("company", "西湖茶业", "西湖茶业"),
        ("address", "上海街 12 号\n3 楼", "上海街 12 号 3 楼"),
        ("notes", "第一行\r\n第二行\r第三行\n", "第一行\n第二行\n第三行"),
        ("notes", "a\x00b\x07c", "abc"),
        ("notes", "", ""),
        ("likes", "龙井、太极", "龙井、太极"),
        ("kind", CustomerKind.COMPANY, CustomerKind.COMPANY),
        ("kind", None, CustomerKind.PERSON),
        ("gender", "female", Gender.FEMALE),
        ("gender", None, None),
        ("grade_by_hand", VIP, VIP),
        ("grade_by_hand", None, None),
        ("potential", "high", Potential.HIGH),
        ("preferred_channel", Channel.WECHAT, Channel.WECHAT),
        ("private_sign", True, True),
        ("do_not_contact", True, True),
        ("added_on", date(2020, 1, 2), date(2020, 1, 2)),
        ("consented_on", date(2026, 11, 21), date(2026, 11, 21)),
        ("consented_on", None, None),
        ("called", "  丽华　姐 ", "丽华 姐"),
    ],
)
def test_edits(store: Store, field: str, typed: object, kept: object) -> None:
    id = add(store, "张丽华")
    edit(store, id, **{field: typed})
    assert getattr(customer(store, id), field) == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "　"),
        ("name", "张" * (LONGEST_LINE + 1)),
        ("number", ""),
        ("number", "0002"),
        ("notes", "x" * (LONGEST_TEXT + 1)),
        ("added_on", date(2026, 11, 22)),
        ("consented_on", date(2026, 11, 22)),
        ("consented_on", "2026-11-20"),
        ("added_on", "soon"),
        ("quiet_hours", "12:00"),
        ("quiet_hours", "12:00-"),
        ("quiet_hours", "12:00-25:00"),
        ("quiet_hours", "12:60-13:00"),
        ("quiet_hours", "12:00-12:00"),
        ("quiet_hours", "0:00-24:00"),
        ("quiet_hours", "午休"),
        ("called", "丽" * (LONGEST_LINE + 1)),
        ("birthday", birthday("13-01")),
        ("birthday", birthday("2025-02-29")),
        ("birthday", birthday("2026-10-13L", lunar=True)),
        ("birthday", birthday("2026-12-30", lunar=True)),
    ],
)
def test_edits_that_are_refused(store: Store, field: str, typed: object, spoken: str) -> None:
    id = add(store, "张丽华")
    add(store, "李国强")
    assert is_a_sentence(refused(store, id, **{field: typed}), spoken)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12:00-14:00", ("12:00", "14:00")),
        ("9-10", ("09:00", "10:00")),
        ("22:00 至 8:30", ("22:00", "08:30")),
        ("１２：００－１４：３０", ("12:00", "14:30")),
        ("12点到14点半", ("12:00", "14:30")),
        ("12点15分~14点", ("12:15", "14:00")),
        ("20:00 – 24:00", ("20:00", "00:00")),
        ("", (None, None)),
    ],
)
def test_quiet_hours_as_people_type_them(
    store: Store, typed: str, kept: tuple[str | None, str | None]
) -> None:
    id = add(store, "张丽华", quiet_hours="6:00-7:00")
    edit(store, id, quiet_hours=typed)
    found = customer(store, id)
    assert (found.quiet_from, found.quiet_until) == kept


def test_one_s_own_number_may_be_typed_again(store: Store) -> None:
    id = add(store, "张丽华", number="A1")
    edit(store, id, number="A1")
    assert customer(store, id).number == "A1"


def test_somebody_who_is_gone_cannot_be_edited(store: Store, spoken: str) -> None:
    assert is_a_sentence(refused(store, 77, name="张丽华"), spoken)


def test_an_unknown_field_is_a_mistake_of_ours(store: Store) -> None:
    id = add(store, "张丽华")
    with pytest.raises(KeyError):
        edit(store, id, colour="green")


def test_a_new_birthday_counts_from_the_day_it_is_known(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华")
    clock.turn_to("2026-12-01")
    edit(store, id, birthday=birthday("11-30"))
    assert customer(store, id).birthday_known_on == date(2026, 12, 1)
    clock.turn_to("2026-12-02")
    edit(store, id, birthday=birthday("11-30"))
    assert customer(store, id).birthday_known_on == date(2026, 12, 1)
    edit(store, id, birthday=None)
    assert customer(store, id).birthday_known_on is None


# --- contact points -------------------------------------------------------------------------------


def first_contact(store: Store, id: int) -> int:
    with store.read() as db:
        return customers.contacts(db, id)[0].id or 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138-1234-5678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("+1 415 555 2671", "+14155552671"),
        ("0571-88886666转802", "+8657188886666;ext=802"),
    ],
)
def test_a_typed_phone_becomes_one_form(store: Store, typed: str, kept: str) -> None:
    assert contacts(store, add(store, "张丽华", phone=typed)) == [kept]


def test_the_same_phone_is_there_once(store: Store) -> None:
    id = add(store, "张丽华", phone=["13812345678", "138 1234 5678"])
    assert contacts(store, id) == ["+8613812345678"]


def test_a_phone_is_corrected_in_its_place(store: Store) -> None:
    id = add(store, "张丽华", phone=["13812345678", "13900001111"])
    with store.write("Edit") as db:
        customers.edit_contact(db, first_contact(store, id), "13812345679", "手机")
    assert contacts(store, id) == ["+8613812345679", "+8613900001111"]
    with store.read() as db:
        assert customers.contacts(db, id)[0].label == "手机"


def test_an_emptied_phone_goes(store: Store) -> None:
    id = add(store, "张丽华", phone="13812345678")
    with store.write("Edit") as db:
        customers.edit_contact(db, first_contact(store, id), "  ")
    assert contacts(store, id) == []


@pytest.mark.parametrize("typed", ["1381234567", "138123456789", "13900001111", "电话"])
def test_phones_that_are_refused(store: Store, typed: str, spoken: str) -> None:
    id = add(store, "张丽华", phone=["13812345678", "13900001111"])
    with pytest.raises(CustdeskError) as error, store.write("Edit") as db:
        customers.edit_contact(db, first_contact(store, id), typed)
    assert is_a_sentence(str(error.value), spoken)
    assert contacts(store, id) == ["+8613812345678", "+8613900001111"]


def test_a_contact_that_is_gone_cannot_be_corrected(store: Store, spoken: str) -> None:
    with pytest.raises(CustdeskError) as error, store.write("Edit") as db:
        customers.edit_contact(db, 77, "13812345678")
    assert is_a_sentence(str(error.value), spoken)


def test_other_contacts_are_kept_as_typed(store: Store) -> None:
    id = add(store, "张丽华")
    with store.write("Add") as db:
        customers.add_contact(db, id, ContactKind.OTHER, " QQ 1234567 ")
    assert contacts(store, id, ContactKind.OTHER) == ["QQ 1234567"]


# --- tags and cities ------------------------------------------------------------------------------


def test_tags_are_made_and_go_with_their_last_bearer(store: Store) -> None:
    one, two = add(store, "张丽华", tags=["绿茶", "老客"]), add(store, "李国强", tags=["绿茶"])
    with store.write("Tags") as db:
        customers.set_tags(db, one, [" 红茶 ", "绿茶", "", "红茶"])
        assert customers.tags_of(db, one) == ["绿茶", "红茶"]
    with store.read() as db:
        assert customers.all_tags(db) == ["绿茶", "红茶"]
        assert customers.tags_of(db, two) == ["绿茶"]


def test_cities_in_use_the_commonest_first(store: Store) -> None:
    for city in ("宁波", "杭州", "杭州", ""):
        add(store, "张丽华", city=city)
    trash(store, add(store, "李国强", city="上海"))
    with store.read() as db:
        assert customers.all_cities(db) == ["杭州", "宁波"]


# --- trash ----------------------------------------------------------------------------------------


def test_the_trash_hides_everywhere_and_gives_everything_back(store: Store) -> None:
    other = add(store, "李国强")
    id = add(
        store, "张丽华", phone="13812345678", solar="11-22", tags=["绿茶"], city="杭州",
        grade=VIP,
    )  # fmt: skip
    bought(store, id, "2026-11-01", 12_800)
    spoke(store, id)
    with store.write("Relate") as db:
        history.relate(db, other, id, RelationKind.REFERRED_BY)
    before = contents(store)
    trash(store, id)
    with store.read() as db:
        assert [one.name for one in customers.trashed(db)] == ["张丽华"]
        assert (customers.all_tags(db), customers.all_cities(db)) == ([], [])
        assert history.relations(db, other) == []
    assert names(store) == ["李国强"]
    assert [todo.customer for todo in due_on(store, days=400)] == ["李国强"]
    assert found_ids(store, "5678") == []
    restore(store, id)
    assert contents(store) == before


def test_who_was_thrown_away_last_comes_first(store: Store, clock: Clock) -> None:
    one, two, three = add(store, "张丽华"), add(store, "李国强"), add(store, "王秀")
    trash(store, two)
    clock.move(minutes=1)
    trash(store, one, three)
    with store.read() as db:
        assert [one.name for one in customers.trashed(db)] == ["张丽华", "王秀", "李国强"]


def test_somebody_in_the_trash_is_not_planned_for(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", grade=VIP)
    trash(store, id)
    clock.move(days=29)
    store.new_day()
    assert ahead(store, id) == []
    restore(store, id)
    assert [(todo.kind, todo.due) for todo in ahead(store, id)][:2] == [
        ("callback", "2026-12-21"),
        ("festival", "2027-02-05"),
    ]
    assert find(store, "zlh") == ["张丽华"]


# --- many at once ---------------------------------------------------------------------------------


def _one_in_the_trash(store: Store) -> list[int]:
    ids = [add(store, f"客户{n}") for n in range(3)]
    trash(store, ids[2])
    return ids


MANY: dict[str, Callable[[Session, list[int]], None]] = {
    "grade": lambda db, ids: customers.set_grade(db, ids, VIP),
    "trash": lambda db, ids: customers.trash(db, ids, NOW),
    "restore": customers.restore,
}


@pytest.mark.parametrize("deed", MANY)
def test_many_at_once_or_none(store: Store, deed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than fit into one statement, one of them twice; with one who is gone nothing is done."""
    monkeypatch.setattr(customers, "BATCH", 2)
    ids = _one_in_the_trash(store)
    before = contents(store)
    with pytest.raises(CustdeskError), store.write("Many") as db:
        MANY[deed](db, [*ids, 77])
    assert contents(store) == before
    with store.write("Many") as db:
        MANY[deed](db, [ids[0], *ids])
    with store.read() as db:
        found = [customers.get(db, id) for id in ids]
    assert [one.grade_by_hand == VIP for one in found] == [deed == "grade"] * 3
    in_trash = {"grade": [False, False, True], "trash": [True] * 3, "restore": [False] * 3}
    assert [one.trashed_at is not None for one in found] == in_trash[deed]
    store.undo()
    assert contents(store) == before


def test_many_at_once_see_what_was_written_before(store: Store) -> None:
    id = add(store, "张丽华")
    with store.write("Both") as db:
        customers.edit(db, id, "city", "杭州", store.today)
        customers.set_grade(db, [id], VIP)
        one = customers.get(db, id)
        assert (one.city, one.grade_by_hand) == ("杭州", VIP)


def test_a_grade_that_everybody_has_is_no_step(store: Store) -> None:
    id = add(store, "张丽华", grade=VIP)
    steps = len(store.steps())
    with store.write("Grade") as db:
        customers.set_grade(db, [id], VIP)
    assert len(store.steps()) == steps


def test_a_grade_of_many_moves_their_callbacks(store: Store) -> None:
    ids = [add(store, name) for name in ("张丽华", "李国强")]
    with store.write("Grade") as db:
        customers.set_grade(db, ids, VIP)
    calls = [todo.due for id in ids for todo in ahead(store, id) if todo.kind == "callback"]
    assert calls == ["2026-12-21"] * 2


def test_many_at_once_are_few_statements(store: Store) -> None:
    ids = [add(store, f"客户{n}") for n in range(30)]
    with store.write("Grade") as db:
        said: list[str] = []
        connection = db.connection()
        event.listen(connection, "before_cursor_execute", lambda *given: said.append(given[2]))
        customers.set_grade(db, ids, VIP)
        customers.trash(db, ids, NOW)
        customers.restore(db, ids)
    updates = [one for one in said if one.startswith("UPDATE customer")]
    assert len(updates) == 3


def test_nobody_gets_the_id_of_somebody_who_was_here(store: Store) -> None:
    """Erased or merged away: backups and the history know them by it."""
    first, second = add(store, "张三"), add(store, "李四")
    store.erase([second])
    third = add(store, "王五")
    with store.write("Merge") as db:
        db.execute(text("DELETE FROM customer WHERE id = :id"), {"id": third})
    assert len({first, second, third, add(store, "赵六")}) == 4


def test_what_was_undone_was_nobody(store: Store) -> None:
    first = add(store, "张三")
    store.undo()
    assert add(store, "李四") == first


def test_a_year_of_birth_makes_no_birthday_new(store: Store, clock: Clock) -> None:
    """What has not been kept yet stays to be kept when one learns how old they are."""
    id = add(store, "张丽华", solar="11-30")
    clock.turn_to("2026-12-03")
    store.new_day()
    edit(store, id, birthday=birthday("1968-11-30"))
    assert ahead(store, id)[0].day == "2026-11-30"

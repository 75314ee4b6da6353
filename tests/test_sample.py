"""The invented shop: real enough to believe, the same every time, and gone with one undo."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import phonenumbers
import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from custdesk import business, sample
from custdesk.care import follow_ups
from custdesk.errors import Cancelled, CustdeskError
from custdesk.opening import open_store
from custdesk.people import customers, history
from custdesk.store import checking
from custdesk.store.models import (
    POTENTIAL,
    REGULAR,
    VIP,
    BirthCalendar,
    ContactKind,
    ContactPoint,
    Customer,
    CustomerKind,
    FollowUpKind,
    Standing,
)
from custdesk.store.spelling import surname
from custdesk.store.store import Store

NOW = datetime(2026, 11, 21, 9, 30)
MANY = 1500


def new_file(path: Path) -> Store:
    store = open_store(path, lambda: NOW)
    store.new_day()
    return store


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    store = new_file(tmp_path / "empty.custdesk")
    yield store
    store.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A shop that knows many people, for reading."""
    store = new_file(tmp_path_factory.mktemp("sample") / "many.custdesk")
    sample.fill(store, MANY, seed=1)
    yield store
    store.close()


@pytest.fixture
def db(shop: Store) -> Iterator[Session]:
    with shop.read() as db:
        yield db


def everybody(db: Session) -> list[Customer]:
    return list(db.exec(select(Customer)))


def named(db: Session, name: str) -> Customer:
    return db.exec(select(Customer).where(Customer.name == name)).one()


def contents(store: Store) -> list[tuple[object, ...]]:
    with store.read() as db:
        return [
            tuple(row)
            for table in ("customer", "contact_point", "purchase", "interaction", "follow_up")
            for row in db.execute(text(f"SELECT * FROM {table} ORDER BY id"))
        ]


def test_makes_as_many_as_asked_for(db: Session) -> None:
    assert len(everybody(db)) == MANY


def test_the_same_seed_invents_the_same_people(tmp_path: Path) -> None:
    filled = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        store = new_file(tmp_path / name)
        sample.fill(store, 40, seed)
        filled.append(contents(store))
        store.close()
    assert filled[0] == filled[1]
    assert filled[0] != filled[2]


def test_a_file_with_customers_is_refused(empty: Store) -> None:
    with empty.write("Add") as db:
        customers.add(db, customers.Details("王小明"), NOW.date())
    with pytest.raises(CustdeskError, match=r"empty file only.*--db"):
        sample.fill(empty, 3, 1)


def test_one_undo_takes_everything_back(empty: Store) -> None:
    sample.fill(empty, 30, 1)
    empty.undo()
    assert contents(empty) == []
    with empty.read() as db:
        assert business.name(db) == business.get(db, business.IS_SAMPLE) == ""


def test_one_who_loses_patience_keeps_an_empty_file(empty: Store) -> None:
    def enough(_done: int, _total: int, _words: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        sample.fill(empty, 30, 1, enough)
    assert contents(empty) == []


def test_says_how_far_it_is(empty: Store) -> None:
    heard: list[tuple[int, int]] = []
    sample.fill(empty, 30, 1, lambda done, total, _words: heard.append((done, total)))
    assert heard == [(0, 30), (30, 30)]


def test_says_that_it_is_a_sample(db: Session) -> None:
    assert business.get(db, business.IS_SAMPLE)
    assert business.name(db) == "和风茶舍"


def test_the_file_is_sound(shop: Store) -> None:
    assert checking.check(shop, repair=False) == []


def test_every_phone_number_could_be_one(db: Session) -> None:
    numbers = db.exec(select(ContactPoint.value).where(ContactPoint.kind == ContactKind.PHONE))
    wrong = [one for one in numbers if not phonenumbers.is_valid_number(phonenumbers.parse(one))]
    assert wrong == ["+447700900123"]  # the number kept free for films: the only foreign one


def test_no_two_share_a_phone(db: Session) -> None:
    numbers = list(
        db.exec(select(ContactPoint.value).where(ContactPoint.kind == ContactKind.PHONE))
    )
    assert len(numbers) == len(set(numbers)) == MANY


def test_every_birthday_is_a_day_that_was(db: Session) -> None:
    birthdays = [customers.birthday_of(one) for one in everybody(db)]
    assert [one for one in birthdays if one and not one.is_possible()] == []


def test_birthdays_are_of_every_kind(db: Session) -> None:
    people = everybody(db)
    known = [one for one in people if one.birth_calendar]
    lunar = [one for one in known if one.birth_calendar is BirthCalendar.LUNAR]
    assert 0.6 < len(known) / len(people) < 0.8
    assert 0.25 < len(lunar) / len(known) < 0.6
    assert any(one.birth_leap for one in lunar)
    assert any(one.birth_year is None for one in known)


def test_surnames_are_as_frequent_as_they_really_are(db: Session) -> None:
    people = [one.name for one in everybody(db) if one.kind is CustomerKind.PERSON]
    surnames = Counter(surname(name) for name in people)
    assert {name for name, _ in surnames.most_common(4)} <= {"王", "李", "张", "刘", "陈"}
    assert 0.05 < surnames["王"] / len(people) < 0.11


def test_names_seldom_repeat(db: Session) -> None:
    assert len({one.name for one in everybody(db)}) > 0.98 * MANY


@pytest.mark.parametrize("kind", ["dot", "latin", "rare", "compound"])
def test_unusual_names_are_among_them(db: Session, kind: str) -> None:
    unusual = {
        "dot": lambda name: "·" in name,
        "latin": lambda name: name[0] < "\u0250",
        "rare": lambda name: any(ord(char) > 0x20000 for char in name),
        "compound": lambda name: len(surname(name)) == 2,
    }[kind]
    names = [one.name for one in everybody(db) if one.kind is CustomerKind.PERSON]
    assert 1 <= sum(map(unusual, names)) < 0.03 * MANY


@pytest.mark.parametrize(
    ("characters", "gender"), [("丽娟芳燕霞婷", "female"), ("伟强军磊刚涛", "male")]
)
def test_daughters_and_sons_are_named_as_such(db: Session, characters: str, gender: str) -> None:
    so_named = [one for one in everybody(db) if one.gender and one.name[-1] in characters]
    fitting = [one for one in so_named if one.gender == gender]
    assert len(fitting) > 0.95 * len(so_named) > 20


@pytest.mark.parametrize(("table", "average"), [("purchase", 10), ("interaction", 5)])
def test_each_has_so_many_on_average(db: Session, table: str, average: int) -> None:
    first = 14  # those whom the demonstration shows have many more
    query = f"SELECT count(*) FROM {table} WHERE customer_id > {first}"
    count = db.execute(text(query)).scalar_one()
    assert count / (MANY - first) == pytest.approx(average, rel=0.15)


def test_nothing_happened_before_it_could_or_after_today(db: Session) -> None:
    early = db.execute(
        text(
            "SELECT count(*) FROM purchase p JOIN customer c ON c.id = customer_id"
            " WHERE p.day < c.added_on OR p.day > :today"
        ),
        {"today": NOW.date().isoformat()},
    ).scalar_one()
    assert early == 0


def test_the_grade_fits_what_they_spent(db: Session) -> None:
    """By the rules, but for those of the pictures, who have theirs by hand."""
    rows = db.exec(select(Customer, Standing).join(Standing)).all()
    by_rules = [standing for one, standing in rows if one.grade_by_hand is None]
    assert len(by_rules) > 0.98 * MANY
    least = {
        grade: min(one.spend_12m_cents for one in by_rules if one.grade == grade)
        for grade in (VIP, REGULAR)
    }
    assert least[VIP] >= 50_000_00
    assert least[REGULAR] > 0
    never = [one for one in by_rules if one.grade == POTENTIAL and one.spend_12m_cents > 100_000_00]
    assert never == []


def test_the_demonstration_has_work_to_do(db: Session) -> None:
    today = NOW.date()
    due = follow_ups.due(db, today, today, today)
    overdue = [one for one in due if one.overdue_days(today)]
    assert {"张卫国", "张晓燕"} <= {one.customer for one in overdue}
    assert len(overdue) < 0.1 * MANY
    assert {one.kind for one in due} == {
        FollowUpKind.BIRTHDAY,
        FollowUpKind.CUSTOM,
        FollowUpKind.CALLBACK,
        FollowUpKind.AFTER_SALE,
        FollowUpKind.WIN_BACK,
        FollowUpKind.CASE,
    }


def test_the_one_of_the_pictures_is_there(db: Session) -> None:
    lihua = named(db, "张丽华")
    assert lihua.id
    standing = db.get(Standing, lihua.id)
    assert standing and standing.spend_12m_cents == 128_600_00
    assert standing.purchases_12m == 65
    assert history.purchases(db, lihua.id)[0].words == "明前龙井礼盒 × 2, 白瓷盖碗"
    assert {one.name for one in history.relations(db, lihua.id)} >= {"王建国"}
    assert [customers.birthday_of(lihua)] and lihua.birth_calendar is BirthCalendar.LUNAR


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2027, 2, 28)])
def test_can_be_filled_on_any_day(tmp_path: Path, day: date) -> None:
    store = open_store(tmp_path / "any", lambda: datetime(day.year, day.month, day.day, 10))
    store.new_day()
    sample.fill(store, 30, 1)
    assert checking.check(store, repair=False) == []
    store.close()

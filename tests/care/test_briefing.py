"""What one is told before a call: the words fit, and what is said to come next does come."""

import pytest

from custdesk.care import follow_ups
from custdesk.care.briefing import briefing, coming_after, words_to_say
from custdesk.store.models import CustomerKind, Grade
from custdesk.store.store import Store
from tests.helpers import Clock, add, ahead, bought, complete, edit, follow_up, spoke


@pytest.mark.parametrize("grade", Grade)
@pytest.mark.parametrize("kind", ["callback", "birthday", "custom"])
@pytest.mark.parametrize("another", [None, 3, 40, 400])
def test_what_is_said_to_come_next_does_come(
    store: Store, clock: Clock, grade: Grade, kind: str, another: int | None
) -> None:
    clock.turn_to("2026-10-21")
    id = add(store, "张丽华", lunar="1968-10-13", grade=grade)
    with store.write("Plan") as db:
        follow_ups.schedule(db, id, clock().date(), "送茶")
        if another is not None:
            day = clock().date().fromordinal(clock().date().toordinal() + another)
            follow_ups.schedule(db, id, day, "再说")
    clock.turn_to("2026-11-21")
    store.new_day()
    done = follow_up(store, id, kind)
    with store.read() as db:
        coming = coming_after(db, done, store.today)
    complete(store, done)
    first = ahead(store, id)[0]
    assert coming is not None
    assert (coming.kind.value, coming.due.isoformat()) == (first.kind, first.due)


def test_nothing_comes_for_whom_nobody_may_contact(store: Store) -> None:
    id = add(store, "张丽华", do_not_contact=True)
    with store.write("Plan") as db:
        made = follow_ups.schedule(db, id, store.today, "送茶").id or 0
    with store.read() as db:
        assert coming_after(db, made, store.today) is None


def test_there_are_no_words_for_whom_nobody_may_contact(store: Store) -> None:
    id = add(store, "张丽华", do_not_contact=True)
    with store.write("Plan") as db:
        follow_ups.schedule(db, id, store.today, "送茶")
    with store.read() as db:
        [due] = follow_ups.of_customer(db, id, store.today)
        known = briefing(db, id)
    assert due.do_not_contact
    assert words_to_say(known, due, "zh") == ""
    edit(store, id, do_not_contact=False)
    with store.read() as db:
        assert words_to_say(briefing(db, id), due, "zh")


def test_the_page_before_a_call(store: Store) -> None:
    id = add(
        store, "和茗茶业", phone=["0571-88886666", "13812345678"], kind=CustomerKind.COMPANY,
        likes="龙井、兰花；不喝咖啡", taboos="辣",
    )  # fmt: skip
    bought(store, id, "2024-03-01", 100, "白茶")
    bought(store, id, "2026-11-01", 26800, "明前龙井礼盒")
    spoke(store, id, "2026-11-12", "对新款茶具有兴趣")
    with store.read() as db:
        known = briefing(db, id)
    assert known.phones == ("+8657188886666", "+8613812345678")
    assert known.likes == ("龙井", "兰花", "不喝咖啡")
    assert known.last_talk is not None
    assert known.last_talk.outcome == "对新款茶具有兴趣"
    assert (known.spend_12m_cents, known.purchases_12m) == (26800, 1)
    assert known.last_product == "明前龙井礼盒"


def test_the_words_name_the_occasion(store: Store, clock: Clock) -> None:
    clock.turn_to("2026-11-20")
    id = add(store, "张丽华", lunar="1968-10-13")
    with store.read() as db:
        due = follow_ups.one(db, follow_up(store, id, "birthday"), store.today)
        assert due is not None
        known = briefing(db, id)
    lines = {words_to_say(known, due, "zh", turn) for turn in range(4)}
    assert len(lines) == 4
    assert all("张丽华" in line and "生日" in line for line in lines)

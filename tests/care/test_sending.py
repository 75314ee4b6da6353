"""Words that were sent: one step, taken back as one, and not offered again the next time."""

from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import text

from custdesk import i18n
from custdesk.care import follow_ups, plans, sending
from custdesk.care.briefing import briefing, words_to_say
from custdesk.care.plans import Draft
from custdesk.errors import CustdeskError
from custdesk.people import history
from custdesk.store.models import Channel, FollowUp, FollowUpKind, FollowUpState
from custdesk.store.store import Store
from tests.helpers import Clock, add, contents, follow_up


def send(store: Store, id: int, words: str, channel: Channel = Channel.WECHAT) -> None:
    with store.write("Greeting sent") as db:
        sending.send(db, id, words, channel, store.clock())


def offered(store: Store, id: int, kind: str) -> str:
    with store.read() as db:
        due = follow_ups.one(db, follow_up(store, id, kind), store.today)
        assert due is not None
        return words_to_say(briefing(db, id), due, "zh")


def test_sent_is_done_with_the_words_in_one_step(store: Store, clock: Clock) -> None:
    id = add(store, "张丽华", solar="1968-11-22")
    done = follow_up(store, id, "birthday")
    before = contents(store)
    send(store, done, " 生日快乐！\n", Channel.SMS)
    with store.read() as db:
        found = db.get_one(FollowUp, done)
        [talk] = history.interactions(db, id)
    assert (found.state, found.said) == (FollowUpState.DONE, "生日快乐！")
    assert (talk.outcome, talk.channel, talk.follow_up_id) == ("Greeting sent", Channel.SMS, done)
    store.undo()
    after = contents(store)
    assert {name for name in after if after[name] != before[name]} <= {"change", "image"}


def test_the_outcome_is_written_in_the_language_spoken(store: Store, spoken: str) -> None:
    id = add(store, "张丽华", solar="1968-11-22")
    send(store, follow_up(store, id, "birthday"), "生日快乐！")
    with store.read() as db:
        [talk] = history.interactions(db, id)
    assert talk.outcome == i18n._("Greeting sent")


@pytest.mark.parametrize("words", ["", " \n"])
def test_without_words_nothing_was_sent(store: Store, words: str) -> None:
    id = add(store, "张丽华", solar="1968-11-22")
    done = follow_up(store, id, "birthday")
    with pytest.raises(CustdeskError, match="Write the words first"):
        send(store, done, words)
    assert follow_up(store, id, "birthday") == done


def test_sent_once_is_not_sent_again(store: Store) -> None:
    id = add(store, "张丽华", solar="1968-11-22")
    done = follow_up(store, id, "birthday")
    send(store, done, "生日快乐！")
    with pytest.raises(CustdeskError, match="dealt with already"):
        send(store, done, "生日快乐！")


OWN = "{称呼}，春风得意！\n{称呼}，夏日安康！"


def own_plan(store: Store, kind: FollowUpKind, about: str = "", words: str = OWN) -> None:
    with store.write("Care plans") as db:
        draft = Draft(kind, days=0, about=about, words=words)
        plans.switch(db, plans.add(db, draft, store.today), True, store.today)


@pytest.mark.parametrize(
    ("kind", "about"),
    [("birthday", ""), ("festival", "mid_autumn"), ("festival", "冬至"), ("anniversary", "")],
)
def test_year_after_year_others_are_offered(
    store: Store, clock: Clock, kind: str, about: str
) -> None:
    """What is sent is the first offered, with a word added; now and then a year is left out."""
    with store.write("Care plans") as db:
        for plan in plans.all_plans(db):
            if plan.kind == kind:
                plans.remove(db, plan)
    own_plan(store, FollowUpKind(kind), about)
    id = add(store, "张丽华", solar="1968-11-22", likes="兰花")
    with store.write("A date") as db:
        db.execute(
            text(
                "INSERT INTO customer_date (customer_id, name, day, yearly, known_on)"
                " VALUES (:id, '结婚纪念日', '2010-12-05', 1, '2026-11-21')"
            ),
            {"id": id},
        )
    said = []
    for year in range(6):
        with store.read() as db:
            [due] = [one for one in follow_ups.of_customer(db, id, store.today) if one.kind == kind]
        clock.turn_to(due.day)
        store.new_day()
        words = offered(store, id, kind)
        if year != 3:
            said.append(next(own for own in ("春风得意", "夏日安康") if own in words))
            send(store, due.id or 0, words + "多保重")
        clock.turn_to(date.fromordinal(due.day.toordinal() + 30))
        store.new_day()
        if year == 3:
            with store.write("Skip") as db:
                follow_ups.skip(db, due.id or 0, "出差", store.clock())
    assert all(one != other for one, other in pairwise(said)), said

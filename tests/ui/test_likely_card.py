"""What a customer is likely to buy next, learnt in the background and said in the file."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from custdesk import sample
from custdesk.insight.recommending import Companions
from custdesk.paper.facts import gather
from custdesk.settings import Preferences
from custdesk.store.store import Store
from custdesk.ui import background
from custdesk.ui.customer_file import likely_card
from custdesk.ui.customer_file.likely_card import LikelyCard
from custdesk.ui.customer_file.overview import Overview
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.text import Label
from tests.helpers import bought
from tests.insight.test_recommending import shop

SAID = "盖碗: bought by 6 of 9 customers who bought 龙井"


@pytest.fixture
def page(qtbot: QtBot, store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Overview]:
    monkeypatch.setattr(likely_card, "_LATER_MS", 0)
    monkeypatch.setattr(likely_card, "_SELDOM", 0)
    desk = Desk(store, Preferences())
    page = Overview(desk)
    qtbot.addWidget(page)
    page.resize(640, 700)
    with qtbot.waitExposed(page):
        page.show()
    yield page
    qtbot.waitUntil(lambda: not background.running(), timeout=20_000)
    desk.leave()


def lines(page: Overview) -> list[str]:
    card = page.findChild(LikelyCard)
    assert isinstance(card, LikelyCard)
    if not card.isVisible():
        return []
    return [one.text() for one in card.findChildren(Label) if one.isVisible() and one.text()]


def learnt(qtbot: QtBot, page: Overview) -> None:
    with qtbot.waitSignal(page._learner.learnt, timeout=20_000):
        page.refresh()


def test_it_says_what_others_like_them_bought(qtbot: QtBot, page: Overview, store: Store) -> None:
    one = shop(store, both=6, tea_only=2, others=10)
    page.show_customer(one)
    assert lines(page) == []
    learnt(qtbot, page)
    assert set(lines(page)) == {
        *("Likely next", SAID),
        "Too few purchases to say: 6 customers have come back, 50 are needed.",
    }
    page.desk.mask.put(True)
    page.refresh()
    assert SAID not in lines(page)
    page.desk.mask.put(False)
    bought(store, one, store.today, 5_000, "盖碗")
    learnt(qtbot, page)
    assert SAID not in lines(page)


def test_what_is_to_be_expected_in_a_year(qtbot: QtBot, page: Overview, store: Store) -> None:
    sample.fill(store, 300, 1)
    page.show_customer(12)
    learnt(qtbot, page)
    assert any(line.startswith("In the next 12 months, expected: ") for line in lines(page))


def test_the_meeting_notes_offer_it_too(store: Store) -> None:
    one = shop(store, both=6, tea_only=2, others=10)
    with store.read() as db:
        known = gather(db, one, store.today, companions=Companions(db)).know_before
        plain = gather(db, one, store.today).know_before
        masked = gather(db, one, store.today, True, Companions(db)).know_before
    assert f"To offer: {SAID}" in known
    assert not any("To offer" in line for line in (*plain, *masked))

"""The words to say: noted as sent, by which channel; hidden words are not; quiet hours are said."""

from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from custdesk.care import follow_ups, plans
from custdesk.care.briefing import briefing
from custdesk.care.plans import Draft
from custdesk.settings import Preferences
from custdesk.store.models import Channel, FollowUpKind
from custdesk.store.store import Store
from custdesk.ui import language
from custdesk.ui.follow_ups.dial import DialPopup
from custdesk.ui.follow_ups.panel import NARROWEST, Panel
from custdesk.ui.follow_ups.words_card import WordsCard
from custdesk.ui.mask import Mask
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.text import Label
from tests.helpers import Clock, add, customer, follow_up


@pytest.fixture
def mask(qapp: QApplication) -> Mask:
    return Mask(Preferences())


@pytest.fixture
def card(qtbot: QtBot, mask: Mask, clock: Clock) -> WordsCard:
    card = WordsCard(mask, clock)
    qtbot.addWidget(card)
    card.resize(360, 200)
    card.show()
    qtbot.waitExposed(card)
    return card


def show(card: WordsCard, store: Store, id: int, kind: str = "birthday") -> None:
    """Show the words for a customer's first follow-up of a kind."""
    with store.read() as db:
        due = follow_ups.one(db, follow_up(store, id, kind), store.today)
        assert due is not None
        card.show_for(briefing(db, id), due)


def button(card: WordsCard, words: str) -> Button:
    return next(one for one in card.findChildren(Button) if one.accessibleName() == words)


def press(card: WordsCard, words: str) -> None:
    QTest.mouseClick(button(card, words), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("preferred", "channel"), [(None, Channel.WECHAT), (Channel.SMS, Channel.SMS)]
)
def test_the_words_that_stand_there_are_noted_as_sent(
    qtbot: QtBot, card: WordsCard, store: Store, preferred: Channel | None, channel: Channel
) -> None:
    show(card, store, add(store, "张丽华", solar="1968-11-22", preferred_channel=preferred))
    card._edit.setPlainText(" 张姐，生日快乐！\n")
    with qtbot.waitSignal(card.sent) as heard:
        press(card, "Mark as sent")
    assert heard.args == ["张姐，生日快乐！"]
    assert card.channel() is channel


def test_without_words_one_is_sent_to_write_them(
    qtbot: QtBot, card: WordsCard, store: Store
) -> None:
    show(card, store, add(store, "张丽华", solar="1968-11-22"))
    card._edit.setPlainText("  ")
    with qtbot.assertNotEmitted(card.sent):
        press(card, "Mark as sent")
    assert card.focusWidget() is card._edit


def test_a_call_is_not_done_by_words(card: WordsCard, store: Store) -> None:
    id = add(store, "张丽华", solar="1968-11-22")
    with store.write("Plan") as db:
        follow_ups.schedule(db, id, store.today, "送茶")
    shown = {}
    for kind in ("birthday", "callback", "custom"):
        show(card, store, id, kind)
        shown[kind] = button(card, "Mark as sent").isVisible()
    assert shown == {"birthday": True, "callback": False, "custom": False}


def test_hidden_words_are_not_sent(qtbot: QtBot, card: WordsCard, mask: Mask, store: Store) -> None:
    show(card, store, add(store, "张丽华", solar="1968-11-22"))
    mask.put(True)
    with qtbot.assertNotEmitted(card.sent):
        press(card, "Mark as sent")
    assert button(card, "Mark as sent").toolTip() == "Not while the screen is masked"


def test_the_plans_own_words_stand_there(card: WordsCard, store: Store) -> None:
    with store.write("Care plans") as db:
        draft = Draft(FollowUpKind.FESTIVAL, days=0, about="冬至", words="{称呼}，{节日}吃饺子！")
        plans.switch(db, plans.add(db, draft, store.today), True, store.today)
    show(card, store, add(store, "张丽华"), "festival")
    assert card.words() == "张丽华，Winter Solstice吃饺子！"
    press(card, "Another one")
    assert "吃饺子" not in card.words()


@pytest.mark.parametrize(
    ("at", "own", "said"),
    [
        ("10:00", None, ""),
        ("22:00", None, "Quiet hours until 08:30"),
        ("13:30", ("13:00", "15:00"), "Quiet hours until 15:00"),
    ],
)
def test_the_call_says_that_hours_are_quiet(
    card: WordsCard, store: Store, clock: Clock, at: str, own: tuple[str, str] | None, said: str
) -> None:
    id = add(store, "张丽华", phone="13812345678", solar="1968-11-22")
    if own is not None:
        with store.write("Edit") as db:
            found = db.merge(customer(store, id))
            found.quiet_from, found.quiet_until = own
    show(card, store, id)
    clock.at = datetime.fromisoformat(f"2026-11-21 {at}")
    press(card, "Call by QR")
    popup = card.findChild(DialPopup)
    assert popup is not None
    assert popup.number() == "138 1234 5678"
    labels = [label.text() for label in popup.findChildren(Label)]
    assert [words for words in labels if "Quiet" in words] == ([said] if said else [])
    popup.close()


@pytest.mark.parametrize(("height", "first"), [(540, "words"), (690, "month"), (768, "month")])
def test_in_a_low_window_the_words_stand_above_the_month(
    qtbot: QtBot, store: Store, mask: Mask, height: int, first: str
) -> None:
    panel = Panel(store.today, mask)
    qtbot.addWidget(panel)
    panel.resize(NARROWEST, height)
    panel.show()
    qtbot.waitExposed(panel)
    id = add(store, "张丽华", phone="13812345678", solar="1968-11-22")
    with store.read() as db:
        due = follow_ups.one(db, follow_up(store, id, "birthday"), store.today)
        assert due is not None
        panel.show_due(briefing(db, id), due, None, store.today)
    QApplication.processEvents()
    parts = {"words": panel.words, "month": panel.month}
    tops = {name: part.mapTo(panel, part.rect().topLeft()).y() for name, part in parts.items()}
    assert min(tops, key=lambda name: tops[name]) == first
    ends = panel.words.mapTo(panel, panel.words.rect().bottomLeft()).y()
    assert ends < panel.outcome.mapTo(panel, panel.outcome.rect().topLeft()).y()


def test_every_button_has_its_room_where_the_panel_is_narrowest(
    qtbot: QtBot, qapp: QApplication, store: Store, mask: Mask, spoken: str
) -> None:
    language.speak(qapp, spoken)
    panel = Panel(store.today, mask)
    qtbot.addWidget(panel)
    panel.resize(NARROWEST, 760)
    panel.show()
    qtbot.waitExposed(panel)
    id = add(store, "张丽华", phone="13812345678", solar="1968-11-22")
    with store.read() as db:
        due = follow_ups.one(db, follow_up(store, id, "birthday"), store.today)
        assert due is not None
        panel.show_due(briefing(db, id), due, None, store.today)
    QApplication.processEvents()
    found = [one for one in panel.words.findChildren(Button) if one.isVisible()]
    assert len(found) == 4
    for one in found:
        assert one.width() >= one.sizeHint().width(), one.text()
        assert one.mapTo(panel, one.rect().topRight()).x() < NARROWEST

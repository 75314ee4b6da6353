"""The care page: plans as one edits them, the festival ledger, the effect of care."""

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from custdesk.care import ledger, plans
from custdesk.care.festivals import Festival
from custdesk.insight import segment_rules, segments
from custdesk.insight.policies import Policy
from custdesk.insight.segment_fields import How
from custdesk.settings import Preferences
from custdesk.store.models import (
    POTENTIAL,
    REGULAR,
    VIP,
    CarePlan,
    Channel,
    FollowUpKind,
    FollowUpState,
    Stage,
)
from custdesk.store.store import Store
from custdesk.ui import background, language
from custdesk.ui.care.ledger_page import LedgerPage
from custdesk.ui.care.plan_editor import PlanEditor
from custdesk.ui.care.view import CareView
from custdesk.ui.desk import Desk
from custdesk.ui.widgets.fields import ChoiceField
from tests.helpers import Clock, Todo, add, ahead, labels, switch
from tests.ui.settling import is_settled

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot, store: Store) -> Iterator[CareView]:
    desk = Desk(store, Preferences())
    view = CareView(desk)
    qtbot.addWidget(view)
    view.resize(1290, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    yield view
    qtbot.waitUntil(lambda: not background.running())
    desk.leave()


@pytest.fixture
def editor(view: CareView) -> PlanEditor:
    return view.plans.editor


def retype(edit: QLineEdit, text: str) -> None:
    """Put something else into a field, and leave it."""
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)
    completer = edit.completer()
    popup = completer.popup() if completer else None
    if popup is not None:
        popup.hide()  # the first Tab would only take what it offers
    QTest.keyClick(edit, Qt.Key.Key_Tab)


def pick(field: ChoiceField, key: str) -> None:
    """Take a key of a drop-down list, as a click on it does."""
    field.choice.setCurrentIndex(field.choice.findData(key))
    field.choice.activated.emit(field.choice.currentIndex())


def choose(view: CareView, name: str) -> None:
    """Choose a plan by the words of its row."""
    found = view.plans._list
    rows = [found.index(row, 0).data() for row in range(found.count())]
    view.plans.table.selectRow(rows.index(name))


GRADES = Policy().ranked


def plan(store: Store, name: str) -> CarePlan:
    with store.read() as db:
        return next(one for one in plans.all_plans(db) if plans.title(one, GRADES) == name)


def settled(qtbot: QtBot, view: CareView) -> None:
    """Everything that was begun in the background has ended, and was told."""
    desk = view.plans._desk
    qtbot.waitUntil(lambda: is_settled() and not desk.is_busy)


# --- plans ----------------------------------------------------------------------------------------


def test_the_plans_of_the_first_start_are_there(view: CareView) -> None:
    found = view.plans._list
    rows = [
        [found.index(row, column).data() for column in range(5)] for row in range(found.count())
    ]
    assert rows[:5] == [
        ["Birthday", "Birthday", "Everybody", "3 days before", "on"],
        ["Callback · VIP", "Callback", "VIP", "every 30 days without contact", "on"],
        ["Callback · Regular", "Callback", "Regular", "every 90 days without contact", "on"],
        ["Callback · Potential", "Callback", "Potential", "every 180 days without contact", "on"],
        ["Spring Festival", "Festival", "VIP, Regular", "1 day before", "on"],
    ]
    assert rows[8] == ["After a sale, 30 days", "After a sale", "Everybody", "30 days after", "off"]


def test_another_interval_moves_the_callbacks(
    qtbot: QtBot, view: CareView, editor: PlanEditor, store: Store
) -> None:
    id = add(store, "张三", grade=VIP)
    choose(view, "Callback · VIP")
    retype(editor.number.edit, "45")
    qtbot.waitUntil(
        lambda: ahead(store, id)[0] == Todo("张三", "callback", "2027-01-05", "2027-01-05")
    )
    settled(qtbot, view)
    view.plans._desk.undo()
    assert ahead(store, id)[0].due == "2026-12-21"
    assert editor.number.edit.text() == "30"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "Choose a number of days from 1 to 3660."),
        ("99999", "Choose a number of days from 1 to 3660."),
        ("often", "Type a number of days."),
        ("-3", "Type a number of days."),
        ("", "Type a number of days."),
    ],
)
def test_what_is_no_interval_is_refused_beside_the_field(
    view: CareView, editor: PlanEditor, store: Store, typed: str, sentence: str
) -> None:
    choose(view, "Callback · Regular")
    editor.number.edit.setFocus()
    editor.number.edit.clear()
    retype(editor.number.edit, typed)
    assert editor.number.error.text() == sentence
    assert plan(store, "Callback · Regular").every_days == 90
    assert editor.number.edit.text() == typed


def test_what_is_not_changed_is_no_step(view: CareView, editor: PlanEditor, store: Store) -> None:
    choose(view, "Birthday")
    retype(editor.number.edit, "3")
    assert labels(store) == []


def test_before_or_after(qtbot: QtBot, view: CareView, editor: PlanEditor, store: Store) -> None:
    choose(view, "Birthday")
    editor.side.setCurrentIndex(1)
    editor.side.activated.emit(1)
    qtbot.waitUntil(lambda: plan(store, "Birthday").days == 3)
    settled(qtbot, view)


def test_after_a_complaint_is_a_day_later_at_least(
    qtbot: QtBot, view: CareView, editor: PlanEditor, store: Store
) -> None:
    """It never becomes a plan of before unasked, and what stands there is what is saved."""
    choose(view, "After a complaint")
    retype(editor.number.edit, "0")
    assert editor.number.error.text() == "After a complaint was solved comes a day later at least."
    assert plan(store, "After a complaint").days == 7
    editor.side.setCurrentIndex(0)
    editor.side.activated.emit(0)
    qtbot.waitUntil(lambda: len(cases_by_days(store, 0)) == 2)
    settled(qtbot, view)
    editor.side.setCurrentIndex(1)
    editor.side.activated.emit(1)
    assert editor.number.error.text() != ""
    retype(editor.number.edit, "7")
    qtbot.waitUntil(lambda: len(cases_by_days(store, 7)) == 1)
    settled(qtbot, view)


def cases_by_days(store: Store, days: int) -> list[CarePlan]:
    with store.read() as db:
        every = plans.all_plans(db)
    return [one for one in every if one.kind is FollowUpKind.CASE and one.days == days]


def test_a_plan_that_is_switched_off_withdraws_what_it_planned(
    qtbot: QtBot, view: CareView, editor: PlanEditor, store: Store
) -> None:
    id = add(store, "张三", grade=VIP)
    choose(view, "Callback · VIP")
    QTest.mouseClick(editor.switch, LEFT)
    qtbot.waitUntil(lambda: "callback" not in {todo.kind for todo in ahead(store, id)})
    settled(qtbot, view)
    assert labels(store)[0] == "Switch off: Callback · VIP"
    view.plans._desk.undo()
    assert ahead(store, id)[0].kind == "callback"


def test_a_new_plan_is_looked_at_before_it_is_switched_on(
    qtbot: QtBot, view: CareView, editor: PlanEditor, store: Store, clock: Clock
) -> None:
    id = add(store, "张三", grade=REGULAR, tags=["tea"])
    add(store, "李四", grade=REGULAR)
    clock.turn_to("2027-01-20")
    store.new_day()
    view.plans.begin(FollowUpKind.FESTIVAL)
    pick(editor.occasion, Festival.LANTERN_FESTIVAL.value)
    retype(editor.tags.edit, "tea")
    settled(qtbot, view)
    assert not plan(store, "Lantern Festival").enabled
    assert "festival" not in {todo.kind for todo in ahead(store, id) if todo.day == "2027-02-20"}
    qtbot.waitUntil(lambda: "1 follow-up would come" in editor._preview.text())
    assert "It concerns 1 customer." in editor._preview.text()
    assert "张三" in editor._names.text()
    QTest.mouseClick(editor.switch, LEFT)
    qtbot.waitUntil(lambda: any(todo.day == "2027-02-20" for todo in ahead(store, id)))
    settled(qtbot, view)


def test_a_festival_that_is_further_ahead_is_told_in_the_preview(
    qtbot: QtBot, view: CareView, editor: PlanEditor, store: Store
) -> None:
    for n in range(3):
        add(store, f"客户{n}", grade=VIP)
    choose(view, "Spring Festival")
    view.plans.refresh()
    qtbot.waitUntil(lambda: editor._names.text() == "The next ones: 3 on Feb 5, 2027")
    settled(qtbot, view)


def test_a_name_has_a_longest(view: CareView, editor: PlanEditor) -> None:
    choose(view, "Birthday")
    retype(editor.name.edit, "x" * 41)
    assert editor.name.error.text() == "Use 40 characters at most."


def test_a_tag_that_nobody_has_is_refused(view: CareView, editor: PlanEditor) -> None:
    choose(view, "Birthday")
    retype(editor.tags.edit, "xyz")
    assert editor.tags.error.text() == "No customer has the tag xyz."


def test_grades_are_chosen_by_their_chips(
    qtbot: QtBot, view: CareView, editor: PlanEditor, store: Store
) -> None:
    choose(view, "Birthday")
    QTest.mouseClick(editor.grades[VIP], LEFT)
    qtbot.waitUntil(lambda: plan(store, "Birthday").grades == "vip")
    settled(qtbot, view)
    for grade in (REGULAR, POTENTIAL):
        QTest.mouseClick(editor.grades[grade], LEFT)
        settled(qtbot, view)
    assert plan(store, "Birthday").grades == ""


def test_stages_and_a_segment_are_chosen(
    qtbot: QtBot, view: CareView, editor: PlanEditor, store: Store
) -> None:
    with store.write("Segments") as db:
        here = segments.add(db, "杭州", segment_rules.Test("city", How.IS, ("杭州",))).id
        coming = segment_rules.Test("next_follow_up", How.WITHIN_NEXT, (7,))
        soon = segments.add(db, "快到期", coming).id
    view.plans.refresh()
    choose(view, "Birthday")
    QTest.mouseClick(editor.stages[Stage.NEW], LEFT)
    qtbot.waitUntil(lambda: plan(store, "Birthday").stages == "new")
    settled(qtbot, view)
    pick(editor.segment, str(here))
    qtbot.waitUntil(lambda: plan(store, "Birthday").segment_id == here)
    settled(qtbot, view)
    whom = view.plans._list.index(view.plans._list.row_of(plan(store, "Birthday").id) or 0, 2)
    assert whom.data() == "New customer · segment 杭州"
    pick(editor.segment, str(soon))
    said = "快到期 asks for the next follow-up, which care plans make. Choose another."
    assert editor.segment.error.text() == said
    assert plan(store, "Birthday").segment_id == here


def test_a_plan_is_named_and_taken_away(
    qtbot: QtBot, view: CareView, editor: PlanEditor, store: Store
) -> None:
    choose(view, "After a sale, 30 days")
    retype(editor.name.edit, "First month")
    assert plan(store, "First month").kind is FollowUpKind.AFTER_SALE
    QTest.mouseClick(editor.remove, LEFT)
    qtbot.waitUntil(
        lambda: "First month" not in {plans.title(p, GRADES) for p in view.plans._list.plans}
    )
    settled(qtbot, view)
    view.plans._desk.undo()
    assert plan(store, "First month").days == 30


def test_what_a_gift_may_cost(
    qtbot: QtBot, view: CareView, editor: PlanEditor, store: Store
) -> None:
    choose(view, "Spring Festival")
    retype(editor.gifts[VIP].edit, "abc")
    assert editor.gifts[VIP].error.text() == "Type an amount."
    retype(editor.gifts[VIP].edit, "300")
    id = plan(store, "Spring Festival").id or 0
    settled(qtbot, view)
    with store.read() as db:
        assert plans.gifts_of(db, id) == {VIP: 30_000}


def test_what_can_only_be_looked_at_is_not_offered_for_changes(
    qtbot: QtBot, view: CareView, editor: PlanEditor, store: Store
) -> None:
    store.read_only = "Only to look at."
    view.plans.refresh()
    for kind in ("Birthday", "Spring Festival", "Callback · VIP", "Replenishment"):
        choose(view, kind)
        settled(qtbot, view)
        live = [
            part.accessibleName()
            for part in view.plans.findChildren(QWidget)
            if isinstance(part, QAbstractButton | QComboBox | QLineEdit | QPlainTextEdit)
            and part.isVisible()
            and part.isEnabled()
        ]
        assert live == []


def test_a_list_that_can_only_be_looked_at_greets_nobody(
    qtbot: QtBot, eve: LedgerPage, store: Store
) -> None:
    store.read_only = "Only to look at."
    eve.refresh()
    eve.table.selectAll()
    assert not any(button.isEnabled() for button in (eve.greeted, eve.skip, eve.give))


def test_the_language_changes_at_once(qtbot: QtBot, view: CareView, qapp: QApplication) -> None:
    language.speak(qapp, "zh")
    qtbot.waitUntil(lambda: view.plans.table.accessibleName() == "关怀计划")
    assert view.plans._list.index(0, 3).data() == "提前 3 天"
    assert view.plans.editor.switch.text() == "停用"


# --- the ledger -----------------------------------------------------------------------------------


@pytest.fixture
def eve(store: Store, clock: Clock, view: CareView) -> LedgerPage:
    """The eve of the Spring Festival 2027: three to be greeted."""
    for name, grade in (("张三", VIP), ("李四", VIP), ("王五", REGULAR)):
        add(store, name, grade=grade)
    clock.turn_to("2027-02-05")
    store.new_day()
    view.show_ledger(Festival.SPRING_FESTIVAL.value, 2027)
    return view.ledger


def page(store: Store) -> ledger.Page:
    with store.read() as db:
        found = ledger.page(db, Festival.SPRING_FESTIVAL, 2027)
    assert found is not None
    return found


def test_many_are_greeted_in_one_step(eve: LedgerPage, store: Store) -> None:
    eve.table.selectAll()
    eve.greet(Channel.WECHAT)
    assert {one.channel for one in page(store).entries} == {Channel.WECHAT}
    assert labels(store)[0] == "3 customers greeted"
    assert eve._sums.text().splitlines()[0] == "VIP: 2 of 2 greeted"
    store.undo()
    assert {one.state for one in page(store).entries} == {FollowUpState.OPEN}


def test_those_greeted_already_are_left_alone(eve: LedgerPage, store: Store) -> None:
    eve.table.selectRow(0)
    eve.greet(Channel.PHONE)
    eve.table.selectAll()
    eve.greet(Channel.WECHAT)
    channels = [one.channel for one in page(store).entries]
    assert channels == [Channel.PHONE, Channel.WECHAT, Channel.WECHAT]


def test_a_gift_for_several(eve: LedgerPage, store: Store) -> None:
    eve.table.selectAll()
    QTest.mouseClick(eve.give, LEFT)
    QTest.keyClicks(eve.gift.edit, "Tea")
    QTest.keyClicks(eve.cost.edit, "88")
    QTest.keyClick(eve.cost.edit, Qt.Key.Key_Return)
    assert [(one.gift, one.gift_cents) for one in page(store).entries] == [("Tea", 8_800)] * 3
    assert eve.form.isHidden() or not eve.form.isVisible()


def test_a_gift_that_was_noted_is_there_again(eve: LedgerPage, store: Store) -> None:
    eve.table.selectRow(0)
    with store.write("Gift") as db:
        ledger.note_gift(db, page(store).entries[0].follow_up_id, "Tea", 10_000)
    eve.refresh()
    eve.table.selectRow(0)
    QTest.mouseClick(eve.give, LEFT)
    assert (eve.gift.edit.text(), eve.cost.edit.text()) == ("Tea", "100")
    eve.gift.edit.clear()
    QTest.keyClick(eve.gift.edit, Qt.Key.Key_Return)
    assert eve.gift.error.text() == "Say what the gift is."
    eve.cost.edit.clear()
    QTest.keyClick(eve.cost.edit, Qt.Key.Key_Return)
    assert page(store).entries[0].gift == ""
    assert labels(store)[0] == "No gift for 1 customer"


def test_the_mask_hides_sums_and_budgets_at_once(eve: LedgerPage, store: Store) -> None:
    with store.write("Gift") as db:
        ledger.note_gift(db, page(store).entries[0].follow_up_id, "Tea", 38_800)
    eve.refresh()
    assert "¥388" in eve._sums.text()
    eve._desk.mask.put(True)
    assert "388" not in eve._sums.text()
    eve._desk.mask.put(False)


def test_skipping_wants_a_reason(eve: LedgerPage, store: Store) -> None:
    eve.table.selectRow(1)
    QTest.mouseClick(eve.skip, LEFT)
    QTest.keyClick(eve.reason.edit, Qt.Key.Key_Return)
    assert eve.reason.error.text() == "Say why it is left out."
    QTest.keyClicks(eve.reason.edit, "abroad")
    QTest.keyClick(eve.reason.edit, Qt.Key.Key_Return)
    assert page(store).entries[1].state is FollowUpState.SKIPPED


def test_nobody_on_a_list_says_what_to_do(view: CareView, store: Store) -> None:
    """Customers first, then a plan that is on, then somebody whom it is for."""
    view.tabs.choose("ledger")
    empty = view.ledger._empty
    assert view.ledger._stack.currentWidget() is empty
    assert "Import or add customers" in empty.accessibleName()
    add(store, "张三", grade=POTENTIAL)
    assert "grades or tags that no customer has" in empty.accessibleName()
    switch(store, "festival", False)
    assert "Switch a festival plan on" in empty.accessibleName()


# --- the effect -----------------------------------------------------------------------------------


def test_what_was_bought_says_with_or_without_care(view: CareView) -> None:
    found = view.effect._figures
    headers = [
        str(found.headerData(column, Qt.Orientation.Horizontal))
        for column in range(found.columnCount())
    ]
    assert len({*headers}) == len(headers)
    assert [words for words in headers if words.startswith(("Bought", "Each"))] == [
        *("Bought, with care", "Each spent, with care"),
        *("Bought, without", "Each spent, without"),
    ]


@pytest.mark.parametrize("width", [884, 1200, 1290])
def test_nothing_scrolls_sideways(
    qtbot: QtBot, qapp: QApplication, view: CareView, eve: LedgerPage, spoken: str, width: int
) -> None:
    """Beside the rail, in a window of 960 and of 1366 pixels."""
    language.speak(qapp, spoken)
    eve.table.selectAll()
    eve.greet(Channel.WECHAT)
    view.resize(width, 540)
    tables = {
        "plans": view.plans.table,
        "ledger": view.ledger.table,
        "effect": view.effect.table,
    }
    for key, table in tables.items():
        view.tabs.choose(key)
        settled(qtbot, view)
        QApplication.processEvents()
        assert table.isVisible()
        assert table.horizontalScrollBar().maximum() == 0, key


def test_the_effect_is_counted(qtbot: QtBot, view: CareView, eve: LedgerPage, store: Store) -> None:
    eve.table.selectAll()
    eve.greet(Channel.WECHAT)
    view.tabs.choose("effect")
    qtbot.waitUntil(lambda: view.effect._figures.count() > 0)
    found = view.effect._figures
    rows = [
        [found.index(row, column).data() for column in range(9)] for row in range(found.count())
    ]
    assert ["Festival", "VIP", "2", "2", "0", "0", "0", "0", "—"] in rows
    assert view._stack.currentWidget() is view.effect
    assert date(2027, 2, 5) == store.today

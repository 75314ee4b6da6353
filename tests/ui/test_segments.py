"""Segments in the window: made, edited, counted, refused, listed, kept from a list's filters."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from custdesk.care import plans
from custdesk.care.plans import Draft
from custdesk.insight import segment_rules as made
from custdesk.insight import segments
from custdesk.insight.segment_fields import How
from custdesk.settings import Preferences
from custdesk.store.models import FollowUpKind
from custdesk.store.search import Query
from custdesk.store.store import Store
from custdesk.ui import language
from custdesk.ui.desk import Desk
from custdesk.ui.main_window import MainWindow
from custdesk.ui.segments.rows import Condition
from custdesk.ui.segments.view import SegmentsView
from custdesk.ui.widgets.fields import Choice
from tests.helpers import add, labels
from tests.ui.conftest import OpenWindow
from tests.ui.settling import settle

HANGZHOU = made.Test("city", How.IS, ("杭州",))
VIP = made.Test("grade", How.IS, ("vip",))


@pytest.fixture
def people(store: Store) -> Store:
    add(store, "张丽华", city="杭州", grade="vip")
    add(store, "李国强", city="杭州", grade="regular")
    add(store, "欧阳明", city="成都", grade="vip")
    return store


def saved(store: Store, name: str, rule: made.Rule) -> int:
    with store.write("Segment") as db:
        return segments.add(db, name, rule).id or 0


def rules(store: Store) -> dict[str, made.Rule]:
    with store.read() as db:
        return {one.name: segments.rule_of(one) for one in segments.all_of(db)}


@pytest.fixture
def view(qtbot: QtBot, people: Store) -> Iterator[SegmentsView]:
    saved(people, "杭州", HANGZHOU)
    desk = Desk(people, Preferences())
    view = SegmentsView(desk)
    qtbot.addWidget(view)
    view.resize(1290, 720)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    counted(qtbot)
    yield view
    counted(qtbot)
    desk.leave()


def counted(qtbot: QtBot) -> None:
    """Until everything is counted, which begins a moment after the last key."""
    qtbot.wait(300)
    settle(qtbot)


def listed(view: SegmentsView) -> list[tuple[str, str]]:
    """The list: names and numbers."""
    model = view.model
    return [
        (str(model.data(model.index(row, 0))), str(model.data(model.index(row, 1))))
        for row in range(model.rowCount())
    ]


def pick(choice: Choice, key: str) -> None:
    """Choose from a drop-down list as a person does."""
    choice.setCurrentIndex(choice.findData(key))
    choice.activated.emit(choice.currentIndex())


def condition(view: SegmentsView, *at: int) -> Condition:
    return view.editor.rows.conditions[at]


def line(view: SegmentsView, *at: int) -> QLineEdit:
    values = condition(view, *at).values
    assert values is not None
    return values.lines[0]


def begin_to_type(edit: QLineEdit, typed: str) -> None:
    """Put something else into a field; QTest has no keys for Chinese."""
    edit.setFocus()
    edit.setText(typed)


def retype(edit: QLineEdit, typed: str) -> None:
    """Put something else into a field, and be done with it."""
    begin_to_type(edit, typed)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def error_at(view: SegmentsView, *at: int) -> str:
    return condition(view, *at).error.text()


def test_all_are_there_with_their_numbers(qtbot: QtBot, view: SegmentsView, people: Store) -> None:
    assert listed(view) == [("杭州", "2")]
    assert view.editor.sentence.text() == "City is 杭州"
    assert view.editor.count.text() == "Finds 2 customers."
    add(people, "王秀", city="杭州")
    counted(qtbot)
    assert listed(view) == [("杭州", "3")]


def test_another_value_is_counted_as_it_is_typed_and_saved_when_it_is_left(
    qtbot: QtBot, view: SegmentsView, people: Store
) -> None:
    edit = line(view, 0)
    begin_to_type(edit, "成都")
    counted(qtbot)
    assert view.editor.sentence.text() == "City is 成都"
    assert view.editor.count.text() == "Finds 1 customer."
    assert rules(people) == {"杭州": HANGZHOU}
    QTest.keyClick(edit, Qt.Key.Key_Return)
    counted(qtbot)
    city = made.Test("city", How.IS, ("成都",))
    assert rules(people) == {"杭州": made.All((city,))}
    assert labels(people)[0] == "Change the segment 杭州"
    people.undo()
    counted(qtbot)
    assert line(view, 0).text() == "杭州"


def test_what_is_wrong_is_said_there_and_the_old_rule_stays(
    qtbot: QtBot, view: SegmentsView, people: Store
) -> None:
    pick(condition(view, 0).field, "spend_12m")
    assert error_at(view, 0) == "Type an amount."
    retype(line(view, 0), "much")
    counted(qtbot)
    assert error_at(view, 0) == "Type an amount."
    assert view.editor.state.isVisible()
    assert rules(people) == {"杭州": HANGZHOU}
    retype(line(view, 0), "50,000")
    counted(qtbot)
    assert error_at(view, 0) == ""
    assert not view.editor.state.isVisible()
    spend = made.Test("spend_12m", How.AT_LEAST, (50_000_00,))
    assert rules(people) == {"杭州": made.All((spend,))}


@pytest.mark.parametrize(
    ("typed", "tenths"), [("4.5", 45), ("4,5", 45), ("４。５", None), ("５", 50), ("1", 10)]
)
def test_satisfaction_is_typed_to_a_tenth(
    qtbot: QtBot, view: SegmentsView, people: Store, typed: str, tenths: int | None
) -> None:
    pick(condition(view, 0).field, "satisfaction")
    retype(line(view, 0), typed)
    counted(qtbot)
    if tenths is None:
        assert error_at(view, 0) == "Type a number from 1 to 5."
    else:
        wanted = made.Test("satisfaction", How.AT_LEAST, (tenths,))
        assert rules(people) == {"杭州": made.All((wanted,))}


@pytest.mark.parametrize("typed", ["6", "0.9", "4.55", "-1", "nan", "inf", "1e999", "very", ""])
def test_what_is_no_score_is_refused(qtbot: QtBot, view: SegmentsView, typed: str) -> None:
    pick(condition(view, 0).field, "satisfaction")
    retype(line(view, 0), typed)
    counted(qtbot)
    assert error_at(view, 0) == "Type a number from 1 to 5."


def test_groups_of_conditions(qtbot: QtBot, view: SegmentsView, people: Store) -> None:
    """In Hangzhou, and not a VIP."""
    view.editor.rows.groups[()].add_group.click()
    assert error_at(view, 1, 0) == "Choose what to look at."
    pick(view.editor.rows.groups[1,].mode, "none")
    pick(condition(view, 1, 0, 0).field, "grade")
    values = condition(view, 1, 0, 0).values
    assert values is not None and values.choice is not None
    pick(values.choice, "vip")
    counted(qtbot)
    assert view.editor.sentence.text() == "City is 杭州, and not Grade is VIP"
    assert view.editor.count.text() == "Finds 1 customer."
    assert rules(people) == {"杭州": made.All((HANGZHOU, made.Not(made.AnyOf((VIP,)))))}
    view.editor.rows.groups[1,].remove.click()
    counted(qtbot)
    assert rules(people) == {"杭州": made.All((HANGZHOU,))}
    condition(view, 0).remove.click()
    counted(qtbot)
    said = view.editor.rows.groups[()].error.text()
    assert said == "This group is empty. Add a condition, or take the group away."
    assert rules(people) == {"杭州": made.All((HANGZHOU,))}


def test_a_value_is_kept_where_another_comparison_can_use_it(view: SegmentsView) -> None:
    pick(condition(view, 0).how, How.IS_NOT)
    assert line(view, 0).text() == "杭州"
    pick(condition(view, 0).how, How.ONE_OF)
    retype(line(view, 0), "杭州、成都")
    assert view.editor.rows.rule == made.All((made.Test("city", How.ONE_OF, ("杭州", "成都")),))
    pick(condition(view, 0).how, How.EMPTY)
    assert view.editor.rows.rule == made.All((made.Test("city", How.EMPTY),))


def test_days_are_typed_and_chosen(qtbot: QtBot, view: SegmentsView, people: Store) -> None:
    pick(condition(view, 0).field, "added")
    retype(line(view, 0), "7")
    counted(qtbot)
    assert view.editor.sentence.text() == "Added on within the last 7 days"
    pick(condition(view, 0).how, How.BETWEEN)
    values = condition(view, 0).values
    assert values is not None
    for field, typed in zip(values.days, ("2026-11-20", "2026/11/22"), strict=True):
        retype(field.edit, typed)
    counted(qtbot)
    assert view.editor.sentence.text() == "Added on from Nov 20, 2026 to Nov 22, 2026"
    retype(values.days[1].edit, "2026-11-31")
    counted(qtbot)
    assert (error_at(view, 0), values.days[1].error.isVisible()) == ("Type a day.", False)
    days = made.Test("added", How.BETWEEN, ("2026-11-20", "2026-11-22"))
    assert rules(people) == {"杭州": made.All((days,))}


def test_a_new_segment_is_saved_when_it_says_something(
    qtbot: QtBot, view: SegmentsView, people: Store
) -> None:
    view.add.click()
    assert view.editor.name.text() == "New segment"
    assert rules(people) == {"杭州": HANGZHOU}
    pick(condition(view, 0).field, "segment")
    assert error_at(view, 0) == "Choose a segment."
    with people.read() as db:
        inner = segments.named(db, "杭州").id or 0
    pick(condition(view, 0).segment, str(inner))
    counted(qtbot)
    assert rules(people)["New segment"] == made.All((made.In(inner),))
    retype(view.editor.name.edit, "西湖")
    counted(qtbot)
    assert listed(view) == [("杭州", "2"), ("西湖", "2")]


def test_a_name_that_is_taken_is_refused_beside_it(view: SegmentsView, people: Store) -> None:
    saved(people, "西湖", HANGZHOU)
    retype(view.editor.name.edit, "西湖")
    assert view.editor.name.error.text() == "Another segment is called 西湖."
    assert list(rules(people)) == ["杭州", "西湖"]


def test_one_that_is_used_stays_and_says_why(view: SegmentsView, people: Store) -> None:
    with people.read() as db:
        id = segments.named(db, "杭州").id or 0
    saved(people, "别的", made.In(id))
    view.editor.remove.click()
    assert view.editor.state.text() == "The segment 别的 contains 杭州. Take it out there first."
    assert "杭州" in rules(people)


def test_taking_one_away_is_undone_by_one_step(
    qtbot: QtBot, view: SegmentsView, people: Store
) -> None:
    view.editor.remove.click()
    counted(qtbot)
    assert listed(view) == []
    people.undo()
    counted(qtbot)
    assert listed(view) == [("杭州", "2")]


def test_the_rule_of_a_plan_in_force_is_written_in_the_background(
    qtbot: QtBot, view: SegmentsView, people: Store
) -> None:
    with people.write("Plan") as db:
        id = segments.named(db, "杭州").id
        draft = Draft(FollowUpKind.CALLBACK, every_days=5, segment_id=id)
        plans.switch(db, plans.add(db, draft, people.today), True, people.today)
    retype(line(view, 0), "成都")
    qtbot.waitUntil(lambda: rules(people)["杭州"] != HANGZHOU)
    counted(qtbot)
    assert listed(view) == [("杭州", "1")]


def test_the_language_changes_at_once(qtbot: QtBot, view: SegmentsView, qapp: QApplication) -> None:
    language.speak(qapp, "zh")
    counted(qtbot)
    assert condition(view, 0).field.currentText() == "城市"
    language.speak(qapp, "en")
    counted(qtbot)
    assert condition(view, 0).field.currentText() == "City"


# --- with the list --------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot: QtBot, people: Store, open_main_window: OpenWindow) -> Iterator[MainWindow]:
    saved(people, "杭州", HANGZHOU)
    people.close()
    window = open_main_window()
    yield window
    counted(qtbot)


def entries(window: MainWindow) -> list[str]:
    """What the menu of the segments chip offers."""
    menu = window.customers._filters.segment.menu()
    return [action.text() for action in menu.actions() if action.text()]


def shown(window: MainWindow) -> int:
    return window.customers.listed()


def test_a_segment_narrows_the_list_and_stays_live(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.customers._filters.segment
    chip.menu().aboutToShow.emit()
    counted(qtbot)
    assert entries(window) == [*("杭州\t2", "Save this filter as a segment …", "Edit segments …")]
    chip.menu().actions()[0].trigger()
    assert (shown(window), chip.text(), chip.is_on()) == (2, "杭州", True)
    assert chip.toolTip() == "City is 杭州"
    with window.desk.store.write("Change") as db:
        segments.change(db, segments.named(db, "杭州").id or 0, made.Not(HANGZHOU))
    qtbot.waitUntil(lambda: shown(window) == 1)
    with window.desk.store.write("Remove") as db:
        segments.remove(db, segments.named(db, "杭州").id or 0)
    qtbot.waitUntil(lambda: shown(window) == 3)
    assert (chip.text(), chip.is_on()) == ("Segments", False)


def test_the_filters_of_the_list_are_kept_as_a_segment(qtbot: QtBot, window: MainWindow) -> None:
    filters = window.customers._filters
    filters.segment.menu().aboutToShow.emit()
    save = filters.segment.menu().actions()[-2]
    assert not save.isEnabled()
    filters.show_segment(1)
    window.customers._narrow(grades=frozenset({"vip"}))
    assert shown(window) == 1
    filters.segment.menu().aboutToShow.emit()
    filters.segment.menu().actions()[-2].trigger()
    counted(qtbot)
    assert window.segments.isVisible()
    name = "Grade is VIP, and in the segment “杭州”"
    assert window.segments.editor.name.text() == name
    assert window.segments.editor.name.edit.selectedText() == name
    assert rules(window.desk.store)[name] == made.All((VIP, made.In(1)))
    window.segments.editor.show_list.click()
    assert window.customers.isVisible()
    assert shown(window) == 1


def test_the_stage_is_a_filter(window: MainWindow) -> None:
    stage = window.customers._filters.stage
    stage.menu().aboutToShow.emit()
    stage.menu().actions()[0].trigger()
    assert (shown(window), stage.text()) == (3, "Prospect")
    stage.closed.emit()
    assert stage.text() == "Stage"


def test_what_else_narrows_the_list_is_said_and_can_be_closed(window: MainWindow) -> None:
    with window.desk.read() as db:
        rule = made.AnyOf((HANGZHOU, made.Test("likes", How.CONTAINS, ("明前龙井" * 5,))))
        only = segments.condition(db, rule, window.desk.today)
    window.customers.show_query(Query(only=only))
    chip = window.customers._filters.only
    assert shown(window) == 2
    assert chip.isVisible()
    assert chip.text().endswith("…") and only.words.startswith(chip.text()[:-1])
    assert chip.toolTip() == only.words
    window.customers._narrow(city="杭州")
    filters = window.customers._filters
    filters.segment.menu().aboutToShow.emit()
    assert not filters.segment.menu().actions()[-2].isEnabled()  # a part of it is no rule
    window.customers._narrow(city=None)
    chip.closed.emit()
    assert shown(window) == 3
    assert not chip.isVisible()


def test_the_key_opens_the_segments_and_esc_goes_back(window: MainWindow) -> None:
    window.actions_by_name["segments"].trigger()
    assert window.segments.isVisible()
    QTest.keyClick(window.segments.table, Qt.Key.Key_Escape)
    assert window.customers.isVisible()


def test_export_writes_who_is_listed(window: MainWindow) -> None:
    assert window.customers.shown() is None
    window.customers.show_segment(1)
    listed_ids = window.customers.shown()
    assert listed_ids is not None and len(listed_ids) == 2

"""Grading in the window: the table and its files, rules tried before they hold, the review."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from custdesk.insight import policies, reviewing
from custdesk.insight.policies import Policy
from custdesk.settings import Preferences
from custdesk.store.store import Store
from custdesk.ui import language
from custdesk.ui.desk import Desk
from custdesk.ui.grading.view import NUMBERS, REVIEW, RULES, TABLE, GradingView
from tests.helpers import add, edit, labels, standing
from tests.insight.three_customers import add_three
from tests.ui.settling import settle

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def ids(store: Store) -> list[int]:
    return add_three(store)


@pytest.fixture
def view(qtbot: QtBot, store: Store, ids: list[int]) -> Iterator[GradingView]:
    assert ids
    desk = Desk(store, Preferences())
    view = GradingView(desk)
    qtbot.addWidget(view)
    view.resize(1290, 768)
    with qtbot.waitExposed(view):
        view.show()
    settle(qtbot)
    yield view
    settle(qtbot)
    desk.leave()


def in_force(store: Store) -> Policy:
    with store.read() as db:
        return policies.in_force(db)[1]


def retype(qtbot: QtBot, view: GradingView, text: str) -> None:
    """Another amount from which the spend is high, and what it would change."""
    view.rules.criteria[0].high.edit.setText(text)
    qtbot.waitUntil(lambda: not view.rules._later.isActive())
    settle(qtbot)


def test_the_table_has_the_seven_columns(view: GradingView) -> None:
    rows = view.table.rows
    headers = [
        str(rows.headerData(n, Qt.Orientation.Horizontal)) for n in range(rows.columnCount())
    ]
    assert headers == [
        *("Name", "Number", "Spend", "Frequency", "Loyalty", "Potential value", "Grade")
    ]
    found = [
        [str(rows.index(row, column).data()) for column in range(7)]
        for row in range(rows.rowCount())
    ]
    assert found[0] == ["张三", "001", "¥120,000", "Often", "Loyal", "High", "VIP customer"]
    assert [row[6] for row in found] == ["VIP customer", "Regular customer", "Potential customer"]
    assert view.table._why.text().startswith("张三: 12-month spend ¥120,000: high")


@pytest.mark.parametrize("ending", [".pdf", ".xlsx"])
def test_the_table_is_saved(qtbot: QtBot, view: GradingView, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table{ending}"
    view.table.write(path)
    settle(qtbot)
    assert path.stat().st_size > 4000


def test_the_mask_hides_amounts(view: GradingView) -> None:
    view.table._desk.mask.put(True)
    assert "120" not in str(view.table.rows.index(0, 2).data())
    assert "120" not in view.table._why.text()
    view.table._desk.mask.put(False)
    assert view.table.rows.index(0, 2).data() == "¥120,000"


def test_a_threshold_shows_who_would_move_before_it_holds(
    qtbot: QtBot, view: GradingView, store: Store, ids: list[int]
) -> None:
    view.show_tab(RULES)
    settle(qtbot)
    before = in_force(store)
    view.rules.grades[0].score.edit.setText("50")
    retype(qtbot, view, "60,000")
    names = view.rules.what_if.names
    assert [str(names.index(n).data()) for n in range(names.rowCount())] == [
        "↑ 李四   Regular → VIP"
    ]
    assert in_force(store) == before
    assert standing(store, ids[1]).grade == "regular"
    QTest.mouseClick(view.rules.apply, LEFT)
    settle(qtbot)
    assert standing(store, ids[1]).grade == "vip"
    assert labels(store)[0] == "Grade by other rules"
    assert in_force(store).criteria[0].high == 60_000_00
    store.undo()
    settle(qtbot)
    assert in_force(store) == before


def test_what_cannot_grade_is_said_at_the_field_and_not_saved(
    qtbot: QtBot, view: GradingView, store: Store
) -> None:
    view.show_tab(RULES)
    settle(qtbot)
    retype(qtbot, view, "10,000")
    row = view.rules.criteria[0]
    assert row.error.text() == "High and middle overlap. High must begin above ¥50,000."
    assert not view.rules.apply.isEnabled()
    assert view.rules.what_if.names.rowCount() == 0
    retype(qtbot, view, "much")
    assert row.error.text() == "Type an amount."
    QTest.mouseClick(view.rules.discard, LEFT)
    settle(qtbot)
    assert view.rules.criteria[0].error.text() == ""
    assert view.rules.criteria[0].high.text() == "100,000"
    assert in_force(store) == Policy()


def test_no_grades_at_all_is_said_below_them(qtbot: QtBot, view: GradingView, store: Store) -> None:
    view.show_tab(RULES)
    settle(qtbot)
    for row in list(view.rules.grades):
        QTest.mouseClick(row.remove, LEFT)
        qtbot.waitUntil(lambda: not view.rules._later.isActive())
        settle(qtbot)
    assert view.rules._grades_error.text() == "Have 2 to 7 grades."
    assert view.rules._grades_error.isVisible()
    assert not view.rules.apply.isEnabled()
    assert not view.rules.what_if._counts.isVisible()
    QTest.mouseClick(view.rules.discard, LEFT)
    settle(qtbot)
    assert view.rules.what_if._counts.isVisible()
    assert len(view.rules.grades) == 3
    assert not view.rules._grades_error.isVisible()
    assert in_force(store) == Policy()


def test_what_cannot_be_read_stays_until_it_is_discarded(
    qtbot: QtBot, view: GradingView, store: Store
) -> None:
    view.show_tab(RULES)
    settle(qtbot)
    retype(qtbot, view, "abc")
    assert view.rules.discard.isEnabled()
    view.show_tab(TABLE)
    add(store, "钱七")
    view.show_tab(RULES)
    settle(qtbot)
    assert view.rules.criteria[0].high.text() == "abc"
    QTest.mouseClick(view.rules.discard, LEFT)
    settle(qtbot)
    assert view.rules.criteria[0].high.text() == "100,000"
    assert not view.rules.discard.isEnabled()


def test_who_keeps_a_grade_that_is_taken_away_is_counted(
    qtbot: QtBot, view: GradingView, store: Store, ids: list[int]
) -> None:
    edit(store, ids[2], grade_by_hand="vip")
    view.show_tab(RULES)
    settle(qtbot)
    QTest.mouseClick(view.rules.grades[0].remove, LEFT)
    qtbot.waitUntil(lambda: not view.rules._later.isActive())
    settle(qtbot)
    said = view.rules.what_if.state.text().splitlines()
    assert said[0] == "1 customer has a grade by hand that is not among these, and keeps it."


def test_earlier_rules_are_looked_at_and_hold_again(
    qtbot: QtBot, view: GradingView, store: Store
) -> None:
    view.show_tab(RULES)
    settle(qtbot)
    assert not view.rules.earlier.isVisible()
    retype(qtbot, view, "60,000")
    QTest.mouseClick(view.rules.apply, LEFT)
    settle(qtbot)
    assert in_force(store).criteria[0].high == 60_000_00
    (earlier,) = view.rules.earlier.menu().actions()
    assert earlier.text() == "From the beginning: VIP customer / Regular customer / " + (
        "Potential customer"
    )
    earlier.trigger()
    assert view.rules.criteria[0].high.text() == "100,000"
    settle(qtbot)
    QTest.mouseClick(view.rules.apply, LEFT)
    settle(qtbot)
    assert in_force(store) == Policy()


def test_only_what_is_not_there_yet_is_offered_as_a_criterion(
    qtbot: QtBot, view: GradingView
) -> None:
    view.show_tab(RULES)
    settle(qtbot)

    def offered() -> list[str]:
        return [action.text() for action in view.rules.add_criterion.menu().actions()]

    assert "12-month spend" not in offered()
    for place, (name, high) in enumerate((("Satisfaction", "4.5"), ("Spent so far", "100,000")), 4):
        assert offered()[0] == name
        view.rules.add_criterion.menu().actions()[0].trigger()
        assert view.rules.criteria[place].high.text() == high  # what is much to most
        assert name not in offered()


def test_choices_are_written_in_the_language_that_is_spoken(
    qtbot: QtBot, view: GradingView
) -> None:
    view.show_tab(RULES)
    settle(qtbot)
    row = view.rules.criteria[3]
    row.high.edit.setText("High, Medium")
    qtbot.waitUntil(lambda: not view.rules._later.isActive())
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    language.speak(app, "zh")
    try:
        QApplication.processEvents()
        assert (row.high.text(), row.middle.text()) == ("高，中", "中")
        view.rules._look()
        assert row.error.text() == "“中”既是“高”又是“中”，请从其中一处去掉。"
    finally:
        language.speak(app, "en")
    settle(qtbot)


def test_grades_are_added_named_and_taken_away(
    qtbot: QtBot, view: GradingView, store: Store
) -> None:
    view.show_tab(RULES)
    settle(qtbot)
    QTest.mouseClick(view.rules.add_grade, LEFT)
    qtbot.waitUntil(lambda: not view.rules._later.isActive())
    assert view.rules.grades[3].error.text().startswith("This overlaps")
    view.rules.grades[2].score.edit.setText("10")
    view.rules.grades[3].name.edit.setText("Asleep")
    qtbot.waitUntil(lambda: not view.rules._later.isActive())
    settle(qtbot)
    QTest.mouseClick(view.rules.apply, LEFT)
    settle(qtbot)
    assert [grade.called for grade in in_force(store).ranked.ranked] == [
        *("VIP", "Regular", "Potential", "Asleep")
    ]


def test_the_review_accepts_and_keeps(
    qtbot: QtBot, view: GradingView, store: Store, ids: list[int]
) -> None:
    with store.write("First review") as db:
        reviewing.accept(db, store.today)
    harder = tuple(
        rule.model_copy(update={"at_least": score})
        for rule, score in zip(Policy().grades, (100, 60, 0), strict=True)
    )
    with store.write("Rules") as db:
        policies.adopt(db, Policy(grades=harder), store.today)
    view.show_tab(REVIEW)
    settle(qtbot)
    page = view.review
    assert [one.name for one in page.moves.moves] == ["李四"]
    QTest.mouseClick(page.keep, LEFT)
    assert page.why.error.text() == "Say in a few words why the grade is kept."
    page.why.edit.setText("老客户")
    QTest.mouseClick(page.keep, LEFT)
    settle(qtbot)
    assert standing(store, ids[1]).grade == "regular"
    assert page.moves.moves == []
    QTest.mouseClick(page.accept, LEFT)
    settle(qtbot)
    with store.read() as db:
        last = reviewing.last_review(db)
    assert last is not None
    assert (last.up, last.down, last.kept) == (0, 0, 1)


def test_numbers_are_changed_and_refused(qtbot: QtBot, view: GradingView, store: Store) -> None:
    view.show_tab(NUMBERS)
    field = view.numbers.fields["new_days"]
    assert field.text() == "90"
    field.edit.setText("0")
    field.commit()
    assert field.error.text() == "Type a number from 1 to 3660."
    field.edit.setText("soon")
    field.commit()
    assert field.error.text() == "Type a number."
    field.edit.setText("30")
    field.commit()
    settle(qtbot)
    assert labels(store)[0] == "Other numbers for stages and warnings"


def test_in_both_languages(qtbot: QtBot, view: GradingView, spoken: str) -> None:
    view.retranslate()
    settle(qtbot)
    wanted = "客户分级" if spoken == "zh" else "Grading"
    assert view.accessibleName() == wanted

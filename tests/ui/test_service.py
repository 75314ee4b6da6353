"""Complaints, requests and feedback in the window: noted in seconds, seen at once, solved."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from custdesk.people import cases, feedback
from custdesk.store.models import Case, CaseKind, Feedback, FeedbackSource
from custdesk.ui.customer_file.overview import CasesCard
from custdesk.ui.main_window import MainWindow
from tests.helpers import add, complained, follow_up, labels, said, solve
from tests.ui.conftest import OpenWindow


@pytest.fixture
def window(open_main_window: OpenWindow, qtbot: QtBot) -> MainWindow:
    return open_main_window()


@pytest.fixture
def person(window: MainWindow) -> int:
    id = add(window.desk.store, "张丽华")
    window.open_customer(id)
    return id


def choose(window: MainWindow, words: str) -> None:
    """One of the entries of the menu of the file."""
    window.file._fill_menu()
    [action] = [one for one in window.file._more_menu.actions() if one.text() == words]
    action.trigger()


def typed(words: str) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, words)
    QTest.keyClick(focused, Qt.Key.Key_Return)


def rows(window: MainWindow) -> QTableView:
    found = window.file._pages["service"].findChild(QTableView)
    assert isinstance(found, QTableView)
    return found


def cells(window: MainWindow) -> list[list[str]]:
    """What the page of service says."""
    window.file.open_page("service")
    model = rows(window).model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def press(window: MainWindow, words: str) -> None:
    page = window.file._pages["service"]
    [button] = [one for one in page.findChildren(QPushButton) if one.text() == words]
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def all_of(window: MainWindow, id: int) -> tuple[list[Case], list[Feedback]]:
    with window.desk.store.read() as db:
        return cases.of_customer(db, id), feedback.of_customer(db, id)


def test_a_complaint_is_taken_in_and_solved(window: MainWindow, person: int) -> None:
    choose(window, "Complaint or request")
    typed("the lid leaks")
    [case], _feedback = all_of(window, person)
    assert (case.kind, case.about, case.due) == (
        *(CaseKind.COMPLAINT, "the lid leaks"),
        date(2026, 11, 24),
    )
    assert not window.file._case.isVisible()
    [card] = window.findChildren(CasesCard)
    assert [one.text() for one in card.findChildren(QLabel) if one.isVisible()] == [
        "Complaint, of today: the lid leaks"
    ]
    [solve_it] = card.findChildren(QPushButton)
    QTest.mouseClick(solve_it, Qt.MouseButton.LeftButton)
    typed("a new lid")
    [case], _feedback = all_of(window, person)
    assert (case.solved_on, case.solution) == (date(2026, 11, 21), "a new lid")
    assert not card.isVisible()
    assert labels(window.desk.store)[:2] == ["Solved: 张丽华", "Complaint taken in: 张丽华"]
    window.desk.undo()
    assert card.isVisible()


def test_a_request_without_a_day(window: MainWindow, person: int) -> None:
    choose(window, "Complaint or request")
    card = window.file._case
    card.kinds[CaseKind.REQUEST].click()
    card.due.edit.clear()
    card.words.setFocus()
    typed("an invoice")
    [case], _feedback = all_of(window, person)
    assert (case.kind, case.due) == (CaseKind.REQUEST, None)


@pytest.mark.parametrize("due", ["soon", "2026-11-01"])
def test_a_day_that_cannot_be_is_said_in_the_card(
    window: MainWindow, person: int, due: str
) -> None:
    choose(window, "Complaint or request")
    card = window.file._case
    card.due.edit.setText(due)
    card.words.setFocus()
    typed("the lid leaks")
    assert all_of(window, person) == ([], [])
    assert card.isVisible()
    assert card.error.isVisible()


def test_how_content_they_are(window: MainWindow, person: int) -> None:
    choose(window, "Note feedback")
    card = window.file._feedback
    typed("good tea")
    assert card.error.text() == "Choose how content they are, from 1 to 5."
    card.scores[4].click()
    card.sources[FeedbackSource.VISIT].click()
    card.words.setFocus()
    typed("")
    _cases, [one] = all_of(window, person)
    assert (one.score, one.source, one.words) == (4, FeedbackSource.VISIT, "good tea")
    choose(window, "Note feedback")
    assert card.words.text() == ""
    assert not any(chip.isChecked() for chip in card.scores.values())


def test_the_page_has_all_of_it(window: MainWindow, person: int) -> None:
    store = window.desk.store
    solve(store, complained(store, person, "2026-11-01"))
    complained(store, person, "2026-11-10", due="2026-11-20", about="少了一盒")
    said(store, person, 2, words="等太久")
    assert cells(window) == [
        ["2026-11-10", "Complaint", "少了一盒", "Open, overdue since Nov 20"],
        ["2026-11-01", "Complaint", "壶盖漏水", "Solved on Nov 21: 换了新的"],
        ["2026-11-21", "Feedback · Call", "等太久", "★★☆☆☆ 2 of 5"],
    ]
    table = rows(window)
    table.selectRow(1)
    press(window, "Open again")
    assert len([one for one in all_of(window, person)[0] if one.solved_on is None]) == 2
    table.selectRow(2)
    press(window, "Remove")
    assert all_of(window, person)[1] == []
    table.selectRow(0)
    press(window, "Remove")
    assert len(all_of(window, person)[0]) == 1
    window.desk.undo()
    window.desk.undo()
    assert len(cells(window)) == 3


def test_behind_the_mask_no_word_of_theirs_is_seen(window: MainWindow, person: int) -> None:
    store = window.desk.store
    complained(store, person, about="secret lid")
    said(store, person, 2, words="secret tea")
    solve(store, complained(store, person, about="secret box"), "secret gift")
    window.desk.mask.put(True)
    assert "secret" not in str(cells(window))
    window.file.open_page("overview")
    shown = [one.text() for one in window.file.findChildren(QLabel) if one.isVisible()]
    assert "secret" not in str(shown)
    assert any("****" in words for words in shown)


def test_what_was_begun_for_one_customer_is_still_there(window: MainWindow, person: int) -> None:
    other = add(window.desk.store, "王五")
    choose(window, "Note feedback")
    window.file._feedback.scores[2].click()
    window.open_customer(other)
    assert not window.file._feedback.isVisible()
    assert window.file.unfinished() == "Something was begun and is not saved yet: 张丽华."
    window.open_customer(person)
    assert window.file._feedback.isVisible()
    assert window.file._feedback.scores[2].isChecked()


def test_a_follow_up_of_a_case_can_solve_it_in_the_file(
    window: MainWindow, person: int, qtbot: QtBot
) -> None:
    complained(window.desk.store, person, due="2026-11-21")
    window.file._finish(follow_up(window.desk.store, person, "case"))
    card = window.file._outcome
    assert card._solves.isVisible()
    card._solves.click()
    card._words.setFocus()
    typed("a new lid")
    [case], _feedback = all_of(window, person)
    assert case.solution == "a new lid"
    window.file.log_interaction()
    assert not card._solves.isVisible()


def test_each_thing_has_words_of_its_own(window: MainWindow, person: int) -> None:
    """What was typed of a new complaint never becomes the solution of another."""
    store = window.desk.store
    first, second = complained(store, person, about="AAA"), complained(store, person, about="BBB")
    card = window.file._case
    choose(window, "Complaint or request")
    QTest.keyClicks(card.words, "half a complaint")
    window.file._solve(first)
    assert card.words.text() == ""
    QTest.keyClicks(card.words, "half a solution")
    window.file._solve(second)
    assert card.words.text() == ""
    window.file._correct_case(second)
    assert card.words.text() == "BBB"
    window.file._solve(first)
    assert card.words.text() == "half a solution"
    choose(window, "Complaint or request")
    assert card.words.text() == "half a complaint"


def test_a_case_is_corrected(window: MainWindow, person: int) -> None:
    case = complained(window.desk.store, person, "2026-11-10", due="2026-11-20", about="leeks")
    assert len(cells(window)) == 1
    rows(window).selectRow(0)
    press(window, "Correct")
    card = window.file._case
    assert (card.words.text(), card.day.text(), card.due.text()) == (
        *("leeks", "2026-11-10"),
        "2026-11-20",
    )
    card.words.setText("leaks")
    card.kinds[CaseKind.REQUEST].click()
    card.day.edit.setText("2026-11-09")
    card.due.edit.clear()
    card.words.setFocus()
    typed("")
    [one], _feedback = all_of(window, person)
    assert (one.id, one.about, one.kind, one.opened_on, one.due) == (
        *(case, "leaks", CaseKind.REQUEST),
        *(date(2026, 11, 9), None),
    )


@pytest.mark.parametrize("day", ["2026-11-22", "tomorrow", ""])
def test_what_was_said_was_said_by_today(window: MainWindow, person: int, day: str) -> None:
    for entry, card in (
        ("Note feedback", window.file._feedback),
        ("Complaint or request", window.file._case),
    ):
        choose(window, entry)
        if card is window.file._feedback:
            window.file._feedback.scores[3].click()
        card.day.edit.setText(day)
        card.words.setFocus()
        typed("words")
        assert card.error.isVisible()
    assert all_of(window, person) == ([], [])


def test_what_was_typed_is_not_seen_behind_the_mask(window: MainWindow, person: int) -> None:
    card = window.file._feedback
    choose(window, "Note feedback")
    QTest.keyClicks(card.words, "secret")
    window.desk.mask.put(True)
    assert not card.isVisible()
    choose(window, "Note feedback")
    assert card.words.text() == ""
    QTest.keyClicks(card.words, "open")
    window.desk.mask.put(False)
    assert card.words.text() == "open"
    card.scores[3].click()
    card.save()
    choose(window, "Note feedback")
    assert card.words.text() == "secret"


def test_that_it_is_solved_is_kept_with_the_words(window: MainWindow, person: int) -> None:
    other = add(window.desk.store, "王五")
    complained(window.desk.store, person, due="2026-11-21")
    window.file._finish(follow_up(window.desk.store, person, "case"))
    card = window.file._outcome
    QTest.keyClicks(card._words, "a new lid")
    card._solves.click()
    window.open_customer(other)
    window.open_customer(person)
    assert card._solves.isVisible() and card._solves.isChecked()


def test_nobody_waits_for_words_about_somebody_who_is_gone(window: MainWindow, person: int) -> None:
    choose(window, "Note feedback")
    QTest.keyClicks(window.file._feedback.words, "half")
    window.desk.store.erase([person])
    assert window.file.unfinished() == ""


def test_tab_goes_through_a_card_as_one_reads_it(window: MainWindow, person: int) -> None:
    choose(window, "Complaint or request")
    card = window.file._case
    seen = []
    for _n in range(8):
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    ours = [card.words, card.day.edit, card.due.edit, card.cancel, card.commit]
    places = [seen.index(one) for one in ours]
    assert places == sorted(places)
    assert card.isAncestorOf(seen[0])


def test_the_keyboard_goes_back_to_where_it_was(window: MainWindow, person: int) -> None:
    table = rows(window)
    window.file.open_page("service")
    complained(window.desk.store, person)
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    card = window.file._case
    assert card.title.text().startswith("How was it solved?") or card.isVisible()
    typed("a new lid")
    assert not card.isVisible()
    assert QApplication.focusWidget() is table
    assert all_of(window, person)[0][0].solution == "a new lid"


def test_of_many_the_first_are_shown(window: MainWindow, person: int) -> None:
    for n in range(8):
        complained(window.desk.store, person, about=f"thing {n}")
    QApplication.processEvents()
    [card] = window.findChildren(CasesCard)
    texts = [one.text() for one in card.findChildren(QPushButton) if one.isVisible()]
    assert texts == ["Solved …"] * 5 + ["3 more"]
    [more] = [one for one in card.findChildren(QPushButton) if one.text() == "3 more"]
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert rows(window).isVisible()


def test_enter_in_a_day_saves_too(window: MainWindow, person: int) -> None:
    choose(window, "Complaint or request")
    card = window.file._case
    QTest.keyClicks(card.words, "the lid leaks")
    card.due.edit.setFocus()
    QTest.keyClick(card.due.edit, Qt.Key.Key_Return)
    assert [one.about for one in all_of(window, person)[0]] == ["the lid leaks"]
    choose(window, "Note feedback")
    window.file._feedback.scores[4].click()
    window.file._feedback.day.edit.setFocus()
    QTest.keyClick(window.file._feedback.day.edit, Qt.Key.Key_Return)
    assert [one.score for one in all_of(window, person)[1]] == [4]


def test_the_mask_comes_and_goes_and_nothing_is_seen_or_lost(
    window: MainWindow, person: int
) -> None:
    card, mask = window.file._case, window.desk.mask
    choose(window, "Complaint or request")
    card.words.setText("before")
    mask.put(True)
    choose(window, "Complaint or request")
    assert card.words.text() == ""
    card.words.setText("behind it")
    mask.put(False)
    assert card.words.text() == "behind it"
    mask.put(True)
    choose(window, "Complaint or request")
    assert card.words.text() == ""
    card.give_up()
    mask.put(False)
    found = [card.words.text()]
    card.give_up()
    choose(window, "Complaint or request")
    found.append(card.words.text())
    assert found == ["behind it", "before"]


def test_behind_the_mask_nothing_is_corrected(window: MainWindow, person: int) -> None:
    complained(window.desk.store, person, about="secret lid")
    window.desk.mask.put(True)
    assert len(cells(window)) == 1
    rows(window).selectRow(0)
    page = window.file._pages["service"]
    shown = [one.text() for one in page.findChildren(QPushButton) if one.isVisible()]
    assert "Correct" not in shown and "Solved …" in shown


def test_words_of_what_is_gone_go_into_something_new(window: MainWindow, person: int) -> None:
    store = window.desk.store
    case = complained(store, person, about="AAA")
    window.file._correct_case(case)
    window.file._case.words.setText("AAA and BBB")
    window.open_customer(add(store, "王五"))
    with store.write("Remove") as db:
        cases.remove(db, case)
    window.open_customer(person)
    typed("")
    assert [one.about for one in all_of(window, person)[0]] == ["AAA and BBB"]


def test_what_was_not_changed_is_no_step(window: MainWindow, person: int) -> None:
    case = complained(window.desk.store, person)
    before = labels(window.desk.store)
    window.file._correct_case(case)
    typed("")
    assert not window.file._case.isVisible()
    assert labels(window.desk.store) == before

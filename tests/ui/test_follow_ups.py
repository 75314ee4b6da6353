"""The follow-ups as one works through them: by mouse, by keyboard, in both languages."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from custdesk.care import follow_ups
from custdesk.care.follow_ups import Counts
from custdesk.people import cases, customers, history
from custdesk.settings import Preferences
from custdesk.store.models import REGULAR, VIP, Channel, ContactKind, FollowUp
from custdesk.store.store import Store
from custdesk.ui import language
from custdesk.ui.desk import Desk
from custdesk.ui.follow_ups.dial import DialPopup, tel
from custdesk.ui.follow_ups.plan_form import PlanForm
from custdesk.ui.follow_ups.row_painter import Part
from custdesk.ui.follow_ups.rows import Group, Open, Past, when
from custdesk.ui.follow_ups.table import FollowUpTable
from custdesk.ui.follow_ups.view import FollowUpsView
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.empty_state import EmptyState
from custdesk.ui.widgets.month_calendar import MonthCalendar
from tests.helpers import (
    Clock,
    Todo,
    add,
    ahead,
    complained,
    due_on,
    follow_up,
    row,
    snooze,
    switch,
)

TODAY = date(2026, 11, 21)
Strip = list[tuple[str, bool]]


# --- in the user's words --------------------------------------------------------------------------


def plan(store: Store, id: int, day: date, note: str, time: str | None = None) -> int:
    with store.write("Plan") as db:
        return follow_ups.schedule(db, id, day, note, time).id or 0


def listed(view: FollowUpsView) -> dict[str, list[str]]:
    """The headings of the list with their rows, in order."""
    model = view._agenda.model
    found: dict[str, list[str]] = {}
    for at, entry in enumerate(model.entries()):
        if isinstance(entry, Group):
            found[f"{entry.title} {entry.count}"] = rows = []
        elif isinstance(entry, Open | Past):
            rows.append(model.words(at))
    return found


def names(view: FollowUpsView) -> list[str]:
    return [words.split(", ")[0] for rows in listed(view).values() for words in rows]


def chosen(view: FollowUpsView) -> str:
    """The name in the chosen row."""
    return view._agenda.model.words(table(view).chosen_row()).split(", ")[0]


def table(view: FollowUpsView) -> FollowUpTable:
    return one(view, FollowUpTable)


W = TypeVar("W", bound=QWidget)


def one(view: QWidget, kind: type[W]) -> W:
    found = view.findChild(kind)
    assert isinstance(found, kind)
    return found


def row_of(view: FollowUpsView, name: str) -> int:
    model = view._agenda.model
    return next(at for at in range(model.rowCount()) if model.words(at).startswith(name))


def click(view: FollowUpsView, name: str, part: Part = Part.BODY) -> None:
    """Click on a part of somebody's row."""
    box = table(view).part_box(row_of(view, name), part)
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(table(view).viewport(), left, pos=box.center().toPoint())


def press(view: QWidget, words: str, kind: type[Button] | type[Chip] = Button) -> None:
    """Click the visible button or chip that says so."""
    buttons = [button for button in view.findChildren(kind) if button.isVisible()]
    said = [button.accessibleName() for button in buttons]
    assert words in said, said
    QTest.mouseClick(buttons[said.index(words)], Qt.MouseButton.LeftButton)


def keys(*typed: str | Qt.Key) -> None:
    """Type into whatever has the keyboard; Chinese comes from an input method."""
    for each in typed:
        if isinstance(each, Qt.Key):
            QTest.keyClick(focus(), each)
        elif each.isascii():
            QTest.keyClicks(focus(), each)
        else:
            event = QInputMethodEvent()
            event.setCommitString(each)
            QApplication.sendEvent(focus(), event)


def focus() -> QWidget:
    """Whatever has the keyboard; a screen without a window manager may be slow to give it."""
    patience = 100
    while QApplication.focusWidget() is None and patience:
        QTest.qWait(30)
        patience -= 1
    found = QApplication.focusWidget()
    assert found is not None
    return found


def last_talk(store: Store, id: int) -> tuple[str, Channel] | None:
    with store.read() as db:
        found = history.interactions(db, id)
    return (found[0].outcome, found[0].channel) if found else None


def menu_of(view: FollowUpsView) -> QMenu:
    found = [menu for menu in view.findChildren(QMenu) if menu.isVisible()]
    assert len(found) == 1
    return found[0]


def offer(view: FollowUpsView, words: str) -> None:
    """Take what the open menu offers under `words`."""
    menu = menu_of(view)
    action = next(one for one in menu.actions() if one.text().startswith(words))
    action.trigger()
    menu.close()


@pytest.fixture
def strip() -> Strip:
    """What the strip said, and whether Undo stood beside it."""
    return []


@pytest.fixture
def desk(qapp: QApplication, store: Store, strip: Strip) -> Iterator[Desk]:
    desk = Desk(store, Preferences())
    desk.said.connect(lambda words, undo: strip.append((words, undo)))
    desk.warned.connect(lambda words: strip.append((words, False)))
    yield desk
    desk.leave()


@pytest.fixture
def view(qtbot: QtBot, desk: Desk) -> FollowUpsView:
    view = FollowUpsView(desk)
    qtbot.addWidget(view)
    view.resize(1290, 768)
    view.show()
    qtbot.waitExposed(view)
    view.activateWindow()
    view.setFocus()
    return view


@pytest.fixture
def people(store: Store, clock: Clock) -> dict[str, int]:
    """Two overdue callbacks, two things for today, a birthday in 3 days, one put off to tomorrow,
    which is a Sunday; no festivals."""
    ids = {}
    switch(store, "festival", False)
    for day, name in (("2026-10-20", "张卫国"), ("2026-10-21", "张晓燕"), ("2026-10-23", "王芳")):
        clock.turn_to(day)
        ids[name] = add(store, name, phone="13812345678", grade=VIP)
    snooze(store, follow_up(store, ids["王芳"], "callback"), "2026-11-22")
    clock.turn_to("2026-11-01")
    ids["陈思远"] = add(store, "陈思远", phone="13500002222", grade=REGULAR)
    ids["欧阳明月"] = add(store, "欧阳明月", solar="1990-11-24", grade=REGULAR)
    plan(store, ids["陈思远"], TODAY, "回电报价", "10:30")
    plan(store, ids["陈思远"], TODAY + timedelta(days=5), "送样品")
    clock.turn_to(TODAY)
    store.new_day()
    return ids


# --- what stands there ----------------------------------------------------------------------------


def test_what_is_due_stands_in_groups(people: dict[str, int], view: FollowUpsView) -> None:
    assert listed(view) == {
        "Overdue 2": [
            "张卫国, VIP, No contact for 32 days · VIP: a call every 30 days,"
            " Nov 19 · 2 days overdue",
            "张晓燕, VIP, No contact for 31 days · VIP: a call every 30 days,"
            " Nov 20 · 1 day overdue",
        ],
        "Today 2": [
            "欧阳明月, Regular, Birthday: Nov 24 · turns 36, Nov 24 · in 3 days",
            "陈思远, Regular, 回电报价, 10:30",
        ],
        "Tomorrow 1": [
            "王芳, VIP, No contact for 29 days · VIP: a call every 30 days, Nov 22",
        ],
    }


def test_the_first_is_chosen_and_told_about(people: dict[str, int], view: FollowUpsView) -> None:
    assert chosen(view) == "张卫国"
    assert "138 1234 5678" in texts(view._panel)


def texts(widget: QWidget) -> str:
    """Every word that a screen reader finds in `widget` and that is shown."""
    found = []
    for child in widget.findChildren(QWidget):
        if child.isVisible():
            found += [child.accessibleName(), getattr(child, "text", lambda: "")()]
    return " | ".join(filter(None, found))


def test_the_next_seven_days_go_day_by_day(people: dict[str, int], view: FollowUpsView) -> None:
    press(view, "Next 7 days 2", Chip)
    assert {title: len(rows) for title, rows in listed(view).items()} == {
        "Tomorrow 1": 1,
        "Thu, Nov 26 1": 1,
    }


def test_the_badge_counts_today_and_overdue(
    qtbot: QtBot, people: dict[str, int], view: FollowUpsView
) -> None:
    with qtbot.waitSignal(view.count_changed) as heard:
        view.refresh()
    assert heard.args == [4]


def test_the_badge_is_told_while_another_view_is_shown(
    qtbot: QtBot, store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    view.hide()
    with qtbot.waitSignal(view.count_changed) as heard:
        plan(store, people["王芳"], TODAY, "寄发票")
    assert heard.args == [5]


def test_what_changed_meanwhile_is_there_when_the_view_is_shown(
    store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    view.hide()
    plan(store, people["王芳"], TODAY, "寄发票")
    view.show()
    assert names(view).count("王芳") == 2


def test_midnight_makes_today_overdue(
    clock: Clock, desk: Desk, people: dict[str, int], view: FollowUpsView
) -> None:
    clock.move(days=1)
    desk.turn_day()
    assert list(listed(view)) == ["Overdue 4", "Today 1"]


def test_a_birthday_of_today_is_not_late(
    clock: Clock, desk: Desk, people: dict[str, int], view: FollowUpsView
) -> None:
    """It was due three days before, when nobody looked; it is today nevertheless."""
    clock.move(days=3)
    desk.turn_day()
    [words] = listed(view)["Today 1"]
    assert words == "欧阳明月, Regular, Birthday: Nov 24 · turns 36, Nov 24 · Today"
    due = view._agenda.model.due_at(row_of(view, "欧阳明月"))
    assert due is not None
    assert when(due, desk.today).ink == "text"
    with desk.read() as db:
        assert follow_ups.counts(db, desk.today) == Counts(overdue=4, today=1)


@pytest.mark.parametrize(
    ("shown", "sentence"),
    [
        ("Today", "Nothing is due today"),
        ("Next 7 days", "Nothing is due in the next 7 days"),
        ("Done", "Nothing was done in the last 30 days"),
    ],
)
def test_an_empty_list_says_so(
    store: Store, view: FollowUpsView, shown: str, sentence: str
) -> None:
    add(store, "张三")
    press(view, shown, Chip)
    assert one(view, EmptyState).accessibleName().startswith(sentence)


def test_a_file_without_customers_says_what_to_do(view: FollowUpsView) -> None:
    assert "Import or add customers" in one(view, EmptyState).accessibleName()


def test_thousands_are_shown_without_thousands_of_widgets(
    qtbot: QtBot, store: Store, clock: Clock, view: FollowUpsView
) -> None:
    clock.turn_to("2026-10-01")
    with store.write("Many") as db:
        for n in range(2000):
            made = customers.add(db, customers.Details(f"客户{n:04}"), clock().date())
            customers.edit(db, made.id or 0, "grade_by_hand", VIP, clock().date())
    clock.turn_to(TODAY)
    view.refresh()
    assert list(listed(view)) == ["Overdue 2000"]
    assert len(view.findChildren(QObject)) < 1000
    table(view).setFocus()
    keys(Qt.Key.Key_End)
    assert chosen(view) == "客户1999"


# --- done -----------------------------------------------------------------------------------------


def test_done_by_mouse_notes_the_outcome_and_goes_on(
    store: Store, strip: Strip, people: dict[str, int], view: FollowUpsView
) -> None:
    click(view, "张卫国", Part.DONE)
    keys("周日来店")
    press(view, "WeChat", Chip)
    press(view, "Done, plan the next")
    assert last_talk(store, people["张卫国"]) == ("周日来店", Channel.WECHAT)
    assert chosen(view) == "张晓燕"
    assert strip == [("Follow-up done: 张卫国. Next: Callback, Dec 21", True)]


def test_done_by_keyboard_alone(store: Store, people: dict[str, int], view: FollowUpsView) -> None:
    keys(Qt.Key.Key_Down, Qt.Key.Key_Return, "聊了新茶")
    QTest.keyClick(focus(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert last_talk(store, people["张晓燕"]) == ("聊了新茶", Channel.PHONE)
    assert chosen(view) == "欧阳明月"
    assert table(view).hasFocus()


def test_down_passes_over_the_headings(people: dict[str, int], view: FollowUpsView) -> None:
    keys(*[Qt.Key.Key_Down] * 4)
    assert chosen(view) == "王芳"


def test_what_comes_next_is_said_before_it_is_done(
    people: dict[str, int], view: FollowUpsView
) -> None:
    click(view, "陈思远")
    assert "Next: Follow-up, Nov 26" in texts(view._panel)


def test_done_plans_what_was_said_to_come_next(
    store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    click(view, "张卫国", Part.DONE)
    keys("好", Qt.Key.Key_Return)
    assert ahead(store, people["张卫国"]) == [
        Todo("张卫国", "callback", "2026-12-21", "2026-12-21")
    ]


def test_what_is_not_finished_typing_waits_for_its_follow_up(
    people: dict[str, int], view: FollowUpsView
) -> None:
    click(view, "张卫国", Part.DONE)
    keys("打了一")
    click(view, "张晓燕")
    assert view._panel.outcome.outcome() == ""
    click(view, "张卫国")
    assert view._panel.outcome.outcome() == "打了一"


def test_the_channel_is_the_one_the_customer_prefers(
    store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    id = add(store, "刘桂芳", preferred_channel=Channel.SMS)
    view.choose(plan(store, id, TODAY, "安装"))
    assert view._panel.outcome.channel() is Channel.SMS


def test_undo_brings_it_back(desk: Desk, people: dict[str, int], view: FollowUpsView) -> None:
    before = listed(view)
    click(view, "张卫国", Part.DONE)
    keys("好", Qt.Key.Key_Return)
    assert "张卫国" not in names(view)
    desk.undo()
    assert listed(view) == before


def test_what_is_done_stands_in_the_list_of_done(
    people: dict[str, int], view: FollowUpsView
) -> None:
    click(view, "张卫国", Part.DONE)
    keys("周日来店", Qt.Key.Key_Return)
    press(view, "Done", Chip)
    assert listed(view) == {"Today 1": ["张卫国, VIP, 周日来店, 09:00"]}


def test_nobody_left_says_what_comes_next(
    store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    for _turn in range(5):
        keys(Qt.Key.Key_Return, "好", Qt.Key.Key_Return)
    assert names(view) == []
    said = one(view, EmptyState).accessibleName()
    assert said == "Nothing is due today Next: 陈思远 on Nov 26 (送样品)."


# --- several at once, the next step, dragging, festivals ------------------------------------------


def test_several_are_done_in_one_step(
    store: Store, strip: Strip, people: dict[str, int], view: FollowUpsView
) -> None:
    click(view, "张卫国")
    box = table(view).part_box(row_of(view, "张晓燕"), Part.BODY)
    held = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(
        table(view).viewport(), Qt.MouseButton.LeftButton, held, box.center().toPoint()
    )
    assert len(table(view).chosen_ids()) == 2
    view.ask_outcome()
    keys("both called")
    QTest.keyClick(focus(), Qt.Key.Key_Return, held)
    for name in ("张卫国", "张晓燕"):
        assert last_talk(store, people[name]) == ("both called", Channel.PHONE)
    assert strip == [("2 follow-ups done", True)]
    store.undo()
    assert last_talk(store, people["张卫国"]) is None


def said_next(view: FollowUpsView) -> str:
    """What the panel says comes next."""
    return view._panel.outcome._next.toolTip() or view._panel.outcome._next.text()


def test_a_case_is_done_and_solved_at_once(view: FollowUpsView, store: Store) -> None:
    id = add(store, "张三")
    complained(store, id, "2026-11-10", due=TODAY)
    calm = add(store, "李四")
    plan(store, calm, TODAY, "送样品")
    view.refresh()
    click(view, "张三")
    assert "Complaint" in [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
    assert "Next: Case, Nov 24" in said_next(view)
    press(view, "The case is solved", Chip)
    assert "Next: Case, Nov 28" in said_next(view)
    view.ask_outcome()
    keys("换了新的", Qt.Key.Key_Return)
    with store.read() as db:
        [case] = cases.of_customer(db, id)
    assert case.solution == "换了新的"
    assert chosen(view) == "李四"
    chips = [chip.text() for chip in view.findChildren(Chip) if chip.isVisible()]
    assert "The case is solved" not in chips


def test_a_next_step_is_planned_with_the_outcome(
    store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    click(view, "张卫国", Part.DONE)
    keys("will think about it")
    press(view, "Next step")
    keys("bring samples")
    press(view, "Done, plan the next")
    assert [(one.kind, one.due) for one in ahead(store, people["张卫国"])] == [
        ("custom", "2026-11-28"),
        ("callback", "2026-12-21"),
    ]
    store.undo()
    assert [one.kind for one in ahead(store, people["张卫国"])] == ["callback"]


def test_a_day_that_is_past_is_refused_for_the_next_step(
    store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    click(view, "张卫国", Part.DONE)
    keys("later")
    press(view, "Next step")
    keys("samples")
    then = view._panel.outcome.then
    then.day.edit.setText("2026-11-20")
    view.complete()
    assert then.day.error.text() == "Choose today or a later day."
    assert last_talk(store, people["张卫国"]) is None


def test_dropped_on_a_day_it_is_due_then(
    store: Store, strip: Strip, people: dict[str, int], view: FollowUpsView
) -> None:
    ids = [row.id for row in view._agenda.model.entries() if isinstance(row, Open)][:2]
    what = " ".join(map(str, ids)).encode()
    view._panel.month.dropped.emit(date(2026, 11, 27), what)
    assert {todo.due for todo in due_on(store, "2026-11-27") if todo.kind == "callback"} >= {
        "2026-11-27"
    }
    assert strip == [("2 follow-ups put off to Nov 27", True)]
    view._panel.month.dropped.emit(date(2026, 11, 20), what)
    assert strip[-1] == ("Choose a day after today.", False)


def test_the_greetings_of_a_festival_are_one_row(
    qtbot: QtBot, store: Store, clock: Clock, desk: Desk, view: FollowUpsView
) -> None:
    for n in range(4):
        add(store, f"客户{n}", grade=VIP)
    clock.turn_to("2027-02-05")
    desk.turn_day()
    view.show_day(date(2027, 2, 5))
    rows = [view._agenda.model.words(at) for at in range(view._agenda.model.rowCount())]
    assert "4 customers, Spring Festival, Feb 6, All day" in rows
    table(view).choose_row(rows.index("4 customers, Spring Festival, Feb 6, All day"))
    table(view).setFocus()
    with qtbot.waitSignal(view.list_requested) as asked:
        keys(Qt.Key.Key_Return)
    assert asked.args == ["spring_festival", 2027]


# --- later, skipped -------------------------------------------------------------------------------


def test_later_by_mouse(
    qtbot: QtBot, store: Store, strip: Strip, people: dict[str, int], view: FollowUpsView
) -> None:
    click(view, "张卫国", Part.LATER)
    offer(view, "Next working day")
    assert ahead(store, people["张卫国"])[0].due == "2026-11-23"
    assert chosen(view) == "张晓燕"
    assert strip == [("Put off to Nov 23: 张卫国", True)]


def test_later_by_keyboard(store: Store, people: dict[str, int], view: FollowUpsView) -> None:
    keys("s")
    menu = menu_of(view)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert ahead(store, people["张卫国"])[0].due == "2026-11-22"
    assert chosen(view) == "张晓燕"


def test_later_on_a_day_of_choice(
    qtbot: QtBot, store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    keys("s")
    offer(view, "Choose a day")
    month = next(m for m in view.findChildren(MonthCalendar) if m.window() is not view.window())
    grid = month.focusProxy()
    assert isinstance(grid, QWidget)
    QTest.keyClick(grid, Qt.Key.Key_PageDown)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert ahead(store, people["张卫国"])[0].due == "2026-12-22"


def test_a_day_that_has_passed_is_refused(
    qtbot: QtBot, strip: Strip, people: dict[str, int], view: FollowUpsView
) -> None:
    before = listed(view)
    keys("s")
    offer(view, "Choose a day")
    month = next(m for m in view.findChildren(MonthCalendar) if m.window() is not view.window())
    grid = month.focusProxy()
    assert isinstance(grid, QWidget)
    QTest.keyClick(grid, Qt.Key.Key_Up)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert strip == [("Choose a day after today.", False)]
    assert listed(view) == before


def test_skip_asks_for_the_reason(
    store: Store, strip: Strip, people: dict[str, int], view: FollowUpsView
) -> None:
    keys("k", "出差了", Qt.Key.Key_Return)
    assert strip == [("Follow-up skipped: 张卫国", True)]
    assert chosen(view) == "张晓燕"
    press(view, "Done", Chip)
    assert listed(view) == {"Today 1": ["张卫国, VIP, Skipped: 出差了, 09:00"]}


def test_skip_with_a_usual_reason(people: dict[str, int], view: FollowUpsView) -> None:
    keys("k")
    press(view, "Cannot be reached", Chip)
    assert "张卫国" not in names(view)


def test_skip_without_a_reason_says_so(people: dict[str, int], view: FollowUpsView) -> None:
    keys("k", Qt.Key.Key_Return)
    assert "Say why it is left out." in texts(view._panel)
    assert "张卫国" in names(view)


def test_escape_thinks_better_of_skipping(people: dict[str, int], view: FollowUpsView) -> None:
    keys("k", Qt.Key.Key_Escape)
    assert not view._panel.outcome.is_skipping()


# --- planning -------------------------------------------------------------------------------------


def test_plan_by_keyboard(
    store: Store, strip: Strip, people: dict[str, int], view: FollowUpsView
) -> None:
    view.schedule_for(None)
    keys("wangf", Qt.Key.Key_Return, "寄发票", Qt.Key.Key_Return)
    assert Todo("王芳", "custom", "2026-11-22", "2026-11-22") in ahead(store, people["王芳"])
    assert strip == [("Follow-up planned: 王芳, Tomorrow", True)]
    assert view._agenda.model.words(table(view).chosen_row()) == "王芳, VIP, 寄发票, Nov 22"


def test_plan_for_a_customer_with_day_and_time(
    store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    view.schedule_for(people["王芳"])
    form = one(view, PlanForm)
    form._day.edit.setText("2026/11/25")
    form._time.edit.setText("14点")
    keys("送茶", Qt.Key.Key_Return)
    assert view._agenda.model.words(table(view).chosen_row()) == "王芳, VIP, 送茶, 14:00"
    assert not form.isVisible()


@pytest.mark.parametrize(
    ("who", "day", "time", "what", "sentence"),
    [
        ("", "2026-11-25", "", "送茶", "Choose the customer from the list."),
        ("王芳", "2026-11-20", "", "送茶", "Choose today or a later day."),
        ("王芳", "", "", "送茶", "Choose today or a later day."),
        ("王芳", "25号", "", "送茶", "This is not a date. Write it like 2026-11-21."),
        ("王芳", "2026-11-25", "25:00", "送茶", "Write the time like 10:30."),
        ("王芳", "2026-11-25", "", "", "Say what is to be done."),
    ],
)
def test_what_is_missing_is_said_beside_the_field(
    store: Store,
    people: dict[str, int],
    view: FollowUpsView,
    who: str,
    day: str,
    time: str,
    what: str,
    sentence: str,
) -> None:
    view.schedule_for(None)
    form = one(view, PlanForm)
    form._who.edit.setText(who)
    form._day.edit.setText(day)
    form._time.edit.setText(time)
    form._what.edit.setText(what)
    press(form, "Plan it")
    assert sentence in texts(form)
    assert len(due_on(store, TODAY, days=7)) == 6


def test_escape_closes_the_card(people: dict[str, int], view: FollowUpsView) -> None:
    press(view, "Plan a follow-up")
    keys(Qt.Key.Key_Escape)
    assert not one(view, PlanForm).isVisible()
    assert table(view).hasFocus()


# --- the month, the words, the call ---------------------------------------------------------------


def test_a_day_of_the_month_shows_that_day(people: dict[str, int], view: FollowUpsView) -> None:
    grid = view._panel.month.focusProxy()
    assert isinstance(grid, QWidget)
    for _day in range(5):
        QTest.keyClick(grid, Qt.Key.Key_Right)
    assert listed(view) == {"Thu, Nov 26 1": ["陈思远, Regular, 送样品, All day"]}
    chip = next(c for c in view.findChildren(Chip) if c.text() == "Nov 26")
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(chip, left, pos=QPoint(chip.width() - 12, 12))
    assert names(view)[0] == "张卫国"
    assert view._panel.month.selected() == TODAY


def test_the_month_marks_the_days_that_have_something(
    people: dict[str, int], view: FollowUpsView
) -> None:
    grid = view._panel.month.focusProxy()
    assert isinstance(grid, QWidget)
    assert "2 follow-ups" in grid.accessibleName()


def test_a_far_follow_up_is_chosen_in_its_day(
    store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    view.choose(plan(store, people["王芳"], date(2027, 3, 8), "妇女节"))
    assert listed(view) == {"Mon, Mar 8 1": ["王芳, VIP, 妇女节, All day"]}


def test_the_words_are_copied_as_they_stand(
    strip: Strip, people: dict[str, int], view: FollowUpsView
) -> None:
    words = view._panel.words.words()
    press(view, "Another one")
    assert view._panel.words.words() != words
    press(view, "Copy words")
    assert QGuiApplication.clipboard().text() == view._panel.words.words()
    assert strip == [("Copied. Paste it into WeChat.", False)]


def test_words_that_were_copied_are_kept_when_it_is_done(
    store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    """What was only looked at was said to nobody."""
    done = {name: follow_up(store, people[name]) for name in ("张卫国", "张晓燕")}
    press(view, "Another one")
    press(view, "Copy words")
    copied = view._panel.words.words()
    press(view, "Another one")
    for name in done:
        click(view, name, Part.DONE)
        keys("发了", Qt.Key.Key_Return)
    with store.read() as db:
        said = {name: db.get_one(FollowUp, id).said for name, id in done.items()}
    assert copied
    assert said == {"张卫国": copied, "张晓燕": ""}


def test_the_number_is_large_beside_its_code(
    qtbot: QtBot, people: dict[str, int], view: FollowUpsView
) -> None:
    press(view, "Call by QR")
    popup = view.findChild(DialPopup)
    assert popup is not None
    assert popup.number() == "138 1234 5678"
    popup.close()


@pytest.mark.parametrize(
    ("phone", "address"),
    [
        ("+8613812345678", "tel:+8613812345678"),
        ("+8657188886666;ext=802", "tel:+8657188886666;ext=802"),
        ("8888 6666", "tel:88886666"),
    ],
)
def test_the_code_calls(phone: str, address: str) -> None:
    assert tel(phone) == address


def test_the_file_is_asked_for(qtbot: QtBot, people: dict[str, int], view: FollowUpsView) -> None:
    with qtbot.waitSignal(view.customer_requested) as heard:
        press(view, "Open the file")
    assert heard.args == [people["张卫国"]]


def test_a_new_number_is_there_at_once(
    store: Store, people: dict[str, int], view: FollowUpsView
) -> None:
    with store.write("Correct") as db:
        point = customers.contacts(db, people["张卫国"])[0]
        assert point.kind is ContactKind.PHONE
        customers.edit_contact(db, point.id or 0, "13700001111")
    assert "137 0000 1111" in texts(view._panel)
    assert row(store, people["张卫国"]).phone == "+8613700001111"


def test_two_languages_at_once(
    qapp: QApplication, people: dict[str, int], view: FollowUpsView
) -> None:
    click(view, "欧阳明月")
    language.speak(qapp, "zh")
    QApplication.processEvents()
    assert list(listed(view)) == ["逾期 2", "今天 2", "明天 1"]
    assert "11月24日 · 3 天后" in listed(view)["今天 2"][0]
    assert chosen(view) == "欧阳明月"
    shown = texts(view)
    assert "完成并安排下次" in shown
    assert "Words to say" not in shown
    language.speak(qapp, "en")
    QApplication.processEvents()
    assert "完成并安排下次" not in texts(view)


# --- who does not want to be contacted ------------------------------------------------------------


def test_for_whom_nobody_may_contact_there_are_no_words_and_no_call(
    store: Store, view: FollowUpsView
) -> None:
    """What was planned by hand stays in the list, and says so."""
    id = add(store, "陈思远", phone="13812345678", do_not_contact=True)
    choose = plan(store, id, TODAY, "送发票")
    view.choose(choose)
    assert names(view) == ["陈思远"]
    assert "Do not contact" in view._agenda.model.words(row_of(view, "陈思远"))
    assert not view._panel.words.isVisible()
    assert view._panel._silent.isVisible()
    assert view._panel._person._silent.isVisible()
    assert view._panel.outcome.isVisible()
    with store.write("Ask again") as db:
        customers.edit(db, id, "do_not_contact", False, TODAY)
    view.choose(choose)
    assert view._panel.words.isVisible()
    assert not view._panel._silent.isVisible()
    assert not view._panel._person._silent.isVisible()


def test_planning_for_them_by_hand_says_so_first(store: Store, view: FollowUpsView) -> None:
    silent = add(store, "陈思远", do_not_contact=True)
    other = add(store, "李国强")
    form = one(view, PlanForm)
    view.schedule_for(silent)
    assert form._who_silent.isVisible()
    view.schedule_for(other)
    assert not form._who_silent.isVisible()

"""The insights as one uses them: what each mark says, whom it lists, and the way back."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from custdesk import formats
from custdesk.care import follow_ups
from custdesk.insight import deriving
from custdesk.insight.periods import Span
from custdesk.opening import open_store
from custdesk.people import own_dates
from custdesk.sample import fill
from custdesk.settings import Preferences
from custdesk.store import search
from custdesk.store.models import VIP, Channel, FollowUpKind, Stage
from custdesk.store.search import Query
from custdesk.store.store import Store
from custdesk.ui import background, language, theme
from custdesk.ui.desk import Desk
from custdesk.ui.insights.mark import MarkButton, contrast, ink_on
from custdesk.ui.insights.sales_card import ticks
from custdesk.ui.insights.view import InsightsView
from custdesk.ui.main_window import MainWindow
from custdesk.ui.mask import STARS
from custdesk.ui.widgets.text import Label
from tests.helpers import Clock, add, ahead, bought, edit, labels, spoke, switch
from tests.ui.conftest import OpenWindow
from tests.ui.settling import is_settled
from tests.ui.test_main_window import press, wait_for_background

LEFT = Qt.MouseButton.LeftButton
REASONS = "Usually buys every 60 days, silent for 164; 会员卡 ended 12 days ago"


def tea_shop(store: Store) -> dict[str, int]:
    """Six customers: one who never bought, five who did; one of these is drifting away, and
    nothing is planned for that."""
    ids = {}
    for place, name in enumerate(("张三", "李四", "王五", "赵六", "钱七"), 1):
        ids[name] = add(store, name, added_on=date(2025, 1, 1), grade=VIP if place == 1 else None)
        for month in range(1, place + 1):
            bought(store, ids[name], date(2026, 2 * month, 10), 1000_00 * place)
    bought(store, ids["张三"], "2025-02-10", 700_00)
    ids["孙八"] = add(store, "孙八")
    with store.write("A card") as db:
        own_dates.add(db, ids["王五"], "会员卡", date(2026, 11, 9), yearly=False, today=store.today)
    switch(store, "win_back", False)
    return ids


@pytest.fixture
def people(store: Store) -> dict[str, int]:
    return tea_shop(store)


def begin(qtbot: QtBot, store: Store) -> InsightsView:
    view = InsightsView(Desk(store, Preferences()))
    qtbot.addWidget(view)
    view.resize(1290, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    settled(qtbot, view)
    return view


@pytest.fixture
def view(qtbot: QtBot, store: Store, people: dict[str, int]) -> Iterator[InsightsView]:
    view = begin(qtbot, store)
    desk = view._desk
    yield view
    qtbot.waitUntil(lambda: not background.running())  # the view itself is gone by now
    desk.leave()


def end(qtbot: QtBot, view: InsightsView) -> None:
    settled(qtbot, view)
    view._desk.leave()


def settled(qtbot: QtBot, view: InsightsView) -> None:
    """All that was to be read is read, and shown."""
    qtbot.waitUntil(lambda: not view.is_reading() and is_settled(), timeout=20_000)


def asked(view: InsightsView, mark: MarkButton) -> Query:
    """What a click on a mark asks the list for."""
    queries: list[Query] = []
    view.list_requested.connect(queries.append)
    QTest.mouseClick(mark, LEFT)
    view.list_requested.disconnect()
    assert len(queries) == 1
    return queries[0]


def who(view: InsightsView, query: Query) -> set[str]:
    with view._desk.read() as db:
        rows = {
            id: name
            for id, name in db.connection().exec_driver_sql("SELECT id, name FROM customer")
        }
        return {rows[id] for id in search.find(db, query)}


def words_of(widget: QWidget) -> list[str]:
    """Everything that is said in a part of the page."""
    said = [one.text() for one in widget.findChildren(QLabel)]
    said += [one.accessibleName() for one in widget.findChildren(QLabel)]
    said += [one.text() for one in widget.findChildren(QPushButton)]
    for mark in widget.findChildren(MarkButton):
        said += [mark.accessibleName(), mark.toolTip(), mark.accessibleDescription()]
    return said


def loss(view: InsightsView) -> str:
    """What is lost with the one who is drifting away, from the history itself."""
    today = view._desk.today
    with view._desk.read() as db:
        return formats.money(deriving.known(db, 3, today).risk.loss_cents(today.toordinal()), False)


def test_no_button_is_without_words_while_the_first_is_read(
    qtbot: QtBot, store: Store, people: dict[str, int]
) -> None:
    view = InsightsView(Desk(store, Preferences()))
    qtbot.addWidget(view)
    view.show()
    assert view.is_reading()
    buttons = [one for one in view.findChildren(QPushButton) if one.isVisible()]
    assert buttons and all(one.text() or one.accessibleName() for one in buttons)
    end(qtbot, view)


# --- what it says ---------------------------------------------------------------------------------


def test_the_figures(view: InsightsView) -> None:
    cards = view.figures
    assert [(one.label, one.value, one.below) for one in cards.cards] == [
        ("Sales", "¥55,000", "Year before: ¥700"),
        ("Came again", "80%", "4 of 5 buyers"),
        ("Followed up in time", "—", "0 of 0 done"),
        ("Average purchase", "¥3,667", "15 purchases"),
        ("Churn risk", "1 customer", f"Would cost {loss(view)}"),
    ]
    assert cards.again.accessibleName() == "Came again: 80% · 4 of 5 buyers"
    assert "two days or more, Nov 22, 2025 to Nov 21, 2026" in cards.again.toolTip()


def test_every_stage_is_a_bar_with_a_name(view: InsightsView) -> None:
    names = [bar.accessibleName() for bar in view.stages.bars.values()]
    assert names == [
        *("Prospect: 1 customer", "New customer: 0 customers", "Active: 4 customers"),
        *("Loyal: 0 customers", "Lapsed: 1 customer"),
    ]


def test_months_beside_those_of_the_year_before(view: InsightsView) -> None:
    columns = view.sales.chart.columns
    assert len(columns) == 12
    assert columns[2].accessibleName() == "February 2026: ¥15,000 · February 2025: ¥700"
    assert columns[-1].accessibleName() == "November 2026: ¥0 so far · November 2025: ¥0"


def test_a_warning_says_who_why_and_how_much(view: InsightsView) -> None:
    said = words_of(view.warnings)
    for words in ("王五", "Potential", REASONS, "¥9,000", loss(view)):
        assert words in said


def test_another_period(qtbot: QtBot, view: InsightsView) -> None:
    view.choose_period(Span.THREE_MONTHS)
    settled(qtbot, view)
    assert view.figures.sales.value == "¥5,000"
    assert len(view.sales.chart.columns) == 3
    view.choose_period(Span.LAST_YEAR)
    settled(qtbot, view)
    assert view.figures.sales.value == "¥700"
    assert view.period.text() == "Last year"


def test_it_is_read_anew_after_a_change(
    qtbot: QtBot, view: InsightsView, people: dict[str, int]
) -> None:
    bought(view._desk.store, people["孙八"], "2026-11-20", 500_00)
    settled(qtbot, view)
    assert view.figures.sales.value == "¥55,500"
    assert view.stages.bars[Stage.PROSPECT].accessibleName() == "Prospect: 0 customers"


def test_in_chinese_at_once(qtbot: QtBot, view: InsightsView, qapp: QApplication) -> None:
    language.speak(qapp, "zh")
    QApplication.processEvents()
    settled(qtbot, view)
    assert "潜在" in view.stages.bars[Stage.PROSPECT].accessibleName()
    assert view.sales.chart.columns[2].accessibleName().startswith("2026年2月")


def test_warnings_are_of_today_whatever_the_period(qtbot: QtBot, view: InsightsView) -> None:
    assert REASONS in words_of(view.warnings)
    view.choose_period(Span.LAST_YEAR)
    settled(qtbot, view)
    assert REASONS in words_of(view.warnings)


def test_a_contact_or_a_date_of_theirs_is_heard_of(
    qtbot: QtBot, view: InsightsView, people: dict[str, int]
) -> None:
    """Both have a part in the warnings."""
    store = view._desk.store
    spoke(store, people["张三"])
    assert view.is_reading()
    settled(qtbot, view)
    with store.write("Another card") as db:
        own_dates.add(
            db, people["张三"], "车险", date(2026, 11, 9), yearly=False, today=store.today
        )
    assert view.is_reading()


# --- whom it lists --------------------------------------------------------------------------------


def test_figures_list_whom_they_count(view: InsightsView) -> None:
    cards = view.figures
    buyers = {"张三", "李四", "王五", "赵六", "钱七"}
    assert who(view, asked(view, cards.sales)) == buyers
    assert who(view, asked(view, cards.again)) == buyers - {"张三"}
    assert who(view, asked(view, cards.risk)) == {"王五"}
    assert not cards.punctual.isEnabled()


def test_stages_list_whom_they_count(view: InsightsView) -> None:
    assert who(view, asked(view, view.stages.bars[Stage.PROSPECT])) == {"孙八"}
    assert who(view, asked(view, view.stages.bars[Stage.LAPSED])) == {"李四"}
    active = who(view, asked(view, view.stages.bars[Stage.ACTIVE]))
    assert active == {"张三", "王五", "赵六", "钱七"}
    assert not view.stages.bars[Stage.LOYAL].isEnabled()


def test_a_month_lists_who_bought_in_it(view: InsightsView) -> None:
    columns = view.sales.chart.columns
    assert who(view, asked(view, columns[8])) == {"赵六", "钱七"}  # August
    assert who(view, asked(view, columns[10])) == {"钱七"}


def test_cells_list_as_many_as_they_say(view: InsightsView) -> None:
    pressed = {
        place: len(who(view, asked(view, cell)))
        for place, cell in view.rfm.cells.items()
        if cell.isEnabled()
    }
    assert sum(pressed.values()) == 5
    for (r, m), n in pressed.items():
        name = view.rfm.cells[r, m].accessibleName()
        assert name.startswith(f"Recency {r} of 5, money {m} of 5: {n} customer")


def test_groups_are_listed(view: InsightsView) -> None:
    view.rfm.groups.menu().aboutToShow.emit()
    queries: list[Query] = []
    view.list_requested.connect(queries.append)
    actions = [one for one in view.rfm.groups.menu().actions() if one.isEnabled()]
    for one in actions:
        one.trigger()
    counts = [int(one.text().split("\t")[1]) for one in actions]
    assert [len(who(view, query)) for query in queries] == counts
    assert sum(counts) == 5


def test_enter_presses_a_mark(view: InsightsView) -> None:
    bar = view.stages.bars[Stage.LAPSED]
    bar.setFocus(Qt.FocusReason.TabFocusReason)
    queries: list[Query] = []
    view.list_requested.connect(queries.append)
    QTest.keyClick(bar, Qt.Key.Key_Return)
    QTest.keyClick(bar, Qt.Key.Key_Space)
    assert [query.stages for query in queries] == [{"lapsed"}, {"lapsed"}]


def test_what_was_at_the_end_of_a_month(qtbot: QtBot, view: InsightsView) -> None:
    QTest.mouseClick(view.stages.over_time, LEFT)
    settled(qtbot, view)
    said = {one.accessibleName(): one for one in view.stages.funnel.segments}
    march = said["Mar 31, 2026 · New customer: 4 customers"]
    assert who(view, asked(view, march)) == {"李四", "王五", "赵六", "钱七"}
    today = said["Nov 21, 2026 · Active: 4 customers"]
    assert who(view, asked(view, today)) == {"张三", "王五", "赵六", "钱七"}


def test_the_list_shows_what_was_clicked(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_main_window()
    tea_shop(window.desk.store)
    press(qtbot, window, "Ctrl+4")
    assert window.insights.isVisible()
    wait_for_background(qtbot)
    settled(qtbot, window.insights)
    QTest.mouseClick(window.insights.stages.bars[Stage.ACTIVE], LEFT)
    assert window.customers.isVisible()
    assert window.customers.listed() == 4
    _back_and_on(window, qtbot)


def _back_and_on(window: MainWindow, qtbot: QtBot) -> None:
    """Another mark takes the place of the first one, and does not narrow it further."""
    press(qtbot, window, "Ctrl+4")
    wait_for_background(qtbot)
    settled(qtbot, window.insights)
    QTest.mouseClick(window.insights.figures.risk, LEFT)
    assert window.customers.listed() == 1
    press(qtbot, window, "Ctrl+4")
    wait_for_background(qtbot)
    button = next(
        one for one in window.insights.warnings.findChildren(QPushButton) if one.text() == "王五"
    )
    QTest.mouseClick(button, LEFT)
    assert window.file.customer_id() == window.customers.chosen()
    wait_for_background(qtbot)


# --- winning back ---------------------------------------------------------------------------------


def arrange_buttons(view: InsightsView) -> list[QPushButton]:
    return [
        one
        for one in view.warnings.findChildren(QPushButton)
        if one.text() == "Arrange win-back" and one.isVisible()
    ]


def test_a_win_back_is_arranged_in_one_step(
    qtbot: QtBot, view: InsightsView, store: Store, people: dict[str, int]
) -> None:
    [arrange] = arrange_buttons(view)
    assert arrange.accessibleName() == "Arrange win-back: 王五"
    QTest.mouseClick(arrange, LEFT)
    assert labels(store)[0] == "Win-back arranged: 王五"
    [planned] = [todo for todo in ahead(store, people["王五"]) if todo.kind == "win_back"]
    assert planned.due == store.today.isoformat()
    with store.read() as db:
        due = follow_ups.of_customer(db, people["王五"], store.today)
    assert REASONS in [one.reason for one in due]
    settled(qtbot, view)
    assert arrange_buttons(view) == []
    assert "Arranged · Today" in words_of(view.warnings)
    store.undo()
    assert [todo for todo in ahead(store, people["王五"]) if todo.kind == "win_back"] == []


def test_who_does_not_want_it_is_not_called(
    qtbot: QtBot, view: InsightsView, store: Store, people: dict[str, int]
) -> None:
    edit(store, people["王五"], do_not_contact=True)
    settled(qtbot, view)
    assert arrange_buttons(view) == []
    assert "Do not contact" in words_of(view.warnings)


def test_more_warnings_than_are_shown(qtbot: QtBot, store: Store) -> None:
    switch(store, "win_back", False)
    for n in range(23):
        id = add(store, f"客户{n}")
        for ago in (65, 56, 47):
            bought(store, id, store.today - timedelta(days=ago), 100_00)
    view = begin(qtbot, store)
    assert len(arrange_buttons(view)) == 20
    assert view.warnings.all.text() == "3 more warnings"
    queries: list[Query] = []
    view.list_requested.connect(queries.append)
    view.warnings.all.click()
    assert len(who(view, queries[0])) == 23
    end(qtbot, view)


def test_the_keyboard_stays_where_it_was_when_the_page_is_read_anew(
    qtbot: QtBot, store: Store
) -> None:
    switch(store, "win_back", False)
    for n in range(4):
        id = add(store, f"客户{n}")
        for ago in (65, 56, 47):
            bought(store, id, store.today - timedelta(days=ago), (9 - n) * 100_00)
    view = begin(qtbot, store)
    arrange_buttons(view)[1].setFocus()
    for _ in range(2):  # the second time there is nothing more to do there
        QTest.keyClick(arrange_buttons(view)[1], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(arrange_buttons(view)) == 3)
    settled(qtbot, view)
    assert [label for label in labels(store) if label.startswith("Win-back")] == [
        "Win-back arranged: 客户1"
    ]
    assert view.focusWidget() is arrange_buttons(view)[1]
    assert arrange_buttons(view)[1].accessibleName() == "Arrange win-back: 客户2"
    view.sales.chart.columns[3].setFocus()
    bought(store, id, store.today, 50_00)
    settled(qtbot, view)
    qtbot.waitUntil(lambda: view.sales.chart.columns[3].hasFocus())
    end(qtbot, view)


def test_a_file_that_can_only_be_looked_at_offers_no_change(
    qtbot: QtBot, store: Store, people: dict[str, int], clock: Clock
) -> None:
    with closing(open_store(store.path, clock, only_look="This is a backup.")) as backup:
        view = begin(qtbot, backup)
        assert view.figures.risk.value == "1 customer"
        assert arrange_buttons(view) == []
        end(qtbot, view)


# --- few, many, none ------------------------------------------------------------------------------


def test_an_empty_file_says_what_will_stand_here(qtbot: QtBot, store: Store) -> None:
    view = begin(qtbot, store)
    assert view._empty.isVisible()
    assert not view.report.isVisible()
    end(qtbot, view)


def test_three_customers_are_too_few_to_compare(qtbot: QtBot, store: Store) -> None:
    for at in range(3):
        bought(store, add(store, f"客户{at}"), store.today - timedelta(days=at), 100_00)
    view = begin(qtbot, store)
    said = [one for one in words_of(view.rfm) if one.startswith("Too few")]
    assert said == ["Too few to compare: 3 customers have bought, 5 are needed."]
    assert not view.rfm.cells[5, 5].isVisible()
    assert "There is no churn warning: nobody seems to be drifting away." in words_of(view.warnings)
    end(qtbot, view)


def test_the_effect_of_care(qtbot: QtBot, store: Store, people: dict[str, int]) -> None:
    with store.write("Called") as db:
        for id in people.values():
            called = next(
                due for due in follow_ups.of_customer(db, id, store.today)
                if due.kind is FollowUpKind.CALLBACK
            )  # fmt: skip
            follow_ups.complete(db, called.id or 0, "聊过", Channel.PHONE, store.clock())
    view = begin(qtbot, store)
    [row] = view.effect.rows
    assert row.accessibleName() == ("Callback: done 6 times, — bought within 30 days, — without")
    assert "— : fewer than 20 people, too few to say" in words_of(view.effect)
    assert who(view, asked(view, row)) == set(people)
    end(qtbot, view)


def test_a_whole_shop_adds_up(qtbot: QtBot, store: Store) -> None:
    fill(store, 60, 3)
    view = begin(qtbot, store)
    assert view._figures is not None
    assert sum(view._figures.stages.values()) == 60
    listed = [
        len(who(view, asked(view, bar))) for bar in view.stages.bars.values() if bar.isEnabled()
    ]
    assert sum(listed) == 60
    end(qtbot, view)


# --- mask, looks, paper ---------------------------------------------------------------------------


def test_the_mask_hides_amounts_and_reasons(view: InsightsView) -> None:
    view._desk.mask.put(True)
    said = "\n".join(words_of(view))
    assert "¥" not in said
    assert "会员卡" not in said
    assert STARS in said
    assert "王五" in said
    view._desk.mask.put(False)
    assert "¥55,000" in view.figures.sales.value


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_counts_can_be_read_on_every_shade(view: InsightsView, scheme: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, scheme)
    for cell in view.rfm.cells.values():
        ground = cell.grab().toImage().pixelColor(cell.width() // 4, 6)
        assert contrast(QColor(ink_on(ground)), ground) >= 4.5


def test_every_mark_has_a_name(view: InsightsView) -> None:
    marks = view.findChildren(MarkButton)
    assert len(marks) > 40
    assert [mark for mark in marks if not mark.accessibleName()] == []


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, []),
        (-500, []),
        (1, [100]),
        (520_310_00, [200_000_00, 400_000_00, 600_000_00]),
        (300_00, [100_00, 200_00, 300_00]),
        (90_00, [50_00, 100_00]),
    ],
)
def test_an_axis_has_round_amounts(most: int, expected: list[int]) -> None:
    assert ticks(most) == expected


def test_it_says_that_it_reads(view: InsightsView) -> None:
    view.refresh()
    about = [one.text() for one in view.findChildren(Label) if "Reading" in one.text()]
    assert about == ["6 customers · as of today · Reading …"]

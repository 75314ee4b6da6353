"""The mask at the counter: what it hides everywhere, and that nothing is lost behind it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, QBuffer, QPoint, Qt
from PySide6.QtGui import QAccessible, QAction, QGuiApplication, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from custdesk import settings
from custdesk.care import follow_ups
from custdesk.people import history
from custdesk.people.history import Item
from custdesk.settings import Preferences
from custdesk.store.models import VIP, Channel, RelationKind
from custdesk.store.store import Store
from custdesk.ui.desk import Desk
from custdesk.ui.follow_ups.agenda import Shown
from custdesk.ui.follow_ups.dial import DialPopup
from custdesk.ui.main_window import MainWindow
from custdesk.ui.mask import STARS
from custdesk.ui.notices.notifier import Notifier
from custdesk.ui.widgets.highlight import Show
from tests import helpers
from tests.helpers import Clock
from tests.ui.conftest import OpenWindow
from tests.ui.test_main_window import button, editor, press, wait_for_background, write

PHONE, SECOND_PHONE = "138 1234 5678", "139 8765 4321"
PRIVATE = {
    "phone": PHONE,
    "second phone": SECOND_PHONE,
    "WeChat": "lihua_zh",
    "e-mail": "lihua@example.com",
    "address": "文三路88号",
    "likes": "爱喝龙井",
    "taboos": "不喝咖啡",
    "notes": "欠款未清",
    "what was bought": "白瓷盖碗",
    "note on a purchase": "送给婆婆",
    "amount": "2,680",
    "spend of 12 months": "3,017",
    "what came of a call": "周末来店",
    "what is to be done": "报价回电",
    "why it was skipped": "住院去了",
    "note on a relation": "妯娌不和",
    "phone in a file": "13700001111",
    "note in a file": "喜欢打折",
    "phone that is refused": "99887766",
}
OPEN = ("张丽华", "王建国", "VIP", "杭州", "设计院", "林文静")


@pytest.fixture
def window(open_main_window: OpenWindow, qtbot: QtBot) -> Iterator[MainWindow]:
    window = open_main_window()
    yield window
    wait_for_background(qtbot)


def somebody(store: Store) -> int:
    """A customer who has everything that is private."""
    id = helpers.add(
        store,
        "张丽华",
        phone=["13812345678", "13987654321"],
        wechat="lihua_zh",
        email="lihua@example.com",
        grade=VIP,
        city="杭州",
        company="设计院",
        address="文三路88号",
        likes="爱喝龙井",
        taboos="不喝咖啡",
        notes="欠款未清，慢慢说",
    )
    other = helpers.add(store, "王建国", phone="13900001111")
    today = store.today
    with store.write("Everything") as db:
        history.record_purchase(db, id, today, [Item("白瓷盖碗", 1, 268_000)], channel="门店")
        history.record_purchase(db, id, today, [], note="送给婆婆", amount_cents=33_700)
        history.log_interaction(db, id, Channel.PHONE, "周末来店看茶具", store.clock())
        history.relate(db, id, other, RelationKind.COLLEAGUE, "妯娌不和")
        follow_ups.schedule(db, id, today, "报价回电", "10:30")
        skipped = follow_ups.schedule(db, id, today, "不再需要").id or 0
        follow_ups.skip(db, skipped, "住院去了", store.clock())
    return id


# --- everything that is said ----------------------------------------------------------------------

_ROLES = (*range(15), *(int(role) for role in Show))


def said(widget: QWidget) -> Iterator[str]:
    """Whatever a widget says: seen, on pointing, or read aloud."""
    yield from (widget.windowTitle(), widget.toolTip(), widget.statusTip(), widget.whatsThis())
    yield from (widget.accessibleName(), widget.accessibleDescription())
    if isinstance(widget, QLineEdit):
        yield from (widget.text(), widget.displayText(), widget.placeholderText())
    elif isinstance(widget, QPlainTextEdit):
        yield from (widget.toPlainText(), widget.placeholderText())
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(at) for at in range(widget.count()))
    elif isinstance(widget, QLabel):
        yield widget.text()
    elif isinstance(widget, QAbstractItemView):
        yield from cells(widget)
    else:
        yield str(widget.property("text") or "")
    spoken = QAccessible.queryAccessibleInterface(widget)
    if spoken is not None:
        kinds = QAccessible.Text
        for kind in (kinds.Name, kinds.Value, kinds.Description, kinds.Help):
            yield spoken.text(kind)


def cells(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    for row in range(model.rowCount()):
        for column in range(columns):
            index = model.index(row, column)
            yield from (str(model.data(index, role) or "") for role in _ROLES)
    for column in range(columns):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")


def painted(window: QWidget) -> str:
    """The words that the window paints, whoever paints them."""
    buffer = QBuffer()
    picture = QSvgGenerator()
    picture.setOutputDevice(buffer)
    picture.setSize(window.size())
    painter = QPainter(picture)
    window.render(painter, QPoint())
    painter.end()
    return bytes(buffer.data().data()).decode()


def everything(window: MainWindow) -> str:
    """All that is said anywhere in the window as it stands, in what is hidden behind it too."""
    QApplication.processEvents()
    widgets = [window, *window.findChildren(QWidget)]
    words = [text for widget in widgets for text in said(widget)]
    words += [f"{action.text()} {action.toolTip()}" for action in window.findChildren(QAction)]
    return "\n".join([*words, painted(window)])


PAGES = ("overview", "details", "purchases", "interactions", "relations", "changes")


def through_the_house(window: MainWindow, id: int, qtbot: QtBot, file: Path) -> str:
    """All that is said on a walk through every view, with somebody's file open."""
    heard = []
    window.open_customer(id)
    for page in PAGES:
        window.file.open_page(page)
        heard.append(everything(window))
    window.show_follow_ups()
    for shown in (Shown.TODAY, Shown.WEEK, Shown.DONE):
        window.follow_ups.show_list(shown)
        heard.append(everything(window))
    window.show_care()
    for row in range(window.care.plans.table.model().rowCount()):
        window.care.plans.table.selectRow(row)
        wait_for_background(qtbot)
        heard.append(everything(window))
    for page in ("ledger", "effect"):
        window.care.tabs.choose(page)
        wait_for_background(qtbot)
        heard.append(everything(window))
    for view in ("view_insights", "open_trash", "settings", "safety"):
        window.actions_by_name[view].trigger()
        wait_for_background(qtbot)
        heard.append(everything(window))
    window.actions_by_name["changes"].trigger()
    for row in range(len(window.desk.store.steps())):
        window.changes.table.selectRow(row)
        wait_for_background(qtbot)
        heard.append(everything(window))
    window.open_import(file)
    wait_for_background(qtbot)
    heard.append(everything(window))
    window._preview([id])
    qtbot.waitUntil(window.preview.pages.is_drawn, timeout=30_000)
    heard += [everything(window), pdftotext(shown_pdf(window))]
    window.show_customers()
    return "\n".join(heard)


def shown_pdf(window: MainWindow) -> bytes:
    assert window.preview._printed is not None
    return window.preview._printed.pdf


def pdftotext(pdf: bytes) -> str:
    asked = ["pdftotext", "-raw", "-", "-"]
    return subprocess.run(asked, input=pdf, capture_output=True, check=True).stdout.decode()


def seen_of(heard: str) -> set[str]:
    return {name for name, words in PRIVATE.items() if words in heard}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    rows = "姓名,电话,备注\n林文静,13700001111,喜欢打折\n赵敏,99887766,\n"
    path.write_text(rows, encoding="utf-8")
    return path


def test_nothing_private_is_seen_anywhere_while_masked(
    window: MainWindow, qtbot: QtBot, file: Path
) -> None:
    id = somebody(window.desk.store)
    gone = helpers.add(window.desk.store, "赵四", phone="13700001111", notes="喜欢打折")
    helpers.trash(window.desk.store, gone)
    before = helpers.contents(window.desk.store)
    assert seen_of(through_the_house(window, id, qtbot, file)) == set(PRIVATE)
    press(qtbot, window, "F9")
    heard = everything(window) + through_the_house(window, id, qtbot, file)
    assert seen_of(heard) == set()
    assert "13812345678" not in heard
    assert [name for name in OPEN if name not in heard] == []
    press(qtbot, window, "F9")
    heard = through_the_house(window, id, qtbot, file)
    assert seen_of(heard) == set(PRIVATE)
    assert STARS not in heard
    assert helpers.contents(window.desk.store) == before


def test_a_view_that_is_made_while_masked_is_masked_from_the_first(
    window: MainWindow, qtbot: QtBot, file: Path
) -> None:
    id = somebody(window.desk.store)
    press(qtbot, window, "F9")
    heard = through_the_house(window, id, qtbot, file)
    assert seen_of(heard) == set()
    assert [name for name in OPEN if name not in heard] == []


def test_each_view_is_masked_where_it_stands(window: MainWindow, qtbot: QtBot, file: Path) -> None:
    """The key comes while a view is open: it is masked there and then, and shown there again."""
    id = somebody(window.desk.store)
    window.open_customer(id)
    for page in PAGES:
        window.file.open_page(page)
        _there_and_back(window)
    window.show_follow_ups()
    for shown in (Shown.TODAY, Shown.DONE):
        window.follow_ups.show_list(shown)
        _there_and_back(window)
    window.open_import(file)
    wait_for_background(qtbot)
    _there_and_back(window)


def _there_and_back(window: MainWindow) -> None:
    before = seen_of(everything(window))
    window.actions_by_name["mask"].trigger()
    assert before
    assert seen_of(everything(window)) == set()
    window.actions_by_name["mask"].trigger()
    assert seen_of(everything(window)) >= before


# --- the key and the sign -------------------------------------------------------------------------


def bars(window: MainWindow) -> list[str]:
    """The labels above the views that speak of the key."""
    labels = window.findChildren(QLabel)
    return [one.text() for one in labels if one.isVisible() and "F9" in one.text()]


def test_a_sign_says_by_which_key_it_ends(window: MainWindow, qtbot: QtBot) -> None:
    helpers.add(window.desk.store, "张丽华")
    window.show_customers()
    assert bars(window) == []
    press(qtbot, window, "F9")
    assert len(bars(window)) == 1
    assert window.actions_by_name["mask"].isChecked()
    QTest.mouseClick(button(window, "Show them"), Qt.MouseButton.LeftButton)
    assert bars(window) == []
    assert not window.actions_by_name["mask"].isChecked()


def test_this_pc_remembers_that_it_is_masked(
    open_main_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "preferences.toml"
    window = open_main_window(preferences=settings.load(path))
    id = somebody(window.desk.store)
    press(qtbot, window, "F9")
    window = open_main_window(preferences=settings.load(path))
    window.open_customer(id)
    assert len(bars(window)) == 1
    assert seen_of(everything(window)) == set()


def test_the_key_works_over_the_sheet_of_shortcuts(window: MainWindow, qtbot: QtBot) -> None:
    window.open_customer(somebody(window.desk.store))
    window.actions_by_name["shortcuts"].trigger()
    press(qtbot, window, "F9")
    assert PHONE not in everything(window)


def test_a_telephone_code_closes_when_the_key_is_pressed(window: MainWindow, qtbot: QtBot) -> None:
    somebody(window.desk.store)
    window.show_follow_ups()
    QTest.mouseClick(button(window, "Call by QR"), Qt.MouseButton.LeftButton)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, DialPopup)
    QTest.keyClick(popup, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert window.desk.mask.is_on


def test_the_strip_no_longer_quotes(window: MainWindow, qtbot: QtBot) -> None:
    window.open_customer(somebody(window.desk.store))
    window.desk.warned.emit(f"Not saved: {PHONE}")
    press(qtbot, window, "F9")
    assert window._strip.sentence() == ""


# --- what was typed -------------------------------------------------------------------------------


def notes_of(window: MainWindow) -> QPlainTextEdit:
    found = window.file._details.findChildren(QPlainTextEdit)
    assert len(found) == 1
    return found[0]


def test_what_is_being_typed_is_saved_when_the_mask_comes(window: MainWindow, qtbot: QtBot) -> None:
    id = somebody(window.desk.store)
    window.open_customer(id)
    window.file.open_page("details")
    notes = notes_of(window)
    notes.setFocus()
    notes.setPlainText("欠款未清，十月再问")
    press(qtbot, window, "F9")
    assert notes.toPlainText() == STARS
    press(qtbot, window, "Tab")
    press(qtbot, window, "F9")
    assert notes.toPlainText() == "欠款未清，十月再问"
    assert helpers.customer(window.desk.store, id).notes == "欠款未清，十月再问"


def test_a_phone_that_is_refused_waits_behind_the_mask(window: MainWindow, qtbot: QtBot) -> None:
    id = somebody(window.desk.store)
    window.open_customer(id)
    window.file.open_page("details")
    phone = editor(qtbot, window, PHONE)
    phone.setFocus()
    phone.selectAll()
    QTest.keyClicks(phone, "1381234")
    press(qtbot, window, "F9")
    assert phone.text() == STARS
    press(qtbot, window, "Esc")  # goes back to the list: what nobody sees is not thrown away
    press(qtbot, window, "F9")
    assert phone.text() == "1381234"
    assert helpers.contacts(window.desk.store, id) == ["+8613812345678", "+8613987654321"]
    assert any("not a complete" in one.text() for one in window.file.findChildren(QLabel))


def test_leaving_a_refused_phone_does_not_say_it_aloud(window: MainWindow, qtbot: QtBot) -> None:
    store = window.desk.store
    id, other = somebody(store), helpers.add(store, "陈思远")
    window.open_customer(id)
    window.file.open_page("details")
    phone = editor(qtbot, window, PHONE)
    phone.setFocus()
    phone.selectAll()
    QTest.keyClicks(phone, "1381234")
    press(qtbot, window, "F9")
    window.open_customer(other)
    assert STARS in window._strip.sentence()
    assert "1381234" not in window._strip.sentence()


def test_what_is_masked_cannot_be_typed_over(window: MainWindow, qtbot: QtBot) -> None:
    id = somebody(window.desk.store)
    before = helpers.contents(window.desk.store)
    window.open_customer(id)
    window.file.open_page("details")
    press(qtbot, window, "F9")
    for edit in window.file._details.findChildren(QLineEdit):
        if edit.text() == STARS:
            edit.setFocus()
            QTest.keyClicks(edit, "7")
            press(qtbot, window, "Return")
    notes_of(window).setFocus()
    QTest.keyClicks(notes_of(window), "7")
    press(qtbot, window, "Ctrl+Return")
    press(qtbot, window, "Tab")
    assert helpers.contents(window.desk.store) == before


def test_an_empty_field_can_be_filled_and_is_hidden_once_saved(
    window: MainWindow, qtbot: QtBot
) -> None:
    id = helpers.add(window.desk.store, "张丽华")
    window.open_customer(id)
    window.file.open_page("details")
    press(qtbot, window, "F9")
    likes = editor(qtbot, window, name="Likes")
    likes.setFocus()
    QTest.keyClicks(likes, "tea")
    assert likes.text() == "tea"
    press(qtbot, window, "Return")
    assert likes.text() == STARS
    assert helpers.customer(window.desk.store, id).likes == "tea"


def test_a_phone_can_be_added_while_masked(window: MainWindow, qtbot: QtBot) -> None:
    id = helpers.add(window.desk.store, "张丽华")
    window.open_customer(id)
    window.file.open_page("details")
    press(qtbot, window, "F9")
    phone = editor(qtbot, window, name="Phone")
    phone.setFocus()
    QTest.keyClicks(phone, "13812345678")
    press(qtbot, window, "Return")
    assert helpers.contacts(window.desk.store, id) == ["+8613812345678"]
    assert PHONE not in everything(window)


# --- what was begun -------------------------------------------------------------------------------


def test_a_contact_that_was_begun_waits_and_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    window.open_customer(somebody(window.desk.store))
    press(qtbot, window, "Ctrl+L")
    write(qtbot, "欠了三千")
    press(qtbot, window, "F9")
    assert "欠了三千" not in painted(window)
    press(qtbot, window, "F9")
    assert editor(qtbot, window, "欠了三千")


def test_a_contact_that_was_begun_waits_though_one_looks_at_others(
    window: MainWindow, qtbot: QtBot
) -> None:
    store = window.desk.store
    id, other = somebody(store), helpers.add(store, "陈思远")
    window.open_customer(id)
    press(qtbot, window, "Ctrl+L")
    write(qtbot, "欠了三千")
    press(qtbot, window, "F9")
    window.open_customer(other)
    window.open_customer(id)
    assert "欠了三千" not in painted(window)
    press(qtbot, window, "F9")
    assert editor(qtbot, window, "欠了三千")


def test_a_contact_can_be_logged_while_masked(window: MainWindow, qtbot: QtBot) -> None:
    id = somebody(window.desk.store)
    window.open_customer(id)
    press(qtbot, window, "F9")
    press(qtbot, window, "Ctrl+L")
    write(qtbot, "又来电话")
    assert editor(qtbot, window, "又来电话")
    press(qtbot, window, "Return")
    with window.desk.read() as db:
        assert history.interactions(db, id)[0].outcome == "又来电话"
    assert "又来电话" not in everything(window)


def test_a_sale_that_was_begun_waits_with_its_day(window: MainWindow, qtbot: QtBot) -> None:
    window.open_customer(somebody(window.desk.store))
    press(qtbot, window, "Ctrl+B")
    write(qtbot, "tea")
    amount = editor(qtbot, window, name="Amount")
    QTest.keyClicks(amount, "4567")
    day = editor(qtbot, window, "2026-11-21", name="Day")
    day.setText("2026-11-19")
    press(qtbot, window, "F9")
    assert "4567" not in painted(window)
    press(qtbot, window, "F9")
    assert editor(qtbot, window, name="Amount").text() == "4567"
    assert editor(qtbot, window, name="Day").text() == "2026-11-19"


def test_a_new_customer_that_was_begun_waits_and_comes_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_customer(somebody(window.desk.store))
    press(qtbot, window, "Ctrl+N")
    write(qtbot, "陈思远")
    press(qtbot, window, "Tab")
    write(qtbot, "13700002222")
    press(qtbot, window, "F9")
    assert "13700002222" not in painted(window)
    press(qtbot, window, "F9")
    assert editor(qtbot, window, "13700002222")


def test_a_new_customer_begun_under_the_mask_stays_when_it_goes(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.open_customer(somebody(window.desk.store))
    press(qtbot, window, "F9")
    press(qtbot, window, "Ctrl+N")
    write(qtbot, "陈思远")
    press(qtbot, window, "F9")
    assert editor(qtbot, window, "陈思远").hasFocus()


def test_leaving_a_begun_customer_does_not_say_the_phone(window: MainWindow, qtbot: QtBot) -> None:
    window.open_customer(somebody(window.desk.store))
    press(qtbot, window, "Ctrl+N")
    press(qtbot, window, "Tab")
    write(qtbot, "13700002222")
    press(qtbot, window, "F9")
    window.close()
    assert STARS in window._strip.sentence()
    assert "13700002222" not in window._strip.sentence()


def outcome_line(window: MainWindow) -> QLineEdit:
    found = [
        edit
        for edit in window.follow_ups.findChildren(QLineEdit)
        if edit.accessibleName() == "To note when it is done"
    ]
    assert len(found) == 1
    return found[0]


def test_an_outcome_typed_before_and_under_the_mask_is_one(
    window: MainWindow, qtbot: QtBot
) -> None:
    somebody(window.desk.store)
    window.show_follow_ups()
    line = outcome_line(window)
    line.setFocus()
    write(qtbot, "欠了三千")
    press(qtbot, window, "F9")
    assert line.text() == ""
    write(qtbot, "明天再说")
    assert line.text() == "明天再说"
    press(qtbot, window, "F9")
    assert line.text() == "欠了三千 明天再说"


def test_a_reason_to_skip_waits(window: MainWindow, qtbot: QtBot) -> None:
    somebody(window.desk.store)
    window.show_follow_ups()
    window.follow_ups.setFocus()
    press(qtbot, window, "K")
    write(qtbot, "住院了")
    press(qtbot, window, "F9")
    assert "住院了" not in painted(window)
    press(qtbot, window, "F9")
    assert "住院了" in painted(window)


@pytest.mark.parametrize("opened_again", [False, True])
def test_a_plan_that_was_begun_waits(window: MainWindow, qtbot: QtBot, opened_again: bool) -> None:
    somebody(window.desk.store)
    window.show_follow_ups()
    QTest.mouseClick(button(window.follow_ups, "Plan a follow-up"), Qt.MouseButton.LeftButton)
    write(qtbot, "zlh")
    press(qtbot, window, "Return")
    write(qtbot, "要回三千")
    press(qtbot, window, "F9")
    assert "要回三千" not in painted(window)
    if opened_again:
        plan = button(window.follow_ups, "Plan a follow-up")
        QTest.mouseClick(plan, Qt.MouseButton.LeftButton)
    else:
        press(qtbot, window, "F9")
    assert "要回三千" in painted(window)


# --- searching ------------------------------------------------------------------------------------


def test_a_phone_still_finds_while_masked(window: MainWindow, qtbot: QtBot) -> None:
    wanted = somebody(window.desk.store)
    press(qtbot, window, "F9")
    press(qtbot, window, "Ctrl+F")
    write(qtbot, "5678")
    qtbot.waitUntil(lambda: window.customers.listed() == 1)
    press(qtbot, window, "Return")
    assert window.file.customer_id() == wanted


def test_what_was_searched_for_does_not_stand_there(window: MainWindow, qtbot: QtBot) -> None:
    id = somebody(window.desk.store)
    press(qtbot, window, "Ctrl+F")
    write(qtbot, "13812345678")
    qtbot.waitUntil(lambda: window.customers.listed() == 1)
    press(qtbot, window, "F9")
    assert "13812345678" not in everything(window)
    assert window.customers.chosen() == id


def test_picking_somebody_for_a_plan_shows_no_phone(window: MainWindow, qtbot: QtBot) -> None:
    somebody(window.desk.store)
    window.show_follow_ups()
    press(qtbot, window, "F9")
    QTest.mouseClick(button(window.follow_ups, "Plan a follow-up"), Qt.MouseButton.LeftButton)
    write(qtbot, "zlh")
    offered = [
        words
        for view in window.follow_ups.findChildren(QAbstractItemView)
        for words in cells(view)
        if "设计院" in words
    ]
    assert offered
    assert not any(PHONE in words for words in offered)


# --- copying, calling, printing, telling ----------------------------------------------------------


def test_words_to_say_are_not_copied_while_masked(window: MainWindow, qtbot: QtBot) -> None:
    somebody(window.desk.store)
    window.show_follow_ups()
    QGuiApplication.clipboard().setText("before")
    press(qtbot, window, "F9")
    for name in ("Copy words", "Another one", "Call by QR"):
        QTest.mouseClick(button(window, name), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "before"
    assert QApplication.activePopupWidget() is None


def test_words_that_were_changed_are_there_again(window: MainWindow, qtbot: QtBot) -> None:
    somebody(window.desk.store)
    window.show_follow_ups()
    edit = window.follow_ups._panel.words._edit
    edit.setFocus()
    edit.setPlainText("张姐，报价好了")
    press(qtbot, window, "F9")
    assert edit.toPlainText() == STARS
    press(qtbot, window, "F9")
    assert edit.toPlainText() == "张姐，报价好了"


def test_a_preview_is_drawn_anew_and_saved_without(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    id = somebody(window.desk.store)
    window._preview([id])
    qtbot.waitUntil(window.preview.pages.is_drawn, timeout=30_000)
    press(qtbot, window, "F9")
    assert window.preview.pages.count() == 0
    qtbot.waitUntil(window.preview.pages.is_drawn, timeout=30_000)
    path = tmp_path / "profile.pdf"
    window.preview.ask_where_to_save = lambda name: path  # type: ignore[method-assign]
    window.preview.save()
    wait_for_background(qtbot)
    printed = pdftotext(path.read_bytes())
    assert "张丽华" in printed
    assert seen_of(printed) == set()


def test_a_notice_of_the_tray_names_the_customer_only(
    store: Store, clock: Clock, qtbot: QtBot
) -> None:
    somebody(store)
    desk = Desk(store, Preferences(masked=True))
    clock.move(minutes=90)
    notifier = Notifier(desk)
    assert [(one.title, one.words) for one in notifier.news()] == [("10:30 · 张丽华", STARS)]
    desk.mask.put(False)
    desk.preferences.told = []
    assert [one.words for one in Notifier(desk).news()] == ["报价回电"]
    desk.leave()

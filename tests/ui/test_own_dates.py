"""A customer's own dates in the details: added, moved, refused, removed, taken back."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from custdesk.people import own_dates
from custdesk.store.store import Store
from custdesk.ui.customer_file.dates import DatesCard, _Line
from custdesk.ui.main_window import MainWindow
from tests.helpers import add, customer, labels
from tests.ui.conftest import OpenWindow


def dates(window: MainWindow, id: int) -> list[tuple[str, str, bool]]:
    with window.desk.read() as db:
        return [
            (one.name, one.day.isoformat(), one.yearly) for one in own_dates.of_customer(db, id)
        ]


def opened(open_main_window: OpenWindow, *dates_of: tuple[str, str, bool]) -> MainWindow:
    """The details of 张丽华, who has these dates; 李国强 is there too."""
    window = open_main_window()
    store: Store = window.desk.store
    id = add(store, "张丽华")
    add(store, "李国强")
    with store.write("Dates") as db:
        for name, day, yearly in dates_of:
            own_dates.add(db, id, name, date.fromisoformat(day), store.today, yearly=yearly)
    window.open_customer(id)
    window.file.open_page("details")
    return window


def card(window: MainWindow) -> DatesCard:
    found = window.file.findChild(DatesCard)
    assert isinstance(found, DatesCard)
    return found


def line(window: MainWindow, at: int) -> _Line:
    return [*card(window)._lines.values()][at]


def type_into(field: object, words: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    edit = field.edit  # type: ignore[attr-defined]
    edit.setFocus()
    edit.selectAll()
    if words.isascii() and words:
        QTest.keyClicks(edit, words)
    else:
        edit.setText(words)  # QTest types Latin letters only
    QTest.keyClick(edit, end)


def test_a_membership_is_added_by_keyboard(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(open_main_window)
    new = card(window)._new
    type_into(new.name, "Membership")
    assert new.comes.text() == "ends"
    assert new.day.has_focus()
    type_into(new.day, "2026/12/3")
    assert dates(window, 1) == [("Membership", "2026-12-03", False)]
    assert line(window, 0).next.text_whole() == "in 12 days"
    assert (new.name.text(), new.day.text(), new.name.has_focus()) == ("", "", True)
    window.desk.undo()
    assert dates(window, 1) == []
    assert card(window)._lines == {}


def test_a_year_that_nobody_means_is_refused_beside_the_day(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = opened(open_main_window, ("会员卡", "2026-11-20", False))
    new = card(window)._new
    type_into(new.name, "Membership")
    for field, typed in ((new.day, "0001-01-01"), (line(window, 0).day, "9999-12-31")):
        type_into(field, typed)
        assert field.error.text() == "Choose a day from 1900-01-01 to 2199-12-31."
        assert field.edit.text() == typed
    assert dates(window, 1) == [("会员卡", "2026-11-20", False)]


def test_a_date_is_moved_renamed_and_repeated_in_place(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = opened(open_main_window, ("会员卡", "2026-11-20", False))
    assert line(window, 0).next.text_whole() == "Over: Yesterday"
    type_into(line(window, 0).day, "2027-11-20")
    assert line(window, 0).next.text_whole() == "in 11 months"
    assert labels(window.desk.store)[0] == "Edit 张丽华: 会员卡"
    type_into(line(window, 0).name, "Gold")
    comes = line(window, 0).comes
    comes.choice.choose("yearly")
    comes.commit()
    assert dates(window, 1) == [("Gold", "2027-11-20", True)]
    for _step in range(3):
        window.desk.undo()
    assert dates(window, 1) == [("会员卡", "2026-11-20", False)]
    assert line(window, 0).day.text() == "2026-11-20"


def test_what_is_refused_is_said_beside_it(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(
        open_main_window, ("会员卡", "2027-03-31", False), ("会员卡", "2028-03-31", False)
    )
    type_into(line(window, 1).day, "2027-03-31")
    assert "has that one already" in line(window, 1).day.error.text()
    assert line(window, 1).day.text() == "2027-03-31"
    type_into(line(window, 0).day, "")
    assert "Type a day" in line(window, 0).day.error.text()
    type_into(line(window, 0).name, "")
    assert "Say what the date is" in line(window, 0).name.error.text()
    assert [day for _name, day, _yearly in dates(window, 1)] == ["2027-03-31", "2028-03-31"]


def test_a_date_without_a_day_is_not_lost_silently(
    open_main_window: OpenWindow, qtbot: QtBot
) -> None:
    window = opened(open_main_window)
    type_into(card(window)._new.name, "车险")
    with qtbot.waitSignal(window.desk.warned) as warned:
        window.open_customer(2)
    assert "车险" in warned.args[0]
    assert card(window)._new.name.text() == ""


def test_a_date_is_removed(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(open_main_window, ("会员卡", "2027-03-31", False))
    line(window, 0).button.click()
    assert dates(window, 1) == []
    window.desk.undo()
    assert dates(window, 1) == [("会员卡", "2027-03-31", False)]


def test_another_customer_has_other_dates(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(open_main_window, ("会员卡", "2027-03-31", False))
    window.open_customer(2)
    assert card(window)._lines == {}


def test_how_one_is_called_and_when_not_to_call(open_main_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(open_main_window)
    details = window.file._details
    type_into(details._lines["called"], "Lihua")
    type_into(details._quiet, "12-14:30")
    one = customer(window.desk.store, 1)
    assert (one.called, one.quiet_from, one.quiet_until) == ("Lihua", "12:00", "14:30")
    assert details._quiet.text() == "12:00-14:30"
    type_into(details._quiet, "noon")
    assert "no two times" in details._quiet.error.text()
    assert customer(window.desk.store, 1).quiet_from == "12:00"
    type_into(details._quiet, "")
    assert customer(window.desk.store, 1).quiet_from is None

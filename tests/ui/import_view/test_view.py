"""An import as a shop owner makes it: by clicks, on real files, to the summary and back."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from custdesk.exchange.fields import Field, Kind
from custdesk.exchange.outcome import OnDuplicate, Result
from custdesk.settings import Preferences
from custdesk.store.store import Store
from custdesk.ui import background, language
from custdesk.ui.desk import Desk
from custdesk.ui.import_view.view import ImportView, Step
from custdesk.ui.widgets.button import Button
from custdesk.ui.widgets.card import Figure
from custdesk.ui.widgets.chip import Chip
from custdesk.ui.widgets.text import Label
from tests.exchange.hostile_files import xlsx
from tests.helpers import DATA, TEA_SHOP, add, bring_in, contents, faults, labels, names

PATIENCE = 20_000


@pytest.fixture
def view(qtbot: QtBot, store: Store) -> Iterator[ImportView]:
    desk = Desk(store, Preferences())
    view = ImportView(desk)
    qtbot.addWidget(view)
    view.resize(1290, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    yield view
    qtbot.waitUntil(lambda: not background.running())
    desk.leave()


# --- in the user's words --------------------------------------------------------------------------


def press(view: ImportView, words: str, kind: type[Button] | type[Chip] = Button) -> None:
    """Click the visible button or chip that says so."""
    buttons = [button for button in view.findChildren(kind) if button.isVisible()]
    said = [button.accessibleName() for button in buttons]
    assert words in said, said
    QTest.mouseClick(buttons[said.index(words)], Qt.MouseButton.LeftButton)


def offers(view: ImportView) -> list[str]:
    """What the visible buttons that can be pressed say."""
    found = view.findChildren(Button)
    return [one.accessibleName() for one in found if one.isVisible() and one.isEnabled()]


def figures(view: ImportView) -> dict[str, str]:
    """New, merged, skipped and rejected, as they are shown."""
    shown = [one.accessibleName() for one in view.findChildren(Figure) if one.isVisible()]
    return dict(words.rsplit(" ", 1) for words in shown)


def says(view: ImportView) -> list[str]:
    return [one.text() for one in view.findChildren(Label) if one.isVisible() and one.text()]


def rehearse(qtbot: QtBot, view: ImportView, path: Path) -> None:
    """Begin with a file and wait until its outcome stands there."""
    view.begin(path)
    wait_counted(qtbot, view)


def wait_counted(qtbot: QtBot, view: ImportView) -> None:
    def counted() -> bool:
        busy = "Counting …" in says(view) or view.rehearsal.is_busy()
        return view.step is Step.MAPPING and not busy and "–" not in figures(view).values()

    qtbot.waitUntil(counted, timeout=PATIENCE)


def wait_ended(qtbot: QtBot, view: ImportView) -> None:
    qtbot.waitUntil(lambda: view.step is Step.ENDED, timeout=PATIENCE)


def many(folder: Path, count: int) -> Path:
    path = folder / "many.csv"
    lines = [f"客户{n:05},13{n:09},杭州" for n in range(count)]
    path.write_text("\n".join(["姓名,手机,城市", *lines]), "utf-8")
    return path


# --- from the file to the summary -----------------------------------------------------------------


def test_a_list_goes_from_the_button_to_the_summary(
    qtbot: QtBot, view: ImportView, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported: list[Result] = []
    view.imported.connect(imported.append)
    monkeypatch.setattr(view, "ask_for_file", lambda: TEA_SHOP / "customers.xlsx")
    press(view, "Choose a file …")
    wait_counted(qtbot, view)
    press(view, "Import 798 customers")
    wait_ended(qtbot, view)
    assert "798 customers imported" in says(view)
    assert figures(view) == {"New": "798", "Merged": "20", "Skipped": "0", "Rejected": "2"}
    assert len(names(store)) == 798
    assert labels(store) == ["Import customers.xlsx"]
    assert [result.batch for result in imported] == [store.steps()[0].id]


def test_what_was_rehearsed_is_what_happens(qtbot: QtBot, view: ImportView, store: Store) -> None:
    bring_in(store, "customers.xlsx")
    rehearse(qtbot, view, TEA_SHOP / "purchases.csv")
    before = figures(view)
    press(view, "Import 3,769 purchases")
    wait_ended(qtbot, view)
    assert figures(view) == before
    assert faults(store) == []


def test_undo_on_the_summary_takes_everybody_back(
    qtbot: QtBot, view: ImportView, store: Store
) -> None:
    before = contents(store)
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    press(view, "Import 798 customers")
    wait_ended(qtbot, view)
    press(view, "Undo")
    qtbot.waitUntil(lambda: "The import was taken back" in says(view))
    assert contents(store) == before


def test_redo_elsewhere_shows_on_the_summary(qtbot: QtBot, view: ImportView, store: Store) -> None:
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    press(view, "Import 798 customers")
    wait_ended(qtbot, view)
    view._desk.undo()
    qtbot.waitUntil(lambda: "The import was taken back" in says(view))
    qtbot.waitUntil(lambda: not view._desk.is_busy)
    view._desk.redo()
    qtbot.waitUntil(lambda: "798 customers imported" in says(view))


def test_undo_is_offered_only_while_the_import_is_the_last_step(
    qtbot: QtBot, view: ImportView, store: Store
) -> None:
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    press(view, "Import 798 customers")
    wait_ended(qtbot, view)
    assert "Undo" in offers(view)
    add(store, "张三")
    qtbot.waitUntil(lambda: "Undo" not in offers(view))


def test_cancelling_midway_leaves_nothing(
    qtbot: QtBot, view: ImportView, store: Store, tmp_path: Path
) -> None:
    add(store, "张三")
    before = contents(store)
    rehearse(qtbot, view, many(tmp_path, 8000))
    press(view, "Import 8,000 customers")
    qtbot.waitUntil(lambda: "Reading the rows" in says(view), timeout=PATIENCE)
    press(view, "Cancel")
    wait_ended(qtbot, view)
    assert "The import was stopped" in says(view)
    assert contents(store) == before


def test_a_cancel_that_comes_too_late_is_an_undo(
    qtbot: QtBot, view: ImportView, store: Store, tmp_path: Path
) -> None:
    rehearse(qtbot, view, many(tmp_path, 3000))
    press(view, "Import 3,000 customers")
    qtbot.waitUntil(lambda: store.last_step() is not None, timeout=PATIENCE)
    if view.step is Step.WRITING:
        press(view, "Cancel")
    wait_ended(qtbot, view)
    stopped = "The import was stopped" in says(view)
    assert len(names(store)) == (0 if stopped else 3000)


def test_edits_wait_while_the_import_is_written(
    qtbot: QtBot, view: ImportView, store: Store
) -> None:
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    with qtbot.waitSignals([view._desk.busy_changed] * 2, timeout=PATIENCE, order="strict"):
        press(view, "Import 798 customers")
        assert view._desk.is_busy


def test_rejected_rows_are_saved_with_line_and_reason(
    qtbot: QtBot,
    view: ImportView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proposed: list[str] = []
    target = tmp_path / "rejected.csv"

    def ask(name: str) -> Path:
        proposed.append(name)
        return target

    monkeypatch.setattr(view, "ask_where_to_save", ask)
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    press(view, "Import 798 customers")
    wait_ended(qtbot, view)
    press(view, "Save rejected rows …")
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert proposed == ["Rejected rows of customers.csv"]
    assert rows[0][:4] == ["Row", "Reason", "编号", "姓名"]
    assert [row[:2] for row in rows[1:]] == [
        ["695", "There is no name."],
        ["727", "There is no name."],
    ]


def test_the_same_file_again_offers_nothing(qtbot: QtBot, view: ImportView, store: Store) -> None:
    bring_in(store, "customers.xlsx")
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    assert figures(view)["New"] == "0"
    assert not view.panel.button.isEnabled()


# --- choosing -------------------------------------------------------------------------------------


def test_another_meaning_of_a_column_is_counted_anew(qtbot: QtBot, view: ImportView) -> None:
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    name = view.grid.choice(1)
    assert name.currentText() == "Name"
    name.setFocus()
    QTest.keyClick(name, Qt.Key.Key_End)
    assert name.currentText() == "Leave out"
    wait_counted(qtbot, view)
    assert figures(view)["Rejected"] == "820"


def test_a_column_left_out_is_not_imported(qtbot: QtBot, view: ImportView, store: Store) -> None:
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    city = next(at for at in range(9) if view.grid.choice(at).currentText() == "City")
    QTest.keyClick(view.grid.choice(city), Qt.Key.Key_End)
    wait_counted(qtbot, view)
    press(view, "Import 798 customers")
    wait_ended(qtbot, view)
    assert {row[0] for row in _cities(store)} == {""}


def _cities(store: Store) -> list[tuple[str]]:
    from sqlalchemy import text

    with store.read() as db:
        return [(str(row[0]),) for row in db.execute(text("SELECT DISTINCT city FROM customer"))]


@pytest.mark.parametrize(
    ("answer", "figure", "count"),
    [("Merge", "Merged", "20"), ("Skip", "Skipped", "20"), ("Add as new", "New", "818")],
)
def test_what_becomes_of_known_customers_is_chosen(
    qtbot: QtBot, view: ImportView, answer: str, figure: str, count: str
) -> None:
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    press(view, answer, Chip)
    wait_counted(qtbot, view)
    assert figures(view)[figure] == count


def test_the_kind_is_guessed_and_can_be_corrected(
    qtbot: QtBot, view: ImportView, store: Store
) -> None:
    bring_in(store, "customers.xlsx")
    rehearse(qtbot, view, TEA_SHOP / "purchases.csv")
    assert view.bar.kinds[Kind.PURCHASES].isChecked()
    press(view, "Customers", Chip)
    wait_counted(qtbot, view)
    assert "Product" not in view.grid.choice(3).currentText()


def test_purchases_without_customers_say_what_to_do_first(qtbot: QtBot, view: ImportView) -> None:
    rehearse(qtbot, view, TEA_SHOP / "purchases.csv")
    assert "There are no customers yet. Import the list of customers first." in says(view)


def test_another_sheet_of_a_workbook_is_read(
    qtbot: QtBot, view: ImportView, tmp_path: Path
) -> None:
    import xlsxwriter

    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, people in (("老客户", 3), ("新客户", 5)):
            sheet = book.add_worksheet(name)
            for row in range(people + 1):
                sheet.write_row(
                    row, 0, [f"张{row}", f"1380000000{row}"] if row else ["姓名", "手机"]
                )
    rehearse(qtbot, view, path)
    assert figures(view)["New"] == "3"
    sheet_choice = view.bar.sheet
    sheet_choice.setFocus()
    QTest.keyClick(sheet_choice, Qt.Key.Key_Down)
    wait_counted(qtbot, view)
    assert figures(view)["New"] == "5"


def test_one_sheet_is_no_choice(qtbot: QtBot, view: ImportView) -> None:
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    assert not view.bar.sheet.isVisible()


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("customers.xlsx", "820 rows · XLSX"),
        ("customers_gb18030.csv", "820 rows · CSV · GB18030"),
        ("customers_utf16.tsv", "820 rows · TSV · UTF-16"),
    ],
)
def test_the_file_is_described(qtbot: QtBot, view: ImportView, name: str, facts: str) -> None:
    rehearse(qtbot, view, TEA_SHOP / name)
    assert (view.bar.name.text(), view.bar.facts.text()) == (name, facts)


def test_contacts_of_a_phone_are_imported(qtbot: QtBot, view: ImportView, store: Store) -> None:
    rehearse(qtbot, view, TEA_SHOP / "contacts_android.vcf")
    new = figures(view)["New"]
    press(view, f"Import {new} customers")
    wait_ended(qtbot, view)
    assert len(names(store)) == int(new)


def test_a_dropped_file_begins_an_import(qtbot: QtBot, view: ImportView) -> None:
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(TEA_SHOP / "customers.xlsx"))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    plain = Qt.KeyboardModifier.NoModifier
    view.dragEnterEvent(QDragEnterEvent(QPoint(100, 100), copy, dropped, left, plain))
    view.dropEvent(QDropEvent(QPointF(100, 100), copy, dropped, left, plain))
    wait_counted(qtbot, view)
    assert figures(view)["New"] == "798"


# --- what can go wrong ----------------------------------------------------------------------------


def _empty(folder: Path) -> Path:
    path = folder / "empty.csv"
    path.touch()
    return path


def _picture(folder: Path) -> Path:
    path = folder / "photo.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    return path


def _cut_short(folder: Path) -> Path:
    path = folder / "cut.xlsx"
    path.write_bytes((TEA_SHOP / "customers.xlsx").read_bytes()[:20_000])
    return path


def _locked(folder: Path) -> Path:
    return DATA / "workbooks" / "password.xlsx"


def _folder(folder: Path) -> Path:
    return folder


def _missing(folder: Path) -> Path:
    return folder / "nowhere.xlsx"


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (_empty, "empty"),
        (_picture, "is not a table"),
        (_cut_short, "damaged"),
        (_locked, "password"),
        (_folder, "folder"),
        (_missing, "nowhere.xlsx"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(
    qtbot: QtBot, view: ImportView, tmp_path: Path, make: object, part: str
) -> None:
    view.begin(make(tmp_path))  # type: ignore[operator]
    qtbot.waitUntil(lambda: bool(view.start.area.sentence()), timeout=PATIENCE)
    assert part in view.start.area.sentence()
    assert "Choose another file" in offers(view)


def test_a_file_that_changed_meanwhile_is_not_imported(
    qtbot: QtBot, view: ImportView, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("姓名,手机\n张三,13800138000", "utf-8")
    rehearse(qtbot, view, path)
    path.write_text("手机,姓名\n13800138000,张三", "utf-8")
    press(view, "Import 1 customer")
    qtbot.waitUntil(lambda: view.step is Step.MAPPING, timeout=PATIENCE)
    assert "list.csv has changed since it was looked at. Choose it again." in says(view)
    assert names(store) == []


def test_after_a_failure_another_file_can_be_read(
    qtbot: QtBot, view: ImportView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.begin(_picture(tmp_path))
    qtbot.waitUntil(lambda: bool(view.start.area.sentence()), timeout=PATIENCE)
    copied = Path(shutil.copy(TEA_SHOP / "customers.xlsx", tmp_path))
    monkeypatch.setattr(view, "ask_for_file", lambda: copied)
    press(view, "Choose another file")
    wait_counted(qtbot, view)
    assert figures(view)["New"] == "798"


# --- keyboard and language ------------------------------------------------------------------------


def test_tab_goes_through_the_columns_and_brings_them_into_sight(
    qtbot: QtBot, view: ImportView
) -> None:
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    qtbot.waitUntil(view.grid.choice(0).hasFocus)
    for column in range(1, 10):
        QTest.keyClick(view.focusWidget(), Qt.Key.Key_Tab)
        assert view.grid.choice(column).hasFocus()
    assert not view.grid.choice(9).visibleRegion().isEmpty()


def test_control_enter_imports(qtbot: QtBot, view: ImportView, store: Store) -> None:
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    QTest.keyClick(view.grid.choice(0), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait_ended(qtbot, view)
    assert len(names(store)) == 798


def test_escape_leaves_the_page(qtbot: QtBot, view: ImportView) -> None:
    with qtbot.waitSignal(view.closed):
        QTest.keyClick(view, Qt.Key.Key_Escape)


def test_another_language_keeps_what_was_chosen(
    qtbot: QtBot, view: ImportView, qapp: QApplication
) -> None:
    rehearse(qtbot, view, TEA_SHOP / "customers.xlsx")
    QTest.keyClick(view.grid.choice(6), Qt.Key.Key_End)
    press(view, "Skip", Chip)
    wait_counted(qtbot, view)
    language.speak(qapp, "zh")
    qtbot.waitUntil(lambda: view.panel.button.text() == "导入 798 位客户", timeout=PATIENCE)
    assert view.grid.choice(1).currentText() == "姓名"
    assert view.grid.choice(6).currentText() == Field.IGNORE.label()
    assert view.panel.on_duplicate() is OnDuplicate.SKIP


def test_a_workbook_that_would_end_the_app_gets_a_sentence(
    qtbot: QtBot, view: ImportView, tmp_path: Path
) -> None:
    path = tmp_path / "corners.xlsx"
    corners = '<row r="1"><c r="A1"><v>1</v></c></row>'
    path.write_bytes(xlsx(corners + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    view.begin(path)
    refused = "corners.xlsx would unpack to more than this computer can hold."
    qtbot.waitUntil(lambda: refused in says(view), timeout=PATIENCE)


def test_reading_a_workbook_ends_when_nobody_waits(
    qtbot: QtBot, view: ImportView, tmp_path: Path
) -> None:
    path = tmp_path / "big.xlsx"
    rows = '<row><c><v>1</v></c><c t="inlineStr"><is><t>张三</t></is></c></row>' * 400_000
    path.write_bytes(xlsx(rows))
    view.begin(path)
    qtbot.wait(300)
    view.rehearsal.stop()
    assert background.wait_all(4)

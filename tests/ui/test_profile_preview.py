"""The profile as it is looked at, saved and printed: real PDFs, real pages."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from custdesk.settings import Preferences
from custdesk.store.models import VIP
from custdesk.store.store import Store
from custdesk.ui import background, language
from custdesk.ui.desk import Desk
from custdesk.ui.profile_preview import ProfilePreview
from tests.helpers import add, edit

NOTE = "欠款已结清，勿提"
PATIENCE = 10_000


@pytest.fixture
def customer(store: Store) -> int:
    return add(store, "张丽华", phone="13812345678", grade=VIP, notes=NOTE, likes="龙井")


@pytest.fixture
def view(qtbot: QtBot, store: Store) -> Iterator[ProfilePreview]:
    desk = Desk(store, Preferences())
    view = ProfilePreview(desk)
    qtbot.addWidget(view)
    view.resize(1290, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    yield view
    qtbot.waitUntil(lambda: not background.running())
    desk.leave()


# --- in the user's words --------------------------------------------------------------------------


def look(qtbot: QtBot, view: ProfilePreview, *ids: int) -> None:
    view.open(list(ids))
    wait_drawn(qtbot, view)


def wait_drawn(qtbot: QtBot, view: ProfilePreview) -> None:
    def is_seen() -> bool:  # a bar that comes or goes has the pages drawn once more
        return view.pages.is_drawn() and view.pages.image(0) is not None

    qtbot.waitUntil(is_seen, timeout=PATIENCE)


def text_of(pdf: Path | bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def shown(view: ProfilePreview) -> str:
    """The words on the pages that are shown."""
    assert view._printed is not None
    return text_of(view._printed.pdf)


def ink(view: ProfilePreview, page: int = 0) -> int:
    """How many of the sampled points of a page are not white."""
    image = view.pages.image(page)
    assert image is not None
    points = ((x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7))
    return sum(image.pixelColor(x, y).lightness() < 200 for x, y in points)


# --- looking --------------------------------------------------------------------------------------


def test_the_page_is_there_with_its_words(
    qtbot: QtBot, view: ProfilePreview, customer: int
) -> None:
    look(qtbot, view, customer)
    assert view._state.text() == "1 page"
    assert "张丽华" in shown(view)


def test_the_picture_has_ink(qtbot: QtBot, view: ProfilePreview, customer: int) -> None:
    look(qtbot, view, customer)
    assert ink(view) > 100


def test_the_picture_is_as_sharp_as_the_screen(
    qtbot: QtBot, view: ProfilePreview, customer: int
) -> None:
    look(qtbot, view, customer)
    image, page = view.pages.image(0), view.pages._pages[0]
    assert image is not None
    assert abs(image.width() - page.width() * page.devicePixelRatioF()) <= 2


def test_the_private_version_comes_first_and_has_the_notes(
    qtbot: QtBot, view: ProfilePreview, customer: int
) -> None:
    look(qtbot, view, customer)
    assert NOTE in shown(view)


def test_the_clients_version_has_no_notes(
    qtbot: QtBot, view: ProfilePreview, customer: int
) -> None:
    look(qtbot, view, customer)
    QTest.mouseClick(view.client_safe, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: NOTE not in shown(view), timeout=PATIENCE)
    assert "张丽华" in shown(view)


def test_several_customers_follow_each_other(
    qtbot: QtBot, view: ProfilePreview, store: Store, customer: int
) -> None:
    other = add(store, "王建国")
    look(qtbot, view, customer, other)
    assert view.pages.count() == 2
    assert shown(view).index("张丽华") < shown(view).index("王建国")


def test_what_is_corrected_meanwhile_is_drawn_anew(
    qtbot: QtBot, view: ProfilePreview, store: Store, customer: int
) -> None:
    look(qtbot, view, customer)
    edit(store, customer, name="张丽华女士")
    qtbot.waitUntil(lambda: "张丽华女士" in shown(view), timeout=PATIENCE)
    assert view._who.text() == "张丽华女士  0001"


def test_the_page_speaks_the_language_of_the_window(
    qtbot: QtBot, view: ProfilePreview, customer: int, qapp: QApplication
) -> None:
    look(qtbot, view, customer)
    english = shown(view)
    language.speak(qapp, "zh")
    qtbot.waitUntil(lambda: shown(view) != english, timeout=PATIENCE)
    assert "备注" in shown(view)


def test_a_customer_who_is_gone_closes_the_view_with_a_word(
    qtbot: QtBot, view: ProfilePreview
) -> None:
    with qtbot.waitSignals([view._desk.warned, view.closed], timeout=PATIENCE):
        view.open([999])


# --- size -----------------------------------------------------------------------------------------


def test_it_fits_the_width(qtbot: QtBot, view: ProfilePreview, customer: int) -> None:
    look(qtbot, view, customer)
    view.resize(884, 768)
    wait_drawn(qtbot, view)
    page = view.pages._pages[0]
    assert 800 < page.width() < 884
    assert view.pages.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize(
    ("key", "factor"), [(Qt.Key.Key_Plus, 1), (Qt.Key.Key_Equal, 1), (Qt.Key.Key_Minus, -1)]
)
def test_keys_change_the_size(
    qtbot: QtBot, view: ProfilePreview, customer: int, key: Qt.Key, factor: int
) -> None:
    look(qtbot, view, customer)
    before = view.pages.zoom
    QTest.keyClick(view.pages, key, Qt.KeyboardModifier.ControlModifier)
    assert (view.pages.zoom - before) * factor > 0


def test_the_percentage_brings_back_the_width(
    qtbot: QtBot, view: ProfilePreview, customer: int
) -> None:
    look(qtbot, view, customer)
    before = view.fit.text()
    QTest.mouseClick(view.larger, Qt.MouseButton.LeftButton)
    assert view.fit.text() != before
    QTest.mouseClick(view.fit, Qt.MouseButton.LeftButton)
    assert view.fit.text() == before


# --- saving and printing --------------------------------------------------------------------------


@pytest.mark.parametrize("safe", [False, True])
def test_the_pdf_that_is_saved_is_the_version_that_is_shown(
    qtbot: QtBot,
    view: ProfilePreview,
    customer: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    safe: bool,
) -> None:
    proposed: list[str] = []

    def ask(name: str) -> Path:
        proposed.append(name)
        return tmp_path / name

    monkeypatch.setattr(view, "ask_where_to_save", ask)
    look(qtbot, view, customer)
    if safe:
        QTest.mouseClick(view.client_safe, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: NOTE not in shown(view), timeout=PATIENCE)
    with qtbot.waitSignal(view._desk.said, timeout=PATIENCE) as said:
        QTest.mouseClick(view.save_button, Qt.MouseButton.LeftButton)
    saved = tmp_path / "张丽华 0001.pdf"
    assert proposed == [saved.name]
    assert said.args == [f"Saved: {saved}", False]
    assert (NOTE in text_of(saved)) is not safe


def test_a_place_that_cannot_be_written_gets_a_sentence(
    qtbot: QtBot,
    view: ProfilePreview,
    customer: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(view, "ask_where_to_save", lambda name: tmp_path / "nowhere" / name)
    look(qtbot, view, customer)
    with qtbot.waitSignal(view._desk.warned, timeout=PATIENCE) as warned:
        QTest.mouseClick(view.save_button, Qt.MouseButton.LeftButton)
    assert warned.args and str(warned.args[0]).endswith(".")


def test_every_page_goes_to_the_printer(
    qtbot: QtBot,
    view: ProfilePreview,
    store: Store,
    customer: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed = tmp_path / "printed.pdf"

    def printer() -> QPrinter:
        made = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(printed))
        return made

    monkeypatch.setattr(view, "ask_for_printer", printer)
    look(qtbot, view, customer, add(store, "王建国"))
    with qtbot.waitSignal(view._desk.said, timeout=PATIENCE):
        QTest.mouseClick(view.print_button, Qt.MouseButton.LeftButton)
    document = pypdfium2.PdfDocument(printed)
    try:
        sizes = [tuple(map(round, document.get_page_size(at))) for at in range(len(document))]
        dark = [
            min(bytes(document[at].render(scale=0.3, grayscale=True).buffer))
            for at in range(len(document))
        ]
    finally:
        document.close()
    assert sizes == [(595, 842)] * 2
    assert all(shade < 120 for shade in dark)


def test_nothing_temporary_is_left(
    qtbot: QtBot,
    view: ProfilePreview,
    customer: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    look(qtbot, view, customer)
    assert list(folder.iterdir()) == []


def test_escape_closes(qtbot: QtBot, view: ProfilePreview, customer: int) -> None:
    look(qtbot, view, customer)
    with qtbot.waitSignal(view.closed):
        QTest.keyClick(view.pages, Qt.Key.Key_Escape)

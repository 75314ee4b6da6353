"""Spreadsheets that we write carry no formulas out of customers' words, and lose none of them."""

import csv
import re
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custdesk.exchange import exporting, sheet
from custdesk.exchange.exporting import export_customers
from custdesk.exchange.guarding import guarded, unguarded
from custdesk.exchange.importing import Choices, import_file, write_rejects
from custdesk.people import customers
from custdesk.people.customers import Details
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import add, customer, names

COMPUTED = [
    *("=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|'/C calc'!A0", "+cmd|'/C calc'!A0", "-2+3+cmd|x"),
    *(
        "  =1+1",
        "\u3000=1+1",
        "\u200b=1+1",
        '"=1+1',
        "'=1+1",
        "''=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
    ),
    *('=HYPERLINK("http://x";"y")', "@x", "+86 1 =1", "-", "=", "-1;=1", "+1-415-555-2671"),
]
KEPT = [
    "+86 138 1234 5678",
    "+8613812345678",
    "+1 415-555-2671",
    "-300",
    "-1,234.50",
    "张三",
    "1-2",
]
HARMLESS = re.compile(r"[+-]?[\d ,.()-]+(;ext=\d+| \w+\.? ?\d+)?")


def is_computed(cell: str) -> bool:
    """Whether some spreadsheet would compute a cell of a CSV file."""
    bare = cell.strip(' \u3000\u00a0\u200b\ufeff"')
    signs = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
    return bare.startswith(signs) and not HARMLESS.fullmatch(bare)


def cells_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [cell for row in csv.reader(file) for cell in row]


@pytest.mark.parametrize("words", COMPUTED)
def test_words_that_would_be_computed_are_guarded(words: str) -> None:
    assert guarded(words) == "'" + words
    assert unguarded("'" + words) == words


@pytest.mark.parametrize("words", KEPT)
def test_phones_and_negative_amounts_stay_readable(words: str) -> None:
    assert guarded(words) == words


@given(st.text() | st.text("=+-@＝＋－＠'\"\t\r\n \u3000\ufeff1aA|!()", max_size=12))
def test_any_words_are_read_back_as_they_were(words: str) -> None:
    assert not is_computed(guarded(words))
    assert unguarded(guarded(words)) == words


_CHARACTERS = st.characters(exclude_categories=["Cc", "Cs", "Cn"])
_WORDS = st.builds(
    str.__add__,
    st.sampled_from([*COMPUTED, *KEPT, "", "_x000D_", "&amp;"]),
    st.text(_CHARACTERS, min_size=1, max_size=30),
)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@settings(max_examples=10, deadline=None)
@given(rows=st.lists(st.tuples(_WORDS, _WORDS), min_size=1, max_size=10))
def test_any_cells_are_read_back_as_they_were(ending: str, rows: list[tuple[str, str]]) -> None:
    write = {"csv": exporting._write_csv, "xlsx": exporting._write_xlsx}[ending]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"all.{ending}"
        write(path, [["姓名", "备注"], *([*row] for row in rows)])
        read = [[str(cell) for cell in row.cells] for row in sheet.read_table(path).rows]
    assert read == [[*row] for row in rows]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_customers_say_there_and_back(tmp_path: Path, open_file: Opener, ending: str) -> None:
    store, other = open_file(tmp_path / "a.custdesk"), open_file(tmp_path / "b.custdesk")
    said = [*COMPUTED, *KEPT]
    for at, words in enumerate(said):
        add(store, f"张三{at}", notes=f"{words} a", company=f"{words} a")
    with store.read() as db:
        export_customers(db, tmp_path / f"all.{ending}")
    import_file(other, tmp_path / f"all.{ending}", Choices())
    ids = {customer(other, id).name: id for id in range(1, len(said) + 1)}
    for id in range(1, len(said) + 1):
        before = customer(store, id)
        after = customer(other, ids[before.name])
        assert (after.notes, after.company) == (before.notes, before.company)


def with_words(store: Store, words: str) -> None:
    """A customer of whom everything is `words`; names hold a letter or a digit at least."""
    details = Details(f"{words}a", phones=["13812345678"], wechats=[words], tags=[words])
    with store.write("Add") as db:
        id = customers.add(db, details, store.today).id or 0
        for field in ("company", "title", "city", "address", "source", "likes", "taboos", "notes"):
            customers.edit(db, id, field, words, store.today)


def test_no_cell_of_an_export_is_computed(store: Store, tmp_path: Path) -> None:
    for words in COMPUTED:
        with_words(store, words)
    with store.read() as db:
        export_customers(db, tmp_path / "all.csv")
        export_customers(db, tmp_path / "all.xlsx")
    assert not [cell for cell in cells_of(tmp_path / "all.csv") if is_computed(cell)]
    with zipfile.ZipFile(tmp_path / "all.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    cells = re.findall(rb"<c [^>]*>", parts["xl/worksheets/sheet1.xml"])
    assert cells and all(b't="s"' in cell for cell in cells if not cell.endswith(b"/>"))
    assert not [name for name, part in parts.items() if b"<f>" in part or b"<hyperlink" in part]
    assert not [name for name in parts if "externalLink" in name or "vba" in name]


def test_rejected_rows_are_guarded_and_come_back(store: Store, tmp_path: Path) -> None:
    path, rejects = tmp_path / "in.csv", tmp_path / "=rejects.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["姓名", "备注", "=1+1"], *(["", x, x] for x in COMPUTED)])
    result = import_file(store, path, Choices())
    write_rejects([result, result], rejects)
    assert not [cell for cell in cells_of(rejects) if is_computed(cell)]
    again = sheet.read_table(rejects)
    assert "=1+1" in again.headers
    for row, words in zip(again.rows, result.rejects, strict=False):
        assert words.cells[1] in row.cells


def test_a_negative_amount_of_a_rejected_purchase_stays_a_number(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("客户姓名,日期,商品,金额\n没有人,2026-01-01,茶,-300.00\n", encoding="utf-8")
    result = import_file(store, path, Choices())
    write_rejects(result, tmp_path / "rejects.csv")
    assert "-300.00" in cells_of(tmp_path / "rejects.csv")
    assert names(store) == []

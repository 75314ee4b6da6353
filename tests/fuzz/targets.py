"""What is fuzzed: every target takes any bytes and ends well; what it raises is a defect.

A sentence for the user (CustdeskError) is a good end. `python -m tests.fuzz` runs them at length,
`test_targets.py` for a moment, `test_found.py` on all that was ever found.
"""

import io
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from custdesk.care.birthday import Birthday, Calendar
from custdesk.errors import CustdeskError
from custdesk.exchange import dates, guarding, headers, importing, records, values
from custdesk.exchange.fields import Kind
from custdesk.exchange.outcome import OnDuplicate
from custdesk.exchange.table import Cell, Row, Table, text_of
from custdesk.exchange.values import Unreadable
from custdesk.opening import open_store
from custdesk.people import customers, phones
from custdesk.store.store import Store

DATA = Path(__file__).parents[1] / "data"
FOUND = DATA / "fuzz"

TODAY = date(2026, 11, 21)
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_MOST_ROWS = 300
"""Of a file's rows: enough to meet every rule, few enough to go on to the next file."""


@cache
def _folder() -> "TemporaryDirectory[str]":
    return TemporaryDirectory(prefix="fuzz-")


def _file(data: bytes, name: str) -> Path:
    path = Path(_folder().name) / name
    path.write_bytes(data)
    return path


def _text(data: bytes) -> str:
    """Any text, lone surrogates among it."""
    return data.decode("utf-8", "surrogateescape")


def _cell(data: bytes) -> Cell:
    """A cell of any type, told by the first byte."""
    kind, rest = data[:1], data[1:]
    if kind == b"\x01" and len(rest) >= 8:
        return float(struct.unpack("<d", rest[:8])[0])
    if kind == b"\x02":
        return int.from_bytes(rest[:12], "little", signed=True)
    if kind == b"\x03" and len(rest) >= 4:
        days, seconds = struct.unpack("<HH", rest[:4])
        return datetime(1900, 1, 1) + timedelta(days=days, seconds=seconds)
    if kind == b"\x04":
        return bool(rest[:1])
    return _text(data)


# --- what a file says -----------------------------------------------------------------------------


def _look_through(table: Table) -> None:
    """All that is made of a table before anything is written."""
    width = len(table.headers)
    assert all(len(row.cells) == width for row in table.rows), "a row of another width"
    assert all(row.line > 0 for row in table.rows), "a row without a line"
    few = Table(
        table.headers, table.rows[:_MOST_ROWS], table.encoding, header_line=table.header_line
    )
    for kind in Kind:
        mapping = headers.guess_mapping(few.headers, few.rows, kind)
        readers: dict[Kind, Callable[[Table, headers.Mapping, date], Iterator[object]]] = {
            Kind.CUSTOMERS: records.customers,
            Kind.PURCHASES: records.purchases,
            Kind.INTERACTIONS: records.interactions,
        }
        found = [*readers[kind](few, mapping, TODAY)]
        assert len(found) == len(few.rows)


def tables(data: bytes) -> None:
    """A text file."""
    if not data.startswith(_ARCHIVES):
        with suppress(CustdeskError):
            _look_through(importing.read_file(_file(data, "table.csv")))


def cards(data: bytes) -> None:
    """A vCard file."""
    with suppress(CustdeskError):
        _look_through(importing.read_file(_file(b"BEGIN:VCARD\r\n" + data, "cards.vcf")))


def workbooks(data: bytes) -> None:
    """An XLSX, XLSB, XLS or ODS file."""
    if data.startswith(_ARCHIVES):
        with suppress(CustdeskError):
            _look_through(importing.read_file(_file(data, "book.xlsx")))


def mappings(data: bytes) -> None:
    """A file that says which column is what."""
    with suppress(CustdeskError):
        importing.read_mapping_file(_file(data, "mapping.toml"))


# --- what a cell says -----------------------------------------------------------------------------


def days(data: bytes) -> None:
    """A date, a birthday, a column of them."""
    cell = _cell(data)
    for day_first in (None, True, False):
        read = dates.read_date(cell, today=TODAY, day_first=day_first)
        assert read is None or isinstance(read, date | Unreadable)
        for calendar in Calendar:
            born = dates.read_birthday(cell, today=TODAY, calendar=calendar, day_first=day_first)
            if isinstance(born, Birthday):
                born.check()
            assert born is None or isinstance(born, Birthday | Unreadable)
            if isinstance(born, Unreadable):
                assert born.reason
    dates.guess_day_first([cell, *_text(data).split("\n")])


def cells(data: bytes) -> None:
    """Names, money, quantities, choices, lists."""
    cell = _cell(data)
    money = values.read_money(cell)
    assert money is None or isinstance(money, int | Unreadable)
    quantity = values.read_quantity(cell)
    assert quantity is None or isinstance(quantity, float | Unreadable)
    values.read_gender(cell)
    values.read_yes_no(cell)
    values.split_list(cell)
    values.is_same_as_phone(cell)
    name = values.clean_name(cell).name
    assert name == name.strip()
    words = text_of(cell)
    assert guarding.unguarded(guarding.guarded(words)) == words


def numbers(data: bytes) -> None:
    """Phone numbers, one or several in a cell."""
    for part in phones.split_phones(_text(data)):
        phone = phones.normalise(part)
        if phone is not None and phone.is_e164:
            again = phones.normalise(phone.value)
            assert again is not None and again.value == phone.value, phone
            phones.display(phone.value)
            phones.digits(phone.value)


def columns(data: bytes) -> None:
    """What the columns of a table mean: the first line the headers, the others its rows."""
    first, *rest = data.decode("utf-8", "replace").split("\n")
    names = first.split("\t")[:100]
    rows = []
    for at, line in enumerate(rest[:50], 2):
        row: list[Cell] = [*line.split("\t")[: len(names)]]
        rows.append(Row(at, row + [""] * (len(names) - len(row))))
    _look_through(Table(names, rows, "utf-8", header_line=1))
    for name in names:
        headers.phone_label(name)


# --- all of it ------------------------------------------------------------------------------------


@cache
def _store() -> Store:
    """A customer file with two people in it; it stays open until `leave`."""
    store = open_store(Path(_folder().name) / "customers.custdesk", lambda: datetime(2026, 11, 21))
    with store.write("Two people") as db:
        for name, phone in (("张丽华", "13812345678"), ("Anna Smith", "+14155552671")):
            customers.add(db, customers.Details(name, phones=[phone]), TODAY)
    return store


def leave() -> None:
    """Close and remove what the targets have written."""
    if _store.cache_info().currsize:
        _store().close()
        _store.cache_clear()
    if _folder.cache_info().currsize:
        _folder().cleanup()
        _folder.cache_clear()


def imports(data: bytes) -> None:
    """A whole import: rehearsed, made, its rejects written down, exported, undone."""
    if data.startswith(_ARCHIVES) or not data:
        return
    store = _store()
    choices = importing.Choices(
        kind=[None, *Kind][data[0] % 4], on_duplicate=[*OnDuplicate][data[0] % 3]
    )
    path = _file(data[1:], "import.csv")
    try:
        table = importing.read_file(path)
        mapping = importing.mapping_for(table, choices)
        few = Table(table.headers, [*islice(table.rows, 50)], table.encoding)
        rehearsed, made = (
            importing.import_table(
                store, path.name, few, mapping, choices.on_duplicate, dry_run=dry_run
            )
            for dry_run in (True, False)
        )
    except CustdeskError:
        return
    parts = (made.created, made.merged, made.skipped, len(made.rejects))
    assert made.read == sum(parts), parts
    assert (rehearsed.created, rehearsed.merged, rehearsed.skipped) == parts[:3], "not as rehearsed"
    importing.write_rejects(made, path.with_name("rejects.csv"))
    if made.batch is not None:
        from custdesk.exchange import exporting

        with store.read() as db:
            exporting.export_customers(db, path.with_name("export.csv"))
            exporting.export_customers(db, path.with_name("export.xlsx"))
        store.undo()


def pages(data: bytes) -> None:
    """A profile on paper: every word of it from outside."""
    import pypdfium2

    from custdesk.paper.profile import (
        ContactLine,
        InteractionRow,
        ProfileFacts,
        profile_filename,
        write_profile,
    )

    name, number, words, *more = [*_text(data).split("\x00", 3), "", "", ""][:4]
    facts = ProfileFacts(
        name=name[:2000],
        number=number[:200],
        printed_on=TODAY,
        business=name[:100],
        contacts=[ContactLine("phone", number, label=words[:50], plain=number[:40])],
        city=words[:200],
        tags=[words[:100]],
        interactions=[InteractionRow(TODAY, words[:30], words[:3000])],
        notes="".join(more)[:5000],
    )
    assert profile_filename(facts.name, facts.number).endswith(".pdf")
    out = io.BytesIO()
    write_profile(facts, out)
    pdf = out.getvalue()
    document = pypdfium2.PdfDocument(pdf)
    try:
        assert len(document) > 0
        for at in range(len(document)):
            document[at].get_textpage().get_text_range()
    finally:
        document.close()
    for verb in (b"/JavaScript", b"/JS ", b"/OpenAction", b"/URI", b"/Launch", b"/EmbeddedFile"):
        assert verb not in pdf, verb


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        *(tables, cards, workbooks, mappings, days, cells, numbers, columns, imports, pages),
    )
}


def seeds(name: str) -> list[bytes]:
    """Small inputs to begin with."""
    texts = [*sorted((DATA / "formats").iterdir()), *sorted((DATA / "tea_shop").glob("*.?sv"))]
    vcards = [*sorted((DATA / "vcards").glob("*.vcf")), DATA / "tea_shop" / "contacts_android.vcf"]
    rows = [path.read_bytes()[:2000] for path in texts]
    people = [path.read_bytes()[:3000] for path in vcards]
    words = [cell for row in rows[-2:] for cell in row.replace(b"\n", b",").split(b",")][:200]
    begun = {
        "tables": rows,
        "cards": people,
        "workbooks": [
            path.read_bytes() for path in sorted((DATA / "workbooks").iterdir())
        ] + [small_workbook()],
        "mappings": ['[columns]\n"姓名" = "name"\n'.encode()],
        "columns": [row.replace(b",", b"\t") for row in rows],
        "imports": [bytes([at % 12]) + one for at, one in enumerate([*rows, *people])],
        "pages": [b"\x00".join(words[:20])],
    }  # fmt: skip
    return begun.get(name, words)


def small_workbook() -> bytes:
    """Two people and what spreadsheets are made of: numbers, dates, formulas, two sheets."""
    from xlsxwriter import Workbook

    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("客户")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, cells in enumerate((("姓名", "手机", "生日", "金额"), ("张丽华", "138", "", 1.5))):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    sheet.write_datetime(1, 2, datetime(1968, 11, 21), day)
    sheet.write_formula(2, 3, "=D2*2", value=3)
    sheet.merge_range("A4:B4", "合计")
    book.add_worksheet("Other").write(0, 0, True)
    book.close()
    return content.getvalue()

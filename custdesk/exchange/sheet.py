"""Spreadsheets and text tables of any origin become one Table, its header row found."""

import csv
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from io import TextIOWrapper
from itertools import chain
from os import SEEK_CUR, fstat
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from custdesk.errors import CustdeskError
from custdesk.exchange import apart, decoding, headers
from custdesk.exchange.guarding import unguarded
from custdesk.exchange.table import Cell, Progress, Row, Table, text_of
from custdesk.i18n import _

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MOST_COLUMNS = 1_000
_MOST_CELLS = 20_000_000
_MOST_UNPACKED, _NEVER_A_BOMB = 1 << 29, 1 << 27
_MOST_TIMES_PACKED = 300
_MOST_PARTS = 10_000  # of a workbook; one with a hundred sheets has some three hundred
_CHUNK = 1 << 16
_LOOK_AT = 30  # rows among which the headers are sought
_DELIMITERS = ",\t;|，"
_SAMPLE = 1 << 16
_ROW_TAKES, _CELL_TAKES, _EMPTY_CELL_TAKES = 120, 60, 8  # bytes of memory, roughly
_STEP = 5_000  # rows between two words on progress
_END = "\x00the end\x00"
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(r"\s*<(?:!doctype|html|table|\?xml|head|meta|style)", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'\A="(.*)"\Z', re.DOTALL)
_LIKE_DATA = re.compile(r".*\d{5}|.*\d[-/.年]\d|[\d.,\s%¥￥$+-]+$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Read:
    """What came out of the file, its header row not yet found."""

    rows: list[Row]
    encoding: str
    delimiter: str = ""
    sheet: str = ""
    sheet_names: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()


def read_table(path: Path, sheet: str | None = None, progress: Progress | None = None) -> Table:
    """The table in a CSV, TSV, XLSX, XLSB, XLS or ODS file, told by its content, not its name.

    Without `sheet`, the visible sheet that looks most like a list of customers. Blank rows are
    left out, and so are repetitions of the header row. Errors: CustdeskError, one sentence.
    """
    with decoding.open_file(path) as file:
        start = file.read(1 << 12)
    if start.startswith((*_ARCHIVES, _OLE)):
        read = _read_workbook(path, sheet, progress)
    else:
        read = _read_text(path, start, progress)
    return _with_headers(read, path)


# --- text ------------------------------------------------------------------------------------


def _read_text(path: Path, start: bytes, progress: Progress | None) -> _Read:
    encoding = decoding.detect(path)
    csv.field_size_limit(decoding.LONGEST_LINE)
    memory = widest = 0
    with (
        decoding.open_file(path) as raw,
        TextIOWrapper(raw, encoding.codec, "replace", newline="") as file,
    ):
        size = fstat(raw.fileno()).st_size
        sample = file.read(_SAMPLE)
        if _MARKUP.match(sample):
            raise CustdeskError(
                _("{name} is a web page. Open it in Excel or WPS and save it as .xlsx.").format(
                    name=path.name
                )
            )
        file.seek(0)
        hint = re.match(r"\ufeff?sep=(.)\r?\n", sample)
        delimiter = hint[1] if hint else _guess_delimiter(sample)
        # A quotation mark that is never closed swallows the end mark too.
        reader = csv.reader(chain(file, [_END]), delimiter=delimiter)
        rows: list[Row] = []
        line = 1
        try:
            for cells in reader:
                started, line = line, reader.line_num + 1
                words = "".join(cells)
                if '="' in words:
                    cells = [_FORMULA_TEXT.sub(r"\1", cell) for cell in cells]
                if "\0" in words and words != _END:  # where SQLite's length() would end
                    cells = [cell.replace("\0", "") for cell in cells]
                if "'" in words:
                    cells = [unguarded(cell) for cell in cells]
                if words and not words.isspace():
                    if len(cells) > MOST_COLUMNS:
                        raise _too_wide(path)
                    rows.append(Row(started, cells))  # type: ignore[arg-type]
                    widest = max(widest, len(cells))
                    memory += _ROW_TAKES + _CELL_TAKES * len(cells) + 2 * len(words)
                    if memory > decoding.MOST_MEMORY or _is_too_large(widest, len(rows)):
                        raise decoding.too_large(path)
                if progress and len(rows) % _STEP == 0:
                    progress(min(1.0, raw.tell() / max(size, 1)))
        except csv.Error:
            if line < reader.line_num - 1:
                raise _never_closed(path, line) from None
            raise decoding.too_long(path) from None
    if rows and rows[-1].cells == [_END]:
        rows.pop()
    else:
        raise _never_closed(path, started)
    if hint:
        rows = rows[1:]
    return _Read(rows, encoding.name, delimiter)


def _never_closed(path: Path, line: int) -> CustdeskError:
    return CustdeskError(
        _("In {name}, a quotation mark in line {line} is never closed. Close it.").format(
            name=path.name, line=line
        )
    )


def _guess_delimiter(sample: str) -> str:
    """The delimiter by which the first lines make known headers, or else rows of one width."""
    whole = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    best, delimiter = (0, 0.0, 0), ","
    for candidate in _DELIMITERS:
        if candidate not in whole:
            continue
        try:
            rows = [row for row in csv.reader(whole.splitlines(True), delimiter=candidate) if row]
        except csv.Error:
            continue
        rows = rows[:_LOOK_AT]
        known = max((sum(map(headers.is_known, row)) for row in rows if len(row) > 1), default=0)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        score = (known, count / len(rows) if rows else 0.0, width)
        if score > best:
            best, delimiter = score, candidate
    return delimiter


# --- workbooks -------------------------------------------------------------------------------


def _damaged(path: Path) -> CustdeskError:
    return CustdeskError(
        _("{name} is damaged or incomplete. Open it in Excel or WPS and save it again.").format(
            name=path.name
        )
    )


def _too_much_inside(path: Path) -> CustdeskError:
    return CustdeskError(
        _("{name} would unpack to more than this computer can hold.").format(name=path.name)
    )


def _read_workbook(path: Path, sheet: str | None, progress: Progress | None) -> _Read:
    """The library that reads workbooks makes room for every cell between the first and the last.

    Two cells in far corners are half a terabyte, for which it ends its process: so it has one.
    """
    read, rows, share = None, [], 0.0

    def waiting() -> None:
        if progress:
            progress(share)

    try:
        for part in apart.stream(_parts, (path, sheet), decoding.MOST_MEMORY, waiting):
            if isinstance(part, _Read):
                read = part
            elif isinstance(part, float):
                share = part
                waiting()
            else:
                rows += part
    except (apart.TooLarge, apart.Died):  # where memory is short, it dies before it is too large
        raise _too_much_inside(path) from None
    if read is None:
        raise CustdeskError(_("{name} is empty.").format(name=path.name))
    return replace(read, rows=rows)


def _parts(path: Path, sheet: str | None) -> Iterator[_Read | list[Row] | float]:
    """What a workbook holds: the share that is done, the sheet without its rows, then its rows."""
    import python_calamine as calamine

    with decoding.open_file(path) as file:
        is_old = file.read(len(_OLE)) == _OLE
    kind = "xls" if is_old else _checked_archive(path)
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            yield from _read_sheet(book, path, kind, sheet)
    except CustdeskError:
        raise
    except BaseException as error:
        protected = isinstance(error, calamine.PasswordError)
        if protected or (kind == "xls" and _is_encrypted_package(path)):
            raise CustdeskError(
                _("{name} is protected by a password. Save it without one.").format(name=path.name)
            ) from None
        # The library's own defects arrive as a PanicException, which is no Exception.
        known = isinstance(error, calamine.CalamineError | OSError | ValueError)
        if known or type(error).__name__ == "PanicException":
            raise _damaged(path) from None
        raise


def _checked_archive(path: Path) -> str:
    """ "xlsx", "xlsb" or "ods" for a workbook that really unpacks to a sane size."""
    try:
        with decoding.open_file(path) as file, zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS:
                raise _too_much_inside(path)
            packed = min(sum(part.compress_size for part in parts), fstat(file.fileno()).st_size)
            room = min(_MOST_UNPACKED, max(_NEVER_A_BOMB, packed * _MOST_TIMES_PACKED))
            for part in parts:
                room -= _unpacked_size(file, part, room)
                if room < 0:
                    raise _too_much_inside(path)
            if "content.xml" in archive.namelist():
                _look_at_repetitions(archive.open("content.xml"), path)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, ValueError, struct.error):
        raise _damaged(path) from None
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    raise decoding.not_a_table(path)


def _unpacked_size(file: BinaryIO, part: zipfile.ZipInfo, most: int) -> int:
    """How much really comes out of a part, whatever it declares; no more than a little over `most`.

    Not by ZipFile.open, which stops where the part says that it ends; other readers go on.
    """
    file.seek(part.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    signature, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    if signature != b"PK\x03\x04":
        raise zipfile.BadZipFile
    file.seek(name_length + extra_length, SEEK_CUR)
    if part.compress_type == zipfile.ZIP_STORED:
        return part.compress_size
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile  # packed in a way of its own, which no other reader takes either
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    packed, size = part.compress_size, 0
    while packed > 0 and size <= most and not unpack.eof:
        data = file.read(min(packed, _CHUNK))
        if not data:
            raise zipfile.BadZipFile
        packed -= len(data)
        while data and size <= most:
            size += len(unpack.decompress(data, _CHUNK))
            data = unpack.unconsumed_tail
    return size


def _look_at_repetitions(content: IO[bytes], path: Path) -> None:
    """The library repeats a cell of an ODS file as often as it says, be that for ever."""
    rest = b""
    while chunk := content.read(_CHUNK):
        if _REPEATED_FOR_EVER.search(rest + chunk):
            raise _damaged(path)
        rest = chunk[-_LONGEST_REPETITION:]


_REPEATED_FOR_EVER = re.compile(rb"-repeated\s*=\s*[\"']\s*\+?0*[1-9]\d{7}")
_LONGEST_REPETITION = 100

_LOCAL_HEADER = struct.Struct("<4s22xHH")


def _is_encrypted_package(path: Path) -> bool:
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20)


def _read_sheet(
    book: "CalamineWorkbook", path: Path, kind: str, sheet: str | None
) -> Iterator[_Read | list[Row] | float]:
    names = _sheet_names(book)
    if sheet is not None and sheet not in book.sheet_names:
        raise CustdeskError(
            _("{name} has no sheet “{sheet}”. It has: {sheets}.").format(
                name=path.name, sheet=sheet, sheets=", ".join(names)
            )
        )
    best: _Read | None = None
    best_score = (-1, -1)
    filled = []
    for i, name in enumerate([sheet] if sheet else names):
        yield 0.9 * i / len(names)
        rows = _rows_of(book, name, path)
        filled += [name] if rows else []
        known = max((_known_headers(row) for row in rows[:_LOOK_AT]), default=0)
        score = (known, int(bool(rows)))
        if score > best_score:
            best, best_score = _Read(rows, kind, "", name, names), score
    if best is None:
        return
    others = tuple(name for name in filled if name != best.sheet)
    yield replace(best, rows=[], other_sheets=others)
    for start in range(0, len(best.rows), _STEP):
        yield best.rows[start : start + _STEP]
    yield 1.0


def _sheet_names(book: "CalamineWorkbook") -> tuple[str, ...]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    worksheets = [data for data in book.sheets_metadata if data.typ == SheetTypeEnum.WorkSheet]
    visible = [data for data in worksheets if data.visible == SheetVisibleEnum.Visible]
    return tuple(data.name for data in visible or worksheets) or tuple(book.sheet_names)


def _rows_of(book: "CalamineWorkbook", name: str, path: Path) -> list[Row]:
    sheet = book.get_sheet_by_name(name)
    if sheet.width > MOST_COLUMNS:
        raise _too_wide(path)
    if sheet.width * sheet.height > _MOST_CELLS:
        raise _too_much_inside(path)
    first = sheet.start[0] + 1 if sheet.start else 1
    rows = []

    def text(value: str) -> str:
        if len(value) > decoding.LONGEST_LINE:
            raise decoding.too_long(path)
        value = value.replace("\0", "")
        return unguarded(value) if value[:1] == "'" else value

    for line, values in enumerate(sheet.to_python(), first):
        cells = [text(value) if type(value) is str else _cell(value) for value in values]
        if any(not isinstance(cell, str) or cell.strip() for cell in cells):
            rows.append(Row(line, cells))
    return rows


def _cell(value: float | bool | str | date | datetime | time | timedelta) -> Cell:
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, time | timedelta):
        return str(value)
    return value


# --- the header row --------------------------------------------------------------------------


def _too_wide(path: Path) -> CustdeskError:
    return CustdeskError(
        _("{name} has over {n} columns; a list of customers has fewer.").format(
            name=path.name, n=MOST_COLUMNS
        )
    )


def _is_too_large(width: int, rows: int) -> bool:
    """Short rows are filled up to the width of the widest."""
    return width * rows * _EMPTY_CELL_TAKES > decoding.MOST_MEMORY


def _known_headers(row: Row) -> int:
    return sum(isinstance(cell, str) and headers.is_known(cell) for cell in row.cells)


def _with_headers(read: _Read, path: Path) -> Table:
    rows = read.rows
    if not rows:
        raise CustdeskError(_("{name} is empty.").format(name=path.name))
    width = max(len(row.cells) for row in rows)
    if width > MOST_COLUMNS:
        raise _too_wide(path)
    if _is_too_large(width, len(rows)):
        raise decoding.too_large(path)
    at = _header_row(rows[:_LOOK_AT])
    if at is None and not _is_regular(rows):
        raise decoding.not_a_table(path)
    names = [" ".join(text_of(cell).split()) for cell in rows[at].cells] if at is not None else []
    for row in rows:
        if len(row.cells) < width:
            row.cells.extend([""] * (width - len(row.cells)))
    used = _used_width(rows, width)
    names += [""] * (used - len(names))
    body = rows if at is None else rows[at + 1 :]
    heading = None if at is None else rows[at].cells
    body = [row for row in body if row.cells != heading]
    if used < width:
        for row in body:
            del row.cells[used:]
    return Table(
        headers=names[:used] if at is not None else [_letters(i) for i in range(used)],
        rows=body,
        encoding=read.encoding,
        delimiter=read.delimiter,
        sheet=read.sheet,
        sheet_names=read.sheet_names,
        other_sheets=read.other_sheets,
        header_line=0 if at is None else rows[at].line,
        titles=() if at is None else tuple(_words(row) for row in rows[:at]),
    )


def _words(row: Row) -> str:
    return " ".join(text for text in (text_of(cell).strip() for cell in row.cells) if text)


def _used_width(rows: Iterable[Row], width: int) -> int:
    """The width without the empty columns at the end."""
    used = 0
    for row in rows:
        if any(cell != "" for cell in row.cells[used:]):
            used = max(i for i, cell in enumerate(row.cells, 1) if cell != "")
        if used == width:
            break
    return used


def _header_row(rows: Sequence[Row]) -> int | None:
    """Which row holds the headers: the one with most known ones, or else one that looks it."""
    known = [_known_headers(row) for row in rows]
    best = max(range(len(rows)), key=lambda i: known[i])
    filled = sum(cell != "" for cell in rows[best].cells)
    if known[best] >= 2 or (known[best] == 1 and filled <= 3):
        return best
    usual = Counter(sum(cell != "" for cell in row.cells) for row in rows).most_common(1)[0][0]
    if usual < 2:
        return None
    for i, row in enumerate(rows[:-1]):
        texts = [cell for cell in row.cells if cell != ""]
        if len(texts) >= max(2, usual * 0.6):
            return i if _looks_like_headers(texts, rows[i + 1 :]) else None
    return None


def _looks_like_headers(cells: list[Cell], below: Sequence[Row]) -> bool:
    """Short words, each once, none like data, above rows of which some are like data."""
    words = [cell for cell in cells if isinstance(cell, str) and len(cell) <= 30]
    if len(set(words)) < len(cells) or any(_LIKE_DATA.match(word) for word in words):
        return False
    return any(_LIKE_DATA.match(text_of(cell)) for row in below for cell in row.cells)


def _is_regular(rows: Sequence[Row]) -> bool:
    """Whether rows without headers are a table all the same: most of one width, with data."""
    widths = Counter(len(row.cells) for row in rows)
    width, count = widths.most_common(1)[0]
    if width < 2 or count < len(rows) * 0.8:
        return False
    first = rows[:_LOOK_AT]
    return any(_LIKE_DATA.match(text_of(cell)) for row in first for cell in row.cells)


def _letters(column: int) -> str:
    """The name that spreadsheets give to a column: A, B, …, Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name

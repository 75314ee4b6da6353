"""Files that are made to hurt, small on the disk; and what a process says that reads them all.

python -m tests.exchange.hostile_files FOLDER reads every file in a folder and prints one JSON
document: by name, the sentence or the number of rows, the seconds, and the memory used so far.
"""

import io
import json
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
    "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1"'
    f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1"'
    f' Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "lollollol">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)


def _cell(words: str) -> str:
    return f'<c t="inlineStr"><is><t>{words}</t></is></c>'


_TWO_ROWS = (
    f'<row r="1">{_cell("姓名")}{_cell("手机")}</row>'
    f'<row r="2">{_cell("张三")}{_cell("13812345678")}</row>'
)


def xlsx(rows: str = _TWO_ROWS, before: str = "", **parts: str | bytes) -> bytes:
    """A workbook of one sheet; further parts by name, with __ for /."""
    sheet = f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    named = {name.replace("__", "/"): content for name, content in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**_PARTS, "xl/worksheets/sheet1.xml": sheet, **named}.items():
            archive.writestr(name, content)
    return out.getvalue()


def ods(rows: str, before: str = "") -> bytes:
    name = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{space}="{name}{space}:1.0"' for space in ("office", "table", "text"))
    content = (
        f"{before}<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{name}manifest:1.0"/>')
        archive.writestr("content.xml", content)
    return out.getvalue()


def _ods_cell(words: str, more: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="string" {more}>'
        f"<text:p>{words}</text:p></table:table-cell>"
    )


def _ods_row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


_ODS_ROWS = _ods_row(_ods_cell("姓名"), _ods_cell("手机")) + _ods_row(
    _ods_cell("张三"), _ods_cell("138")
)


def _deflated(pieces: list[bytes]) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return b"".join(map(packer.compress, pieces)) + packer.flush()


def _lying(packed: bytes, size: int, packed_size: int) -> bytes:
    """A workbook whose sheet says that it is `size` bytes long."""
    entries = {name: _deflated([words.encode()]) for name, words in _PARTS.items()}
    entries["xl/worksheets/sheet1.xml"] = packed
    out, directory = io.BytesIO(), b""
    for name, data in entries.items():
        sizes = (packed_size, size) if data is packed else (len(data), len(_PARTS[name].encode()))
        at, called = out.tell(), name.encode()
        out.write(
            struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, *sizes, len(called), 0)
            + called
            + data
        )
        directory += _entry(called, *sizes, at)
    at = out.tell()
    out.write(directory + _end(len(entries), len(directory), at))
    return out.getvalue()


def _entry(name: bytes, packed: int, size: int, at: int) -> bytes:
    more = (packed, size, len(name), 0, 0, 0, 0, 0, at)
    return struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, *more) + name


def _end(count: int, size: int, at: int) -> bytes:
    return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, size, at, 0)


def _overlapping(count: int) -> bytes:
    """Many names for the same 10 MB, which lie in the archive once."""
    packed = _deflated([b" " * 1_000_000] * 10)
    name = b"xl/0"
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(packed), 9, len(name), 0)
    start = head + name + packed
    directory = b"".join(_entry(f"xl/{n}".encode(), len(packed), 9, 0) for n in range(count))
    return start + directory + _end(count, len(directory), len(start))


def _nested() -> bytes:
    data = xlsx()
    for _level in range(40):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/a.xlsx", data)
        data = out.getvalue()
    return data


_SPACES = [b" " * 1_000_000] * 200
_REPEATED = 'table:number-columns-repeated="16384"'
_CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:张三\r\nTEL:13812345678\r\n".encode()
_END_OF_CARD = b"END:VCARD\r\n"
_HEADERS = "姓名,手机,生日,金额\n".encode()


def _card(*parts: bytes) -> bytes:
    return b"".join((_CARD, *parts, _END_OF_CARD))


BOMB = "would unpack to more than this computer can hold"
DAMAGED = "is damaged or incomplete"
TOO_WIDE = "has over 1000 columns"
NO_TABLE = "is not a table"
TOO_LONG = "has a line or cell of over a million characters"
TOO_LARGE = "is larger than can be read at once"
TOO_MANY = "has over 1000 entries in one contact"

FILES: dict[str, tuple[Callable[[], bytes], str | int]] = {
    # two cells in far corners: 17 thousand million between them
    "corners.xlsx": (lambda: xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">'
                                  '<c r="XFD1048576"><v>1</v></c></row>'), BOMB),
    "tall.xlsx": (lambda: xlsx(_TWO_ROWS + '<row r="1048576"><c r="CV1048576"><v>1</v></c></row>'),
                  BOMB),
    "corners.ods": (lambda: ods(_ODS_ROWS + _ods_row(
        _ods_cell("x", _REPEATED), more='table:number-rows-repeated="1048576"')), DAMAGED),
    "endless.ods": (lambda: ods(_ODS_ROWS + _ods_row(
        _ods_cell("x", 'table:number-columns-repeated="99999999999"'))), DAMAGED),
    "empty-below.ods": (lambda: ods(_ODS_ROWS + _ods_row(
        f"<table:table-cell {_REPEATED}/>", more='table:number-rows-repeated="1048574"')), 1),
    # archives
    "bomb.xlsx": (lambda: _lying(packed := _deflated(_SPACES), 200_000_000, len(packed)), BOMB),
    "says-100-bytes.xlsx": (lambda: _lying(packed := _deflated(_SPACES), 100, len(packed)), BOMB),
    "says-4-gigabytes.xlsx": (lambda: _lying(_deflated(_SPACES), 0xFFFFFFFF, 0xFFFFFFFE), BOMB),
    "says-10-packed.xlsx": (lambda: _lying(_deflated(_SPACES), 100, 10), DAMAGED),
    "overlapping.xlsx": (lambda: _overlapping(200), BOMB),
    "many-parts.xlsx": (lambda: _overlapping(20_000), BOMB),
    "nested.xlsx": (_nested, DAMAGED),
    "giant-picture.xlsx": (lambda: xlsx(xl__media__image1_png=bytes(200_000_000)), BOMB),
    # names that lead out of the archive
    "paths.xlsx": (lambda: xlsx(**{"../../evil": "x", "/tmp/evil": "x", "..\\evil": "x"}), 1),
    "leads-out.xlsx": (lambda: xlsx(**{"xl/_rels/workbook.xml.rels": _PARTS[
        "xl/_rels/workbook.xml.rels"].replace("worksheets/", "../../../../etc/")}), DAMAGED),
    # XML
    "laughs.xlsx": (lambda: xlsx(_TWO_ROWS.replace("张三", "张三&j;"), _LAUGHS), DAMAGED),
    "laughs.ods": (lambda: ods(_ODS_ROWS.replace("张三", "&j;"), _LAUGHS), DAMAGED),
    "deep.xlsx": (lambda: xlsx("<row>" + "<c>" * 1_000_000), DAMAGED),
    "no-strings.xlsx": (lambda: xlsx('<row><c t="s"><v>99999999</v></c></row>'), DAMAGED),
    # too wide, too long, too much
    "16384-columns.xlsx": (lambda: xlsx("<row>" + _cell("x") * 16_384 + "</row>"), TOO_WIDE),
    "a-million-columns.xlsx": (lambda: xlsx("<row>" + _cell("x") * 1_000_000 + "</row>"), TOO_WIDE),
    "styled-rows.xlsx": (lambda: xlsx(_TWO_ROWS + "".join(
        f'<row r="{n}" s="1"><c r="A{n}" s="1"/></row>' for n in range(3, 1_048_577))), 1),
    "cell-of-100-mb.xlsx": (lambda: xlsx(f"<row>{_cell('x' * 100_000_000)}</row>"), TOO_LONG),
    "10000-columns.csv": (lambda: b",".join(b"c%d" % n for n in range(10_000)), TOO_WIDE),
    "a-million-columns.csv": (lambda: b"a," * 1_000_000 + b"\n", TOO_WIDE),
    "ragged.csv": (lambda: _HEADERS + b",".join([b"x"] * 900) + b"\n" + b"a\n" * 400_000,
                   TOO_LARGE),
    "one-line.csv": (lambda: _HEADERS + b"x" * 30_000_000, TOO_LONG),
    "quotes.csv": (lambda: _HEADERS + b'"' * 3_000_000, TOO_LONG),
    "quotes-of-lines.csv": (lambda: _HEADERS + b'"a\n' * 200_001, "is never closed"),
    "spaces.csv": (lambda: _HEADERS + b",".join([b"1" + b" " * 900_000 + b"1"] * 4) + b"\n", 1),
    "digits.csv": (lambda: _HEADERS + b",".join([b"9" * 900_000] * 4) + b"\n", 1),
    # characters
    "zeros.csv": (lambda: _HEADERS + b"a\x00b,c\x00\n" * 1000, NO_TABLE),
    "a-zero.csv": (lambda: _HEADERS + b"abcdefghijkl,138,2,3\n" * 500 + b"a\x00b,c,,\n", 501),
    "says-utf-8.csv": (lambda: b"\xef\xbb\xbf" + "姓名,手机\n张三,1\n".encode("gbk"), NO_TABLE),
    "says-utf-16.csv": (lambda: b"\xff\xfe" + "姓名,手机\n张三,1\n".encode(), NO_TABLE),
    "half-characters.csv": (lambda: "姓名,手机\n张三,1\n".encode("utf-16-le")
                            + b"\x00\xd8,\x00\x00\xdc\n\x00", NO_TABLE),
    "marks.csv": (lambda: _HEADERS + "\u202e张\u200b三\u2066,\u200b,\u200f,\n".encode(), 1),
    # address books
    "picture.vcf": (lambda: _card(b"PHOTO;ENCODING=b:", b"A" * 15_000_000, b"\r\n"), 1),
    "giant-picture.vcf": (lambda: _card(b"PHOTO;ENCODING=b:", b"A" * 40_000_000), TOO_LONG),
    "folded-picture.vcf": (lambda: _card(b"PHOTO:\r\n", (b" " + b"A" * 75 + b"\r\n") * 500_000), 1),
    "long-note.vcf": (lambda: _card(b"NOTE:", b"A" * 2_000_000, b"\r\n"), TOO_LONG),
    "printable.vcf": (lambda: _card(b"NOTE;ENCODING=QUOTED-PRINTABLE:",
                                    (b"=41" * 20 + b"=\r\n") * 200_000, b"x\r\n"), 1),
    "folds.vcf": (lambda: _card(b"NOTE:a\r\n", b" a\r\n" * 1_100_000), TOO_LONG),
    "no-end.vcf": (lambda: _CARD + b"NOTE;QUOTED-PRINTABLE:=\r\n" + b"=\r\n" * 1_100_000, TOO_LONG),
    "many-mails.vcf": (lambda: _card(*(b"EMAIL:a%d@b\r\n" % n for n in range(100_000))), TOO_MANY),
    "cards-in-cards.vcf": (lambda: _card(b"AGENT:\nBEGIN:VCARD\n" * 200_000), 1),
    "long-head.vcf": (lambda: _card(b"A", b';"' * 3_000_000, b":1\r\n"), 1),
    "punycode.vcf": (lambda: _card(b"NOTE;CHARSET=punycode:a-", b"b" * 900_000, b"\r\n"), 1),
    "charsets.vcf": (lambda: _card(*(
        b"NOTE;CHARSET=%s:\xff\xfea\\ud800\r\n" % name
        for name in (b"idna", b"unicode_escape", b"utf-7", b"undefined", b"zip", b"a\x00b"))), 1),
    "semicolons.vcf": (lambda: _card(b"ADR:", b";" * 900_000, b"\r\nCATEGORIES:", b"a," * 400_000,
                                     b"\r\n"), 1),
}  # fmt: skip
"""What is in a file, and the sentence it gets, or how many rows are read from it."""


def write_all(folder: Path) -> None:
    for name, (content, _expected) in FILES.items():
        (folder / name).write_bytes(content())


def _highest_so_far() -> int:
    """KiB of our own; ru_maxrss would begin with what the process took that started us."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def main(folder: Path) -> None:
    import resource

    from custdesk.errors import CustdeskError
    from custdesk.exchange.headers import guess_mapping
    from custdesk.exchange.importing import read_file
    from custdesk.exchange.records import customers
    from tests.fuzz.targets import TODAY

    said = {}
    for path in sorted(folder.iterdir()):
        began = time.monotonic()
        outcome: str | int
        try:
            table = read_file(path)
            outcome = len(table.rows)
            [*customers(table, guess_mapping(table.headers, table.rows), TODAY)]
        except CustdeskError as error:
            outcome = str(error)
        said[path.name] = (
            outcome,
            time.monotonic() - began,
            _highest_so_far() >> 10,
            resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10,
        )
    print(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Tables out of text files and workbooks, good and bad."""

import csv
import io
import os
import sqlite3
import zipfile
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.errors import Cancelled, CustdeskError
from custdesk.exchange.sheet import read_table
from custdesk.exchange.table import Row, Table

DATA = Path(__file__).parents[1] / "data"
SHOP = DATA / "tea_shop"
WORKBOOKS = DATA / "workbooks"
PEOPLE = "姓名,手机,城市\n张丽华,13812345678,杭州\n"


def read(folder: Path, content: str | bytes, name: str = "customers.csv") -> Table:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path)


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter", "header_line", "first_line", "last_line"),
    [
        ("customers_gb18030.csv", "gb18030", ",", 2, 3, 959),
        ("customers_utf16.tsv", "utf-16", "\t", 1, 2, 958),
        ("customers.xlsx", "xlsx", "", 2, 3, 822),
    ],
)
def test_the_shop_s_files(
    name: str, encoding: str, delimiter: str, header_line: int, first_line: int, last_line: int
) -> None:
    table = read_table(SHOP / name)
    assert (table.encoding, table.delimiter) == (encoding, delimiter)
    assert table.headers[:5] == ["编号", "姓名", "性别", "手机", "微信号"]
    assert table.titles == (("和风茶舍 客户登记表",) if header_line == 2 else ())
    assert len(table.rows) == 820
    assert table.header_line == header_line
    assert (table.rows[0].line, table.rows[-1].line) == (first_line, last_line)


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
    ],
)
def test_any_encoding_of_simplified_chinese(tmp_path: Path, codec: str, name: str) -> None:
    table = read(tmp_path, PEOPLE.encode(codec))
    assert (table.headers, table.encoding) == (["姓名", "手机", "城市"], name)
    assert table.rows == [Row(2, ["张丽华", "13812345678", "杭州"])]


def test_traditional_chinese_in_big5(tmp_path: Path) -> None:
    text = (
        "姓名,電話,城市,備註\n陳麗華,0912345678,臺北,喜歡烏龍茶，下午來\n林國強,0987654321,高雄,\n"
    )
    table = read(tmp_path, text.encode("big5"))
    assert table.encoding == "big5"
    assert table.rows[0].cells == ["陳麗華", "0912345678", "臺北", "喜歡烏龍茶，下午來"]


def test_western_european(tmp_path: Path) -> None:
    text = "Name,City\nJürgen Müller,Köln\nRené Lefèvre,Besançon\n"
    table = read(tmp_path, text.encode("cp1252"))
    assert table.encoding == "cp1252"
    assert table.rows[1].cells == ["René Lefèvre", "Besançon"]


def test_a_rare_character_in_four_bytes(tmp_path: Path) -> None:
    table = read(tmp_path, "姓名,手机\n张𬭎,13812345678\n".encode("gb18030"))
    assert table.rows[0].cells[0] == "张𬭎"


def test_one_damaged_byte_does_not_turn_a_file_into_another_encoding(tmp_path: Path) -> None:
    content = PEOPLE.encode() * 20 + b"\xe5\xbc,1,2\n"
    table = read(tmp_path, content)
    assert table.encoding == "utf-8"
    assert table.rows[0].cells[0] == "张丽华"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
def test_any_delimiter(tmp_path: Path, delimiter: str) -> None:
    text = '姓名,手机,备注\n张丽华,138,"a, b"\n李四,139,"c; d | e"\n'
    rows = list(csv.reader(io.StringIO(text)))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    table = read(tmp_path, out.getvalue())
    assert table.delimiter == delimiter
    assert [row.cells for row in table.rows] == rows[1:]


def test_excel_s_own_word_on_the_delimiter(tmp_path: Path) -> None:
    table = read(tmp_path, "sep=;\n姓名;手机\n张丽华;13812345678\n")
    assert table.headers == ["姓名", "手机"]
    assert table.rows == [Row(3, ["张丽华", "13812345678"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_numbers_are_those_of_the_file(tmp_path: Path, end: str) -> None:
    text = '客户表\n\n姓名,备注\n张三,"一\n二"\n\n , \n李四,"说""好"""\n'
    table = read(tmp_path, text.replace("\n", end))
    assert table.header_line == 3
    assert table.rows == [Row(4, ["张三", f"一{end}二"]), Row(8, ["李四", '说"好"'])]


def test_digits_kept_as_text_by_a_formula(tmp_path: Path) -> None:
    table = read(tmp_path, '姓名,手机\n张三,="0571"\n')
    assert table.rows[0].cells == ["张三", "0571"]


def test_rows_of_uneven_length_lose_nothing(tmp_path: Path) -> None:
    table = read(tmp_path, "姓名,手机,城市,,\n张三\n李四,138,杭州,多,,\n姓名,手机,城市,,\n")
    assert table.headers == ["姓名", "手机", "城市", ""]
    assert [row.cells for row in table.rows] == [
        ["张三", "", "", ""],
        ["李四", "138", "杭州", "多"],
    ]


def test_unknown_headers_are_found_by_their_looks(tmp_path: Path) -> None:
    table = read(tmp_path, "甲,乙\n张三,13812345678\n李四,13912345678\n")
    assert (table.headers, table.header_line) == (["甲", "乙"], 1)


def test_a_list_without_headers(tmp_path: Path) -> None:
    table = read(tmp_path, "张三,13812345678\n李四,13912345678\n")
    assert (table.headers, table.header_line) == (["A", "B"], 0)
    assert table.rows[0] == Row(1, ["张三", "13812345678"])


def test_headers_and_nothing_else(tmp_path: Path) -> None:
    assert read(tmp_path, "姓名,手机\n").rows == []


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), min_size=2)
        .map(lambda cells: ["名", *cells][:4])
        .map(lambda cells: cells + ["x"] * (4 - len(cells))),
        max_size=8,
    )
)
def test_what_was_written_as_csv_is_read_again(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["姓名", "城市", "地址", "备注"], *rows])
    with TemporaryDirectory() as folder:
        assert [row.cells for row in read(Path(folder), out.getvalue()).rows] == rows


@pytest.mark.parametrize(("name", "encoding"), [("old.xls", "xls"), ("table.ods", "ods")])
def test_other_workbooks(name: str, encoding: str) -> None:
    table = read_table(WORKBOOKS / name)
    assert table.encoding == encoding
    assert table.rows == [
        Row(3, ["0001", "孙军宇", 19993287921, date(1983, 8, 15)]),
        Row(4, ["0002", "买买提·吐尔逊", "177 0420 0323", "农历七月十三"]),
    ]


def workbook(folder: Path) -> Path:
    """Three sheets: a cover, the customers, and one that is hidden."""
    from xlsxwriter import Workbook

    path = folder / "three.xlsx"
    with Workbook(path) as book:
        book.add_worksheet("说明").write(0, 0, "请勿外传")
        people = book.add_worksheet("客户")
        people.write_row(2, 1, ["姓名", "手机", "会员"])
        people.write_row(4, 1, ["张丽华", 13812345678, True])
        book.add_worksheet("旧").hide()
    return path


def test_the_sheet_with_the_customers_is_chosen(tmp_path: Path) -> None:
    table = read_table(workbook(tmp_path))
    assert (table.sheet, table.sheet_names) == ("客户", ("说明", "客户"))
    assert (table.header_line, table.headers) == (3, ["姓名", "手机", "会员"])
    assert table.rows == [Row(5, ["张丽华", 13812345678, True])]


def test_a_sheet_by_name(tmp_path: Path) -> None:
    with pytest.raises(CustdeskError, match=r"has no sheet “账目”\. It has: 说明, 客户"):
        read_table(workbook(tmp_path), "账目")


def test_progress_ends_at_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("姓名,手机\n" + "张三,138\n" * 20_000)
    heard: list[float] = []
    read_table(path, progress=heard.append)
    assert heard == sorted(heard)
    assert heard
    assert heard[-1] <= 1.0


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    def stop(share: float) -> None:
        raise Cancelled("")

    path = tmp_path / "many.csv"
    path.write_text("姓名,手机\n" + "张三,138\n" * 20_000)
    with pytest.raises(Cancelled):
        read_table(path, progress=stop)


def _archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


_BOMB = {"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": bytes(200_000_000)}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\r\n\r\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "is not a table"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 20, "is not a table"),
        (b"SQLite format 3\x00" + bytes(4000), "is not a table"),
        (bytes(range(256)) * 40, "is not a table"),
        ("这是一段话，没有表格。\n今天天气很好。\n".encode(), "is not a table"),
        (b'{"a": [1, 2, 3],\n "b": "x"}\n', "is not a table"),
        (b"import os, sys\n\ndef f():\n    pass\n    return 12345\n", "is not a table"),
        (_archive({"word/document.xml": b"<a/>"}), "is not a table"),
        (_archive({"xl/workbook.xml": b"<a/>"}), "is damaged or incomplete"),
        (b"PK\x03\x04" + bytes(range(256)), "is damaged or incomplete"),
        ((SHOP / "customers.xlsx").read_bytes()[:30_000], "is damaged or incomplete"),
        ((WORKBOOKS / "old.xls").read_bytes()[:2_000], "is damaged or incomplete"),
        ((WORKBOOKS / "password.xlsx").read_bytes(), "is protected by a password"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "is a web page"),
        (",".join(["a"] * 1001).encode(), "has over 1000 columns"),
        ('姓名,手机\n张三,1\n"李四,2\n王五,3\n'.encode(), "a quotation mark in line 3"),
        (b"a,b\n" + b"x" * 5_000_000, "over a million characters"),
        (b'a,b\n"' + b"x" * 1_500_000 + b'",2\n', "over a million characters"),
        (b'a,b\n"' + b"x\n" * 2_000_000, "a quotation mark in line 2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(CustdeskError, match=sentence) as refused:
        read_table(path)
    assert "\n" not in str(refused.value)


def test_an_archive_that_would_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(_archive(_BOMB))
    with pytest.raises(CustdeskError, match="more than this computer can hold"):
        read_table(path)


def test_a_database_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "customers.custdesk"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE customer (name TEXT)")
    db.close()
    with pytest.raises(CustdeskError, match="is not a table"):
        read_table(path)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CustdeskError, match=r"There is no file missing\.csv"):
        read_table(tmp_path / "missing.csv")
    with pytest.raises(CustdeskError, match="is a folder"):
        read_table(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.csv"
    path.write_text(PEOPLE)
    path.chmod(0)
    with pytest.raises(CustdeskError, match="may not be read"):
        read_table(path)


def test_an_endless_line_takes_neither_memory_nor_time(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n")
        file.seek(200_000_000)  # a hole, read as zeros; the text begins before it
        file.write(b"x")
    with path.open("r+b") as file:
        file.seek(4)
        file.write(b"x" * 6_000_000)
    tracemalloc.start()
    with pytest.raises(CustdeskError, match="over a million characters"):
        read_table(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000

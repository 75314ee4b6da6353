"""Export: what people and spreadsheets read, and what we read back without loss."""

import csv
import re
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from custdesk.errors import Cancelled, CustdeskError
from custdesk.exchange import exporting
from custdesk.exchange.exporting import export_customers
from custdesk.exchange.fields import Field
from custdesk.exchange.guarding import guarded, unguarded
from custdesk.exchange.headers import guess_mapping
from custdesk.exchange.importing import Choices, import_file
from custdesk.people import customers, history, own_dates
from custdesk.store.models import (
    REGULAR,
    VIP,
    Channel,
    ContactKind,
    CustomerKind,
    Gender,
    Potential,
    RelationKind,
)
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import (
    add,
    birthday,
    bring_in,
    edit,
    faults,
    found_ids,
    is_a_sentence,
    names,
    trash,
)

ENDINGS = (".csv", ".xlsx")


def export(store: Store, path: Path) -> int:
    with store.read() as db:
        return export_customers(db, path)


def cells(path: Path) -> list[list[object]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [[*row] for row in csv.reader(file)]
    with CalamineWorkbook.from_path(path) as book:
        return [[*row] for row in book.get_sheet_by_index(0).to_python()]


def facts(store: Store) -> dict[str, tuple[object, ...]]:
    """All that is known of everybody, by number."""
    found = {}
    with store.read() as db:
        for id in db.execute(text("SELECT id FROM customer WHERE trashed_at IS NULL")).scalars():
            one = customers.get(db, id)
            found[one.number] = (
                *(one.name, one.kind, one.gender, customers.birthday_of(one), one.grade_by_hand),
                *(one.potential, one.added_on, one.preferred_channel, one.do_not_contact),
                one.consented_on,
                *(one.private_sign, *(getattr(one, field) for field in customers.TEXTS)),
                [(point.kind, point.value, point.label) for point in customers.contacts(db, id)],
                (one.quiet_from, one.quiet_until),
                [(own.name, own.day, own.yearly) for own in own_dates.of_customer(db, id)],
                customers.tags_of(db, id),
                [
                    related.number
                    for related in history.relations(db, id)
                    if related.outgoing and related.kind is RelationKind.REFERRED_BY
                ],
            )
    return found


@pytest.fixture
def shop(store: Store) -> Store:
    """Customers with everything that is hard to write and to read."""
    add(store, "李国强", phone="13812340000", number="0007")
    everything = add(
        store,
        "张𬭎",
        phone=["13812345678", "0571-88886666转802", "+1 415 555 2671", "400 800 1234"],
        email="z@example.com",
        wechat="zhang_hong",
        lunar="2020-04-08L",
        grade=VIP,
        tags=["绿茶", "老客"],
        number="A-7",
        gender=Gender.MALE,
        potential=Potential.HIGH,
        company="西湖茶业有限公司",
        title="经理",
        city="杭州",
        address="上海街 12 号",
        source="朋友介绍",
        likes="太极、龙井",
        taboos="花生",
        notes='喜欢下午来\n不要早上打电话，"很重要"\n=1+1',
        preferred_channel=Channel.WECHAT,
        do_not_contact=True,
        called="𬭎哥",
        quiet_hours="22:00-8:30",
        consented_on=store.today.replace(month=3),
        private_sign=True,
    )
    with store.write("More") as db:
        for point, label in zip(
            customers.contacts(db, everything), ("mobile", "", "女儿", "work"), strict=False
        ):
            point.label = label
        customers.add_contact(db, everything, ContactKind.EMAIL, "hong@example.org")
        history.relate(db, everything, 1, RelationKind.REFERRED_BY)
        for name, day, yearly in (
            ("结婚纪念日", "1996-02-29", True),
            ("会员卡 2 号", "2027-03-31", False),
            ("Policy: life", "2099-12-31", False),
            ("会员卡 2 号", "2028-03-31", False),
        ):
            day_of = date.fromisoformat(day)
            own_dates.add(db, everything, name, day_of, store.today, yearly=yearly)
    add(store, "买买提·吐尔逊", lunar="10-13")
    add(store, "Anna Smith", solar="1968-11-21", notes="- likes oolong\n+ milk")
    add(store, "𬭎子", solar="02-29", email="x@example.com")
    add(store, "王秀", lunar="1968-12-30", grade=REGULAR, wechat="-wx", likes="@home")
    add(store, "和风茶舍", kind=CustomerKind.COMPANY)
    add(store, "李小店", kind=CustomerKind.PERSON)
    edit(store, 3, added_on=store.today.replace(year=2020))
    return store


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_exported_is_read_back_without_loss(
    shop: Store, tmp_path: Path, open_file: Opener, ending: str, spoken: str
) -> None:
    path = tmp_path / f"客户{ending}"
    assert export(shop, path) == 8
    fresh = open_file(tmp_path / "fresh.custdesk")
    result = import_file(fresh, path, Choices())
    assert (result.read, result.created, result.rejects) == (8, 8, [])
    assert [warning.words for warning in result.warnings] == []
    assert facts(fresh) == facts(shop)
    assert faults(fresh) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_tea_shop_there_and_back(
    store: Store, tmp_path: Path, open_file: Opener, ending: str
) -> None:
    bring_in(store, "customers.xlsx")
    path = tmp_path / f"out{ending}"
    assert export(store, path) == 798
    fresh = open_file(tmp_path / "fresh.custdesk")
    result = import_file(fresh, path, Choices())
    assert (result.read, result.created, len(result.rejects)) == (798, 798, 0)
    assert facts(fresh) == facts(store)
    assert names(fresh) == names(store)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_exported_brings_nothing_new_to_its_own_file(
    shop: Store, tmp_path: Path, ending: str
) -> None:
    export(shop, tmp_path / f"out{ending}")
    result = import_file(shop, tmp_path / f"out{ending}", Choices())
    assert (result.created, result.merged, result.skipped) == (0, 0, 8)


def test_every_header_is_known_to_the_import_in_both_languages(
    shop: Store, tmp_path: Path, spoken: str
) -> None:
    export(shop, tmp_path / "a.csv")
    headers = [str(cell) for cell in cells(tmp_path / "a.csv")[0]]
    mapping = guess_mapping(headers, [])
    strange = [
        column.header
        for column in mapping.columns
        if column.field in (Field.KEEP_IN_NOTES, Field.IGNORE)
    ]
    labels = [header for header in headers if header.endswith((" - Label", " - 标签"))]
    assert strange == labels
    assert len(labels) == 4


@pytest.mark.parametrize("ending", ENDINGS)
def test_everybody_in_list_order_and_nobody_from_the_trash(
    shop: Store, tmp_path: Path, ending: str
) -> None:
    trash(shop, *found_ids(shop, "王秀"))
    export(shop, tmp_path / f"a{ending}")
    at = cells(tmp_path / f"a{ending}")[0].index("Name")
    assert [row[at] for row in cells(tmp_path / f"a{ending}")[1:]] == names(shop)


def test_plain_customers_have_a_plain_table(store: Store, tmp_path: Path) -> None:
    add(store, "张丽华", phone="13812345678")
    export(store, tmp_path / "a.csv")
    header, row = cells(tmp_path / "a.csv")
    assert header[:7] == [
        "Number",
        "Name",
        "Person or company",
        "Gender",
        "Phone",
        "WeChat",
        "E-mail",
    ]
    assert row[:5] == ["0001", "张丽华", "Person", "", "138 1234 5678"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_without_customers_has_headers(store: Store, tmp_path: Path, ending: str) -> None:
    assert export(store, tmp_path / f"a{ending}") == 0
    assert cells(tmp_path / f"a{ending}")[0][:2] == ["Number", "Name"]


def test_excel_opens_the_csv_right(shop: Store, tmp_path: Path) -> None:
    export(shop, tmp_path / "a.csv")
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content


def test_a_workbook_s_cells_stay_text(shop: Store, tmp_path: Path) -> None:
    edit(shop, 1, notes="=HYPERLINK(1)", city="00123", address="http://example.com")
    export(shop, tmp_path / "a.xlsx")
    assert all(isinstance(cell, str) for row in cells(tmp_path / "a.xlsx") for cell in row)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        words = archive.read("xl/sharedStrings.xml").decode()
    assert "=HYPERLINK(1)" in words
    assert "<f>" not in sheet and "<hyperlink" not in sheet
    assert 'state="frozen"' in sheet


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-1", "-1"),
        ("-1,234.50", "-1,234.50"),
        ("-1+1", "'-1+1"),
        ("  =1+1", "'  =1+1"),
        ('"=1+1', "'\"=1+1"),
        ("'=1+1", "''=1+1"),
        ("\u200b＝1+1", "'\u200b＝1+1"),
        ("＠SUM(1)", "'＠SUM(1)"),
        ("+12345678 *A1", "'+12345678 *A1"),
        ("+1-415-555-2671", "'+1-415-555-2671"),
        ("+57188886666;ext=802", "+57188886666;ext=802"),
        ("+86 571 8888 6666 转 802", "+86 571 8888 6666 转 802"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("+86 138 1234 5678", "+86 138 1234 5678"),
        ("+1 415-555-2671", "+1 415-555-2671"),
        ("+14155552671", "+14155552671"),
        ("+1-2", "'+1-2"),
        ("张丽华", "张丽华"),
        ("'quoted'", "'quoted'"),
        ("", ""),
    ],
)
def test_no_cell_of_a_csv_is_a_formula(cell: str, written: str) -> None:
    assert guarded(cell) == written
    assert unguarded(written) == cell


@given(st.text() | st.text("=+-@＝＋－＠'\"\t\r \u3000\ufeff1aA|!", max_size=12))
def test_a_guarded_cell_says_the_same_unguarded(cell: str) -> None:
    written = guarded(cell)
    first = written.strip('"\ufeff \u3000')[:1]
    harmless = re.fullmatch(r"-[\d,.]+|\+[\d ()-]+(;ext=\d+| \w{1,6}\.? ?\d+)?", written)
    assert harmless or first not in (*"=+-@＝＋－＠\t\r",)
    assert unguarded(written) == cell


@settings(deadline=None)
@given(
    st.text(
        st.characters(categories=["L", "N", "P", "S", "Zs"], include_characters="\n"), max_size=60
    )
)
def test_any_notes_there_and_back(notes: str) -> None:
    said = customers._text(notes)
    assert unguarded(guarded(said)) == said


def test_long_notes_go_on_in_further_columns(
    store: Store, tmp_path: Path, open_file: Opener
) -> None:
    lines = "\n".join(f"第 {n} 行：{'茶' * 100}" for n in range(800))
    edit(store, add(store, "张丽华"), notes=lines)
    for ending in ENDINGS:
        path = tmp_path / f"a{ending}"
        export(store, path)
        assert max(len(str(cell)) for cell in cells(path)[1]) <= exporting.LONGEST_CELL
        fresh = open_file(tmp_path / f"fresh{ending}.custdesk")
        import_file(fresh, path, Choices())
        assert facts(fresh) == facts(store)


@pytest.mark.parametrize("name", ["a.txt", "a", "a.xls", "a.csv.zip", ".csv"])
def test_other_endings_are_refused(shop: Store, tmp_path: Path, name: str, spoken: str) -> None:
    with pytest.raises(CustdeskError) as error:
        export(shop, tmp_path / name)
    assert is_a_sentence(str(error.value), spoken)
    assert [path.name for path in tmp_path.iterdir() if "custdesk" not in path.name] == []


@pytest.mark.parametrize("ending", [".CSV", ".Xlsx"])
def test_endings_in_capitals(shop: Store, tmp_path: Path, ending: str) -> None:
    assert export(shop, tmp_path / f"a{ending}") == 8


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_place_that_cannot_be_written_is_said(
    shop: Store, tmp_path: Path, ending: str, spoken: str
) -> None:
    (tmp_path / f"folder{ending}").mkdir()
    for path in (tmp_path / "missing" / f"a{ending}", tmp_path / f"folder{ending}"):
        with pytest.raises(CustdeskError) as error:
            export(shop, path)
        assert is_a_sentence(str(error.value), spoken)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_failure_leaves_the_file_of_before(shop: Store, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    export(shop, path)
    before = path.read_bytes()
    with shop.read() as db:
        db.execute(text("DROP TABLE tag"))
        with pytest.raises(Exception, match="no such table"):
            export_customers(db, path)
    assert path.read_bytes() == before
    assert {one.name for one in tmp_path.iterdir() if "custdesk" not in one.name} == {path.name}


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_export_can_be_stopped_and_leaves_nothing(
    store: Store, tmp_path: Path, ending: str
) -> None:
    bring_in(store, "customers.xlsx")
    (tmp_path / "out").mkdir()
    heard = []

    def stop(done: int, total: int) -> None:
        heard.append((done, total))
        if done:
            raise Cancelled

    with store.read() as db, pytest.raises(Cancelled):
        export_customers(db, tmp_path / "out" / f"a{ending}", stop)
    assert heard == [(0, 798), (500, 798)]
    assert [*(tmp_path / "out").iterdir()] == []


def test_an_export_says_how_far_it_is(store: Store, tmp_path: Path) -> None:
    bring_in(store, "customers.xlsx")
    heard = []
    with store.read() as db:
        export_customers(db, tmp_path / "a.xlsx", lambda *step: heard.append(step))
    assert heard == [(0, 798), (500, 798), (798, 798)]


def test_a_workbook_leaves_nobody_in_the_folder_for_temporary_files(
    shop: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that were open when the disk was full would stay there, with everybody in them."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    seen: list[Path] = []
    with shop.read() as db:
        export_customers(
            db, tmp_path / "a.xlsx", lambda *_: seen.extend((tmp_path / "temporary").iterdir())
        )
    assert seen == []


def test_a_workbook_that_cannot_be_made_is_said(
    shop: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoken: str
) -> None:
    def refuse(_book: Workbook) -> None:
        raise FileCreateError

    monkeypatch.setattr(Workbook, "close", refuse)
    with pytest.raises(CustdeskError) as error:
        export(shop, tmp_path / "a.xlsx")
    assert is_a_sentence(str(error.value), spoken)


def test_a_birthday_in_words(store: Store, tmp_path: Path, spoken: str) -> None:
    for born, lunar in (("1968-10-13", True), ("2020-04-08L", True), ("11-21", False)):
        edit(store, add(store, "张丽华"), birthday=birthday(born, lunar=lunar))
    export(store, tmp_path / "a.csv")
    header, *rows = cells(tmp_path / "a.csv")
    at = header.index("Birthday" if spoken == "en" else "生日")
    assert [row[at] for row in rows] == (
        ["lunar 1968-10-13", "lunar 2020-04-08L", "11-21"]
        if spoken == "en"
        else ["1968年农历十月十三", "2020年农历闰四月初八", "11-21"]
    )


def test_own_dates_in_words(shop: Store, tmp_path: Path, spoken: str) -> None:
    export(shop, tmp_path / "a.csv")
    header, *rows = cells(tmp_path / "a.csv")
    at = header.index("Important dates" if spoken == "en" else "重要日期")
    assert [row[at] for row in rows if row[at]] == [
        "结婚纪念日 1996-02-29 (yearly); 会员卡 2 号 2027-03-31; 会员卡 2 号 2028-03-31;"
        " Policy: life 2099-12-31"
        if spoken == "en"
        else "结婚纪念日 1996-02-29（每年）；会员卡 2 号 2027-03-31；会员卡 2 号 2028-03-31；"
        "Policy: life 2099-12-31"
    ]

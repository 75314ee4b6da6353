"""Address books of phones and mail programs, as these really write them."""

import codecs
from datetime import date
from pathlib import Path

import pytest

from custdesk.care.birthday import Birthday
from custdesk.errors import CustdeskError
from custdesk.exchange.dates import read_birthday
from custdesk.exchange.fields import Field
from custdesk.exchange.headers import guess_mapping
from custdesk.exchange.table import Table, text_of
from custdesk.exchange.vcard import is_cards, read_cards

CARDS = Path(__file__).parents[1] / "data" / "vcards"


def contacts(table: Table) -> list[dict[str, str]]:
    """Every contact by header, without its empty cells."""
    return [
        {
            header: text_of(cell)
            for header, cell in zip(table.headers, row.cells, strict=True)
            if cell
        }
        for row in table.rows
    ]


def read(folder: Path, content: str | bytes) -> dict[str, str]:
    """The only contact of a file."""
    path = folder / "card.vcf"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (contact,) = contacts(read_cards(path))
    return contact


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


@pytest.mark.parametrize(
    "path", sorted(CARDS.glob("*.vcf")), ids=lambda path: str(path.stem) if path else ""
)
def test_every_card_of_real_programs_is_read(path: Path) -> None:
    content = path.read_bytes().replace(b"\x00", b"")
    if path.stem == "folkerkinzel_Empty":
        with pytest.raises(CustdeskError, match="is empty"):
            read_cards(path)
        return
    table = read_cards(path)
    assert len(table.rows) == content.upper().count(b"BEGIN:VCARD")
    guessed = guess_mapping(table.headers, table.rows)
    nameless = 3 if "ANDROID" in path.stem else 0  # three have an e-mail address only
    names = [row.cells[guessed.of(Field.NAME)[0].index] for row in table.rows]
    assert names.count("") <= nameless
    assert not any("\ufffd" in text_of(name) for name in names)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("folkerkinzel_German", {"Name": "Sören Täve Nüßlebaum", "City": "Mößlitz"}),
        ("folkerkinzel_Greek", {"Name": "Βαγγέλης", "City": "Αθήνα"}),
        ("folkerkinzel_Ukrainian", {"Name": "Віталій Володимирович Кличко", "City": "Київ"}),
        ("folkerkinzel_utf-8", {"Name": "孔夫子"}),
        ("folkerkinzel_v3Utf16Bom", {"Name": "Folker Kinzel", "Birthday": "19780311"}),
        ("folkerkinzel_AnsiIssueInvalidEncoding", {"Address": "Lämmerweg 12 98765"}),
        ("folkerkinzel_Cropped_2_1", {"Name": "Maxl", "Department": "Führungsetage"}),
        ("folkerkinzel_WhatsAppIssue", {"Phone 1 - Label": "home", "Notes": "PERLA\nmadrid"}),
        ("ezvcard_John_Doe_IPHONE", {"Phone 1": "905-555-1234", "Phone 1 - Label": "mobile"}),
        ("ezvcard_John_Doe_GMAIL", {"Related person": "Spouse Jenny"}),
        ("ezvcard_John_Doe_EVOLUTION", {"Anniversary": "1980-03-22", "Spouse": "Maria"}),
        ("ezvcard_fullcontact", {"Gender": "male", "E-mail 5": "custom@example.com"}),
        (
            "ezvcard_outlook-2003",
            {"Company": "Company, The", "Country": "United States of America"},
        ),
        ("ezvcard_gmail-single2", {"QQ": "IM6", "Google Talk": "IM2"}),
        ("ezvcard_rfc6350-example", {"Phone 1": "+1-418-656-9254;ext=102", "Birthday": "--0203"}),
    ],
)
def test_what_real_cards_say(name: str, expected: dict[str, str]) -> None:
    first = contacts(read_cards(CARDS / f"{name}.vcf"))[0]
    assert {header: first.get(header) for header in expected} == expected


def test_an_android_card_in_quoted_printable(tmp_path: Path) -> None:
    text = card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=AD=99;=E5=86=9B=E5=AE=87;;;",
        "TEL;CELL:19993287921",
        "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E8=AF=B4=E8=BF=87=EF=BC=9A=22=E4=B8=8B=",
        "=E6=AC=A1=22=0A=E5=A5=BD",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;1983-08-15;3;;;;;;;;;;;;;",
        version="2.1",
    )
    assert read(tmp_path, text) == {
        "Name": "孙军宇",
        "Phone 1": "19993287921",
        "Phone 1 - Label": "mobile",
        "Birthday": "1983-08-15",
        "Notes": '说过："下次"\n好',
    }


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_any_encoding(tmp_path: Path, codec: str) -> None:
    text = card("FN:张丽华", "N:张;丽华;;;", "ORG:和风茶舍;采购部", "NOTE:喜欢下午来")
    assert read(tmp_path, text.encode(codec)) == {
        "Name": "张丽华",
        "Company": "和风茶舍",
        "Department": "采购部",
        "Notes": "喜欢下午来",
    }


def test_each_property_may_have_its_own_charset(tmp_path: Path) -> None:
    content = b"\r\n".join(
        [b"BEGIN:VCARD", b"VERSION:2.1", b"FN;CHARSET=GBK:" + "张丽华".encode("gbk"),
         b"NOTE;CHARSET=UTF-8:" + "老客户".encode(), b"END:VCARD"]
    )  # fmt: skip
    assert read(tmp_path, content) == {"Name": "张丽华", "Notes": "老客户"}


def test_pictures_and_folded_lines(tmp_path: Path) -> None:
    text = card(
        "FN:Mary Smith",
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAMCAgICAgM=",
        " CAgIDAwMDBAYEBAQEBAgGBgUGCQgKk/ioorZFjl+6aZRRVAf/2Q==",
        "NOTE:likes green te",
        " a\\, and\\ncoffee",
    )
    assert read(tmp_path, text) == {"Name": "Mary Smith", "Notes": "likes green tea, and\ncoffee"}


def test_an_apple_card(tmp_path: Path) -> None:
    text = card(
        "N:张;丽华;;;",
        "FN:丽华 张",
        "item1.TEL;type=pref:+86 138 1234 5678",
        "item1.X-ABLabel:_$!<Mobile>!$_",
        "item2.TEL:0571-88886666",
        "item2.X-ABLabel:店里",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12",
        "item3.ADR;type=HOME:;;文三路 1 号;杭州;浙江;310000;中国",
        "IMPP;X-SERVICE-TYPE=WeChat;type=pref:x-apple:zlh_1983",
    )
    assert read(tmp_path, text) == {
        "Name": "张丽华",
        "Phone 1": "+86 138 1234 5678",
        "Phone 1 - Label": "mobile",
        "Phone 2": "0571-88886666",
        "Phone 2 - Label": "店里",
        "WeChat 1": "zlh_1983",
        "Birthday": "1604-04-12",
        "City": "杭州",
        "Province": "浙江",
        "Address": "文三路 1 号 310000",
        "Country": "中国",
    }


def test_a_firm(tmp_path: Path) -> None:
    contact = read(tmp_path, card("FN:", "N:;;;;", "ORG:维涛信息有限公司", "TEL:057188886666"))
    assert contact["Name"] == "维涛信息有限公司"
    assert contact["Person or company"] == "company"


def test_a_group_is_no_contact(tmp_path: Path) -> None:
    group = card("FN:Friends", "X-ADDRESSBOOKSERVER-KIND:group")
    assert read(tmp_path, group + card("FN:Mary Smith")) == {"Name": "Mary Smith"}


def test_a_card_within_a_card_is_passed_over(tmp_path: Path) -> None:
    agent = ["AGENT:", "BEGIN:VCARD", "VERSION:2.1", "FN:His Agent", "END:VCARD"]
    contact = read(tmp_path, card("FN:Mary Smith", *agent, "TEL:13812345678", version="2.1"))
    assert contact == {"Name": "Mary Smith", "Phone 1": "13812345678"}


def test_a_file_that_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "card.vcf"
    path.write_text(card("FN:张三") + "BEGIN:VCARD\nVERSION:3.0\nFN:李四\nTEL:1391")
    assert contacts(read_cards(path)) == [{"Name": "张三"}, {"Name": "李四", "Phone 1": "1391"}]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "card.vcf"
    path.write_text(card("FN:张三") + "\n" + card("FN:李四"), newline="")
    assert [row.line for row in read_cards(path).rows] == [1, 6]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (b"BEGIN:VCARD\nEND:VCARD\n", "holds no contacts"),
        (b"PK\x03\x04" + bytes(range(256)), "holds no contacts"),
        ("姓名,手机\n张三,138\n".encode(), "is not a table"),
        (b"BEGIN:VCARD\nNOTE:" + b"x" * 17_000_000, "over a million characters"),
    ],
    ids=["empty", "mark", "no card", "archive", "table", "endless"],
)
def test_what_holds_no_contacts(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "card.vcf"
    path.write_bytes(content)
    with pytest.raises(CustdeskError, match=sentence):
        read_cards(path)


def test_cards_are_known_by_their_beginning(tmp_path: Path) -> None:
    assert is_cards(CARDS / "folkerkinzel_v3Utf16Bom.vcf")
    path = tmp_path / "people.csv"
    path.write_text("姓名,手机\n")
    assert not is_cards(path)


def test_birthdays_of_cards_can_be_read() -> None:
    table = read_cards(CARDS / "ezvcard_rfc6350-example.vcf")
    birthday = contacts(table)[0]["Birthday"]
    read = read_birthday(birthday, today=date(2026, 11, 21))
    assert isinstance(read, Birthday)
    assert (read.year, read.month, read.day) == (None, 2, 3)

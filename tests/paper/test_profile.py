"""The profile as people get it: real PDFs, read back and looked at."""

import io
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest

from custdesk import i18n
from custdesk.errors import CustdeskError
from custdesk.paper.profile import (
    ContactLine,
    InteractionRow,
    ProfileFacts,
    PurchaseRow,
    RelationRow,
    for_the_client,
    profile_filename,
    write_profile,
)

DAY = date(2026, 11, 21)
NOBODY = ProfileFacts("赵四", "0042", DAY)
EVERYTHING = ProfileFacts(
    name="张丽华",
    number="0012",
    printed_on=DAY,
    business="和风茶舍",
    grade="vip",
    grade_name="VIP",
    private_sign=True,
    referred_by="王建国",
    added_on=date(2023, 3, 8),
    contacts=[
        ContactLine("phone", "138 1234 5678", plain="+8613812345678"),
        ContactLine("wechat", "lihua_zh", "微信"),
        ContactLine("email", "lihua@example.com"),
    ],
    city="杭州市",
    address="西湖区文三路 88 号",
    gender="女",
    birthday="农历十月十三",
    next_birthday=DAY,
    company="设计院",
    title="高级工程师",
    likes="龙井 · 兰花",
    taboos="不喝咖啡",
    source="口碑推荐",
    tags=["茶友会", "老顾客"],
    preferred_channel="晚上勿扰",
    spend_12m_cents=12_860_000,
    purchases_a_month=5.4,
    last_contact=date(2026, 11, 12),
    purchase_count=187,
    know_before=["去年寄了贺卡，她很喜欢。", "十月投诉破损，已解决。"],
    purchases=[
        PurchaseRow(date(2026, 11, 3), "明前龙井礼盒 × 2", "门店", 268_000),
        PurchaseRow(date(2026, 10, 19), "九曲红梅退货", "微信", -96_000),
    ],
    interactions=[InteractionRow(date(2026, 11, 12), "电话", "周末来店看新茶具。")],
    relations=[RelationRow("王小雨（0007）", "女儿")],
    notes="讲话慢一点。\n\n记得问候她母亲。",
)
INTERNAL = [
    *("VIP", "王建国", "2023", "不喝咖啡", "口碑推荐", "茶友会", "老顾客", "128,600", "5.4"),
    *("9 days ago", "187", "贺卡", "投诉", "周末来店", "王小雨", "女儿", "讲话慢", "问候"),
    "Private-sign",
]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use("en")


def printed(*facts: ProfileFacts, client_safe: bool = False) -> bytes:
    file = io.BytesIO()
    write_profile(facts, file, client_safe=client_safe)
    return file.getvalue()


def poppler(pdf: bytes) -> str:
    asked = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(asked, input=pdf, capture_output=True, check=True).stdout.decode()


def pdfium(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def pages(pdf: bytes) -> list[list[str]]:
    """The lines of each page that say something."""
    texts = poppler(pdf).split("\f")[:-1]
    return [[line.strip() for line in text.splitlines() if line.strip()] for text in texts]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    "words",
    [
        *("张丽华", "VIP", "No. 0012", "Private-sign client", "Introduced by 王建国"),
        *("138 1234 5678", "微信 lihua_zh", "lihua@example.com", "杭州市 西湖区文三路 88 号"),
        *("¥128,600", "5.4 a month", "9 days ago", "187 purchases"),
        *(
            "去年寄了贺卡，她很喜欢。",
            "农历十月十三",
            "设计院 高级工程师",
            "龙井 · 兰花",
            "不喝咖啡",
        ),
        *("口碑推荐", "茶友会 · 老顾客", "晚上勿扰", "女", "明前龙井礼盒 × 2", "¥2,680.00"),
        *("−¥960.00", "2026-11-03", "周末来店看新茶具。", "王小雨（0007）", "记得问候她母亲。"),
        *("Meeting notes", "和风茶舍 · Customer file", "2026-11-21 · Page 1 of 1"),
    ],
)
def test_says_everything_that_is_known(words: str) -> None:
    assert squeezed(words) in squeezed(poppler(printed(EVERYTHING)))


def test_a_customer_with_nothing_but_a_name_has_no_empty_parts() -> None:
    (lines,) = pages(printed(NOBODY))
    assert squeezed("".join(lines)) == squeezed(
        "赵四赵No. 0042Meeting notesCustomer file"
        "Personal information: keep it safe2026-11-21 · Page 1 of 1"
    )


def test_speaks_chinese() -> None:
    i18n.use("zh")
    text = squeezed(poppler(printed(EVERYTHING)))
    for words in ("见面前要知道", "最近购买", "会面记录", "5.4次/月", "9天前", "第1页/共1页"):
        assert words in text


@pytest.mark.parametrize("reader", [poppler, pdfium])
@pytest.mark.parametrize(
    "name",
    ["张𬭎", "㛃𠮷", "买买提·吐尔逊", "Smith O'Connor", "O’Connor", "尉迟恭", "𠀀𪚥", "a) (b\\ Tj"],
)
def test_a_name_copies_as_it_was_typed(reader: Callable[[bytes], str], name: str) -> None:
    text = printed(replace(NOBODY, name=name))
    assert squeezed(name) in squeezed(reader(text))


def test_a_name_in_arabic_script_copies_letter_by_letter() -> None:
    text = poppler(printed(replace(NOBODY, name="ئالىم")))
    codes = "".join(f"〔U+{ord(letter):04X}〕" for letter in "ئالىم")
    assert "ئالىم" in text or codes in text


def test_hundreds_of_different_characters_copy_right() -> None:
    notes = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 900))
    text = squeezed(
        "".join(line for page in pages(printed(replace(NOBODY, notes=notes))) for line in page)
    )
    assert notes[:300] in text
    assert notes[600:700] in text


def test_is_named_and_dated_for_the_reader() -> None:
    with pypdfium2.PdfDocument(printed(replace(EVERYTHING, name="张𬭎"))) as document:
        found = document.get_metadata_dict()
    assert found["Title"] == "张𬭎 · Customer file"
    assert found["Author"] == "和风茶舍"
    assert found["CreationDate"] == "D:20261121"


def test_is_a4() -> None:
    with pypdfium2.PdfDocument(printed(NOBODY)) as document:
        assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)


def test_a_page_is_small() -> None:
    assert len(printed(EVERYTHING)) <= 70_000


def test_the_same_facts_give_the_same_file() -> None:
    assert printed(EVERYTHING) == printed(EVERYTHING)


def test_every_purchase_stands_under_a_head_with_name_and_number() -> None:
    bought = [
        PurchaseRow(DAY - timedelta(days=n), f"龙井 {n}", "门店", 10_000 + n) for n in range(400)
    ]
    found = pages(printed(replace(EVERYTHING, purchases=bought)))
    text = " ".join(line for page in found for line in page)
    assert [n for n in range(400) if f"¥{100 + n // 100}.{n % 100:02d}" not in text] == []
    for at, page in enumerate(found[1:-1], 2):
        assert page[0].split() == ["张丽华", "No.", "0012"]
        assert page[1:3] == ["Recent purchases (continued)", page[2]]
        assert page[2].split() == ["Date", "Items", "Channel", "Amount"]
        assert page[-1].endswith(f"Page {at} of {len(found)}")


def test_long_notes_go_on_in_order_and_whole() -> None:
    notes = "".join(f"第{n}次来店，她说：“这款（明前）茶很好！”" for n in range(900))[:20_000]
    found = pages(printed(replace(NOBODY, notes=notes)))
    heads = ("Notes (continued)", "Meeting notes", "Customer file", "Notes")
    lines = [
        line
        for page in found
        for line in page
        if not line.startswith(heads) and "0042" not in line and line != "赵四"
    ]
    assert squeezed("".join(lines)).endswith(notes)


def test_an_endless_word_stays_on_the_page() -> None:
    url = "https://tea.example/" + "x" * 3000
    with pypdfium2.PdfDocument(printed(replace(EVERYTHING, notes=url, likes=url))) as document:
        rights = [
            text.get_charbox(at)[2]
            for page in document
            for text in [page.get_textpage()]
            for at in range(text.count_chars())
        ]
    assert max(rights) < 595.28 - 40


def test_no_heading_ends_a_page() -> None:
    headings = ("Notes", "Recent contact", "Related customers", "Recent purchases", "Details")
    for count in range(8, 40):
        bought = [PurchaseRow(DAY, "龙井", "门店", 100)] * count
        for page in pages(printed(replace(EVERYTHING, purchases=bought))):
            assert not page[-2].startswith(headings)


def test_room_to_write_begins_no_further_sheet() -> None:
    for count in range(1, 60, 2):
        bought = [PurchaseRow(DAY, "龙井", "门店", 100)] * count
        found = pages(printed(replace(NOBODY, purchases=bought)))
        written = ["Meeting notes" in page for page in found]
        assert written.count(True) == (1 if written[-1] else 0)
        assert written[-1] or len(found) % 2 == 0
        only_lines = written[-1] and len(found) > 1 and found[-1][1] == "Meeting notes"
        assert not only_lines or len(found) % 2 == 0


def test_more_contact_points_than_the_head_holds_stand_in_the_details() -> None:
    phones = [ContactLine("phone", f"138 0000 {n:04}") for n in range(30)]
    text = poppler(printed(replace(NOBODY, contacts=phones)))
    assert [line.value for line in phones if line.value not in text] == []


def test_several_customers_stand_on_pages_of_their_own() -> None:
    found = pages(printed(EVERYTHING, NOBODY))
    assert [page[-1].split()[-1] for page in found] == ["1", "1"]
    assert "赵四" in found[1][0]


def test_a_phone_reads_the_code_off_the_printed_page() -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    with pypdfium2.PdfDocument(printed(EVERYTHING)) as document:
        picture = document[0].render(scale=150 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    assert "TEL:+8613812345678" in code.text
    assert "FN:张丽华" in code.text


@pytest.mark.parametrize("words", INTERNAL)
def test_the_client_reads_nothing_internal(words: str) -> None:
    pdf = printed(EVERYTHING, client_safe=True)
    assert squeezed(words) in squeezed(poppler(printed(EVERYTHING)))
    assert squeezed(words) not in squeezed(poppler(pdf))


def test_the_client_may_read_nothing_that_is_not_allowed_by_name() -> None:
    allowed = {"name", "number", "printed_on", "business", "contacts", "city", "address", "gender"}
    allowed |= {"birthday", "next_birthday", "company", "title"}
    shown = for_the_client(EVERYTHING)
    kept = {field.name for field in fields(shown) if getattr(shown, field.name)}
    assert kept == allowed | {"purchases"}


def test_the_client_reads_what_is_theirs() -> None:
    text = squeezed(poppler(printed(EVERYTHING, client_safe=True)))
    for words in (
        "张丽华",
        "138 1234 5678",
        "农历十月十三",
        "明前龙井礼盒 × 2",
        "Customer details",
    ):
        assert squeezed(words) in text


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "张丽华.pdf"
    target.write_bytes(b"old")
    write_profile(EVERYTHING, target)
    assert target.read_bytes().startswith(b"%PDF")
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="no limits on the size of files here")
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(CustdeskError, match="could not be written"):
            write_profile(EVERYTHING, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("missing/a.pdf", "There is no folder"),
        ("file/a.pdf", "There is no folder"),
        ("folder", "is a folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_explained(
    tmp_path: Path, place: str, sentence: str
) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CustdeskError, match=sentence):
        write_profile(NOBODY, tmp_path / place)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}


def test_nobody_to_print_is_explained() -> None:
    with pytest.raises(CustdeskError, match="no customer"):
        printed()


@pytest.mark.parametrize(
    ("name", "number", "filename"),
    [
        ("张丽华", "0012", "张丽华 0012.pdf"),
        ("张𬭎", "7", "张𬭎 7.pdf"),
        ("买买提·吐尔逊", "0033", "买买提·吐尔逊 0033.pdf"),
        ("Smith O'Connor", "0051", "Smith O'Connor 0051.pdf"),
        ("../../etc/passwd", "1", "etc passwd 1.pdf"),
        ('a<b>:"c|d?*\\e\n', "2", "a b c d e 2.pdf"),
        (" . ", "", "Customer file.pdf"),
        ("CON", "", "CON_.pdf"),
        ("\u202egnp.exe\u200b", "3", "gnp.exe 3.pdf"),
        ("张" * 300, "0012", "张" * 40 + " 0012.pdf"),
    ],
)
def test_file_names_are_taken_by_every_system(name: str, number: str, filename: str) -> None:
    assert profile_filename(name, number) == filename

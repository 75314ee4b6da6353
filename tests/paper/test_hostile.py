"""Names and notes that pass for something else: in a PDF and in its QR code they stay words."""

import io
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from custdesk import i18n
from custdesk.paper.contact_card import ContactCard, qr_rows
from custdesk.paper.profile import (
    ContactLine,
    InteractionRow,
    ProfileFacts,
    PurchaseRow,
    RelationRow,
    write_profile,
)

DAY = date(2026, 11, 21)
VERBS = (
    b"/JavaScript",
    b"/JS",
    b"/OpenAction",
    b"/URI",
    b"/Launch",
    b"/EmbeddedFile",
    b"/AcroForm",
)
EVIL = [
    ") Tj ET /JavaScript (app.alert(1)) BT (",
    "a\\) Tj \\(",
    "((((",
    "))))",
    "\\\\\\",
    "endstream endobj xref trailer",
    "%PDF-1.4 %%EOF",
    "<< /OpenAction << /S /URI /URI (http://evil) >> >>",
    "<b>bold</b> <img src='file:///etc/passwd'/> &amp; &lt; <a href='x'>y</a>",
    "{0} {name} %s %(x)s",
    "=cmd|'/C calc'!A0",
]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.use("en")
    yield


def everywhere(words: str) -> ProfileFacts:
    """A profile of which every word is `words`."""
    return ProfileFacts(
        name=words,
        number=words,
        printed_on=DAY,
        business=words,
        grade="vip",
        grade_name=words,
        referred_by=words,
        contacts=[ContactLine("phone", words, words, words), ContactLine("other", words)],
        city=words,
        address=words,
        gender=words,
        birthday=words,
        company=words,
        title=words,
        likes=words,
        taboos=words,
        source=words,
        tags=[words],
        preferred_channel=words,
        know_before=[words],
        purchases=[PurchaseRow(DAY, words, words, -100, words)],
        interactions=[InteractionRow(DAY, words, words)],
        relations=[RelationRow(words, words)],
        notes=words,
    )


def printed(*facts: ProfileFacts) -> bytes:
    file = io.BytesIO()
    write_profile(facts, file)
    return file.getvalue()


def text_of(pdf: bytes) -> str:
    read = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    assert not read.stderr
    return read.stdout.decode()


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("words", EVIL)
def test_words_stay_words(words: str) -> None:
    pdf = printed(everywhere(words))
    assert squeezed(words) in squeezed(text_of(pdf))
    assert not [verb for verb in VERBS if verb in pdf]
    with pypdfium2.PdfDocument(pdf) as document:
        title = document.get_metadata_dict()["Title"]
    assert title == f"{words} · Customer file"[: len(title)] and title.startswith(words[:200])


def test_words_stay_words_in_the_outline_of_several(tmp_path: Path) -> None:
    pdf = printed(*(everywhere(words) for words in EVIL))
    assert not [verb for verb in VERBS if verb in pdf]
    with pypdfium2.PdfDocument(pdf) as document:
        assert [entry.get_title() for entry in document.get_toc()] == EVIL


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("张\u202e三\u2066", "张三"),
        ("\x00张\x07三\x1b", "张三"),
        ("\u200b\u200e", ""),
        ("\ud800张三", "张三"),
        ("张\r\n三", "张 三"),
    ],
)
def test_what_nobody_sees_turns_nothing_round(name: str, title: str) -> None:
    pdf = printed(everywhere(name))
    with pypdfium2.PdfDocument(pdf) as document:
        said = document.get_metadata_dict()["Title"]
    assert said == (f"{title} · Customer file" if title else "Customer file")
    assert "\u202e" not in text_of(pdf)


def test_a_contact_that_nobody_sees_takes_no_line() -> None:
    facts = replace(everywhere("张三"), contacts=[ContactLine("wechat", "\u200b", "微信")], city="")
    assert "张三" in text_of(printed(replace(facts, address="")))


@pytest.mark.parametrize("name", ["x" * 10_000, "张" * 10_000, "张三 " * 3_000])
def test_a_name_of_ten_thousand_characters_prints(name: str) -> None:
    pdf = printed(replace(everywhere("张三"), name=name))
    assert name[:20] in text_of(pdf).replace("\n", " ")


def test_notes_of_a_megabyte_print_to_their_end() -> None:
    pdf = printed(replace(everywhere("张三"), notes="喝茶 (x) " * 110_000 + "the end"))
    assert "the end" in text_of(pdf)


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=60))
def test_any_text_leaves_a_whole_document(words: str) -> None:
    pdf = printed(everywhere(words))
    assert not [verb for verb in VERBS if verb in pdf]
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) >= 1


# --- the contact card -----------------------------------------------------------------------------


def read_back(card: ContactCard) -> list[str]:
    """The lines that a phone reads from the code."""
    found = qr_rows(card)
    assert found is not None
    side, rows = found
    picture = Image.new("1", (side + 8, side + 8), 1)
    for y, runs in enumerate(rows):
        for first, count in runs:
            for x in range(first, first + count):
                picture.putpixel((x + 4, y + 4), 0)
    codes = zxingcpp.read_barcodes(picture.convert("L").resize((8 * (side + 8),) * 2, 0))
    return codes[0].text.split("\r\n")


@pytest.mark.parametrize(
    "words",
    ["a\nTEL:666", "a\r\nEND:VCARD\r\nBEGIN:VCARD", "a;b,c:d", "a\\nTEL:666", "\\", "a\u2028TEL:6"],
)
def test_no_field_adds_a_line_or_a_part_to_the_card(words: str) -> None:
    card = ContactCard("N", [words], [words], company=words, title=words, city="c", address=words)
    lines = read_back(card)
    names = [line.partition(":")[0] for line in lines if line]
    assert names == [
        *("BEGIN", "VERSION", "N", "FN", "TEL", "EMAIL", "ORG", "TITLE", "ADR", "END"),
    ]
    street = next(line for line in lines if line.startswith("ADR:")).replace("\\\\", "")
    assert street.replace("\\;", "").count(";") == 6


def test_what_nobody_sees_is_not_in_the_card() -> None:
    assert "FN:张三" in read_back(ContactCard("张\u202e\u200b\x00三"))

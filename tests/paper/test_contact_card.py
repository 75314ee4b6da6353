"""What the QR code of a customer says."""

import pytest

from custdesk.paper.contact_card import SIDE_MODULES, ContactCard, qr_rows

zxingcpp = pytest.importorskip("zxingcpp")


def scanned(card: ContactCard) -> list[str]:
    """The lines that a phone reads."""
    from PIL import Image, ImageDraw

    drawn = qr_rows(card)
    assert drawn
    modules, rows = drawn
    picture = Image.new("L", ((modules + 8) * 4, (modules + 8) * 4), 255)
    draw = ImageDraw.Draw(picture)
    for y, runs in enumerate(rows):
        for x, count in runs:
            left, top = (x + 4) * 4, (y + 4) * 4
            draw.rectangle((left, top, left + count * 4 - 1, top + 3), fill=0)
    (code,) = zxingcpp.read_barcodes(picture)
    return str(code.text).splitlines()


def test_says_all_that_a_phone_keeps() -> None:
    card = ContactCard(
        "张丽华",
        ["+8613812345678", "+8657188888888"],
        ["lihua@example.com"],
        "设计院",
        "高级工程师",
        "杭州市",
        "文三路 88 号",
    )
    assert scanned(card) == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:张丽华;;;;",
        "FN:张丽华",
        "TEL:+8613812345678",
        "TEL:+8657188888888",
        "EMAIL:lihua@example.com",
        "ORG:设计院",
        "TITLE:高级工程师",
        "ADR:;;文三路 88 号;杭州市;;;",
        "END:VCARD",
    ]


@pytest.mark.parametrize("name", ["张𬭎", "买买提·吐尔逊", "Smith O'Connor", "ئالىم", "ｱｲｳ"])
def test_says_any_name(name: str) -> None:
    assert f"FN:{name}" in scanned(ContactCard(name))


def test_a_name_cannot_add_lines_of_its_own() -> None:
    lines = scanned(ContactCard("A;B,C\\D\r\nTEL:110"))
    assert "FN:A\\;B\\,C\\\\D TEL:110" in lines
    assert not any(line.startswith("TEL") for line in lines)


def test_what_would_make_it_too_fine_for_a_phone_is_left_out() -> None:
    card = ContactCard("张丽华", ["+8613812345678"], address="一条很长的街道" * 40)
    lines = scanned(card)
    assert "TEL:+8613812345678" in lines
    assert not any(line.startswith("ADR") for line in lines)


def test_a_name_of_any_length_leaves_a_readable_code_or_none() -> None:
    drawn = [qr_rows(ContactCard("张" * length)) for length in (1, 20, 60, 100, 2000)]
    assert all(code is None or code[0] <= SIDE_MODULES for code in drawn)
    assert drawn[0] is not None
    assert drawn[-1] is None

"""Whatever people are called, it prints and copies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk import paths
from custdesk.paper.fonts import Typefaces, to_unicode_map, typefaces

FONTS = paths.resources() / "fonts"
ONLY_BUNDLED = Typefaces(FONTS)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("张𬭎", "张𬭎"),
        ("㛃𠮷𠀀", "㛃𠮷𠀀"),
        ("Smith O'Connor", "Smith O'Connor"),
        ("Nguye\u0302\u0303n", "Nguy\u1ec5n"),
        ("神\ufe00社\U000e0100", "神社"),
        ("家\u200d人\u200b\ufeff\x00\x07", "家人"),
        ("一\t二\r\n三\u2028四\x0b五", "一 二\n三\n四\n五"),
        ("🇨🇳", "CN"),
        ("\ue000", "〔U+E000〕"),
        ("\U0003347f", "〔U+3347F〕"),
        ("\ud800", "〔U+D800〕"),
        ("한", "〔U+D55C〕"),
        ("𓀀", "〔U+13000〕"),
    ],
)
def test_prints_each_character_or_says_which_it_was(typed: str, printed: str) -> None:
    assert ONLY_BUNDLED.readable(typed) == printed


@pytest.mark.parametrize(("picture", "name"), [("🎂", "birthday cake"), ("👍🏽", "thumbs up sign")])
def test_a_picture_that_no_font_has_is_named(picture: str, name: str) -> None:
    assert ONLY_BUNDLED.readable(picture) in (f"〔{name}〕", picture[0])


@given(st.text(st.characters(), max_size=40))
def test_nothing_prints_as_a_box_or_gets_lost(text: str) -> None:
    readable = ONLY_BUNDLED.readable(text)
    for bold in (False, True):
        for line in readable.split("\n"):
            runs = ONLY_BUNDLED.runs(line, bold=bold)
            assert len("".join(run.text for run in runs)) == len(line)


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("张丽华", 30), ("0123456789", 55.5), ("𠮷", 10), ("〔〕", 20)]
)
def test_measures_in_the_unit_of_the_size(text: str, width: float) -> None:
    assert ONLY_BUNDLED.width(text, 10) == pytest.approx(width, abs=0.1)


def test_an_apostrophe_is_narrow_in_latin_and_wide_in_chinese() -> None:
    faces = ONLY_BUNDLED
    assert faces.width(faces.readable("O’C"), 10) - faces.width("OC", 10) < 4
    assert faces.width(faces.readable("茶”茶"), 10) == pytest.approx(30)


def test_bold_is_thickened_where_there_is_no_bold_font() -> None:
    assert [run.thicken for run in ONLY_BUNDLED.runs("张𠮷", bold=True)] == [False, True]
    assert [run.thicken for run in ONLY_BUNDLED.runs("张𠮷")] == [False, False]


def test_loads_its_fonts_once() -> None:
    assert typefaces() is typefaces()


@pytest.mark.parametrize(
    ("character", "entry"),
    [("张", "<5F20>"), ("𬭎", "<D872DF4E>"), ("\U0002a6d6", "<D869DED6>"), ("\ufedf", "<0644>")],
)
def test_characters_of_every_plane_can_be_copied(character: str, entry: str) -> None:
    assert f"<01> {entry}" in to_unicode_map("Font", [0, ord(character)])


def test_blocks_of_the_copying_map_hold_no_more_than_readers_take() -> None:
    lines = to_unicode_map("Font", list(range(0x4E00, 0x4F00))).splitlines()
    assert [line for line in lines if line.endswith("beginbfchar")] == [
        "100 beginbfchar",
        "100 beginbfchar",
        "56 beginbfchar",
    ]

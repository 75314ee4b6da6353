"""A quick look into font files."""

from pathlib import Path

import pytest

from custdesk import paths
from custdesk.paper import coverage

FONTS = paths.resources() / "fonts"


def test_sees_what_a_font_prints_and_what_not() -> None:
    seen = coverage.look_into(FONTS / "NotoSansSC-Regular.ttf")
    assert seen
    assert [ord(character) in seen for character in "张𬭎A🎂ئ"] == [True, True, True, False, False]


@pytest.mark.parametrize("content", [b"", b"ttcf", b"\0\1\0\0\0\xff", b"not a font at all" * 9])
def test_a_damaged_font_is_passed_over(tmp_path: Path, content: bytes) -> None:
    font = tmp_path / "broken.ttf"
    font.write_bytes(content)
    assert coverage.look_into(font) is None


def test_a_font_without_truetype_outlines_is_passed_over(tmp_path: Path) -> None:
    whole = (FONTS / "NotoSans-Regular.ttf").read_bytes()
    font = tmp_path / "bitmaps.ttf"
    font.write_bytes(whole.replace(b"glyf", b"CBDT", 1))
    assert coverage.look_into(font) is None


def test_fonts_of_this_pc_are_font_files() -> None:
    assert {path.suffix.lower() for path in coverage.system_fonts()} <= {".ttf", ".ttc", ".otf"}

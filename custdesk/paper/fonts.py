"""Type for the page: whatever people are called, it prints, and copies as it was typed.

A character is printed from the first that has it: Noto Sans SC, the other fonts in
resources/fonts, a TrueType font of this PC; what none has is printed as its code, 〔U+2A6D6〕, or
as the name of the picture, 〔birthday cake〕. Nothing prints as a box, and nothing is left out but
what cannot be seen.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from custdesk import paths
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.paper import coverage
from custdesk.paper.arabic import as_seen, as_typed, join_letters

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

_REGULAR = "NotoSansSC-Regular.ttf"
_BOLD = "NotoSansSC-Bold.ttf"
_LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
_ACCENTED = re.compile("[^\\W\u2e80-\ua4cf\uf900-\ufaff][\u0300-\u036f]+")
_SKIN = re.compile("(?<=[\u2600-\u27bf\U0001f000-\U0001faff])[\U0001f3fb-\U0001f3ff]")
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)

Glyph = tuple[str, float]
"""The font that has a character, by its name on the canvas, and the width in ems."""

_LATIN = 0xF0000
"""Private characters: `_LATIN + code` is a mark that Chinese sets wide, as Latin sets it."""

_BETWEEN = re.compile("(?<![\u2e80-\uffef])[‘’“”·…—](?![\u2e80-\uffef])")


@dataclass(frozen=True, slots=True)
class Run:
    """Part of a line that one font prints; `thicken` where a bold line has no bold font for it."""

    font: str
    text: str
    thicken: bool = False


T = TypeVar("T")


class _Table(dict[int, T], Generic[T]):
    """What is known of each character, found out when first asked."""

    def __init__(self, find: Callable[[int], T]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, code: int) -> T:
        self[code] = found = self._find(code)
        return found


@cache
def typefaces() -> "Typefaces":
    """The typefaces of this process, loaded at the first call (some 150 ms with reportlab)."""
    return Typefaces(paths.resources() / "fonts", coverage.system_fonts)


class Typefaces:
    """Regular and bold, each with all that may stand in for a character that it lacks."""

    def __init__(self, folder: Path, others: Callable[[], Iterable[Path]] = tuple) -> None:
        """`folder` holds the bundled fonts; `others` names more, asked only when they all fail."""
        _mend_copying()
        main, bold = _load(folder / _REGULAR), _load(folder / _BOLD)
        if main is None or bold is None:
            raise CustdeskError(_("The fonts of CustDesk are missing. Install CustDesk again."))
        self._main = (main, bold)
        self.main: str = main.fontName
        spare = [path for path in folder.glob("*.ttf") if path.name not in (_REGULAR, _BOLD)]
        spare.sort(key=lambda path: (path.stat().st_size, path.name))
        self._spare = (
            sorted(spare, key=lambda path: "bold" in path.stem.lower()),
            sorted(spare, key=lambda path: "bold" not in path.stem.lower()),
        )
        self._find_others = others
        self._others: list[coverage.Coverage] | None = None
        self._covered = cache(coverage.look_into)
        self._loaded = cache(_load)
        self._glyphs = (
            _Table(lambda code: self._find(code, bold=False)),
            _Table(lambda code: self._find(code, bold=True)),
        )
        self._substitutes = _Table(self._substitute)

    def readable(self, text: str) -> str:
        """`text` as it will be printed: only characters that some font has, line ends as LF."""
        if text.isascii() and text.isprintable():
            return text
        text = _ACCENTED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)
        text = _SKIN.sub("", text.replace("\r\n", "\n"))
        text = text.translate(self._substitutes)
        text = self._with_latin_marks(text)
        return join_letters(text, lambda letter: self._glyphs[False][ord(letter)] is not None)

    def width(self, readable: str, size: float, *, bold: bool = False) -> float:
        """How wide `readable` prints, in the unit of `size`."""
        glyphs = self._glyphs[bold]
        found = [glyphs[ord(character)] for character in readable]
        return sum(glyph[1] for glyph in found if glyph) * size

    def runs(self, readable: str, *, bold: bool = False) -> list[Run]:
        """One line as it is set, from left to right."""
        glyphs = self._glyphs[bold]
        runs: list[Run] = []
        name, part = "", ""
        for character in as_seen(readable):
            glyph = glyphs[ord(character)]
            if glyph is None:
                continue
            if glyph[0] != name:
                if part:
                    runs.append(self._run(name, part, bold))
                name, part = glyph[0], ""
            part += character if character < chr(_LATIN) else chr(ord(character) - _LATIN)
        return [*runs, self._run(name, part, bold)] if part else runs

    def _run(self, font: str, text: str, bold: bool) -> Run:
        return Run(font, text, thicken=bold and "bold" not in font.lower())

    def _with_latin_marks(self, text: str) -> str:
        """In Latin words an apostrophe or a dot is not as wide as a Chinese character."""

        def latin(found: re.Match[str]) -> str:
            around = text[: found.start()].rstrip()[-1:] + text[found.end() :].lstrip()[:1]
            mark = chr(_LATIN + ord(found[0]))
            fits = around.isascii() and any(neighbour.isalnum() for neighbour in around)
            return mark if fits and self._glyphs[False][ord(mark)] else found[0]

        return _BETWEEN.sub(latin, text)

    def _find(self, code: int, *, bold: bool) -> Glyph | None:
        if code >= _LATIN:
            latin = [self._covered(path) for path in self._spare[bold]]
            return self._find_in(latin, code - _LATIN)
        for font in (self._main[bold], self._main[False]):
            if glyph := _glyph(font, code):
                return glyph
        covered = [self._covered(path) for path in self._spare[bold]]
        if glyph := self._find_in(covered, code):
            return glyph
        if self._others is None:
            looked_into = [self._covered(path) for path in self._find_others()]
            self._others = [seen for seen in looked_into if seen]
        return self._find_in(self._others, code)

    def _find_in(self, fonts: Iterable[coverage.Coverage | None], code: int) -> Glyph | None:
        for covered in fonts:
            if not covered or code not in covered:
                continue
            font = self._loaded(covered.path)
            if font and (glyph := _glyph(font, code)):
                return glyph
        return None

    def _substitute(self, code: int) -> str:
        character = chr(code)
        if character in _LINE_ENDS:
            return "\n"
        kind = unicodedata.category(character)
        if character == "\t" or (kind == "Zs" and not self._glyphs[False][code]):
            return " "
        if kind in ("Cc", "Cf") or "VARIATION SELECTOR" in unicodedata.name(character, ""):
            return ""
        if code in _FLAG_LETTERS:
            return chr(code - _FLAG_LETTERS.start + ord("A"))
        if kind != "Cs" and self._glyphs[False][code]:
            return character
        name = unicodedata.name(character, "") if kind in ("So", "Sk") else ""
        return f"〔{name.lower()}〕" if name else f"〔U+{code:04X}〕"


def _load(path: Path) -> "TTFont | None":
    """The font in `path` (the first of a collection), known to the canvas; None if unusable."""
    import struct

    from reportlab.pdfbase import pdfmetrics, ttfonts

    name = f"{path.parent.name}-{path.name}"
    try:
        font = ttfonts.TTFont(name, str(path), asciiReadable=False)
    except (ttfonts.TTFError, OSError, ValueError, IndexError, KeyError, struct.error):
        return None
    pdfmetrics.registerFont(font)
    return font


def _glyph(font: "TTFont", code: int) -> Glyph | None:
    """How `font` prints a character; None when it has none, or an empty one for a visible mark."""
    face = font.face
    glyph = face.charToGlyph.get(code, 0)
    if not glyph or glyph + 1 >= len(face.glyphPos):
        return None
    empty = face.glyphPos[glyph] == face.glyphPos[glyph + 1]
    if empty and not unicodedata.category(chr(code)).startswith("Z"):
        return None
    return font.fontName, face.charWidths.get(code, face.defaultWidth) / 1000


def _mend_copying() -> None:
    """Let text of every plane be copied and searched.

    reportlab 5.1 writes characters above U+FFFF into the ToUnicode map as five digits; the map
    wants UTF-16BE (PDF 32000-1, 9.10.3), and at most 100 entries in a block.
    """
    from reportlab import rl_config
    from reportlab.pdfbase import ttfonts

    ttfonts.makeToUnicodeCMap = to_unicode_map
    rl_config.useA85 = 0


def to_unicode_map(font_name: str, codes: list[int]) -> str:
    """The map for copying of one subset: its n-th glyph stands for the character `codes[n]`."""
    entries = [
        f"<{at:02X}> <{as_typed(code).encode('utf-16-be', 'surrogatepass').hex().upper()}>"
        for at, code in enumerate(codes)
        if code
    ]
    blocks = [entries[at : at + 100] for at in range(0, len(entries), 100)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        f"/CIDSystemInfo << /Registry ({font_name}) /Ordering ({font_name}) /Supplement 0 >> def",
        f"/CMapName /{font_name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)

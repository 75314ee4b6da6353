"""Which fonts of this PC can print a character that ours cannot: a quick look into font files."""

import os
import struct
import sys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_PREFERRED = (
    "simsunextg",
    "simsunb",
    "msyh",
    "simsun",
    "seguisym",
    "seguiemj",
    "segoeui",
    "notosans",
)
_POOR = ("bold", "italic", "oblique", "mono", "condensed", "light", "serif", "black", "thin")
_EMPTY = ("lastresort", "adobeblank", "notdef")
"""Fonts that claim every character and draw a box or nothing for it."""

_MAX_TABLE = 4 << 20


@dataclass(frozen=True, slots=True)
class Coverage:
    """The ranges of characters that a font file claims: a hint, the loaded font is the truth."""

    path: Path
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, code: int) -> bool:
        at = bisect_right(self.starts, code) - 1
        return at >= 0 and code <= self.ends[at]


def system_fonts() -> list[Path]:
    """The font files of this PC that may hold TrueType outlines, the likeliest first."""
    found = {path for folder in _folders() for path in _files_under(folder)}
    return sorted(found, key=_rank)


def look_into(path: Path) -> Coverage | None:
    """What `path` covers; None when it is damaged or has no TrueType outlines (CFF, bitmaps)."""
    try:
        with path.open("rb") as file:
            return _read(path, file)
    except (OSError, struct.error, IndexError, ValueError):
        return None


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"))
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        return [windows / "Fonts", local / "Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    shared = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    return [*shared, home / ".local/share/fonts", home / ".fonts"]


def _files_under(folder: Path) -> Iterator[Path]:
    for root, _folders_below, names in os.walk(folder, onerror=None):
        for name in names:
            stem, suffix = os.path.splitext(name.lower())
            if suffix in (".ttf", ".ttc", ".otf") and not stem.startswith(_EMPTY):
                yield Path(root, name)


def _rank(path: Path) -> tuple[int, int, str]:
    name = path.stem.lower()
    likely = next((at for at, word in enumerate(_PREFERRED) if name.startswith(word)), 99)
    return (sum(word in name for word in _POOR), likely, str(path))


def _read(path: Path, file: BinaryIO) -> Coverage | None:
    start = 0
    if file.read(4) == b"ttcf":
        file.seek(12)
        (start,) = struct.unpack(">I", file.read(4))
    file.seek(start + 4)
    (count,) = struct.unpack(">H", file.read(2))
    file.seek(start + 12)
    tables: dict[bytes, tuple[int, int]] = {}
    for _number in range(count):
        tag, _sum, offset, length = struct.unpack(">4sIII", file.read(16))
        tables[tag] = (offset, length)
    if b"glyf" not in tables or b"cmap" not in tables:
        return None
    offset, length = tables[b"cmap"]
    file.seek(offset)
    ranges = sorted(_ranges(file.read(min(length, _MAX_TABLE))))
    return Coverage(
        path, tuple(first for first, _last in ranges), tuple(last for _, last in ranges)
    )


def _ranges(cmap: bytes) -> list[tuple[int, int]]:
    """First and last characters of each segment of the Unicode table (OpenType, "cmap")."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    tables = [struct.unpack_from(">HHI", cmap, 4 + 8 * at) for at in range(count)]
    formats = {
        struct.unpack_from(">H", cmap, at)[0]: at for kind, _e, at in tables if kind in (0, 3)
    }
    if (at := formats.get(12)) is not None:
        (groups,) = struct.unpack_from(">I", cmap, at + 12)
        words = struct.unpack_from(f">{groups * 3}I", cmap, at + 16)
        return list(zip(words[::3], words[1::3], strict=True))
    if (at := formats.get(4)) is not None:
        segments = struct.unpack_from(">H", cmap, at + 6)[0] // 2
        ends = struct.unpack_from(f">{segments}H", cmap, at + 14)
        starts = struct.unpack_from(f">{segments}H", cmap, at + 16 + 2 * segments)
        return [pair for pair in zip(starts, ends, strict=True) if pair[0] != 0xFFFF]
    return []

"""In which encoding a text file was written, decided strictly; and its lines, of a sane length."""

import codecs
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from custdesk.errors import CustdeskError
from custdesk.i18n import _

LONGEST_LINE = 1_000_000
"""Characters; a longer line is no line of a table."""

MOST_MEMORY = 1 << 30
"""Bytes that what is read from one file may take, roughly reckoned."""

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_FOR_GUESSING = 1 << 15
_CODE_PAGES = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("cp932", "cp949", "cp874", "koi8_r"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]+")
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 26, 27}


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` is Python's name for decoding, `name` the one that people are told."""

    codec: str

    @property
    def name(self) -> str:
        if self.codec.startswith("utf-16"):
            return "utf-16"
        return "utf-8" if self.codec == "utf-8-sig" else self.codec


def open_file(path: Path) -> BinaryIO:
    """The file opened for reading; a CustdeskError that says why it cannot be."""
    try:
        if path.is_dir():
            raise CustdeskError(
                _("{name} is a folder. Choose the file inside it.").format(name=path.name)
            )
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            # A pipe may keep us waiting for ever, a device has no end.
            raise CustdeskError(
                _("{name} is a device or a pipe. Choose an ordinary file.").format(name=path.name)
            )
        file = path.open("rb")
    except FileNotFoundError:
        raise CustdeskError(
            _("There is no file {name}. Check the name and the folder.").format(name=path.name)
        ) from None
    except PermissionError:
        raise CustdeskError(
            _("{name} may not be read. Close it elsewhere or ask for permission.").format(
                name=path.name
            )
        ) from None
    except (OSError, ValueError):
        raise unreadable(path) from None
    return file


def detect(path: Path) -> Encoding:
    """The encoding of a text file; a CustdeskError when it is empty, no text, or has no lines."""
    with open_file(path) as file:
        start = file.read(_SAMPLE)
        if not start.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
            raise CustdeskError(_("{name} is empty.").format(name=path.name))
        codec = next((codec for bom, codec in _BOMS if start.startswith(bom)), None)
        codec = codec or _utf_16_without_bom(start)
        if codec is None and _looks_binary(start):
            raise not_a_table(path)
        strict = _valid_throughout(file, codec or "utf-8", start, path)
    if codec:
        if not strict:
            raise not_a_table(path)
        return Encoding(codec)
    if strict:
        return Encoding("utf-8")
    return _eight_bits(start)


def detect_in(data: bytes) -> Encoding:
    """The encoding of some bytes of text without a mark."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _eight_bits(data[:_SAMPLE])
    return Encoding("utf-8")


_CHARSETS = re.compile(
    r"ascii|utf-(?:8|16|32).*|iso.*|latin.*|cp\d.*|windows.*|gb.*|hz|big5.*|euc.*|shift.*|koi8.*|mac.*"
)


def charset(name: str) -> str | None:
    """Python's name for a charset that a file names; None for what is none.

    Python knows more by such names: punycode takes a minute for a long value, unicode_escape makes
    characters that cannot be stored.
    """
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if codec in ("gb2312", "gbk"):  # such files hold characters of GB18030
        return "gb18030"
    return codec if _CHARSETS.fullmatch(codec) else None


def utf_16(start: bytes) -> str | None:
    """The codec for a file that begins so, when that is UTF-16, with its mark or without."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return _utf_16_without_bom(start)


def unreadable(path: Path) -> CustdeskError:
    return CustdeskError(
        _("{name} could not be read. Copy it to this computer and try again.").format(
            name=path.name
        )
    )


def too_long(path: Path) -> CustdeskError:
    return CustdeskError(
        _("{name} has a line or cell of over a million characters; it is not a table.").format(
            name=path.name
        )
    )


def too_large(path: Path) -> CustdeskError:
    return CustdeskError(
        _("{name} is larger than can be read at once. Divide it into smaller files.").format(
            name=path.name
        )
    )


def not_a_table(path: Path) -> CustdeskError:
    return CustdeskError(
        _("{name} is not a table. Choose a CSV, Excel or vCard file.").format(name=path.name)
    )


def _looks_binary(data: bytes) -> bool:
    return sum(data.count(code) for code in _CONTROLS) > len(data) // 1000


def _utf_16_without_bom(start: bytes) -> str | None:
    """UTF-16 shows by the zero bytes of its digits, separators and line ends, all on one side."""
    sample = start[: len(start) // 2 * 2]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    little = odd > len(sample) // 100 and even <= odd // 50
    big = even > len(sample) // 100 and odd <= even // 50
    if not (little or big):
        return None
    codec = "utf-16-le" if little else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return None
    return None if _looks_binary(text.encode("utf-8", "ignore")) else codec


def _valid_throughout(file: BinaryIO, codec: str, start: bytes, path: Path) -> bool:
    """Whether the whole file decodes strictly; stops at a line that never ends."""
    decoder = codecs.getincrementaldecoder(codec)()
    chunk, valid, since_line_end = start, True, 0
    while chunk:
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        since_line_end = len(chunk) - end if end >= 0 else since_line_end + len(chunk)
        if since_line_end > LONGEST_LINE * 4:
            raise too_long(path)
        if valid:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                valid = False
        chunk = file.read(_CHUNK)
    if valid:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            valid = False
    return valid


def _eight_bits(data: bytes) -> Encoding:
    """Among the national encodings, the one in which the text is made of usual characters."""
    data = data[: data.rfind(b"\n") + 1] or data
    best = max(
        ((_utf_8_share(data), "utf-8"), (_gb_share(data), "gb18030"), (_big5_share(data), "big5")),
        key=lambda candidate: candidate[0],
    )
    if best[0] >= 0.7:
        return Encoding(best[1])
    if _western_share(data) > 0.9:
        return Encoding("cp1252")
    from charset_normalizer import from_bytes

    guess = from_bytes(data[:_FOR_GUESSING], cp_isolation=list(_CODE_PAGES)).best()
    return Encoding(guess.encoding if guess else best[1])


def _utf_8_share(data: bytes) -> float:
    """The share of non-ASCII that is UTF-8, for a file with a few damaged bytes."""
    high = sum(len(run) for run in _HIGH.findall(data))
    broken = data.decode("utf-8", "replace").count("\ufffd")
    return 1 - broken * 3 / high if high else 0.0


def _share_of_usual(data: bytes, codec: str, usual: range) -> float:
    """The share of characters whose first byte is where the encoding has its everyday ones."""
    text = data.decode(codec, "replace")
    foreign = [char for char in text if ord(char) > 0x7F]
    if not foreign or text.count("\ufffd") > len(foreign) // 20:
        return 0.0
    table = "gb2312" if codec == "gb18030" else codec
    encoded = [char.encode(table, "ignore") for char in foreign]
    return sum(bool(code) and code[0] in usual for code in encoded) / len(foreign)


def _gb_share(data: bytes) -> float:
    # Signs and full-width letters, then the 3,755 characters of level 1.
    return _share_of_usual(data, "gb18030", range(0xA1, 0xD8))


def _big5_share(data: bytes) -> float:
    # Signs, then the 5,401 frequent characters.
    return _share_of_usual(data, "big5", range(0xA1, 0xC7))


def _western_share(data: bytes) -> float:
    """The share of accented letters and typographic signs among what is not ASCII."""
    text = data.decode("cp1252", "replace")
    foreign = [char for char in text if ord(char) > 0x7F]
    letters = sum(0xC0 <= ord(char) <= 0xFF or char in "’‘“”–—€…ŒœŠšŽžŸ°§«»" for char in foreign)
    alone = len(_HIGH.findall(data)) / max(1, len(foreign))
    return letters / len(foreign) * (1.0 if alone > 0.6 else 0.5) if foreign else 0.0

"""Typed text made comparable: half-width signs, no invisible characters, names left alone."""

import re

from custdesk.errors import CustdeskError
from custdesk.i18n import _

LONGEST_LINE = 500

# Full-width ASCII and the ideographic space. Not NFKC: it would replace compatibility
# ideographs, which some people have in their names.
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}
_HALF |= dict.fromkeys((0x2002, 0x2003, 0x2009, 0x200A, 0x202F, 0x205F), " ") | {0xFFE5: "¥"}

# Zero-width and direction marks, soft hyphen, byte order mark, control characters but tab and
# line ends. Variation selectors stay (they belong to rare characters), and so does the joiner
# inside an emoji.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200c\u200e\u200f"
    r"\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc]"
    r"|(?<![\ufe0f\U0001f000-\U0001faff])\u200d"
)


def half_width(text: str) -> str:
    """`text` with full-width letters, digits, signs and spaces as half-width ones."""
    return text if text.isascii() else text.translate(_HALF)


def visible(text: str) -> str:
    """`text` without the characters that nobody sees; tabs and line ends stay."""
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub("", text)


def passage(typed: str) -> str:
    """Words of one line or several: no invisible characters, every break of a line the same."""
    return "\n".join(visible(typed).strip().splitlines())


def plain(text: str) -> str:
    """`text` half-width, without invisible characters, and without space around it."""
    return half_width(visible(text)).strip()


def line(typed: str) -> str:
    """One line of text: white space around and within put right, control characters gone.

    Raises a sentence when it is longer than `LONGEST_LINE`.
    """
    words = " ".join(typed.split())
    words = "".join(char for char in words if char.isprintable() or char in "\u200d\ufe0f")
    if len(words) > LONGEST_LINE:
        raise CustdeskError(_("This is too long: {n} characters fit here.").format(n=LONGEST_LINE))
    return words

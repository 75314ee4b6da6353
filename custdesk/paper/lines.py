"""Lines of text: where Chinese and Latin, mixed, may be broken.

Rules: W3C, Requirements for Chinese Text Layout (clreq), line-breaking, basic level: no closing
mark begins a line, no opening mark ends one, dashes and ellipses stay whole, words stay whole, and
so does a number with its unit (10日).
"""

from collections.abc import Callable, Iterator

_NEVER_FIRST = frozenset(
    "!%),.:;?]}°·•’”‰℃、。〃々〉》」』】〕〗〞︰！％），．：；？］｝～·｡､"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶーゝゞヽヾ"
)
_NEVER_LAST = frozenset("$(£¥[{‘“〈《「『【〔〖〝（［｛￡￥＄#＃")
_WHOLE = frozenset("—…⋯―")
_UNITS = frozenset("年月日号岁天次")
_AFTER_IN_WORD = frozenset("-/&?=_.~,;|+@:%\\")

Width = Callable[[str], float]


def wrap(text: str, width: Width, room: float) -> list[str]:
    """The lines of `text`, none wider than `room` as `width` measures; an empty line stays one."""
    return [line for paragraph in text.split("\n") for line in _fill(paragraph, width, room)]


def _fill(paragraph: str, width: Width, room: float) -> Iterator[str]:
    line, used = "", 0.0
    for word in _words(paragraph):
        seen = word.rstrip(" ")
        wide = width(seen)
        if line and used + wide > room:
            yield line.rstrip(" ")
            line, used = "", 0.0
        if wide > room:
            *full, word = _split(word, width, room)
            yield from full
            wide = width(word)
        line += word
        used += wide + (width(word[len(seen) :]) if len(word) > len(seen) else 0)
    yield line.rstrip(" ")


def _words(paragraph: str) -> Iterator[str]:
    """The parts that must stay whole, each with the spaces that follow it."""
    start = 0
    for at in range(1, len(paragraph)):
        if _may_break(paragraph[at - 1], paragraph[at]):
            yield paragraph[start:at]
            start = at
    if paragraph:
        yield paragraph[start:]


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    if before == " ":
        return True
    if before in _WHOLE and after in _WHOLE:
        return False
    if before.isdecimal() and after in _UNITS:
        return False
    if before == "-":
        return after.isalpha()
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    """Han, kana, Hangul, their punctuation, and pictures: each may stand at the end of a line."""
    code = ord(character)
    return (
        0x2E80 <= code <= 0xA4CF
        or 0xAC00 <= code <= 0xD7A3
        or 0xF900 <= code <= 0xFAFF
        or 0xFE30 <= code <= 0xFE4F
        or 0xFF00 <= code <= 0xFFEF
        or 0x1F000 <= code < 0xF0000
    )


def _split(word: str, width: Width, room: float) -> list[str]:
    """A word wider than `room` in parts that fit, after a mark inside it where there is one."""
    parts: list[str] = []
    start, used, mark = 0, 0.0, 0
    for at, character in enumerate(word):
        wide = width(character)
        if used + wide > room and at > start:
            end = mark if mark - start > (at - start) / 2 else at
            parts.append(word[start:end])
            start = end
            used = width(word[start:at])
        used += wide
        if character in _AFTER_IN_WORD:
            mark = at + 1
    return [*parts, word[start:]]

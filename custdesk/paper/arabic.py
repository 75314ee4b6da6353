"""Arabic script (Uyghur names) on paper: letters joined, and set from right to left.

The canvas has no shaping engine, so letters are replaced by the presentation forms that Unicode
keeps for this, which stand in the fonts; the map for copying turns them back (see fonts.py).
Not a full bidirectional algorithm: in a line that reads from left to right, each run of
right-to-left words is set from its right end, numbers inside it stay as they are.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

_LETTERS = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_LETTER = "[\u0590-\u060b\u060d-\u061a\u0620-\u065f\u066e-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_RIGHT_TO_LEFT = re.compile(
    f"{_LETTER}(?:[ \u00b7\u060c\u061b\u061f0-9\u0660-\u0669'.-]*{_LETTER}+)*"
)
_NUMBER = re.compile(r"[0-9\u0660-\u0669\u06f0-\u06f9]+(?:[.,][0-9]+)*|.", re.DOTALL)
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_AE = "\u06d5"
"""Uyghur AE joins as HEH does, but Unicode names no forms for it."""


def join_letters(text: str, can_print: Callable[[str], bool]) -> str:
    """`text` with each Arabic letter in the form that its neighbours ask for, in reading order."""
    if not _LETTERS.search(text):
        return text
    forms = _forms()
    joined: list[str] = []
    for at, letter in enumerate(text):
        own = forms.get(letter)
        if own is None:
            joined.append(letter)
            continue
        before = forms.get(_neighbour(text, at, -1), {})
        after = forms.get(_neighbour(text, at, 1), {})
        reaches_back = "initial" in before and "final" in own
        reaches_on = "initial" in own and "final" in after
        name = {
            (True, True): "medial",
            (True, False): "final",
            (False, True): "initial",
            (False, False): "isolated",
        }[reaches_back, reaches_on]
        form = own.get(name, letter)
        joined.append(form if can_print(form) else letter)
    return "".join(joined)


def as_seen(line: str) -> str:
    """One line of `text` in the order in which it is set, from the left margin on."""
    return _RIGHT_TO_LEFT.sub(lambda run: _turned(run[0]), line)


def as_typed(code: int) -> str:
    """The letters that a printed character stands for, for copying and searching."""
    character = chr(code)
    if 0xFB50 <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFC:
        if character in (_forms()[_AE]["final"], _forms()[_AE]["isolated"]):
            return _AE
        return unicodedata.normalize("NFKC", character)
    return character


def _turned(run: str) -> str:
    return "".join(reversed(_NUMBER.findall(run.translate(_MIRRORED))))


def _neighbour(text: str, at: int, step: int) -> str:
    at += step
    while 0 <= at < len(text) and unicodedata.category(text[at]) == "Mn":
        at += step
    return text[at] if 0 <= at < len(text) else ""


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Letter -> name of the form -> presentation form, from Unicode's own decompositions."""
    forms: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE70, 0xFEFD)):
        name, _space, letters = unicodedata.decomposition(chr(code)).partition("> ")
        if letters and " " not in letters:
            forms.setdefault(chr(int(letters, 16)), {})[name[1:]] = chr(code)
    forms[_AE] = {"isolated": "\ufee9", "final": "\ufeea"}
    forms["\u0640"] = {name: "\u0640" for name in ("isolated", "initial", "medial", "final")}
    return forms

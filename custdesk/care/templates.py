"""Lines with placeholders for a customer's own facts: read, objected to, filled, known again."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from custdesk.i18n import N_, _
from custdesk.store.models import FollowUpKind


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A fact by its Chinese and its English name; `kinds` are the follow-ups that know it, all
    where there are none."""

    chinese: str
    english: str
    meaning: str
    kinds: frozenset[FollowUpKind] = frozenset()

    def is_of(self, kind: FollowUpKind | None) -> bool:
        """Whether plans of this kind know it; None for plans of any kind."""
        if kind is None:
            return self.kinds != {FollowUpKind.CUSTOM}
        return not self.kinds or kind in self.kinds


PLACEHOLDERS = (
    Placeholder("称呼", "name", N_("how they are addressed")),
    Placeholder("喜好", "likes", N_("what they like")),
    Placeholder("上次购买", "last_purchase", N_("what they bought last")),
    Placeholder("年数", "years", N_("for how many years they have been a customer, from 2 on")),
    Placeholder("店名", "shop", N_("the name of your business")),
    Placeholder(
        "生日", "birthday", N_("the day of their birthday"), frozenset({FollowUpKind.BIRTHDAY})
    ),
    Placeholder(
        "节日", "festival", N_("the festival or solar term"), frozenset({FollowUpKind.FESTIVAL})
    ),
    Placeholder(
        "节气", "solar_term", N_("the festival or solar term"), frozenset({FollowUpKind.FESTIVAL})
    ),
    Placeholder(
        "商品", "product", N_("what they bought"),
        frozenset({FollowUpKind.AFTER_SALE, FollowUpKind.REPLENISHMENT}),
    ),
    Placeholder(
        "事项", "what", N_("what ends, or what day of theirs it is"),
        frozenset({FollowUpKind.RENEWAL, FollowUpKind.ANNIVERSARY}),
    ),
    Placeholder(
        "日期", "day", N_("the day it is about"),
        frozenset(FollowUpKind) - {FollowUpKind.CALLBACK, FollowUpKind.CUSTOM},
    ),
    Placeholder("事由", "about", N_("what it is about"), frozenset({FollowUpKind.CUSTOM})),
)  # fmt: skip
OPTIONAL = "[…]"

_NAMES = {name: one.english for one in PLACEHOLDERS for name in (one.chinese, one.english)}
_BRACES = str.maketrans("｛｝", "{}")
"""As some Chinese keyboards write them."""
_NAMED = re.compile(r"\{([^{}]*)\}")
_LEFT_OUT = re.compile(r"\[([^\[\]]*\{[^\[\]]*)\]")
"""What stands in brackets with a placeholder; [玫瑰], which WeChat shows as a rose, is text."""
_SOFT, _SIGNS = "，、；：,;:", "，、；：,;:。！？.!?"
_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Template:
    """A line that can be filled: its placeholders have their English names."""

    text: str

    @classmethod
    def of(cls, line: str) -> "Template":
        """`line` has no fault (`read` tells) and the placeholders of either language."""
        named = _NAMED.sub(lambda name: f"{{{_NAMES[_spelt(name[1])]}}}", line.translate(_BRACES))
        return cls(named)

    @property
    def needs(self) -> frozenset[str]:
        """What must be known; what stands in brackets may be missing."""
        return frozenset(_NAMED.findall(_LEFT_OUT.sub("", self.text)))

    @property
    def asks_for(self) -> frozenset[str]:
        return frozenset(_NAMED.findall(self.text))

    def filled(self, known: Mapping[str, str]) -> str:
        """The line with the facts in it; "" where one is missing, or nothing is left of it."""
        if not self.needs <= known.keys():
            return ""
        whole, *rest = _LEFT_OUT.split(self.text)
        for part, following in zip(rest[::2], rest[1::2], strict=True):
            if set(_NAMED.findall(part)) <= known.keys():
                whole += part + following
            else:
                whole = _joined(whole, following)
        return _NAMED.sub(lambda name: known[name[1]], whole).strip()

    def likeness(self, said: str) -> int:
        """How many of its own letters stand in `said`, in order and with facts between; -1 where
        this line cannot have said it. What is in brackets may stand there or not."""
        said = _letters(said)
        first, *pieces = [
            _letters(piece) for piece in re.split(r"\{[^{}]*\}", _LEFT_OUT.sub("{}", self.text))
        ]
        if not pieces:
            return len(first) if said == first else -1
        last = pieces.pop()
        at, end = len(first), len(said) - len(last)
        if not said.startswith(first) or not said.endswith(last) or end < at:
            return -1
        for piece in pieces:
            found = said.find(piece, at, end)
            if found < 0:
                return -1
            at = found + len(piece)
        return sum(map(len, (first, *pieces, last)))

    def kept_in(self, said: str) -> int:
        """How many of its own letters are left in `said`, which was edited; 0 where too few are."""
        own, said = _letters(_NAMED.sub("", _LEFT_OUT.sub("", self.text))), _letters(said)
        blocks = SequenceMatcher(None, own, said, autojunk=False).get_matching_blocks()
        found = sum(block.size for block in blocks)
        return found if found >= _ENOUGH * len(own) else 0


def read(line: str) -> Template | None:
    """A line with the placeholders in either language; None for one that cannot be filled."""
    return None if _fault(line, _NAMES) else Template.of(line)


def read_all(words: str) -> list[Template]:
    """The lines of a plan that can be filled, each once."""
    lines = (read(line.strip()) for line in words.splitlines() if line.strip())
    return list(dict.fromkeys(line for line in lines if line is not None))


def objection(words: str, kind: FollowUpKind | None = None) -> str:
    """Why words, one variant a line, cannot be a plan's: one sentence; "" when they can.

    `kind` is the plan's: {节日} says nothing in a plan for birthdays.
    """
    names = _names_for(kind)
    for number, line in enumerate(words.splitlines(), 1):
        fault = _fault(line, names)
        if fault:
            sentence, typed = fault
            known = _(", ").join(name for name, _meaning in placeholders(_script(words), kind)[:-1])
            return _(sentence).format(n=number, name=typed, known=known)
    return ""


def placeholders(language: str, kind: FollowUpKind | None = None) -> list[tuple[str, str]]:
    """What may stand in a line, in Chinese ("zh") or English, and what it means, for the editor.

    The last is no fact: the brackets around what is left out where its fact is not known.
    """
    found = [
        ("{" + (one.chinese if language == "zh" else one.english) + "}", _(one.meaning))
        for one in PLACEHOLDERS
        if one.is_of(kind)
    ]
    return [*found, (OPTIONAL, _("left out where a fact in it is not known"))]


def _names_for(kind: FollowUpKind | None) -> set[str]:
    of_kind = [one for one in PLACEHOLDERS if one.is_of(kind)]
    return {name for one in of_kind for name in (one.chinese, one.english)}


def _script(words: str) -> str:
    return "zh" if re.search(r"[\u4e00-\u9fff]", words) else "en"


def _fault(line: str, names: Collection[str]) -> tuple[str, str] | None:
    """What is wrong with a line, for `_`, and the placeholder that is; None where nothing is."""
    line = line.translate(_BRACES)
    for name in _NAMED.findall(line):
        if _spelt(name) not in names:
            return N_(
                "Line {n}: {name} is not known here; what is known is {known}."
            ), f"{{{name}}}"
    if re.search(r"[{}]", _NAMED.sub("", line)):
        return N_("Line {n}: a brace is missing; write {known}."), ""
    deep = 0
    for sign in re.sub(r"[^\[\]]", "", line):
        deep += 1 if sign == "[" else -1
        if deep not in (0, 1):
            break
    if deep:
        return N_(
            "Line {n}: brackets stand in pairs, none within another, around {known} and more words."
        ), ""
    return None


def _spelt(name: str) -> str:
    return name.strip().lower()


def _joined(before: str, after: str) -> str:
    """Both sides of what was left out, with one space or one sign between them."""
    bare = after.lstrip()
    if not before.strip() or not bare:
        return before.rstrip().rstrip(_SOFT).rstrip() + bare.lstrip(_SIGNS).lstrip()
    if bare[0] in _SIGNS:
        before = before.rstrip().rstrip(_SOFT).rstrip()
        after = bare.lstrip(_SIGNS) if before.endswith(tuple(_SIGNS)) else bare
        return before + after
    return before.rstrip() + after if after != bare else before + after


def _letters(text: str) -> str:
    """Without signs and spaces."""
    return re.sub(r"[\W_]+", "", text)


def recognised(
    said: str, templates: Iterable[Template], known: Mapping[str, str]
) -> Template | None:
    """Which line was said, perhaps with other facts, perhaps edited; None for none of them.

    First the one that says exactly this now, then the one that could have said it with the most of
    its own words, then the one of which most is left.
    """
    lines = list(templates)
    same = next((line for line in lines if line.filled(known) == said), None)
    if same is not None:
        return same
    whole = max(lines, key=lambda line: line.likeness(said), default=None)
    if whole is not None and whole.likeness(said) > 0:
        return whole
    kept = [(line.kept_in(said), line) for line in lines]
    most = max(kept, key=lambda one: one[0], default=(0, None))
    return most[1] if most[0] else None

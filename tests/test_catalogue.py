"""Both languages are complete: every word of the code is in the Chinese catalogue, and fits."""

import ast
import gettext
import io
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from custdesk import paths

HOUSE = Path(__file__).parents[1] / "custdesk"
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
Id = tuple[str, str]
"""Context, and the English words (the singular)."""

WITHOUT_CHINESE = re.compile(r"[\W\d_]*|[A-Za-z0-9 .:·/-]*")
"""What may have no Chinese character, placeholders apart: signs, VIP, SMS, file names."""


def po() -> Path:
    return paths.resources() / "i18n" / "zh_CN" / "LC_MESSAGES" / "custdesk.po"


@cache
def catalogue() -> Catalog:
    with po().open("rb") as file:
        return read_po(file, locale="zh_CN", abort_invalid=True)


def _id(context: str | None, words: object) -> Id:
    singular = words[0] if isinstance(words, (tuple, list)) else words
    return context or "", str(singular)


@cache
def said_in_the_code() -> dict[Id, str]:
    """Everything that the code marks for translation, and where it stands."""
    found = {}
    for file, line, words, _comments, context in extract_from_dir(HOUSE, keywords=KEYWORDS):
        found[_id(context, words)] = f"{file}:{line}"
    return found


@cache
def translated() -> dict[Id, Message]:
    return {_id(one.context, one.id): one for one in catalogue() if one.id}


def strings(message: Message) -> list[str]:
    found = message.string or ""
    return [found] if isinstance(found, str) else [str(one) for one in found]


def sources(message: Message) -> list[str]:
    found = message.id
    return [found] if isinstance(found, str) else [str(one) for one in found]


def placeholders(words: str) -> set[str]:
    return {
        name for _text, name, _spec, _how in string.Formatter().parse(words) if name is not None
    }


def test_the_code_speaks() -> None:
    assert len(said_in_the_code()) > 300


def test_every_word_of_the_code_is_translated() -> None:
    missing = {
        id: where
        for id, where in said_in_the_code().items()
        if id not in translated() or not all(strings(translated()[id]))
    }
    assert missing == {}


def test_nothing_is_translated_that_the_code_does_not_say() -> None:
    assert [id for id in translated() if id not in said_in_the_code()] == []


def test_no_translation_is_a_guess() -> None:
    assert [id for id, one in translated().items() if one.fuzzy] == []
    assert [*catalogue().obsolete] == []


def test_placeholders_agree() -> None:
    differ = {}
    for id, one in translated().items():
        wanted = placeholders(sources(one)[-1])
        for words in strings(one):
            if words and placeholders(words) != wanted:
                differ[id] = words
    assert differ == {}


def test_translations_are_chinese() -> None:
    same = [
        words
        for one in translated().values()
        for words in strings(one)
        if not re.search(r"[\u4e00-\u9fff]", words)
        and not WITHOUT_CHINESE.fullmatch(re.sub(r"{\w+}", "", words))
    ]
    assert same == []


HALF_WIDTH = re.compile(
    r"[\u4e00-\u9fff”][,;:?!]|[\u4e00-\u9fff”]\.(?![a-zA-Z])|[\u4e00-\u9fff] [\u4e00-\u9fff]"
)


def test_chinese_has_chinese_signs() -> None:
    """Full-width punctuation behind Chinese characters, and no space between two of them."""
    translations = [words for one in translated().values() for words in strings(one)]
    assert [words for words in translations if HALF_WIDTH.search(words)] == []


def test_a_sentence_stays_a_sentence() -> None:
    """What ends with a full stop in English does so in Chinese, and the other way round."""
    differ = [
        (source, words)
        for one in translated().values()
        for source, words in zip(sources(one)[-1:], strings(one)[-1:], strict=True)
        if words and source.endswith((".", "…")) != words.endswith(("。", "…", "！"))
    ]
    assert differ == []


def test_the_compiled_catalogue_is_up_to_date() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    with po().with_suffix(".mo").open("rb") as file:
        shipped = dict(_messages(gettext.GNUTranslations(file)))
    assert shipped == dict(_messages(gettext.GNUTranslations(compiled)))


def _messages(found: gettext.GNUTranslations) -> Iterator[tuple[object, str]]:
    yield from ((key, words) for key, words in found._catalog.items() if key)  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_languages_can_be_spoken(language: str) -> None:
    from custdesk import i18n

    i18n.use(language)
    try:
        assert i18n.language() == language
        assert i18n._("") == ""
        assert bool(re.search(r"[\u4e00-\u9fff]", i18n._("All is well."))) == (language == "zh")
    finally:
        i18n.use("en")


def test_no_word_stands_where_it_is_not_collected() -> None:
    """Before Python 3.12 nothing looks into an f-string: what is said there stays English."""
    hidden = [
        f"{path.name}:{node.lineno} {ast.unparse(call)}"
        for path in sorted(HOUSE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("_", "ngettext", "pgettext")
    ]
    assert hidden == []

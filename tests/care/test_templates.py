"""Lines with placeholders: what is objected to, what is left out, what was said."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk import i18n
from custdesk.care.templates import objection, placeholders, read, read_all, recognised
from custdesk.store.models import FollowUpKind

KNOWN = {"name": "张女士", "likes": "兰花", "years": "3"}


def filled(line: str, **known: str) -> str:
    template = read(line)
    assert template is not None
    return template.filled(known)


@pytest.mark.parametrize(
    ("line", "without", "with_it"),
    [
        ("{name}好[，记得您喜欢{likes}]！", "张女士好！", "张女士好，记得您喜欢兰花！"),
        ("{name}好，[记得您喜欢{likes}，]常来。", "张女士好，常来。",
         "张女士好，记得您喜欢兰花，常来。"),
        ("{name}好！[记得您喜欢{likes}。]常来。", "张女士好！常来。",
         "张女士好！记得您喜欢兰花。常来。"),
        ("{name}好，[喜欢{likes}]，常来。", "张女士好，常来。", "张女士好，喜欢兰花，常来。"),
        ("{name}好，[喜欢{likes}]。", "张女士好。", "张女士好，喜欢兰花。"),
        ("{name}好。[喜欢{likes}]。", "张女士好。", "张女士好。喜欢兰花。"),
        ("[{likes}，]{name}好", "张女士好", "兰花，张女士好"),
        ("[{likes}]，{name}好", "张女士好", "兰花，张女士好"),
        ("{name}好，[{likes}]", "张女士好", "张女士好，兰花"),
        ("Hi {name} [of {likes} fame] again", "Hi 张女士 again", "Hi 张女士 of 兰花 fame again"),
        ("Hi {name}, [fond of {likes},] hello", "Hi 张女士, hello",
         "Hi 张女士, fond of 兰花, hello"),
        ("Hi {name}[ ({likes})].", "Hi 张女士.", "Hi 张女士 (兰花)."),
        ("{name}[{likes}][{years}]好", "张女士好", "张女士兰花好"),
        ("[{likes}]", "", "兰花"),
        ("{name}好[玫瑰]", "张女士好[玫瑰]", "张女士好[玫瑰]"),
        ("{称呼}好！！[{喜好}]", "张女士好！！", "张女士好！！兰花"),
    ],
)  # fmt: skip
def test_what_stands_in_brackets_goes_with_its_fact(line: str, without: str, with_it: str) -> None:
    assert filled(line, name="张女士") == without
    assert filled(line, name="张女士", likes="兰花") == with_it


@given(
    st.lists(
        st.sampled_from(
            ["茶", "，", "。", " ", "！", ", ", "[，喜欢{likes}]", "[{years} ]", "[{likes}。]"]
        ),
        max_size=9,
    ),
    st.sets(st.sampled_from(["likes", "years"])),
)  # fmt: skip
def test_what_is_left_out_leaves_no_sign_behind(pieces: list[str], facts: set[str]) -> None:
    """Where the line reads well with all in it, it does with less."""
    seam = re.compile(r"[，,][，。,.]|[。.！][，,。.]|  |^[，。,.！]| [，。！]")
    line = "您好" + "".join(pieces) + "常来"
    whole = filled(line, likes="花", years="3")
    if not seam.search(whole):
        assert not seam.search(filled(line, **{fact: "花" for fact in facts})), line


@pytest.mark.parametrize(
    ("words", "kind", "sentence"),
    [
        ("", None, ""),
        ("{称呼}，{Likes}，{ 年数 }", None, ""),
        ("｛称呼｝好[玫瑰][，{喜好}]", None, ""),
        ("{节日}快乐", FollowUpKind.FESTIVAL, ""),
        ("{日期}{事项}", FollowUpKind.RENEWAL, ""),
        ("好\n{昵称}好", None, "Line 2: {昵称} is not known here; what is known is {称呼}, "),
        ("{nick}", None, "Line 1: {nick} is not known here; what is known is {name}, "),
        ("{}", None, "Line 1: {} is not known here; what is known is {name}, "),
        ("{name!r}", None, "Line 1: {name!r} is not known here; what is known is {name}, "),
        ("{节日}快乐", FollowUpKind.BIRTHDAY, "Line 1: {节日} is not known here; "),
        ("{事由}", None, "Line 1: {事由} is not known here; "),
        ("{称呼好", None, "Line 1: a brace is missing; write {称呼}, "),
        ("称呼}好", None, "Line 1: a brace is missing; write {称呼}, "),
        ("{{称呼}}好", None, "Line 1: a brace is missing; write {称呼}, "),
        ("[{称呼}好", None, "Line 1: brackets stand in pairs, "),
        ("{称呼}]好[", None, "Line 1: brackets stand in pairs, "),
        ("[{称呼}[{喜好}]]", None, "Line 1: brackets stand in pairs, "),
    ],
)
def test_what_cannot_be_words_is_said_with_its_line(
    words: str, kind: FollowUpKind | None, sentence: str
) -> None:
    said = objection(words, kind)
    assert said.startswith(sentence)
    assert bool(said) == bool(sentence)


@given(st.text(st.sampled_from("{}[]｛｝ 茶name称呼，\n"), max_size=20))
def test_what_nobody_objects_to_is_said_without_braces(words: str) -> None:
    lines = [line for line in words.splitlines() if line.strip()]
    if not objection(words):
        assert all(read(line) for line in lines)
    for template in read_all(words):
        assert not re.search(r"[{}｛｝]", template.filled({"name": "张女士"}))


def test_the_editor_is_told_what_may_stand_in_a_line(spoken: str) -> None:
    for kind in (None, *FollowUpKind):
        found = placeholders(i18n.language(), kind)
        names = [name for name, _meaning in found]
        assert names[0] == {"zh": "{称呼}", "en": "{name}"}[spoken]
        assert names[-1] == "[…]"
        assert all(meaning for _name, meaning in found)
        assert not objection("".join(names[:-1]), kind)
    festival = dict(placeholders("zh", FollowUpKind.FESTIVAL))
    assert "{节日}" in festival and "{商品}" not in festival


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("李女士，生日快乐，岁岁平安！", 0),
        ("张女士，生日快乐，岁岁平安！记得您喜欢兰花。", 1),
        ("张女士，生日快乐，岁岁平安！记得您喜欢茉莉花茶。", 1),
        ("张女士，谢谢您5年来的信任。", 2),
        ("张姐，谢谢您这5年来的信任哦！改天来坐", 2),
        ("明天下午三点见", None),
        ("", None),
    ],
)
def test_what_was_said_is_known_again(said: str, line: int | None) -> None:
    lines = read_all(
        "{称呼}，生日快乐，岁岁平安！\n"
        "{称呼}，生日快乐，岁岁平安！记得您喜欢{喜好}。\n"
        "{称呼}，谢谢您{年数}年来的信任[，{店名}]。"
    )
    assert recognised(said, lines, KNOWN) == (None if line is None else lines[line])

"""Where lines of Chinese and Latin text are broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.paper.lines import wrap


def wide(text: str) -> float:
    """Han and full-width marks take two columns, the rest one, as on a terminal."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("今天天气很好", 8, ["今天天气", "很好"]),
        ("今天天气，很好", 8, ["今天天", "气，很好"]),
        ("今天天（很好）", 8, ["今天天", "（很好）"]),
        ("她说：“好茶。”再来", 10, ["她说：“好", "茶。”再来"]),
        ("买红茶 Earl Grey 三罐", 12, ["买红茶 Earl", "Grey 三罐"]),
        ("约9天Longjing茶", 8, ["约9天", "Longjing", "茶"]),
        ("买买提·吐尔逊", 6, ["买买", "提·吐", "尔逊"]),
        ("看了又看……走了", 8, ["看了又看", "……走了"]),
        ("价¥1,280.00元", 10, ["价", "¥1,280.00", "元"]),
        ("下次是2027年11月10日", 19, ["下次是2027年11月", "10日"]),
        ("下次是2027年11月10日", 10, ["下次是", "2027年11月", "10日"]),
        ("well-known shop", 10, ["well-known", "shop"]),
        ("well-known shop", 6, ["well-", "known", "shop"]),
        ("138\u00a01234\u00a05678 家", 13, ["138\u00a01234\u00a05678", "家"]),
        ("https://tea.example/a/b/c/d", 12, ["https://tea.", "example/a/b/", "c/d"]),
        ("abcdefghijklmnop", 6, ["abcdef", "ghijkl", "mnop"]),
        ("第一行\n\n第三行", 20, ["第一行", "", "第三行"]),
        ("", 10, [""]),
    ],
)
def test_breaks_where_a_reader_expects_it(text: str, room: float, lines: list[str]) -> None:
    assert wrap(text, wide, room) == lines


MIXED = st.text("茶叶好，。、；）》（《“”…—·aZ9-/.' \n", max_size=80)


@given(MIXED, st.integers(2, 30))
def test_no_line_is_wider_than_its_room(text: str, room: int) -> None:
    assert all(wide(line) <= room for line in wrap(text, wide, room))


@given(MIXED, st.integers(2, 30))
def test_nothing_but_spaces_is_lost(text: str, room: int) -> None:
    assert "".join("".join(wrap(text, wide, room)).split()) == "".join(text.split())


@given(
    st.lists(st.sampled_from(["茶", "好茶", "，", "。", "（茶）", "《茶经》", "Tea "]), max_size=40)
)
def test_marks_never_begin_or_end_a_line_wrongly(parts: list[str]) -> None:
    words = "".join(f"好{part}" for part in parts)
    lines = wrap(words, wide, 16)
    assert not any(line[:1] in tuple("，。）》") for line in lines)
    assert not any(line[-1:] in tuple("（《") for line in lines)

"""Arabic script: letters joined, and set from right to left."""

import pytest

from custdesk.paper.arabic import as_seen, as_typed, join_letters


@pytest.mark.parametrize(
    ("typed", "joined"),
    [
        ("ئالىم", "\ufe8b\ufe8e\ufedf\ufbe9\ufee2"),
        ("مەرھابا", "\ufee3\ufeea\ufead\ufbac\ufe8e\ufe91\ufe8e"),
        ("ب", "\ufe8f"),
        ("Smith 张", "Smith 张"),
    ],
)
def test_letters_take_the_form_that_their_place_asks_for(typed: str, joined: str) -> None:
    assert join_letters(typed, lambda form: True) == joined


def test_a_form_that_no_font_has_leaves_the_letter() -> None:
    assert join_letters("ئالىم", lambda form: False) == "ئالىم"


@pytest.mark.parametrize("typed", ["ئالىم", "مەرھابا", "تۇرسۇن", "محمد"])
def test_joined_letters_are_copied_as_they_were_typed(typed: str) -> None:
    joined = join_letters(typed, lambda form: True)
    assert "".join(as_typed(ord(letter)) for letter in joined) == typed


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("אבג", "גבא"),
        ("张 אב 号", "张 בא 号"),
        ("א 123 ב", "ב 123 א"),
        ("אב, ok", "בא, ok"),
        ("Smith 123", "Smith 123"),
    ],
)
def test_right_to_left_words_are_set_from_their_right_end(line: str, seen: str) -> None:
    assert as_seen(line) == seen

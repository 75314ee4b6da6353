"""Phone numbers as people and spreadsheets write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.people.phones import Phone, PhoneFault, digits, display, normalise, split_phones
from custdesk.people.typed import half_width

DAMAGED, INCOMPLETE, NO_AREA_CODE = (
    PhoneFault.DAMAGED,
    PhoneFault.INCOMPLETE,
    PhoneFault.NO_AREA_CODE,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13812345678", "+8613812345678"),
        ("138 1234 5678", "+8613812345678"),
        ("138-1234-5678", "+8613812345678"),
        ("+86 13812345678", "+8613812345678"),
        ("8613812345678", "+8613812345678"),
        ("0086-13812345678", "+8613812345678"),
        ("(+86)138 1234 5678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("手机：13812345678", "+8613812345678"),
        ("联系电话 13812345678", "+8613812345678"),
        ("Tel: 13812345678", "+8613812345678"),
        ("'13812345678", "+8613812345678"),
        ("\u202d13812345678\u202c", "+8613812345678"),
        ("13800000000.0", "+8613800000000"),
        ("1.3812345678E+10", "+8613812345678"),
        ("17951 13812345678", "+8613812345678"),
        ("0571-88886666", "+8657188886666"),
        ("(0571) 8888 6666", "+8657188886666"),
        ("0571－88886666", "+8657188886666"),
        ("57188886666", "+8657188886666"),
        ("010-65529988", "+861065529988"),
        ("0571-88886666转802", "+8657188886666;ext=802"),
        ("0571-88886666-802", "+8657188886666;ext=802"),
        ("0571-88886666 ext. 802", "+8657188886666;ext=802"),
        ("400-820-8820", "+864008208820"),
        ("+852 9123 4567", "+85291234567"),
        ("00852-91234567", "+85291234567"),
        ("+1 (650) 253-0000", "+16502530000"),
        ("+1-418-656-9254;ext=102", "+14186569254;ext=102"),
    ],
)
def test_one_form_inside(typed: str, kept: str) -> None:
    assert normalise(typed) == Phone(kept)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("1.38E+10", DAMAGED),
        ("1.3812E+10", DAMAGED),
        ("１．３８Ｅ＋１０", DAMAGED),
        ("1381234567", INCOMPLETE),
        ("138123456789", INCOMPLETE),
        ("12345678901", INCOMPLETE),
        ("1381234567O", INCOMPLETE),
        ("10086", INCOMPLETE),
        ("问她老公", INCOMPLETE),
        ("138 1234 5678 139", INCOMPLETE),
        ("+86 12345", INCOMPLETE),
        ("88886666", NO_AREA_CODE),
    ],
)
def test_what_is_no_number_stays_as_typed(typed: str, fault: PhoneFault) -> None:
    assert normalise(typed) == Phone(typed, fault)


@pytest.mark.parametrize("typed", ["", "  ", "无", "-", "N/A", "暂无", "0"])
def test_a_cell_that_says_there_is_none(typed: str) -> None:
    assert normalise(typed) is None


@pytest.mark.parametrize(
    ("typed", "label"),
    [("老公13812345678", "老公"), ("13812345678（老公）", "老公"), ("电话：13812345678", "")],
)
def test_words_beside_the_number_become_its_label(typed: str, label: str) -> None:
    assert normalise(typed) == Phone("+8613812345678", label=label)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("13812345678/0571-88886666", ["13812345678", "0571-88886666"]),
        ("13812345678、13912345678，18812345678", ["13812345678", "13912345678", "18812345678"]),
        ("13812345678\n13912345678", ["13812345678", "13912345678"]),
        ("138 1234 5678 139 1234 5678", ["138 1234 5678", "139 1234 5678"]),
        ("手机:13812345678 电话:0571-88886666", ["手机:13812345678", "电话:0571-88886666"]),
        ("13812345678(老公) 13912345678(本人)", ["13812345678(老公)", "13912345678(本人)"]),
        ("13812345678 或 13912345678", ["13812345678", "13912345678"]),
        ("无/13812345678", ["13812345678"]),
        ("+86 138 1234 5678", ["+86 138 1234 5678"]),
        ("+1-418-656-9254;ext=102", ["+1-418-656-9254;ext=102"]),
        ("", []),
    ],
)
def test_several_numbers_in_one_cell(cell: str, numbers: list[str]) -> None:
    assert split_phones(cell) == numbers


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+8613812345678", "138 1234 5678"),
        ("+8657188886666", "0571 8888 6666"),
        ("+861065529988", "010 6552 9988"),
        ("+864008208820", "400 820 8820"),
        ("+85291234567", "+852 9123 4567"),
        ("+8657188886666;ext=802", "0571 8888 6666 ext. 802"),
        ("1.38E+10", "1.38E+10"),
        ("+86 12345", "+86 12345"),
    ],
)
def test_spaced_for_people(value: str, shown: str) -> None:
    assert display(value) == shown


@pytest.mark.parametrize(
    ("value", "searched"),
    [
        ("+8613812345678", "13812345678"),
        ("+8657188886666;ext=802", "057188886666"),
        ("+864008208820", "4008208820"),
        ("+85291234567", "85291234567"),
        ("8888 6666", "88886666"),
    ],
)
def test_digits_to_search_by(value: str, searched: str) -> None:
    assert digits(value) == searched


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "-"]))
def test_any_spacing_of_a_mobile_is_the_same_number(number: str, sign: str) -> None:
    typed = sign.join((number[:3], number[3:7], number[7:]))
    assert normalise(typed) == Phone("+86" + number)


@given(st.text(alphabet="0123456789０１２ +-()./Ee转 手机", max_size=24))
def test_no_digit_is_ever_invented(typed: str) -> None:
    phone = normalise(typed)
    if phone and phone.is_e164:
        number = re.sub(r"\D", "", phone.value.partition(";")[0].removeprefix("+86"))
        typed_digits = re.sub(r"\D", "", half_width(typed))
        assert number in typed_digits


@given(st.from_regex(r"(1[3-9][0-9]{9}|0571[2-8][0-9]{7})", fullmatch=True))
def test_what_is_shown_can_be_typed_again(number: str) -> None:
    phone = normalise(number)
    assert phone is not None
    assert normalise(display(phone.value)) == phone

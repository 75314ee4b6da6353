"""A customer's own dates in files: under which headers, how written, and never twice."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custdesk.exchange import own_dates
from custdesk.exchange.own_dates import OwnDate
from custdesk.people import own_dates as kept
from custdesk.store.store import Store
from tests.exchange.test_importing import counts, from_text
from tests.exchange.test_merging import merge
from tests.helpers import add, ahead, customer, faults, is_a_sentence

TODAY = date(2026, 11, 21)
Told = list[tuple[str, str, bool]]


def dates(store: Store, id: int = 1) -> Told:
    with store.read() as db:
        return [(one.name, one.day.isoformat(), one.yearly) for one in kept.of_customer(db, id)]


@pytest.mark.parametrize(
    ("header", "said", "noted"),
    [
        ("会员到期", "2027/3/31", ("Membership", "2027-03-31", False)),
        ("会员有效期", "2027年3月31日", ("Membership", "2027-03-31", False)),
        ("到期日期", "46477", ("Membership", "2027-03-31", False)),
        ("会员到期日", "2019-03-31", ("Membership", "2019-03-31", False)),
        ("保险到期", "20270331", ("Insurance", "2027-03-31", False)),
        ("续保日期", "2060-03-31", ("Insurance", "2060-03-31", False)),
        ("车险到期日", "2027-03-31", ("车险", "2027-03-31", False)),
        ("合同到期", "2027-03-31", ("Contract", "2027-03-31", False)),
        ("结婚纪念日", "2016-10-01", ("Wedding anniversary", "2016-10-01", True)),
        ("纪念日", "10月1日", ("Wedding anniversary", "2026-10-01", True)),
        ("纪念日", "12-25", ("Wedding anniversary", "2025-12-25", True)),
        ("纪念日", "2月29日", ("Wedding anniversary", "2024-02-29", True)),
        ("Anniversary", "10/1/2016", ("Wedding anniversary", "2016-10-01", True)),
        ("重要日期", "会员卡 2027-03-31", ("会员卡", "2027-03-31", False)),
        ("重要日期", "结婚纪念日 每年10-01", ("结婚纪念日", "2026-10-01", True)),
        ("重要日期", "结婚纪念日每年10月1日", ("结婚纪念日", "2026-10-01", True)),
        ("Important dates", "Shop opened: 2016/10/1 (Yearly)", ("Shop opened", "2016-10-01", True)),
    ],
)
def test_dates_of_a_row(
    store: Store, tmp_path: Path, header: str, said: str, noted: tuple[str, str, bool]
) -> None:
    other = "1/13/1999" if header == "Anniversary" else ""
    rows = (f"张丽华,13812345678,{said}", f"李国强,13812345679,{other}")
    from_text(store, tmp_path, "\n".join((f"姓名,手机,{header}", *rows)) + "\n")
    assert dates(store) == [noted]
    assert customer(store, 1).notes == ""
    assert faults(store) == []


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("会员到期", "长期有效"),
        ("会员到期", "2027-02-30"),
        ("会员到期", "3月31日"),
        ("纪念日", "农历八月十五"),
        ("重要日期", "有空再问"),
        ("重要日期", "车险 2027-13-01"),
        ("免打扰时间", "午休"),
    ],
)
def test_what_is_no_date_is_kept_in_the_notes_and_said(
    store: Store, tmp_path: Path, header: str, said: str, spoken: str
) -> None:
    result = from_text(store, tmp_path, f"姓名,{header}\n张丽华,{said}\n")
    assert counts(result) == (1, 1, 0, 0, 0)
    (warning,) = result.warnings
    assert said in warning.words
    assert is_a_sentence(warning.words.replace(header, ""), spoken)
    assert said in customer(store, 1).notes
    assert dates(store) == []


def test_what_one_is_called_and_when_not_to_call(store: Store, tmp_path: Path) -> None:
    words = "姓名,称呼,免打扰时间\n张丽华,丽华姐,12点-14点\n李国强,先生,\n"
    assert counts(from_text(store, tmp_path, words)) == (2, 2, 0, 0, 0)
    one = customer(store, 1)
    assert (one.called, one.quiet_from, one.quiet_until) == ("丽华姐", "12:00", "14:00")
    other = customer(store, 2)
    assert (other.called, other.notes) == ("", "称呼: 先生")


def test_where_there_is_no_name_the_form_of_address_is_one(store: Store, tmp_path: Path) -> None:
    from_text(store, tmp_path, "称呼,手机\n丽华姐,13812345678\n")
    assert customer(store, 1).name == "丽华姐"


def test_events_of_an_address_book_keep_their_label(store: Store, tmp_path: Path) -> None:
    words = (
        "First Name,Event 1 - Label,Event 1 - Value,Event 2 - Label,Event 2 - Value\n"
        "Anna,* Anniversary,2016-10-01,开店日,--05-18\n"
    )
    from_text(store, tmp_path, words)
    assert dates(store) == [
        ("Wedding anniversary", "2016-10-01", True),
        ("开店日", "2026-05-18", True),
    ]


def test_the_same_file_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    words = "姓名,手机,会员到期,结婚纪念日\n张丽华,13812345678,2027-03-31,2016-10-01\n"
    from_text(store, tmp_path, words)
    before = dates(store)
    assert counts(from_text(store, tmp_path, words)) == (1, 0, 0, 1, 0)
    assert dates(store) == before


def test_a_row_about_somebody_known_adds_what_is_missing(store: Store, tmp_path: Path) -> None:
    id = add(store, "张丽华", phone="13812345678", called="丽华姐")
    with store.write("A wedding") as db:
        kept.add(db, id, "结婚纪念日", date(2016, 10, 1), store.today, yearly=True)
    said = "结婚纪念日 每年10-01；会员卡 2027-03-31"
    assert counts(merge(store, tmp_path, "重要日期", said)) == (1, 0, 1, 0, 0)
    assert dates(store) == [
        ("结婚纪念日", "2016-10-01", True),
        ("会员卡", "2027-03-31", False),
    ]
    assert counts(merge(store, tmp_path, "重要日期", "会员卡 2028-03-31")) == (1, 0, 1, 0, 0)
    assert [day for _name, day, _yearly in dates(store)] == [
        *("2016-10-01", "2027-03-31", "2028-03-31"),
    ]
    assert counts(merge(store, tmp_path, "称呼", "小丽")) == (1, 0, 1, 0, 0)
    assert customer(store, id).called == "丽华姐"
    assert "小丽" in customer(store, id).notes
    store.undo()
    store.undo()
    store.undo()
    assert dates(store) == [("结婚纪念日", "2016-10-01", True)]


def test_what_was_imported_is_reminded_of(store: Store, tmp_path: Path) -> None:
    from_text(store, tmp_path, "姓名,会员到期\n张丽华,2027-03-31\n")
    assert [(one.due, one.day) for one in ahead(store, 1) if one.kind == "renewal"] == [
        ("2027-03-17", "2027-03-31")
    ]


NAMES = st.text(
    st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="\r\n"), min_size=1
)
DATES = st.builds(
    OwnDate,
    NAMES.map(lambda name: " ".join(name.split())).filter(bool),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.booleans(),
)


@given(st.lists(DATES, max_size=4))
def test_dates_that_were_written_are_known_again(found: list[OwnDate]) -> None:
    """Whatever people call their dates: what is read back adds nothing."""
    read, others = own_dates.read(own_dates.in_words(found), TODAY)
    assert others == []
    assert own_dates.missing(found, read) == []

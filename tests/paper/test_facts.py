"""What is gathered for print: everything, or with the mask nothing that is private."""

import io
import subprocess
from datetime import date, timedelta

import pypdfium2
import pytest

from custdesk.care import follow_ups
from custdesk.paper.facts import gather
from custdesk.paper.profile import ProfileFacts, write_profile
from custdesk.people import history, own_dates
from custdesk.people.history import Item
from custdesk.store.models import VIP, Channel
from custdesk.store.store import Store
from tests import helpers

PRIVATE = {
    *("138 1234 5678", "lihua_zh", "lihua@example.com", "文三路88号", "爱喝龙井", "不喝咖啡"),
    *("欠款未清", "白瓷盖碗", "2,680.00", "337.00", "3,017", "送给婆婆", "周末来店", "报价回电"),
    *("盖子有裂纹", "等了两天"),
}
OPEN = ("张丽华", "0012", "VIP", "杭州", "设计院", "1968", "2 purchases", "茶友会")


@pytest.fixture
def customer(store: Store) -> int:
    id = helpers.add(
        store,
        "张丽华",
        number="0012",
        phone="13812345678",
        wechat="lihua_zh",
        email="lihua@example.com",
        lunar="1968-10-13",
        grade=VIP,
        tags=["茶友会"],
        city="杭州",
        company="设计院",
        address="文三路88号",
        likes="爱喝龙井",
        taboos="不喝咖啡",
        notes="欠款未清，慢慢说",
    )
    with store.write("Everything") as db:
        history.record_purchase(db, id, store.today, [Item("白瓷盖碗", 1, 268_000)])
        history.record_purchase(db, id, store.today, [], note="送给婆婆", amount_cents=33_700)
        history.log_interaction(db, id, Channel.PHONE, "周末来店看茶具", store.clock())
        follow_ups.schedule(db, id, store.today + timedelta(days=1), "报价回电")
    helpers.complained(store, id, due=store.today + timedelta(days=3), about="盖子有裂纹")
    helpers.said(store, id, 2, words="等了两天")
    return id


def facts(store: Store, customer: int, *, masked: bool) -> ProfileFacts:
    with store.read() as db:
        return gather(db, customer, store.today, masked)


def printed(what: ProfileFacts, *, client_safe: bool = False) -> bytes:
    file = io.BytesIO()
    write_profile(what, file, client_safe)
    return file.getvalue()


def read(pdf: bytes) -> str:
    asked = ["pdftotext", "-raw", "-", "-"]
    return subprocess.run(asked, input=pdf, capture_output=True, check=True).stdout.decode()


def codes(pdf: bytes) -> list[str]:
    """What a phone reads from the QR codes of the first page."""
    zxingcpp = pytest.importorskip("zxingcpp")
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=150 / 72).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def test_without_the_mask_everything_is_printed(store: Store, customer: int) -> None:
    text = read(printed(facts(store, customer, masked=False)))
    assert [words for words in PRIVATE if words not in text] == []
    assert [words for words in OPEN if words not in text] == []


@pytest.mark.parametrize("client_safe", [False, True])
def test_with_the_mask_nothing_private_is_in_the_file(
    store: Store, customer: int, client_safe: bool
) -> None:
    pdf = printed(facts(store, customer, masked=True), client_safe=client_safe)
    text = read(pdf)
    assert [words for words in PRIVATE if words in text] == []
    assert "****" not in text
    assert "Without phones, amounts and notes" in text


def test_with_the_mask_the_rest_is_printed(store: Store, customer: int) -> None:
    text = read(printed(facts(store, customer, masked=True)))
    assert [words for words in OPEN if words not in text] == []


def test_what_is_due_is_named_by_its_kind(store: Store, customer: int) -> None:
    assert list(facts(store, customer, masked=True).know_before) == [
        "Today: Birthday: 10th lunar month, day 13 · turns 58",
        "Tomorrow: Follow-up",
        "Nov 24: Case",
        "Nov 28: After a sale",
    ]


def test_what_they_complained_of_stands_first_and_once(store: Store, customer: int) -> None:
    known = list(facts(store, customer, masked=False).know_before)
    assert known[:2] == [
        "Complaint of Nov 21, to be solved by Nov 24: 盖子有裂纹",
        "Feedback of Nov 21: 2 of 5, 等了两天",
    ]
    assert sum("盖子有裂纹" in one for one in known) == 1


@pytest.mark.parametrize("masked", [False, True])
def test_the_client_reads_nothing_of_it(store: Store, customer: int, masked: bool) -> None:
    text = read(printed(facts(store, customer, masked=masked), client_safe=True))
    assert [words for words in ("盖子有裂纹", "等了两天", "Complaint") if words in text] == []


@pytest.mark.parametrize("client_safe", [False, True])
def test_with_the_mask_there_is_no_code_to_scan(
    store: Store, customer: int, client_safe: bool
) -> None:
    open_page = printed(facts(store, customer, masked=False), client_safe=client_safe)
    masked_page = printed(facts(store, customer, masked=True), client_safe=client_safe)
    assert [code.count("13812345678") for code in codes(open_page)] == [1]
    assert codes(masked_page) == []


@pytest.mark.parametrize("client_safe", [False, True])
def test_dates_to_come_are_printed_for_both(store: Store, customer: int, client_safe: bool) -> None:
    with store.write("Dates") as db:
        for name, day, yearly in (
            ("会员卡", "2027-03-31", False),
            ("结婚纪念日", "1992-12-01", True),
            ("旧合同", "2026-03-31", False),
        ):
            own_dates.add(db, customer, name, date.fromisoformat(day), store.today, yearly=yearly)
    helpers.edit(store, customer, called="丽华姐", quiet_hours="12:00-14:00")
    found = facts(store, customer, masked=False)
    assert found.dates == ["结婚纪念日 Dec 1", "会员卡 Mar 31, 2027"]
    words = read(printed(found, client_safe=client_safe))
    assert "结婚纪念日 Dec 1 · 会员卡 Mar 31, 2027" in words
    assert ("丽华姐" in words, "12:00-14:00" in words) == (not client_safe, not client_safe)

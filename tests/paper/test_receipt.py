"""The receipt of an erasure on paper."""

import io
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest

from custdesk.errors import CustdeskError
from custdesk.paper.receipt import write_receipt
from custdesk.people.erasing import Receipt

RECEIPT = Receipt(
    "20261125-3",
    datetime(2026, 11, 25, 10, 30),
    "和风茶舍",
    {"customer": 1, "purchase": 1234, "relation": 0, "history": 436},
    True,
)


def printed(receipt: Receipt) -> str:
    file = io.BytesIO()
    write_receipt(receipt, file)
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        assert len(document) == 1
        return str(document[0].get_textpage().get_text_bounded())


def test_it_says_what_when_and_by_whom() -> None:
    paper = printed(RECEIPT)
    for words in ("20261125-3", "Nov 25, 2026 10:30", "和风茶舍", "1 customer", "1,234", "436"):
        assert words in paper
    assert "relation" not in paper
    assert "no personal data" in paper


def test_in_both_languages(spoken: str) -> None:
    assert ("2026年11月25日" if spoken == "zh" else "Nov 25, 2026") in printed(RECEIPT)


def test_what_is_not_swept_yet_is_said() -> None:
    still = Receipt(RECEIPT.number, RECEIPT.at, "", RECEIPT.counts, False)
    assert "Another program" in printed(still)
    assert "Another program" not in printed(RECEIPT)


def test_it_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(CustdeskError):
        write_receipt(RECEIPT, tmp_path / "nowhere" / "r.pdf")
    assert not list(tmp_path.iterdir())

"""Everything held on one person as a file: JSON that programs read, a PDF that people read."""

import json
from pathlib import Path

import pytest

from custdesk.errors import CustdeskError
from custdesk.handover import hand_over
from custdesk.store.store import Store
from tests.helpers import add
from tests.people.test_held import whole_person


def _write(store: Store, id: int, path: Path) -> None:
    with store.read() as db:
        hand_over(db, id, store.today, path)


def test_json(store: Store, tmp_path: Path) -> None:
    _write(store, whole_person(store), tmp_path / "z.json")
    document = json.loads((tmp_path / "z.json").read_text("utf-8"))
    assert set(document) == {"written_on", "customer", "held", "changes"}
    assert document["written_on"] == "2026-11-21"
    assert document["customer"]["consented_on"] == "2026-03-05"
    assert document["held"]["former_number"][0]["number"] == "F-77"
    cities = [
        image["row"]["city"]
        for change in document["changes"]
        for image in change["before"]
        if image["table"] == "customer" and image["row"]
    ]
    assert "杭州" in cities


def test_pdf_and_nothing_beside_it(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    _write(store, add(store, "张丽华"), folder / "z.PDF")
    assert [one.name for one in folder.iterdir()] == ["z.PDF"]


@pytest.mark.parametrize("name", ["z.txt", "z", "none/z.json", "none/z.pdf"])
def test_where_it_cannot_be_written(store: Store, tmp_path: Path, name: str) -> None:
    id = add(store, "张丽华")
    with pytest.raises(CustdeskError):
        _write(store, id, tmp_path / name)

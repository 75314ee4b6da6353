"""One file in the place of another, where that one is damaged."""

from datetime import datetime
from pathlib import Path

from custdesk.store import restoring, wal

NOW = datetime(2026, 11, 21, 9)


def test_the_damaged_file_goes_aside_with_what_lay_beside_it(tmp_path: Path) -> None:
    path, new = tmp_path / "my.custdesk", tmp_path / "my-repaired.custdesk"
    path.write_bytes(b"damaged")
    wal.beside(path).write_bytes(b"log")
    path.with_name("my.custdesk-shm").write_bytes(b"index")
    new.write_bytes(b"saved")
    aside = restoring.replace_damaged(path, new, NOW)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {
        "my.custdesk": b"saved",
        "my-damaged-20261121-090000.custdesk": b"damaged",
        "my-damaged-20261121-090000.custdesk-wal": b"log",
    }
    new.write_bytes(b"once more")
    assert restoring.replace_damaged(path, new, NOW) != aside
    assert aside.read_bytes() == b"damaged"

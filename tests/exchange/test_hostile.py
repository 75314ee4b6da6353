"""Files from elsewhere cannot hurt: each gets one sentence or is read, within bounds."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from custdesk.errors import CustdeskError
from custdesk.exchange import apart, decoding
from custdesk.exchange.importing import read_file, read_mapping_file
from tests.exchange.hostile_files import FILES, ods, write_all, xlsx
from tests.helpers import TEA_SHOP

ROOT = Path(__file__).parents[2]
MOST_MB, MOST_MB_APART, MOST_SECONDS = 400, 1200, 30

linux = pytest.mark.skipif(sys.platform != "linux", reason="measures and devices of Linux")
Said = dict[str, tuple[str | int, float, int, int]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    write_all(folder)
    return folder


@pytest.fixture(scope="module")
def said(folder: Path) -> Said:
    """What one process says that reads all the files, one after another."""
    before = _digests(folder)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.exchange.hostile_files", folder],
        cwd=ROOT, capture_output=True, timeout=600, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert _digests(folder) == before
    found: Said = json.loads(ran.stdout)
    return found


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@linux
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_read_or_refused(said: Said, name: str) -> None:
    outcome, seconds, _own, _apart = said[name]
    expected = FILES[name][1]
    if isinstance(expected, int):
        assert outcome == expected
    else:
        assert isinstance(outcome, str)
        assert outcome.startswith((name, f"In {name}")) and expected in outcome
        assert outcome.endswith(".") and "\n" not in outcome
    assert seconds < MOST_SECONDS


@linux
def test_all_of_them_stay_within_bounded_memory(said: Said) -> None:
    assert max(own for _outcome, _seconds, own, _apart in said.values()) < MOST_MB
    assert max(apart for *_rest, apart in said.values()) < MOST_MB_APART


def test_nothing_is_taken_out_of_an_archive(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    evil = tmp_path / "absolute"
    (inner / "paths.xlsx").write_bytes(xlsx(**{"../../evil": "x", str(evil): "x"}))
    read_file(inner / "paths.xlsx")
    assert [*tmp_path.rglob("*")] == [tmp_path / "a", inner, inner / "paths.xlsx"]


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
@pytest.mark.parametrize("way", ["file", "http"])
def test_entities_fetch_nothing(
    tmp_path: Path, listening: "Listener", ending: str, way: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    where = secret.as_uri() if way == "file" else f"http://127.0.0.1:{listening.port}/x"
    doctype = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{where}">]>'
    path = tmp_path / f"entities.{ending}"
    path.write_bytes(
        xlsx('<row><c t="inlineStr"><is><t>姓名&x;</t></is></c></row>', doctype)
        if ending == "xlsx"
        else ods(
            '<table:table-row><table:table-cell office:value-type="string"><text:p>姓名&x;</text:p>'
            "</table:table-cell></table:table-row>",
            doctype,
        )
    )
    with pytest.raises(CustdeskError) as refused:
        read_file(path)
    assert "secret" not in str(refused.value)
    assert listening.calls == 0


class Listener:
    """Counts who calls."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.port = self._socket.getsockname()[1]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                self._socket.accept()[0].close()
                self.calls += 1
            except TimeoutError:
                continue

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._socket.close()


@pytest.fixture
def listening() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


# --- what is no ordinary file ---------------------------------------------------------------------


@linux
@pytest.mark.parametrize("read", [read_file, read_mapping_file])
@pytest.mark.parametrize("what", ["pipe", "/dev/zero", "/dev/stdin", "loop", "folder", "x" * 300])
def test_what_is_no_file_is_said(tmp_path: Path, what: str, read: object) -> None:
    path = Path(what) if what.startswith("/") else tmp_path / what
    if what == "pipe":
        os.mkfifo(path)
    elif what == "loop":
        path.symlink_to(path)
    elif what == "folder":
        path.mkdir()
    assert callable(read)
    with pytest.raises(CustdeskError, match=r"\.$"):
        read(path)


def test_a_file_that_vanishes_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("姓名,手机\n" + "张三,138\n" * 20_000, encoding="utf-8")

    def vanish(_share: float) -> None:
        path.unlink(missing_ok=True)

    from custdesk.exchange.sheet import read_table

    assert len(read_table(path, progress=vanish).rows) == 20_000
    with pytest.raises(CustdeskError, match="There is no file"):
        read_file(path)


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("姓名,手机\n" + "张三,138\n" * 20_000, encoding="utf-8")
    shares = []

    def grow(share: float) -> None:
        shares.append(share)
        if len(shares) < 5:
            with path.open("a", encoding="utf-8") as file:
                file.write("李四,139\n" * 5_000)

    from custdesk.exchange.sheet import read_table

    assert len(read_table(path, progress=grow).rows) >= 20_000
    assert max(shares) <= 1.0


def test_a_disk_that_goes_while_a_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("姓名,手机\n张三,138\n", encoding="utf-8")

    def gone(_path: Path) -> decoding.Encoding:
        raise OSError("Input/output error")

    monkeypatch.setattr(decoding, "detect", gone)
    with pytest.raises(CustdeskError, match="could not be read"):
        read_file(path)


@pytest.mark.parametrize(
    "words",
    [
        *("a = " + "[" * 100_000, "a = " + "9" * 10_000, "columns = 5", '"\\ud800" = "name"'),
        *("a = 2020-99-99", "\x00", "[columns]\n" * 2, "a." * 50_000 + "a = 1"),
    ],
    ids=range(8),
)
def test_a_hostile_mapping_file(tmp_path: Path, words: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(words, encoding="utf-8")
    try:
        assert read_mapping_file(path) == {}
    except CustdeskError as refused:
        assert str(refused).startswith("The mapping file mapping.toml")


# --- reading apart --------------------------------------------------------------------------------


def _die(_words: str) -> Iterator[int]:
    yield 1
    os._exit(3)


def _fill_the_memory(megabytes: int) -> Iterator[int]:
    kept = []
    for at in range(megabytes):
        kept.append(b"x" * (1 << 20))
        if at % 100 == 0:
            yield at
    yield len(kept)


def _fail() -> Iterator[int]:
    yield 1
    raise KeyError("张三")


def test_a_reader_that_dies_takes_nobody_along() -> None:
    with pytest.raises(apart.Died):
        list(apart.stream(_die, ("",), 1 << 30, lambda: None))


def test_a_reader_takes_no_more_memory_than_it_may() -> None:
    with pytest.raises(apart.TooLarge):
        list(apart.stream(_fill_the_memory, (20_000,), 300 << 20, lambda: None))
    assert [*apart.stream(_fill_the_memory, (10,), 300 << 20, lambda: None)] == [0, 10]


def test_a_defect_of_a_reader_goes_to_the_log_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(RuntimeError):
        list(apart.stream(_fail, (), 1 << 30, lambda: None))
    assert "KeyError" in caplog.text and "test_hostile.py" in caplog.text
    assert "张三" not in caplog.text


def test_a_workbook_s_rows_arrive_whole() -> None:
    assert len(read_file(TEA_SHOP / "customers.xlsx").rows) == 820

"""The log says what went wrong and where, and nothing about any customer."""

import logging
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from custdesk.logs import KEPT_LOGS, LOG_BYTES, keep_log

log = logging.getLogger("custdesk.test")


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Where the log is kept; the root logger is as before afterwards."""
    root = logging.getLogger()
    before = [*root.handlers]
    for handler in before:
        if isinstance(handler, RotatingFileHandler):
            root.removeHandler(handler)
    yield tmp_path / "logs" / "custdesk.log"
    for handler in [*root.handlers]:
        if isinstance(handler, RotatingFileHandler):
            root.removeHandler(handler)
            handler.close()
    root.handlers[:] = before


def call(phone: str) -> None:
    raise ValueError(f"no such phone {phone}")


def fail() -> None:
    try:
        call("13812345678")
    except ValueError as error:
        raise KeyError("张丽华") from error


def written(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_an_error_is_logged_by_its_kind_and_place(path: Path) -> None:
    keep_log(path)
    try:
        fail()
    except KeyError:
        log.exception("A defect")
    text = written(path)
    assert "A defect" in text and "KeyError" in text and "ValueError" in text
    assert "test_logs.py:" in text and "in call" in text
    assert "张丽华" not in text and "13812345678" not in text
    assert str(Path(__file__).parent) not in text


def test_another_handler_that_writes_all_does_not_spoil_it(path: Path) -> None:
    talkative = logging.StreamHandler()
    logging.getLogger().addHandler(talkative)
    keep_log(path)
    try:
        fail()
    except KeyError:
        log.exception("A defect")
    finally:
        logging.getLogger().removeHandler(talkative)
    assert "张丽华" not in written(path)


def test_only_warnings_and_errors(path: Path) -> None:
    keep_log(path)
    log.info("started")
    log.warning("slow")
    assert "started" not in written(path) and "slow" in written(path)


def test_asked_twice_it_is_kept_once(path: Path) -> None:
    keep_log(path)
    keep_log(path)
    log.warning("once")
    assert written(path).count("once") == 1


def test_it_does_not_grow_for_ever(path: Path) -> None:
    keep_log(path)
    for _time in range(60):
        log.warning("x" * 50_000)
    files = [*path.parent.iterdir()]
    assert len(files) == KEPT_LOGS + 1
    assert sum(file.stat().st_size for file in files) <= LOG_BYTES * (KEPT_LOGS + 1)


def test_where_it_cannot_be_kept_nothing_breaks(path: Path, tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    keep_log(path)
    log.warning("nobody hears this")
    assert (tmp_path / "logs").read_text() == "a file where the folder should be"

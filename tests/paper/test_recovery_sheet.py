"""The recovery sheet as paper: the key can be read off it, and nothing else is told."""

import io
import subprocess
from datetime import datetime
from pathlib import Path

from custdesk.paper.recovery_sheet import write_sheet
from custdesk.store import lock


def printed(words: str) -> str:
    paper = io.BytesIO()
    write_sheet(words, Path("/home/me/客户.custdesk"), datetime(2026, 11, 21, 9), paper)
    read = ["pdftotext", "-raw", "-", "-"]
    done = subprocess.run(read, input=paper.getvalue(), capture_output=True, check=True)
    return done.stdout.decode()


def test_the_key_is_read_off_the_sheet(spoken: str) -> None:
    salt = bytes(range(lock.SALT))
    key = lock.derive("爱喝龙井的人", salt)
    words = lock.sheet_words(key)
    shown = printed(words)
    groups = [group for group in shown.split() if group in words.split("-")]
    assert lock.key_of_sheet("".join(groups), salt) == key
    assert "客户.custdesk" in shown
    assert "爱喝龙井的人" not in shown

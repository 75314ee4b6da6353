"""A whole disk is read byte by byte after a life behind a passphrase: nobody's name is on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import TEA_SHOP

ROOT = Path(__file__).parents[2]
MEGABYTES = 96
SECRETS = ("张丽华", "13812345678", "怕吵，爱喝龙井", "老客户之家", "孙军宇", "19993287921")
"""A name, a phone and a note that are typed, a tag; somebody of the imported list."""


def _permitted(folder: Path) -> bool:
    """Whether this machine lets us make a disk in a file and mount it."""
    image = folder / "try.img"
    image.write_bytes(bytes(8 << 20))
    script = f'mkfs.ext4 -q "{image}" && mount -o loop "{image}" "{folder}" && umount "{folder}"'
    try:
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True)
    except OSError:
        return False
    image.unlink()
    return done.returncode == 0


def on_a_disk(tmp_path: Path, script: str) -> bytes:
    """Run `script` with all that a user has on a disk of its own; every byte of that disk then."""
    if not _permitted(tmp_path):
        pytest.skip("no disk in a file can be mounted here (mkfs.ext4, mount -o loop)")
    image, disk = tmp_path / "disk.img", tmp_path / "disk"
    image.write_bytes(bytes(MEGABYTES << 20))
    disk.mkdir()
    places = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    done = subprocess.run(
        [
            *("unshare", "--mount", "sh", "-ec"),
            f"""
            mkfs.ext4 -q "{image}"
            mount -o loop "{image}" "{disk}"
            mkdir "{disk}/tmp"
            custdesk() {{
                "{sys.executable}" -m custdesk --lang zh --db "{disk}/my.custdesk" "$@"
            }}
            {script}
            sync
            umount "{disk}"
            """,
        ],
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "TMPDIR": f"{disk}/tmp", "PYTHONDONTWRITEBYTECODE": "1"}
        | dict.fromkeys(places, f"{disk}/home"),
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    return image.read_bytes()


def found_on(disk: bytes) -> list[str]:
    return [secret for secret in SECRETS if secret.encode() in disk]


LIFE = f"""
    custdesk add --name 张丽华 --phone 13812345678 --json
    custdesk import "{TEA_SHOP}/customers.xlsx"
    custdesk import "{TEA_SHOP}/purchases.csv"
    custdesk search zlh
    custdesk undo
    "{sys.executable}" -m tests.faults.writing "{{path}}" 老客户之家 怕吵，爱喝龙井
    custdesk backup "{{folder}}/kept.custdesk"
    custdesk due --days 30
    custdesk check
"""


def test_a_life_behind_a_passphrase_leaves_no_name_on_the_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    life = LIFE.format(path=disk / "my.custdesk", folder=disk)
    raw = on_a_disk(
        tmp_path,
        f"""
        custdesk add --name 甲
        export CUSTDESK_PASSPHRASE=爱喝白茶的人
        custdesk lock
        {life}
        export CUSTDESK_NEW_PASSPHRASE=另一句更长的话
        custdesk lock
        export CUSTDESK_PASSPHRASE=另一句更长的话
        custdesk search zlh
        """,
    )
    assert found_on(raw) == []


def test_the_same_life_without_one_is_there_to_be_read(tmp_path: Path) -> None:
    """So that the test above can fail."""
    disk = tmp_path / "disk"
    raw = on_a_disk(tmp_path, LIFE.format(path=disk / "my.custdesk", folder=disk))
    assert set(found_on(raw)) >= {"张丽华", "13812345678", "怕吵，爱喝龙井", "老客户之家"}

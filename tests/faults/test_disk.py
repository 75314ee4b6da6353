"""A full disk and a read-only folder: one sentence, exit status 1, nothing lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import TEA_SHOP, is_a_sentence

ROOT = Path(__file__).parents[2]
UNSHARE = ("unshare", "--map-root-user", "--mount")


def _permitted() -> bool:
    """Whether this machine lets us mount something that only we see."""
    try:
        done = subprocess.run(
            [*UNSHARE, "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


pytestmark = pytest.mark.skipif(
    not _permitted(), reason="no small or read-only disk can be mounted here (unshare --mount)"
)


def on_a_disk(folder: Path, script: str, language: str = "en") -> list[tuple[int, str, str]]:
    """Run `script` where `custdesk` writes its status, output and errors to numbered files.

    The first line of the script mounts something at "$disk"; nobody else sees that disk.
    """
    (folder / "disk").mkdir(exist_ok=True)
    (folder / "said").mkdir(exist_ok=True)
    prologue = f"""
        disk="{folder}/disk"
        n=0
        custdesk() {{
            n=$((n + 1))
            status=0
            "{sys.executable}" -m custdesk --lang {language} --db "$db" "$@" \\
                >"{folder}/said/$n.out" 2>"{folder}/said/$n.err" || status=$?
            echo $status >"{folder}/said/$n.status"
        }}
    """
    places = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    subprocess.run(
        [*UNSHARE, "sh", "-ec", prologue + script],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | dict.fromkeys(places, str(folder / "home")),
        check=True,
        timeout=120,
    )
    statuses = sorted((folder / "said").glob("*.status"), key=lambda path: int(path.stem))
    return [
        (
            int(path.read_text()),
            path.with_suffix(".out").read_text(encoding="utf-8"),
            path.with_suffix(".err").read_text(encoding="utf-8"),
        )
        for path in statuses
    ]


def refused(said: tuple[int, str, str], language: str) -> bool:
    status, out, err = said
    assert (status, out) == (1, ""), said
    assert is_a_sentence(err.strip(), language), err
    return True


FULL = {"en": "The disk is full", "zh": "磁盘已满"}
READ_ONLY = {"en": "read-only", "zh": "只读"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("free", [0, 60, 250])
def test_a_full_disk(tmp_path: Path, language: str, free: int) -> None:
    """With nothing left, with room to open the file, and with room for a part of the import."""
    said = on_a_disk(
        tmp_path,
        f"""
        mount -t tmpfs -o size=2m none "$disk"
        db="$disk/customers.custdesk"
        custdesk add --name 张丽华 --phone 13812345678
        cat /dev/zero >"$disk/filler" 2>/dev/null || true
        truncate -s -{free}k "$disk/filler"
        custdesk import "{TEA_SHOP}/customers.xlsx"
        rm "$disk/filler"
        custdesk search 5678
        custdesk check
        (cd "$disk" && find . -type f) >"{tmp_path}/left"
        """,
        language,
    )
    assert refused(said[1], language)
    assert FULL[language] in said[1][2]
    assert said[2][:2] == (0, "0001\t张丽华\t138 1234 5678\n")
    assert said[3][0] == 0
    assert (tmp_path / "left").read_text() == "./customers.custdesk\n"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_room_for_a_new_file(tmp_path: Path, language: str) -> None:
    said = on_a_disk(
        tmp_path,
        """
        mount -t tmpfs -o size=64k none "$disk"
        db="$disk/customers.custdesk"
        custdesk add --name 张丽华
        """,
        language,
    )
    assert refused(said[0], language)
    assert FULL[language] in said[0][2]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_room_for_a_backup(tmp_path: Path, language: str) -> None:
    said = on_a_disk(
        tmp_path,
        f"""
        mount -t tmpfs -o size=400k none "$disk"
        db="{tmp_path}/customers.custdesk"
        custdesk import "{TEA_SHOP}/contacts_android.vcf"
        custdesk backup "{tmp_path}/kept.custdesk"
        custdesk backup "$disk/kept.custdesk"
        db="$disk/customers.custdesk"
        custdesk restore "{tmp_path}/kept.custdesk"
        ls -A "$disk" >"{tmp_path}/left"
        """,
        language,
    )
    assert [one[0] for one in said[:2]] == [0, 0]
    for one in said[2:]:
        assert refused(one, language)
        assert FULL[language] in one[2]
    assert (tmp_path / "left").read_text() == ""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.ics", "out.pdf"])
def test_no_room_for_an_export(tmp_path: Path, language: str, name: str) -> None:
    command = f"export $disk/{name}" if name != "out.pdf" else f"profile --all -o $disk/{name}"
    said = on_a_disk(
        tmp_path,
        f"""
        mount -t tmpfs -o size=16k none "$disk"
        db="{tmp_path}/customers.custdesk"
        custdesk import "{TEA_SHOP}/contacts_android.vcf"
        echo before >"$disk/{name}"
        custdesk {command}
        cat "$disk/{name}" >"{tmp_path}/left"
        ls -A "$disk" >>"{tmp_path}/left"
        """,
        language,
    )
    assert refused(said[1], language)
    assert (tmp_path / "left").read_text() == f"before\n{name}\n"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_read_only_folder(tmp_path: Path, language: str) -> None:
    said = on_a_disk(
        tmp_path,
        f"""
        db="$disk/customers.custdesk"
        custdesk add --name 张丽华
        mount --bind "$disk" "$disk"
        mount -o remount,bind,ro "$disk"
        custdesk add --name 李国强
        custdesk import "{TEA_SHOP}/customers.xlsx"
        custdesk undo
        db="$disk/new.custdesk"
        custdesk add --name 李国强
        db="$disk/folder/new.custdesk"
        custdesk add --name 李国强
        """,
        language,
    )
    assert said[0][0] == 0
    for one in said[1:]:
        assert refused(one, language)
        assert READ_ONLY[language] in one[2]
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["customers.custdesk"]

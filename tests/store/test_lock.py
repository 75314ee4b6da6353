"""The passphrase: set, changed, removed, forgotten; crash-safe, with nothing readable left."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import text

from custdesk.errors import Busy, Cancelled, CustdeskError
from custdesk.store import backup, lock, turn, wal
from custdesk.store.backup import Reason
from custdesk.store.connecting import PAGE, is_locked
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import add, contents, edit, faults, is_a_sentence, names

SECRETS = ("张丽华", "13812345678", "怕吵", "老客户")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop" / "customers.custdesk"


@pytest.fixture
def shop(path: Path, open_file: Opener) -> Store:
    """A file in use, with words that nobody else may read."""
    store = open_file(path)
    id = add(store, "张丽华", phone="13812345678", notes="怕吵", tags=["老客户"])
    edit(store, id, notes="怕吵，爱喝龙井")
    store.undo()
    return store


def silent(_done: int, _total: int, _words: str) -> None:
    """Nobody wants to know how far it is."""


def change(store: Store, passphrase: str | None) -> None:
    store.replace(store.rewrite(passphrase, silent))
    store.follow(backup.all_of(store.path))


def readable_in(folder: Path) -> list[str]:
    """Which secrets stand in which files, read as bytes."""
    return [
        f"{secret} in {file.name}"
        for file in folder.rglob("*")
        if file.is_file()
        for secret in SECRETS
        if secret.encode() in file.read_bytes()
    ]


def test_a_passphrase_encrypts_the_whole_file(shop: Store, path: Path, open_file: Opener) -> None:
    before = contents(shop)
    change(shop, "爱喝龙井的人")
    assert contents(shop) == before
    add(shop, "李国强")
    shop.close()
    assert is_locked(path)
    assert readable_in(path.parent) == []
    again = open_file(path, lock.unlock(path, "爱喝龙井的人"))
    assert names(again) == ["李国强", "张丽华"]
    assert faults(again) == []
    again.undo(), again.redo(), again.undo(), again.undo()
    assert names(again) == []


def test_what_was_readable_is_overwritten_not_only_deleted(
    shop: Store, path: Path, tmp_path: Path
) -> None:
    """Second names keep what SQLite and we delete: the blocks of the disk, as it were."""
    disk = tmp_path / "disk"
    disk.mkdir()
    for file in path.parent.iterdir():
        os.link(file, disk / file.name)
    assert readable_in(disk) != []
    assert {file.name for file in disk.iterdir()} >= {path.name, f"{path.name}-wal"}
    change(shop, "secret")
    shop.close()
    assert [one for one in readable_in(disk) if "-shm" not in one] == []
    assert readable_in(path.parent) == []


def test_a_wrong_passphrase_opens_nothing_and_gives_no_hint(
    shop: Store, path: Path, spoken: str
) -> None:
    change(shop, "secret")
    shop.close()
    for typed in ("Secret", "secret ", "", "secre", "x" * 10_000):
        with pytest.raises(lock.WrongPassphrase) as refused:
            lock.unlock(path, typed)
        assert is_a_sentence(str(refused.value), spoken)
        assert typed == "" or typed not in str(refused.value)


def test_full_width_letters_count_as_what_they_mean(shop: Store, path: Path) -> None:
    change(shop, "abc123")
    shop.close()
    assert lock.unlock(path, "ａｂｃ１２３")


def test_changed_and_removed(shop: Store, path: Path, open_file: Opener) -> None:
    before = contents(shop)
    change(shop, "first one")
    change(shop, "second one")
    shop.close()
    with pytest.raises(lock.WrongPassphrase):
        lock.unlock(path, "first one")
    again = open_file(path, lock.unlock(path, "second one"))
    change(again, None)
    assert contents(again) == before
    again.close()
    assert not is_locked(path)
    assert contents(open_file(path)) == before


def test_the_key_is_sqlcipher_s_own(shop: Store, path: Path) -> None:
    """Any program with SQLCipher 4 opens the file with the passphrase itself."""
    change(shop, "secret")
    shop.close()
    connection = sqlite.connect(str(path))
    connection.execute("PRAGMA key = 'secret'")
    assert connection.execute("SELECT name FROM customer").fetchall() == [("张丽华",)]
    connection.close()


# --- the sheet --------------------------------------------------------------------------------


def test_the_sheet_opens_the_file(shop: Store, path: Path) -> None:
    change(shop, "secret")
    assert shop.key is not None
    words = lock.sheet_words(shop.key)
    shop.close()
    assert lock.unlock(path, words) == shop.key
    assert lock.unlock(path, words.lower().replace("-", " ")) == shop.key


@pytest.mark.parametrize("n", range(20))
def test_a_sheet_is_copied_as_people_copy(n: int) -> None:
    salt = bytes([n]) * lock.SALT
    key = hashlib.sha256(bytes([n])).hexdigest() + salt.hex()
    words = lock.sheet_words(key)
    groups = words.split("-")
    assert (len(groups), {*map(len, groups)}) == (11, {5})
    assert lock.key_of_sheet(words, salt) == key
    assert (
        lock.key_of_sheet(words.replace("O", "0").replace("I", "1").replace("B", "8"), salt) == key
    )
    wrong = words[:7] + ("A" if words[7] != "A" else "C") + words[8:]
    assert lock.key_of_sheet(wrong, salt) is None


@pytest.mark.parametrize("typed", ["", "secret", "怕吵", "A" * 55, "=" * 55, "-" * 9])
def test_what_is_no_sheet(typed: str) -> None:
    assert lock.key_of_sheet(typed, bytes(lock.SALT)) is None


# --- the backups ------------------------------------------------------------------------------


def test_backups_follow_the_passphrase(shop: Store, path: Path, open_file: Opener) -> None:
    shop.back_up(Reason.ASKED)
    before = contents(shop)
    written = shop.rewrite("secret", silent)
    shop.replace(written)
    assert readable_in(path.parent) != []
    assert lock.follow(backup.all_of(path), [], written.key, silent) == []
    shop.close()
    assert readable_in(path.parent) == []
    (made,) = backup.all_of(path)
    assert contents(open_file(made.path, lock.unlock(made.path, "secret"))) == before


def test_a_backup_of_a_locked_file_opens_with_its_passphrase(shop: Store, path: Path) -> None:
    change(shop, "secret")
    shop.back_up(Reason.ASKED)
    (made,) = backup.all_of(path)
    assert lock.unlock(made.path, "secret") == shop.key


def test_a_backup_that_opens_with_neither_stays_and_is_told(shop: Store, path: Path) -> None:
    shop.back_up(Reason.ASKED)
    (made,) = backup.all_of(path)
    made.path.write_bytes(b"damaged" * 5000)
    before = made.path.read_bytes()
    assert lock.follow([made], [], lock.new_key("secret"), silent) == [made]
    assert made.path.read_bytes() == before
    assert [one.name for one in made.path.parent.iterdir()] == [made.path.name]


# --- guessing ---------------------------------------------------------------------------------


def test_the_wait_grows() -> None:
    waits = [lock.wait_after(tries) for tries in range(16)]
    assert waits[:7] == [0, 0, 0, 0, 2, 4, 8]
    assert waits == sorted(waits)
    assert waits[-1] == lock.LONGEST_WAIT_S


def test_a_new_passphrase_has_a_least_length(spoken: str) -> None:
    with pytest.raises(CustdeskError) as refused:
        lock.check_new("12345")
    assert is_a_sentence(str(refused.value), spoken)
    lock.check_new("123456")


# --- cut off, in the way ----------------------------------------------------------------------


def test_cancelled_while_it_is_written_anew(shop: Store, path: Path) -> None:
    looks = 0

    def stop(_done: int, _total: int, _words: str) -> None:
        nonlocal looks
        looks += 1
        raise Cancelled

    for id in range(1, 400):
        add(shop, f"客户{id}")
    before = contents(shop)
    with pytest.raises(Cancelled):
        shop.rewrite("secret", stop)
    assert looks == 1
    assert contents(shop) == before
    assert not lock.new_of(path).exists()


def test_a_write_meanwhile_is_not_lost(shop: Store, path: Path) -> None:
    written = shop.rewrite("secret", silent)
    add(shop, "李国强")
    with pytest.raises(Busy):
        shop.replace(written)
    assert names(shop) == ["李国强", "张丽华"]
    assert sorted(file.name for file in path.parent.iterdir() if file.name[0] == ".") == []
    assert not is_locked(path)


def test_another_program_has_the_file_open(shop: Store, path: Path, open_file: Opener) -> None:
    other = open_file(path)
    written = shop.rewrite("secret", silent)
    with other.read() as db, pytest.raises(Busy):
        db.execute(text("SELECT * FROM customer")).all()
        shop.replace(written)
    assert names(shop) == ["张丽华"]
    assert faults(shop) == []


def test_opened_by_another_while_the_new_one_waits(shop: Store, open_file: Opener) -> None:
    """That one's start does away with what it takes for left over."""
    written = shop.rewrite("secret", silent)
    other = open_file(shop.path)
    other.close()
    with pytest.raises(Busy):
        shop.replace(written)
    add(shop, "李国强")
    shop.close()
    assert names(open_file(shop.path)) == ["李国强", "张丽华"]


def test_two_rewrite_at_once(shop: Store, open_file: Opener) -> None:
    other = open_file(shop.path)
    written = shop.rewrite("secret", silent)
    other.rewrite(None, silent)
    with pytest.raises(Busy):
        shop.replace(written)
    assert names(shop) == ["张丽华"]


def test_a_file_is_opened_only_in_its_turn(shop: Store, path: Path, open_file: Opener) -> None:
    shop.close()
    with turn.of(path):
        with pytest.raises(Busy), turn.of(path, wait_s=0.1):
            pass
        assert turn.note_of(path).exists()
    assert names(open_file(path)) == ["张丽华"]
    assert not turn.note_of(path).exists()


def test_where_nothing_can_be_written_everybody_has_the_turn(tmp_path: Path) -> None:
    nowhere = tmp_path / "none" / "customers.custdesk"
    with turn.of(nowhere), turn.of(nowhere):
        assert not nowhere.parent.exists()


def test_a_backup_that_lost_its_name_has_it_again(
    shop: Store, path: Path, open_file: Opener
) -> None:
    shop.back_up(Reason.ASKED)
    (made,) = backup.all_of(path)
    shop.close()
    made.path.rename(lock.old_of(made.path))
    lock.new_of(made.path).write_bytes(b"half")
    assert backup.all_of(path) == []
    open_file(path)
    assert backup.all_of(path) == [made]
    assert [one.name for one in made.path.parent.iterdir()] == [made.path.name]


def test_a_first_page_that_is_whole_only_in_the_log(
    shop: Store, path: Path, open_file: Opener, tmp_path: Path
) -> None:
    """The power failed while the log was moved into the file, which had grown by half a page."""
    change(shop, "secret")
    for n in range(1, 40):
        add(shop, f"客户{n}", tags=[f"标签{n}"])
    cut = tmp_path / "cut" / path.name
    cut.parent.mkdir()
    torn = bytearray(path.read_bytes())
    torn[PAGE // 2 : PAGE] = bytes(range(256)) * (PAGE // 512)
    cut.write_bytes(torn + torn[:100])
    wal.beside(cut).write_bytes(wal.beside(path).read_bytes())
    assert is_locked(cut)
    with pytest.raises(lock.WrongPassphrase):
        lock.unlock(cut, "secrets")
    assert len(names(open_file(cut, lock.unlock(cut, "secret")))) == 40


class PowerCut(BaseException):
    """The end, at a known step."""


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Lets the power fail before the n-th step that changes a name or wipes a file."""
    left = [0]

    def cut() -> None:
        left[0] -= 1
        if left[0] == 0:
            raise PowerCut

    real_replace, real_unlink = Path.replace, Path.unlink

    def replace(self: Path, target: Path) -> Path:
        cut()
        return real_replace(self, target)

    def unlink(self: Path, missing_ok: bool = False) -> None:
        cut()
        real_unlink(self, missing_ok)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(Path, "unlink", unlink)
    yield left
    monkeypatch.undo()


@pytest.mark.parametrize("step", range(1, 12))
def test_the_power_fails_while_one_takes_the_other_s_place(
    shop: Store, path: Path, open_file: Opener, steps: list[int], step: int
) -> None:
    before = contents(shop)
    written = shop.rewrite("secret", silent)
    shop._engine.dispose()
    steps[0] = step
    with suppress(PowerCut):
        lock.put_in_place(path, None, written.state)
    steps[0] = 0
    again = open_file(path, written.key if path.exists() and is_locked(path) else None)
    assert contents(again) == before
    assert faults(again) == []
    left = [file.name for file in path.parent.iterdir() if file.name.startswith(".")]
    assert left == []


# --- damaged ----------------------------------------------------------------------------------


@pytest.fixture
def large(shop: Store, path: Path) -> Path:
    """A locked file of many pages, with a backup."""
    for n in range(150):
        add(shop, f"客户{n}", phone=f"138{n:08}", notes="爱喝龙井" * 20)
    change(shop, "secret")
    shop.back_up(Reason.ASKED)
    shop.close()
    return path


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda content: bytes(4096) + content[4096:], id="first page"),
        pytest.param(lambda content: content[: len(content) // 2 + 100], id="cut off"),
        pytest.param(lambda content: content[:40960] + bytes(8192) + content[49152:], id="middle"),
    ],
)
def test_of_a_damaged_file_the_right_passphrase_is_known(
    large: Path, harm: Callable[[bytes], bytes]
) -> None:
    key = lock.unlock(large, "secret")
    large.write_bytes(harm(large.read_bytes()))
    assert lock.needs_key(large)
    assert lock.unlock(large, "secret") == key
    assert lock.unlock(large, lock.sheet_words(key)) == key
    with pytest.raises(lock.WrongPassphrase):
        lock.unlock(large, "guess")


def test_an_old_passphrase_opens_nothing_although_an_old_backup_has_it(
    large: Path, open_file: Opener
) -> None:
    store = open_file(large, lock.unlock(large, "secret"))
    change(store, "another one")
    store.close()
    with pytest.raises(lock.WrongPassphrase):
        lock.unlock(large, "secret")

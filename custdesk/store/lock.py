"""The passphrase: the whole file encrypted by SQLCipher, its key derived once and passed raw.

Setting, changing or removing it writes the file anew beside itself and puts the new one in the
place of the old, which is overwritten before it is deleted. At any instant one of the two is whole
and known by name; `settle` ends what a power cut left half done.
"""

import base64
import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite

from custdesk.errors import Busy, Cancelled, CustdeskError
from custdesk.i18n import _
from custdesk.store import backup, earlier_keys, turn, wal
from custdesk.store.backup import Backup, Report, sync, sync_folder
from custdesk.store.connecting import PAGE, PLAIN, connect, is_locked

ROUNDS, SALT = 256_000, 16
"""How SQLCipher 4 derives a key: PBKDF2 with SHA-512; the salt is how the file begins."""

LEAST_LENGTH = 6

FREE_TRIES, LONGEST_WAIT_S = 3, 300
_WIPE = 1 << 20
_STEPS_A_LOOK = 1_000  # of SQLite's machine, between two looks whether to go on


class WrongPassphrase(CustdeskError):
    """The file does not open with what was typed."""


def derive(passphrase: str, salt: bytes) -> str:
    """The key as SQLCipher makes it from a passphrase; full-width digits count as digits.

    Keys are written as 96 hexadecimal digits: 32 bytes and the salt of the file.
    """
    typed = unicodedata.normalize("NFKC", passphrase).encode()
    return hashlib.pbkdf2_hmac("sha512", typed, salt, ROUNDS, 32).hex() + salt.hex()


def new_key(passphrase: str | None) -> str | None:
    """A key for a file that is to be written under a passphrase; None for none."""
    return None if passphrase is None else derive(passphrase, os.urandom(SALT))


def needs_key(path: Path) -> bool:
    """Whether a passphrase has to be asked for: the file is locked, or was before it was damaged.

    Not for a file that this process has open.
    """
    if is_locked(path):
        return True
    with path.open("rb") as file:
        start = file.read(len(PLAIN))
    return bool(start) and start != PLAIN and bool(_salts_of_backups(path))


def unlock(path: Path, typed: str) -> str:
    """The key that a passphrase, or the recovery key from the printed sheet, opens the file with.

    Of a damaged file, the key with which any of its pages is sealed. Raises WrongPassphrase. Not
    for a file that this process has open.
    """
    with path.open("rb") as file:
        own = file.read(SALT)
    found = [
        key
        for salt in dict.fromkeys((own, *_salts_of_backups(path)))
        for key in (key_of_sheet(typed, salt), derive(typed, salt))
        if key is not None
    ]
    for fit in (fits, _seals_a_page):
        for key in found:
            if fit(path, key):
                return key
    raise WrongPassphrase(_("This passphrase does not open the file. Try again."))


def _salts_of_backups(path: Path) -> list[bytes]:
    """How the newest locked backup begins: as the file did, before that was damaged."""
    for one in backup.all_of(path):
        with suppress(OSError):
            if is_locked(one.path):
                with one.path.open("rb") as file:
                    return [file.read(SALT)]
    return []


def _seals_a_page(path: Path, key: str) -> bool:
    """Whether SQLCipher finds pages in a damaged file that were written with `key`."""
    try:
        connection = connect(path, key, read_only=True)
        try:
            broken = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        finally:
            connection.close()
    except (sqlite.DatabaseError, UnicodeDecodeError):
        return False
    return len(broken) < path.stat().st_size // PAGE


def matches(key: str, typed: str) -> bool:
    """Whether a passphrase, or the key from the sheet, is the one of a file that is open."""
    salt = bytes.fromhex(key)[-SALT:]
    return key in (key_of_sheet(typed, salt), derive(typed, salt))


def fits(path: Path, key: str | None) -> bool:
    """Whether the file opens with `key`; None is for a file without a passphrase.

    When the power failed, its first page may be whole only in what lies beside it: in the -wal, or
    in a journal, which SQLite puts back with any key.
    """
    journal = path.with_name(f"{path.name}-journal")
    if journal.exists() and journal.stat().st_size:
        return _opens(path, key, read_only=False)
    return _opens(path, key) or (wal.is_there(path) and _opens(path, key, log=True))


def _opens(path: Path, key: str | None, *, read_only: bool = True, log: bool = False) -> bool:
    try:
        connection = connect(path, key, read_only=read_only, log=log)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        finally:
            connection.close()
    except (sqlite.DatabaseError, UnicodeDecodeError):  # of a message that quotes the file
        return False
    return True


def wait_after(tries: int) -> int:
    """How many seconds to wait after so many wrong passphrases in a row: 0, 0, 0, 2, 4, 8 …"""
    return min(2 ** (tries - FREE_TRIES), LONGEST_WAIT_S) if tries > FREE_TRIES else 0


# --- the recovery sheet -----------------------------------------------------------------------


def sheet_words(key: str) -> str:
    """The key as people copy it from paper: eleven groups of five letters and digits."""
    raw = bytes.fromhex(key)[:-SALT]
    letters = base64.b32encode(raw + _check_of(raw)).decode().rstrip("=")
    return "-".join(letters[start : start + 5] for start in range(0, len(letters), 5))


def key_of_sheet(typed: str, salt: bytes) -> str | None:
    """The key that was copied from a sheet, in any case and spacing; None if it is none."""
    letters = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).upper()
    letters = letters.translate(str.maketrans("0189", "OIBG"))  # no digit of these is ever printed
    try:
        raw = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        return None
    key, check = raw[:-2], raw[-2:]
    return key.hex() + salt.hex() if len(key) == 32 and check == _check_of(key) else None


def _check_of(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:2]


# --- a new key --------------------------------------------------------------------------------


def check_new(passphrase: str) -> None:
    """Raise a sentence if a new passphrase is too short."""
    if len(passphrase.strip()) < LEAST_LENGTH:
        raise CustdeskError(
            _("Type at least {n} characters; a short sentence is best.").format(n=LEAST_LENGTH)
        )


def rewrite(
    source: Path,
    key: str | None,
    target: Path,
    new: str | None,
    report: Report,
    earlier: Sequence[str | None] | None = None,
) -> str:
    """Write the file at `source` to `target` under the key `new`, or None for none.

    `earlier` are the keys to be noted in it, by which its backups are found. Returns a mark of the
    state that was copied, for `put_in_place`. `source` stays as it is; on an error, or when
    `report` raises Cancelled, `target` is gone. Returns with all of it on the disk.
    """
    wipe(target)
    target.touch(mode=0o600)
    stopped: list[Cancelled] = []
    try:
        connection = connect(source, key)
        try:
            whole = max(1, source.stat().st_size)
            connection.set_progress_handler(_looking(target, whole, report, stopped), _STEPS_A_LOOK)
            state = _export(connection, target, f"x'{new}'" if new else "")
        finally:
            connection.close()
        if earlier is not None:
            with closing(connect(target, new)) as written:
                earlier_keys.note(written, earlier, new)
        backup.look_at(target, new)
        sync(target)
    except BaseException as error:
        wipe(target)
        if stopped:
            raise stopped[0] from error
        raise
    return state


def follow(
    backups: Sequence[Backup],
    keys: Sequence[str | None],
    new: str | None,
    report: Report | None = None,
) -> list[Backup]:
    """Write backups that open with one of `keys` anew under the key `new`; those that could not be.

    None, for a backup that anybody can read, need not be among the keys.
    """
    left = []
    for n, one in enumerate(backups):
        if report is not None:
            report(n, len(backups), _("Writing the backups anew"))
        try:
            with turn.of(one.path):
                settle(one.path)
                if not fits(one.path, new):
                    key = next((key for key in keys if fits(one.path, key)), None)
                    state = rewrite(one.path, key, new_of(one.path), new, _silent)
                    put_in_place(one.path, key, state)
        except (sqlite.DatabaseError, UnicodeDecodeError, CustdeskError, OSError):
            left.append(one)
    return left


def _silent(_done: int, _total: int, _words: str) -> None:
    """One backup is too little to tell of."""


def _looking(
    target: Path, whole: int, report: Report, stopped: list[Cancelled]
) -> Callable[[], int]:
    def look() -> int:
        try:
            report(min(target.stat().st_size, whole), whole, _("Writing the file anew"))
        except Cancelled as error:
            stopped.append(error)
        return len(stopped)

    return look


def _export(connection: sqlite.Connection, target: Path, target_key: str) -> str:
    """Everything in the file, into another one under another key; the state that it had."""
    connection.execute("ATTACH DATABASE ? AS target KEY ?", (str(target), target_key))
    connection.execute("PRAGMA target.journal_mode = OFF")  # what is cut off is done away with
    connection.execute("BEGIN")
    state = state_of(connection)
    connection.execute("SELECT sqlcipher_export('target')")
    for pragma in ("application_id", "user_version"):
        value = connection.execute(f"PRAGMA main.{pragma}").fetchone()[0]
        connection.execute(f"PRAGMA target.{pragma} = {value}")
    connection.execute("COMMIT")
    connection.execute("DETACH DATABASE target")
    return state


def state_of(connection: sqlite.Connection) -> str:
    """What changes with every write, undo, redo and new day."""
    row = connection.execute(
        "SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'change'),"
        " (SELECT count(*) FROM change), (SELECT count(*) FROM change WHERE undone), as_of"
        " FROM journal_state"
    ).fetchone()
    return repr(row)


# --- one file in the place of another ---------------------------------------------------------


def new_of(path: Path) -> Path:
    """Where a file is made that will take the place of `path`."""
    return path.with_name(f".{path.name}-new")


def old_of(path: Path) -> Path:
    """Where the file that was at `path` is until it has been overwritten."""
    return path.with_name(f".{path.name}-old")


def put_in_place(path: Path, key: str | None, state: str) -> None:
    """Put the finished file `new_of(path)` in the place of `path`, which is wiped.

    Nothing in this process may have `path` open, and it must have its turn. Raises Busy, and leaves
    everything as it was, when another program has it open, or has written since `state`.
    """
    with ExitStack() as back:
        back.callback(lambda: wipe(new_of(path)))
        _gather_alone(path, key)
        # A journal of the old file, deleted just now, must not come back beside the new one.
        sync_folder(path.parent)
        path.replace(old_of(path))
        back.callback(lambda: old_of(path).replace(path))
        _gather_alone(old_of(path), key, state)
        new_of(path).replace(path)
        back.pop_all()
    sync_folder(path.parent)
    wipe(old_of(path))


def _gather_alone(path: Path, key: str | None, state: str = "") -> None:
    """Everything into the one file, nothing beside it: only possible when nobody else has it open.

    What stood in the -wal is overwritten: it was as readable as the file.
    """
    hold_log(path)
    connection = connect(path, key, wait_ms=2_000)
    try:
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        if mode != "delete" or (state and state_of(connection) != state):
            raise in_use()
    except sqlite.OperationalError as error:
        raise in_use() from error
    finally:
        connection.close()
        _let_log_go(path)


def hold_log(path: Path) -> None:
    """Give the -wal a second name, by which it is found when SQLite has deleted it."""
    with suppress(OSError):  # there is none, or it is held, or the disk knows no second names
        os.link(path.with_name(f"{path.name}-wal"), log_of(path))


def _let_log_go(path: Path) -> None:
    """Overwrite what is held, unless it is in use still."""
    beside, held = path.with_name(f"{path.name}-wal"), log_of(path)
    if not held.exists():
        return
    if beside.exists() and held.samefile(beside):
        held.unlink()
        return
    sync_folder(path.parent)  # what is overwritten must not come back beside the file
    wipe(held)


def log_of(path: Path) -> Path:
    """A second name of the -wal, while that is done away with."""
    return path.with_name(f".{path.name}-log")


def in_use() -> Busy:
    return Busy(_("Another program has the customer file open. Close it there and try again."))


def settle(path: Path) -> None:
    """End what was cut off while one file took the place of another: before the file is opened.

    Whoever calls this has the turn of the file.
    """
    if old_of(path).exists():
        if path.exists() and path.stat().st_size:
            wipe(old_of(path))
        else:
            old_of(path).replace(path)
    new = new_of(path)
    for name in (new.name, f"{new.name}-wal", f"{new.name}-shm", f"{new.name}-journal"):
        wipe(new.with_name(name))
    _let_log_go(path)


def settle_backups(path: Path) -> None:
    """The same for the backups beside a customer file, of which one may have lost its name."""
    for left in sorted(backup.folder_of(path).glob(f".{path.stem}-*-???")):
        one = left.with_name(left.name[1:-4])
        if left in (old_of(one), new_of(one), log_of(one)):
            with suppress(CustdeskError, OSError), turn.of(one, wait_s=0):
                settle(one)


def mark_of(path: Path) -> tuple[int, int]:
    """What tells a file from another that was written under its name; (0, 0) of none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


def wipe(path: Path) -> None:
    """Overwrite a file and delete it; nothing where there is none."""
    if path.exists():
        with path.open("r+b") as file:
            left = path.stat().st_size
            while left > 0:
                file.write(bytes(min(left, _WIPE)))
                left -= _WIPE
            file.flush()
            os.fsync(file.fileno())
        path.unlink()

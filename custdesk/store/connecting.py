"""A connection to a customer file: the one place where SQLite is told its name and its key."""

from pathlib import Path

import sqlcipher3.dbapi2 as sqlite

PLAIN = b"SQLite format 3\x00"
"""How a file begins that has no passphrase; one that has begins with salt."""


PAGE = 4096
"""Bytes; SQLite's and SQLCipher's own default, which no file of ours changes."""

BY_CHANCE = 230
"""Of 4,096 bytes that are chance, hardly ever fewer than all 256 values occur."""


def connect(
    path: Path,
    key: str | None = None,
    *,
    wait_ms: int = 10_000,
    read_only: bool = False,
    log: bool = False,
) -> sqlite.Connection:
    """A connection in autocommit mode, to be used in any thread; the file is made if it is missing.

    `key` is the raw key and the salt of an encrypted file, as 96 hexadecimal digits; whether it
    fits shows at the first read. `read_only`, not even a file beside it is made or touched: what
    stands in its -wal is not seen, but with `log`.
    """
    how = "mode=ro" if log else "immutable=1"
    where = f"{path.absolute().as_uri()}?{how}" if read_only else str(path)
    connection = sqlite.connect(
        where,
        timeout=wait_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
        uri=read_only,
    )
    if key is not None:
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to standard error
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: a plain sync ends in the drive's memory
    return connection


def is_locked(path: Path) -> bool:
    """Whether the file is encrypted: its first page looks like mere chance.

    A file of another kind, or a damaged one of ours, uses far fewer of the 256 values of a byte.
    How it ends says nothing: the last page may have been cut off, or stand in the -wal.
    Not for a file that this process has open: closing it here would drop SQLite's own locks.
    """
    with path.open("rb") as file:
        page = file.read(PAGE)
    return len(page) == PAGE and not page.startswith(PLAIN) and len(set(page)) > BY_CHANCE

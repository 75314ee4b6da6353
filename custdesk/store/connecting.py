"""A connection to a customer file: the one place where SQLite is told its name and its key."""

from pathlib import Path

import sqlcipher3.dbapi2 as sqlite

PLAIN = b"SQLite format 3\x00"
"""How a file begins that has no passphrase; one that has begins with salt."""


def connect(
    path: Path, key: str | None = None, *, wait_ms: int = 10_000, read_only: bool = False
) -> sqlite.Connection:
    """A connection in autocommit mode, to be used in any thread; the file is made if it is missing.

    `key` is the raw key of an encrypted file, as 64 hexadecimal digits. Whether it fits shows at
    the first read. `read_only`, not even a file beside it is made or touched: what stands in its
    -wal is not seen.
    """
    where = f"{path.absolute().as_uri()}?immutable=1" if read_only else str(path)
    connection = sqlite.connect(
        where,
        timeout=wait_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
        uri=read_only,
    )
    if key is not None:
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: a plain sync ends in the drive's memory
    return connection


def is_locked(path: Path) -> bool:
    """Whether the file is encrypted: it holds something that does not begin as SQLite's files do.

    Not for a file that this process has open: closing it here would drop SQLite's own locks.
    """
    with path.open("rb") as file:
        start = file.read(len(PLAIN))
    return bool(start) and start != PLAIN

"""A private copy of a damaged file: its -wal taken in, its pages laid behind a sound first page."""

import re
import shutil
import struct
from contextlib import closing
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite

from custdesk.store import wal
from custdesk.store.connecting import PAGE, connect
from custdesk.store.shapes import read_text

WIDTH = 60
"""Columns of the table `probe`: more than any table of ours has."""

_FILLER = 64 * 1024 * 1024
_SALT = 16


class Copy:
    """The file `damaged`, copied into `folder` with whatever is whole of its -wal.

    `pages` is how many whole pages it has, and `unused` are those that it says it has no use for:
    what they hold is old. `changes_lost`: some of the -wal could not be used.
    """

    def __init__(self, damaged: Path, key: str | None, folder: Path) -> None:
        self.path = folder / "copy"
        self.key = key
        self._folder = folder
        self._salt = _salt(damaged) if key and len(key) == 64 else None
        self.changes_lost = self._settle(damaged)
        self.pages = self.path.stat().st_size // PAGE
        self.unused = frozenset[int]() if key else _unused(self.path)

    def _settle(self, damaged: Path) -> bool:
        """Copy the file with what its -wal adds; True when some of that could not be used.

        SQLite itself takes what is whole of a -wal, if it is of this file.
        """
        _copy(damaged, self.path)
        if not wal.is_there(damaged):
            return False
        alone_is_sound = self._is_sound()
        _copy(wal.beside(damaged), wal.beside(self.path))
        foreign = alone_is_sound and wal.is_of_another_file(self.path, self.key)
        frames = None if foreign else self._take_in()
        if frames is None and not foreign:  # there was no first page to begin with
            _copy(damaged, self.path)
            self._put_first_page()
            _copy(wal.beside(damaged), wal.beside(self.path))
            frames = self._take_in()
        if frames and alone_is_sound and not self._is_sound():
            frames = None
        if not frames:
            _copy(damaged, self.path)
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        return not frames or frames < wal.committed(damaged)

    def _take_in(self) -> int | None:
        """Bring what is whole of the -wal into the copy; how many pages, None for an error."""
        try:
            with closing(connect(self.path, self.key)) as connection:
                connection.execute("PRAGMA writable_schema = ON")  # so that its size may be wrong
                connection.execute("PRAGMA user_version").fetchone()
                found = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite.DatabaseError:
            return None
        return int(found[1])

    def _is_sound(self) -> bool:
        try:
            with closing(connect(self.path, self.key, read_only=True)) as file:
                return bool(file.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        except sqlite.DatabaseError:
            return False

    def _new(self, path: Path) -> sqlite.Connection:
        """A new file with the damaged one's key and salt (which may be part of the key)."""
        path.touch(mode=0o600)
        connection = connect(path, self.key)
        if self._salt:
            connection.execute(f"PRAGMA cipher_salt = \"x'{self._salt}'\"")
        connection.execute(f"PRAGMA page_size = {PAGE}")
        return connection

    def _put_first_page(self) -> None:
        """In the place of a first page that cannot be read, so that the -wal is at least."""
        new = self._folder / "new"
        with closing(self._new(new)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        with self.path.open("r+b") as file:
            file.write(new.read_bytes()[:PAGE])
        new.unlink()

    def lay(self) -> sqlite.Connection:
        """Open a file with a first page of ours, and all others of the damaged file behind it.

        Its only table is `probe`; what it holds depends on which page it is told to begin at.
        Pages whose seal is broken would end the connection. What was there before stays in their
        place: an index without entries, or noughts, and SQLite takes neither for a table.
        """
        laid = self._folder / "laid"
        with closing(self._new(laid)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("CREATE TABLE hole (x PRIMARY KEY) WITHOUT ROWID")
            connection.execute("CREATE TABLE filler (x)")
            left = (self.pages + 2) * PAGE
            while left > 0:
                connection.execute("INSERT INTO filler VALUES (zeroblob(?))", (min(left, _FILLER),))
                left -= _FILLER
            columns = ", ".join(f"c{number}" for number in range(WIDTH))
            connection.execute(f"CREATE TABLE probe ({columns})")
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute("DELETE FROM sqlite_master WHERE name <> 'probe'")
        broken = self._broken()
        with self.path.open("rb") as source, laid.open("r+b") as target:
            for number in range(2, self.pages + 1):
                if number not in broken:
                    source.seek((number - 1) * PAGE)
                    target.seek((number - 1) * PAGE)
                    target.write(source.read(PAGE))
        self.path.unlink()
        connection = connect(laid, self.key)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.text_factory = read_text
        return connection

    def _broken(self) -> frozenset[int]:
        """The pages of an encrypted file whose seal (HMAC) says that they were changed."""
        if not self.key:
            return frozenset()
        try:
            with closing(connect(self.path, self.key, read_only=True)) as file:
                answers = file.execute("PRAGMA cipher_integrity_check").fetchall()
        except sqlite.DatabaseError:
            return frozenset()
        found = (re.search(r"page (\d+)", str(answer)) for (answer,) in answers)
        return frozenset(int(page[1]) for page in found if page)


def _copy(source: Path, target: Path) -> None:
    """Only we may read the copy, whoever may read the source."""
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    shutil.copyfile(source, target)


def _salt(damaged: Path) -> str:
    with damaged.open("rb") as file:
        return file.read(_SALT).hex()


def _unused(path: Path) -> frozenset[int]:
    """The freelist of a plain file (sqlite.org/fileformat2.html); none where it is not in order."""
    found: set[int] = set()
    with path.open("rb") as file:
        header = file.read(100)
        pages = path.stat().st_size // PAGE
        if len(header) < 100:
            return frozenset()
        trunk, count = struct.unpack(">II", header[32:40])
        while trunk:
            if not 2 <= trunk <= pages or trunk in found:
                return frozenset()
            found.add(trunk)
            file.seek((trunk - 1) * PAGE)
            trunk, length = struct.unpack(">II", file.read(8))
            if length > PAGE // 4 - 2:
                return frozenset()
            found.update(struct.unpack(f">{length}I", file.read(4 * length)))
    return frozenset(found) if len(found) == count else frozenset()

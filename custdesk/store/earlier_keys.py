"""The keys a file had before, kept in it until its backups have followed to the present one.

They stand among the settings, as unjournalled as what `forgetting` notes there. Whoever reads them
has opened the file, and so could read those backups when they were made.
"""

from collections.abc import Iterable

import sqlcipher3.dbapi2 as sqlite

_ID, _KEY = -3, "earlier_keys"
"""Of the row; undo never comes near ids below nought."""


def noted(connection: sqlite.Connection) -> list[str]:
    """The earlier keys of the file, the latest first."""
    row = connection.execute("SELECT value FROM setting WHERE id = ?", (_ID,)).fetchone()
    return row[0].split() if row else []


def note(connection: sqlite.Connection, keys: Iterable[str | None], present: str | None) -> None:
    """Keep these, in this order, in place of those noted; None and the present key need no note."""
    kept = [key for key in dict.fromkeys(keys) if key is not None and key != present]
    if kept == noted(connection):
        return
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE journal_state SET recording = 0")
    connection.execute("DELETE FROM setting WHERE id = ?", (_ID,))
    if kept:
        row = (_ID, _KEY, " ".join(kept))
        connection.execute("INSERT INTO setting (id, key, value) VALUES (?, ?, ?)", row)
    connection.execute("UPDATE journal_state SET recording = 1")
    connection.execute("COMMIT")

"""Somebody who tags and notes everybody in a file, run by a test on a disk of its own."""

import sys
from datetime import datetime
from pathlib import Path

from custdesk.cli_file import key_of
from custdesk.opening import open_store
from custdesk.people import customers
from custdesk.store import search


def main(path: Path, tag: str, note: str) -> None:
    store = open_store(path, datetime.now, key_of(path))
    with store.write("Tag") as db:
        for id in search.find(db, search.Query())[:50]:
            customers.add_tag(db, id, tag)
            customers.edit(db, id, "notes", note, store.today)
    store.undo()
    store.redo()
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])

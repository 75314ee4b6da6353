"""Somebody who edits without end, and prints what was confirmed: killed by tests."""

import sys
from datetime import datetime
from pathlib import Path

from custdesk.opening import open_store
from custdesk.people import customers, history
from custdesk.people.customers import Details
from custdesk.people.history import Item
from custdesk.store.models import Channel


def main(path: Path, first: int) -> None:
    store = open_store(path, lambda: datetime(2026, 11, 21, 9))
    store.new_day()
    number = first
    print("ready", flush=True)
    while True:
        details = Details(
            "张丽华", number=f"{number:05}", phones=[f"138{number:08}"], tags=[f"tag {number}"]
        )
        with store.write(f"Add {number}") as db:
            id = customers.add(db, details, store.today).id or 0
            customers.edit(db, id, "city", "杭州", store.today)
            history.log_interaction(db, id, Channel.PHONE, "聊过", store.clock())
            history.record_purchase(db, id, store.today, [Item("白茶", 1, 100)])
        print(number, flush=True)
        number += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

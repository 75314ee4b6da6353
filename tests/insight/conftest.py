"""A shop of invented customers, seeded, with returns and follow-ups that were done."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from custdesk.care import follow_ups
from custdesk.sample import fill
from custdesk.store.models import Channel
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.helpers import bought, trash

CUSTOMERS = 300


@pytest.fixture
def shop(tmp_path: Path, open_file: Opener) -> Store:
    """300 customers, one of the best buyers among them in the trash, some purchases returned."""
    store = open_file(tmp_path / "shop.custdesk")
    fill(store, CUSTOMERS, 7)
    chance = Random(7)
    with store.read() as db:
        best = [
            id
            for (id,) in db.execute(
                text("SELECT customer_id FROM standing ORDER BY spend_cents DESC LIMIT 40")
            )
        ]
        waiting = [one.id or 0 for one in follow_ups.due(db, store.today, store.today, store.today)]
    for id in best[:5]:
        bought(store, id, store.today - timedelta(days=chance.randrange(200)), -50_000)
    trash(store, best[6])
    with store.write("Done") as db:
        for id in follow_ups.still_open(db, waiting)[:9]:
            follow_ups.complete(db, id, "聊过", Channel.PHONE, store.clock())
    return store

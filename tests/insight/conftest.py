"""A shop of invented customers, seeded, with follow-ups that were done and churn warnings."""

import json
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from custdesk import business
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
    warn(store, {id: place * 1000 for place, id in enumerate(best[10:20], 1)})
    return store


def warn(store: Store, losses: dict[int, int], *reasons: str) -> None:
    """Churn warnings as the rule for them leaves them in the file."""
    told = json.dumps(list(reasons or ("平时 9 天买一次，已 47 天未买",)), ensure_ascii=False)
    with store.write("Warn") as db:
        business.choose(db, "warned", f"{store.last_step()}")  # what is derived alone is no step
        for id, cents in losses.items():
            db.execute(
                text(
                    "UPDATE standing SET warned = :told, warned_since = :day, churn_chance = 0.5,"
                    " loss_cents = :cents WHERE customer_id = :id"
                ),
                {"told": told, "day": store.today.isoformat(), "cents": cents, "id": id},
            )

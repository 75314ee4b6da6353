"""Opens a customer file with everything derived from it: the same for window and commands."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from custdesk.care import planning
from custdesk.insight import deriving
from custdesk.store import search, standing
from custdesk.store.store import Derivation, Store, unmoved

DERIVATIONS = (
    Derivation(standing.refresh, contents=standing.contents, turn=standing.turn),
    Derivation(deriving.refresh, deriving.stale),
    Derivation(planning.refresh, planning.stale, planning.contents),
    Derivation(standing.look_ahead),
    Derivation(search.refresh, contents=search.contents, turn=unmoved),
)
"""In this order: plans go by the grade, and the next follow-up is part of the standing, which
holds as long as `deriving` says."""


def open_store(
    path: Path, clock: Callable[[], datetime], key: str | None = None, only_look: str = ""
) -> Store:
    """The customer file at `path`, made if it is not there; `key` is for one that is locked.

    `only_look` is a sentence that says why nothing may be changed in it.
    """
    return Store(path, clock, DERIVATIONS, key, only_look)

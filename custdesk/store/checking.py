"""Whether all is well with the file: SQLite's own checks, then everything derived, once more."""

from sqlalchemy import text

from custdesk.i18n import _, ngettext
from custdesk.store.store import Store


def quick(store: Store) -> list[str]:
    """Whether SQLite finds its pages in order: what a start can afford. One sentence each."""
    with store.read() as db:
        answers = [answer for (answer,) in db.execute(text("PRAGMA quick_check(5)"))]
    return [_damaged(answer) for answer in answers if answer != "ok"]


def _damaged(answer: str) -> str:
    return _("The file is damaged: {answer}").format(answer=answer)


def check(store: Store, *, repair: bool = False) -> list[str]:
    """What is not well, one sentence each; with `repair`, what is derived is written anew."""
    faults = []
    with store.read() as db:
        for (answer,) in db.execute(text("PRAGMA integrity_check(5)")):
            if answer != "ok":
                faults.append(_damaged(answer))
        lost = len(db.execute(text("PRAGMA foreign_key_check")).all())
    if lost:
        words = ngettext("{n} entry belongs to nobody.", "{n} entries belong to nobody.", lost)
        faults.append(words.format(n=lost))
    if not store.recompute(keep=repair):
        faults.append(
            _("Figures or the search index do not agree with the customers. Use check --repair.")
        )
    return faults

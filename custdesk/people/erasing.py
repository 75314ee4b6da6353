"""Erases customers for good at their wish, with a receipt that says what went and not whose."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from custdesk import business, formats
from custdesk.i18n import _, ngettext
from custdesk.store import forgetting
from custdesk.store.store import Store

_COUNTED = (
    "customer",
    "contact_point",
    "purchase",
    "interaction",
    "feedback",
    "service_case",
    "follow_up",
    "relation",
    "customer_tag",
    "imported_row",
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased, as counts by table; "history" counts entries of the journal.

    It holds nothing by which one could tell who it was. `swept` is False when the file is still to
    be rewritten (`Store.erase`).
    """

    number: str
    at: datetime
    business: str
    counts: dict[str, int]
    swept: bool

    def sentences(self) -> list[str]:
        """What the erasing means, each in a sentence."""
        said = [
            _("All of this was removed from the customer file, with its history, the trash and the "
              "search index. It cannot be brought back."),
            _("Backups of the file lose it too when they are next rotated, within a day of use."),
            _("This receipt holds no personal data."),
        ]  # fmt: skip
        return said if self.swept else [*said, unswept()]

    def text(self) -> str:
        """The receipt as plain text."""
        head = [title(), _("Receipt no. {number}").format(number=self.number)]
        day = f"{formats.full_day(self.at.date())} {self.at:%H:%M}"
        return "\n".join(
            [
                *filter(None, (*head, day, self.business)),
                "",
                *(f"- {line}" for line in lines(self.counts)),
                "",
                *self.sentences(),
            ]
        )


def title() -> str:
    return _("Receipt of erasure")


def unswept() -> str:
    """What is said when the file could not be rewritten yet."""
    return _(
        "Another program had the file open: until CustDesk has it alone, traces may still be read "
        "in the file. They are removed by themselves on the next day of use."
    )


def erase(store: Store, customer_ids: Collection[int]) -> Receipt:
    """Erase customers, also those in the trash; takes as long as rewriting the whole file.

    Raises a CustdeskError when one of them is not in the file.
    """
    with store.read() as db:
        counts = count(db, customer_ids)
        whose = business.name(db)
    erased = store.erase(customer_ids)
    return Receipt(
        f"{erased.at:%Y%m%d}-{erased.number}", erased.at, whose, counts, erased.swept
    )  # fmt: skip


def count(db: Session, customer_ids: Collection[int]) -> dict[str, int]:
    """How many rows of each table are theirs, and how many entries of the history."""
    forgetting.trace(db, customer_ids)
    who = "(SELECT customer_id FROM whose)"
    counts = {}
    for table in _COUNTED:
        column = "id" if table == "customer" else "customer_id"
        theirs = f"{column} IN {who}"
        if table == "relation":
            theirs += f" OR other_id IN {who}"
        counts[table] = db.execute(
            text(f"SELECT count(*) FROM {table} WHERE {theirs}")
        ).scalar_one()
    counts["history"] = db.execute(text("SELECT count(*) FROM traced")).scalar_one()
    return counts


def lines(counts: dict[str, int]) -> list[str]:
    """ "1 customer", "12 purchases" …: what there is none of is left out."""
    return [_counted(what, n).format(n=formats.count(n)) for what, n in counts.items() if n]


def _counted(what: str, n: int) -> str:
    return {
        "customer": ngettext("{n} customer", "{n} customers", n),
        "contact_point": ngettext("{n} phone or address", "{n} phones and addresses", n),
        "purchase": ngettext("{n} recorded purchase", "{n} recorded purchases", n),
        "interaction": ngettext("{n} contact", "{n} contacts", n),
        "feedback": ngettext("{n} piece of feedback", "{n} pieces of feedback", n),
        "service_case": ngettext("{n} complaint or request", "{n} complaints and requests", n),
        "follow_up": ngettext("{n} follow-up", "{n} follow-ups", n),
        "relation": ngettext("{n} relation", "{n} relations", n),
        "customer_tag": ngettext("{n} tag", "{n} tags", n),
        "imported_row": ngettext("{n} mark of an import", "{n} marks of imports", n),
        "history": ngettext("{n} entry of the history", "{n} entries of the history", n),
    }[what]

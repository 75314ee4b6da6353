"""What a notice says, and what somebody may answer to it."""

from dataclasses import dataclass
from enum import StrEnum

from custdesk.i18n import _


class Reply(StrEnum):
    OPEN = "open"
    """Show what it is about."""
    DONE = "done"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, already in words; `ids` are the follow-ups that it is about."""

    ids: tuple[int, ...]
    title: str
    words: str

    @property
    def is_of_one(self) -> bool:
        return len(self.ids) == 1

    def buttons(self) -> list[tuple[Reply, str]]:
        """The buttons of it; the one that most will want comes last."""
        if self.is_of_one:
            return [(Reply.LATER, _("Later")), (Reply.DONE, _("Done …"))]
        return [(Reply.OPEN, _("Show"))]

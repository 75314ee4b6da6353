"""What could be saved of a damaged file and what is missing, in numbers and in the user's words."""

from collections.abc import Sequence
from dataclasses import dataclass

from custdesk.i18n import N_, _, language, ngettext

MOST_NAMED = 20
"""Customers who are named in the report; of more only the number is said."""


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the rows of one table.

    `saved` are in the new file. `unsure` are the ids of those that lack something or may not be as
    they were. `lost` is counted when `exact`, else estimated from ids that nobody has. With `more`,
    rows may be missing of which nothing is left that tells.
    """

    table: str
    saved: int
    unsure: frozenset[int] = frozenset()
    lost: int = 0
    exact: bool = True
    more: bool = False


@dataclass(frozen=True, slots=True)
class Affected:
    """A customer of whom something is lost, or may not be as it was."""

    id: int
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Salvage:
    """What came of saving a damaged file.

    `unread_changes`: changes that stood beside the file, in its -wal, could not be used.
    `letters_unsure`: the file was damaged and not encrypted, so that a letter or digit may have
    changed without a trace. `faults` is what a full check of the new file finds: nothing, else
    there is a defect of ours.
    """

    counts: tuple[Count, ...]
    affected: tuple[Affected, ...]
    undo_kept: bool
    unread_changes: bool
    letters_unsure: bool
    faults: tuple[str, ...]

    @property
    def saved(self) -> int:
        return sum(count.saved for count in self.counts)

    @property
    def unsure(self) -> int:
        return sum(len(count.unsure) for count in self.counts)

    @property
    def lost(self) -> int:
        return sum(count.lost for count in self.counts)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of what the user typed could be saved."""
        given = ("care_plan", "grading_policy", "setting")
        return not any(count.saved for count in self.counts if count.table not in given)

    def sentences(self) -> list[str]:
        """The report, the most important first, in the language that is spoken now."""
        if self.is_empty:
            return [_("Nothing could be saved."), *self.faults]
        counts = sorted(self.counts, key=lambda count: _place(count.table))
        found = [_saved(counts), *_lost(counts)]
        if self.unsure:
            found.append(
                ngettext(
                    "{n} saved entry may lack something or differ; look at it.",
                    "{n} saved entries may lack something or differ; look at them.",
                    self.unsure,
                ).format(n=self.unsure)
            )
        if self.affected:
            found.append(_concerned(self.affected))
        if self.unread_changes:
            found.append(
                _(
                    "The file beside it that ends in -wal could not be used or not to its end:"
                    " the last changes may be missing."
                )
            )
        if not self.undo_kept:
            found.append(_("What was done before cannot be undone any more."))
        if self.letters_unsure:
            found.append(
                _(
                    "A letter or digit that changed within a text leaves no trace"
                    " in a file without a passphrase."
                )
            )
        return found + list(self.faults)


def _saved(counts: Sequence[Count]) -> str:
    told = [_words(count.table, count.saved) for count in counts if count.saved]
    return _("Saved: {what}.").format(what=_list(told))


def _lost(counts: Sequence[Count]) -> list[str]:
    missing = [count for count in counts if count.lost]
    more = [_noun(count.table) for count in counts if count.more]
    told = [
        _words(count.table, count.lost)
        if count.exact
        else _("about {what}").format(what=_words(count.table, count.lost))
        for count in missing
    ]
    found = []
    if told:
        found.append(_("Missing: {what}.").format(what=_list(told)))
    if more:
        found.append(_("Perhaps more are missing of: {what}.").format(what=_list(more)))
    return found or [_("Nothing is known to be missing.")]


def _concerned(affected: Sequence[Affected]) -> str:
    n = len(affected)
    who = _list([f"“{one.number} {one.name}”" for one in affected[:MOST_NAMED]])
    if n > MOST_NAMED:
        words = _("{n} customers are concerned, among them {who}.")
    else:
        words = ngettext(
            "{n} customer is concerned: {who}.", "{n} customers are concerned: {who}.", n
        )
    return words.format(n=n, who=who)


def _list(told: Sequence[str]) -> str:
    return ("、" if language() == "zh" else ", ").join(told)


_NOUNS = {
    "customer": N_("customers"),
    "contact_point": N_("phones and addresses"),
    "purchase": N_("purchases"),
    "purchase_line": N_("items bought"),
    "interaction": N_("contacts made"),
    "feedback": N_("feedback"),
    "service_case": N_("complaints and requests"),
    "follow_up": N_("follow-ups"),
    "relation": N_("relations"),
    "customer_tag": N_("tags on customers"),
    "tag": N_("tags"),
    "product": N_("products"),
    "care_plan": N_("care plans"),
    "setting": N_("settings"),
    "former_number": N_("former numbers"),
    "imported_row": N_("import records"),
}
"""The tables as the user knows them, in the order of the report."""


def _place(table: str) -> int:
    names = list(_NOUNS)
    return names.index(table) if table in names else len(names)


def _noun(table: str) -> str:
    return _(_NOUNS[table]) if table in _NOUNS else _("other entries")


def _words(table: str, n: int) -> str:
    """ "3 talks": what the rows of a table are to the user."""
    match table:
        case "customer":
            words = ngettext("{n} customer", "{n} customers", n)
        case "contact_point":
            words = ngettext("{n} phone or address", "{n} phones and addresses", n)
        case "purchase":
            words = ngettext("{n} purchase", "{n} purchases", n)
        case "purchase_line":
            words = ngettext("{n} item bought", "{n} items bought", n)
        case "interaction":
            words = ngettext("{n} contact made", "{n} contacts made", n)
        case "feedback":
            words = ngettext("{n} piece of feedback", "{n} pieces of feedback", n)
        case "service_case":
            words = ngettext("{n} complaint or request", "{n} complaints and requests", n)
        case "follow_up":
            words = ngettext("{n} follow-up", "{n} follow-ups", n)
        case "relation":
            words = ngettext("{n} relation", "{n} relations", n)
        case "product":
            words = ngettext("{n} product", "{n} products", n)
        case "tag":
            words = ngettext("{n} tag", "{n} tags", n)
        case "customer_tag":
            words = ngettext("{n} tag on a customer", "{n} tags on customers", n)
        case "former_number":
            words = ngettext("{n} former number", "{n} former numbers", n)
        case "care_plan":
            words = ngettext("{n} care plan", "{n} care plans", n)
        case "setting":
            words = ngettext("{n} setting", "{n} settings", n)
        case "imported_row":
            words = ngettext("{n} import record", "{n} import records", n)
        case _:
            words = ngettext("{n} other entry", "{n} other entries", n)
    return words.format(n=n)

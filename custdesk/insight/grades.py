"""The grades of a file: what they are called and who comes first, as the policy in force has it."""

from dataclasses import dataclass

from custdesk.i18n import N_, _
from custdesk.store.models import POTENTIAL, REGULAR, VIP

_OWN = {VIP: N_("VIP"), REGULAR: N_("Regular"), POTENTIAL: N_("Potential")}
_IN_FULL = {
    VIP: N_("VIP customer"),
    REGULAR: N_("Regular customer"),
    POTENTIAL: N_("Potential customer"),
}
"""What the grades of product.md are called as long as nobody gives them another name."""


@dataclass(frozen=True, slots=True)
class Grade:
    """`rank` is 0 for the best; a grade that no policy in force has comes last."""

    key: str
    rank: int
    name: str = ""
    """What the user calls it; "" for CustDesk's own word."""

    @property
    def called(self) -> str:
        """In the language spoken now, as short as a tag has it."""
        return self.name or (_(_OWN[self.key]) if self.key in _OWN else self.key)

    @property
    def is_named(self) -> bool:
        return bool(self.name.strip()) or self.key in _OWN

    @property
    def in_full(self) -> str:
        """As a table has it: VIP客户."""
        return self.called if self.name or self.key not in _IN_FULL else _(_IN_FULL[self.key])


@dataclass(frozen=True, slots=True)
class Grades:
    """The grades in force, the best first; `former`: those that only earlier policies had."""

    ranked: tuple[Grade, ...]
    former: tuple[Grade, ...] = ()

    def of(self, key: str) -> Grade:
        """The grade of a key, also of one that an earlier policy had."""
        for grade in (*self.ranked, *self.former):
            if grade.key == key:
                return grade
        return Grade(key, len(self.ranked))

    def named(self, words: str) -> Grade | None:
        """The grade that somebody means: by its key, its short name or its full one."""
        wanted = words.strip().casefold()
        for grade in self.ranked:
            if wanted in {one.casefold() for one in (grade.key, grade.called, grade.in_full)}:
                return grade
        return None

    @property
    def lowest(self) -> Grade:
        return self.ranked[-1]


USUAL = Grades(tuple(Grade(key, rank) for rank, key in enumerate(_OWN)))
"""Those of product.md."""

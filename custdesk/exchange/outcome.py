"""What came of an import, or would come: the counts, the rejects, the warnings, in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from custdesk.exchange.fields import Kind
from custdesk.exchange.records import Rejected, Remark
from custdesk.i18n import _, ngettext

Report = Callable[[int, int, str], None]
"""Called with what is done, how much there is, and words; may raise Cancelled."""

BATCH = 2000


class OnDuplicate(StrEnum):
    MERGE = "merge"
    SKIP = "skip"
    CREATE = "create"


@dataclass(slots=True)
class Result:
    """What came of an import, or would come; read = created + merged + skipped + rejected."""

    file: str
    kind: Kind
    encoding: str
    headers: tuple[str, ...]
    mapping: dict[str, str]
    read: int = 0
    created: int = 0
    merged: int = 0
    skipped: int = 0
    batch: int | None = None
    rejects: list[Rejected] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    def document(self) -> dict[str, object]:
        """The shape that interface.md promises."""
        return {
            "read": self.read,
            "created": self.created,
            "merged": self.merged,
            "skipped": self.skipped,
            "rejected": len(self.rejects),
            "batch": self.batch,
            "encoding": self.encoding,
            "mapping": self.mapping,
            "rejects": [
                {"line": one.remark.line, "reason": one.remark.words} for one in self.rejects
            ],
            "warnings": [{"line": one.line, "reason": one.words} for one in self.warnings],
        }

    def sentence(self) -> str:
        said = _(
            "{file}: {read} rows read, {created} new, {merged} merged, {skipped} skipped,"
            " {rejected} rejected"
        ).format(
            file=self.file,
            read=self.read,
            created=self.created,
            merged=self.merged,
            skipped=self.skipped,
            rejected=len(self.rejects),
        )
        if self.warnings:
            n = len(self.warnings)
            said += _(", ") + ngettext("{n} warning", "{n} warnings", n).format(n=n)
        return said


def imported_before(lines: Sequence[int]) -> Remark:
    """What is said once of all the rows that were imported before; at least one."""
    if len(lines) == 1:
        return Remark(lines[0], _("This row was imported before; it is skipped."))
    said = _("This row and {n} more were imported before; they are skipped.")
    return Remark(lines[0], said.format(n=len(lines) - 1))


def insert_all(db: Session, table: type[SQLModel], rows: list[dict[str, object]]) -> None:
    """Insert many rows at once; all have the same keys.

    Not by insert(table): the ORM leaves out what is None, and so breaks the rows up by what each
    of them lacks.
    """
    statement = insert(SQLModel.metadata.tables[str(table.__tablename__)])
    for start in range(0, len(rows), BATCH):
        db.execute(statement, rows[start : start + BATCH])

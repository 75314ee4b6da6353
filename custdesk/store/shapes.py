"""What a row of each table looks like: by this a damaged file's rows are known and judged."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum as PythonEnum
from functools import cache

from sqlalchemy import Boolean, Column, Date, DateTime, Enum, Float, Integer, Table
from sqlmodel import SQLModel

from custdesk.store.models import DERIVED

Value = str | int | float | bytes | None
"""What SQLite holds in a column."""

JOURNAL = ("change", "journal")
"""Tables of `store.journal`, those that others refer to first."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2}(\.\d+)?)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MOST_CENTS = 10**14


class Garbled(str):
    """Text whose bytes were not text any more; what could be read of it."""


def read_text(raw: bytes) -> str:
    """For `Connection.text_factory`: bytes that are no text become Garbled instead of an error."""
    try:
        words = raw.decode()
    except UnicodeDecodeError:
        return Garbled(_CONTROL.sub("�", raw.decode(errors="replace")))
    return Garbled(_CONTROL.sub("�", words)) if _CONTROL.search(words) else words


@dataclass(frozen=True, slots=True)
class Field:
    """A column: what it may hold, and what stands for a value that is lost."""

    name: str
    kinds: tuple[type, ...]
    nullable: bool
    pattern: re.Pattern[str] | None
    among: frozenset[Value] | None
    default: Value
    has_default: bool
    refers_to: str | None
    """The table whose id it holds, or none."""
    on_delete: str | None

    def fits(self, value: Value) -> bool:
        if value is None:
            return self.nullable
        if not isinstance(value, self.kinds) or isinstance(value, Garbled):
            return False
        if self.among is not None:
            return value in self.among
        if isinstance(value, str):
            return self.pattern is None or bool(self.pattern.fullmatch(value))
        if isinstance(value, int | float) and not isinstance(value, bool):
            return abs(value) < _MOST_CENTS
        return True


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a table after its id, in the order in which its rows hold them."""

    table: str
    fields: tuple[Field, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def misfits(self, values: Sequence[Value]) -> int:
        """How many of a row's values this table could not hold."""
        return sum(not field.fits(value) for field, value in zip(self.fields, values, strict=True))


def _field(column: "Column[object]") -> Field:
    kind = column.type
    among: frozenset[Value] | None = None
    pattern = None
    kinds: tuple[type, ...] = (str,)
    if isinstance(kind, Enum):
        among = frozenset(kind.enums)
    elif isinstance(kind, Boolean):
        kinds, among = (int,), frozenset((0, 1))
    elif isinstance(kind, Integer):
        kinds = (int,)
    elif isinstance(kind, Float):
        kinds = (int, float)
    elif isinstance(kind, DateTime):
        pattern = _TIME
    elif isinstance(kind, Date):
        pattern = _DAY
    key = next(iter(column.foreign_keys), None)
    default = getattr(column.default, "arg", None)
    if isinstance(default, PythonEnum):
        default = default.value
    return Field(
        name=column.name,
        kinds=kinds,
        nullable=bool(column.nullable),
        pattern=pattern,
        among=among,
        default=int(default) if isinstance(default, bool) else default,
        has_default=column.default is not None or bool(column.nullable),
        refers_to=key.column.table.name if key else None,
        on_delete=key.ondelete if key else None,
    )


def _of(table: Table) -> Shape:
    return Shape(table.name, tuple(_field(c) for c in table.columns if c.name != "id"))


def _plain(name: str, *kinds: type, **more: object) -> Field:
    values = {
        "nullable": False, "pattern": None, "among": None, "default": None, "has_default": False,
        "refers_to": None, "on_delete": None,
    }  # fmt: skip
    return Field(name, kinds, **(values | more))  # type: ignore[arg-type]


@cache
def shapes() -> dict[str, Shape]:
    """Of the journal and of every table that is not derived, those that others refer to first."""
    own = [
        Shape(
            "change",
            (
                _plain("at", str, pattern=_TIME),
                _plain("label", str),
                _plain("undone", int, among=frozenset((0, 1))),
            ),
        ),
        Shape(
            "journal",
            (
                _plain("change_id", int, refers_to="change", on_delete="CASCADE"),
                _plain("tbl", str, among=frozenset(SQLModel.metadata.tables)),
                _plain("row_id", int),
                _plain("op", str, among=frozenset(("I", "U", "D"))),
                _plain("customer_id", int, nullable=True),
                _plain("before", str, nullable=True),
            ),
        ),
    ]
    tables = [_of(t) for t in SQLModel.metadata.sorted_tables if t.name not in DERIVED]
    return {shape.table: shape for shape in (*own, *tables)}

"""What a row of each table looks like: by this a damaged file's rows are known and judged."""

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum as PythonEnum
from functools import cache

from sqlalchemy import Boolean, Column, Date, DateTime, Enum, Float, Integer, Table
from sqlmodel import SQLModel

from custdesk.store.models import DERIVED, POTENTIAL

Value = str | int | float | bytes | None
"""What SQLite holds in a column."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2}(\.\d{6})?)?")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_OCCURRENCE = re.compile(r"L?\d{4}|\d{4}-\d{2}-\d{2}(/\d+)?|\d+:(\d{1,3}|\d{4}(-\d{2}-\d{2})?)")
_YEARS = range(1800, 2300)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MOST_CENTS = 10**14


def is_day(words: str) -> bool:
    return bool(_DAY.fullmatch(words)) and _is_moment(words)


def is_time(words: str) -> bool:
    return bool(_TIME.fullmatch(words)) and _is_moment(words)


def _is_moment(words: str) -> bool:
    try:
        return datetime.fromisoformat(words).year in _YEARS
    except ValueError:
        return False


def _is_clock(words: str) -> bool:
    return bool(_CLOCK.fullmatch(words))


def _is_occurrence(words: str) -> bool:
    """Of a planned follow-up: a year, a lunar one, a day or a count, and of what (`care.rules`)."""
    found = _OCCURRENCE.fullmatch(words)
    day = words.rpartition(":")[2][:10]
    return found is not None and (len(day) < 10 or is_day(day))


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
    reads: Callable[[str], bool] | None
    """Whether a text is one that can stand here; any can where this is None."""
    among: Container[Value] | None
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
            return self.reads is None or self.reads(value)
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

    def is_born_on_no_day(self, values: Sequence[Value]) -> bool:
        """Whether a customer's birthday is a day that no calendar has (30 February)."""
        if self.table != "customer":
            return False
        at = {name: values[place] for place, name in enumerate(self.columns)}
        month, day = at["birth_month"], at["birth_day"]
        if at["birth_calendar"] != "solar" or not (isinstance(month, int) and isinstance(day, int)):
            return False
        year = at["birth_year"]
        try:
            date(year if isinstance(year, int) and year in _YEARS else 2000, month, day)
        except ValueError:
            return True
        return False

    def misfits(self, values: Sequence[Value]) -> int:
        """How many of a row's values this table could not hold."""
        return sum(not field.fits(value) for field, value in zip(self.fields, values, strict=True))


_READS: dict[tuple[str, str], Callable[[str], bool]] = {
    ("follow_up", "occurrence"): _is_occurrence,
    ("follow_up", "due_time"): _is_clock,
    ("customer", "quiet_from"): _is_clock,
    ("customer", "quiet_until"): _is_clock,
}
"""Texts that others take apart without asking."""


def _before_the_day(days: Value) -> Value:
    return -days if isinstance(days, int) else days


FORMERLY: dict[tuple[str, str], tuple[str, Callable[[Value], Value]]] = {
    ("care_plan", "grades"): ("grade", lambda grade: grade or ""),
    ("care_plan", "days"): ("days_ahead", _before_the_day),
    ("customer", "grade_by_hand"): ("grade", lambda grade: None if grade == POTENTIAL else grade),
}
"""What a column was called in files of earlier versions, and how its value is read."""


def _field(column: "Column[object]") -> Field:
    kind = column.type
    among: Container[Value] | None = None
    reads = _READS.get((column.table.name, column.name))
    kinds: tuple[type, ...] = (str,)
    if isinstance(kind, Enum):
        among = frozenset(kind.enums)
    elif isinstance(kind, Boolean):
        kinds, among = (int,), frozenset((0, 1))
    elif isinstance(kind, Integer):
        kinds = (int,)
        among = _YEARS if column.name == "birth_year" else None
    elif isinstance(kind, Float):
        kinds = (int, float)
    elif isinstance(kind, DateTime):
        reads = is_time
    elif isinstance(kind, Date):
        reads = is_day
    key = next(iter(column.foreign_keys), None)
    default = getattr(column.default, "arg", None)
    if isinstance(default, PythonEnum):
        default = default.value
    return Field(
        name=column.name,
        kinds=kinds,
        nullable=bool(column.nullable),
        reads=reads,
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
        "nullable": False, "reads": None, "among": None, "default": None, "has_default": False,
        "refers_to": None, "on_delete": None,
    }  # fmt: skip
    return Field(name, kinds, **(values | more))  # type: ignore[arg-type]


ENTRY = Shape(
    "journal",
    (
        _plain("change_id", int),
        _plain("tbl", str),
        _plain("row_id", int),
        _plain("op", str, among=frozenset(("I", "U", "D"))),
        _plain("customer_id", int, nullable=True),
        _plain("before", str, nullable=True),
    ),
)
"""An entry of the journal: it has no id, and all that stands in it is here."""

_CHANGE = Shape(
    "change",
    (
        _plain("at", str, reads=is_time),
        _plain("label", str),
        _plain("undone", int, among=frozenset((0, 1)), default=0, has_default=True),
        _plain("takes_back", int, nullable=True, has_default=True, refers_to="change"),
    ),
)


@cache
def shapes() -> dict[str, Shape]:
    """Of every table that is not derived, those that others refer to first; `change` among them."""
    tables = [_of(t) for t in SQLModel.metadata.sorted_tables if t.name not in DERIVED]
    return {shape.table: shape for shape in (_CHANGE, *tables)}

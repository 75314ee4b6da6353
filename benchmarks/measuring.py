"""Times, medians and the table that comes of them."""

import gc
import platform
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path

Times = Sequence[float]
"""Seconds of each run."""


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of work at one size; `floor` is what it costs at least, `ratio` the goal for both.

    Where `unit` is not "s", `times` holds something else: bytes for each customer.
    """

    work: str
    size: int
    times: Times
    floor: Times = ()
    ratio: float | None = None
    limit: float | None = None
    """The goal for `times` itself: their 95th percentile, whatever the floor."""
    unit: str = "s"
    note: str = ""
    by_p95: bool = False
    """Whether the 95th percentiles are compared with the floor's, and not the medians."""

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * 0.95))]

    @property
    def times_floor(self) -> float | None:
        """How many times the floor the work costs."""
        if not self.floor:
            return None
        if self.by_p95:
            return self.p95 / Line("", 0, self.floor).p95
        return self.median / statistics.median(self.floor)

    @property
    def is_met(self) -> bool:
        over = self.times_floor is not None and self.ratio and self.times_floor > self.ratio
        return not over and not (self.limit and self.p95 > self.limit)

    def cells(self) -> list[str]:
        ratio = self.times_floor
        goal = [f"≤ {self.ratio:g} ×" if self.ratio else ""]
        goal.append(f"≤ {_shown(self.limit, self.unit)}" if self.limit else "")
        return [
            self.work + (f" ({self.note})" if self.note else ""),
            f"{self.size:,}",
            _shown(self.median, self.unit),
            _shown(self.p95, self.unit) if len(self.times) > 1 else "",
            _shown(statistics.median(self.floor), self.unit) if self.floor else "",
            f"{ratio:.2f}" if ratio is not None else "",
            ", ".join(filter(None, goal)),
            "met" if self.is_met else "missed",
        ]


HEADERS = ["work", "customers", "median", "p95", "floor", "× floor", "goal", ""]


def _shown(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:,.0f} {unit}"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.3g} ms"


def timed(work: Callable[[], object], runs: int = 1, *, warm: int = 0) -> list[float]:
    """Seconds of each of `runs` runs, after `warm` that do not count; without collecting garbage
    of what was there before."""
    for _ in range(warm):
        work()
    times = []
    gc.collect()
    gc.freeze()
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    gc.unfreeze()
    return times


def machine() -> list[str]:
    """What was measured on, and with which versions."""
    import sqlcipher3.dbapi2 as sqlcipher

    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text("utf-8").splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        processor = f"{names[0]}, {len(names)} cores" if names else processor
    packages = ("PySide6-Essentials", "SQLAlchemy", "sqlmodel", "reportlab")
    versions = [f"{name} {metadata.version(name)}" for name in packages]
    return [
        f"{platform.system()}, {processor}",
        f"Python {sys.version.split()[0]}, SQLite {sqlcipher.sqlite_version} (sqlcipher3), "
        f"SQLite {sqlite3.sqlite_version} (Python's own), " + ", ".join(versions),
    ]


def table(lines: Iterable[Line]) -> str:
    """A Markdown table, its columns aligned."""
    rows = [HEADERS, *(line.cells() for line in lines)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADERS))]
    ruled = [rows[0], ["-" * width for width in widths], *rows[1:]]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in ruled
    )


def write_results(path: Path, lines: Sequence[Line], day: date) -> None:
    """What was measured, where, and when."""
    about = "\n".join(f"- {words}" for words in [f"{day:%Y-%m-%d}", *machine()])
    path.write_text(
        f"# What CustDesk's work costs\n\n{about}\n\n"
        "Each line is CustDesk's work beside the floor: the least that the same work costs with\n"
        "the same parts, measured in the same run. Made by `make bench`.\n\n"
        f"{table(lines)}\n",
        "utf-8",
    )

"""What we may know of a problem: versions, sizes and the log, and nothing about any customer."""

import platform
import sys
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import text

from custdesk.formats import size
from custdesk.store import backup
from custdesk.store.store import Store

LINES = 80
"""The last lines of the log that are shown."""

_PACKAGES = ("custdesk", "PySide6-Essentials", "sqlcipher3", "SQLAlchemy", "sqlmodel", "reportlab")
_COUNTED = ("customer", "purchase", "interaction", "follow_up", "change")


def compose(store: Store, log: Path, now: datetime) -> str:
    """The report as text, in English: it is for us. What stands in it is all that is known."""
    with store.read() as db:
        sqlite = db.execute(text("SELECT sqlite_version()")).scalar_one()
        schema = db.execute(text("PRAGMA user_version")).scalar_one()
        counts = [
            f"{table} {db.execute(text(f'SELECT count(*) FROM {table}')).scalar_one()}"
            for table in _COUNTED
        ]
    made = backup.all_of(store.path)
    lines = [
        f"CustDesk report, {now:%Y-%m-%d %H:%M}",
        f"System: {platform.platform()}, Python {sys.version.split()[0]}",
        "Packages: " + ", ".join(f"{name} {_version(name)}" for name in _PACKAGES),
        f"File: {size(store.path.stat().st_size)}, schema {schema}, SQLite {sqlite},"
        f" {'encrypted' if store.key else 'not encrypted'}"
        f"{', looked at only' if store.read_only else ''}",
        "Rows: " + ", ".join(counts),
        f"Backups: {len(made)}" + (f", last {made[0].at:%Y-%m-%d %H:%M}" if made else ""),
        "",
        f"The last {LINES} lines of the log:",
        *(_last_lines(log) or ["(empty)"]),
    ]
    return "\n".join(lines) + "\n"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"


def _last_lines(log: Path) -> list[str]:
    try:
        return log.read_text(encoding="utf-8", errors="replace").splitlines()[-LINES:]
    except OSError:
        return []

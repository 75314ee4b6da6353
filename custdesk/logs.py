"""The log: what went wrong and where in the code, and nothing about any customer."""

import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG_BYTES = 500_000
KEPT_LOGS = 3


class _NoPersonalData(logging.Formatter):
    """Formats an exception as its kinds and places: its message may quote what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have formatted the exception before, and left its words here.
        whole, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = whole

    def formatException(self, info: object) -> str:
        error = info[1] if isinstance(info, tuple) else None
        lines = []
        while isinstance(error, BaseException):
            lines.append(type(error).__name__)
            for frame in traceback.extract_tb(error.__traceback__):
                lines.append(f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}")
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def keep_log(path: Path) -> None:
    """Write warnings and errors to `path`, rotated; where that fails, write no log."""
    root = logging.getLogger()
    if any(isinstance(handler, RotatingFileHandler) for handler in root.handlers):
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=KEPT_LOGS, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(_NoPersonalData("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    root.addHandler(handler)

"""A PDF as a file: its title and language, its pages drawn, and then it is there as a whole."""

import codecs
import io
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from custdesk import i18n
from custdesk.errors import CustdeskError
from custdesk.exchange.whole import why_not
from custdesk.paper.fonts import Typefaces, typefaces
from custdesk.people.typed import visible

if TYPE_CHECKING:
    from reportlab.pdfbase.pdfdoc import PDFString
    from reportlab.pdfgen.canvas import Canvas

LONGEST_TITLE = 200

_DRAWING = threading.Lock()
"""reportlab's fonts keep a reading position: one document at a time."""


@dataclass(frozen=True, slots=True)
class Title:
    """What a document says of itself: `parts` of its title, whose it is, and of which day."""

    parts: Sequence[str]
    author: str
    on: date


def write_document(
    target: Path | BinaryIO, title: Title, draw: Callable[["Canvas", Typefaces], None]
) -> None:
    """Write what `draw` draws as a PDF; a file appears whole or not at all.

    Raises CustdeskError when it cannot be written.
    """
    with _DRAWING:
        content = _as_pdf(title, draw)
    if isinstance(target, Path):
        put_in_place(content, target)
    else:
        target.write(content)


def _as_pdf(title: Title, draw: Callable[["Canvas", Typefaces], None]) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    from custdesk.paper.page import HEIGHT, POINTS, WIDTH

    faces = typefaces()
    printed = f"D:{title.on:%Y%m%d}"
    content = io.BytesIO()
    canvas = Canvas(
        content,
        pagesize=(WIDTH * POINTS, HEIGHT * POINTS),
        pageCompression=1,
        invariant=True,
        initialFontName=faces.main,
        lang="zh-CN" if i18n.language() == "zh" else "en",
    )
    canvas.setDateFormatter(lambda *_now: printed)
    canvas.setCreator("CustDesk")
    canvas.setProducer("CustDesk")
    canvas.setAuthor(as_metadata(title.author))
    canvas.setTitle(as_metadata(" · ".join(part for part in map(_plain_line, title.parts) if part)))
    canvas.setSubject("")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    draw(canvas, faces)
    canvas.save()
    return content.getvalue()


def as_metadata(text: str) -> "PDFString":
    """Always as UTF-16: as plain bytes, words of a name could pass for those of the PDF itself."""
    from reportlab.pdfbase.pdfdoc import PDFString

    return PDFString(codecs.BOM_UTF16_BE + _plain_line(text).encode("utf-16-be"), enc="raw")


def _plain_line(text: str) -> str:
    """One line without what nobody sees: a mark of direction would turn a viewer's title round."""
    return " ".join(visible(text.encode("utf-8", "ignore").decode()).split())[:LONGEST_TITLE]


def put_in_place(content: bytes, target: Path) -> None:
    """Write beside `target`, then take its place: nobody ever sees half a file.

    Raises CustdeskError when it cannot be written.
    """
    beside = target.with_name(f".custdesk-{os.getpid()}-{threading.get_ident()}.part")
    try:
        try:
            beside.touch(mode=0o600)  # whatever is printed here is somebody's own affair
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise CustdeskError(why_not(error, target)) from error

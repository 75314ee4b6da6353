"""Pages of a PDF as pictures, for the preview and the printer."""

import threading
from dataclasses import dataclass

POINTS_PER_INCH = 72

_DRAWING = threading.Lock()
"""PDFium is one per process and serves one thread at a time."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """In points, 72 to the inch."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A page in pixels of four bytes (blue, green, red, unused), each row `stride` bytes long."""

    width: int
    height: int
    stride: int
    pixels: bytes


def page_sizes(pdf: bytes) -> list[PageSize]:
    """The size of each page."""
    import pypdfium2

    with _DRAWING:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [PageSize(*document.get_page_size(at)) for at in range(len(document))]
        finally:
            document.close()


def render(pdf: bytes, page: int, scale: float) -> Picture:
    """Page number `page`, from 0, on white, with `scale` pixels to the point."""
    import pypdfium2

    with _DRAWING:
        document = pypdfium2.PdfDocument(pdf)
        try:
            bitmap = document[page].render(scale=scale, prefer_bgrx=True)
            return Picture(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
        finally:
            document.close()

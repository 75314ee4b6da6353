"""Printed pages on a grey ground, sharp on every screen, drawn as they come into sight."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.paper.rendering import PageSize, Picture, render
from custdesk.ui import background, theme

_GAP, _MARGIN, _WIDEST = 18, 24, 1000
_STEPS = (0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
_SCREEN_PIXELS_PER_POINT = 96 / 72


def image_of(picture: Picture) -> QImage:
    """The picture as Qt has it; it holds its own copy of the pixels."""
    shared = QImage(
        picture.pixels, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32
    )
    return shared.copy()


class _Page(QWidget):
    """One page: white until its picture has come."""

    def __init__(self, number: int, of: int, size: PageSize) -> None:
        super().__init__()
        self.size_in_points = size
        self.image: QImage | None = None
        self.drawn_at = 0.0
        self.setAccessibleName(_("Page {n} of {total}").format(n=number + 1, total=of))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        if self.image is not None:
            painter.drawImage(QRectF(self.rect()), self.image)
        painter.setPen(theme.color("line"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class PaperPages(QScrollArea):
    """Shows the pages of a PDF below each other; `zoomed` when their size changes.

    `zoom` is 1.0 at the size that they have on paper (at 96 pixels to the inch); it fits the width
    until somebody chooses another.
    """

    zoomed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zoom = 1.0
        self.fits_width = True
        self._pdf = b""
        self._pages: list[_Page] = []
        self._job: background.Job | None = None
        self._drawing: _Page | None = None
        self._content = QWidget()
        self._content.setProperty("bare", True)
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self._column.setSpacing(_GAP)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(self._content)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._draw_next())
        self.viewport().setAutoFillBackground(False)
        self._content.setAutoFillBackground(False)

    def show_pdf(self, pdf: bytes, sizes: Sequence[PageSize]) -> None:
        """Show these pages; where one looks does not change when there are as many as before."""
        at = self.verticalScrollBar().value() if len(sizes) == len(self._pages) else 0
        self.clear()
        self._pdf = pdf
        self._pages = [_Page(number, len(sizes), size) for number, size in enumerate(sizes)]
        for page in self._pages:
            self._column.addWidget(page, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        self._fit()
        self._column.activate()
        self.verticalScrollBar().setValue(at)
        self._draw_next()

    def clear(self) -> None:
        """Show nothing; what is being drawn is dropped."""
        if self._job is not None:
            self._job.abandon()
        self._job, self._drawing, self._pdf, self._pages = None, None, b"", []
        while self._column.count():
            item = self._column.takeAt(0)
            page = item.widget() if item is not None else None
            if page is not None:
                page.hide()
                page.deleteLater()

    def count(self) -> int:
        return len(self._pages)

    def is_drawn(self) -> bool:
        """Whether every page in sight is there in its present size."""
        return bool(self._pages) and self._wanted() is None and self._job is None

    def image(self, page: int) -> QImage | None:
        """The picture of a page, once it is drawn."""
        return self._pages[page].image

    def zoom_in(self) -> None:
        self.set_zoom(next((step for step in _STEPS if step > self.zoom + 0.01), _STEPS[-1]))

    def zoom_out(self) -> None:
        smaller = [step for step in _STEPS if step < self.zoom - 0.01]
        self.set_zoom(smaller[-1] if smaller else _STEPS[0])

    def set_zoom(self, zoom: float) -> None:
        self.fits_width = False
        self._resize(zoom)

    def fit_width(self) -> None:
        """As wide as there is room, from now on also when the window changes."""
        self.fits_width = True
        self._fit()

    # --- sizes ------------------------------------------------------------------------------------

    def _fit(self) -> None:
        if not self.fits_width:
            self._resize(self.zoom)
        elif self._pages:
            widest = max(page.size_in_points.width for page in self._pages)
            room = min(self.viewport().width() - 2 * _MARGIN, _WIDEST)
            self._resize(max(room, 200) / (widest * _SCREEN_PIXELS_PER_POINT))

    def _resize(self, zoom: float) -> None:
        bar = self.verticalScrollBar()
        share = bar.value() / bar.maximum() if bar.maximum() else 0.0
        self.zoom = zoom
        for page in self._pages:
            size = page.size_in_points
            page.setFixedSize(
                QSize(
                    round(size.width * zoom * _SCREEN_PIXELS_PER_POINT),
                    round(size.height * zoom * _SCREEN_PIXELS_PER_POINT),
                )
            )
        self._column.activate()
        bar.setValue(round(share * bar.maximum()))
        self.zoomed.emit()
        self._draw_next()

    def _scale(self) -> float:
        """Pixels of this screen to the point of the page."""
        return self.zoom * _SCREEN_PIXELS_PER_POINT * self.devicePixelRatioF()

    # --- drawing ----------------------------------------------------------------------------------

    def _wanted(self) -> int | None:
        """The first page in sight whose picture is missing or of another size."""
        for number, page in enumerate(self._pages):
            if page.drawn_at != self._scale() and not page.visibleRegion().isEmpty():
                return number
        return None

    def _draw_next(self) -> None:
        if self._job is not None:
            return
        number = self._wanted()
        if number is None:
            return
        pdf, page, scale = self._pdf, self._pages[number], self._scale()
        self._drawing = page
        self._job = background.run(
            lambda report: render(pdf, number, scale),
            self._taker(page, scale),
            self._fail,
            owner=self,
        )

    def _taker(self, page: _Page, scale: float) -> Callable[[Picture], None]:
        def take(picture: Picture) -> None:
            self._job = None
            if self._drawing is page:
                page.image, page.drawn_at = image_of(picture), scale
                page.update()
            self._draw_next()

        return take

    def _fail(self, error: CustdeskError) -> None:
        self._job = None

    # --- events -----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.fits_width:
            self._fit()
        self._draw_next()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._draw_next()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_in() if event.angleDelta().y() > 0 else self.zoom_out()
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)

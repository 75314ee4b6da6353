"""How everything looks: tokens of light and dark, the style built from them, icons."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from string import Template

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from custdesk import paths

SCHEMES = ("system", "light", "dark")
FAMILIES = [
    "Microsoft YaHei UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "sans-serif",
]
BASE_PX, SMALL_PX, TINY_PX, TITLE_PX = 13, 12, 11, 19


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours by role, `#RRGGBB`. `x_soft` is the ground on which `x` is written.

    text, muted, accent, red and each tag colour are readable (WCAG AA, 4.5 : 1) on the grounds
    they are used on; `faint` and `off` are for decoration and hints only.
    """

    bg: str
    surface: str
    sunken: str
    line: str
    hairline: str
    hover: str
    text: str
    muted: str
    faint: str
    off: str
    accent: str
    accent_hover: str
    accent_soft: str
    accent_line: str
    on_accent: str
    on_accent_soft: str
    avatar: str
    gold: str
    gold_soft: str
    blue: str
    blue_soft: str
    green: str
    green_soft: str
    red: str
    red_soft: str
    on_red: str
    amber: str
    amber_soft: str
    amber_line: str
    mark: str
    on_mark: str
    strip: str
    on_strip: str
    strip_link: str
    strip_error: str


LIGHT = Tokens(
    bg="#F6F5F1",
    surface="#FFFFFF",
    sunken="#EFEDE7",
    line="#E4E1D9",
    hairline="#F0EEE8",
    hover="#FAF9F6",
    text="#22211D",
    muted="#6F6B61",
    faint="#A5A096",
    off="#C9C5BB",
    accent="#1F6B5A",
    accent_hover="#195A4B",
    accent_soft="#E3EFEB",
    accent_line="#BFD9D1",
    on_accent="#FFFFFF",
    on_accent_soft="#CFE6DE",
    avatar="#DCE9E4",
    gold="#91630F",
    gold_soft="#FBF1D9",
    blue="#355F93",
    blue_soft="#E6EEF7",
    green="#48752A",
    green_soft="#EAF2E1",
    red="#AE3B2A",
    red_soft="#FAE7E3",
    on_red="#FFFFFF",
    amber="#96600E",
    amber_soft="#FCEFD8",
    amber_line="#F0DDB5",
    mark="#FFE9A8",
    on_mark="#22211D",
    strip="#2B2A25",
    on_strip="#F6F5F1",
    strip_link="#8FD3C0",
    strip_error="#8E2C1D",
)

DARK = Tokens(
    bg="#1B1A17",
    surface="#24221E",
    sunken="#161512",
    line="#3A3731",
    hairline="#302E29",
    hover="#2B2924",
    text="#ECE9E1",
    muted="#ABA699",
    faint="#7D786D",
    off="#5A564D",
    accent="#5DBBA3",
    accent_hover="#72C9B3",
    accent_soft="#203A33",
    accent_line="#35594E",
    on_accent="#10231D",
    on_accent_soft="#1B463A",
    avatar="#29443C",
    gold="#E2B65A",
    gold_soft="#3D321A",
    blue="#8FB5E3",
    blue_soft="#25344A",
    green="#9CC97A",
    green_soft="#2A3A20",
    red="#F0907F",
    red_soft="#46251F",
    on_red="#2A100B",
    amber="#EBB05A",
    amber_soft="#413016",
    amber_line="#5C4520",
    mark="#6B5716",
    on_mark="#FFF3CC",
    strip="#ECE9E1",
    on_strip="#22211D",
    strip_link="#1F6B5A",
    strip_error="#F6C8BF",
)


_current = LIGHT


class Theme(QObject):
    """The look in use; lives as long as the application and says when it changes."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName("theme")
        self._app = app
        self.scheme = "system"
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def _system_changed(self) -> None:
        if self.scheme == "system":
            self.show_scheme("system")

    def show_scheme(self, scheme: str) -> None:
        global _current
        self.scheme = scheme
        dark = scheme == "dark" or (scheme == "system" and _system_is_dark())
        _current = DARK if dark else LIGHT
        self._app.setPalette(palette(_current))
        self._app.setStyleSheet(stylesheet(_current))
        self.changed.emit()


def apply(app: QApplication, scheme: str) -> Theme:
    """Dress `app` in `scheme` ("system", "light" or "dark"), now and at every later call.

    "system" follows the system from then on, without a restart.
    """
    found = app.findChild(Theme, "theme")
    if found is None:
        app.setStyle("Fusion")
        app.setFont(font())
        found = Theme(app)
    wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(
        scheme, Qt.ColorScheme.Unknown
    )
    found.scheme = scheme
    app.styleHints().setColorScheme(wanted)  # native title bars and file dialogs follow
    found.show_scheme(scheme)
    return found


def active() -> Theme | None:
    """The theme of the running application, once `apply` was called."""
    app = QApplication.instance()
    return app.findChild(Theme, "theme") if app is not None else None


def current() -> Tokens:
    """The tokens to paint with; light before `apply`."""
    return _current


def color(role: str) -> QColor:
    """The colour of a token by its name, or of a `#RRGGBB`."""
    return QColor(role if role.startswith("#") else getattr(current(), role))


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def font(px: int = BASE_PX, *, bold: bool = False) -> QFont:
    """The system's sans in `px` device-independent pixels, figures of one width."""
    return QFont(_font(px, bold))


@lru_cache(maxsize=32)
def _font(px: int, bold: bool) -> QFont:
    made = QFont(FAMILIES)
    made.setPixelSize(px)
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def palette(t: Tokens) -> QPalette:
    made = QPalette()
    role = QPalette.ColorRole
    for which, value in (
        (role.Window, t.bg),
        (role.WindowText, t.text),
        (role.Base, t.surface),
        (role.AlternateBase, t.bg),
        (role.Text, t.text),
        (role.Button, t.surface),
        (role.ButtonText, t.text),
        (role.BrightText, t.red),
        (role.Highlight, t.accent),
        (role.HighlightedText, t.on_accent),
        (role.Accent, t.accent),
        (role.Link, t.accent),
        (role.LinkVisited, t.accent),
        (role.PlaceholderText, t.faint),
        (role.ToolTipBase, t.strip),
        (role.ToolTipText, t.on_strip),
        (role.Light, t.surface),
        (role.Midlight, t.hairline),
        (role.Mid, t.line),
        (role.Dark, t.faint),
        (role.Shadow, t.line),
    ):
        made.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.faint))
    return made


def stylesheet(t: Tokens) -> str:
    """The application's style sheet: resources/theme/custdesk.qss with the tokens put in."""
    return Template(_style_template()).substitute(asdict(t))


@lru_cache(maxsize=1)
def _style_template() -> str:
    return (paths.resources() / "theme" / "custdesk.qss").read_text("utf-8")


def icon_file(name: str) -> Path:
    return paths.resources() / "icons" / f"{name}.svg"


@lru_cache(maxsize=256)
def _svg(name: str, value: str) -> bytes:
    return icon_file(name).read_text("utf-8").replace("currentColor", value).encode()


def draw_icon(painter: QPainter, rect: QRectF, name: str, role: str = "muted") -> None:
    """Draw icon `name` into `rect` in the colour of `role` (a token or `#RRGGBB`)."""
    QSvgRenderer(QByteArray(_svg(name, color(role).name()))).render(painter, rect)


def pixmap(name: str, role: str = "muted", size: int = 20, scale: float = 1.0) -> QPixmap:
    """Icon `name`, `size` device-independent pixels square, for a screen of `scale`."""
    made = QPixmap(round(size * scale), round(size * scale))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    draw_icon(painter, QRectF(0, 0, made.width(), made.height()), name, role)
    painter.end()
    made.setDevicePixelRatio(scale)
    return made


def icon(name: str, role: str = "muted", size: int = 20) -> QIcon:
    """Icon `name` from resources/icons as a QIcon, crisp on every screen that is connected.

    It keeps the colours of the moment; use `set_icon` where it must follow the theme.
    """
    scales = {screen.devicePixelRatio() for screen in QGuiApplication.screens()} | {2.0}
    return _icon(name, color(role).name(), color("off").name(), size, tuple(sorted(scales)))


@lru_cache(maxsize=256)
def _icon(name: str, ink: str, off: str, size: int, scales: tuple[float, ...]) -> QIcon:
    made = QIcon()
    for scale in scales:
        made.addPixmap(pixmap(name, ink, size, scale))
        made.addPixmap(pixmap(name, off, size, scale), QIcon.Mode.Disabled)
    return made


class _Follower(QObject):
    """Does something again each time the theme changes, as long as its parent lives."""

    def __init__(self, parent: QObject, again: Callable[[], None]) -> None:
        super().__init__(parent)
        self._again = again
        theme = active()
        if theme is not None:
            theme.changed.connect(self.again)

    def again(self) -> None:
        self._again()


def follow(parent: QObject, again: Callable[[], None]) -> None:
    """Do `again` now and at each change of theme, as long as `parent` lives."""
    again()
    _Follower(parent, again)


def set_icon(
    target: QAction | QAbstractButton, name: str, role: str = "muted", size: int = 20
) -> None:
    """Give an action or button the icon `name`, recoloured at each change of theme."""
    for old in target.findChildren(_Follower, "icon", Qt.FindChildOption.FindDirectChildrenOnly):
        old.setParent(None)
        old.deleteLater()
    target.setIcon(icon(name, role, size))
    if isinstance(target, QAbstractButton):
        target.setIconSize(QSize(size, size))
    follower = _Follower(target, lambda: target.setIcon(icon(name, role, size)))
    follower.setObjectName("icon")


def set_role(widget: QWidget, role: str) -> None:
    """Change the style-sheet role of `widget` (see the roles in custdesk.qss) at once."""
    restyle(widget, "role", role)


def restyle(widget: QWidget, name: str, value: str | bool) -> None:
    """Set a property that the style sheet looks at, and dress the widget again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()

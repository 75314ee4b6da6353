"""The look: what is written can be read in both themes, and a switch reaches everything."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from custdesk.ui import theme
from custdesk.ui.theme import DARK, LIGHT, Tokens

THEMES = {"light": LIGHT, "dark": DARK}
GROUNDS = ("bg", "surface", "sunken", "hover", "accent_soft", "amber_soft")
PAIRS = [
    *((ink, ground) for ink in ("text", "muted") for ground in GROUNDS),
    *(("red", ground) for ground in ("bg", "surface", "accent_soft", "red_soft")),
    *(("accent", ground) for ground in ("bg", "surface", "sunken", "accent_soft", "avatar")),
    *((kind, f"{kind}_soft") for kind in ("gold", "blue", "green", "amber")),
    *((kind, "surface") for kind in ("gold", "blue", "green", "amber")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent_soft", "accent"),
    ("on_red", "red"),
    ("on_mark", "mark"),
    ("text", "mark"),
    ("text", "red_soft"),
    ("on_strip", "strip"),
    ("on_strip", "strip_error"),
    ("strip_link", "strip"),
]


def luminance(value: str) -> float:
    """Relative luminance, WCAG 2.2."""
    color = QColor(value)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_can_be_read_on_their_ground(name: str, ink: str, ground: str) -> None:
    tokens: Tokens = THEMES[name]
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", THEMES.values(), ids=list(THEMES))
def test_the_style_sheet_uses_known_tokens_only(tokens: Tokens) -> None:
    assert "$" not in theme.stylesheet(tokens)


def test_dark_reaches_labels_and_icons_at_once(qtbot: QtBot, qapp: QApplication) -> None:
    label = QLabel("丽华")
    qtbot.addWidget(label)
    label.setProperty("role", "muted")
    action = QAction(label)
    theme.set_icon(action, "trash", "muted", 16)
    before = ink_of(action)
    theme.apply(qapp, "dark")
    label.ensurePolished()
    assert label.palette().color(label.foregroundRole()).name().upper() == DARK.muted
    assert qapp.palette().window().color().name().upper() == DARK.bg
    assert ink_of(action) != before


def ink_of(action: QAction) -> str:
    """The strongest colour in an action's icon."""
    image: QImage = action.icon().pixmap(64, 64).toImage()
    points = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(points, key=lambda color: color.alpha()).name()


def test_a_system_that_turns_dark_is_followed(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme.apply(qapp, "system")
    monkeypatch.setattr(theme, "_system_is_dark", lambda: True)  # Xvfb cannot turn dark
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is DARK


def test_a_chosen_theme_stays_when_the_system_turns_dark(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme.apply(qapp, "light")
    monkeypatch.setattr(theme, "_system_is_dark", lambda: True)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is LIGHT


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_icons_are_drawn_in_the_pixels_of_the_screen(qtbot: QtBot, scale: float) -> None:
    picture = theme.pixmap("search", "muted", 16, scale)
    assert (picture.width(), picture.deviceIndependentSize().width()) == (round(16 * scale), 16)


def test_figures_have_one_width(qapp: QApplication) -> None:
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(theme.font())
    assert len({round(metrics.horizontalAdvance(digit), 2) for digit in "0123456789"}) == 1

"""What travels with the program: icons exist and are used, fonts print, all is licensed."""

import ast
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from custdesk import paths

ROOT = Path(__file__).parents[1]
RESOURCES = paths.resources()
ICONS = {path.stem for path in (RESOURCES / "icons").glob("*.svg")}
FONTS = sorted((RESOURCES / "fonts").glob("*.ttf"))

TAKES_ICON_AT = {"icon": 0, "pixmap": 0, "icon_file": 0, "set_icon": 1, "draw_icon": 2}
"""Where the functions of ui/theme.py take the name of an icon."""


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "custdesk").rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def takers(*, methods: bool) -> dict[str, int]:
    """Every method, or else every function and class, that takes an icon: as which argument."""
    found = {}
    for _, tree in trees():
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        for owner in classes if methods else [tree]:
            for node in owner.body:
                if (
                    isinstance(node, ast.FunctionDef | ast.ClassDef)
                    and node.name != "__init__"
                    and "icon" in arguments(node)
                ):
                    found[node.name] = arguments(node).index("icon")
    return found if methods else found | TAKES_ICON_AT


def arguments(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """The names of what a function, a class or a dataclass is called with, in order."""
    if isinstance(node, ast.FunctionDef):
        return [argument.arg for argument in node.args.args if argument.arg != "self"]
    for line in node.body:
        if isinstance(line, ast.FunctionDef) and line.name == "__init__":
            return arguments(line)
    fields = [line.target for line in node.body if isinstance(line, ast.AnnAssign)]
    return [field.id for field in fields if isinstance(field, ast.Name)]


def texts(node: ast.expr) -> Iterator[str]:
    """The texts that `node` may be: one, or one of both branches of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def icons_given(call: ast.Call, functions: dict[str, int], methods: dict[str, int]) -> set[str]:
    """The names of icons that stand in a call."""
    if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) != "theme":
        place = methods.get(call.func.attr)
    else:
        place = functions.get(ast.unparse(call.func).removeprefix("theme."))
    given = [word.value for word in call.keywords if word.arg == "icon"]
    if place is not None and len(call.args) > place:
        given.append(call.args[place])
    return {text for value in given for text in texts(value)}


def test_every_icon_named_in_the_code_exists() -> None:
    functions, methods = takers(methods=False), takers(methods=True)
    missing = [
        f"{path.name}:{node.lineno} {name}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for name in icons_given(node, functions, methods) - ICONS
    ]
    assert missing == []


def test_every_icon_is_used() -> None:
    used = {
        node.value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    styles = "".join(path.read_text("utf-8") for path in (RESOURCES / "theme").glob("*.qss"))
    assert sorted(icon for icon in ICONS - used if f"{icon}.svg" not in styles) == []


@pytest.mark.parametrize("name", sorted(ICONS - {"app"}))
def test_icon_takes_its_colour_from_the_theme(name: str) -> None:
    drawing = (RESOURCES / "icons" / f"{name}.svg").read_text("utf-8")
    assert 'stroke="currentColor"' in drawing
    assert "#" not in drawing


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_font_has_the_outlines_that_reportlab_can_print(path: Path) -> None:
    with path.open("rb") as file:
        _, count = struct.unpack(">4sH6x", file.read(12))
        tables = {file.read(16)[:4] for _ in range(count)}
    assert b"glyf" in tables
    assert b"CFF " not in tables


@pytest.mark.parametrize("folder", ["fonts", "icons"])
def test_what_others_made_carries_its_licence(folder: str) -> None:
    assert list((RESOURCES / folder).glob("*.txt"))

"""The documents say what is true: the rooms of the house, the commands, the pictures."""

import ast
import re
from pathlib import Path

from custdesk import cli

ROOT = Path(__file__).parents[1]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def _first_lines() -> dict[str, str]:
    house = ROOT / "custdesk"
    found = {}
    for path in house.rglob("*.py"):
        if path.name != "__init__.py":
            first = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]
            found[path.relative_to(house).as_posix()] = first.replace("|", "/")
    return found


def test_the_architecture_names_every_module_with_its_first_line() -> None:
    told = dict(re.findall(r"^\| `([^`]+\.py)` \| (.+) \|$", ARCHITECTURE, re.MULTILINE))
    assert told == _first_lines()


def test_every_picture_of_the_readme_is_there() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert pictures
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []


def test_every_command_of_the_readme_exists() -> None:
    shown = set(re.findall(r"^    custdesk (\w+)", README, re.MULTILINE))
    known = set(re.findall(r"^    (\w+)  ", cli._parser().format_help(), re.MULTILINE))
    assert shown
    assert shown <= known

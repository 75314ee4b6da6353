"""The rules of the house: who may import whom, and what every module owes its reader."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[1] / "custdesk"

FLOORS = (
    ("errors", "paths", "i18n", "formats", "settings", "logs", "autostart"),
    ("store",),
    ("people", "care", "insight", "exchange", "words", "business"),
    ("paper", "opening", "invention", "sample", "documents", "handover", "report"),
    ("ui",),
    ("app", "cli", "cli_customer", "cli_file", "cli_insight"),
    ("__main__",),
)
"""From the ground up: a room knows its own floor and those below, never one above."""

FLOOR_OF = {name: height for height, floor in enumerate(FLOORS) for name in floor}

MAY_USE_QT = {"ui", "app", "__main__"}
MAY_ASK_THE_CLOCK = {"ui", "app", "cli", "cli_file", "cli_insight", "__main__"}
SHARED_BY_VIEWS = {
    *("theme", "language", "actions", "background", "process_side", "desk", "looks", "mask"),
    *("widgets", "caretaker", "erase_card", "care_hours_card", "care_rules_card", "export"),
    "paper_preview",
}
WHO_KNOWS_THE_VIEWS = {"main_window", "door"}
"""The window, and the small one before it."""
WHO_KNOWS_THE_WINDOW = {"tour"}
NETWORK = {
    *("socket", "socketserver", "ssl", "urllib", "http", "ftplib", "smtplib", "imaplib", "poplib"),
    *("telnetlib", "xmlrpc", "requests", "httpx", "aiohttp", "urllib3", "websockets"),
}
LOCAL_ONLY = {"QLocalServer", "QLocalSocket"}


@dataclass(frozen=True, slots=True)
class Import:
    """`module` imports `what` (custdesk.ui.theme, PySide6.QtCore.Qt) at `line`."""

    module: str
    what: str
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.what}"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module by its dotted name, custdesk.store.models, read but not run."""
    found = {}
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text("utf-8"), str(path))
    return found


@cache
def imports() -> tuple[Import, ...]:
    """Every import anywhere in the house, those inside functions too."""
    return tuple(found for name, tree in modules().items() for found in _imports_of(name, tree))


def _imports_of(module: str, tree: ast.Module) -> Iterator[Import]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(module, alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}:{node.lineno} imports relatively"
            for alias in node.names:
                yield Import(module, f"{node.module}.{alias.name}", node.lineno)


def room(name: str) -> str:
    """custdesk.store.models -> store, custdesk.app.open_app -> app"""
    return [*name.split("."), ""][1]


def within_ui(name: str) -> str:
    """custdesk.ui.customers.table -> customers; "" outside ui."""
    parts = [*name.split("."), "", ""]
    return parts[2] if parts[1] == "ui" else ""


def ours() -> Iterator[Import]:
    return (found for found in imports() if found.what.startswith("custdesk."))


def is_a_view(part: str) -> bool:
    """Whatever else stands in ui/ is one view, or part of one."""
    return bool(part) and part not in SHARED_BY_VIEWS


def test_every_room_stands_on_a_known_floor() -> None:
    assert {room(name) for name in modules()} - {""} <= set(FLOOR_OF)


def test_imports_run_one_way() -> None:
    upward = [
        str(found)
        for found in ours()
        if FLOOR_OF.get(room(found.what), 0) > FLOOR_OF.get(room(found.module), 0)
    ]
    assert upward == []


def test_only_the_window_imports_qt() -> None:
    strays = [
        str(found)
        for found in imports()
        if found.what.startswith(("PySide6", "shiboken6")) and room(found.module) not in MAY_USE_QT
    ]
    assert strays == []


def test_main_window_alone_knows_the_views() -> None:
    strays = [
        str(found)
        for found in ours()
        if is_a_view(within_ui(found.what))
        and within_ui(found.module) != within_ui(found.what)
        and within_ui(found.module) not in WHO_KNOWS_THE_VIEWS
        and not (
            within_ui(found.what) == "main_window"
            and within_ui(found.module) in WHO_KNOWS_THE_WINDOW
        )
        and room(found.module) != "app"
    ]
    assert strays == []


def test_the_tables_import_nothing_of_ours() -> None:
    assert [str(found) for found in ours() if found.module == "custdesk.store.models"] == []


def test_nothing_reaches_the_network() -> None:
    strays = [str(found) for found in imports() if found.what.split(".")[0] in NETWORK]
    strays += [
        str(found)
        for found in imports()
        if found.what.startswith("PySide6.QtNetwork")
        and found.what.removeprefix("PySide6.QtNetwork.") not in LOCAL_ONLY
    ]
    assert strays == []


def test_numpy_and_scipy_are_imported_where_they_are_needed() -> None:
    """Never by importing a module of ours: the start of the window would wait half a second."""
    early = [
        f"{name}:{node.lineno} imports {ast.unparse(node)}"
        for name, tree in modules().items()
        for node in _run_at_import(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {"numpy", "scipy"} & {what.split(".")[0] for what in _packages(node)}
    ]
    assert early == []


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: nothing in functions, nothing for type checkers only."""
    for part in ast.iter_child_nodes(node):
        is_for_types = isinstance(part, ast.If) and ast.unparse(part.test) == "TYPE_CHECKING"
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and not is_for_types:
            yield part
            yield from _run_at_import(part)


def _packages(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""]


def test_nothing_that_the_start_imports_brings_numpy() -> None:
    code = (
        "import sys, custdesk.app, custdesk.cli, custdesk.ui.main_window\n"
        "assert not {'numpy', 'scipy'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=HOUSE.parent, check=True, timeout=60)


def test_the_start_brings_no_view_but_the_list_and_the_file() -> None:
    """The others are made when they are first wanted: a start takes a third less."""
    code = (
        "import sys, custdesk.app, custdesk.cli, custdesk.ui.main_window as house, ast, inspect\n"
        "late = [part.module for part in ast.walk(ast.parse(inspect.getsource(house)))"
        " if isinstance(part, ast.ImportFrom) and part.col_offset > 4 and '.ui.' in part.module]\n"
        "assert len(late) == 14 and not set(late) & sys.modules.keys(), late"
    )
    subprocess.run([sys.executable, "-c", code], cwd=HOUSE.parent, check=True, timeout=60)


def test_time_comes_in_as_a_parameter() -> None:
    asked = [
        f"{name}:{node.lineno} asks {ast.unparse(node)}"
        for name, tree in modules().items()
        if room(name) not in MAY_ASK_THE_CLOCK
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("today", "now", "utcnow", "localtime")
        and ast.unparse(node.value).split(".")[-1] in ("date", "datetime", "time", "func")
    ]
    assert asked == []


def test_every_module_says_in_its_first_line_why_it_exists() -> None:
    silent = [
        name
        for name, tree in modules().items()
        if tree.body and len((ast.get_docstring(tree) or "").split("\n")[0]) < 20
    ]
    assert silent == []


def test_packages_are_empty_at_the_door() -> None:
    furnished = [str(door) for door in HOUSE.rglob("__init__.py") if door.stat().st_size]
    assert furnished == []

"""The documents say what is true: the rooms of the house, the commands, the pictures, the care."""

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po

from custdesk import cli, i18n, paths
from custdesk.care import plans, templates
from custdesk.care.habits import Habits
from custdesk.care.working_days import CHINA, is_announced
from custdesk.i18n import pgettext
from custdesk.insight.policies import Policy
from custdesk.store.migrations import DEFAULT_PLANS

ROOT = Path(__file__).parents[1]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
CARE = (ROOT / "docs" / "care.md").read_text("utf-8")
CARE_IN = dict(zip(("zh", "en"), CARE.split("\n## English\n"), strict=True))


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


def _words_of_the_window(language: str) -> set[str]:
    """What a button, a field or a page may be called, in that language."""
    with (paths.resources() / "i18n/zh_CN/LC_MESSAGES/custdesk.po").open("rb") as file:
        messages = list(read_po(file))
    found = set[str]()
    for message in messages:
        words = (message.id if language == "en" else message.string) or ()
        found.update([words] if isinstance(words, str) else words)
    return found


def test_care_calls_everything_as_the_window_does() -> None:
    quoted = set(re.findall("「([^」]+)」", CARE_IN["zh"])) - {"……"}
    bold = re.findall(r"\*\*(.+?)\*\*", CARE_IN["en"], re.DOTALL)
    named = {" ".join(one.split()) for one in bold if not one.endswith((":", "."))}
    assert len(quoted) > 50
    assert len(named) > 50
    assert sorted(quoted - _words_of_the_window("zh")) == []
    assert sorted(named - _words_of_the_window("en")) == []


GRADES = Policy().ranked


def test_care_shows_the_plans_of_the_first_start(spoken: str) -> None:
    rows = re.findall(r"^\| (.+) \| (.+) \| (.+) \| (.+) \|$", CARE_IN[spoken], re.MULTILINE)
    begin = next(
        at for at, row in enumerate(rows) if row[0] == plans.title(DEFAULT_PLANS[0], GRADES)
    )
    assert rows[begin : begin + len(DEFAULT_PLANS)] == [
        (
            plans.title(plan, GRADES),
            plans.whom(plan, GRADES),
            plans.when(plan),
            pgettext("plan", "on") if plan.enabled else pgettext("plan", "off"),
        )
        for plan in DEFAULT_PLANS
    ]


def test_care_names_the_defaults_of_the_settings() -> None:
    chosen = Habits()
    calls, tell = chosen.calls_a_day, f"{chosen.tell_at:%H:%M}".lstrip("0")
    since, until = (f"{at:%H:%M}".lstrip("0") for at in (chosen.quiet_from, chosen.quiet_until))
    for said in (
        f"「每天回访数」默认 {calls}",
        f"「每天提醒」默认 {tell}",
        f"默认 {since} 至 {until}",
    ):
        assert said in CARE_IN["zh"]
    for said in (
        f"**Callbacks a day** is {calls} by default",
        f"**Each day at**: {tell} by default",
        f"{since} to {until} by default",
    ):
        assert said in CARE_IN["en"]


def test_care_names_the_years_whose_holidays_are_known() -> None:
    found = [re.search(r"China from (\d+) to (\d+)", CARE), re.search(r"中国 (\d+)–(\d+) 年", CARE)]
    for years in found:
        assert years
        first, last = map(int, years.groups())
        known = [year for year in range(1990, 2101) if is_announced(year, CHINA)]
        assert known == list(range(first, last + 1))


def test_care_shows_what_may_stand_in_a_line(spoken: str) -> None:
    rows = re.findall(r"^\| (`\{.*?) \|", CARE_IN[spoken], re.MULTILINE)
    shown = re.findall(r"\{\w+\}", " ".join(rows))
    assert shown == [name for name, _meaning in templates.placeholders(i18n.language())[:-1]]


def test_care_says_the_same_in_both_languages() -> None:
    def shape(text: str) -> list[list[int]]:
        """How many points, steps and rows each section has; the last is for developers."""
        parts = re.split(r"^### ", text, flags=re.MULTILINE)[1:12]
        signs = ("^- ", r"^\d+\. ", r"^\|")
        return [[len(re.findall(sign, part, re.MULTILINE)) for sign in signs] for part in parts]

    assert len(shape(CARE_IN["zh"])) == 11
    assert shape(CARE_IN["zh"]) == shape(CARE_IN["en"])


def test_the_links_of_care_lead_somewhere() -> None:
    headings = re.findall(r"^##+ (.+)$", CARE, re.MULTILINE)
    places = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
    links = set(re.findall(r"\]\(#([^)]+)\)", CARE))
    assert len(links) > 20
    assert sorted(links - places) == []


def test_the_modules_that_care_names_are_there() -> None:
    named = set(re.findall(r"`((?:care|store|ui|exchange)/[\w/]+\.py)`", CARE))
    assert named
    assert sorted(named - _first_lines().keys()) == []

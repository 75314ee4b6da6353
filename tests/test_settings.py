"""This PC's preferences: kept, and never in the way when they are damaged."""

from dataclasses import fields
from pathlib import Path

import pytest

from custdesk.settings import Preferences, load

CHOSEN = {
    "language": "zh",
    "theme": "dark",
    "geometry": "AdnQywADAAA=",
    "list_width": 420,
    "panel_width": 300,
    "columns": ["name", "phone", "city"],
    "order": "spend",
    "descending": True,
    "folder": "/home/张丽华/文档",
}


def chosen(path: Path) -> Preferences:
    preferences = load(path)
    for name, value in CHOSEN.items():
        setattr(preferences, name, value)
    return preferences


def same(one: Preferences, other: Preferences) -> bool:
    names = [field.name for field in fields(one) if field.name != "path"]
    return all(getattr(one, name) == getattr(other, name) for name in names)


def test_what_was_chosen_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "config" / "preferences.toml"
    chosen(path).save()
    assert {name: getattr(load(path), name) for name in CHOSEN} == CHOSEN


def test_the_first_start_has_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "preferences.toml"
    assert same(load(path), Preferences())
    assert not path.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"theme = ",
        b"\x00\x01",
        b"\xff\xfe",
        b"[theme]\nx = 1",
        "theme = '暗'".encode("gb18030"),
    ],
)
def test_a_damaged_file_costs_only_the_preferences(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "preferences.toml"
    path.write_bytes(content)
    preferences = load(path)
    assert same(preferences, Preferences())
    preferences.theme = "dark"
    preferences.save()
    assert load(path).theme == "dark"


@pytest.mark.parametrize(
    "line",
    [
        "list_width = 'wide'",
        "list_width = true",
        "descending = 1",
        "columns = 'name'",
        "columns = ['name', 3]",
        "language = ['zh']",
        "path = 'x'",
        "unknown = 1",
    ],
)
def test_a_value_of_a_wrong_kind_has_its_default(tmp_path: Path, line: str) -> None:
    path = tmp_path / "preferences.toml"
    path.write_text(f'{line}\ntheme = "dark"\n', encoding="utf-8")
    preferences = load(path)
    assert preferences.theme == "dark"
    preferences.theme = "system"
    assert same(preferences, Preferences())


def test_a_folder_in_its_place_is_no_reason_to_disturb(tmp_path: Path) -> None:
    path = tmp_path / "preferences.toml"
    path.mkdir()
    load(path).save()
    assert path.is_dir()


def test_saving_leaves_no_half_file_beside(tmp_path: Path) -> None:
    path = tmp_path / "preferences.toml"
    chosen(path).save()
    chosen(path).save()
    assert [one.name for one in tmp_path.iterdir()] == ["preferences.toml"]


def test_in_memory_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Preferences(theme="dark").save()
    assert [*tmp_path.iterdir()] == []

"""The commands of docs: their words, their JSON, their exit status, and what they refuse."""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import pytest

from custdesk import i18n
from custdesk.cli import main
from tests.exchange.hostile_files import xlsx
from tests.helpers import DATA, TEA_SHOP, is_a_sentence

ROOT = Path(__file__).parents[1]
COMMANDS = ("", "import", "undo", "add", "search", "show", "due", "done", "profile",
            "grades", "insight", "export", "export-person", "erase", "backup", "restore", "lock",
            "unlock", "check", "sample", "tour")  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, with the customer file in it."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "home"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "home"))
    monkeypatch.setenv("CUSTDESK_DB", str(tmp_path / "customers.custdesk"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    i18n.use("en")
    for handler in [*logging.getLogger().handlers]:
        if isinstance(handler, RotatingFileHandler):
            logging.getLogger().removeHandler(handler)
            handler.close()


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> "Iterator[Command]":
    yield Command(capsys)


class Command:
    """Runs commands in this process: `run("add", "--name", "张丽华")`."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: object, status: int = 0) -> Said:
        self.capsys.readouterr()
        try:
            found = main([str(word) for word in words])
        except SystemExit as stop:
            found = int(str(stop.code or 0))
        out, err = self.capsys.readouterr()
        assert found == status, f"{words}: {found}\n{out}\n{err}"
        return Said(found, out, err)

    def refused(self, *words: object) -> str:
        """The one sentence with which a command is refused."""
        said = self(*words, status=1)
        assert said.out == ""
        [sentence] = said.err.splitlines()
        return sentence


def apart(*words: object, status: int = 0) -> Said:
    """The same as `custdesk` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "custdesk", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return Said(done.returncode, done.stdout, done.stderr)


# --- add, search, show ----------------------------------------------------------------------------


def test_add_and_search(run: Command) -> None:
    added = run("add", "--name", "张丽华", "--phone", "138 1234 5678", "--json").json
    expected = {
        "id": 1, "number": "0001", "name": "张丽华", "grade": "potential", "stage": "prospect",
        "phone": "+8613812345678",
    }  # fmt: skip
    assert added == expected
    assert run("search", "zlh", "--json").json == {"total": 1, "customers": [expected]}
    assert run("search", "5678").out == "0001\t张丽华\t138 1234 5678\n"
    assert run("search", "nobody", "--json").json == {"total": 0, "customers": []}


def test_search_lists_everyone_in_list_order_up_to_a_limit(run: Command) -> None:
    for name in ("张丽华", "曾国强", "李国强"):
        run("add", "--name", name)
    found = run("search", "", "--json").json
    assert [one["name"] for one in found["customers"]] == ["李国强", "曾国强", "张丽华"]
    found = run("search", "", "--limit", 2, "--json").json
    assert (found["total"], len(found["customers"])) == (3, 2)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("--birthday", "1968-11-21"), ("solar", 1968, 11, 21, False)),
        (("--birthday", "11-21"), ("solar", None, 11, 21, False)),
        (("--lunar-birthday", "1968-10-13"), ("lunar", 1968, 10, 13, False)),
        (("--lunar-birthday", "10-13"), ("lunar", None, 10, 13, False)),
        (("--lunar-birthday", "2020-04-08L"), ("lunar", 2020, 4, 8, True)),
    ],
)
def test_birthdays(run: Command, typed: tuple[str, str], expected: tuple[object, ...]) -> None:
    run("add", "--name", "张丽华", *typed)
    born = run("show", "0001", "--json").json["birthday"]
    assert tuple(born[name] for name in ("calendar", "year", "month", "day", "leap")) == expected
    assert date.fromisoformat(born["next"]) >= date.today()


@pytest.mark.parametrize("option", ["--birthday", "--lunar-birthday"])
@pytest.mark.parametrize("year", ["0001", "1874", "2099", "9999"])
def test_a_birthday_that_nobody_has(run: Command, option: str, year: str) -> None:
    said = run("add", "--name", "张丽华", option, f"{year}-03-05", status=1)
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert run("search", "", "--json").json["total"] == 0


def test_show_has_everything(run: Command) -> None:
    run("add", "--name", "张丽华", "--phone", "13812345678", "--email", "z@example.com")
    shown = run("show", "张丽华", "--json").json
    assert set(shown) >= {
        *("id", "number", "name", "grade", "stage", "phone", "contacts", "birthday", "purchases"),
        *("interactions", "follow_ups", "relations", "tags", "notes", "spend_12m_cents"),
        *("dates", "called", "quiet_from", "quiet_until"),
        "history",
    }
    assert shown["contacts"] == [
        {"kind": "phone", "value": "+8613812345678", "label": ""},
        {"kind": "email", "value": "z@example.com", "label": ""},
    ]
    assert (shown["birthday"], shown["spend_12m_cents"], shown["notes"]) == (None, 0, "")
    assert [one["kind"] for one in shown["follow_ups"]] == ["callback"]
    assert [one["label"] for one in shown["history"]] == ["Add 张丽华"]


def test_a_customer_is_named_by_number_or_by_an_unambiguous_search(run: Command) -> None:
    for name, phone in (("张丽华", "13812345678"), ("张丽", "13900001111")):
        run("add", "--name", name, "--phone", phone)
    assert run("show", "0002", "--json").json["name"] == "张丽"
    assert run("show", "2", "--json").json["name"] == "张丽"
    assert run("show", "5678", "--json").json["name"] == "张丽华"
    assert run("show", "张丽", "--json").json["name"] == "张丽"
    assert "0001 张丽华" in run.refused("show", "zl")
    assert "nobody" in run.refused("show", "nobody")


IN_WORDS = {
    "zh": [
        *("0002 张丽华", "1968年农历十月十三", "138 1234 5678", "和风茶舍"),
        *("称呼：张姐", "免打扰时间：12:00-14:00", "忌讳：猫", "标签：绿茶，茶友"),
        "结婚纪念日：每年，首次 2016年10月1日 · ",
        "会员卡：2020年3月31日 到期 · ",
        *("介绍人：李国强 0001", "老客户"),
    ],
    "en": [
        *("0002 张丽华", "10th lunar month, day 13, 1968", "138 1234 5678", "和风茶舍"),
        *("Called: 张姐", "Quiet hours: 12:00-14:00", "Taboos: 猫", "Tags: 绿茶, 茶友"),
        "结婚纪念日: every year, first on Oct 1, 2016 · ",
        "会员卡: ends on Mar 31, 2020 · Over: ",
        *("Referred by: 李国强 0001", "老客户"),
    ],
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_show_in_words(run: Command, home: Path, language: str) -> None:
    (home / "a.csv").write_text(
        "姓名,电话,农历生日,称呼,免打扰时段,忌讳,标签,重要日子,介绍人,公司,备注\n"
        "李国强,,,,,,,,,,\n"
        "张丽华,13812345678,1968-10-13,张姐,12:00-14:00,猫,绿茶；茶友,"
        "结婚纪念日 2016-10-01（每年）；会员卡 2020-03-31,李国强,和风茶舍,老客户\n",
        "utf-8",
    )
    run("import", "a.csv")
    told = run("--lang", language, "show", "0002").out.splitlines()
    to_do = [words for words in told if words.startswith(("跟进：", "Follow-up: "))]
    callback = "潜在 每 180 天回访" if language == "zh" else "Potential: a call every 180 days"
    assert any(words.endswith(f" · {callback}") for words in to_do)
    others = [words for words in told if words not in to_do]
    for words, expected in zip(others, IN_WORDS[language], strict=True):
        assert words.startswith(expected), told


# --- due and done ---------------------------------------------------------------------------------


def test_due_and_done(run: Command) -> None:
    today = date.today()
    born = today + timedelta(days=2)
    run("add", "--name", "张丽华", "--birthday", f"{born:%m-%d}")
    due = run("due", "--json").json
    assert due["on"] == today.isoformat()
    [one] = due["follow_ups"]
    assert {name: one[name] for name in ("customer", "customer_id", "kind", "overdue_days")} == {
        "customer": "张丽华", "customer_id": 1, "kind": "birthday", "overdue_days": 0,
    }  # fmt: skip
    assert (one["date"], one["due"]) == (born.isoformat(), today.isoformat())
    assert isinstance(one["id"], int) and "Birthday" in one["reason"]
    run("done", one["id"], "--outcome", "送了茶", "--channel", "wechat")
    assert run("due", "--json").json["follow_ups"] == []
    [talk] = run("show", "0001", "--json").json["interactions"]
    assert (talk["channel"], talk["outcome"]) == ("wechat", "送了茶")
    assert datetime.fromisoformat(talk["at"]).date() == today


def test_looking_ahead_and_back_writes_nothing(run: Command, home: Path) -> None:
    run("add", "--name", "张丽华", "--lunar-birthday", "10-13")
    before = run("undo", "--list", "--json").json
    for on, days in (("2020-01-01", 40), ("2090-01-01", 0), ("2030-06-01", 900)):
        due = run("due", "--on", on, "--days", days, "--json").json
        assert due["on"] == on
    assert run("undo", "--list", "--json").json == before
    assert run("check").out == "All is well.\n"


def test_due_in_another_year(run: Command) -> None:
    run("add", "--name", "张丽华", "--lunar-birthday", "1968-10-13")
    run("add", "--name", "李国强", "--birthday", "02-29")
    found = run("due", "--on", "2032-11-01", "--days", 30, "--json").json["follow_ups"]
    ahead = [(one["customer"], one["date"]) for one in found if one["date"] > "2032-11-01"]
    assert ahead == [("张丽华", "2032-11-15")]
    found = run("due", "--on", "2033-02-20", "--days", 10, "--json").json["follow_ups"]
    ahead = [(one["customer"], one["date"]) for one in found if one["date"] > "2033-02-20"]
    assert ahead == [("李国强", "2033-02-28")]


def test_what_was_done_another_day(run: Command) -> None:
    run("add", "--name", "张丽华")
    id = run("due", "--days", 200, "--json").json["follow_ups"][0]["id"]
    said = run("done", id, "--outcome", "打过电话", "--on", date.today().isoformat(), "--json").json
    assert said["customer_id"] == 1
    assert [one["kind"] for one in said["next"]] == ["callback"]
    assert is_a_sentence(run.refused("done", id, "--outcome", "再打"), "en")


# --- import, undo, export -------------------------------------------------------------------------


def test_import_and_undo(run: Command) -> None:
    said = run("import", TEA_SHOP / "customers_gb18030.csv", "--json").json
    assert set(said) >= {
        *("read", "created", "merged", "skipped", "rejected", "batch", "encoding", "mapping"),
        "rejects",
    }
    assert said["read"] == said["created"] + said["merged"] + said["skipped"] + said["rejected"]
    assert (said["read"], said["rejected"], said["encoding"]) == (820, 2, "gb18030")
    assert said["rejects"] == [
        {"line": 819, "reason": "There is no name."},
        {"line": 857, "reason": "There is no name."},
    ]
    assert run("search", "", "--json").json["total"] == 798
    assert run("undo", "--json").json["undone"] == "Import customers_gb18030.csv"
    assert run("search", "", "--json").json["total"] == 0
    assert run("check").out == "All is well.\n"
    assert is_a_sentence(run.refused("undo"), "en")


def test_a_workbook_that_would_end_the_process_gets_one_sentence(home: Path) -> None:
    corners = '<row r="1"><c r="A1"><v>1</v></c></row>'
    corners += '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    (home / "corners.xlsx").write_bytes(xlsx(corners))
    ran = subprocess.run(
        [sys.executable, "-m", "custdesk", "--lang", "en", "import", home / "corners.xlsx"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "corners.xlsx would unpack to more than this computer can hold.\n"
    assert not (home / "customers.custdesk").exists()


def test_import_says_what_it_did(run: Command, home: Path) -> None:
    said = run("import", TEA_SHOP / "customers.xlsx", "--rejects", home / "rejects.csv")
    assert said.out.startswith("customers.xlsx: 820 rows read, 798 new, 20 merged")
    assert said.err.count("\n") == 25
    assert (home / "rejects.csv").read_text(encoding="utf-8-sig").count("There is no name.") == 2


def test_rejected_rows_of_several_files_are_all_there(run: Command, home: Path) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        (home / name).write_text("姓名,手机\n,13812345678\n张伟,\n", encoding="utf-8")
    (home / "c.csv").write_text("姓名,手机\n李国强,\n", encoding="utf-8")
    (home / "rejects.csv").write_text("old", encoding="utf-8")
    run("import", "a.csv", "b.csv", "c.csv", "--rejects", "rejects.csv")
    assert (home / "rejects.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "File,Row,Reason,姓名,手机",
        "a.csv,2,There is no name.,,13812345678",
        "b.csv,2,There is no name.,,13812345678",
    ]


def test_a_place_for_rejected_rows_is_looked_at_first(run: Command, home: Path) -> None:
    (home / "a.csv").write_text("姓名,手机\n张伟,\n", encoding="utf-8")
    words = run.refused("import", "a.csv", "--rejects", home / "missing" / "rejects.csv")
    assert is_a_sentence(words, "en")
    assert not (home / "customers.custdesk").exists()


def test_rejected_rows_never_replace_what_is_read(run: Command, home: Path) -> None:
    (home / "a.csv").write_text("姓名,手机\n,13812345678\n", encoding="utf-8")
    assert is_a_sentence(run.refused("import", "a.csv", "--rejects", "a.csv"), "en")
    assert (home / "a.csv").read_text(encoding="utf-8") == "姓名,手机\n,13812345678\n"


def test_looking_at_the_place_changes_nothing_there(run: Command, home: Path) -> None:
    (home / "rejects.csv").write_text("old", encoding="utf-8")
    for place in ("rejects.csv", "new.csv"):
        run.refused("import", "missing.csv", "--rejects", place)
    assert (home / "rejects.csv").read_text(encoding="utf-8") == "old"
    assert not (home / "new.csv").exists()


def test_a_mapping_that_fits_only_the_first_file_imports_none(run: Command, home: Path) -> None:
    (home / "a.csv").write_text("姓名,代号\n张伟,绿茶\n", encoding="utf-8")
    (home / "b.csv").write_text("姓名,手机\n李国强,\n", encoding="utf-8")
    (home / "a.toml").write_text('"代号" = "tags"\n', encoding="utf-8")
    run.refused("import", "a.csv", "b.csv", "--mapping", "a.toml")
    assert not (home / "customers.custdesk").exists()


def test_the_sheets_that_were_not_imported_are_named(run: Command, home: Path) -> None:
    from xlsxwriter import Workbook

    with Workbook(home / "a.xlsx") as book:
        for name in ("会员", "老客户"):
            book.add_worksheet(name).write_column(0, 0, ["姓名", "张伟"])
    said = run("import", "a.xlsx")
    assert "老客户" in said.err and "Row" not in said.err
    assert [one["line"] for one in run("import", "a.xlsx", "--json").json["warnings"]] == [0, 2]


def test_a_dry_run_makes_nothing_not_even_the_file(run: Command, home: Path) -> None:
    said = run("import", TEA_SHOP / "customers.xlsx", "--dry-run", "--json").json
    assert (said["created"], said["batch"]) == (798, None)
    assert not (home / "customers.custdesk").exists()


def test_several_files_are_several_documents(run: Command) -> None:
    said = run("import", TEA_SHOP / "customers.xlsx", TEA_SHOP / "purchases.csv", "--json").json
    assert [(one["read"], one["created"]) for one in said] == [(820, 798), (3769, 3769)]
    spent = run("show", "0001", "--json").json
    assert spent["purchases"][0]["lines"][0] == {
        "product": "茶漏", "quantity": 1.0, "amount_cents": 5800,
    }  # fmt: skip


def test_one_bad_file_among_several_imports_none(run: Command, home: Path) -> None:
    run.refused("import", TEA_SHOP / "customers.xlsx", home / "missing.csv")
    assert not (home / "customers.custdesk").exists()


def test_choices_of_an_import(run: Command, home: Path) -> None:
    (home / "a.csv").write_text("谁,电话,什么\n张丽华,13812345678,绿茶\n", encoding="utf-8")
    (home / "a.toml").write_text('"谁" = "name"\n"什么" = "tags"\n', encoding="utf-8")
    run("import", "a.csv", "--mapping", "a.toml", "--kind", "customers")
    assert run("show", "zlh", "--json").json["tags"] == ["绿茶"]
    again = ("import", "a.csv", "--mapping", "a.toml", "--json", "--on-duplicate")
    assert run(*again, "skip").json["skipped"] == 1


def test_undo_lists_the_last_changes(run: Command) -> None:
    run("add", "--name", "张丽华")
    run("add", "--name", "李国强")
    run("undo")
    listed = run("undo", "--list", "--json").json
    assert [(one["label"], one["undone"]) for one in listed] == [
        ("Add 李国强", True),
        ("Add 张丽华", False),
    ]
    assert run("undo", "--list").out.count("\n") == 2


def test_one_step_of_the_list_is_taken_back(run: Command) -> None:
    run("add", "--name", "张丽华")
    run("add", "--name", "李国强")
    first = run("undo", "--list", "--json").json[-1]["id"]
    assert run("undo", "--list").out.splitlines()[-1].split("\t")[0] == str(first)
    assert run("undo", "--step", first).out == "Undone: Add 张丽华\n"
    assert [one["name"] for one in run("search", "", "--json").json["customers"]] == ["李国强"]
    listed = run("undo", "--list", "--json").json
    assert [(one["label"], one["taken_back"]) for one in listed] == [
        ("Take back: Add 张丽华", False),
        ("Add 李国强", False),
        ("Add 张丽华", True),
    ]
    assert run("undo", "--list").out.splitlines()[-1].endswith("taken back")
    assert run.refused("undo", "--step", first) == "This was taken back already."
    assert "--step" in run("undo", "--help").out


def test_an_import_that_is_taken_back_says_who_stayed(run: Command, home: Path) -> None:
    rows = "姓名,电话\n张丽华,13812345678\n李国强,13812345679\n"
    (home / "a.csv").write_text(rows, encoding="utf-8")
    step = run("import", "a.csv", "--json").json["batch"]
    callback = run("show", "zlh", "--json").json["follow_ups"][0]["id"]
    run("done", callback, "--outcome", "聊过了")
    said = run("undo", "--step", step, "--json").json
    assert said == {"undone": "Import a.csv", "id": step, "stayed": 1, "names": ["张丽华"]}
    assert [one["name"] for one in run("search", "", "--json").json["customers"]] == ["张丽华"]


def test_a_customer_is_shown_with_what_changed(run: Command) -> None:
    run("add", "--name", "张丽华", "--phone", "13812345678")
    [change] = run("show", "zlh", "--json").json["history"]
    assert change["label"] == "Add 张丽华"
    assert {"field": "Phone", "from": "", "to": "138 1234 5678"} in change["changes"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_export(run: Command, home: Path, ending: str) -> None:
    run("import", TEA_SHOP / "contacts_android.vcf")
    assert run("export", f"out.{ending}").out == "200 customers written.\n"
    said = run("--db", "fresh.custdesk", "import", f"out.{ending}", "--json").json
    assert (said["read"], said["created"], said["rejected"]) == (200, 200, 0)


def test_export_of_the_calendar(run: Command, home: Path) -> None:
    assert run("add", "--name", "张丽华", "--birthday", "1968-12-01")
    assert run("export", "out.ICS").out == "3 calendar entries written.\n"
    written = (home / "out.ICS").read_text("utf-8")
    assert "SUMMARY:张丽华 · Birthday: Dec 1\\, 1968" in written
    run("--lang", "zh", "export", "out.ics")
    assert "SUMMARY:张丽华 · 生日 1968年12月1日" in (home / "out.ics").read_text("utf-8")


def test_profiles(run: Command, home: Path) -> None:
    for name in ("张丽华", "李国强"):
        run("add", "--name", name)
    assert run("profile", "0001", "-o", "one.pdf").out == "one.pdf\n"
    run("profile", "0001", "李国强", "--client-safe", "-o", "two.pdf")
    run("profile", "--all", "-o", "all.pdf")
    run("profile", "--grade", "potential", "-o", "grade.pdf")
    assert all(
        (home / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        for name in ("one", "two", "all", "grade")
    )


@pytest.fixture
def segment(run: Command, home: Path) -> str:
    """A segment with 张丽华 in it, and not 李国强."""
    from custdesk.insight import segment_rules, segments
    from custdesk.insight.segment_fields import How
    from custdesk.opening import open_store

    for name in ("张丽华", "李国强"):
        run("add", "--name", name)
    store = open_store(home / "customers.custdesk", datetime.now)
    with store.write("Segments") as db:
        segments.add(db, "姓张的", segment_rules.Test("name", How.CONTAINS, ("张",)))
        segments.add(db, "没有人", segment_rules.Test("name", How.CONTAINS, ("王",)))
    store.close()
    return "姓张的"


def test_who_is_in_a_segment_is_exported_and_printed(
    run: Command, home: Path, segment: str
) -> None:
    assert run("export", "some.csv", "--segment", segment).out == "1 customer written.\n"
    written = (home / "some.csv").read_text("utf-8-sig")
    assert "张丽华" in written and "李国强" not in written
    run("profile", "--segment", segment, "-o", "some.pdf")
    assert (home / "some.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("export", "a.csv", "--segment", "别的"), "There is no segment 别的."),
        (("profile", "-o", "a.pdf", "--segment", "别的"), "There is no segment 别的."),
        (("profile", "-o", "a.pdf", "--segment", "没有人"), "Nobody is in the segment 没有人."),
        (
            ("export", "a.ics", "--segment", "姓张的"),
            "Only a table can be narrowed to a segment. Choose .csv or .xlsx.",
        ),
    ],
)
def test_a_segment_that_cannot_be_meant(
    run: Command, home: Path, segment: str, words: tuple[str, ...], sentence: str
) -> None:
    assert run(*words, status=1).err.strip() == sentence
    assert not (home / words[1]).exists() and not (home / "a.pdf").exists()


# --- check ----------------------------------------------------------------------------------------


def test_check_says_what_is_wrong_and_repairs_it(run: Command, home: Path) -> None:
    import sqlcipher3.dbapi2 as sqlite

    run("add", "--name", "张丽华")
    connection = sqlite.connect("customers.custdesk")
    connection.execute("UPDATE standing SET spend_12m_cents = 5")
    connection.commit()
    connection.close()
    assert "do not agree" in run("check", status=1).out
    run("check", "--repair", status=1)
    assert run("check").out == "All is well.\n"


def damage(path: Path, tree: str) -> bytes:
    """Lose the first page of a table; the file as it is then."""
    import sqlcipher3.dbapi2 as sqlite

    connection = sqlite.connect(str(path))
    [(page,)] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (tree,))
    connection.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = bytes(4096)
    path.write_bytes(content)
    return bytes(content)


def test_check_saves_what_can_be_saved_of_a_damaged_file(run: Command, home: Path) -> None:
    path = home / "customers.custdesk"
    run("add", "--name", "张丽华", "--phone", "138 1234 5678")
    damaged = damage(path, "customer")
    said = run("check", status=1)
    assert "check --repair" in said.err and len(said.err.splitlines()) == 1
    assert is_a_sentence(said.out.strip(), "en")
    assert path.read_bytes() == damaged
    said = run("check", "--repair", status=1)
    assert "Saved: 1 customer, 1 phone or address" in said.out
    assert "“0001 张丽华”" in said.out
    [aside] = home.glob("customers-damaged-*.custdesk")
    assert f"The damaged file is kept in {aside.name}." in said.out
    assert aside.read_bytes() == damaged
    assert run("check").out == "All is well.\n"
    assert run("search", "zlh").out == "0001\t张丽华\t138 1234 5678\n"
    assert {one.name for one in home.iterdir()} <= {path.name, aside.name, "home"}


def test_check_names_the_last_good_backup_of_a_damaged_file(run: Command, home: Path) -> None:
    from custdesk.store import backup
    from custdesk.store.connecting import connect

    path = home / "customers.custdesk"
    run("add", "--name", "张丽华")
    connection = connect(path)
    made = backup.make(connection, path, None, datetime(2026, 11, 20, 18), backup.Reason.DAILY)
    connection.close()
    damage(path, "purchase")
    said = run("check", "--repair", status=1)
    assert f"has 1 customer: {made.path}" in said.out


@pytest.mark.parametrize("content", [b"no customer file", bytes(9000), b"\x00\xff" * 4096])
def test_check_leaves_alone_what_is_no_customer_file(
    run: Command, home: Path, content: bytes
) -> None:
    path = home / "customers.custdesk"
    path.write_bytes(content)
    for words in (("check",), ("check", "--repair")):
        said = run(*words, status=1)
        assert "damaged" in said.out
        assert path.read_bytes() == content
    assert said.out.endswith("Nothing could be saved.\n")


@pytest.mark.parametrize(
    "words",
    [
        *(("export", f"a.{ending}") for ending in ("csv", "xlsx", "ics")),
        ("export-person", "zlh", "a.json"),
        ("profile", "--all", "-o", "a.pdf"),
    ],
)
def test_a_folder_that_does_not_exist_is_said(
    run: Command, home: Path, words: tuple[str, ...]
) -> None:
    run("add", "--name", "张丽华", "--birthday", "11-21")
    *before, name = words
    folder = home / "none"
    said = run(*before, folder / name, status=1)
    assert (said.out, said.err) == ("", f"There is no folder {folder}. Choose another one.\n")


# --- wrong usage and bad input --------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("add",),
        ("dance",),
        ("search",),
        ("due", "--on", "tomorrow"),
        ("due", "--days", "-1"),
        ("done", "first", "--outcome", "x"),
        ("done", "1"),
        ("add", "--name", "x", "--birthday", "11-21", "--lunar-birthday", "10-13"),
        ("import",),
        ("import", "a.csv", "--on-duplicate", "perhaps"),
        ("--lang", "fr", "check"),
        ("due", "--on", "2026-02-30"),
        ("due", "--on", "1850-01-01"),
        ("due", "--on", "9999-12-31"),
        ("due", "--days", "999999999"),
        ("due", "--days", "40000"),
        ("due", "--days", "many"),
        ("due", "--days"),
        ("due", "--on"),
        ("due", "--d", "3", "--o=2026-11-21", "TODAY"),
        ("done", "99999999999999999999", "--outcome", "x"),
        ("done", "0", "--outcome", "x"),
        ("done", "1", "--outcome", "x", "--on", "0001-01-01"),
        ("search", "", "--limit", "99999999999999999999"),
        ("search", "", "--json=yes"),
        ("sample", "--customers", "99999999999999999999"),
        ("sample", "--seed", "x"),
        ("tour",),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_wrong_usage_is_status_2(run: Command, words: tuple[str, ...], language: str) -> None:
    """It says what is wrong in the language spoken, and names no function of ours."""
    said = run("--lang", language, *words, status=2)
    assert said.out == ""
    assert ("用法：custdesk" if language == "zh" else "usage: custdesk") in said.err
    *_usage, wrong = said.err.splitlines()
    assert not re.search(r"\b_\w+|\bint\b|None|[{}]", wrong), wrong
    assert bool(re.search("[一-鿿]", wrong)) == (language == "zh"), wrong
    if language == "zh":
        assert not _english(wrong.partition("：错误：")[2]), wrong


def _english(words: str) -> list[str]:
    """Words of English that a reader of Chinese would meet; what one types as it is apart."""
    typed = r"“.*?”|'.*?'|\{.*?\}|\[.*?\]|--?[a-z][\w-]*|\S*[/.]\S*|CustDesk"
    commands = "|".join(COMMANDS[1:])
    words = re.sub(rf"{typed}|^ +({commands})\b", " ", words, flags=re.MULTILINE)
    return re.findall(r"[a-z]{2,}", words)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_in_chinese_has_no_english(run: Command, command: str) -> None:
    helped = run("--lang", "zh", *filter(None, [command]), "--help").out
    assert "显示本帮助" in helped
    _usage, *parts = helped.split("\n\n")
    assert not _english("\n\n".join(parts))


def test_help_in_both_languages(run: Command) -> None:
    assert "import customers" in run("--help").out
    assert "导入" in run("--lang", "zh", "--help").out
    assert "show this help message and exit" in run("--lang", "en", "--help").out


def test_due_as_far_as_it_may_be_asked(run: Command) -> None:
    """A lunar birthday, of which nothing is known after 2100, hides no callback."""
    run("add", "--name", "张丽华", "--lunar-birthday", "10-13")
    for words in (("--days", 36600), ("--on", "2199-12-31", "--days", 36600)):
        found = run("due", *words, "--json").json["follow_ups"]
        assert "callback" in {one["kind"] for one in found}
    assert run("due", "--on", "1901-01-01", "--json").json["follow_ups"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_done_for_somebody_in_the_trash(run: Command, home: Path, language: str) -> None:
    from custdesk.opening import open_store
    from custdesk.people import customers

    run("add", "--name", "张丽华", "--birthday", "11-22")
    task = run("due", "--days", 366, "--json").json["follow_ups"][0]["id"]
    store = open_store(home / "customers.custdesk", datetime.now)
    with store.write("Trash") as db:
        customers.trash(db, [1], store.clock())
    store.close()
    sentence = run.refused("--lang", language, "done", task, "--outcome", "好")
    assert is_a_sentence(sentence, language), sentence


def empty(path: Path) -> None:
    path.write_bytes(b"")


def letter(path: Path) -> None:
    path.write_text("亲爱的朋友：\n\n好久不见。\n", encoding="utf-8")


def picture(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 200)


def password(path: Path) -> None:
    path.write_bytes((DATA / "workbooks" / "password.xlsx").read_bytes())


def folder(path: Path) -> None:
    path.mkdir()


def missing(_path: Path) -> None:
    pass


def truncated(path: Path) -> None:
    content = (TEA_SHOP / "customers.xlsx").read_bytes()
    path.write_bytes(content[: len(content) // 2])


def damaged_inside(path: Path) -> None:
    content = bytearray((TEA_SHOP / "customers.xlsx").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = b"\x00" * 2000
    path.write_bytes(content)


def one_long_line(path: Path) -> None:
    """200 MB in one line; sparse, so that it costs no disk."""
    with path.open("wb") as file:
        file.write("姓名,手机\n张丽华,".encode())
        file.truncate(200_000_000)


def one_long_line_of_text(path: Path) -> None:
    path.write_bytes("姓名,手机\n".encode() + b"x" * 30_000_000)


BAD_FILES = (
    *(empty, letter, picture, password, folder, missing, truncated, damaged_inside),
    *(one_long_line, one_long_line_of_text),
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("make", BAD_FILES)
def test_a_bad_file_is_refused_in_one_sentence_and_changes_nothing(
    run: Command, home: Path, make: Any, language: str
) -> None:
    run("add", "--name", "张丽华")
    before = (home / "customers.custdesk").read_bytes()
    make(home / "bad.csv")
    sentence = run.refused("--lang", language, "import", home / "bad.csv")
    assert is_a_sentence(sentence, language), sentence
    assert (home / "customers.custdesk").read_bytes() == before


def foreign(path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("make", [letter, picture, foreign, folder])
def test_a_database_that_is_none_is_refused_and_left_alone(
    run: Command, home: Path, make: Any, language: str
) -> None:
    path = home / "bad.custdesk"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    for words in (["search", ""], ["add", "--name", "x"], ["import", TEA_SHOP / "customers.xlsx"]):
        sentence = run.refused("--lang", language, "--db", path, *words)
        assert is_a_sentence(sentence, language), sentence
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ("show", "nobody"),
        ("done", 77, "--outcome", "x"),
        ("undo",),
        ("add", "--name", " "),
        ("add", "--name", "x", "--phone", "12345"),
        ("add", "--name", "x", "--email", "x"),
        ("add", "--name", "x", "--birthday", "1968-02-30"),
        ("add", "--name", "x", "--birthday", "soon"),
        ("add", "--name", "x", "--birthday", "11-21L"),
        ("add", "--name", "x", "--lunar-birthday", "2026-10-13L"),
        ("profile", "-o", "a.pdf"),
        ("profile", "nobody", "-o", "a.pdf"),
        ("profile", "--grade", "gold", "-o", "a.pdf"),
        ("profile", "--all", "-o", "missing/a.pdf"),
        ("export", "a.txt"),
        ("export", "missing/a.csv"),
        ("export", "missing/a.xlsx"),
        ("export", "a.ics"),
        ("import", TEA_SHOP / "customers.xlsx", "--mapping", "missing.toml"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    run: Command, home: Path, words: tuple[object, ...], language: str
) -> None:
    run("--db", "empty.custdesk", "add", "--name", "张丽华")
    run("--db", "empty.custdesk", "undo")
    before = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}
    sentence = run.refused("--lang", language, "--db", "empty.custdesk", *words)
    assert is_a_sentence(sentence, language), sentence
    assert {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    "words", [("search", ""), ("due",), ("export", "a.csv"), ("check",), ("undo",)]
)
def test_a_missing_customer_file_is_not_made_by_looking(
    run: Command, home: Path, words: tuple[str, ...]
) -> None:
    assert "customers.custdesk" in run.refused(*words)
    assert not (home / "customers.custdesk").exists()


def test_a_mistake_of_ours_is_one_sentence_and_goes_to_the_log(
    run: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from custdesk.people import customers

    def broken(*_given: object) -> None:
        raise ZeroDivisionError("张丽华 13812345678")

    monkeypatch.setattr(customers, "next_number", broken)
    said = run("add", "--name", "张丽华", status=1)
    assert said.out == "" and said.err.count("\n") == 1 and "Traceback" not in said.err
    log = next((home / "home").rglob("*.log")).read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log and "张丽华" not in log and "1381" not in log


# --- in a process of its own ----------------------------------------------------------------------


def test_the_story_from_start_to_end(home: Path) -> None:
    """Import, find, see what is due, mark it done, print, undo: as somebody types it."""
    assert apart("--lang", "en", "import", TEA_SHOP / "customers.xlsx").err.count("no name") == 2
    [found] = apart("search", "张𬭎", "--json").json["customers"]
    assert found["number"] == "0314"
    due = apart("due", "--on", "2099-01-01", "--json").json["follow_ups"]
    callback = next(one for one in due if one["customer_id"] == found["id"] and one["id"])
    apart("done", callback["id"], "--outcome", "聊过了")
    assert apart("show", "0314", "--json").json["interactions"][0]["outcome"] == "聊过了"
    apart("profile", "0314", "-o", "profile.pdf")
    assert (home / "profile.pdf").stat().st_size > 5_000
    assert "聊过了" not in apart("--lang", "zh", "undo").out
    assert apart("show", "0314", "--json").json["interactions"] == []
    apart("check")


def test_the_system_s_language_is_spoken(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert re.search(r"[\u4e00-\u9fff]", apart("check", status=1).err)


def test_chinese_is_printed_whatever_the_terminal_s_encoding(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    apart("add", "--name", "张𬭎")
    assert "张𬭎" in apart("search", "").out


def test_a_reader_that_goes_away_is_no_mistake(home: Path) -> None:
    apart("import", TEA_SHOP / "customers.xlsx")
    command = f'"{sys.executable}" -m custdesk search "" | head -1'
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr


@pytest.mark.parametrize("command", [["profile", "--all", "-o"], ["export"]])
def test_the_customer_file_is_never_written_over(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = tmp_path / "mine.custdesk"
    assert main(["--lang", "en", "--db", str(db), "add", "--name", "张丽华"]) == 0
    before = db.read_bytes()
    assert main(["--lang", "en", "--db", str(db), *command, str(db)]) == 1
    assert "overwritten" in capsys.readouterr().err
    assert db.read_bytes() == before


# --- the file as a whole --------------------------------------------------------------------------


def test_backup_and_restore(run: Command, home: Path) -> None:
    run("add", "--name", "张丽华")
    assert "1" in run("backup", "week.custdesk").out
    run("add", "--name", "李国强")
    said = run("restore", "week.custdesk").out
    assert run("search", "").out == "0001\t张丽华\t\n"
    (aside,) = (home / "customers-backups").iterdir()
    assert aside.name.endswith("-restore-2.custdesk") and str(aside) in said
    assert run("check").out


def test_a_backup_never_writes_over_a_file(run: Command, home: Path) -> None:
    run("add", "--name", "张丽华")
    (home / "letter.txt").write_text("dear")
    assert "overwritten" in run.refused("--lang", "en", "backup", "letter.txt")
    assert (home / "letter.txt").read_text() == "dear"
    assert run.refused("backup", "no/such/folder/x.custdesk")
    assert run.refused("restore", "letter.txt")
    assert run.refused("restore", "nowhere.custdesk")
    assert run("search", "").out == "0001\t张丽华\t\n"


def test_lock_and_unlock(run: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", "--name", "张丽华", "--phone", "13812345678")
    run("backup", "before.custdesk")
    assert "CUSTDESK_PASSPHRASE" in run.refused("lock")
    monkeypatch.setenv("CUSTDESK_PASSPHRASE", "12345")
    assert run.refused("lock")
    monkeypatch.setenv("CUSTDESK_PASSPHRASE", "爱喝龙井的人")
    run("lock")
    assert "张丽华".encode() not in (home / "customers.custdesk").read_bytes()
    assert run("search", "zlh").out == "0001\t张丽华\t138 1234 5678\n"
    monkeypatch.setenv("CUSTDESK_NEW_PASSPHRASE", "another one")
    run("lock")
    assert "passphrase" in run.refused("--lang", "en", "search", "zlh")
    monkeypatch.setenv("CUSTDESK_PASSPHRASE", "another one")
    assert run("check").out
    run("unlock")
    monkeypatch.delenv("CUSTDESK_PASSPHRASE")
    assert run("search", "zlh").out == "0001\t张丽华\t138 1234 5678\n"
    assert run.refused("unlock")


def test_no_command_reads_a_locked_file_without_its_passphrase(
    run: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", "--name", "张丽华")
    monkeypatch.setenv("CUSTDESK_PASSPHRASE", "爱喝龙井的人")
    run("lock")
    before = (home / "customers.custdesk").read_bytes()
    for typed in ("", "爱喝龙井"):
        monkeypatch.setenv("CUSTDESK_PASSPHRASE", typed)
        for words in (["search", ""], ["show", "0001"], ["due"], ["add", "--name", "x"], ["check"],
                      ["undo"], ["export", "all.csv"], ["export", "all.ics"], ["unlock"],
                      ["backup", "b.custdesk"], ["restore", "customers.custdesk"],
                      ["profile", "--all", "-o", "p.pdf"],
                      ["import", TEA_SHOP / "customers.xlsx"]):  # fmt: skip
            sentence = run.refused("--lang", "zh", *words)
            assert is_a_sentence(sentence.replace("CUSTDESK_PASSPHRASE", "x"), "zh"), words
    assert (home / "customers.custdesk").read_bytes() == before
    left = {file.name for file in home.iterdir()} - {"home"}
    assert left == {"customers.custdesk"}


def test_a_large_import_makes_a_backup_first(run: Command, home: Path) -> None:
    run("import", TEA_SHOP / "customers.xlsx")
    assert not (home / "customers-backups").exists()  # of nobody
    run("import", TEA_SHOP / "purchases.csv")
    (made,) = (home / "customers-backups").iterdir()
    assert "-import-" in made.name


# --- personal data --------------------------------------------------------------------------------


def test_show_tells_of_consent(run: Command) -> None:
    run("add", "--name", "张丽华")
    shown = run("show", "0001", "--json").json
    assert (shown["consented_on"], shown["do_not_contact"]) == (None, False)


def test_everything_held_on_one_person(run: Command, home: Path) -> None:
    run("add", "--name", "张丽华", "--phone", "13812345678")
    run("add", "--name", "李国强")
    assert run("export-person", "zlh", home / "z.json").out.strip() == str(home / "z.json")
    document = json.loads((home / "z.json").read_text("utf-8"))
    assert document["customer"]["name"] == "张丽华"
    assert document["held"]["contact_point"][0]["value"] == "+8613812345678"
    assert "李国强" not in json.dumps(document, ensure_ascii=False)
    run("export-person", "zlh", home / "z.pdf")
    assert (home / "z.pdf").read_bytes().startswith(b"%PDF")


def test_everything_held_goes_to_json_or_pdf_only(run: Command, home: Path) -> None:
    run("add", "--name", "张丽华")
    assert ".json" in run.refused("export-person", "zlh", home / "z.txt")
    assert run.refused("export-person", "zlh", home / "none" / "z.json")
    assert run.refused("export-person", "zlh", os.environ["CUSTDESK_DB"])


def test_nothing_is_erased_without_yes(run: Command) -> None:
    run("add", "--name", "张丽华", "--phone", "13812345678")
    sentence = run.refused("erase", "zlh")
    assert "1 customer, 1 phone or address" in sentence
    assert "--yes" in sentence
    assert run("search", "", "--json").json["total"] == 1


def test_erased_with_a_receipt(run: Command, home: Path) -> None:
    run("add", "--name", "张丽华", "--phone", "13812345678")
    run("add", "--name", "李国强")
    said = run("erase", "zlh", "--yes", "--receipt", home / "receipt.pdf").out
    assert "1 customer" in said
    assert "张丽华" not in said
    assert (home / "receipt.pdf").read_bytes().startswith(b"%PDF")
    assert "张丽华" not in run("undo", "--list").out
    assert [one["name"] for one in run("search", "", "--json").json["customers"]] == ["李国强"]
    assert "张丽华".encode() not in (home / "customers.custdesk").read_bytes()
    assert run("check").out.strip() == "All is well."


def test_a_receipt_that_cannot_be_written_is_told_before(run: Command, home: Path) -> None:
    run("add", "--name", "张丽华")
    assert run.refused("erase", "zlh", "--yes", "--receipt", home / "none" / "r.pdf")
    assert run.refused("erase", "zlh", "--yes", "--receipt", home / "r.txt")
    assert run("search", "", "--json").json["total"] == 1


# --- insight --------------------------------------------------------------------------------------


@pytest.fixture
def shop(run: Command, home: Path) -> Command:
    """Two who bought, one long ago, and one who never did."""
    customers = home / "customers.csv"
    customers.write_text(
        "编号,姓名,建档日期\n1,张三,2024-01-02\n2,李四,2024-01-02\n3,王五,2026-11-01\n", "utf-8"
    )
    purchases = home / "purchases.csv"
    purchases.write_text(
        "编号,日期,金额\n1,2024-02-01,100\n1,2024-03-01,50.5\n2,2024-02-20,20\n2,2024-02-21,-20\n"
        "2,2024-03-05,300\n",
        "utf-8",
    )
    run("import", customers, "--kind", "customers")
    run("import", purchases, "--kind", "purchases")
    return run


def test_insight_gives_the_figures_of_a_day(shop: Command) -> None:
    said = shop("insight", "--on", "2024-03-10", "--json").json
    assert said["stages"] == {"prospect": 0, "new": 2, "active": 0, "loyal": 0, "lapsed": 0}
    chances = [one.pop("churn_score") for one in said["customers"]]
    assert all(0 < chance < 1 for chance in chances)
    nothing_to_say: dict[str, object] = {
        "expected_purchases_12m": None,
        "lifetime_value_cents": None,
        "reasons": [],
        "expected_loss_cents": None,
    }
    assert said["customers"] == [
        {
            **{
                "id": 1,
                "number": "1",
                "name": "张三",
                "grade": "potential",
                "stage": "new",
                "recency_days": 9,
            },
            **{"frequency": 2, "monetary_cents": 150_50, "r": 2, "f": 4, "m": 2},
            **nothing_to_say,
        },
        {
            **{
                "id": 2,
                "number": "2",
                "name": "李四",
                "grade": "potential",
                "stage": "new",
                "recency_days": 5,
            },
            **{"frequency": 1, "monetary_cents": 300_00, "r": 4, "f": 2, "m": 4},
            **nothing_to_say,
        },
    ]


def test_insight_of_today_knows_who_never_bought(shop: Command) -> None:
    said = shop("insight", "--json").json
    assert said["stages"]["prospect"] == 1
    assert said["stages"]["lapsed"] == 2
    never = said["customers"][2]
    assert never["name"] == "王五"
    keys = ("recency_days", "frequency", "monetary_cents", "r", "f", "m", "churn_score")
    assert [never[key] for key in keys] == [None] * len(keys)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Lapsed\t2", "Spent so far", "¥150.50")), ("zh", ("¥150.50",))],
)
def test_insight_is_readable(shop: Command, language: str, words: tuple[str, ...]) -> None:
    said = shop("--lang", language, "insight", "--on", "2024-09-10")
    assert [one for one in words if one not in said.out] == []
    rows = said.out.split("\n\n")[1].splitlines()
    assert {row.count("\t") for row in rows} == {13}
    assert [row.split("\t")[6:10] for row in rows[1:]] == [["—"] * 4] * 2  # too few to compare
    assert "2" in said.err

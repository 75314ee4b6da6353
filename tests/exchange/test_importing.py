"""The tea shop's files, as a careful person reads them; and everything that an import promises."""

import json
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import text
from xlsxwriter import Workbook

from custdesk.errors import Cancelled, CustdeskError
from custdesk.exchange import importing
from custdesk.exchange.fields import Kind
from custdesk.exchange.headers import guess_mapping
from custdesk.exchange.importing import Choices, import_file, read_mapping_file, write_rejects
from custdesk.exchange.outcome import OnDuplicate, Result
from custdesk.insight import policies
from custdesk.insight.policies import GradeRule, Policy
from custdesk.people import customers, history
from custdesk.store.models import REGULAR, VIP, Gender
from custdesk.store.store import Store
from tests.helpers import (
    TEA_SHOP,
    add,
    bring_in,
    contacts,
    contents,
    customer,
    edit,
    faults,
    find,
    found_ids,
    is_a_sentence,
    labels,
    names,
    restore,
    trash,
)

TABLES = ("customers_gb18030.csv", "customers_utf16.tsv", "customers.xlsx")
CARDS = "contacts_android.vcf"
FILES = (*TABLES, CARDS)


@cache
def truth() -> dict[str, object]:
    found: dict[str, object] = json.loads((TEA_SHOP / "truth.json").read_text(encoding="utf-8"))
    return found


@cache
def people() -> dict[str, tuple[str, str, tuple[object, ...] | None]]:
    """Number to name, phone and birthday, of those who have a name."""
    found = truth()["people"]
    assert isinstance(found, dict)
    return {
        number: (
            one["name"].strip().removesuffix("（老客户）"),
            "+86" + one["phone"],
            tuple(one["birthday"]) if isinstance(one["birthday"], list) else None,
        )
        for number, one in found.items()
        if one["name"]
    }


def by_number(store: Store) -> dict[str, int]:
    """Every number, present or former, and whose it is."""
    with store.read() as db:
        rows = db.execute(
            text(
                "SELECT number, id FROM customer"
                " UNION SELECT number, customer_id FROM former_number"
            )
        )
        return {number: id for number, id in rows}


def read_back(store: Store, id: int) -> tuple[str, list[str], tuple[object, ...] | None]:
    one = customer(store, id)
    born = customers.birthday_of(one)
    said = (born.calendar.value, born.year, born.month, born.day) if born else None
    return one.name, contacts(store, id), said


def from_text(
    store: Store, folder: Path, words: str, name: str = "a.csv", **chosen: object
) -> Result:
    path = folder / name
    path.write_text(words, encoding="utf-8")
    return import_file(store, path, Choices(**chosen))  # type: ignore[arg-type]


def counts(result: Result) -> tuple[int, int, int, int, int]:
    return (
        *(result.read, result.created, result.merged, result.skipped),
        len(result.rejects),
    )


# --- the tea shop ---------------------------------------------------------------------------------


@pytest.mark.parametrize("file", TABLES)
def test_each_table_alone(store: Store, file: str) -> None:
    result = bring_in(store, file)
    assert counts(result) == (820, 798, 20, 0, 2)
    assert result.read == truth()["rows"]
    owners = by_number(store)
    assert owners.keys() == people().keys()
    assert [one.cells[0] for one in result.rejects] == truth()["no_name"] == ["0693", "0725"]
    assert [one.remark.words for one in result.rejects] == ["There is no name."] * 2
    wrong = {
        number: (read_back(store, owners[number]), expected)
        for number, expected in people().items()
        if not _agrees(read_back(store, owners[number]), expected)
    }
    assert wrong == {}
    assert faults(store) == []


def _agrees(
    read: tuple[str, list[str], tuple[object, ...] | None],
    expected: tuple[str, str, tuple[object, ...] | None],
) -> bool:
    return (read[0], read[2]) == (expected[0], expected[2]) and read[1] == [expected[1]]


@pytest.mark.parametrize("file", TABLES)
def test_those_who_are_in_the_table_twice_become_one(store: Store, file: str) -> None:
    bring_in(store, file)
    owners = by_number(store)
    twice = truth()["twice"]
    assert isinstance(twice, list) and len(twice) == 20
    assert all(owners[first] == owners[second] for first, second in twice)


def test_the_cards(store: Store) -> None:
    result = bring_in(store, CARDS)
    assert counts(result) == (200, 200, 0, 0, 0)
    told = {(name, phone): born for name, phone, born in people().values()}
    for id in by_number(store).values():
        name, numbers, born = read_back(store, id)
        expected = told[name, numbers[0]]
        # A card of version 2.1 has no place for a lunar birthday.
        assert len(numbers) == 1
        assert born == (None if expected and expected[0] == "lunar" else expected)
    assert faults(store) == []


@pytest.mark.parametrize("file", FILES)
def test_the_same_file_again_creates_nobody(store: Store, file: str) -> None:
    first = bring_in(store, file)
    before = contents(store)
    again = bring_in(store, file)
    assert counts(again) == (
        *(first.read, 0, 0),
        *(first.read - len(first.rejects), len(first.rejects)),
    )
    assert again.batch is None
    assert (contents(store), len(labels(store))) == (before, 1)


@pytest.mark.parametrize("first", TABLES)
@pytest.mark.parametrize("second", FILES)
def test_another_format_after_it_creates_nobody(store: Store, first: str, second: str) -> None:
    bring_in(store, first)
    after = bring_in(store, second)
    assert (after.created, after.merged) == (0, 0)
    assert len(names(store)) == 798


def test_the_tables_after_the_cards_create_only_those_who_had_no_card(store: Store) -> None:
    bring_in(store, CARDS)
    assert counts(bring_in(store, TABLES[0])) == (820, 598, 220, 0, 2)
    assert len(names(store)) == 798
    wrong = [
        id
        for number, id in by_number(store).items()
        if number in people() and not _agrees(read_back(store, id), people()[number])
    ]
    assert wrong == []


@pytest.mark.parametrize("file", FILES)
def test_undo_leaves_the_file_as_it_was(store: Store, file: str) -> None:
    add(store, "孙军宇", phone="19993287921", notes="先前就认识")
    add(store, "李国强", phone="13812345678", solar="12-01")
    before = contents(store)
    bring_in(store, file)
    store.undo()
    assert contents(store) == before
    assert faults(store) == []


def test_what_cannot_be_read_is_kept_in_the_notes_with_a_warning(store: Store) -> None:
    result = bring_in(store, "customers.xlsx")
    found = truth()["people"]
    assert isinstance(found, dict)
    unreadable = [number for number, one in found.items() if one["birthday"] == "bad"]
    assert len(unreadable) == len(result.warnings) == 23
    owners = by_number(store)
    for number in unreadable:
        assert customer(store, owners[number]).birth_month is None
        assert "生日" in customer(store, owners[number]).notes
    assert "2月30日" in customer(store, owners["0008"]).notes


def test_every_word_of_a_row_is_somewhere(store: Store) -> None:
    bring_in(store, "customers_gb18030.csv")
    one = customer(store, by_number(store)["0004"])
    assert (one.city, one.source, one.likes, one.company) == (
        *("杭州", "朋友圈"),
        *("太极、龙井、不喝咖啡", "维涛信息有限公司"),
    )
    assert one.notes == "喜欢下午来\n不要早上打电话"
    assert "63,281" in customer(store, by_number(store)["0003"]).notes


def test_purchases(store: Store) -> None:
    bring_in(store, "customers.xlsx")
    result = bring_in(store, "purchases.csv")
    assert counts(result) == (truth()["purchases"], 3769, 0, 0, 0)
    assert purchased(store) == (3769, 100 * _int(truth()["purchase_total"]))
    assert counts(bring_in(store, "purchases.csv")) == (3769, 0, 0, 3769, 0)
    assert faults(store) == []


def test_purchases_of_strangers_are_rejected_each_named(store: Store) -> None:
    bring_in(store, CARDS)
    result = bring_in(store, "purchases.csv")
    assert (result.read, result.created + len(result.rejects)) == (3769, 3769)
    assert result.rejects
    for one in result.rejects:
        number, name = one.cells[:2]
        assert number in one.remark.words and name in one.remark.words
    lost = sum(round(float(one.cells[6]) * 100) for one in result.rejects)
    assert purchased(store) == (
        3769 - len(result.rejects),
        100 * _int(truth()["purchase_total"]) - lost,
    )
    assert faults(store) == []


def test_undo_of_purchases(store: Store) -> None:
    bring_in(store, "customers.xlsx")
    before = contents(store)
    bring_in(store, "purchases.csv")
    store.undo()
    assert contents(store) == before


def test_purchases_are_those_of_the_right_customer(store: Store) -> None:
    bring_in(store, "customers.xlsx")
    bring_in(store, "purchases.csv")
    with store.read() as db:
        found = history.purchases(db, by_number(store)["0001"])
    assert [(one.day.isoformat(), one.words, one.amount_cents, one.channel) for one in found][
        :2
    ] == [
        ("2026-11-17", "茶漏", 5_800, "门店"),
        ("2026-10-20", "茶漏 × 2", 11_600, "微信"),
    ]


def purchased(store: Store) -> tuple[int, int]:
    """Lines, and their sum in cents; purchases have the same sum."""
    with store.read() as db:
        lines, cents = db.execute(
            text("SELECT count(*), coalesce(sum(amount_cents), 0) FROM purchase_line")
        ).one()
        whole = db.execute(text("SELECT coalesce(sum(amount_cents), 0) FROM purchase")).scalar_one()
    assert whole == cents
    return lines, cents


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value


# --- rehearsal, progress, cancelling --------------------------------------------------------------


@pytest.mark.parametrize("file", [*FILES, "purchases.csv"])
def test_a_rehearsal_says_the_same_and_writes_nothing(store: Store, file: str) -> None:
    if file == "purchases.csv":
        bring_in(store, "customers.xlsx")
    before = contents(store)
    path = TEA_SHOP / file
    rehearsed = import_file(store, path, Choices(), dry_run=True)
    assert contents(store) == before
    assert rehearsed.batch is None
    real = import_file(store, path, Choices())
    assert counts(rehearsed) == counts(real)
    assert rehearsed.rejects == real.rejects
    assert rehearsed.warnings == real.warnings


def test_progress_rises_to_the_end(store: Store) -> None:
    heard: list[float] = []
    import_file(
        store,
        TEA_SHOP / "customers.xlsx",
        Choices(),
        report=lambda done, total, words: heard.append(done / total) if total else None,
    )
    assert heard == sorted(heard) and heard[-1] == 1.0


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
def test_cancelling_at_any_moment_leaves_nothing(store: Store, after: int) -> None:
    add(store, "李国强")
    before = contents(store)
    heard = 0

    def stop(_done: int, _total: int, _words: str) -> None:
        nonlocal heard
        heard += 1
        if heard == after:
            raise Cancelled

    with pytest.raises(Cancelled):
        import_file(store, TEA_SHOP / "customers.xlsx", Choices(), report=stop)
    assert (contents(store), labels(store)) == (before, ["Add 李国强"])


def test_the_document_of_an_import(store: Store) -> None:
    document = bring_in(store, "customers_gb18030.csv").document()
    numbers = ("read", "created", "merged", "skipped", "rejected", "batch")
    assert [document[name] for name in numbers] == [820, 798, 20, 0, 2, 1]
    assert document["encoding"] == "gb18030"
    mapping = document["mapping"]
    assert isinstance(mapping, dict) and mapping["姓名"] == "name" and mapping["手机"] == "phone"
    assert document["rejects"] == [
        {"line": 819, "reason": "There is no name."},
        {"line": 857, "reason": "There is no name."},
    ]


# --- small files ----------------------------------------------------------------------------------


def test_a_row_adds_what_is_missing_and_keeps_both_notes(store: Store, tmp_path: Path) -> None:
    id = add(store, "张丽华", phone="13812345678", city="杭州", notes="老客户", tags=["绿茶"])
    result = from_text(
        store,
        tmp_path,
        "姓名,手机,备用电话,城市,生日,备注,标签\n"
        "张丽华,13812345678,0571-88886666,上海,农历八月十五,喜欢下午来,红茶\n",
    )
    assert counts(result) == (1, 0, 1, 0, 0)
    one = customer(store, id)
    assert (one.city, one.birth_month, one.birth_day) == ("杭州", 8, 15)
    assert one.notes.split("\n") == ["老客户", "喜欢下午来", "City: 上海"]
    assert contacts(store, id) == ["+8613812345678", "+8657188886666"]
    with store.read() as db:
        assert customers.tags_of(db, id) == ["绿茶", "红茶"]


def test_a_row_that_says_nothing_new_is_skipped(store: Store, tmp_path: Path) -> None:
    add(store, "张丽华", phone="13812345678", city="杭州")
    result = from_text(store, tmp_path, "姓名,手机,城市\n张丽华,138 1234 5678,杭州\n")
    assert counts(result) == (1, 0, 0, 1, 0)
    assert labels(store) == ["Add 张丽华"]


@pytest.mark.parametrize(
    ("choice", "expected", "there"),
    [
        (OnDuplicate.MERGE, (1, 0, 1, 0, 0), 1),
        (OnDuplicate.SKIP, (1, 0, 0, 1, 0), 1),
        (OnDuplicate.CREATE, (1, 1, 0, 0, 0), 2),
    ],
)
def test_what_happens_to_duplicates_can_be_chosen(
    store: Store, tmp_path: Path, choice: OnDuplicate, expected: object, there: int
) -> None:
    add(store, "张丽华", phone="13812345678")
    words = "姓名,手机,城市\n张丽华,13812345678,杭州\n"
    assert counts(from_text(store, tmp_path, words, on_duplicate=choice)) == expected
    assert len(names(store)) == there


def test_somebody_in_the_trash_stays_there(store: Store, tmp_path: Path) -> None:
    id = add(store, "张丽华", phone="13812345678")
    trash(store, id)
    result = from_text(store, tmp_path, "姓名,手机,城市\n张丽华,13812345678,杭州\n")
    assert counts(result) == (1, 0, 0, 1, 0)
    assert "trash" in result.warnings[0].words
    restore(store, id)
    assert customer(store, id).city == ""


def test_a_row_imported_before_is_skipped_even_when_its_customer_was_changed(
    store: Store, tmp_path: Path
) -> None:
    words = "姓名,手机,城市\n张丽华,13812345678,杭州\n"
    from_text(store, tmp_path, words)
    edit(store, found_ids(store, "zlh")[0], name="李丽华", city="上海")
    assert counts(from_text(store, tmp_path, words)) == (1, 0, 0, 1, 0)
    assert names(store) == ["李丽华"]


def test_after_undo_the_same_file_imports_again(store: Store, tmp_path: Path) -> None:
    words = "姓名,手机\n张丽华,13812345678\n"
    from_text(store, tmp_path, words)
    store.undo()
    assert counts(from_text(store, tmp_path, words)) == (1, 1, 0, 0, 0)


def test_equal_rows_without_a_phone_are_two_people(store: Store, tmp_path: Path) -> None:
    words = "姓名,城市\n张伟,杭州\n张伟,杭州\n"
    assert counts(from_text(store, tmp_path, words)) == (2, 2, 0, 0, 0)
    assert counts(from_text(store, tmp_path, words)) == (2, 0, 0, 2, 0)


def test_a_number_that_somebody_else_has_is_kept_in_the_notes(store: Store, tmp_path: Path) -> None:
    """The new one is not a number that a later row brings, either."""
    add(store, "李国强", number="7")
    result = from_text(store, tmp_path, "编号,姓名\n0007,张丽华\n8,王秀\n9,王兰\n")
    assert counts(result) == (3, 3, 0, 0, 0)
    owners = by_number(store)
    assert [customer(store, owners[number]).name for number in ("7", "8", "9", "0010")] == [
        *("李国强", "王秀", "王兰", "张丽华")
    ]
    assert customer(store, owners["0010"]).notes == "Number: 0007"
    assert [warning.line for warning in result.warnings] == [2]


def test_a_referrer_becomes_a_relation_or_a_note(store: Store, tmp_path: Path) -> None:
    result = from_text(
        store,
        tmp_path,
        "姓名,手机,介绍人\n张丽华,13812345678,\n李国强,13900001111,张丽华\n王秀,13700001111,外人\n",
    )
    assert result.created == 3
    with store.read() as db:
        [one] = history.relations(db, found_ids(store, "李国强")[0])
    assert (one.name, one.kind) == ("张丽华", "referred_by")
    assert customer(store, found_ids(store, "王秀")[0]).notes == "Referred by: 外人"


def test_only_a_whole_cell_is_a_formula_that_says_text(store: Store, tmp_path: Path) -> None:
    words = '姓名,手机,备注\n张丽华,"=""13812345678""","尺寸 a=""b"" 好"\n'
    from_text(store, tmp_path, words)
    [id] = found_ids(store, "5678")
    assert customer(store, id).notes == '尺寸 a="b" 好'


def test_a_chosen_mapping_wins_over_the_guess(store: Store, tmp_path: Path) -> None:
    (tmp_path / "columns.toml").write_text('[columns]\n"姓名" = "name"\n"代号" = "tags"\n')
    chosen = read_mapping_file(tmp_path / "columns.toml")
    from_text(store, tmp_path, "姓名,代号\n张丽华,绿茶\n", mapping_by_header=chosen)
    assert find(store, "", tag="绿茶") == ["张丽华"]


@pytest.mark.parametrize(
    "words",
    [
        '"姓名" = "surname"',
        '"电报" = "phone"',
        '"姓名" =',
        "姓名 = 1",
        "\x00",
        '[columns]\n"姓名" = "colour"',
    ],
)
def test_mappings_that_are_refused(store: Store, tmp_path: Path, words: str, spoken: str) -> None:
    (tmp_path / "columns.toml").write_text(words)
    with pytest.raises(CustdeskError) as error:
        from_text(
            store,
            tmp_path,
            "姓名,手机\n张丽华,13812345678\n",
            mapping_by_header=read_mapping_file(tmp_path / "columns.toml"),
        )
    assert is_a_sentence(str(error.value), spoken)
    assert names(store) == []


def test_a_mapping_file_that_is_missing_is_refused(tmp_path: Path, spoken: str) -> None:
    with pytest.raises(CustdeskError) as error:
        read_mapping_file(tmp_path / "columns.toml")
    assert is_a_sentence(str(error.value), spoken)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("张丽华,,白茶,1,100", "There is no date."),
        ("张丽华,2026-02-30,白茶,1,100", "Date “2026-02-30”: There is no such day."),
        ("张丽华,2026-02-03,白茶,几个,100", "Quantity “几个”: This is not a number."),
        ("张丽华,2026-02-03,白茶,1,不详", "Amount “不详”: This is not an amount of money."),
        ("张丽华,2026-02-03,白茶,1,", "There is no amount."),
        ("陌生人,2026-02-03,白茶,1,100", "No customer “陌生人” is in the file."),
        (",2026-02-03,白茶,1,100", None),
    ],
)
def test_purchases_that_are_rejected(
    store: Store, tmp_path: Path, row: str, why: str | None
) -> None:
    add(store, "张丽华")
    result = from_text(
        store, tmp_path, f"姓名,日期,商品,数量,金额\n{row}\n张丽华,2026-02-04,白茶,2,200\n"
    )
    assert counts(result) == (2, 1, 0, 0, 1)
    assert result.rejects[0].remark.line == 2
    if why:
        assert result.rejects[0].remark.words == why
    assert purchased(store) == (1, 20_000)


def test_lines_of_one_day_and_place_are_one_purchase(store: Store, tmp_path: Path) -> None:
    id = add(store, "张丽华", phone="13812345678")
    from_text(
        store,
        tmp_path,
        "姓名,手机,日期,商品,数量,金额,渠道\n"
        "张丽华,13812345678,2026-02-04,白茶,2,200,门店\n"
        "张丽华,13812345678,2026-02-04,盖碗,1,88.5,门店\n"
        "张丽华,13812345678,2026-02-04,盖碗,-1,-88.5,微信\n",
    )
    with store.read() as db:
        found = [(one.amount_cents, one.words) for one in history.purchases(db, id)]
    assert sorted(found) == [(-8_850, "盖碗 × -1"), (28_850, "白茶 × 2, 盖碗")]


def test_a_purchase_by_phone_alone_at_a_price_by_the_piece(store: Store, tmp_path: Path) -> None:
    id = add(store, "张丽华", phone="13812345678")
    words = "客户手机,购买日期,商品,数量,单价\n138 1234 5678,2026-02-03,白茶,2,100\n"
    assert counts(from_text(store, tmp_path, words)) == (1, 1, 0, 0, 0)
    with store.read() as db:
        assert [one.amount_cents for one in history.purchases(db, id)] == [20_000]


def test_talks_kept_elsewhere(store: Store, tmp_path: Path) -> None:
    id = add(store, "张丽华")
    result = from_text(
        store,
        tmp_path,
        "姓名,日期,方式,沟通内容\n张丽华,2026-10-03,微信,想要新茶\n张丽华,2026-10-05,飞鸽,寄样品\n"
        "张丽华,2026-10-06,电话,\n",
    )
    assert (result.kind, counts(result)) == (Kind.INTERACTIONS, (3, 2, 0, 0, 1))
    with store.read() as db:
        found = history.interactions(db, id)
    assert [
        (one.at.isoformat(" ", "minutes"), one.channel.value, one.outcome) for one in found
    ] == [
        ("2026-10-05 12:00", "phone", "飞鸽 寄样品"),
        ("2026-10-03 12:00", "wechat", "想要新茶"),
    ]


def test_rejected_rows_are_written_as_they_were(store: Store, tmp_path: Path) -> None:
    result = bring_in(store, "customers_gb18030.csv")
    write_rejects(result, tmp_path / "rejects.csv")
    lines = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("Row,Reason,编号,姓名")
    assert lines[1].startswith("819,There is no name.,0693,")


def test_rejected_rows_that_cannot_be_written(store: Store, tmp_path: Path, spoken: str) -> None:
    result = bring_in(store, "customers_gb18030.csv")
    with pytest.raises(CustdeskError) as error:
        write_rejects(result, tmp_path / "missing" / "rejects.csv")
    assert is_a_sentence(str(error.value), spoken)


def test_a_result_in_words(store: Store, spoken: str) -> None:
    words = bring_in(store, "customers_gb18030.csv").sentence()
    assert all(part in words for part in ("customers_gb18030.csv", "820", "798", "20", "2", "23"))


def test_a_headless_table_needs_a_mapping(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("张丽华,13812345678\n李国强,13900001111\n", encoding="utf-8")
    table = importing.read_file(path)
    mapping = guess_mapping(table.headers, table.rows)
    importing.import_table(store, path.name, table, mapping)
    assert names(store) == ["李国强", "张丽华"]


def test_rejected_rows_of_several_files_stand_in_one(store: Store, tmp_path: Path) -> None:
    first = from_text(store, tmp_path, "姓名,手机\n,13812345678\n", "a.csv")
    second = from_text(store, tmp_path, "姓名,城市\n,杭州\n", "b.csv")
    write_rejects([first, second], tmp_path / "rejects.csv")
    assert (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "File,Row,Reason,姓名,手机",
        "a.csv,2,There is no name.,,13812345678",
        "File,Row,Reason,姓名,城市",
        "b.csv,2,There is no name.,,杭州",
    ]


def test_a_second_column_of_one_fact_goes_to_the_notes(store: Store, tmp_path: Path) -> None:
    words = "姓名,等级,会员等级,性别,男女\n张丽华,VIP,普通,女,男\n王秀,,普通,女,女\n"
    from_text(store, tmp_path, words)
    assert (customer(store, 1).grade_by_hand, customer(store, 1).gender) == (VIP, Gender.FEMALE)
    assert customer(store, 1).notes.split("\n") == ["会员等级: 普通", "男女: 男"]
    assert (customer(store, 2).grade_by_hand, customer(store, 2).notes) == (REGULAR, "")


def test_a_grade_is_known_by_the_name_that_the_owner_gave_it(store: Store, tmp_path: Path) -> None:
    names = (("gold", "金卡"), (REGULAR, "B"), ("rest", "VIP"))
    rules = tuple(
        GradeRule(key=key, name=name, at_least=score)
        for (key, name), score in zip(names, (60, 30, 0), strict=True)
    )
    with store.write("Rules") as db:
        policies.adopt(db, Policy(grades=rules), store.today)
    words = "姓名,等级\n张丽华,金卡\n王秀,普通\n李明,vip\n赵敏,潜在客户\n"
    from_text(store, tmp_path, words)
    found = [customer(store, id) for id in (1, 2, 3, 4)]
    assert [one.grade_by_hand for one in found] == ["gold", REGULAR, "rest", None]
    assert found[3].notes == "等级: 潜在客户"


def test_the_sheets_that_were_not_imported_are_named(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Workbook(path) as book:
        for name, rows in {
            "会员": [("姓名", "手机"), ("张丽华", "13812345678")],
            "老客户": [("姓名", "手机"), ("王秀", "13900001111")],
            "Sheet3": [],
        }.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    result = import_file(store, path, Choices())
    assert names(store) == ["张丽华"]
    [warning] = result.warnings
    assert (warning.line, warning.sentence()) == (
        0,
        "Only the sheet “会员” is imported. Save the others as files of their own: 老客户.",
    )

"""What is saved of damaged files: all that can be, nothing that never was, and a true report."""

import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from custdesk.errors import Cancelled, CustdeskError
from custdesk.opening import open_store
from custdesk.store import backup, checking, migrations, repair, wal
from custdesk.store.connecting import PAGE, connect
from custdesk.store.losses import Affected, Count, Salvage
from custdesk.store.store import Store
from tests.conftest import Opener
from tests.faults.damage import (
    NOW,
    Damage,
    Sound,
    make,
    rows_of,
    save,
    some_of_each_kind,
    sound,
)
from tests.faults.damage import (
    open_file as open_at_now,
)
from tests.helpers import (
    DATA,
    add,
    bought,
    contacts,
    contents,
    customer,
    edit,
    faults,
    find,
    is_a_sentence,
    labels,
    names,
    row,
    spoke,
    undo_all,
)

KEY = "5e" * 32
DAMAGES = some_of_each_kind(0.2)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sound]:
    return sound(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made


@pytest.fixture
def shop(tmp_path: Path, open_file: Opener) -> Store:
    """Three customers with what belongs to them."""
    store = open_file(tmp_path / "shop.custdesk")
    for n, name in enumerate(("张丽华", "李国强", "欧阳静"), 1):
        id = add(store, name, phone=f"1381234567{n}", solar="1968-11-21", tags=["老客户"])
        bought(store, id, "2026-11-01", 12_800)
        spoke(store, id, "2026-11-02", f"聊到{name}的孩子")
    return store


def roots(path: Path, key: str | None = None) -> dict[str, int]:
    with closing(connect(path, key)) as file:
        return dict(file.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0"))


def without(store: Store, *trees: str) -> Path:
    """Close the file and lose the first pages of tables or indexes."""
    store.close()
    pages = roots(store.path, store.key)
    content = bytearray(store.path.read_bytes())
    for tree in trees:
        content[(pages[tree] - 1) * PAGE : pages[tree] * PAGE] = bytes(PAGE)
    store.path.write_bytes(content)
    return store.path


def saved(path: Path, key: str | None = None) -> tuple[Salvage, Path]:
    into = path.with_name("saved.custdesk")
    salvage = repair.salvage(
        path, into, lambda file: open_store(file, lambda: NOW, key), NOW, key=key
    )
    assert salvage.faults == ()
    return salvage, into


def counted(salvage: Salvage, table: str) -> Count:
    return next(count for count in salvage.counts if count.table == table)


# --- many damages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_all_that_stands_on_sound_pages_is_saved_as_it_was(
    damage: Damage, files: dict[str, Sound], folder: Path
) -> None:
    assert save(damage, files, folder).objections() == []


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_looking_at_a_damaged_file_only_says_what_is_wrong(
    damage: Damage, files: dict[str, Sound], folder: Path
) -> None:
    path = folder / "damaged.custdesk"
    made, key = make(damage, files), files[damage.file].key
    path.write_bytes(made.main)
    if made.wal is not None:
        wal.beside(path).write_bytes(made.wal)
    for thorough in (False, True):
        for fault in checking.look(path, key, thorough=thorough):
            assert fault and "\n" not in fault
    assert path.read_bytes() == made.main
    assert made.wal is None or wal.beside(path).read_bytes() == made.wal


# --- the -wal -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage", [one for one in DAMAGES if one.kind in ("-wal missing", "-wal cut off")], ids=str
)
def test_opening_a_file_whose_wal_is_cut_gives_an_earlier_state(
    damage: Damage, files: dict[str, Sound], folder: Path, open_file: Opener
) -> None:
    path, made, file = folder / "cut.custdesk", make(damage, files), files["open"]
    path.write_bytes(made.main)
    if made.wal is not None:
        wal.beside(path).write_bytes(made.wal)
    store = open_file(path)
    assert faults(store) == []
    store.close()
    rows = rows_of(path)
    assert file.earlier.keys() <= rows.keys() <= file.rows.keys()
    assert all(row in (file.rows[id], file.earlier.get(id)) for id, row in rows.items())


def test_a_wal_of_another_file_is_known_before_it_does_harm(
    files: dict[str, Sound], folder: Path
) -> None:
    path = folder / "mine.custdesk"
    shutil.copy(files["open"].path, path)
    assert checking.look(path) == []
    wal.beside(path).write_bytes(files["open"].wal)
    assert checking.look(path) == []
    wal.beside(path).write_bytes(files["other"].wal)
    [fault] = checking.look(path)
    assert "belongs to another customer file" in fault
    salvage, into = saved(path)
    assert salvage.unread_changes
    assert rows_of(into) == files["open"].earlier


# --- what is put together -------------------------------------------------------------------------


def test_lost_customers_are_put_together_from_what_stands_elsewhere(
    shop: Store, open_file: Opener
) -> None:
    salvage, into = saved(without(shop, "customer"))
    assert salvage.affected == (
        Affected(1, "0001", "张丽华"),
        Affected(2, "0002", "李国强"),
        Affected(3, "0003", "欧阳静"),
    )
    assert counted(salvage, "customer").lost == 0
    assert counted(salvage, "customer").unsure == {1, 2, 3}
    store = open_file(into)
    assert names(store) == ["李国强", "欧阳静", "张丽华"]
    assert contacts(store, 1) == ["+8613812345671"]
    note = customer(store, 1).notes
    assert "2026-11-21" in note and "+8613812345671" in note
    assert find(store, "5672") == ["李国强"]


def test_where_no_name_is_left_the_customer_is_unknown_but_all_else_is_kept(
    shop: Store, open_file: Opener
) -> None:
    salvage, into = saved(without(shop, "customer", "standing", "standing_by_name"))
    store = open_file(into)
    assert customer(store, 2).name == "Unknown customer 2"
    assert customer(store, 2).number == "0002"
    assert counted(salvage, "purchase") == Count("purchase", 3)
    assert counted(salvage, "interaction") == Count("interaction", 3)


def test_a_letter_changed_in_a_name_or_a_phone_is_noticed(shop: Store, open_file: Opener) -> None:
    shop.close()
    content = bytearray(shop.path.read_bytes())
    page = (roots(shop.path)["customer"] - 1) * PAGE
    at = content.index("李国强".encode(), page, page + PAGE)
    content[at : at + 9] = "李固强".encode()
    page = (roots(shop.path)["contact_point"] - 1) * PAGE
    at = content.index(b"+8613812345673", page, page + PAGE)
    content[at + 5] ^= 1
    shop.path.write_bytes(content)
    salvage, _into = saved(shop.path)
    assert counted(salvage, "customer").unsure == {2}
    assert [one.name for one in salvage.affected] == ["李固强", "欧阳静"]


def test_an_edited_customer_is_as_before_the_last_change(shop: Store, open_file: Opener) -> None:
    edit(shop, 1, likes="龙井", city="杭州")
    edit(shop, 1, taboos="不喝红茶")
    _salvage, into = saved(without(shop, "customer"))
    found = customer(open_file(into), 1)
    assert (found.likes, found.city, found.taboos) == ("龙井", "杭州", "")
    assert found.birth_year == 1968


def test_purchases_and_contacts_made_come_from_their_indexes(
    shop: Store, open_file: Opener
) -> None:
    salvage, into = saved(without(shop, "purchase", "interaction", "contact_point"))
    assert [counted(salvage, name).lost for name in ("purchase", "interaction")] == [0, 0]
    store = open_file(into)
    before = rows_of(store.path)
    assert before["purchase", 1][:3] == (1, "2026-11-01", 12_800)
    assert before["interaction", 1][:2] == (1, "2026-11-02 12:00:00.000000")
    assert "was lost" in str(before["interaction", 1][3])
    assert contacts(store, 3) == ["+8613812345673"]


def test_what_was_taken_back_or_deleted_stays_away(
    tmp_path: Path, shop: Store, open_file: Opener
) -> None:
    add(shop, "不要我")
    shop.undo()
    _salvage, into = saved(without(shop, "customer", "sqlite_autoindex_customer_1"))
    assert "不要我" not in names(open_file(into))


@pytest.mark.parametrize("word", ["customer", "amount_cents", "CREATE TABLE", "id INTEGER"])
def test_a_word_changed_in_the_list_of_tables_loses_none(
    shop: Store, open_file: Opener, word: str
) -> None:
    shop.close()
    content = shop.path.read_bytes()
    shop.path.write_bytes(content.replace(word.encode(), word[:-1].encode() + b"#"))
    salvage, into = saved(shop.path)
    assert [one.lost for one in salvage.counts] == [0] * len(salvage.counts)
    store = open_file(into)
    assert names(store) == ["李国强", "欧阳静", "张丽华"]
    assert row(store, 1).spend_12m_cents == 12_800


def test_a_hostile_list_of_tables_is_not_run(shop: Store, tmp_path: Path) -> None:
    shop.close()
    stray = tmp_path / "stray"
    with closing(connect(shop.path)) as file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute(
            "UPDATE sqlite_master SET sql = ? WHERE name = 'customer'", (f"ATTACH '{stray}' AS s",)
        )
    salvage, _into = saved(shop.path)
    assert counted(salvage, "customer") == Count("customer", 3)
    assert not stray.exists()


# --- undo -----------------------------------------------------------------------------------------


def test_undo_is_carried_over_when_nothing_is_missing(shop: Store, open_file: Opener) -> None:
    before, steps = contents(shop), labels(shop)
    salvage, into = saved(without(shop, "contact_point_by_value", "ix_customer_city"))
    assert salvage.undo_kept
    store = open_file(into)
    assert contents(store) == before
    assert labels(store) == steps
    undo_all(store)
    assert names(store) == []
    assert faults(store) == []


@pytest.mark.parametrize("tree", ["customer", "journal", "change"])
def test_undo_is_given_up_when_it_could_go_wrong(shop: Store, open_file: Opener, tree: str) -> None:
    salvage, into = saved(without(shop, tree))
    assert not salvage.undo_kept
    assert "What was done before cannot be undone any more." in salvage.sentences()
    store = open_file(into)
    assert store.undo() is None
    assert len(names(store)) == 3


# --- other files ----------------------------------------------------------------------------------


def test_an_encrypted_file_with_a_plain_raw_key(tmp_path: Path) -> None:
    store = open_store(tmp_path / "locked.custdesk", lambda: NOW, KEY)
    add(store, "张丽华", phone="13812345678")
    path = without(store, "customer")
    salvage, into = saved(path, KEY)
    assert [one.name for one in salvage.affected] == ["张丽华"]
    assert not into.read_bytes().startswith(b"SQLite")
    assert checking.look(into, KEY, thorough=True) == []


def test_a_file_of_version_1_is_saved_into_today_s(tmp_path: Path) -> None:
    path = tmp_path / "old.custdesk"
    shutil.copy(DATA / "schemas" / "version-1.custdesk", path)
    with closing(connect(path)) as file:
        before = {
            name: file.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("customer", "purchase", "interaction", "contact_point", "change")
        }
    content = bytearray(path.read_bytes())
    root = roots(path)["ix_customer_city"]
    content[(root - 1) * PAGE : root * PAGE] = bytes(PAGE)
    path.write_bytes(content)
    salvage, into = saved(path)
    assert salvage.undo_kept
    with closing(connect(into)) as file:
        assert file.execute("PRAGMA user_version").fetchone()[0] == len(migrations.STEPS) + 1
        for name, count in before.items():
            assert file.execute(f"SELECT count(*) FROM {name}").fetchone()[0] == count


@pytest.mark.parametrize("content", [b"", b"no customer file", bytes(3 * PAGE), b"\xff" * 9999])
def test_of_what_was_never_a_customer_file_nothing_is_saved(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.custdesk"
    path.write_bytes(content)
    [fault] = checking.look(path)
    assert is_a_sentence(fault, "en")
    salvage, _into = saved(path)
    assert salvage.is_empty
    assert salvage.sentences() == ["Nothing could be saved."]


# --- the work itself ------------------------------------------------------------------------------


def test_stopping_leaves_nothing_behind(shop: Store, tmp_path: Path) -> None:
    path = without(shop, "customer")
    before = {one.name for one in tmp_path.iterdir()}
    heard: list[str] = []

    def stop(done: int, total: int, words: str) -> None:
        assert 0 <= done <= total
        heard.append(words)
        if "pages" in words:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        repair.salvage(path, tmp_path / "saved.custdesk", open_at_now, NOW, report=stop)
    assert {one.name for one in tmp_path.iterdir()} == before
    assert "Reading the damaged file" in heard


def test_nobody_else_may_read_what_is_saved(
    shop: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = without(shop, "customer")
    path.chmod(0o644)
    modes: set[int] = set()

    def look_round(_done: int, _total: int, _words: str) -> None:
        for folder in tmp_path.glob(".custdesk-repair-*"):
            modes.update(
                {folder.stat().st_mode & 0o077}
                | {one.stat().st_mode & 0o077 for one in folder.iterdir()}
            )

    into = tmp_path / "saved.custdesk"
    repair.salvage(path, into, open_at_now, NOW, report=look_round)
    assert modes == {0}
    assert into.stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_over(shop: Store, tmp_path: Path) -> None:
    into = tmp_path / "saved.custdesk"
    into.write_bytes(b"mine")
    with pytest.raises(CustdeskError, match="would be overwritten"):
        repair.salvage(shop.path, into, open_at_now, NOW)
    assert into.read_bytes() == b"mine"


# --- the backup -----------------------------------------------------------------------------------


def test_the_last_backup_that_opens_is_offered(shop: Store) -> None:
    made = []
    for day in range(3):
        with closing(connect(shop.path)) as file:
            at = NOW + timedelta(days=day)
            made.append(backup.make(file, shop.path, None, at, backup.Reason.DAILY))
    made[2].path.write_bytes(made[2].path.read_bytes()[:PAGE])
    assert repair.last_good_backup(shop.path, None) == made[1]
    assert repair.last_good_backup(shop.path.with_name("other.custdesk"), None) is None


# --- the report -----------------------------------------------------------------------------------


def test_the_report_in_words() -> None:
    salvage = Salvage(
        counts=(
            Count("purchase", 40, unsure=frozenset({7}), lost=2),
            Count("customer", 300, lost=12, exact=False),
            Count("interaction", 0, more=True),
        ),
        affected=(Affected(7, "0007", "张丽华"),),
        undo_kept=False,
        unread_changes=True,
        letters_unsure=True,
        faults=(),
    )
    sentences = salvage.sentences()
    assert all(is_a_sentence(sentence, "en") for sentence in sentences)
    assert sentences[:5] == [
        "Saved: 300 customers, 40 purchases.",
        "Missing: about 12 customers, 2 purchases.",
        "Perhaps more are missing of: contacts made.",
        "1 saved entry may lack something or differ; look at it.",
        "1 customer is concerned: “0007 张丽华”.",
    ]
    assert (salvage.saved, salvage.lost, salvage.unsure) == (340, 14, 1)


def test_of_many_customers_only_some_are_named() -> None:
    many = tuple(Affected(n, f"{n:04}", "张丽华") for n in range(1, 101))
    salvage = Salvage((Count("customer", 100),), many, True, False, False, ())
    sentence = salvage.sentences()[2]
    assert sentence.startswith("100 customers are concerned, among them “0001 张丽华”")
    assert sentence.endswith("“0020 张丽华”.")

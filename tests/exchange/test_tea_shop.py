"""The shop's files against what a careful person reads from them."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from custdesk.exchange.dates import read_birthday
from custdesk.exchange.fields import Field
from custdesk.exchange.headers import guess_mapping
from custdesk.exchange.sheet import read_table
from custdesk.exchange.table import Cell, Table, text_of
from custdesk.exchange.values import Unreadable, clean_name, read_money
from custdesk.exchange.vcard import read_cards
from custdesk.people.phones import normalise

SHOP = Path(__file__).parents[1] / "data" / "tea_shop"
TRUTH = json.loads((SHOP / "truth.json").read_text("utf-8"))
PEOPLE = TRUTH["people"]
TABLES = ["customers_gb18030.csv", "customers_utf16.tsv", "customers.xlsx"]


def column(table: Table, field: Field) -> Iterator[Cell]:
    index = guess_mapping(table.headers, table.rows).of(field)[0].index
    return (row.cells[index] for row in table.rows)


def phone(cell: Cell) -> str:
    found = normalise(text_of(cell))
    assert found is not None
    return found.value


def birthday(cell: Cell) -> object:
    """As the truth has it: a list, "bad", or None."""
    read = read_birthday(cell, today=date(2026, 11, 21))
    if read is None or isinstance(read, Unreadable):
        return read and "bad"
    return [str(read.calendar), read.year, read.month, read.day]


@pytest.mark.parametrize("name", TABLES)
def test_every_phone(name: str) -> None:
    table = read_table(SHOP / name)
    numbers = map(text_of, column(table, Field.NUMBER))
    read = dict(zip(numbers, map(phone, column(table, Field.PHONE)), strict=True))
    assert read == {number: "+86" + person["phone"] for number, person in PEOPLE.items()}


@pytest.mark.parametrize("name", TABLES)
def test_every_birthday(name: str) -> None:
    table = read_table(SHOP / name)
    numbers = map(text_of, column(table, Field.NUMBER))
    read = dict(zip(numbers, map(birthday, column(table, Field.BIRTHDAY)), strict=True))
    assert read == {number: person["birthday"] for number, person in PEOPLE.items()}


@pytest.mark.parametrize("name", TABLES)
def test_only_two_have_no_name(name: str) -> None:
    table = read_table(SHOP / name)
    names = map(clean_name, column(table, Field.NAME))
    numbers = map(text_of, column(table, Field.NUMBER))
    nameless = [number for number, name in zip(numbers, names, strict=True) if not name.name]
    assert nameless == TRUTH["no_name"]


def test_people_who_were_entered_twice_have_one_name_and_phone() -> None:
    table = read_table(SHOP / TABLES[0])
    names = [clean_name(cell).name for cell in column(table, Field.NAME)]
    people = dict(
        zip(
            map(text_of, column(table, Field.NUMBER)),
            zip(names, map(phone, column(table, Field.PHONE)), strict=True),
            strict=True,
        )
    )
    assert [people[first] == people[again] for first, again in TRUTH["twice"]] == [True] * 20


def test_the_sum_of_the_purchases() -> None:
    table = read_table(SHOP / "purchases.csv")
    amounts = [read_money(cell) for cell in column(table, Field.AMOUNT)]
    assert len(amounts) == TRUTH["purchases"]
    assert sum(cents for cents in amounts if isinstance(cents, int)) == (
        TRUTH["purchase_total"] * 100
    )


def test_the_phone_s_contacts() -> None:
    """The 200 contacts of the phone: solar birthdays alone, the others were never entered there."""
    table = read_cards(SHOP / "contacts_android.vcf")
    assert len(table.rows) == 200
    by_phone = {"+86" + person["phone"]: person for person in reversed(PEOPLE.values())}
    known = [by_phone[phone(cell)] for cell in column(table, Field.PHONE)]
    names = [clean_name(cell).name for cell in column(table, Field.NAME)]
    assert names == [clean_name(person["name"]).name for person in known]
    solar = [
        person["birthday"] if isinstance(person["birthday"], list) else None for person in known
    ]
    expected = [born if born and born[0] == "solar" else None for born in solar]
    assert list(map(birthday, column(table, Field.BIRTHDAY))) == expected

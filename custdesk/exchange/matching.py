"""Whether a row is somebody we know: only what makes it certain, for likeness is another matter.

The same cleaned name and the same phone, e-mail address, WeChat id or number make one customer.
"""

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import text
from sqlmodel import Session

from custdesk.exchange.records import MARK, CustomerRecord, Named, same_name

Key = tuple[str, str, str]
"""What kind of mark, the cleaned name, the mark."""

_E164 = re.compile(r"\+[1-9]\d{6,14}(?:;ext=\d+)?")
"""What is no whole number makes nobody certain: a spreadsheet makes many the same 1.38E+10."""


def plain_number(number: str) -> str:
    """A number without what spreadsheets take away: 12 and 0012 are one."""
    return (number.lstrip("0") or "0") if number.isdigit() else number


class Known:
    """Everybody in the file, by what makes them certain; rows of the import join as they are read.

    A customer is known by a number: the id of one in the file, or below zero a new one's place.
    Who is in the trash is met last, and only where it is nobody else.
    """

    def __init__(self, db: Session) -> None:
        self._by_key: dict[Key, int] = {}
        self._by_number: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = {}
        self._by_phone: dict[str, list[int]] = {}
        self.names: dict[int, str] = {}
        self.in_trash: set[int] = set()
        self._by_cells: dict[str, int] = {}
        self._by_facts: dict[str, int] = {}
        for digest, id in db.execute(text("SELECT digest, customer_id FROM imported_row")):
            self._by_cells[digest[:MARK]] = id
            if digest[MARK:]:
                self._by_facts[digest[MARK:]] = id
        for id, name, number, trashed in db.execute(
            text(
                "SELECT id, name, number, trashed_at FROM customer"
                " ORDER BY trashed_at IS NOT NULL, id"
            )
        ):
            self._meet(id, name, number)
            if trashed:
                self.in_trash.add(id)
        for id, number in db.execute(text("SELECT customer_id, number FROM former_number")):
            self.answers_to(id, number)
        for id, kind, value in db.execute(
            text(
                "SELECT customer_id, p.kind, value FROM contact_point p"
                " JOIN customer c ON c.id = p.customer_id"
                " ORDER BY trashed_at IS NOT NULL, customer_id"
            )
        ):
            if kind != "phone" or _E164.fullmatch(value):
                self._by_key.setdefault((kind, self.names[id], value.lower()), id)
                if kind == "phone":
                    self._by_phone.setdefault(value, []).append(id)

    def _meet(self, id: int, name: str, number: str) -> None:
        plain = same_name(name)
        self.names[id] = plain
        self._by_name.setdefault(plain, []).append(id)
        if number:
            self.answers_to(id, number)

    def answers_to(self, id: int, number: str) -> None:
        """Note a number, present or former, of a customer; the first to have it keeps it."""
        plain = plain_number(number)
        self._by_number.setdefault(plain, id)
        self._by_key.setdefault(("number", self.names[id], plain), id)

    def number_owner(self, number: str) -> int | None:
        return self._by_number.get(plain_number(number))

    def is_taken(self, number: str) -> bool:
        return self.number_owner(number) is not None

    def imported(self, digest: str) -> int | None:
        """Whose a row is that said the same before."""
        return (self._by_facts if digest[MARK:] else self._by_cells).get(digest[-MARK:])

    def same_row(self, digest: str) -> int | None:
        """Whose a row is that was imported before, then perhaps with other columns."""
        return self._by_cells.get(digest[:MARK])

    def match(self, record: CustomerRecord) -> int | None:
        """The customer whom the row certainly is, or None."""
        return next((self._by_key[key] for key in _keys(record) if key in self._by_key), None)

    def add(self, record: CustomerRecord, id: int, number: str) -> None:
        """Let later rows find a new customer."""
        self._meet(id, record.name, number)
        self.learn(record, id)

    def learn(self, record: CustomerRecord, id: int) -> None:
        """Let later rows find a customer by what this row said of them too."""
        for key in _keys(record):
            self._by_key.setdefault((key[0], self.names[id], key[2]), id)

    def owner(self, named: Named) -> int | None:
        """Whom a purchase belongs to: by number, if the name agrees; by name and phone; by phone
        alone or name alone where that is one customer only and nothing else was said."""
        plain = same_name(named.name)
        by_number = self._by_number.get(plain_number(named.number)) if named.number else None
        if by_number is not None and plain in ("", self.names[by_number]):
            return by_number
        phones = [one for one in (named.phone, *named.more_phones) if _E164.fullmatch(one)]
        by_both = {self._by_key.get(("phone", plain, phone)) for phone in phones} - {None}
        if by_both:
            return by_both.pop() if len(by_both) == 1 else None
        if named.number or (plain and phones):
            return None
        if plain:
            return self._only(self._by_name.get(plain, []))
        return self._only([id for phone in phones for id in self._by_phone.get(phone, [])])

    def _only(self, ids: list[int]) -> int | None:
        """The one customer among these, or else the one who is not in the trash."""
        several = set(ids) - self.in_trash or set(ids)
        return several.pop() if len(several) == 1 else None

    def bearers(self, name: str) -> list[int]:
        """Everybody with this name who is not in the trash."""
        return [id for id in self._by_name.get(same_name(name), []) if id not in self.in_trash]


def _keys(record: CustomerRecord) -> Iterator[Key]:
    name = same_name(record.name)
    marks: tuple[tuple[str, Iterable[str]], ...] = (
        ("phone", (phone.value for phone in record.phones if phone.is_e164)),
        ("email", record.emails),
        ("wechat", record.wechats),
        ("number", [plain_number(record.number)] if record.number else []),
    )
    for kind, values in marks:
        for value in values:
            yield kind, name, value.lower()

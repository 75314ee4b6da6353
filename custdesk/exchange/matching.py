"""Whether a row is somebody we know: only what makes it certain, for likeness is another matter.

The same cleaned name and the same phone, e-mail address, WeChat id or number make one customer.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import text
from sqlmodel import Session

from custdesk.exchange.records import CustomerRecord, Named, same_name

Key = tuple[str, str, str]
"""What kind of mark, the cleaned name, the mark."""


def plain_number(number: str) -> str:
    """A number without what spreadsheets take away: 12 and 0012 are one."""
    return (number.lstrip("0") or "0") if number.isdigit() else number


class Known:
    """Everybody in the file, by what makes them certain; rows of the import join as they are read.

    A customer is known by a number: the id of one in the file, or below zero a new one's place.
    """

    def __init__(self, db: Session) -> None:
        self._by_key: dict[Key, int] = {}
        self._by_number: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = {}
        self._by_phone: dict[str, list[int]] = {}
        self.names: dict[int, str] = {}
        self.in_trash: set[int] = set()
        imported = db.execute(text("SELECT digest, customer_id FROM imported_row"))
        self.digests: dict[str, int] = {digest: id for digest, id in imported}
        for id, name, number, trashed in db.execute(
            text("SELECT id, name, number, trashed_at FROM customer ORDER BY id")
        ):
            self._meet(id, name, number)
            if trashed:
                self.in_trash.add(id)
        for id, number in db.execute(text("SELECT customer_id, number FROM former_number")):
            self.answers_to(id, number)
        for id, kind, value in db.execute(
            text("SELECT customer_id, kind, value FROM contact_point ORDER BY customer_id")
        ):
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

    def is_taken(self, number: str) -> bool:
        return plain_number(number) in self._by_number

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
        if named.phone:
            by_both = self._by_key.get(("phone", plain, named.phone))
            if by_both is not None:
                return by_both
        if named.number or (plain and named.phone):
            return None
        bearers = self._by_name.get(plain, []) if plain else self._by_phone.get(named.phone, [])
        return bearers[0] if len(bearers) == 1 else None

    def bearers(self, name: str) -> list[int]:
        """Everybody with this name."""
        return self._by_name.get(same_name(name), [])


def _keys(record: CustomerRecord) -> Iterator[Key]:
    name = same_name(record.name)
    marks: tuple[tuple[str, Iterable[str]], ...] = (
        ("phone", (phone.value for phone in record.phones)),
        ("email", record.emails),
        ("wechat", record.wechats),
        ("number", [plain_number(record.number)] if record.number else []),
    )
    for kind, values in marks:
        for value in values:
            yield kind, name, value.lower()

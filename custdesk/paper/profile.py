"""The profile (档案) of a customer as a PDF: the page that goes into a meeting."""

import codecs
import errno
import io
import os
import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from custdesk import i18n
from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.paper.fonts import typefaces
from custdesk.people.typed import visible

if TYPE_CHECKING:
    from reportlab.pdfbase.pdfdoc import PDFString

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?i:con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Devices, to Windows, under whatever extension."""

_LONGEST_TITLE = 200

_LONGEST_NAME = 120
"""In bytes of UTF-8: file systems take 255, and paths on Windows are short."""

_DRAWING = threading.Lock()
"""reportlab's fonts keep a reading position: one document at a time."""


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
    company: str = ""
    title: str = ""
    likes: str = ""
    taboos: str = ""
    source: str = ""
    tags: Sequence[str] = ()
    preferred_channel: str = ""
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
    with _DRAWING:
        content = _as_pdf(everyone, client_safe)
    if isinstance(target, Path):
        _put_in_place(content, target)
    else:
        target.write(content)


def profile_filename(name: str, number: str) -> str:
    """A file name for a profile that Windows, macOS and Linux all take: "张丽华 0012.pdf"."""
    name, number = _safe_name(name, _LONGEST_NAME), _safe_name(number, 40)
    stem = f"{name} {number}".strip() or _("Customer file")
    return f"{stem}_.pdf" if _RESERVED.fullmatch(stem) else f"{stem}.pdf"


def _as_pdf(everyone: Sequence[ProfileFacts], client_safe: bool) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    from custdesk.paper.page import HEIGHT, POINTS, WIDTH, paint
    from custdesk.paper.profile_layout import lay_out

    faces = typefaces()
    first = everyone[0]
    printed = f"D:{first.printed_on:%Y%m%d}"
    content = io.BytesIO()
    canvas = Canvas(
        content,
        pagesize=(WIDTH * POINTS, HEIGHT * POINTS),
        pageCompression=1,
        invariant=True,
        initialFontName=faces.main,
        lang="zh-CN" if i18n.language() == "zh" else "en",
    )
    canvas.setDateFormatter(lambda *_now: printed)
    canvas.setCreator("CustDesk")
    canvas.setProducer("CustDesk")
    canvas.setAuthor(_as_metadata(_plain_line(first.business)))
    what = _("Customer details") if client_safe else _("Customer file")
    whose = first.name if len(everyone) == 1 else first.business
    title = " · ".join(part for part in (_plain_line(whose), what) if part)
    canvas.setTitle(_as_metadata(title))
    canvas.setSubject("")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    for at, facts in enumerate(everyone):
        if len(everyone) > 1:
            canvas.bookmarkPage(f"customer-{at}")
            canvas.addOutlineEntry(_as_metadata(_plain_line(facts.name)), f"customer-{at}")
        shown = for_the_client(facts) if client_safe else facts
        for page in lay_out(shown, faces, what):
            paint(canvas, faces, page)
    canvas.save()
    return content.getvalue()


def _plain_line(text: str) -> str:
    """One line without what nobody sees: a mark of direction would turn a viewer's title round."""
    return " ".join(visible(text.encode("utf-8", "ignore").decode()).split())[:_LONGEST_TITLE]


def _as_metadata(line: str) -> "PDFString":
    """Always as UTF-16: as plain bytes, words of a name could pass for those of the PDF itself."""
    from reportlab.pdfbase.pdfdoc import PDFString

    return PDFString(codecs.BOM_UTF16_BE + line.encode("utf-16-be"), enc="raw")


def _put_in_place(content: bytes, target: Path) -> None:
    """Write beside `target`, then take its place: nobody ever sees half a file."""
    beside = target.with_name(f".custdesk-{os.getpid()}-{threading.get_ident()}.part")
    try:
        try:
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise CustdeskError(_why_not(error, target)) from error


def _why_not(error: OSError, target: Path) -> str:
    folder = target.parent
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The disk is full: the PDF was not saved. Free some room, or choose another disk.")
    if target.is_dir():
        return _("The place for the PDF is a folder. Give it a file name.")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return _("There is no folder {folder}. Choose another one.").format(folder=folder)
    return _(
        "The PDF could not be saved in {folder}. If it is open in another program, close it there, "
        "or choose another folder."
    ).format(folder=folder)


def _safe_name(text: str, longest: int) -> str:
    text = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    visible = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cn"))
    cleaned = " ".join(_FORBIDDEN.sub(" ", visible).split()).strip(". ")
    return cleaned.encode()[:longest].decode("utf-8", "ignore").strip(". ")

"""Hands over everything held on one customer: as JSON for a program, as PDF for them to read."""

import json
from datetime import date
from pathlib import Path

from sqlmodel import Session

from custdesk import business, documents
from custdesk.errors import CustdeskError
from custdesk.exchange.whole import put_whole
from custdesk.i18n import _
from custdesk.paper.personal import write_person
from custdesk.people.held import held


def hand_over(db: Session, customer_id: int, today: date, path: Path) -> None:
    """Write the file; its name says which kind. An existing one is replaced by a whole one only.

    Raises CustdeskError when it cannot be written.
    """
    kind = path.suffix.lower()
    if kind == ".pdf":
        write_person(held(db, customer_id), business.name(db), today, path)
    elif kind == ".json":
        _write_json(documents.person(db, customer_id, today), path)
    else:
        raise CustdeskError(_("Give the file a name that ends in .json or .pdf."))


def _write_json(document: documents.Document, path: Path) -> None:
    with put_whole(path) as beside:
        beside.touch(mode=0o600)
        beside.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")

"""What the business has chosen for itself, kept in the customer file: its name for print."""

from sqlmodel import Session, select

from custdesk.store.models import Setting

NAME = "business_name"
IS_SAMPLE = "is_sample"


def name(db: Session) -> str:
    """The name that stands on printed pages; "" when none was given."""
    return get(db, NAME)


def get(db: Session, key: str) -> str:
    found = db.exec(select(Setting).where(Setting.key == key)).first()
    return found.value if found else ""


def choose(db: Session, key: str, value: str) -> None:
    """Set what was chosen for `key`; "" forgets it."""
    found = db.exec(select(Setting).where(Setting.key == key)).first()
    if found is None:
        found = Setting(key=key, value="")
    if value.strip():
        found.value = value.strip()
        db.add(found)
    elif found.id is not None:
        db.delete(found)

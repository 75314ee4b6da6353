"""A customer's own dates: a wedding that comes every year, a membership or policy that ends."""

import re
from calendar import isleap
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from custdesk import formats
from custdesk.errors import CustdeskError
from custdesk.i18n import N_, _
from custdesk.people.days import check_day
from custdesk.people.typed import line
from custdesk.store.models import CustomerDate

COMMON = {
    N_("Wedding anniversary"): True,
    N_("Membership"): False,
    N_("Insurance"): False,
    N_("Contract"): False,
}
"""What most shops keep, in English; whether it comes every year."""


_THAT_ENDS = re.compile(
    "会员|险|合同|合约|到期|期满|有效期|年卡|月卡|储值|质保|保修|证|租"
    "|member|insur|polic|contract|expir|renew|valid|warrant|lease|licen[cs]e",
    re.IGNORECASE,
)


def comes_every_year(name: str) -> bool:
    """Whether a date of this name is kept each year, as far as the name tells: a membership, a
    policy and the like end once."""
    return not _THAT_ENDS.search(name)


def of_customer(db: Session, customer_id: int) -> list[CustomerDate]:
    """The dates of a customer, the earliest first."""
    return list(
        db.exec(
            select(CustomerDate)
            .where(CustomerDate.customer_id == customer_id)
            .order_by(col(CustomerDate.day), col(CustomerDate.id))
        )
    )


def known_names(db: Session) -> dict[str, bool]:
    """Names for a date, the commonest first; whether one so called mostly comes every year."""
    used = db.execute(
        text(
            "SELECT name, 2 * sum(yearly) > count(*) FROM customer_date"
            " GROUP BY name ORDER BY count(*) DESC, name"
        )
    )
    names = {name: bool(yearly) for name, yearly in used}
    return names | {_(name): yearly for name, yearly in COMMON.items() if _(name) not in names}


def add(
    db: Session, customer_id: int, name: str, day: date, today: date, *, yearly: bool
) -> CustomerDate:
    """Note a date; the same again changes nothing."""
    name = _checked(name)
    check_day(day)
    found = _same(db, customer_id, name, day) or CustomerDate(
        customer_id=customer_id, name=name, day=day, yearly=yearly, known_on=today
    )
    found.yearly = yearly
    db.add(found)
    db.flush()
    return found


def rename(db: Session, date_id: int, name: str) -> None:
    """Call a date otherwise; raises a sentence where there is such a one already."""
    found, name = _get(db, date_id), _checked(name)
    _refuse_twin(db, found, name, found.day)
    found.name = name
    db.add(found)
    db.flush()


def move(db: Session, date_id: int, day: date, today: date) -> None:
    """Another day for it: a membership that was renewed, a date that was wrong.

    Raises a sentence where there is such a one already.
    """
    check_day(day)
    found = _get(db, date_id)
    _refuse_twin(db, found, found.name, day)
    if day != found.day:
        found.day, found.known_on = day, today
        db.add(found)
        db.flush()


def repeat(db: Session, date_id: int, *, yearly: bool) -> None:
    """Whether it comes every year, or ends."""
    found = _get(db, date_id)
    found.yearly = yearly
    db.add(found)
    db.flush()


def remove(db: Session, date_id: int) -> None:
    found = db.get(CustomerDate, date_id)
    if found is not None:
        db.delete(found)
        db.flush()


def next_time(one: CustomerDate, today: date) -> date:
    """When it comes next, or ends, which may be over; 28 February stands for the 29th."""
    if not one.yearly or one.day >= today:
        return one.day
    return next(
        day
        for day in (_in_year(one.day, year) for year in (today.year, today.year + 1))
        if day >= today
    )


def _in_year(day: date, year: int) -> date:
    lacks_it = (day.month, day.day) == (2, 29) and not isleap(year)
    return date(year, 2, 28) if lacks_it else day.replace(year=year)


def next_words(one: CustomerDate, today: date) -> str:
    """12 天后, 今天; "Over: 3 days ago" for what has ended."""
    coming = next_time(one, today)
    if coming >= today:
        return formats.ahead(coming, today)
    return _("Over: {ago}").format(ago=formats.ago(coming, today))


def day_words(day: date, *, yearly: bool) -> str:
    """ "ends on Mar 31, 2027"; "every year, first on Oct 1, 2016"."""
    shown = formats.full_day(day)
    said = _("every year, first on {day}") if yearly else _("ends on {day}")
    return said.format(day=shown)


def _get(db: Session, date_id: int) -> CustomerDate:
    found = db.get(CustomerDate, date_id)
    if found is None:
        raise CustdeskError(_("This date is no longer in the file."))
    return found


def _same(db: Session, customer_id: int, name: str, day: date) -> CustomerDate | None:
    return db.exec(
        select(CustomerDate).where(
            CustomerDate.customer_id == customer_id,
            CustomerDate.name == name,
            CustomerDate.day == day,
        )
    ).first()


def _refuse_twin(db: Session, one: CustomerDate, name: str, day: date) -> None:
    twin = _same(db, one.customer_id, name, day)
    if twin is not None and twin.id != one.id:
        raise CustdeskError(_("This customer has that one already."))


def _checked(name: str) -> str:
    name = line(name)
    if not name:
        raise CustdeskError(_("Say what the date is, such as a wedding or a membership."))
    return name

"""What the profile of a customer says, gathered from the file and put into words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session

from custdesk import business, formats
from custdesk.care import follow_ups, habits
from custdesk.care.calendar import birthday_words, next_birthday
from custdesk.i18n import _
from custdesk.insight import policies, recommending
from custdesk.insight.recommending import Companions
from custdesk.paper.profile import (
    ContactLine,
    InteractionRow,
    ProfileFacts,
    PurchaseRow,
    RelationRow,
    behind_the_mask,
)
from custdesk.people import (
    customers,
    history,
    own_dates,
    phones,
    quiet_hours,
    service,
)
from custdesk.people.history import Bought
from custdesk.store.models import ContactKind, Interaction, RelationKind, Standing
from custdesk.words import contact_words, shown

RECENT = 12
"""How many purchases, and how many interactions, the profile shows."""

DUE_WITHIN = timedelta(days=14)
"""Follow-ups that are due so soon are worth knowing before a meeting."""


def gather(
    db: Session,
    customer_id: int,
    today: date,
    masked: bool = False,
    companions: Companions | None = None,
) -> ProfileFacts:
    """The facts of one customer, ready to print; `masked` without phones, amounts and notes.

    With `companions`, what they are likely to buy next is among what is good to know.
    """
    customer = customers.get(db, customer_id)
    standing = db.get(Standing, customer_id)
    bought = history.purchases(db, customer_id)
    spoken = history.interactions(db, customer_id)
    related = history.relations(db, customer_id)
    birthday, rules = customers.birthday_of(customer), habits.of(db).birthdays
    referrer = next(
        (one for one in related if one.outgoing and one.kind is RelationKind.REFERRED_BY), None
    )
    grade = policies.grade_of(db, standing)
    coming = _coming(db, customer_id, today, masked)
    has_bought = bool(bought) and standing is not None
    facts = ProfileFacts(
        name=customer.name,
        number=customer.number,
        printed_on=today,
        business=business.name(db),
        grade=grade.key,
        grade_name=grade.called,
        private_sign=customer.private_sign,
        referred_by=referrer.name if referrer else "",
        added_on=customer.added_on,
        contacts=[
            ContactLine(
                point.kind.value,
                phones.display(point.value) if point.kind is ContactKind.PHONE else point.value,
                _label(point.kind, point.label),
                point.value if point.kind is ContactKind.PHONE else "",
            )
            for point in customers.contacts(db, customer_id)
        ],
        city=customer.city,
        address=customer.address,
        gender=shown(customer.gender) if customer.gender else "",
        birthday=birthday_words(birthday) if birthday else "",
        next_birthday=next_birthday(birthday, today, rules=rules) if birthday else None,
        called=customer.called,
        dates=_own_dates(db, customer_id, today),
        quiet_hours=quiet_hours.words(customer.quiet_from, customer.quiet_until),
        company=customer.company,
        title=customer.title,
        likes=customer.likes,
        taboos=customer.taboos,
        source=customer.source,
        tags=customers.tags_of(db, customer_id),
        preferred_channel=shown(customer.preferred_channel) if customer.preferred_channel else "",
        do_not_contact=customer.do_not_contact,
        consented_on=customer.consented_on,
        spend_12m_cents=standing.spend_12m_cents if has_bought and standing else None,
        purchases_a_month=standing.purchases_12m / 12 if has_bought and standing else None,
        last_contact=standing.last_contact if standing else None,
        purchase_count=len(bought) or None,
        know_before=[
            *service.words(db, customer_id, today),
            *coming,
            *_lately(today, spoken, bought),
            *_likely(db, customer_id, today, companions),
        ],
        purchases=[
            PurchaseRow(
                one.day, one.lines, one.channel, one.amount_cents, "" if one.lines else one.note
            )
            for one in bought[:RECENT]
        ],
        interactions=[
            InteractionRow(one.at.date(), shown(one.channel), one.outcome)
            for one in spoken[:RECENT]
        ],
        relations=[
            RelationRow(f"{one.name} {one.number}", history.relation_words(one)) for one in related
        ],
        notes=customer.notes,
    )
    if not masked:
        return facts
    return replace(behind_the_mask(facts), know_before=coming)


def _likely(db: Session, customer_id: int, today: date, companions: Companions | None) -> list[str]:
    """What to offer, with the reason."""
    if companions is None:
        return []
    found = recommending.recommend(db, customer_id, today, companions)
    return [_("To offer: {words}").format(words=one.words(today)) for one in found]


def _own_dates(db: Session, customer_id: int, today: date) -> list[str]:
    """What is still to come of a customer's own dates, the next first."""
    coming = sorted(
        (own_dates.next_time(one, today), one.name)
        for one in own_dates.of_customer(db, customer_id)
    )
    said = "{name} {day}"
    return [
        said.format(name=name, day=formats.calendar_day(day, today))
        for day, name in coming
        if day >= today
    ]


def _label(kind: ContactKind, label: str) -> str:
    """A mobile, an e-mail address speak for themselves; the others are named."""
    if kind in (ContactKind.PHONE, ContactKind.EMAIL) and label in ("", "mobile"):
        return ""
    return contact_words(kind, label)


def _coming(db: Session, customer_id: int, today: date, masked: bool) -> list[str]:
    """What is due, which is good to have in mind on meeting."""
    return [
        _("{day}: {reason}").format(
            day=formats.day(max(due.day, due.due), today),
            reason=shown(due.kind) if masked and due.is_reason_private else due.reason,
        )
        for due in follow_ups.of_customer(db, customer_id, today)
        if due.due <= today + DUE_WITHIN and (masked or not due.may_solve)
    ]


def _lately(today: date, spoken: Sequence[Interaction], bought: Sequence[Bought]) -> list[str]:
    """What was said last, and what is always bought."""
    lines = []
    if spoken:
        last = spoken[0]
        lines.append(
            _("Last spoken {day} ({channel}): {outcome}").format(
                day=formats.day(last.at.date(), today),
                channel=shown(last.channel),
                outcome=last.outcome,
            )
        )
    favourites = Counter(item.product for one in bought for item in one.items)
    often = [product for product, times in favourites.most_common(3) if times > 1]
    if often:
        lines.append(_("Often buys {products}").format(products=_(", ").join(often)))
    return lines

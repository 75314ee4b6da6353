"""Care plans as people edit them: added, changed, switched, taken away, and what each would do."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import text
from sqlmodel import Session, select

from custdesk.care import occasions, planning, rules
from custdesk.care.rules import Occurrence, Span
from custdesk.errors import CustdeskError
from custdesk.i18n import _, ngettext
from custdesk.insight import policies, segments
from custdesk.insight.grades import Grades
from custdesk.store.models import CareGift, CarePlan, Channel, FollowUpKind, Stage
from custdesk.words import shown

PREVIEW_DAYS, LONGEST_NAME = 30, 40

LEAST_EVERY, MOST_EVERY = 1, 3660
MOST_BEFORE, MOST_AFTER = 366, 3660
MOST_BEFORE_YEARLY = 60
"""What comes every year is planned when it has come the year before: it must not be due by then.
`follow_ups.LONGEST_STORED_AHEAD` counts on it too."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as it is typed: `store.models.CarePlan` says what the fields mean."""

    kind: FollowUpKind
    name: str = ""
    grades: tuple[str, ...] = ()
    """Their keys."""
    tags: tuple[str, ...] = ()
    every_days: int | None = None
    days: int | None = None
    about: str = ""
    words: str = ""
    channel: Channel | None = None
    gifts: tuple[tuple[str, int], ...] = ()
    """Up to how much a gift may cost, in cents, by grade."""
    stages: tuple[str, ...] = ()
    segment_id: int | None = None


def all_plans(db: Session) -> list[CarePlan]:
    return list(db.exec(select(CarePlan).order_by(text("id"))))


def draft_of(db: Session, plan: CarePlan) -> Draft:
    """A plan as one goes on typing it."""
    return Draft(
        kind=plan.kind,
        name=plan.name,
        grades=tuple(filter(None, plan.grades.split(","))),
        tags=tuple(filter(None, plan.tags.split("\n"))),
        stages=tuple(filter(None, plan.stages.split(","))),
        segment_id=plan.segment_id,
        every_days=plan.every_days,
        days=plan.days,
        about=plan.about,
        words=plan.words,
        channel=plan.channel,
        gifts=tuple(gifts_of(db, plan.id or 0).items()),
    )


def gifts_of(db: Session, plan_id: int) -> dict[str, int]:
    """The budget of a gift by grade, in cents."""
    found = db.exec(select(CareGift).where(CareGift.plan_id == plan_id).order_by(text("id")))
    return {gift.grade: gift.budget_cents for gift in found}


def check(draft: Draft) -> None:
    """Raise a sentence for what is no plan."""
    if len(draft.name) > LONGEST_NAME:
        raise CustdeskError(_("Use {n} characters at most.").format(n=LONGEST_NAME))
    if draft.kind is FollowUpKind.CALLBACK:
        _check_days(draft.every_days, LEAST_EVERY, MOST_EVERY)
    else:
        most_before = MOST_BEFORE_YEARLY if draft.kind in rules.YEARLY else MOST_BEFORE
        _check_days(draft.days, -most_before, MOST_AFTER)
    if draft.kind is FollowUpKind.AFTER_SALE and (draft.days or 0) < 0:
        raise CustdeskError(_("After a purchase comes later than it: choose a day after it."))
    if draft.kind is FollowUpKind.WIN_BACK and (draft.days or 0) < 0:
        raise CustdeskError(_("A warning is not known before it appears: choose a day after it."))
    if draft.kind is FollowUpKind.FESTIVAL and occasions.named(draft.about) is None:
        raise CustdeskError(_("Choose the festival or solar term."))
    if any(cents <= 0 for _grade, cents in draft.gifts):
        raise CustdeskError(_("Type what a gift may cost, or leave it empty."))


def _check_days(days: int | None, low: int, high: int) -> None:
    if days is None or not low <= days <= high:
        raise CustdeskError(
            _("Choose a number of days from {low} to {high}.").format(
                low=max(low, 0), high=high if days is None or days >= 0 else -low
            )
        )


def add(db: Session, draft: Draft, today: date) -> CarePlan:
    """A new plan; it is switched off until somebody has seen whom it concerns."""
    check(draft)
    plan = CarePlan(kind=draft.kind, enabled=False)
    _take(db, plan, draft)
    db.add(plan)
    db.flush()
    _set_gifts(db, plan, draft)
    return plan


def change(db: Session, plan: CarePlan, draft: Draft) -> None:
    """The plan becomes what was typed; what it had planned follows."""
    if draft.kind is not plan.kind:
        raise CustdeskError(_("A plan stays of its kind. Add another plan instead."))
    check(draft)
    _take(db, plan, draft)
    db.add(plan)
    _set_gifts(db, plan, draft)


def _take(db: Session, plan: CarePlan, draft: Draft) -> None:
    if draft.segment_id is not None:
        segments.check_for_plan(db, draft.segment_id)
    is_callback = draft.kind is FollowUpKind.CALLBACK
    plan.name = " ".join(draft.name.split())
    known = policies.grades(db)
    plan.grades = ",".join(sorted(draft.grades, key=lambda key: known.of(key).rank))
    plan.tags = "\n".join(dict.fromkeys(" ".join(tag.split()) for tag in draft.tags))
    plan.stages = ",".join(stage.value for stage in Stage if stage in draft.stages)
    plan.segment_id = draft.segment_id
    plan.every_days = draft.every_days if is_callback else None
    plan.days = None if is_callback else draft.days
    plan.about = "" if is_callback else draft.about.strip()
    plan.words = "\n".join(line.strip() for line in draft.words.splitlines() if line.strip())
    plan.channel = draft.channel


def _set_gifts(db: Session, plan: CarePlan, draft: Draft) -> None:
    wanted = dict(draft.gifts)
    for gift in db.exec(select(CareGift).where(CareGift.plan_id == plan.id)):
        if gift.grade not in wanted:
            db.delete(gift)
        else:
            gift.budget_cents = wanted.pop(gift.grade)
            db.add(gift)
    for grade, cents in wanted.items():
        db.add(CareGift(plan_id=plan.id or 0, grade=grade, budget_cents=cents))
    db.flush()


def switch(db: Session, plan: CarePlan, on: bool, today: date) -> None:
    """Switch a plan on or off; off withdraws what it planned and nobody acted on.

    Switched on, it begins today: what lay before was nobody's to miss.
    """
    if on and not plan.enabled:
        plan.since = today
    plan.enabled = on
    db.add(plan)


def remove(db: Session, plan: CarePlan) -> None:
    """Take a plan away with what it planned; what was done or skipped stays in the history."""
    db.execute(
        text("DELETE FROM follow_up WHERE plan_id = :id AND state = 'open'"), {"id": plan.id}
    )
    db.delete(plan)
    db.flush()


# --- what a plan would do -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a plan concerns at all, and what it calls for in the next days, the earliest first."""

    customers: int
    coming: tuple[Occurrence, ...]
    next_day: date | None = None
    next_count: int = 0
    """When the first come after those days, and how many on that day."""


def preview(db: Session, draft: Draft, today: date) -> Preview:
    """What a plan would plan for the next 30 days if it were switched on today.

    Alone: what other plans call for, who was greeted already, and how callbacks are spread, is not
    looked at.
    """
    check(draft)
    plan = CarePlan(kind=draft.kind)
    _take(db, plan, draft)
    alone = replace(planning.in_force(plan), since=today)
    span = Span(today, today)
    until = today + timedelta(days=PREVIEW_DAYS)
    concerned, coming, later = 0, list[Occurrence](), Counter[date]()
    for cared in planning.cared_for(db, [alone], today):
        if cared.do_not_contact or not alone.concerns(cared):
            continue
        concerned += 1
        found = rules.wanted(replace(cared, greeted=frozenset()), [alone], span)
        coming += [one for one in found if one.due <= until]
        later.update(one.due for one in found if one.due > until)
    coming.sort(key=lambda one: (max(one.due, today), one.customer_id))
    next_day = min(later, default=None)
    return Preview(concerned, tuple(coming), next_day, later[next_day] if next_day else 0)


# --- in words -------------------------------------------------------------------------------------


def title(plan: CarePlan | Draft, grades: Grades) -> str:
    """What a plan is called: the name that somebody gave it, or what it is about."""
    if plan.name:
        return plan.name
    if plan.kind is FollowUpKind.FESTIVAL:
        occasion = occasions.named(plan.about)
        return occasion.words() if occasion else shown(plan.kind)
    if plan.about:
        return _("{kind}: {about}").format(kind=shown(plan.kind), about=plan.about)
    if plan.kind is FollowUpKind.CASE and (plan.days or 0) > 0:
        return _("After a complaint")
    if plan.kind is FollowUpKind.AFTER_SALE:
        days = plan.days or 0
        words = ngettext("After a sale, {n} day", "After a sale, {n} days", days)
        return words.format(n=days)
    if plan.kind is FollowUpKind.CALLBACK and plan.grades:
        return f"{shown(plan.kind)} · {_grades(plan, grades)}"
    return shown(plan.kind)


def _grades(plan: CarePlan | Draft, grades: Grades) -> str:
    keys = plan.grades.split(",") if isinstance(plan.grades, str) else plan.grades
    return _(", ").join(grades.of(key).called for key in keys if key)


def whom(
    plan: CarePlan | Draft, grades: Grades, segment_names: Mapping[int, str] | None = None
) -> str:
    """ "VIP、普通 · 带标签 茶友 · 分组：西湖"; "everybody".

    `segment_names` are those of all segments, by id.
    """
    tagged = plan.tags.split("\n") if isinstance(plan.tags, str) else plan.tags
    parts = []
    if plan.grades:
        parts.append(_grades(plan, grades))
    stages = plan.stages.split(",") if isinstance(plan.stages, str) else plan.stages
    if any(stages):
        parts.append(_(", ").join(shown(Stage(stage)) for stage in stages))
    if any(tagged):
        parts.append(_("tagged {tags}").format(tags=_(", ").join(filter(None, tagged))))
    if plan.segment_id is not None:
        name = (segment_names or {}).get(plan.segment_id, "…")
        parts.append(_("segment {name}").format(name=name))
    return " · ".join(parts) or _("Everybody")


def when(plan: CarePlan | Draft) -> str:
    """ "每 30 天", "提前 3 天", "购买后 7 天", "当天"."""
    if plan.kind is FollowUpKind.CALLBACK:
        every = plan.every_days or 0
        return ngettext(
            "every {n} day without contact", "every {n} days without contact", every
        ).format(n=every)
    days = plan.days or 0
    if plan.kind is FollowUpKind.WIN_BACK:
        words = ngettext("{n} day after the warning", "{n} days after the warning", days)
        return words.format(n=days) if days else _("when the warning appears")
    if plan.kind is FollowUpKind.CASE:
        return _when_of_case(days)
    if days == 0:
        return _("on the day")
    if days < 0:
        return ngettext("{n} day before", "{n} days before", -days).format(n=-days)
    return ngettext("{n} day after", "{n} days after", days).format(n=days)


def _when_of_case(days: int) -> str:
    if days > 0:
        words = ngettext("{n} day after it was solved", "{n} days after it was solved", days)
    elif days < 0:
        words = ngettext(
            "{n} day before it is to be solved", "{n} days before it is to be solved", -days
        )
    else:
        return _("on the day it is due")
    return words.format(n=abs(days))


def tags_known(db: Session) -> list[str]:
    """Every tag that a customer has."""
    return list(
        db.execute(
            text("SELECT name FROM tag WHERE id IN (SELECT tag_id FROM customer_tag) ORDER BY name")
        ).scalars()
    )


def abouts_known(db: Session, kind: FollowUpKind) -> list[str]:
    """What a plan of this kind can be about: products and categories, or names of dates."""
    if kind in (FollowUpKind.AFTER_SALE, FollowUpKind.REPLENISHMENT):
        query = "SELECT name FROM product UNION SELECT category FROM product WHERE category <> ''"
    elif kind in (FollowUpKind.RENEWAL, FollowUpKind.ANNIVERSARY):
        yearly = int(kind is FollowUpKind.ANNIVERSARY)
        query = f"SELECT DISTINCT name FROM customer_date WHERE yearly = {yearly}"
    else:
        return []
    return sorted(db.execute(text(query)).scalars())

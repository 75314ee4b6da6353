"""Segments (分组): saved filters over everything known of a customer: verbs, and whom they find."""

from array import array
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from custdesk.errors import CustdeskError
from custdesk.i18n import _
from custdesk.insight import segment_faults, segment_rules
from custdesk.insight.deriving import Among
from custdesk.insight.segment_faults import Fault
from custdesk.insight.segment_fields import FIELDS, MADE_BY_PLANS, How
from custdesk.insight.segment_rules import NOBODY, All, In, Rule, Rules, Test
from custdesk.insight.segment_sql import Writer
from custdesk.insight.segment_words import Speaker
from custdesk.people.typed import line
from custdesk.store import search
from custdesk.store.models import CarePlan, Segment
from custdesk.store.search import Condition, Query
from custdesk.words import shown

LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Known:
    """All segments of the file, as rules are read against them."""

    names: Mapping[int, str]
    rules: Rules


def all_of(db: Session) -> list[Segment]:
    """Every segment, the oldest first."""
    return list(db.exec(select(Segment).order_by(col(Segment.id))))


def known(db: Session) -> Known:
    """The rules of all segments; one that a damaged file holds finds nobody."""
    every = [(one.id or 0, one) for one in all_of(db)]
    return Known(
        {id: one.name for id, one in every},
        {id: segment_rules.read(one.rule) or NOBODY for id, one in every},
    )


def rule_of(segment: Segment) -> Rule:
    """What a segment asks for."""
    return segment_rules.read(segment.rule) or NOBODY


def named(db: Session, words: str) -> Segment:
    """The segment that somebody means; raises a sentence when there is none."""
    wanted = words.strip().casefold()
    for one in all_of(db):
        if one.name.casefold() == wanted:
            return one
    raise CustdeskError(_("There is no segment {name}.").format(name=words))


# --- whom a rule finds ----------------------------------------------------------------------------


def condition(db: Session, rule: Rule, today: date) -> Condition:
    """A rule as lists are narrowed by it, and in words."""
    there = known(db)
    writer = Writer(there.rules, today)
    sql = writer.sql(rule)
    return Condition(Speaker(db, there.names).say(rule), sql, tuple(writer.parameters.items()))


def words(db: Session, rule: Rule) -> str:
    """A rule as a sentence without its full stop."""
    return Speaker(db, known(db).names).say(rule)


def ids(db: Session, rule: Rule, today: date) -> "array[int]":
    """Whom a rule finds, in list order."""
    return search.find(db, Query(only=condition(db, rule, today)))


def ids_named(db: Session, name: str, today: date) -> "array[int]":
    """Who is in the segment of that name, in list order; raises a sentence when there is none."""
    return ids(db, rule_of(named(db, name)), today)


def count(db: Session, rule: Rule, today: date) -> int:
    """How many customers a rule finds."""
    return _count(db, known(db).rules, rule, today)


def counts(db: Session, today: date) -> dict[int, int]:
    """How many customers are in each segment, by its id."""
    rules = known(db).rules
    return {id: _count(db, rules, rule, today) for id, rule in rules.items()}


def _count(db: Session, rules: Rules, rule: Rule, today: date) -> int:
    writer = Writer(rules, today)
    sql = writer.sql(rule)
    found = db.execute(text(f"SELECT count(*) FROM {_joined(sql)} WHERE {sql}"), writer.parameters)
    return int(found.scalar_one())


def _joined(sql: str) -> str:
    """The tables that a condition needs. Customers first: fewer of them are looked up further."""
    if "c." not in sql:
        return "standing s"
    return "customer c CROSS JOIN standing s ON s.customer_id = c.id"


def members(
    db: Session, segment_ids: Iterable[int], today: date, among: Among
) -> dict[int, frozenset[int]]:
    """Who of those that are looked at is in each of these segments, as ids."""
    wanted = sorted(set(segment_ids))
    rules = known(db).rules if wanted else {}
    found = {}
    for id in wanted:
        writer = Writer(rules, today, of_few=among != "all")
        sql = writer.sql(In(id))
        tables = _joined(sql)
        if among == "touched":  # CROSS keeps one edit from walking through all customers
            tables = (
                "touched CROSS JOIN standing s ON s.customer_id = touched.customer_id"
                " CROSS JOIN customer c ON c.id = s.customer_id"
            )
        only = f" AND s.customer_id = {int(among)}" if isinstance(among, int) else ""
        rows = db.execute(
            text(f"SELECT s.customer_id FROM {tables} WHERE {sql}{only}"), writer.parameters
        )
        found[id] = frozenset(rows.scalars())
    return found


def touch_moved(db: Session, segment_ids: Iterable[int], last: date, today: date) -> None:
    """Put into temp.touched who came into one of these segments, or left it, from one day to
    another although nothing happened. Two looks at everybody for each that goes by days at all."""
    wanted = sorted(set(segment_ids))
    rules = known(db).rules if wanted else {}
    for id in wanted:
        if not segment_rules.moves_with_the_calendar(rules, In(id)):
            continue
        then, now = Writer(rules, last, mark="_then"), Writer(rules, today, mark="_now")
        before, after = then.sql(In(id)), now.sql(In(id))
        db.execute(
            text(
                f"INSERT OR IGNORE INTO touched SELECT s.customer_id FROM {_joined(before)}"
                f" WHERE ({before}) <> ({after})"
            ),
            {**then.parameters, **now.parameters},
        )


# --- what is wrong with a rule --------------------------------------------------------------------


def faults(db: Session, rule: Rule, own_id: int | None = None) -> list[Fault]:
    """Why this cannot be the rule of a new segment, or of the one with that id."""
    there = known(db)
    choices = {
        field.key: Speaker(db, there.names).choices(field)
        for field in FIELDS.values()
        if field.choices
    }
    found = segment_faults.of_rule(rule, own_id, there.rules, there.names, choices)
    return found or _of_plans(db, rule, own_id, there.rules)


def _of_plans(db: Session, rule: Rule, own_id: int | None, rules: Rules) -> list[Fault]:
    """What a care plan makes cannot decide whom the plan is for."""
    if own_id is None or not asks_what_plans_make(rules, rule):
        return []
    around = {id for id, one in rules.items() if own_id in segment_rules.reached(rules, one)}
    for plan in _plans_by(db, {own_id, *around}):
        said = _("The care plan {plan} goes by this segment: ask for no next follow-up here.")
        at = next((at for at, one in segment_rules.walk(rule) if _reaches_plans(rules, one)), ())
        return [Fault(at, said.format(plan=plan.name or shown(plan.kind)))]
    return []


def _reaches_plans(rules: Rules, part: Rule) -> bool:
    return isinstance(part, Test | In) and asks_what_plans_make(rules, part)


def asks_what_plans_make(rules: Rules, rule: Rule) -> bool:
    """Whether it asks for the next follow-up, be it by way of another segment."""
    return any(test.field in MADE_BY_PLANS for test in segment_rules.tests(rules, rule))


def check_for_plan(db: Session, segment_id: int) -> None:
    """Raise a sentence where a care plan cannot go by this segment."""
    there = known(db)
    if segment_id not in there.rules:
        raise CustdeskError(_("This segment is no longer there. Choose another."))
    if asks_what_plans_make(there.rules, In(segment_id)):
        said = _("{name} asks for the next follow-up, which care plans make. Choose another.")
        raise CustdeskError(said.format(name=there.names[segment_id]))


# --- verbs ----------------------------------------------------------------------------------------


def add(db: Session, name: str, rule: Rule) -> Segment:
    """A new segment; raises a CustdeskError for a name or a rule that cannot be."""
    segment = Segment(name=_name(db, name, None), rule=_written(db, rule, None))
    db.add(segment)
    db.flush()
    return segment


def change(db: Session, segment_id: int, rule: Rule) -> None:
    """It asks for something else from now on; a rule with faults is refused, the old one stays."""
    segment = _get(db, segment_id)
    segment.rule = _written(db, rule, segment_id)
    db.add(segment)
    db.flush()


def rename(db: Session, segment_id: int, name: str) -> None:
    segment = _get(db, segment_id)
    segment.name = _name(db, name, segment_id)
    db.add(segment)
    db.flush()


def remove(db: Session, segment_id: int) -> None:
    """Take a segment away; refused while another segment or a care plan goes by it."""
    segment = _get(db, segment_id)
    there = known(db)
    for id, rule in there.rules.items():
        if segment_id in segment_rules.named_in(rule):
            said = _("The segment {other} contains {name}. Take it out there first.")
            raise CustdeskError(said.format(other=there.names[id], name=segment.name))
    for plan in _plans_by(db, {segment_id}):
        said = _("The care plan {plan} goes by {name}. Choose another segment there first.")
        words = said.format(plan=plan.name or shown(plan.kind), name=segment.name)
        raise CustdeskError(words)
    db.delete(segment)
    db.flush()


def is_in_force(db: Session, segment_id: int) -> bool:
    """Whether a care plan that is switched on goes by it, be it by way of another segment: a
    change of it concerns everybody then."""
    rules = known(db).rules
    around = {id for id, one in rules.items() if segment_id in segment_rules.reached(rules, one)}
    return any(plan.enabled for plan in _plans_by(db, {segment_id, *around}))


def of_query(query: Query, today: date) -> All:
    """The filters of a list as a rule; what was typed into the search field is none of them."""
    parts: list[Rule] = []
    for field, values in (
        ("grade", sorted(query.grades)),
        ("stage", sorted(query.stages)),
        ("tag", [query.tag] if query.tag else []),
        ("city", [query.city] if query.city else []),
    ):
        if values:
            how = How.IS if len(values) == 1 else How.ONE_OF
            parts.append(Test(field, how, tuple(values)))
    if query.silent_since:
        days = (today - query.silent_since).days
        parts.append(Test("last_contact", How.LONGER_AGO_OR_NEVER, (days,)))
    return All(tuple(parts))


def free_name(db: Session, wanted: str) -> str:
    """What is wanted as a name, as long as one may be, with a number where it is taken."""
    taken = {one.name.casefold() for one in all_of(db)}
    whole = " ".join(wanted.split())
    name = whole if len(whole) <= LONGEST_NAME else whole[: LONGEST_NAME - 1] + "…"
    n = 1
    while name.casefold() in taken:
        n += 1
        name = f"{whole[: LONGEST_NAME - 5]} {n}"
    return name


def _get(db: Session, segment_id: int) -> Segment:
    found = db.get(Segment, segment_id)
    if found is None:
        raise CustdeskError(_("This segment is no longer there."))
    return found


def _plans_by(db: Session, segment_ids: Set[int]) -> list[CarePlan]:
    chosen = col(CarePlan.segment_id).in_(segment_ids)
    return list(db.exec(select(CarePlan).where(chosen).order_by(col(CarePlan.id))))


def _name(db: Session, typed: str, own_id: int | None) -> str:
    name = line(typed)
    if not name:
        raise CustdeskError(_("A segment needs a name. Type one."))
    if len(name) > LONGEST_NAME:
        raise CustdeskError(_("Use {n} characters at most.").format(n=LONGEST_NAME))
    for one in all_of(db):
        if one.id != own_id and one.name.casefold() == name.casefold():
            raise CustdeskError(_("Another segment is called {name}.").format(name=one.name))
    return name


def _written(db: Session, rule: Rule, own_id: int | None) -> str:
    wrong = faults(db, rule, own_id)
    if wrong:
        raise CustdeskError(wrong[0].words)
    return segment_rules.write(rule)

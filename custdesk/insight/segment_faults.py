"""What is wrong with a rule of a segment: one sentence for each thing, and where in the rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from custdesk.i18n import _
from custdesk.insight.segment_fields import FIELDS, IN_DAYS, NO, YES, Choices, Field, How, Kind
from custdesk.insight.segment_rules import (
    All,
    AnyOf,
    In,
    Rule,
    Rules,
    Test,
    parts_of,
    reached,
    walk,
)
from custdesk.people.feedback import SCORES

MOST_DEPTH = 6
"""Groups within groups."""
MOST_TESTS = 200
"""Conditions, those of the segments within counted too, as often as they are named."""
MOST_DAYS = 36_600
MOST_FIGURE = 10**9
MOST_CENTS = 10**13
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """`at` is the place in the rule (see `segment_rules.parts_of`); a sentence."""

    at: tuple[int, ...]
    words: str


def value_fault(field: Field, test: Test) -> str:
    """Why a field cannot be compared with these values; "" where it can."""
    how, values = test.how, test.values
    if how in (How.EMPTY, How.FILLED):
        return "" if not values else _("This needs no value.")
    if not values:
        return _missing(field, how)
    if how == How.BETWEEN:
        if len(values) != 2:
            return _("Type both values.")
    elif how != How.ONE_OF and len(values) != 1:
        return _("One value is enough here.")
    for value in values:
        if said := _kind_fault(field, how, value):
            return said
    low, high = values[0], values[-1]
    if how == How.BETWEEN and (
        low > high if isinstance(low, int) and isinstance(high, int) else str(low) > str(high)
    ):
        return _("The first value must not be above the second.")
    return ""


def _missing(field: Field, how: str) -> str:
    if how in IN_DAYS:
        return _("Type a number of days.")
    if field.kind in (Kind.CHOICE, Kind.YES_NO):
        return _("Choose a value.")
    if field.kind is Kind.MONEY:
        return _("Type an amount.")
    if field.kind in (Kind.DATE, Kind.COMING):
        return _("Type a day.")
    if field.kind is Kind.POINTS:
        return _("Type a number from {low} to {high}.").format(low=SCORES[0], high=SCORES[-1])
    return _("Type a number.") if field.kind is Kind.NUMBER else _("Type a value.")


def _kind_fault(field: Field, how: str, value: str | int) -> str:
    """Why a value is not of the field's kind."""
    if field.kind is Kind.POINTS:
        is_score = isinstance(value, int) and 10 * SCORES[0] <= value <= 10 * SCORES[-1]
        return "" if is_score else _missing(field, how)
    if how in IN_DAYS or field.kind in (Kind.NUMBER, Kind.MONEY):
        most = MOST_DAYS if how in IN_DAYS else MOST_FIGURE
        low = 0
        if field.kind is Kind.MONEY:
            low, most = -MOST_CENTS, MOST_CENTS
        if isinstance(value, int) and low <= value <= most:
            return ""
        if field.kind is Kind.MONEY:
            return _("Type an amount.")
        return _("Type a whole number from {low} to {high}.").format(low=low, high=most)
    if not isinstance(value, str) or not value.strip():
        return _missing(field, how)
    if field.kind in (Kind.DATE, Kind.COMING):
        try:
            return "" if date.fromisoformat(value).isoformat() == value else _missing(field, how)
        except ValueError:
            return _missing(field, how)
    if field.kind is Kind.YES_NO and value not in (YES, NO):
        return _missing(field, how)
    if len(value) > LONGEST_VALUE:
        return _("Use {n} characters at most.").format(n=LONGEST_VALUE)
    return ""


def of_rule(
    rule: Rule,
    own_id: int | None,
    rules: Rules,
    names: Mapping[int, str],
    choices: Mapping[str, Choices],
) -> list[Fault]:
    """Why this cannot be the rule of the segment `own_id`, or of a new one.

    `rules` and `names` are those of all segments, `choices` of every field that has some.
    """
    found: list[Fault] = []
    for at, one in walk(rule):
        if len(at) > MOST_DEPTH:
            words = _("This is nested too deeply. Make the inner group a segment of its own.")
            found.append(Fault(at, words))
            break
        said = ""
        if isinstance(one, Test):
            said = _test_fault(one, choices)
        elif isinstance(one, In):
            said = _segment_fault(one.segment, own_id, rules, names)
        elif isinstance(one, All | AnyOf) and not one.parts:
            said = _("This group is empty. Add a condition, or take the group away.")
        if said:
            found.append(Fault(at, said))
    if not found and _too_large(rule, own_id, rules):
        words = _("These are too many conditions. {n} are enough, those of other segments counted.")
        found.append(Fault((), words.format(n=MOST_TESTS)))
    return found


def _test_fault(test: Test, choices: Mapping[str, Choices]) -> str:
    field = FIELDS.get(test.field)
    if field is None:
        return _("Choose what to look at.")
    if test.how not in field.hows:
        return _("Choose how to compare.")
    if said := value_fault(field, test):
        return said
    if test.field in choices and any(one not in choices[test.field] for one in test.values):
        return _("This value is no longer there. Choose another.")
    return ""


def _segment_fault(id: int, own_id: int | None, rules: Rules, names: Mapping[int, str]) -> str:
    if id not in rules:
        return (
            _("Choose a segment.")
            if id == 0
            else _("This segment is no longer there. Choose another.")
        )
    if id == own_id:
        return _("A segment cannot contain itself. Choose another.")
    if own_id is not None and own_id in reached(rules, In(id)):
        return _("This segment would contain itself by way of {name}.").format(name=names[id])
    return ""


def _too_large(rule: Rule, own_id: int | None, rules: Rules) -> bool:
    """Whether this rule, or one that it becomes a part of, has too many tests in all."""
    now = {**rules, own_id or 0: rule}
    counted: dict[int, int] = {}

    def size(one: Rule, within: frozenset[int]) -> int:
        if isinstance(one, Test):
            return 1
        if not isinstance(one, In):
            return sum(size(part, within) for part in parts_of(one))
        if one.segment in within or one.segment not in now:
            return 1
        if one.segment not in counted:
            counted[one.segment] = size(now[one.segment], within | {one.segment})
        return counted[one.segment]

    around = [id for id in now if own_id in {id} | reached(now, now[id])]
    return any(size(In(id), frozenset()) > MOST_TESTS for id in {*around, own_id or 0})

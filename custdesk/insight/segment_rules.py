"""What a segment is made of: tests joined by all, any and not, and other segments; as JSON too."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from custdesk.insight.segment_fields import IN_DAYS

Value = str | int
"""Words, the key of a choice, a day as 2026-11-21; a number, a number of days, or cents."""


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Rule", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Rule", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Rule"


@dataclass(frozen=True, slots=True)
class In:
    """The customer is in another segment."""

    segment: int


@dataclass(frozen=True, slots=True)
class Test:
    """A field of `segment_fields.FIELDS` compares so with these values.

    It holds or does not: where the customer has no value, it holds for EMPTY, IS_NOT and
    LONGER_AGO_OR_NEVER alone.
    """

    field: str
    how: str
    values: tuple[Value, ...] = ()


Rule = All | AnyOf | Not | In | Test
Rules = Mapping[int, Rule]
"""The rules of all segments by id."""

NOBODY = AnyOf()
"""What a rule that cannot be read stands for."""


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """The rules directly within; a place in a rule is a path of their numbers."""
    if isinstance(rule, Not):
        return (rule.part,)
    return rule.parts if isinstance(rule, All | AnyOf) else ()


def walk(rule: Rule, at: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Rule]]:
    """Everything in a rule, itself first, each with its place."""
    yield at, rule
    for n, part in enumerate(parts_of(rule)):
        yield from walk(part, (*at, n))


def part_at(rule: Rule, at: tuple[int, ...]) -> Rule:
    """What stands at a place."""
    return part_at(parts_of(rule)[at[0]], at[1:]) if at else rule


def with_parts(rule: Rule, parts: tuple[Rule, ...]) -> Rule:
    """A group with other parts; a Not has one."""
    if isinstance(rule, Not):
        return Not(parts[0])
    return All(parts) if isinstance(rule, All) else AnyOf(parts)


def put_at(rule: Rule, at: tuple[int, ...], new: Rule) -> Rule:
    """The rule with another part at a place."""
    if not at:
        return new
    parts = list(parts_of(rule))
    parts[at[0]] = put_at(parts[at[0]], at[1:], new)
    return with_parts(rule, tuple(parts))


def taken_from(rule: Rule, at: tuple[int, ...]) -> Rule:
    """The rule without what stands at a place, which is one of a group's."""
    group = part_at(rule, at[:-1])
    parts = parts_of(group)
    left = parts[: at[-1]] + parts[at[-1] + 1 :]
    return put_at(rule, at[:-1], with_parts(group, left))


def in_groups(rule: Rule) -> Rule:
    """The same rule with a group around everything, and every Not around a group of any."""

    def within(one: Rule) -> Rule:
        match one:
            case All(parts):
                return All(tuple(map(within, parts)))
            case AnyOf(parts):
                return AnyOf(tuple(map(within, parts)))
            case Not(AnyOf(parts)):
                return Not(AnyOf(tuple(map(within, parts))))
            case Not(part):
                return Not(AnyOf((within(part),)))
        return one

    found = within(rule)
    return All((found,)) if isinstance(found, Test | In) else found


def named_in(rule: Rule) -> set[int]:
    """The segments that a rule names itself."""
    return {one.segment for _at, one in walk(rule) if isinstance(one, In)}


def reached(rules: Rules, rule: Rule) -> set[int]:
    """The segments that a rule names, and those that these name, and so on."""
    found, waiting = set[int](), named_in(rule)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting |= named_in(rules.get(one, NOBODY))
    return found


def tests(rules: Rules, rule: Rule) -> Iterator[Test]:
    """Every test of a rule and of the segments that it reaches, each once."""
    for one in (rule, *(rules.get(id, NOBODY) for id in reached(rules, rule))):
        yield from (part for _at, part in walk(one) if isinstance(part, Test))


def moves_with_the_calendar(rules: Rules, rule: Rule) -> bool:
    """Whether tomorrow it may find others although nothing happens."""
    return any(test.how in IN_DAYS for test in tests(rules, rule))


# --- JSON -----------------------------------------------------------------------------------------


def write(rule: Rule) -> str:
    """{"all": [{"field": "city", "how": "is", "values": ["杭州"]}, {"not": {"in": 3}}]}"""
    return json.dumps(_written(rule), ensure_ascii=False)


def _written(rule: Rule) -> dict[str, object]:
    match rule:
        case All(parts):
            return {"all": [_written(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [_written(part) for part in parts]}
        case Not(part):
            return {"not": _written(part)}
        case In(segment):
            return {"in": segment}
        case Test(field, how, values):
            return {"field": field, "how": str(how), "values": list(values)}


def read(written: str) -> Rule | None:
    """The rule that `write` wrote; None for what is no such thing."""
    try:
        return _read(json.loads(written))
    except (ValueError, RecursionError):
        return None


def _read(found: object) -> Rule:
    match found:
        case {"all": list(parts), **rest} if not rest:
            return All(tuple(map(_read, parts)))
        case {"any": list(parts), **rest} if not rest:
            return AnyOf(tuple(map(_read, parts)))
        case {"not": part, **rest} if not rest:
            return Not(_read(part))
        case {"in": int(segment), **rest} if not rest and not isinstance(segment, bool):
            return In(segment)
        case {"field": str(field), "how": str(how), "values": list(values), **rest} if not rest:
            if any(isinstance(one, bool) or not isinstance(one, str | int) for one in values):
                raise ValueError("no value")
            return Test(field, how, tuple(values))
    raise ValueError("no rule")

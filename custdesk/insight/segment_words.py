"""A rule of a segment as a sentence that people read, and what its comparisons are called."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlmodel import Session

from custdesk import formats
from custdesk.i18n import N_, _, ngettext
from custdesk.insight.segment_fields import (
    FIELDS,
    IN_DAYS,
    Choices,
    Field,
    How,
    Kind,
    yes_or_no,
)
from custdesk.insight.segment_rules import All, AnyOf, In, Not, Rule, Test, Value

HOWS: Mapping[str, str] = {
    How.IS: N_("is"),
    How.IS_NOT: N_("is not"),
    How.ONE_OF: N_("is one of"),
    How.CONTAINS: N_("contains"),
    How.AT_LEAST: N_("at least"),
    How.MORE: N_("more than"),
    How.AT_MOST: N_("at most"),
    How.LESS: N_("less than"),
    How.BETWEEN: N_("from … to"),
    How.WITHIN_LAST: N_("in the last … days"),
    How.LONGER_AGO: N_("over … days ago"),
    How.LONGER_AGO_OR_NEVER: N_("over … days ago or never"),
    How.WITHIN_NEXT: N_("in the next … days"),
    How.BEFORE: N_("before"),
    How.AFTER: N_("after"),
    How.EMPTY: N_("is empty"),
    How.FILLED: N_("is filled in"),
}
"""What a comparison is called where it is chosen."""

_SAID: Mapping[str, str] = {
    How.IS: N_("{field} is {value}"),
    How.IS_NOT: N_("{field} is not {value}"),
    How.ONE_OF: N_("{field} is {value}"),
    How.CONTAINS: N_("{field} contains “{value}”"),
    How.AT_LEAST: N_("{field} at least {value}"),
    How.MORE: N_("{field} more than {value}"),
    How.AT_MOST: N_("{field} at most {value}"),
    How.LESS: N_("{field} less than {value}"),
    How.BETWEEN: N_("{field} from {value} to {other}"),
    How.BEFORE: N_("{field} before {value}"),
    How.AFTER: N_("{field} after {value}"),
    How.EMPTY: N_("{field} is empty"),
    How.FILLED: N_("{field} is filled in"),
}


class Speaker:
    """Says rules in the language spoken now, with the names that choices and segments have."""

    def __init__(self, db: Session, names: Mapping[int, str]) -> None:
        """`names` are those of the segments, by id."""
        self._db, self._names = db, names
        self._choices: dict[str, Choices] = {}

    def say(self, rule: Rule) -> str:
        """ "城市是杭州，且（等级是 VIP 或 近12月消费至少 ¥50,000），且非标签“同行”"."""
        match rule:
            case All(parts) | AnyOf(parts) if len(parts) == 1:
                return self.say(parts[0])
            case All(parts):
                return _(", and ").join(map(self._within, parts))
            case AnyOf(parts):
                return _(" or ").join(map(self._within, parts))
            case Not(part):
                return _("not {words}").format(words=self._within(part))
            case In(segment):
                name = self._names.get(segment, _("(gone)") if segment else "…")
                return _("in the segment “{name}”").format(name=name)
            case Test():
                return self._test(rule)

    def _within(self, rule: Rule) -> str:
        """A part among others: brackets say what belongs together."""
        while isinstance(rule, All | AnyOf) and len(rule.parts) == 1:
            rule = rule.parts[0]
        said = self.say(rule)
        return _("({words})").format(words=said) if isinstance(rule, All | AnyOf) else said

    def _test(self, test: Test) -> str:
        field = FIELDS.get(test.field)
        if field is None:
            return _("(not known)") if test.field else "…"
        values = [self.value(field, test.how, one) for one in test.values]
        if test.how in IN_DAYS:
            n = test.values[0] if test.values and isinstance(test.values[0], int) else 0
            return _in_days(test.how, n).format(field=field.called, n=formats.count(n))
        if field.kind is Kind.NAMES and test.how in (How.IS, How.IS_NOT, How.ONE_OF):
            quoted = [_("“{name}”").format(name=value) for value in values]
            said = _("{field} {value}").format(field=field.called, value=_(" or ").join(quoted))
            return _("not {words}").format(words=said) if test.how == How.IS_NOT else said
        if field.kind is Kind.YES_NO:
            return _("{field}: {value}").format(field=field.called, value=_(" or ").join(values))
        pattern = _(_SAID.get(test.how, N_("{field} is {value}")))
        if test.how == How.BETWEEN:
            value, other = (*values, "…", "…")[:2]
            return pattern.format(
                field=field.called, value=_apart(pattern, "{value}", value),
                other=_apart(pattern, "{other}", other),
            )  # fmt: skip
        value = _(" or ").join(values) or "…"
        return pattern.format(field=field.called, value=_apart(pattern, "{value}", value))

    def value(self, field: Field, how: str, value: Value) -> str:
        """One value of a test as people read it."""
        if field.kind is Kind.MONEY and isinstance(value, int):
            return formats.money(value)
        if field.kind is Kind.POINTS and isinstance(value, int):
            return _("{n} of 5").format(n=f"{value / 10:.1f}".removesuffix(".0"))
        if field.kind is Kind.NUMBER and isinstance(value, int):
            return field.counted(value) if field.counted else str(value)
        if field.kind in (Kind.DATE, Kind.COMING) and isinstance(value, str):
            return formats.full_day(date.fromisoformat(value)) if _is_day(value) else value
        if field.kind in (Kind.CHOICE, Kind.YES_NO):
            return self.choices(field).get(str(value), str(value))
        return str(value)

    def choices(self, field: Field) -> Choices:
        """The values that can be chosen for a field, and what they are called."""
        if field.key not in self._choices:
            of: Callable[[Session], Choices] | None = field.choices
            if field.kind is Kind.YES_NO:
                of = yes_or_no
            self._choices[field.key] = of(self._db) if of else {}
        return self._choices[field.key]


def _in_days(how: str, n: int) -> str:
    if how == How.WITHIN_LAST:
        return ngettext("{field} within the last {n} day", "{field} within the last {n} days", n)
    if how == How.WITHIN_NEXT:
        return ngettext("{field} within the next {n} day", "{field} within the next {n} days", n)
    if how == How.LONGER_AGO:
        return ngettext("{field} more than {n} day ago", "{field} more than {n} days ago", n)
    return ngettext(
        "{field} more than {n} day ago, or never", "{field} more than {n} days ago, or never", n
    )


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _apart(pattern: str, place: str, value: str) -> str:
    """A value with a space where Latin letters or figures would touch Chinese characters."""
    before, _place, after = pattern.partition(place)
    head = " " if _is_han(before[-1:]) and value[:1].isascii() and value[:1].isalnum() else ""
    tail = " " if _is_han(after[:1]) and value[-1:].isascii() and value[-1:].isalnum() else ""
    return f"{head}{value}{tail}"


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"

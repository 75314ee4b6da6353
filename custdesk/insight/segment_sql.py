"""A rule of a segment as SQL over a customer `c` and a standing `s`; every value is bound.

What it makes of each part is 0 or 1 and never NULL, so that "not" is the other half of everybody.
"""

from datetime import date, timedelta

from custdesk.insight.segment_faults import value_fault
from custdesk.insight.segment_fields import FIELDS, IN_DAYS, YES, Field, How, Kind, Names
from custdesk.insight.segment_rules import NOBODY, All, AnyOf, In, Not, Rule, Rules, Test, Value

_SIGNS = {
    How.AT_LEAST: ">=",
    How.MORE: ">",
    How.AFTER: ">",
    How.AT_MOST: "<=",
    How.LESS: "<",
    How.BEFORE: "<",
}


class Writer:
    """Writes rules as SQL and collects what is bound in `parameters`.

    `of_few` is for queries that look at a few customers only: each is looked up by itself then.
    `mark` begins the names of the parameters.
    """

    def __init__(self, rules: Rules, today: date, *, of_few: bool = False, mark: str = "_") -> None:
        self.parameters: dict[str, Value] = {}
        self._rules, self._today = rules, today
        self._of_few, self._mark = of_few, mark

    def sql(self, rule: Rule, within: frozenset[int] = frozenset()) -> str:
        """`within` are the segments that this is a part of: nobody is in one by way of itself."""
        match rule:
            case All(parts):
                return self._joined(" AND ", parts, within) if parts else "1"
            case AnyOf(parts):
                return self._joined(" OR ", parts, within) if parts else "0"
            case Not(part):
                return f"(NOT {self.sql(part, within)})"
            case In(segment):
                named = NOBODY if segment in within else self._rules.get(segment, NOBODY)
                return self.sql(named, within | {segment})
            case Test():
                return self._test(rule)

    def _joined(self, by: str, parts: tuple[Rule, ...], within: frozenset[int]) -> str:
        return "(" + by.join(self.sql(part, within) for part in parts) + ")"

    def _bind(self, value: Value) -> str:
        name = f"{self._mark}{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def _test(self, test: Test) -> str:
        field = FIELDS.get(test.field)
        if field is None or test.how not in field.hows or value_fault(field, test):
            return "0"  # of a later version, or damaged: the editor says so
        how = How(test.how)
        if field.names is not None:
            return self._of_names(field.names, how, test.values)
        if field.kind is Kind.YES_NO:
            return f"({field.sql})" if test.values == (YES,) else f"(NOT ({field.sql}))"
        if how in (How.EMPTY, How.FILLED):
            empty = f"{field.sql} = ''" if field.kind is Kind.TEXT else f"({field.sql}) IS NULL"
            return f"({empty})" if how is How.EMPTY else f"(NOT {empty})"
        if how in IN_DAYS:
            return self._in_days(field, how, int(test.values[0]))
        return self._held(field, how, test.values)

    def _in_days(self, field: Field, how: How, n: int) -> str:
        today, days = self._today, timedelta(days=n)
        if how is How.WITHIN_NEXT:
            coming = (today.isoformat(), (today + days).isoformat())
            return self._held(field, How.BETWEEN, coming)
        since = (today - days).isoformat()
        if how is How.WITHIN_LAST:
            return self._held(field, How.BETWEEN, (since, today.isoformat()))
        if how is How.LONGER_AGO:
            return self._held(field, How.BEFORE, (since,))
        return f"(NOT {self._held(field, How.AT_LEAST, (since,))})"

    def _held(self, field: Field, how: How, values: tuple[Value, ...]) -> str:
        """That a field has a value, and that it compares so."""
        if how is How.IS_NOT:
            return f"(NOT {self._held(field, How.IS, values)})"
        folded = field.kind is Kind.TEXT
        sql = f"lower({field.sql})" if folded else f"({field.sql})"
        compared = _compared(sql, how, self._bound(values, folded=folded))
        return f"coalesce({compared}, 0)" if field.may_lack else f"({compared})"

    def _of_names(self, names: Names, how: How, values: tuple[Value, ...]) -> str:
        """Of IS and CONTAINS one of the names has to be the value, or hold it."""
        if how is How.IS_NOT:
            return f"(NOT {self._of_names(names, How.IS, values)})"
        if how in (How.EMPTY, How.FILLED):
            picked, having = "1", ""
        else:
            condition = _compared(f"lower({names.name})", how, self._bound(values, folded=True))
            plus = "+" if self._of_few else ""
            picked, having = names.picked.format(condition=condition, plus=plus), names.kept
        if self._of_few:
            found = (
                f"EXISTS (SELECT 1 FROM {names.among}"
                f" WHERE {names.owner} = s.customer_id AND {picked}{having})"
            )
        else:
            found = (
                f"(s.customer_id IN (SELECT {names.owner} FROM {names.among}"
                f" WHERE {picked}{having}))"
            )
        return f"(NOT {found})" if how is How.EMPTY else found

    def _bound(self, values: tuple[Value, ...], *, folded: bool) -> list[str]:
        return [f"lower({one})" if folded else one for one in map(self._bind, values)]


def _compared(sql: str, how: How, bound: list[str]) -> str:
    if how is How.CONTAINS:
        return f"instr({sql}, {bound[0]}) > 0"
    if how is How.BETWEEN:
        return f"{sql} BETWEEN {bound[0]} AND {bound[1]}"
    if how in (How.IS, How.ONE_OF):
        return f"{sql} IN ({', '.join(bound)})"
    return f"{sql} {_SIGNS[how]} {bound[0]}"

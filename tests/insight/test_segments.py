"""Segments find whom they say, in whatever way they are put together, and refuse what cannot be."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from custdesk.care import plans
from custdesk.care.plans import Draft
from custdesk.errors import CustdeskError
from custdesk.insight import segment_rules as made
from custdesk.insight import segments
from custdesk.insight.segment_fields import FIELDS, How
from custdesk.people import history
from custdesk.people.history import Item
from custdesk.store import search
from custdesk.store.models import CarePlan, FollowUpKind, Segment
from custdesk.store.search import Query
from custdesk.store.store import Store
from tests.helpers import add, bought, find, is_a_sentence, spoke, trash
from tests.insight.people_for_segments import (
    TODAY,
    Person,
    holds,
    in_a_file,
    somebody,
    value_of,
    values_for,
)

PEOPLE = [somebody(random.Random(n), n) for n in range(1, 17)]
EVERY_CASE = [(key, how) for key, field in FIELDS.items() for how in field.hows]


def found(db: Session, rule: made.Rule) -> set[int]:
    return set(segments.ids(db, rule, TODAY))


def expected(
    rule: made.Rule, people: list[Person], others: dict[int, made.Rule] | None = None
) -> set[int]:
    return {one.standing.customer_id for one in people if holds(rule, one, others or {})}


# --- whom it finds --------------------------------------------------------------------------------


def test_every_field_compares_as_it_is_said(store: Store) -> None:
    """Every field by every comparison, with what is there, more, less, and what is not there."""
    with in_a_file(store, PEOPLE) as db:
        for key, how in EVERY_CASE:
            tells = False
            for values in values_for(key, how, PEOPLE):
                rule = made.Test(key, how, values)
                assert segments.faults(db, rule) == [], rule
                some = expected(rule, PEOPLE)
                assert found(db, rule) == some, rule
                assert segments.count(db, rule, TODAY) == len(some)
                tells = tells or 0 < len(some) < len(PEOPLE)
            assert tells, f"{key} {how} tells nobody from anybody"


def test_who_is_looked_at_alone_is_in_it_all_the_same(store: Store) -> None:
    """The few of one edit are looked up in another way than everybody."""
    with in_a_file(store, PEOPLE) as db:
        for key, how in EVERY_CASE:
            rule = made.Test(key, how, values_for(key, how, PEOPLE)[-1])
            db.merge(Segment(id=1, name="一", rule=made.write(rule)))
            db.flush()
            together = segments.members(db, [1], TODAY, "all")[1]
            alone = set[int]()
            for person in PEOPLE:
                alone |= segments.members(db, [1], TODAY, person.standing.customer_id)[1]
            assert together == alone == expected(rule, PEOPLE), rule


@pytest.mark.parametrize("how", [How.LESS, How.AT_MOST, How.MORE, How.BETWEEN, How.IS])
def test_what_nobody_knows_is_neither_less_nor_more(store: Store, how: How) -> None:
    with in_a_file(store, PEOPLE) as db:
        rule = made.Test("rhythm", how, (0, 10**6) if how is How.BETWEEN else (10**6,))
        unknown = {p.standing.customer_id for p in PEOPLE if value_of(p, "rhythm") is None}
        assert unknown
        assert found(db, rule).isdisjoint(unknown)
        assert unknown <= found(db, made.Not(rule))


def test_never_is_longer_ago_only_where_that_is_said(store: Store) -> None:
    never, long_ago = add(store, "从未"), add(store, "很久")
    spoke(store, long_ago, "2026-01-01")
    with store.read() as db:
        longer = made.Test("last_contact", How.LONGER_AGO, (90,))
        or_never = replace(longer, how=How.LONGER_AGO_OR_NEVER)
        assert list(segments.ids(db, longer, store.today)) == [long_ago]
        assert set(segments.ids(db, or_never, store.today)) == {never, long_ago}


def test_nobody_in_the_trash_is_in_a_segment(store: Store) -> None:
    id = add(store, "张丽华", city="杭州")
    rule = made.Test("city", How.IS, ("杭州",))
    with store.read() as db:
        assert segments.count(db, rule, store.today) == 1
    trash(store, id)
    with store.read() as db:
        assert segments.count(db, rule, store.today) == 0


def test_what_went_back_was_not_bought(store: Store) -> None:
    kept, gave_back = add(store, "留下"), add(store, "退货")
    for id in (kept, gave_back):
        bought(store, id, "2026-11-01", 100_00)
    with store.write("Return") as db:
        history.record_purchase(db, gave_back, store.today, [Item("明前龙井", -1, -100_00)])
    with store.read() as db:
        rule = made.Test("product", How.IS, ("明前龙井",))
        assert list(segments.ids(db, rule, store.today)) == [kept]


NASTY = ["'", '"', "%", "_", "\\", "' OR 1=1 --", "'); DROP TABLE customer; --", ":_0", "a_b", "*"]


@pytest.mark.parametrize("typed", NASTY)
def test_what_is_typed_is_looked_for_and_nothing_else(store: Store, typed: str) -> None:
    add(store, "张丽华", notes="x")
    there = add(store, "欧阳明", notes=f"前{typed}后")
    with store.read() as db:
        rule = made.Test("notes", How.CONTAINS, (typed,))
        assert list(segments.ids(db, rule, store.today)) == [there]
        condition = segments.condition(db, rule, store.today)
        other = segments.condition(db, replace(rule, values=("别的",)), store.today)
        assert dict(condition.parameters) == {"_0": typed}
        assert condition.sql == other.sql


# --- put together ---------------------------------------------------------------------------------


def _tests() -> st.SearchStrategy[made.Rule]:
    def of(key: str) -> st.SearchStrategy[made.Rule]:
        return st.sampled_from(FIELDS[key].hows).flatmap(
            lambda how: st.sampled_from(values_for(key, how, PEOPLE)).map(
                lambda values: made.Test(key, how, values)
            )
        )

    return st.sampled_from(sorted(FIELDS)).flatmap(of)


def _rules(within: st.SearchStrategy[made.Rule] | None = None) -> st.SearchStrategy[made.Rule]:
    return st.recursive(
        _tests() if within is None else _tests() | within,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda some: made.All(tuple(some))),
            st.lists(inner, min_size=1, max_size=3).map(lambda some: made.AnyOf(tuple(some))),
            inner.map(made.Not),
        ),
        max_leaves=6,
    )


RULES = _rules(st.sampled_from([made.In(1), made.In(2), made.In(99)]))


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rule=RULES, first=_rules(), second=_rules(st.just(made.In(1))), seed=st.integers(0, 10**6))
def test_any_rule_finds_whom_it_says(
    store: Store, rule: made.Rule, first: made.Rule, second: made.Rule, seed: int
) -> None:
    """99 is no segment: nobody is in it."""
    rng = random.Random(seed)
    people = [somebody(rng, id) for id in range(1, 9)]
    others = {1: first, 2: second}
    with in_a_file(store, people) as db:
        for id, other in others.items():
            db.add(Segment(id=id, name=str(id), rule=made.write(other)))
        db.flush()
        some = found(db, rule)
        assert some == expected(rule, people, others)
        assert found(db, made.Not(made.Not(rule))) == some
        assert found(db, made.Not(rule)) == set(range(1, 9)) - some


@given(rule=RULES)
def test_a_rule_comes_back_from_the_file_as_it_was(rule: made.Rule) -> None:
    assert made.read(made.write(rule)) == rule


@pytest.mark.parametrize(
    "written",
    ["", "{", "[]", "3", '{"all": 3}', '{"in": true}', '{"in": "1"}', '{"all": [], "any": []}',
     '{"field": "city", "how": "is"}', '{"field": "city", "how": "is", "values": [1.5]}',
     '{"field": "city", "how": "is", "values": [true]}', '{"not": []}', "[" * 100_000],
    ids=range(13),
)  # fmt: skip
def test_what_is_no_rule_is_not_read(store: Store, written: str) -> None:
    """And a segment that holds it in a damaged file has nobody in it."""
    assert made.read(written) is None
    add(store, "张丽华")
    with store.write("Damage") as db:
        db.add(Segment(id=1, name="一", rule=written))
    with store.read() as db:
        assert segments.counts(db, store.today) == {1: 0}


def test_a_list_is_narrowed_and_searched_at_once(store: Store) -> None:
    add(store, "张丽华", city="杭州", grade="vip")
    add(store, "张大千", city="成都", grade="vip")
    add(store, "李国强", city="杭州")
    with store.read() as db:
        only = segments.condition(db, made.Test("city", How.IS, ("杭州",)), store.today)
    assert find(store, "zhang", only=only) == ["张丽华"]
    assert find(store, "", only=only, grades=frozenset({"vip"})) == ["张丽华"]


# --- what cannot be -------------------------------------------------------------------------------

CITY = made.Test("city", How.IS, ("杭州",))
WRONG: list[tuple[made.Rule, tuple[int, ...]]] = [
    (made.All(()), ()),
    (made.AnyOf((CITY, made.AnyOf(()))), (1,)),
    (made.Not(made.All(())), (0,)),
    (made.Test("", ""), ()),
    (made.Test("shoe_size", How.IS, ("42",)), ()),
    (made.Test("city", How.AT_LEAST, ("杭州",)), ()),
    (made.Test("city", "resembles", ("杭州",)), ()),
    (made.Test("city", How.IS), ()),
    (made.Test("city", How.IS, (" ",)), ()),
    (made.Test("city", How.IS, ("杭" * 201,)), ()),
    (made.Test("city", How.IS, ("杭州", "成都")), ()),
    (made.Test("city", How.EMPTY, ("杭州",)), ()),
    (made.Test("grade", How.IS, ("gold",)), ()),
    (made.Test("grade", How.ONE_OF), ()),
    (made.Test("warned", How.IS, ("maybe",)), ()),
    (made.Test("spend_12m", How.AT_LEAST, ("much",)), ()),
    (made.Test("spend_12m", How.AT_LEAST, (10**14,)), ()),
    (made.Test("spend_12m", How.BETWEEN, (5,)), ()),
    (made.Test("spend_12m", How.BETWEEN, (5, 4)), ()),
    (made.Test("loyal_years", How.AT_LEAST, (-1,)), ()),
    (made.Test("last_contact", How.WITHIN_LAST, (-1,)), ()),
    (made.Test("last_contact", How.WITHIN_LAST, (36_601,)), ()),
    (made.Test("last_contact", How.BEFORE, ("2026-02-30",)), ()),
    (made.Test("last_contact", How.BEFORE, ("20260228",)), ()),
    (made.Test("last_contact", How.BETWEEN, ("2026-02-03", "2026-02-01")), ()),
    (made.All((CITY, made.In(0))), (1,)),
    (made.All((CITY, made.In(7))), (1,)),
    (made.Not(made.Not(made.Not(made.Not(made.Not(made.Not(made.Not(CITY))))))), (0,) * 7),
    (made.All((CITY,) * 201), ()),
]


@pytest.mark.parametrize(("rule", "at"), WRONG)
def test_what_cannot_be_is_said_at_its_place(
    store: Store, spoken: str, rule: made.Rule, at: tuple[int, ...]
) -> None:
    with store.read() as db:
        wrong = segments.faults(db, rule)
    assert [fault.at for fault in wrong] == [at]
    assert is_a_sentence(wrong[0].words, spoken)


def test_a_rule_with_faults_is_not_saved_and_the_old_one_stays(store: Store) -> None:
    with store.write("Segment") as db:
        id = segments.add(db, "杭州", CITY).id or 0
    for wrong, _at in WRONG:
        with pytest.raises(CustdeskError), store.write("Change") as db:
            segments.change(db, id, wrong)
        with pytest.raises(CustdeskError), store.write("Add") as db:
            segments.add(db, "别的", wrong)
    with store.read() as db:
        assert [segments.rule_of(one) for one in segments.all_of(db)] == [CITY]


def test_a_segment_cannot_contain_itself(store: Store) -> None:
    with store.write("Segments") as db:
        first = segments.add(db, "一", CITY).id or 0
        second = segments.add(db, "二", made.All((CITY, made.In(first)))).id or 0
        third = segments.add(db, "三", made.Not(made.In(second))).id or 0
        assert [one.words for one in segments.faults(db, made.In(first), first)] == [
            "A segment cannot contain itself. Choose another."
        ]
        around = segments.faults(db, made.All((CITY, made.In(third))), first)
        assert [(one.at, one.words) for one in around] == [
            ((1,), "This segment would contain itself by way of 三.")
        ]
        assert segments.faults(db, made.In(first), third) == []


def test_a_cycle_in_a_damaged_file_ends(store: Store) -> None:
    """Nobody is in a segment by way of itself."""
    add(store, "张丽华", city="杭州")
    with store.write("Damage") as db:
        db.add(Segment(id=1, name="一", rule=made.write(made.AnyOf((CITY, made.In(2))))))
        db.add(Segment(id=2, name="二", rule=made.write(made.In(1))))
    with store.read() as db:
        assert segments.counts(db, store.today) == {1: 1, 2: 1}


def test_segments_within_segments_count_all_their_conditions(store: Store) -> None:
    """Doubled eight times over, one condition would be 256."""
    with store.write("Segments") as db:
        last = segments.add(db, "0", CITY).id or 0
        for n in range(1, 8):
            last = segments.add(db, str(n), made.AnyOf((made.In(last), made.In(last)))).id or 0
        with pytest.raises(CustdeskError, match="too many"):
            segments.add(db, "8", made.AnyOf((made.In(last), made.In(last))))
        with pytest.raises(CustdeskError, match="too many"):
            segments.change(db, 1, made.AnyOf((CITY, CITY)))


# --- verbs ----------------------------------------------------------------------------------------


def test_a_segment_is_named_once(store: Store) -> None:
    with store.write("Segments") as db:
        segments.add(db, " 杭州  VIP ", CITY)
        other = segments.add(db, "成都", CITY).id or 0
        for name in ("", "  ", "杭州 vip", "长" * 41):
            with pytest.raises(CustdeskError):
                segments.rename(db, other, name)
        segments.rename(db, other, "杭州")
        assert [one.name for one in segments.all_of(db)] == ["杭州 VIP", "杭州"]
        assert segments.named(db, "杭州 vip").name == "杭州 VIP"
        with pytest.raises(CustdeskError):
            segments.named(db, "北京")


def test_a_segment_that_is_used_is_not_removed(store: Store) -> None:
    with store.write("Segments") as db:
        inner = segments.add(db, "里", CITY).id or 0
        outer = segments.add(db, "外", made.In(inner)).id or 0
        draft = Draft(FollowUpKind.CALLBACK, name="回访", every_days=9, segment_id=outer)
        plan_id = plans.add(db, draft, TODAY).id
    for id, by in ((inner, "外"), (outer, "回访")):
        with pytest.raises(CustdeskError, match=by), store.write("Remove") as db:
            segments.remove(db, id)
    with store.write("Remove") as db:
        plans.remove(db, db.get_one(CarePlan, plan_id))
        segments.remove(db, outer)
        segments.remove(db, inner)
        assert segments.all_of(db) == []
    store.undo()
    with store.read() as db:
        assert [one.name for one in segments.all_of(db)] == ["里", "外"]


def test_the_filters_of_a_list_become_a_rule(store: Store) -> None:
    people = (("甲", "vip", "杭州"), ("乙", "regular", "杭州"), ("丙", "vip", "成都"))
    for name, grade, city in people:
        add(store, name, grade=grade, city=city, tags=["茶友"] if name != "乙" else [])
    spoke(store, add(store, "丁", grade="vip", city="杭州", tags=["茶友"]))
    since = store.today - timedelta(days=30)
    for query in (
        Query(grades=frozenset({"vip"})),
        Query(grades=frozenset({"vip", "regular"}), city="杭州"),
        Query(stages=frozenset({"prospect", "new"})),
        Query(tag="茶友", silent_since=since),
        Query(grades=frozenset({"vip"}), tag="茶友", city="杭州", silent_since=since),
    ):
        with store.read() as db:
            rule = segments.of_query(query, store.today)
            assert segments.faults(db, rule) == []
            assert list(segments.ids(db, rule, store.today)) == list(search.find(db, query))


# --- in words -------------------------------------------------------------------------------------


def test_a_rule_reads_as_a_sentence(store: Store) -> None:
    rich = made.Test("spend_12m", How.AT_LEAST, (50_000_00,))
    rule = made.All(
        (
            CITY,
            made.AnyOf((made.Test("grade", How.IS, ("vip",)), rich)),
            made.Not(made.Test("tag", How.IS, ("同行",))),
        )
    )
    with store.read() as db:
        assert segments.words(db, rule) == (
            "City is 杭州, and (Grade is VIP or 12-month spend at least ¥50,000),"
            " and not Tag “同行”"
        )


def test_every_comparison_of_every_field_has_words(store: Store, spoken: str) -> None:
    with in_a_file(store, PEOPLE) as db:
        for key, how in EVERY_CASE:
            said = segments.words(db, made.Test(key, how, values_for(key, how, PEOPLE)[-1]))
            assert FIELDS[key].called in said
            assert "{" not in said and "…" not in said

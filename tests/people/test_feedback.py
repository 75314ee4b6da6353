"""How content customers are: noted, shown newest first, taken back."""

from datetime import date

import pytest

from custdesk.errors import CustdeskError
from custdesk.people import changes, feedback
from custdesk.store.models import FeedbackSource
from custdesk.store.store import Store
from tests.helpers import add, contents, is_a_sentence, said, standing, trash


def test_the_newest_comes_first(store: Store) -> None:
    id = add(store, "张三")
    for score, day in ((5, "2026-11-01"), (2, "2026-11-20"), (4, "2026-11-20"), (3, "2026-10-01")):
        said(store, id, score, day)
    with store.read() as db:
        assert [one.score for one in feedback.of_customer(db, id)] == [4, 2, 5, 3]


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_from_one_to_five(store: Store, score: int, spoken: str) -> None:
    id = add(store, "张三")
    before = contents(store)
    with pytest.raises(CustdeskError) as error:
        said(store, id, score)
    assert is_a_sentence(str(error.value), spoken)
    assert contents(store) == before


def test_a_year_that_was_mistyped_is_refused(store: Store) -> None:
    id = add(store, "张三")
    with pytest.raises(CustdeskError, match="Choose a day"):
        said(store, id, 3, date(202, 11, 1))


def test_satisfaction_stands_with_the_customer_at_once_and_goes_with_undo(store: Store) -> None:
    id = add(store, "张三")
    assert standing(store, id).satisfaction is None
    said(store, id, 5)
    said(store, id, 4)
    assert standing(store, id).satisfaction == 4.5
    store.undo()
    assert standing(store, id).satisfaction == 5
    with store.write("Remove it") as db:
        feedback.remove(db, feedback.of_customer(db, id)[0].id or 0)
    assert standing(store, id).satisfaction is None


def test_the_history_says_what_was_noted(store: Store) -> None:
    id = add(store, "张三")
    with store.write("Note") as db:
        feedback.note(db, id, 2, FeedbackSource.SURVEY, "  等太久 ", store.today)
    with store.read() as db:
        [difference] = changes.history_of(db, id, store.today)[0].differences
    assert difference.field == "Feedback"
    assert difference.after.endswith("2 of 5 · Survey · 等太久")


def test_somebody_in_the_trash_has_no_standing_and_comes_back_as_they_were(store: Store) -> None:
    id = add(store, "张三")
    said(store, id, 3)
    trash(store, id)
    store.undo()
    assert standing(store, id).satisfaction == 3


def test_stars() -> None:
    assert [feedback.stars(score) for score in (1, 4, 5)] == ["★☆☆☆☆", "★★★★☆", "★★★★★"]

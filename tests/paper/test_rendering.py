"""Pages of a PDF as pictures: of the right size, from any thread."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from custdesk.paper.profile import ProfileFacts, write_profile
from custdesk.paper.rendering import Picture, page_sizes, render


@pytest.fixture(scope="module")
def pdf() -> bytes:
    content = io.BytesIO()
    facts = ProfileFacts("张丽华", "0012", date(2026, 11, 21), notes="欠款已结清")
    write_profile([facts, facts], content)
    return content.getvalue()


def test_every_page_is_a4(pdf: bytes) -> None:
    assert [(round(one.width), round(one.height)) for one in page_sizes(pdf)] == [(595, 842)] * 2


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_the_picture_has_the_size_that_was_asked_for(pdf: bytes, scale: float) -> None:
    picture = render(pdf, 0, scale)
    assert abs(picture.width - 595 * scale) <= 2
    assert abs(picture.height - 842 * scale) <= 2


def test_the_picture_is_ink_on_white(pdf: bytes) -> None:
    picture = render(pdf, 0, 1.0)
    assert picture.pixels[:3] == b"\xff\xff\xff"
    assert min(picture.pixels[::4]) < 80


def test_threads_take_turns(pdf: bytes) -> None:
    def draw(page: int) -> Picture:
        return render(pdf, page % 2, 0.5)

    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(draw, range(12)))
    assert all(one == drawn[0] for one in drawn)

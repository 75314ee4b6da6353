"""BG/NBD and gamma-gamma: the figures of the papers, then checks by integration and simulation."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import dblquad, quad
from scipy.special import beta as beta_function
from scipy.special import gamma as gamma_function
from scipy.stats import beta as beta_distribution

from custdesk.insight import value
from custdesk.insight.value import (
    LEAST_CAME_BACK,
    Buyers,
    Model,
    Obstacle,
    Refusal,
    expected_mean,
    expected_purchases,
    expected_value,
    fit,
)
from tests import cdnow

CDNOW = Model(0.243, 4.414, 0.793, 2.426, 6.25, 3.74, 15.45, -9582.4, 2357, 946)
"""As the papers have it."""


def buyers(*columns: ArrayLike) -> Buyers:
    return Buyers(*(np.asarray(column, np.float64) for column in columns))


def one(repeats: float, last: float, age: float, mean: float = 0) -> Buyers:
    return buyers([repeats], [last], [age], [mean])


def purchases(model: Model, repeats: float, last: float, age: float, weeks: float) -> float:
    return float(expected_purchases(model, one(repeats, last, age), weeks)[0])


@pytest.fixture(scope="module")
def first_39_weeks() -> Buyers:
    rows = []
    for history in cdnow.histories():
        bought = [(day, cents) for day, cents in history if day <= cdnow.LAST_TO_LEARN_FROM]
        first, again = bought[0][0], [cents for _day, cents in bought[1:]]
        age = (cdnow.LAST_TO_LEARN_FROM - first).days / 7
        mean = sum(again) / len(again) / 100 if again else 0
        rows.append((len(again), (bought[-1][0] - first).days / 7, age, mean))
    return buyers(*zip(*rows, strict=True))


@pytest.fixture(scope="module")
def fitted(first_39_weeks: Buyers) -> Model:
    model = fit(first_39_weeks)
    assert isinstance(model, Model)
    return model


# --- the papers -----------------------------------------------------------------------------------


def test_the_fit_on_cdnow_is_that_of_the_papers(fitted: Model) -> None:
    assert (fitted.customers, fitted.came_back) == (2357, 946)
    assert fitted.r == pytest.approx(0.243, abs=0.0005)
    assert fitted.alpha == pytest.approx(4.414, abs=0.0005)
    assert fitted.a == pytest.approx(0.793, abs=0.0005)
    assert fitted.b == pytest.approx(2.426, abs=0.0005)
    assert fitted.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    assert fitted.p == pytest.approx(6.25, abs=0.005)
    assert fitted.q == pytest.approx(3.74, abs=0.005)
    assert fitted.v == pytest.approx(15.45, abs=0.01)


def test_a_customer_of_the_paper_is_expected_to_buy_as_often(fitted: Model) -> None:
    assert purchases(fitted, 2, 30.43, 38.86, 39) == pytest.approx(1.226, abs=0.0005)


def test_what_cdnow_bought_later_is_near_to_what_was_expected(
    fitted: Model, first_39_weeks: Buyers
) -> None:
    later = sum(
        day > cdnow.LAST_TO_LEARN_FROM for history in cdnow.histories() for day, _cents in history
    )
    expected = expected_purchases(fitted, first_39_weeks, 39).sum()
    assert expected == pytest.approx(later, rel=0.15)


def test_money_in_cents_or_in_yuan_is_the_same_money(fitted: Model, first_39_weeks: Buyers) -> None:
    in_cents = replace(first_39_weeks, mean=first_39_weeks.mean * 100)
    model = fit(in_cents)
    assert isinstance(model, Model)
    assert model.v == pytest.approx(fitted.v * 100, rel=1e-3)
    assert expected_value(model, in_cents) == pytest.approx(
        100 * expected_value(fitted, first_39_weeks), rel=1e-3
    )


# --- by other ways --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("repeats", "last", "age"), [(0, 0, 30), (1, 5, 20), (3, 12, 12), (4, 10, 38)]
)
def test_the_likelihood_is_that_of_the_story_integrated(
    repeats: int, last: float, age: float
) -> None:
    # The purchases at a rate, then either silence since the last or a departure after it.
    r, alpha, a, b = 0.8, 6.0, 1.3, 2.5

    def of(root: float, leaves: float) -> float:
        rate = root ** (1 / r)  # takes away the pole of the density at a rate of nought
        came = (1 - leaves) ** repeats * rate**repeats * np.exp(-rate * age)
        left = leaves * (1 - leaves) ** (repeats - 1) * rate**repeats * np.exp(-rate * last)
        weight = alpha**r * np.exp(-alpha * rate) / gamma_function(r + 1)
        weight *= leaves ** (a - 1) * (1 - leaves) ** (b - 1) / beta_function(a, b)
        return float((came + (left if repeats else 0)) * weight)

    highest = (50 / (alpha + last)) ** r
    integrated, _error = dblquad(of, 0, 1, 0, highest, epsabs=0, epsrel=1e-6)
    objective = value._likelihood(one(repeats, last, age))
    found, _slope = objective(np.log([r, alpha, a, b]))
    assert found == pytest.approx(np.log(integrated), abs=1e-4)


@pytest.mark.parametrize("parameters", [(0.24, 4.4, 0.8, 2.4), (3, 20, 1, 1), (1.7, 9, 4, 40)])
def test_the_slopes_are_those_of_the_likelihood(
    parameters: tuple[float, ...], first_39_weeks: Buyers
) -> None:
    for objective, at in (
        (value._likelihood(first_39_weeks), np.log(parameters)),
        (value._likelihood_of_money(first_39_weeks), np.log(parameters[:3])),
    ):
        _height, slope = objective(at)
        for place in range(len(at)):
            step = np.zeros(len(at))
            step[place] = 1e-5
            rise = objective(at + step)[0] - objective(at - step)[0]
            assert slope[place] == pytest.approx(rise / 2e-5, rel=1e-5, abs=1e-3)


def integrated_purchases(
    model: Model, repeats: float, last: float, age: float, weeks: float
) -> float:
    """The expectation from the story itself: the chance of leaving integrated over its logit."""
    shape, elapsed, stays = model.r + repeats, model.alpha + age, model.b + repeats

    def of(logit: float) -> float:
        leaves = 1 / (1 + np.exp(-logit))
        bought = -np.expm1(-shape * np.log1p(leaves * weeks / elapsed)) / leaves
        density = beta_distribution.pdf(leaves, model.a, stays) * leaves * (1 - leaves)
        return float(bought * density)

    middle, width = np.log(model.a / stays), np.sqrt(1 / model.a + 1 / stays)
    edges = [middle + width * at for at in (-30, -10, -4, -2, 0, 2, 4, 10, 30)]
    expected = sum(quad(of, low, high, epsrel=1e-10)[0] for low, high in pairwise(edges))
    if repeats:
        odds = model.a / (model.b + repeats - 1)
        odds *= (elapsed / (model.alpha + last)) ** shape
        expected /= 1 + odds
    return float(expected)


@pytest.mark.parametrize("a", [0.3, 0.793, 1, 1 + 1e-7, 1.243, 2.5, 12])
@pytest.mark.parametrize(
    ("repeats", "last", "age"),
    [(0, 0, 0), (0, 0, 39), (1, 1, 2), (2, 30.43, 38.86), (40, 200, 260), (900, 500, 520)],
)
def test_the_expectation_is_that_of_the_story_integrated(
    a: float, repeats: float, last: float, age: float
) -> None:
    # a = 1.243 makes r - a a whole number, where SciPy's hyp2f1 would divide by nought.
    model = replace(CDNOW, a=a)
    for weeks in (1, 39, 260):
        found = purchases(model, repeats, last, age, weeks)
        integrated = integrated_purchases(model, repeats, last, age, weeks)
        assert found == pytest.approx(integrated, rel=2e-5)


def invented(
    customers: int, r: float, alpha: float, a: float, b: float, *, q: float = 4, seed: int = 1
) -> tuple[Buyers, NDArray[np.float64]]:
    """Customers who follow the model for up to three years, and their purchases of the next."""
    chance = np.random.default_rng(seed)
    rate, leaves = chance.gamma(r, 1 / alpha, customers), chance.beta(a, b, customers)
    age = chance.uniform(0, 156, customers)
    repeats, last, later, at = np.zeros((4, customers))
    stays = np.full(customers, True)
    while stays.any():
        at = at + chance.exponential(1, customers) / rate
        stays &= at < age + value.YEAR
        repeats += stays & (at < age)
        last = np.where(stays & (at < age), at, last)
        later += stays & (at >= age)
        stays &= chance.random(customers) >= leaves
    usual, p = 1500 / chance.gamma(q, 1, customers), 6.0
    several = np.maximum(repeats, 1)
    mean = np.where(repeats > 0, usual * chance.gamma(p * several, 1 / several), 0)
    return buyers(repeats, last, age, mean), later


@pytest.mark.parametrize("true", [(0.24, 4.4, 0.8, 2.4), (1.5, 10, 0.5, 8), (4, 20, 1, 1)])
def test_known_parameters_are_found_again(true: tuple[float, float, float, float]) -> None:
    told, later = invented(30_000, *true)
    model = fit(told)
    assert isinstance(model, Model)
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx(true, rel=0.2)
    assert (model.p, model.q, model.v) == pytest.approx((6, 4, 1500), rel=0.12)
    expected = expected_purchases(model, told)
    assert expected.sum() == pytest.approx(later.sum(), rel=0.03)
    for part in np.array_split(np.argsort(expected), 5)[2:]:
        assert expected[part].sum() == pytest.approx(later[part].sum(), rel=0.1, abs=20)


def test_where_nobody_leaves_it_is_still_found_how_often_they_buy() -> None:
    told, later = invented(2_000, 2, 20, 1, 1e9)
    model = fit(told)
    assert isinstance(model, Model)
    assert expected_purchases(model, told).sum() == pytest.approx(later.sum(), rel=0.05)


# --- money ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("repeats", "mean", "expected"),
    [
        (0, 0, 6.25 * 15.45 / 2.74),
        (3, 0, 6.25 * 15.45 / 2.74),
        (1, 20, 6.25 * (15.45 + 20) / (6.25 + 2.74)),
        (10, 20, 6.25 * (15.45 + 200) / (62.5 + 2.74)),
    ],
)
def test_the_mean_is_the_business_until_they_have_their_own(
    repeats: float, mean: float, expected: float
) -> None:
    found = expected_mean(CDNOW, one(repeats, 10, 20, mean))
    assert found == pytest.approx([expected])


def test_value_is_purchases_times_their_mean(first_39_weeks: Buyers, fitted: Model) -> None:
    product = expected_purchases(fitted, first_39_weeks, 39) * expected_mean(fitted, first_39_weeks)
    assert expected_value(fitted, first_39_weeks, 39) == pytest.approx(product)


# --- what is refused ------------------------------------------------------------------------------


def test_too_few_who_came_back_are_refused_in_words(spoken: str) -> None:
    repeats = [1] * (LEAST_CAME_BACK - 1) + [0] * 500
    told = buyers(repeats, np.multiply(repeats, 5), [20] * len(repeats), np.multiply(repeats, 30))
    refused = fit(told)
    assert refused == Refusal(Obstacle.TOO_FEW, LEAST_CAME_BACK - 1)
    assert str(LEAST_CAME_BACK) in refused.words()


def test_nobody_at_all_is_too_few() -> None:
    assert fit(buyers([], [], [], [])) == Refusal(Obstacle.TOO_FEW, 0)


def test_who_took_everything_back_says_nothing_of_money() -> None:
    told, _later = invented(400, 1, 10, 1, 3)
    nothing = replace(told, mean=np.zeros(400))
    assert isinstance(fit(nothing), Refusal)


@pytest.mark.parametrize("q", [0.6, 1.05])
def test_money_without_a_mean_is_refused(q: float) -> None:
    told, _later = invented(3_000, 1, 10, 1, 3, q=q)
    refused = fit(told)
    assert isinstance(refused, Refusal)
    assert refused.obstacle is Obstacle.NO_MEAN


def test_a_search_that_ends_on_a_slope_has_found_nothing() -> None:
    def ridge(logs: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        return -abs(float(logs[0]) - 0.3), np.where(logs > 0.3, -1.0, 1.0)

    def hill(logs: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        return -(float(logs[0] - 0.3) ** 2), -2 * (logs - 0.3)

    assert value._maximum(ridge, [1.0], 1) is None
    found = value._maximum(hill, [1.0], 1)
    assert found is not None
    assert found[0] == pytest.approx([np.exp(0.3)])


@pytest.mark.parametrize("obstacle", list(Obstacle))
def test_every_refusal_has_a_sentence(obstacle: Obstacle, spoken: str) -> None:
    assert Refusal(obstacle, 12).words().endswith(("。", "."))


# --- what always holds ----------------------------------------------------------------------------

near = st.floats(-4, 4)
"""Logarithms, around where the fit starts."""


@settings(max_examples=300)
@given(
    logs=st.tuples(near, near, near, near),
    repeats=st.integers(0, 20_000),
    share=st.floats(0, 1),
    age=st.floats(0, 3_000),
)
@example(logs=(-4, -4, -4, 4), repeats=0, share=0, age=0)
@example(logs=(0, -4, 4, -4), repeats=0, share=0, age=1)
@example(logs=(4, 4, 4, 4), repeats=20_000, share=1, age=3_000)
def test_expectations_are_finite_and_grow_with_time(
    logs: tuple[float, float, float, float], repeats: int, share: float, age: float
) -> None:
    assume(repeats <= 7 * age)  # a day of purchase is a day
    r, alpha, a, b = np.exp(logs) * [1, 40, 1, 3]
    model = replace(CDNOW, r=r, alpha=alpha, a=a, b=b)
    found = [purchases(model, repeats, share * age, age, weeks) for weeks in (0, 1, 10, 53)]
    assert np.isfinite(found).all()
    assert found[0] == pytest.approx(0, abs=1e-6)
    for sooner, later in pairwise(found):
        assert 0 <= sooner <= later * (1 + 1e-6) + 1e-9


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.floats(0, 1), st.floats(0.2, 600), st.floats(0, 1e7)),
        min_size=60,
        max_size=90,
    )
)
def test_whatever_the_customers_there_are_figures_or_a_refusal(
    rows: list[tuple[int, float, float, float]],
) -> None:
    repeats, share, age, mean = np.array(rows).T
    told = buyers(repeats, share * age * (repeats > 0), age, mean * (repeats > 0))
    model = fit(told)
    if isinstance(model, Model):
        expected = expected_value(model, told)
        assert np.isfinite(expected).all()
        assert (expected >= 0).all()
    else:
        assert model.words()

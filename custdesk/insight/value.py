"""What customers are likely to buy in the coming months and what that is worth, by BG/NBD.

Purchases follow BG/NBD (Fader, Hardie and Lee 2005): each customer buys at a rate of their own,
gamma distributed among customers by `r` and `alpha`, and leaves after any purchase with a
probability of their own, beta distributed by `a` and `b`. Money follows gamma-gamma (Fader and
Hardie 2013): the mean of a purchase differs among customers by `q` and `v`, and from one purchase
to the next by `p`. Both are fitted by maximum likelihood.

A purchase is a day on which somebody bought, net of returns. Time is in weeks, money in whatever
unit comes in. NumPy and SciPy are imported by the functions that need them (some 0.6 s the first
time), so work with this module belongs in the background.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from custdesk.i18n import _, ngettext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Objective = Callable[[Numbers], tuple[float, Numbers]]

YEAR = 365 / 7
"""Weeks."""

LEAST_CAME_BACK = 50
"""Below so many customers who came back nothing is said.

Of 300 random parts of CDNOW with 50 such customers, nine in ten expected between 0.6 and 1.4 times
the value that all of CDNOW lets expect; with 20 it was 0.5 to 1.6, with 200 it is 0.85 to 1.15.
"""

_REACH = 4.0
"""How far from its start a parameter is looked for: a factor of e^4, some 55, either way. So far
the expectation keeps six places at least, whatever the customer."""
_FARTHEST_MEAN = 2.0
"""So many times what repeat purchases cost on average, a fitted mean is not believed."""
_SETTLED = 1e-4
"""How steep the mean log-likelihood of a customer may be where the search ends."""
_ATTEMPTS = 10
"""In a long flat valley L-BFGS-B stops early; begun anew from there, it goes on."""


@dataclass(frozen=True, slots=True)
class Buyers:
    """What is known of customers who have bought: arrays of one length, a customer in each place.

    For somebody who bought once `repeats`, `last` and `mean` are nought. The first purchase is
    left out of `mean`, as in Fader and Hardie's own figures: it is often made for another reason.
    """

    repeats: "Numbers"
    """Days of purchase after the first: x."""
    last: "Numbers"
    """Weeks from the first purchase to the last: t_x."""
    age: "Numbers"
    """Weeks from the first purchase to the day on which they are looked at: T."""
    mean: "Numbers"
    """Mean money of a repeat purchase; nought where returns ate it up, who then says nothing of
    what others spend."""


@dataclass(frozen=True, slots=True)
class Model:
    """How the customers of a business buy, as fitted to `customers` of whom `came_back` did."""

    r: float
    alpha: float
    """Weeks."""
    a: float
    b: float
    p: float
    q: float
    v: float
    """In the unit of the money."""
    log_likelihood: float
    """Of the purchases, by BG/NBD."""
    customers: int
    came_back: int


class Obstacle(StrEnum):
    """Why there is no model."""

    TOO_FEW = "too_few"
    NOT_SETTLED = "not_settled"
    """The search for the likeliest parameters did not end."""
    NO_MEAN = "no_mean"
    """By gamma-gamma customers have no finite mean (q is 1 or less), or one that is far from what
    they spend: a few purchases are so large."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is said of what customers will buy, instead of a wild figure."""

    obstacle: Obstacle
    came_back: int

    def words(self) -> str:
        """One sentence for the place where the figures would stand."""
        match self.obstacle:
            case Obstacle.TOO_FEW:
                return ngettext(
                    "Too few purchases to say: {n} customer has come back, {least} are needed.",
                    "Too few purchases to say: {n} customers have come back, {least} are needed.",
                    self.came_back,
                ).format(n=self.came_back, least=LEAST_CAME_BACK)
            case Obstacle.NOT_SETTLED:
                return _("Nothing can be said: the purchases follow no pattern that goes on.")
            case Obstacle.NO_MEAN:
                return _("Nothing can be said: a few very large purchases outweigh all others.")


def fit(buyers: Buyers) -> Model | Refusal:
    """The likeliest model; 100,000 customers take about a second.

    A parameter may end at the edge of where it is looked for: with customers who all buy alike, or
    never leave, larger ones change nothing that is expected of anybody.
    """
    import numpy as np

    came_back = int(np.count_nonzero(buyers.repeats))
    tells = (buyers.repeats > 0) & (buyers.mean > 0)
    if np.count_nonzero(tells) < LEAST_CAME_BACK:
        return Refusal(Obstacle.TOO_FEW, came_back)
    spend = float(buyers.mean[tells].mean())
    interval = float(buyers.age.sum() / buyers.repeats.sum())
    customers = len(buyers.repeats)
    purchases = _maximum(_likelihood(buyers), [1.0, interval, 1.0, 3.0], customers)
    money = _maximum(_likelihood_of_money(buyers), [2.0, 3.0, spend], int(tells.sum()))
    if purchases is None or money is None:
        return Refusal(Obstacle.NOT_SETTLED, came_back)
    ((r, alpha, a, b), log_likelihood), ((p, q, v), _height) = purchases, money
    if q <= 1 or p * v / (q - 1) > _FARTHEST_MEAN * spend:
        return Refusal(Obstacle.NO_MEAN, came_back)
    return Model(r, alpha, a, b, p, q, v, log_likelihood, customers, came_back)


def expected_purchases(model: Model, buyers: Buyers, weeks: float = YEAR) -> "Numbers":
    """How often each customer is expected to buy in the coming `weeks`.

    Equation 10 of Fader, Hardie and Lee (2005), with its hypergeometric function turned by Euler's
    transformation: 2F1(r+x, b+x; a+b+x−1; z) = (1−z)^(a−1−r−x) 2F1(a+b−1−r, a−1; a+b+x−1; z).
    As printed, its parameters grow with x and it overflows from some 300 purchases on; turned, only
    the lower one does, which makes the series end sooner.
    """
    import numpy as np
    from scipy.special import hyp2f1

    a = _beside_the_poles(model)
    total = a + model.b - 1 + buyers.repeats
    elapsed = model.alpha + buyers.age
    z, stays = weeks / (elapsed + weeks), elapsed / (elapsed + weeks)
    series = hyp2f1(a + model.b - 1 - model.r, a - 1, total, z)
    while_customer = total / (a - 1) * (1 - stays ** (a - 1) * series)
    expected = np.maximum(while_customer, 0.0) * _still_customer(model, buyers)
    return np.asarray(expected, np.float64)


def _beside_the_poles(model: Model) -> float:
    """a, or what is so near to it that the expectation agrees to six places.

    Where a is 1, and where r − a is a whole number, the expectation is a limit: the formula divides
    nought by nought, the first itself, the second inside of SciPy's hyp2f1.
    """
    whole = (1.0, model.r - round(model.r - model.a))
    return model.a + 3e-6 if any(abs(model.a - at) < 1e-6 for at in whole) else model.a


def _still_customer(model: Model, buyers: Buyers) -> "Numbers":
    """The probability that they have not left; 1 for who bought once, whom BG/NBD never loses."""
    import numpy as np
    from scipy.special import expit

    x, again = buyers.repeats, buyers.repeats > 0
    left = np.log(model.a) - np.log(np.where(again, model.b + x - 1, 1.0))
    left += (model.r + x) * np.log((model.alpha + buyers.age) / (model.alpha + buyers.last))
    return np.where(again, expit(-left), 1.0)


def expected_mean(model: Model, buyers: Buyers) -> "Numbers":
    """What a purchase of each customer is expected to be worth.

    The mean of the business for who bought once, their own the more they have bought (equation 5
    of Fader and Hardie 2013).
    """
    x = buyers.repeats * (buyers.mean > 0)
    return model.p * (model.v + x * buyers.mean) / (model.p * x + model.q - 1)


def expected_value(model: Model, buyers: Buyers, weeks: float = YEAR) -> "Numbers":
    """What each customer is expected to spend in the coming `weeks`, in the unit of the money."""
    return expected_purchases(model, buyers, weeks) * expected_mean(model, buyers)


# --- the fit --------------------------------------------------------------------------------------


def _likelihood(buyers: Buyers) -> "Objective":
    """How likely these purchases are by the logarithms of r, alpha, a and b."""
    import numpy as np
    from scipy.special import betaln, gammaln, psi

    x, last, age, counts = _alike(buyers)
    again = x > 0
    before = np.where(again, x - 1, 0.0)
    each, of = np.unique(x, return_inverse=True)
    times = np.bincount(of, counts)

    def objective(logs: "Numbers") -> "tuple[float, Numbers]":
        # Equation 6 of the paper; the two ways to have been silent since are added in logarithms,
        # by the odds of having left.
        r, alpha, a, b = np.exp(logs)
        to_age, to_last = np.log(alpha + age), np.log(alpha + last)
        odds = np.log(a) - np.log(b + before) + (r + x) * (to_age - to_last)
        rest = np.exp(-np.abs(odds))
        gone = np.where(again, np.where(odds > 0, 1.0, rest) / (1 + rest), 0.0)
        either = np.where(again, np.maximum(odds, 0.0) + np.log1p(rest), 0.0)
        by_count = gammaln(r + each) - gammaln(r) + betaln(a, b + each) - betaln(a, b)
        value = times @ by_count + times.sum() * r * np.log(alpha)
        value += _sum(counts, either - (r + x) * to_age)
        silence = _sum(counts, (gone - 1) * to_age - gone * to_last)
        pull = _sum(counts * (r + x), (1 - gone) / (alpha + age) + gone / (alpha + last))
        both = psi(a + b) - psi(a + b + each)
        slope = np.array(
            [
                times @ (psi(r + each) - psi(r) + np.log(alpha)) + silence,
                times.sum() * r / alpha - pull,
                times @ both + _sum(counts, gone) / a,
                times @ (both + psi(b + each) - psi(b)) - _sum(counts, gone / (b + before)),
            ]
        )
        return value, slope * np.exp(logs)

    return objective


def _sum(weights: "Numbers", values: "Numbers") -> float:
    """Of the products. Not by @: for so many customers OpenBLAS starts threads, and their waiting
    for each other takes longer than everything else here."""
    return float((weights * values).sum())


def _alike(buyers: Buyers) -> "tuple[Numbers, Numbers, Numbers, Numbers]":
    """Repeats, last and age of customers, those who are alike once, and how many of each."""
    import numpy as np

    told = np.stack((buyers.repeats, buyers.last, buyers.age))
    told = told[:, np.lexsort(told)]
    differs = np.any(told[:, 1:] != told[:, :-1], axis=0)
    places = np.concatenate(([0], np.flatnonzero(differs) + 1))
    x, last, age = told[:, places]
    return x, last, age, np.diff(places, append=len(buyers.repeats)).astype(np.float64)


def _likelihood_of_money(buyers: Buyers) -> "Objective":
    """How likely these means are by the logarithms of p, q and v."""
    import numpy as np
    from scipy.special import gammaln, psi

    told = (buyers.repeats > 0) & (buyers.mean > 0)
    x, mean = buyers.repeats[told], buyers.mean[told]
    spent = x * mean
    each, of = np.unique(x, return_inverse=True)
    times, n = np.bincount(of), len(x)
    logs_of_spent, logs_of_mean = _sum(x, np.log(spent)), np.log(mean).sum()

    def objective(logs: "Numbers") -> "tuple[float, Numbers]":
        # Equation 1a of Fader and Hardie (2013); what hangs on the count alone, once for each.
        p, q, v = np.exp(logs)
        to_spent, shape = np.log(spent + v), p * each + q
        whole = _sum(p * x + q, to_spent)
        value = times @ (gammaln(shape) - gammaln(p * each)) + n * (q * np.log(v) - gammaln(q))
        value += p * logs_of_spent - logs_of_mean - whole
        more = psi(shape)
        slope = [
            (times * each) @ (more - psi(p * each)) + logs_of_spent - _sum(x, to_spent),
            times @ more + n * (np.log(v) - psi(q)) - to_spent.sum(),
            n * q / v - _sum(p * x + q, 1 / (spent + v)),
        ]
        return float(value), np.array(slope) * np.exp(logs)

    return objective


def _maximum(
    objective: "Objective", start: list[float], customers: int
) -> tuple[list[float], float] | None:
    """The parameters near `start` for which `objective` is greatest, and how great it is.

    It takes logarithms of the parameters and gives the slope by them. None where it is still steep
    at the end of the search.
    """
    import numpy as np
    from scipy.optimize import minimize

    def mean_loss(logs: "Numbers") -> "tuple[float, Numbers]":
        value, slope = objective(logs)
        return -value / customers, -slope / customers

    first = np.log(start)
    bounds = [(one - _REACH, one + _REACH) for one in first]
    logs = first
    for _attempt in range(_ATTEMPTS):
        logs = minimize(
            mean_loss,
            logs,
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-7},
        ).x
        value, slope = objective(logs)
        inside = np.abs(logs - first) < _REACH - 1e-6
        if np.isfinite(value) and np.abs(slope[inside]).max(initial=0.0) < _SETTLED * customers:
            return [float(one) for one in np.exp(logs)], float(value)
    return None

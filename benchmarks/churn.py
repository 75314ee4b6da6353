"""Whether churn warnings find who stays away, and their money (python -m benchmarks.churn [FILE]).

CDNOW: learnt from the first 39 weeks, judged by the last 39; and an invented shop of another kind,
to see that the rule was not made for CDNOW alone. With FILE, CDNOW_master.txt of the package
lifetimes, also the customers of CDNOW who are not in the sample, on whom nothing was chosen. The
tables stand in docs/insight.md.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from custdesk.insight.buying import rhythm
from custdesk.insight.churn import Said, Thresholds, assess
from tests import cdnow

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Purchases = Sequence[tuple[date, int]]
"""Days in order, and cents."""

HEADERS = (
    *("ranked by", "stays away: all", "bought twice or more", "lost value in the top tenth"),
    "later sales to the safest tenth",
)


@dataclass(frozen=True, slots=True)
class Shop:
    """What was known of the customers on a day, and what became of them; arrays of one length."""

    silent: Numbers
    """Days since the last purchase."""
    bought: Numbers
    """Days of purchase."""
    spent: Numbers
    """Cents, in all."""
    chance: Numbers
    loss: Numbers
    yearly: Numbers
    warned: Flags
    """Whether there is a reason to warn."""
    away: Flags
    """Whether they bought nothing later."""
    later: Numbers
    """Cents that they spent later."""

    @property
    def rankings(self) -> dict[str, Numbers]:
        """The rankings that are compared: whom to worry about first has the largest number."""
        quintiles = [_quintile(one) for one in (-self.silent, self.bought, self.spent)]
        return {
            "chance": self.chance,
            "expected loss": self.loss,
            "recency alone": self.silent,
            "recency, frequency, money": -np.sum(quintiles, axis=0),
            "recency × yearly spending": self.silent * self.yearly,
            "yearly spending alone": self.yearly,
        }

    @property
    def lost(self) -> Numbers:
        """Cents a year that went with those who stayed away."""
        return np.where(self.away, self.yearly, 0)


def known_on(today: date, histories: Sequence[Purchases]) -> Shop:
    """What was known of all who had bought by `today`, and what they did afterwards."""
    rows = []
    for history in histories:
        past = [one for one in history if one[0] <= today]
        then = sum(cents for day, cents in history if day > today)
        if not past:
            continue
        days, cents = zip(*past, strict=True)
        known = [(day.toordinal(), spent) for day, spent in past]
        usual = rhythm([day for day, _spent in known])
        now = today.toordinal()
        risk = assess(known, usual, Said(), Thresholds(), now)
        facts = (
            (today - days[-1]).days,
            len(days),
            sum(cents),
            risk.chance(now),
            risk.loss_cents(now),
        )
        away = len(past) == len(history)
        rows.append((*facts, risk.yearly_cents, bool(risk.reasons), away, then))
    silent, bought, spent, chance, loss, yearly, warned, away, later = np.array(rows, np.float64).T
    return Shop(silent, bought, spent, chance, loss, yearly, warned > 0, away > 0, later)


def cdnow_shop() -> Shop:
    """CDNOW after 39 weeks."""
    return known_on(cdnow.LAST_TO_LEARN_FROM, cdnow.histories())


def rest_of_cdnow(master: Path) -> Shop:
    """CDNOW after 39 weeks, without the customers of the sample."""
    sample = cdnow.read(cdnow.FILE)
    others = [one for number, one in cdnow.read(master).items() if number not in sample]
    return known_on(cdnow.LAST_TO_LEARN_FROM, others)


def tea_shop(customers: int = 3000, seed: int = 1) -> Shop:
    """An invented shop after two years, judged by the third.

    Unlike in CDNOW people come at any time of the two years, buy at regular intervals (a gamma of
    shape 2; the medians of customers around 35 days), and leave after some time (400 days on
    average) and not with a purchase, but for three in ten who only pass by.
    """
    chance = np.random.default_rng(seed)
    opening, years = date(2024, 1, 1), 3 * 365
    histories = []
    for _ in range(customers):
        usual, spends = np.exp(chance.normal(np.log((35, 15_000)), (0.7, 0.6)))
        at = chance.uniform(0, 2 * 365)
        leaves = at + chance.exponential(400) * (chance.random() >= 0.3)
        spent = dict[date, int]()
        while at < min(leaves, years) or not spent:
            cents = round(spends * np.exp(chance.normal(0, 0.4)))
            spent.setdefault(opening + timedelta(int(at)), cents)
            at += chance.gamma(2, usual / 2)
        histories.append(sorted(spent.items()))
    return known_on(opening + timedelta(2 * 365), histories)


def area_under_the_curve(ranking: Numbers, true: Flags) -> float:
    """How often somebody of whom it is true is ranked above somebody of whom it is not."""
    ranks, yes = rankdata(ranking), int(true.sum())
    no = len(true) - yes
    return float((ranks[true].sum() - yes * (yes + 1) / 2) / (yes * no))


def in_the_top_tenth(ranking: Numbers, value: Numbers) -> float:
    """The share of `value` that the top tenth of the ranking has; equals share places fairly."""
    places = len(ranking) // 10
    edge = np.sort(ranking)[-places]
    above, at_edge = ranking > edge, ranking == edge
    share = (places - above.sum()) / at_edge.sum()
    return float((value[above].sum() + share * value[at_edge].sum()) / value.sum())


def lead(shop: Shop, over: str, times: int = 1000) -> tuple[float, float]:
    """From which to which lead in area over another ranking 95 of 100 resampled shops are."""
    draw, leads = np.random.default_rng(1), []
    mine, other = shop.chance, shop.rankings[over]
    for _ in range(times):
        some = draw.integers(0, len(mine), len(mine))
        areas = [area_under_the_curve(one[some], shop.away[some]) for one in (mine, other)]
        leads.append(areas[0] - areas[1])
    low, high = np.percentile(leads, (2.5, 97.5))
    return float(low), float(high)


def table(shop: Shop) -> list[str]:
    """The comparison as lines of a Markdown table."""
    twice = shop.bought > 1
    lines = ["| " + " | ".join(HEADERS) + " |", "|---|---|---|---|---|"]
    for name, ranking in shop.rankings.items():
        cells = (
            f"{area_under_the_curve(ranking, shop.away):.3f}",
            f"{area_under_the_curve(ranking[twice], shop.away[twice]):.3f}",
            f"{in_the_top_tenth(ranking, shop.lost):.1%}",
            f"{in_the_top_tenth(-ranking, shop.later):.1%}",
        )
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _quintile(facts: Numbers) -> Numbers:
    """1 to 5, the largest facts 5; equals in the same one."""
    return np.ceil(5 * rankdata(facts) / len(facts))


def main() -> None:
    shops = {"CDNOW": cdnow_shop(), "invented tea shop": tea_shop()}
    for file in sys.argv[1:]:
        shops["rest of CDNOW"] = rest_of_cdnow(Path(file))
    for name, shop in shops.items():
        twice, steady = shop.bought > 1, shop.bought > 2
        print(f"\n{name}: {len(shop.away):,} customers, {shop.away.mean():.1%} stay away; ", end="")
        print(f"bought twice or more: {twice.sum():,}, of whom {shop.away[twice].mean():.1%}\n")
        print(*table(shop), sep="\n")
        print("\nThe chance is ahead in area, 95 of 100 resamples:")
        for over in ("recency alone", "recency, frequency, money"):
            low, high = lead(shop, over)
            print(f"- of {over}: {low:+.3f} to {high:+.3f}")
        print("What was said and what came, by fifths of the chance:")
        for part in np.array_split(np.argsort(shop.chance), 5):
            print(f"- {shop.chance[part].mean():.2f}: {shop.away[part].mean():.2f}")
        warned, calm = steady & shop.warned, steady & ~shop.warned
        print(f"With a rhythm {steady.sum()}: {warned.sum()} warned of, of whom ", end="")
        print(
            f"{shop.away[warned].mean():.1%} stay away; of the others {shop.away[calm].mean():.1%}"
        )


if __name__ == "__main__":
    main()

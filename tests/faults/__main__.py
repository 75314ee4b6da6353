"""The long form: kills and power cuts by the hundred, and one line of figures.

python -m tests.faults [--kills 140] [--pairs 60] [--cuts 300] [--seeds 6] [--steps 100]
                       [--synchronous LEVEL]

In a third of the seeds, 3 and 6 and so on, the file has a passphrase.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.faults.children import kills
from tests.faults.pair import pairs
from tests.faults.power import build_recorder, cuts
from tests.faults.verdict import Run, Verdict, undisturbed


def runs(folder: Path, given: argparse.Namespace) -> Iterator[Run]:
    recorder = build_recorder(folder)
    for seed in range(1, given.seeds + 1):
        here = folder / str(seed)
        states = undisturbed(here, seed, given.steps)
        yield from kills(here / "kills", seed, states, share(given.kills, seed, given.seeds))
        yield from pairs(here / "pairs", seed, share(given.pairs, seed, given.seeds))
        how_many = share(given.cuts, seed, given.seeds)
        yield from cuts(here / "cuts", recorder, seed, states, how_many, given.synchronous)


def share(of: int, nth: int, among: int) -> int:
    """What falls to the `nth` (from 1) when `of` is shared as evenly as can be."""
    return of * nth // among - of * (nth - 1) // among


def _computed() -> float:
    """Seconds of computing time, the children's too."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--kills", type=int, default=140)
    parser.add_argument("--pairs", type=int, default=60, help="kills of two processes at one file")
    parser.add_argument("--cuts", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=6, help="the seeds are 1, 2 and so on")
    parser.add_argument("--steps", type=int, default=100, help="of the work with one file")
    parser.add_argument("--synchronous", help="for power cuts, promise less than the product does")
    given = parser.parse_args()
    logging.disable()  # what the product logs of a file that we have damaged
    began = time.monotonic()
    found: Counter[Verdict] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for run in runs(Path(folder), given):
            found[run.finding.verdict] += 1
            if run.finding.verdict is not Verdict.WHOLE:
                print(run)
    print(
        f"{found.total()} runs ({given.kills} kills, {given.pairs} of two at once, {given.cuts}"
        f" power cuts, seeds 1 to {given.seeds}): {found[Verdict.FAULTY]} faults,"
        f" {found[Verdict.LOST]} losses, {found[Verdict.HALF]} half changes;"
        f" {time.monotonic() - began:.0f} s, {_computed():.0f} s of computing"
    )
    return int(found.total() > found[Verdict.WHOLE])


if __name__ == "__main__":
    sys.exit(main())

"""The long form: kills and power cuts by the hundred, and one line of figures.

python -m tests.faults [--kills 200] [--cuts 300] [--seeds 6] [--steps 100] [--synchronous LEVEL]
"""

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.faults.children import kills
from tests.faults.power import build_recorder, cuts
from tests.faults.verdict import Run, Verdict, undisturbed


def runs(folder: Path, given: argparse.Namespace) -> Iterator[Run]:
    recorder = build_recorder(folder)
    for seed in range(1, given.seeds + 1):
        here = folder / str(seed)
        states = undisturbed(here, seed, given.steps)
        yield from kills(here / "kills", seed, states, share(given.kills, seed, given.seeds))
        how_many = share(given.cuts, seed, given.seeds)
        yield from cuts(here / "cuts", recorder, seed, states, how_many, given.synchronous)


def share(of: int, nth: int, among: int) -> int:
    """What falls to the `nth` (from 1) when `of` is shared as evenly as can be."""
    return of * nth // among - of * (nth - 1) // among


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--kills", type=int, default=200)
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
        f"{found.total()} runs ({given.kills} kills, {given.cuts} power cuts, seeds 1 to"
        f" {given.seeds}): {found[Verdict.FAULTY]} faults, {found[Verdict.LOST]} losses,"
        f" {found[Verdict.HALF]} half changes; {time.monotonic() - began:.0f} s"
    )
    return int(found.total() > found[Verdict.WHOLE])


if __name__ == "__main__":
    sys.exit(main())

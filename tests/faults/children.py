"""The processes that work with a customer file, and what became of it when they were killed."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from tests.faults import load
from tests.faults.load import Job
from tests.faults.verdict import Run, State, judge

ROOT = Path(__file__).parents[2]
MOST_STEPS = 12
MEAN_WAIT = 0.04
"""A child is killed so many seconds after one of so many steps, or after it began to open the file:
in the midst of any of them, however slow the machine is."""

Child = subprocess.Popen[str]


def start(
    environment: Mapping[str, str | Path] | None = None, module: str = "tests.faults.load"
) -> Child:
    """A child that waits for a job."""
    told = {"PYTHONPATH": str(ROOT)} | {name: str(v) for name, v in (environment or {}).items()}
    return subprocess.Popen(
        [sys.executable, "-m", module],
        env=os.environ | told,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ask(child: Child, job: Job) -> None:
    tell(child, dataclasses.asdict(job))


def tell(child: Child, what: dict[str, object]) -> None:
    """Give a child its job, as the child itself reads it."""
    assert child.stdin
    with child.stdin:
        child.stdin.write(json.dumps(what) + "\n")


def wait_for(child: Child) -> None:
    """Wait until a child has done its job."""
    with child:
        assert child.stdout
        child.stdout.read()
    _must_not_have_failed(child)


def kill(child: Child) -> str:
    """Kill a child; what it had said that was not read yet."""
    _must_not_have_failed(child)
    child.kill()
    with child:
        assert child.stdout
        return child.stdout.read()  # not `communicate`: what readline has read ahead is lost to it


def _must_not_have_failed(child: Child) -> None:
    if child.poll():
        raise subprocess.CalledProcessError(child.returncode, child.args)


def kills(folder: Path, seed: int, states: list[State], how_many: int) -> Iterator[Run]:
    """Kill so many children, each going on with the file that the one before left as it was.

    When all steps are done, the next begins with another file.
    """
    chance = Random(f"kills {seed}")
    disk = folder / "disk"
    last = len(states) - 1
    done = last
    spare = start()
    try:
        for _ in range(how_many):
            child, spare = spare, start()
            if done == last:
                shutil.rmtree(disk, ignore_errors=True)
                disk.mkdir(parents=True)
                done = -1
            ask(child, Job(str(disk), seed, done + 1, last))
            assert child.stdout
            heard = [child.stdout.readline() for _ in range(1 + chance.randint(0, MOST_STEPS))]
            time.sleep(chance.expovariate(1 / MEAN_WAIT))
            # A line that was cut off was not confirmed.
            confirmed = int("".join([*heard, kill(child)]).split("\n")[-2])
            image = folder / "image"
            load.copy(disk, image)
            finding = judge(image / load.PLACE, states, confirmed)
            shutil.rmtree(image)
            yield Run(f"seed {seed}, killed, {confirmed} confirmed", finding)
            done = last if finding.step is None else finding.step
    finally:
        kill(spare)

"""Fuzzes the readers: `make fuzz`, or python -m tests.fuzz [--seconds 3600] [TARGET ...].

Every target in turn, in a process of its own, for its share of the time: under atheris where that
is installed, otherwise under hypothesis. What is found lies in build/fuzz/found, and belongs into
tests/data/fuzz once it is mended; what goes new ways stays in build/fuzz/corpus for the next time.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from hashlib import sha1
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.targets import FOUND, TARGETS, seeds

BUILD = Path(__file__).parents[2] / "build" / "fuzz"
LONGEST_S, MOST_MB, LONGEST_INPUT = 5, 1024, 16_384
_WEIGHTS = {"tables": 3, "cards": 3, "workbooks": 3, "imports": 4, "days": 2, "mappings": 0.5}
_MOST_FOUND = 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=3600, help="in all, shared by the targets")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    options = parser.parse_args()
    chosen = options.targets or list(TARGETS)
    whole = sum(_WEIGHTS.get(name, 1.0) for name in chosen)
    with_atheris = importlib.util.find_spec("atheris") is not None
    print("Under", "atheris." if with_atheris else "hypothesis; atheris is not installed.")
    for name in chosen:
        run = _under_atheris if with_atheris else _under_hypothesis
        run(name, max(2, round(options.seconds * _WEIGHTS.get(name, 1.0) / whole)))
    found = sorted((BUILD / "found").rglob("*-*"))
    print(f"{len(found)} inputs found", *found, sep="\n  ")
    return 1 if found else 0


def _under_atheris(name: str, seconds: int) -> None:
    corpus, found = BUILD / "corpus" / name, BUILD / "found" / name
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in [*seeds(name), *(path.read_bytes() for path in sorted((FOUND / name).glob("*")))]:
        (corpus / sha1(seed).hexdigest()).write_bytes(seed)
    until = time.monotonic() + seconds
    while (left := round(until - time.monotonic())) > 0:
        print(f"{name}: {left} s", flush=True)
        with TemporaryDirectory() as temporary:
            ended = subprocess.run(
                [
                    *(sys.executable, "-m", "tests.fuzz.harness", name, str(corpus)),
                    *(f"-max_total_time={left}", f"-timeout={LONGEST_S}"),
                    *(f"-rss_limit_mb={MOST_MB}", f"-max_len={LONGEST_INPUT}"),
                    *(f"-artifact_prefix={found}/", "-print_final_stats=1", "-verbosity=0"),
                ],
                env={**os.environ, "TMPDIR": temporary},
                check=False,
            )
        if ended.returncode == 0 or len(list(found.iterdir())) >= _MOST_FOUND:
            break


def _under_hypothesis(name: str, seconds: int) -> None:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    begun = st.sampled_from(seeds(name))
    spliced = st.builds(
        lambda seed, at, cut, new: seed[:at] + new + seed[at + cut :],
        begun, st.integers(0, 3000), st.integers(0, 50), st.binary(max_size=40),
    )  # fmt: skip
    until = time.monotonic() + seconds
    print(f"{name}: {seconds} s", flush=True)

    @settings(max_examples=500, deadline=LONGEST_S * 1000, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=2000) | spliced)
    def run(data: bytes) -> None:
        if time.monotonic() < until:
            TARGETS[name](data)

    while time.monotonic() < until:
        try:
            run()
        except Exception as error:
            notes = "\n".join(getattr(error, "__notes__", ()))
            place = BUILD / "found" / name
            place.mkdir(parents=True, exist_ok=True)
            (place / f"hypothesis-{sha1(notes.encode()).hexdigest()}").write_text(notes)
            return


if __name__ == "__main__":
    sys.exit(main())

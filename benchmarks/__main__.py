"""Runs the benchmarks and shows one table (python -m benchmarks [--size N]... [--large])."""

import argparse
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from benchmarks.measuring import Line, table, write_results
from benchmarks.works import Bench
from custdesk import i18n

SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", type=int, action="append", help="customers; may be repeated")
    parser.add_argument("--large", action="store_true", help=f"{LARGE:,} customers too")
    parser.add_argument(
        "--results", type=Path, default=Path(__file__).with_name("results.md"), metavar="FILE"
    )
    options = parser.parse_args()
    sizes = options.size or [*SIZES, *([LARGE] if options.large else [])]
    i18n.use("zh")
    lines: list[Line] = []
    for size in sizes:

        def say(words: str, size: int = size) -> None:
            print(f"{size:>9,}: {words}", file=sys.stderr, flush=True)

        with tempfile.TemporaryDirectory(prefix="custdesk-bench-") as folder:
            lines += Bench(Path(folder), size, say).lines()
    works = list(dict.fromkeys(line.work for line in lines))
    lines.sort(key=lambda line: works.index(line.work))
    print(table(lines))
    write_results(options.results, lines, datetime.now().date())
    return 0


if __name__ == "__main__":
    sys.exit(main())

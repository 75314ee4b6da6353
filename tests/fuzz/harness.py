"""One target under atheris, which looks for inputs that go new ways through our code.

python -m tests.fuzz.harness TARGET CORPUS... -max_total_time=60 (and other options of libFuzzer)
"""

import sys

import atheris

from tests.fuzz import archives

with atheris.instrument_imports(include=["custdesk"]):
    from custdesk.exchange import apart
    from tests.fuzz.targets import TARGETS

apart.START = "fork"  # a process that begins anew would be instrumented anew


def main(arguments: list[str]) -> None:
    name = arguments[1]
    more = {"custom_mutator": _mutate_archive} if name == "workbooks" else {}
    atheris.Setup([arguments[0], *arguments[2:]], TARGETS[name], **more)
    atheris.Fuzz()


def _mutate_archive(data: bytes, most: int, seed: int) -> bytes:
    """Inside the archive: a changed byte of what is packed would only be a wrong checksum."""
    return archives.mutated(
        data, most, seed, lambda part: bytes(atheris.Mutate(part, len(part) + 64))
    )


if __name__ == "__main__":
    main(sys.argv)

"""What a disk may hold after the power is cut, built from a recording of what was written to it.

A recorded run gives as many cuts as are wanted: at any moment of it, what was synced is there; of
what was not, any part may be. The method is that of ALICE (Pillai et al., "All File Systems Are Not
Created Equal", OSDI 2014) and CrashMonkey (Mohan et al., OSDI 2018).
"""

import os
import posixpath
import shutil
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from random import Random

from tests.faults import children, load
from tests.faults.load import copy
from tests.faults.verdict import Run, State, Verdict, judge

SECTOR = 512
"""Bytes that a disk writes at once, as a rule: a cut may tear one all the same."""
STEPS_AGAIN = 20
"""Steps that are done with a file after a cut, before it is cut again."""
_EVENT = struct.Struct("=4Q")


class Kind(StrEnum):
    """As in recorder.c."""

    CREATE = "C"
    WRITE = "W"
    TRUNCATE = "T"
    SYNC = "S"
    SYNC_FOLDER = "F"
    MAKE_FOLDER = "D"
    UNLINK = "U"
    RENAME = "R"
    LINK = "L"
    SAY = "M"


NAMING = (Kind.CREATE, Kind.UNLINK, Kind.RENAME, Kind.LINK)
"""What is hardest on a program: names come and go in any order unless it syncs the folder."""


@dataclass(frozen=True, slots=True)
class Event:
    """`offset` is where a write begins, or the size after a truncation; `data` may be a name."""

    kind: Kind
    inode: int
    offset: int
    data: bytes


def build_recorder(folder: Path) -> Path:
    """Compile recorder.c."""
    library = folder / "recorder.so"
    flags = ("-O1", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror")
    source = Path(__file__).with_name("recorder.c")
    subprocess.run(
        ["cc", *flags, "-o", str(library), str(source), "-ldl", "-pthread"], check=True, timeout=60
    )
    return library


def record(folder: Path, recorder: Path, job: load.Job) -> list[Event]:
    """Do a job in its folder, which is new, and tell what was written there and said."""
    Path(job.folder).mkdir(parents=True)
    trace = folder / "trace"
    child = children.start(
        {"LD_PRELOAD": recorder, "RECORD_FOLDER": job.folder, "RECORD_TRACE": trace}
    )
    children.ask(child, job)
    children.wait_for(child)
    events = [*read(trace.read_bytes())]
    disk = Disk()
    for event in events:
        disk.happen(event)
    there = Path(job.folder)
    files = [path for path in there.rglob("*") if path.is_file()]
    written = {path.relative_to(there).as_posix(): path.read_bytes() for path in files}
    assert disk.as_seen() == written, "the recorder has missed something"
    return events


def read(trace: bytes) -> Iterator[Event]:
    at = 0
    while at < len(trace):
        kind, inode, offset, length = _EVENT.unpack_from(trace, at)
        at += _EVENT.size
        yield Event(Kind(chr(kind)), inode, offset, trace[at : at + length])
        at += length


def said(events: list[Event]) -> int:
    """The last step that was confirmed, or -1."""
    lines = b"".join(event.data for event in events if event.kind is Kind.SAY).split(b"\n")
    return int(lines[-2]) if len(lines) > 1 else -1


def cuts(
    folder: Path,
    recorder: Path,
    seed: int,
    states: list[State],
    how_many: int,
    synchronous: str | None = None,
) -> Iterator[Run]:
    """Record the work with this seed, and cut the power at so many moments of it.

    A third of them cut it a second time: over what the first cut has left, as it is opened and some
    steps are done with it.
    """
    last = len(states) - 1
    again = how_many // 3
    job = load.Job(str(folder / "once" / "disk"), seed, 0, last, synchronous=synchronous)
    second: load.Job | None = None
    for at, (run, image) in enumerate(_cuts(job, recorder, states, how_many - again)):
        step = run.finding.step
        if second is None and at >= again and run.finding.verdict is Verdict.WHOLE and step:
            left = str(copy(image, folder / "left"))
            disk = str(folder / "twice" / "disk")
            then = min(step + STEPS_AGAIN, last)
            second = load.Job(disk, seed, step + 1, then, left, synchronous)
        yield run
    if second:
        for run, _image in _cuts(second, recorder, states, again):
            yield run


def _cuts(
    job: load.Job, recorder: Path, states: list[State], how_many: int
) -> Iterator[tuple[Run, Path]]:
    """Cut the power at so many moments of a job; with each run, the folder that the cut left."""
    folder = Path(job.folder).parent
    events = record(folder, recorder, job)
    chance = Random(repr(job.seed) + repr(job.first))
    begun = next(at for at, event in enumerate(events) if event.kind is Kind.SAY) + 1
    disk = Disk()
    past = 0
    named = [n for n, event in enumerate(events[begun:], begun + 1) if event.kind in NAMING]
    moments = [
        chance.choice(named) if n % 2 else chance.randint(begun, len(events))
        for n in range(how_many)
    ]
    for moment in sorted(moments):
        for event in events[past:moment]:
            disk.happen(event)
        past = moment
        image, opened = folder / "image", folder / "opened"
        write(disk.after_a_cut(chance), image)
        copy(image, opened)
        confirmed = said(events[:moment])
        finding = judge(opened / load.PLACE, states, confirmed)
        how = (
            f"seed {job.seed}, from step {job.first}, power cut at {moment}, {confirmed} confirmed"
        )
        yield Run(how, finding), image
        shutil.rmtree(image)
        shutil.rmtree(opened)


# --- a disk ---------------------------------------------------------------------------------------


@dataclass
class File:
    """What of a file is on the disk for good, and what is on its way there."""

    is_folder: bool = False
    lasting: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Naming:
    """An entry of a folder that came or went: the name `old` no longer is the file, `new` is."""

    file: File
    old: str | None
    new: str | None

    def concerns(self, folder: str) -> bool:
        return any(posixpath.dirname(name) == folder for name in (self.old, self.new) if name)

    def apply(self, names: dict[str, File]) -> None:
        if self.old is not None and names.get(self.old) is self.file:
            del names[self.old]
        if self.new is not None:
            names[self.new] = self.file


class Disk:
    """A folder as its program sees it, and what of it would outlast a power cut.

    A file's content lasts once the file was synced; its name lasts once its folder was.
    """

    def __init__(self) -> None:
        self.names: dict[str, File] = {}
        self.lasting: dict[str, File] = {}
        self.pending: list[Naming] = []
        self._by_inode: dict[int, File] = {}

    def happen(self, event: Event) -> None:
        match event.kind:
            case Kind.CREATE:
                # The inode may be that of a file that is gone: this is another file.
                self._by_inode[event.inode] = File()
                self._name(self._by_inode[event.inode], None, event.data.decode())
            case Kind.MAKE_FOLDER:
                self._name(File(is_folder=True), None, event.data.decode())
            case Kind.UNLINK:
                self._name(self.names[event.data.decode()], event.data.decode(), None)
            case Kind.RENAME:
                old, new = event.data.decode().split("\0")
                self._name(self.names[old], old, new)
            case Kind.LINK:
                old, new = event.data.decode().split("\0")
                self._name(self.names[old], None, new)
            case Kind.WRITE | Kind.TRUNCATE:
                self._by_inode[event.inode].pending.append(event)
            case Kind.SYNC:
                file = self._by_inode[event.inode]
                for change in file.pending:
                    _apply(change, file.lasting)
                file.pending.clear()
            case Kind.SYNC_FOLDER:
                for naming in self.pending:
                    if naming.concerns(event.data.decode()):
                        naming.apply(self.lasting)
                self.pending = [
                    naming for naming in self.pending if not naming.concerns(event.data.decode())
                ]

    def _name(self, file: File, old: str | None, new: str | None) -> None:
        naming = Naming(file, old, new)
        naming.apply(self.names)
        self.pending.append(naming)

    def as_seen(self) -> dict[str, bytes]:
        """What is in each file for the program."""
        return {
            name: _content(file, file.pending)
            for name, file in self.names.items()
            if not file.is_folder
        }

    def after_a_cut(self, chance: Random) -> dict[str, File]:
        """What may be under each name when the power comes back, all of it lasting."""
        names = dict(self.lasting)
        likely = chance.choice([0.0, 0.5, 1.0])
        for naming in self.pending:
            if chance.random() < likely:
                naming.apply(names)
        left: dict[int, File] = {}  # of two names of one file, one
        for file in names.values():
            if id(file) not in left:
                content = bytearray() if file.is_folder else _content(file, survivors(file, chance))
                left[id(file)] = File(file.is_folder, bytearray(content))
        return {
            name: left[id(file)]
            for name, file in names.items()
            if not file.is_folder and all(folder in names for folder in _folders_above(name))
        }


def write(names: dict[str, File], folder: Path) -> None:
    """Make a folder that holds this; a file with two names is one there, too."""
    folder.mkdir()
    written: dict[int, Path] = {}
    for name, file in names.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if id(file) in written:
            os.link(written[id(file)], path)
            continue
        path.write_bytes(file.lasting)
        written[id(file)] = path


def _folders_above(name: str) -> list[str]:
    """ "a/b/c" -> "a/b" and "a"."""
    return [str(folder) for folder in PurePosixPath(name).parents][:-1]


def survivors(file: File, chance: Random) -> list[Event]:
    """What of a file's pending changes reached the disk.

    As it may be: nothing, everything, all up to a write that was torn, or any of the sectors in
    which they were written, with one of them torn.
    """
    manner = chance.choice(["nothing", "all", "up to one", "any", "any"])
    if manner == "nothing" or not file.pending:
        return []
    if manner == "all":
        return file.pending
    if manner == "up to one":
        whole = chance.randrange(len(file.pending))
        return [*file.pending[:whole], _torn(file.pending[whole], chance)]
    likely = chance.choice([0.1, 0.5, 0.9])
    kept = [
        piece for change in file.pending for piece in sectors(change) if chance.random() < likely
    ]
    if kept:
        at = chance.randrange(len(kept))
        kept[at] = _torn(kept[at], chance)
    if chance.random() < 0.5:
        # The size got there, and nothing else: what lies between reads as noughts.
        size = len(_content(file, file.pending))
        kept.append(Event(Kind.TRUNCATE, 0, max(size, len(_content(file, kept))), b""))
    return kept


def sectors(change: Event) -> Iterator[Event]:
    """A write in the pieces that a disk writes one by one; a truncation is one."""
    if change.kind is Kind.TRUNCATE:
        yield change
        return
    start = change.offset
    end = start + len(change.data)
    while start < end:
        stop = min(end, start - start % SECTOR + SECTOR)
        data = change.data[start - change.offset : stop - change.offset]
        yield Event(Kind.WRITE, change.inode, start, data)
        start = stop


def _torn(change: Event, chance: Random) -> Event:
    """A write of which only the beginning got there; a truncation, which cannot be torn."""
    if change.kind is Kind.TRUNCATE:
        return change
    data = change.data[: chance.randint(0, len(change.data))]
    return Event(Kind.WRITE, change.inode, change.offset, data)


def _content(file: File, changes: list[Event]) -> bytes:
    content = bytearray(file.lasting)
    for change in changes:
        _apply(change, content)
    return bytes(content)


def _apply(change: Event, content: bytearray) -> None:
    if change.kind is Kind.TRUNCATE:
        del content[change.offset :]
        content.extend(bytes(change.offset - len(content)))
        return
    content.extend(bytes(max(0, change.offset - len(content))))
    content[change.offset : change.offset + len(change.data)] = change.data

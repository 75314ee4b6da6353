"""The kinds of work that are measured, each with its floor."""

import csv
import io
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import text
from sqlmodel import Session, SQLModel

from benchmarks.measuring import Line, timed
from custdesk import sample
from custdesk.care import planning, rules
from custdesk.care.rules import Span
from custdesk.exchange.importing import Choices, import_file
from custdesk.insight import deriving, on_a_day, stands
from custdesk.opening import open_store
from custdesk.paper.facts import gather
from custdesk.paper.profile import ProfileFacts, write_profile
from custdesk.people import customers
from custdesk.store import search
from custdesk.store.models import DERIVED
from custdesk.store.search import Query
from custdesk.store.store import Store

NOW = datetime(2026, 11, 21, 9, 30)
SEED = 1


class Clock:
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Bench:
    """One size: the files are made in `folder`, which whoever made it removes."""

    def __init__(self, folder: Path, size: int, say: Callable[[str], None]) -> None:
        self._folder, self._size, self._say = folder, size, say
        self._path = folder / "sample.custdesk"
        self._clock = Clock()

    def lines(self) -> Iterator[Line]:
        """Everything, in an order in which each leaves the file as it was."""
        self._say("filling a file with the sample")
        store = self._open(self._path)
        filling = timed(lambda: sample.fill(store, self._size, SEED))
        yield Line("fill with the sample", self._size, filling)
        store.close()
        yield self.size_of_file()
        yield from self.start()
        store = self._open(self._path)
        try:
            yield self.search(store)
            yield from self.edit(store)
            yield self.year_of_follow_ups(store)
            yield self.plan_one(store)
            yield from self.know_all(store)
            yield self.know_one(store)
            yield from self.profile(store)
            yield self.new_day(store)
        finally:
            store.close()
        yield from self.importing()

    def _open(self, path: Path) -> Store:
        store = open_store(path, self._clock)
        store.new_day()
        return store

    def _raw(self, path: Path | None = None) -> sqlite.Connection:
        raw = sqlite.connect(str(path or self._path), isolation_level=None)
        raw.execute("PRAGMA cache_size = -32000")
        raw.execute("PRAGMA synchronous = FULL")
        return raw

    # --- start ------------------------------------------------------------------------------------

    def start(self) -> Iterator[Line]:
        """A process, from its birth to a window with customers in it."""
        self._say("starting windows")
        empty = [self._started([]) for _ in range(3)]
        path = str(self._path)
        ours = [self._started([path, NOW.isoformat()]) for _ in range(4)][1:]
        yield Line("start to a painted list", self._size, ours, empty, ratio=2)
        days = [(NOW + timedelta(days=n)).isoformat() for n in (1, 2, 3)]
        first = [self._started([path, day]) for day in days]
        yield Line("the first start of a day", self._size, first, empty)

    def _started(self, arguments: list[str]) -> float:
        begun = time.time()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.start", *arguments],
            capture_output=True,
            text=True,
            env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return float(done.stdout.split()[-1]) - begun

    # --- search -----------------------------------------------------------------------------------

    def search(self, store: Store) -> Line:
        """200 queries of every kind: the first 50 in list order, and how many."""
        self._say("searching")
        raw = self._raw()
        typed = _queries(raw)
        ours: list[float] = []
        floor: list[float] = []
        with store.read() as db:
            for words in typed:
                ours += timed(partial(search.find, db, Query(words)), warm=1)
        for words in typed:
            match = " AND ".join(search._match(run) for run in search._runs(words))
            floor += timed(partial(_by_hand, raw, match), warm=1)
        raw.close()
        return Line(
            "search as typed",
            self._size,
            ours,
            floor,
            ratio=3,
            limit=0.005,
            note="by p95",
            by_p95=True,
        )

    # --- edit -------------------------------------------------------------------------------------

    def edit(self, store: Store) -> Iterator[Line]:
        """One field of one customer: commit, journal, search index, derived facts."""
        self._say("editing")
        rng = random.Random(SEED)
        ids = [rng.randint(1, self._size) for _ in range(60)]
        ours = [timed(partial(self._note, store, id, f"改于{at}"))[0] for at, id in enumerate(ids)][
            10:
        ]
        takes = timed(store.undo, 50)
        raw = self._raw()

        def by_hand(id: int) -> None:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("UPDATE customer SET notes = ? WHERE id = ?", (f"手改{id}", id))
            raw.execute("COMMIT")

        raw.execute("UPDATE journal_state SET recording = 0")
        floor = [timed(partial(by_hand, id))[0] for id in ids][10:]
        raw.execute("UPDATE journal_state SET recording = 1")
        raw.close()
        yield Line("one edit, committed", self._size, ours, floor, ratio=5)
        yield Line("undo of one edit", self._size, takes, floor, ratio=5)

    def _note(self, store: Store, id: int, words: str) -> None:
        with store.write("Edit") as db:
            customers.edit(db, id, "notes", words, self._clock().date())

    # --- follow-ups -------------------------------------------------------------------------------

    def year_of_follow_ups(self, store: Store) -> Line:
        """What the plans call for in a year, against reading what they must know."""
        self._say("planning a year")
        today = NOW.date()
        until = today + timedelta(days=365)

        def ours() -> int:
            with store.read() as db:
                in_force = planning.plans_in_force(db)
                span = Span(today, today, until)
                return sum(
                    len(rules.wanted(cared, in_force, span))
                    for cared in planning.cared_for(db, in_force, today)
                )

        def by_hand() -> int:
            needed = {"narrowed": "", "by": today.isoformat()}
            queries = (planning._CARED, planning._LAST_PURCHASE, planning._DATES)
            with closing(self._raw()) as raw:
                return sum(len(raw.execute(query.format(**needed)).fetchall()) for query in queries)

        runs = 3 if self._size <= 100_000 else 1
        return Line(
            "plan a year of follow-ups",
            self._size,
            timed(ours, runs),
            timed(by_hand, runs),
            ratio=5,
        )

    def plan_one(self, store: Store) -> Line:
        """What planning adds to one edit."""
        self._say("planning after edits")
        times = self._after_edits(store, planning.refresh)
        return Line("planning after one edit", self._size, times, limit=0.005)

    def know_all(self, store: Store) -> Iterator[Line]:
        """Grade, stage, value and churn of everybody, against one aggregate of their purchases: as
        they are kept, and all of it reckoned from the histories, as for any other day."""
        self._say("knowing everybody")

        def ours() -> None:
            with store.read() as db:
                on_a_day.everybody(db, store.today)

        def anew() -> None:
            with store.read() as db:
                rows = stands.reckoned(db, store.today)
                on_a_day.Everybody(stands.Stands.from_rows(rows, store.today))

        def aggregate() -> None:
            with store.read() as db:
                db.execute(
                    text(
                        "SELECT customer_id, sum(amount_cents), count(*), max(day)"
                        " FROM purchase GROUP BY customer_id"
                    )
                ).all()

        runs = 3 if self._size <= 100_000 else 1
        floor = timed(aggregate, runs, warm=1)
        name = "grade, stage, value, churn of all"
        yield Line(name, self._size, timed(ours, runs, warm=1), floor, ratio=3)
        yield Line("the same, reckoned anew", self._size, timed(anew, runs), floor, ratio=3)

    def know_one(self, store: Store) -> Line:
        """What grade, stage and warning add to one edit."""
        times = self._after_edits(store, deriving.refresh)
        return Line("grade and stage after one edit", self._size, times)

    def _after_edits(self, store: Store, refresh: Callable[[Session, date], None]) -> list[float]:
        """How long it takes for one customer after another; the first five warm it up."""
        rng = random.Random(SEED)
        times = []
        with store._transaction() as db:
            for _ in range(50):
                db.execute(text("DELETE FROM touched"))
                one = {"id": rng.randint(1, self._size)}
                db.execute(text("INSERT INTO touched VALUES (:id)"), one)
                times += timed(lambda: refresh(db, NOW.date()))
            db.rollback()
        return times[5:]

    def new_day(self, store: Store) -> Line:
        """The first start of a day, ten days running."""
        self._say("turning days")
        times = []
        for _ in range(10):
            self._clock.now += timedelta(days=1)
            times += timed(store.new_day)
        self._clock.now = NOW
        return Line("daily run", self._size, times, limit=1)

    # --- paper ------------------------------------------------------------------------------------

    def profile(self, store: Store) -> Iterator[Line]:
        """One profile, warm, against the same text drawn by hand with the same font."""
        self._say("printing")
        with store.read() as db:
            gathering = timed(lambda: gather(db, 12, NOW.date()), 20, warm=2)
            facts = gather(db, 12, NOW.date())
        ours = timed(lambda: _pdf(facts), 20, warm=2)
        floor = timed(_same_by_hand(_pdf(facts)), 20, warm=2)
        yield Line("one profile PDF", self._size, ours, floor, ratio=2, limit=0.06)
        yield Line("gather its facts", self._size, gathering, limit=0.05)
        page = Line("size of that PDF", self._size, [len(_pdf(facts))], limit=70_000, unit="B")
        yield page

    # --- import -----------------------------------------------------------------------------------

    def importing(self) -> Iterator[Line]:
        """A GB18030 table of all customers into an empty file, and out of it again."""
        self._say("importing")
        file = self._folder / "list.csv"
        _write_list(self._raw(), file)
        target = self._folder / "imported.custdesk"
        store = self._open(target)
        ours = timed(lambda: import_file(store, file, Choices()))
        floor = timed(_insert_by_hand(target, self._folder / "by-hand.custdesk", file))
        yield Line(
            "import of a GB18030 CSV", self._size, ours, floor, ratio=3, limit=self._size / 10_000
        )
        undone = timed(store.undo)
        store.close()
        yield Line("undo of that import", self._size, undone, ours, ratio=1, note="floor: import")

    # --- size -------------------------------------------------------------------------------------

    def size_of_file(self) -> Line:
        """Bytes for each customer, against the same rows in plain tables without index."""
        self._say("weighing")
        plain = self._folder / "plain.db"
        with closing(self._raw()) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.execute("ATTACH ? AS plain", (str(plain),))
            for table in SQLModel.metadata.sorted_tables:
                if table.name not in DERIVED:
                    raw.execute(f"CREATE TABLE plain.{table.name} AS SELECT * FROM {table.name}")
        ours, floor = (path.stat().st_size / self._size for path in (self._path, plain))
        plain.unlink()
        return Line("size of the file for each", self._size, [ours], [floor], ratio=2.5, unit="B")


def _queries(raw: sqlite.Connection) -> list[str]:
    """200 things that people type, made of the customers themselves."""
    rng = random.Random(SEED)
    rows = raw.execute(
        "SELECT s.sort_key, c.name, s.phone, c.company, c.notes FROM customer c"
        " JOIN standing s ON s.customer_id = c.id WHERE c.kind = 'person' AND length(c.name) = 3"
        " AND s.phone LIKE '+861%' ORDER BY c.id LIMIT 5000"
    ).fetchall()
    companies = [row[3] for row in rows if row[3]]
    notes = [row[4] for row in rows if row[4]]
    typed = []
    for _ in range(15):
        key, name, phone, _company, _notes = rng.choice(rows)
        syllables = key.split()[:3]
        at = rng.randint(3, 10)
        typed += [
            rng.choice("王李张刘陈杨茶"),
            name[:2],
            name,
            name[1:],
            "".join(part[0] for part in syllables),
            "".join(syllables),
            syllables[0],
            phone[-4:],
            phone[at : at + 4],
            phone[3:],
            rng.choice(companies)[:4],
            rng.choice(notes)[:2],
            f"{name[0]} {phone[-3:]}",
            "纟鱻查无此人",
        ]
    return typed[:200]


def _by_hand(raw: sqlite.Connection, match: str) -> None:
    raw.execute(
        "SELECT s.customer_id FROM search f CROSS JOIN standing s ON s.customer_id = f.rowid"
        " WHERE f.search MATCH ? ORDER BY s.sort_key, s.customer_id LIMIT 50",
        (match,),
    ).fetchall()
    raw.execute("SELECT count(*) FROM search WHERE search MATCH ?", (match,)).fetchone()


def _pdf(facts: ProfileFacts) -> bytes:
    content = io.BytesIO()
    write_profile(facts, content)
    return content.getvalue()


def _same_by_hand(pdf: bytes) -> Callable[[], bytes]:
    """Something that draws the lines of text of `pdf` again, at their places, on a canvas."""
    import pypdfium2
    from reportlab.pdfbase import pdfmetrics, ttfonts
    from reportlab.pdfgen.canvas import Canvas

    from custdesk import paths

    path = paths.resources() / "fonts" / "NotoSansSC-Regular.ttf"
    pdfmetrics.registerFont(ttfonts.TTFont("by-hand", str(path), asciiReadable=False))
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        pages = []
        for page in document:
            words = page.get_textpage()
            boxes = [words.get_rect(at) for at in range(words.count_rects())]
            pages.append([(box, words.get_text_bounded(*box)) for box in boxes])
        strokes = sum(1 for page in document for one in page.get_objects() if one.type == 2)

    def draw() -> bytes:
        content = io.BytesIO()
        canvas = Canvas(content, pageCompression=1)
        for page in pages:
            for (left, bottom, _right, top), words in page:
                canvas.setFont("by-hand", top - bottom)
                canvas.drawString(left, bottom, words.strip())
            for at in range(strokes // len(pages)):
                canvas.line(50, 20 + at, 500, 20 + at)
            canvas.showPage()
        canvas.save()
        return content.getvalue()

    return draw


_LIST = (
    "SELECT c.number, c.name, CASE c.gender WHEN 'male' THEN '男' WHEN 'female' THEN '女' END,"
    " (SELECT substr(value, 4) FROM contact_point WHERE customer_id = c.id AND kind = 'phone'),"
    " CASE c.birth_calendar WHEN 'solar' THEN"
    "   c.birth_year || '-' || c.birth_month || '-' || c.birth_day END,"
    " c.city, c.address, c.company, c.source, c.likes, c.notes FROM customer c ORDER BY c.id"
)
_LIST_HEADERS = (
    "编号",
    "姓名",
    "性别",
    "手机",
    "生日",
    "城市",
    "地址",
    "单位",
    "来源",
    "喜好",
    "备注",
)


def _write_list(raw: sqlite.Connection, file: Path) -> None:
    with closing(raw), file.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_LIST_HEADERS)
        writer.writerows(raw.execute(_LIST))


def _insert_by_hand(imported: Path, target: Path, file: Path) -> Callable[[], None]:
    """Something that reads `file` and inserts the rows that its import made into a new file.

    The same tables, indexes and full-text index; the tokens are made beforehand, no journal.
    """
    open_store(target, lambda: NOW).close()
    with closing(sqlite.connect(str(imported))) as raw:
        rows = {}
        for table in SQLModel.metadata.sorted_tables:
            if table.name not in ("care_plan", "grading_policy", "setting"):
                rows[table.name] = raw.execute(f"SELECT * FROM {table.name}").fetchall()
        raw.execute("CREATE TEMP TABLE touched AS SELECT id AS customer_id FROM customer")
        tokens = [
            (id, search._words_of(name, words, (number,), (phones or "").split("\n")))
            for id, name, number, words, phones, *_ in raw.execute(str(search._GATHER))
        ]

    def insert() -> None:
        with closing(sqlite.connect(str(target), isolation_level=None)) as raw:
            raw.execute("UPDATE journal_state SET recording = 0")
            raw.execute("PRAGMA synchronous = FULL")
            raw.execute("BEGIN IMMEDIATE")
            with file.open(encoding="gb18030", newline="") as lines:
                read = list(csv.reader(lines))
            assert read
            for name, found in rows.items():
                if found:
                    marks = ", ".join("?" * len(found[0]))
                    raw.executemany(f"INSERT INTO {name} VALUES ({marks})", found)
            raw.executemany("INSERT INTO search (rowid, t) VALUES (?, ?)", tokens)
            raw.execute("COMMIT")

    return insert

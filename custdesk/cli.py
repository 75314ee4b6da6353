"""The command line: the verbs of the rooms below, JSON on request, never a traceback."""

import argparse
import json
import logging
import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from custdesk import cli_file, cli_insight, i18n, paths, settings
from custdesk.errors import CustdeskError, ReadOnly
from custdesk.i18n import N_, _, ngettext
from custdesk.logs import keep_log
from custdesk.people.days import check_day
from custdesk.store.store import Store

if TYPE_CHECKING:
    from custdesk.care.birthday import Birthday

_log = logging.getLogger(__name__)

MOST_DAYS = 36_600
MOST_INVENTED = 1_000_000
MOST = 999_999_999
"""The highest number that a figure may be where nothing else bounds it."""

ARGPARSE_SAYS = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"),
    N_("unrecognized arguments: %s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("expected one argument"),
    N_("expected at most one argument"),
    N_("expected at least one argument"),
    N_("not allowed with argument %s"),
    N_("ignored explicit argument %r"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
)
"""What the library that reads the command line says by itself; here to be translated."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 it could not be done, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    preferences = settings.load(paths.preferences_file())
    given = list(sys.argv[1:] if arguments is None else arguments)
    i18n.use(_language(given, preferences.language))
    options = _parser().parse_args(given)
    keep_log(paths.log_file())
    try:
        return int(options.run(options) or 0)
    except ReadOnly:
        pass  # it was said when the file was opened
    except CustdeskError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print(_("Stopped; nothing was changed."), file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader has gone: nothing more to say
    except Exception:
        _log.exception("A defect")
        print(
            _("CustDesk made a mistake and changed nothing. The details are in {log}.").format(
                log=paths.log_file()
            ),
            file=sys.stderr,
        )
    return 1


def _language(given: list[str], preferred: str) -> str:
    """The language must be known before the help can be written: look for it by hand first."""
    for at, word in enumerate(given):
        if word == "--lang" and given[at + 1 : at + 2] and given[at + 1] in i18n.LANGUAGES:
            return given[at + 1]
        if word.startswith("--lang=") and word[7:] in i18n.LANGUAGES:
            return word[7:]
    return preferred if preferred in i18n.LANGUAGES else i18n.system_language()


def _day(typed: str) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("“{typed}” is no date. Write it as 1968-10-13.").format(typed=typed)
        ) from None
    try:
        check_day(day)
    except CustdeskError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return day


def _file(typed: str) -> Path:
    path = Path(typed).absolute()
    if not typed.strip() or not path.name:
        raise argparse.ArgumentTypeError(_("Name the customer file."))
    return path


def _whole(low: int, high: int) -> Callable[[str], int]:
    def whole(typed: str) -> int:
        number = int(typed) if re.fullmatch(r"[+-]?\d{1,18}", typed) else None
        if number is None or not low <= number <= high:
            raise argparse.ArgumentTypeError(
                _("Type a whole number from {low} to {high}.").format(low=low, high=high)
            )
        return number

    return whole


def _parser() -> argparse.ArgumentParser:
    vars(argparse).update(_=_, ngettext=ngettext)  # whom it asks for its own words
    parser = argparse.ArgumentParser(
        prog="custdesk",
        description=_("CustDesk keeps the customers of a one-person business in one local file."),
    )
    parser.add_argument("--db", type=_file, metavar="FILE", help=_("the customer file"))
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=_("the language to speak"))
    parser.add_argument("--tray", action="store_true", help=argparse.SUPPRESS)  # autostart
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(metavar="COMMAND")

    def command(
        name: str, run: object, words: str, *, jsonable: bool = True
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=words, description=words)
        sub.set_defaults(run=run)
        if jsonable:
            sub.add_argument("--json", action="store_true", help=_("print one JSON document"))
        return sub

    sub = command("import", _import, _("import customers, purchases or interactions"))
    sub.add_argument("files", type=Path, nargs="+", metavar="FILE")
    sub.add_argument(
        "--dry-run", action="store_true", help=_("say what would happen, write nothing")
    )
    sub.add_argument("--mapping", type=Path, metavar="FILE.toml", help=_("which column is what"))
    sub.add_argument("--on-duplicate", choices=("merge", "skip", "create"), default="merge")
    sub.add_argument("--kind", choices=("customers", "purchases", "interactions"))
    sub.add_argument("--rejects", type=Path, metavar="FILE", help=_("write rejected rows here"))

    sub = command("undo", _undo, _("take back the last change"))
    which = sub.add_mutually_exclusive_group()
    which.add_argument("--list", action="store_true", help=_("list the last changes instead"))
    which.add_argument(
        "--step",
        type=_whole(1, MOST),
        metavar="N",
        help=_("take back the change with this number in the list, if nothing depends on it"),
    )

    sub = command("add", _add, _("add a customer"))
    sub.add_argument("--name", required=True)
    sub.add_argument("--phone", action="append", default=[])
    sub.add_argument("--email", action="append", default=[])
    birthday = sub.add_mutually_exclusive_group()
    birthday.add_argument("--birthday", metavar="[YYYY-]MM-DD")
    birthday.add_argument("--lunar-birthday", metavar="[YYYY-]MM-DD[L]")

    sub = command("search", _search, _("find customers"))
    sub.add_argument("text", metavar="TEXT")
    sub.add_argument("--limit", type=_whole(0, MOST), metavar="N")

    sub = command("show", _show, _("show all that is known of a customer"))
    sub.add_argument("customer", metavar="CUSTOMER")

    sub = command("due", _due, _("list follow-ups that are due"))
    sub.add_argument("--on", type=_day, metavar="DATE")
    sub.add_argument("--days", type=_whole(0, MOST_DAYS), default=0, metavar="N")

    sub = command("done", _done, _("note what came of a follow-up"))
    sub.add_argument("follow_up", type=_whole(1, MOST), metavar="FOLLOW_UP")
    sub.add_argument("--outcome", required=True)
    sub.add_argument(
        "--channel", default="phone", choices=("phone", "wechat", "visit", "sms", "email")
    )
    sub.add_argument("--on", type=_day, metavar="DATE")

    sub = command("profile", _profile, _("write profiles as PDF"), jsonable=False)
    sub.add_argument("customers", nargs="*", metavar="CUSTOMER")
    whom = sub.add_mutually_exclusive_group()
    whom.add_argument("--segment", metavar="NAME", help=_("everybody in this segment"))
    whom.add_argument("--grade", help=_("everybody of this grade"))
    whom.add_argument("--all", action="store_true", help=_("everybody"))
    sub.add_argument(
        "--client-safe", action="store_true", help=_("leave out what the client should not read")
    )
    sub.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.pdf")

    sub = command("grades", _grades, _("print the grading table, or write it to a file"))
    sub.add_argument("--on", type=_day, metavar="DATE")
    sub.add_argument("-o", "--output", type=Path, metavar="FILE.(pdf|xlsx)")
    sub = command(
        "insight", cli_insight.insight, _("list stages, recency, frequency, money and warnings")
    )
    sub.add_argument("--on", type=_day, metavar="DATE")

    sub = command(
        "export",
        _export,
        _("write all customers to a table, or follow-ups and birthdays to a calendar"),
        jsonable=False,
    )
    sub.add_argument("file", type=Path, metavar="FILE.(csv|xlsx|ics)")
    sub.add_argument("--segment", metavar="NAME", help=_("only who is in this segment"))

    sub = command("backup", cli_file.back_up, _("write a checked copy of the file"), jsonable=False)
    sub.add_argument("file", type=Path, metavar="FILE")

    sub = command(
        "restore", cli_file.restore, _("put a backup in the place of the file"), jsonable=False
    )
    sub.add_argument("file", type=Path, metavar="FILE")

    command(
        "lock", cli_file.lock, _("encrypt the file with a passphrase, or change it"), jsonable=False
    )
    command("unlock", cli_file.unlock, _("remove the passphrase"), jsonable=False)
    sub = command(
        "export-person",
        _export_person,
        _("write everything held on one customer to a JSON or PDF file"),
        jsonable=False,
    )
    sub.add_argument("customer", metavar="CUSTOMER")
    sub.add_argument("file", type=Path, metavar="FILE.(json|pdf)")

    sub = command(
        "erase", _erase, _("erase a customer for good; this cannot be undone"), jsonable=False
    )
    sub.add_argument("customer", metavar="CUSTOMER")
    sub.add_argument("--yes", action="store_true", help=_("do it; without this nothing is erased"))
    sub.add_argument("--receipt", type=Path, metavar="FILE.pdf", help=_("write the receipt here"))

    sub = command(
        "check", cli_file.check, _("look whether all is well with the file"), jsonable=False
    )
    sub.add_argument(
        "--repair",
        action="store_true",
        help=_("compute again what is derived; save what can be saved of a damaged file"),
    )

    sub = command(
        "sample", _sample, _("fill an empty file with invented customers"), jsonable=False
    )
    sub.add_argument("--customers", type=_whole(0, MOST_INVENTED), default=200, metavar="N")
    sub.add_argument("--seed", type=_whole(0, MOST), default=1, metavar="N")

    sub = command("tour", _tour, _("drive the window through its main job"), jsonable=False)
    sub.add_argument("--out", type=Path, required=True, metavar="DIR")
    return parser


def _print_json(document: object) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=1))


def _window(options: argparse.Namespace) -> int:
    from custdesk.app import run

    return run(options.db or paths.default_database(), options.lang, in_tray=options.tray)


# --- exchange -------------------------------------------------------------------------------------


def _import(options: argparse.Namespace) -> None:
    from custdesk.exchange import importing
    from custdesk.exchange.fields import Kind
    from custdesk.exchange.outcome import OnDuplicate

    choices = importing.Choices(
        kind=Kind(options.kind) if options.kind else None,
        mapping_by_header=importing.read_mapping_file(options.mapping) if options.mapping else {},
        on_duplicate=OnDuplicate(options.on_duplicate),
    )
    if options.rejects:
        _spare(options, options.rejects, *options.files)
        importing.look_at_place(options.rejects)
    tables = [(path, importing.read_file(path)) for path in options.files]
    mapped = [(path, table, importing.mapping_for(table, choices)) for path, table in tables]
    results = []
    with cli_file.opened(options, untouched=options.dry_run) as store:
        for path, table, mapping in mapped:
            result = importing.import_table(
                store, path.name, table, mapping, choices.on_duplicate, dry_run=options.dry_run
            )
            result.warnings[:0] = importing.passed_over(table)
            results.append(result)
            if not options.json:
                print(result.sentence())
                for reject in result.rejects:
                    print("  " + reject.remark.sentence(), file=sys.stderr)
                for warning in result.warnings:
                    print("  " + warning.sentence(), file=sys.stderr)
    if options.rejects:
        importing.write_rejects(results[0] if len(results) == 1 else results, options.rejects)
    if options.json:
        documents = [result.document() for result in results]
        _print_json(documents[0] if len(documents) == 1 else documents)


def _spare(options: argparse.Namespace, target: Path, *sources: Path) -> None:
    """Refuse to write over the customer file, or over what is being read."""
    file = (options.db or paths.default_database()).resolve()
    beside = {file.with_name(file.name + ending) for ending in ("", "-wal", "-shm")}
    if target.resolve() in beside | {source.resolve() for source in sources}:
        raise CustdeskError(
            _("{file} would be overwritten. Choose another name to write to.").format(
                file=target.name
            )
        )


def _export(options: argparse.Namespace) -> None:
    from custdesk.exchange import exporting, ical
    from custdesk.insight import segments

    _spare(options, options.file)
    is_calendar = options.file.suffix.lower() == ".ics"
    if is_calendar and options.segment is not None:
        raise CustdeskError(_("Only a table can be narrowed to a segment. Choose .csv or .xlsx."))
    with cli_file.opened(options, must_exist=True) as store:
        if is_calendar:
            n = ical.export_calendar(store, options.file)
            said = ngettext("{n} calendar entry written.", "{n} calendar entries written.", n)
            if warning := ical.remark(options.file):
                print(warning, file=sys.stderr)
        else:
            with store.read() as db:
                only = None
                if options.segment is not None:
                    only = segments.ids_named(db, options.segment, store.today)
                n = exporting.export_customers(db, options.file, only=only)
            said = ngettext("{n} customer written.", "{n} customers written.", n)
    print(said.format(n=n))


def _export_person(options: argparse.Namespace) -> None:
    from custdesk.handover import hand_over

    _spare(options, options.file)
    with cli_file.opened(options, must_exist=True) as store:
        id = _one_customer(store, options.customer)
        with store.read() as db:
            hand_over(db, id, store.today, options.file)
    print(options.file)


def _erase(options: argparse.Namespace) -> None:
    from custdesk.paper.receipt import write_receipt
    from custdesk.people import erasing

    if options.receipt:
        _spare(options, options.receipt)
        if options.receipt.suffix.lower() != ".pdf":
            raise CustdeskError(_("Give the file a name that ends in .pdf."))
        if not options.receipt.absolute().parent.is_dir():
            raise CustdeskError(_("The folder for the receipt does not exist. Choose another."))
    with cli_file.opened(options, must_exist=True) as store:
        id = _one_customer(store, options.customer)
        if not options.yes:
            with store.read() as db:
                lines = erasing.lines(erasing.count(db, [id]))
            raise CustdeskError(
                _("This would be erased for good: {what}. Add --yes to do it.").format(
                    what=_(", ").join(lines)
                )
            )
        receipt = erasing.erase(store, [id])
    print(receipt.text())
    if options.receipt:
        write_receipt(receipt, options.receipt)


def _profile(options: argparse.Namespace) -> None:
    _spare(options, options.output)
    if options.output.suffix.lower() != ".pdf":
        raise CustdeskError(_("Give the file a name that ends in .pdf."))
    from custdesk.insight import policies, segments
    from custdesk.insight.recommending import Companions
    from custdesk.paper.facts import gather
    from custdesk.paper.profile import write_profile
    from custdesk.store import search

    with cli_file.opened(options, must_exist=True) as store, store.read() as db:
        if options.all:
            ids = list(search.find(db, search.Query()))
        elif options.grade:
            grade = policies.grades(db).named(options.grade)
            if grade is None:
                raise CustdeskError(_("There is no grade {name}.").format(name=options.grade))
            ids = list(search.find(db, search.Query(grades=frozenset({grade.key}))))
        elif options.segment is not None:
            ids = list(segments.ids_named(db, options.segment, store.today))
            if not ids:
                raise CustdeskError(
                    _("Nobody is in the segment {name}.").format(name=options.segment)
                )
        else:
            ids = [_one_customer(store, named) for named in options.customers]
        if not ids:
            raise CustdeskError(_("Name a customer, a grade, a segment, or --all."))
        companions = Companions(db)
        facts = [gather(db, id, store.today, companions=companions) for id in ids]
        write_profile(facts, options.output, client_safe=options.client_safe)
    print(options.output)


def _grades(options: argparse.Namespace) -> None:
    if options.output is not None:
        _spare(options, options.output)
    cli_insight.grades(options)


# --- people ---------------------------------------------------------------------------------------


def _add(options: argparse.Namespace) -> None:
    from custdesk import documents
    from custdesk.people import customers

    birthday = None
    if options.birthday:
        birthday = _birthday(options.birthday, lunar=False)
    elif options.lunar_birthday:
        birthday = _birthday(options.lunar_birthday, lunar=True)
    details = customers.Details(
        options.name, birthday=birthday, phones=options.phone, emails=options.email
    )
    with cli_file.opened(options) as store:
        with store.write(_("Add {name}").format(name=options.name)) as db:
            customer = customers.add(db, details, store.today)
            number, id = customer.number, customer.id or 0
        if options.json:
            with store.read() as db:
                _print_json(documents.rows(db, [id])[0])
        else:
            print(_("Added {name}, number {number}.").format(name=options.name, number=number))


def _birthday(typed: str, *, lunar: bool) -> "Birthday":
    """[YYYY-]MM-DD, lunar ones with L behind them when the month is a leap month."""
    from custdesk.care.birthday import Birthday, Calendar

    found = re.fullmatch(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})(L?)", typed)
    if not found or (found[4] and not lunar):
        raise CustdeskError(_("“{typed}” is no date. Write it as 1968-10-13.").format(typed=typed))
    year = int(found[1]) if found[1] else None
    calendar = Calendar.LUNAR if lunar else Calendar.SOLAR
    return Birthday(calendar, year, int(found[2]), int(found[3]), bool(found[4]))


def _search(options: argparse.Namespace) -> None:
    from custdesk import documents
    from custdesk.people import phones
    from custdesk.store import search

    with cli_file.opened(options, must_exist=True) as store, store.read() as db:
        ids = search.find(db, search.Query(options.text))
        rows = documents.rows(db, ids[: options.limit])
    total = len(ids)
    if options.json:
        _print_json({"total": total, "customers": rows})
        return
    for row in rows:
        print(row["number"], row["name"], phones.display(str(row["phone"])), sep="\t")
    print(ngettext("{n} customer", "{n} customers", total).format(n=total), file=sys.stderr)


def _one_customer(store: Store, named: str) -> int:
    """The customer with this number, or the only one that a search for it finds."""
    from custdesk import documents
    from custdesk.people import customers
    from custdesk.store import search

    with store.read() as db:
        owner = customers.number_owner(db, named)
        found = search.find(db, search.Query(named))
        rows = documents.rows(db, found[:6])
    if owner is not None:
        return owner
    exact = [row for row in rows if row["name"] == named]
    if len(found) == 1 or len(exact) == 1:
        return int(str((exact or rows)[0]["id"]))
    if not found:
        raise CustdeskError(_("Nobody was found for “{text}”.").format(text=named))
    shown = "、".join(f"{row['number']} {row['name']}" for row in rows)
    raise CustdeskError(
        _("{n} customers match “{text}”: {shown} … Give a number.").format(
            n=len(found), text=named, shown=shown
        )
    )


def _show(options: argparse.Namespace) -> None:
    from custdesk import cli_customer, documents

    with cli_file.opened(options, must_exist=True) as store:
        id = _one_customer(store, options.customer)
        with store.read() as db:
            if options.json:
                _print_json(documents.customer(db, id, store.today))
                return
            print(*cli_customer.lines(db, id, store.today), sep="\n")


# --- care -----------------------------------------------------------------------------------------


def _due(options: argparse.Namespace) -> None:
    from custdesk import documents, formats
    from custdesk.care import follow_ups

    with cli_file.opened(options, must_exist=True) as store:
        on = options.on or store.today
        with store.read() as db:
            found = follow_ups.due(db, on, on + timedelta(days=options.days), store.today)
    if options.json:
        _print_json({"on": on.isoformat(), "follow_ups": [documents.due(one, on) for one in found]})
        return
    for due in found:
        silent = [_("Do not contact")] if due.do_not_contact else []
        print(
            due.id or "-", formats.day(due.due, on), due.customer, due.reason, *silent, sep="\t"
        )  # fmt: skip
    n = len(found)
    print(ngettext("{n} follow-up", "{n} follow-ups", n).format(n=n), file=sys.stderr)


def _done(options: argparse.Namespace) -> None:
    from custdesk import documents
    from custdesk.care import follow_ups
    from custdesk.store.models import Channel

    with cli_file.opened(options, must_exist=True) as store:
        at = datetime.combine(options.on, time(12)) if options.on else store.clock()
        if at.date() > store.today:
            raise CustdeskError(_("Choose a day that is not after today."))
        with store.read() as db:
            due = follow_ups.one(db, options.follow_up, store.today)
        label = _("Follow-up done: {name}").format(name=due.customer if due else "")
        with store.write(label) as db:
            follow_ups.complete(
                db, options.follow_up, options.outcome, Channel(options.channel), at
            )
            customer_id = due.customer_id if due else 0
        with store.read() as db:
            ahead = follow_ups.of_customer(db, customer_id, store.today)
    if options.json:
        _print_json(
            {
                "done": options.follow_up,
                "customer_id": customer_id,
                "next": [documents.due(one, store.today) for one in ahead],
            }
        )
    else:
        print(label)


# --- the file -------------------------------------------------------------------------------------


def _undo(options: argparse.Namespace) -> None:
    from custdesk import documents

    with cli_file.opened(options, must_exist=True) as store:
        if options.list:
            steps = store.steps()
            if options.json:
                _print_json([documents.step(step) for step in steps])
            else:
                for step in steps:
                    mark = _("undone") if step.undone else ""
                    mark = _("taken back") if step.taken_back else mark
                    print(step.id, step.at.isoformat(" "), step.label, mark, sep="\t")
            return
        if options.step is not None:
            taken = store.take_back(options.step)
            if options.json:
                _print_json(documents.taken(taken))
            else:
                print(taken.sentence())
            return
        undone = store.undo()
        if undone is None:
            raise CustdeskError(_("There is nothing to undo."))
    if options.json:
        _print_json({"undone": undone.label, "id": undone.id})
    else:
        print(_("Undone: {label}").format(label=undone.label))


def _sample(options: argparse.Namespace) -> None:
    from custdesk.sample import fill

    with cli_file.opened(options) as store:
        n = fill(store, options.customers, options.seed)
    print(ngettext("{n} invented customer.", "{n} invented customers.", n).format(n=n))


def _tour(options: argparse.Namespace) -> int:
    from custdesk.app import tour

    return tour(options.out, options.lang)

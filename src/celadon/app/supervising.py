"""The verbs of ``supervise``: a programme begun, enterprises selected, acts recorded."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

from celadon.app.papers import written_apart
from celadon.app.resting import tables_of
from celadon.app.workspace import Workspace
from celadon.cases import Event, Register, State
from celadon.cases.events import SelectedBy
from celadon.cases.programme import Kind
from celadon.cases.register import PROGRAMME
from celadon.cases.selecting import Enterprise, draw, list_text, riskiest, selection, violators
from celadon.chain import sha256_file
from celadon.errors import Fault, InputError, WorkspaceError
from celadon.exact import parse_decimal
from celadon.languages import Language
from celadon.records.site import Site
from celadon.report.statistics.form import Form
from celadon.report.statistics.page import write_page
from celadon.report.statistics.programme import programme_form
from celadon.report.supervision.page import write_page as write_summary_page
from celadon.report.supervision.summed import summary_page

CASES = "cases"
"""The folder of a workspace that holds programmes."""

ZONE = ZoneInfo("Asia/Shanghai")
"""Acts of an authority are dated by this clock."""

_ID = re.compile("[a-z0-9][a-z0-9-]{0,63}")
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_COLUMNS = ("id", "name", "region")
_OWN = frozenset({*_COLUMNS, "code", "industry", "risk"})
_DRAFT = """\
# A programme: who leads it, and who may act. Its stages are those of its kind unless declared.
[programme]
id = {id}
kind = {kind}
authority = {authority}
region = {region}
year = {year}
# call = "number of the notice that calls for it"
# apply_to = 2026-06-01          # applications are taken before this day

# Whom it is for, if figures say so: celadon supervise select ... --by criteria
# [[criterion]]
# id = "..."
# clause = "where the call says so"
# conditions = [{{ fact = "energy", least = "10000", unit = "tce" }}]

# Declare each officer; at least two act together.
# [[officer]]
# id = "..."
# name_zh = "..."
# certificate = "number of the certificate"
# regions = [{region}]
# valid_to = 2027-01-01
"""


def programmes(workspace: Workspace) -> list[str]:
    """The programmes of a workspace."""
    return sorted(path.parent.name for path in (workspace.folder / CASES).glob(f"*/{PROGRAMME}"))


def open_register(workspace: Workspace, name: str) -> Register:
    """The register of a programme.

    Raises
    ------
    WorkspaceError
        If there is none; lists those there are.
    """
    folder = workspace.folder / CASES / name
    if Path(name).name != name or not (folder / PROGRAMME).is_file():
        known = ", ".join(programmes(workspace)) or "none yet"
        fault = Fault(
            (str(folder),), "no such programme", f"the programmes here: {known}",
            f"correct the name, or begin it: celadon supervise new {name}",
        )  # fmt: skip
        raise WorkspaceError(f"There is no programme {name!r}", [fault])
    return Register(folder)


def new_programme(
    workspace: Workspace, name: str, kind: Kind, authority: str, region: str, year: int
) -> Path:
    """Write the declaration of a new programme, to be completed by hand.

    Raises
    ------
    WorkspaceError
        If there is one of that name.
    InputError
        If the name is no plain id, the region none of the table, or the year none of this century.
    """
    _checked_declaration(workspace, name, authority, region, year)
    path = workspace.folder / CASES / name / PROGRAMME
    if path.exists():
        rule = "a programme is begun once"
        fault = Fault((str(path),), "a programme", rule, "take another name")
        raise WorkspaceError(f"There is a programme {name!r} already", [fault])
    texts = {"id": name, "kind": kind, "authority": authority, "region": region}
    quoted = {key: json.dumps(text, ensure_ascii=False) for key, text in texts.items()}
    path.parent.mkdir(parents=True)
    path.write_text(_DRAFT.format(**quoted, year=year), encoding="utf-8")
    return path


def _checked_declaration(
    workspace: Workspace, name: str, authority: str, region: str, year: int
) -> None:
    faults = []
    if not authority.strip():
        faults.append(Fault(("--authority",), "nothing", "who leads it", "name the authority"))
    if not _ID.fullmatch(name):
        rule = "small letters, digits and -, 64 at most, a letter or digit first"
        faults.append(Fault(("PROGRAMME",), repr(name), rule, "take such a name, as s-2026"))
    known = workspace.registry().regions
    if region != "CN" and region not in known:
        near = ", ".join(get_close_matches(region, known, 3)) or "CN-HE"
        rule = "CN, or a province of the table such as CN-HE"
        faults.append(Fault(("--region",), region, rule, f"take one such as {near}"))
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        rule = f"a year from {_FIRST_YEAR} to {_LAST_YEAR}"
        faults.append(Fault(("--year",), str(year), rule, "correct the year"))
    if faults:
        raise InputError("The programme cannot be begun so", faults)


def enterprises_of(workspace: Workspace) -> dict[str, Enterprise]:
    """The sites of a workspace as enterprises that may be selected."""
    return {name: _enterprise(workspace.site(name)) for name in workspace.site_ids()}


def enterprises_from(path: Path) -> dict[str, Enterprise]:
    """The enterprises of a CSV file: id, name, region, and if wanted code, industry, risk.

    Any other column is a fact that a criterion may ask for; several values stand between ``;``.

    Raises
    ------
    InputError
        With every row that cannot be taken.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            absent = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    except UnicodeDecodeError:
        fault = Fault((path.name,), "bytes that are not UTF-8", "UTF-8", "save it as UTF-8")
        raise InputError(f"{path.name} cannot be read", [fault]) from None
    if absent:
        rule = f"a list with the columns {', '.join(_COLUMNS)}"
        fault = Fault((path.name,), f"no column {', '.join(absent)}", rule, "add it")
        raise InputError(f"{path.name} lists no enterprises", [fault])
    found: dict[str, Enterprise] = {}
    faults: list[Fault] = []
    for number, row in enumerate(rows, start=2):
        cells = {key: (value or "").strip() for key, value in row.items() if key}
        fault_of = _row_fault(cells, found)
        if fault_of is not None:
            faults.append(Fault((path.name, f"row {number}"), *fault_of))
            continue
        found[cells["id"]] = Enterprise(
            cells["id"], cells["name"], cells["region"], cells.get("code", ""),
            cells.get("industry", ""), parse_decimal(cells.get("risk") or "0"),
            {k: tuple(v.split(";")) for k, v in cells.items() if v and k not in _OWN},
            (path.name, f"row {number}"),
        )  # fmt: skip
    if faults:
        raise InputError(f"{path.name} has {len(faults)} row(s) that cannot be taken", faults)
    return found


def _row_fault(
    cells: Mapping[str, str], found: Mapping[str, Enterprise]
) -> tuple[str, str, str] | None:
    empty = [name for name in _COLUMNS if not cells.get(name)]
    if empty:
        return f"nothing in {', '.join(empty)}", "id, name and region", "fill them in"
    if cells["id"] in found:
        return f"{cells['id']} again", "an id is used once", "tell the two apart"
    code = cells.get("code", "")
    same = next((each.id for each in found.values() if code and each.code == code), "")
    if same:
        return f"the code of {same} again", "a code is of one enterprise", "correct one of them"
    try:
        parse_decimal(cells.get("risk") or "0")
    except ValueError:
        return f"risk {cells['risk']!r}", "a number", "correct it"
    return None


@dataclass(frozen=True, slots=True)
class Choice:
    """How enterprises are chosen.

    Parameters
    ----------
    by : list, lot, last year's violators, or risk.
    names : those of a list; number : how many are drawn or are riskiest.
    seed : of the lot, as published; previous : the programme of the year before.
    on : local day of the choice; today if not given.
    """

    by: SelectedBy
    reason: str
    names: tuple[str, ...] = ()
    number: int = 0
    seed: str = ""
    previous: str = ""
    on: dt.date | None = None


def select_enterprises(
    workspace: Workspace,
    programme: str,
    enterprises: Mapping[str, Enterprise],
    choice: Choice,
    by: str,
) -> list[Event]:
    """Take enterprises into a programme; who stands in it already is passed over.

    Raises
    ------
    InputError
        If a name is unknown, a lot has no seed, or what is chosen is none.
    """
    register = open_register(workspace, programme)
    with register.alone():
        return _selected(workspace, register, enterprises, choice, by)


def _selected(
    workspace: Workspace, register: Register, enterprises: Mapping[str, Enterprise],
    choice: Choice, by: str,
) -> list[Event]:  # fmt: skip
    _checked_number(choice)
    inside = register.state().cases
    open_ones = {name: each for name, each in enterprises.items() if name not in inside}
    chosen = _chosen(workspace, enterprises, open_ones, choice)
    if not chosen:
        fault = Fault(
            (register.programme.id, choice.by), "nobody",
            "somebody who is not in the programme yet", "widen the list or the number",
        )  # fmt: skip
        raise InputError("Nobody was selected", [fault])
    if choice.by != "random":
        events = selection(by, enterprises, chosen, choice.by, choice.reason, on=choice.on)
        return record(workspace, register, events)
    with written_apart(register.folder / "list.txt") as path:  # what a lot is drawn from is kept
        path.write_text(list_text(open_ones), encoding="utf-8", newline="\n")
        events = selection(
            by, enterprises, chosen, choice.by, choice.reason, choice.seed, choice.on,
            sha256_file(path),
        )  # fmt: skip
        return record(workspace, register, events, [path])


def _checked_number(choice: Choice) -> None:
    """A lot and a choice by risk say how many."""
    if choice.by in ("random", "risk") and choice.number < 1:
        fault = Fault(
            ("--number",), str(choice.number), "how many are drawn or are riskiest, 1 or more",
            "give the number as it was decided",
        )  # fmt: skip
        raise InputError("How many are selected is not said", [fault])


def _chosen(
    workspace: Workspace,
    enterprises: Mapping[str, Enterprise],
    open_ones: Mapping[str, Enterprise],
    choice: Choice,
) -> list[str]:
    if choice.by == "random":
        if not choice.seed:
            rule = "a lot is drawn with a seed that is published before"
            fault = Fault(("--seed",), "nothing", rule, "give the seed")
            raise InputError("A lot needs a seed", [fault])
        return draw(open_ones, choice.seed, choice.number)
    if choice.by == "risk":
        return riskiest(open_ones.values(), choice.number)
    names: Iterable[str] = choice.names
    if choice.by == "last_year":
        names = violators(open_register(workspace, choice.previous).state())
    wanted = list(names) or (list(open_ones) if choice.by != "last_year" else [])
    unknown = [name for name in wanted if name not in enterprises]
    if unknown:
        faults = [
            Fault((name,), "no such enterprise", "one of the list", "correct the name")
            for name in unknown
        ]
        raise InputError(f"{len(unknown)} enterprise(s) are not in the list", faults)
    return [name for name in wanted if name in open_ones]


def record(
    workspace: Workspace, register: Register, events: Sequence[Event],
    documents: Sequence[Path] = (),
) -> list[Event]:  # fmt: skip
    """Record events, all of them or none; what they name is kept where they are accepted.

    Raises
    ------
    InputError
        With every reason why one of them may not be recorded.
    """
    return register.record(
        events, now=dt.datetime.now(ZONE), tables=tables_of(workspace), documents=documents
    )


def check_events(workspace: Workspace, register: Register, events: Sequence[Event]) -> None:
    """Refuse what :func:`record` would refuse, and record nothing.

    Raises
    ------
    InputError
        With every reason why one of them may not be recorded.
    """
    register.check(events, now=dt.datetime.now(ZONE), tables=tables_of(workspace))


def save_programme(
    register: Register, path: Path, on: dt.date, language: Language, *, replace: bool = False
) -> Form:
    """Write the findings and the summary of a programme as the ending of the file says.

    Raises
    ------
    InputError
        If the ending is neither ``.xlsx`` nor ``.html``, or a file of that name is there.
    """
    if path.suffix.lower() not in (".xlsx", ".html"):
        fault = Fault((str(path),), path.suffix or "no ending", ".xlsx or .html", "name it so")
        raise InputError("The form is a workbook or a page", [fault])
    if path.exists() and not replace:
        fault = Fault((str(path),), "a file", "a new file", "choose another name")
        raise InputError(f"{path.name} exists already", [fault])
    filled = programme_form(
        register.programme, register.state(on=str(on)), str(on), language, register.events()
    )
    if path.suffix.lower() == ".html":
        write_page(filled, path)
    else:
        from celadon.report.statistics.workbook import (  # noqa: PLC0415  few ask for a workbook
            write_tables,
        )

        write_tables(filled, dt.datetime.combine(on, dt.time()), path)
    return filled


def save_summary(
    workspace: Workspace, register: Register, state: State, path: Path, on: str, language: Language
) -> None:
    """Write how a programme stands on a day as a page."""
    page = summary_page(register.programme, state, on, workspace.registry(), language)
    write_summary_page(page, path)


def _enterprise(site: Site) -> Enterprise:
    name = site.owner.name or site.name("zh")
    code = site.owner.credit_code or ""
    return Enterprise(site.id, name, site.region, code, site.industry)

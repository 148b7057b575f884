"""The verb ``return``: a site's account packed and sent, checked and accepted, read again."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from celadon.app.load import QUALITY_SHARE
from celadon.app.result import CACHED, SiteRun
from celadon.app.running import cached_run, run
from celadon.app.standing import confirmed_now
from celadon.app.workspace import MARKER, Workspace
from celadon.chain import sha256_file
from celadon.errors import CeladonError, Fault, InputError, LedgerError, WorkspaceError
from celadon.records.ledger.sealed import verified
from celadon.records.period import Period
from celadon.reference import Registry, load_registry
from celadon.report.returns.account_checks import Whole
from celadon.report.returns.check import Check, cannot_tell, is_acceptable
from celadon.report.returns.checking import Receiver, check_return
from celadon.report.returns.container import DECLARATION
from celadon.report.returns.disclosure import disclosed, is_disclosed, rebuild
from celadon.report.returns.figures import Difference, differences
from celadon.report.returns.header import Header
from celadon.report.returns.opening import Opened, open_return
from celadon.report.returns.pack import Content, Packed, file_name, pack
from celadon.report.returns.recomputed_checks import Recomputed, recomputed_checks
from celadon.report.returns.register import Entry, Register, same_series

_SEAL = re.compile(r"[0-9a-f]{64}")
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Sent:
    """A return that was packed: where it lies, whether it was there already, and its checks."""

    path: Path
    packed: Packed
    is_new: bool
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """A return that was checked, and what became of it.

    Parameters
    ----------
    entry : its line in the register; None where it was only checked.
    is_new : whether that line was written now.
    changes : the figures that differ from the version accepted before; empty where there is none.
    """

    opened: Opened
    checks: tuple[Check, ...]
    entry: Entry | None = None
    is_new: bool = False
    changes: tuple[Difference, ...] = ()

    @property
    def is_acceptable(self) -> bool:
        """Whether nothing keeps it from being accepted."""
        return is_acceptable(self.checks)


def pack_return(
    workspace: Workspace,
    site: str,
    period: Period,
    *,
    with_readings: bool = False,
    replaces: str | None = None,
    out: Path | None = None,
) -> Sent:
    """Pack the account of a site and period; equal content gives equal bytes.

    Nothing is overwritten: where the usual name is taken by a return of another content, the new
    one gets the next number.

    Parameters
    ----------
    with_readings : whether the rows of the ledger go with it; the original files never do.
    replaces : the seal of the return that it replaces, or that return's file.
    out : the file to write; by default in the site's ``out`` folder.

    Raises
    ------
    WorkspaceError
        If there is no such site, or ``out`` holds another content.
    InputError
        If ``replaces`` names no return of this site and period.
    """
    result = cached_run(workspace, site, period)
    registry = workspace.registry()
    content = _content(workspace, registry, result, with_readings=with_readings, replaces=replaces)
    packed = pack(content, registry)
    path, is_new = _write(workspace, packed, result, out)
    receiver = Receiver(registry, workspace.settings.mode, None, _today())
    checks = check_return(open_return(path), receiver, packed.header.seal)
    foreseen = tuple(check for check in checks if check.because != "no_register")
    return Sent(path, packed, is_new, foreseen)


def check_returns(
    paths: Iterable[Path], workspace: Workspace | None, seal: str | None = None
) -> Iterator[Received]:
    """Check files one after another and change nothing.

    Parameters
    ----------
    workspace : whose tables and register are asked; None for the shipped tables and no register.
    """
    desk = _Desk(workspace)
    for path in paths:
        yield desk.check(path, seal)


def accept_returns(
    workspace: Workspace, paths: Iterable[Path], *, by: str = "", seal: str | None = None
) -> Iterator[Received]:
    """Check files and take each into the register: accepted, or refused with the reasons.

    Raises
    ------
    LedgerError
        If the register cannot be written. What was accepted before stays accepted.
    """
    desk = _Desk(workspace)
    for path in paths:
        yield desk.receive(path, by, seal)


def register_of(workspace: Workspace) -> Register:
    """The register of the returns that a workspace has received."""
    return Register(workspace.folder / "returns")


def find_return(workspace: Workspace, text: str) -> Path:
    """The file of an accepted return, by the beginning of its seal or of its SHA-256.

    Raises
    ------
    WorkspaceError
        If no accepted return begins so, or several do.
    ChainBroken
        If its file is gone or was changed.
    """
    register = register_of(workspace)
    begins = text.strip().lower()
    found = {
        entry.line["sha256"]: entry
        for entry in register.accepted()
        if begins and any(entry.line[name].startswith(begins) for name in ("seal", "sha256"))
    }
    if len(found) != 1 or len(begins) < _SHORTEST:
        seals = ", ".join(entry.line["seal"][:12] for entry in found.values())
        fault = Fault(
            (str(register.folder), text),
            f"several: {seals}" if len(found) > 1 else "no such return",
            f"a file, or the first {_SHORTEST} or more characters of an accepted return's seal",
            "celadon return list shows them",
        )
        raise WorkspaceError(f"{text} is not one accepted return", [fault])
    return verified(register.path(next(iter(found))))


def load_return(path: Path) -> SiteRun:
    """A return read as the run that it was packed from: declaration, header, tables.

    What a return does not hold (meter days, the load) is an empty table.

    Raises
    ------
    InputError
        With every fault that keeps it from being read.
    """
    opened = open_return(path)
    whole = Whole.of(opened)
    faults = [_fault(opened, check) for check in opened.checks if check.refuses]
    if whole is None or faults:
        raise InputError(f"Cannot read {opened.file} as a return", faults)
    header = whole.header
    tables = {schema.name: schema.from_rows([]) for schema in CACHED}
    tables |= {name: table for name, table in opened.tables.items() if name in tables}
    share = {"site": header.site.id, **header.quality.model_dump()}
    tables[QUALITY_SHARE.name] = QUALITY_SHARE.from_rows([share])
    return SiteRun(whole.site, header.period.period, _run_header(header), tables)


class _Desk:
    """Where returns are received: tables and register, opened once for many files."""

    def __init__(self, workspace: Workspace | None) -> None:
        self._workspace = workspace
        self._registry = load_registry() if workspace is None else workspace.registry()
        self._mode = "working" if workspace is None else workspace.settings.mode
        self._register = None if workspace is None else register_of(workspace)

    def check(self, path: Path, seal: str | None) -> Received:
        """One file, checked."""
        opened = open_return(path)
        accepted = None if self._register is None else self._register.accepted()
        receiver = Receiver(self._registry, self._mode, accepted, _today())
        checks = check_return(opened, receiver, seal)
        whole = Whole.of(opened)
        if whole is not None and is_disclosed(opened.members) and is_acceptable(checks):
            checks += _recomputed(whole, self._workspace)
        changes = self._changes(whole, accepted or [])
        return Received(opened, tuple(checks), changes=changes)

    def receive(self, path: Path, by: str, seal: str | None) -> Received:
        """One file, checked and entered."""
        found = self.check(path, seal)
        register, header = self._register, found.opened.header
        if register is None:
            raise WorkspaceError("Returns are accepted into a workspace")
        before = len(register.entries())
        if found.is_acceptable and header is not None:
            entry = register.accept(found.opened, header, found.checks, by)
        else:
            entry = register.refuse(found.opened, found.checks, by)
        is_new = entry.position > before
        return Received(found.opened, found.checks, entry, is_new, found.changes)

    def _changes(self, whole: Whole | None, accepted: list[Entry]) -> tuple[Difference, ...]:
        """What differs from the version accepted last, if that can still be read."""
        if whole is None or self._register is None:
            return ()
        own = whole.opened.sha256
        earlier = same_series(whole.header, accepted)
        path = self._register.path(earlier[-1].line["sha256"]) if earlier else None
        if path is None or earlier[-1].line["sha256"] == own or not path.is_file():
            return ()
        before = Whole.of(open_return(path))
        return () if before is None else tuple(differences(before.leaves, whole.leaves))


def _content(
    workspace: Workspace,
    registry: Registry,
    result: SiteRun,
    *,
    with_readings: bool,
    replaces: str | None,
) -> Content:
    header, site = result.header, result.site.id
    ledger = workspace.ledger(site)
    position = header["read"]["position"]
    declaration = ledger.declaration(position)
    if declaration is None or sha256_file(declaration) != header["read"]["declaration"]:
        fault = Fault(
            (str(ledger.folder), f"position {position}"),
            "another declaration than the account was computed by",
            "a return holds the declaration of its account",
            f"celadon run {site}, and pack again",
        )
        raise LedgerError(f"The declaration of {site} changed meanwhile", [fault])
    return Content(
        site=result.site,
        declaration=declaration.read_bytes(),
        period=result.period,
        mode=workspace.settings.mode,
        tables=result.tables,
        account_hash=header["hash"],
        quality=_quality(result),
        read=header["read"],
        batches=header["batches"],
        methods=list(header["methods"]),
        disclosed=disclosed(ledger, position) if with_readings else {},
        replaces=None if replaces is None else _replaced(replaces, result),
        confirmed=[one.told(registry) for one in confirmed_now(workspace, registry)],
    )


def _replaced(text: str, result: SiteRun) -> str:
    """The seal of the return that another one replaces, given as the seal or as the file."""
    path = Path(text)
    if not path.is_file():
        if _SEAL.fullmatch(text):
            return text
        rule = "the file of a return, or its seal of 64 characters"
        fault = Fault(("--replaces", text), "neither", rule, "correct the path or the seal")
        raise InputError(f"{text} names no return", [fault])
    opened = open_return(path)
    if opened.header is None:
        faults = [_fault(opened, check) for check in opened.checks if check.refuses]
        raise InputError(f"Cannot read {path.name} as a return", faults)
    of = (opened.header.site.id, opened.header.period.period)
    if of != (result.site.id, result.period):
        found, rule = (f"{site} {period}" for site, period in (of, (result.site.id, result.period)))
        fault = Fault(("--replaces", text), found, rule, "name the return that was sent before")
        raise InputError(f"{path.name} is a return of another site or period", [fault])
    return opened.seal


def _write(
    workspace: Workspace, packed: Packed, result: SiteRun, out: Path | None
) -> tuple[Path, bool]:
    """Write a return under a name that no other content has; returns whether it is new there."""
    if out is not None:
        if out.is_file() and out.read_bytes() != packed.data:
            rule, remedy = "a return is never overwritten", "choose another name with --out"
            fault = Fault((str(out),), "a file of another content", rule, remedy)
            raise WorkspaceError(f"{out} is there already", [fault])
        return _written(out, packed.data)
    folder, number = workspace.out(result.site.id, result.period), 1
    path = folder / file_name(result.site.id, result.period)
    while path.is_file() and path.read_bytes() != packed.data:
        number += 1
        path = folder / file_name(result.site.id, result.period, number)
    return _written(path, packed.data)


def _written(path: Path, data: bytes) -> tuple[Path, bool]:
    if path.is_file():
        return path, False
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.part")
    partial.write_bytes(data)
    partial.replace(path)
    return path, True


def _recomputed(whole: Whole, workspace: Workspace | None) -> list[Check]:
    """All of it computed again from the readings that were disclosed."""
    header = whole.header
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / MARKER).write_text("", encoding="utf-8")
        if workspace is not None and (workspace.folder / "reference").is_dir():
            shutil.copytree(workspace.folder / "reference", folder / "reference")
        site = folder / "sites" / header.site.id
        site.mkdir(parents=True)
        (site / DECLARATION).write_bytes(whole.opened.members[DECLARATION])
        try:
            rebuilt = rebuild(whole.opened.members, site)
            position, period = rebuilt.ledger.head().position, header.period.period
            runs = run(Workspace(folder), [header.site.id], period, known_at=position)
        except CeladonError as error:
            return [cannot_tell("recomputed", "failed", found=error.summary)]
    own = runs[header.site.id]
    found = Recomputed(own.header, own.tables, _quality(own), rebuilt.positions)
    return recomputed_checks(whole, found)


def _quality(result: SiteRun) -> dict[str, int]:
    """Readings and meter time by state; zeros for a site without a meter."""
    shares = result.table(QUALITY_SHARE).to_pylist()
    names = ("readings", "measured", "estimated", "missing")
    return {name: shares[0][name] if shares else 0 for name in names}


def _run_header(header: Header) -> dict[str, object]:
    """The header of a run, as far as a return tells it."""
    read = header.read.model_dump()
    return {
        "site": header.site.id,
        "period": str(header.period.period),
        "from_day": str(header.period.from_day),
        "to_day": str(header.period.to_day),
        "hash": header.account.hash,
        "read": {("code" if key == "celadon" else key): value for key, value in read.items()},
        "ledger_length": header.read.position,
        "batches": [
            {name: getattr(each, name) for name in _BATCH} for each in header.withheld
        ],
        "methods": {
            method.id: {
                "zh": method.title_zh, "en": method.title_en, "confidence": method.confidence,
            }
            for method in header.methods
        },
        "mode": header.mode,
        "seal": header.seal,
        "confirmed": [one.model_dump() for one in header.confirmed],
        "replaces": header.replaces,
    }  # fmt: skip


_BATCH = ("position", "kind", "file", "sha256", "rows", "recorded_at")


def _fault(opened: Opened, check: Check) -> Fault:
    where = (opened.file, check.place) if check.place else (opened.file,)
    return Fault(where, check.text("en"), check.title("en"), check.remedy("en"))


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()

"""The register of an authority: every return accepted or refused, append-only, chained by hashes.

    returns/manifest.jsonl     one line for each acceptance and each refusal
    returns/<sha256>.zip       each accepted file, by the hash of its bytes

Nothing is ever replaced: a later return of one site and period stands beside the earlier one as a
new version. The appended line is what accepts; a file that no line names was never accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from celadon.chain import Chain, Line
from celadon.errors import Fault, LedgerError
from celadon.records.identity import normalise_credit_code
from celadon.records.ledger.ledger import utc_now
from celadon.records.ledger.sealed import damage, is_sound, write_sealed
from celadon.report.returns.check import Check
from celadon.report.returns.header import Header
from celadon.report.returns.opening import Opened

ACCEPTED, REFUSED = "accepted", "refused"
"""The two kinds of line."""


Series = tuple[str, str, str, str]
"""What versions of one return have in common: enterprise, site, first day, day after the last."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register, with its position in the chain.

    ``series`` is None for a refused file of which nothing could be read.
    """

    position: int
    line: Line
    series: Series | None

    @classmethod
    def of(cls, position: int, line: Line) -> Entry:
        """The entry of a line."""
        return cls(position, line, series_of(line) if "site" in line else None)

    @property
    def is_accepted(self) -> bool:
        """Whether it accepts a return; else it refuses one."""
        return bool(self.line["kind"] == ACCEPTED)

    @property
    def enterprise(self) -> str:
        """What identifies the enterprise; empty where it is not known."""
        return self.series[0] if self.series else ""

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {"position": self.position, **self.line}


class Register:
    """The register in a folder; made by the first line.

    Parameters
    ----------
    folder : the workspace's ``returns`` folder.
    clock : gives the recorded time; tests fix it.
    """

    def __init__(self, folder: Path, clock: Callable[[], str] = utc_now) -> None:
        self.folder = folder
        self._clock = clock
        self._chain = Chain(folder / "manifest.jsonl")
        self._entries: list[Entry] = []

    def entries(self) -> list[Entry]:
        """All lines in their order, verified.

        Raises
        ------
        ChainBroken
            If the chain does not verify.
        """
        lines, known = self._chain.lines(), self._entries
        if known and (len(lines) < len(known) or lines[len(known) - 1] != known[-1].line):
            known.clear()  # another chain than the one that was read before
        first = len(known) + 1
        known += [Entry.of(n, line) for n, line in enumerate(lines[first - 1 :], start=first)]
        return list(known)

    def accepted(self) -> list[Entry]:
        """The lines that accept a return, in their order."""
        return [entry for entry in self.entries() if entry.is_accepted]

    def path(self, sha256: str) -> Path:
        """Where an accepted file lies."""
        return self.folder / f"{sha256}.zip"

    def accept(self, opened: Opened, header: Header, checks: Sequence[Check], by: str) -> Entry:
        """Keep a return and say so; the same file again does nothing.

        Raises
        ------
        LedgerError
            If it cannot be written. The register is as it was.
        """
        with self._writing():
            accepted = self.accepted()
            for entry in accepted:
                if entry.line["sha256"] == opened.sha256:
                    if not is_sound(self.path(opened.sha256)):  # lost meanwhile, and here it is
                        write_sealed(opened.data, self.folder, ".zip")
                    return entry
            earlier = same_series(header, accepted)
            body = {
                **_told(opened, header, checks, by),
                "kind": ACCEPTED,
                "version": len(earlier) + 1,
                "follows": earlier[-1].line["seal"] if earlier else None,
            }
            write_sealed(opened.data, self.folder, ".zip")
            return self._append(body)

    def refuse(self, opened: Opened, checks: Sequence[Check], by: str) -> Entry:
        """Say that a file was refused, and why; refused again for the same, nothing is added.

        Raises
        ------
        LedgerError
            If it cannot be written. The register is as it was.
        """
        with self._writing():
            body = {**_told(opened, opened.header, checks, by), "kind": REFUSED}
            for entry in reversed(self.entries()):
                if entry.line["sha256"] == opened.sha256:
                    known = (entry.line["kind"], entry.line["no"])
                    if known == (REFUSED, body["no"]):
                        return entry
                    break
            return self._append(body)

    def verify(self) -> list[Fault]:
        """What of the accepted files is gone or changed; the chain is verified on the way.

        Raises
        ------
        ChainBroken
            If the chain does not verify.
        """
        paths = dict.fromkeys(self.path(entry.line["sha256"]) for entry in self.accepted())
        return [damage(path) for path in paths if not is_sound(path)]

    def _append(self, body: dict[str, Any]) -> Entry:
        self._chain.append({**body, "recorded_at": self._clock()})
        return self.entries()[-1]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock"):
                yield
        except OSError as error:
            place = str(error.filename or self.folder)
            rule = "a return is accepted once its line is written and synced to disk"
            remedy = "free the disk or correct the permissions, then accept the file again"
            fault = Fault((place,), error.strerror or str(error), rule, remedy)
            raise LedgerError("The register of returns could not be written", [fault]) from error


def series_of(line: Mapping[str, Any]) -> Series:
    """The series of a line; the enterprise is its credit code, or where it has none its name."""
    code = normalise_credit_code(line["credit_code"]) or line["owner"]
    return code, line["site"], line["from_day"], line["to_day"]


def same_series(header: Header, entries: Iterable[Entry]) -> list[Entry]:
    """The accepted versions of a return's enterprise, site and period, in their order."""
    wanted = series_of(identity_of(header))
    return [entry for entry in entries if entry.series == wanted and entry.is_accepted]


def identity_of(header: Header) -> dict[str, Any]:
    """Who and when, as a line of the register says it."""
    return {
        "owner": header.owner.name,
        "credit_code": header.owner.credit_code,
        "site": header.site.id,
        "site_name_zh": header.site.name_zh,
        "site_name_en": header.site.name_en,
        "simulated": header.site.simulated,
        "from_day": str(header.period.from_day),
        "to_day": str(header.period.to_day),
        "account": header.account.hash,
        "replaces": header.replaces,
    }


def _told(
    opened: Opened, header: Header | None, checks: Sequence[Check], by: str
) -> dict[str, Any]:
    """What a line says of a file: which, whose, and what its checks were."""
    answers = {
        outcome: sorted({c.answer for c in checks if c.outcome == outcome})
        for outcome in ("no", "cannot_tell")
    }
    return {
        "file": opened.file,
        "sha256": opened.sha256,
        "seal": opened.seal,
        "by": by,
        **answers,
        "refused_for": sorted({check.answer for check in checks if check.refuses}),
        **({} if header is None else identity_of(header)),
    }

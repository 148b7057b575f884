"""Settlements of electricity contracts judged: what of each truly covers purchased electricity.

Power that a contract covers counts zero only with the contract, its settlement and certificates of
the same power, or with monthly records of own use (GB/T 32151.34-2024, annex D). No certificate is
used twice: the row that came first in the ledger keeps it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from celadon.records.contract import Contract
from celadon.records.finding import Finding
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.ledger import Batch
from celadon.records.period import month_after
from celadon.records.serials import Register, Serials
from celadon.records.site import Site

CLAUSE = "GB/T 32151.34-2024, annex D"
"""Where it is said what covered power needs to count zero."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A row of the table ``settlement`` with its place in the chain and the file that gave it."""

    contract: str
    from_day: dt.date
    to_day: dt.date
    count: int
    document: str
    serials: Serials | None
    certified: tuple[dt.date, dt.date] | None
    place: str
    order: tuple[int, str, int]
    recorded_at: str = ""

    @property
    def days(self) -> str:
        """Its days, both ends told."""
        return f"{self.from_day} .. {self.to_day - dt.timedelta(days=1)}"


@dataclass(frozen=True, slots=True)
class Cover:
    """Electricity in Wh that a settlement covers, and the certificates that it used."""

    settlement: Settlement
    contract: Contract
    count: int
    serials: tuple[Serials, ...] = ()


@dataclass(slots=True)
class Judged:
    """What settlements cover, in the order of the ledger, and what was found about them."""

    covers: list[Cover] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def settlements_of(batches: Iterable[Batch]) -> list[Settlement]:
    """The settlements in force, each at the position at which its file first arrived."""
    return [
        settlement_from_row(row, batch.arrived, batch.source_name, batch.recorded_at)
        for batch in batches
        for row in read_batch(batch).to_pylist()
    ]


def settlement_from_row(
    row: dict[str, Any], position: int, source_name: str, recorded_at: str = ""
) -> Settlement:
    """A settlement of a row of the table ``settlement``."""
    sheet = f" › {row['sheet']}" if row["sheet"] else ""
    first, last = row["first_serial"], row["last_serial"]
    certified = row["certified_from"], row["certified_to"]
    return Settlement(
        row["contract"], row["from_day"], row["to_day"], row["count"], row["document"] or "",
        Serials.between(first, last) if first and last else None,
        certified if certified[0] and certified[1] else None,
        f"{source_name}{sheet} › row {row['source_row']}",
        (position, row["sheet"] or "", row["source_row"]), recorded_at,
    )  # fmt: skip


def judge_settlements(site: Site, settlements: Iterable[Settlement]) -> Judged:
    """What each settlement covers: no more than its contract, its certificates and its month say.

    A row that is refused uses no certificate, so that a later one may.
    """
    court = _Court(site)
    for settlement in sorted(settlements, key=lambda each: each.order):
        court.judge(settlement)
    return court.judged


class _Court:
    """Judges settlements one after the other."""

    def __init__(self, site: Site) -> None:
        self.judged = Judged()
        self._site = site.id
        self._contracts = {contract.id: contract for contract in site.contracts}
        self._settled: dict[str, int] = defaultdict(int)
        self._sheets: dict[tuple[str, dt.date, dt.date, str], Settlement] = {}
        self._used: Register[Settlement] = Register()

    def judge(self, row: Settlement) -> None:
        """Keep what a row covers, or tell why it covers nothing."""
        contract = self._contracts.get(row.contract)
        if contract is None:
            self._tell(row, "contract_undeclared")
            return
        if not self._stands(row, contract):
            return
        count = self._agreed(row, contract)
        kept: tuple[Serials, ...] = ()
        if contract.kind == "green_power":
            kept = self._certificates(row, contract)
            count = min(count, sum(serials.number for serials in kept) * contract.certified)
        if count > 0:
            self.judged.covers.append(Cover(row, contract, count, kept))

    def _stands(self, row: Settlement, contract: Contract) -> bool:
        """Whether contract, sheet and period of a row are such that it can cover anything."""
        if not row.document:
            self._tell(row, "settlement_without_document")
            return False
        ends = contract.to_day
        if row.from_day < contract.from_day or (ends is not None and row.to_day > ends):
            last = str(ends - dt.timedelta(days=1)) if ends else "-"
            self._tell(row, "contract_expired", first=str(contract.from_day), last=last)
            return False
        if contract.kind != "green_power":
            return self._is_new(row)
        if row.serials is None:
            self._tell(row, "certificate_missing")
            return False
        if row.certified != (row.from_day.replace(day=1), month_after(row.from_day.replace(day=1))):
            months = f"{row.certified[0]:%Y-%m}" if row.certified else "-"
            self._tell(row, "certificate_period", certified=months)
            return False
        return True

    def _is_new(self, row: Settlement) -> bool:
        """Whether no earlier row tells the same sheet of the same days."""
        key = row.contract, row.from_day, row.to_day, row.document
        earlier = self._sheets.setdefault(key, row)
        if earlier is not row:
            self._tell(row, "settlement_repeated", earlier=earlier.place)
        return earlier is row

    def _agreed(self, row: Settlement, contract: Contract) -> int:
        """What of a settlement lies within the contract's amount."""
        before = self._settled[contract.id]
        self._settled[contract.id] = before + row.count
        if contract.most is None or before + row.count <= contract.most:
            return row.count
        left = max(0, contract.most - before)
        self._tell(
            row, "settlement_above_contract",
            settled=before + row.count, agreed=contract.most, counted=left,
        )  # fmt: skip
        return left

    def _certificates(self, row: Settlement, contract: Contract) -> tuple[Serials, ...]:
        """A row's certificates that no earlier row has used."""
        assert row.serials is not None  # noqa: S101  asked before
        claimed = self._used.claim(row.serials, row)
        for used in claimed.clashes:
            self._tell(
                row, "certificate_used_twice", at=f" › {used.serials.first}",
                serials=span(used.serials), number=used.serials.number,
                earlier=used.owner.place,
            )  # fmt: skip
        certified = claimed.number * contract.certified
        if certified != row.count:
            self._tell(
                row, "certificate_amount", certified=certified, certificates=claimed.number,
                counted=min(certified, row.count),
            )  # fmt: skip
        return claimed.kept

    def _tell(self, row: Settlement, rule: str, at: str = "", **numbers: object) -> None:
        told = {"count": row.count, "days": row.days, "row": row.place, "clause": CLAUSE}
        place = f"{row.place}{at}"
        found = Finding(self._site, rule, row.contract, place, {**told, **numbers})
        self.judged.findings.append(found)


def span(serials: Serials) -> str:
    """A range of serials as people read it."""
    return f"{serials.series}{serials.first} .. {serials.series}{serials.last}"

"""What a report is made of: everything that is shown, and nothing that must still be worked out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from celadon.accounts.changes import ACCOUNT_CHANGE
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.assess.tables import VERDICT
from celadon.errors import Fault
from celadon.languages import Phrase
from celadon.records.balances.drift_found import METER_DRIFT
from celadon.records.balances.tables import METER_BALANCE, RECONCILED
from celadon.records.finding import Rule
from celadon.records.quality.tables import STATE_DAY
from celadon.records.site import Site
from celadon.records.tables import FINDING, METER_DAY
from celadon.reference import Registry
from celadon.report.tables import FLOW
from celadon.tables import Schema

MISSING = np.iinfo(np.int64).min
"""What stands in a load profile where a quarter hour has no value; never zero."""

QUARTERS = 96
"""Quarter hours of a day in a load profile."""

TABLES: dict[str, Schema] = {
    "leaves": LEAF,
    "leaf_inputs": LEAF_INPUT,
    "parameters": PARAMETER,
    "findings": FINDING,
    "verdicts": VERDICT,
    "meter_days": METER_DAY,
    "flows": FLOW,
    "balances": METER_BALANCE,
    "reconciled": RECONCILED,
    "drifts": METER_DRIFT,
    "state_days": STATE_DAY,
    "changes": ACCOUNT_CHANGE,
}
"""The tables of a report's content and the schema of each."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was committed to the ledger."""

    name: str
    sha256: str
    rows: int
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class KnownAt:
    """The position of the ledger at which the account was had, and how many there are."""

    position: int
    of: int


@dataclass(frozen=True, slots=True)
class LoadProfile:
    """Electricity drawn per quarter hour of local time.

    Parameters
    ----------
    days : the local days, in order.
    drawn : Wh per quarter hour, shape [days, 96]; ``MISSING`` where there is no value.
    """

    days: tuple[dt.date, ...]
    drawn: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.drawn.shape != (len(self.days), QUARTERS):
            raise ValueError(
                f"a load profile of {len(self.days)} days has shape ({len(self.days)}, {QUARTERS}),"
                f" not {self.drawn.shape}"
            )


@dataclass(frozen=True, slots=True)
class YearFigures:
    """Totals of the period one year earlier, in small units; None where it has no account.

    ``production`` is by product.
    """

    energy: int | None = None
    carbon: int | None = None
    water: int | None = None
    production: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OtherEdition:
    """The same period by another edition of the site's carbon method, computed beside it.

    Parameters
    ----------
    method : id of the edition; title : in both languages.
    leaves : the account by it.
    changes : table ``account_change`` from the account of the report to that one.
    """

    method: str
    title: Phrase
    leaves: pa.Table
    changes: pa.Table


@dataclass(frozen=True, slots=True)
class EditionRefused:
    """Another edition of the site's carbon method, by which its declaration cannot be accounted.

    Parameters
    ----------
    title : of the edition, in both languages; faults : what of the declaration it does not know.
    """

    title: Phrase
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class ReportContent:
    """All that a report shows.

    Parameters
    ----------
    site : the declaration that the account was made with.
    period_from, period_to : the period, half-open, in local days.
    mode : official figures rest on confirmed text only; working figures may rest on less.
    known_at : the position of the ledger that the account reads.
    account_hash : the hash over the leaf rows.
    methods : method id as in the leaves, and its title with edition.
    leaves, leaf_inputs, parameters, findings, verdicts, meter_days : tables as declared.
    flows : energy flows between nodes of the site, declared in :mod:`celadon.report.tables`.
    load : electricity drawn per quarter hour, or None if it is not metered so.
    rules : the rules that findings name, by id.
    registry : the reference tables.
    files : what was read.
    code_version : version of celadon that computed the account.
    last_year : the period one year earlier, or None.
    main_product : the product shown on the first page; the last that was made if empty.
    balances, reconciled, drifts : meters against their children, empty where none has any.
    state_days : days of state meters, empty where there are none.
    year_before : leaves of the same period a year earlier, empty where nothing is known of it.
    changes : table ``account_change`` from that year to this, empty where nothing is known of it.
    edition : the account by another edition of its carbon method, where one is loaded.
    edition_refused : why there is none by an edition that is loaded.

    Raises
    ------
    TableError
        If a table does not fit its schema.
    ValueError
        If the period is empty, or a leaf lies outside it.
    """

    site: Site
    period_from: dt.date
    period_to: dt.date
    mode: Literal["working", "official"]
    known_at: KnownAt
    account_hash: str
    methods: Mapping[str, Phrase]
    leaves: pa.Table
    leaf_inputs: pa.Table
    parameters: pa.Table
    findings: pa.Table
    verdicts: pa.Table
    meter_days: pa.Table
    flows: pa.Table
    load: LoadProfile | None
    rules: Mapping[str, Rule]
    registry: Registry
    files: tuple[SourceFile, ...]
    code_version: str
    last_year: YearFigures | None = None
    main_product: str = ""
    balances: pa.Table = field(default_factory=lambda: METER_BALANCE.from_rows([]))
    reconciled: pa.Table = field(default_factory=lambda: RECONCILED.from_rows([]))
    drifts: pa.Table = field(default_factory=lambda: METER_DRIFT.from_rows([]))
    state_days: pa.Table = field(default_factory=lambda: STATE_DAY.from_rows([]))
    year_before: pa.Table = field(default_factory=lambda: LEAF.from_rows([]))
    changes: pa.Table = field(default_factory=lambda: ACCOUNT_CHANGE.from_rows([]))
    edition: OtherEdition | None = None
    edition_refused: EditionRefused | None = None

    def __post_init__(self) -> None:
        if self.period_to <= self.period_from:
            raise ValueError(f"the period [{self.period_from}, {self.period_to}) holds no day")
        for name, schema in TABLES.items():
            schema.check(getattr(self, name))
        for row in self.leaves.select(["leaf", "from_day", "to_day"]).to_pylist():
            if row["from_day"] < self.period_from or row["to_day"] > self.period_to:
                raise ValueError(
                    f"leaf {row['leaf']} lies outside the period"
                    f" [{self.period_from}, {self.period_to})"
                )

    @property
    def last_day(self) -> dt.date:
        """The last day of the period, which a reader names rather than the day after it."""
        return self.period_to - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        """How many local days the period has."""
        return (self.period_to - self.period_from).days

    @property
    def is_calendar_year(self) -> bool:
        """Whether the period is one whole calendar year."""
        first = dt.date(self.period_from.year, 1, 1)
        return self.period_from == first and self.period_to == first.replace(year=first.year + 1)

"""What forms are filled from: one run of a site, its monthly rows, and nothing to be worked out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from celadon.accounts.activity import Activity
from celadon.accounts.samples import Samples
from celadon.assess.machines import Piece
from celadon.languages import Language, Phrase, Phrases
from celadon.records.period import Period
from celadon.records.site import Site
from celadon.reference import Registry
from celadon.report.content import KnownAt, SourceFile
from celadon.report.lines import Lines
from celadon.report.monitoring.declared import MeterPlan
from celadon.report.names import Names

WORDS = Phrases.load("celadon.report.statistics", "words.toml")
"""All words of the forms."""


@dataclass(frozen=True)
class FormContent:
    """Everything that a form shows.

    Parameters
    ----------
    leaves, leaf_inputs, parameters, verdicts, meter_days, meter_times : tables of the run.
    activity, samples : monthly rows and laboratory results in force at the run's position.
    methods : method id as in the leaves, and its title with edition.
    equipment : rows of the table ``equipment`` as they stand.
    pieces, machines : the machines of the site, and the verdicts on them by their numbers.
    prices : verdicts on the price of electricity, for the whole period.
    meter_plans : what the monitoring plan says of each meter.
    read_from : files that gave the readings of each meter.
    """

    site: Site
    period: Period
    mode: str
    language: Language
    registry: Registry
    known_at: KnownAt
    account_hash: str
    code_version: str
    leaves: pa.Table
    leaf_inputs: pa.Table
    parameters: pa.Table
    verdicts: pa.Table
    meter_days: pa.Table
    meter_times: pa.Table
    activity: Activity
    samples: Samples
    methods: Mapping[str, Phrase]
    equipment: Sequence[Mapping[str, Any]] = ()
    pieces: Sequence[Piece] = ()
    machines: Sequence[Mapping[str, Any]] = ()
    prices: Sequence[Mapping[str, Any]] = ()
    meter_plans: Mapping[str, MeterPlan] = field(default_factory=dict)
    files: Sequence[SourceFile] = ()
    read_from: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def lines(self) -> Lines:
        """The leaves as rows."""
        return Lines.of(self.leaves)

    @cached_property
    def names(self) -> Names:
        """What things are called."""
        return Names(self, self.language)  # type: ignore[arg-type]  # only site and registry

    @cached_property
    def inputs(self) -> Mapping[str, list[dict[str, Any]]]:
        """What each leaf rests on."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.leaf_inputs.to_pylist():
            found[row["leaf"]].append(row)
        return found

    @property
    def is_official(self) -> bool:
        """Whether figures below official text are kept out."""
        return self.mode == "official"

    def tell(self, key: str, **values: object) -> str:
        """A sentence of the forms, in the language of their notes."""
        return WORDS.text(key, self.language, **values)

"""What the counts of each meter mean under a declaration that the ledger keeps."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from celadon.exact import parse_decimal
from celadon.records.ledger.sealed import read_sealed
from celadon.units import parse_unit


@dataclass(frozen=True, slots=True)
class CountMeaning:
    """The unit that a meter's readings are in, and how many of it one count is."""

    measure: str
    resolution: Fraction


@lru_cache(maxsize=64)  # a sealed file never changes, and a run asks for it more than once
def declared_counts(declaration: Path) -> Mapping[str, CountMeaning]:
    """The meaning of every declared meter's counts; the declaration was checked when committed.

    Raises
    ------
    ChainBroken
        If the file is gone or changed.
    """
    plain = tomllib.loads(read_sealed(declaration).decode("utf-8-sig"))
    return {
        meter["id"].strip(): CountMeaning(
            parse_unit(meter["measure"]).name, parse_decimal(meter.get("resolution", "1"))
        )
        for meter in plain.get("meter", [])
    }

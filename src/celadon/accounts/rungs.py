"""What tables of accounts say in one word, read again: rungs of parameters, gases of scopes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celadon.units import GASES

IN_PLACE_OF_OWN = ("programme", "default", "penalty")
"""Rungs of what stands in for a value of the site's own."""

OF_METHOD = " › "
"""Between a method and its clause, where the method itself gives a number."""

POTENTIAL = "gwp_"
"""Before a gas, in the name of its global-warming potential."""

_GASES = {gas.lower(): gas for gas in GASES}


def is_tabled(parameter: Mapping[str, Any]) -> bool:
    """Whether a row of the table ``parameter`` rests on a record of the reference tables.

    Examples
    --------
    >>> is_tabled({"rung": "penalty", "factor": "process/MEE-power-2022/power/x/y"})
    True
    >>> is_tabled({"rung": "default", "factor": "cement-ndrc-2013 › none unless measured"})
    False
    """
    return parameter["rung"] in IN_PLACE_OF_OWN and OF_METHOD not in parameter["factor"]


def scope_and_gas(scope: str) -> tuple[str, str]:
    """A scope without its gas, and the gas; no gas where it is carbon dioxide.

    Examples
    --------
    >>> scope_and_gas("process_n2o"), scope_and_gas("purchased_heat")
    (('process', 'N2O'), ('purchased_heat', ''))
    """
    plain, _, last = scope.rpartition("_")
    return (plain, _GASES[last]) if plain and last in _GASES else (scope, "")


def gas_of(measure: str) -> str:
    """The gas that a measure counts, as it is written; other names as they are.

    Examples
    --------
    >>> gas_of("c2f6"), gas_of("volume")
    ('C2F6', 'volume')
    """
    return _GASES.get(measure, measure)

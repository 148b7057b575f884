"""Letters of leaves: a figure is as sure as the weaker of its parameters and its equation.

A leaf whose parameters were all measured is no better than the text from which its equation was
taken; which of the two weakens it is told, for the remedies differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from celadon.accounts.carbon_lines import BIOGENIC, CARBON, GAS, PROCESS_CARBON
from celadon.accounts.kinds import carbon_kinds
from celadon.accounts.market import MARKET
from celadon.accounts.rungs import OF_METHOD
from celadon.reference.confirmed import is_official, weakest
from celadon.reference.method_rows import method_row
from celadon.reference.methods import methods

__all__ = [
    "Weakness", "carbon_kinds", "equation_rows", "leaf_letter", "method_of_parameter", "weakness",
]  # fmt: skip

Weakness = Literal["", "data", "method", "both"]
"""What keeps a leaf below official rank."""


def leaf_letter(leaf: Mapping[str, Any]) -> str | None:
    """The letter that a leaf has as a whole; None where it only counts the site's own records.

    Examples
    --------
    >>> leaf_letter({"confidence": "B", "method_confidence": "D"})
    'D'
    >>> leaf_letter({"confidence": None, "method_confidence": "D ✓"})
    'D ✓'
    """
    return weakest((leaf["confidence"], leaf["method_confidence"]))


def weakness(leaf: Mapping[str, Any]) -> Weakness:
    """Which of its letters keeps a leaf below official rank: its data's, its method's, both.

    Examples
    --------
    >>> weakness({"confidence": None, "method_confidence": "D"})
    'method'
    >>> weakness({"confidence": "B ✓", "method_confidence": "A"})
    ''
    """
    data, method = (not is_official(leaf[name]) for name in ("confidence", "method_confidence"))
    if data and method:
        return "both"
    return "data" if data else "method" if method else ""


def equation_rows(
    method: str, account: str, stream: str, carrier: str, kinds: Mapping[str, str]
) -> tuple[str, ...]:
    """The rows of a method that state what a leaf or a parameter was worked by.

    Its kind's first, then the whole method's: who confirmed either has confirmed it. None where it
    is no method's, such as of a plain count.

    Parameters
    ----------
    kinds : of the site's streams and products, as :func:`carbon_kinds` gives them.

    Examples
    --------
    >>> equation_rows("power-mee-2022", "carbon", "coal-2", "anthracite", {"coal-2": "coal"})
    ('methods/power-mee-2022/coal', 'methods/power-mee-2022')
    >>> equation_rows("gbt-2589-2020", "energy", "coal-2", "anthracite", {})
    ('methods/gbt-2589-2020',)
    """
    known = methods().get(method)
    if known is None:
        return ()
    kind = ""
    if account == PROCESS_CARBON:
        kind = known.carriers.get(carrier, "")
    elif account in (CARBON, GAS, BIOGENIC, MARKET):
        kind = kinds.get(stream, "")
    whole = method_row(method)
    return (method_row(method, kind), whole) if kind in known.kinds else (whole,)


def method_of_parameter(parameter: Mapping[str, Any]) -> str:
    """The method that gives a parameter as a number of its own; empty where none does.

    Examples
    --------
    >>> method_of_parameter({"rung": "default", "factor": "cement-ndrc-2013 › FR0 0.1-0.3 %"})
    'cement-ndrc-2013'
    >>> method_of_parameter({"rung": "default", "factor": "heat/NDRC-2013-2015/heat/co2_factor"})
    ''
    """
    name, mark, _ = parameter["factor"].partition(OF_METHOD)
    return name if mark and name in methods() else ""

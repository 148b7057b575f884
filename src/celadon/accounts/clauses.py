"""The clause that a finding about a carbon stream speaks to: that of its kind in the site's method.

A person who reads that a sample was not used, or that an amount is below zero, sees which equation
of the standard the figure belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from celadon.accounts.kinds import carbon_kinds
from celadon.records.finding import Finding
from celadon.records.site import Site
from celadon.reference.families import MethodByDay

CLAUSE = "clause"
"""The number of a finding that names a clause."""

SPEAKING = frozenset(
    {
        "activity_missing", "basis_mismatch", "certificate_gap", "composition_above_whole",
        "composition_impossible", "negative_activity", "negative_consumption", "no_parameter",
        "recorded_twice", "sample_impossible", "sample_out_of_line", "unit_mismatch",
        "weights_incomplete",
    }
)  # fmt: skip
"""Rules of which a finding is told with its clause."""


def clauses_of(site: Site, by_day: MethodByDay | None) -> dict[str, str]:
    """The clause of each stream and product with a kind, in the latest edition that knows it."""
    kinds = {name: kind for name, kind in carbon_kinds(site).items() if kind}
    found: dict[str, str] = {}
    for method in by_day.methods if by_day is not None else ():
        found |= {
            item: method.kinds[kind].clause for item, kind in kinds.items() if kind in method.kinds
        }
    return found


def with_clauses(findings: Iterable[Finding], clauses: Mapping[str, str]) -> Iterator[Finding]:
    """Findings with the clause of their subject, where they speak of its carbon.

    Parameters
    ----------
    clauses : of the site's streams and products, as :func:`clauses_of` gives them.
    """
    for found in findings:
        clause = clauses.get(found.subject, "")
        if clause and found.rule in SPEAKING and not _is_of_energy(found):
            yield replace(found, numbers={**found.numbers, CLAUSE: clause})
        else:
            yield found


def _is_of_energy(found: Finding) -> bool:
    """Whether all figures that a finding names are of energy, of which the clause says nothing."""
    figures = found.numbers.get("figures", ())
    return bool(figures) and all("energy" in str(figure).partition("/")[0] for figure in figures)

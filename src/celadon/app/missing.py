"""The verb ``reference missing``: every figure of a run that rests on less than official text."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

from celadon.accounts.carbon_lines import GAS
from celadon.accounts.kinds import carbon_kinds
from celadon.accounts.letters import equation_rows
from celadon.accounts.rungs import is_tabled
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.running import SiteRun
from celadon.app.standing import with_confirmations
from celadon.app.workspace import Workspace
from celadon.assess import VERDICT, obstacles_text, standard_label
from celadon.assess.limits import editions, limit_records
from celadon.assess.water import intake_records
from celadon.exact import decimal_text
from celadon.languages import Language, Phrases
from celadon.records.finding import Finding
from celadon.records.site import Unit
from celadon.records.tables import FINDING
from celadon.reference import Record, Registry
from celadon.reference.confirmed import is_official, weakest
from celadon.reference.entries import find_entry, row_id
from celadon.reference.method_rows import method_row
from celadon.reference.methods import methods
from celadon.report.standing import weak_selections

_PHRASES = Phrases.load("celadon.app", "data/telling.toml")


_SHOWN = (
    ("energy", "calorific_value"), ("energy", "equivalent_value"), ("carbon", "co2"),
    ("water", "volume"), ("process_energy", "calorific_value"),
)  # fmt: skip
"""Totals of which it is told how much rests on a row."""


@dataclass(frozen=True, slots=True)
class Resting:
    """How much of a total rests on a row, in per cent of its gross amount."""

    account: str
    measure: str
    percent: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a run rests on and that is not official text, or is not there at all.

    Parameters
    ----------
    kind : ``record`` (a figure of less than official rank), ``limit`` (a row that a verdict
        compares with, likewise), ``parameter`` (a figure that stays empty), ``method`` (equations
        not read in the official text, nor confirmed) or ``standard`` (limits or dates that are not
        loaded).
    what : id of a row, stream, method or standard.
    confidence : letter of what is there; empty where nothing is.
    weight : share of the account that rests on it, as text; empty where it has none.
    fetch : what to obtain, with table and page where they are known.
    source, locator : the document, and the table, page or clause in it; empty where not known.
    rests : how much of each total rests on it.
    """

    kind: str
    what: str
    confidence: str
    weight: str
    fetch: str
    source: str = ""
    locator: str = ""
    rests: tuple[Resting, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return asdict(self)


def reference_missing(
    workspace: Workspace, result: SiteRun, language: Language = "en"
) -> list[Missing]:
    """What to obtain so that every figure of a run could stand in an official form.

    What was confirmed against print is not among it.
    """
    result = with_confirmations(workspace, result)
    registry = workspace.registry()
    confirmed = frozenset(one["row"] for one in result.header.get("confirmed", []))
    return [
        *_parameters(result, language),
        *_standards(result, registry, language),
        *_methods(result, registry, confirmed, language),
        *_records(result, registry, confirmed, language),
        *_limits(result, registry, confirmed, language),
    ]


def _records(
    result: SiteRun, registry: Registry, confirmed: frozenset[str], language: Language
) -> list[Missing]:
    weak = {
        row["parameter"]: list(_weak_rows(row, result, registry, confirmed))
        for row in result.table(PARAMETER).to_pylist()
        if is_tabled(row) and not is_official(row["confidence"])
    }
    leaves = {row["leaf"]: row for row in result.table(LEAF).to_pylist()}
    touched: dict[str, set[str]] = defaultdict(set)
    for given in result.table(LEAF_INPUT).to_pylist():
        if given["kind"] == "parameter":
            for name in weak.get(given["ref"], ()):
                touched[name].add(given["leaf"])
    sizes = _sizes(result)
    found = []
    for name, ids in sorted(touched.items()):
        shares = _shares([leaves[one] for one in ids], sizes)
        told = _row(registry, "record", name, language)
        found.append(replace(told, weight=_weight(shares, language), rests=_rests(shares)))
    return found


def _weak_rows(
    parameter: dict[str, Any], result: SiteRun, registry: Registry, confirmed: frozenset[str]
) -> Iterator[str]:
    """The rows that keep a parameter from being official: its record, and the choice of it."""
    letters = dict(weak_selections(parameter, result.site, registry))
    record = registry.records.get(parameter["factor"])
    if record is not None:
        letters[record.record] = record.confidence
    for name, letter in letters.items():
        if name not in confirmed and not is_official(letter):
            yield name


def _limits(
    result: SiteRun, registry: Registry, confirmed: frozenset[str], language: Language
) -> list[Missing]:
    """The rows that verdicts compare with and that are not official."""
    names: dict[str, None] = {}
    units = {unit.id: unit for unit in result.site.units}
    for row in result.table(VERDICT).to_pylist():
        if is_official(row["confidence"]) or row["outcome"] == "cannot_tell":
            continue
        records = _compared(row, result, registry, units.get(row["subject"]))
        for record in records:
            names |= dict.fromkeys((record.record, f"sources/{record.source.id}"))
        names |= dict.fromkeys(_terms(registry, records))
    told = (_row(registry, "limit", name, language) for name in names if name not in confirmed)
    return [one for one in told if not is_official(one.confidence)]


def _compared(
    verdict: dict[str, Any], result: SiteRun, registry: Registry, unit: Unit | None
) -> list[Record]:
    if unit is None:
        return intake_records(result.site, registry)
    rule = "levels-2023" if verdict["rule"] == "levels-2023" else "norm"
    last = result.period.to_day - dt.timedelta(days=1)
    return [
        record
        for edition in editions(registry, unit.process, rule, last)
        if edition.name == verdict["standard"]
        for record in limit_records(registry, unit, edition)
    ]


def _terms(registry: Registry, records: list[Record]) -> Iterator[str]:
    """The rows by which the limits of records are corrected."""
    of = {(record.set, record.subject) for record in records}
    for cells in registry.rows("norm_corrections"):
        if (cells["standard"], cells["subject"]) in of:
            yield row_id("norm_corrections", cells)


def _row(registry: Registry, kind: str, name: str, language: Language) -> Missing:
    """A row to compare with print: what it is, its letter, and where it is printed."""
    row = find_entry(registry, name)
    source = row.source.cited(language) if row.source else row.cells.get("announcement", "")
    source = source or row.cells.get("standard", "")
    place = row.locator or _PHRASES.text("no_page", language)
    fetch = _PHRASES.text("compare", language, source=source, place=place)
    return Missing(kind, name, row.confidence, "", fetch, source, row.locator)


def _shares(
    leaves: list[dict[str, Any]], sizes: dict[tuple[str, str], int]
) -> dict[tuple[str, str], Fraction]:
    """The share that leaves have of the gross amount of each account and measure."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for leaf in leaves:
        sums[leaf["account"], leaf["measure"]] += abs(leaf["value"])
    return {
        key: Fraction(value, sizes[key])
        for key, value in sums.items()
        if value and key[0] != "flow"
    }


def _weight(shares: dict[tuple[str, str], Fraction], language: Language) -> str:
    """The largest of some shares, in words."""
    ranked = [(share, key[0]) for key, share in shares.items()]
    share, account = max(ranked, default=(Fraction(0), ""))
    if not account:
        return ""
    named = _PHRASES.text(f"account.{account}", language)
    return _PHRASES.text("share", language, share=decimal_text(share * 100, 2), account=named)


def rests_text(missing: Missing, language: Language) -> str:
    """How much of each total rests on something, in words; empty where none does."""
    texts = []
    for rest in missing.rests:
        named = _PHRASES.text(f"account.{rest.account}", language)
        if rest.account == "energy":
            named += f" ({_PHRASES.text(f'measure.{rest.measure}', language)})"
        texts.append(_PHRASES.text("share", language, share=rest.percent, account=named))
    return " · ".join(texts)


def _parameters(result: SiteRun, language: Language) -> list[Missing]:
    found = []
    for row in result.table(FINDING).to_pylist():
        if row["rule"] in ("no_parameter", "no_method", "method_not_in_force"):
            text = Finding.from_row(row).text(language)
            found.append(Missing("parameter", row["subject"], "", "", text))
    return found


def _standards(result: SiteRun, registry: Registry, language: Language) -> list[Missing]:
    because: dict[str, list[str]] = defaultdict(list)
    names = {unit.id: unit.name(language) for unit in result.site.units}
    names[result.site.id] = result.site.name(language)
    for row in result.table(VERDICT).to_pylist():
        if row["outcome"] == "cannot_tell":
            text = obstacles_text(row["because"], language)
            because[row["standard"]].append(f"{names[row['subject']]}: {text}")
    return [
        Missing("standard", standard_label(name, language, registry), "", "", " · ".join(texts))
        for name, texts in sorted(because.items())
    ]


def _methods(
    result: SiteRun, registry: Registry, confirmed: frozenset[str], language: Language
) -> list[Missing]:
    """The methods whose equations were not read in the official text, as far as leaves rest on it.

    One of which no leaf was made is told as well: its figures are empty for another reason.
    """
    kinds = carbon_kinds(result.site)
    leaves: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for leaf in result.table(LEAF).to_pylist():
        leaves[leaf["method"]].append(leaf)
    found = []
    for name, told in result.header["methods"].items():
        weak = [leaf for leaf in leaves[name] if not is_official(leaf["method_confidence"])]
        row = method_row(name)
        settled = told["confidence"] == "A" or row in confirmed
        if not weak and (leaves[name] or settled):
            continue
        letter = weakest(leaf["method_confidence"] for leaf in weak) or told["confidence"]
        entry = find_entry(registry, row)
        source = entry.source.cited(language) if entry.source else ""
        shares = _shares(weak, _sizes(result))
        found.append(
            Missing(
                "method", row, letter, _weight(shares, language),
                _method_text(told[language], name, weak, kinds, language), source, "",
                _rests(shares),
            )
        )  # fmt: skip
    return found


def _method_text(
    title: str,
    name: str,
    weak: list[dict[str, Any]],
    kinds: Mapping[str, str],
    language: Language,
) -> str:
    """What to read of a method's text: the equations that were used, and its potentials."""
    text = _PHRASES.text("method_text", language, title=title)
    rows = {
        equation_rows(name, leaf["account"], leaf["stream"], leaf["carrier"], kinds)[0]
        for leaf in weak
    }
    used = sorted(row.rpartition("/")[2] for row in rows if row != method_row(name))
    if used:
        text += _PHRASES.text("method_equations", language, kinds=", ".join(used))
    method = methods().get(name)
    if method is not None and any(leaf["account"] == GAS for leaf in weak):
        text += _PHRASES.text("method_potentials", language, set=method.gwp_set)
    return text


def _sizes(result: SiteRun) -> dict[tuple[str, str], int]:
    """The gross amount of each account and measure."""
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for leaf in result.table(LEAF).to_pylist():
        sizes[leaf["account"], leaf["measure"]] += abs(leaf["value"])
    return sizes


def _rests(shares: Mapping[tuple[str, str], Fraction]) -> tuple[Resting, ...]:
    return tuple(
        Resting(*key, decimal_text(shares[key] * 100, 2)) for key in _SHOWN if key in shares
    )

"""The verb ``reference missing``: every figure of a run that rests on less than official text."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.running import SiteRun
from celadon.app.workspace import Workspace
from celadon.assess import VERDICT, obstacles_text, standard_label
from celadon.exact import decimal_text
from celadon.languages import Language, Phrases
from celadon.records.finding import Finding
from celadon.records.tables import FINDING

_PHRASES = Phrases.load("celadon.app", "data/telling.toml")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a run rests on and that is not official text, or is not there at all.

    Parameters
    ----------
    kind : ``record`` (a figure of less than official rank), ``parameter`` (a figure that stays
        empty), ``method`` (equations not read in the official text) or ``standard`` (limits or
        dates that are not loaded).
    what : record id, stream, method or standard.
    confidence : letter of what is there; empty where nothing is.
    weight : share of the account that rests on it, as text; empty where it has none.
    fetch : what to obtain, with table and page where they are known.
    """

    kind: str
    what: str
    confidence: str
    weight: str
    fetch: str

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return asdict(self)


def reference_missing(
    workspace: Workspace, result: SiteRun, language: Language = "en"
) -> list[Missing]:
    """What to obtain so that every figure of a run could stand in an official form."""
    return [
        *_parameters(result, language),
        *_standards(workspace, result, language),
        *_methods(result, language),
        *_records(workspace, result, language),
    ]


def _records(workspace: Workspace, result: SiteRun, language: Language) -> list[Missing]:
    registry = workspace.registry()
    weak = {
        row["parameter"]: row
        for row in result.table(PARAMETER).to_pylist()
        if row["rung"] == "default" and row["confidence"] != "A"
    }
    leaves = {row["leaf"]: row for row in result.table(LEAF).to_pylist()}
    touched: dict[str, set[str]] = defaultdict(set)
    letters: dict[str, str] = {}
    for given in result.table(LEAF_INPUT).to_pylist():
        parameter = weak.get(given["ref"]) if given["kind"] == "parameter" else None
        if parameter is not None:
            touched[parameter["factor"]].add(given["leaf"])
            letter = parameter["confidence"]
            letters[parameter["factor"]] = max(letters.get(parameter["factor"], "A"), letter)
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for leaf in leaves.values():
        sizes[leaf["account"], leaf["measure"]] += abs(leaf["value"])
    found = []
    for record_id, ids in sorted(touched.items()):
        record = registry.describe(record_id)
        fetch = _PHRASES.text("compare", language, source=record.cite(language))
        weight = _weight([leaves[i] for i in ids], sizes, language)
        found.append(Missing("record", record_id, letters[record_id], weight, fetch))
    return found


def _weight(
    leaves: list[dict[str, Any]], sizes: dict[tuple[str, str], int], language: Language
) -> str:
    """The largest share that these leaves have of any account's gross amount."""
    shares: dict[tuple[str, str], int] = defaultdict(int)
    for leaf in leaves:
        shares[leaf["account"], leaf["measure"]] += abs(leaf["value"])
    ranked = [
        (Fraction(v, sizes[k]), k[0]) for k, v in shares.items() if sizes[k] and k[0] != "flow"
    ]
    share, account = max(ranked, default=(Fraction(0), ""))
    if not account:
        return ""
    named = _PHRASES.text(f"account.{account}", language)
    return _PHRASES.text("share", language, share=decimal_text(share * 100, 2), account=named)


def _parameters(result: SiteRun, language: Language) -> list[Missing]:
    found = []
    for row in result.table(FINDING).to_pylist():
        if row["rule"] in ("no_parameter", "no_method", "method_not_in_force"):
            text = Finding.from_row(row).text(language)
            found.append(Missing("parameter", row["subject"], "", "", text))
    return found


def _standards(workspace: Workspace, result: SiteRun, language: Language) -> list[Missing]:
    because: dict[str, list[str]] = defaultdict(list)
    names = {unit.id: unit.name(language) for unit in result.site.units}
    names[result.site.id] = result.site.name(language)
    for row in result.table(VERDICT).to_pylist():
        if row["outcome"] == "cannot_tell":
            text = obstacles_text(row["because"], language)
            because[row["standard"]].append(f"{names[row['subject']]}: {text}")
    registry = workspace.registry()
    return [
        Missing("standard", standard_label(name, language, registry), "", "", " · ".join(texts))
        for name, texts in sorted(because.items())
    ]


def _methods(result: SiteRun, language: Language) -> list[Missing]:
    return [
        Missing(
            "method",
            name,
            method["confidence"],
            "",
            _PHRASES.text("method_text", language, title=method[language]),
        )
        for name, method in result.header["methods"].items()
        if method["confidence"] != "A"
    ]

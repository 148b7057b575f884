"""How letters count in official forms: every cause that weakens a figure must be confirmed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.assess.test_norms import FROM, TO, leaves_of, site_of

from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.assess import VERDICT, judge
from celadon.reference import load_registry
from celadon.reference.entries import row_id
from celadon.report.standing import mark_leaves, mark_letters, mark_parameters, mark_verdicts

REGISTRY = load_registry()
SITE = site_of("blast_furnace")
DAYS = (FROM, TO)


def letters_of(*confirmed: str) -> dict[tuple[str, str], str]:
    """The letters of the verdicts on a blast furnace, with some rows confirmed."""
    leaves = LEAF.from_rows(leaves_of("blast_furnace"))
    found = judge(SITE, leaves, REGISTRY, *DAYS)
    marked = mark_verdicts(found, leaves, SITE, DAYS, REGISTRY, frozenset(confirmed))
    return {(r["rule"], r["standard"]): r["confidence"] or "" for r in marked.to_pylist()}


def test_a_verdict_is_official_once_all_that_it_rests_on_is_confirmed() -> None:
    (rule,) = [
        rule
        for rule in REGISTRY.process_rules
        if (rule.process, rule.rule) == ("blast_furnace", "levels-2023")
    ]
    records = [
        record
        for record in REGISTRY.records.values()
        if (record.table, record.set, record.subject) == (rule.table, rule.set, rule.subject)
    ]
    source = rule.source
    assert len(records) == 2
    before = letters_of()["levels-2023", source.number or source.id]
    assert before in ("C", "D")
    rows = [record.record for record in records]
    rows += [] if source.confidence == "A" else [f"sources/{source.id}"]
    for left_out in rows:
        letter = letters_of(*(row for row in rows if row != left_out))
        assert "✓" not in letter["levels-2023", source.number or source.id]
    after = letters_of(*rows)
    assert after["levels-2023", source.number or source.id] == f"{before} ✓"
    others = {key: letter for key, letter in after.items() if key[0] != "levels-2023"}
    assert others == {k: v for k, v in letters_of().items() if k[0] != "levels-2023"}


def test_a_correction_keeps_a_verdict_out_until_it_is_confirmed_too() -> None:
    norms = [
        record
        for record in REGISTRY.records.values()
        if (record.set, record.subject) == ("GB 21256-2025", "blast_furnace")
    ]
    rows = [record.record for record in norms] + [f"sources/{norms[0].source.id}"]
    terms = [
        row_id("norm_corrections", cells)
        for cells in REGISTRY.rows("norm_corrections")
        if (cells["standard"], cells["subject"]) == ("GB 21256-2025", "blast_furnace")
    ]
    assert terms
    without = {k: v for k, v in letters_of(*rows).items() if k[1] == "GB 21256-2025"}
    with_terms = {k: v for k, v in letters_of(*rows, *terms).items() if k[1] == "GB 21256-2025"}
    assert without
    assert all("✓" not in letter for letter in without.values())
    assert all(letter.endswith("✓") for letter in with_terms.values())


def parameter(name: str, rung: str, letter: str | None, **changed: Any) -> dict[str, Any]:
    row = {
        "parameter": name, "site": "works", "stream": "s", "account": "energy",
        "name": "coal_equivalent", "from_day": FROM, "to_day": TO, "count": 1, "decimals": 0,
        "unit": "kgce/kWh", "rung": rung, "factor": "", "confidence": letter,
    }  # fmt: skip
    return {**row, **changed}


ONE, OTHER = [
    record.record
    for record in REGISTRY.records.values()
    if record.table == "coal_equivalents" and record.confidence == "B" and record.value is not None
][:2]


def marked(*confirmed: str) -> dict[str, str]:
    after = dt.date(2026, 6, 1)
    table = PARAMETER.from_rows(
        [
            parameter("one", "default", "B", factor=ONE),
            parameter("other", "default", "B", factor=OTHER),
            parameter("made", "derived", "B"),
            parameter("later", "derived", "B", from_day=after, to_day=after.replace(month=7)),
            parameter("own", "measured", None, factor="laboratory.xlsx"),
        ]
    )
    rows = mark_parameters(table, SITE, REGISTRY, frozenset(confirmed)).to_pylist()
    return {row["parameter"]: row["confidence"] for row in rows}


def test_what_is_derived_needs_every_tabled_parameter_that_it_may_rest_on() -> None:
    assert marked() == {"one": "B", "other": "B", "made": "B", "later": "B", "own": None}
    assert marked(ONE) == {**marked(), "one": "B ✓"}
    both = marked(ONE, OTHER)
    assert both == {"one": "B ✓", "other": "B ✓", "made": "B ✓", "later": "B", "own": None}


def test_a_leaf_is_marked_by_its_parameters_and_one_without_stays_as_it_is() -> None:
    table = PARAMETER.from_rows([parameter("one", "default", "B ✓"), parameter("two", "x", "C")])
    inputs = LEAF_INPUT.from_rows(
        [
            {"site": "works", "leaf": leaf, "role": ref, "kind": "parameter", "ref": ref,
             "from_day": FROM, "to_day": TO}
            for leaf, ref in (("a", "one"), ("b", "one"), ("b", "two"))
        ]
    )  # fmt: skip
    (plain, *_) = leaves_of("blast_furnace")
    rows = [{**plain, "leaf": name, "confidence": letter}
            for name, letter in (("a", "B"), ("b", "C"), ("c", None), ("d", "D"))]  # fmt: skip
    found = mark_leaves(LEAF.from_rows(rows), inputs, table, SITE, ()).to_pylist()
    letters = {row["leaf"]: row["confidence"] for row in found}
    assert letters == {"a": "B ✓", "b": "C", "c": None, "d": "D"}


def test_without_confirmations_nothing_is_touched() -> None:
    tables = {LEAF.name: LEAF.from_rows([]), VERDICT.name: VERDICT.from_rows([])}
    assert mark_letters(tables, SITE, DAYS, REGISTRY, frozenset()) == tables

"""Methods as rows: what a confirmation of a method is bound to."""

from __future__ import annotations

from typing import Any

import pytest

from celadon.errors import LookupRefused
from celadon.reference import load_registry, method_rows
from celadon.reference.entries import find_entry
from celadon.reference.method_rows import method_cells, method_letter, method_row
from celadon.reference.methods import methods

REGISTRY = load_registry()


@pytest.mark.parametrize("name", list(methods()))
def test_every_method_and_every_kind_is_a_row_with_its_equations_and_its_letter(name: str) -> None:
    method = methods()[name]
    whole = find_entry(REGISTRY, method_row(name))
    assert whole.source == REGISTRY.sources[method.source]
    assert whole.figure["clause"] == method.clause
    assert whole.confidence == method_letter(method)
    for kind, stated in method.kinds.items():
        row = find_entry(REGISTRY, method_row(name, kind))
        text = " ".join(row.figure.values())
        assert all(form in text for term in stated.terms for form in term.worked_by.forms)
        assert all(form in " ".join(whole.figure.values())
                   for term in stated.terms for form in term.worked_by.forms)  # fmt: skip
        assert row.confidence <= whole.confidence
        assert row.confidence in "ABCD"
    assert len({tuple(find_entry(REGISTRY, method_row(name, k)).figure.items())
                for k in method.kinds}) == len(method.kinds)  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"clause": "another"}, {"counted": "inside"},
        {"terms": ({"equation": "capture", "scope": "process"},)},
        {"terms": ({"equation": "factor", "scope": "process", "sign": -1},)},
        {"terms": ({"equation": "factor", "scope": "process",
                    "parameters": {"co2_factor": {"value": "0.44", "unit": "tCO2/t"}}},)},
    ],
)  # fmt: skip
def test_whatever_of_a_kind_changes_changes_what_its_row_states(
    changed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, kind = "magnesium-ndrc-2013", "dolomite"
    before = method_cells(method_row(name, kind)), method_cells(method_row(name))
    plain = methods()[name].model_dump()
    plain["kinds"][kind].update(changed)
    other = {**methods(), name: type(methods()[name]).model_validate(plain)}
    monkeypatch.setattr(method_rows, "methods", lambda: other)
    assert method_cells(method_row(name, kind)) != before[0]
    assert method_cells(method_row(name)) != before[1]


def test_a_letter_is_no_part_of_what_is_stated() -> None:
    assert "confidence" not in find_entry(REGISTRY, "methods/magnesium-ndrc-2013").figure


def test_a_row_that_no_method_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(LookupRefused) as refused:
        find_entry(REGISTRY, "methods/magnesium-ndrc-2013/dolomit")
    assert "methods/magnesium-ndrc-2013/dolomite" in refused.value.near

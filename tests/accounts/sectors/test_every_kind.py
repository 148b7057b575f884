"""Every kind of stream of every method, with all of its parameters measured: the printed formula.

The formula is worked here by Python itself, on fractions; the book works it by its own reading of
the text, through parameters and small units. The two ratios are equal, not only near.
"""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.accounts.tiny import MARCH, make_site, sample, stream

from celadon.accounts.book import open_book
from celadon.accounts.samples import Samples
from celadon.reference import load_registry
from celadon.reference.equations import parameter_kinds
from celadon.reference.methods import CARBON_DIOXIDE, Method, StreamKind, methods
from celadon.units import GASES

BY_OWN_RULES = ("purchased_electricity", "purchased_heat")
CARRIERS = {
    "mass": "chemical_feedstock", "normal_volume": "process_gas", "volume": "waste_water",
}  # fmt: skip
BASE = {"energy": "kJ", "mass": "g", "normal_volume": "NL", "volume": "L", "carbon": "gC",
        "co2": "gCO2"} | {gas.lower(): f"g{gas}" for gas in GASES}  # fmt: skip
KINDS = [
    pytest.param(method, name, kind, id=f"{method.id} {name}")
    for method in methods().values()
    if method.account == "carbon" and method.level == "enterprise"
    for name, kind in method.kinds.items()
    if not any(term.equation in BY_OWN_RULES for term in kind.terms_of(""))
]


def names_of(form: str) -> list[str]:
    return [n for n in dict.fromkeys(re.findall(r"[a-z]\w*", form)) if n != "carbon_to_co2"]


def unit_of(name: str, amount: str, gas: str) -> str:
    """A unit of base units in which a parameter can be given for an amount."""
    kind = parameter_kinds()[name]
    if kind.is_share and ("share" in kind.dimensions or amount == "mass"):
        return "1"
    if "number" in kind.dimensions:
        return "1"
    top, bottom = kind.dimensions[0].format(amount=amount, gas=gas.lower()).split("/")
    return f"{BASE[top]}/{BASE[bottom]}"


def worked(form: str, values: dict[str, Fraction], ratio: tuple[int, int]) -> Fraction:
    """The form by Python's own arithmetic, with its numbers as fractions."""
    exact = re.sub(r"(?<![\w.])(\d+)(?![\w.])", r"F(\1)", form)
    return eval(exact, {"F": Fraction, "carbon_to_co2": Fraction(*ratio)} | values)  # noqa: S307


def potential(method: Method, gas: str) -> Fraction | None:
    if gas == CARBON_DIOXIDE:
        return Fraction(1)
    record = load_registry().records.get(f"gwp/{method.gwp_set}/{gas}/100")
    return record.value if record else None


@pytest.mark.parametrize(("method", "name", "kind"), KINDS)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_kind_with_everything_measured(
    method: Method, name: str, kind: StreamKind, data: st.DataObject
) -> None:
    amount = next(a for a in kind.terms_of("")[0].worked_by.activity if a in CARRIERS)
    forms = [term.worked_by.forms[0] for term in kind.terms_of("")]
    asked = {p: term.gas for term, form in zip(kind.terms_of(""), forms, strict=True)
             for p in names_of(form)}  # fmt: skip
    least = {p: int(parameter_kinds()[p].above_least) for p in asked}  # no fuel gives no heat
    parts = {p: data.draw(st.integers(least[p], 5000), label=p) for p in asked}
    values = {p: Fraction(n, 10_000) for p, n in parts.items()}
    per_unit = [worked(form, values, method.carbon_ratio) for form in forms]
    assume(all(value >= 0 for value in per_unit))
    samples = [
        sample("one", p, f"0.{n:04}", unit_of(p, amount, asked[p])) for p, n in parts.items()
    ]
    one = stream("one", CARRIERS[amount], "outside", "mill", carbon=name, energy=False)
    site = make_site([one], accounting={"carbon_method": method.id})
    book = open_book(site, load_registry(), MARCH, [], Samples(samples))
    lines = {(line.account, line.scope): line for line in book.lines}
    small = 1000 if amount == "mass" else 1
    for term, value in zip(kind.terms_of(""), per_unit, strict=True):
        gas = "" if term.gas == CARBON_DIOXIDE else f"_{term.gas.lower()}"
        booked = {"biogenic" if term.biogenic else "carbon": potential(method, term.gas)}
        booked |= {"gas": Fraction(1)} if gas else {}
        for account, known in booked.items():
            line = lines.pop((account, term.scope + gas), None)
            assert (line is None) is (known is None)
            if line is not None and known is not None:
                assert line.ratio == small * value * known
                assert line.sign == (1 if kind.counted == "boundary" else term.sign)
                rungs = {p.name: p.rung for p in line.parameters if "gwp" not in p.name}
                assert set(rungs.values()) <= {"measured"}
    assert not [key for key in lines if key[0] in ("carbon", "gas", "biogenic")]


def test_there_is_such_a_test_for_every_sector() -> None:
    assert len(KINDS) > 100
    assert len({param.values[0].id for param in KINDS}) >= 17

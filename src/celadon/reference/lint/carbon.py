"""Checks of carbon: 44/12 once, products of printed parameters, substances by their formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from importlib.resources import files

from celadon.errors import UnitError
from celadon.exact import parse_decimal
from celadon.reference.lint.cells import ratio
from celadon.reference.lint.finding import LintFinding, shown
from celadon.reference.lint.rows import Book, Row, grouped
from celadon.units import conversion

CARBON_TO_CO2 = Fraction(44, 12)
"""Tonnes of carbon dioxide from a tonne of carbon, with the rounded masses of the guidelines."""

_THREE = ("net_calorific_value", "carbon_content_per_heat", "oxidation_rate")

ATOMIC_MASS: Mapping[str, Fraction] = {
    symbol: Fraction(mass)
    for symbol, mass in {
        "H": "1.008", "Li": "6.94", "C": "12.011", "N": "14.007", "O": "15.999", "Na": "22.990",
        "Mg": "24.305", "Cl": "35.45", "K": "39.098", "Ca": "40.078", "Mn": "54.938",
        "Fe": "55.845", "Sr": "87.62", "Ba": "137.327",
    }.items()
}  # fmt: skip
"""Standard atomic masses (IUPAC), abridged."""

SUBSTANCES: Mapping[str, str] = {
    "caco3": "CaCO3", "mgco3": "MgCO3", "na2co3": "Na2CO3", "nahco3": "NaHCO3", "feco3": "FeCO3",
    "mnco3": "MnCO3", "baco3": "BaCO3", "li2co3": "Li2CO3", "k2co3": "K2CO3", "srco3": "SrCO3",
    "camg_co3_2": "CaMgC2O6", "limestone_aragonite": "CaCO3", "soda_ash": "Na2CO3",
    "magnesite": "MgCO3", "siderite": "FeCO3", "rhodochrosite": "MnCO3",
    "limestone_flux": "CaCO3", "acetonitrile": "C2H3N", "acrylonitrile": "C3H3N",
    "butadiene": "C4H6", "ethylene": "C2H4", "ethylene_dichloride": "C2H4Cl2",
    "ethylene_glycol": "C2H6O2", "ethylene_oxide": "C2H4O", "hydrogen_cyanide": "CHN",
    "methanol": "CH4O", "methanol_carbon_stored": "CH4O", "methane": "CH4", "ethane": "C2H6",
    "propane": "C3H8", "propylene": "C3H6", "vinyl_chloride_monomer": "C2H3Cl", "urea": "CH4N2O",
    "ammonium_bicarbonate": "CH5NO3", "dolomite": "CaMgC2O6", "dolomite_flux": "CaMgC2O6",
    "electrode": "C", "carbon_powder": "C",
}  # fmt: skip
"""Formulas of the substances that tables name; minerals by their pure form."""

OXIDES: Mapping[str, str] = {"cao": "CaO", "mgo": "MgO", "bao": "BaO"}
"""Oxides that leave one molecule of carbon dioxide each when their carbonate is burnt."""


@cache
def atoms(formula: str) -> Mapping[str, int]:
    """How many atoms of each element a plain formula has.

    Examples
    --------
    >>> dict(atoms("CaMgC2O6"))
    {'Ca': 1, 'Mg': 1, 'C': 2, 'O': 6}
    """
    return {s: int(n or 1) for s, n in re.findall(r"([A-Z][a-z]?)(\d*)", formula)}


@cache
def molar_mass(formula: str) -> Fraction:
    """Grams a mole of a plain formula."""
    return sum((ATOMIC_MASS[s] * n for s, n in atoms(formula).items()), Fraction(0))


def carbon_share(formula: str) -> Fraction:
    """Tonnes of carbon in a tonne of a substance."""
    return ATOMIC_MASS["C"] * atoms(formula)["C"] / molar_mass(formula)


def co2_share(formula: str) -> Fraction:
    """Tonnes of carbon dioxide from all the carbon in a tonne of a substance."""
    return atoms(formula)["C"] * molar_mass("CO2") / molar_mass(formula)


def substances_follow_their_formula(book: Book) -> Iterator[LintFinding]:
    """Carbon and carbon dioxide of a pure substance are what its formula says."""
    for row in book.rows("process", "cbam_standard_factors"):
        name, value = row.text("subject").rpartition("/")[2], row.value
        formula = SUBSTANCES.get(name)
        if value is None or formula is None:
            yield from _oxide(row, name)
            continue
        parameter = row.text("parameter")
        if parameter == "carbon_content":
            expected, tolerance = carbon_share(formula), 1.01
        elif parameter in ("co2_factor", "emission_factor") and row.text("unit").startswith(
            "tCO2/t"
        ):
            expected = co2_share(formula)
            tolerance = 1.015 if name.endswith("_flux") else 1.006  # stone as it is bought
        else:
            continue
        yield from _against(row, value, expected, formula, tolerance)


def _oxide(row: Row, name: str) -> Iterator[LintFinding]:
    for oxide, formula in OXIDES.items():
        if row.value is None or not re.search(rf"(^|_){oxide}(_|$)", name):
            continue
        expected = molar_mass("CO2") / _mass_of_oxide(formula)
        lime = molar_mass("CO2") / _mass_of_oxide("CaO")
        if oxide == "mgo" and ratio(row.value, lime) < 1.01:
            yield LintFinding("mgo_as_cao", row, "value", {"expected": shown(expected)})
        else:
            yield from _against(row, row.value, expected, formula, tolerance=1.009)


def _mass_of_oxide(formula: str) -> Fraction:
    return molar_mass(formula)


def _against(
    row: Row, value: Fraction, expected: Fraction, formula: str, tolerance: float
) -> Iterator[LintFinding]:
    # a figure of few digits is as near as its last digit lets it be
    rounding = Fraction(1, 2 * 10**row.digits)
    if ratio(value, expected) <= tolerance or abs(value - expected) <= rounding:
        return
    numbers = {"formula": formula, "expected": shown(expected)}
    yield LintFinding(_carbon_rule(value, expected) or "not_its_formula", row, "value", numbers)


def _carbon_rule(value: Fraction, expected: Fraction) -> str:
    for power, rule in ((1, "carbon_ratio_doubled"), (-1, "carbon_ratio_missing")):
        if ratio(value, expected * CARBON_TO_CO2**power) < 1.02:
            return rule
    return ""


def factors_are_products(book: Book) -> Iterator[LintFinding]:
    """NCV x carbon x oxidised x 44/12 is the factor beside them, or the known one."""
    for (edition, subject), rows in grouped(
        book.rows("fuels"), lambda row: (row.text("set"), row.text("subject"))
    ).items():
        parameters = {row.text("parameter"): row for row in rows}
        product = _product(parameters)
        if product is None:
            continue
        for name in ("derived_co2_factor", "co2_factor", "emission_factor"):
            if name in parameters and parameters[name].value is not None:
                yield from _product_beside(parameters[name], product, parameters)
        known = known_products().get((edition, subject))
        if known is not None and abs(product - known) > Fraction(6, 100000):
            yield from _unlike_known(parameters, product, known)


def _product(parameters: Mapping[str, Row]) -> Fraction | None:
    """Tonnes of carbon dioxide per t or 1e4Nm3 of a fuel; None where a part is not there."""
    product = CARBON_TO_CO2
    for name, unit in zip(_THREE, ("", "tC/GJ", "1"), strict=True):
        row = parameters.get(name)
        if row is None or row.value is None:
            return None
        try:
            per = row.text("unit").partition("/")[2]
            wanted = unit or f"GJ/{'t' if conversion_or_none(per, 't') else '1e4Nm3'}"
            product *= row.value * conversion(row.text("unit"), wanted)
        except UnitError:
            return None
    return product


def conversion_or_none(source: str, target: str) -> Fraction | None:
    """The conversion between two units, or None where there is none."""
    try:
        return conversion(source, target)
    except UnitError:
        return None


def _product_beside(
    row: Row, product: Fraction, parameters: Mapping[str, Row]
) -> Iterator[LintFinding]:
    value = row.value
    per = conversion_or_none(row.text("unit").partition("/")[2], "t")
    in_unit = product / (per or Fraction(1)) if per else product
    if value is None or ratio(value, in_unit) < 1.0015:
        return
    related = tuple(parameters[name].id for name in _THREE)
    rule = _carbon_rule(value, in_unit) or "not_the_product"
    yield LintFinding(
        rule,
        row,
        "value",
        {"expected": shown(in_unit), "formula": "NCV x CC x OF x 44/12"},
        related,
    )


def _unlike_known(
    parameters: Mapping[str, Row], product: Fraction, known: Fraction
) -> Iterator[LintFinding]:
    """The three parameters of a printed fuel do not give its known product: one of them changed."""
    for name in _THREE:
        row = parameters[name]
        value = row.value or Fraction(0)
        meant = value * known / product if product else value
        numbers = {"product": shown(product), "known": shown(known), "meant": shown(meant)}
        related = tuple(parameters[other].id for other in _THREE if other != name)
        yield LintFinding("unlike_known_product", row, "value", numbers, related)


@cache
def known_products() -> Mapping[tuple[str, str], Fraction]:
    """Carbon dioxide per unit of a fuel by set and fuel, as computed by the tables' transcribers.

    Check values made apart from the tables, to 4 decimals; no official figures.
    """
    text = (files("celadon.reference.lint") / "known_products.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(row["set"], row["fuel"]): parse_decimal(row["value"]) for row in rows}


def carbon_and_dioxide_agree(book: Book) -> Iterator[LintFinding]:
    """Where a table gives carbon and carbon dioxide of one thing, they differ by 44/12."""
    rows = book.rows("process", "cbam_standard_factors")
    for same in grouped(rows, lambda r: (r.table, r.text("set"), r.text("subject"))).values():
        carbon = [r for r in same if r.text("parameter") == "carbon_content" and r.value]
        dioxide = [
            r for r in same
            if r.text("parameter") in ("co2_factor", "emission_factor") and r.value
            and r.text("unit") == "tCO2/t"
        ]  # fmt: skip
        for one in carbon:
            for other in dioxide:
                yield from _pair(one, other)


def _pair(carbon: Row, dioxide: Row) -> Iterator[LintFinding]:
    share, factor = carbon.value, dioxide.value
    if share is None or factor is None:
        return
    expected = share * CARBON_TO_CO2
    rounding = Fraction(6, 10 ** (dioxide.digits + 1)) + share * Fraction(1, 500)
    if abs(factor - expected) <= rounding:
        return
    numbers = {"expected": shown(expected), "formula": "44/12"}
    rule = _carbon_rule(factor, expected) or "not_the_product"
    yield LintFinding(rule, dioxide, "value", numbers, (carbon.id,))
    back = {"expected": shown(factor / CARBON_TO_CO2), "formula": "12/44"}
    yield LintFinding(rule, carbon, "value", back, (dioxide.id,))


def gas_is_not_petroleum_gas(book: Book) -> Iterator[LintFinding]:
    """Liquefied natural gas does not carry the carbon or heat of liquefied petroleum gas."""
    rows = [r for r in book.rows("fuels") if r.text("subject") in ("lng", "lpg")]
    for same in grouped(rows, lambda r: (r.text("set"), r.text("parameter"))).values():
        named = {row.text("subject"): row for row in same}
        lng, lpg = named.get("lng"), named.get("lpg")
        if lng is None or lpg is None or lng.value is None or lng.value != lpg.value:
            continue
        if lng.text("parameter") in _THREE[:2]:
            yield LintFinding("lng_as_lpg", lng, "value", {"lpg": lpg.text("value")}, (lpg.id,))

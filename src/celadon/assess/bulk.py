"""A million verdicts: what is alike is judged once, and only figures are compared a row at a time.

Machines of one *form* (class, power, label ...) have one verdict. The figures of one *form* of
product (subject of the norms, with the facts that correct it) have one set of editions and
corrected limits; between two limits their verdicts differ in nothing but the figure. So one figure
of each stretch goes down the plain path of :mod:`celadon.assess.against`, and the rest of the
stretch takes its rows with their own figures in them. A figure that lies within 0.01 of a limit, is
not above zero, or is too large to be exact in a float goes the plain path itself. A test holds that
all rows equal those of the plain path.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from celadon.assess.actual import Actual
from celadon.assess.against import Row, norm_rows
from celadon.assess.limits import limits_of, printed_unit
from celadon.assess.machines import INDICATOR, Form, Piece, form_row
from celadon.assess.products import product_editions
from celadon.assess.reasons import reason
from celadon.assess.scales import Scale, as_given, scale_of
from celadon.assess.tables import VERDICT
from celadon.assess.verdicts import Place
from celadon.exact import parse_decimal
from celadon.records.site import Unit
from celadon.reference import Registry

Integers = np.ndarray[Any, np.dtype[np.int64]]

NEAR = 0.01
"""Distance from a limit within which a figure goes the plain path, in the limit's unit."""

_FAR = 100
"""Figures further than this from every limit go the plain path, which asks for their units."""

_LARGEST, _LARGEST_VALUE = (2**63 - 1) // 1000, 1e9
"""Numerators and values above these go the plain path: integers and floats hold all below."""


@dataclass(frozen=True, slots=True)
class ProductForm:
    """What the limits of a product depend on: its subject, the indicator, and facts by name."""

    subject: str
    indicator: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Many figures of products side by side, a row each.

    Parameters
    ----------
    form : number of the form of each row, in ``forms``.
    num : energy in gce, or electricity in Wh; den : output in kg (or L).
    """

    site: Sequence[str]
    subject: Sequence[str]
    form: Integers
    num: Integers
    den: Integers
    forms: Sequence[ProductForm]


def machine_table(
    pieces: Mapping[str, Sequence[Piece]], registry: Registry, from_day: dt.date, to_day: dt.date
) -> pa.Table:
    """The verdicts on the machines of many sites, as a table ``verdict``."""
    place = Place("", "", INDICATOR, from_day, to_day)
    rows: list[Row] = []
    number: dict[Form, int] = {}
    sites, subjects, codes = [], [], []
    for site, of_site in pieces.items():
        for piece in of_site:
            code = number.get(piece.form)
            if code is None:
                code = number[piece.form] = len(rows)
                rows.append(form_row(piece.form, registry, place))
            sites.append(site)
            subjects.append(piece.number)
            codes.append(code)
    alike = _unsorted(rows).take(pa.array(codes, pa.int64()))
    placed = _placed(alike, pa.array(sites, pa.string()), pa.array(subjects, pa.string()))
    return VERDICT.check(placed)


def product_table(
    figures: Figures, registry: Registry, from_day: dt.date, to_day: dt.date
) -> pa.Table:
    """The verdicts on many products by the norms in force and to come, as a table ``verdict``."""
    period, tables = (from_day, to_day), []
    order = np.argsort(figures.form, kind="stable")
    counts = np.bincount(figures.form, minlength=len(figures.forms))
    for at in np.split(order, np.cumsum(counts)[:-1]):
        if len(at):
            tables += _of_form(figures, at, registry, period)
    return VERDICT.check(pa.concat_tables(tables)) if tables else VERDICT.from_rows([])


def plain_rows(
    figures: Figures, at: int, registry: Registry, from_day: dt.date, to_day: dt.date
) -> list[Row]:
    """The verdicts on one row of figures down the plain path: what all others are held to."""
    form = figures.forms[int(figures.form[at])]
    place = Place(figures.site[at], figures.subject[at], form.indicator, from_day, to_day)
    known = product_editions(registry, form.subject, form.indicator, place.last_day)
    unit = Unit(id="product", facts=dict(form.facts))
    actual = _actual(int(figures.num[at]), int(figures.den[at]))
    return norm_rows(unit, actual, place, registry, known, _scaling)


def _of_form(
    figures: Figures, at: Integers, registry: Registry, period: tuple[dt.date, dt.date]
) -> list[pa.Table]:
    """The rows of one form: each stretch between limits from its first figure, the rest plain."""
    num, den = figures.num[at], figures.den[at]
    sound = (num > 0) & (den > 0) & (num < _LARGEST)
    value = np.divide(num, den, out=np.zeros(len(at)), where=sound)
    if _alone(figures.forms[int(figures.form[at[0]])], registry, period):
        sound = np.zeros(len(at), bool)
    limits = _limits(plain_rows(figures, int(at[0]), registry, *period))
    near = np.zeros(len(at), bool)
    for limit in limits:
        near |= np.abs(value - limit) <= NEAR
    alike = sound & ~near & (value < _LARGEST_VALUE)
    if limits and limits[0] > 0:  # near a thousandth or a thousand times a limit, a unit may slip
        alike &= (value > limits[0] / _FAR) & (value < limits[-1] * _FAR)
    stretch = np.searchsorted(np.asarray(limits), value)
    plain = [row for one in at[~alike] for row in plain_rows(figures, int(one), registry, *period)]
    tables = [_unsorted(plain)] if plain else []
    for which in np.unique(stretch[alike]):
        chosen = at[alike & (stretch == which)]
        model = plain_rows(figures, int(chosen[0]), registry, *period)
        tables += [_like(row, figures, chosen) for row in model]
    return tables


def _scaling(printed: str) -> Scale:
    return scale_of(printed) or as_given(printed)


def _alone(form: ProductForm, registry: Registry, period: tuple[dt.date, dt.date]) -> bool:
    """Whether the figures of a form go the plain path: brought into another unit, or two-sided."""
    unit = Unit(id="product", facts=dict(form.facts))
    last_day = period[1] - dt.timedelta(days=1)
    for edition in product_editions(registry, form.subject, form.indicator, last_day):
        printed = printed_unit(registry, unit, edition)
        limits = limits_of(registry, unit, edition, printed)
        if limits.either is not None or (printed and _scaling(printed).size != 1):
            return True
    return False


def _like(model: Row, figures: Figures, at: Integers) -> pa.Table:
    """Rows like a model, each with its own figure: the first of them is the model itself."""
    num, den = figures.num[at], figures.den[at]
    texts = _to_thousandths(num, den)
    before, found, after = model["because"].partition(f'"value":"{texts[0]}"')
    because = (
        [f'{before}"value":"{text}"{after}' for text in texts]
        if found
        else [model["because"]] * len(at)
    )
    one = _unsorted([model]).take(pa.array(np.zeros(len(at), np.int64)))
    sites = pa.array([figures.site[index] for index in at])
    subjects = pa.array([figures.subject[index] for index in at])
    placed = _placed(one, sites, subjects)
    for name, column in (
        ("num", pa.array(num)), ("den", pa.array(den)), ("because", pa.array(because)),
    ):  # fmt: skip
        placed = placed.set_column(placed.schema.get_field_index(name), placed.field(name), column)
    return placed


def _to_thousandths(num: Integers, den: Integers) -> list[str]:
    """Quotients above zero with three decimals, rounded half to even, from integers alone."""
    whole, rest = np.divmod(num * 1000, den)
    twice = rest - (den - rest)
    whole += (twice > 0) | ((twice == 0) & (whole % 2 == 1))
    units, parts = np.divmod(whole, 1000)
    pairs = zip(units.tolist(), parts.tolist(), strict=True)
    return [f"{unit}.{part:03d}" for unit, part in pairs]


def _limits(rows: Sequence[Row]) -> list[float]:
    """Every limit that any of the rows compares with, lowest first."""
    told = (json.loads(row["limits"]) for row in rows)
    return sorted(
        {
            float(parse_decimal(text))
            for limits in told
            for name, text in limits.items()
            if name != "corrections"
        }
    )


def _actual(num: int, den: int) -> Actual:
    if den <= 0:
        lacks = reason("production_not_positive", production=den)
        return Actual(num, den, None, 0, lacks)
    return Actual(num, den, Fraction(num, den), 0, None)


def _placed(table: pa.Table, sites: pa.Array, subjects: pa.Array) -> pa.Table:
    for name, column in (("site", sites), ("subject", subjects)):
        table = table.set_column(table.schema.get_field_index(name), table.field(name), column)
    return table


def _unsorted(rows: Sequence[Row]) -> pa.Table:
    """A table of verdicts whose rows stand as they were given."""
    return pa.Table.from_pylist(list(rows), schema=VERDICT.arrow())

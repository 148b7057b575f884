"""Single verdicts by name: the same rules that sites are judged by, for one set of numbers."""

from __future__ import annotations

import datetime as dt
import difflib
import json
import math
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from celadon.assess.actual import Actual
from celadon.assess.against import Row, level_rows, norm_rows, open_row
from celadon.assess.bases import (
    Electricity,
    Feedstock,
    electricity_fault,
    electricity_of,
    feedstock_fault,
    feedstock_of,
)
from celadon.assess.facts import plain_text
from celadon.assess.ladder import ladder_of
from celadon.assess.limits import Edition, editions, known_facts, rule_feedstock
from celadon.assess.machines import Form, form_row
from celadon.assess.prices import rates_of, surcharge, yuan
from celadon.assess.products import ENERGIES, indicators_of, product_editions
from celadon.assess.reasons import Reason, cited, reason
from celadon.assess.scales import as_given
from celadon.assess.telling import correction_texts, reason_text
from celadon.assess.verdicts import Place
from celadon.assess.water import INDICATOR as WATER
from celadon.assess.water import intake_row
from celadon.errors import Fault, ModelError
from celadon.exact import decimal_text, parse_decimal, round_half_even
from celadon.models import register
from celadon.numerics.regression import fit_line
from celadon.records.declaring import DecimalText
from celadon.records.site import Unit
from celadon.reference import Registry, load_registry


def _with_a_next(day: dt.date) -> dt.date:
    if day == dt.date.max:
        raise ValueError("a day is before 9999-12-31, for a period ends on the day after")
    return day


Day = Annotated[dt.date, AfterValidator(_with_a_next)]
"""A day that another follows."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Verdict(_Model):
    """One verdict, with its reasons in both languages."""

    rule: str
    standard: str
    outcome: str
    unit: str
    limits: dict[str, str]
    corrections: list[str]
    next_limit: str = Field(description="the next better limit; empty at the top")
    distance: str = Field(description="how far it is, in the unit; empty at the top")
    en: str
    zh: str
    confidence: str


class NormArguments(_Model):
    """A figure per product, and what it is of: a process, or a subject of the table of norms."""

    value: DecimalText = Field(
        description="in the unit that the norm is printed in, which the verdict names"
    )
    process: str = Field("", description="such as blast_furnace")
    subject: str = Field("", description="of the table norms, such as ferrosilicon")
    indicator: str = Field("comprehensive_energy", description="of a subject")
    day: Day = Field(description="the day whose edition holds")
    facts: list[str] = Field([], description="NAME=VALUE, such as feed_grade=57.5")
    feedstock: Feedstock = Field("", description="in or out: energy of raw material")
    electricity: Electricity = Field("calorific", description="calorific or equivalent value")


class VerdictResults(_Model):
    """The verdicts by every edition in force or to come."""

    verdicts: list[Verdict]


@register(
    "judge.norm",
    clause="lower is better, the limit itself passes; limits are corrected, never the figure",
    arguments=NormArguments,
    results=VerdictResults,
)
def judge_norm(given: NormArguments) -> VerdictResults:
    """Grade of a figure per product, and how far the next better one is."""
    registry = load_registry()
    name = given.process or given.subject
    place = Place("x", name, "process_energy", given.day, given.day + dt.timedelta(days=1))
    value = parse_decimal(given.value)
    actual = Actual(value.numerator, value.denominator, value, 0, None)
    if bool(given.process) == bool(given.subject):
        raise _refused("process, subject", name or "neither", "one of the two", "give one")
    if given.process:
        if given.process not in registry.processes:
            known = ", ".join(sorted(registry.processes))
            raise _refused("process", given.process, f"one of: {known}", "correct the name")
        actual = _on_basis(given, actual, "", registry, place)
        levels = editions(registry, given.process, "levels-2023", given.day)
        norms = editions(registry, given.process, "norm", given.day)
        unit = _unit_with(given, [*levels, *norms], registry)
        rows = level_rows(unit, actual, place, registry, levels, as_given)
        if not norms:
            rows.append(_no_norm(given.process, actual, place, registry))
        return _results([*rows, *norm_rows(unit, actual, place, registry, norms, as_given)])
    if given.indicator == WATER:
        return _results(
            [intake_row(given.subject, actual, registry, replace(place, indicator=WATER))]
        )
    _demand_subject(given, registry)
    norms = product_editions(registry, given.subject, given.indicator, given.day)
    actual = _on_basis(given, actual, given.subject, registry, place)
    unit = _unit_with(given, norms, registry)
    return _results(norm_rows(unit, actual, place, registry, norms, as_given))


class MachineArguments(_Model):
    """A machine: its class, what is on its plate, and its label."""

    class_: str = Field(alias="class", description="motor, pump, fan, compressor ...")
    kind: str = Field("", description="of a motor: induction, permanent_magnet, high_voltage")
    power_kw: DecimalText | None = None
    poles: int | None = None
    efficiency: DecimalText | None = Field(None, description="at rated load, in percent")
    label: str = Field("", description="such as IE4, or 2级")
    year: int | None = None
    day: Day


@register(
    "judge.machine",
    clause="higher is better; where a table of grades is not loaded, the label stands",
    arguments=MachineArguments,
    results=VerdictResults,
)
def judge_machine(given: MachineArguments) -> VerdictResults:
    """Energy grade of a machine by its efficiency, else by its label."""
    share = None if given.efficiency is None else parse_decimal(given.efficiency)
    if share is not None and not 0 < share <= 100:
        rule = "in percent, above 0 and at most 100"
        raise _refused("efficiency", str(given.efficiency), rule, "correct it, such as 96.7")
    power = (
        None if given.power_kw is None else round_half_even(parse_decimal(given.power_kw) * 1000)
    )
    form = Form(
        given.class_, given.kind, power, given.poles, given.efficiency, given.label, given.year
    )
    place = Place("x", "x", "efficiency", given.day, given.day + dt.timedelta(days=1))
    return _results([form_row(form, load_registry(), place)])


class PriceArguments(_Model):
    """Electricity that a steel plant bought, where, and what it is charged for."""

    province: str = Field(description="ISO 3166-2 code, such as CN-HE")
    kwh: DecimalText
    step: Literal["eliminated", "restricted", "step_1", "step_2", "step_3"]


class PriceResults(_Model):
    """The surcharge, exact, with its rate and source."""

    rate: str
    amount: str
    unit: str
    source: str
    confidence: str


@register(
    "judge.price",
    clause="surcharge = electricity x rate, rounded once to 0.01 CNY",
    arguments=PriceArguments,
    results=PriceResults,
)
def judge_price(given: PriceArguments) -> PriceResults:
    """Differential or tiered surcharge on the electricity of a steel plant."""
    registry = load_registry()
    rates = rates_of(registry, "iron_and_steel", given.province)
    if not rates:
        of_steel = (r for r in registry.of_table("surcharges") if r.subject == "iron_and_steel")
        held = ", ".join(sorted({record.area for record in of_steel}))
        raise _refused(
            "province", given.province, "no rule of prices is held for this province",
            f"rules are held for {held}; load another: celadon reference load FILE",
        )  # fmt: skip
    if given.step not in rates:
        raise _refused("step", given.step, ", ".join(rates), "take one of them")
    kwh = parse_decimal(given.kwh)
    if kwh < 0:
        raise _refused(
            "kwh", given.kwh, "electricity bought is zero or more",
            "a credit is no purchase: give the electricity that was bought",
        )  # fmt: skip
    record = rates[given.step]
    rate = record.value or Fraction(0)
    amount = surcharge(round_half_even(kwh * 1000), rate)
    return PriceResults(
        rate=plain_text(rate), amount=yuan(amount), unit="CNY", source=record.cite("en"),
        confidence=record.confidence,
    )  # fmt: skip


class FitArguments(_Model):
    """Outputs and figures of peers, in one order."""

    outputs: list[DecimalText] = Field(description="in t, above zero")
    values: list[DecimalText]


class FitResults(_Model):
    """The line ``value = intercept + slope ln(output)``, and how well it fits."""

    intercept: str
    slope: str
    r2: str
    standard_error: str
    peers: int


@register(
    "judge.fit",
    clause="least squares: b = sum((x-mx)(y-my)) / sum((x-mx)^2), a = my - b mx, x = ln(output)",
    arguments=FitArguments,
    results=FitResults,
)
def judge_fit(given: FitArguments) -> FitResults:
    """The line through peers that a score is taken from."""
    outputs = [float(parse_decimal(text)) for text in given.outputs]
    if len(given.values) != len(outputs) or any(output <= 0 for output in outputs):
        rule = "as many values as outputs, and outputs above zero"
        raise _refused(
            "outputs, values", f"{len(outputs)}, {len(given.values)}", rule, "correct them"
        )
    values = [float(parse_decimal(text)) for text in given.values]
    line = fit_line([math.log(output) for output in outputs], values)
    if line is None:
        rule = "three peers or more, whose outputs differ"
        raise _refused("outputs", str(len(outputs)), rule, "give more peers")
    shown = {
        name: decimal_text(Fraction(getattr(line, name)), 6)
        for name in ("intercept", "slope", "r2", "standard_error")
    }
    return FitResults(**shown, peers=line.points)


def _fact(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise _refused("facts", repr(text), "NAME=VALUE", "write feed_grade=57.5")
    return name.strip(), value.strip()


def _unit_with(given: NormArguments, known: list[Edition], registry: Registry) -> Unit:
    """A unit with the facts given, each of them once and asked for by an edition."""
    facts: dict[str, str] = {}
    unit = Unit(id="x", process=given.process)
    asked = known_facts(known, registry)
    for name, value in map(_fact, given.facts):
        if name in facts:
            rule = "a fact has one value"
            raise _refused(f"facts {name}", f"{facts[name]}, {value}", rule, "leave one out")
        if name not in asked:
            near = difflib.get_close_matches(name, asked, n=1, cutoff=0.75)
            remedy = f"did you mean {near[0]}?" if near else "leave it out, or correct the name"
            rule = "the limits ask for: " + (", ".join(asked) or "no fact")
            raise _refused("facts", name, rule, remedy)
        facts[name] = value
    return unit.model_copy(update={"facts": facts})


def _no_norm(process: str, actual: Actual, place: Place, registry: Registry) -> Row:
    named = registry.processes[process]
    names = {"zh": named.name_zh, "en": named.name_en}
    return open_row(place, actual, (reason("no_norm_held", process=names),))


def _demand_subject(given: NormArguments, registry: Registry) -> None:
    indicators = indicators_of(registry, given.subject)
    records = indicators.get(given.indicator)
    if not records:
        known = ", ".join(sorted(indicators)) or "no norm has this subject"
        place, found = "subject, indicator", f"{given.subject} {given.indicator}"
        raise _refused(place, found, known, "celadon reference search shows the subjects")


def _on_basis(
    given: NormArguments, actual: Actual, subject: str, registry: Registry, place: Place
) -> Actual:
    """The figure, or why it may not be compared on the basis that it is on."""
    bases = [feedstock_of(subject)] if subject else [
        rule_feedstock(registry, rule)
        for edition in editions(registry, given.process, "norm", place.last_day)
        for rule in edition.rules
    ]  # fmt: skip
    faults = (feedstock_fault(given.feedstock, basis) for basis in bases)
    fault = next((each for each in faults if each is not None), None)
    if fault is None and (given.process or given.indicator in ENERGIES):
        fault = _electricity_fault(given, registry, place)
    if fault is None:
        return actual
    return Actual(actual.num, actual.den, None, 0, fault)


def _electricity_fault(given: NormArguments, registry: Registry, place: Place) -> Reason | None:
    known = (
        editions(registry, given.process, "norm", place.last_day)
        if given.process
        else product_editions(registry, given.subject, given.indicator, place.last_day)
    )
    faults = (
        electricity_fault(given.electricity, electricity_of(one.source), cited(one.source))
        for one in known
    )
    return next((fault for fault in faults if fault is not None), None)


def _results(rows: list[Row]) -> VerdictResults:
    return VerdictResults(verdicts=[_verdict(row) for row in rows])


def _verdict(row: Row) -> Verdict:
    ladder = ladder_of(row)
    following = ladder.following if ladder is not None else None
    limits: dict[str, Any] = json.loads(row["limits"])
    return Verdict(
        rule=row["rule"],
        standard=row["standard"],
        outcome=row["outcome"],
        unit=row["unit"],
        limits={name: text for name, text in limits.items() if name != "corrections"},
        corrections=list(correction_texts(row["limits"], "en")),
        next_limit="" if following is None else following.name,
        distance="" if following is None else plain_text(following.beyond),
        en=reason_text(row["because"], "en"),
        zh=reason_text(row["because"], "zh"),
        confidence=row["confidence"] or "",
    )


def _refused(place: str, found: str, rule: str, remedy: str) -> ModelError:
    return ModelError("The verdict cannot be told", [Fault((place,), found, rule, remedy)])

"""Emission factors by equation: exact ratios from small units of activity to grams of a gas."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from celadon.accounts.asking import note
from celadon.accounts.energy import Coefficient, require_unit
from celadon.accounts.parameters import Item, Ladder, Parameter
from celadon.accounts.reasons import reason
from celadon.accounts.rungs import OF_METHOD, POTENTIAL
from celadon.accounts.steam import steam_enthalpy
from celadon.accounts.values import NoParameterError, refusal_reason, tabled
from celadon.errors import LookupRefused
from celadon.exact import parse_decimal
from celadon.records.period import Period
from celadon.records.site import Site, Stream
from celadon.reference import Registry
from celadon.reference.equations import CARBON_TO_CO2
from celadon.reference.formula import Formula
from celadon.reference.methods import Method, Term
from celadon.units import parse_unit

FUEL_PARAMETERS = ("net_calorific_value", "carbon_content_per_heat", "oxidation_rate")
"""What the method's set of fuels gives by carrier."""

ACCOUNT = "carbon"
"""The account that these factors serve."""


@dataclass(frozen=True, slots=True)
class Factors:
    """The emission factors of one site by one method."""

    ladder: Ladder
    registry: Registry
    method: Method
    account: str = ACCOUNT

    def of_term(self, term: Term, item: Item, period: Period) -> Coefficient:
        """Grams of a term's gas per small unit of a stream or product, by its equation.

        Raises
        ------
        NoParameterError
            If a parameter of the equation has no value for these days.
        """
        found = self._of_equation(term, item, period)
        return Coefficient(found.ratio, found.parameters, term.confidence)

    def _of_equation(self, term: Term, item: Item, period: Period) -> Coefficient:
        if term.equation == "purchased_electricity":
            return self._electricity(item, period)
        if term.equation == "purchased_heat":
            return self._heat(term, item, period)
        formulas = term.worked_by.formulas
        for formula in formulas[:-1]:
            first = self.ladder.observed(item, self.account, formula.names[0], period)
            if first is not None:
                return self._worked(formula, term, item, period)
        return self._worked(formulas[-1], term, item, period)

    def potential(self, gas: str, item: Item, period: Period) -> Parameter:
        """The global-warming potential of a gas in the method's set.

        Raises
        ------
        NoParameterError
            If the set does not give it.
        """
        record = tabled(self.registry, "gwp", gas, "gwp", period, self.method.gwp_set)
        return self.ladder.from_record(item.id, self.account, f"{POTENTIAL}{gas}", period, record)

    def _worked(self, formula: Formula, term: Term, item: Item, period: Period) -> Coefficient:
        """A formula with the parameters of a stretch of days."""
        used = [
            self._parameter(name, term, item, period)
            for name in formula.names
            if name != CARBON_TO_CO2
        ]
        values = {parameter.name: parameter.size for parameter in used}
        values[CARBON_TO_CO2] = Fraction(*self.method.carbon_ratio)
        try:
            per_base_unit = formula.value(values)
        except ZeroDivisionError:
            raise NoParameterError(
                formula.names[0], reason("divides_by_zero", formula=formula.text)
            ) from None
        if per_base_unit < 0:  # what a stream gives off has its sign by where it goes
            why = reason("below_zero", formula=formula.text)
            raise NoParameterError(formula.names[0], why)
        small = parse_unit(self.ladder.small_unit(item)).size
        return Coefficient(per_base_unit * small, tuple(used))

    def _parameter(self, name: str, term: Term, item: Item, period: Period) -> Parameter:
        """What was measured or certified; else what the method takes in its place."""
        found = self.ladder.observed(item, self.account, name, period, gas=term.gas)
        if found is None:
            found = self._default_of(name, term, item, period)
        require_unit(found, self.ladder.small_unit(item), term.gas)
        return found

    def _default_of(self, name: str, term: Term, item: Item, period: Period) -> Parameter:
        default = term.parameters.get(name)
        carbon_item = item.carbon_item
        carrier = item.carrier if isinstance(item, Stream) else item.id
        if default is None and name in FUEL_PARAMETERS and isinstance(item, Stream):
            fuel = self.registry.carriers[carrier].fuel_ids.get(self.method.factor_set, "")
            return self._default(item.id, "fuels", fuel, name, period)
        if default is None:
            subject = term.subjects.get(carbon_item or carrier, carbon_item)
            return self._default(item.id, "process", subject, name, period)
        if default.required:
            why = reason("must_be_measured", method=self.method.id, clause=default.clause)
            raise NoParameterError(name, why)
        if default.value:
            by = f"{self.method.id}{OF_METHOD}{default.clause or term.clause}"
            return self.ladder.of_method(
                item.id, self.account, name, period, default, by,
                term.confidence or self.method.confidence,
            )  # fmt: skip
        subject = default.subject or default.subjects.get(carbon_item or carrier, carbon_item)
        return self._default(
            item.id, default.table, subject, name, period, default.name or name,
            default.set or self.method.factor_set, default.rung,
        )  # fmt: skip

    def _electricity(self, item: Item, period: Period) -> Coefficient:
        """The factor that the site's programme takes for the reporting year."""
        site = self.ladder.site
        accounting = site.accounting
        if not accounting.electricity_programme:
            raise NoParameterError("co2_factor", reason("no_programme"))
        area = _area(site)
        if not area.startswith(site.country):
            programme = accounting.electricity_programme
            why = reason("other_country", programme=programme, area=area)
            raise NoParameterError("co2_factor", why)
        asked = accounting.electricity_programme, period.from_day.year
        level = accounting.electricity_level
        note("electricity", *asked, level, area, "average")
        try:
            choice = self.registry.electricity(*asked, level=level, area=area)
        except LookupRefused as error:
            raise NoParameterError("co2_factor", refusal_reason(error)) from None
        parameter = self.ladder.from_record(
            item.id, self.account, "co2_factor", period, choice.record, choice.confidence
        )
        small = self.ladder.small_unit(item)
        require_unit(parameter, small)
        return Coefficient(parameter.size * parse_unit(small).size, (parameter,))

    def _heat(self, term: Term, item: Item, period: Period) -> Coefficient:
        """The heat times its factor; steam by mass counts its enthalpy above the feed water's."""
        if "co2_factor" in term.parameters:  # of an edition whose own set gives none
            factor = self._default_of("co2_factor", term, item, period)
        else:
            factor = self._default(item.id, "heat", "heat", "co2_factor", period)
        require_unit(factor, "kJ")
        small = parse_unit(self.ladder.small_unit(item))
        if small.dimension == "energy":
            return Coefficient(factor.size * small.size, (factor,))
        enthalpy = steam_enthalpy(self.ladder, self.registry, item, self.account, period)
        feed_water = parse_decimal(self.method.feed_water_enthalpy) * parse_unit("kJ/kg").size
        above_feed = enthalpy.size - feed_water
        if above_feed < 0:
            why = reason("below_feed_water", enthalpy=self.method.feed_water_enthalpy)
            raise NoParameterError("specific_enthalpy", why)
        return Coefficient(above_feed * small.size * factor.size, (enthalpy, factor))

    def _default(
        self, item_id: str, table: str, subject: str, name: str, period: Period,
        tabled_name: str = "", family: str = "", rung: str = "default",
    ) -> Parameter:  # fmt: skip
        """The default of a set, by rule the method's own, in force on all of the days."""
        if not subject:
            raise NoParameterError(name, reason("no_subject", method=self.method.id))
        record = tabled(
            self.registry, table, subject, tabled_name or name, period,
            family or self.method.factor_set,
        )  # fmt: skip
        return self.ladder.from_record(item_id, self.account, name, period, record, rung=rung)


def _area(site: Site) -> str:
    """The area of the site's electricity factor: as declared, else the country or the province.

    Which regional grid a province belongs to is not derived: the site declares it.
    """
    accounting = site.accounting
    if accounting.electricity_area:
        return accounting.electricity_area
    if accounting.electricity_level == "region":
        why = reason("declare_area")
        raise NoParameterError("co2_factor", why)
    return "CN" if accounting.electricity_level == "national" else site.region

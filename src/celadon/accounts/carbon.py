"""Emission factors by equation kind: exact ratios from small units of activity to grams of CO2."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from celadon.accounts.energy import (
    NET_CALORIFIC_VALUE,
    Coefficient,
    heat_per_count,
    require_unit,
)
from celadon.accounts.parameters import (
    Ladder,
    NoParameterError,
    Parameter,
    refusal_reason,
    tabled,
)
from celadon.errors import LookupRefused
from celadon.exact import parse_decimal
from celadon.records.period import Period
from celadon.records.site import Site, Stream
from celadon.reference import Carrier, Registry
from celadon.reference.methods import Method, StreamKind
from celadon.units import parse_unit

ACCOUNT = "carbon"
"""The account that these factors serve."""


@dataclass(frozen=True, slots=True)
class Factors:
    """The emission factors of one site by one method."""

    ladder: Ladder
    registry: Registry
    method: Method

    def of_stream(self, kind: StreamKind, stream: Stream, period: Period) -> Coefficient:
        """Grams of CO2 per small unit of a stream, by its kind's equation.

        Raises
        ------
        NoParameterError
            If a parameter of the equation has no value for these days.
        """
        carrier = self.registry.carriers[stream.carrier]
        if kind.equation == "combustion":
            return self._combustion(stream, carrier, period)
        if kind.equation == "purchased_electricity":
            return self._electricity(stream, carrier, period)
        if kind.equation == "purchased_heat":
            return self._heat(stream, carrier, period)
        item = stream.carbon_item or stream.carrier
        subject = kind.subjects.get(item, stream.carbon_item)
        return self.of_process(stream.id, subject, carrier.count_unit, period)

    def of_process(
        self, stream_id: str, subject: str, count_unit: str, period: Period
    ) -> Coefficient:
        """Grams of CO2 per small unit from a tabled factor, such as one per mass of flux.

        Raises
        ------
        NoParameterError
            If the method's set has no such factor, or it is not per what the stream is counted in.
        """
        parameter = self._default(stream_id, "process", subject, "co2_factor", period)
        require_unit(parameter, count_unit)
        return Coefficient(parameter.size * parse_unit(count_unit).size, (parameter,))

    def _combustion(self, stream: Stream, carrier: Carrier, period: Period) -> Coefficient:
        """NCV x CC x OF x 44/12; or, where the carbon of the fuel was measured, C x OF x 44/12."""
        fuel = carrier.fuel_ids.get(self.method.factor_set, "")

        def get(name: str) -> Parameter:
            found = self.ladder.observed(stream, ACCOUNT, name, period)
            parameter = found or self._default(stream.id, "fuels", fuel, name, period)
            require_unit(parameter, carrier.count_unit)
            return parameter

        oxidation = get("oxidation_rate")
        ratio = Fraction(*self.method.carbon_ratio) * oxidation.size
        small = parse_unit(carrier.count_unit)
        carbon = self.ladder.observed(stream, ACCOUNT, "carbon_content", period)
        if carbon is not None:  # a share of the mass, or a mass of carbon per amount
            return Coefficient(carbon.size * small.size * ratio, (carbon, oxidation))
        heat, content = get(NET_CALORIFIC_VALUE), get("carbon_content_per_heat")
        grams = heat_per_count(heat, carrier) * content.size
        return Coefficient(grams * ratio, (heat, content, oxidation))

    def _electricity(self, stream: Stream, carrier: Carrier, period: Period) -> Coefficient:
        """The factor that the site's programme takes for the reporting year."""
        site = self.ladder.site
        accounting = site.accounting
        if not accounting.electricity_programme:
            raise NoParameterError("co2_factor", "no electricity programme is declared")
        area = _area(site)
        if not area.startswith(site.country):
            programme = accounting.electricity_programme
            why = f"{programme} gives factors of {area}; none of another country is applied"
            raise NoParameterError("co2_factor", why)
        try:
            choice = self.registry.electricity(
                accounting.electricity_programme,
                period.from_day.year,
                level=accounting.electricity_level,
                area=area,
            )
        except LookupRefused as error:
            raise NoParameterError("co2_factor", refusal_reason(error)) from None
        parameter = self.ladder.from_record(
            stream.id, ACCOUNT, "co2_factor", period, choice.record, choice.confidence
        )
        require_unit(parameter, carrier.count_unit)
        return Coefficient(parameter.size * parse_unit(carrier.count_unit).size, (parameter,))

    def _heat(self, stream: Stream, carrier: Carrier, period: Period) -> Coefficient:
        """The heat times its factor; steam by mass counts its enthalpy above the feed water's."""
        factor = self._default(stream.id, "heat", "heat", "co2_factor", period)
        require_unit(factor, "kJ")
        small = parse_unit(carrier.count_unit)
        if small.dimension == "energy":
            return Coefficient(factor.size * small.size, (factor,))
        enthalpy = self.ladder.observed(stream, ACCOUNT, "specific_enthalpy", period)
        if enthalpy is None:
            why = f"{carrier.id} is metered in {carrier.account_unit}: its enthalpy must be given"
            raise NoParameterError("specific_enthalpy", why)
        feed_water = parse_decimal(self.method.feed_water_enthalpy) * parse_unit("kJ/kg").size
        above_feed = enthalpy.size - feed_water
        if above_feed < 0:
            why = f"it lies below the feed water's {self.method.feed_water_enthalpy} kJ/kg"
            raise NoParameterError("specific_enthalpy", why)
        return Coefficient(above_feed * small.size * factor.size, (enthalpy, factor))

    def _default(
        self, stream_id: str, table: str, subject: str, name: str, period: Period
    ) -> Parameter:
        """The default of the method's own set, in force on all of the days."""
        if not subject:
            raise NoParameterError(name, f"{self.method.id} has no subject for it")
        record = tabled(self.registry, table, subject, name, period, self.method.factor_set)
        return self.ladder.from_record(stream_id, ACCOUNT, name, period, record)


def _area(site: Site) -> str:
    """The area of the site's electricity factor: as declared, else the country or the province.

    Which regional grid a province belongs to is not derived: the site declares it.
    """
    accounting = site.accounting
    if accounting.electricity_area:
        return accounting.electricity_area
    if accounting.electricity_level == "region":
        why = "declare accounting.electricity_area, such as CN-grid-north: the level is region"
        raise NoParameterError("co2_factor", why)
    return "CN" if accounting.electricity_level == "national" else site.region

"""What things are called in the report's language: units, streams, meters, carriers, scopes."""

from __future__ import annotations

from functools import cached_property

from celadon.accounts.pollutants.tables import COUNTED_IN
from celadon.accounts.rungs import POTENTIAL, gas_of, scope_and_gas
from celadon.languages import Phrases
from celadon.records.site import ENDS
from celadon.reference.equations import parameter_kinds
from celadon.report.content import ReportContent
from celadon.report.figures import SHOWN_UNITS
from celadon.report.plurals import counted
from celadon.units import count_unit, parse_unit

PHRASES = Phrases.load("celadon.report", "phrases.toml")
"""All phrases of the report."""

_AMOUNTS = {"kWh": "MWh", "Nm3": "1e4Nm3", "kg": "t"}


class Names:
    """Names by id, in one language; an id without a name stands for itself.

    Parameters
    ----------
    content : the report's content.
    language : ``zh`` or ``en``.
    """

    def __init__(self, content: ReportContent, language: str) -> None:
        self._content = content
        self.language = language

    def say(self, key: str, **values: object) -> str:
        """A phrase of the report."""
        return counted(PHRASES.text(key, self.language, **values), self.language)

    def word(self, group: str, name: str) -> str:
        """The word for a value of a column, such as a scope; the value itself if it has none."""
        key = f"{group}.{name}"
        if key in PHRASES:
            return PHRASES.text(key, self.language)
        plain, gas = scope_and_gas(name)
        if group == "scopes" and gas:
            return f"{self.word(group, plain)} · {gas}"
        if group == "parameters" and name.startswith(POTENTIAL):
            return self.say("carbon.potential", gas=name.removeprefix(POTENTIAL))
        if group == "parameters" and name in parameter_kinds():
            return parameter_kinds()[name].name.text(self.language)
        return gas_of(name) if group == "measures" else name.replace("_", " ")

    def node(self, node: str) -> str:
        """A process unit, a network, the site, or an end of its graph."""
        if node in ENDS:
            return self.say(f"ends.{node}")
        if node == self._content.site.id:
            return self._content.site.name(self.language)
        return self._named.get(node, node)

    def stream(self, stream: str) -> str:
        """A stream or a product; a stream without a name is called by its carrier.

        What an outlet's lines are counted from is called by the outlet and by what is counted.
        """
        outlet, point, measure = stream.partition(".")
        if point:
            return f"{self.node(outlet)} · {self.word('measures', measure)}"
        if stream in self._named:
            return self._named[stream]
        carrier = self._carrier_of.get(stream)
        return stream if carrier is None else self.carrier(carrier)

    def carrier(self, carrier: str) -> str:
        """A carrier; a product that is booked as one has its own name."""
        known = self._content.registry.carriers.get(carrier)
        return self._named.get(carrier, carrier) if known is None else known.name(self.language)

    def subject(self, subject: str) -> str:
        """Whatever a finding or verdict speaks of."""
        if subject in ENDS or subject == self._content.site.id:
            return self.node(subject)
        return self._named.get(subject) or (
            self.stream(subject) if subject in self._carrier_of else subject
        )

    def small_unit(self, item: str) -> str:
        """The small unit in which a carrier or product is counted."""
        known = self._content.registry.carriers.get(item)
        if known is not None:
            return count_unit(known.account_unit)
        if item in COUNTED_IN:
            return COUNTED_IN[item]
        measures = {product.id: product.measure for product in self._content.site.products}
        return count_unit(measures.get(item, "t"))

    def account_unit(self, item: str) -> str:
        """The unit in which a carrier is accounted, as its purchase is billed."""
        known = self._content.registry.carriers.get(item)
        return self.amount_unit(item) if known is None else known.account_unit

    def amount_unit(self, item: str) -> str:
        """The unit in which yearly amounts of a carrier or product are shown."""
        known = self._content.registry.carriers.get(item)
        if known is not None:
            unit = parse_unit(known.account_unit).name
            return _AMOUNTS.get(unit, unit)
        return SHOWN_UNITS.get(self.small_unit(item), "t")

    @cached_property
    def _named(self) -> dict[str, str]:
        site = self._content.site
        named: dict[str, str] = {}
        things = (*site.meters, *site.streams, *site.products, *site.networks, *site.units)
        for thing in (*things, *site.outlets):
            first, second = (
                (thing.name_zh, thing.name_en)
                if self.language == "zh"
                else (thing.name_en, thing.name_zh)
            )
            if first or second:
                named[thing.id] = first or second
        return named

    @cached_property
    def _carrier_of(self) -> dict[str, str]:
        return {stream.id: stream.carrier for stream in self._content.site.streams}

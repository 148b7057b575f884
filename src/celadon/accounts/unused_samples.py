"""Laboratory values and certificates that no equation of a site asks for, told before any is used.

A value that changes no figure is most often meant to: a parameter under another name, a stream
without its kind, or a factor of electricity, which a programme sets and no laboratory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from celadon.accounts.energy import NET_CALORIFIC_VALUE, counts_energy
from celadon.accounts.kinds import carbon_kinds
from celadon.accounts.parameters import Item
from celadon.accounts.samples import Sample, Samples
from celadon.accounts.steam import ENTHALPY, PRESSURE, TEMPERATURE
from celadon.records.finding import Finding
from celadon.records.site import Site, Stream, carbon_origin
from celadon.reference import Carrier
from celadon.reference.equations import parameter_kinds
from celadon.reference.methods import Method

CONVERTING = ("moisture", "moisture_air_dried")
"""What converts a content from one basis to another."""

OF_STEAM = (ENTHALPY, PRESSURE, TEMPERATURE)
"""What tells the heat of a mass of steam or water."""

_NOT_ASKED = {"purchased_electricity": (), "purchased_heat": OF_STEAM}
_FUELS = ("fuel", "by_product_gas")


def unused_sample_findings(
    site: Site,
    samples: Samples,
    carriers: Mapping[str, Carrier],
    methods: Collection[Method],
    process_methods: Collection[Method],
) -> Iterator[Finding]:
    """One finding for each stream or product and parameter that changes no figure."""
    given: dict[tuple[str, str], list[Sample]] = {}
    for sample in samples.all():
        given.setdefault((sample.stream, sample.parameter), []).append(sample)
    if not given:
        return
    kinds = carbon_kinds(site)
    used: dict[str, set[str]] = {}
    items: tuple[Item, ...] = (*site.streams, *site.products)
    for item in items:
        names = used.setdefault(item.sampled_at or item.id, set())
        names.update(CONVERTING)
        names |= _of_carbon(item, kinds[item.id], carriers, methods)
        if isinstance(item, Stream):
            names |= _of_stream(site, item, carriers[item.carrier], process_methods)
    for (place, name), found in given.items():
        if place in used and name not in used[place]:
            first = found[0]
            known = parameter_kinds().get(name)
            called = {"name": known.en.lower(), "name_zh": known.zh} if known else {"name": name}
            numbers = {**called, "count": len(found), "kind": kinds.get(place) or "-"}
            yield Finding(site.id, "sample_unused", place, f"{first.place} › {name}", numbers)


def _of_carbon(
    item: Item, kind: str, carriers: Mapping[str, Carrier], methods: Collection[Method]
) -> set[str]:
    origin = carbon_origin(item, carriers)
    found = (_asked_by(method, kind, origin) for method in methods)
    return {name for names in found for name in names}


def _of_stream(
    site: Site, stream: Stream, carrier: Carrier, process_methods: Collection[Method]
) -> set[str]:
    """What energy, pollutants and the balance of a process ask of a stream."""
    names: set[str] = set()
    if counts_energy(stream, carrier):
        names |= {NET_CALORIFIC_VALUE} if carrier.kind in _FUELS else set()
        names |= {*OF_STEAM} if carrier.kind == "heat" else set()
    for outlet in site.outlets:
        for pollutant, streams in outlet.factors.items():
            if stream.id in streams:
                names |= {f"{pollutant}_{end}" for end in ("factor", "concentration", "removal")}
    for method in process_methods:
        kind = method.carriers.get(stream.carrier, "")
        names |= _asked_by(method, kind, carrier.carbon_origin)
    return names


def _asked_by(method: Method, kind: str, origin: str) -> set[str]:
    """The parameters of all forms of a kind's equations that a sample can give."""
    found = method.kinds.get(kind)
    names: set[str] = set()
    for term in found.terms_of(origin) if found else ():
        if term.equation in _NOT_ASKED:
            names |= {*_NOT_ASKED[term.equation]}
        else:
            names |= {name for form in term.worked_by.formulas for name in form.names}
    return names

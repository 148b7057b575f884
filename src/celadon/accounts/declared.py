"""What a site declares for its accounts, checked against the methods and the carriers.

A site's own rules are checked when it is read; here stand those that need a method or the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from celadon.accounts.graph import Graph
from celadon.errors import DeclarationError, Fault
from celadon.records.site import DRAIN, FLARE, Site, Stream
from celadon.reference import Registry
from celadon.reference.methods import Method, StreamKind
from celadon.reference.shared_kinds import BIOGENIC
from celadon.units import parse_unit

STORED = "stored"
"""The kind of a product that names a carbon item and no kind."""

_KINDS_OF_CARRIER = {"purchased_electricity": "electricity", "purchased_heat": "heat"}


def check_accounting(
    site: Site, graph: Graph, registry: Registry, carbon_methods: Iterable[Method]
) -> None:
    """Refuse a declaration whose accounts cannot mean what it says.

    Raises
    ------
    DeclarationError
        With every fault: a stream that comes out of a flare or drain; a water stream that is not
        counted by volume; a carbon kind that the method does not know, that does not suit the
        carrier, or on a stream that does not cross the site's boundary; a product whose stored
        carbon the method does not count; a unit that makes an unknown carrier; a contract of what
        is no purchased electricity.
    """
    faults = [
        *_flow_faults(site, registry),
        *_maker_faults(site, registry),
        *_contract_faults(site, graph, registry),
        *_carbon_faults(site, graph, registry, tuple(carbon_methods)),
    ]
    if faults:
        summary = f"site.toml of {site.id} breaks {len(faults)} rule(s) of its accounts"
        raise DeclarationError(summary, faults)


def _flow_faults(site: Site, registry: Registry) -> Iterator[Fault]:
    for stream in site.streams:
        if stream.origin in (FLARE, DRAIN):
            rule = "what is flared or drained is gone: a stream ends there and never begins"
            yield _fault("stream", stream.id, f"from {stream.origin}", rule, "correct from")
        carrier = registry.carriers[stream.carrier]
        if stream.water and parse_unit(carrier.count_unit).dimension != "volume":
            found = f"water = {stream.water!r} of {carrier.id}, counted in {carrier.account_unit}"
            rule = "water accounts count water by volume"
            yield _fault("stream", stream.id, found, rule, "remove water, or correct the carrier")


def _contract_faults(site: Site, graph: Graph, registry: Registry) -> Iterator[Fault]:
    streams = {stream.id: stream for stream in site.streams}
    for contract in site.contracts:
        stream = streams[contract.stream]
        crossing = graph.site_crossing(stream)
        electric = registry.carriers[stream.carrier].kind == "electricity"
        if not electric or crossing is None or crossing.sign < 0:
            found = f"stream = {stream.id!r}, {stream.carrier} from {stream.origin}"
            rule = "a contract covers electricity that comes from outside"
            yield _fault("contract", contract.id, found, rule, "name the purchased stream")


def _maker_faults(site: Site, registry: Registry) -> Iterator[Fault]:
    for unit in site.units:
        if unit.makes and unit.makes not in registry.carriers:
            rule = "a carrier of the reference tables"
            yield _fault("unit", unit.id, f"makes {unit.makes!r}", rule, "correct the carrier")


def _carbon_faults(
    site: Site, graph: Graph, registry: Registry, methods: tuple[Method, ...]
) -> Iterator[Fault]:
    """Of several editions one must know a kind; where another does not, its days lack it."""
    if not methods:
        return
    names = " or ".join(method.id for method in methods)
    known = dict.fromkeys(kind for method in methods for kind in method.kinds)
    rule = f"a kind of stream that {names} knows: {', '.join(known)}"
    for stream in site.streams:
        if stream.carbon and stream.carbon not in known:
            yield _fault("stream", stream.id, f"carbon = {stream.carbon!r}", rule, "correct it")
        kinds = [m.kinds[stream.carbon] for m in methods if stream.carbon in m.kinds]
        told = (fault for kind in kinds for fault in _stream_faults(graph, registry, stream, kind))
        yield from dict.fromkeys(told)
    for product in site.products:
        if product.carbon and product.carbon not in known:
            yield _fault("product", product.id, f"carbon = {product.carbon!r}", rule, "correct it")
        elif product.carbon_item and not product.carbon and STORED not in known:
            stored = f"{names} counts no carbon stored in products"
            found = f"carbon_item = {product.carbon_item!r}"
            yield _fault("product", product.id, found, stored, "remove carbon_item")


def _stream_faults(
    graph: Graph, registry: Registry, stream: Stream, kind: StreamKind
) -> Iterator[Fault]:
    yield from kind_faults(registry, stream, kind)
    if kind.counted == "boundary" and graph.site_crossing(stream) is None:
        found = f"carbon = {stream.carbon!r} from {stream.origin} to {stream.destination}"
        rule = "the enterprise form counts what crosses the boundary to or from outside, or "
        rule += "is drawn from stock or put into it"
        remedy = "remove carbon here, or correct from and to"
        if registry.carriers[stream.carrier].carbon_origin == BIOGENIC:
            remedy = 'write carbon = "biomass", which counts what is made and burnt inside too'
        yield _fault("stream", stream.id, found, rule, remedy)


def kind_faults(registry: Registry, stream: Stream, kind: StreamKind) -> Iterator[Fault]:
    """What of a kind does not suit the carrier of a stream."""
    carrier = registry.carriers[stream.carrier]
    measured = parse_unit(carrier.count_unit).dimension
    for term in kind.terms_of(carrier.carbon_origin):
        wanted = _KINDS_OF_CARRIER.get(term.equation)
        if wanted and carrier.kind != wanted:
            found = f"carbon = {stream.carbon!r} of {carrier.id}, which is {carrier.kind}"
            rule = f"the equation {term.equation} is for carriers of the kind {wanted}"
            yield _fault("stream", stream.id, found, rule, "correct carbon, or the carrier")
        elif measured not in term.worked_by.activity:
            found = f"carbon = {stream.carbon!r} of {carrier.id}, counted in {carrier.account_unit}"
            rule = f"the equation {term.equation} counts by {' or '.join(term.worked_by.activity)}"
            yield _fault("stream", stream.id, found, rule, "correct carbon, or the carrier")


def _fault(table: str, name: str, found: str, rule: str, remedy: str) -> Fault:
    return Fault(("site.toml", f"[[{table}]] {name}"), found, rule, remedy)

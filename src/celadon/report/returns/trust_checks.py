"""What of a return is taken on trust, because the records that it rests on are withheld.

Each is named, with how much there is of it, so that a person knows what to look at on site.
"""

from __future__ import annotations

from collections.abc import Iterator

from celadon.accounts.market import SCOPES
from celadon.accounts.steam import ENTHALPY
from celadon.accounts.tables import LEAF_INPUT, PARAMETER
from celadon.assess.tables import VERDICT
from celadon.records.tables import FINDING
from celadon.reference import Registry
from celadon.reference.methods import methods_digest
from celadon.report.figures import share
from celadon.report.returns.account_checks import Whole, named_list
from celadon.report.returns.check import Check, cannot_tell, yes
from celadon.report.returns.disclosure import is_disclosed
from celadon.report.returns.recounting import OBSERVED
from celadon.report.returns.tables import RETURN_ACTIVITY

TRUST = "trust"
"""The check."""

_NAMED = 3


def trust_checks(whole: Whole, registry: Registry) -> list[Check]:
    """Everything that a receiver without the records cannot compute.

    Parameters
    ----------
    registry : the reference tables of whoever receives the return.
    """
    if is_disclosed(whole.opened.members):
        return [yes(TRUST, "disclosed")]
    return [
        *_amounts(whole), *_values(whole), *_parts(whole), *_told(whole), *_ledger(whole),
        *_basis(whole, registry),
    ]  # fmt: skip


def _amounts(whole: Whole) -> Iterator[Check]:
    site = whole.site
    metered = {stream.id for stream in site.streams if stream.meters}
    metered |= {product.id for product in site.products if product.meters}
    streams = {row["stream"] for row in whole.rows(RETURN_ACTIVITY)}
    if streams:
        by_meters = len(streams & metered)
        numbers = {"meters": by_meters, "rows": len(streams) - by_meters}
        yield cannot_tell(TRUST, "amounts", "return_activity.parquet", **numbers)
    monthly = {
        (row["ref"], row["from_day"]) for row in whole.rows(LEAF_INPUT) if row["kind"] == "activity"
    }
    if monthly:
        yield cannot_tell(TRUST, "places", "leaf_input.parquet", rows=len(monthly))
    quality = whole.header.quality
    if quality.measured or quality.estimated or quality.missing or site.meters:
        states = ("measured", "estimated", "missing")
        time = sum(getattr(quality, name) for name in states)
        shares = {name: share(getattr(quality, name), time, 2) for name in states}
        readings = f"{quality.readings:,}"
        yield cannot_tell(TRUST, "time", "return.json › quality", readings=readings, **shares)


def _values(whole: Whole) -> Iterator[Check]:
    rows = whole.rows(PARAMETER)
    for because, rungs in (("values", OBSERVED), ("derived", ("derived",))):
        found = {(row["stream"], row["name"]) for row in rows if row["rung"] in rungs}
        if because == "derived":
            found = {each for each in found if each[1] == ENTHALPY}
        if found:
            named = [{"stream": stream, "parameter": name} for stream, name in sorted(found)]
            more = "" if len(found) <= _NAMED else " ..."
            numbers = {"names": named[:_NAMED], "values": len(found), "more": more}
            yield cannot_tell(TRUST, because, "parameter.parquet", **numbers)


def _parts(whole: Whole) -> Iterator[Check]:
    covered = [row["leaf"] for row in whole.leaves if row["scope"] in SCOPES.values()]
    if covered:
        yield cannot_tell(TRUST, "covered", "leaf.parquet", leaves=named_list(covered))


def _told(whole: Whole) -> Iterator[Check]:
    """What the sender found and judged; that nothing else was found nobody sees here."""
    findings, verdicts = (len(whole.rows(schema)) for schema in (FINDING, VERDICT))
    yield cannot_tell(TRUST, "findings", "finding.parquet", rows=f"{findings:,}")
    if verdicts:
        yield cannot_tell(TRUST, "verdicts", "verdict.parquet", rows=f"{verdicts:,}")


def _ledger(whole: Whole) -> Iterator[Check]:
    read, withheld = whole.header.read, whole.header.withheld
    numbers = {
        "position": read.position, "head": read.ledger[:12], "files": len(withheld),
        "rows": f"{sum(each.rows for each in withheld):,}", "celadon": read.celadon,
    }  # fmt: skip
    yield cannot_tell(TRUST, "ledger", "return.json › read", **numbers)
    if whole.header.mode == "official":
        yield cannot_tell(TRUST, "mode", "return.json › mode")


def _basis(whole: Whole, registry: Registry) -> Iterator[Check]:
    """Tables and methods that the sender names and that are not those here."""
    read = whole.header.read
    own = {"reference": registry.digest, "methods": methods_digest()}
    other = [name for name, digest in own.items() if getattr(read, name) != digest]
    if other:
        names = [{"read": name} for name in other]
        yield cannot_tell(TRUST, "basis", "return.json › read", names=names)

"""Tiny sites with outlets, made in code."""

from __future__ import annotations

from typing import Any

from tests.accounts.tiny import make_site, stream

from celadon.records.site import Site


def state(name: str, measure: str, resolution: str = "1", **rest: Any) -> dict[str, Any]:
    """A state meter of hourly means."""
    plain = {"id": name, "kind": "state", "measure": measure, "resolution": resolution}
    return {**plain, "minutes": 60, **rest}


def stack(**rest: Any) -> dict[str, Any]:
    """A stack that monitors SO2 and its flow."""
    plain = {"id": "stack-1", "unit": "mill", "medium": "air"}
    return {**plain, "monitors": {"flow": "flow-1", "so2": "so2-1"}, **rest}


def drain(**rest: Any) -> dict[str, Any]:
    """A drain whose waste water is tested."""
    plain = {"id": "drain-1", "unit": "mill", "medium": "water"}
    return {**plain, "factors": {"cod": ["effluent"]}, **rest}


def slag(**rest: Any) -> dict[str, Any]:
    """A general waste that is reused, disposed of or stored."""
    plain = {"id": "slag", "unit": "mill", "medium": "waste", "waste": "general"}
    return {**plain, "moves": ["reused", "disposed"], "stock": True, **rest}


SO2 = state("so2-1", "mg/Nm3", "0.1")
GAS_FLOW = state("flow-1", "Nm3/h")
METERS = (SO2, GAS_FLOW)


def site_with(*outlets: dict[str, Any], **tables: Any) -> Site:
    """A works that burns coal and lets out waste water, with outlets."""
    streams = [
        stream("coal", "anthracite", "outside", "mill"),
        stream("effluent", "waste_water", "mill", "drain", monthly="discharge"),
    ]
    return make_site(streams, outlets=outlets, **{"meters": METERS, **tables})

"""Who sends, for which time, in which mode: identity, region, industry, period, simulation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from celadon.records.identity import credit_code_fault, normalise_credit_code
from celadon.reference import Registry
from celadon.report.returns.check import Check, cannot_tell, no, yes
from celadon.report.returns.header import Header

_NAMES = ("identity", "region", "industry", "period", "real", "mode")


def sender_checks(
    header: Header | None, registry: Registry, mode: str, today: dt.date
) -> list[Check]:
    """What the document says of its sender, against the tables of whoever receives it.

    Parameters
    ----------
    mode : of the workspace that receives: ``working`` or ``official``.
    today : the day on which it is received.
    """
    if header is None:
        return [cannot_tell(name, "unread") for name in _NAMES]
    return [
        _identity(header),
        _region(header, registry),
        _industry(header, registry),
        _period(header, today),
        *_simulated(header, mode),
        _mode(header, mode),
    ]


def _identity(header: Header) -> Check:
    code = normalise_credit_code(header.owner.credit_code)
    if header.site.country != "CN":
        return cannot_tell("identity", "elsewhere", country=header.site.country)
    if not code:
        return no("identity", "absent")
    fault = credit_code_fault(code)
    if fault is None:
        return yes("identity", code=code, name=header.owner.name)
    if header.owner.credit_code_exception:
        why = header.owner.credit_code_exception
        return cannot_tell("identity", "exception", code=code, fault=fault, why=why)
    return no("identity", "wrong", code=code, fault=fault)


def _region(header: Header, registry: Registry) -> Check:
    region = header.site.region
    if not region:
        return cannot_tell("region", "absent")
    known = registry.regions.get(region)
    if known is not None:
        return yes("region", code=region, name_zh=known.name_zh, name_en=known.name_en)
    if header.site.country != "CN":
        return cannot_tell("region", "elsewhere", code=region)
    return no("region", "unknown", code=region)


def _industry(header: Header, registry: Registry) -> Check:
    code, edition = header.site.industry, header.site.industry_edition
    if not code:
        return cannot_tell("industry", "absent")
    known = registry.industries.get((edition, code))
    if known is not None:
        return yes("industry", code=code, name_zh=known.name_zh, name_en=known.name_en)
    if (edition, code[:2]) in registry.industries:  # the tables hold divisions, not every class
        return cannot_tell("industry", "finer", code=code, edition=edition)
    return no("industry", "unknown", code=code, edition=edition)


def _period(header: Header, today: dt.date) -> Check:
    days = header.period
    if days.to_day <= days.from_day:
        return no("period", "empty", from_day=str(days.from_day), to_day=str(days.to_day))
    period = str(days.period)
    if days.to_day > today:
        return no("period", "running", period=period, today=str(today))
    return yes("period", period=period)


def _simulated(header: Header, mode: str) -> Iterator[Check]:
    if not header.site.simulated:
        yield yes("real")
    else:
        yield no("real", "simulated_official" if mode == "official" else "simulated")


def _mode(header: Header, mode: str) -> Check:
    if header.mode == "working" and mode == "official":
        return no("mode", "working")
    return yes("mode", header.mode)

"""The ``site.toml`` of a simulated enterprise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from celadon.simulate.nation.books import WASTE_WATER, WATER, stream_of
from celadon.simulate.nation.enterprise import Enterprise
from celadon.simulate.nation.identity import Identity
from celadon.simulate.nation.meters import MODULUS, SimulatedMeter

_HEAD = """\
# Simulated: made up from a seed; no figure here speaks of a real enterprise.
# 模拟数据：由随机种子生成，与任何真实企业无关。
format = 1

[site]
id = "{site}"
name_zh = "{name_zh}"
name_en = "{name_en}"
simulated = true
country = "CN"
region = "{region}"
industry = "{industry}"
zone = "Asia/Shanghai"
boundary_zh = "模拟企业全厂"
boundary_en = "the whole of the simulated enterprise"

[owner]
name = "{name_zh}"
credit_code = "{code}"

[accounting]
{method}electricity_programme = "enterprise_gbt32150"
electricity_level = "national"

[[unit]]
id = "plant"
name_zh = "{word_zh}"
name_en = "{word_en}"
{process}product = "{product}"
{facts}
[[product]]
id = "{product}"
name_zh = "{product_zh}"
name_en = "{product_en}"
measure = "{measure}"
monthly = "production"
"""


def declaration_text(
    enterprise: Enterprise, identity: Identity, meters: Sequence[SimulatedMeter]
) -> str:
    """The whole file."""
    sector = enterprise.sector
    facts = dict(sector.facts)
    if sector.id == "flat-glass":
        facts["capacity_t_per_day"] = str(round(enterprise.capacity / 365))
    inside = ", ".join(f'{fact} = "{value}"' for fact, value in facts.items())
    head = _HEAD.format(
        site=enterprise.site,
        name_zh=identity.name_zh,
        name_en=identity.name_en,
        region=identity.region,
        industry=sector.industry,
        code=identity.code,
        method=f'carbon_method = "{sector.method}"\n' if sector.method else "",
        word_zh=sector.word_zh,
        word_en=sector.word_en,
        process=f'process = "{sector.process}"\n' if sector.process else "",
        product=sector.product,
        facts=f"facts = {{ {inside} }}\n" if facts else "",
        product_zh=sector.product_zh,
        product_en=sector.product_en,
        measure=sector.measure,
    )
    return "\n".join([head, *(_meter(meter) for meter in meters), *_streams(enterprise, meters)])


def _meter(meter: SimulatedMeter) -> str:
    lines = {
        "id": meter.id,
        "kind": meter.kind,
        "measure": meter.measure,
        "resolution": meter.resolution,
        "multiplier": meter.multiplier,
        "carrier": meter.carrier,
        "parent": meter.parent,
        "maximum": meter.maximum,
        "modulus": _modulus(meter) if meter.kind == "register" else "",
    }
    return "\n".join(
        ["[[meter]]", *(f'{key} = "{value}"' for key, value in lines.items() if value), ""]
    )


def _modulus(meter: SimulatedMeter) -> str:
    """The modulus in the meter's unit, before the multiplier."""
    decimals = len(meter.resolution.partition(".")[2])
    return str(MODULUS // 10**decimals)


def _streams(enterprise: Enterprise, meters: Sequence[SimulatedMeter]) -> Iterator[str]:
    by_stream = {meter.stream: meter.id for meter in meters if meter.stream}
    for use in enterprise.sector.uses:
        name = stream_of(use.carrier)
        source = 'monthly = "purchase"'
        if name in by_stream:
            source = f'meters = ["{by_stream[name]}"]'
        elif use.source == "stock":
            source = "stock = true"
        carbon = use.carbon if enterprise.sector.method else ""
        yield _stream(name, use.carrier, "outside", "plant", source, carbon=carbon)
    water = f'meters = ["{by_stream[WATER]}"]' if WATER in by_stream else 'monthly = "purchase"'
    yield _stream(WATER, "fresh_water", "outside", "plant", water, water="intake")
    out = 'monthly = "discharge"'
    yield _stream(WASTE_WATER, "waste_water", "plant", "drain", out, water="discharge")


def _stream(
    name: str, carrier: str, origin: str, destination: str, source: str, *, carbon: str = "",
    water: str = "",
) -> str:  # fmt: skip
    lines = [
        "[[stream]]", f'id = "{name}"', f'carrier = "{carrier}"', f'from = "{origin}"',
        f'to = "{destination}"', source,
    ]  # fmt: skip
    lines += [f'carbon = "{carbon}"'] if carbon else []
    lines += ["energy = false", f'water = "{water}"'] if water else []
    return "\n".join([*lines, ""])

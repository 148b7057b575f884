"""Whether what a site says of its carbon can be so, before it is counted: compositions and repeats.

What is told here keeps nothing from being counted, but for one thing: a share outside 0 to 100 %,
or a heat value of 0 or above that of the richest fuel, is no measurement, and is not used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations

from celadon.accounts.activity import Activity
from celadon.accounts.parameters import Item, is_possible
from celadon.accounts.samples import Sample, Samples
from celadon.exact import decimal_text
from celadon.languages import Phrase
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import OUTSIDE, STOCK, Product, Site, Stream
from celadon.reference import Carrier
from celadon.reference.equations import parameter_kinds
from celadon.reference.methods import Method
from celadon.reference.shared_kinds import MIXED
from celadon.units import parse_unit

PARTS_OF_A_WHOLE = (
    ("caco3_content", "mgco3_content"),
    ("cao_content", "mgo_content"),
    ("fixed_carbon", "volatile_matter", "ash_content"),
    ("co2_share", "co_share"),
)
"""Parameters that are different parts of one material: together they are at most all of it."""

_PARTS = frozenset(name for group in PARTS_OF_A_WHOLE for name in group)


_TELLING_DIGITS = 4


def carbon_findings(
    site: Site,
    activity: Activity,
    samples: Samples,
    period: Period,
    carriers: Mapping[str, Carrier],
    methods: Collection[Method],
) -> Iterator[Finding]:
    """Everything that can be told from the declaration, the rows and the samples alone."""
    yield from composition_findings(site, samples)
    if site.accounting.carbon_method:
        yield from repeat_findings(site, activity, period)
        yield from mixed_fuel_findings(site, carriers, methods)


def mixed_fuel_findings(
    site: Site, carriers: Mapping[str, Carrier], methods: Iterable[Method]
) -> Iterator[Finding]:
    """Streams burnt as fuel whose carrier is biomass in part, or may be: all counts as fossil."""
    burnt = {name for method in methods for name, kind in method.kinds.items() if kind.is_of_fuel}
    for stream in site.streams:
        if stream.carbon in burnt and carriers[stream.carrier].carbon_origin == MIXED:
            numbers = {"carrier": stream.carrier, "kind": stream.carbon}
            place = f"site.toml › [[stream]] {stream.id}"
            yield Finding(site.id, "mixed_as_fossil", stream.id, place, numbers)


def composition_findings(site: Site, samples: Samples) -> Iterator[Finding]:
    """Shares below 0 or above 100 %, and parts of one sample that are more than the whole."""
    for sample in samples.all():
        if not is_possible(sample.parameter, sample.unit, sample.value):
            yield _impossible(site, sample)
    together: dict[tuple[object, ...], dict[str, Sample]] = defaultdict(dict)
    for sample in samples.all():
        if sample.parameter not in _PARTS:
            continue
        same = (sample.stream, sample.origin, sample.basis, sample.from_day, sample.to_day)
        together[(*same, sample.document)][sample.parameter] = sample
    for by_name in together.values():
        for group in PARTS_OF_A_WHOLE:
            parts = [
                by_name[name] for name in group if name in by_name and _is_share(by_name[name])
            ]
            share = sum((part.value_in("1") for part in parts), Fraction(0))
            if share > 1 and all(part.value_in("1") <= 1 for part in parts):
                told = "; ".join(f"{_called(p.parameter)} {_written(p)}" for p in parts)
                numbers = {"parts": told, "share": f"{decimal_text(share * 100, 2)} %"}
                place = parts[0].place
                yield Finding(site.id, "composition_above_whole", parts[0].stream, place, numbers)


def repeat_findings(site: Site, activity: Activity, period: Period) -> Iterator[Finding]:
    """Two products or carbon streams that count the same amount: by one meter, by rows, by item."""
    told: set[tuple[str, str]] = set()
    for by, items in _alike(site, activity, period):
        for one, other in combinations(items, 2):
            pair = one.id, other.id
            if pair in told or not _same_figure(one, other):
                continue
            told.add(pair)
            numbers = {"other": other.id, "by": by.en, "by_zh": by.zh}
            yield Finding(site.id, "recorded_twice", one.id, f"{one.id} › {other.id}", numbers)


def _alike(site: Site, activity: Activity, period: Period) -> Iterator[tuple[Phrase, list[Item]]]:
    """Items that have the same source of their amount, or the same name for it, and which."""
    by_meter: dict[str, list[Item]] = defaultdict(list)
    by_rows: dict[tuple[int, ...], list[Item]] = defaultdict(list)
    by_subject: dict[str, list[Item]] = defaultdict(list)
    for item in _counted(site):
        for name in item.meters:
            if not name.startswith("-"):
                by_meter[name].append(item)
        by_rows[_amounts_of(activity, item, period)].append(item)
        if isinstance(item, Product) or item.destination == OUTSIDE:
            by_subject[_subject(item)].append(item)
    for name, items in by_meter.items():
        yield Phrase(en=f"meter {name}", zh=f"计量点 {name}"), items
    for amounts, items in by_rows.items():
        if len(items) > 1 and _is_telling(amounts):
            whole = f"{sum(amounts):,}"
            en = f"monthly rows that are equal throughout {period}, {whole} in small units"
            yield Phrase(en=en, zh=f"{period} 各月数据完全相同（合计 {whole} 最小单位）"), items
    for subject, items in by_subject.items():
        # what is made and what is sold of it; two products, or two sales, may well be of one kind
        streams: list[Item] = [item for item in items if isinstance(item, Stream)]
        products: list[Item] = [item for item in items if isinstance(item, Product)]
        yield from (
            (Phrase(en=f"carbon_item {subject}", zh=f"carbon_item {subject}"), [one, other])
            for one in streams
            for other in products
        )


def _is_telling(amounts: tuple[int, ...]) -> bool:
    """Whether two items that have these amounts have them for one reason.

    What is the same each month may be a constant of both, and a round number may be a plan: at
    least two months differ, or the one there is has four digits before its noughts.
    """
    different = {*amounts} - {0}
    if len(amounts) > 1:
        return len(different) > 1
    return any(len(str(abs(amount)).rstrip("0")) >= _TELLING_DIGITS for amount in different)


def _counted(site: Site) -> list[Item]:
    """Products, and the streams that a carbon account counts."""
    return [*(s for s in site.streams if s.carbon), *site.products]


def _same_figure(one: Item, other: Item) -> bool:
    """Whether the two add to one figure: carbon of one kind that goes one way, or what is made."""
    both_made = isinstance(one, Product) and isinstance(other, Product)
    if both_made and not (one.carbon and other.carbon):
        return True
    return bool(one.carbon) and (one.carbon, _way(one)) == (other.carbon, _way(other))


def _way(item: Item) -> str:
    """Whether an item comes into the site, leaves it, or stays; what is made counts as leaving."""
    if isinstance(item, Product) or item.destination in (OUTSIDE, STOCK):
        return "out"
    return "in" if item.origin in (OUTSIDE, STOCK) else "inside"


def _amounts_of(activity: Activity, item: Item, period: Period) -> tuple[int, ...]:
    """What its monthly rows of a period give, in order of time."""
    kind = "purchase" if isinstance(item, Stream) and item.stock else item.monthly
    return tuple([row.count for row in activity.rows(item.id, kind, period)]) if kind else ()


def _subject(item: Item) -> str:
    return item.carbon_item or (item.carrier if isinstance(item, Stream) else item.id)


def _is_share(sample: Sample) -> bool:
    return parse_unit(sample.unit).dimension == "ratio"


def _called(name: str) -> str:
    kind = parameter_kinds().get(name)
    return kind.en.lower() if kind else name


def _impossible(site: Site, sample: Sample) -> Finding:
    """What no measurement can have given: a share beyond the whole, heat beyond any fuel's."""
    numbers = {"name": _called(sample.parameter), "value": _written(sample)}
    kind = parameter_kinds()[sample.parameter]
    bounds = kind.bounds(sample.unit)
    if bounds is None or kind.is_share:
        rule = "composition_impossible"
    else:
        rule = "sample_impossible"
        low, high = (f"{_short(bound)} {sample.unit}" for bound in bounds)
        numbers |= {"low": low, "high": high}
        if kind.above_least:
            numbers |= {"low": f"above {low}", "low_zh": f"大于 {low}"}
    return Finding(site.id, rule, sample.stream, sample.place, numbers)


def _short(bound: Fraction) -> str:
    text = decimal_text(bound, 4)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _written(sample: Sample) -> str:
    return f"{decimal_text(sample.value, 4)} {sample.unit}"

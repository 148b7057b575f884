"""What carbon is made of: a tree from the site over kinds and units to activity times factor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from celadon.report.blocks import MARK, Block, Figure
from celadon.report.charts.tree import Branch, contribution_tree
from celadon.report.draft import Draft
from celadon.report.figures import amount, decimals_for, grouped, share, unit_text
from celadon.report.lines import Lines, is_below_official

MOST = 32
"""Last branches that are drawn; the smallest of each kind are gathered beyond them."""

_TONNE = 10**6
_Place = tuple[str, str, str]
"""Scope, unit and stream."""


def contribution_picture(draft: Draft, lines: Lines) -> list[Block]:
    """The tree of the carbon account; nothing where nothing of it is known."""
    known = Lines(line for line in lines if not line.is_unknown)
    if not known:
        return []
    say = draft.say
    root = _root(draft, known)
    heads = [
        say("carbon.scope"), say("tree.unit"), say("carbon.source"), say("tree.factor"),
        say("carbon.letter"),
    ]  # fmt: skip
    title = say("tree.title")
    svg = contribution_tree(root, heads, title)
    note = f"{say('tree.note')} {draft.source_of(known)}"
    return [Figure("carbon-tree", title, svg, note)]


@dataclass(frozen=True, slots=True)
class MeanFactor:
    """The activity of a stream in ``unit``, and t CO2 for each of it on the mean of the period."""

    activity: Fraction
    factor: Fraction
    unit: str

    @property
    def text(self) -> str:
        """The factor with four significant digits, or a little more."""
        places = next((n for n in range(4, 10) if self.factor * 10 ** (n - 3) >= 1), 10)
        return grouped(self.factor, 4 if self.factor >= 1 else places)


def mean_factor(draft: Draft, lines: Lines) -> MeanFactor | None:
    """The mean factor of one stream; None where it moved nothing, or is of several carriers."""
    carriers = {line.carrier for line in lines}
    count, total = lines.count(), lines.total()
    if len(carriers) != 1 or not count:
        return None
    carrier = carriers.pop()
    small, unit = draft.names.small_unit(carrier), draft.names.amount_unit(carrier)
    moved = amount(count, small, unit).value
    return MeanFactor(abs(moved), abs(Fraction(total, _TONNE) / moved), unit)


def _factor_lines(draft: Draft, lines: Lines) -> tuple[str, ...]:
    """Activity and mean factor, a line each."""
    found = mean_factor(draft, lines)
    if found is None:
        return ()
    unit = unit_text(found.unit, draft.language)
    per = unit_text(f"tCO2/{found.unit}", draft.language)
    told = grouped(found.activity, decimals_for([found.activity]))
    return (f"{told} {unit}", f"× {found.text} {per}")


def _root(draft: Draft, lines: Lines) -> Branch:
    groups = lines.by(lambda line: (line.scope, line.unit, line.stream))
    kept = _largest(groups)
    scopes: dict[str, dict[str, list[_Place]]] = {}
    for place in groups:
        scope, unit, _ = place
        scopes.setdefault(scope, {}).setdefault(unit if place in kept else "", []).append(place)
    decimals = decimals_for([Fraction(lines.total(), _TONNE)])
    whole = lines.total()

    def printed(value: int) -> str:
        text = grouped(Fraction(value, _TONNE), decimals)
        return f"{text} · {share(value, whole)}" if whole > 0 else text

    def total(places: Iterable[_Place]) -> int:
        return sum(groups[place].total() for place in places)

    def last(place: _Place) -> Branch:
        own = groups[place]
        letter = own.letter or "–"
        mark = f" {MARK}" if is_below_official(own.letter) else ""
        because = draft.say(f"weakness.{own.weakness}") if own.weakness else ""
        return Branch(
            draft.names.stream(place[2]), Fraction(own.total(), _TONNE), printed(own.total()), (),
            _factor_lines(draft, own), f"{letter}{mark}", because,
        )  # fmt: skip

    def of_unit(unit: str, places: list[_Place]) -> Branch:
        value = total(places)
        if not unit:
            label = draft.say("tree.others", number=len(places))
            return Branch(label, Fraction(value, _TONNE), printed(value))
        parts = tuple(last(p) for p in sorted(places, key=lambda p: -groups[p].total()))
        return Branch(draft.names.node(unit), Fraction(value, _TONNE), printed(value), parts)

    kinds = []
    for scope, units in scopes.items():
        value = total(place for places in units.values() for place in places)
        ordered = sorted(units, key=lambda unit: (not unit, -total(units[unit])))
        parts = tuple(of_unit(unit, units[unit]) for unit in ordered)
        name = draft.names.word("scopes", scope)
        kinds.append(Branch(name, Fraction(value, _TONNE), printed(value), parts))
    kinds.sort(key=lambda kind: -kind.value)
    site = draft.content.site.name(draft.language)
    told = f"{grouped(Fraction(whole, _TONNE), decimals)} {unit_text('tCO2', draft.language)}"
    return Branch(site, Fraction(whole, _TONNE), told, tuple(kinds))


def _largest(groups: dict[_Place, Lines]) -> set[_Place]:
    """The places that are drawn by name; one alone that would be gathered keeps its name."""
    ordered = sorted(groups, key=lambda place: (-abs(groups[place].total()), place))
    kept = set(ordered if len(ordered) <= MOST else ordered[: MOST - len({p[0] for p in ordered})])
    for scope in {place[0] for place in ordered}:
        left = [place for place in ordered if place[0] == scope and place not in kept]
        kept |= set(left) if len(left) == 1 else set()
    return kept

"""The report of a design as one HTML file: nothing from outside, no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from celadon import __version__
from celadon.report.blocks import Section
from celadon.report.figures import grouped
from celadon.report.microgrid.carbon import carbon_sums
from celadon.report.microgrid.carbon_section import DASH
from celadon.report.microgrid.money import measures_of
from celadon.report.microgrid.names import Draft
from celadon.report.rendering import templates


@dataclass(frozen=True, slots=True)
class Card:
    """One of the four figures of the first page."""

    title: str
    value: str
    unit: str
    beside: str


def cards(draft: Draft) -> list[Card]:
    """Cost, investment, value and carbon."""
    say, content = draft.say, draft.content
    zh = draft.language == "zh"
    size, cny = (10**4, "万元") if zh else (10**6, "million CNY")
    decimals = 1 if zh else 2
    was, now = carbon_sums(content.carbon)
    made = [Card(say("cost"), grouped(Fraction(content.cost, 100 * size), decimals),
                 f"{cny}/年" if zh else f"{cny} a year", say("annuity_included"))]  # fmt: skip
    if content.money is not None:
        told = {each.name: each.told for each in measures_of(draft, content.money)}
        paid, worth = -content.money.years[0].investment, content.money.present_value
        simple, rate = say("simple"), say("return")
        made += [
            Card(say("investment"), grouped(Fraction(paid * 1000) / size, decimals), cny,
                 f"{simple} {told[simple]}"),
            Card(say("value_now"), grouped(Fraction(worth * 1000) / size, decimals), cny,
                 f"{rate} {told[rate]}"),
        ]  # fmt: skip
    before = "" if was is None else say("before_was", value=f"{grouped(was)} t CO₂")
    if now is None:
        before = say("none_known")
    made.append(Card(say("carbon"), DASH if now is None else grouped(now), "t CO₂", before))
    return made


def facts(draft: Draft) -> list[tuple[str, str]]:
    """What the design is of, and what proves it."""
    say, head = draft.say, draft.content.declared.head
    residuals = draft.content.plan.residuals
    breach = f"{draft.content.planned.energies.ran.largest_breach:.0e}"
    gap = f"{max(residuals.gap, 0.0):.0e}"
    return [
        (say("year"), str(head.year)), (say("step"), say("minutes", minutes=head.step_minutes)),
        (say("discount"), f"{100 * head.discount_rate:g} %"),
        (say("proof"), say("proved", gap=gap, breach=breach)),
    ]  # fmt: skip


def render(draft: Draft, sections: Sequence[Section]) -> str:
    """The HTML of a report."""
    head = draft.content.declared.head
    return templates("celadon.report.microgrid").get_template("design.html").render(
        name=head.name(draft.language), title=draft.say("title"), language=draft.language,
        simulated=draft.say("simulated") if head.simulated else "", facts=facts(draft),
        cards=cards(draft), sections=sections, mark=draft.say("mark"), version=__version__,
        say=lambda _: draft.say("mark"),
    )  # fmt: skip

"""The first page: who, when, which edition and mode; four figures; the ladder; what is open."""

from __future__ import annotations

from fractions import Fraction

from celadon.accounts.views import part_of
from celadon.report.blocks import MARK, Card, FirstPage
from celadon.report.charts.bars import share_bar
from celadon.report.charts.palette import ACCENT, CELADON, ESTIMATED_DEEP
from celadon.report.draft import Draft
from celadon.report.figures import amount, change, decimals_for, grouped, share, unit_text
from celadon.report.lines import Lines
from celadon.report.sections.sources import open_points
from celadon.report.sections.supply import supply_told
from celadon.report.sections.verdicts import COMING, ladder_figure, read_verdicts
from celadon.report.sections.water import reuse_share

_LADDERS = 4
_POINTS = 6


def first_page(draft: Draft) -> FirstPage:
    """The first page in words."""
    content = draft.content
    verdicts = [v for v in read_verdicts(draft) if v.rule != COMING and v.limits]
    verdicts.sort(key=lambda v: v.outcome == "cannot_tell")
    ladder = ladder_figure(
        draft, verdicts[:_LADDERS], "first-ladder", draft.say("verdicts.ladder"), compact=True
    )
    cards = (_energy(draft), _carbon(draft), _water(draft), _production(draft))
    points = open_points(draft)[:_POINTS]
    return FirstPage(
        draft.say("report.title", period=draft.period),
        content.site.name(draft.language),
        content.site.simulated,
        _facts(draft),
        cards,
        ladder,
        tuple(points),
    )


def _facts(draft: Draft) -> tuple[tuple[str, str], ...]:
    content, site, say = draft.content, draft.content.site, draft.say
    known = content.known_at
    methods = "; ".join(title.text(draft.language) for title in content.methods.values())
    industry = f"{site.industry} ({site.industry_edition})" if site.industry else ""
    facts = (
        (say("cover.owner"), site.owner.name),
        (say("cover.credit_code"), site.owner.credit_code),
        (say("cover.period"), draft.span),
        (say("cover.region"), site.region),
        (say("cover.industry"), industry),
        (say("cover.known_at"), say("cover.position", position=known.position, of=known.of)),
        (say("cover.account"), content.account_hash[:16]),
        (say("cover.boundary"), site.boundary(draft.language)),
        (say("cover.editions"), methods),
    )
    return tuple((name, value) for name, value in facts if value)


def _energy(draft: Draft) -> Card:
    lines = draft.stated.where(account="energy", measure="calorific_value")
    other = draft.lines.where(account="energy", measure="equivalent_value")
    beside = ""
    if other and not other.is_unknown:
        shown = amount(other.total(), "gce")
        mark = f" {MARK}" if other.is_marked else ""
        beside = draft.say("card.equivalent", value=shown.text(), unit="tce") + mark
    if not lines and (amounts := supply_told(draft)):
        beside = draft.say("card.as_counted", amounts=amounts)
    before = draft.content.last_year.energy if draft.content.last_year else None
    title = f"{draft.say('card.energy')} · {draft.say('card.calorific')}"
    return _card(draft, title, lines, "gce", before, beside, "energy")


def _carbon(draft: Draft) -> Card:
    lines = draft.stated.where(account="carbon")
    beside = ""
    if lines:
        direct = sum(line.value for line in lines if part_of(line.scope) == "direct")
        told = amount(direct, "gCO2")
        unit = unit_text(told.unit, draft.language)
        beside = draft.say("card.direct", value=told.text(), unit=unit)
    before = draft.content.last_year.carbon if draft.content.last_year else None
    return _card(draft, draft.say("card.carbon"), lines, "gCO2", before, beside, "carbon")


def _water(draft: Draft) -> Card:
    lines = draft.stated.where(account="water")
    intake = lines.where(scope="intake")
    beside = ""
    if lines.where(scope="reuse"):
        beside = draft.say("card.reuse", share=reuse_share(lines))
    before = draft.content.last_year.water if draft.content.last_year else None
    return _card(draft, draft.say("card.water"), intake, "L", before, beside, "water")


def _production(draft: Draft) -> Card:
    product = main_product(draft)
    lines = draft.stated.where(account="production", stream=product)
    title = draft.say("card.production")
    if product:
        title = f"{title} · {draft.names.stream(product)}"
    year = draft.content.last_year
    before = year.production.get(product) if year else None
    beside = _other_products(draft, product)
    return _card(draft, title, lines, draft.names.small_unit(product), before, beside, "energy")


def _other_products(draft: Draft, shown: str) -> str:
    """The largest of the other products."""
    made = draft.lines.where(account="production").sums(lambda line: line.stream)
    others = [product for product in made if product != shown and made[product] > 0]
    if not others:
        return ""
    product = max(others, key=lambda p: made[p])
    told = amount(made[product], draft.names.small_unit(product))
    unit = unit_text(told.unit, draft.language)
    return f"{draft.names.stream(product)} {told.text()} {unit}"


def main_product(draft: Draft) -> str:
    """The product that the content names, else that of the last unit that a rule judges.

    Where no rule judges, the last that was made; empty if none was.
    """
    if draft.content.main_product:
        return draft.content.main_product
    made = draft.lines.where(account="production").sums(lambda line: line.stream)
    judged = {verdict.subject for verdict in read_verdicts(draft)}
    of_judged = [unit.product for unit in draft.content.site.units if unit.id in judged]
    ordered = [product.id for product in draft.content.site.products]
    known = [product for product in (*ordered, *of_judged) if product and made.get(product)]
    return known[-1] if known else ""


def _card(
    draft: Draft, title: str, lines: Lines, small: str, before: int | None, beside: str, link: str
) -> Card:
    if not lines:
        told = " · ".join(part for part in (draft.say("card.no_account"), beside) if part)
        return Card(title, "–", "", "", told, "", "", link=link)
    if lines.is_unknown:
        return Card(title, "–", "", "", draft.say("card.unknown"), "", "", link=link)
    if draft.content.mode == "official" and lines.is_marked:
        told = draft.say("card.kept_out")
        return Card(title, "–", "", "", told, "", "", marked=True, link=link)
    total = amount(lines.total(), small)
    told = ""
    if before:
        told = draft.say("card.change", change=change(lines.total(), before))
    quality, bar = _quality(draft, lines)
    return Card(
        title,
        grouped(total.value, decimals_for([total.value])),
        unit_text(total.unit, draft.language),
        told,
        beside,
        quality,
        bar,
        marked=lines.is_marked,
        link=link,
        exact=total.value,
    )


def _quality(draft: Draft, lines: Lines) -> tuple[str, str]:
    """How much of a figure is measured, estimated and missing, in words and as a bar.

    What is missing has no amount, so its share is one of time; the other two share the rest.
    """
    whole = lines.magnitude or 1
    lost = Fraction(lines.seconds_missing, lines.seconds)
    guessed = Fraction(lines.estimated, whole) * (1 - lost)
    known = 1 - lost - guessed
    parts = [draft.say("card.measured", share=share(known, 1, 2))]
    if guessed:
        parts.append(draft.say("card.estimated", share=share(guessed, 1, 2)))
    if lost:
        parts.append(draft.say("card.missing", share=share(lost, 1, 2)))
    if lines.weakness:
        what = draft.say(f"weakness.{lines.weakness}")
        parts.append(draft.say("card.letter", letter=lines.letter, what=what))
    colours = [(float(known), CELADON), (float(guessed), ESTIMATED_DEEP), (float(lost), ACCENT)]
    return " · ".join(parts), share_bar(colours)

"""What changed since a year earlier, or by another edition: waterfalls by cause, and by stream."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from fractions import Fraction

import pyarrow as pa

from celadon.accounts.changes import CAUSES, waterfall
from celadon.report.blocks import Block, Cell, Figure, Grid, Heading, Note, Row, Section, figures
from celadon.report.charts.waterfall import Step, waterfall_chart
from celadon.report.draft import Draft
from celadon.report.figures import amount, decimals_for, grouped, share, shown_unit, unit_text
from celadon.report.lines import Lines, is_below_official
from celadon.report.sections.contributions import mean_factor

SHOWN = (
    ("carbon", "co2", "gCO2"), ("carbon_market", "co2", "gCO2"),
    ("energy", "calorific_value", "gce"), ("water", "volume", "L"),
)  # fmt: skip
"""Account, measure and small unit of the figures whose change is drawn."""

_BY_STREAM = ("carbon", "energy")
MOST = 12
"""Streams that are named; the smaller changes are gathered."""

_MONTHLY = (("carbon", "co2"), ("energy", "calorific_value"))

_Parts = dict[str, int]


def changes_section(draft: Draft) -> Section:
    """The change of each figure since a year earlier; no blocks where nothing is known of it."""
    title = draft.say("section.changes")
    changes = draft.content.changes
    blocks: list[Block] = []
    for account, measure, small in SHOWN:
        parts = waterfall(changes, account, measure)
        if not parts["before"] and not parts["after"]:
            continue
        if _is_kept_out(draft, account, measure):
            blocks.append(_kept_out_note(draft, account))
            continue
        labels = (_earlier(draft), draft.period)
        blocks.append(_by_cause(draft, account, parts, small, labels))
        if account in _BY_STREAM:
            streams = _stream_parts(changes, account, measure)
            blocks.append(_by_stream(draft, account, parts, streams, small))
            blocks.append(_stream_table(draft, account, parts, streams, small))
    if any(not _is_kept_out(draft, *place) for place in _MONTHLY) and blocks:
        blocks.append(_month_table(draft))
    return Section("changes", title, tuple(blocks))


def _is_kept_out(draft: Draft, account: str, measure: str, other: Lines | None = None) -> bool:
    """Whether an official report is without a change, as one of its sides is not official."""
    if draft.content.mode != "official":
        return False
    beside = Lines.of(draft.content.year_before) if other is None else other
    marked = beside.where(account=account, measure=measure).is_marked
    return marked or (account, measure) in draft.kept_out


def _kept_out_note(draft: Draft, account: str) -> Note:
    name = draft.names.word("accounts", account)
    return Note(draft.say("report.kept_out", account=name), "open")


def edition_section(draft: Draft) -> Section:
    """Two editions of the carbon method side by side, line by line; no blocks without another."""
    edition = draft.content.edition
    title = draft.say("section.edition")
    if edition is None:
        return Section("edition", title, ())
    if _is_kept_out(draft, "carbon", "co2", Lines.of(edition.leaves)):
        return Section("edition", title, (_kept_out_note(draft, "carbon"),))
    own = draft.lines.where(account="carbon")
    other = Lines.of(edition.leaves).where(account="carbon")
    names = _edition_names(draft, own)
    if not other:
        text = draft.say("edition.nothing", method=edition.title.text(draft.language))
        return Section("edition", title, (Note(text, "open"),))
    parts = waterfall(edition.changes, "carbon", "co2")
    figure = _by_cause(
        draft, "carbon", parts, "gCO2", (draft.say("edition.own"), draft.say("edition.other")),
        name="edition-by-cause", title=draft.say("edition.picture"),
    )  # fmt: skip
    note = Note(draft.say("edition.note", own=names, other=edition.title.text(draft.language)))
    return Section("edition", title, (note, figure, _line_by_line(draft, own, other)))


def _edition_names(draft: Draft, lines: Lines) -> str:
    used = dict.fromkeys(line.method for line in lines)
    return "; ".join(draft.method_title(method) for method in used)


def _earlier(draft: Draft) -> str:
    """The period a year earlier in words."""
    content = draft.content
    if content.is_calendar_year:
        return draft.say("report.year", year=content.period_from.year - 1)
    return draft.say("changes.year_earlier")


def _by_cause(
    draft: Draft, account: str, parts: Mapping[str, int], small: str,
    labels: tuple[str, str], name: str = "", title: str = "",
) -> Figure:  # fmt: skip
    """From the earlier total over every cause to the later one."""
    steps = [
        _step(labels[0], parts["before"], parts, small, is_total=True),
        *(_step(draft.say(f"causes.{cause}"), parts[cause], parts, small) for cause in CAUSES),
        _step(labels[1], parts["after"], parts, small, is_total=True),
    ]
    account_name = draft.names.word("accounts", account)
    title = title or draft.say("changes.by_cause", account=account_name, unit=_unit(draft, small))
    svg = _drawn(draft, steps, title)
    return Figure(
        name or f"change-of-{account.replace('_', '-')}", title, svg, draft.say("changes.note")
    )


def _by_stream(
    draft: Draft, account: str, parts: Mapping[str, int],
    streams: Mapping[tuple[str, str], _Parts], small: str,
) -> Figure:  # fmt: skip
    """From the earlier total over the streams that changed most to the later one."""
    changed = [key for key in streams if _change(streams[key])]
    ordered = sorted(changed, key=lambda key: (-abs(_change(streams[key])), key))
    named = ordered if len(ordered) <= MOST + 1 else ordered[:MOST]
    rest = [key for key in ordered if key not in named]
    named.sort(key=lambda key: -_change(streams[key]))
    labels = _labels(draft, named)
    steps = [_step(_earlier(draft), parts["before"], parts, small, is_total=True)]
    steps += [_step(labels[key], _change(streams[key]), parts, small) for key in named]
    if rest:
        label = draft.say("tree.others", number=len(rest))
        value = sum(_change(streams[key]) for key in rest)
        steps.append(_step(label, value, parts, small))
    steps.append(_step(draft.period, parts["after"], parts, small, is_total=True))
    account_name = draft.names.word("accounts", account)
    title = draft.say("changes.by_stream", account=account_name, unit=_unit(draft, small))
    return Figure(f"change-of-{account}-by-stream", title, _drawn(draft, steps, title))


def _labels(draft: Draft, keys: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Names of streams; one that two share is told with its kind, or with its id."""
    names = {key: draft.names.stream(key[0]) for key in keys}
    shared = Counter(names.values())
    longer = {
        key: f"{name} · {draft.names.word('scopes', key[1])}" if shared[name] > 1 else name
        for key, name in names.items()
    }
    still = Counter(longer.values())
    return {
        key: f"{names[key]} · {key[0]}" if still[name] > 1 else name for key, name in longer.items()
    }


def _drawn(draft: Draft, steps: list[Step], title: str) -> str:
    say = draft.say
    return waterfall_chart(
        steps, title, say("changes.rises"), say("changes.falls"), say("changes.broken")
    )


def _step(
    label: str, value: int, parts: Mapping[str, int], small: str,
    *, is_total: bool = False,
) -> Step:  # fmt: skip
    decimals = decimals_for([amount(parts[name], small).value for name in ("before", "after")])
    shown = amount(value, small)
    text = grouped(shown.value, decimals)
    if is_total:
        return Step(label, shown.value, text, "total")
    printed = f"+{text}" if value > 0 and text.strip("0.") else text
    beside = ""
    if parts["before"]:
        beside = _signed_share(Fraction(value, abs(parts["before"])))
    return Step(label, shown.value, printed, "change", beside)


def _signed_share(of_before: Fraction) -> str:
    """A change in percent of the earlier figure; what is not nothing never looks like it."""
    text = share(of_before, 1)
    return f"+{text}" if of_before > 0 and text[0].isdigit() else text


def _stream_parts(changes: pa.Table, account: str, measure: str) -> dict[tuple[str, str], _Parts]:
    """Before, after and every cause of each stream and scope."""
    names = ("before", "after", *(f"by_{cause}" for cause in CAUSES))
    sums: dict[tuple[str, str], _Parts] = defaultdict(lambda: dict.fromkeys(names, 0))
    for row in changes.to_pylist():
        if (row["account"], row["measure"]) == (account, measure):
            for name in names:
                sums[row["stream"], row["scope"]][name] += row[name] or 0
    return dict(sums)


def _is_empty(parts: Mapping[str, int], side: str) -> bool:
    """Whether nothing is known before, or after: what only the other side knows is no zero."""
    return not parts[side] and bool(parts["by_boundary"] or parts["by_coverage"])


def _change(parts: Mapping[str, int]) -> int:
    return sum(parts[f"by_{cause}"] for cause in CAUSES)


def _stream_table(
    draft: Draft, account: str, parts: Mapping[str, int],
    streams: Mapping[tuple[str, str], _Parts], small: str,
) -> Grid:  # fmt: skip
    """Every stream before and after, and its change by the causes that there are."""
    causes = [cause for cause in CAUSES if any(own[f"by_{cause}"] for own in streams.values())]
    names = ("before", "after", *(f"by_{cause}" for cause in causes))
    ordered = sorted(streams, key=lambda key: (-abs(_change(streams[key])), key))
    unit = _unit(draft, small)
    decimals = decimals_for([amount(parts[name], small).value for name in ("before", "after")])

    def cells(of: Mapping[str, int]) -> list[Cell]:
        values = [None if _is_empty(of, name) else of[name] for name in ("before", "after")]
        told = [*values, _change(of), *(of[f"by_{cause}"] for cause in causes)]
        shown = [None if value is None else amount(value, small).value for value in told]
        return figures(shown, decimals)

    rows = [
        Row((
            Cell(draft.names.stream(stream)), Cell(draft.names.word("scopes", scope)),
            *cells(streams[stream, scope]),
        ))
        for stream, scope in ordered
    ]  # fmt: skip
    whole = {name: sum(own[name] for own in streams.values()) for name in (*names,)}
    whole |= {f"by_{c}": sum(own[f"by_{c}"] for own in streams.values()) for c in CAUSES}
    rows.append(draft.total_row(cells(whole), before=2))
    say = draft.say
    headings = (
        Heading(say("sources.stream"), figures=False),
        Heading(say("carbon.scope"), figures=False),
        Heading(_earlier(draft), unit),
        Heading(draft.period, unit),
        Heading(say("changes.change"), unit),
        *(Heading(say(f"causes.{cause}"), unit) for cause in causes),
    )
    title = say("changes.table", account=draft.names.word("accounts", account))
    return Grid(title, headings, tuple(rows), draft.source, small=True)


def _month_table(draft: Draft) -> Grid:
    """Carbon and energy of each month beside those of the same month a year earlier."""
    months: dict[tuple[str, int, str], int] = defaultdict(int)
    there: set[tuple[str, int, str]] = set()
    for row in draft.content.changes.to_pylist():
        for side in ("before", "after"):
            if (row["account"], row["measure"]) in _MONTHLY and row[side] is not None:
                months[row["account"], row["slot"], side] += row[side]
                there.add((row["account"], row["slot"], side))

    def column(account: str, side: str) -> list[Fraction | None]:
        keys = [(account, slot, side) for slot in range(len(draft.months))]
        return [Fraction(months[key], 10**6) if key in there else None for key in keys]

    columns, headings = [], [Heading(draft.say("report.month"), figures=False)]
    for account, measure, small in SHOWN:
        if account not in _BY_STREAM or _is_kept_out(draft, account, measure):
            continue
        before, after = (column(account, side) for side in ("before", "after"))
        pairs = zip(before, after, strict=True)
        gaps = [None if a is None or b is None else b - a for a, b in pairs]
        decimals = decimals_for([value for value in (*before, *after) if value is not None])
        columns += [figures(values, decimals) for values in (before, after, gaps)]
        name, unit = draft.names.word("accounts", account), _unit(draft, small)
        titles = (_earlier(draft), draft.period, draft.say("changes.change"))
        headings += [Heading(f"{name} · {title}", unit) for title in titles]
    rows = [
        Row((Cell(name), *(cells[number] for cells in columns)))
        for number, name in enumerate(draft.month_names)
    ]
    title = draft.say("changes.by_month")
    return Grid(title, tuple(headings), tuple(rows), draft.source, small=True)


def _line_by_line(draft: Draft, own: Lines, other: Lines) -> Grid:
    """Each stream by both editions: its factor, its emission, its letter, and the difference."""
    sides = [lines.by(lambda line: (line.stream, line.scope)) for lines in (own, other)]
    keys = list(dict.fromkeys((*sides[0], *sides[1])))
    keys.sort(key=lambda key: -max(side.get(key, Lines(())).magnitude for side in sides))
    decimals = decimals_for([Fraction(lines.total(), 10**6) for lines in (own, other)])
    rows = [_edition_row(draft, key, sides, decimals) for key in keys]
    totals = [lines.known_total(10**6) for lines in (own, other)]
    gap = totals[1] - totals[0] if None not in totals else None  # type: ignore[operator]
    total_cells = figures(
        [totals[0], totals[1], gap], decimals, [own.is_marked, other.is_marked, False]
    )
    blank = Cell("")
    told = [total_cells[0], blank, total_cells[1], blank, total_cells[2]]
    rows.append(draft.total_row(told, before=4))
    say, unit = draft.say, unit_text("tCO2", draft.language)
    headings = (
        Heading(say("carbon.source"), figures=False),
        Heading(say("edition.per"), figures=False),
        Heading(say("edition.own_factor")),
        Heading(say("edition.other_factor")),
        Heading(say("edition.own"), unit),
        Heading(say("carbon.letter"), figures=False),
        Heading(say("edition.other"), unit),
        Heading(say("carbon.letter"), figures=False),
        Heading(say("processes.difference"), unit),
    )
    return Grid(say("edition.table"), headings, tuple(rows), say("report.mark"), small=True)


def _edition_row(
    draft: Draft, key: tuple[str, str], sides: list[dict[tuple[str, str], Lines]], decimals: int
) -> Row:
    stream, scope = key
    there = [side.get(key, Lines(())) for side in sides]
    values = [lines.known_total(10**6) for lines in there]
    factors = [mean_factor(draft, lines) for lines in there]
    unit = next((factor.unit for factor in factors if factor is not None), "")
    marks = [is_below_official(lines.letter) for lines in there]
    own, other = figures(values, decimals, marks)
    gap = values[1] - values[0] if None not in values else None  # type: ignore[operator]
    return Row((
        Cell(f"{draft.names.stream(stream)}\n{draft.names.word('scopes', scope)}"),
        Cell(unit_text(f"tCO2/{unit}", draft.language) if unit else ""),
        *(Cell("–" if factor is None else factor.text) for factor in factors),
        own, Cell(there[0].letter or "–"), other, Cell(there[1].letter or "–"),
        *figures([gap], decimals),
    ))  # fmt: skip


def _unit(draft: Draft, small: str) -> str:
    return unit_text(shown_unit(small), draft.language)

"""The charts of a design: flows of the year, weeks of dispatch, duration curves, months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

import altair as alt
import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.report.charts.monthly import Series, stacked_months
from celadon.report.charts.palette import CARRIERS, INK, MUTED
from celadon.report.charts.sankey import simplified
from celadon.report.charts.sankey_chart import SankeyNode, SankeyWords, sankey_chart
from celadon.report.charts.vega import PLOT_WIDTH, Datum, draw, finished, values
from celadon.report.figures import day_text
from celadon.report.microgrid.energies import STORES, Energies, sankey_flows
from celadon.report.microgrid.names import Draft

COLOURS = {
    "grid": "#5d7f99", "photovoltaics": "#e0c067", "wind_power": "#8fcbb0",
    "battery": "#3d8f79", "combined_heat_and_power": "#a08aa6", "boiler": "#b98b6a",
    "heat_pump": "#4aa0b3", "thermal_store": "#c9b6cf", "electrolyser": "#7f9fb5",
    "interruptible_load": "#9aa8a2", "heat_level": "#b7a3bc", "waste_heat": "#8f9e6b",
    "waste_heat_power": "#6f8f8a", "steam_turbine": "#6c7fa8",
}  # fmt: skip
"""The fixed colour of each kind of component."""

_STORES = ("grid", "battery", "thermal_store", "hydrogen_store", "heat_level")
"""Kinds whose taking is shown below zero: they do not use what they take."""

_LEAST = 0.002
"""The share of the whole below which a band is gathered."""

_PAIR = 2


def sankey(draft: Draft) -> str:
    """The flows of the year."""
    energies = draft.content.planned.energies
    flows = [(a, b, _CARRIER.get(c, c), n) for a, b, c, n in sankey_flows(energies)]
    whole = sum(n for a, _, _, n in flows if not a.startswith("bus:"))
    kept = simplified(flows, whole * _LEAST, "others")
    nodes = {name: _node(draft, energies, name) for a, b, _, _ in kept for name in (a, b)}
    carriers = {
        "electricity": draft.say("power"), "heat": draft.say("heat"),
        "green_electricity": draft.say("hydrogen"), "natural_gas": draft.say("fuel"),
        "steam_low_pressure": draft.say("ambient"),
    } | {bus: draft.bus(bus) for bus in energies.buses if bus not in _CARRIER}  # fmt: skip
    words = SankeyWords(
        draft.say("flows"), "MWh", draft.say("others"), draft.say("used"), draft.say("lost"),
        draft.say("released"), draft.say("unexplained"),
    )  # fmt: skip
    return sankey_chart(kept, nodes, carriers, words, width=716, height=360)


_CARRIER = {
    "power": "electricity", "heat": "heat", "hydrogen": "green_electricity",
    "fuel": "natural_gas", "ambient": "steam_low_pressure",
}  # fmt: skip


def _node(draft: Draft, energies: Energies, name: str) -> SankeyNode:
    if name.startswith("bus:"):
        bus = name.removeprefix("bus:")
        is_level = energies.kinds.get(bus) == "heat_level"
        shown = draft.bus(bus) if is_level else draft.say("bus", bus=draft.bus(bus))
        return SankeyNode(shown, keeps=True)
    if name in ("fuel", "ambient", "dumped", "unused", "sold"):
        return SankeyNode(draft.say(name), end=True)
    source = energies.kinds[name] in (
        "grid", "photovoltaics", "wind_power", "byproduct_gas", "waste_heat",
    )  # fmt: skip
    if energies.kinds[name] in STORES:
        lost = draft.say("lost_in", what=draft.component(name))
        return SankeyNode(lost, end=True)
    load = energies.kinds[name].endswith(("demand", "load", "delivery"))
    return SankeyNode(draft.component(name), keeps=True, end=source or load)


def parts_of(energies: Energies, bus: str) -> tuple[dict[str, Floats], dict[str, Floats], Floats]:
    """What brings, what is stored or sold, and what is used, MW of a bus in each step."""
    brings, takes = {}, {}
    flows = energies.of_bus(bus)
    used: Floats = np.zeros(len(next(iter(flows.values()))))
    for who, flow in flows.items():
        if (flow > 0).any():
            brings[who] = np.maximum(flow, 0.0)
        if energies.kinds[who] in _STORES and (flow < 0).any():
            takes[who] = np.maximum(-flow, 0.0)
        elif energies.kinds[who] not in _STORES:
            used = used + np.maximum(-flow, 0.0)
    return brings, takes, used


def months(draft: Draft, month_names: Sequence[str]) -> str:
    """Power by month, what is stored or sold below zero."""
    brings, takes, _ = parts_of(draft.content.planned.energies, "power")
    series = [
        *(Series(draft.component(who), colour_of(draft, who), monthly(draft, flow))
          for who, flow in brings.items()),
    ]  # fmt: skip
    for who, flow in takes.items():
        name = draft.component(who)
        below = tuple(-value for value in monthly(draft, flow))
        same = next((n for n, each in enumerate(series) if each.label == name), None)
        if same is None:
            series.append(Series(name, colour_of(draft, who), below))
        else:
            label = f"{name} −"
            series.append(Series(label, colour_of(draft, who), below))
    chart = stacked_months(series, month_names, "MWh", draft.say("net"))
    return draw(chart, draft.say("months"))


def monthly(draft: Draft, flow: Floats) -> tuple[Fraction, ...]:
    """MWh of a flow in each month, to the kWh."""
    horizon = draft.content.planned.design.horizon
    sums = np.bincount(horizon.month, flow, len(horizon.months)) * horizon.hours
    return tuple(Fraction(round(n * 1e3), 1000) for n in sums.tolist())


def colour_of(draft: Draft, who: str) -> str:
    """The colour of a component, which is that of its kind."""
    kind = draft.content.planned.energies.kinds[who]
    return COLOURS.get(kind, CARRIERS["coal_tar"])


def weeks_of(draft: Draft) -> dict[str, int]:
    """The first step of each week that is shown, by its name: Monday to Sunday."""
    state = draft.content.planned
    horizon = state.design.horizon
    steps = round(168 / horizon.hours)
    nothing: Floats = np.zeros(horizon.count)
    load, drawn = nothing, nothing
    for (who, bus), flow in state.energies.moved.items():
        kind = state.energies.kinds[who]
        if kind.endswith(("demand", "load")):
            load = load + np.maximum(-flow, 0.0)
        if kind == "grid" and bus == "power":
            drawn = drawn + np.maximum(flow, 0.0)
    start = horizon.start or dt.date(2001, 1, 1)
    first = round((7 - start.weekday()) % 7 * 24 / horizon.hours)
    mondays = range(first, horizon.count - steps + 1, steps)
    of_week = {at: float(np.sum(load[at : at + steps])) for at in mondays}
    month = {at: int(horizon.month[at + steps // 2]) % 12 for at in mondays}
    chosen = {}
    for name, wanted in (("winter", (11, 0, 1)), ("summer", (5, 6, 7))):
        inside = [at for at in mondays if month[at] in wanted]
        if inside:
            chosen[name] = max(inside, key=of_week.__getitem__)
    if mondays and drawn.any():
        chosen["peak"] = max(mondays, key=lambda at: float(np.max(drawn[at : at + steps])))
    return chosen


def week(draft: Draft, bus: str, first: int, title: str) -> str:
    """A week of a bus: sources stacked above zero, storing and selling below, use as a line.

    Empty where nothing moves in that week.
    """
    state = draft.content.planned
    horizon = state.design.horizon
    steps = round(168 / horizon.hours)
    brings, takes, used = parts_of(state.energies, bus)
    span = slice(first, first + steps)
    rows: list[Datum] = []
    names: dict[str, str] = {}
    for sign, group in ((1, brings), (-1, takes)):
        for order, (who, flow) in enumerate(group.items()):
            if not (flow[span] > 1e-6).any():
                continue
            names[draft.component(who)] = colour_of(draft, who)
            rows += [
                {"hour": round(n * horizon.hours, 3), "part": draft.component(who),
                 "value": round(sign * value, 3), "order": order, "side": sign}
                for n, value in enumerate(flow[span].tolist())
            ]  # fmt: skip
    if not rows:
        return ""
    stamps = horizon.stamps()[span]
    days = [day_text(stamp.astype("datetime64[D]").astype(dt.date), draft.language)
            for stamp in stamps[:: round(24 / horizon.hours)]]  # fmt: skip
    short = [day.split("年")[-1] if draft.language == "zh" else " ".join(day.split()[:_PAIR])
             for day in days]  # fmt: skip
    ticks = ",".join(f"'{name}'" for name in short)
    axis = alt.Axis(values=[24 * n for n in range(7)], labelExpr=f"[{ticks}][datum.value/24]",
                    labelAlign="left", grid=True)  # fmt: skip
    along = alt.X("hour:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, 168], nice=False))
    colour = alt.Color("part:N", title=None, sort=list(names),
                       scale=alt.Scale(domain=list(names), range=list(names.values())))  # fmt: skip
    base = alt.Chart(values(rows), width=PLOT_WIDTH + 20, height=200)
    layers: list[alt.Chart] = [
        base.transform_filter(f"datum.side == {sign}")
        .mark_area(interpolate="step-after", opacity=0.92)
        .encode(x=along, y=alt.Y("value:Q", stack="zero", title="MW", axis=alt.Axis(format=",~r")),
                color=colour, order=alt.Order("order:Q"))
        for sign in (1, -1)
    ]  # fmt: skip
    line: list[Datum] = [
        {"hour": round(n * horizon.hours, 3), "use": round(value, 3), "named": draft.say("load")}
        for n, value in enumerate(used[span].tolist())
    ]
    drawn = alt.Chart(values(line)).mark_line(interpolate="step-after", strokeWidth=1.4, color=INK)
    layers.append(drawn.encode(x=along, y="use:Q"))
    return draw(finished(alt.layer(*layers)), title)


def duration(draft: Draft) -> str:
    """Use, import and export, each from its greatest to its least."""
    state = draft.content.planned
    grids = [flow for who, flow in state.energies.of_bus("power").items()
             if state.energies.kinds[who] == "grid"]  # fmt: skip
    net = np.sum(grids, axis=0) if grids else np.zeros(state.design.horizon.count)
    _, _, used = parts_of(state.energies, "power")
    curves = {
        draft.say("load"): (used, INK),
        draft.say("bought"): (np.maximum(net, 0.0), COLOURS["grid"]),
        draft.say("sold"): (np.maximum(-net, 0.0), CARRIERS["green_electricity"]),
    }
    rows: list[Datum] = []
    for name, (flow, _) in curves.items():
        ordered = np.sort(flow)[::-1]
        shown = np.unique(np.linspace(0, len(ordered) - 1, 200).astype(int))
        rows += [
            {"hour": (int(at) + 1) * state.design.horizon.hours, "power": float(ordered[at]),
             "what": name} for at in shown
        ]  # fmt: skip
    whole = state.design.horizon.count * state.design.horizon.hours
    scale = alt.Scale(domain=list(curves), range=[colour for _, colour in curves.values()])
    chart = (
        alt.Chart(values(rows), width=PLOT_WIDTH + 40, height=220)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("hour:Q", title=draft.say("hours"),
                    scale=alt.Scale(domain=[0, whole], nice=False),
                    axis=alt.Axis(format=",d", tickCount=8, titleColor=MUTED)),
            y=alt.Y("power:Q", title="MW", axis=alt.Axis(format=",~r")),
            color=alt.Color("what:N", sort=list(curves), scale=scale, title=None,
                            legend=alt.Legend(symbolType="stroke", symbolStrokeWidth=2.5)),
        )
    )  # fmt: skip
    return draw(finished(chart), draft.say("duration"))

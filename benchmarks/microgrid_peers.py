"""The reference case of microgrids in PyPSA and in linopy, solved by HiGHS: beside ours.

Both are optional: the extra ``peers``. Each gets the algorithm of HiGHS that is quickest on this
case; a time includes building the model, handing it over and solving it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.microgrid.reference_case import ReferenceParameters

PEERS = ("pypsa", "linopy")
"""The packages that are compared with."""


_LOGGERS = ("linopy", "pypsa")


def absent() -> list[str]:
    """The peers that are not installed."""
    return [name for name in PEERS if find_spec(name) is None]


def algorithms() -> list[dict[str, Any]]:
    """The ways of HiGHS that are worth trying: HiPO where its extra wheel is, and IPX."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    names = (["hipo"] if find_spec("highspy_extras") else []) + ["ipx"]
    return [{"solver": name, "run_crossover": "off", "threads": 1} for name in names]


def in_linopy(
    given: ReferenceParameters, p: Mapping[str, Floats], options: dict[str, Any]
) -> float:
    """The case written in linopy; the objective that HiGHS finds, kCNY."""
    import linopy  # noqa: PLC0415  optional, and slow to import
    import pandas as pd  # noqa: PLC0415
    import xarray as xr  # noqa: PLC0415

    hours, months = (
        pd.RangeIndex(len(p["load"]), name="t"),
        pd.Index(np.unique(p["month"]), name="m"),
    )
    series = {name: xr.DataArray(values, coords=[hours]) for name, values in p.items()}
    sun, wind, price = series["cf_pv"], series["cf_w"], series["p_imp"]
    model = linopy.Model()
    names = ("imp", "exp", "ch", "dis", "soc", "fuel", "hp", "boil", "tes")
    flow = {name: model.add_variables(lower=0, coords=[hours], name=name) for name in names}
    for name, weather in (("pv", sun), ("wind", wind)):
        upper = xr.where(weather > 0, np.inf, 0.0)
        flow[name] = model.add_variables(lower=0, upper=upper, name=name)
    peak = model.add_variables(lower=0, coords=[months], name="peak")
    most = {"pv": given.pv_max, "wind": given.wind_max}
    yearly = given.ann.model_dump()
    size = {
        name: model.add_variables(lower=0, upper=most.get(name, np.inf), name=f"x_{name}")
        for name in yearly
    }
    model.add_constraints(
        flow["imp"] - flow["exp"] + flow["pv"] + flow["wind"] + flow["dis"] - flow["ch"]
        + given.chp_e * flow["fuel"] - flow["hp"] == series["load"]
    )  # fmt: skip
    model.add_constraints(
        given.chp_h * flow["fuel"] + series["cop"] * flow["hp"] + flow["boil"]
        + (1 - given.tes_loss) * flow["tes"].roll(t=1) - flow["tes"] >= series["heat"]
    )  # fmt: skip
    model.add_constraints(
        flow["soc"] - (1 - given.bat_loss) * flow["soc"].roll(t=1) - given.eta_ch * flow["ch"]
        + (1 / given.eta_dis) * flow["dis"] == 0
    )  # fmt: skip
    model.add_constraints(flow["pv"] - sun * size["pv"] <= 0, mask=sun > 0)
    model.add_constraints(flow["wind"] - wind * size["wind"] <= 0, mask=wind > 0)
    for form, limit in (
        (flow["ch"], "batp"), (flow["dis"], "batp"), (flow["soc"], "bate"),
        (given.chp_e * flow["fuel"], "chp"), (series["cop"] * flow["hp"], "hp"),
        (flow["boil"], "boil"), (flow["tes"], "tes"),
    ):  # fmt: skip
        model.add_constraints(form - size[limit] <= 0)
    for month in months:
        drawn = flow["imp"].isel(t=np.flatnonzero(p["month"] == month))
        model.add_constraints(drawn - peak.sel(m=month, drop=True) <= 0)
    there = float(sun.sum()) * size["pv"] + float(wind.sum()) * size["wind"]
    used = (flow["pv"] + flow["wind"] - flow["exp"]).sum()
    model.add_constraints(flow["exp"].sum() - given.exp_frac * there <= 0)
    model.add_constraints(used - given.self_frac * there >= 0)
    gas = float(given.p_gas) + given.co2_price * given.ef_gas  # type: ignore[arg-type]
    drawn_price = price + given.co2_price * float(given.ef_grid)  # type: ignore[arg-type]
    cost = (
        (drawn_price * flow["imp"]).sum() - float(given.p_exp) * flow["exp"].sum()  # type: ignore[arg-type]
        + gas * flow["fuel"].sum() + gas / given.boil_eff * flow["boil"].sum()
        + given.bat_wear * flow["dis"].sum() + given.dem * peak.sum()
    )  # fmt: skip
    model.add_objective(cost + sum(yearly[name] * size[name] for name in yearly))
    model.solve(solver_name="highs", io_api="direct", progress=False, output_flag=False, **options)
    return float(model.objective.value)


def in_pypsa(given: ReferenceParameters, p: Mapping[str, Floats], options: dict[str, Any]) -> float:
    """The case as a network of PyPSA; the objective that HiGHS finds, kCNY.

    Capacities that the case counts at the output (CHP, heat pump, discharge) are links whose first
    bus is that side, or have their cost by efficiency.
    """
    import pandas as pd  # noqa: PLC0415
    import pypsa  # noqa: PLC0415

    network = pypsa.Network()
    network.set_snapshots(pd.RangeIndex(len(p["load"])))
    _components(network, given, p, lambda values: pd.Series(values, network.snapshots))
    model = network.optimize.create_model()
    _rules(model, given, p)
    network.optimize.solve_model(
        solver_name="highs", io_api="direct", progress=False,
        solver_options={**options, "output_flag": False},
    )  # fmt: skip
    return float(network.objective)


def _components(
    network: Any, given: ReferenceParameters, p: Mapping[str, Floats], series: Any
) -> None:
    yearly, wide = given.ann, 1e4
    gas = float(given.p_gas) + given.co2_price * given.ef_gas  # type: ignore[arg-type]
    network.add("Bus", ["power", "heat", "gas", "battery"])
    network.add("Load", "load", bus="power", p_set=series(p["load"]))
    network.add("Load", "heating", bus="heat", p_set=series(p["heat"]))
    drawn = p["p_imp"] + given.co2_price * float(given.ef_grid)  # type: ignore[arg-type]
    network.add("Generator", "import", bus="power", p_nom=wide, marginal_cost=series(drawn))
    network.add("Generator", "export", bus="power", p_nom=wide, sign=-1,
                marginal_cost=-float(given.p_exp))  # type: ignore[arg-type]  # fmt: skip
    network.add("Generator", "dump", bus="heat", p_nom=wide, sign=-1)
    network.add("Generator", "gas", bus="gas", p_nom=wide, marginal_cost=gas)
    for name, column, most in (("pv", "cf_pv", given.pv_max), ("wind", "cf_w", given.wind_max)):
        network.add("Generator", name, bus="power", p_nom_extendable=True, p_nom_max=most,
                    capital_cost=getattr(yearly, name), p_max_pu=series(p[column]))  # fmt: skip
    network.add("Link", "charge", bus0="power", bus1="battery", p_nom_extendable=True,
                efficiency=given.eta_ch, capital_cost=yearly.batp)  # fmt: skip
    network.add("Link", "discharge", bus0="battery", bus1="power", p_nom_extendable=True,
                efficiency=given.eta_dis, marginal_cost=given.bat_wear * given.eta_dis)  # fmt: skip
    network.add("Store", "battery", bus="battery", e_nom_extendable=True, e_cyclic=True,
                standing_loss=given.bat_loss, capital_cost=yearly.bate)  # fmt: skip
    network.add("Link", "chp", bus0="gas", bus1="power", bus2="heat", efficiency=given.chp_e,
                efficiency2=given.chp_h, p_nom_extendable=True,
                capital_cost=yearly.chp * given.chp_e)  # fmt: skip
    network.add("Link", "hp", bus0="heat", bus1="power", efficiency=series(1 / p["cop"]),
                p_min_pu=-1, p_max_pu=0, p_nom_extendable=True, capital_cost=yearly.hp)  # fmt: skip
    network.add("Generator", "boiler", bus="heat", p_nom_extendable=True, capital_cost=yearly.boil,
                marginal_cost=gas / given.boil_eff)  # fmt: skip
    network.add("Store", "tes", bus="heat", e_nom_extendable=True, e_cyclic=True,
                standing_loss=given.tes_loss, capital_cost=yearly.tes)  # fmt: skip


def _rules(model: Any, given: ReferenceParameters, p: Mapping[str, Floats]) -> None:
    """Monthly peaks, the two rules, and one power of the battery for both directions."""
    import pandas as pd  # noqa: PLC0415

    made, sizes = model.variables["Generator-p"], model.variables["Generator-p_nom"]
    links = model.variables["Link-p_nom"]
    months = pd.Index(np.unique(p["month"]), name="m")
    peak = model.add_variables(lower=0, coords=[months], name="peak")
    bought, sold = made.sel(name="import", drop=True), made.sel(name="export", drop=True)
    for month in months:
        drawn = bought.isel(snapshot=np.flatnonzero(p["month"] == month))
        model.add_constraints(drawn - peak.sel(m=month, drop=True) <= 0, name=f"peak-{month}")
    there = (
        float(p["cf_pv"].sum()) * sizes.sel(name="pv", drop=True)
        + float(p["cf_w"].sum()) * sizes.sel(name="wind", drop=True)
    )  # fmt: skip
    used = (made.sel(name="pv", drop=True) + made.sel(name="wind", drop=True) - sold).sum()
    model.add_constraints(sold.sum() - given.exp_frac * there <= 0, name="export")
    model.add_constraints(used - given.self_frac * there >= 0, name="self")
    model.add_constraints(
        given.eta_dis * links.sel(name="discharge", drop=True) - links.sel(name="charge", drop=True)
        == 0,
        name="power",
    )
    model.objective = model.objective + given.dem * peak.sum()

"""The tables of a design file that tell what may come otherwise, read with all their faults.

``[[scenario]]`` and ``[risk]`` are for designs that hold in several futures, ``[[uncertain]]`` for
a design that is bought and then lives through drawn ones.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from celadon.errors import Fault
from celadon.plan.components.quantities import FINITE, PerCarbon, Share
from celadon.plan.microgrid.declaration import DesignFile, Reader
from celadon.plan.uncertainty.parameters import plain_name
from celadon.records.declaring import Declaration, Named

Times = Annotated[Share, Field(ge=0)]
"""A multiplier, of one; ``120 %`` is 1.2."""

SUM = 1e-9
"""Probabilities add to one within this."""

_WIDEST_NORMAL = 0.25


class ScenarioDeclared(Named):
    """A future with its probability, and in what it differs from the design.

    Parameters
    ----------
    probability : of one; those of all scenarios add to one.
    series : the series that takes the place of each.
    times : multipliers by the names of parameters.
    carbon_price : in place of that of the design.
    profiles : another file with the same columns, such as of another year.
    """

    model_config = FINITE

    probability: Share = Field(gt=0, le=1)
    series: dict[str, str] = Field(default_factory=dict)
    times: dict[str, Times] = Field(default_factory=dict)
    carbon_price: PerCarbon | None = Field(None, ge=0)
    profiles: str = ""


class Risk(Declaration):
    """What is minimised over the scenarios: (1 - weight) expected cost + weight CVaR.

    Parameters
    ----------
    confidence : of the conditional value at risk: at 95 % it is the mean of the dearest 5 %.
    weight : of the CVaR; below one, for else nothing would choose among the cheaper scenarios.
    rules : whether each rule is kept in every scenario, or by the sums that are expected.
    contracts : whether a contracted demand is declared before it is known which scenario comes.
    """

    model_config = FINITE

    confidence: Share = Field(0.95, gt=0, lt=1)
    weight: Share = Field(0.0, ge=0, lt=1)
    rules: Literal["every", "expected"] = "every"
    contracts: Literal["shared", "by_scenario"] = "shared"


class Uncertain(Declaration):
    """A parameter that is not known, as a multiplier that is drawn.

    Parameters
    ----------
    what : the parameter.
    distribution : ``normal`` with ``spread`` as its standard deviation, ``lognormal`` with it as
        that of the logarithm, ``uniform`` within ``spread`` of the middle, or ``triangular`` with
        ``least``, ``likely`` and ``most``.
    middle : mean, median or centre; 1 leaves the design's own value there.
    source : where the spread comes from: it is the user's.
    """

    model_config = FINITE

    what: str = Field(min_length=1)
    distribution: Literal["normal", "lognormal", "uniform", "triangular"] = "normal"
    spread: Share | None = Field(None, ge=0)
    middle: Times = 1.0
    least: Times | None = None
    likely: Times = 1.0
    most: Times | None = None
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = self.model_fields_set
        if self.distribution == "triangular":
            if self.least is None or self.most is None:
                raise ValueError("a triangular distribution needs least and most")
            if not self.least <= self.likely <= self.most or self.least == self.most:
                raise ValueError("least, likely and most stand in this order, and are not all one")
            if given & {"spread", "middle"}:
                raise ValueError("spread and middle go with the other distributions")
            return self
        if given & {"least", "likely", "most"}:
            raise ValueError('least, likely and most go with distribution = "triangular"')
        if self.spread is None:
            raise ValueError(f"a {self.distribution} distribution needs spread")
        if self.distribution == "normal" and self.spread > _WIDEST_NORMAL * self.middle:
            raise ValueError(
                "a normal spread above a quarter of its middle would draw values below zero: "
                'write distribution = "lognormal"'
            )
        if self.distribution == "uniform" and self.spread > self.middle:
            raise ValueError("a uniform spread above its middle would draw values below zero")
        return self


def scenarios_of(declared: DesignFile) -> tuple[tuple[ScenarioDeclared, ...], Risk]:
    """The scenarios of a design file, and what is minimised over them.

    Raises
    ------
    DeclarationError
        With every fault; also if there is no scenario, two have one id, or the probabilities do not
        add to one.
    """
    reader = Reader(declared.name)
    rest = dict(declared.unsure)
    listed = [reader.one(ScenarioDeclared, *each) for each in reader.listed(rest, "scenario")]
    risk = reader.one(Risk, rest.pop("risk", {}), "risk")
    if not reader.faults:
        reader.faults += _set_faults(declared.name, listed)
    reader.end()
    return tuple(listed), risk


def uncertain_of(declared: DesignFile) -> tuple[Uncertain, ...]:
    """The parameters of a design file that are drawn.

    Raises
    ------
    DeclarationError
        With every fault; also if there is none, or one stands twice.
    """
    reader = Reader(declared.name)
    listed = [
        reader.one(Uncertain, *each) for each in reader.listed(dict(declared.unsure), "uncertain")
    ]
    if not reader.faults:
        names = [plain_name(each.what) for each in listed]
        twice = sorted({name for name in names if names.count(name) > 1})
        reader.faults += [
            Fault((declared.name, "uncertain", name), "two tables", "one table for each parameter",
                  "remove one") for name in twice
        ]  # fmt: skip
        if not listed:
            reader.faults.append(
                Fault((declared.name, "uncertain"), "no table", "what is not known, and how much",
                      'add [[uncertain]] what = "grid.price", spread = ..., source = ...')
            )  # fmt: skip
    reader.end()
    return tuple(listed)


def _set_faults(name: str, listed: list[ScenarioDeclared]) -> list[Fault]:
    """What is amiss in the scenarios together."""
    if not listed:
        return [Fault((name, "scenario"), "no table", "the futures that a design is for",
                      "add [[scenario]] tables (docs/microgrid-uncertainty.md)")]  # fmt: skip
    ids = [each.id for each in listed]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    faults = [Fault((name, "scenario", each), "two scenarios", "each scenario has an id of its own",
                    "give one of them another id") for each in twice]  # fmt: skip
    total = sum(each.probability for each in listed)
    if abs(total - 1) > SUM:
        told = " + ".join(f"{100 * each.probability:g} %" for each in listed)
        faults.append(
            Fault((name, "scenario", "probability"), f"{told} = {100 * total:.10g} %", "100 %",
                  "correct the probabilities so that they add to one")
        )  # fmt: skip
    return faults

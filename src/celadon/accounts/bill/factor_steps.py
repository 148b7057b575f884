"""The steps of the power factor: each begins where the one nearer the standard ends.

Below the standard the bill rises with every hundredth, above it the bill falls. In which order the
steps are written, and which end of a step comes first, does not matter: the standard tells.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, model_validator

from celadon.accounts.bill.bounds import Bounds, Refused
from celadon.exact import parse_decimal
from celadon.records.declaring import DecimalText, Declaration

Factor = Annotated[DecimalText, Bounds("1", "0", "1")]
"""A power factor."""


class FactorStep(Declaration):
    """How much the bill changes for each 0.01 of the power factor between two values."""

    start: Factor = Field(description="one end of the step")
    end: Factor = Field(description="its other end; which of the two is written first is free")
    percent: Annotated[DecimalText, Bounds("%", "-100", "100", ("-5", "5"), "0.05")] = Field(
        description="of the bill for each 0.01: above zero below the standard, where the bill "
        "rises; below zero above it, where it falls"
    )

    @property
    def low(self) -> Fraction:
        """The lower end."""
        return min(parse_decimal(self.start), parse_decimal(self.end))

    @property
    def high(self) -> Fraction:
        """The upper end."""
        return max(parse_decimal(self.start), parse_decimal(self.end))

    @model_validator(mode="after")
    def _is_wide(self) -> Self:
        if self.low == self.high:
            raise Refused(
                f"a step from {self.start} to {self.end} holds nothing",
                "give it two ends that differ, or remove it",
            )
        return self


class PowerFactor(Declaration):
    """The standard power factor, and steps away from it in both directions."""

    standard: Annotated[DecimalText, Bounds("1", "0", "1", ("0.7", "0.99"))] = Field(
        description="power factor at which the bill stays as it is: 0.90, 0.85 or 0.80 in the "
        "rule of 1983, by the kind of user"
    )
    steps: tuple[FactorStep, ...] = Field(
        description="chained from the standard downwards and upwards, in any order"
    )

    @property
    def below(self) -> list[FactorStep]:
        """The steps of the surcharge, the nearest to the standard first."""
        standard = parse_decimal(self.standard)
        under = [step for step in self.steps if step.high <= standard]
        return sorted(under, key=lambda step: -step.high)

    @property
    def above(self) -> list[FactorStep]:
        """The steps of the reward, the nearest to the standard first."""
        standard = parse_decimal(self.standard)
        over = [step for step in self.steps if step.low >= standard]
        return sorted(over, key=lambda step: step.low)

    @property
    def lowest(self) -> Fraction:
        """The power factor below which no step says anything."""
        ends = [step.low for step in self.below]
        return min(ends, default=parse_decimal(self.standard))

    @model_validator(mode="after")
    def _chained(self) -> Self:
        standard = parse_decimal(self.standard)
        for number, step in enumerate(self.steps):
            if step.low < standard < step.high:
                raise Refused(
                    f"the step {step.start} to {step.end} lies on both sides of the standard "
                    f"{self.standard}", f"cut it in two at {self.standard}", ("steps", number),
                )  # fmt: skip
        self._meets([(step, step.high, step.low) for step in self.below], 1)
        self._meets([(step, step.low, step.high) for step in self.above], -1)
        return self

    def _meets(self, steps: list[tuple[FactorStep, Fraction, Fraction]], sign: int) -> None:
        """Refuse a gap, an overlap, and a step that charges the wrong way.

        Parameters
        ----------
        steps : with their ends nearer to the standard and farther from it, the nearest first.
        sign : 1 for the surcharge below the standard, -1 for the reward above it.
        """
        reached = parse_decimal(self.standard)
        for step, near, far in steps:
            at: tuple[str | int, ...] = ("steps", self.steps.index(step))
            if near != reached:
                gap = (near < reached) == (sign > 0)
                told = "leaves a gap" if gap else "overlaps"
                raise Refused(
                    f"the step {step.start} to {step.end} {told} between {_text(near)} and "
                    f"{_text(reached)}: steps chain from the standard {self.standard}",
                    f'let the step begin at "{_text(reached)}", where the one nearer the standard '
                    "ends",
                    at,
                )
            if parse_decimal(step.percent) * sign < 0:
                way = "below the standard the bill rises" if sign > 0 else (
                    "above the standard the bill falls")  # fmt: skip
                raise Refused(f"{way}: percent {step.percent}", "turn the sign of percent", at)
            reached = far


def _text(factor: Fraction) -> str:
    return f"{float(factor):.4g}" if (factor * 100).denominator > 1 else f"{float(factor):.2f}"

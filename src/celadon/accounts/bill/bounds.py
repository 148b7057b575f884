"""What a decimal of a tariff may be: outside its bounds refused, out of the usual told.

The bounds are those of law, logic or physics: a share is no more than one. What is usual is wide:
no industrial price of the reference tables lies near its ends; a price in fen, or a share in
percent, does not lie within them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from celadon.exact import parse_decimal

_PERCENT = 100


class Refused(ValueError):
    """A declared figure or table that cannot be: the rule, what to write, and where within it.

    Parameters
    ----------
    remedy : what to write instead.
    at : keys below the table at fault, such as ``("steps", 1)``.
    """

    def __init__(self, rule: str, remedy: str, at: tuple[str | int, ...] = ()) -> None:
        """Keep the remedy beside the rule."""
        super().__init__(rule)
        self.remedy = remedy
        self.at = at


@dataclass(frozen=True, slots=True)
class Bounds:
    """The unit of a declared decimal, its bounds and what it usually is.

    Parameters
    ----------
    unit : as findings and the page of fields name it; ``1`` of a share or a factor.
    least, most : outside them it is refused; None where there is no such bound.
    usual : outside it a finding asks whether another unit was meant.
    smallest : the same of what is nearer to zero than this, and not zero.
    """

    unit: str
    least: str | None = None
    most: str | None = None
    usual: tuple[str, str] | None = None
    smallest: str | None = None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the bounds after the text is known to be a decimal."""
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    @property
    def rule(self) -> str:
        """The bounds in words.

        Examples
        --------
        >>> Bounds("1", "0", "1").rule, Bounds("CNY/kW", "0").rule, Bounds("CNY/kWh").rule
        ('from 0 to 1', '0 or above', '')
        """
        if self.most is not None:
            return f"from {self.least} to {self.most}"
        return "" if self.least is None else f"{self.least} or above"

    def is_usual(self, text: str) -> bool:
        """Whether a figure is one that is usually met.

        Examples
        --------
        >>> Bounds("CNY/kWh", usual=("-5", "5")).is_usual("52")
        False
        >>> Bounds("%", usual=("-5", "5"), smallest="0.05").is_usual("0.005")
        False
        """
        if self.usual is None:
            return True
        low, high = map(parse_decimal, self.usual)
        number, smallest = parse_decimal(text), parse_decimal(self.smallest or "0")
        return low <= number <= high and (not number or abs(number) >= smallest)

    def _checked(self, text: str | None) -> str | None:
        if text is None:
            return None
        number = parse_decimal(text)
        below = self.least is not None and number < parse_decimal(self.least)
        above = self.most is not None and number > parse_decimal(self.most)
        if below or above:
            share = self.unit == "1" and self.most == "1" and 1 < number <= _PERCENT
            meant = f'write a share of one: "{float(number / _PERCENT):g}" for {float(number):g} %'
            raise Refused(self.rule, meant if share else "correct the value")
        return text

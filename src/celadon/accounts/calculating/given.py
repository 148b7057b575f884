"""Parameters as a person gives them to a single calculation: read, and checked all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from celadon.errors import Fault, ModelError, UnitError
from celadon.exact import parse_decimal
from celadon.reference.equations import parameter_kinds
from celadon.units import parse_unit

HOW = 'each "name=value unit", such as "carbon_content=54.4 %"'
"""How parameters are written."""

Fits = Callable[[str, str], bool]
"""Whether a parameter of a name can be given in a unit."""


class Exact(BaseModel):
    """Arguments and results: frozen, and no key beside those declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Given:
    """One parameter as it was given."""

    name: str
    value: Fraction
    unit: str

    @property
    def size(self) -> Fraction:
        """The value in base units."""
        return self.value * parse_unit(self.unit).size


def read_parameters(
    model: str, texts: Iterable[str], names: Iterable[str], fits: Fits
) -> dict[str, Given]:
    """Parameters by name, from texts such as ``carbon_content=54.4 %``.

    Parameters
    ----------
    names : those that the calculation can use.

    Raises
    ------
    ModelError
        With every fault at once: no number, a name that is not asked for or comes twice, a unit
        that does not fit, a share outside 0 to 100 %.
    """
    found: dict[str, Given] = {}
    faults: list[Fault] = []
    known = sorted(names)
    for text in texts:
        name, _, rest = text.partition("=")
        name, (number, _, unit) = name.strip(), rest.strip().partition(" ")
        fault = _fault(name, number, unit.strip(), known, fits)
        if name in found:
            fault = "given twice", "a parameter has one value", "leave one out"
        if fault:
            faults.append(Fault((model, name), *fault))
        else:
            found[name] = Given(name, parse_decimal(number), unit.strip() or "1")
    if faults:
        raise ModelError(f"The parameters do not fit {model}", faults)
    return found


def refused(model: str, argument: str, found: str, rule: str) -> ModelError:
    """The error of one argument that cannot be."""
    fault = Fault((model, argument), found, rule, f"see `celadon calc {model} --schema`")
    return ModelError(f"The arguments do not fit the model {model}", [fault])


def _fault(
    name: str, number: str, unit: str, known: list[str], fits: Fits
) -> tuple[str, str, str] | None:
    """What was found, the rule and the remedy, where a parameter cannot be used."""
    if name not in known:
        return repr(name), f"one of: {', '.join(known)}", "correct the name"
    try:
        value, size = parse_decimal(number), parse_unit(unit or "1").size
    except (ValueError, UnitError) as error:
        return f"{number} {unit}".strip(), str(error), "write name=value unit"
    if not fits(name, unit or "1"):
        return unit or "no unit", "a unit that measures this of what is counted", "correct the unit"
    if parameter_kinds()[name].is_share and not unit.count("/") and not 0 <= value * size <= 1:
        return f"{number} {unit}".strip(), "a share lies within 0 and 100 %", "correct the value"
    return None

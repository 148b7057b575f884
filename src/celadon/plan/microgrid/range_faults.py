"""Numbers outside their range, told as they were written and with the range in their own unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celadon.plan.components.quantities import parted
from celadon.records.validation import shown

_LIMITS = {
    "greater_than": ("gt", "more than {}"), "greater_than_equal": ("ge", "{} or more"),
    "less_than": ("lt", "less than {}"), "less_than_equal": ("le", "{} or less"),
}  # fmt: skip

_BELOW = "take the minus away, or correct the number"
_OUTSIDE = "correct the number, or its unit"


def range_fault(error: Mapping[str, Any], plain: Any) -> tuple[str, str, str] | None:
    """What was found, the range, and the remedy; None of another kind of fault.

    Parameters
    ----------
    error : one entry of ``ValidationError.errors()``.
    plain : the table as the file has it.

    Examples
    --------
    >>> error = {"type": "greater_than_equal", "ctx": {"ge": 0.0}, "input": -0.08, "loc": ("p",)}
    >>> range_fault(error, {"p": "-80 CNY/tCO2"})[:2]
    ("'-80 CNY/tCO2'", '0 CNY/tCO2 or more')
    """
    if error["type"] not in _LIMITS:
        return None
    key, words = _LIMITS[error["type"]]
    limit, written = float(error["ctx"][key]), _written(plain, error["loc"])
    remedy = _BELOW if key in ("gt", "ge") and limit == 0 else _OUTSIDE
    if not isinstance(written, str):
        found = error["input"] if written is None else written
        return shown(found), words.format(f"{limit:g}"), remedy
    return shown(written), words.format(_in_its_unit(limit, written, error["input"])), remedy


def _written(plain: Any, places: tuple[int | str, ...]) -> Any:
    """What stands at a place of a file; None where it leads nowhere, as into a choice of types."""
    for place in places:
        try:
            plain = plain[place]
        except (KeyError, IndexError, TypeError):
            return None
    return None if isinstance(plain, dict | list) else plain


def _in_its_unit(limit: float, written: str, read: object) -> str:
    """A limit of the model in the unit of what was written, as far as that is a plain multiple."""
    number, unit = parted(written)
    if limit == 0:
        return f"0 {unit}".strip()
    is_multiple = number and isinstance(read, int | float) and read and "deg" not in unit
    if not is_multiple or "°" in unit or "℃" in unit or unit == "K":
        return f"{limit:g}"
    assert isinstance(read, int | float)  # noqa: S101  just seen
    return f"{limit * number / read:.6g} {unit}".strip()

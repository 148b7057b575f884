"""What pydantic finds in a declaration, in the words of the file that declares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel


def shown(value: object) -> str:
    """A value as an error shows it, cut where it is long.

    Examples
    --------
    >>> shown("12,5t")
    "'12,5t'"
    """
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys that a table may have, as the file writes them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def told(fault: Any, keys: Iterable[str] = ()) -> tuple[str, str, str]:
    """What was found, which rule it breaks, and the remedy.

    Parameters
    ----------
    fault : one entry of ``ValidationError.errors()``.
    keys : those that the table may have, listed where one is unknown.
    """
    if fault["type"] == "missing":
        return "nothing", "a key that is required", "add the key"
    found = shown(fault.get("input"))
    if fault["type"] == "extra_forbidden":
        known = ", ".join(keys)
        rule = f"a key that is known: {known}" if known else "a key that is known"
        return found, rule, "remove the key or correct its spelling"
    number = isinstance(fault.get("input"), int | float)
    if fault["type"] == "string_type" and number:
        return found, "a text; numbers stand in quotes, so that they are exact", "put it in quotes"
    return found, str(fault["msg"]).removeprefix("Value error, "), "correct the value"

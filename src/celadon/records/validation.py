"""Declarations in TOML: read as plain data, and their faults in the words of the file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from celadon.errors import DeclarationError, Fault


def read_toml(data: bytes, place: str) -> dict[str, Any]:
    """The plain content of a TOML file in UTF-8, with or without a mark.

    Parameters
    ----------
    place : the file as errors name it.

    Raises
    ------
    DeclarationError
        If the bytes are no such file.
    """
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        found, remedy = "bytes that are not UTF-8", "save the file as UTF-8"
    except tomllib.TOMLDecodeError as error:
        found, remedy = str(error), "correct the line named above"
    fault = Fault((place,), found, "a TOML file in UTF-8", remedy)
    raise DeclarationError(f"Cannot read {PurePath(place).name}", [fault])


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

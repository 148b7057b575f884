"""A nearer remedy for a fault, where what was written shows what was meant.

A fault is raised where only the file is known. Here a name that is nearly one that the file may
have, a unit in other letters, a share without its percent sign, and a file of another kind are
told as such. Nothing is changed but words; what no rule here knows stays as it was raised.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from celadon.errors import CeladonError, Fault
from celadon.units import dimensions, spellings

_LISTS = ("one of its columns: ", "one of the series: ", "a key that is known: ")
"""Rules that end in all the names that there are."""

_AT_MOST_ONE = ("1 or less", "Input should be less than or equal to 1")
_NO_FILE = "no such file"
_NEAR = 0.6
"""How alike a name is to what is written, from which it is offered."""


def helped(error: CeladonError) -> CeladonError:
    """The same error, its faults with what is nearer at hand."""
    error.faults = tuple(map(helped_fault, error.faults))
    return error


def helped_fault(fault: Fault) -> Fault:
    """A fault with a nearer remedy, or as it is."""
    for rule in _RULES:
        found = rule(fault)
        if found is not None:
            return found
    return fault


def nearest(wanted: str, names: list[str]) -> str:
    """The name that is most like what is written, in whatever letters; empty where none is.

    Examples
    --------
    >>> nearest("laod_kW", ["load_kW", "sun"]), nearest("KW", ["MW", "kW"]), nearest("x", ["sun"])
    ('load_kW', 'kW', '')
    """
    lower = {name.lower(): name for name in reversed(names)}
    found = get_close_matches(wanted.lower(), list(lower), n=1, cutoff=_NEAR)
    return lower[found[0]] if found else ""


def _meant(fault: Fault, name: str) -> Fault:
    return replace(fault, remedy=f"did you mean {name}? {fault.remedy}")


def _name(fault: Fault) -> Fault | None:
    """A column, a series or a key that is nearly one that there is."""
    lead = next((each for each in _LISTS if fault.rule.startswith(each)), "")
    if not lead:
        return None
    names = fault.rule.removeprefix(lead).split(", ")
    is_found = lead == "one of the series: "
    wanted = fault.found.strip("'") if is_found else fault.where[-1].rpartition(".")[2]
    name = nearest(wanted, names)
    return _meant(fault, name) if name and name != wanted else None


def _unit(fault: Fault) -> Fault | None:
    """A unit that is known in other letters."""
    match = re.fullmatch(r"Unknown unit '(.+)'", fault.rule)
    if match is None:
        return None
    parts = match[1].split("/")
    known = [_unit_names().get(part.strip().lower(), "") for part in parts]
    return _meant(fault, "/".join(known)) if all(known) else None


def _unit_names() -> dict[str, str]:
    """Units by their letters in lower case; those that differ in case alone are left out."""
    found: dict[str, str] = {}
    twice = set()
    for dimension in dimensions():
        for unit, others in spellings(dimension).items():
            for each in (unit.name, *others):
                key = each.lower()
                if key in found and found[key] != each:
                    twice.add(key)
                found[key] = each
    return {key: each for key, each in found.items() if key not in twice}


def _share(fault: Fault) -> Fault | None:
    """A share above one: percent, whose sign was left out."""
    if fault.rule not in _AT_MOST_ONE:
        return None
    try:
        number = float(fault.found.strip("'"))
    except ValueError:
        return None
    if not 1 < number <= 100:
        return None
    return replace(fault, remedy=f'write "{number:g} %" if percent are meant')


def _separator(fault: Fault) -> Fault | None:
    """A CSV file whose columns are separated by something else than a comma."""
    listed = fault.rule.removeprefix("one of its columns: ")
    sign = next((each for each in (";", "\t") if each in listed), "")
    if listed == fault.rule or not sign or ", " in listed:
        return None
    called = "semicolons" if sign == ";" else "tabs"
    return replace(
        fault, found=f"columns separated by {called}", rule="columns separated by commas",
        remedy="save the file as CSV with commas and decimal points",
    )  # fmt: skip


def _folder(fault: Fault) -> Fault | None:
    """A folder where a file was asked for."""
    if fault.found != _NO_FILE or not Path(fault.where[-1]).is_dir():
        return None
    inside = Path(fault.where[-1]) / "design.toml"
    remedy = "name a file in it"
    if inside.is_file():
        remedy = f"did you mean {inside.as_posix()}?"
    return replace(fault, found="a folder", remedy=remedy)


def _bytes(fault: Fault) -> Fault | None:
    """Bytes of another encoding, or a file that its ending does not tell the truth of."""
    if "codec can't decode" in fault.found:
        rule = "a CSV file in UTF-8 or GB 18030"
        return replace(fault, found="bytes of another encoding, such as UTF-16", rule=rule,
                       remedy="save the file as CSV in UTF-8")  # fmt: skip
    if "Parquet magic bytes" in fault.found:
        return replace(fault, found="a file that is no Parquet file",
                       remedy="save the table as one of these, and name it so")  # fmt: skip
    return None


_RULES: tuple[Callable[[Fault], Fault | None], ...] = (
    _separator, _name, _unit, _share, _folder, _bytes,
)  # fmt: skip

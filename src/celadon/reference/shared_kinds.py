"""Kinds of source streams that every enterprise method of carbon has, stated once.

Biomass, fuels that are biomass in part, and fuels without carbon are counted alike by all of them;
they stand in ``shared_kinds.toml`` and are added to each method as it is read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

FOSSIL, BIOGENIC, CARBON_FREE = "fossil", "biogenic", "carbon_free"
"""Where the carbon of a carrier comes from, as terms ask for it; fossil is all that is not said."""

MIXED = "mixed"
"""Carbon that is biogenic in part, or may be: as fuel it counts as fossil, and that is told."""

ORIGINS = (BIOGENIC, CARBON_FREE, MIXED)
"""What the table of carriers says of the origin of carbon, where it says anything."""

_OF_KIND = ("clause", "counted")
_OF_HOST = ("scope", "exported", "clause", "sign", "confidence")


def with_shared(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a method's file, with what every method of its sort has.

    Only enterprise methods of carbon have it; what a method says itself stays as it is.

    Examples
    --------
    >>> made = with_shared({"account": "carbon", "kinds": {"combustion": {
    ...     "equation": "combustion", "scope": "direct_combustion", "clause": "(1)"}}})
    >>> list(made["kinds"])
    ['combustion', 'biomass', 'alternative_fuel']
    >>> [term["equation"] for term in made["kinds"]["combustion"]["terms"]]
    ['combustion', 'biogenic', 'carbon_in_material']
    """
    if plain.get("account") != "carbon" or plain.get("level", "enterprise") != "enterprise":
        return dict(plain)
    shared = _shared()
    kinds = {name: _beside(kind, shared) for name, kind in plain.get("kinds", {}).items()}
    for name, kind in shared["kinds"].items():
        terms = [shared["terms"][term] for term in kind["terms"]]
        kinds.setdefault(name, {**kind, "shared": True, "terms": terms})
    return {**plain, "kinds": kinds}


def _beside(kind: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """A kind with the terms that stand beside its own, for carriers of other origin."""
    own = {key: kind[key] for key in _OF_KIND if key in kind}
    single = {key: value for key, value in kind.items() if key not in own}
    terms: list[dict[str, Any]] = []
    for term in kind.get("terms", [single]):
        others = shared["beside"].get(term["equation"], {})
        if not others or term.get("origins"):
            terms.append(term)
            continue
        rest = [origin for origin in (FOSSIL, BIOGENIC, CARBON_FREE) if origin not in others]
        terms.append({**term, "origins": rest})
        for origin, name in others.items():
            host = {key: term[key] for key in _OF_HOST if key in term}
            terms.append({**host, **shared["terms"][name], "origins": [origin]})
    return {**own, "terms": terms}


@cache
def _shared() -> dict[str, Any]:
    text = (files("celadon.reference") / "shared_kinds.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)

"""Who an enterprise says it is, and the troubles with that: shared codes and names, old places."""

from __future__ import annotations

from dataclasses import dataclass

from celadon.simulate.nation.draws import draws
from celadon.simulate.nation.enterprise import Enterprise, credit_code
from celadon.simulate.nation.truth import Planted

KINDS = ("shared_code", "shared_name", "abolished_region")
"""What can be wrong with an identity."""

_OLD_CODES = ("CN-11", "CN-32", "CN-37", "CN-44", "CN-50", "CN-51")
_CHECK = "nation:{}"
_WHY = {
    "shared_code": "it declares the credit code of {other}; each declaration alone is right",
    "shared_name": "it has the name of {other} under a code of its own",
    "abolished_region": "a numeric province code of ISO 3166-2, which letters have replaced",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """What the declaration says of the enterprise."""

    name_zh: str
    name_en: str
    code: str
    region: str


def may_have(kind: str, number: int) -> bool:
    """Whether an enterprise may have that trouble: of two neighbours the even one has it."""
    return kind not in KINDS or number % 2 == 0


def draw_identity(
    seed: int, enterprise: Enterprise, other: Enterprise, trouble: str
) -> tuple[Identity, list[Planted]]:
    """The identity of an enterprise, and what is wrong with it.

    Parameters
    ----------
    other : the enterprise before it, whose code or name it may share.
    trouble : one of :data:`KINDS`; anything else is none.
    """
    plain = Identity(
        enterprise.name_zh, enterprise.name_en, credit_code(enterprise.number), enterprise.region
    )
    if trouble not in KINDS:
        return plain, []
    region = plain.region
    found = plain
    if trouble == "shared_code":
        found = Identity(plain.name_zh, plain.name_en, credit_code(other.number), region)
    elif trouble == "shared_name":
        found = Identity(other.name_zh, other.name_en, plain.code, region)
    else:
        which = int(draws(seed, enterprise.number, "region").integers(len(_OLD_CODES)))
        found = Identity(plain.name_zh, plain.name_en, plain.code, _OLD_CODES[which])
    why = _WHY[trouble].format(other=other.site)
    place = "site.toml › [site] region" if trouble == "abolished_region" else "site.toml › [owner]"
    told = Planted(
        enterprise.site, f"identity/{trouble}", place, "", "", "", _CHECK.format(trouble), why
    )
    return found, [told]

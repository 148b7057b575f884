"""Composition on other bases: as received, air-dried and dry, converted by the moisture.

    X_as_received = X_dry (100 - M_ar) / 100
    X_as_received = X_air_dried (100 - M_ar) / (100 - M_ad)

What is left of a mass when its water is gone holds the same content in less mass. A net calorific
value is not converted so: its water must be evaporated as well, which asks for the hydrogen.
"""

from __future__ import annotations

from fractions import Fraction

AS_RECEIVED, AIR_DRIED, DRY = "as_received", "air_dried", "dry"
"""With all its water, with the water that stays in the air of a room, with none."""

MOISTURE_OF = {AS_RECEIVED: "moisture", AIR_DRIED: "moisture_air_dried"}
"""The parameter that gives the water of a basis; what is dry has none."""


def moistures_between(given: str, wanted: str) -> tuple[str, ...]:
    """The moistures that a conversion asks for.

    Examples
    --------
    >>> moistures_between("dry", "as_received")
    ('moisture',)
    """
    return tuple(MOISTURE_OF[basis] for basis in (given, wanted) if basis in MOISTURE_OF)


def converted(
    value: Fraction, given: str, wanted: str, moisture: dict[str, Fraction]
) -> Fraction | None:
    """A content on another basis; None where no dry matter is left to hold it.

    Parameters
    ----------
    value : content on the basis ``given``, in any unit of a share.
    moisture : share of water by parameter, as :func:`moistures_between` names them.

    Examples
    --------
    >>> converted(Fraction(80), "dry", "as_received", {"moisture": Fraction(1, 10)})
    Fraction(72, 1)
    """
    dry_of_given, dry_of_wanted = (
        1 - moisture[MOISTURE_OF[basis]] if basis in MOISTURE_OF else Fraction(1)
        for basis in (given, wanted)
    )  # fmt: skip
    if dry_of_given <= 0 or dry_of_wanted <= 0:
        return None
    return value * dry_of_wanted / dry_of_given

"""The factor of power drawn, as a programme announces it: asked for by name, never typed."""

from __future__ import annotations

from pydantic import Field

from celadon.records.declaring import Declaration


class ElectricityFactor(Declaration):
    """Which announced factor of power drawn holds.

    Parameters
    ----------
    programme : of ``electricity_selection``, such as ``enterprise_gbt32150``.
    area : CN, a regional grid such as ``CN-grid-north``, or a province such as ``CN-HE``.
    year : for which the programme announces it; that of the design if not given.
    """

    programme: str = Field(min_length=1)
    area: str = Field("CN", min_length=2)
    year: int | None = Field(None, ge=1990, le=2100)

    @property
    def level(self) -> str:
        """What the area is: the nation, a regional grid or a province.

        Examples
        --------
        >>> ElectricityFactor(programme="enterprise_gbt32150", area="CN-HE").level
        'province'
        """
        if "-" not in self.area:
            return "national"
        return "region" if "-grid-" in self.area else "province"

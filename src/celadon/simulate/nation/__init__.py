"""A simulated nation: thousands of enterprises, their returns and readings, and what was planted.

Every name, code and figure is made up from a seed and from tables whose rows say what is assumed;
the limits of the norms and the heat values are those of the reference tables.
"""

from celadon.simulate.nation.nation import Nation, NationOptions, simulate_nation

__all__ = ["Nation", "NationOptions", "simulate_nation"]

"""What could have happened: simulated works from physical balances, with planted faults.

For demonstrations and tests only; no figure made here speaks of a real enterprise.
"""

from celadon.simulate.steelworks import InboxFile, SimulatedWorks, simulate_steelworks

__all__ = ["InboxFile", "SimulatedWorks", "simulate_steelworks"]

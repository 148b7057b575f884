"""How good is it: verdicts on the accounts by the rules of the reference tables."""

from celadon.assess.norms import judge
from celadon.assess.tables import VERDICT

__all__ = ["VERDICT", "judge"]

"""Linear programmes in blocks of arrays: built in bulk, solved by several solvers, proved anew."""

from celadon.numerics.lp.expression import Expression, Requirement
from celadon.numerics.lp.live import LiveModel
from celadon.numerics.lp.model import Model
from celadon.numerics.lp.program import Program
from celadon.numerics.lp.proof import Proof, prove
from celadon.numerics.lp.relaxing import Relaxation, least_relaxation, minimal_core
from celadon.numerics.lp.solution import Solution
from celadon.numerics.lp.solving import METHODS, solve

__all__ = [
    "METHODS",
    "Expression",
    "LiveModel",
    "Model",
    "Program",
    "Proof",
    "Relaxation",
    "Requirement",
    "Solution",
    "least_relaxation",
    "minimal_core",
    "prove",
    "solve",
]

"""Checks on returns: a population of reporters, years and amounts asked by named rules, set-wise.

What is off in one way is one cause, however often it occurs; whom to ask first follows from how
much may be corrected, and how likely.
"""

from celadon.assess.checks.population import Population, read_population
from celadon.assess.checks.profile import CheckProfile, load_check_profile, shipped_check_profiles
from celadon.assess.checks.rules import CheckRule, check_rules
from celadon.assess.checks.screening import Screening, screen

__all__ = [
    "CheckProfile",
    "CheckRule",
    "Population",
    "Screening",
    "check_rules",
    "load_check_profile",
    "read_population",
    "screen",
    "shipped_check_profiles",
]

"""What the standards say: factors, norms, carriers, each with its source and its letter."""

from celadon.reference.facts import (
    CONFIDENCES,
    Carrier,
    Correction,
    ElectricityChoice,
    Industry,
    Process,
    ProcessRule,
    Record,
    Region,
    Selection,
    Source,
    lowest_confidence,
)
from celadon.reference.registry import Registry, load_registry
from celadon.reference.validity import Validity

__all__ = [
    "CONFIDENCES",
    "Carrier",
    "Correction",
    "ElectricityChoice",
    "Industry",
    "Process",
    "ProcessRule",
    "Record",
    "Region",
    "Registry",
    "Selection",
    "Source",
    "Validity",
    "load_registry",
    "lowest_confidence",
]

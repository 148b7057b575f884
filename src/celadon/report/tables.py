"""The table that a report needs beyond those of the floors above it: flows of energy."""

from __future__ import annotations

from celadon.tables import Column, declare

FLOW = declare(
    "flow",
    "Energy that passed from one node of a site to another in the period.",
    "期内从一个节点流向另一个节点的能量。",
    [
        Column("origin", "text", "process unit, network or end that it left", "流出节点"),
        Column("destination", "text", "process unit, network or end that it reached", "流入节点"),
        Column("carrier", "text", "carrier", "能源品种"),
        Column("gce", "bigint", "energy at its calorific value", "能量（当量值）", unit="gce"),
    ],
    ["origin", "destination", "carrier"],
)

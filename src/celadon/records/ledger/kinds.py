"""The kinds of batch that a ledger holds, each with the schema of its rows."""

from __future__ import annotations

from celadon.records.tables import (
    ACTIVITY,
    EQUIPMENT,
    EXCHANGE,
    MONITORING,
    READING,
    SAMPLE,
    SETTLEMENT,
)
from celadon.tables import Schema

KINDS: dict[str, Schema] = {
    schema.name: schema
    for schema in (READING, EXCHANGE, ACTIVITY, SAMPLE, EQUIPMENT, SETTLEMENT, MONITORING)
}
"""Kinds of batch, each with the schema of its rows."""

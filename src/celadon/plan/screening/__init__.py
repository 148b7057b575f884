"""Screening: roughly what a full design would come to, from typical days, and how sure that is."""

from celadon.plan.screening.screening import (
    DAYS,
    NoScreening,
    Screening,
    screen_design,
    split_findings,
)

__all__ = ["DAYS", "NoScreening", "Screening", "screen_design", "split_findings"]

"""How good is it: verdicts on the accounts by the rules of the reference tables.

A verdict carries its reasons as data; `reason_text` and `correction_texts` tell them in Chinese or
English, and every value of a verdict has a name in both.
"""

from celadon.assess.actual import judged_rows
from celadon.assess.names import (
    fact_name,
    indicator_name,
    limit_name,
    outcome_name,
    rule_name,
    standard_label,
)
from celadon.assess.norms import judge, verdict_rows
from celadon.assess.tables import VERDICT
from celadon.assess.telling import correction_texts, obstacles_text, reason_text

__all__ = [
    "VERDICT",
    "correction_texts",
    "fact_name",
    "indicator_name",
    "judge",
    "judged_rows",
    "limit_name",
    "obstacles_text",
    "outcome_name",
    "reason_text",
    "rule_name",
    "standard_label",
    "verdict_rows",
]

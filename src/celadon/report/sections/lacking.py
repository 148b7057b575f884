"""What keeps the figures of an account empty, by name."""

from __future__ import annotations

import json

from celadon.report.draft import Draft


def lacking_subjects(draft: Draft, account: str) -> list[str]:
    """The subjects of the findings that keep figures of an account empty."""
    found = []
    for row in draft.content.findings.to_pylist():
        if row["rule"] in ("no_parameter", "method_not_in_force"):
            figures_of = json.loads(row["numbers"]).get("figures", [])
            if any(figure.partition("/")[0] == account for figure in figures_of):
                found.append(draft.names.subject(row["subject"]))
    return list(dict.fromkeys(found))

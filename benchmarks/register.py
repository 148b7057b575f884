"""A register of 10^6 events as it stands in a workspace: read from disk, proved, and folded."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from celadon.cases import Register
from celadon.cases.heads import write_head
from celadon.chain import GENESIS, canonical_json, read_chain, seal
from celadon.records.ledger.heads import head_of

EVENTS = 1_000_000
_PROGRAMME = """
[programme]
id = "bench"
kind = "supervision"
authority = "模拟主管部门"
region = "CN"
year = 2026
simulated = true
"""


def campaign_lines(number: int) -> Iterator[str]:
    """Lines of a register, 20 events a case; names, findings and notices are each case's own."""
    previous = GENESIS
    for n in range(number):
        case, (kind, day, data) = n // 20, _EVENTS[n % 20]
        told = {key: value.format(case=case) if isinstance(value, str) else value
                for key, value in data.items()}  # fmt: skip
        line = seal(
            {"at": f"{day}T02:00:00Z", "on": day, "by": "desk", "kind": kind, "case": f"e{case}",
             "data": told}, previous,
        )  # fmt: skip
        previous = str(line["hash"])
        yield canonical_json(line) + "\n"


_FACTS = "unit {case}: 128.4 kgce/t, limit 125"
_EVENTS: list[tuple[str, str, dict[str, Any]]] = [
    ("selected", "2026-03-02", {"name": "模拟钢厂 {case}", "region": "CN-HE", "industry": "31",
                                "selected_by": "special", "reason": "钢铁"}),
    ("entered", "2026-03-02", {"stage": "selected"}),
    ("assigned", "2026-03-03", {"officers": ["li", "wang"]}),
    ("entered", "2026-03-10", {"stage": "on-site"}),
    *(("found", "2026-03-10", {"finding": f"f{n}", "article": "GB 21256-2013 4.1", "facts": _FACTS})
      for n in range(5)),
    ("heard", "2026-03-12", {"opinion": "unit {case}: 无异议"}),
    ("noticed", "2026-03-16", {"notice": "n-{case}", "kind": "correction",
                               "findings": [f"f{n}" for n in range(5)], "deadline": "2026-06-30"}),
    ("entered", "2026-03-16", {"stage": "correction"}),
    *(("followed", "2026-06-20", {"finding": f"f{n}", "corrected": True}) for n in range(5)),
    ("noted", "2026-06-20", {"text": "归档 {case}"}),
    ("concluded", "2026-06-21", {"result": "violation"}),
    ("entered", "2026-06-21", {"stage": "closed"}),
]  # fmt: skip


def register_seconds() -> str:
    """Reading, proving and folding a register of 10^6 events, the best of three."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "programme.toml").write_text(_PROGRAMME, encoding="utf-8")
        with (root / "events.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(campaign_lines(EVENTS))
        write_head(root, head_of(read_chain(root / "events.jsonl")))
        register, spent = Register(root), []
        for _ in range(3):
            before = time.process_time()
            cases = len(register.state().cases)
            spent.append(time.process_time() - before)
    if cases != EVENTS // 20:
        raise SystemExit("register: cases are lacking")
    return f"register    {min(spent):5.2f} CPU s  ({EVENTS:,} events read, proved and folded)"


if __name__ == "__main__":
    print(register_seconds())  # noqa: T201

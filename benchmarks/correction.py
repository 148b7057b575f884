"""One late correction: two readings of a meter arrive anew, and the year is accounted again.

What of the last run still holds is not done again: the other meters are neither read nor judged.
"""

from __future__ import annotations

import time
from pathlib import Path

from celadon.app.importing import import_files
from celadon.app.running import run
from celadon.app.workspace import Workspace
from celadon.records.period import Period

ROUNDS = 5
_YEAR = Period.parse("2025")


def correction_seconds(workspace: Workspace, site: str, folder: Path) -> str:
    """Wall and CPU seconds from a committed correction to accounts, verdicts and findings.

    The workspace holds a site's year that was run.
    """
    meters = [meter for meter in workspace.site(site).meters if meter.kind == "interval"]
    rounds = []
    for number, meter in enumerate(meters[:ROUNDS]):
        file = folder / f"late-{number}.csv"
        rows = [f"2025-05-05 10:{minute},{1000 + number}" for minute in ("00", "15")]
        text = "\n".join([f"时间,{meter.id} ({meter.measure})", *rows, ""])
        file.write_text(text, encoding="utf-8")
        import_files(workspace, site, [file], "readings-wide")
        wall, cpu = time.perf_counter(), time.process_time()
        anew = run(workspace, [site], _YEAR)[site].anew
        rounds.append((time.perf_counter() - wall, time.process_time() - cpu, anew))
    wall, cpu, anew = sorted(rounds)[len(rounds) // 2]
    return f"correction  {wall:5.2f} s wall, {cpu:.2f} CPU s for two late readings ({anew} judged)"

"""A simulated works with a monitored stack, a drain with laboratory tests, and two wastes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.app.shop import (
    BOOKS,
    LABORATORY,
    add_site,
    declaration,
    hours,
    take,
    write_books,
    write_laboratory,
    write_readings,
)

from celadon.app.workspace import Workspace

OUTLETS = """
[[meter]]
id = "so2-1"
kind = "state"
measure = "mg/Nm3"
resolution = "0.1"
minutes = 60

[[meter]]
id = "nox-1"
kind = "state"
measure = "mg/Nm3"
resolution = "0.1"
minutes = 60

[[meter]]
id = "flow-1"
kind = "state"
measure = "Nm3/h"
minutes = 60

[[stream]]
id = "effluent"
carrier = "waste_water"
from = "mill"
to = "drain"
monthly = "discharge"
water = "discharge"

[[outlet]]
id = "stack-1"
name_en = "Stack 1"
name_zh = "1 号排气筒"
unit = "mill"
medium = "air"
monitors = { flow = "flow-1", so2 = "so2-1", nox = "nox-1" }
factors = { particulates = ["coal"] }
treated = ["particulates"]

[[outlet]]
id = "drain-1"
unit = "mill"
medium = "water"
factors = { cod = ["effluent"], ammonia_nitrogen = ["effluent"] }

[[outlet]]
id = "slag"
unit = "mill"
medium = "waste"
waste = "general"
moves = ["reused", "disposed"]
stock = true
"""

MORE_BOOKS = (
    ("effluent", "discharge", "2025-03-01", "2025-03-31", 12_000, "m3"),
    ("slag", "production", "2025-03-01", "2025-03-31", 100, "t"),
    ("slag", "recovery", "2025-03-01", "2025-03-31", 70, "t"),
    ("slag", "discharge", "2025-03-01", "2025-03-31", 20.5, "t"),
    ("slag", "opening_stock", "2025-03-01", "2025-03-01", 5, "t"),
    ("slag", "closing_stock", "2025-03-31", "2025-03-31", 14.5, "t"),
)
MORE_LABORATORY = (
    ("effluent", "cod_concentration", "2025-03-01", "2025-03-15", 40, "mg/L", "laboratory", "W1"),
    ("effluent", "cod_concentration", "2025-03-16", "2025-03-31", 44, "mg/L", "laboratory", "W2"),
    ("coal", "particulates_factor", "2025-03-01", "2025-03-31", 12.5, "g/kg", "laboratory", "D1"),
    ("coal", "particulates_removal", "2025-03-01", "2025-03-31", 99.2, "%", "laboratory", "D2"),
)

MAKES = ('id = "mill"\n', 'id = "mill"\nproduct = "coil"\n')
"""The mill makes the coils, so that what it lets out can be told by the tonne."""

Count = Callable[[int], Any]
"""What a meter says in an hour, by its number; None is left out."""


def so2(hour: int) -> str:
    return f"{20 + hour % 10}.5"


def plant(
    folder: Path, text: str = OUTLETS, content: Count = so2, flow_unit: str = "Nm3/h"
) -> Workspace:
    """A workspace with the works, its month of readings, its books and its laboratory."""
    workspace = Workspace.create(folder / "workspace", "模拟", "zh")
    add_site(workspace, declaration().replace(*MAKES) + text)
    take(workspace, write_readings(folder / "readings.csv"))
    take(workspace, write_monitors(folder / "monitors.csv", content, flow_unit))
    take(workspace, write_books(folder / "books.xlsx", (*BOOKS, *MORE_BOOKS)))
    rows = (*LABORATORY, *MORE_LABORATORY)
    take(workspace, write_laboratory(folder / "laboratory.xlsx", rows))
    return workspace


def write_monitors(path: Path, content: Count = so2, flow_unit: str = "Nm3/h") -> Path:
    """Hourly means of a stack: SO2 as given, NOx of 80.0 mg/Nm3, 50,000 Nm3/h of dry gas."""
    lines = [f"时间,so2-1 (mg/Nm3),nox-1 (mg/Nm3),flow-1 ({flow_unit})"]
    for number, stamp in enumerate(hours()[:-1]):
        told = content(number)
        lines.append(f"{stamp:%Y-%m-%d %H:%M},{'' if told is None else told},80.0,50000")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path

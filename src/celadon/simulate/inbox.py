"""The files of readings as a plant's systems export them: wide by month, and one late long file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from celadon.exact import parse_decimal
from celadon.simulate.clock import MINUTES, Clock, Counts
from celadon.simulate.faults import FileFaults
from celadon.simulate.meters import Readings

_PLAIN = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")


def write_wide_month(
    path: Path, clock: Clock, month: int, readings: dict[str, Readings], faults: FileFaults
) -> None:
    """One month as a wide file: a line per slot, a column per meter, blank where nothing was read.

    December's file ends with one line more, whose register readings close the year.
    """
    slots = _line_order(clock, month, faults)
    second = np.concatenate([[False], slots[1:] == slots[:-1]])
    columns = [_times(clock, slots)]
    for meter, series in readings.items():
        counts, present = _at(series, slots)
        for slot, cells in faults.repeated.items():
            if meter in cells:
                counts[second & (slots == slot)] = cells[meter]
        columns.append(_decimals(counts, present, series.meter.resolution))
    headers = ["时间", *(f"{id_} ({series.meter.measure})" for id_, series in readings.items())]
    _write(path, headers, columns)


def write_late_day(
    path: Path, clock: Clock, readings: dict[str, Readings], faults: FileFaults
) -> None:
    """The day that its monthly file lacks as a long file: a line per meter and time."""
    slots = np.arange(*faults.late)
    times = _times(clock, slots)
    values = [
        pc.cast(_decimals(*_at(series, slots), series.meter.resolution), pa.string())
        for series in readings.values()
    ]
    names = pa.array(np.repeat(np.array(list(readings), dtype=object), len(slots)), pa.string())
    columns = [names, pa.concat_arrays([times] * len(readings)), pa.concat_arrays(values)]
    _write(path, ["meter", "time", "value"], columns)


def _line_order(clock: Clock, month: int, faults: FileFaults) -> NDArray[np.int64]:
    """The slots of a month in the order in which its file has them."""
    window = clock.months()[month - 1]
    slots = np.arange(window.start, window.stop + (1 if month == 12 else 0), dtype=np.int64)
    for start, length in faults.swapped:
        if window.start <= start < window.stop:
            at = start - window.start
            blocks = [slots[at + length : at + 2 * length], slots[at : at + length]]
            slots[at : at + 2 * length] = np.concatenate(blocks)
    slots = slots[(slots < faults.late[0]) | (slots >= faults.late[1])]
    times = np.where(np.isin(slots, list(faults.repeated)), 2, 1)
    return np.repeat(slots, times)


def _at(series: Readings, slots: NDArray[np.int64]) -> tuple[Counts, NDArray[np.bool_]]:
    """Readings at some slots; what lies behind a meter's last reading is absent."""
    inside = slots < len(series.counts)
    safe = np.where(inside, slots, 0)
    return series.counts[safe], series.present[safe] & inside


def _times(clock: Clock, slots: NDArray[np.int64]) -> pa.Array:
    start = np.datetime64(f"{clock.year}-01-01", "s")
    stamps = start + slots * np.timedelta64(60 * MINUTES, "s")
    return pc.strftime(pa.array(stamps), format="%Y-%m-%d %H:%M")


def _decimals(counts: Counts, present: NDArray[np.bool_], resolution: str) -> pa.Array:
    """Counts as exact decimals with the decimals of their resolution, which is a power of ten."""
    scale = len(resolution.partition(".")[2])
    steps = counts * int(parse_decimal(resolution) * 10**scale)
    words = np.column_stack([steps, steps >> 63])  # 128 bits, little end first
    validity = pa.py_buffer(np.packbits(present, bitorder="little").tobytes())
    return pa.Array.from_buffers(
        pa.decimal128(18, scale), len(counts), [validity, pa.py_buffer(words.tobytes())]
    )


def _write(path: Path, headers: list[str], columns: list[pa.Array]) -> None:
    with path.open("wb") as file:
        file.write((",".join(headers) + "\n").encode())
        pyarrow.csv.write_csv(pa.table(columns, names=headers), file, _PLAIN)

"""A tariff at fault is refused as it is read: where, what was found, the rule and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from celadon.accounts.bill import load_tariff
from celadon.errors import DeclarationError

TEXT = """
id = "t"
valid_from = 2025-01-01
source = "simulated"
confidence = "D"
[[rates]]
id = "energy"
price = "0.5"
[ratios]
high = "1.5"
flat = "1"
[[hours]]
band = "high"
months = [7, 8]
days = ["workday"]
start = "08:00"
end = "11:00"
[[hours]]
band = "flat"
[[tiers]]
above = "1000"
adds = "0.05"
[basic]
measured_price = "38"
overrun_from = "1.05"
[basic.coincident]
price = "3.7"
months = [7]
start = "13:00"
end = "15:00"
[power_factor]
standard = "0.90"
steps = []
"""


def test_the_tariff_itself_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert load_tariff(path).hours[0].months == (7, 8)


@pytest.mark.parametrize(
    ("there", "instead", "place", "found", "remedy"),
    [
        ("[7, 8]", "[3, 13]", "hours.0.months.1", "13", "months = [7, 8]"),
        ("[7, 8]", "[0]", "hours.0.months.0", "0", "months = [7, 8]"),
        ("[7, 8]", "[]", "hours.0.months", "[]", "months = [7, 8]"),
        ('["workday"]', "[]", "hours.0.days", "[]", '"weekend"'),
        ('["workday"]', '["sunday"]', "hours.0.days.0", "'sunday'", '"weekend"'),
        ("months = [7]", "months = [13]", "basic.coincident.months.0", "13", "months = [7, 8]"),
        ("months = [7]", "months = []", "basic.coincident.months", "[]", "months = [7, 8]"),
        ('"15:00"', '"13:00"', "basic.coincident", "start = 13:00, end = 13:00", ""),
        ('"1.05"', '"0"', "basic.overrun_from", "'0'", ""),
        ('"38"', '"-38"', "basic.measured_price", "'-38'", ""),
        ('"0.90"', '"90"', "power_factor.standard", "'90'", ""),
        ('flat = "1"', 'flat = "1"\nlow = "0.5"', "tariff", "id = t", ""),
        ('id = "t"', 'id = "t"\nzone = "Mars"', "zone", "'Mars'", "Asia/Shanghai"),
        ('id = "t"', 'id = "t"\nvalid_to = 2025-01-01', "tariff", "id = t", ""),
        ('"0.05"', '"0.05"\n[[tiers]]\nabove = "1000"\nadds = "1"', "tiers", "[{", ""),
        ("[basic]", '[basic]\npart_month = "half"', "basic.part_month", "'half'", '"by_days"'),
    ],
)  # fmt: skip
def test_what_would_never_apply_is_refused(
    tmp_path: Path, there: str, instead: str, place: str, found: str, remedy: str
) -> None:
    assert there in TEXT
    path = tmp_path / "t.toml"
    path.write_text(TEXT.replace(there, instead), encoding="utf-8")
    with pytest.raises(DeclarationError) as caught:
        load_tariff(path)
    (fault,) = caught.value.faults
    assert fault.place == f"t.toml › {place}"
    assert fault.found.startswith(found)
    assert remedy in fault.remedy
    assert fault.rule

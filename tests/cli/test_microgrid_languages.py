"""Every line that the commands of a microgrid print in Chinese is Chinese, good input and bad.

Latin letters are left to ids and keys of the user's own files, to names of files, commands and
options, to units and to the few acronyms that Chinese writes as they are.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.speaking import typed
from tests.cli.test_bill import FLAT, SUPPLY
from tests.cli.test_microgrid import DESIGN, quicker
from tests.cli.test_microgrid_heat import DESIGN as HEAT
from tests.cli.test_microgrid_uncertainty import SCENARIOS, UNCERTAIN
from tests.cli.test_microgrid_years import YEARS

UNITS = "CNY kCNY kW MW kWh MWh GWh kVA kV h s t tCO2 m3 K P C month"
ACRONYMS = "TOML CSV UTF-8 UTF-16 GB Parquet CVaR CO2 PyPSA MIIT NDRC A B C D Q1"
COMMANDS = "celadon microgrid reference search init design tariff new bill mill most"
ALLOWED = {*UNITS.split(), *ACRONYMS.split(), *COMMANDS.split()}
"""What Chinese text has of Latin letters beside what the user wrote."""

_LEFT_OUT = (
    r"'[^']*'", r'"[^"]*"',  # what was written, as it was written
    r"\S*/\S*", r"[\w*-]+\.(?:toml|csv|txt|html|xlsx|parquet|svg|md)",  # files
    r"--[\w-]+", r"duckdb .*",  # options, and a query
    r"已知的键：.*", r"是否应为 \S+？", r"分母 \w+",  # keys and values that a file may have
    r"\w+(?:\.\w+)+(?:\[\d+\])?[\w.]*", r"\w+\[\d+\][\w.]*",  # keys
    r"\w*_\w*", r"\d[\d.,]*e[-+]\d+", r"\d{4}-\d\d-\d\dT[\d:]+", r"CN-[A-Z]{2}", r"\[+\w+\]+",
)  # fmt: skip


def foreign(shown: str, own: str) -> list[str]:
    """Latin words of what is shown that are neither allowed nor of the user's own file."""
    known = ALLOWED | set(re.findall(r"[A-Za-z][\w-]*", own))
    for pattern in _LEFT_OUT:
        shown = re.sub(pattern, " ", shown)
    words = re.findall(r"[A-Za-z][\w-]*", shown)
    return [w for w in words if w not in known and w.rstrip("0123456789-") not in known]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with what is quickly planned."""
    folder = tmp_path_factory.mktemp("site") / "site"
    assert typed("microgrid", "init", folder, "--lang", "zh").exit_code == 0
    quicker(folder)
    return folder


Write = Callable[..., Path]


@pytest.fixture
def site(plain: Path, tmp_path: Path) -> Write:
    """Write the example with some words changed, and what is added to it."""

    def write(
        *changes: tuple[str, str], more: str = "", profiles: Callable[[bytes], bytes] | None = None
    ) -> Path:
        text = (plain / DESIGN).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / DESIGN
        path.write_text(text + more, encoding="utf-8")
        data = (plain / "profiles.csv").read_bytes()
        (tmp_path / "profiles.csv").write_bytes(profiles(data) if profiles else data)
        return path

    return write


def shown(path: Path, *words: object, code: int) -> str:
    """What a command prints in Chinese; nothing of it may be foreign."""
    done = typed("microgrid", *words, "--lang", "zh")
    assert done.exit_code == code, done.output
    own = path.read_text(encoding="utf-8", errors="ignore") if path.is_file() else ""
    assert foreign(done.output, own) == [], done.output
    return done.output


PRICE = ('export_price = "0.28 CNY/kWh"', 'export_price = "0.28 MW"')
MOST = '\nmost = "12 MW"'

BAD: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "a unit of another kind": (((MOST, '\nmost = "12 m3"'),), "m3 不能换算为 MW：此处应为功率"),
    "a price in MW": ((PRICE,), "此处应为每单位能量的价格"),
    "a key that is not there": ((('yields = "sun"\n', ""),), "必须给出该键"),
    "a key misspelt": ((('yields = "sun"', 'yeilds = "sun"'),), "是否应为 yields？"),
    "a series misspelt": ((('yields = "sun"', 'yields = "snu"'),), "是否应为 sun？"),
    "a column misspelt": ((('"load_kW"', '"laod_kW"'),), "是否应为 load_kW？"),
    "a unit in other letters": ((('unit = "kW"', 'unit = "kw"'),), "是否应为 kW？"),
    "percent without their sign": (
        (('kind = "green_share"\nset', 'kind = "green_share"\nlimit = 20\nset'),), '"20 %"'),
    "a kind of rule that is none": ((('"local_use"', '"local_uses"'),), "应为 'local_use'"),
    "a table not closed": ((("[profiles]", "[profiles"),), "表名之后应有 ]"),
    "a text not closed": (((MOST, '\nmost = "12 MW'),), "第"),
    "no such set": ((("MIIT-2025-77", "MIIT-2025-7"),), "没有此类规则"),
    "a size below zero": (((MOST, '\nmost = "-12 MW"'),), "应不小于 0 MW"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_is_wrong(site: Write, case: str) -> None:
    changes, words = BAD[case]
    path = site(*changes)
    assert words in shown(path, "design", path, code=2)


PROFILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "utf-16": (lambda data: data.decode().encode("utf-16"), "其他编码"),
    "semicolons": (lambda data: data.replace(b",", b";"), "以分号分隔"),
    "tabs": (lambda data: data.replace(b",", b"\t"), "以制表符分隔"),
    "a time twice": (lambda data: _twice(data.split(b"\n")), "删去多余的行"),
}


def _twice(lines: list[bytes]) -> bytes:
    return b"\n".join([*lines[:50], lines[49], *lines[50:]])


@pytest.mark.parametrize("case", PROFILES)
def test_profiles_that_are_wrong(site: Write, case: str) -> None:
    change, words = PROFILES[case]
    path = site(profiles=change)
    assert words in shown(path, "design", path, code=2)


def test_what_is_no_file(site: Write) -> None:
    path = site()
    assert f"是否应为 {path.as_posix()}？" in shown(path, "design", path.parent, code=2)
    assert "不是文件夹" in shown(path, "init", path, code=2)
    (path.parent / "profiles.csv").unlink()
    (path.parent / "profiles.csv").mkdir()
    assert "写明其中的文件" in shown(path, "design", path, code=2)


def test_a_machine_larger_than_the_most(site: Write) -> None:
    path = site((MOST, '\nmost = "12 MW"\nmachine = "20 MW"'))
    assert "单台 20 MW，大于上限 most = 12 MW" in shown(path, "design", path, code=2)


def test_a_plan_and_none(site: Write) -> None:
    path = site()
    assert "购电" in shown(path, "design", path, code=0)
    cap = '\n[[rule]]\nkind = "carbon_cap"\nat_most = "100 tCO2"\n'
    assert "碳排放上限" in shown(path, "design", site(more=cap), code=2)


def test_heat_by_level(site: Write) -> None:
    path = site()
    path.write_text(HEAT.format(level="water"), encoding="utf-8")
    assert "元/千瓦时" in shown(path, "design", path, code=0)


def test_a_batch_of_what_is_wrong(site: Write, tmp_path: Path) -> None:
    for name, change in {
        "works": ('yields = "sun"\n', ""),
        "roof": (MOST, '\nmost = "1 m3"'),
    }.items():
        path = site(change)
        (tmp_path / "sites" / name).mkdir(parents=True)
        for file in (path, path.parent / "profiles.csv"):
            shutil.copy(file, tmp_path / "sites" / name / file.name)
    told = shown(path, "batch", tmp_path / "sites", "--workers", "1", code=1)
    assert "补充该键" in told


@pytest.mark.long
@pytest.mark.parametrize(
    ("command", "more"),
    [("dispatch --window 48 --every 24", ""), ("screen --days 4", ""), ("report", ""),
     ("scenarios", SCENARIOS), ("reprice --draws 20", UNCERTAIN), ("years", YEARS),
     ("sensitivity --of roof.cost --steps 3", ""), ("break-even --of roof.cost", "")],
)  # fmt: skip
def test_the_other_commands(site: Write, command: str, more: str) -> None:
    path = site(more=more)
    if not more.startswith("\n[years]"):
        text = path.read_text(encoding="utf-8")
        kept = text.partition("[[rule]]")[0]
        path.write_text(kept + more, encoding="utf-8")
    verb, *options = command.split()
    told = typed("microgrid", verb, path, *options, "--lang", "zh")
    assert told.exit_code == 0, told.output
    own = path.read_text(encoding="utf-8") + " price of invented"
    assert foreign(told.output, own) == [], told.output


def test_a_tariff_and_what_is_none(tmp_path: Path) -> None:
    told = typed("tariff", "missing", "浙江", "--lang", "zh", "-w", tmp_path).output
    kept = re.sub(r"· [a-z][\w-]* ·|NAME", "", told)  # ids of sources that have no number
    assert foreign(kept, "") == [], told
    assert "尖峰比价" in told
    refused = typed("tariff", "missing", "Atlantis", "--lang", "zh", "-w", tmp_path).output
    assert foreign(refused, "Atlantis province") == [], refused


def test_lines_of_a_bill(tiny: Path) -> None:
    site = tiny / "sites" / "mill" / "site.toml"
    site.write_text(site.read_text(encoding="utf-8") + SUPPLY, encoding="utf-8")
    (tiny / "tariffs").mkdir()
    (tiny / "tariffs" / "flat.toml").write_text(FLAT, encoding="utf-8")
    told = typed("bill", "mill", "--period", "2025-03", "--lines", "--lang", "zh", "-w", tiny)
    assert told.exit_code == 0, told.output
    assert foreign(told.output, "flat") == [], told.output


def test_english_words_are_found() -> None:
    """The finder finds: what it is held to is no empty promise."""
    assert foreign("规则 a key that is required", "") == ["a", "key", "that", "is", "required"]
    assert foreign("power bought 1,234.00 元", "") == ["power", "bought"]
    assert foreign("roof.capacity 12 MW", "") == []

"""``celadon account --by`` where figures are lacking: a dash, a mark, and never a whole total."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.speaking import document, typed

SITE = """\
[site]
id = "gap"
name_en = "Simulated gap works"
name_zh = "模拟缺口厂"
simulated = true
country = "CN"
region = "CN-ZJ"
zone = "Asia/Shanghai"

[owner]
name = "Simulated enterprise"
credit_code = "91999999MA00FAKE83"

[accounting]
carbon_method = "pulp-and-paper-ndrc-2015"

[[unit]]
id = "mill"

[[stream]]
id = "gas"
carrier = "natural_gas"
from = "outside"
to = "mill"
monthly = "consumption"
carbon = "combustion"

[[stream]]
id = "slime"
carrier = "coal_slime"
from = "outside"
to = "mill"
monthly = "consumption"
carbon = "combustion"

[[stream]]
id = "truck"
carrier = "diesel"
from = "outside"
to = "mill"
monthly = "consumption"
carbon = "combustion"
"""


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gas of every month, coal slime without a laboratory value, diesel of three months."""
    folder = tmp_path_factory.mktemp("gaps") / "plant"
    assert typed("init", folder, "--site", "gap", "--lang", "en").exit_code == 0
    (folder / "sites" / "gap" / "site.toml").write_text(SITE, encoding="utf-8")
    rows = ["stream,kind,month,quantity,unit"]
    for month in range(1, 13):
        rows.append(f"gas,consumption,2025-{month:02},10,万Nm3")
        rows.append(f"slime,consumption,2025-{month:02},50,t")
        if month <= 3:
            rows.append(f"truck,consumption,2025-{month:02},100,t")
    file = folder.parent / "activity.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = typed("import", "gap", file, "--profile", "activity", "-w", folder)
    assert done.exit_code == 0, done.output
    return folder


def words(works: Path, by: str) -> tuple[object, ...]:
    place = ("--period", "2025", "-w", works, "--lang", "en")
    return ("account", "gap", "--account", "carbon", "--by", by, *place)


def test_a_stream_without_a_figure_is_a_dash_and_one_of_three_months_is_marked(works: Path) -> None:
    lines = {line.split()[0]: line for line in typed(*words(works, "stream")).stdout.splitlines()
             if line.split()}  # fmt: skip
    assert lines["slime"].split()[1:] == ["–", "▲", "0", "of", "12", "months"]
    assert "▲ 3 of 12 months" in lines["truck"]
    assert "▲" not in lines["gas"]
    assert lines["total"].endswith("▲ not whole")
    assert lines["▲"].strip() == "▲ the total is without: slime"


def test_json_tells_the_same(works: Path) -> None:
    [table] = document(*words(works, "stream"))["tables"]
    rows = {row["key"][0]: row for row in table["rows"]}
    held = {key: (row["stream_months"], row["of_stream_months"]) for key, row in rows.items()}
    assert held == {"gas": (12, 12), "truck": (3, 12), "slime": (0, 12)}
    assert rows["slime"]["value"] is None
    [total] = table["totals"]
    assert (total["is_whole"], total["lacking"]) == (False, ["slime"])
    assert total["value"] == rows["gas"]["value"] + rows["truck"]["value"]


@pytest.mark.parametrize("by", ["month", "carrier", "scope", "unit"])
def test_the_total_is_marked_by_any_column(works: Path, by: str) -> None:
    [table] = document(*words(works, by))["tables"]
    assert [total["is_whole"] for total in table["totals"]] == [False]
    text = typed(*words(works, by)).stdout
    assert "▲ not whole" in text
    if by == "month":
        assert "▲ 2 of 3 streams" in text  # January: gas and diesel
        assert "▲ 1 of 3 streams" in text


def test_official_mode_says_what_is_not_official(works: Path) -> None:
    settings = works / "celadon.toml"
    before = settings.read_text(encoding="utf-8")
    assert "not official" not in typed(*words(works, "stream")).stdout
    try:
        settings.write_text(before.replace('"working"', '"official"'), encoding="utf-8")
        assert "not official" in typed(*words(works, "stream")).stdout
        assert "carbon" in document(*words(works, "stream"))["not_official"]
    finally:
        settings.write_text(before, encoding="utf-8")

"""``celadon calc``: models by name, arguments from words or a file, exact to the last digit."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.speaking import document, refused, typed

COAL = {
    "amount": "100", "unit": "t",
    "net_calorific_value": "28.435", "net_calorific_value_unit": "GJ/t",
}  # fmt: skip
WORDS = tuple(f"{key}={value}" for key, value in COAL.items())
NAME = "energy.coal_equivalent"


def test_all_models_are_listed() -> None:
    names = [model["name"] for model in document("calc")["models"]]
    assert NAME in names
    assert NAME in typed("calc").stdout


def test_a_calculation() -> None:
    # 100 t x 28.435 GJ/t / 29307.6 kJ/kgce, by hand: 97 022.615...
    found = document("calc", NAME, *WORDS)
    assert found["results"] == {"heat_kj": "2843500000.000", "kgce": "97022.615"}
    assert "97022.615" in typed("calc", NAME, *WORDS).stdout


def test_arguments_from_a_file_keep_every_digit(tmp_path: Path) -> None:
    file = tmp_path / "arguments.json"
    text = json.dumps(COAL).replace('"28.435"', "28.43500000000000000001")
    file.write_text(text.replace('"100"', "100"), encoding="utf-8")
    found = document("calc", NAME, "--file", file)
    assert found["arguments"]["net_calorific_value"] == "28.43500000000000000001"
    assert document("calc", NAME, "--file", "-", given=text)["results"] == found["results"]
    assert document("calc", NAME, "amount=200", "--file", file)["results"]["kgce"] == "194045.231"


def test_a_list_repeats_its_key() -> None:
    words = ("energy_in=5", "energy_in=7.5", "production=2")
    assert document("calc", "energy.process", *words)["results"] == {"kgce_per_t": "6.250"}


def test_the_schema_of_a_model() -> None:
    schema = document("calc", NAME, "--schema")
    assert set(schema["arguments"]["properties"]) == set(COAL)
    assert "required" in typed("calc", NAME, "--schema", "--lang", "en").stdout


def test_what_is_refused(tmp_path: Path) -> None:
    assert "energy.process" in refused("calc", "energy.proces")["faults"][0]["rule"]
    missing = refused("calc", NAME, *WORDS[1:])
    assert missing["kind"] == "ModelError"
    assert len(refused("calc", NAME, "amount", "unit=t", "unit=kg")["faults"]) == 2
    assert refused("calc", NAME, "--file", "gone.json")["kind"] == "InputError"
    file = tmp_path / "list.json"
    file.write_text("[1]", encoding="utf-8")
    assert "list" in refused("calc", NAME, "--file", file)["faults"][0]["found"]
    file.write_text("{", encoding="utf-8")
    assert refused("calc", NAME, "--file", file)["kind"] == "InputError"


CLINKER = (
    "method=cement-ndrc-2013", "kind=calcination", "amount=1000", "day=2025-03-01",
    "parameter=cao_content=65 %",
)  # fmt: skip


def test_a_sector_s_method_tells_every_value_it_took() -> None:
    # 1,000 t x (0.65 x 44/56 + 0.02 x 44/40), by hand: 532.714 285...
    words = (*CLINKER, "parameter=mgo_content=2 %")
    found = document("calc", "carbon.method", *words)["results"]
    assert found["t_co2e"] == "532.714286"
    told = typed("calc", "carbon.method", *words).stdout.splitlines()
    measured = [line for line in told if " · measured · " in line]
    assert [line.split(" · ")[0].split()[-1] for line in measured] == ["cao_content", "mgo_content"]
    assert any("cement-ndrc-2013 › FR10" in line for line in told)


def test_what_a_method_lacks_is_said_in_either_language() -> None:
    (fault,) = refused("calc", "carbon.method", *CLINKER)["faults"]
    assert "must be measured" in fault["found"]
    assert "必须实测" in typed("calc", "carbon.method", *CLINKER, "--lang", "zh").stderr

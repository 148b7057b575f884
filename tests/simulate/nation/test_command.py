"""``celadon simulate nation``: what it says, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.speaking import typed


def test_it_says_what_is_there_and_what_to_type_next(tmp_path: Path) -> None:
    folder = tmp_path / "nation"
    done = typed("simulate", "nation", folder, "--enterprises", 3, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "made up" in done.output
    assert "3, of which 3 new" in done.output
    assert "celadon run" in done.output
    again = typed("simulate", "nation", folder, "--enterprises", 4, "--lang", "zh")
    assert "4 家，其中新生成 1 家" in again.output


def test_json_is_one_document(tmp_path: Path) -> None:
    done = typed("simulate", "nation", tmp_path / "n", "--enterprises", 2, "--json")
    document = json.loads(done.stdout)
    assert document["simulated"] is True
    assert (document["enterprises"], document["made"], document["readings"]) == (2, 2, 0)


def test_it_asks_for_a_folder_and_for_plausible_numbers(tmp_path: Path) -> None:
    assert typed("simulate", "nation", "--lang", "en").exit_code == 2
    refused = typed("simulate", "nation", tmp_path / "n", "--faulty", 3, "--lang", "en")
    assert refused.exit_code == 2
    assert "between 0 and 1" in refused.output

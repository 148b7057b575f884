"""``celadon account`` of what is no carbon dioxide: each gas, pollutant and waste has its unit."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.accounts.pollutants.plant import plant
from tests.app.shop import declaration, fill, make_workspace
from tests.cli.speaking import document, typed

from celadon.accounts.tables import MEASURES
from celadon.app.workspace import Workspace
from celadon.cli.account_table import BY, Cell
from celadon.cli.terminal import Terminal
from celadon.languages import LANGUAGES, Language
from celadon.report.figures import SHOWN_UNITS, unit_text
from celadon.units import GASES, conversion

PERIOD = "2025-03"


@pytest.fixture(scope="module")
def acid(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small works, its product a nitric acid."""
    text = declaration(method="chemicals-ndrc-2013").replace(
        'name_zh = "钢卷"',
        'name_zh = "钢卷"\ncarbon = "nitric_acid"\ncarbon_item = "dual_pressure"',
    )
    workspace = make_workspace(tmp_path_factory.mktemp("acid"), text)
    fill(workspace)
    return workspace


@pytest.fixture(scope="module")
def outlets(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return plant(tmp_path_factory.mktemp("outlets"))


@pytest.mark.parametrize("gas", GASES)
def test_every_gas_is_shown_in_tonnes_of_itself(gas: str) -> None:
    small = MEASURES[gas.lower()]
    cell = Cell(4_641_900_001, small, SHOWN_UNITS[small])
    assert cell.text == "4,641.900001"
    assert {unit_text(cell.unit, language) for language in LANGUAGES} == {f"t {gas}"}


@pytest.mark.parametrize("measure", [name for name, small in MEASURES.items() if small])
def test_every_measure_has_a_unit_that_people_read(measure: str) -> None:
    small = MEASURES[measure]
    assert conversion(small, SHOWN_UNITS[small]) <= Fraction(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_scopes_of_gases_are_words(language: Language) -> None:
    terminal = Terminal(as_json=False, language=language)
    for scope in ("captured", "waste_water", "process", "destroyed", "escaped"):
        plain = terminal.word("scopes", scope)
        assert plain != scope.replace("_", " ")
        for gas in GASES:
            assert terminal.word("scopes", f"{scope}_{gas.lower()}") == f"{plain} · {gas}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by", BY)
def test_the_account_of_gases(acid: Workspace, by: str, language: Language) -> None:
    words = ("account", "works", "--period", PERIOD, "--account", "gas", "-w", acid.folder)
    done = typed(*words, "--by", by, "--lang", language)
    assert done.exit_code == 0, done.output
    assert "N2O, t N2O" in done.stdout
    [table] = document(*words, "--by", by)["tables"]
    assert {row["unit"] for row in table["rows"]} == {"gN2O"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("account", "unit"), [("pollutant", "kg"), ("waste", "t")])
def test_the_accounts_of_pollutants_and_waste(
    outlets: Workspace, account: str, unit: str, language: Language
) -> None:
    words = ("account", "works", "--period", PERIOD, "--account", account, "-w", outlets.folder)
    for by in BY:
        done = typed(*words, "--by", by, "--lang", language)
        assert done.exit_code == 0, done.output
        assert f", {unit}" in done.stdout


def test_a_line_of_a_gas_is_explained_in_its_mass(acid: Workspace) -> None:
    words = ("explain", "works", "gas", "--period", PERIOD, "-w", acid.folder, "--lang", "en")
    done = typed(*words)
    assert done.exit_code == 0, done.output
    assert "t N2O" in done.stdout

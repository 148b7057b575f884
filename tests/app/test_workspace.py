"""The folder that holds everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.app.shop import MARCH, declaration, make_workspace

from celadon.app.workspace import Workspace
from celadon.errors import DeclarationError, WorkspaceError
from celadon.records.period import Period


@pytest.mark.parametrize(
    "name", ["模拟", 'a "quoted" name', "back\\slash", "tab\tand\nline", "\x7f"]
)
def test_any_name_is_kept(tmp_path: Path, name: str) -> None:
    Workspace.create(tmp_path / "w", name, "en")
    settings = Workspace(tmp_path / "w").settings
    assert (settings.name, settings.language, settings.mode) == (name, "en", "working")


def test_an_existing_workspace_is_left_as_it_is(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w", "first", "zh")
    assert Workspace.create(tmp_path / "w", "second", "en").settings.name == "first"


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="not empty and not a workspace"):
        Workspace.create(tmp_path, "name", "zh")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_what_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="celadon init"):
        Workspace(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'language = "fr"', "language"),
        (b'colour = "green"', "colour"),
        (b"name = ", "a TOML file"),
        ('name = "青瓷"'.encode("gb18030"), "UTF-8"),
    ],
)
def test_settings_that_cannot_be_read(tmp_path: Path, text: bytes, words: str) -> None:
    (tmp_path / "celadon.toml").write_bytes(text)
    with pytest.raises(DeclarationError) as caught:
        Workspace(tmp_path)
    assert words in str(caught.value)


def test_settings_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "celadon.toml").write_text('name = "青瓷"', encoding="utf-8-sig")
    assert Workspace(tmp_path).settings.name == "青瓷"


def test_sites_are_those_with_a_declaration(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, declaration("west"), declaration("east"))
    (workspace.folder / "sites" / "draft").mkdir()
    assert workspace.site_ids() == ["east", "west"]
    assert workspace.site("west").id == "west"
    with pytest.raises(WorkspaceError, match="There is no site 'draft'") as caught:
        workspace.site("draft")
    assert "east, west" in str(caught.value)


def test_a_site_s_folder_bears_its_id(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    site = workspace.site_file("works")
    site.write_text(declaration("other"), encoding="utf-8")
    with pytest.raises(DeclarationError, match="differ"):
        workspace.site("works")


def test_profiles_beside_a_declaration_come_with_it(tmp_path: Path) -> None:
    source = tmp_path / "site.toml"
    source.write_text(declaration(), encoding="utf-8")
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "mine.toml").write_text("# mine", encoding="utf-8")
    workspace = Workspace.create(tmp_path / "w", "w", "zh")
    workspace.add_site(source)
    taken = workspace.site_file("works").parent / "profiles" / "mine.toml"
    assert taken.read_text(encoding="utf-8") == "# mine"


def test_a_declaration_at_fault_is_not_taken(tmp_path: Path) -> None:
    source = tmp_path / "site.toml"
    source.write_text(declaration().replace("Asia/Shanghai", "Asia/Atlantis"), encoding="utf-8")
    workspace = Workspace.create(tmp_path / "w", "w", "zh")
    with pytest.raises(DeclarationError):
        workspace.add_site(source)
    assert workspace.site_ids() == []


def test_each_period_has_its_own_folder(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    days = Period.parse("2025-01-01/2025-01-08")
    assert workspace.cache("works", MARCH).name == "2025-03"
    assert workspace.out("works", days).name == "2025-01-01_2025-01-08"


def test_tables_of_the_workspace_are_laid_over_the_shipped_ones(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    before = workspace.registry().digest
    (workspace.folder / "reference").mkdir()
    assert workspace.registry().digest == before

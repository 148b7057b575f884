"""``celadon init``: a workspace and a site that is valid as it stands; nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

from tests.cli.speaking import document, refused, typed

from celadon.app.workspace import Workspace
from celadon.records.site import load_site


def test_a_workspace_with_a_valid_simulated_site(tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    made = document("init", folder, "--site", "mill", "--name", "My plant", "--lang", "en")
    assert made["new"] is True
    site = load_site(Path(made["declaration"]))
    assert (site.id, site.simulated, len(site.meters)) == ("mill", True, 3)
    assert {meter.kind for meter in site.meters} == {"interval", "register"}
    assert "celadon import mill" in (Path(made["inbox"]) / "README.txt").read_text("utf-8")
    settings = Workspace(folder).settings
    assert (settings.name, settings.language) == ("My plant", "en")


def test_the_example_explains_every_table_in_both_languages(tmp_path: Path) -> None:
    made = document("init", tmp_path / "plant", "--site", "mill")
    lines = Path(made["declaration"]).read_text("utf-8").splitlines()
    for table in ("[site]", "[owner]", "[accounting]", "[[unit]]", "[[meter]]", "[[stream]]"):
        above = lines[: lines.index(table)]
        comment = []
        while above and above[-1].startswith("#"):
            comment.append(above.pop())
        assert any(line.isascii() for line in comment), table
        assert any(not line.isascii() for line in comment), table


def test_it_says_what_to_type_next(tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    assert "celadon init" in typed("init", folder, "--lang", "en").stdout
    done = typed("init", folder, "--site", "mill", "--lang", "en")
    assert "there     workspace" in done.stdout
    assert "celadon import mill FILES --profile NAME" in done.stdout


def test_a_site_is_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    declaration = Path(document("init", folder, "--site", "mill")["declaration"])
    declaration.write_text("edited", encoding="utf-8")
    error = refused("init", folder, "--site", "mill")
    assert error["kind"] == "WorkspaceError"
    assert declaration.read_text(encoding="utf-8") == "edited"


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"")
    assert refused("init", tmp_path)["kind"] == "WorkspaceError"
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_bad_id_makes_nothing(tmp_path: Path) -> None:
    error = refused("init", tmp_path / "plant", "--site", "../Mill")
    assert error["kind"] == "DeclarationError"
    assert not (tmp_path / "plant").exists()

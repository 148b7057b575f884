"""Two enterprises with one code, of which one is not asked for."""

from __future__ import annotations

from pathlib import Path

from celadon.app.twins import twin_findings, twins_outside
from celadon.app.workspace import Workspace
from celadon.records.period import Period

CODE = "91999999MA00FAKE83"


def test_a_code_is_looked_for_among_all_enterprises_of_the_workspace(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", "模拟", "en")
    for name, code in (("a", CODE), ("b", CODE.lower()), ("c", "x"), ("d", CODE), ("e", "")):
        path = workspace.folder / "sites" / name / "site.toml"
        path.parent.mkdir(parents=True)
        path.write_text(f'id = "{name}"\n[owner]\ncredit_code = "{code}"\n', encoding="utf-8")
    assert twins_outside(workspace, ["a", "c", "e"]) == {"a": ("b", "d")}
    assert twins_outside(workspace, ["a", "b", "c", "d", "e"]) == {}
    (found,) = twin_findings(workspace, ["a"], Period.parse("2025"), "en")["a"]
    assert (found.article, found.facts) == ("Two reporters with one code", "b, d")
    broken = workspace.folder / "sites" / "b" / "site.toml"
    broken.write_text("[owner", encoding="utf-8")
    assert twins_outside(workspace, ["a"]) == {"a": ("d",)}

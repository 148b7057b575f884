"""The documentation is true: generated pages are fresh, links lead somewhere, examples run."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.house.pages import FENCE, run_page

import celadon
from celadon.records.readers.profile import Profile, TimeColumn
from celadon.tables import Schema

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *REPOSITORY.glob("*.md")])
_LINK = re.compile(r"\]\((?P<target>[^)#\s]+)(?:#[^)]*)?\)")


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = generator()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_is_true(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    differences = run_page(page.read_text(encoding="utf-8"), name_of(page), tmp_path)
    assert not differences, "\n".join(differences)


PAGE = """\
```csv file=data/pots.xlsx
pots,mass
3,1.5
```

```pycon
>>> from python_calamine import load_workbook
>>> rows = load_workbook("data/pots.xlsx").get_sheet_by_index(0).to_python()
```

```pycon
>>> rows[1]
[3.0, 1.5]
```

```
>>> not run
```

```console
$ celadon count "two pots"   # said once
2 words: count, two pots
$ celadon
0 ...
```
"""
COUNT = "import sys; words = sys.argv[1:]; print(len(words), 'words:', ', '.join(words))"


@pytest.mark.parametrize(
    ("true", "false"),
    [("[3.0, 1.5]", "[3.0, 2.5]"), ("2 words", "3 words"), ("0 ...", "1 ...")],
)
def test_what_is_false_on_a_page_is_found(
    true: str, false: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program = (sys.executable, "-c", COUNT)
    assert run_page(PAGE, "page", tmp_path, program) == []
    differences = "\n".join(run_page(PAGE.replace(true, false), "page", tmp_path, program))
    assert false in differences
    assert "line" in differences


def test_what_celadon_does_not_print_is_found(tmp_path: Path) -> None:
    (difference,) = run_page("```console\n$ celadon --version\n8.7.6\n```\n", "page", tmp_path)
    assert "celadon 0." in difference


def test_there_are_examples() -> None:
    assert sum(page.read_text(encoding="utf-8").count("```pycon") for page in PAGES) > 8


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = [link["target"] for link in _LINK.finditer(text) if "://" not in link["target"]]
    broken = [t for t in targets if not (page.parent / t).exists()]
    assert broken == []


def test_the_index_names_every_page() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")} - {"index.md"}
    assert sorted(page for page in pages if f"({page})" not in index) == []


def test_messages_send_people_to_pages_that_are_there() -> None:
    package = Path(celadon.__file__).parent
    named = {
        page
        for path in package.rglob("*.py")
        for page in re.findall(r"\bdocs/[\w/-]+\.md\b", path.read_text(encoding="utf-8"))
    }
    assert "docs/units.md" in named
    assert sorted(page for page in named if not (REPOSITORY / page).is_file()) == []


def test_every_key_of_a_profile_is_explained() -> None:
    page = (DOCS / "profiles.md").read_text(encoding="utf-8")
    keys = [*Profile.model_fields, *TimeColumn.model_fields]
    assert [key for key in keys if f"`{key}`" not in page and f"`[{key}]`" not in page] == []


@pytest.mark.parametrize("name", GENERATE.PAGES)
def test_generated_pages_are_fresh(name: str) -> None:
    committed = (DOCS / name).read_text(encoding="utf-8")
    assert committed == GENERATE.PAGES[name](), "run `make docs`"


def test_the_dictionary_knows_every_floor_that_declares_tables() -> None:
    package = Path(celadon.__file__).parent
    declaring = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "declare"
    }
    assert declaring - set(GENERATE.FLOORS) == set()


def test_a_table_stands_in_the_dictionary_once() -> None:
    schemas: list[Schema] = [s for _, found in GENERATE.tables_by_floor() for s in found]
    names = [schema.name for schema in schemas]
    assert {"reading", "leaf", "verdict"} <= set(names)
    assert len(names) == len(set(names))

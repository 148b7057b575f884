"""Everything public says what it is: modules, functions, classes, methods, constants."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import celadon

PACKAGE = Path(celadon.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 400


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


def module_names() -> list[str]:
    walked = pkgutil.walk_packages(celadon.__path__, "celadon.")
    return ["celadon", *(m.name for m in walked if not m.name.endswith("__main__"))]


def undocumented(module: ModuleType) -> Iterator[str]:
    """Public functions, classes and members that the module defines without a docstring."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
            continue
        if not (inspect.isfunction(thing) or inspect.isclass(thing)):
            continue
        if not inspect.getdoc(thing):
            yield f"{module.__name__}.{name}"
        if inspect.isclass(thing):
            yield from undocumented_members(thing)


def undocumented_members(owner: type) -> Iterator[str]:
    for name, member in vars(owner).items():
        plain = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        plain = plain.fget if isinstance(plain, property) else plain
        if name.startswith("_") or not inspect.isfunction(plain):
            continue
        if plain.__module__ == owner.__module__ and not inspect.getdoc(plain):
            yield f"{owner.__module__}.{owner.__qualname__}.{name}"


def undocumented_constants(path: Path) -> Iterator[str]:
    """Public constants without a word: a docstring below, or a comment above or beside them.

    A run of assignments without a blank line between them shares its words. A declared table, a
    type and an alias explain themselves.
    """
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    body = ast.parse(text).body
    runs: list[list[ast.stmt]] = []
    for before, node in zip([None, *body], body, strict=False):
        if runs and before is not None and node.lineno == (before.end_lineno or 0) + 1:
            runs[-1].append(node)
        else:
            runs.append([node])
    for run in runs:
        first, last = run[0].lineno - 1, run[-1].end_lineno or run[-1].lineno
        explained = any(is_text(node) for node in run)
        explained = explained or any("#" in line for line in lines[max(first - 1, 0) : last])
        for name, value in constants(run):
            if not explained and not explains_itself(value):
                yield name


def constants(run: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in run:
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        elif isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        else:
            continue
        for target in targets:
            for name in ast.walk(target):
                if isinstance(name, ast.Name) and not name.id.startswith("_"):
                    yield name.id, value


def is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def explains_itself(value: ast.expr) -> bool:
    if isinstance(value, ast.Subscript | ast.Name | ast.Attribute | ast.BinOp):
        return True  # an alias of a type
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in {"declare", "TypeVar"}


@pytest.mark.parametrize("name", module_names())
def test_a_module_and_its_public_names_are_documented(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} does not say what it is"
    assert list(undocumented(module)) == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_public_constants_are_explained(path: Path) -> None:
    assert list(undocumented_constants(path)) == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_MODULE, f"{lines} lines: split it by idea"


def test_the_search_for_undocumented_names_finds_them(tmp_path: Path) -> None:
    class Owner:
        def method(self) -> None: ...

    assert list(undocumented_members(Owner)) == [f"{__name__}.{Owner.__qualname__}.method"]
    source = tmp_path / "silent.py"
    source.write_text('A = 1\n\nB = 2\n"""said"""\n\n# said\nC = 3\nTable = dict[str, int]\n')
    assert list(undocumented_constants(source)) == ["A"]

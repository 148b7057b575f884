"""The page of calculations has an example of each equation and carbon method, and each runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.cli.speaking import typed

from celadon.reference.equations import equations
from celadon.reference.methods import methods

PAGE = Path(__file__).resolve().parents[3] / "docs" / "calculations.md"
EXAMPLE = re.compile(r"^\$ (celadon calc .*)\n\.\.\.\n(.*)\n\.\.\.$", re.MULTILINE)
EXAMPLES = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("line", "shown"), EXAMPLES, ids=[line[13:70] for line, _ in EXAMPLES])
def test_an_example_says_what_is_computed(line: str, shown: str) -> None:
    done = typed(*shlex.split(line)[1:], "--lang", "en")
    assert done.exit_code == 0, done.output
    assert shown in done.output.splitlines()


def test_every_equation_and_every_method_has_one() -> None:
    typed_lines = [line for line, _ in EXAMPLES]
    wanted = [f"carbon.equation equation={name} " for name in equations()]
    wanted += [
        f"carbon.method method={method.id} "
        for method in methods().values()
        if method.account == "carbon"
    ]
    assert [one for one in wanted if not any(one in line for line in typed_lines)] == []

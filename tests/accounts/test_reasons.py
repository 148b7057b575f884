"""Why a figure stays empty is said in the language that the reader reads."""

from __future__ import annotations

import ast
import copy
import pickle
from pathlib import Path

import celadon.accounts
from celadon.accounts.lacking import Lack, Lacking
from celadon.accounts.reasons import Reason, in_both, of_refusal, reason, reasons
from celadon.errors import LookupRefused
from celadon.records.finding import Finding, finding_table
from celadon.records.period import Period

FOLDER = Path(celadon.accounts.__file__).parent


def lacking(why: str) -> Finding:
    lacks = Lacking("works")
    lack = Lack("no_parameter", "gas", "oxidation_rate", why, (("carbon", "co2"),))
    lacks.note(lack, Period.parse("2025-03"))
    [found] = lacks.findings()
    return found


def test_a_finding_gives_its_reason_in_both_languages() -> None:
    found = lacking(reason("no_subject", method="mine"))
    assert "mine has no subject for it" in found.text("en")
    assert "mine 未规定其取值对象" in found.text("zh")
    assert "has no subject" not in found.text("zh")
    [row] = finding_table([found]).to_pylist()
    assert Finding.from_row(row).text("zh") == found.text("zh")


def test_a_reason_of_an_earlier_version_is_still_told() -> None:
    assert lacking("said in English").text("zh").count("said in English") == 1
    assert in_both("said in English") == {"why": "said in English"}


def test_a_reason_goes_between_processes_and_is_its_english_text() -> None:
    why = reason("tabled_in", unit="GJ")
    assert (why, hash(why)) == ("it is tabled in GJ", hash("it is tabled in GJ"))
    for other in (pickle.loads(pickle.dumps(why)), copy.deepcopy(why)):  # noqa: S301  our own
        assert isinstance(other, Reason)
        assert (str(other), other.zh) == (str(why), why.zh)


def test_a_refused_look_up_is_told_in_both() -> None:
    near = ["fuels/a/b: other set a", "fuels/c/d: other set c"]
    none = LookupRefused("No reference record for fuels › coke", [], near)
    told = of_refusal(none, f"{none.summary} (near: {'; '.join(near)})")
    assert told.startswith("No reference record for fuels › coke (near: ")
    assert told.zh == "参考表中没有 fuels › coke 的记录（相近：fuels/a/b; fuels/c/d）"
    many = LookupRefused("More than one reference record for fuels › coke", [])
    assert of_refusal(many, many.summary).zh == "参考表中 fuels › coke 的记录不止一条"
    other = LookupRefused("No province CN-XX", [])
    assert of_refusal(other, other.summary).zh == "参考表未能给出：No province CN-XX"


def test_every_reason_is_given_and_every_one_given_is_there() -> None:
    given = {"near", "refused", "no_record", "many_records"}
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "")
            if called == "reason" and isinstance(node.args[0], ast.Constant):
                given.add(str(node.args[0].value))
    assert given == set(reasons())


def test_no_parameter_is_refused_for_a_reason_in_english_alone() -> None:
    """A text that is made where the error is raised would be shown in English to all."""
    found = []
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "")
            if called == "NoParameterError" and isinstance(
                node.args[1], ast.Constant | ast.JoinedStr | ast.BinOp
            ):
                found.append(f"{path.name}:{node.lineno}")
            made = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "why"
            if made and isinstance(node.value, ast.JoinedStr):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []

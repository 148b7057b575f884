"""Errors in both languages: every text that stops these verbs is known, and so are its parts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import write_readings
from tests.cli.speaking import document, typed

import celadon
from celadon.cli.refusing import in_words, refusals

ROOT = Path(celadon.__file__).parent
COVERED = (
    "app/importing.py", "app/recognising.py", "app/templating.py", "app/chronicling.py",
    "app/returning.py", "app/workspace.py", "chain.py", "cli/opening.py", "cli/terminal.py",
    "cli/verbs/imports.py", "cli/verbs/ledger.py", "cli/verbs/recognise.py",
    "cli/verbs/returns.py", "cli/verbs/template.py", "records/period.py",
    "records/readers/*.py", "records/templates/*.py", "records/ledger/*.py",
    "report/returns/*.py", "app/referencing.py", "cli/verbs/reference.py",
    "cli/verbs/reference_audit.py", "reference/audit.py", "reference/confirmed.py",
    "reference/difference.py", "reference/entries.py", "reference/load.py",
    "reference/planning.py", "reference/user_table.py", "simulate/nation/nation.py",
    "simulate/nation/figures.py", "app/comparing.py", "cli/verbs/compare.py",
    "plan/microgrid/*.py", "plan/profiles/*.py", "app/designing.py", "cli/verbs/microgrid.py",
    "app/bundle/*.py",
    "plan/operation/*.py", "app/dispatching.py", "cli/verbs/microgrid_dispatch.py",
    "app/declaring.py", "cli/verbs/microgrid_declare.py", "app/shifting.py",
    "cli/verbs/microgrid_shift.py", "plan/components/heat_level.py", "plan/components/levels.py",
    "plan/components/waste_heat.py", "plan/components/steam_turbine.py",
    "plan/components/heat_pump.py", "plan/components/physical_limits.py",
    "app/microgrids/asked.py", "cli/verbs/microgrid_report.py", "plan/components/demand.py",
    "plan/components/combined_heat_and_power.py", "plan/components/running.py",
    "plan/components/batch_load.py", "plan/components/flexible_load.py",
    "plan/components/wear_bands.py", "plan/components/origin.py", "plan/components/battery.py",
    "plan/components/grid.py", "plan/components/fuel.py", "plan/components/tariff_terms.py",
    "plan/screening/*.py", "cli/verbs/microgrid_screen*.py", "app/microgrids/screening*.py",
    "plan/uncertainty/*.py", "app/microgrids/weighing.py", "app/microgrids/repricing.py",
    "app/microgrids/sensitivity.py", "cli/verbs/microgrid_scenarios.py",
    "cli/verbs/microgrid_reprice.py", "cli/verbs/microgrid_sensitivity.py",
    "cases/*.py", "app/supervising.py", "app/noticing.py", "app/taking.py", "app/drawing.py",
    "app/qualifying.py", "app/publishing.py", "cli/verbs/supervise*.py",
    "report/supervision/page.py", "accounts/bill/*.py", "app/billing.py", "app/tariffs.py",
    "cli/verbs/tariff.py", "cli/verbs/bill.py", "cli/helping.py", "records/validation.py",
    "app/microgrids/sites.py",
)  # fmt: skip
"""What can stop import, recognise, template, return, ledger, reference, simulate and microgrid."""

NAMES = {"found", "rule", "remedy", "here", "summary", "rule_told", "rule_", "verdict"}
RAISED = (
    "Fault",
    "ChainBroken",
    "wrong_kind",
    "_unreadable",
    "_false",
    "_refused",
    "_broken",
    "writing",
)
AS_THEY_ARE = re.compile(
    r"[a-z_]+|XLSX|Parquet|\.xlsx|, or | or |celadon [a-z]+ .*|7 --help|7( 7)*"
)
"""Ids of rules, names of formats and commands are the same in both languages."""
PROGRAMMING = {
    "an archive was opened without a declaration", "a line may not bring its own X",
    "a line is plain JSON, and its keys are text",
    "machines that switch in steps are run on a horizon",
}  # fmt: skip
"""Mistakes of a caller, which no user can make."""


def texts(node: ast.expr) -> Iterator[str]:
    """The texts of an expression, X for each part that is put in."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from texts(one)
            yield from texts(other)
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts):
            for part in parts:
                yield from texts(part)


def raised(path: Path) -> Iterator[str]:
    """The texts that errors of a file can have, but for where they are."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "")
            if name in RAISED or name.endswith("Error"):
                for part in node.args[1 if name == "Fault" else 0 :]:
                    yield from texts(part)
        elif isinstance(node, ast.Assign):
            names = {
                name.id
                for target in node.targets
                for name in (target.elts if isinstance(target, ast.Tuple) else [target])
                if isinstance(name, ast.Name)
            }
            if names & NAMES:
                yield from texts(node.value)


@pytest.mark.parametrize("pattern", COVERED)
def test_every_error_has_its_words_in_chinese(pattern: str) -> None:
    unknown = {
        text
        for path in ROOT.glob(pattern)
        for text in raised(path)
        if re.search(r"[a-z]{2}", text)
        and not AS_THEY_ARE.fullmatch(text)
        and text.replace("7", "X") not in PROGRAMMING
        and in_words(text, "zh") == text
    }
    assert unknown == set()


def test_chinese_words_are_chinese_and_each_text_stands_once() -> None:
    known = [refusal.phrase for refusal in refusals()]
    assert len({phrase.en for phrase in known}) == len(known)
    for phrase in known:
        plain = phrase.en.startswith("celadon") or "{t_" in phrase.en
        assert plain or re.search(r"[\u4e00-\u9fff]", phrase.zh), phrase


def test_the_most_exact_text_is_taken_and_parts_are_looked_up() -> None:
    assert in_words("Cannot read a.csv with the profile log", "zh") == "无法用配置 log 读取 a.csv"
    assert in_words("the profile log reads CSV text", "zh") == "配置 log 读取的是 CSV 文本"
    assert in_words("What nobody wrote", "zh") == "What nobody wrote"


def test_an_import_that_stops_speaks_both_languages(tiny: Path) -> None:
    words = ("import", "mill", tiny.parent / "none.csv", "-w", tiny)
    chinese, english = (typed(*words, "--lang", language).stderr for language in ("zh", "en"))
    for text in ("找不到要导入的文件", "没有该文件", "更正路径"):
        assert text in chinese, chinese
    assert "Cannot find what to import" in english
    broken = tiny.parent / "broken.csv.gz"
    broken.write_bytes(b"\x1f\x8b\x08\x00cut")
    words = ("import", "mill", broken, "--profile", "readings-wide", "--lang", "zh", "-w", tiny)
    told = typed(*words)
    assert told.exit_code == 2
    assert "无法" in told.stderr
    assert "Cannot" not in told.stderr


def test_json_keeps_the_text_that_programs_know(tiny: Path) -> None:
    done = typed("import", "mill", tiny.parent / "none.csv", "--lang", "zh", "--json", "-w", tiny)
    assert '"summary": "Cannot find what to import"' in done.stdout


def test_a_damaged_ledger_is_told_in_chinese(tiny: Path) -> None:
    document("import", "mill", write_readings(tiny.parent / "more.csv", 44),
             "--profile", "readings-wide", "-w", tiny)  # fmt: skip
    batch = next((tiny / "sites" / "mill" / "ledger" / "batches").glob("*.parquet"))
    batch.write_bytes(batch.read_bytes()[:-1])
    told = typed("ledger", "verify", "mill", "--lang", "zh", "-w", tiny).stderr
    assert "账本有 1 个文件未通过校验" in told
    assert "用同一配置重新导入原始文件，或从备份或归档恢复" in told
    assert "other bytes" not in told

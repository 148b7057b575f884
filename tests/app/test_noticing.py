"""A notice is written where it may be served, and nowhere else."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from celadon.app.noticing import Served, case_digest, serve_notice
from celadon.app.supervising import (
    Choice,
    enterprises_from,
    new_programme,
    open_register,
    record,
    select_enterprises,
)
from celadon.app.workspace import Workspace
from celadon.cases import Register
from celadon.cases.events import event
from celadon.errors import InputError

DAY = dt.date(2026, 3, 10)
UNCONFIRMED = "norms/GB-21344-2023/ammonia_natural_gas/comprehensive_energy/grade_3"


def case_with(
    folder: Path, *, rests_on: tuple[str, ...], heard: bool
) -> tuple[Workspace, Register]:
    workspace = Workspace.create(folder / "office", "模拟", "en")
    path = new_programme(workspace, "s", "supervision", "模拟主管部门", "CN-HE", 2026)
    officers = "".join(
        f'\n[[officer]]\nid = "{name}"\nname_zh = "模拟{name}"\ncertificate = "M-{name}"\n'
        'regions = ["CN-HE"]\n'
        for name in ("li", "wang")
    )
    path.write_text(path.read_text(encoding="utf-8") + officers, encoding="utf-8")
    listed = folder / "list.csv"
    listed.write_text("id,name,region\ne1,模拟<钢厂>,CN-HE\n", encoding="utf-8")
    choice = Choice("special", "重点", on=DAY)
    select_enterprises(workspace, "s", enterprises_from(listed), choice, "desk")
    register = open_register(workspace, "s")
    acts = [
        event("desk", "assigned", "e1", on=DAY, officers=["li", "wang"]),
        event("li", "entered", "e1", on=DAY, stage="selected"),
        event("li", "entered", "e1", on=DAY, stage="on-site"),
        event("li", "found", "e1", on=DAY, finding="f1", article="GB 17167 4.3", facts="缺表一块",
              rests_on=rests_on, evidence=[] if rests_on else ["ab" * 32]),
    ]  # fmt: skip
    if heard:
        acts += [
            event("li", "entered", "e1", on=DAY, stage="hearing"),
            event("li", "heard", "e1", on=DAY, opinion="正在补装"),
        ]
    record(workspace, register, acts)
    return workspace, register


def served(workspace: Workspace, register: Register, path: Path, kind: str = "correction") -> str:
    case = register.state().cases["e1"]
    paper = Served("模拟-1", kind, ("f1",), "2026-06-30", DAY)
    serve_notice(workspace, register, case, paper, "li", path, "zh")
    return path.read_text(encoding="utf-8")


def test_the_paper_says_what_the_record_says(tmp_path: Path) -> None:
    workspace, register = case_with(tmp_path, rests_on=(), heard=True)
    before = [each for each in register.events() if each.case == "e1"]
    path = tmp_path / "n.html"
    text = served(workspace, register, path)
    for told in (
        "责令改正通知书", "模拟-1", "GB 17167 4.3", "缺表一块", "2026-06-30", "正在补装", "M-li",
        "M-wang", "模拟主管部门", "模拟&lt;钢厂&gt;", "请主管部门盖章前填写", case_digest(before),
    ):  # fmt: skip
        assert told in text, told
    last = register.events()[-1]
    assert last.kind == "noticed"
    assert last.data["document"] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("rests_on", "heard", "told"),
    [
        ((), False, "no hearing on record"),
        ((UNCONFIRMED,), True, "which nobody has confirmed"),
    ],
)
def test_a_paper_that_may_not_be_served_is_not_written(
    tmp_path: Path, rests_on: tuple[str, ...], told: str, *, heard: bool
) -> None:
    workspace, register = case_with(tmp_path, rests_on=rests_on, heard=heard)
    length = register.state().length
    with pytest.raises(InputError) as caught:
        served(workspace, register, tmp_path / "n.html")
    (fault,) = caught.value.faults
    assert told in fault.found
    if rests_on:
        assert fault.remedy.endswith(f"confirm '{UNCONFIRMED}' --by NAME --page PAGE")
    assert not (tmp_path / "n.html").exists()
    assert register.state().length == length


def test_an_advice_needs_no_hearing_and_says_so(tmp_path: Path) -> None:
    workspace, register = case_with(tmp_path, rests_on=(), heard=False)
    text = served(workspace, register, tmp_path / "n.html", "advice")
    assert "节能监察建议书" in text
    assert "目前无听取意见记录" in text

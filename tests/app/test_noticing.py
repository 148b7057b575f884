"""A notice is written where it may be served, and nowhere else."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from contextlib import nullcontext
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from celadon.app import noticing
from celadon.app.doctoring import examine
from celadon.app.noticing import Served, case_digest, serve_notice
from celadon.app.referencing import confirm_reference
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
from celadon.cases.verifying import verify
from celadon.chain import sha256_file
from celadon.cli.refusing import in_words
from celadon.errors import InputError

DAY = dt.date(2026, 3, 10)
UNCONFIRMED = "norms/GB-21344-2023/ammonia_natural_gas/comprehensive_energy/grade_3"


def case_with(
    folder: Path, *, rests_on: tuple[str, ...], heard: bool, article: str = "GB 17167 4.3",
    records: tuple[str, ...] = (),
) -> tuple[Workspace, Register]:  # fmt: skip
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
    photo = folder / "photo.txt"
    photo.write_text("模拟照片", encoding="utf-8")
    evidence = [] if rests_on else [sha256_file(photo)]
    acts = [
        event("desk", "assigned", "e1", on=DAY, officers=["li", "wang"]),
        event("li", "entered", "e1", on=DAY, stage="selected"),
        event("li", "entered", "e1", on=DAY, stage="on-site"),
        event("li", "found", "e1", on=DAY, finding="f1", article=article, facts="缺表一块",
              rests_on=rests_on, records=records, evidence=evidence),
    ]  # fmt: skip
    if heard:
        acts += [
            event("li", "entered", "e1", on=DAY, stage="hearing"),
            event("li", "heard", "e1", on=DAY, opinion="正在补装"),
        ]
    record(workspace, register, acts, [photo])
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


def test_who_comes_second_leaves_the_paper_of_the_first_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, register = case_with(tmp_path, rests_on=(), heard=True)
    case, path = register.state().cases["e1"], register.folder / "notices" / "n.html"
    first, second = (Served("模拟-1", "correction", ("f1",), f"2026-06-{day}", DAY)
                     for day in (10, 30))  # fmt: skip
    write = noticing.notice_page

    def between(*given: Any) -> Any:
        monkeypatch.setattr(noticing, "notice_page", write)
        serve_notice(workspace, open_register(workspace, "s"), case, first, "li", path, "zh")
        return write(*given)

    monkeypatch.setattr(FileLock, "acquire", lambda *_, **__: nullcontext())  # nobody waits
    monkeypatch.setattr(FileLock, "release", lambda *_, **__: None)
    monkeypatch.setattr(noticing, "notice_page", between)
    with pytest.raises(InputError) as caught:
        serve_notice(workspace, register, case, second, "li", path, "zh")
    assert "served already" in [each.found for each in caught.value.faults]
    assert "2026-06-10" in path.read_text(encoding="utf-8")
    assert list(path.parent.iterdir()) == [path]
    monkeypatch.undo()
    assert verify(open_register(workspace, "s")).faults == ()


def _serve(folder: Path, deadline: str, both: Barrier | None = None) -> int:
    """1 where the notice is served, 2 where it is refused because another is."""
    register = open_register(workspace := Workspace(folder), "s")
    case, path = register.state().cases["e1"], register.folder / "notices" / "n.html"
    paper = Served("模拟-1", "correction", ("f1",), deadline, DAY)
    if both is not None:
        both.wait()
    try:
        serve_notice(workspace, register, case, paper, "li", path, "zh")
    except InputError as error:
        return 2 if "served already" in [each.found for each in error.faults] else 3
    return 1


def _serving(folder: Path, deadline: str, both: Barrier) -> None:
    sys.exit(_serve(folder, deadline, both))


def test_of_two_processes_one_serves_and_the_register_stays_sound(tmp_path: Path) -> None:
    workspace, register = case_with(tmp_path, rests_on=(), heard=True)
    processes = get_context("spawn")
    both = processes.Barrier(2)
    other = processes.Process(target=_serving, args=(workspace.folder, "2026-07-01", both))
    other.start()
    own = _serve(workspace.folder, "2026-07-02", both)
    other.join()
    assert sorted([own, other.exitcode or 0]) == [1, 2]
    assert verify(register).faults == ()
    page = (register.folder / "notices" / "n.html").read_bytes()
    noticed = register.events()[-1]
    assert noticed.data["document"] == hashlib.sha256(page).hexdigest()
    assert noticed.data["deadline"].encode() in page
    assert (verify(register).documents, verify(register).papers) == (3, 1)


def test_a_page_that_is_gone_or_another_is_told(tmp_path: Path) -> None:
    workspace, register = case_with(tmp_path, rests_on=(), heard=True)
    path = register.folder / "notices" / "n.html"
    served(workspace, register, path)
    document = register.events()[-1].data["document"]
    path.unlink()
    (fault,) = verify(register).faults
    assert (fault.found, fault.where) == ("no such paper", (str(path),))
    kept = register.folder / "documents" / document
    assert f"copy documents/{document} there" in fault.remedy
    path.write_bytes((register.folder / "programme.toml").read_bytes())  # named, of another event
    (fault,) = verify(register).faults
    assert fault.found == f"other bytes than event {register.state().length} names"
    path.write_bytes(kept.read_bytes())
    assert verify(register).faults == ()
    (shown,) = [each for each in examine(workspace.folder, "en") if each.kind == "register"]
    assert shown.is_well


def test_an_advice_needs_no_hearing_and_says_so(tmp_path: Path) -> None:
    workspace, register = case_with(tmp_path, rests_on=(), heard=False)
    text = served(workspace, register, tmp_path / "n.html", "advice")
    assert "节能监察建议书" in text
    assert "目前无听取意见记录" in text


def test_a_standard_whose_limits_nobody_confirmed_is_not_evidence_alone(tmp_path: Path) -> None:
    workspace, register = case_with(tmp_path, rests_on=(), heard=True, article="GB 21344—2023")
    with pytest.raises(InputError) as caught:
        served(workspace, register, tmp_path / "n.html")
    (fault,) = caught.value.faults
    assert "rows of its limits are held, such as norms/GB-21344-2023/" in fault.found
    assert "rests_on=ROW" in fault.remedy
    assert not (tmp_path / "n.html").exists()


def test_another_clause_of_a_standard_says_which_limits_are_not_confirmed(tmp_path: Path) -> None:
    workspace, register = case_with(tmp_path, rests_on=(), heard=True, article="GB 21344-2023 6.2")
    text = served(workspace, register, tmp_path / "n.html")
    number = sum(record.source.number == "GB 21344-2023" and record.value is not None
                 for record in workspace.registry().of_table("norms"))  # fmt: skip
    assert f"与 GB 21344-2023 6.2 有关的 {number} 行限额尚无人与印刷文本核对" in text
    assert "norms/GB-21344-2023/" in text
    assert "仅以在卷文件为依据、未引用参考表数据行的问题：f1" in text


def test_a_catalogue_that_is_not_held_is_no_ground(tmp_path: Path) -> None:
    workspace, register = case_with(tmp_path, rests_on=("catalogue/模拟目录",), heard=True)
    with pytest.raises(InputError) as caught:
        served(workspace, register, tmp_path / "n.html")
    (fault,) = caught.value.faults
    assert fault.found == "it rests on catalogue/模拟目录, of which no text is held"
    assert "evidenced finding=f1 --evidence FILE" in fault.remedy
    page = tmp_path / "page.txt"
    page.write_text("模拟目录页", encoding="utf-8")
    added = event("li", "evidenced", "e1", on=DAY, finding="f1", evidence=[sha256_file(page)])
    with pytest.raises(InputError):
        record(workspace, register, [event("li", "evidenced", "e1", on=DAY, finding="f9",
                                           evidence=["ab" * 32])])  # fmt: skip
    record(workspace, register, [added], [page])
    text = served(workspace, register, tmp_path / "n.html")
    assert "参考表未收录，见在卷文件" in text
    assert sha256_file(page) in text
    assert "仅以在卷文件为依据、未引用参考表数据行的问题：f1" in text


def test_rows_of_the_enterprise_stand_on_the_paper(tmp_path: Path) -> None:
    shown = f"leaf/e1/energy/mill/gas/2025-03@{'cd' * 32}"
    workspace, register = case_with(tmp_path, rests_on=(), heard=True, records=(shown,))
    text = served(workspace, register, tmp_path / "n.html")
    assert "e1/energy/mill/gas/2025-03" in text
    assert "cd" * 32 in text
    assert "账户行；账户 SHA-256" in text
    assert register.state().cases["e1"].findings["f1"].records == (shown,)


def test_a_confirmed_row_says_who_compared_it(tmp_path: Path) -> None:
    workspace, register = case_with(tmp_path, rests_on=(UNCONFIRMED,), heard=True)
    confirm_reference(workspace, UNCONFIRMED, "模拟核对人", "表 1")
    text = served(workspace, register, tmp_path / "n.html")
    assert "模拟核对人 于 " in text
    assert "表 1" in text


def test_a_finding_of_an_earlier_edition_asks_for_the_last_grade_alone(tmp_path: Path) -> None:
    limit = UNCONFIRMED.rpartition("/")[0]
    grades = tuple(f"{limit}/grade_{number}" for number in (1, 2, 3))
    workspace, register = case_with(tmp_path, rests_on=grades, heard=True)
    with pytest.raises(InputError) as caught:
        served(workspace, register, tmp_path / "n.html")
    (fault,) = caught.value.faults
    assert fault.found == f"it rests on {UNCONFIRMED}, which nobody has confirmed"
    confirm_reference(workspace, UNCONFIRMED, "模拟核对人", "表 1")
    text = served(workspace, register, tmp_path / "n.html")
    assert "仅供对照，未据以认定" in text  # the other grades stand on it, and say that


def test_why_a_notice_may_not_be_served_is_told_in_chinese() -> None:
    row = "norms/GB-21344-2023/x/comprehensive_energy/grade_3"
    held = "9 rows of its limits are held"
    for text in (
        f"it rests on {row}, which nobody has confirmed",
        "it rests on catalogue/模拟目录 1, of which no text is held",
        f"GB 21344 by a document alone; {held}, such as {row}, which nobody has confirmed",
        f"compare it with print: celadon reference confirm '{row}' --by NAME --page PAGE",
    ):
        told = in_words(text, "zh")
        assert "尚无人" in told or "未收录" in told or "请与纸本核对" in told, told
        assert row in told or "catalogue/" in told

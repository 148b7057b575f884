"""Criteria over a simulated nation: facts from returns and verdicts, and who is selected."""

from __future__ import annotations

import datetime as dt

import pytest

from celadon.app.qualifying import judged, select_by_criterion, with_figures
from celadon.app.supervising import enterprises_of, new_programme, open_register, record
from celadon.app.workspace import Workspace
from celadon.cases.criteria import Condition, Criterion
from celadon.cases.events import event
from celadon.cases.selecting import Enterprise
from celadon.errors import InputError
from celadon.exact import parse_decimal
from celadon.records.period import Period
from celadon.simulate.nation import NationOptions, simulate_nation

DAY = dt.date(2026, 3, 2)
KEY = Criterion(id="key", clause="模拟", conditions=(Condition(fact="energy", least="10000"),))
OVER = Criterion(
    id="over", clause="模拟", conditions=(Condition(fact="verdict:norm", one_of=("over_limit",)),)
)


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("qualified") / "nation"
    simulate_nation(folder, NationOptions(24, seed=3, faulty=1.0), workers=1)
    return Workspace(folder)


@pytest.fixture(scope="module")
def known(nation: Workspace) -> dict[str, Enterprise]:
    return with_figures(nation, enterprises_of(nation), Period.parse("2025"))


def test_every_site_gets_one_of_three_answers(
    nation: Workspace, known: dict[str, Enterprise]
) -> None:
    for criterion in (KEY, OVER):
        found = judged(nation, criterion, known)
        names = [name for each in ("yes", "no", "cannot_tell") for name in found.names(each)]
        assert sorted(names) == sorted(known)
        assert found.names("yes")
        assert found.names("no") or found.names("cannot_tell")
    for name in judged(nation, KEY, known).names("yes"):
        assert parse_decimal(known[name].known["energy"][0]) >= 10000


def test_without_figures_nothing_can_be_told(nation: Workspace) -> None:
    bare = enterprises_of(nation)
    assert judged(nation, KEY, bare).names("cannot_tell") == list(bare)


def begun(nation: Workspace, name: str) -> None:
    path = new_programme(nation, name, "diagnosis", "模拟主管部门", "CN", 2026)
    told = '\n[[officer]]\nid = "li"\ncertificate = "M"\nregions = ["CN"]\n'
    path.write_text(path.read_text(encoding="utf-8") + told, encoding="utf-8")


def test_the_largest_come_first_and_their_facts_stand_on_record(
    nation: Workspace, known: dict[str, Enterprise]
) -> None:
    begun(nation, "d")
    found = judged(nation, KEY, known)
    events = select_by_criterion(nation, "d", known, found, "重点", "desk", 2, DAY)
    chosen = [each.case for each in events if each.case]
    energy = {name: parse_decimal(known[name].known["energy"][0]) for name in found.names("yes")}
    assert chosen == sorted(energy, key=lambda name: (-energy[name], name))[:2]
    assert events[-1].data["because"] == list(found.answers[chosen[-1]].because)
    again = select_by_criterion(nation, "d", known, found, "重点", "desk", 0, DAY)
    assert {each.case for each in again} == set(found.names("yes")) - set(chosen)
    with pytest.raises(InputError, match="Nobody was selected"):
        select_by_criterion(nation, "d", known, found, "重点", "desk", 0, DAY)


def test_another_programme_is_a_fact(nation: Workspace, known: dict[str, Enterprise]) -> None:
    begun(nation, "before")
    first, *_ = known
    who = {"name": "模拟", "region": known[first].region, "selected_by": "special", "reason": "x"}
    register = open_register(nation, "before")
    record(nation, register, [event("li", "selected", first, on=DAY, **who)])
    clear = Criterion(
        id="clear",
        clause="模拟",
        conditions=(Condition(fact="programme:before", one_of=("clear",)),),
    )
    assert judged(nation, clear, known).names("yes") == [first]

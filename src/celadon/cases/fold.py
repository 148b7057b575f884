"""Today's state as a fold over events: one step a kind, and nothing that is not in the events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

LISTED = frozenset({"published", "rechecked"})
"""Stages in which a case stands on the published list."""

ON_SITE = "on-site"
"""The stage that officers enter themselves."""

CHECKS = ("desk-check", ON_SITE, "visited")
"""Stages in which a case is checked."""


@dataclass(slots=True)
class Finding:
    """A finding of a case as it stands."""

    article: str
    facts: str
    evidence: tuple[str, ...]
    rests_on: tuple[str, ...]
    state: str = "open"
    """``open``, ``corrected``, ``not_corrected`` or ``given_up``."""
    ground: str = "mandatory"
    on: str = ""
    records: tuple[str, ...] = ()
    """Rows of the enterprise that show it, such as leaves of its account."""


@dataclass(slots=True)
class Measure:
    """A measure that was proposed; ``saving`` in tce a year as written, ``done`` the day or empty.

    ``realised`` is the saving that was measured afterwards, empty where it was not.
    """

    text: str
    saving: str
    investment: str
    on: str
    done: str = ""
    realised: str = ""


@dataclass(slots=True)
class Notice:
    """A notice as it stands; ``deadline`` is the last one set."""

    kind: str
    findings: tuple[str, ...]
    served: str
    deadline: str
    extended: int = 0
    ran_out: str = ""
    """A deadline that had passed before it was put off; empty where none had."""


@dataclass(slots=True)
class CaseState:
    """A case as it stands after the events folded so far; days are ISO texts."""

    case: str
    name: str = ""
    code: str = ""
    region: str = ""
    industry: str = ""
    selected_by: str = ""
    selected: str = ""
    stage: str = ""
    entered: str = ""
    officers: tuple[str, ...] = ()
    assigned: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each assignment, with its day; :meth:`officers_on` says who acts on a day."""
    checked: str = ""
    """The last day on which it was checked: the day it entered the stage before a hearing."""
    heard: str = ""
    waived: bool = False
    """Whether the enterprise gave up its hearing."""
    findings: dict[str, Finding] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    criterion: str = ""
    """The criterion that it was selected or last reviewed by."""
    reviewed: str = ""
    answer: str = ""
    """What the last review by a criterion came to: ``yes``, ``no`` or ``cannot_tell``."""
    listed: str = ""
    """The day on which it first stood on the published list."""
    result: str = ""
    concluded: str = ""
    transferred: tuple[str, ...] = ()
    withdrawn: str = ""
    removed: str = ""
    removed_for: tuple[str, str] = ("", "")
    """Reason and clause of the removal."""
    events: list[int] = field(default_factory=list)
    """Positions of its events."""

    def officers_on(self, day: str) -> tuple[str, ...]:
        """Who is assigned on a day: by the last assignment up to it; nobody before the first."""
        known = [(on, n) for n, (on, _) in enumerate(self.assigned) if on <= day]
        return self.assigned[max(known)[1]][1] if known else ()

    @property
    def open_findings(self) -> list[str]:
        """Findings that are neither put right nor given up."""
        return [n for n, f in self.findings.items() if f.state in ("open", "not_corrected")]

    @property
    def on_list(self) -> bool:
        """Whether it stands on the published list."""
        return bool(self.listed) and not self.removed

    def overdue(self, on: str) -> list[str]:
        """Notices whose deadline has passed on a day, with a finding still open.

        One that was put off after its deadline had passed stays among them.
        """
        still = set(self.open_findings)
        return [n for n, x in self.notices.items()
                if (x.deadline < on or x.ran_out) and still & set(x.findings)]  # fmt: skip


@dataclass(slots=True)
class State:
    """A programme as it stands: its cases, and what was published."""

    cases: dict[str, CaseState] = field(default_factory=dict)
    published: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Day, what, the SHA-256 of the document, and where it was published."""
    declaration: str = ""
    length: int = 0

    def case(self, name: str) -> CaseState | None:
        """A case by its id."""
        return self.cases.get(name)


class Told(Protocol):
    """What a fold asks of an event."""

    @property
    def position(self) -> int:
        """Its place in the register."""

    @property
    def on(self) -> str:
        """The local day of the act."""

    @property
    def kind(self) -> str:
        """Its kind."""

    @property
    def case(self) -> str:
        """Its case; empty where it speaks of the programme."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The data of its kind."""


def fold(events: Iterable[Told], state: State | None = None) -> State:
    """The state after events, or after more of them; ``state`` is carried on and returned.

    Examples
    --------
    >>> from celadon.cases.events import event
    >>> entered = event("x", "selected", "e1", name="模拟企业", region="CN-HE",
    ...                 selected_by="special", reason="steel")
    >>> fold([entered]).cases["e1"].region
    'CN-HE'
    """
    found = state or State()
    cases, steps = found.cases, _STEPS
    for each in events:
        found.length += 1
        if not each.case:
            _of_programme(found, each)
            continue
        case = cases.get(each.case)
        if case is None:
            case = cases[each.case] = CaseState(each.case)
        case.events.append(each.position)
        step = steps.get(each.kind)
        if step is not None:
            step(case, each.data, each.on)
    return found


def _of_programme(state: State, event: Told) -> None:
    data = event.data
    if event.kind == "opened":
        state.declaration = data["declaration"]
    elif event.kind == "published":
        state.published.append((event.on, data["what"], data["document"], data.get("source", "")))


def _selected(case: CaseState, data: Any, on: str) -> None:
    case.name, case.region = data["name"], data["region"]
    case.code, case.industry = data.get("code", ""), data.get("industry", "")
    case.selected_by, case.selected = data["selected_by"], on
    case.criterion = data.get("criterion", "")


def _assigned(case: CaseState, data: Any, on: str) -> None:
    case.officers = tuple(data["officers"])
    case.assigned = (*case.assigned, (on, case.officers))


def _entered(case: CaseState, data: Any, on: str) -> None:
    case.stage, case.entered = data["stage"], on
    if case.stage in CHECKS:
        case.checked = case.entered
    if case.stage in LISTED and not case.listed:
        case.listed = on


def _found(case: CaseState, data: Any, on: str) -> None:
    case.findings[data["finding"]] = Finding(
        data["article"], data["facts"], tuple(data.get("evidence", ())),
        tuple(data.get("rests_on", ())), "open", data.get("ground", "mandatory"), on,
        tuple(data.get("records", ())),
    )  # fmt: skip


def _evidenced(case: CaseState, data: Any, _on: str) -> None:
    finding = case.findings[data["finding"]]
    finding.evidence = tuple(dict.fromkeys((*finding.evidence, *data["evidence"])))


def _reviewed(case: CaseState, data: Any, on: str) -> None:
    case.criterion, case.answer, case.reviewed = data["criterion"], data["answer"], on


def _advised(case: CaseState, data: Any, on: str) -> None:
    case.measures[data["measure"]] = Measure(
        data["text"], data["saving"], data.get("investment") or "", on
    )


def _implemented(case: CaseState, data: Any, on: str) -> None:
    measure = case.measures[data["measure"]]
    measure.done, measure.realised = on, data.get("saving") or ""


def _heard(case: CaseState, data: Any, on: str) -> None:
    case.heard = on
    case.waived = data.get("waived", False)
    for name in data.get("accepted", ()):
        if name in case.findings:
            case.findings[name].state = "given_up"


def _noticed(case: CaseState, data: Any, on: str) -> None:
    case.notices[data["notice"]] = Notice(
        data["kind"], tuple(data["findings"]), on, data["deadline"]
    )


def _extended(case: CaseState, data: Any, on: str) -> None:
    notice = case.notices[data["notice"]]
    notice.ran_out = notice.ran_out or (notice.deadline if notice.deadline < on else "")
    notice.deadline = data["deadline"]
    notice.extended += 1


def _followed(case: CaseState, data: Any, _on: str) -> None:
    case.findings[data["finding"]].state = "corrected" if data["corrected"] else "not_corrected"


def _concluded(case: CaseState, data: Any, on: str) -> None:
    case.result, case.concluded = data["result"], on


def _transferred(case: CaseState, data: Any, _on: str) -> None:
    case.transferred = (*case.transferred, data["department"])


def _withdrawn(case: CaseState, _data: Any, on: str) -> None:
    case.withdrawn = on


def _reinstated(case: CaseState, _data: Any, _on: str) -> None:
    case.withdrawn, case.removed, case.removed_for = "", "", ("", "")


def _removed(case: CaseState, data: Any, on: str) -> None:
    case.removed = on
    case.removed_for = data["reason"], data.get("clause", "")


_STEPS: dict[str, Callable[[CaseState, Any, str], None]] = {
    "selected": _selected, "assigned": _assigned, "entered": _entered, "found": _found,
    "heard": _heard, "noticed": _noticed, "extended": _extended, "followed": _followed,
    "concluded": _concluded, "transferred": _transferred, "withdrawn": _withdrawn,
    "reinstated": _reinstated, "removed": _removed, "reviewed": _reviewed, "advised": _advised,
    "implemented": _implemented, "evidenced": _evidenced,
}  # fmt: skip

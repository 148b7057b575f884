"""A notice as a page: what was found, on what ground, until when, who was heard, who acts."""

from __future__ import annotations

from dataclasses import dataclass, field

from celadon.assess.names import standard_label
from celadon.cases import CaseState, Programme
from celadon.languages import Language
from celadon.reference import Registry, load_registry
from celadon.report.blocks import Cell, Grid, Heading, Note, Row, Section
from celadon.report.supervision.grounds import Standing, ground_blocks
from celadon.report.supervision.page import WORDS, Page
from celadon.report.supervision.summed import region_name


@dataclass(frozen=True, slots=True)
class NoticePaper:
    """What a notice says beside what stands on record.

    Parameters
    ----------
    number : of the notice; kind : ``correction`` or ``advice``; days are ISO texts.
    opinion : what the enterprise said when it was heard; empty where it was not.
    events, digest : how many events of the case stand before it, and the SHA-256 over them.
    standing : how the rows stand that its findings rest on.
    """

    number: str
    kind: str
    findings: tuple[str, ...]
    served: str
    deadline: str
    opinion: str
    events: int
    digest: str
    standing: Standing = field(default_factory=Standing)


def notice_page(
    programme: Programme, case: CaseState, paper: NoticePaper, language: Language
) -> Page:
    """The page of a notice on findings of a case."""

    def say(key: str, **values: object) -> str:
        return WORDS.text(f"notice.{key}", language, **values)

    registry = load_registry()
    facts = (
        (say("number"), paper.number), (say("to"), case.name), (say("code"), case.code or "–"),
        (say("region"), region_name(case.region, language, registry)),
        (say("authority"), programme.authority),
        (say("call"), programme.call or say("call_unknown")), (say("served"), paper.served),
        (say("deadline"), paper.deadline),
    )  # fmt: skip
    sections = (
        Section("findings", say("findings"), (
            _findings(case, paper, registry, language),
            *ground_blocks({name: case.findings[name] for name in paper.findings}, paper.standing,
                           language),
        )),
        Section("measures", say("measures"),
                (Note(say(f"measure_{paper.kind}", deadline=paper.deadline)),)),
        Section("rights", say("rights"), (Note(_heard(case, paper, language)),
                                          Note(say("remedy_open"), "open"))),
        Section("officers", say("officers"), (_officers(programme, case, paper.served, language),)),
        Section("record", say("record"),
                (Note(say("digest", events=paper.events, digest=paper.digest)),)),
    )  # fmt: skip
    return Page(
        say(f"kind_{paper.kind}"), case.name, facts, (), sections, language, programme.simulated
    )


def _heard(case: CaseState, paper: NoticePaper, language: Language) -> str:
    if not case.heard:
        return WORDS.text("notice.not_heard", language)
    return WORDS.text("notice.heard", language, day=case.heard, opinion=paper.opinion)


def _findings(case: CaseState, paper: NoticePaper, registry: Registry, language: Language) -> Grid:
    rows = tuple(
        Row((
            Cell(name), Cell(standard_label(case.findings[name].article, language, registry)),
            Cell(case.findings[name].facts),
        ))
        for name in paper.findings
    )  # fmt: skip
    return _grid("findings", ("finding", "article", "facts"), rows, language)


def _officers(programme: Programme, case: CaseState, served: str, language: Language) -> Grid:
    rows = []
    for name in case.officers_on(served):
        officer = programme.officer(name)
        if officer is not None:
            cells = (officer.name(language), officer.certificate, "")  # to be signed by hand
            rows.append(Row(tuple(map(Cell, cells))))
    return _grid("officers", ("officer", "certificate", "signature"), tuple(rows), language)


def _grid(title: str, heads: tuple[str, ...], rows: tuple[Row, ...], language: Language) -> Grid:
    headings = tuple(
        Heading(WORDS.text(f"notice.{head}", language), figures=False, wide=head == "facts")
        for head in heads
    )
    return Grid(WORDS.text(f"notice.{title}", language), headings, rows)

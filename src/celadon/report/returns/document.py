"""The document ``return.json`` read: its version is looked at before anything else of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from celadon import __version__
from celadon.chain import canonical_json
from celadon.records.validation import told
from celadon.report.returns.check import Check, no, yes
from celadon.report.returns.container import DOCUMENT, Container
from celadon.report.returns.header import FORMAT, KIND, Header

_TOLD = 20
"""How many faults of one document are told."""


def read_document(container: Container) -> tuple[Header | None, list[Check]]:
    """The document of a return, and what was found on the way; None where it cannot be used."""
    raw = container.members.get(DOCUMENT)
    if raw is None:
        because = "altered" if DOCUMENT in container.faulty else "absent"
        return None, [no("format", because, DOCUMENT)]
    plain = _plain(raw)
    if isinstance(plain, Check):
        return None, [plain]
    known = _format(plain)
    if known.outcome != "yes":
        return None, [known]
    try:
        header = Header.model_validate_json(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False)[:_TOLD]
        return None, [known, *(_fault(fault) for fault in faults)]
    if header.document() != raw:
        return None, [known, no("document", "not_canonical", DOCUMENT)]
    return header, [known, yes("document", "", DOCUMENT)]


def _plain(raw: bytes) -> dict[str, Any] | Check:
    try:
        plain = json.loads(raw.decode())
        canonical_json(plain).encode()  # refuses what JSON has no number or letter for
    except (ValueError, RecursionError) as error:
        return no("format", "unreadable", DOCUMENT, found=str(error)[:200])
    if not isinstance(plain, dict) or plain.get("kind") != KIND:
        return no("format", "another", DOCUMENT)
    return plain


def _format(plain: Mapping[str, Any]) -> Check:
    number, writer = plain.get("format"), _writer(plain)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        return no("format", "unnumbered", DOCUMENT, found=repr(number)[:80])
    if number > FORMAT:
        numbers = {"format": number, "writer": writer, "known": FORMAT, "own": __version__}
        return no("format", "newer", DOCUMENT, **numbers)
    return yes("format", "", DOCUMENT, format=number, writer=writer)


def _writer(plain: Mapping[str, Any]) -> str:
    """The version of celadon that wrote it, if it says so where format 1 does."""
    read = plain.get("read")
    version = read.get("celadon") if isinstance(read, dict) else None
    return version.partition("+")[0][:40] if isinstance(version, str) else "?"


def _fault(fault: Any) -> Check:
    place = " › ".join([DOCUMENT, *(str(part) for part in fault["loc"])])
    found, rule, _ = told(fault)
    return no("document", "malformed", place, found=found, rule=rule)

"""All checks of a return, in the order in which a person asks them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from celadon.reference import Registry
from celadon.report.returns.account_checks import Whole, account_checks
from celadon.report.returns.basis_checks import basis_checks
from celadon.report.returns.check import Check, cannot_tell, no, yes
from celadon.report.returns.disclosure import disclosure_checks
from celadon.report.returns.history_checks import history_checks
from celadon.report.returns.line_checks import line_checks
from celadon.report.returns.opening import Opened
from celadon.report.returns.register import Entry
from celadon.report.returns.sender_checks import sender_checks


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whoever receives a return.

    Parameters
    ----------
    registry : the reference tables.
    mode : of the workspace, ``working`` or ``official``.
    accepted : the lines of the register that accept a return; None where there is no register.
    today : the day on which it is received.
    """

    registry: Registry
    mode: str
    accepted: Sequence[Entry] | None
    today: dt.date


def check_return(opened: Opened, receiver: Receiver, seal: str | None = None) -> list[Check]:
    """Every check of a return; what rests on a part that cannot be read cannot be told.

    Parameters
    ----------
    seal : the seal that the sender told by another way, or its beginning of eight characters or
        more; None where it is not known.
    """
    whole = Whole.of(opened)
    return [
        *opened.checks,
        _seal(opened, seal),
        *sender_checks(opened.header, receiver.registry, receiver.mode, receiver.today),
        *account_checks(whole),
        *line_checks(whole, receiver.registry),
        *disclosure_checks(whole),
        *basis_checks(whole, receiver.registry),
        *history_checks(opened, receiver.accepted),
    ]


def _seal(opened: Opened, told: str | None) -> Check:
    found = opened.seal
    if not found:
        return cannot_tell("seal", "unread")
    if told is None:
        return cannot_tell("seal", "untold")
    wanted = "".join(told.split()).lower()
    if len(wanted) >= 8 and found.startswith(wanted):
        return yes("seal", "", "", seal=found[:16])
    return no("seal", "another", "", seal=found[:16], told=wanted[:16] or "–")

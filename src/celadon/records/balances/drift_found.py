"""What was found of drift in a family of meters, as rows and as findings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from celadon.exact import decimal_text, quantise
from celadon.records.finding import Finding
from celadon.tables import Column, declare

METER_DRIFT = declare(
    "meter_drift",
    "Whether a child meter drifted against its parent, as its days tell.",
    "下级计量器具相对上级是否漂移（依日用量判断）。",
    [
        Column("site", "text", "site", "厂区"),
        Column("parent", "text", "meter that holds it", "上级计量器具"),
        Column("child", "text", "meter", "下级计量器具"),
        Column(
            "from_day",
            "date",
            "first local day looked at; empty without any",
            "起始日，无数据为空",
            nullable=True,
        ),
        Column("to_day", "date", "day after the last", "截止日（不含）", nullable=True),
        Column("days", "bigint", "days of which enough is known", "可用天数"),
        Column(
            "outcome",
            "text",
            "yes, no or cannot_tell",
            "结论：yes 漂移、no 无漂移、cannot_tell 无法判断",
        ),
        Column("because", "text", "why it cannot be told", "无法判断的原因", nullable=True),
        Column(
            "instead",
            "text",
            "meter that it cannot be told from; empty: a load without a meter",
            "难以区分的计量器具，空为未计量负荷",
            nullable=True,
        ),
        Column("since", "date", "about when it began", "约始于", nullable=True),
        Column(
            "until",
            "date",
            "day after it ended; empty where it stays",
            "止（不含），持续则为空",
            nullable=True,
        ),
        Column(
            "change",
            "bigint",
            "what it reads more than before",
            "相对变化",
            unit="ppm",
            nullable=True,
        ),
        Column(
            "seen_from",
            "bigint",
            "size from which a drift would be seen and named",
            "可识别的最小漂移",
            unit="ppm",
            nullable=True,
        ),
    ],
    ["site", "parent", "child"],
)

PROMISED = Fraction(3, 100)
"""The drift that is found where the balance is steady enough."""

FEWEST_DAYS = 180
"""Whole days that it takes."""


@dataclass(frozen=True, slots=True)
class FamilyDays:
    """A family's whole days, in order: amounts of the parent, and of each child."""

    parent: str
    children: tuple[str, ...]
    days: tuple[dt.date, ...]
    parent_amounts: tuple[int, ...]
    child_amounts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Spell:
    """From a day to the day after the last; ``stays`` where it lasts as long as days are known."""

    since: dt.date
    until: dt.date
    stays: bool

    def told(self) -> dict[str, str]:
        """First and last day, as the texts of the rules name them."""
        return {"since": str(self.since), "until": str(self.until - dt.timedelta(days=1))}


@dataclass(slots=True)
class FamilyDrift:
    """What was found in one family.

    Parameters
    ----------
    named : per child that drifted, the time and the relative change of its reading.
    shifts : the time, the share of the parent, and the meters it may come from, of each change of
        the balance that no child is named for.
    seen_from : per child, the size from which a drift would be seen and named, and the suspect
        that limits it, None being a load without a meter.
    """

    family: FamilyDays
    named: dict[str, tuple[Spell, Fraction]] = field(default_factory=dict)
    shifts: list[tuple[Spell, Fraction, tuple[str, ...]]] = field(default_factory=list)
    seen_from: dict[str, tuple[Fraction, str | None, bool]] = field(default_factory=dict)
    unclear: bool = False

    def rows(self) -> list[dict[str, Any]]:
        """The rows of ``meter_drift``, without site and parent."""
        days = self.family.days
        whole = {
            "from_day": days[0] if days else None,
            "to_day": days[-1] + dt.timedelta(days=1) if days else None,
            "days": len(days),
        }
        return [{"child": child} | whole | self._verdict(child) for child in self.family.children]

    def findings(self, site: str) -> list[Finding]:
        """A finding for each child that drifted, and for each shift that names none."""
        parent = self.family.parent
        found = []
        for child, (spell, change) in self.named.items():
            numbers: dict[str, Any] = spell.told() | {
                "parent": parent,
                "change": signed_percent(change),
                "others": str(len(self.family.children) - 1),
            }
            place = f"{parent} › {child} › {spell.since:%Y-%m}"
            found.append(Finding(site, "drift", child, place, numbers))
        for spell, share, suspects in self.shifts:
            numbers = spell.told() | {
                "share": signed_percent(share),
                "suspects": ", ".join(suspects) or "–",
            }
            place = f"{parent} › {spell.since:%Y-%m}"
            found.append(Finding(site, "balance_shift", parent, place, numbers))
        return found

    def _verdict(self, child: str) -> dict[str, Any]:
        size, instead, is_separable = self.seen_from.get(child, (None, None, True))
        verdict: dict[str, Any] = {} if size is None else {"seen_from": quantise(size, 6)}
        if child in self.named:
            spell, change = self.named[child]
            until = None if spell.stays else spell.until
            verdict |= {"since": spell.since, "until": until, "change": quantise(change, 6)}
            return verdict | {"outcome": "yes"}
        if size is None:
            because = "few_days" if len(self.family.days) < FEWEST_DAYS else "reads_nothing"
        elif size > PROMISED:
            because = "unsteady" if is_separable else "not_separable"
            verdict |= {} if is_separable else {"instead": instead}
        elif self.unclear:
            because = "shifted"
        else:
            return verdict | {"outcome": "no"}
        return verdict | {"outcome": "cannot_tell", "because": because}


def signed_percent(share: Fraction) -> str:
    """A share with its sign, to 0.1 %.

    Examples
    --------
    >>> signed_percent(Fraction(31, 1000)), signed_percent(Fraction(-31, 1000))
    ('+3.1 %', '-3.1 %')
    """
    return f"{'+' if share > 0 else ''}{decimal_text(share * 100, 1)} %"

"""Writes the first sheet of a template: what to fill in, by whom, until when, and its stamp."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from celadon.languages import Language
from celadon.records.templates.look import (
    COMPUTED,
    DEEP,
    ERROR,
    INPUT,
    MIST,
    MUTED,
    RULE,
    WARNING,
    Look,
    lines,
)
from celadon.records.templates.plan import Plan
from celadon.records.templates.stamp import Stamp
from celadon.records.templates.words import offered_units, say, shown_unit

_WIDTHS = (18, 66, 24, 10, 10)
_STEPS = 6
_COLOURS = {
    "colour_input": INPUT,
    "colour_given": "#FFFFFF",
    "colour_computed": COMPUTED,
    "colour_error": ERROR,
    "colour_warning": WARNING,
}
_DIMENSIONS = ("mass", "normal_volume", "volume", "energy")


@dataclass(frozen=True, slots=True)
class Progress:
    """What the guide says of a sheet.

    Parameters
    ----------
    asked : rows asked for; 0 where there are only empty ones.
    formula, filled : what counts the filled rows, and how many are filled now.
    """

    sheet: str
    asked: int
    formula: str
    filled: int


def write_guide(
    raw: Any,
    look: Look,
    plan: Plan,
    stamp: Stamp,
    progress: Sequence[Progress],
    language: Language,
    due: dt.date | None,
) -> None:
    """Write the guide into an empty sheet; its words are in one language."""
    guide = _Guide(raw, look, plan, language)
    guide.page()
    guide.head(due)
    guide.steps()
    guide.sheets(progress)
    guide.colours()
    guide.units()
    guide.stamp(stamp)
    raw.print_area(0, 0, guide.row, len(_WIDTHS) - 1)
    raw.protect("", {"format_columns": True, "format_rows": True})


class _Guide:
    def __init__(self, raw: Any, look: Look, plan: Plan, language: Language) -> None:
        self._raw = raw
        self._look = look
        self._plan = plan
        self._language = language
        self.row = 0

    def page(self) -> None:
        for column, width in enumerate(_WIDTHS):
            self._raw.set_column(column, column, width)
        self._raw.hide_gridlines(2)
        self._raw.set_paper(9)
        self._raw.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self._raw.fit_to_pages(1, 1)

    def head(self, due: dt.date | None) -> None:
        site, period = self._plan.site, self._plan.period
        key = "title" if len(str(period)) == len("2025") else "title_part"
        title = self._say(key, period=period)
        self._raw.set_row(0, 34)
        style = self._look.style(bold=True, font_size=20, font_color=DEEP)
        self._raw.write_string(0, 0, title, style)
        self._raw.set_row(1, 20)
        name = f"{site.name(self._language)} · {site.id}"
        self._raw.write_string(1, 0, name, self._look.style(bold=True, font_size=12))
        self.row = 2
        if site.simulated:
            self._raw.write_string(2, 0, self._say("simulated"), self._look.style(font_color=MUTED))
            self.row = 3
        self.row += 1
        last = period.to_day - dt.timedelta(days=1)
        self._line("owner", site.owner.name)
        self._line("period", self._say("days", first=period.from_day, last=last))
        text = due.isoformat() if due is not None else self._say("due_open")
        self._line("due", text, is_input=due is None)

    def _line(self, key: str, text: str, *, is_input: bool = False) -> None:
        self._raw.set_row(self.row, 18)
        self._raw.write_string(self.row, 0, self._say(key), self._look.style(font_color=MUTED))
        more = {"bg_color": INPUT, "locked": False, "font_color": MUTED} if is_input else {}
        style = self._look.style(bold=not is_input, **more)
        self._raw.write_string(self.row, 1, text, style)
        self.row += 1

    def steps(self) -> None:
        self._section("steps")
        for number in range(1, _STEPS + 1):
            self._wide(f"{number}.  {self._say(f'step_{number}')}")

    def sheets(self, progress: Sequence[Progress]) -> None:
        self._section("sheets")
        heads = [self._say(key) for key in ("sheet", "what", "whom", "asked", "filled")]
        for column, text in enumerate(heads):
            align = {"align": "right"} if column > 2 else {}
            style = self._look.style(bold=True, bg_color=MIST, **align)
            self._raw.write_string(self.row, column, text, style)
        self.row += 1
        for item in progress:
            self._sheet(item)
        self._wide(self._say("leaves"), muted=True)
        if self._plan.interval_meters:
            number = self._plan.interval_meters
            self._wide(self._say("intervals", number=number), muted=True)
        if self._plan.system_registers:
            number = self._plan.system_registers
            self._wide(self._say("slots", number=number), muted=True)

    def _sheet(self, item: Progress) -> None:
        rule = {"bottom": 1, "bottom_color": RULE, "valign": "top"}
        name, about = (say(f"{group}.{item.sheet}", self._language) for group in ("sheet", "about"))
        self._raw.set_row(self.row, 15.5 * lines(about, _WIDTHS[1] * self._look.fit) + 3)
        link = self._look.style(bold=True, font_color=DEEP, underline=1, **rule)
        quoted = name.replace("'", "''")
        self._raw.write_url(self.row, 0, f"internal:'{quoted}'!A1", link, name)
        plain = self._look.style(text_wrap=True, **rule)
        self._raw.write_string(self.row, 1, about, plain)
        self._raw.write_string(self.row, 2, say(f"whom.{item.sheet}", self._language), plain)
        figure = self._look.style(align="right", num_format="#,##0", **rule)
        muted = self._look.style(align="right", font_color=MUTED, text_wrap=True, **rule)
        if item.asked:
            self._raw.write_number(self.row, 3, item.asked, figure)
        else:
            self._raw.write_string(self.row, 3, self._say("open_rows"), muted)
        computed = self._look.style(align="right", num_format="#,##0", bg_color=COMPUTED, **rule)
        self._raw.write_formula(self.row, 4, item.formula, computed, item.filled)
        self.row += 1

    def colours(self) -> None:
        self._section("colours")
        for key, colour in _COLOURS.items():
            style = self._look.style(bg_color=colour, border=1, border_color=RULE)
            self._raw.write_blank(self.row, 0, None, style)
            self._raw.write_string(self.row, 1, "  " + self._say(key), self._look.style())
            self.row += 1

    def units(self) -> None:
        self._section("units")
        for dimension in _DIMENSIONS:
            names = [shown_unit(name, self._language) for name in offered_units(dimension)]
            self._wide("  =  ".join(names) if len(names) == 1 else "  ·  ".join(names))
        self._wide(self._say("units_about"), muted=True)

    def stamp(self, stamp: Stamp) -> None:
        self._section("stamp")
        text = self._say(
            "stamp_text", version=stamp.version, celadon=stamp.celadon, site=stamp.site,
            period=stamp.period, declaration=stamp.declaration[:12], made=stamp.made,
        )  # fmt: skip
        self._wide(text)
        small = self._look.style(font_size=7, font_color=MUTED)
        self._raw.write_string(self.row, 0, stamp.text, small)

    def _section(self, key: str) -> None:
        self.row += 1
        self._raw.set_row(self.row, 22)
        style = self._look.style(bold=True, font_size=12, font_color=DEEP, bottom=1,
                                 bottom_color=DEEP)  # fmt: skip
        for column in range(len(_WIDTHS)):
            self._raw.write_blank(self.row, column, None, style)
        self._raw.write_string(self.row, 0, self._say(key), style)
        self.row += 1

    def _wide(self, text: str, *, muted: bool = False) -> None:
        colour = {"font_color": MUTED} if muted else {}
        style = self._look.style(text_wrap=True, valign="top", **colour)
        self._raw.set_row(self.row, 15.5 * lines(text, sum(_WIDTHS) * self._look.fit) + 2)
        self._raw.merge_range(self.row, 0, self.row, len(_WIDTHS) - 1, text, style)
        self.row += 1

    def _say(self, key: str, **values: object) -> str:
        return say(f"guide.{key}", self._language, **values)

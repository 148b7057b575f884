"""Charts: what is drawn is what was given, and nothing lies on top of anything else."""

from __future__ import annotations

import datetime as dt
import io
import re
from fractions import Fraction
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from PIL import Image

from celadon.report.charts import calendar, ladder, load, monthly, palette, svg, vega
from celadon.report.charts.bars import Bar, amount_bars, findings_by_month, share_bar

MONTHS = [f"{month}月" for month in range(1, 13)]
PARTS = [
    monthly.Series("洗精煤", "#434d4a", tuple(Fraction(9 + n % 3) for n in range(12))),
    monthly.Series("电力", "#3d8f79", tuple(Fraction(2) for _ in range(12))),
    monthly.Series("外销", "#8d7f97", tuple(Fraction(-1, 2) for _ in range(12))),
]


def root_of(drawing: str) -> Xml.Element:
    return Xml.fromstring(drawing)  # noqa: S314 (our own drawing)


def words(drawing: str) -> list[str]:
    return [node.text or "" for node in root_of(drawing).iter() if node.tag.endswith("text")]


def data(chart: vega.Specification, layer: int) -> list[dict[str, float]]:
    """The rows that a layer draws; altair keeps them apart by name."""
    source = chart["layer"][layer].get("data", chart.get("data"))
    rows: list[dict[str, float]] = source.get("values") or chart["datasets"][source["name"]]
    return rows


def test_limits_that_lie_close_keep_their_names_apart() -> None:
    limits = tuple(ladder.Limit(f"{n} 级", Fraction(value), str(value))
                   for n, value in ((1, 82), (2, 88), (3, 100)))  # fmt: skip
    one = ladder.Ladder("回转窑", "GB", "kgce/t", limits, Fraction(1654), "1,654", "超", "bad")
    drawn = root_of(ladder.ladder_chart([one], "t"))
    boxes = [
        (float(node.attrib["x"]), float(node.attrib["y"]), node.text or "")
        for node in drawn.iter() if node.tag.endswith("text") and "级" in (node.text or "")
    ]  # fmt: skip
    shown = {words for _, _, words in boxes}
    assert shown == {"1 级 82", "2 级 88", "3 级 100"}
    for x, y, text in boxes:
        for other_x, other_y, other in boxes:
            half = (svg.text_width(text, 10.5) + svg.text_width(other, 10.5)) / 2
            assert text == other or y != other_y or abs(x - other_x) >= half


def test_a_stack_names_its_parts_months_and_unit() -> None:
    chart = monthly.stacked_months(PARTS, MONTHS, "万 tce", "净值")
    drawn = words(vega.draw(chart, "能耗"))
    assert {*MONTHS, "洗精煤", "电力", "外销", "净值", "万 tce"} <= set(drawn)


def test_a_stack_holds_the_values_and_their_net() -> None:
    chart = monthly.stacked_months(PARTS, MONTHS, "tce", "net")
    bars, marks = data(chart, 0), data(chart, 1)
    assert sum(row["value"] for row in bars) == float(sum(sum(p.values) for p in PARTS))
    net = [float(sum(part.values[n] for part in PARTS)) for n in range(12)]
    assert [row["net"] for row in marks] == net


def test_without_a_credit_there_is_no_net() -> None:
    assert "layer" not in monthly.stacked_months(PARTS[:2], MONTHS, "tce", "net")


def test_a_drawing_says_what_it_shows() -> None:
    chart = monthly.stacked_months(PARTS[:2], MONTHS, "tce", "net")
    root = root_of(vega.draw(chart, 'a <b> "c"'))
    assert (root.get("role"), root.get("aria-label")) == ("img", 'a <b> "c"')


def test_gathering_loses_nothing() -> None:
    many = [
        monthly.Series(f"c{n}", "#000000", (Fraction(1000, 3**n), Fraction(-n))) for n in range(14)
    ]
    kept = monthly.gathered(many, "others", keep=5)
    assert len(kept) == 6
    assert kept[-1].label == "others"
    for month in range(2):
        assert sum(p.values[month] for p in kept) == sum(p.values[month] for p in many)


def test_one_small_part_keeps_its_name() -> None:
    small = monthly.Series("small", "#000000", tuple(Fraction(1, 1000) for _ in range(12)))
    assert [p.label for p in monthly.gathered([*PARTS, small], "others")][-1] == "small"


def test_the_scale_of_the_heat_map_darkens_evenly() -> None:
    lightness = palette.sequential(64).astype(float) @ [0.2126, 0.7152, 0.0722]
    assert np.all(np.diff(lightness) < 0)
    steps = -np.diff(np.sqrt(lightness))  # about even to the eye
    assert steps.max() < 3 * steps.min()


def test_carriers_keep_their_colours() -> None:
    assert palette.carrier_colour("electricity") == palette.CARRIERS["electricity"]
    assert palette.carrier_colour("never-heard-of") == palette.carrier_colour("never-heard-of")
    assert palette.ACCENT not in {*palette.CARRIERS.values(), palette.OTHERS}


def test_the_heat_map_has_a_pixel_for_each_quarter_and_marks_what_is_missing() -> None:
    drawn = np.arange(10 * 96, dtype=np.int64).reshape(10, 96) * 1000
    drawn[4, 7] = -1
    kilowatts = load.power(drawn, -1)
    picture = Image.open(io.BytesIO(load.heat_map_png(kilowatts))).convert("RGB")
    assert picture.size == (10, 96)
    accent = tuple(int(palette.ACCENT[n : n + 2], 16) for n in (1, 3, 5))
    assert picture.getpixel((4, 7)) == accent
    assert picture.getpixel((0, 0)) != picture.getpixel((9, 95))
    assert kilowatts[0, 1] == 4.0  # 1000 Wh in a quarter hour is 4 kW


def test_the_heat_map_is_told_in_months_and_megawatts() -> None:
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    kilowatts = np.full((365, 96), 1000.0)
    kilowatts[0, 0] = np.nan
    drawn = words(load.heat_map(days, kilowatts, MONTHS, "负荷", "无数据"))
    assert set(MONTHS) <= set(drawn)
    assert "无数据" in drawn
    assert any(word.endswith("MW") for word in drawn)


def test_the_duration_curve_falls_and_names_peak_and_mean() -> None:
    kilowatts = np.random.default_rng(1).uniform(1000, 90_000, (30, 96))
    kilowatts[3, 3] = np.nan
    chart = load.duration_curve(kilowatts, "小时", "最大", "平均")
    curve = [row["power"] for row in data(chart, 0)]
    assert curve == sorted(curve, reverse=True)
    assert curve[0] == pytest.approx(np.nanmax(kilowatts) / 1000)
    told = " ".join(words(vega.draw(chart, "曲线")))
    assert "最大" in told
    assert "平均" in told


def test_bars_are_as_long_as_their_amounts() -> None:
    bars = [
        Bar("a", Fraction(300), "300 t"),
        Bar("b", Fraction(100), "100 t"),
        Bar("c", Fraction(-50), "−50 t"),
    ]
    drawing = amount_bars(bars, "carbon")
    lengths = [float(n) for n in re.findall(r'<rect x="[^"]+" y="[^"]+" width="([^"]+)"', drawing)]
    assert lengths[0] == pytest.approx(3 * lengths[1], rel=0.01)
    assert lengths[0] == pytest.approx(6 * lengths[2], rel=0.01)
    assert {"300 t", "100 t", "−50 t"} <= set(words(drawing))


def test_a_share_too_small_to_see_is_still_seen() -> None:
    drawing = share_bar([(0.9999, "#00ff00"), (0.0, "#0000ff"), (0.0001, "#ff0000")], width=100)
    assert 'width="2" height="5" fill="#ff0000"' in drawing
    assert "#0000ff" not in drawing


def test_findings_count_by_month() -> None:
    chart = findings_by_month(
        [("1月", "错误", 3), ("2月", "提示", 1)], MONTHS, ["错误", "警告", "提示"]
    )
    assert {"错误", "提示", "1月", "12月"} <= set(words(vega.draw(chart, "发现")))


@pytest.mark.parametrize(
    ("estimated", "missing", "kind"),
    [("0", "0", 0), ("0.01", "0", 1), ("0.05", "0", 2), ("0.9", "0.01", 3), ("0", "0.05", 4)],
)
def test_kinds_of_days(estimated: str, missing: str, kind: int) -> None:
    assert calendar.DayQuality(Fraction(estimated), Fraction(missing)).kind == kind


def test_the_calendar_has_a_cell_for_each_day() -> None:
    days = {
        dt.date(2024, 1, 1) + dt.timedelta(days=n): calendar.DayQuality(Fraction(0), Fraction(0))
        for n in range(366)
    }
    kinds = ["measured", "e1", "e2", "m1", "m2"]
    drawing = calendar.quality_calendar(days, MONTHS, kinds, "quality")
    assert drawing.count("<title>") == 366
    assert "<title>2024-02-29: measured</title>" in drawing


def drawn_ladder(value: Fraction | None, *limits: tuple[str, int]) -> str:
    one = ladder.Ladder(
        "converter", "norm", "kgce/t",
        tuple(ladder.Limit(name, Fraction(number), str(number)) for name, number in limits),
        value, "" if value is None else str(value), "outcome", "fair", "because",
    )  # fmt: skip
    return ladder.ladder_chart([one], "ladder")


@pytest.mark.parametrize("value", [-35, -25, -11, 5])
def test_the_mark_stands_in_the_band_of_its_value_also_below_zero(value: int) -> None:
    limits = (("benchmark", -30), ("grade 2", -20), ("baseline", -10))
    drawing = drawn_ladder(Fraction(value), *limits)
    mark = float(re.search(r'd="M([\d.]+) ', drawing)[1]) + 5  # type: ignore[index]
    rects = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawing)
    edges = [float(x) for x, _ in rects][1:]
    expected = sum(value > limit for _, limit in limits)
    assert sum(mark > edge for edge in edges) == expected


def test_names_of_limits_that_are_close_do_not_touch() -> None:
    drawing = drawn_ladder(Fraction(400), ("grade 1", 361), ("grade 2", 363), ("grade 3", 415))
    places = [
        (float(x), float(y), words)
        for x, y, words in re.findall(
            r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>(grade [^<]+)<', drawing
        )
    ]
    assert len(places) == 3
    for a in places:
        for b in places:
            if a < b and a[1] == b[1]:
                halves = sum(svg.text_width(told, 10.5) / 2 for _, _, told in (a, b))
                assert abs(a[0] - b[0]) > halves


def test_limits_of_one_value_share_a_name() -> None:
    assert "grade 1 / grade 2 110" in words(
        drawn_ladder(Fraction(99), ("grade 1", 110), ("grade 2", 110), ("grade 3", 135))
    )


def test_a_ladder_without_limits_tells_why() -> None:
    drawn = words(drawn_ladder(None))
    assert "because" in drawn
    assert "outcome" in drawn


def test_wrapping_keeps_within_the_width_and_ends_in_an_ellipsis() -> None:
    text = "Blast-furnace gas network of the northern works 高炉煤气管网"
    lines = svg.wrapped(text, 11, 80, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(svg.text_width(line, 11) <= 80 for line in lines)
    assert svg.wrapped("short", 11, 80, 3) == ["short"]


def test_text_in_drawings_is_escaped() -> None:
    assert "<script>" not in svg.text(0, 0, "<script>alert(1)</script>")
    assert "&lt;script&gt;" in svg.hint("<script>")


def test_a_picture_is_drawn_on_white() -> None:
    drawing = svg.document(10, 10, "x", [svg.element("rect", width=2, height=2, fill="#ff0000")])
    picture = Image.open(io.BytesIO(vega.draw_png(drawing, scale=1))).convert("RGB")
    assert (picture.getpixel((9, 9)), picture.getpixel((0, 0))) == ((255, 255, 255), (255, 0, 0))


def test_every_drawing_has_room_for_names_that_could_not_be_measured() -> None:
    """Without a font for them ideographs measure nothing; the legend still lies inside."""
    chart = monthly.stacked_months(PARTS, MONTHS, "tce", "net")
    root = root_of(vega.draw(chart, "energy"))
    assert root.get("width") == str(vega.PAGE_WIDTH)
    assert (root.get("viewBox") or "").split()[2] == str(vega.PAGE_WIDTH)

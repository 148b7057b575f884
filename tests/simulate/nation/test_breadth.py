"""Further products and machines: drawn from norms that hold, the same whatever else is asked."""

from __future__ import annotations

from pathlib import Path

from tests.simulate.nation.test_nation import digests

from celadon.reference import load_registry
from celadon.simulate.nation import NationOptions, simulate_nation
from celadon.simulate.nation.breadth import draw_lines, product_limits
from celadon.simulate.nation.enterprise import draw_enterprise
from celadon.simulate.nation.nation import options_of, spec_of


def test_only_norms_that_can_be_judged_are_drawn_from() -> None:
    norms = product_limits(load_registry(), 2025)
    assert len(norms) > 40
    assert {norm.unit for norm in norms} == {"kgce/t", "kWh/t"}
    assert all(norm.limit > 0 for norm in norms)
    carbide = {(n.subject, n.indicator): n.limit for n in norms}
    assert carbide["calcium_carbide", "comprehensive_energy"] == 940  # GB 21343-2023, grade 3


def test_lines_lie_where_they_are_said_to_lie() -> None:
    options = NationOptions(1, seed=4, products=30)
    spec = spec_of(options)
    enterprise = draw_enterprise(4, 17, spec.limits, 0)
    lines, above = draw_lines(4, enterprise, spec.norms, 30, faulty=True)
    assert 1 <= len(above) <= 3
    for line in lines:
        kwh = sum(line.used) / sum(line.made)  # Wh/kg is kWh/t
        figure = kwh if line.norm.unit == "kWh/t" else kwh * 0.1229
        assert (figure > line.norm.limit) == (line.number in above), line.product
        assert len(set(line.made)) == 12
    assert draw_lines(4, enterprise, spec.norms, 30, faulty=False)[1] == []


def test_breadth_changes_nothing_else_of_an_enterprise(tmp_path: Path) -> None:
    simulate_nation(tmp_path / "a", NationOptions(3, seed=4, products=2, machines=3), workers=1)
    simulate_nation(tmp_path / "b", NationOptions(3, seed=4, products=2, machines=3), workers=1)
    simulate_nation(tmp_path / "c", NationOptions(3, seed=4), workers=1)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    plain, broad = (tmp_path / name / "sites/e00001/site.toml" for name in ("c", "a"))
    assert broad.read_text(encoding="utf-8").startswith(plain.read_text(encoding="utf-8").rstrip())
    assert (options_of(tmp_path / "a")["products"], options_of(tmp_path / "c")["products"]) == (
        2,
        0,
    )

"""Charts of what may come: every figure that is given stands in them, and nothing endless."""

import numpy as np

from celadon.report.microgrid.uncertainty import Bar, spread, tornado


def test_a_tornado_has_a_bar_for_every_end_that_is_known():
    svg = tornado(
        [Bar("grid.price", -5.0, 4.0), Bar("roof.cost", None, 1.0)],
        "million CNY a year", ("least", "largest"), "swings",
    )  # fmt: skip
    assert svg.count('aria-roledescription="bar"') in (0, 3)
    for word in ("grid.price", "roof.cost", "least", "largest", "million CNY a year"):
        assert word in svg
    assert svg.index("grid.price") < svg.index("roof.cost")
    assert 'aria-label="swings"' in svg


def test_a_spread_leaves_out_what_has_no_end():
    noise = np.random.default_rng(1).normal(3, 2, 300).tolist()
    svg = spread([*noise, np.inf], [("P50", 3.0), ("P95", np.inf)], "CNY", "years", "drawn")
    assert "P50" in svg
    assert "P95" not in svg
    assert "#bf5130" in svg  # some lose

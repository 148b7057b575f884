"""Form 6 beside a draft: the cells say that it is a draft, and not that nothing is held."""

from __future__ import annotations

from dataclasses import replace

from tests.report.statistics.test_tables import plant

from celadon.assess.reasons import encoded, reason
from celadon.report.statistics.price_sheet import _none_held


def test_a_draft_is_called_a_draft() -> None:
    content = plant()
    assert "no rule of tiered" in _none_held(content)
    draft = reason("price_draft", letter="D", standard="NDRC 1239")
    beside = replace(content, prices=({"because": encoded((draft,))},))
    assert _none_held(beside).startswith("draft: ")

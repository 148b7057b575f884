"""What is said of a site's samples before any of them is used."""

from __future__ import annotations

from collections.abc import Iterator

from celadon.accounts.samples import Samples
from celadon.exact import decimal_text
from celadon.records.finding import Finding
from celadon.records.site import Site


def sample_findings(site: Site, samples: Samples) -> Iterator[Finding]:
    """Samples out of line with the others, and certificates that contradict each other."""
    for sample, usual in samples.out_of_line():
        numbers = {
            "name": sample.parameter,
            "value": f"{decimal_text(sample.value, 6)} {sample.unit}",
            "usual": f"{decimal_text(usual, 6)}",
        }
        yield Finding(site.id, "sample_out_of_line", sample.stream, sample.place, numbers)
    for sample in samples.conflicts:
        text = f"{sample.from_day} .. {sample.to_day or 'open'}: {decimal_text(sample.value, 6)}"
        numbers = {"kind": sample.parameter, "text": f"{text} {sample.unit}"}
        yield Finding(site.id, "conflicting_rows", sample.stream, sample.place, numbers)

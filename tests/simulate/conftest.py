"""One simulated year for all tests of this room; making it takes well under a second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from celadon.records.site import Site, Stream, load_site
from celadon.simulate import SimulatedWorks, simulate_steelworks
from celadon.simulate.clock import Clock, Flow
from celadon.simulate.works import Works, simulate_year


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> SimulatedWorks:
    return simulate_steelworks(tmp_path_factory.mktemp("works"))


@pytest.fixture(scope="session")
def site(written: SimulatedWorks) -> Site:
    return load_site(written.site)


@pytest.fixture(scope="session")
def works() -> Works:
    return simulate_year(Clock(2025, 20250101))


@pytest.fixture(scope="session")
def inbox(written: SimulatedWorks) -> Path:
    return written.files[0].path.parent


@pytest.fixture(scope="session")
def stream_flow(works: Works) -> Callable[[Stream], Flow]:
    """What a metered stream moves per slot, in the unit of its meters."""

    def flow(stream: Stream) -> Flow:
        assert stream.meters, stream.id
        parts = [
            works.flows[meter.lstrip("-")] * (-1 if meter.startswith("-") else 1)
            for meter in stream.meters
        ]
        return np.sum(parts, axis=0)

    return flow

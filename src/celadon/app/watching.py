"""How long each floor of a run takes, told as it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

Progress = Callable[[str, float], None]
"""Called when a floor is done, with its name and the seconds it took."""


class Watch:
    """Tells progress how long each floor took."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._since = time.perf_counter()

    @classmethod
    def silent(cls) -> Self:
        """A watch that tells nobody."""
        return cls(lambda _floor, _seconds: None)

    def done(self, floor: str) -> None:
        """The floor is done, the next begins."""
        now = time.perf_counter()
        self._progress(floor, now - self._since)
        self._since = now

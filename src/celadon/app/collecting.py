"""Garbage collection held off while a shard is computed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_off() -> Iterator[None]:
    """A shard makes many objects, hardly a cycle among them, and lets them go together.

    To look for cycles meanwhile means to look through all that was there before, the reference
    tables above all: one such look took a fifth of a second.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()

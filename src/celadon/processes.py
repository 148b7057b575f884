"""Processes that work for another one: they end when it does."""

from __future__ import annotations

import os
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait


def end_with_parent() -> None:
    """Let this process end as soon as the one that began it has ended, however that was.

    Nothing is asked of the one that began it, which may be killed at any instant: the system tells
    when it is gone, on Windows too. In a process that no other one began, nothing happens.
    """
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)  # whoever asked is gone: nothing that is left to do would be of use

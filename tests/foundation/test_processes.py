"""A process that works for another ends when that one is killed."""

from __future__ import annotations

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from tests.processes import is_running, waited

from celadon.processes import end_with_parent


def _tell_and_sleep(folder: Path) -> None:
    (folder / str(os.getpid())).touch()
    time.sleep(120)


def _lead(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context, end_with_parent) as pool:
        list(pool.map(_tell_and_sleep, [folder, folder]))


@pytest.mark.skipif(os.name != "posix", reason="asks the system for processes by their number")
def test_workers_end_with_the_process_that_began_them(tmp_path: Path) -> None:
    leading = multiprocessing.get_context("spawn").Process(target=_lead, args=(tmp_path,))
    leading.start()
    assert waited(lambda: len(list(tmp_path.iterdir())) == 2)
    workers = [int(path.name) for path in tmp_path.iterdir()]
    assert all(map(is_running, workers))
    leading.kill()
    leading.join()
    assert waited(lambda: not any(map(is_running, workers)))


def test_a_process_of_its_own_goes_on() -> None:
    end_with_parent()
